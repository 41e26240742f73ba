"""A book comes in: what is made, what the same file does again, what is refused."""

from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import func, select

from db.models import (
    AuditEntry,
    Client,
    ClientAccess,
    ClientSearch,
    ImportRow,
    ImportRun,
    Instalment,
    Party,
    PartyAddress,
    PartyEmail,
    PartyPhone,
    Policy,
    Renewal,
    Staff,
    StagedClient,
    StagedPolicy,
)
from db.session import Database
from services import clients, intake, renewals
from services.actor import SYSTEM
from services.privacy import last_four_index
from terms.clients import ClientType, IdType, LifecycleStage, PartyKind, SearchKind, Sex
from terms.intake import ImportKind, ImportState, Problem, RowOutcome
from terms.people import CompanyKind, Role
from terms.policies import InstalmentStatus, Line, PaymentMode, PolicyStatus
from tests.make import (
    AT,
    ON,
    actor_of,
    make_branch,
    make_client,
    make_company,
    make_policy,
    make_renewal,
    make_staff,
)
from tests.services.intake_ground import Desk, book, figures, line


@pytest.fixture
def desk(database: Database, tmp_path: Path) -> Desk:
    return Desk(database, tmp_path / "imports")


def problems(desk: Desk, run: intake.RunCard) -> list[tuple[int, str, str]]:
    with desk.database.reading() as session:
        rows = session.execute(
            select(ImportRow.row, ImportRow.problems)
            .where(ImportRow.run_id == run.id)
            .order_by(ImportRow.row)
        ).all()
    return [(row, p["column"], p["code"]) for row, listed in rows for p in listed]


def test_a_line_of_a_book_makes_a_client_with_party_contacts_and_policy(desk: Desk) -> None:
    run = desk.brought_in(book(line()))
    assert run.state is ImportState.APPLIED
    assert figures(run) == (1, 0, 0, 0, 0)
    with desk.database.reading() as session:
        client = session.scalars(select(Client)).one()
        party = session.scalars(select(Party)).one()
        policy = session.scalars(select(Policy)).one()
        assert (client.number, client.name, party.name) == ("C1", "王伟", "王伟")
        assert client.client_type is ClientType.INDIVIDUAL
        assert client.stage is LifecycleStage.PROSPECT
        assert (party.kind, party.sex, party.birth_on) == (
            PartyKind.PERSON,
            Sex.MALE,
            date(1980, 5, 6),
        )
        phone = session.scalars(select(PartyPhone)).one()
        assert (phone.party_id, phone.number) == (party.id, "13800000001")
        assert phone.last_four_index == last_four_index("0001")
        assert session.scalars(select(PartyEmail)).one().address == "wang.wei@example.com"
        assert session.scalars(select(PartyAddress)).one().address == "杭州市西湖区文三路1号"
        assert (policy.client_id, policy.number, policy.insurer) == (client.id, "P1", "长河财险")
        assert (policy.line, policy.premium_fen) == (Line.MOTOR, 120050)
        assert (policy.inception_on, policy.expiry_on) == (date(2026, 1, 5), date(2027, 1, 4))
        assert policy.status is PolicyStatus.IN_FORCE
        assert client.extra == {"车牌": "浙A12345"}
        assert client.completeness > 0
        found_by = select(ClientSearch.client_id).where(
            ClientSearch.kind == SearchKind.INITIALS, ClientSearch.term == "ww"
        )
        assert session.scalars(found_by).all() == [client.id]
        row = session.scalars(select(ImportRow)).one()
        assert (row.outcome, row.client_id, row.policy_id) == (
            RowOutcome.NEW,
            client.id,
            policy.id,
        )


def test_nothing_staged_and_no_upload_stays_behind(desk: Desk) -> None:
    desk.brought_in(book(line()))
    with desk.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(StagedClient)) == 0
        assert session.scalar(select(func.count()).select_from(StagedPolicy)) == 0
        assert session.scalars(select(ImportRun)).one().preview is None
    assert list(desk.folder.iterdir()) == []


