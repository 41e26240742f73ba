"""How many clients stand where: sums of what the passes counted, and of the few given one by one.

What a screen costs does not depend on how many clients there are.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, case, func, literal_column, select
from sqlalchemy.orm import Session

from db.models import (
    Branch,
    ClientStanding,
    Team,
    TierCount,
    TierMissingCount,
    TierRun,
    TierScoreCount,
)
from services.actor import Actor
from services.permissions import Permission
from services.rule_tables import rule
from services.tiering.asked import EVERYBODY, TierFilter, counted_in, given_parts, place_of, within
from services.tiering.missing import is_missing, is_open
from services.tiering.rulebook import rulebook
from services.tiering.rules import Scale
from terms.tiering import PassStage, Tier, TierAxis

NEAR_RULE = "tiering.near"
_NONE: Any = literal_column("0")
"""As the counts write what is not there; written out, since it is grouped by."""


@dataclass(frozen=True, slots=True)
class PassState:
    """The last finished pass, and the one that runs."""

    on: date | None
    """The day the tiers are of; None before the first pass."""
    finished_at: datetime | None
    running: PassStage | None
    running_since: datetime | None
    clients: int
    """What the running pass read, once it has."""
    changed: int
    usual_seconds: float | None
    """What the last full pass took."""


@dataclass(frozen=True, slots=True)
class Cell:
    """So many clients have these classes; ``stars`` None where it is not known."""

    value: Tier
    risk: Tier
    stars: int | None
    clients: int
    premium_fen: int


@dataclass(frozen=True, slots=True)
class PlaceCount:
    """So many clients of a branch and a team have this value tier; None: of none."""

    branch: str | None
    team: str | None
    value: Tier
    clients: int


@dataclass(frozen=True, slots=True)
class Distribution:
    """Where the clients of a scope stand."""

    cells: tuple[Cell, ...]
    places: tuple[PlaceCount, ...]

    @property
    def clients(self) -> int:
        return sum(cell.clients for cell in self.cells)


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits of an axis, and how many points count as near."""

    mid: int
    high: int
    most: int
    near: int


def pass_state(session: Session, *, actor: Actor) -> PassState:
    """As of which pass the tiers are, and how far the one is that runs.

    Raises:
        NotPermitted: the actor lacks ``tier:read``.
    """
    actor.require(Permission.TIER_READ)
    newest = select(TierRun).order_by(TierRun.id.desc()).limit(1)
    done = session.scalars(newest.where(TierRun.stage == PassStage.DONE)).first()
    full = session.scalars(newest.where(TierRun.stage == PassStage.DONE, TierRun.is_full)).first()
    running = session.scalars(newest.where(TierRun.stage != PassStage.DONE)).first()
    took = full.finished_at - full.started_at if full and full.finished_at else None
    return PassState(
        on=done.on if done else None,
        finished_at=done.finished_at if done else None,
        running=running.stage if running else None,
        running_since=running.started_at if running else None,
        clients=running.clients if running else 0,
        changed=running.changed if running else 0,
        usual_seconds=took.total_seconds() if took else None,
    )


def limits(session: Session, *, actor: Actor, axis: TierAxis, on: date) -> Limits:
    """From how many points a client is mid and high on ``axis``, value or risk.

    Raises:
        NotPermitted: the actor lacks ``tier:read``.
    """
    actor.require(Permission.TIER_READ)
    book = rulebook(session, on=on)
    scale: Scale = book.risk if axis is TierAxis.RISK else book.value
    return Limits(scale.mid, scale.high, scale.most, near_points(session, on=on))


def near_points(session: Session, *, on: date) -> int:
    """Within how many points of a limit a client is near it."""
    return int(rule(session, NEAR_RULE, on)["points"])


def distribution(
    session: Session, *, actor: Actor, on: date, where: TierFilter = EVERYBODY
) -> Distribution:
    """How many clients of the actor have which classes, by branch and team; of the place in
    ``where`` alone.

    Raises:
        NotPermitted: the actor lacks ``tier:read``.
    """
    actor.require(Permission.TIER_READ)
    number, premium = TierCount.clients, TierCount.premium_fen
    by_class = (TierCount.value_tier, TierCount.risk_tier, TierCount.stars)
    stars = func.coalesce(ClientStanding.stars, _NONE)
    classes = (ClientStanding.value_tier, ClientStanding.risk_tier, stars)
    premiums = func.sum(ClientStanding.premium_fen)
    cells = _summed(
        session, actor, on, where, TierCount, by_class, (number, premium), classes, (premiums,)
    )
    by_place = (TierCount.branch_id, TierCount.team_id, TierCount.value_tier)
    own = (ClientStanding.branch_id, ClientStanding.team_id)
    where_to = (*(func.coalesce(column, _NONE) for column in own), ClientStanding.value_tier)
    places = _summed(session, actor, on, where, TierCount, by_place, (number,), where_to, ())
    branches = dict(session.execute(select(Branch.id, Branch.name)).all())
    teams = dict(session.execute(select(Team.id, Team.name)).all())
    return Distribution(
        tuple(
            Cell(Tier(value), Tier(risk), int(n_stars) or None, sums[0], sums[1])
            for (value, risk, n_stars), sums in cells
        ),
        tuple(
            PlaceCount(branches.get(branch), teams.get(team), Tier(value), sums[0])
            for (branch, team, value), sums in places
        ),
    )


