"""How unevenly a column of numbers is spread: what the fifth with most of it hold of the whole.

Made beside a pass, over all clients, so that a screen reads one row: for the company, each branch
and each team, for premium, income of the service year and every column the company imported. Who
has no number is no part of it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from sqlalchemy import Select, delete, func, or_, select
from sqlalchemy.orm import Session

from db.arrow import Reader, reader
from db.bulk import insert_columns
from db.models import Branch, Client, ClientStanding, Team, TierConcentration, TierRun
from db.session import Database
from services.actor import Actor
from services.clients.rules import printable
from services.permissions import Permission
from services.tiering.asked import EVERYBODY, NO_PLACE, TierFilter, counted_in, parts_of, within
from services.tiering.columns import MISSING, Column
from services.tiering.facts import extra_column
from terms.people import Scope
from terms.tiering import EXTRA, Factor, PassStage

FIFTH, STEPS, WHOLE = 5, 20, 10_000
PREMIUM, INCOME = Factor.PREMIUM.value, Factor.INCOME.value
_KEPT = ("client_id", "branch_id", "team_id", "premium_fen", "realised_fen", "expected_fen")
_TABLE: Any = TierConcentration.__table__


@dataclass(frozen=True, slots=True)
class Concentration:
    """How one column is spread; amounts in hundredths, ``curve`` as ``TierConcentration``."""

    column: str
    clients: int
    total: int
    top: int
    curve: tuple[int, ...]
    as_of: datetime | None
    """None: just now."""
    about: tuple[tuple[str, str], ...]
    """Whose clients: what the figure's rows are selected by."""