def test_the_run_is_audited_with_its_counts_and_without_personal_values(desk: Desk) -> None:
    desk.brought_in(book(line()))
    with desk.database.reading() as session:
        entries = session.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()
    assert [entry.event for entry in entries] == ["import:start", "import:stage", "import:apply"]
    assert entries[-1].detail["created"] == 1
    assert "13800000001" not in str([entry.detail for entry in entries])


def test_the_same_file_again_changes_nothing(desk: Desk) -> None:
    content = book(
        line(),
        line(保单号="P2", 到期日="2027-06-30"),
        line(客户号="C2", 姓名="", 手机="", 保单号="P3", 保费="1.2万"),
        line(客户号="C3", 姓名="杭州华信科技有限公司", 性别="", 出生日期="", 保单号="P4"),
    )
    assert figures(desk.brought_in(content)) == (4, 0, 0, 0, 0)
    assert figures(desk.brought_in(content)) == (0, 0, 4, 0, 0)
    with desk.database.reading() as session:
        versions = session.scalars(select(Client.version)).all()
        assert set(versions) == {1}
        assert session.scalar(select(func.count()).select_from(Policy)) == 4


def test_changed_fields_are_named_and_their_old_values_kept(desk: Desk) -> None:
    desk.brought_in(book(line()))
    run = desk.brought_in(
        book(line(姓名="王伟强", 手机="13900000009", 地址="上海路2号", 保费="1300", 车牌="浙B1"))
    )
    assert figures(run) == (0, 1, 0, 0, 0)
    with desk.database.reading() as session:
        row = session.get_one(ImportRow, (run.id, 2))
        assert row.changes == ["client_name", "phone", "address", "车牌", "premium"]
        assert row.before is not None
        assert "王伟" in row.before
        assert "13800000001" in row.before
        assert "120050" in row.before
        client = session.scalars(select(Client)).one()
        assert (client.name, client.version, client.extra) == ("王伟强", 2, {"车牌": "浙B1"})
        assert session.scalars(select(Party)).one().name == "王伟强"
        phones = session.execute(select(PartyPhone.number, PartyPhone.is_primary)).all()
        assert {(n, p) for n, p in phones} == {("13800000001", False), ("13900000009", True)}
        assert session.scalars(select(PartyAddress.address)).all() == ["上海路2号"]
        assert session.scalars(select(Policy.premium_fen)).all() == [130000]
        terms = set(session.scalars(select(ClientSearch.term)))
        assert "wwq" in terms
        assert "ww" not in terms


def test_a_blank_cell_never_erases(desk: Desk) -> None:
    desk.brought_in(book(line()))
    blank = dict.fromkeys(line(), "") | {"客户号": "C1", "保单号": "P1"}
    run = desk.brought_in(book(blank))
    assert figures(run)[:3] == (0, 0, 1)
    with desk.database.reading() as session:
        client = session.scalars(select(Client)).one()
        assert (client.name, client.extra) == ("王伟", {"车牌": "浙A12345"})
        assert session.scalars(select(PartyPhone)).one().number == "13800000001"


def test_a_row_without_a_client_number_is_refused_and_the_others_come_in(desk: Desk) -> None:
    run = desk.brought_in(
        book(line(), line(客户号="", 保单号="P2"), line(客户号="C3", 保单号="P3"))
    )
    assert figures(run) == (2, 0, 0, 0, 1)
    assert problems(desk, run) == [(3, "客户号", Problem.CLIENT_NUMBER_MISSING)]
    with desk.database.reading() as session:
        (refused,) = intake.refused_rows(session, actor=SYSTEM, run_id=run.id)
    assert refused.line == 3
    assert refused.cells["手机"] == "13800000001"


def test_one_client_with_several_policies_is_one_client(desk: Desk) -> None:
    run = desk.brought_in(book(line(), line(保单号="P2", 手机="13900000002"), line(保单号="P3")))
    assert figures(run) == (3, 0, 0, 1, 0)
    assert problems(desk, run) == [(3, "手机", Problem.DIFFERS_FROM_FIRST)]
    with desk.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Client)) == 1
        assert sorted(session.scalars(select(Policy.number))) == ["P1", "P2", "P3"]


