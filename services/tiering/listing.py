"""Lists of clients by where they stand: of a class, near a limit, with facts missing.

A page is read in two steps: the ids of its rows from ordered indexes, a piece per part of the
scope, then what those rows show.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, false, func, literal, select, tuple_, union_all
from sqlalchemy.orm import Session

from db.models import Client, ClientStanding, Staff, Team
from services.access import may_open
from services.actor import Actor
from services.permissions import Permission
from services.tiering.asked import EVERYBODY, TierFilter, conditions_of, parts_of, within
from services.tiering.counting import Limits, near_points
from services.tiering.missing import is_missing
from services.tiering.queries import facts_of
from services.tiering.rulebook import rulebook
from services.tiering.rules import Lift, Scale, next_tier, smallest_lift, standing
from terms.tiering import Tier

PAGE = 50


class Side(StrEnum):
    """On which side of a limit a client is."""

    BELOW = "below"
    ABOVE = "above"


@dataclass(frozen=True, slots=True)
class StandingRow:
    """A client in a list of tiers."""

    number: str
    name: str | None
    owner: str | None
    team: str | None
    value: Tier
    risk: Tier
    stars: int | None
    score: int
    """On the value axis."""
    risk_score: int
    premium_fen: int
    is_held: bool
    """A person decided the value tier, whatever the points say."""


@dataclass(frozen=True, slots=True)
class NearRow:
    """A client near a limit of the value axis."""

    client: StandingRow
    side: Side
    other: Tier
    """The tier on the other side."""
    points: int
    """Missing to the limit; above it, what may be lost before the client is of ``other``."""
    lift: Lift | None
    has_needs: bool
    gaps: int


@dataclass(frozen=True, slots=True)
class MissingRow:
    """A client whose value tier could be another if more was known."""

    client: StandingRow
    factors: tuple[str, ...]
    could: Tier


@dataclass(frozen=True, slots=True)
class StandingPage:
    """One page; ``after`` begins the next."""

    rows: tuple[StandingRow, ...]
    after: str | None


@dataclass(frozen=True, slots=True)
class NearPage:
    """One page of clients near a limit."""

    rows: tuple[NearRow, ...]
    after: str | None


@dataclass(frozen=True, slots=True)
class MissingPage:
    """One page of clients with facts missing."""

    rows: tuple[MissingRow, ...]
    after: str | None


def clients_of(
    session: Session,
    *,
    actor: Actor,
    on: date,
    where: TierFilter,
    after: str | None = None,
    limit: int = PAGE,
) -> StandingPage:
    """The actor's clients with these classes, newest first.

    Raises:
        NotPermitted: the actor lacks ``tier:read`` or ``client:read``.
    """
    places, mark = _ids(session, actor, on, where, (_Piece(0, ()),), after, limit)
    rows = _rows(session, actor, on, [place.client_id for place in places])
    return StandingPage(
        tuple(rows[place.client_id][0] for place in places if place.client_id in rows), mark
    )


def near_limit(
    session: Session,
    *,
    actor: Actor,
    on: date,
    side: Side,
    where: TierFilter = EVERYBODY,
    after: str | None = None,
    limit: int = PAGE,
) -> NearPage:
    """The actor's clients just below or just above a limit of the value axis: the fewest points
    first, then the highest premium (R37).

    Raises:
        NotPermitted: the actor lacks ``tier:read`` or ``client:read``.
    """
    book = rulebook(session, on=on)
    near = near_points(session, on=on)
    pieces = [
        _Piece(points, (ClientStanding.value_score == score,), by_premium=True)
        for points, score in near_scores(book.value, side, near)
    ]
    places, mark = _ids(session, actor, on, where, pieces, after, limit)
    rows = _rows(session, actor, on, [place.client_id for place in places])
    found = []
    for place in places:
        if place.client_id not in rows:
            continue
        row, kept, own = rows[place.client_id]
        tier = book.value.tier(kept.value_score)
        facts = facts_of(kept, own)
        found.append(
            NearRow(
                client=row,
                side=side,
                other=_beyond(tier, side),
                points=place.rank,
                lift=smallest_lift(book.value, facts),
                has_needs=kept.needs > 0,
                gaps=kept.gaps,
            )
        )
    return NearPage(tuple(found), mark)


def with_missing(
    session: Session,
    *,
    actor: Actor,
    on: date,
    where: TierFilter = EVERYBODY,
    factor: str | None = None,
    after: str | None = None,
    limit: int = PAGE,
) -> MissingPage:
    """The actor's clients whose value tier could be another if more was known: who could rise
    highest first.

    Args:
        factor: only those of whom this fact is not known.

    Raises:
        NotPermitted: the actor lacks ``tier:read`` or ``client:read``.
    """
    scale = rulebook(session, on=on).value
    lacking = () if factor is None else (is_missing(factor),)
    pieces = [
        _Piece(
            rank,
            (
                ClientStanding.value_could == could,
                ClientStanding.value_by_rule == now,
                *lacking,
            ),
        )
        for rank, (could, now) in enumerate(_RISES)
    ]
    places, mark = _ids(session, actor, on, where, pieces, after, limit)
    rows = _rows(session, actor, on, [place.client_id for place in places])
    found = []
    for place in places:
        if place.client_id not in rows:
            continue
        row, kept, own = rows[place.client_id]
        now = standing(scale, facts_of(kept, own))
        found.append(MissingRow(row, tuple(part.factor for part in now.missing), now.could_be))
    return MissingPage(tuple(found), mark)


def each_near(
    session: Session, *, actor: Actor, on: date, side: Side, where: TierFilter
) -> Iterator[NearRow]:
    """All rows of ``near_limit``, page by page.

    Raises:
        NotPermitted: the actor lacks ``tier:read`` or ``client:read``.
    """
    after: str | None = None
    while True:
        page = near_limit(
            session, actor=actor, on=on, side=side, where=where, after=after, limit=500
        )
        yield from page.rows
        after = page.after
        if after is None:
            return


def near_scores(scale: Scale, side: Side, near: int) -> tuple[tuple[int, int], ...]:
    """Points to the limit, and the score that is so far from it; the nearest first.

    Above a limit a client falls with the points that bring them beneath it: at the limit one.
    """
    found: list[tuple[int, int]] = []
    taken: set[int] = set()
    for points in range(1, near + 1):
        for limit in (scale.high, scale.mid):
            score = limit - points if side is Side.BELOW else limit + points - 1
            of_limit = scale.tier(score) is (
                _beyond(scale.tier(limit), Side.ABOVE) if side is Side.BELOW else scale.tier(limit)
            )
            if score >= 0 and of_limit and score not in taken:
                taken.add(score)
                found.append((points, score))
    return tuple(found)


def scores_near(limits: Limits, side: Side) -> frozenset[int]:
    """The scores of ``near_limit``."""
    bare = Scale((), limits.mid, limits.high)
    return frozenset(score for _, score in near_scores(bare, side, limits.near))


_RISES = ((Tier.HIGH, Tier.LOW), (Tier.HIGH, Tier.MID), (Tier.MID, Tier.LOW))


def _beyond(tier: Tier, side: Side) -> Tier:
    """The tier above a client who is below a limit, the one beneath one who is above it."""
    if side is Side.BELOW:
        return next_tier(tier) or tier
    order = tuple(Tier)
    return order[max(order.index(tier) - 1, 0)]


@dataclass(frozen=True, slots=True)
class _Piece:
    """Clients of one rank of a list: those where all conditions hold."""

    rank: int
    conditions: tuple[ColumnElement[bool], ...]
    by_premium: bool = False
    """The highest premium first; else the newest client."""


@dataclass(frozen=True, slots=True, order=True)
class _Place:
    """Where a client stands in a list: sorting gives the list's order."""

    rank: int
    less_premium: int
    less_id: int

    @property
    def client_id(self) -> int:
        return -self.less_id


