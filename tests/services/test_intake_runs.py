"""The steps of an import: who may, in which order, what survives a kill, what a stranger gets."""

import io
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from db.models import Client, ImportRow, Staff, StaffRole, StagedClient, Team
from db.session import Database
from services import intake, notifications
from services.actor import SYSTEM
from services.errors import ChangedMeanwhile, NotFound, NotPermitted
from services.intake import applying, running
from terms.intake import ImportField, ImportKind, ImportState, Problem, RowOutcome
from terms.people import Role
from tests.make import AT, ON, actor_of, make_actor, make_branch, make_client, make_staff, make_team
from tests.services.intake_ground import Desk, book, figures, line


@pytest.fixture
def desk(database: Database, tmp_path: Path) -> Desk:
    return Desk(database, tmp_path / "imports")


def clients(desk: Desk) -> int:
    with desk.database.reading() as session:
        return session.scalar(select(func.count()).select_from(Client)) or 0


def test_a_stranger_may_neither_start_nor_see_nor_apply(desk: Desk) -> None:
    run = desk.started(book(line()))
    with desk.database.unaudited("test data") as session:
        stranger = make_actor(session, Role.SPECIALIST)
    with desk.database.transaction() as session:
        with pytest.raises(NotPermitted):
            intake.start(
                session,
                actor=stranger,
                kind=ImportKind.BOOK,
                file_name="x.csv",
                source=io.BytesIO(b"x"),
                folder=desk.folder,
                at=AT,
            )
        with pytest.raises(NotPermitted):
            intake.apply(session, actor=stranger, run_id=run.id, at=AT, seen_version=run.version)
        with pytest.raises(NotPermitted):
            intake.run(session, actor=stranger, number=run.number)
        with pytest.raises(NotPermitted):
            list(intake.refused_rows(session, actor=stranger, run_id=run.id))


def test_a_manager_sees_no_import_of_another_person(desk: Desk) -> None:
    run = desk.started(book(line()))
    with desk.database.unaudited("test data") as session:
        manager = make_actor(session, Role.MANAGER)
    with desk.database.reading() as session:
        with pytest.raises(NotFound):
            intake.run(session, actor=manager, number=run.number)
        assert intake.problems_of(session, actor=manager, run_id=run.id) == []
        assert intake.recent_runs(session, actor=manager) == []


def test_a_dry_run_says_what_would_happen_and_stores_nothing(desk: Desk) -> None:
    run = desk.checked(desk.started(book(line(), line(客户号="", 保单号="P2"))))
    assert run.state is ImportState.CHECKED
    assert figures(run) == (1, 0, 0, 0, 1)
    assert clients(desk) == 0
    with desk.database.reading() as session:
        outcomes = session.scalars(select(ImportRow.outcome).order_by(ImportRow.row)).all()
        assert outcomes == [RowOutcome.NEW, RowOutcome.REFUSED]
        assert session.scalar(select(func.count()).select_from(StagedClient)) == 0
        (problem,) = intake.problems_of(session, actor=SYSTEM, run_id=run.id)
        assert (problem.line, problem.column, problem.cell) == (3, "客户号", "")
    assert figures(desk.applied(run)) == (1, 0, 0, 0, 1)
    assert clients(desk) == 1


def test_the_columns_are_suggested_with_samples_and_can_be_corrected(desk: Desk) -> None:
    run = desk.started(book(line()))
    assert run.state is ImportState.READ
    with desk.database.reading() as session:
        facts = {f.column: f for f in intake.columns_of(session, actor=SYSTEM, run_id=run.id)}
    assert facts["手机"].suggested is ImportField.PHONE
    assert facts["手机"].samples == ("138****0001",)
    assert facts["车牌"].suggested is None
    without = {c: f for c, f in run.columns.fields.items() if c != "客户号"}
    with (
        desk.database.transaction() as session,
        pytest.raises(intake.RequiredColumnMissing) as refused,
    ):
        intake.use_columns(
            session,
            actor=SYSTEM,
            run_id=run.id,
            columns=intake.ColumnMapping(without),
            at=AT,
            seen_version=run.version,
        )
    assert refused.value.data == {"fields": ["client_number"]}


def test_two_columns_with_one_meaning_are_refused(desk: Desk) -> None:
    run = desk.started(book(line()))
    twice = intake.ColumnMapping({**run.columns.fields, "车牌": ImportField.PHONE})
    with desk.database.transaction() as session, pytest.raises(intake.FieldTwice):
        intake.use_columns(
            session,
            actor=SYSTEM,
            run_id=run.id,
            columns=twice,
            at=AT,
            seen_version=run.version,
        )