def top_count(clients: int) -> int:
    """How many clients are a fifth, a part of one counted whole."""
    return -(-clients // FIFTH)


def concentrate(database: Database, *, at: datetime) -> int:
    """Work every column out anew.

    Returns:
        Rows written.

    Audit: none, the table follows from others.
    """
    with reader(database) as source:
        kept: Select[Any] = select(*(ClientStanding.__table__.c[name] for name in _KEPT))
        standings = source.table(kept.order_by(ClientStanding.client_id))
        columns = dict(_columns(source, standings, _names(database)))
    branch, team = (_ints(standings, name, 0) for name in ("branch_id", "team_id"))
    rows = [
        (name, *whose, *spread)
        for name, amounts in columns.items()
        for whose, spread in _groups(amounts, branch, team)
    ]
    with database.transaction() as session:
        session.execute(delete(TierConcentration))
        names = ("column", "branch_id", "team_id", "clients", "total", "top", "curve")
        given = list(zip(*rows, strict=True)) or [()] * len(names)
        insert_columns(
            session.connection(),
            _TABLE,
            [*zip(names, map(list, given), strict=True), ("as_of", [at] * len(rows))],
        )
    return len(rows)


def is_behind(session: Session, *, at: datetime, minutes: int = 10) -> bool:
    """Whether a pass ended since the columns were worked out, and that is a while ago."""
    made = session.scalar(select(func.max(TierConcentration.as_of)))
    last = session.scalar(
        select(func.max(TierRun.finished_at)).where(TierRun.stage == PassStage.DONE)
    )
    if last is None:
        return False
    return made is None or (last > made and (at - made).total_seconds() >= 60 * minutes)


def concentrations(
    session: Session, *, actor: Actor, on: date, where: TierFilter = EVERYBODY
) -> tuple[Concentration, ...]:
    """Every column of the actor's clients that has numbers, premium and income first; of the
    place in ``where`` alone. Several branches at once have none: their fifths do not add up.

    Raises:
        NotPermitted: the actor lacks ``tier:read``.
    """
    actor.require(Permission.TIER_READ)
    if counted_in(actor, of=TierConcentration) is None:
        return tuple(_own(session, actor, on))
    place = _place(session, actor, where)
    if place is None:
        return ()
    branch_id, team_id = place
    found = session.scalars(
        select(TierConcentration)
        .where(TierConcentration.branch_id == branch_id, TierConcentration.team_id == team_id)
        .order_by(TierConcentration.column)
    )
    about = {"branch": str(branch_id or ""), "team": str(team_id or "")}
    said = [
        Concentration(
            row.column,
            row.clients,
            row.total,
            row.top,
            tuple(row.curve),
            row.as_of,
            tuple((name, what) for name, what in about.items() if what),
        )
        for row in found
    ]
    return tuple(sorted(said, key=_order))


def _order(one: Concentration) -> tuple[bool, bool, str]:
    return (one.column.startswith(EXTRA), one.column != PREMIUM, one.column)


def _place(session: Session, actor: Actor, where: TierFilter) -> tuple[int, int] | None:
    """The branch and team whose row is asked for, 0 for all; None: there is no such row."""
    if NO_PLACE in (where.branch, where.team):
        return None
    if where.team is not None:
        team = session.execute(
            select(Team.id, Team.branch_id).where(Team.name == printable(where.team))
        ).first()
        is_mine = team is not None and _may_see(actor, team.branch_id, team.id)
        return (0, team.id) if team is not None and is_mine else None
    if where.branch is not None:
        branch_id = session.scalar(select(Branch.id).where(Branch.name == printable(where.branch)))
        is_mine = branch_id is not None and _may_see(actor, branch_id, None)
        return (branch_id, 0) if branch_id is not None and is_mine else None
    if actor.scope is Scope.TEAM:
        return (0, actor.team_id) if actor.team_id is not None else None
    if actor.scope is Scope.BRANCH:
        branches = tuple(actor.branch_ids)
        return (branches[0], 0) if len(branches) == 1 else None
    return (0, 0)


def _may_see(actor: Actor, branch_id: int | None, team_id: int | None) -> bool:
    match actor.scope:
        case Scope.ALL:
            return True
        case Scope.BRANCH:
            return branch_id in actor.branch_ids
        case _:
            return team_id is not None and team_id == actor.team_id


def _own(session: Session, actor: Actor, on: date) -> Iterator[Concentration]:
    """Of clients given one by one, who are few: worked out as they stand."""
    kept = (
        ClientStanding.premium_fen,
        ClientStanding.realised_fen,
        ClientStanding.expected_fen,
        Client.extra_numbers,
    )
    columns: dict[str, list[int]] = {PREMIUM: [], INCOME: []}
    for part in parts_of(actor, on=on):
        found = select(*kept).select_from(ClientStanding)
        found = within(found, part).join(Client, Client.id == ClientStanding.client_id)
        for premium, realised, expected, own in session.execute(found):
            columns[PREMIUM].append(premium)
            if realised is not None or expected is not None:
                columns[INCOME].append((realised or 0) + (expected or 0))
            for name, number in own.items():
                columns.setdefault(EXTRA + name, []).append(int(np.floor(number * 100 + 0.5)))
    for column, amounts in columns.items():
        spread = _spread(np.array(amounts, np.int64))
        if spread is not None:
            yield Concentration(column, *spread[:3], tuple(spread[3]), None, (("own", "1"),))


def _names(database: Database) -> list[str]:
    """The numeric columns the company brought in."""
    numbers = Client.extra_numbers
    there = numbers.is_not(None)
    if database.engine.dialect.name == "postgresql":
        names = select(func.jsonb_object_keys(numbers).label("name")).where(there)
        found = select(names.subquery().c.name).distinct()
    else:
        keys = func.json_each(numbers).table_valued("key")
        found = select(keys.c.key).select_from(Client).join(keys, there).distinct()
    with database.reading() as session:
        return sorted(session.scalars(found))


def _columns(source: Reader, standings: pa.Table, names: list[str]) -> Iterator[tuple[str, Column]]:
    yield PREMIUM, _ints(standings, "premium_fen")
    realised, expected = (_ints(standings, name) for name in ("realised_fen", "expected_fen"))
    there = (realised != MISSING) | (expected != MISSING)
    both = np.where(realised == MISSING, 0, realised) + np.where(expected == MISSING, 0, expected)
    yield INCOME, np.where(there, both, MISSING)
    ids = _ints(standings, "client_id")
    for name in names:
        numbers = extra_column(source, ids, EXTRA + name)
        whole = np.floor(np.nan_to_num(numbers) * 100 + 0.5).astype(np.int64)
        yield EXTRA + name, np.where(np.isnan(numbers), MISSING, whole)


def _ints(table: pa.Table, name: str, missing: int = MISSING) -> Column:
    found: Column = table[name].cast(pa.int64()).fill_null(missing).to_numpy()
    return found


Spread = tuple[int, int, int, list[int]]


def _groups(
    amounts: Column, branch: Column, team: Column
) -> Iterator[tuple[tuple[int, int], Spread]]:
    """The company, each branch and each team, with how their amounts are spread."""
    known = amounts != MISSING
    whole = _spread(amounts[known])
    if not known.any():
        return
    if whole is not None:
        yield (0, 0), whole
    for column, is_team in ((branch, False), (team, True)):
        ours, numbers = column[known], amounts[known]
        order = np.argsort(ours, kind="stable")
        ids, starts = np.unique(ours[order], return_index=True)
        for one, piece in zip(ids, np.split(numbers[order], starts[1:]), strict=True):
            spread = _spread(piece) if one else None
            if spread is not None:
                yield ((0, int(one)) if is_team else (int(one), 0)), spread


def _spread(amounts: NDArray[np.int64]) -> Spread | None:
    """Clients, sum, what the top fifth hold, and the curve; None where nothing is held."""
    count, total = len(amounts), int(amounts.sum())
    if not count or total <= 0:
        return None
    held = np.concatenate(([0], np.cumsum(np.sort(amounts)[::-1])))
    places = [-(-count * step // STEPS) for step in range(STEPS + 1)]
    curve = [round(WHOLE * int(held[place]) / total) for place in places]
    return count, total, int(held[top_count(count)]), curve


def has_number(column: str) -> Any:
    """The condition on ``client_standing`` and ``client`` that there is a number."""
    if column == INCOME:
        return or_(
            ClientStanding.realised_fen.is_not(None), ClientStanding.expected_fen.is_not(None)
        )
    if column.startswith(EXTRA):
        return Client.extra_numbers[column.removeprefix(EXTRA)].as_float().is_not(None)
    return ClientStanding.premium_fen.is_not(None)
