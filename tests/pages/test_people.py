"""``/people``: the list, a person, leave, branches, and what others than administrators see."""

from datetime import timedelta

from sqlalchemy import select

from db.models import Staff, StaffLeave, StaffRole
from db.session import Database
from services.actor import Actor
from terms.people import Locale, Role
from tests.make import (
    ON,
    actor_of,
    make_actor,
    make_branch,
    make_client,
    make_leave,
    make_sign_in,
    make_staff,
    make_team,
)
from tests.pages.conftest import OpenPage


def administrator(running: Database) -> Actor:
    with running.unaudited("test data") as session:
        return make_actor(session, Role.ADMINISTRATOR)


def test_the_list_has_everybody_in_both_languages(open_page: OpenPage, running: Database) -> None:
    admin = administrator(running)
    with running.unaudited("test data") as session:
        make_staff(session, name="何静")
    for locale, title in ((Locale.ZH, "人员"), (Locale.EN, "Staff")):
        page = open_page("people", admin, locale=locale)
        assert page.title[0].value == title
        assert "何静" in list(page.dataframe[0].value["name"])


def test_filters_of_the_address_that_fit_nobody_say_so(
    open_page: OpenPage, running: Database
) -> None:
    page = open_page("people", administrator(running), locale=Locale.EN, q="nobody at all")
    assert any("Nobody fits" in each.value for each in page.markdown)
    page = open_page("people", administrator(running), state="nonsense", after="nonsense", id="x")
    assert any("x" in each.value for each in page.warning)


def test_a_person_shows_what_has_to_be_handed_over(open_page: OpenPage, running: Database) -> None:
    admin = administrator(running)
    with running.unaudited("test data") as session:
        staff = make_staff(session)
        make_client(session, owner=staff)
        make_sign_in(session, staff=staff)
        username = staff.username
    page = open_page("people", admin, locale=Locale.EN, id=username)
    said = [each.value for each in page.markdown]
    assert "**1** Clients they own" in said
    assert not [button for button in page.button if button.key == "people.depart"]
    page.button(key="people.end-0").click().run()
    said = [each.value for each in page.markdown]
    assert any("Not signed in anywhere" in each for each in said)


def test_roles_are_changed_by_another_administrator(open_page: OpenPage, running: Database) -> None:
    admin = administrator(running)
    with running.unaudited("test data") as session:
        staff = make_staff(session)
        staff_id, username = staff.id, staff.username
    page = open_page("people", admin, id=username)
    page.button(key="people.roles").click().run()
    page.multiselect(key=f"people.roles-{staff_id}").set_value([Role.TEAM_LEAD]).run()
    page.button(key="people.roles-save").click().run()
    assert not page.exception
    with running.reading() as session:
        roles = session.scalars(select(StaffRole.role).where(StaffRole.staff_id == staff_id)).all()
    assert roles == [Role.TEAM_LEAD]
    own = open_page("people", admin, id=admin.username)
    assert own.button(key="people.roles").disabled


def test_a_lead_notes_leave_of_the_team_and_sees_no_sign_in(
    open_page: OpenPage, running: Database
) -> None:
    with running.unaudited("test data") as session:
        team = make_team(session)
        lead = make_actor(session, Role.TEAM_LEAD, team=team)
        staff, other = make_staff(session, team=team), make_staff(session)
        staff_id, username, name, stranger = staff.id, staff.username, staff.name, other.username
    page = open_page("people", lead, id=username)
    assert [each.value for each in page.subheader] == [name, "休假"]
    page.button(key="people.leave-new").click().run()
    page.button(key="people.leave-new-save").click().run()
    assert not page.exception
    with running.reading() as session:
        leave = session.scalars(select(StaffLeave)).one()
        assert (leave.staff_id, leave.from_on) == (staff_id, ON + timedelta(days=1))
    page = open_page("people", lead, id=stranger)
    assert not [button for button in page.button if button.key == "people.leave-new"]
    page = open_page("people", lead)
    assert not [button for button in page.button if button.key == "people.new"]


def test_leave_of_all_and_branches_have_their_views(open_page: OpenPage, running: Database) -> None:
    admin = administrator(running)
    page = open_page("people", admin, locale=Locale.EN, view="leave")
    assert any("Nobody is away" in each.value for each in page.markdown)
    with running.unaudited("test data") as session:
        make_leave(session, staff=make_staff(session, name="何静"))
        make_branch(session, name="宁波分公司")
    page = open_page("people", admin, locale=Locale.EN, view="leave")
    assert list(page.dataframe[0].value["name"]) == ["何静"]
    page = open_page("people", admin, view="places")
    assert "宁波分公司" in [each.value for each in page.subheader]
    page.button(key="people.branch-new").click().run()
    page.text_input(key="people.branch-new-name").set_value("温州分公司").run()
    page.button(key="people.branch-new-save").click().run()
    assert not page.exception
    assert "温州分公司" in [each.value for each in page.subheader]


def test_a_new_colleague_gets_a_password_shown_once(open_page: OpenPage, running: Database) -> None:
    page = open_page("people", administrator(running))
    page.button(key="people.new").click().run()
    page.text_input(key="people.new-username").set_value("he.jing")
    page.text_input(key="people.new-name").set_value("何静")
    page.multiselect(key="people.new-roles").set_value([Role.HR])
    page.button(key="people.new-save").click().run()
    assert not page.exception
    assert len(page.code[0].value) >= 12
    with running.reading() as session:
        staff = session.scalars(select(Staff).where(Staff.username == "he.jing")).one()
        assert actor_of(session, staff).roles == (Role.HR,)
