"""A person's decisions about classes: those in force, and what one does to its client at once.

A decision shows the moment it is made: the client's classes, a line of history and the counts are
written with it, as a pass over this one client that is there to be seen by all others.
"""

from datetime import date, datetime
from typing import Any

import numpy as np
import pyarrow as pa
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from db.models import TierOverride, TierRun
from services.tiering import keeping
from services.tiering.columns import GRADES, RECEPTIONS, TIERS
from services.tiering.rulebook import (
    rulebook,
)
from services.tiering.standings import KEPT, STANDING, Held, stored
from terms.tiering import PassStage, Tier, TierAxis

CLASS_OF = {
    TierAxis.VALUE: ("value_tier", "value_by_rule"),
    TierAxis.RISK: ("risk_tier", "risk_by_rule"),
    TierAxis.STARS: ("stars", "stars_by_rule"),
    TierAxis.RECEPTION: ("reception", "reception_by_rule"),
    TierAxis.CREDIT: ("credit", "credit_by_rule"),
}
"""Axis → the columns of the class that holds and of the one the rule says."""
CLASSES = {
    TierAxis.VALUE: TIERS,
    TierAxis.RISK: TIERS,
    TierAxis.STARS: ("1", "2", "3", "4", "5"),
    TierAxis.RECEPTION: RECEPTIONS,
    TierAxis.CREDIT: GRADES,
}
"""Axis → the classes there are, as they are written."""
_LOCK = 7_411_902


def held_on(session: Session, *, on: date, client_id: int | None = None) -> tuple[Held, ...]:
    """The decisions in force on the day ``on``, the later ones last; of one client or of all."""
    found = (
        select(TierOverride.id, TierOverride.client_id, TierOverride.axis, TierOverride.held)
    ).where(
        TierOverride.from_on <= on,
        TierOverride.until_on >= on,
        TierOverride.ended_at.is_(None),
    )
    if client_id is not None:
        found = found.where(TierOverride.client_id == client_id)
    rows = sorted(session.execute(found), key=lambda row: row.id)
    return tuple(Held(row.client_id, row.axis, row.held) for row in rows)


def write_alone(session: Session) -> None:
    """One writes tiers at a time; the others wait until this transaction ends."""
    if session.connection().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(_LOCK)))


def settle(session: Session, *, client_id: int, on: date, at: datetime) -> None:
    """Bring one client's classes to the decisions in force; part of the act that changed them.

    A pass that has read before and writes after this begins again: it finds another pass done.
    Nothing for a client no pass has seen.
    """
    session.flush()
    write_alone(session)
    row = session.execute(stored([client_id])).mappings().one_or_none()
    if row is None:
        return
    old = dict(row)
    held = {one.axis: one.held for one in held_on(session, on=on, client_id=client_id)}
    book = rulebook(session, on=on)
    new = dict(old)
    for axis, (name, by_rule) in CLASS_OF.items():
        if axis is TierAxis.RECEPTION:
            new[by_rule] = book.reception.class_of(new["stars"], Tier(new["value_tier"])).value
        new[name] = _class(axis, held.get(axis), new[by_rule])
    if new == old:
        return
    run = TierRun(
        on=on,
        started_at=at,
        finished_at=at,
        **book.noted,
        clients=1,
        changed=1,
        is_full=False,
        stage=PassStage.DONE,
    )
    session.add(run)
    session.flush()
    after, before = _table(new), _table(old)
    keeping.keep(session, after, np.zeros(1, np.int64), run.id, lambda *_: None)
    keeping.note_changes(session, after, before, run.id)
    keeping.recount(session, after, before, book.value)


def _class(axis: TierAxis, held: str | None, by_rule: Any) -> Any:
    if held is None:
        return by_rule
    return int(held) if axis is TierAxis.STARS else held


def _table(row: dict[str, Any]) -> pa.Table:
    texts = {name for name in KEPT if STANDING.c[name].type.python_type is not int}
    return pa.table(
        {name: pa.array([row[name]], pa.string() if name in texts else pa.int64()) for name in KEPT}
    )
