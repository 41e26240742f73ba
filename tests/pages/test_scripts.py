"""The screen Scripts: the library, a draft from bad to asked for, two at one draft, withdrawal."""

import pytest
from sqlalchemy import select
from streamlit.testing.v1 import AppTest

from db.models import Approval, Script, ScriptVersion
from db.session import Database
from services import scripts
from services.actor import Actor
from terms.approvals import ApprovalKind
from terms.people import Locale, Role
from terms.policies import Line
from terms.scripts import ScriptStage
from tests.make import AT, actor_of, make_actor, make_client, make_contact, make_staff
from tests.pages.conftest import OpenPage

PLACE = "objection.price.motor"
ZH, EN = "上期{上期保费}，本期{本期保费}，{保费差额}。", "Last {premium}, now {new_premium}."


@pytest.fixture
def editor(running: Database) -> Actor:
    with running.unaudited("test data") as session:
        make_actor(session, Role.COMPLIANCE, name="何静")
        return make_actor(session, Role.TEAM_LEAD, name="陈建华")


def said(page: AppTest) -> str:
    return " ".join(one.value for one in (*page.markdown, *page.error, *page.warning))


def keys(page: AppTest) -> set[str]:
    return {button.key for button in page.button if button.key}


def type_draft(page: AppTest, *, zh: str = ZH, en: str = EN) -> AppTest:
    page.text_area(key="scripts.text-zh").set_value(zh)
    page.text_area(key="scripts.text-en").set_value(en)
    page.text_area(key="scripts.why").set_value("差额说得更清楚")
    return page.button(key="scripts.save").click().run()


@pytest.mark.parametrize("locale", Locale)
def test_whoever_works_cases_reads_the_library_and_changes_nothing(
    open_page: OpenPage, running: Database, locale: Locale
) -> None:
    with running.unaudited("test data") as session:
        specialist = make_actor(session, Role.SPECIALIST)
    page = open_page("scripts", specialist, locale=locale, id=PLACE)
    assert not page.error
    assert len(page.dataframe) == 1
    assert not {"scripts.change", "scripts.withdraw", "scripts.new"} & keys(page)


def test_a_draft_is_put_right_and_asked_for(
    open_page: OpenPage, running: Database, editor: Actor
) -> None:
    page = open_page("scripts", editor, id=PLACE)
    page = page.button(key="scripts.change").click().run()
    page = type_draft(page, zh="今天续保返现200元")
    assert "返现" in said(page)
    assert "scripts.ask" not in keys(page)
    page = type_draft(page)
    page = page.button(key="scripts.ask").click().run()
    assert not page.exception
    with running.reading() as session:
        asked = session.scalars(select(Approval)).one()
        assert (asked.kind, asked.subject) == (ApprovalKind.SCRIPT, PLACE)
        assert ZH in asked.payload
    assert asked.number in " ".join(str(one.proto) for one in page.main)


def test_what_was_typed_stands_there_again_after_a_reload(
    open_page: OpenPage, editor: Actor
) -> None:
    page = open_page("scripts", editor, id=PLACE)
    page = page.button(key="scripts.change").click().run()
    page.text_area(key="scripts.text-zh").set_value("写了一半").run()
    again = open_page("scripts", editor, id=PLACE)
    assert again.text_area(key="scripts.text-zh").value == "写了一半"


def test_another_place_opens_with_its_own_text(open_page: OpenPage, editor: Actor) -> None:
    page = open_page("scripts", editor, id=PLACE)
    page = page.button(key="scripts.change").click().run()
    first = page.text_area(key="scripts.text-zh").value
    page.query_params["id"] = "closing.any.any"
    page = page.run()
    page = page.button(key="scripts.change").click().run()
    assert page.text_area(key="scripts.text-zh").value != first


def test_the_later_of_two_sees_both_and_chooses(
    open_page: OpenPage, running: Database, editor: Actor
) -> None:
    page = open_page("scripts", editor, id=PLACE)
    page = page.button(key="scripts.change").click().run()
    with running.transaction() as session:
        version = session.scalar(select(Script.version).where(Script.place == PLACE))
        assert version is not None
        colleague = make_actor(session, Role.MANAGER, name="马经理")
        scripts.save_draft(
            session,
            actor=colleague,
            place=PLACE,
            text_zh="经理的话",
            text_en="The manager's words",
            why="x",
            at=AT,
            seen_version=version,
        )
    page = type_draft(page)
    assert "马经理" in said(page)
    assert "经理的话" in said(page)
    assert page.text_area(key="scripts.text-zh").value == ZH
    page = page.button(key="scripts.mine").click().run()
    with running.reading() as session:
        assert session.scalar(select(Script.draft_zh).where(Script.place == PLACE)) == ZH


def test_a_text_is_taken_out_of_use_with_a_reason(
    open_page: OpenPage, running: Database, editor: Actor
) -> None:
    page = open_page("scripts", editor, id=PLACE)
    area = next(one for one in page.text_area if one.key.startswith("scripts.withdraw-why"))
    area.set_value("说法过时")
    page = page.button(key="scripts.withdraw").click().run()
    assert not page.exception
    with running.reading() as session:
        ended = session.scalars(
            select(ScriptVersion.ended_why).where(ScriptVersion.ended_at.is_not(None))
        ).all()
    assert ended == ["说法过时"]
    assert "已停用" in said(page)


def test_a_new_place_opens_its_draft(open_page: OpenPage, running: Database, editor: Actor) -> None:
    page = open_page("scripts", editor)
    page = page.button(key="scripts.new").click().run()
    page.selectbox(key="scripts.new-stage").set_value(ScriptStage.CLOSING).run()
    page.selectbox(key="scripts.new-line").set_value(Line.CARGO).run()
    page = page.button(key="scripts.new-save").click().run()
    assert not page.exception
    with running.reading() as session:
        assert session.scalar(select(Script.id).where(Script.place == "closing.any.cargo"))
    assert page.text_area(key="scripts.text-zh").value == ""


def test_a_library_of_one_stage_without_scripts_says_so(
    open_page: OpenPage, running: Database, editor: Actor
) -> None:
    with running.unaudited("test data") as session:
        for version in session.scalars(select(ScriptVersion)):
            session.delete(version)
        session.flush()
        for script in session.scalars(select(Script)):
            session.delete(script)
    page = open_page("scripts", editor, locale=Locale.EN)
    assert "There is no script of this kind yet." in said(page)


def test_a_forbidden_word_in_a_note_is_named_in_the_clients_log(
    open_page: OpenPage, running: Database
) -> None:
    with running.unaudited("test data") as session:
        staff = make_staff(session)
        client = make_client(session, owner=staff)
        make_contact(session, client=client, staff=staff, note="答应返现200元")
        actor, number = actor_of(session, staff), client.number
    page = open_page("client", actor, id=number, view="talks")
    assert "“返现”（合同外利益）" in said(page)
