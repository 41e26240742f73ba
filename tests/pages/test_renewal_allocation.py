"""The allocation view: shares, reasons, what nobody has, and the morning's work by hand."""

import pytest

from db.models import Renewal, Staff
from db.session import Database
from services.actor import Actor
from terms.people import Locale, Role
from terms.policies import Line
from tests.make import actor_of, make_staff, make_team
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