def test_a_column_in_which_a_clients_rows_differ_belongs_to_the_policy(desk: Desk) -> None:
    content = book(line(), line(保单号="P2", 车牌="浙B2"))
    desk.brought_in(content)
    with desk.database.reading() as session:
        assert session.scalars(select(Client)).one().extra == {}
        found = session.execute(select(Policy.number, Policy.extra).order_by(Policy.number)).all()
        assert [tuple(row) for row in found] == [
            ("P1", {"车牌": "浙A12345"}),
            ("P2", {"车牌": "浙B2"}),
        ]
    assert figures(desk.brought_in(content)) == (0, 0, 2, 0, 0)


def test_a_file_without_policy_numbers_numbers_them_by_client(desk: Desk) -> None:
    names = ("Customer", "Effective To Date", "Monthly Premium", "Policy Type")
    cells = ("AB1", "2/24/11", "69", "Personal Auto"), ("AB2", "02-05-11", "70.5", "Special Auto")
    lines = [dict(zip(names, row, strict=True)) for row in cells]
    desk.brought_in(book(*lines))
    with desk.database.reading() as session:
        first, second = session.scalars(select(Policy).order_by(Policy.number)).all()
    assert (first.number, second.number) == ("AB1-1", "AB2-1")
    assert (first.inception_on, first.expiry_on) == (date(2010, 2, 25), date(2011, 2, 24))
    assert second.expiry_on == date(2011, 2, 5)
    assert (first.premium_fen, first.payment_mode) == (82800, PaymentMode.MONTHLY)
    assert first.status is PolicyStatus.EXPIRED
    assert first.extra == {"Policy Type": "Personal Auto"}


def test_a_row_without_dates_keeps_its_cells_with_the_client(desk: Desk) -> None:
    run = desk.brought_in(book(line(生效日="", 到期日=""), line(客户号="C2", 保单号="P2")))
    assert (2, "到期日", Problem.POLICY_WITHOUT_DATES) in problems(desk, run)
    with desk.database.reading() as session:
        client = session.scalars(select(Client).where(Client.number == "C1")).one()
        assert client.extra["保单号"] == "P1"
        assert session.scalars(select(Policy.number)).all() == ["P2"]
    again = desk.brought_in(book(line(生效日="", 到期日=""), line(客户号="C2", 保单号="P2")))
    assert figures(again)[:3] == (0, 0, 2)


def test_a_formula_in_a_name_comes_in_as_text(desk: Desk) -> None:
    desk.brought_in(book(line(姓名='=HYPERLINK("http://x")')))
    with desk.database.reading() as session:
        assert session.scalars(select(Client.name)).one() == '=HYPERLINK("http://x")'


def test_gb18030_is_read_like_utf_8(desk: Desk) -> None:
    desk.brought_in(book(line(姓名="龘龘"), encoding="gb18030"))
    assert figures(desk.brought_in(book(line(姓名="龘龘")))) == (0, 0, 1, 0, 0)


def test_a_policy_number_of_another_client_is_refused(desk: Desk) -> None:
    desk.brought_in(book(line()))
    third, fourth = line(客户号="C3", 保单号="P9"), line(客户号="C4", 保单号="P9")
    run = desk.brought_in(book(line(客户号="C2"), third, fourth))
    assert figures(run) == (1, 0, 0, 0, 2)
    assert [code for _row, _column, code in problems(desk, run)] == [
        Problem.POLICY_OF_ANOTHER,
        Problem.POLICY_NUMBER_TWICE,
    ]


def test_a_group_is_recognised_and_found_by_two_characters(desk: Desk) -> None:
    desk.brought_in(book(line(姓名="杭州华信科技有限公司", 性别="", 出生日期="")))
    with desk.database.reading() as session:
        assert session.scalars(select(Client.client_type)).one() is ClientType.GROUP
        assert session.scalars(select(Party.kind)).one() is PartyKind.ORGANISATION
        pieces = select(ClientSearch.term).where(ClientSearch.kind == SearchKind.BIGRAM)
        assert "华信" in set(session.scalars(pieces))


