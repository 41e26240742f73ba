"""``GET /events``: every open screen is told what changed; ``GET /live.js``: the browser's ear.

One task of the process reads the change counters once a second while anybody listens, and tells
all streams; how many there are costs the database nothing. What concerns only some people (their
bell, their queue) is asked for all listeners at once, and told to those alone.
"""

import asyncio
import json
import signal
import threading
from collections.abc import AsyncIterator, Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from pathlib import Path
from types import FrameType

from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from services import notifications, people, renewals
from services.changes import Chapter, counters
from services.logs import log_failure
from services.settings import clock_now, process
from services.working_calendar import local_date
from web.metrics import LISTENERS
from web.requests import COOKIE, signed_in

LOOK_EVERY = 1.0
"""Seconds between two looks at the counters."""
SIGN_INS_EVERY = 5
QUIET_ENDS_EVERY = 60
"""Looks between two checks that sign-ins still open, and that quiet hours have ended."""
HEARTBEAT = 15.0
"""Seconds after which a silent stream says that it lives, so that no proxy closes it."""
MOST_STREAMS = 12
"""Of one sign-in; the oldest makes room."""

SECONDS_A_SCREEN = 0.1
SLOWEST = 30.0

Marks = Mapping[int, Hashable]
Personal = Callable[..., Marks]


def _unread(session: Session, *, staff_ids: Iterable[int], at: datetime) -> Marks:
    return notifications.unread_counts(session, staff_ids=staff_ids, at=at)


def _own_cases(session: Session, *, staff_ids: Iterable[int], at: datetime) -> Marks:  # noqa: ARG001
    return renewals.own_marks(session, staff_ids=staff_ids)


PERSONAL: dict[Chapter, Personal] = {
    Chapter.NOTIFICATIONS: _unread,
    Chapter.RENEWALS: _own_cases,
}
"""What is told only to whom it concerns: a value per person that differs when theirs changed."""


@dataclass(eq=False, slots=True)
class Listener:
    """One open stream, and what it has not been told yet."""

    session_id: str
    staff_id: int
    chapters: dict[str, float] = field(default_factory=dict)
    mine: dict[str, float] = field(default_factory=dict)
    is_over: bool = False
    is_signed_in: bool = True
    wakes: asyncio.Event = field(default_factory=asyncio.Event)

    def tell(self, chapters: Mapping[str, float], mine: Mapping[str, float]) -> None:
        self.chapters.update(chapters)
        self.mine.update(mine)
        self.wakes.set()

    def end(self, *, is_signed_in: bool = True) -> None:
        self.is_over, self.is_signed_in = True, is_signed_in
        self.wakes.set()

    async def texts(self, pace: Callable[[], float]) -> AsyncIterator[str]:
        """The stream as it is written: news, heartbeats, and ``ended`` when the sign-in ended."""
        yield "retry: 2000\n\n"
        while not self.is_over:
            try:
                await asyncio.wait_for(self.wakes.wait(), HEARTBEAT)
            except TimeoutError:
                yield ": still here\n\n"
                continue
            self.wakes.clear()
            if self.chapters or self.mine:
                told = json.dumps({"chapters": self.chapters, "mine": self.mine, "pace": pace()})
                self.chapters, self.mine = {}, {}
                yield f"event: changed\ndata: {told}\n\n"
        if not self.is_signed_in:
            yield "event: ended\ndata: {}\n\n"


