"""What is known of every client in numbers, read column by column (``db.arrow``).

One moment, one day: premium and lines in force on that day, the income of the service year it
lies in, claims and complaints of the years before it.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from sqlalchemy import Select, and_, case, func, or_, select

from db.arrow import Reader
from db.models import (
    Claim,
    Client,
    ClientParty,
    ClientRelation,
    Complaint,
    Engagement,
    Income,
    Instalment,
    Policy,
)
from services.tiering.columns import MISSING, Column, Facts
from services.tiering.income import anniversary
from services.tiering.rules import attitude
from terms.clients import ClientType, PartyRole, RelationKind, RiskLevel
from terms.policies import ClaimStatus, IncomeKind, InstalmentStatus, Line, PolicyStatus
from terms.tiering import EXTRA, Factor

CLAIM_YEARS, COMPLAINT_YEARS = 3, 2
"""Years back from the day."""
_LINES = tuple(Line)
_LEVELS = (None, *RiskLevel)
_EPOCH = date(1970, 1, 1)
_IN_FORCE = (PolicyStatus.IN_FORCE, PolicyStatus.GRACE)
UNPAID = (InstalmentStatus.DUE, InstalmentStatus.GRACE, InstalmentStatus.UNPAID)


@dataclass(frozen=True, slots=True)
class Known:
    """Everything a pass knows: facts by factor, and per client what stands beside them."""

    facts: Facts
    realised_fen: Column
    expected_fen: Column
    team_id: Column
    branch_id: Column


def read_facts(
    reader: Reader,
    *,
    on: date,
    usual_lines: Mapping[ClientType, Iterable[Line]],
    extras: Iterable[str] = (),
    only: Sequence[int] | None = None,
) -> Known:
    """The facts of all clients on the day ``on``.

    Args:
        usual_lines: what a client of each type usually holds; what is missing is a gap.
        extras: names of imported columns a scale asks for.
        only: the clients to read; all if left out.
    """

    def table(statement: Select[Any], column: Any) -> pa.Table:
        return reader.table(statement if only is None else statement.where(column.in_(only)))

    clients = table(_clients(), Client.id)
    ids = _ints(clients, "id")
    known: dict[str, Any] = {
        Factor.NEEDS.value: _ints(clients, "needs"),
        Factor.TENURE.value: _months(_days(clients, "since"), on),
        Factor.ATTITUDE.value: _attitudes(clients),
    }
    policies = table(_policies(on), Policy.client_id)
    whose = np.searchsorted(ids, _ints(policies, "client_id"))
    counts = policies["in_force"].to_numpy() == 1
    premium, line = _ints(policies, "premium_fen"), policies["line"].to_numpy()
    known[Factor.PREMIUM.value] = _sum(whose[counts], premium[counts], len(ids))
    held = np.zeros(len(ids), np.int64)
    for place in range(len(_LINES)):
        held[whose[counts & (line == place)]] |= 1 << place
    known[Factor.LINES.value] = _bits(held)
    known[Factor.GAPS.value] = _gaps(held, clients["is_group"].to_numpy() == 1, usual_lines)
    recent = policies["recent"].to_numpy() == 1
    written = _sum(whose[recent], premium[recent], len(ids))
    known |= _counted(table, ids, on, written)
    incomes = table(_incomes(on), Income.client_id)
    realised, expected = _income(incomes, ids, _days(clients, "anchor"), on)
    there = (realised != MISSING) | (expected != MISSING)
    both = np.where(there, _or_zero(realised) + _or_zero(expected), MISSING)
    known[Factor.INCOME.value] = both
    for name in extras:
        known[name] = extra_column(reader, ids, name)
    return Known(
        Facts(ids, known),
        realised,
        expected,
        _ints(clients, "team_id"),
        _ints(clients, "branch_id"),
    )


# --- the selects -----------------------------------------------------------------------------


def _clients() -> Select[Any]:
    engaged = (
        select(Engagement.client_id, func.max(Engagement.signed_on).label("signed_on"))
        .where(Engagement.is_current)
        .group_by(Engagement.client_id)
        .subquery()
    )
    return (
        select(
            Client.id,
            Client.team_id,
            Client.branch_id,
            case((Client.client_type == ClientType.GROUP, 1), else_=0).label("is_group"),
            case((Client.needs.is_not(None), 1), else_=0).label("needs"),
            Client.client_since_on.label("since"),
            func.coalesce(engaged.c.signed_on, Client.client_since_on).label("anchor"),
            _level(Client.risk_preference).label("preference"),
            _level(Client.risk_tolerance).label("tolerance"),
        )
        .outerjoin(engaged, engaged.c.client_id == Client.id)
        .order_by(Client.id)
    )


def _level(column: Any) -> Any:
    ranks = [(column == level, place) for place, level in enumerate(_LEVELS) if level]
    return case(*ranks, else_=0)


def _policies(on: date) -> Select[Any]:
    in_force = and_(
        Policy.status.in_(_IN_FORCE),
        Policy.inception_on <= on,
        or_(Policy.expiry_on.is_(None), Policy.expiry_on >= on),
    )
    recent = Policy.inception_on.between(_years_back(on, CLAIM_YEARS), on)
    return select(
        Policy.client_id,
        Policy.premium_fen,
        case(*[(Policy.line == line, place) for place, line in enumerate(_LINES)]).label("line"),
        case((in_force, 1), else_=0).label("in_force"),
        case((recent, 1), else_=0).label("recent"),
    ).where(or_(in_force, recent))


def _counts(on: date) -> dict[str, tuple[Select[Any], Any]]:
    claims = (
        select(Claim.client_id, func.count().label("n"), func.sum(Claim.amount_fen).label("fen"))
        .where(
            Claim.reported_on.between(_years_back(on, CLAIM_YEARS), on),
            Claim.status.not_in((ClaimStatus.WITHDRAWN, ClaimStatus.REJECTED)),
        )
        .group_by(Claim.client_id)
    )
    since = _years_back(on, COMPLAINT_YEARS)
    complaints = (
        select(Complaint.client_id, func.count().label("n"))
        .where(
            Complaint.client_id.is_not(None),
            func.date(Complaint.received_at).between(since.isoformat(), on.isoformat()),
        )
        .group_by(Complaint.client_id)
    )
    late = (
        select(Instalment.client_id, func.count().label("n"))
        .where(
            Instalment.due_on.between(since, on),
            or_(
                Instalment.paid_on > Instalment.due_on,
                and_(Instalment.status.in_(UNPAID), Instalment.due_on < on),
            ),
        )
        .group_by(Instalment.client_id)
    )
    family = (RelationKind.FAMILY, RelationKind.GROUP)
    there = select(ClientRelation.client_id, ClientRelation.other_id.label("with"))
    back = select(ClientRelation.other_id, ClientRelation.client_id)
    both = there.where(ClientRelation.kind.in_(family)).union_all(
        back.where(ClientRelation.kind.in_(family))
    )
    related = both.subquery()
    circle = select(related.c.client_id, func.count().label("n")).group_by(related.c.client_id)
    parties = (
        select(ClientParty.client_id, func.count(ClientParty.party_id.distinct()).label("n"))
        .where(ClientParty.role != PartyRole.POLICYHOLDER)
        .group_by(ClientParty.client_id)
    )
    return {
        "claims": (claims, Claim.client_id),
        "complaints": (complaints, Complaint.client_id),
        "late": (late, Instalment.client_id),
        "circle": (circle, related.c.client_id),
        "parties": (parties, ClientParty.client_id),
    }


def _incomes(on: date) -> Select[Any]:
    """Whatever may belong to a service year that holds ``on``."""
    nearly = on - timedelta(days=366)
    return select(
        Income.client_id,
        case((Income.kind == IncomeKind.REALISED, 1), else_=0).label("realised"),
        Income.booked_on,
        Income.amount_fen,
        Income.service_from,
        Income.service_to,
    ).where(
        or_(
            and_(Income.service_from.is_(None), Income.booked_on >= nearly),
            Income.service_from >= nearly,
            Income.service_to >= nearly,
        )
    )


def extra_column(reader: Reader, ids: Column, factor: str) -> NDArray[np.float64]:
    """What the company's own column of ``factor`` says of these clients; NaN: nothing."""
    name = factor.removeprefix(EXTRA)
    found = reader.table(
        select(Client.id, Client.extra_numbers[name].as_float().label("n")).where(
            Client.extra_numbers[name].as_float().is_not(None)
        )
    )
    column = np.full(len(ids), np.nan)
    whose = np.minimum(np.searchsorted(ids, _ints(found, "id")), max(len(ids) - 1, 0))
    wanted = ids[whose] == _ints(found, "id") if len(ids) else np.zeros(len(found), bool)
    column[whose[wanted]] = found["n"].to_numpy()[wanted]
    return column


