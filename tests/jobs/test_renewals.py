"""``extract-renewals`` and ``allocate-renewals``: any date, one object, the same result twice."""

from db.models import Client
from db.session import Database
from tests.jobs.conftest import Call
from tests.make import ON
from tests.make.renewals import make_due_policy, make_specialists, make_team_client


def make_due_book(database: Database) -> None:
    """Two specialists of one team; three policies due, one far off."""
    with database.unaudited("test data") as session:
        people = make_specialists(session, 2)
        for days_left in (0, 10, 90, 200):
            client: Client = make_team_client(session, people[0])
            make_due_policy(session, days_left, client=client)


def test_extraction_and_allocation_say_what_they_did(running: Database, call: Call) -> None:
    make_due_book(running)
    extracted = call("extract-renewals", "--on", ON.isoformat(), "--json")
    assert extracted.code == 0
    assert (extracted.object["due"], extracted.object["created"]) == (3, 3)
    again = call("extract-renewals", "--on", ON.isoformat(), "--json").object
    assert (again["due"], again["created"]) == (3, 0)
    allocated = call("allocate-renewals", "--on", ON.isoformat(), "--json")
    assert allocated.code == 0
    assert (allocated.object["allocated"], allocated.object["unallocated"]) == (3, 0)
    assert allocated.object["seconds"] >= 0
    again = call("allocate-renewals", "--on", ON.isoformat(), "--json").object
    assert (again["allocated"], again["unallocated"]) == (0, 0)


def test_a_day_that_is_no_working_day_allocates_for_the_next(running: Database, call: Call) -> None:
    make_due_book(running)
    assert call("extract-renewals", "--on", "2026-11-21", "--json").object["created"] == 3
    allocated = call("allocate-renewals", "--on", "2026-11-21", "--json").object
    assert (allocated["on"], allocated["allocated"]) == ("2026-11-23", 3)


def test_the_day_is_today_where_none_is_given(running: Database, call: Call) -> None:
    assert call("extract-renewals", "--json").object["on"] == ON.isoformat()


def test_a_date_that_is_none_is_a_wrong_call(running: Database, call: Call) -> None:
    for command in ("extract-renewals", "allocate-renewals"):
        assert call(command, "--on", "2026-02-30", "--json").code == 2