class Hub:
    """All streams of this process and the one task that feeds them."""

    def __init__(self) -> None:
        self._listeners: list[Listener] = []
        self._task: asyncio.Task[None] | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._known: dict[Chapter, int] = {}
        self._marks: dict[Chapter, dict[int, Hashable]] = {}
        self._moved: dict[Chapter, dict[int, float]] = {}
        self._looks = 0

    def join(self, session_id: str, staff_id: int) -> Listener:
        """A new stream; it is told everything known at the next look."""
        listener = Listener(session_id, staff_id)
        own = [one for one in self._listeners if one.session_id == session_id]
        if len(own) >= MOST_STREAMS:
            own[0].end()
        self._listeners.append(listener)
        LISTENERS.set(len(self._listeners))
        self._loop = asyncio.get_running_loop()
        if self._task is None or self._task.done():
            self._known = {}
            self._task = self._loop.create_task(self._work())
        return listener

    def leave(self, listener: Listener) -> None:
        """The stream is closed; the last one puts the light out."""
        if listener in self._listeners:
            self._listeners.remove(listener)
        LISTENERS.set(len(self._listeners))
        if not self._listeners and self._task is not None:
            self._task.cancel()
            self._task = None
            self._marks, self._moved = {}, {}

    def pace(self) -> float:
        """Seconds a screen leaves between two drawings of its own accord: the more screens, the
        longer, so that a busy desk's screens take no more than a share of the processor."""
        return round(min(len(self._listeners) * SECONDS_A_SCREEN, SLOWEST), 1)

    def end_all(self) -> None:
        """End every stream: the process is asked to stop. Callable from any thread."""
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._end_all)

    def _end_all(self) -> None:
        for listener in self._listeners:
            listener.end()

    async def _work(self) -> None:
        greeted: set[Listener] = set()
        while True:
            new = [one for one in self._listeners if one not in greeted]
            listeners = list(self._listeners)
            greeted = set(listeners)
            try:
                await self._look(listeners, new)
            except DatabaseError as error:  # the next look may find it again
                log_failure("live", error)
                await asyncio.sleep(LOOK_EVERY * 5)
                greeted -= set(new)
            await asyncio.sleep(LOOK_EVERY)

    async def _look(self, listeners: list[Listener], new: list[Listener]) -> None:
        """One look: what changed, whom it concerns, and whose sign-in has ended."""
        self._looks += 1
        found = await run_in_threadpool(_counters)
        changed = {chapter: n for chapter, n in found.items() if self._known.get(chapter) != n}
        self._known = found
        concerned = await self._concerned(
            changed,
            found,
            staff_ids={one.staff_id for one in listeners},
            strangers={one.staff_id for one in new},
        )
        for listener in listeners:
            told = found if listener in new else changed
            mine = {
                chapter.value: moved[listener.staff_id]
                for chapter, moved in (self._moved if listener in new else concerned).items()
                if listener.staff_id in moved
            }
            if told or mine:
                listener.tell({chapter.value: n for chapter, n in told.items()}, mine)
        if self._looks % SIGN_INS_EVERY == 0:
            await self._end_the_ended()

    async def _concerned(
        self,
        changed: Mapping[Chapter, int],
        found: Mapping[Chapter, int],
        *,
        staff_ids: set[int],
        strangers: set[int],
    ) -> dict[Chapter, dict[int, float]]:
        """Per chapter the people whose own part differs since the look before, and when."""
        quiet_ends = self._looks % QUIET_ENDS_EVERY == 0
        asked = {
            chapter: staff_ids
            if chapter in changed or (quiet_ends and chapter is Chapter.NOTIFICATIONS)
            else strangers - set(self._marks.get(chapter, ()))
            for chapter in PERSONAL
        }
        asked = {chapter: ids for chapter, ids in asked.items() if ids}
        if not asked:
            return {}
        answers = await run_in_threadpool(_personal, asked)
        concerned: dict[Chapter, dict[int, float]] = {}
        for chapter, marks in answers.items():
            before = self._marks.setdefault(chapter, {})
            n = found.get(chapter, 0)
            # what moved between two counts (quiet hours ended) is newer than the count
            later = n if chapter in changed else n + self._looks / 1e9
            moved = {
                id: later if id in before else n
                for id, mark in marks.items()
                if before.get(id, _NEVER) != mark
            }
            before.update(marks)
            self._moved.setdefault(chapter, {}).update(moved)
            concerned[chapter] = moved
        return concerned

    async def _end_the_ended(self) -> None:
        ids = {one.session_id for one in self._listeners}
        alive = await run_in_threadpool(_alive, ids) if ids else frozenset()
        for listener in self._listeners:
            if listener.session_id not in alive:
                listener.end(is_signed_in=False)


_NEVER = object()
hub = Hub()


async def events(request: Request) -> Response:
    """The stream of whoever is signed in; 401 for anybody else. It ends with the sign-in."""
    staff_id = await run_in_threadpool(_who, request)
    listener = hub.join(people.session_id_of(request.cookies[COOKIE]), staff_id)

    async def stream() -> AsyncIterator[str]:
        try:
            async for text in listener.texts(hub.pace):
                yield text
        finally:
            hub.leave(listener)

    return StreamingResponse(
        stream(),
        media_type="text/event-stream",
        headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
    )


async def ear(_request: Request) -> Response:
    """The worker that all tabs of a browser share; it holds their one stream."""
    return Response(_ear(), media_type="text/javascript", headers={"Cache-Control": "no-cache"})


def end_with_the_process() -> None:
    """End the streams when the process is asked to stop: the server waits for open answers."""
    if threading.current_thread() is not threading.main_thread():
        return
    for number in (signal.SIGINT, signal.SIGTERM):
        _end_at(number)


def _end_at(number: signal.Signals) -> None:
    before = signal.getsignal(number)

    def ended(which: int, frame: FrameType | None) -> None:
        hub.end_all()
        if callable(before):
            before(which, frame)

    signal.signal(number, ended)


@cache
def _ear() -> str:
    return (Path(__file__).parent / "live.js").read_text(encoding="utf-8")


def _who(request: Request) -> int:
    with process().database.reading() as session:
        return signed_in(session, request, at=clock_now()).own_id


def _counters() -> dict[Chapter, int]:
    with process().database.reading() as session:
        return dict(counters(session))


def _personal(asked: Mapping[Chapter, Iterable[int]]) -> dict[Chapter, Marks]:
    at = process().settings.business_now()
    with process().database.reading() as session:
        return {
            chapter: PERSONAL[chapter](session, staff_ids=staff_ids, at=at)
            for chapter, staff_ids in asked.items()
        }


def _alive(session_ids: Iterable[str]) -> frozenset[str]:
    settings = process().settings
    on = local_date(settings.business_now(), settings.timezone)
    with process().database.reading() as session:
        return people.still_signed_in(session, session_ids=session_ids, at=clock_now(), on=on)
