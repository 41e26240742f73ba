"""What the allocation screen reads: everybody's day and month by the ledger, why each case went
where it went, and what nobody has."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    and_,
    bindparam,
    case,
    func,
    literal,
    select,
    union_all,
)
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from db.models import (
    Branch,
    Client,
    Policy,
    Renewal,
    RenewalAllocation,
    Staff,
    StaffLeave,
    Team,
)
from services.access import may_open
from services.actor import Actor
from services.permissions import Permission
from services.renewals.cases import EVERYTHING, conditions
from services.renewals.effort import of_capacity
from services.renewals.placing import Case, Person, limits_of
from services.renewals.rows import CaseFilter
from services.renewals.scope import led_by, visible_cases
from services.renewals.standing import Book, month_start, specialists
from terms.people import Language
from terms.policies import Line
from terms.renewals import AllocationCause, AllocationWhy, UnplacedReason


@dataclass(frozen=True, slots=True)
class Share:
    """Cases, effort (tenths of an ordinary case) and premium somebody was given, less what was
    taken from them again."""

    cases: int = 0
    effort: int = 0
    premium_fen: int = 0


@dataclass(frozen=True, slots=True)
class PersonMonth:
    """A specialist's day and month by the ledger."""

    staff_id: int
    name: str
    team_name: str | None
    given_today: int
    """Lines of the ledger that gave them a case today."""
    today: Share
    month: Share
    month_percent: int | None
    """The month's effort of what the person could do this month so far; null: was never here."""
    open_cases_room: int
    """Cases that fit under the ceiling still."""
    is_absent: bool
    away_until: date | None


@dataclass(frozen=True, slots=True)
class GivenRow:
    """One case given to somebody, and why to them."""

    id: int
    """The case."""
    client_number: str
    client_name: str | None
    line: Line
    product: str
    due_on: date
    premium_fen: int
    assignee_id: int | None
    """Who has it now."""
    staff_name: str
    from_name: str | None
    by_name: str | None
    effort: int
    cause: AllocationCause
    why: AllocationWhy | None
    choices: int | None
    stands: int | None
    next_stands: int | None
    reason: str | None
    until_on: date | None


@dataclass(frozen=True, slots=True)
class WaitingGroup:
    """Cases nobody has, alike in what decides it."""

    team_name: str | None
    branch_name: str | None
    line: Line
    language: Language | None
    count: int
    premium_fen: int
    reason: UnplacedReason | None
    """Null: somebody could have them; they wait for the next allocation."""


def month_by_person(session: Session, *, actor: Actor, on: date) -> tuple[PersonMonth, ...]:
    """Every specialist the actor leads, whoever carries most of their month first.

    Raises:
        NotPermitted: the actor lacks ``renewal:lead``.
    """
    actor.require(Permission.RENEWAL_LEAD)
    people = specialists(session, actor, on, Book.read(session, on))
    ids = [person.id for person in people]
    until = (
        select(func.max(StaffLeave.to_on))
        .where(StaffLeave.staff_id == Staff.id, StaffLeave.from_on <= on, StaffLeave.to_on >= on)
        .scalar_subquery()
    )
    names: dict[int, Any] = {
        row.id: row
        for row in session.execute(
            select(Staff.id, Staff.name, Team.name.label("team"), until.label("until"))
            .outerjoin(Team, Team.id == Staff.team_id)
            .where(Staff.id.in_(ids))
        )
    }
    month, today, lines = _shares(session, ids, on)
    rows = [
        PersonMonth(
            staff_id=person.id,
            name=names[person.id].name,
            team_name=names[person.id].team,
            given_today=lines.get(person.id, 0),
            today=today.get(person.id, Share()),
            month=month.get(person.id, Share()),
            month_percent=month_percent(person),
            open_cases_room=person.room or 0,
            is_absent=person.is_absent,
            away_until=names[person.id].until,
        )
        for person in people
    ]
    return tuple(
        sorted(rows, key=lambda row: (row.team_name or "", -(row.month_percent or 0), row.name))
    )


def month_percent(person: Person) -> int | None:
    """The month's effort of what they could do so far, in whole per cent, never below 0."""
    capacity = person.weekly_capacity * person.days
    return max(0, round(of_capacity(person.load / capacity) / 100)) if capacity else None


