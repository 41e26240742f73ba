"""Clocks of instalments on screen: the file's view, its forms, the list of suspended policies."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session
from streamlit.testing.v1 import AppTest

from db.models import Client, FormalDemand, Instalment, Suspension
from db.session import Database
from services import renewals
from services.actor import SYSTEM, Actor
from services.scripts import seed_scripts
from terms.instalments import DemandMeans, SuspensionState
from terms.people import Language, Locale, Role
from terms.policies import InstalmentStatus, Line
from tests.make import (
    AT,
    ON,
    actor_of,
    make_actor,
    make_client,
    make_instalment,
    make_policy,
    make_staff,
)
from tests.pages.conftest import OpenPage

NUMBER = "C0000001"
DAY = timedelta(days=1)


def owing(session: Session, days_ago: int) -> Actor:
    owner = make_staff(session, name="周敏")
    client = make_client(session, owner=owner, number=NUMBER, name="杨学俊")
    policy = make_policy(
        session,
        client=client,
        line=Line.LIFE,
        product="传家终身寿险",
        expiry_on=None,
        inception_on=date(2020, 1, 1),
    )
    make_instalment(session, policy=policy, due_on=ON - days_ago * DAY)
    session.flush()
    renewals.follow_instalments(session, actor=SYSTEM, on=ON, at=AT)
    return actor_of(session, owner)


@pytest.fixture
def opened(running: Database, open_page: OpenPage) -> Callable[..., AppTest]:
    def make(days_ago: int, page: str, locale: Locale = Locale.ZH, **query: str) -> AppTest:
        with running.unaudited("test data") as session:
            actor = owing(session, days_ago)
        return open_page(page, actor, locale=locale, **query)

    return make


Opened = Callable[..., AppTest]
FILE = {"id": NUMBER, "view": "instalments"}


def words_on(page: AppTest) -> str:
    said = "\n".join(str(one.value) for one in [*page.subheader, *page.markdown])
    return said.replace("\\-", "-")


def press(page: AppTest, key: str) -> AppTest:
    found = next(one for one in page.button if str(one.key).startswith(key))
    return found.click().run()


@pytest.mark.parametrize(
    ("locale", "said"),
    [
        (Locale.ZH, "◆ 宽限期剩 10 天，至 2026-11-30，自应缴日起算"),
        (Locale.EN, "◆ 10 days of grace left, until 2026-11-30, counted from the due day"),
    ],
)
def test_a_file_says_how_long_grace_lasts(opened: Opened, locale: Locale, said: str) -> None:
    page = opened(50, "client", locale, **FILE)
    assert not page.exception
    assert said in words_on(page)


def test_a_suspended_policy_names_all_its_days(opened: Opened) -> None:
    said = words_on(opened(70, "client", **FILE))
    assert "▲ 效力中止，自 2026-11-11 起" in said
    assert "◆ 中止通知须于 2026-11-25 前发出" in said
    assert "○ 可复效至 2028-11-11" in said


def test_a_demand_is_recorded_with_its_proof(opened: Opened, running: Database) -> None:
    page = press(opened(5, "client", **FILE), "client.demand-")
    assert any("服务提醒不是催告" in str(one.value) for one in page.markdown)
    go = next(one for one in page.button if one.key == "client.demand-go")
    assert go.disabled
    page.selectbox(key="client.demand-means").set_value(DemandMeans.REGISTERED_LETTER)
    page = page.text_input(key="client.demand-reference").set_value("XA1").run()
    page = page.button(key="client.demand-go").click().run()
    assert not page.exception
    with running.reading() as session:
        kept = session.scalars(select(FormalDemand)).one()
        assert (kept.demanded_on, kept.reference) == (ON, "XA1")
    assert "自催告日起算" in words_on(page)
    assert not [one for one in page.button if str(one.key).startswith("client.demand-")]


def test_a_payment_in_grace_ends_the_clock(opened: Opened, running: Database) -> None:
    page = press(opened(50, "client", **FILE), "client.paid-")
    page = page.button(key="client.paid-go").click().run()
    with running.reading() as session:
        assert session.scalars(select(Instalment.status)).one() is InstalmentStatus.PAID
    assert "宽限期剩" not in words_on(page)


def test_an_application_is_recorded_and_answered(opened: Opened, running: Database) -> None:
    page = press(opened(70, "client", **FILE), "client.apply-")
    page = page.button(key="client.apply-go").click().run()
    assert "保险公司须于 2026-12-20 前答复（剩 30 天），逾期视为同意" in words_on(page)
    page = press(page, "client.answer-")
    page = page.segmented_control(key="client.answer-answer").set_value("accepted").run()
    page = page.button(key="client.answer-go").click().run()
    assert "◆ 补缴保费之日起恢复效力" in words_on(page)
    with running.reading() as session:
        assert session.scalars(select(Suspension.state)).one() is SuspensionState.ACCEPTED


def test_a_payment_without_reinstatement_is_refused_in_words(opened: Opened) -> None:
    page = press(opened(70, "client", **FILE), "client.paid-")
    page = page.button(key="client.paid-go").click().run()
    said = [str(one.value) for one in [*page.error, *page.warning]]
    assert any("单凭缴费不能恢复" in one for one in said)


@pytest.mark.parametrize(
    ("locale", "notice"), [(Locale.ZH, "◆ 2026-11-25 前"), (Locale.EN, "◆ by 2026-11-25")]
)
def test_the_list_of_suspended_policies(opened: Opened, locale: Locale, notice: str) -> None:
    page = opened(70, "renewals", locale, view="suspended")
    assert not page.exception
    table = page.dataframe[0].value
    assert list(table["notice"]) == [notice]
    assert list(table["name"]) == ["杨学俊"]


@pytest.mark.parametrize(
    ("wish", "said"),
    [
        (None, ("话术 · 复效 · 寿险", "您的传家终身寿险因保费未缴，效力已经中止")),
        (Language.ENGLISH, ("按客户偏好，用英语。", "is suspended and there is no cover now")),
    ],
)
def test_the_script_for_the_reinstatement_stands_under_the_list(
    opened: Opened, running: Database, wish: Language | None, said: tuple[str, ...]
) -> None:
    with running.unaudited("test data") as session:
        seed_scripts(session, at=AT)
    page = opened(70, "renewals", view="suspended")
    if wish is not None:
        with running.unaudited("test data") as session:
            session.execute(update(Client).values(preferred_language=wish))
        page = page.run()
    assert not page.exception
    assert "与杨学俊沟通的话术" in words_on(page)
    for each in said:
        assert each in words_on(page)


def test_who_wants_no_contact_gets_no_script(opened: Opened, running: Database) -> None:
    page = opened(70, "renewals", view="suspended")
    with running.unaudited("test data") as session:
        session.execute(update(Client).values(do_not_contact=True))
    page = page.run()
    assert "客户要求不再联系" in words_on(page)
    assert "话术 · 复效" not in words_on(page)


def test_while_the_insurer_is_asked_nothing_is_said(opened: Opened, running: Database) -> None:
    page = opened(70, "renewals", view="suspended")
    with running.unaudited("test data") as session:
        session.execute(update(Suspension).values(state=SuspensionState.APPLIED))
    assert "先等保险公司答复" in words_on(page.run())


def test_a_pill_that_leaves_none_says_so(opened: Opened) -> None:
    page = opened(70, "renewals", view="suspended", show="answer")
    assert "没有这一类中止保单。" in words_on(page)


def test_whoever_has_no_suspended_policy_reads_so(running: Database, open_page: OpenPage) -> None:
    with running.unaudited("test data") as session:
        actor = make_actor(session, Role.COMPLIANCE)
    page = open_page("renewals", actor, view="suspended")
    assert "您的客户没有效力中止的保单。" in words_on(page)