def test_a_resident_id_gives_birth_date_and_sex(desk: Desk) -> None:
    content = book({"客户号": "C1", "姓名": "王伟", "证件号码": "11010519491231002X"})
    desk.brought_in(content)
    with desk.database.reading() as session:
        party = session.scalars(select(Party)).one()
        assert (party.id_type, party.id_number) == (IdType.RESIDENT_ID, "11010519491231002X")
        assert (party.birth_on, party.sex) == (date(1949, 12, 31), Sex.FEMALE)
    assert figures(desk.brought_in(content)) == (0, 0, 1, 0, 0)


def test_a_long_term_policy_gets_its_next_instalment(desk: Desk) -> None:
    content = book(line(险种="寿险", 到期日="", 缴费方式="年缴", 生效日="2020-03-01"))
    desk.brought_in(content)
    with desk.database.reading() as session:
        instalment = session.scalars(select(Instalment)).one()
        assert (instalment.due_on.month, instalment.due_on.day) == (3, 1)
        assert (instalment.premium_fen, instalment.status) == (120050, InstalmentStatus.DUE)
        assert session.scalars(select(Policy.expiry_on)).one() is None
    assert figures(desk.brought_in(content)) == (0, 0, 1, 0, 0)


def test_a_new_owner_moves_open_cases_and_leaves_the_client_open_to_who_works_them(
    desk: Desk,
) -> None:
    with desk.database.unaudited("test data") as session:
        old, new = make_staff(session, name="周敏"), make_staff(session, name="赵岚")
        client = make_client(session, owner=old, number="C1")
        policy = make_policy(session, client=client, number="P1")
        case = make_renewal(session, policy=policy, assignee_id=old.id)
        case_id, old_id, version = case.id, old.id, case.version
        home = (new.team_id, new.branch_id)
    run = desk.brought_in(book(line(业务员="赵岚")))
    assert run.state is ImportState.APPLIED
    with desk.database.reading() as session:
        case = session.get_one(Renewal, case_id)
        assert (case.team_id, case.branch_id, case.version) == (*home, version + 1)
        actor = actor_of(session, session.get_one(Staff, old_id))
        assert renewals.brief(session, actor=actor, renewal_id=case_id, on=ON, at=AT).is_mine


def test_a_cell_that_holds_more_than_one_phone_shows_no_number_in_clear(desk: Desk) -> None:
    run = desk.started(book(line(手机="13800000001/13912345678", 家属电话="13912345678")))
    run = desk.checked(run)
    with desk.database.reading() as session:
        facts = intake.columns_of(session, actor=SYSTEM, run_id=run.id)
        odd = intake.problems_of(session, actor=SYSTEM, run_id=run.id)
    assert [problem.cell for problem in odd] == ["138****0001/139****5678"]
    assert {fact.column: fact.samples for fact in facts}["家属电话"] == ("139****5678",)
    desk.applied(run)
    with desk.database.reading() as session:
        file = clients.client_file(session, actor=SYSTEM, number="C1", on=ON)
    assert dict(file.extra) == {
        "手机": "138****0001/139****5678",
        "家属电话": "139****5678",
        "车牌": "浙A12345",
    }


@pytest.mark.parametrize(
    ("column", "cell", "shown"),
    [
        ("手机", "138", "****38"),
        ("身份证号", "11010519800101001X", "110*************1X"),
        ("邮箱", "wang.wei-at-example", "***"),
        ("地址", "浙江省杭州市西湖区文三路" + "1" * 300, "浙江省杭州市****"),
    ],
)
def test_an_odd_cell_shows_nobody_however_it_is_written(
    desk: Desk, column: str, cell: str, shown: str
) -> None:
    sound = {"身份证号": "110105198001010016"}
    rows = [line(客户号=f"C{n}", 保单号=f"P{n}", **sound) for n in range(4)]
    run = desk.checked(desk.started(book(*rows, line(**{**sound, "客户号": "C9", column: cell}))))
    with desk.database.reading() as session:
        odd = intake.problems_of(session, actor=SYSTEM, run_id=run.id)
        samples = intake.columns_of(session, actor=SYSTEM, run_id=run.id)
    assert {problem.cell for problem in odd if problem.column == column} == {shown}
    assert all(cell not in fact.samples for fact in samples)


