"""The screen Approvals: nothing to do, something to decide, one's own, in both languages."""

import pytest

from db.models import Rule
from db.session import Database
from services import approvals, rule_book
from services.actor import Actor
from services.rule_tables import DEFAULTS
from terms.people import Locale, Role
from tests.make import AT, ON, make_actor, make_leave, make_staff
from tests.pages.conftest import OpenPage

KEY = "renewal.windows"


@pytest.fixture
def asker(running: Database) -> Actor:
    with running.unaudited("test data") as session:
        return make_actor(session, Role.ADMINISTRATOR, name="周敏")


@pytest.fixture
def decider(running: Database) -> Actor:
    with running.unaudited("test data") as session:
        return make_actor(session, Role.COMPLIANCE, name="何静")


def ask(running: Database, asker: Actor) -> str:
    with running.transaction() as session:
        draft = rule_book.start_draft(session, actor=asker, key=KEY, on=ON, at=AT)
        draft = rule_book.save_draft(
            session,
            actor=asker,
            key=KEY,
            value={**DEFAULTS[KEY].value, "prepare": 120},
            effective_from=ON,
            source="办公会决定",
            needs_confirmation=False,
            why="车险来得太晚",
            at=AT,
            seen_version=draft.version,
        )
        return rule_book.ask_publication(
            session, actor=asker, key=KEY, on=ON, at=AT, seen_version=draft.version
        )


def said(page: object) -> str:
    return " ".join(one.value for one in page.markdown)  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("locale", "sentence"),
    [(Locale.ZH, "没有等您审批的事项。"), (Locale.EN, "Nothing waits for your decision.")],
)
def test_nothing_waits(open_page: OpenPage, decider: Actor, locale: Locale, sentence: str) -> None:
    page = open_page("approvals", decider, locale=locale)
    assert sentence in said(page)


def test_a_decision_carries_out_what_was_asked(
    open_page: OpenPage, running: Database, asker: Actor, decider: Actor
) -> None:
    number = ask(running, asker)
    page = open_page("approvals", decider, locale=Locale.EN)
    assert "| Prepare from | 90 days | **120 days** |" in said(page)
    assert "车险来得太晚" in said(page)
    page = page.button(key="approvals.approve").click().run()
    assert page.error[0].value.startswith("Say in a word why you decide so")
    page.text_area[0].input("Agreed")
    page = page.button(key="approvals.approve").click().run()
    assert not page.error
    with running.reading() as session:
        assert session.query(Rule).filter(Rule.key == KEY, Rule.effective_from == ON).count() == 1
    page = open_page("approvals", decider, locale=Locale.EN, view="ended", id=number)
    assert "Decided by 何静" in said(page)


def test_a_refusal_says_so_and_changes_nothing(
    open_page: OpenPage, running: Database, asker: Actor, decider: Actor
) -> None:
    ask(running, asker)
    page = open_page("approvals", decider)
    page.text_area[0].input("下月再说")
    page = page.button(key="approvals.refuse").click().run()
    assert "没有等您审批的事项。" in said(page)
    with running.reading() as session:
        assert session.query(Rule).filter(Rule.key == KEY).count() == 1


def test_who_asked_may_only_take_it_back(
    open_page: OpenPage, running: Database, asker: Actor, decider: Actor
) -> None:
    number = ask(running, asker)
    page = open_page("approvals", asker, locale=Locale.EN, view="mine")
    keys = [button.key for button in page.button]
    assert "approvals.withdraw" in keys
    assert "approvals.approve" not in keys
    assert "何静" in said(page)
    page = page.button(key="approvals.withdraw").click().run()
    with running.reading() as session:
        card = approvals.card(session, actor=asker, number=number, on=ON, at=AT)
    assert card.row.state == "withdrawn"


def test_a_substitute_sees_in_whose_place_they_decide(
    open_page: OpenPage, running: Database, asker: Actor
) -> None:
    with running.unaudited("test data") as session:
        away = make_staff(session, roles=(Role.COMPLIANCE,), name="何静")
        stand_in = make_actor(session, Role.SPECIALIST, name="李雷")
        make_leave(session, staff=away, substitute_id=stand_in.own_id)
    ask(running, asker)
    page = open_page("approvals", stand_in, locale=Locale.EN)
    assert page.info[0].value == "You decide in place of 何静, who is on leave."


def test_somebody_elses_request_is_not_opened(
    open_page: OpenPage, running: Database, asker: Actor, decider: Actor
) -> None:
    number = ask(running, asker)
    with running.unaudited("test data") as session:
        stranger = make_actor(session, Role.SPECIALIST)
    page = open_page("approvals", stranger, locale=Locale.EN, id=number)
    assert page.error[0].value == "There is no such record, or it is not yours to open."