def _shares(
    session: Session, ids: list[int], on: date
) -> tuple[Mapping[int, Share], Mapping[int, Share], Mapping[int, int]]:
    """The month up to ``on`` and the day alone, per person; and how often each was given a case
    on the day."""
    is_today = RenewalAllocation.allocated_on == on
    span = RenewalAllocation.allocated_on.between(month_start(on), on)

    def of_today(what: ColumnElement[Any] | InstrumentedAttribute[int]) -> ColumnElement[Any]:
        return func.sum(case((is_today, what), else_=0))

    found = [
        select(
            whose,
            literal(sign).label("sign"),
            func.count(),
            func.sum(RenewalAllocation.effort),
            func.sum(RenewalAllocation.premium_fen),
            of_today(literal(1)),
            of_today(RenewalAllocation.effort),
            of_today(RenewalAllocation.premium_fen),
        )
        .where(whose.in_(ids), span)
        .group_by(whose)
        for sign, whose in (
            (1, RenewalAllocation.staff_id),
            (-1, RenewalAllocation.from_staff_id),
        )
    ]
    sums: dict[int, list[int]] = {staff_id: [0] * 6 for staff_id in ids}
    lines: dict[int, int] = {}
    for staff_id, sign, *values in session.execute(union_all(*found)):
        for place_, value in enumerate(values):
            sums[staff_id][place_] += sign * int(value)
        if sign > 0:
            lines[staff_id] = int(values[3])
    return (
        {staff_id: Share(*each[:3]) for staff_id, each in sums.items()},
        {staff_id: Share(*each[3:]) for staff_id, each in sums.items()},
        lines,
    )


def given_to(
    session: Session,
    *,
    actor: Actor,
    on: date,
    staff_id: int,
    where: CaseFilter = EVERYTHING,
    limit: int = 50,
) -> tuple[GivenRow, ...]:
    """What somebody was given on a day and still has, in the order it was dealt, with the reason.

    Args:
        where: only these of them, by class as well.

    Raises:
        NotPermitted: the actor lacks ``renewal:lead`` or ``client:read``.
    """
    actor.require(Permission.RENEWAL_LEAD)
    actor.require(Permission.CLIENT_READ)
    found = session.execute(_dealt(actor, on, where, limit), {"staff": staff_id})
    return tuple(GivenRow(*row) for row in found)


@lru_cache(maxsize=256)
def _dealt(actor: Actor, on: date, where: CaseFilter, limit: int) -> Select[*tuple[Any, ...]]:
    """The columns are the fields of ``GivenRow``."""
    ledger = RenewalAllocation
    before, by = aliased(Staff), aliased(Staff)
    staff = bindparam("staff", type_=Integer())
    return (
        select(
            Renewal.id,
            Client.number.label("client_number"),
            Client.name.label("client_name"),
            Renewal.line,
            Policy.product,
            Renewal.due_on,
            Renewal.premium_fen,
            Renewal.assignee_id,
            Staff.name.label("staff_name"),
            before.name.label("from_name"),
            by.name.label("by_name"),
            *(ledger.effort, ledger.cause, ledger.why, ledger.choices, ledger.stands),
            *(ledger.next_stands, ledger.reason, ledger.until_on),
        )
        .select_from(ledger)
        .join(Renewal, and_(Renewal.id == ledger.renewal_id, Renewal.assignee_id == staff))
        .join(Client, Client.id == Renewal.client_id)
        .join(Policy, Policy.id == Renewal.policy_id)
        .join(Staff, Staff.id == ledger.staff_id)
        .outerjoin(before, before.id == ledger.from_staff_id)
        .outerjoin(by, by.id == ledger.by_staff_id)
        .where(
            ledger.staff_id == staff,
            ledger.allocated_on == on,
            *conditions(where),
            led_by(actor),
            may_open(actor, on=on),
        )
        .order_by(ledger.id)
        .limit(limit)
    )


def waiting_groups(session: Session, *, actor: Actor, on: date) -> tuple[WaitingGroup, ...]:
    """What nobody has, by team, branch, line and language, with the limit that leaves nobody.

    Raises:
        NotPermitted: the actor lacks ``renewal:lead``.
    """
    actor.require(Permission.RENEWAL_LEAD)
    alike = (Renewal.team_id, Renewal.branch_id, Renewal.line, Client.preferred_language)
    groups = session.execute(
        select(
            *alike,
            Team.name.label("team_name"),
            Branch.name.label("branch_name"),
            func.count().label("cases"),
            func.sum(Renewal.premium_fen).label("premium_fen"),
        )
        .join(Client, Client.id == Renewal.client_id)
        .outerjoin(Team, Team.id == Renewal.team_id)
        .outerjoin(Branch, Branch.id == Renewal.branch_id)
        .where(Renewal.is_open, Renewal.assignee_id.is_(None), visible_cases(actor))
        .group_by(*alike, Team.name, Branch.name)
        .order_by(func.count().desc(), *alike)
        .limit(200)
    ).all()
    if not groups:
        return ()
    book = Book.read(session, on)
    cases = [
        Case(at, row.team_id, row.branch_id, row.line, language=row.preferred_language)
        for at, row in enumerate(groups)
    ]
    people = specialists(session, actor, on, book)
    reasons = limits_of(cases, people, needs_registration=book.needs_registration)
    return tuple(
        WaitingGroup(
            row.team_name,
            row.branch_name,
            row.line,
            row.preferred_language,
            row.cases,
            int(row.premium_fen),
            reason,
        )
        for row, reason in zip(groups, reasons, strict=True)
    )