def test_an_owner_by_name_opens_the_client_and_brings_the_team(desk: Desk) -> None:
    with desk.database.unaudited("test data") as session:
        staff = make_staff(session, name="周敏")
        staff_id, team_id, branch_id = staff.id, staff.team_id, staff.branch_id
    run = desk.brought_in(
        book(line(业务员="周敏"), line(客户号="C2", 保单号="P2", 业务员="无此人"))
    )
    assert problems(desk, run) == [(3, "业务员", Problem.STAFF_UNKNOWN)]
    with desk.database.reading() as session:
        client = session.scalars(select(Client).where(Client.number == "C1")).one()
        assert (client.owner_id, client.team_id, client.branch_id) == (
            staff_id,
            team_id,
            branch_id,
        )
        access = session.scalars(select(ClientAccess)).one()
        assert (access.staff_id, access.client_id) == (staff_id, client.id)
        other = session.scalars(select(Client).where(Client.number == "C2")).one()
        assert other.extra["业务员"] == "无此人"


def test_a_branch_managers_file_cannot_touch_another_branchs_client(desk: Desk) -> None:
    with desk.database.unaudited("test data") as session:
        mine, theirs = make_branch(session), make_branch(session)
        manager = make_staff(session, roles=[Role.MANAGER], branch_id=mine.id)
        other = make_client(session, owner_id=None, branch_id=theirs.id, number="C9")
        make_policy(session, client=other)
        actor, my_branch = actor_of(session, manager), mine.id
    run = desk.brought_in(book(line(), line(客户号="C9", 保单号="P2")), actor=actor)
    assert figures(run) == (1, 0, 0, 0, 1)
    assert problems(desk, run) == [(3, "客户号", Problem.CLIENT_NOT_YOURS)]
    with desk.database.reading() as session:
        made = session.scalars(select(Client).where(Client.number == "C1")).one()
        assert made.branch_id == my_branch
        assert session.scalars(select(Client.name).where(Client.number == "C9")).one() != "王伟"


def test_policies_alone_need_a_client_that_is_there(desk: Desk) -> None:
    desk.brought_in(book(line()))
    lines = [
        {"客户号": "C1", "保单号": "P7", "险种": "意外险", "生效日": "2026-02-01", "备注": "甲"},
        {"客户号": "C404", "保单号": "P8", "险种": "意外险", "生效日": "2026-02-01", "备注": "乙"},
        {"客户号": "C1", "保单号": "", "险种": "意外险", "生效日": "2026-02-01", "备注": "丙"},
    ]
    run = desk.brought_in(book(*lines), kind=ImportKind.POLICIES)
    assert figures(run) == (1, 0, 0, 0, 2)
    assert [code for _row, _column, code in problems(desk, run)] == [
        Problem.CLIENT_NOT_KNOWN,
        Problem.POLICY_NUMBER_MISSING,
    ]
    with desk.database.reading() as session:
        policy = session.scalars(select(Policy).where(Policy.number == "P7")).one()
        assert (policy.expiry_on, policy.extra) == (date(2027, 1, 31), {"备注": "甲"})
    assert figures(desk.brought_in(book(*lines), kind=ImportKind.POLICIES)) == (0, 0, 1, 0, 2)


def test_an_insurers_own_name_stands_where_the_file_names_none(desk: Desk) -> None:
    with desk.database.unaudited("test data") as session:
        make_company(session, kind=CompanyKind.INSURER, name="长河财险")
    desk.brought_in(book(line(保险公司="")))
    with desk.database.reading() as session:
        assert session.scalars(select(Policy.insurer)).one() == "长河财险"
    assert figures(desk.brought_in(book(line()))) == (0, 0, 1, 0, 0)
