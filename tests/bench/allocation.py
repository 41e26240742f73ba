"""Row e: 20,000 clients to 200 agents under capacity, licence, tier and preference; and a
morning's extraction and allocation on the whole company."""

import gc
import statistics
import time
from datetime import date, datetime, timedelta
from random import Random

import numpy as np
from ortools.graph.python.min_cost_flow import SimpleMinCostFlow
from sqlalchemy import case as sql_case
from sqlalchemy import exists, func, select, true, update
from sqlalchemy.orm import Session

from db.models import (
    Client,
    ClientAccess,
    Renewal,
    RenewalAllocation,
    Staff,
    StaffLine,
    StaffRole,
)
from services import renewals
from services.actor import SYSTEM
from services.renewals.levelling import Step
from services.renewals.placing import Case, Person, place
from terms.clients import AccessReason
from terms.people import Role
from terms.policies import Line
from terms.renewals import AllocationWhy, RenewalState
from tests.bench import databases, report
from tests.bench.databases import BenchDatabase
from tests.make.allocation import exact_worth, worth_of

CLIENTS, AGENTS, ROUNDS = 20_000, 200, 7
LIMIT = 1.5
LINES = (Line.MOTOR, Line.HOME, Line.PROPERTY, Line.LIABILITY, Line.MEDICAL)
SENIOR = Line.OTHER
"""Licence of who may serve the highest tier; their cases ask for it."""
LATER = timedelta(days=91)
MORNING_MS = 30 * 60 * 1000
"""From the worker's start to the first shift: the time a morning has."""


def pure() -> list[report.Row]:
    """``e.gap`` and ``e.time``; without a database."""
    people, cases = _company()
    plain, ours = [], []
    gc.freeze()  # what the bench itself has loaded is not for either of the two to look through
    for _ in range(ROUNDS):
        began = time.perf_counter()
        done = place(cases, people, needs_registration=True)
        ours.append(time.perf_counter() - began)
        began = time.perf_counter()
        placed = _plain(people, cases)
        plain.append(time.perf_counter() - began)
        if len(done.given) != len(cases) or placed != len(cases):
            raise RuntimeError(f"not all were given: {len(done.given)}, {placed}")
    gap = sum(_gap(step) for step in done.steps)
    named = f"{CLIENTS} clients to {AGENTS} agents"
    return [
        report.Row(
            "e.gap", f"{named}: distance to HiGHS", "none", CLIENTS, gap, 0, "cost", 1 + gap, 1.0
        ),
        report.timed(
            "e.time",
            f"{named}, against plain min-cost flow",
            "none",
            CLIENTS,
            statistics.median(ours) * 1000,
            statistics.median(plain) * 1000,
            LIMIT,
        ),
    ]


def _company() -> tuple[list[Person], list[Case]]:
    random = Random(7)
    people = [
        Person(
            id=place,
            team_id=None,
            branch_id=1,
            load=0,
            weekly_capacity=random.choice((100, 150, 200)),
            days=20,
            room=random.randrange(110, 180),
            lines=frozenset(random.sample(LINES, 3) + [SENIOR] * (random.random() < 0.4)),
        )
        for place in range(AGENTS)
    ]
    cases = [
        Case(
            id=place,
            team_id=None,
            branch_id=1,
            line=SENIOR if random.random() < 0.1 else random.choice(LINES),
            known_by=((random.randrange(AGENTS), AllocationWhy.OWNER),),
        )
        for place in range(CLIENTS)
    ]
    return people, cases


def _gap(step: Step) -> int:
    """How far a step's answer is from the optimum HiGHS finds: units, ranks and knowing."""
    ours, best = worth_of(step), exact_worth(step)
    return (
        abs(best.placed - ours.placed)
        + abs(ours.ranks - best.ranks)
        + abs(ours.strangeness - best.strangeness)
    )


def _plain(people: list[Person], cases: list[Case]) -> int:
    """The plain model: clients alike flow to agents with a fixed capacity and a preference."""
    groups: dict[tuple[Line, int], list[int]] = {}
    for case in cases:
        groups.setdefault((case.line, case.known_by[0][0]), []).append(case.id)
    tails, heads, limits, costs = [], [], [], []
    for at, ((line, owner), ids) in enumerate(groups.items()):
        for place_, person in enumerate(people):
            if line in person.lines:
                tails.append(AGENTS + at)
                heads.append(place_)
                limits.append(len(ids))
                costs.append(0 if place_ == owner else 1)
    flow = SimpleMinCostFlow()
    sink = AGENTS + len(groups)
    arcs = flow.add_arcs_with_capacity_and_unit_cost(
        np.array(tails), np.array(heads), np.array(limits), np.array(costs)
    )
    flow.add_arcs_with_capacity_and_unit_cost(
        np.arange(AGENTS),
        np.full(AGENTS, sink),
        np.array([person.room or 0 for person in people]),
        np.zeros(AGENTS, np.int64),
    )
    flow.set_nodes_supplies(
        np.append(np.arange(len(groups)) + AGENTS, sink),
        np.append(np.array([len(ids) for ids in groups.values()]), -len(cases)),
    )
    flow.solve_max_flow_with_min_cost()
    waiting = [iter(ids) for ids in groups.values()]
    given = [
        (next(waiting[tail - AGENTS]), head)
        for tail, head, amount in zip(tails, heads, flow.flows(arcs), strict=True)
        for _ in range(amount)
    ]
    return len(given)