def test_acting_on_an_import_somebody_moved_on_is_refused(desk: Desk) -> None:
    run = desk.started(book(line()))
    seen = desk.checked(run)
    with desk.database.transaction() as session, pytest.raises(ChangedMeanwhile):
        intake.apply(session, actor=SYSTEM, run_id=run.id, at=AT, seen_version=run.version)
    done = desk.applied(seen)
    with desk.database.transaction() as session, pytest.raises(intake.NotInThisState):
        intake.change_columns(
            session, actor=SYSTEM, run_id=run.id, at=AT, seen_version=done.version
        )


def test_a_cancelled_import_stores_nothing_and_deletes_its_file(desk: Desk) -> None:
    run = desk.checked(desk.started(book(line())))
    with desk.database.transaction() as session:
        intake.cancel(session, actor=SYSTEM, run_id=run.id, at=AT, seen_version=run.version)
    assert desk.seen(run).state is ImportState.CANCELLED
    assert list(desk.folder.iterdir()) == []
    assert desk.work(run) is ImportState.CANCELLED
    assert clients(desk) == 0


def test_a_file_that_is_no_table_fails_with_its_reason(desk: Desk) -> None:
    run = desk.started(b"PK\x03\x04" + bytes(200), name="book.xlsx")
    assert run.state is ImportState.FAILED
    assert run.failure == {"code": "import_file_refused", "reason": "not_a_workbook"}


def test_an_empty_or_too_large_upload_is_refused_at_once(desk: Desk) -> None:
    for content, reason in ((b"", "file_empty"), (b"x" * 2048, "file_too_large")):
        with (
            desk.database.transaction() as session,
            pytest.raises(intake.FileRefused) as refused,
        ):
            intake.start(
                session,
                actor=SYSTEM,
                kind=ImportKind.BOOK,
                file_name="x.csv",
                source=io.BytesIO(content),
                folder=desk.folder,
                at=AT,
                limits=intake.Limits(file_bytes=1024),
            )
        assert refused.value.data["reason"] == reason
    assert list(desk.folder.iterdir()) == []


def test_the_upload_lies_encrypted_on_disk(desk: Desk) -> None:
    desk.started(book(line()))
    (stored,) = desk.folder.iterdir()
    assert b"13800000001" not in stored.read_bytes()


class Killed(BaseException):
    """The process ends here."""


