"""Training: the decided cases, read as they were before their decisions, and what they teach."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import ColumnElement, and_, not_, or_

from db.arrow import Reader, reader
from db.bulk import insert_columns
from db.models import Renewal, RenewalModel, RenewalModelReading
from db.session import Database
from services import audit
from services.actor import SYSTEM, Actor
from services.logs import log
from services.permissions import Permission
from services.renewal_probability import rules
from services.renewal_probability.columns import day_of
from services.renewal_probability.features import Book, Cases, read_cases
from services.renewal_probability.model import Readings, says
from services.renewal_probability.queries import ModelVersion, held_model, version_of
from services.rule_tables import rules as rules_in_force
from terms.probability import Verdict
from terms.renewals import RenewalKind, RenewalState

RULE = "renewal.probability"
RULES = (RULE, "renewal.windows", "renewal.grace_days")
LANDMARKS = (60, 30, 15, 5, -10)
"""Days before the end on which a decided case is looked at, as long as it was open then."""
CALIBRATED, NEWEST = 0.6, 0.8
"""Shares of the cases, by due day, before which they teach, and before which they calibrate."""
MOST_CASES = 200_000
"""The newest ones: more teach nothing new."""
BOTH = 20
"""Cases there have to be of either outcome, whatever the administrator's number."""
DECIDED = (RenewalState.RENEWED, RenewalState.LOST, RenewalState.LAPSED)

_READING: Any = RenewalModelReading.__table__

_log = log("renewal_probability")


@dataclass(frozen=True, slots=True)
class Lessons:
    """Readings of decided cases: a case has one for each landmark it was still open on."""

    readings: Readings
    renewed: NDArray[np.float64]
    case: NDArray[np.int64]
    client: NDArray[np.int64]
    due: NDArray[np.int64]
    days_left: NDArray[np.int64]
    """Days before the end on which it was read; negative: after it."""

    @property
    def is_ahead(self) -> NDArray[np.bool_]:
        """Read before the end of the term; what is overdue teaches but is not measured."""
        found: NDArray[np.bool_] = self.days_left >= 0
        return found

    def take(self, rows: NDArray[np.bool_]) -> "Lessons":
        return Lessons(
            self.readings.take(rows),
            self.renewed[rows],
            self.case[rows],
            self.client[rows],
            self.due[rows],
            self.days_left[rows],
        )


def train(database: Database, *, on: date, at: datetime, actor: Actor = SYSTEM) -> ModelVersion:
    """Train a version on all that was decided before the day ``on``; keep it with its figures.

    The oldest cases teach, the next calibrate, the newest measure. The version comes in force if
    it is better than the average and not worse than the one held, both on the newest cases; what
    is used then is taught by all of them. Cases younger than the days a case stays open past its
    end are left out: of those only the quick ones are decided.

    Raises:
        NotPermitted: the actor lacks ``renewal:allocate``.

    Audit: ``renewal:train`` with the verdict and the figures.
    """
    actor.require(Permission.RENEWAL_ALLOCATE)
    with database.reading() as session:
        known = rules_in_force(session, RULES, on=on)
        needed = int(known[RULE]["fewest"])
        held = held_model(session)
    with reader(database) as source:
        cases = read_cases(
            source,
            *decided_on(on, known),
            most=MOST_CASES,
        )
        renewed = int(cases.is_renewed.sum())
        made = Made({"verdict": Verdict.TOO_FEW, "reliability": [], "factors": []})
        if len(cases) >= needed and min(renewed, len(cases) - renewed) >= BOTH:
            made = _made(read_lessons(source, cases), held.measured if held else None)
    period = {}
    if len(cases):
        period = {"data_from": day_of(cases.due.min()), "data_to": day_of(cases.due.max())}
    with database.transaction() as session:
        row = RenewalModel(
            **{"measured": {}, "in_use": {}, "newest_cases": 0, **period, **made.columns},
            trained_at=at,
            trained_by_id=actor.staff_id,
            cases=len(cases),
            renewed=renewed,
            needed=needed,
        )
        session.add(row)
        session.flush()
        if row.verdict is Verdict.IN_FORCE:
            row.in_force_id = row.id
        elif row.verdict is Verdict.WORSE and held is not None:
            row.in_force_id = held.id
        insert_columns(session.connection(), _READING, _told(row.id, made))
        audit.record(
            session,
            actor=actor,
            event="renewal:train",
            subject=RenewalModel.__tablename__,
            subject_id=row.id,
            at=at,
            detail={
                "verdict": row.verdict.value,
                "cases": row.cases,
                "brier": row.brier,
                "brier_average": row.brier_average,
                "auc": row.auc,
            },
        )
        session.flush()
        return version_of(row)


def decided_on(on: date, known: Mapping[str, Any]) -> tuple[ColumnElement[bool], ...]:
    """The cases that teach on the day ``on``.

    Args:
        known: ``RULES`` as in force then.
    """
    overdue = int(known["renewal.windows"]["overdue_days"])
    grace = int(known["renewal.grace_days"]["after_due"])
    return (
        not_(Renewal.is_open),
        Renewal.state.in_(DECIDED),
        or_(
            and_(Renewal.kind == RenewalKind.TERM, Renewal.due_on < _before(on, overdue)),
            and_(Renewal.kind == RenewalKind.INSTALMENT, Renewal.due_on < _before(on, grace)),
        ),
    )


