"""``python -m tests.bench.floor``: how near to a bare fragment any screen like the queue can come.

The queue's elements of plain data, nothing read and nothing saved, against the bare fragment of
rows ``f.work`` and ``g.work``, in one run: what is left of a limit is all that reading and saving
may cost. With ``--clients N`` also what a save reads of each database, sent by the driver alone,
with no layer above it.
"""

import argparse
import asyncio
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import event, select

from db.models import Staff
from db.session import Database
from services import changes, drafts, people, renewals
from services.errors import BusinessError
from services.settings import clock_now
from services.working_calendar import local_date
from terms.renewals import ContactChannel, ContactOutcome, Intention
from tests.bench import databases, serving
from tests.bench.data import median_ms
from tests.bench.databases import BenchDatabase
from tests.bench.pages import VISITORS, WARM, Timed, both_per_second, in_turn, opened
from tests.bench.people import busiest, cookie

AGAIN = {"drawn": "drawn.again", "bare": "bare.again"}
Sent = list[tuple[str, Any]]
"""Statements as the driver gets them, with their values."""


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.floor")
    parser.add_argument("--clients", type=int, help="size of the databases to ask by driver")
    given = parser.parse_args()
    asyncio.run(drawing())
    if given.clients:
        by_driver(databases.sqlite_database(given.clients))
        with databases.postgres_server() as server:
            by_driver(databases.postgres_database(given.clients, server))


async def drawing() -> None:
    with serving.trivial() as bare, serving.served("tests.bench.drawn.app:app", os.environ) as ours:
        drawn, trivial = await opened(ours), await opened(bare)
        mine, theirs = await in_turn(
            lambda: drawn.press(AGAIN["drawn"]), lambda: trivial.press(AGAIN["bare"])
        )
        print(f"one visitor   {mine:.1f} ms ÷ {theirs:.1f} ms = {mine / theirs:.2f}")
        ours_per_second, bare_per_second = await both_per_second(
            await _pressing(ours, AGAIN["drawn"]), await _pressing(bare, AGAIN["bare"])
        )
        print(
            f"eight busy    {bare_per_second:.0f}/s ÷ {ours_per_second:.0f}/s"
            f" = {bare_per_second / ours_per_second:.2f}"
        )


async def _pressing(url: str, key: str) -> list[Timed]:
    visitors = [await opened(url) for _ in range(VISITORS)]
    return [partial(one.press, key) for one in visitors]


def by_driver(database: BenchDatabase) -> None:
    """Say what a save and the drawing after it read, and what that takes without us."""
    data = databases.connect(database)
    try:
        sent = _of_a_save(database, data)
        reads = [(text, values) for text, values in sent if text.startswith(("SELECT", "WITH"))]
        raw = data.engine.raw_connection()
        cursor = raw.cursor()

        def again() -> None:
            for text, values in reads:
                cursor.execute(text, values)
                cursor.fetchall()
            raw.commit()

        for _ in range(WARM):
            again()
        took = median_ms(again)
        print(f"{database.name:<14}{len(reads)} reads of {len(sent)} statements: {took:.1f} ms")
        raw.close()
    finally:
        data.engine.dispose()


def _of_a_save(database: BenchDatabase, data: Database) -> Sent:
    """What a save asks: who presses, the contact, who draws, the next case. Nothing is kept."""
    zone = databases.settings_of(database).timezone
    at = datetime.fromisoformat(databases.NOW)
    on = local_date(at, zone)
    with data.reading() as session:
        who = select(Staff.username).where(Staff.id == busiest(session)[0])
        username = session.scalars(who).one()
        actor = people.actor_named(session, username=username, on=on)
        assert actor is not None
        token = cookie(database, username).partition("=")[2]
        first, *others = renewals.queue(session, actor=actor, on=on, at=at)
    looks: dict[str, Any] = {"session_id": people.session_id_of(token), "at": clock_now(), "on": on}
    with _noted(data) as sent:
        with data.reading() as session:
            people.signed_in_by(session, **looks)
        for row in (first, *others):
            try:
                with data.transaction() as session:
                    renewals.record_contact(
                        session,
                        actor=actor,
                        renewal_id=row.id,
                        channel=ContactChannel.PHONE,
                        outcome=ContactOutcome.REACHED,
                        intention=Intention.THINKING,
                        refusal_reason=None,
                        note="再比较一下",
                        next_at=None,
                        at=at,
                        seen_version=row.version,
                    )
                    raise _Enough
            except _Enough:
                break
            except BusinessError:
                del sent[1:]
        with data.reading() as session:
            people.signed_in_by(session, **looks)
            changes.counters(session)
            case = others[-1].id
            given: dict[str, Any] = {"actor": actor, "renewal_id": case}
            renewals.brief(session, **given, on=on, at=at)
            form = renewals.CONTACT_DRAFT
            drafts.kept(session, actor=actor, form=form, subject=str(case))
            renewals.appointments(session, **given, since=at, until=at + timedelta(days=14))
    return sent


class _Enough(Exception):
    """The contact was written; now it is taken back."""


@contextmanager
def _noted(data: Database) -> Iterator[Sent]:
    sent: Sent = []

    def note(_one: Any, _cursor: Any, text: str, values: Any, _context: Any, many: bool) -> None:
        assert not many
        if not text.startswith(("BEGIN", "COMMIT", "ROLLBACK")):
            sent.append((text, values))

    event.listen(data.engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(data.engine, "before_cursor_execute", note)


if __name__ == "__main__":
    main()
