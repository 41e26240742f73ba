"""The tiers on a client's file: in words, in both languages, and nothing before the first pass."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select, update
from streamlit.testing.v1 import AppTest

from db.models import Approval, Client, ClientStanding, Policy
from db.session import Database
from services import approvals, tiering
from services.actor import Actor
from services.permissions import ROLE_PERMISSIONS, Permission
from terms.people import Locale, Role
from terms.policies import IncomeKind, InstalmentStatus, Line
from terms.tiering import TierAxis
from tests.make import (
    AT,
    ON,
    make_access,
    make_actor,
    make_claim,
    make_client,
    make_income,
    make_instalment,
    make_override,
    make_policy,
    make_staff,
)
from tests.make.people import actor_of
from tests.pages.conftest import OpenPage

SEES = {Permission.CLIENT_READ}


@pytest.fixture
def client(running: Database) -> tuple[Actor, str]:
    """A client manager and a client of theirs, two points beneath the mid tier."""
    with running.unaudited("test data") as session:
        owner = make_staff(session, roles=(Role.CLIENT_MANAGER,), name="周敏")
        made = make_client(session, owner=owner, client_since_on=date(2024, 1, 1), needs="养老")
        make_policy(session, client=made, line=Line.MOTOR, premium_fen=450_000)
        make_income(session, client=made, booked_on=ON, amount_fen=45_000)
        return actor_of(session, owner), made.number


def texts(page: AppTest) -> str:
    """What stands on the page, without what keeps Markdown from reading it as markup."""
    found = "\n".join(str(one.value) for one in (*page.markdown, *page.subheader))
    return found.replace("\\", "")


def test_before_the_first_pass_nothing_is_said(
    open_page: OpenPage, client: tuple[Actor, str]
) -> None:
    actor, number = client
    page = open_page("client", actor, id=number)
    assert "价值与风险" not in [one.value for one in page.subheader]


@pytest.mark.parametrize(
    ("locale", "said"),
    [
        (
            Locale.ZH,
            (
                "价值等级：**低等级** · 33分",
                "持有险种数达到2即为中等级",
                "客户星级：**★☆☆☆☆ 1 星**",
                "内部使用，不得告知客户",
                "不详：风险态度",
                "| 合计 |",
            ),
        ),
        (
            Locale.EN,
            (
                "Value tier: **Low tier** · 33 of 100 points",
                "Mid tier with Lines held from 2 on; now 1",
                "Client stars: **★☆☆☆☆ 1 star**",
                "internal, not for the client",
                "Attitude to risk; ",
                "| Sum |",
            ),
        ),
    ],
)
def test_the_file_says_where_the_client_stands_and_why(
    open_page: OpenPage,
    running: Database,
    client: tuple[Actor, str],
    locale: Locale,
    said: tuple[str, ...],
) -> None:
    actor, number = client
    tiering.recalculate(running, on=ON, at=AT)
    found = texts(open_page("client", actor, locale=locale, id=number))
    for each in said:
        assert each in found


def test_income_is_kept_apart_and_says_when_it_moves_the_stars(
    open_page: OpenPage, running: Database, client: tuple[Actor, str]
) -> None:
    actor, number = client
    with running.unaudited("test data") as session:
        found = session.scalars(select(Client).where(Client.number == number)).one()
        make_income(
            session,
            client=found,
            kind=IncomeKind.EXPECTED,
            booked_on=date(2026, 12, 5),
            amount_fen=200_050,
        )
    tiering.recalculate(running, on=ON, at=AT)
    said = texts(open_page("client", actor, id=number))
    assert "| 已实现收入 | 450.00 | 1 星 |" in said
    assert "| 预期收入 | 2,000.50 |  |" in said
    assert "| 合计 | 2,450.50 | 3 星 |" in said
    assert "2026-12：升至3 星" in said
    assert "2027-01：降至1 星" in said


def test_a_class_is_asked_for_on_the_file_and_both_values_stand_side_by_side(
    open_page: OpenPage, running: Database, client: tuple[Actor, str]
) -> None:
    actor, number = client
    with running.unaudited("test data") as session:
        decider = make_actor(session, Role.COMPLIANCE, name="何静")
    tiering.recalculate(running, on=ON, at=AT)
    page = open_page("client", actor, id=number)
    page.button(key="client.tier-override").click().run()
    page.selectbox(key="client.tier-axis").select(TierAxis.STARS).run()
    page.selectbox(key="client.tier-held").select("4").run()
    page.date_input(key="client.tier-until").set_value(ON + timedelta(days=30)).run()
    page.text_area(key="client.tier-why").set_value("集团影响力大").run()
    page.button(key="client.tier-ask").click().run()
    assert not page.exception
    with running.reading() as session:
        asked = session.scalars(select(Approval)).one()
    assert "客户星级：周敏已申请核定，待审批" in texts(page)
    with running.transaction() as session:
        approvals.approve(
            session,
            actor=decider,
            number=asked.number,
            word="同意",
            on=ON,
            at=AT,
            seen_version=asked.version,
        )
    said = texts(open_page("client", actor, id=number))
    assert "客户星级：**★★★★☆ 4 星**" in said
    assert "人工核定，有效至2026-12-20 · 按规则：1 星" in said
    assert "集团影响力大" in said
    assert "周敏申请，何静批准" in said
    assert "| 客户星级 | 1 星 → 4 星 | 人工核定 |" in said


def test_a_decision_is_ended_on_the_file(
    open_page: OpenPage, running: Database, client: tuple[Actor, str]
) -> None:
    actor, number = client
    with running.unaudited("test data") as session:
        found = session.scalars(select(Client).where(Client.number == number)).one()
        override_id = make_override(session, client=found).id
    tiering.recalculate(running, on=ON, at=AT)
    page = open_page("client", actor, id=number)
    assert "价值等级：**高等级**" in texts(page)
    page.button(key=f"client.tier-end-{override_id}").click().run()
    page.text_input(key="client.tier-end-why").set_value("情况已变").run()
    page.button(key="client.tier-end").click().run()
    assert not page.exception
    assert "价值等级：**低等级**" in texts(page)


@pytest.mark.parametrize(
    ("locale", "said"),
    [
        (
            Locale.ZH,
            (
                "接待等级：**D类 · 主管或经办人接待** · 人均约150 元",
                "陪同人数：4人以内1人、10人以内2人、更多客人3人及以上",
                "信用等级：**信用较差** · 扣63分",
                "须加强审核",
                "欠缴保费",
                "理赔记录",
            ),
        ),
        (
            Locale.EN,
            (
                "Class of reception: **D · supervisor or owner** · about ¥150 a person",
                "Credit grade: **Poor credit** · 63 of 100 points against",
                "Stronger review",
                "Instalment not paid",
            ),
        ),
    ],
)
def test_reception_and_credit_stand_on_the_file(
    open_page: OpenPage,
    running: Database,
    client: tuple[Actor, str],
    locale: Locale,
    said: tuple[str, ...],
) -> None:
    actor, number = client
    with running.unaudited("test data") as session:
        found = session.scalars(select(Client).where(Client.number == number)).one()
        policy = session.scalars(select(Policy).where(Policy.client_id == found.id)).one()
        for days in (40, 70):
            make_instalment(
                session,
                policy=policy,
                due_on=ON - timedelta(days=days),
                status=InstalmentStatus.UNPAID,
            )
        make_claim(session, policy=policy, amount_fen=20_000_000, reported_on=ON)
    tiering.recalculate(running, on=ON, at=AT)
    drawn = texts(open_page("client", actor, locale=locale, id=number))
    for each in said:
        assert each in drawn


def test_telling_a_client_their_stars_is_asked_for_and_taken_back(
    open_page: OpenPage, running: Database, client: tuple[Actor, str]
) -> None:
    actor, number = client
    with running.unaudited("test data") as session:
        decider = make_actor(session, Role.COMPLIANCE, name="何静")
    tiering.recalculate(running, on=ON, at=AT)
    page = open_page("client", actor, id=number)
    page.button(key="client.stars-tell").click().run()
    page.date_input(key="client.stars-until").set_value(ON).run()
    page.button(key="client.stars-ask").click().run()
    assert "请填写理由" in str(
        [one.value for one in (*page.error, *page.warning, *page.toast)]
    ) or (page.session_state["frame.form"] == "client.stars-tell")
    page.text_input(key="client.stars-why").set_value("客户要求了解").run()
    page.button(key="client.stars-ask").click().run()
    assert not page.exception
    assert "告知客户星级的申请待审批" in texts(page)
    with running.reading() as session:
        asked = session.scalars(select(Approval)).one()
    with running.transaction() as session:
        approvals.approve(
            session,
            actor=decider,
            number=asked.number,
            word="同意",
            on=ON,
            at=AT,
            seen_version=asked.version,
        )
    page = open_page("client", actor, id=number)
    assert "可告知客户，至2026-11-20止" in texts(page)
    page.button(key="client.stars-end").click().run()
    page.text_input(key="client.stars-end-why").set_value("不再需要").run()
    page.button(key="client.stars-end-now").click().run()
    assert not page.exception
    assert "内部使用，不得告知客户" in texts(page)


@pytest.mark.parametrize("role", [role for role, may in ROLE_PERMISSIONS.items() if SEES & may])
def test_no_address_of_a_clients_file_names_a_rating(
    open_page: OpenPage, running: Database, client: tuple[Actor, str], role: Role
) -> None:
    _owner, number = client
    tiering.recalculate(running, on=ON, at=AT)
    with running.unaudited("test data") as session:
        session.execute(update(ClientStanding).values(stars=4711, stars_by_rule=4711))
        found = session.scalars(select(Client).where(Client.number == number)).one()
        staff = make_staff(session, roles=(role,))
        make_access(session, client=found, staff=staff)
        actor = actor_of(session, staff)
    page = open_page("client", actor, id=number)
    addresses = [str(dict(page.query_params)), *(str(link.proto) for link in page.get("page_link"))]
    assert addresses
    for address in addresses:
        assert "4711" not in address
        assert "star" not in address.lower()
