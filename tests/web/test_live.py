"""The stream of changes: who hears what, what a hundred listeners cost, and when it ends."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event, update
from starlette.types import ASGIApp, Message

from db.models import SignInSession, Staff
from db.session import Database
from services import notifications, people
from services.notifications import NotificationKind, Quiet
from services.settings import clock_now
from services.working_calendar import SHANGHAI
from tests.make import AT, make_renewal
from tests.web.asking import HOST, ask, finished
from tests.web.conftest import Browser
from web import live

SOON = 5.0
"""Seconds within which a look must have happened."""


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "LOOK_EVERY", 0.05)
    monkeypatch.setattr(live, "hub", live.Hub())


class Stream:
    """What one browser hears."""

    def __init__(self) -> None:
        self.status = 0
        self.headers: dict[str, str] = {}
        self.heard: list[tuple[str, Any]] = []
        self.is_over = False
        self._news = asyncio.Event()

    async def take(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self.headers = {name.decode(): value.decode() for name, value in message["headers"]}
        else:
            self._read(message.get("body", b"").decode())
            self.is_over = not message.get("more_body", False)
        self._news.set()

    def _read(self, text: str) -> None:
        for block in text.split("\n\n"):
            lines = dict(line.split(": ", 1) for line in block.splitlines() if ": " in line)
            if "event" in lines:
                self.heard.append((lines["event"], json.loads(lines["data"])))

    async def until(self, holds: Callable[["Stream"], bool]) -> None:
        async with asyncio.timeout(SOON):
            while not holds(self):
                self._news.clear()
                await self._news.wait()

    async def more_than(self, known: int) -> None:
        await self.until(lambda one: len(one.heard) > known)

    def told(self, of: str, chapter: str) -> list[float]:
        return [data[of][chapter] for name, data in self.heard if chapter in data.get(of, ())]


@asynccontextmanager
async def listening(app: ASGIApp, *browsers: Browser) -> AsyncIterator[list[Stream]]:
    """The streams of ``browsers``, greeted; closed at the end as a browser closes them."""
    streams: list[Stream] = []
    tasks: list[asyncio.Task[None]] = []
    gone = asyncio.Event()

    async def receive() -> Message:
        await gone.wait()
        return {"type": "http.disconnect"}

    for browser in browsers:
        stream = Stream()
        streams.append(stream)
        answer = app(scope(browser.cookie), receive, stream.take)
        tasks.append(asyncio.ensure_future(answer))
    try:
        for stream in streams:
            await stream.until(lambda one: bool(one.heard) or one.is_over)
        yield streams
    finally:
        gone.set()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def scope(cookie: str) -> dict[str, Any]:
    return {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": "/events",
        "raw_path": b"/events",
        "query_string": b"",
        "root_path": "",
        "headers": [(b"host", HOST.encode()), (b"cookie", f"evergreen_sid={cookie}".encode())],
        "client": ("127.0.0.1", 1),
        "server": (HOST, 80),
    }


@contextmanager
def counting(database: Database) -> Iterator[list[str]]:
    statements: list[str] = []

    def note(_c: object, _cursor: object, statement: str, *_rest: object) -> None:
        statements.append(statement)

    event.listen(database.engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(database.engine, "before_cursor_execute", note)


def rename(database: Database) -> None:
    with database.unaudited("test") as session:
        session.execute(update(Staff).values(name=Staff.name + "一"))


def tell(database: Database, browser: Browser, occasion: str) -> None:
    with database.unaudited("test") as session:
        notifications.notify(
            session,
            staff_ids=[browser.actor.own_id],
            kind=NotificationKind.CASES_GIVEN,
            occasion=occasion,
            at=AT,
        )


def run(story: Callable[[], Coroutine[Any, Any, None]]) -> None:
    finished(story())


def test_nobody_who_is_not_signed_in_hears_anything(app: ASGIApp) -> None:
    assert ask(app, "GET", "/events").status == 401
    assert ask(app, "GET", "/events", cookie="made up").status == 401


def test_a_stream_is_not_kept_by_anything_between(
    app: ASGIApp, signed_in: Callable[..., Browser]
) -> None:
    async def story() -> None:
        async with listening(app, signed_in()) as (stream,):
            assert stream.headers["content-type"].startswith("text/event-stream")
            assert stream.headers["cache-control"] == "no-store"
            assert stream.headers["x-accel-buffering"] == "no"
            assert "connect-src 'self'" in stream.headers["content-security-policy"]

    run(story)


def test_a_change_is_heard_by_its_chapter(
    app: ASGIApp, running: Database, signed_in: Callable[..., Browser]
) -> None:
    async def story() -> None:
        async with listening(app, signed_in(), signed_in()) as streams:
            before = [len(stream.heard) for stream in streams]
            rename(running)
            for stream, known in zip(streams, before, strict=True):
                await stream.more_than(known)
                assert set(stream.heard[-1][1]["chapters"]) == {"people"}

    run(story)


def test_what_concerns_one_person_is_told_to_them_alone(
    app: ASGIApp, running: Database, signed_in: Callable[..., Browser]
) -> None:
    reader, other = signed_in(), signed_in()

    async def story() -> None:
        async with listening(app, reader, other) as (mine, others):
            before, known = len(mine.told("mine", "notifications")), len(others.heard)
            tell(running, reader, "one")
            await mine.until(lambda one: len(one.told("mine", "notifications")) > before)
            await others.more_than(known)
            assert "notifications" not in others.heard[-1][1]["mine"]

    run(story)


def test_a_case_that_comes_to_me_is_told_to_me(
    app: ASGIApp, running: Database, signed_in: Callable[..., Browser]
) -> None:
    reader, other = signed_in(), signed_in()

    async def story() -> None:
        async with listening(app, reader, other) as (mine, others):
            known = len(others.heard)
            before = len(mine.told("mine", "renewals"))
            with running.unaudited("test") as session:
                make_renewal(session, assignee_id=reader.actor.own_id)
            await mine.until(lambda one: len(one.told("mine", "renewals")) > before)
            await others.more_than(known)
            assert all("renewals" not in data["mine"] for _name, data in others.heard[known:])

    run(story)


def test_news_held_back_is_told_when_the_quiet_hours_end(
    app: ASGIApp,
    running: Database,
    signed_in: Callable[..., Browser],
    with_settings: Callable[..., None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Nothing is written then: time alone makes it show."""
    monkeypatch.setattr(live, "QUIET_ENDS_EVERY", 1)
    reader = signed_in()
    with running.unaudited("test") as session:
        local = AT.astimezone(SHANGHAI)
        quiet = Quiet(local.hour * 60, local.hour * 60 + 59)
        notifications.choose_quiet_hours(session, actor=reader.actor, quiet=quiet, at=AT)
    tell(running, reader, "held back")

    async def story() -> None:
        async with listening(app, reader) as (stream,):
            await asyncio.sleep(0.3)
            before = len(stream.told("mine", "notifications"))
            with_settings(now=AT + timedelta(hours=1))
            await stream.until(lambda one: len(one.told("mine", "notifications")) > before)
            told = stream.told("mine", "notifications")
            assert told[-1] > told[0], "newer than the count it was held back at"

    run(story)


