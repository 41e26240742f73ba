"""How the clients' classes moved since a day: where each stood before, and where they stand now."""

from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session, aliased

from db.models import Client, ClientStanding, Rule, Staff, Team, TierChange, TierRun
from services.access import may_open
from services.actor import Actor
from services.permissions import Permission
from services.tiering.asked import EVERYBODY, TierFilter, parts_of, place_of, within
from services.tiering.counting import distribution
from terms.tiering import PassStage, Tier, TierAxis

UNKNOWN = "-"
"""Stars of a client whose income is not known."""
PAGE = 50


@dataclass(frozen=True, slots=True)
class Movement:
    """Old × new on one axis: ``cells`` holds every pair somebody has, unmoved among them."""

    axis: TierAxis
    classes: tuple[str, ...]
    """The lowest first."""
    cells: tuple[tuple[str, str, int], ...]

    @property
    def moved(self) -> int:
        return sum(number for before, after, number in self.cells if before != after)


@dataclass(frozen=True, slots=True)
class Mover:
    """A client whose class is another than it was."""

    number: str
    name: str | None
    owner: str | None
    team: str | None
    before: str
    after: str
    before_score: int | None
    after_score: int | None
    on: date
    """The day of the pass that last changed it."""
    rule_from: date
    """Since when the rule holds which that pass went by."""
    premium_fen: int


@dataclass(frozen=True, slots=True)
class MoverPage:
    """One page; ``after`` begins the next."""

    rows: tuple[Mover, ...]
    after: str | None


def classes_of(axis: TierAxis) -> tuple[str, ...]:
    """The classes of an axis as history writes them, the lowest first: value, risk or stars."""
    if axis is TierAxis.STARS:
        return (UNKNOWN, "1", "2", "3", "4", "5")
    return tuple(tier.value for tier in Tier)


def movement(
    session: Session,
    *,
    actor: Actor,
    on: date,
    axis: TierAxis,
    since: date,
    where: TierFilter = EVERYBODY,
) -> Movement:
    """The actor's clients by the class they had before the day ``since`` and the one they have.

    The sums of the columns are the counts of now; a client who is new since then counts as if they
    had stood there before. Who moved and came back has not moved.

    Raises:
        NotPermitted: the actor lacks ``tier:read``.
    """
    actor.require(Permission.TIER_READ)
    now: Counter[str] = Counter()
    for cell in distribution(session, actor=actor, on=on, where=where).cells:
        stars = UNKNOWN if cell.stars is None else str(cell.stars)
        of_axis = {TierAxis.VALUE: cell.value.value, TierAxis.RISK: cell.risk.value}
        now[of_axis.get(axis, stars)] += cell.clients
    moved: Counter[tuple[str, str]] = Counter()
    for found in net(session, actor, on, axis, since, where):
        pairs = found.subquery()
        by = (pairs.c.before, pairs.c.after)
        counted = select(*by, func.count()).where(pairs.c.is_moved).group_by(*by)
        for before, after, number in session.execute(counted):
            moved[before or UNKNOWN, after or UNKNOWN] += number
    for (_, after), number in moved.items():
        now[after] -= number
    still = {(name, name): max(number, 0) for name, number in now.items()}
    cells = {**still, **moved}
    order = classes_of(axis)
    return Movement(
        axis,
        order,
        tuple(
            (before, after, cells[before, after])
            for before in order
            for after in order
            if cells.get((before, after))
        ),
    )


