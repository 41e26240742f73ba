"""What if on the tiers' screen: begun, turned, wrong, disputed, asked for; in both languages."""

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import delete, select
from streamlit.testing.v1 import AppTest

from db.models import TierDraft
from db.session import Database
from services import tier_rules, tiering
from services.actor import Actor
from terms.people import Locale, Role
from terms.policies import Line
from tests.make import AT, ON, make_actor, make_client, make_policy
from tests.pages.conftest import OpenPage

VALUE = "tiering.value"


@pytest.fixture
def manager(running: Database) -> Iterator[Actor]:
    """A manager whose clients have had their first pass."""
    with running.unaudited("test data") as session:
        made = make_actor(session, Role.MANAGER, name="沈岩")
        make_actor(session, Role.COMPLIANCE, name="何静")
        for place in range(6):
            client = make_client(session, name=f"客户{place}")
            client.branch_id = made.branch_ids[0]
            make_policy(session, client=client, line=Line.MOTOR, premium_fen=place * 600_000)
    tiering.recalculate(running, on=ON, at=AT)
    yield made
    with running.unaudited("test data") as session:
        session.execute(delete(TierDraft))


@pytest.fixture
def draft(running: Database, manager: Actor) -> tier_rules.TierDraftCard:
    with running.transaction() as session:
        return tier_rules.start(session, actor=manager, name="春季", like=None, on=ON, at=AT)


def said(page: AppTest) -> str:
    every = (*page.markdown, *page.error, *page.warning, *page.subheader)
    return " ".join(str(one.value) for one in every).replace("\\", "")


def control(page: AppTest, part: str) -> Any:
    for kind in (page.slider, page.number_input, page.multiselect, page.text_input, page.button):
        for one in kind:
            if one.key and part in one.key:
                return one
    raise AssertionError(part)


@pytest.mark.parametrize(
    ("locale", "text"), [(Locale.ZH, "复制现行规则"), (Locale.EN, "Copy the rules in force")]
)
def test_without_a_draft_the_screen_says_how_to_begin(
    open_page: OpenPage, running: Database, manager: Actor, locale: Locale, text: str
) -> None:
    page = open_page("tiering", manager, locale=locale, view="whatif")
    assert text in said(page)
    page.text_input(key="tiering.name").input("2027")
    page = page.button(key="tiering.begin").click().run()
    assert not page.exception
    with running.reading() as session:
        assert session.scalars(select(TierDraft.name)).all() == ["2027"]
    assert ("6 位客户" if locale is Locale.ZH else "6 clients") in said(page)


def test_a_turn_of_the_hand_is_kept_and_shows_who_moves(
    open_page: OpenPage, running: Database, manager: Actor, draft: tier_rules.TierDraftCard
) -> None:
    page = open_page("tiering", manager, view="whatif")
    assert "无客户变动" in said(page)
    page = control(page, "value.cuts").set_value((2, 3)).run()
    assert not page.exception
    assert "位变动" in said(page)
    with running.reading() as session:
        kept = tier_rules.card_of(session, actor=manager, number=draft.number)
    assert (kept.values[VALUE]["mid"], kept.values[VALUE]["high"]) == (2, 3)
    assert kept.saved_by == "沈岩"
    page = control(page, "value.premium").set_value(60).run()
    with running.reading() as session:
        kept = tier_rules.card_of(session, actor=manager, number=draft.number)
    assert kept.values[VALUE]["factors"][0] == {"factor": "premium", "points": 60}
    assert kept.values[VALUE]["mid"] == 2, "what was turned before stays"


def test_what_cannot_stand_is_said_and_stays_in_the_fields(
    open_page: OpenPage, manager: Actor, draft: tier_rules.TierDraftCard
) -> None:
    page = open_page("tiering", manager, locale=Locale.EN, view="whatif")
    page = control(page, "value.cuts").set_value((40, 40)).run()
    assert "Put this right to see what it does" in said(page)
    assert "must stay below" in said(page)
    assert control(page, "value.cuts").value == (40, 40)
    page = control(page, "value.cuts").set_value((35, 60)).run()
    assert "nobody moves" in said(page)


def test_a_factor_without_data_is_named(
    open_page: OpenPage, manager: Actor, draft: tier_rules.TierDraftCard
) -> None:
    page = open_page("tiering", manager, view="whatif")
    control(page, "value.own").input("终身价值")
    page = control(page, "value.own.add").click().run()
    assert not page.exception
    (warned,) = (one.value for one in page.warning)
    assert "终身价值" in warned


