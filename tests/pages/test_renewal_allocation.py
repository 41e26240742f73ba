"""The allocation view: shares, reasons, what nobody has, and the morning's work by hand."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from db.models import Renewal, Staff, UndoBatch
from db.session import Database
from services.actor import Actor
from terms.people import LeaveKind, Locale, Role
from terms.policies import Line
from terms.renewals import RenewalState
from tests.make import AT, ON, actor_of, make_staff, make_team
from tests.make.renewals import make_specialists, make_unassigned
from tests.pages.conftest import OpenPage


def a_team(database: Database, cases: int, **but: object) -> Actor:
    with database.unaudited("test data") as opened:
        team = make_team(opened)
        people: list[Staff] = make_specialists(opened, 2, team=team, **but)
        make_unassigned(opened, people[0], cases)
        return actor_of(opened, make_staff(opened, team=team, roles=(Role.TEAM_LEAD,)))


@pytest.mark.parametrize(
    ("locale", "said"),
    [(Locale.ZH, "无人有该险种授权"), (Locale.EN, "Nobody is authorised for the line")],
)
def test_what_nobody_may_have_is_said_with_its_reason(
    open_page: OpenPage, running: Database, locale: Locale, said: str
) -> None:
    lead = a_team(running, 3, lines=(Line.CARGO,))
    page = open_page("renewals", lead, locale=locale, view="allocation")
    waiting = page.dataframe[-1].value
    assert (list(waiting["count"]), list(waiting["why"])) == ([3], [said])


def test_giving_out_by_hand_reaches_the_database_and_says_why(
    open_page: OpenPage, running: Database
) -> None:
    lead = a_team(running, 4)
    page = open_page("renewals", lead, view="allocation")
    page.button(key="renewals.give-out").click().run()
    assert not page.exception
    with running.reading() as session:
        held = [case.assignee_id for case in session.query(Renewal)]
    assert None not in held
    assert len(set(held)) == 2
    people, given = page.dataframe[0].value, page.dataframe[1].value
    assert list(people["today"]) == [2, 2]
    assert len(given) == 2
    assert all(given["why"])


def test_an_empty_team_says_so(open_page: OpenPage, running: Database) -> None:
    with running.unaudited("test data") as opened:
        lead = actor_of(opened, make_staff(opened, team=make_team(opened), roles=(Role.TEAM_LEAD,)))
    page = open_page("renewals", lead, view="allocation")
    assert "您的范围内" in " ".join(each.value for each in page.markdown)


def test_what_was_given_is_grouped_by_the_class_of_the_address(
    open_page: OpenPage, running: Database
) -> None:
    lead = a_team(running, 3)
    page = open_page("renewals", lead, locale=Locale.EN, view="allocation", group="line")
    groups = page.dataframe[-1].value
    assert list(groups.itertuples(index=False, name=None)) == [("Motor", 0, 0.0, 0, 3, 9840)]


def test_what_somebody_was_given_is_filtered_by_class(
    open_page: OpenPage, running: Database
) -> None:
    lead = a_team(running, 4)
    page = open_page("renewals", lead, locale=Locale.EN, view="allocation", line="motor")
    page.button(key="renewals.give-out").click().run()
    assert page.button(key="renewals.classes").label == "Motor"
    assert len(page.dataframe[1].value) == 2
    page = open_page("renewals", lead, locale=Locale.EN, view="allocation", line="cargo")
    said = " ".join(each.value for each in page.markdown)
    assert "Nothing of this class was given" in said


def untouched(database: Database, lead: Actor, count: int) -> str:
    """Cases somebody was warned of long ago; their name."""
    with database.unaudited("test data") as opened:
        holder = next(iter(opened.query(Staff).filter(Staff.id != lead.staff_id)))
        for case in opened.query(Renewal):
            case.assignee_id, case.state = holder.id, RenewalState.ALLOCATED
            case.assigned_at = case.warned_at = AT - timedelta(days=60)
            case.due_on = ON + timedelta(days=20)
        assert opened.query(Renewal).count() == count
        return holder.name


def test_a_recall_is_shown_first_and_taken_back_in_one_press(
    open_page: OpenPage, running: Database
) -> None:
    lead = a_team(running, 2)
    held_by = untouched(running, lead, 2)
    page = open_page("renewals", lead, locale=Locale.EN, view="allocation")
    page = page.button(key="renewals.recall").click().run()
    moves = next(each.value for each in page.dataframe if "from" in each.value)
    assert set(moves["from"]) == {held_by}
    page = page.button(key="renewals.recall-go").click().run()
    assert not page.exception
    with running.reading() as session:
        assert {case.assignee_id for case in session.query(Renewal)}.isdisjoint(
            session.scalars(select(Staff.id).where(Staff.name == held_by))
        )
        batch = session.scalars(select(UndoBatch)).one()
    said = " ".join(each.value for each in page.markdown)
    assert f"2 untouched cases recalled from {held_by}" in said
    page = page.button(key=f"renewals-allocation.undo-{batch.id}").click().run()
    page = page.button(key=f"renewals-allocation.undo-{batch.id}-go").click().run()
    with running.reading() as session:
        names = session.scalars(select(Staff.name).join(Renewal, Renewal.assignee_id == Staff.id))
        assert set(names) == {held_by}


def test_sick_leave_shows_who_would_get_what_before_it_is_saved(
    open_page: OpenPage, running: Database
) -> None:
    lead = a_team(running, 2)
    held_by = untouched(running, lead, 2)
    with running.reading() as session:
        username = session.scalars(select(Staff.username).where(Staff.name == held_by)).one()
    page = open_page("people", lead, id=username)
    page = page.button(key="people.leave-new").click().run()
    page = page.selectbox(key="people.leave-new-kind").set_value(LeaveKind.SICK).run()
    page = page.date_input(key="people.leave-new-from").set_value(ON).run()
    page = page.date_input(key="people.leave-new-to").set_value(ON + timedelta(days=9)).run()
    moves = next(each.value for each in page.dataframe if "from" in each.value)
    assert set(moves["from"]) == {held_by}
    page = page.button(key="people.leave-new-save").click().run()
    assert not page.exception
    with running.reading() as session:
        names = session.scalars(select(Staff.name).join(Renewal, Renewal.assignee_id == Staff.id))
        assert set(names) == set(moves["to"])


def test_a_queue_shows_the_classes_of_the_address(open_page: OpenPage, running: Database) -> None:
    with running.unaudited("test data") as opened:
        team = make_team(opened)
        (holder,) = make_specialists(opened, 1, team=team)
        for line in (Line.MOTOR, Line.HOME):
            (case,) = make_unassigned(opened, holder, 1, line=line)
            case.assignee_id, case.state = holder.id, RenewalState.ALLOCATED
        specialist = actor_of(opened, holder)
    whole = open_page("renewals", specialist, locale=Locale.EN)
    assert len(whole.session_state["renewals.list"]["ids"]) == 2
    page = open_page("renewals", specialist, locale=Locale.EN, line="home")
    assert len(page.session_state["renewals.list"]["ids"]) == 1
    assert page.button(key="renewals.classes").label == "Home contents"