def movers(
    session: Session,
    *,
    actor: Actor,
    on: date,
    axis: TierAxis,
    since: date,
    before: str | None = None,
    after_class: str | None = None,
    where: TierFilter = EVERYBODY,
    after: str | None = None,
    limit: int = PAGE,
) -> MoverPage:
    """The actor's clients whose class on ``axis`` is another than before ``since``, who moved
    last first.

    Args:
        before: only those who had this class; ``UNKNOWN`` for stars that were not known.
        after_class: only those who have this class now.
        after: the mark of a page.

    Raises:
        NotPermitted: the actor lacks ``tier:read`` or ``client:read``.
    """
    actor.require(Permission.TIER_READ)
    actor.require(Permission.CLIENT_READ)
    start = (
        int(after) if after and after.isascii() and after.isdigit() and len(after) < 18 else None
    )
    merged: list[Any] = []
    for found in net(session, actor, on, axis, since, where):
        pairs = found.subquery()
        chosen = select(pairs.c.id).where(pairs.c.is_moved, *_of_cell(pairs, before, after_class))
        if start is not None:
            chosen = chosen.where(pairs.c.id < start)
        merged += session.scalars(chosen.order_by(pairs.c.id.desc()).limit(limit + 1)).all()
    ids = sorted(merged, reverse=True)[: limit + 1]
    rows = _movers(session, actor, on, axis, since, ids[:limit])
    return MoverPage(rows, str(ids[limit - 1]) if len(ids) > limit else None)


def net(
    session: Session, actor: Actor, on: date, axis: TierAxis, since: date, where: TierFilter
) -> list[Select[Any]]:
    """Per part of the scope: the last change (``id``) of each client on ``axis`` since the day,
    with the class and score before the first one and after the last, and ``is_moved``."""
    place = place_of(session, where, of=ClientStanding)
    if place is None:
        return []
    runs = select(TierRun.id).where(TierRun.on >= since, TierRun.stage == PassStage.DONE)
    found = []
    for part in parts_of(actor, on=on):
        ends: Any = (
            select(
                TierChange.client_id,
                func.min(TierChange.id).label("first_id"),
                func.max(TierChange.id).label("last_id"),
            )
            .join(ClientStanding, ClientStanding.client_id == TierChange.client_id)
            .where(TierChange.run_id.in_(runs), TierChange.axis == axis, *place)
            .group_by(TierChange.client_id)
        )
        both = within(ends, part).subquery()
        first, last = aliased(TierChange), aliased(TierChange)
        found.append(
            select(
                both.c.client_id,
                last.id,
                first.before,
                last.after,
                first.before_score,
                last.after_score,
                last.run_id,
                first.before.is_distinct_from(last.after).label("is_moved"),
            )
            .join(first, first.id == both.c.first_id)
            .join(last, last.id == both.c.last_id)
        )
    return found


def _of_cell(pairs: Any, before: str | None, after: str | None) -> list[ColumnElement[bool]]:
    return [
        column.is_(None) if wanted == UNKNOWN else column == wanted
        for column, wanted in ((pairs.c.before, before), (pairs.c.after, after))
        if wanted is not None
    ]


def _movers(
    session: Session, actor: Actor, on: date, axis: TierAxis, since: date, ids: list[int]
) -> tuple[Mover, ...]:
    if not ids:
        return ()
    last, first, other = aliased(TierChange), aliased(TierChange), aliased(TierChange)
    runs = select(TierRun.id).where(TierRun.on >= since, TierRun.stage == PassStage.DONE)
    first_id = (
        select(func.min(other.id))
        .where(other.client_id == last.client_id, other.axis == axis, other.run_id.in_(runs))
        .scalar_subquery()
    )
    rule_id = {
        TierAxis.VALUE: TierRun.value_rule_id,
        TierAxis.RISK: TierRun.risk_rule_id,
        TierAxis.STARS: TierRun.star_rule_id,
    }[axis]
    found = session.execute(
        select(
            Client.number,
            Client.name,
            Staff.name,
            Team.name,
            func.coalesce(first.before, UNKNOWN),
            func.coalesce(last.after, UNKNOWN),
            first.before_score,
            last.after_score,
            TierRun.on,
            Rule.effective_from,
            ClientStanding.premium_fen,
        )
        .select_from(last)
        .join(first, first.id == first_id)
        .join(Client, Client.id == last.client_id)
        .join(ClientStanding, ClientStanding.client_id == last.client_id)
        .join(TierRun, TierRun.id == last.run_id)
        .join(Rule, Rule.id == rule_id)
        .outerjoin(Staff, Staff.id == Client.owner_id)
        .outerjoin(Team, Team.id == Client.team_id)
        .where(last.id.in_(ids), may_open(actor, on=on))
        .order_by(last.id.desc())
    )
    return tuple(Mover(*row) for row in found)
