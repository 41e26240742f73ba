"""Looking for pairs: keys of new and changed clients first, then whoever shares one with them.

In pieces, each a short transaction of its own, so that nobody waits; killed at any moment, the
next call goes on, because a client is marked only when its pairs are kept.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, delete, or_, select
from sqlalchemy.orm import Session

from db.bulk import insert_columns
from db.given import given_rows
from db.models import Client, DuplicatePair
from db.session import Database
from db.written import written
from services import audit
from services.actor import SYSTEM, Actor
from services.duplicates.persons import (
    keep_keys,
    likely_pairs,
    mark,
    persons,
    stale_clients,
)
from services.duplicates.rules import (
    BANDS_RULE,
    WEIGHTS_RULE,
    Person,
    Reason,
    Sieve,
    Weights,
    compare,
    score,
)
from services.rule_tables import rules
from terms.duplicates import Band, PairState

AT_ONCE = 5_000
MOST_KNOWN = 400_000
"""Clients held in memory at most while a search runs; about 300 MB."""


@dataclass(frozen=True, slots=True)
class Looked:
    """What a search did: clients looked at, pairs compared, pairs by band."""

    clients: int = 0
    compared: int = 0
    sure: int = 0
    doubtful: int = 0


@dataclass(frozen=True, slots=True)
class Found:
    one_id: int
    two_id: int
    band: Band
    score: int
    reasons: tuple[Reason, ...]


def weights_of(session: Session, *, on: date) -> Weights:
    """The weights and bands in force on the day ``on``."""
    found = rules(session, (WEIGHTS_RULE, BANDS_RULE), on=on)
    return Weights.from_rules(found[WEIGHTS_RULE], found[BANDS_RULE])


def look_for(
    database: Database,
    *,
    at: datetime,
    on: date,
    progress: Callable[[str, int, int], None] = lambda _what, _done, _all: None,
) -> Looked:
    """Find the pairs of every client that is new or changed since the last search.

    All keys are kept first, so that two new clients find each other.

    Audit: ``duplicates:find`` for each piece that kept pairs, with their number.
    """
    with database.reading() as session:
        stale = stale_clients(session)
        weights = weights_of(session, on=on)
    for start in range(0, len(stale), AT_ONCE):
        piece = stale[start : start + AT_ONCE]
        with database.reading() as session:
            found = persons(session, client_ids=[client_id for client_id, _ in piece])
        with database.transaction() as session:
            keep_keys(session, found=found)
        progress("keys kept", start + len(piece), len(stale))
    total, known = Looked(), Known()
    for start in range(0, len(stale), AT_ONCE):
        versions = dict(stale[start : start + AT_ONCE])
        with database.reading() as session:
            compared, kept = _pairs(session, list(versions), weights, known)
        with database.transaction() as session:
            _keep(session, actor=SYSTEM, client_ids=list(versions), found=kept, at=at)
            still = select(Client.id).where(Client.id.in_(_asked(session, list(versions))))
            there = set(session.scalars(still))
            mark(session, versions={each: versions[each] for each in versions if each in there})
        sure = sum(pair.band is Band.SURE for pair in kept)
        total = Looked(
            total.clients + len(versions),
            total.compared + compared,
            total.sure + sure,
            total.doubtful + len(kept) - sure,
        )
        progress("clients compared", start + len(versions), len(stale))
    return total


def _asked(session: Session, client_ids: Sequence[int]) -> Any:
    """These ids as a select."""
    given = given_rows(session, "given", {"id": (BigInteger, list(client_ids))})
    return select(given.c.id)


class Known:
    """What a search holds from piece to piece: clients as they are compared, for a common name
    brings the same people again and again, and what was found of those it is done with."""

    def __init__(self) -> None:
        self._held: dict[int, Person] = {}
        self._done: set[int] = set()
        self._found: dict[tuple[int, int], Found] = {}

    def persons(self, session: Session, wanted: set[int]) -> dict[int, Person]:
        """Those of ``wanted`` that are still there, and others."""
        if len(self._held) + len(wanted) > MOST_KNOWN:
            self._held.clear()
        new = sorted(wanted - self._held.keys())
        if new:
            self._held |= persons(session, client_ids=new)
        return self._held

    def split(self, pairs: set[tuple[int, int]]) -> tuple[list[tuple[int, int]], list[Found]]:
        """Pairs nobody compared yet, and what an earlier piece found of the others."""
        fresh = [pair for pair in pairs if self._done.isdisjoint(pair)]
        old = [self._found[pair] for pair in pairs if pair in self._found]
        return fresh, old

    def done(self, client_ids: Sequence[int], found: Sequence[Found]) -> None:
        """These clients have been compared with everybody."""
        self._done.update(client_ids)
        self._found.update({(each.one_id, each.two_id): each for each in found})


def _pairs(
    session: Session, client_ids: Sequence[int], weights: Weights, known: Known
) -> tuple[int, list[Found]]:
    """How many pairs were compared, and those of these clients that fall into a band."""
    fresh, found = known.split(likely_pairs(session, client_ids=client_ids))
    persons_of = known.persons(session, {each for pair in fresh for each in pair})
    sieve = Sieve(weights)
    for one_id, two_id in sorted(fresh):
        one, two = persons_of.get(one_id), persons_of.get(two_id)
        if one is None or two is None or not sieve.lets_through(one, two):
            continue
        reasons = compare(one, two, weights)
        total = score(reasons)
        band = weights.band(total)
        if band is not None:
            found.append(Found(one_id, two_id, band, total, reasons))
    known.done(client_ids, found)
    return len(fresh), found


def _keep(
    session: Session,
    *,
    actor: Actor,
    client_ids: Sequence[int],
    found: Sequence[Found],
    at: datetime,
) -> None:
    """Open pairs of these clients are those found now; what somebody decided stays decided."""
    asked = _asked(session, client_ids)
    of_them = or_(DuplicatePair.client_id.in_(asked), DuplicatePair.other_id.in_(asked))
    decided = {
        (one, two)
        for one, two in session.execute(
            select(DuplicatePair.client_id, DuplicatePair.other_id).where(
                of_them, DuplicatePair.state != PairState.OPEN
            )
        )
    }
    before = written(
        session, delete(DuplicatePair).where(of_them, DuplicatePair.state == PairState.OPEN)
    )
    new = [pair for pair in found if (pair.one_id, pair.two_id) not in decided]
    insert_columns(
        session.connection(),
        DuplicatePair.__table__,  # type: ignore[arg-type]
        [
            ("client_id", [pair.one_id for pair in new]),
            ("other_id", [pair.two_id for pair in new]),
            ("band", [pair.band for pair in new]),
            ("score", [pair.score for pair in new]),
            (
                "reasons",
                [
                    [[each.trait.value, each.likeness.value, each.weight] for each in pair.reasons]
                    for pair in new
                ],
            ),
            ("state", [PairState.OPEN] * len(new)),
            ("found_at", [at] * len(new)),
        ],
    )
    audit.record(
        session,
        actor=actor,
        event="duplicates:find",
        subject=DuplicatePair.__tablename__,
        subject_id=None,
        at=at,
        detail={"clients": len(client_ids), "before": before, "found": len(new)},
    )


def look_for_client(
    session: Session, *, actor: Actor, client_id: int, version: int, at: datetime, on: date
) -> int:
    """Find one client's pairs now; part of an operation that has checked the actor.

    Returns:
        Pairs found, decided ones apart.

    Audit: ``duplicates:find``.
    """
    known = persons(session, client_ids=[client_id])
    keep_keys(session, found=known)
    mark(session, versions={client_id: version})
    _, found = _pairs(session, [client_id], weights_of(session, on=on), Known())
    _keep(session, actor=actor, client_ids=[client_id], found=found, at=at)
    return len(found)