# --- columns ---------------------------------------------------------------------------------


def _counted(
    read: Callable[[Select[Any], Any], pa.Table], ids: Column, on: date, written: Column
) -> dict[str, Column]:
    found: dict[str, Column] = {}
    for name, (statement, whose) in _counts(on).items():
        table = read(statement, whose)
        place = np.searchsorted(ids, _ints(table, "client_id"))
        column = np.zeros(len(ids), np.int64)
        column[place] = _ints(table, "n")
        found[name] = column
        if name == "claims":
            paid = np.zeros(len(ids), np.int64)
            paid[place] = _ints(table, "fen")
            ratio = np.where(written > 0, paid * 100 // np.maximum(written, 1), MISSING)
            found["claims_ratio"] = ratio
    household = 1 + found.pop("circle") + found.pop("parties")
    return {**found, Factor.HOUSEHOLD.value: household}


def _income(table: pa.Table, ids: Column, anchor: Column, on: date) -> tuple[Column, Column]:
    """``income.share_fen`` of every entry, summed by client; missing without a ledger."""
    first, last = _service_years(anchor, on)
    whose = np.searchsorted(ids, _ints(table, "client_id"))
    amount = _ints(table, "amount_fen")
    begins, ends = _days(table, "service_from"), _days(table, "service_to")
    without = (begins == MISSING) | (ends == MISSING)
    starts = np.where(without, _days(table, "booked_on"), begins)
    year_first, year_last = first[whose], last[whose]
    whole = without | (ends < _a_year_after(starts))
    inside = (starts >= year_first) & (starts <= year_last)
    total = np.where(whole, 1, ends - starts + 1)
    before = np.clip(year_first - starts, 0, total)
    until = np.clip(year_last - starts + 1, 0, total)
    spread = amount * until // total - amount * before // total
    share = np.where(whole, np.where(inside, amount, 0), spread)
    counts = np.where(whole, inside, until > before)
    sums = []
    for kind in (1, 0):
        mine = (table["realised"].to_numpy() == kind) & counts
        column = np.full(len(ids), MISSING, np.int64)
        fen = _sum(whose[mine], share[mine], len(ids))
        known = np.bincount(whose[mine], minlength=len(ids)) > 0
        column[known] = fen[known]
        sums.append(column)
    return sums[0], sums[1]


def _service_years(anchor: Column, on: date) -> tuple[Column, Column]:
    """First and last day of the service year that holds ``on``; the calendar year without an
    anchor."""
    day = (on - _EPOCH).days
    known = np.where(anchor == MISSING, (date(on.year, 1, 1) - _EPOCH).days, anchor)
    month_day, place = np.unique(_month_days(known), return_inverse=True)
    starts, ends = [], []
    for each in month_day:
        of = date(2024, int(each) // 100, int(each) % 100)
        begin = anniversary(of, on.year)
        if (begin - _EPOCH).days > day:
            begin = anniversary(of, on.year - 1)
        starts.append((begin - _EPOCH).days)
        ends.append((anniversary(of, begin.year + 1) - _EPOCH).days - 1)
    return np.array(starts, np.int64)[place], np.array(ends, np.int64)[place]


def _a_year_after(days: Column) -> Column:
    """The anniversary of each day in the next year."""
    at = days.astype("M8[D]")
    year, month_day = at.astype("M8[Y]").astype(np.int64) + 1970, _month_days(days)
    next_year = (year + 1 - 1970).astype("M8[Y]")
    month = next_year.astype("M8[M]") + (month_day // 100 - 1)
    first_of = month.astype("M8[D]").astype(np.int64)
    length = (month + 1).astype("M8[D]").astype(np.int64) - first_of
    return _whole(first_of + np.minimum(month_day % 100, length) - 1)


def _month_days(days: Column) -> Column:
    at = days.astype("M8[D]")
    month = at.astype("M8[M]")
    of_year = (month - at.astype("M8[Y]").astype("M8[M]")).astype(np.int64) + 1
    return _whole(of_year * 100 + (at - month.astype("M8[D]")).astype(np.int64) + 1)


def _months(since: Column, on: date) -> Column:
    """Whole months from each day until ``on``."""
    known = np.where(since == MISSING, 0, since)
    at = known.astype("M8[D]")
    months = (on.year - 1970) * 12 + on.month - 1 - at.astype("M8[M]").astype(np.int64)
    months -= (_month_days(known) % 100 > on.day).astype(np.int64)
    return _whole(np.where(since == MISSING, MISSING, np.maximum(months, 0)))


def _attitudes(clients: pa.Table) -> Column:
    answers = [attitude(one, two) for one in _LEVELS for two in _LEVELS]
    known = np.array([MISSING if answer is None else answer for answer in answers], np.int64)
    preference, tolerance = _ints(clients, "preference"), _ints(clients, "tolerance")
    return _whole(known[preference * len(_LEVELS) + tolerance])


def _gaps(
    held: Column, is_group: NDArray[np.bool_], usual: Mapping[ClientType, Iterable[Line]]
) -> Column:
    def bits(kind: ClientType) -> int:
        return sum(1 << _LINES.index(line) for line in usual.get(kind, ()))

    wanted = np.where(is_group, bits(ClientType.GROUP), bits(ClientType.INDIVIDUAL))
    return _bits(wanted & ~held)


def _bits(column: Column) -> Column:
    return _whole(sum((column >> place) & 1 for place in range(len(_LINES))))


def _sum(place: Column, values: Column, size: int) -> Column:
    """Sums by place; exact, where ``bincount`` would add floats."""
    sums = np.zeros(size, np.int64)
    np.add.at(sums, place, values)
    return sums


def _or_zero(column: Column) -> Column:
    return _whole(np.where(column == MISSING, 0, column))


def _whole(column: Any) -> Column:
    found: Column = np.asarray(column, np.int64)
    return found


def _ints(table: pa.Table, name: str) -> Column:
    column = table[name].combine_chunks().cast(pa.int64())
    return _whole(column.fill_null(MISSING).to_numpy(zero_copy_only=False))


def _days(table: pa.Table, name: str) -> Column:
    """Days since 1970; SQLite keeps days as text."""
    column = table[name].combine_chunks()
    if not pa.types.is_date(column.type):
        column = column.cast(pa.string()).cast(pa.date32())
    days = column.cast(pa.int32()).cast(pa.int64()).fill_null(MISSING)
    return _whole(days.to_numpy(zero_copy_only=False))


def _years_back(on: date, years: int) -> date:
    return anniversary(on, on.year - years) + timedelta(days=1)
