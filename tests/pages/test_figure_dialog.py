"""A figure opened on its screen: what it means, whether it still holds, its rows, its file."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from streamlit.testing.v1 import AppTest

from db.models import DownloadTicket
from db.session import Database
from services import measures
from services.actor import Actor
from services.measures import Opened, Worked
from terms.people import Locale, Role
from tests.make import make_actor, make_client, make_policy, make_renewal
from tests.make.figures import FigureWorld, make_figure_world
from tests.make.moment import ON
from tests.make.people import actor_of, make_staff
from tests.pages.conftest import OpenPage
from ui.components import figure as component
from words import in_locale


@pytest.fixture
def world(running: Database) -> FigureWorld:
    with running.unaudited("test data") as session:
        return make_figure_world(session)


def opened(page: AppTest, code: str) -> str:
    """Press the figure; what stands on the screen then."""
    page.button(key=f"figure.{code}").click().run()
    assert not page.exception
    return "\n".join(element.value for element in page.markdown)


@pytest.mark.parametrize(
    ("locale", "formula", "holds"),
    [
        (Locale.ZH, "明细中“可挽回（元）”一栏合计", "✓ 按明细重算"),
        (Locale.EN, "Sum of the column “To save, yuan” over the rows", "✓ Counted again"),
    ],
)
def test_a_figure_says_what_it_means_and_that_it_holds(
    open_page: OpenPage, world: FigureWorld, locale: Locale, formula: str, holds: str
) -> None:
    page = open_page("renewals", world.specialist, locale=locale, view="mine")
    text = opened(page, "renewals.my_to_save")
    assert formula in text
    assert holds in text
    rows = page.dataframe[-1].value
    assert list(rows.columns)[:2] == ["client_number", "client_name"]
    assert len(rows) > 10


@pytest.mark.parametrize(
    ("code", "shown", "of", "rows", "holds"),
    [
        ("renewals.team_cases", 5, None, Worked(5, None, 5), True),
        ("renewals.team_cases", 5, None, Worked(4, None, 4), False),
        ("renewals.load", 8, 20.0, Worked(8, 20.0, 9), True),
        ("renewals.load", 8, 20.0, Worked(8, 16.0, 9), False),
        ("renewals.load", 0, 20.0, Worked(0, 0.0, 0), True),
        ("renewals.my_to_save", 0, None, Worked(0, None, 0), True),
    ],
)
def test_a_figure_that_changed_since_says_so(
    code: str, shown: int, of: float | None, rows: Worked, holds: bool
) -> None:
    with in_locale(Locale.EN):
        said = component._recount(measures.figure(code, shown, of=of), Opened((), rows))
    assert ("It has changed since it was shown" in said) is not holds


def test_more_rows_are_shown_when_asked_for(open_page: OpenPage, running: Database) -> None:
    actor = with_cases(running, 60)
    page = open_page("renewals", actor, locale=Locale.EN, view="mine")
    opened(page, "renewals.my_cases")
    assert len(page.dataframe[-1].value) == 50
    page.button(key="figure.more").click().run()
    assert len(page.dataframe[-1].value) == 60


def test_its_rows_leave_by_a_ticket(open_page: OpenPage, running: Database) -> None:
    page = open_page("renewals", with_cases(running, 2), view="mine")
    opened(page, "renewals.my_cases")
    page.button(key="figure.export").click().run()
    assert not page.exception
    with running.reading() as session:
        ticket = session.scalars(select(DownloadTicket)).one()
    assert ticket.kind == "figure.rows"
    assert ticket.argument["figure"] == "renewals.my_cases"


def test_a_figure_of_nothing_opens_too(open_page: OpenPage, running: Database) -> None:
    with running.unaudited("test data") as session:
        lead = make_actor(session, Role.TEAM_LEAD)
    page = open_page("renewals", lead, locale=Locale.EN, view="team")
    assert "There is no row to count." in opened(page, "renewals.team_cases")
    assert not [one for one in page.button if one.key == "figure.export"]


def with_cases(running: Database, count: int) -> Actor:
    with running.unaudited("test data") as session:
        staff = make_staff(session)
        for place in range(count):
            client = make_client(session, owner=staff)
            policy = make_policy(session, client=client, expiry_on=ON + timedelta(days=place))
            make_renewal(session, policy=policy, assignee=staff)
        return actor_of(session, staff)