def read_lessons(source: Reader, cases: Cases) -> Lessons:
    """The readings of decided cases: on each landmark before the client had answered."""
    book = Book(source, cases, first=int(cases.due.min()) - max(LANDMARKS))
    parts = []
    for days in LANDMARKS:
        cutoff = cases.due - days
        there = (cases.opened <= cutoff) & (cases.closed >= cutoff) & ~book.is_decided(cutoff)
        parts.append((book.read(cutoff).take(there), np.flatnonzero(there), days))
    rows = np.concatenate([rows for _, rows, _ in parts])
    return Lessons(
        Readings(
            parts[0][0].columns, np.concatenate([readings.values for readings, _, _ in parts])
        ),
        cases.is_renewed[rows].astype(np.float64),
        cases.id[rows],
        cases.client[rows],
        cases.due[rows],
        np.concatenate([np.full(len(rows), days) for _, rows, days in parts]),
    )


@dataclass(frozen=True, slots=True)
class Made:
    """What a training came to, as columns of ``renewal_model``, and what it was measured on."""

    columns: dict[str, Any]
    newest: Lessons | None = None
    said: NDArray[np.float64] | None = None
    """The probability of each reading of ``newest``; null where nothing was measured."""


def _made(lessons: Lessons, held: dict[str, Any] | None) -> Made:
    """A version of these lessons, and what it came to."""
    from services.renewal_probability.learning import learn, learn_before

    dues = np.sort(lessons.due[np.unique(lessons.case, return_index=True)[1]])
    calibrated_from = dues[int(len(dues) * CALIBRATED)]
    newest_from = dues[int(len(dues) * NEWEST)]
    older = lessons.take(lessons.due < newest_from)
    newest = lessons.take((lessons.due >= newest_from) & lessons.is_ahead)
    made: dict[str, Any] = {
        "verdict": Verdict.TOO_FEW,
        "calibrated_from": day_of(calibrated_from),
        "newest_from": day_of(newest_from),
        "newest_cases": len(np.unique(newest.case)),
        "reliability": [],
        "factors": [],
    }
    if not _has_both(older.renewed) or not len(newest.renewed):
        return Made(made)
    measured = learn_before(
        older.readings, older.renewed, older.due >= calibrated_from, older.client
    )
    said = says(measured.model, newest.readings).probability
    new = rules.judged(said, newest.renewed, newest.case)
    before = None
    if held is not None and held["columns"] == measured.model["columns"]:
        earlier = says(held, newest.readings).probability
        before = rules.judged(earlier, newest.renewed, newest.case)
    outcome = rules.decided(new, before)
    used = measured
    if outcome.verdict is Verdict.IN_FORCE:
        used = learn(lessons.readings, lessons.renewed, lessons.client)
    _log.info(
        "renewal model trained",
        verdict=outcome.verdict.value,
        brier=round(new.brier, 5),
        average=round(new.brier_average, 5),
        auc=round(new.auc, 4),
    )
    made |= {
        "verdict": outcome.verdict,
        "kind": used.kind,
        "calibration": used.calibration,
        "brier": new.brier,
        "brier_average": new.brier_average,
        "held_brier": before.brier if before else None,
        "auc": new.auc,
        "calibration_error": new.calibration_error,
        "reliability": [[each.readings, each.mean, each.rate] for each in new.bins],
        "factors": _weights(used.model, lessons.readings),
        "measured": measured.model,
        "in_use": used.model if outcome.verdict is Verdict.IN_FORCE else {},
    }
    return Made(made, newest, said)


def _told(model_id: int, made: Made) -> list[tuple[str, list[Any]]]:
    """What the version said of the newest cases, as columns of ``renewal_model_reading``."""
    newest = made.newest
    if newest is None or made.said is None:
        return []
    return [
        ("model_id", [model_id] * len(made.said)),
        ("client_id", newest.client.tolist()),
        ("renewal_id", newest.case.tolist()),
        ("days_left", newest.days_left.tolist()),
        ("probability", np.round(made.said * rules.PARTS).astype(int).tolist()),
        ("is_renewed", (newest.renewed > 0).tolist()),
    ]


def _weights(model: dict[str, Any], readings: Readings) -> list[Any]:
    known = ~np.isnan(readings.values)
    size = (np.abs(says(model, readings).parts) * known).sum(axis=0)
    size /= np.maximum(known.sum(axis=0), 1)
    names = [column.name for column in readings.columns]
    order = np.argsort(-size)
    return [[names[place], round(float(size[place]), 4)] for place in order]


def _has_both(renewed: NDArray[np.float64]) -> bool:
    return bool(min(renewed.sum(), (1 - renewed).sum()) >= BOTH)


def _before(on: date, days: int) -> date:
    return on - timedelta(days=days)
