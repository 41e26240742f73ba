"""The morning's scores: what the model in force says of every open case, kept on the case."""

import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import numpy as np
from sqlalchemy import Text, and_, cast, select, update

from db.arrow import reader
from db.bulk import update_columns
from db.models import Renewal, RenewalModel
from db.session import Database
from db.written import written
from services import audit, renewals
from services.actor import SYSTEM, Actor
from services.permissions import Permission
from services.renewal_probability.columns import day_number
from services.renewal_probability.features import BACKGROUND, Book, read_cases
from services.renewal_probability.model import says
from services.renewal_probability.queries import Held, held_model
from services.renewal_probability.rules import strongest

_CASE: Any = Renewal.__table__


@dataclass(frozen=True, slots=True)
class Scored:
    """What a morning's scoring did."""

    model_id: int | None
    """Null: no model is in force, so no case has a probability."""
    cases: int
    """Open cases that have one now."""
    changed: int
    refigured: int
    """Cases whose money at risk changed with it."""


def score(database: Database, *, on: date, at: datetime, actor: Actor = SYSTEM) -> Scored:
    """Give every open case what the model in force says of it on the morning of ``on``.

    Only what happened before ``on`` counts. A case whose client has said yes or no has none: it
    is known. Without a model in force all lose theirs. No version rises.

    Raises:
        NotPermitted: the actor lacks ``renewal:allocate``.

    Audit: ``renewal:score`` with the counts, where anything changed.
    """
    actor.require(Permission.RENEWAL_ALLOCATE)
    with database.reading() as session:
        held = held_model(session)
    ids, percent, reasons, count = _scores(database, held, on) if held else ([], [], [], 0)
    with database.transaction() as session:
        if held is None:
            changed = written(
                session,
                update(Renewal)
                .where(Renewal.is_open, Renewal.probability.is_not(None))
                .values(probability=None, probability_reasons=None),
            )
        else:
            changed = update_columns(
                session.connection(),
                _CASE,
                [("id", ids), ("probability", percent), ("probability_reasons", reasons)],
                key="id",
            )
        refigured = renewals.refigure(session, actor=actor, on=on, at=at)
        audit.record(
            session,
            actor=actor,
            event="renewal:score",
            subject=RenewalModel.__tablename__,
            subject_id=held.id if held else None,
            at=at,
            detail={"on": on.isoformat(), "cases": count, "changed": changed},
        )
    return Scored(held.id if held else None, count, changed, refigured)


def _scores(
    database: Database, held: Held, on: date
) -> tuple[list[int], list[int | None], list[Any], int]:
    """The cases whose probability or reasons differ now, and how many have one."""
    day = day_number(on)
    with reader(database) as source:
        cases = read_cases(source, and_(Renewal.is_open))
        if not len(cases):
            return [], [], [], 0
        book = Book(source, cases, first=day)
        cutoff = np.full(len(cases), day, np.int64)
        readings = book.read(cutoff)
        is_known = book.is_decided(cutoff + 1)
        old = source.table(
            select(
                Renewal.id,
                Renewal.probability,
                cast(Renewal.probability_reasons, Text).label("reasons"),
            ).where(Renewal.is_open)
        )
    said = says(held.in_use, readings)
    percent = np.clip(np.round(said.probability * 100), 1, 99).astype(int).tolist()
    names = tuple(column.name for column in readings.columns)
    why = strongest(said.parts, readings.values, names, but=BACKGROUND)
    kept = dict(
        zip(
            old["id"].to_pylist(),
            zip(old["probability"].to_pylist(), old["reasons"].to_pylist(), strict=True),
            strict=True,
        )
    )
    ids: list[int] = []
    new: list[int | None] = []
    reasons: list[Any] = []
    for id, found, because, known in zip(
        cases.id.tolist(), percent, why, is_known.tolist(), strict=True
    ):
        before, before_why = kept.get(id, (None, None))
        wanted = None if known else found
        if wanted == before and (known or before_why == json.dumps(because)):
            continue
        ids.append(id)
        new.append(wanted)
        reasons.append(None if known else because)
    return ids, new, reasons, int((~is_known).sum())