def day(database: BenchDatabase) -> list[report.Row]:
    """``e.day``: a morning a quarter later, when the window is full of cases nobody has yet, for
    200 specialists at most; every row written is looked at, and taken back afterwards."""
    data = databases.connect(database)
    found: list[report.Row] = []
    try:
        with data.unaudited("bench, rolled back") as session:
            found.append(_morning(session, database))
            raise _TakenBack
    except _TakenBack:
        return found
    finally:
        data.engine.dispose()


class _TakenBack(Exception):
    """Ends the transaction without a trace."""


def _morning(session: Session, database: BenchDatabase) -> report.Row:
    at = datetime.fromisoformat(databases.NOW) + LATER
    on = date.fromisoformat(databases.ON) + LATER
    _keep(session, AGENTS, on)
    last = session.scalar(select(func.max(RenewalAllocation.id))) or 0
    began = time.perf_counter()
    opened = renewals.extract(session, actor=SYSTEM, on=on, at=at)
    extracted = time.perf_counter() - began
    done = renewals.allocate(session, actor=SYSTEM, on=on, at=at)
    given = time.perf_counter() - began - extracted
    _check(session, last, opened.created, done.allocated, on=on)
    people = len(done.by_person)
    named = (
        f"{opened.created} cases opened in {extracted:.1f} s, {done.allocated} given to {people} "
        f"people in {given:.1f} s ({done.unallocated} could not be)"
    )
    return report.timed(
        "e.day",
        named,
        database.name,
        database.clients,
        (extracted + given) * 1000,
        MORNING_MS,
        1.0,
    )


def _keep(session: Session, most: int, on: date) -> None:
    """Leave ``most`` specialists in service, as evenly over the teams as they are."""
    nth = func.row_number().over(partition_by=Staff.team_id, order_by=Staff.id)
    ids = session.scalars(
        select(Staff.id)
        .join(StaffRole, StaffRole.staff_id == Staff.id)
        .where(StaffRole.role == Role.SPECIALIST, Staff.team_id.is_not(None))
        .order_by(nth, Staff.id)
        .offset(most)
    ).all()
    session.execute(
        update(Staff).where(Staff.id.in_(ids)).values(in_service_to=on - timedelta(days=1))
    )


def _check(session: Session, last: int, opened: int, given: int, *, on: date) -> None:
    """Every row the morning wrote is right, or the bench stops."""
    line, case, person, client = RenewalAllocation, Renewal, Staff, Client
    has_lines = exists().where(StaffLine.staff_id == line.staff_id)
    may_line = exists().where(StaffLine.staff_id == line.staff_id, StaffLine.line == case.line)
    may_open = exists().where(
        ClientAccess.staff_id == line.staff_id,
        ClientAccess.client_id == case.client_id,
        ClientAccess.reason == AccessReason.ASSIGNED_CASE,
        ClientAccess.until.is_(None),
    )
    wrong = {
        "not theirs": case.assignee_id != line.staff_id,
        "not allocated": case.state != RenewalState.ALLOCATED,
        "another team": case.team_id != person.team_id,
        "not in service": person.in_service_to < on,
        "not their line": has_lines & ~may_line,
        "another client": line.client_id != case.client_id,
        "closed to them": ~may_open & func.coalesce(client.owner_id != line.staff_id, true()),
    }
    count, cases, *found = session.execute(
        select(
            func.count(),
            func.count(line.renewal_id.distinct()),
            *(func.count(sql_case((condition, 1))) for condition in wrong.values()),
        )
        .select_from(line)
        .join(case, case.id == line.renewal_id)
        .join(client, client.id == case.client_id)
        .join(person, person.id == line.staff_id)
        .where(line.id > last)
    ).one()
    made = session.scalar(select(func.count()).where(case.opened_on == on))
    if (count, cases, made) != (given, given, opened) or any(found):
        raise RuntimeError(
            f"{made} of {opened} opened, {count} lines for {cases} of {given} cases; "
            f"{dict(zip(wrong, found, strict=True))}"
        )
