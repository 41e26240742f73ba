"""The screen Rules: the book, a draft from bad to asked for, two at one draft, the calendar."""

import pytest
from streamlit.testing.v1 import AppTest

from db.models import RuleDraft
from db.session import Database
from services import rule_book
from services.actor import Actor
from services.rule_tables import DEFAULTS
from terms.people import Locale, Role
from tests.make import AT, ON, make_actor
from tests.pages.conftest import OpenPage

KEY = "renewal.windows"
NOTICE = "关于2027年部分节假日安排的通知\n一、元旦：1月1日（周五）至3日（周日）放假，共3天。"


@pytest.fixture
def editor(running: Database) -> Actor:
    with running.unaudited("test data") as session:
        make_actor(session, Role.COMPLIANCE, name="何静")
        return make_actor(session, Role.ADMINISTRATOR, name="周敏")


def said(page: AppTest) -> str:
    return " ".join(one.value for one in page.markdown)


def field(page: AppTest, path: str) -> object:
    for kind in (page.number_input, page.text_area, page.text_input, page.date_input):
        for one in kind:
            if one.key and one.key.endswith(f":{path}"):
                return one
    raise AssertionError(path)


def keys(page: AppTest) -> set[str]:
    return {button.key for button in page.button if button.key}


@pytest.mark.parametrize("key", DEFAULTS)
@pytest.mark.parametrize("locale", Locale)
def test_every_rule_is_shown_in_both_languages(
    open_page: OpenPage, editor: Actor, key: str, locale: Locale
) -> None:
    page = open_page("rules", editor, locale=locale, rule=key)
    assert not page.error
    assert "rules.change" in keys(page)


@pytest.mark.parametrize("key", DEFAULTS)
def test_every_rule_can_be_drafted_and_saved_as_it_is(
    open_page: OpenPage, running: Database, editor: Actor, key: str
) -> None:
    """The form made from the shape gives back the value it was made from."""
    page = open_page("rules", editor, rule=key)
    page = page.button(key="rules.change").click().run()
    page = page.button(key="rules.save").click().run()
    assert not page.exception
    with running.reading() as session:
        found = session.query(RuleDraft).filter(RuleDraft.key == key).one()
    assert found.version == 2
    assert found.value == DEFAULTS[key].value


def test_a_draft_goes_from_bad_to_good_to_asked_for(
    open_page: OpenPage, running: Database, editor: Actor
) -> None:
    page = open_page("rules", editor, locale=Locale.EN, rule=KEY)
    page = page.button(key="rules.change").click().run()
    field(page, "prepare").set_value(-5)
    page = page.button(key="rules.save").click().run()
    assert "Prepare from: at least 1." in page.error[0].value.replace("\\", "")
    assert "Source: fill it in." in page.error[0].value.replace("\\", "")
    assert field(page, "prepare").value == -5, "nothing typed is lost"
    assert "rules.ask" not in keys(page)
    field(page, "prepare").set_value(120)
    field(page, "source").input("Decision 2026-11")
    field(page, "why").input("Motor comes too late")
    page = page.button(key="rules.save").click().run()
    assert not page.error
    assert "| Prepare from | 90 days | **120 days** |" in said(page)
    assert "0 of 0 open renewals move to another stage" in said(page).replace("\\", "")
    page = page.button(key="rules.ask").click().run()
    assert not page.error
    assert "rules.save" not in keys(page), "what waits stays as it is"
    with running.reading() as session:
        card = rule_book.rule_card(session, actor=editor, key=KEY, on=ON)
    assert card.waits is not None


def test_two_at_one_draft_see_both_versions_and_choose(
    open_page: OpenPage, running: Database, editor: Actor
) -> None:
    page = open_page("rules", editor, locale=Locale.EN, rule=KEY)
    page = page.button(key="rules.change").click().run()
    with running.unaudited("test data") as session:
        other = make_actor(session, Role.ADMINISTRATOR, name="孙丽")
    with running.transaction() as session:
        rule_book.save_draft(
            session,
            actor=other,
            key=KEY,
            value={**DEFAULTS[KEY].value, "prepare": 100},
            effective_from=ON,
            source="x",
            needs_confirmation=False,
            why="y",
            at=AT,
            seen_version=1,
        )
    field(page, "prepare").set_value(150)
    page = page.button(key="rules.save").click().run()
    assert page.error[0].value.startswith("孙丽 saved this in the meantime.")
    assert "| Prepare from | 100 days | **150 days** |" in said(page)
    assert field(page, "prepare").value == 150
    page = page.button(key="rules.mine").click().run()
    assert not page.warning
    with running.reading() as session:
        draft = rule_book.rule_card(session, actor=editor, key=KEY, on=ON).draft
    assert draft is not None
    assert (draft.value["prepare"], draft.saved_by) == (150, "周敏")


def test_a_reader_changes_nothing(open_page: OpenPage, running: Database, editor: Actor) -> None:
    with running.unaudited("test data") as session:
        reader = make_actor(session, Role.MANAGER)
    page = open_page("rules", reader, locale=Locale.EN, rule=KEY)
    assert not keys(page) & {"rules.change", "rules.save", "rules.ask"}
    page = open_page("rules", reader, locale=Locale.EN, view="calendar")
    assert not page.text_area


@pytest.mark.parametrize("locale", Locale)
def test_the_calendar_warns_and_takes_a_notice(
    open_page: OpenPage, running: Database, editor: Actor, locale: Locale
) -> None:
    page = open_page("rules", editor, locale=locale, view="calendar")
    assert "2026-12-31" in page.warning[0].value
    page.text_area(key="rules.notice").input(NOTICE.replace("共3天", "共4天"))
    page = page.button(key="rules.read").click().run()
    assert "4" in page.error[0].value
    page.text_area(key="rules.notice").input(NOTICE)
    page = page.button(key="rules.read").click().run()
    assert not page.error
    assert "2027\\-01\\-01" in said(page)
    page.text_input(key="rules.source").input("国办发明电〔2026〕9号")
    page.text_input(key="rules.why").input("Out today")
    page = page.button(key="rules.adopt").click().run()
    assert not page.error
    with running.reading() as session:
        from services import approvals

        mine = approvals.asked_by_me(session, actor=editor, on=ON)
    assert [row.kind for row in mine] == ["calendar_notice"]