def test_killed_while_staging_leaves_nothing_and_goes_on_later(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = book(*(line(客户号=f"C{n}", 保单号=f"P{n}") for n in range(30)))
    run = desk.started(content)
    monkeypatch.setattr(running, "AT_ONCE", 10)
    with desk.database.transaction() as session:
        intake.apply(session, actor=SYSTEM, run_id=run.id, at=AT, seen_version=run.version)

    def kill(state: ImportState, done: int, rows: int) -> None:
        if done == 20:
            raise Killed

    with pytest.raises(Killed):
        intake.work_on(desk.database, run_id=run.id, at=AT, progress=kill)
    halfway = desk.seen(run)
    assert (halfway.state, halfway.rows_done) == (ImportState.STAGING, 20)
    assert clients(desk) == 0
    desk.work(run)
    assert figures(desk.seen(run)) == (30, 0, 0, 0, 0)
    assert clients(desk) == 30


def test_killed_while_applying_leaves_all_or_nothing(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = desk.started(book(line(), line(客户号="C2", 保单号="P2")))
    with desk.database.transaction() as session:
        intake.apply(session, actor=SYSTEM, run_id=run.id, at=AT, seen_version=run.version)

    def kill(self: object) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(applying._Work, "make_policies", kill)
        with pytest.raises(Killed):
            desk.work(run)
    assert desk.seen(run).state is ImportState.APPLYING
    assert clients(desk) == 0
    assert desk.work(run) is ImportState.APPLIED
    assert clients(desk) == 2


def test_a_client_made_meanwhile_is_compared_again(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = desk.started(book(line(), line(客户号="C2", 保单号="P2")))
    with desk.database.transaction() as session:
        intake.apply(session, actor=SYSTEM, run_id=run.id, at=AT, seen_version=run.version)
    real = running._apply
    seen = []

    def late(*args: object, **kwargs: object) -> None:
        if not seen:
            seen.append(1)
            with desk.database.unaudited("a colleague") as session:
                make_client(session, owner_id=None, number="C1", name="王伟")
        real(*args, **kwargs)  # type: ignore[arg-type]

    monkeypatch.setattr(running, "_apply", late)
    assert desk.work(run) is ImportState.APPLIED
    assert clients(desk) == 2
    assert figures(desk.seen(run))[:2] == (2, 0)


def test_the_worker_is_told_of_runs_that_wait_and_not_of_attended_ones(desk: Desk) -> None:
    run = desk.started(book(line()))
    with desk.database.reading() as session:
        assert intake.runs_waiting(session) == []
    with desk.database.transaction() as session:
        intake.apply(session, actor=SYSTEM, run_id=run.id, at=AT, seen_version=run.version)
        intake.start(
            session,
            actor=SYSTEM,
            kind=ImportKind.BOOK,
            file_name="x.csv",
            source=io.BytesIO(b"a,b\n1,2\n"),
            folder=desk.folder,
            at=AT + timedelta(seconds=1),
            is_attended=True,
        )
    with desk.database.reading() as session:
        assert [waiting.id for waiting in intake.runs_waiting(session)] == [run.id]


STAFF = [
    {
        "工号": "zhou.min",
        "姓名": "周敏",
        "角色": "续保专员、团队主管",
        "团队": "一队",
        "机构": "杭州",
        "授权险种": "车险,意外险",
        "入职日期": "2020-01-02",
    },
    {"工号": "", "姓名": "无名"},
]


def test_staff_come_in_without_passwords_and_missing_teams_are_made(desk: Desk) -> None:
    run = desk.brought_in(book(*STAFF), kind=ImportKind.STAFF)
    assert figures(run) == (1, 0, 0, 1, 1)
    with desk.database.reading() as session:
        staff = session.scalars(select(Staff).where(Staff.username == "zhou.min")).one()
        assert staff.password_hash is None
        assert session.get_one(Team, staff.team_id).name == "一队"
        roles = session.scalars(select(StaffRole.role).where(StaffRole.staff_id == staff.id))
        assert set(roles) == {Role.SPECIALIST, Role.TEAM_LEAD}
        codes = [p["code"] for (p, *_) in session.scalars(select(ImportRow.problems))]
        assert Problem.USERNAME_MISSING in codes
    assert figures(desk.brought_in(book(*STAFF), kind=ImportKind.STAFF)) == (0, 0, 1, 0, 1)


def test_a_staff_list_needs_the_right_to_manage_staff(desk: Desk) -> None:
    with desk.database.unaudited("test data") as session:
        branch = make_branch(session)
        staff = make_staff(
            session, roles=[Role.MANAGER], team_id=make_team(session, branch_id=branch.id).id
        )
        manager = actor_of(session, staff)
    with desk.database.transaction() as session, pytest.raises(NotPermitted):
        intake.start(
            session,
            actor=manager,
            kind=ImportKind.STAFF,
            file_name="staff.csv",
            source=io.BytesIO(book(*STAFF)),
            folder=desk.folder,
            at=AT,
        )


def test_a_staff_list_never_takes_the_last_administrator_away(desk: Desk) -> None:
    with desk.database.unaudited("test data") as session:
        admin_id = make_staff(
            session, roles=[Role.ADMINISTRATOR], username="the.admin", name="管理员"
        ).id
    gone = {"工号": "the.admin", "姓名": "管理员", "离职日期": "2026-01-31"}
    run = desk.brought_in(book(gone), kind=ImportKind.STAFF)
    assert (run.state, run.failure) == (ImportState.FAILED, {"code": "last_administrator"})
    with desk.database.reading() as session:
        assert session.get_one(Staff, admin_id).in_service_to is None


def test_a_failure_leaves_an_import_that_was_given_up_alone(desk: Desk) -> None:
    run = desk.started(book(line()))
    with desk.database.transaction() as session:
        intake.cancel(session, actor=SYSTEM, run_id=run.id, at=AT, seen_version=run.version)
    running._fail(desk.database, run.id, AT, {"code": "import_broke"})
    assert desk.seen(run).state is ImportState.CANCELLED


def test_whoever_brought_it_in_is_told_when_a_step_is_done(desk: Desk) -> None:
    with desk.database.unaudited("test data") as session:
        manager = make_actor(session, Role.MANAGER)
    run = desk.started(book(line(客户经理="")), actor=manager)
    run = desk.applied(desk.checked(run, actor=manager), actor=manager)
    with desk.database.reading() as session:
        told = notifications.notices(session, actor=manager, on=ON, at=AT)
    assert [one.kind for one in told] == ["import.applied", "import.checked"]
    assert {one.query["run"] for one in told} == {run.number}
