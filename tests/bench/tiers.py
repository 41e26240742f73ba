"""Row d: the tier pass and the what-if at a million clients."""

import statistics
import time
from collections.abc import Callable
from copy import deepcopy
from dataclasses import replace
from datetime import date, datetime

import numpy as np
from sqlalchemy import text

from db.session import Database
from services import tier_rules, tiering
from services.actor import SYSTEM
from services.permissions import Permission
from services.rule_tables import DEFAULTS
from services.tier_rules import Trial
from services.tier_rules.trying import Values
from services.tiering import Scale
from services.tiering.columns import Facts
from terms.tiering import TierAxis
from tests.bench import databases, report, tier_reference
from tests.bench.databases import BenchDatabase

ROUNDS = 3
LIMIT, TRIED_LIMIT = 1.5, 3.0
CHANGED = 50
"""Every fiftieth client changes before a pass: 2 %."""
VALUE = "tiering.value"
_ACTOR = replace(SYSTEM, permissions=frozenset({*SYSTEM.permissions, Permission.TIER_TRY}))


def rows(database: BenchDatabase) -> list[report.Row]:
    on = date.fromisoformat(databases.ON)
    data = databases.connect(database)
    try:
        return [*_passes(database, data, on), *_trials(database, data, on)]
    finally:
        data.engine.dispose()


def _passes(database: BenchDatabase, data: Database, on: date) -> list[report.Row]:
    at = datetime.fromisoformat(databases.NOW)
    tiering.recalculate(data, on=on, at=at, full=True)
    tier_reference.prepare(data)
    tier_reference.run(data, on)
    ours, reference = [], []
    for turn in range(ROUNDS):
        _change(data, turn)
        done = tiering.recalculate(data, on=on, at=at, full=True)
        ours.append(done.seconds)
        began = time.perf_counter()
        changed = tier_reference.run(data, on)
        reference.append(time.perf_counter() - began)
        if not done.changed or not changed:
            raise RuntimeError("nothing changed: the pass was not measured")
    said = tier_reference.said_by_both(data)
    if said["alike"] != said["clients"] or said["clients"] != done.clients:
        raise RuntimeError(f"pass and reference say different things: {said}")
    return [
        report.timed(
            "d.pass",
            f"full pass, {done.changed} clients changed",
            database.name,
            database.clients,
            statistics.median(ours) * 1000,
            statistics.median(reference) * 1000,
            LIMIT,
        )
    ]


def _change(data: Database, turn: int) -> None:
    with data.engine.connect().execution_options(writes=True) as connection, connection.begin():
        connection.execute(
            text(
                "UPDATE policy SET premium_fen = CASE WHEN premium_fen < 20000000 "
                "THEN premium_fen + 20000000 ELSE premium_fen - 20000000 END "
                "WHERE client_id % :every = :turn AND status = 'in_force'"
            ),
            {"every": CHANGED, "turn": turn},
        )


def _trials(database: BenchDatabase, data: Database, on: date) -> list[report.Row]:
    """A change of the hand: everything the screen shows anew, against bare numpy; and a second."""
    with data.reading() as session:
        found = tier_rules.population(session, actor=_ACTOR, on=on)
        in_force = tier_rules.in_force(session, actor=_ACTOR, on=on)
        service = DEFAULTS["tiering.service"].value
        drafts: list[Values] = []
        for points in range(20, 20 + 2 * ROUNDS + 4):
            draft = deepcopy(dict(in_force))
            draft[VALUE]["factors"][0]["points"] = points
            draft[VALUE]["high"] = 55
            drafts.append(draft)

        def decided(draft: Values) -> Trial:
            trial = tier_rules.tried(found, draft, in_force)
            assert trial.moved >= 0
            tier_rules.effort(trial.population.stands, service)
            tier_rules.effort(trial.goes, service)
            return trial

        def shown(draft: Values) -> None:
            tier_rules.movers(
                session, actor=_ACTOR, trial=decided(draft), axis=TierAxis.VALUE, limit=12, on=on
            )

        ours = _median([lambda draft=draft: decided(draft) for draft in drafts])
        whole = _median([lambda draft=draft: shown(draft) for draft in drafts])
        stands = found.stands[TierAxis.VALUE]
        bare = _median(
            [
                lambda draft=draft: _numpy(found.facts, Scale.of(draft[VALUE]), stands)
                for draft in drafts
            ]
        )
    name, clients = database.name, database.clients
    return [
        report.timed(
            "d.whatif", "a change of a draft ÷ numpy", name, clients, ours, bare, TRIED_LIMIT
        ),
        report.timed(
            "d.shown", "the change with its movers ÷ 1 s", name, clients, whole, 1000.0, 1.0
        ),
    ]


def _numpy(facts: Facts, scale: Scale, stands: np.ndarray) -> np.ndarray:
    """One pass of numpy over the same columns: points, tiers, matrix."""
    total = np.zeros(len(facts), np.int32)
    for factor in scale.factors:
        edges = np.array([step.at * factor.unit for step in factor.steps])
        points = np.array([0, *(factor.points_at(step) for step in factor.steps)], np.int32)
        total += points[np.searchsorted(edges, facts.of[factor.factor], side="right")]
    tiers = (total >= scale.mid).astype(np.int64) + (total >= scale.high)
    return np.bincount(stands.astype(np.int64) * 3 + tiers, minlength=9)


def _median(jobs: list[Callable[[], object]]) -> float:
    jobs[0]()
    samples = []
    for job in jobs:
        began = time.perf_counter()
        job()
        samples.append(time.perf_counter() - began)
    return statistics.median(samples) * 1000