def _ids(
    session: Session,
    actor: Actor,
    on: date,
    where: TierFilter,
    pieces: Sequence[_Piece],
    after: str | None,
    limit: int,
) -> tuple[list[_Place], str | None]:
    """The first ``limit`` clients behind ``after``, and the mark of those behind them."""
    actor.require(Permission.TIER_READ)
    actor.require(Permission.CLIENT_READ)
    asked = conditions_of(session, where)
    start = _start(session, after)
    if asked is None:
        return [], None
    selects = [
        _page_of(piece, part, asked, start, limit + 1)
        for piece in pieces
        if start is None or piece.rank >= start.rank
        for part in parts_of(actor, on=on)
    ]
    if not selects:
        return [], None
    whole = union_all(*(select(one.subquery()) for one in selects))
    found = sorted(_Place(rank, -premium, -row) for rank, premium, row in session.execute(whole))
    shown = found[:limit]
    return shown, _mark(session, shown[-1]) if len(found) > limit else None


def _page_of(
    piece: _Piece,
    part: Any,
    asked: Sequence[ColumnElement[bool]],
    start: _Place | None,
    limit: int,
) -> Any:
    client_id, premium = ClientStanding.client_id, ClientStanding.premium_fen
    shown = premium if piece.by_premium else literal(0)
    chosen: Any = select(
        literal(piece.rank).label("rank"), shown.label("premium"), client_id
    ).select_from(ClientStanding)
    conditions = [*piece.conditions, *asked]
    if part.given is not None:
        # few clients: found by their ids, not by an index of the class that a million are in
        conditions = [func.coalesce(one, false()) for one in conditions]
    found = within(chosen, part).where(*conditions)
    if start is None and not piece.by_premium:
        found = found.where(client_id > 0)
    if start is not None and start.rank == piece.rank:
        found = found.where(
            tuple_(premium, client_id) < tuple_(-start.less_premium, start.client_id)
            if piece.by_premium
            else client_id < start.client_id
        )
    last: Any = client_id if part.given is None else client_id + 0
    order = (premium.desc(), last.desc()) if piece.by_premium else (last.desc(),)
    return found.order_by(*order).limit(limit)