def score_counts(
    session: Session, *, actor: Actor, on: date, axis: TierAxis, where: TierFilter = EVERYBODY
) -> tuple[tuple[int, int], ...]:
    """Score on ``axis`` (value or risk) and how many clients have it, the lowest first.

    Raises:
        NotPermitted: the actor lacks ``tier:read``.
    """
    actor.require(Permission.TIER_READ)
    score = ClientStanding.risk_score if axis is TierAxis.RISK else ClientStanding.value_score
    found = _summed(
        session,
        actor,
        on,
        where,
        TierScoreCount,
        (TierScoreCount.score,),
        (TierScoreCount.clients,),
        (score,),
        (),
        TierScoreCount.axis == axis,
    )
    return tuple((int(key[0]), sums[0]) for key, sums in found)


def missing_counts(
    session: Session, *, actor: Actor, on: date, where: TierFilter = EVERYBODY
) -> tuple[tuple[str, Tier, int], ...]:
    """Fact that is not known, the value tier it could bring, and of how many clients; the most
    first.

    Raises:
        NotPermitted: the actor lacks ``tier:read``.
    """
    actor.require(Permission.TIER_READ)
    found: Counter[tuple[str, str]] = Counter()
    counted = (TierMissingCount.factor, TierMissingCount.value_could)
    sums = (TierMissingCount.clients,)
    for key, number in _whole(session, actor, where, TierMissingCount, counted, sums, ()):
        found[key] += number[0]
    factors = [scored.factor for scored in rulebook(session, on=on).value.factors]
    lacking = [func.sum(case((is_missing(factor), 1), else_=0)) for factor in factors]
    own = (ClientStanding.value_could,)
    for (could,), numbers in _given(session, actor, on, where, own, lacking, (is_open(),)):
        for factor, one in zip(factors, numbers[1:], strict=True):
            found[factor, could] += one
    rows = [(factor, Tier(could), number) for (factor, could), number in found.items() if number]
    return tuple(sorted(rows, key=lambda row: (-row[2], row[0], row[1])))


Summed = list[tuple[tuple[Any, ...], tuple[int, ...]]]


def _summed(
    session: Session,
    actor: Actor,
    on: date,
    where: TierFilter,
    table: Any,
    by: Sequence[Any],
    sums: Sequence[Any],
    own: Sequence[Any],
    own_sums: Sequence[Any],
    *also: Any,
) -> Summed:
    """Sums of a table of counts by ``by``, with the clients given one by one by ``own``."""
    merged: dict[tuple[Any, ...], list[int]] = {}
    pieces = (
        *_whole(session, actor, where, table, by, sums, also),
        *_given(session, actor, on, where, own, own_sums, ()),
    )
    for key, numbers in pieces:
        there = merged.setdefault(key, [0] * len(sums))
        for place, number in enumerate(numbers):
            there[place] += number
    return [(key, tuple(merged[key])) for key in sorted(merged)]


def _whole(
    session: Session,
    actor: Actor,
    where: TierFilter,
    table: Any,
    by: Sequence[Any],
    sums: Sequence[Any],
    also: Sequence[Any],
) -> Summed:
    mine, place = counted_in(actor, of=table), place_of(session, where, of=table)
    if mine is None or place is None:
        return []
    added = [func.sum(column) for column in sums]
    found = select(*by, *added).where(*mine, *place, *also).group_by(*by)
    return _keyed(session, found, len(by))


def _given(
    session: Session,
    actor: Actor,
    on: date,
    where: TierFilter,
    own: Sequence[Any],
    own_sums: Sequence[Any],
    also: Iterable[Any],
) -> Summed:
    place = place_of(session, where, of=ClientStanding)
    rows: Summed = []
    for part in given_parts(actor, on=on) if place is not None else ():
        found: Select[Any] = select(*own, func.count(), *own_sums).select_from(ClientStanding)
        found = within(found, part).where(*(place or ()), *also).group_by(*own)
        rows += _keyed(session, found, len(own))
    return rows


def _keyed(session: Session, found: Select[Any], keys: int) -> Summed:
    return [
        (tuple(row[:keys]), tuple(int(number) for number in row[keys:]))
        for row in session.execute(found)
    ]