def test_steps_come_and_go(
    open_page: OpenPage, running: Database, manager: Actor, draft: tier_rules.TierDraftCard
) -> None:
    def steps() -> list[Any]:
        with running.reading() as session:
            kept = tier_rules.card_of(session, actor=manager, number=draft.number)
        return [row for row in kept.values[VALUE]["steps"] if row["factor"] == "premium"]

    page = open_page("tiering", manager, view="whatif")
    before = steps()
    page = control(page, "value.more").click().run()
    assert len(steps()) == len(before) + 1
    page = control(page, "value.step.0.out").click().run()
    assert steps()[0] == before[1]
    page = control(page, "value.step.0.at").set_value(9_000).run()
    assert steps()[0]["at"] == 9_000


def test_two_at_one_draft_see_both_versions_and_choose(
    open_page: OpenPage, running: Database, manager: Actor, draft: tier_rules.TierDraftCard
) -> None:
    page = open_page("tiering", manager, view="whatif")
    with running.unaudited("test data") as session:
        other = make_actor(session, Role.ADMINISTRATOR, name="孙丽")
    values = {**draft.values, VALUE: {**draft.values[VALUE], "mid": 20}}
    with running.transaction() as session:
        tier_rules.keep(
            session,
            actor=other,
            number=draft.number,
            values=values,
            why="",
            effective_from=None,
            at=AT,
            seen_version=draft.version,
        )
    page = control(page, "value.cuts").set_value((30, 60)).run()
    assert "孙丽在此期间" in said(page)
    assert control(page, "value.cuts").value == (30, 60), "nothing typed is lost"
    page = page.button(key="tiering.mine").click().run()
    with running.reading() as session:
        kept = tier_rules.card_of(session, actor=manager, number=draft.number)
    assert kept.values[VALUE]["mid"] == 30
    assert "孙丽在此期间" not in said(page)


def test_taking_the_saved_one_puts_it_into_the_fields(
    open_page: OpenPage, running: Database, manager: Actor, draft: tier_rules.TierDraftCard
) -> None:
    page = open_page("tiering", manager, view="whatif")
    with running.unaudited("test data") as session:
        other = make_actor(session, Role.ADMINISTRATOR, name="孙丽")
    with running.transaction() as session:
        tier_rules.keep(
            session,
            actor=other,
            number=draft.number,
            values={**draft.values, VALUE: {**draft.values[VALUE], "mid": 20}},
            why="",
            effective_from=None,
            at=AT,
            seen_version=draft.version,
        )
    page = control(page, "value.cuts").set_value((30, 60)).run()
    page = page.button(key="tiering.theirs").click().run()
    assert control(page, "value.cuts").value == (20, 60)


def test_a_draft_is_asked_for_and_stays_as_it_was(
    open_page: OpenPage, running: Database, manager: Actor, draft: tier_rules.TierDraftCard
) -> None:
    page = open_page("tiering", manager, view="whatif")
    page = control(page, "value.cuts").set_value((20, 50)).run()
    page = page.button(key="tiering.ask").click().run()
    with running.reading() as session:
        assert tier_rules.card_of(session, actor=manager, number=draft.number).waits is None
    page.text_area(key=f"tiering.why.{draft.number}").input("低价值客户占用过多服务时间")
    page = page.button(key="tiering.ask").click().run()
    assert not page.exception
    with running.reading() as session:
        kept = tier_rules.card_of(session, actor=manager, number=draft.number)
    assert kept.waits is not None
    assert kept.values[VALUE]["mid"] == 20
    assert control(page, "value.cuts").disabled
    assert "tiering.ask" not in {button.key for button in page.button}


def test_the_reason_is_kept_before_anybody_asks(
    open_page: OpenPage, running: Database, manager: Actor, draft: tier_rules.TierDraftCard
) -> None:
    page = open_page("tiering", manager, view="whatif")
    page.text_area(key=f"tiering.why.{draft.number}").input("低价值客户占用过多服务时间").run()
    page = open_page("tiering", manager, view="whatif")
    assert page.text_area(key=f"tiering.why.{draft.number}").value == "低价值客户占用过多服务时间"


def test_two_drafts_are_compared_when_asked_for(
    open_page: OpenPage, running: Database, manager: Actor, draft: tier_rules.TierDraftCard
) -> None:
    with running.transaction() as session:
        tier_rules.start(session, actor=manager, name="夏季", like=draft.number, on=ON, at=AT)
    page = open_page("tiering", manager, view="whatif", draft=draft.number)
    assert "行：按“夏季”" not in said(page)
    page = page.toggle(key="tiering.comparing").set_value(True).run()
    assert not page.exception
    assert "行：按“夏季” · 列：按“春季”" in said(page)


def test_who_may_not_try_has_no_such_view(open_page: OpenPage, running: Database) -> None:
    with running.unaudited("test data") as session:
        executive = make_actor(session, Role.EXECUTIVE)
    page = open_page("tiering", executive, view="whatif")
    assert not page.exception
    assert "tiering.begin" not in {button.key for button in page.button}