def _mark(session: Session, place: _Place) -> str:
    """Where the next page begins, as the address says it: no row ids."""
    number = session.scalar(select(Client.number).where(Client.id == place.client_id))
    return f"{place.rank}~{-place.less_premium}~{number}"


def _start(session: Session, mark: str | None) -> _Place | None:
    if not mark or not mark.isprintable():
        return None
    rank, _, rest = mark.partition("~")
    premium, _, number = rest.partition("~")
    client_id = session.scalar(select(Client.id).where(Client.number == number))
    digits = rank.isascii() and rank.isdigit() and premium.isascii() and premium.isdigit()
    if client_id is None or not digits or len(rank) > 3 or len(premium) > 18:
        return None
    return _Place(int(rank), -int(premium), -client_id)


def _rows(
    session: Session, actor: Actor, on: date, ids: Sequence[int]
) -> dict[int, tuple[StandingRow, ClientStanding, Mapping[str, Any]]]:
    """What the rows of a page show; a client who is not the actor's any more is left out."""
    if not ids:
        return {}
    found = session.execute(
        select(
            ClientStanding,
            Client.number,
            Client.name,
            Client.extra_numbers,
            Staff.name,
            Team.name,
        )
        .join(Client, Client.id == ClientStanding.client_id)
        .outerjoin(Staff, Staff.id == Client.owner_id)
        .outerjoin(Team, Team.id == Client.team_id)
        .where(ClientStanding.client_id.in_(ids), may_open(actor, on=on))
    )
    return {
        kept.client_id: (
            StandingRow(
                number=number,
                name=name,
                owner=owner,
                team=team,
                value=kept.value_tier,
                risk=kept.risk_tier,
                stars=kept.stars,
                score=kept.value_score,
                risk_score=kept.risk_score,
                premium_fen=kept.premium_fen,
                is_held=kept.value_tier is not kept.value_by_rule,
            ),
            kept,
            own,
        )
        for kept, number, name, own, owner, team in found
    }
