"""The bell in the frame: a count, a list, a way to each row's place, and quiet hours."""

from datetime import time

from streamlit.testing.v1 import AppTest

from db.session import Database
from services import notifications
from services.actor import Actor
from services.notifications import NotificationKind, Opens, Quiet
from terms.people import Locale, Role
from tests.make import AT, make_actor
from tests.pages.conftest import OpenPage
from ui.components.bell import OPEN


def reader(database: Database, *, told: int = 0) -> Actor:
    with database.unaudited("test data") as session:
        actor = make_actor(session, Role.SPECIALIST)
        lead = make_actor(session, Role.TEAM_LEAD, name="陈静")
        for number in range(told):
            notifications.notify(
                session,
                staff_ids=[actor.own_id],
                kind=NotificationKind.CASES_GIVEN,
                occasion=f"cases:{number}",
                data={"n": number + 1},
                opens=Opens("clients", {"q": "L"}),
                by=lead,
                at=AT,
            )
    return actor


def opened(page: AppTest) -> AppTest:
    page.session_state[OPEN] = True
    return page.run()


def rows(page: AppTest) -> list[str]:
    return [one.label for one in page.button if (one.key or "").startswith("frame.news-")]


def unread(database: Database, actor: Actor) -> int:
    with database.reading() as session:
        return notifications.unread_count(session, actor=actor, at=AT)


def test_an_empty_bell_says_so(running: Database, open_page: OpenPage) -> None:
    page = opened(open_page("my_day", reader(running), locale=Locale.EN))
    assert rows(page) == []
    assert any("Nothing new" in one.value for one in page.markdown)
    page = opened(open_page("my_day", reader(running)))
    assert any("暂无新消息" in one.value for one in page.markdown)


def test_a_row_says_what_happened_in_the_readers_language(
    running: Database, open_page: OpenPage
) -> None:
    actor = reader(running, told=2)
    page = opened(open_page("my_day", actor, locale=Locale.EN))
    assert any("陈静 gave you 2 renewal cases" in row for row in rows(page))
    page = opened(open_page("my_day", actor))
    assert any("陈静分给您2件续保" in row for row in rows(page))


def test_a_click_reads_a_row_and_goes_to_its_place(running: Database, open_page: OpenPage) -> None:
    actor = reader(running, told=2)
    page = opened(open_page("my_day", actor, locale=Locale.EN))
    next(one for one in page.button if "gave you 2" in one.label).click().run()
    assert page.title[0].value == "Clients"
    assert page.query_params["q"] in ("L", ["L"])
    assert unread(running, actor) == 1


def test_all_can_be_read_at_once(running: Database, open_page: OpenPage) -> None:
    actor = reader(running, told=3)
    page = opened(open_page("my_day", actor, locale=Locale.EN))
    page.button(key="frame.news-read").click().run()
    page = opened(page)
    assert unread(running, actor) == 0
    assert "frame.news-read" not in {one.key for one in page.button}
    assert len(rows(page)) == 3


def test_quiet_hours_are_kept_and_given_up(running: Database, open_page: OpenPage) -> None:
    actor = reader(running)
    page = open_page("my_day", actor, locale=Locale.EN)
    page.session_state["frame.account"] = True
    page.run()
    page.checkbox(key="account.quiet.on").check()
    page.time_input(key="account.quiet.from").set_value(time(22))
    page.button(key="account.quiet.save").click().run()
    with running.reading() as session:
        assert notifications.quiet_hours(session, actor=actor) == Quiet(22 * 60, 8 * 60)
    page.session_state["frame.account"] = True
    page.run()
    page.checkbox(key="account.quiet.on").uncheck()
    page.button(key="account.quiet.save").click().run()
    with running.reading() as session:
        assert notifications.quiet_hours(session, actor=actor) is None