def test_a_hundred_listeners_cost_what_one_costs(
    app: ASGIApp, running: Database, signed_in: Callable[..., Browser]
) -> None:
    """Between two changes one statement a look; a change costs one more, for all of them."""
    browsers = [signed_in() for _number in range(100)]

    async def story() -> None:
        async with listening(app, *browsers) as streams:
            await asyncio.sleep(0.3)
            live.hub._looks = 1  # no check of the sign-ins falls into the count
            with counting(running) as statements:
                looks = live.hub._looks
                before = [len(stream.heard) for stream in streams]
                tell(running, browsers[0], "one")
                own = len(statements)
                for stream, known in zip(streams, before, strict=True):
                    await stream.more_than(known)
                looked = live.hub._looks - looks + 1
                asked = [one for one in statements[own:] if "sign_in_session" not in one]
            selects = [one for one in asked if one.lstrip().upper().startswith("SELECT")]
            assert len([one for one in selects if "FROM notification" in one]) == 1
            assert len(selects) <= looked + 1

    run(story)


def test_the_stream_ends_when_the_sign_in_ends(
    app: ASGIApp, running: Database, signed_in: Callable[..., Browser]
) -> None:
    leaving, staying = signed_in(), signed_in()

    async def story() -> None:
        async with listening(app, leaving, staying) as (ended, still):
            with running.transaction() as session:
                found = people.session_id_of(leaving.cookie)
                people.sign_out(session, session_id=found, at=clock_now())
            await ended.until(lambda one: one.is_over)
            assert ended.heard[-1][0] == "ended"
            assert not still.is_over

    run(story)


def test_a_screen_left_alone_ends_with_its_idle_limit(
    app: ASGIApp, running: Database, signed_in: Callable[..., Browser]
) -> None:
    """Listening is no use of the session."""
    browser = signed_in()

    async def story() -> None:
        async with listening(app, browser) as (stream,):
            with running.unaudited("test") as session:
                found = session.get_one(SignInSession, people.session_id_of(browser.cookie))
                found.last_seen_at = clock_now() - timedelta(minutes=found.idle_minutes + 1)
            await stream.until(lambda one: one.is_over)

    run(story)


def test_the_last_listener_puts_the_light_out(
    app: ASGIApp, running: Database, signed_in: Callable[..., Browser]
) -> None:
    async def story() -> None:
        async with listening(app, signed_in()):
            pass
        await asyncio.sleep(0.2)
        with counting(running) as statements:
            await asyncio.sleep(0.3)
        assert statements == []

    run(story)


def test_one_sign_in_holds_a_dozen_streams_at_most(
    app: ASGIApp, running: Database, signed_in: Callable[..., Browser]
) -> None:
    browser = signed_in()

    async def story() -> None:
        async with listening(app, *[browser] * (live.MOST_STREAMS + 1)) as streams:
            waiting = [
                asyncio.create_task(stream.until(lambda one: one.is_over)) for stream in streams
            ]
            await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
            for task in waiting:
                task.cancel()
            assert sum(stream.is_over for stream in streams) == 1

    run(story)


def test_the_ear_is_our_own_script(app: ASGIApp) -> None:
    answer = ask(app, "GET", "/live.js")
    assert answer.status == 200
    assert answer.headers["content-type"].startswith("text/javascript")
    assert "/events" in answer.text
