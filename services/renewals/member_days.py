"""Each member's day: contacts, whom they reached, first contacts on time, renewals (R160)."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Label, Select, and_, case, func, literal, or_, select
from sqlalchemy.orm import Session, aliased

from db.models import Contact, Renewal, Staff
from services.actor import Actor
from services.permissions import Permission
from services.renewals.breakdown import last_day, months_later
from services.renewals.cases import people_of
from services.renewals.contact_window import is_to_be_contacted
from services.renewals.day_rules import DayFacts, stands_out
from services.renewals.rates import outcomes_by
from services.renewals.rules import Windows
from services.renewals.scope import led_by
from services.rule_tables import rules as rules_in_force
from services.working_calendar import (
    SHANGHAI,
    WorkingCalendar,
    calendar_of,
    end_of_day,
    local_date,
    start_of_day,
)
from services.working_hours import WorkingDay, hours_before
from terms.renewal_analysis import Dimension, RateOf
from terms.renewal_days import StandsOut
from terms.renewals import ContactOutcome, RenewalKind, RenewalState

DAYS = 10
"""Working days a person's usual number of contacts is taken from, and those shown one by one."""
MOST_PEOPLE = 10_000
_Earlier = aliased(Contact)


@dataclass(frozen=True, slots=True)
class WorkedDay:
    """What one person did on one day."""

    day: date
    contacts: int
    reached: int
    """Contacts that reached the client."""
    first: int
    """First contacts of a case."""
    first_on_time: int
    renewed: int


@dataclass(frozen=True, slots=True)
class MemberDaily:
    """One person's day beside their usual one."""

    staff_id: int
    name: str
    team_name: str | None
    is_there: bool
    open_cases: int
    usual: float
    """Contacts a working day over the ten working days before."""
    worked: WorkedDay
    clients: int
    """With terms due in the last three months."""
    clients_renewed: int
    stands_out: StandsOut | None


@dataclass(frozen=True, slots=True)
class Lateness:
    """When a first contact is late: the case lay with its holder, inside the contact window, for
    more working hours than rule ``renewal.untouched_hours`` warns after when the day began."""

    since: datetime
    zone: ZoneInfo
    windows: Windows

    @classmethod
    def of(cls, session: Session, day: date, *, zone: ZoneInfo = SHANGHAI) -> "Lateness":
        return cls.of_days(session, [day], calendar_of(session), zone=zone)[day]

    @classmethod
    def of_days(
        cls,
        session: Session,
        days: Iterable[date],
        calendar: WorkingCalendar,
        *,
        zone: ZoneInfo = SHANGHAI,
    ) -> dict[date, "Lateness"]:
        asked = sorted(days)
        keys = ("renewal.untouched_hours", "calendar.working_hours", "renewal.windows")
        known = rules_in_force(session, keys, on=asked[-1])
        clock = WorkingDay.of(known["calendar.working_hours"])
        hours = int(known["renewal.untouched_hours"]["warn"])
        windows = Windows.of(known["renewal.windows"])
        found = {}
        for day in asked:
            since = hours_before(
                calendar, clock, at=start_of_day(day, zone), hours=hours, zone=zone
            )
            found[day] = cls(since, zone, windows)
        return found

    def is_late(self, assigned_at: datetime | None, kind: RenewalKind, due_on: date) -> bool:
        opened = due_on - timedelta(days=self.windows.first_contact(kind))
        return (
            assigned_at is not None
            and assigned_at <= self.since
            and opened < local_date(self.since, self.zone)
        )

    def on_time(self) -> ColumnElement[bool]:
        """The condition on ``renewal``."""
        lay = is_to_be_contacted(self.windows, local_date(self.since, self.zone))
        late = and_(Renewal.assigned_at <= self.since, lay)
        return or_(Renewal.assigned_at.is_(None), ~late)


def daily(
    session: Session,
    *,
    actor: Actor,
    day: date,
    on: date,
    fewest: int,
    zone: ZoneInfo = SHANGHAI,
) -> tuple[MemberDaily, ...]:
    """The day of every specialist the actor leads; what stands out first, of the same kind whoever
    was late most often, then who has most open cases.

    Args:
        day: the day looked at, ``on`` or before it.
        fewest: the small-sample rule: no rate of fewer clients stands out.

    Raises:
        NotPermitted: the actor lacks ``renewal:lead``.
    """
    actor.require(Permission.RENEWAL_LEAD)
    calendar = calendar_of(session)
    people = session.execute(people_of(actor, day).add_columns(_open_cases())).all()
    before = days_before(calendar, day)
    contacts = _contacts(session, led_by(actor), [*before, day], zone)
    worked = _worked(session, led_by(actor), [day], zone, calendar, contacts)
    first, last = months_later(on, -3), last_day(months_later(on, -1))
    terms = {
        each.code: each
        for each in outcomes_by(
            session,
            actor=actor,
            first=first,
            last=last,
            by=Dimension.PERSON,
            of=RateOf.CLIENTS,
            fewest=0,
            limit=MOST_PEOPLE,
        )
    }
    sums = {
        "all_contacts": sum(each.contacts for each in worked.values()),
        "all_reached": sum(each.reached for each in worked.values()),
        "all_clients": sum(each.clients for each in terms.values()),
        "all_renewed": sum(each.clients_renewed for each in terms.values()),
        "fewest": fewest,
    }
    found = []
    for person in people:
        done = worked.get((person.id, day), WorkedDay(day, 0, 0, 0, 0, 0))
        mine = terms.get(str(person.id))
        clients = (mine.clients, mine.clients_renewed) if mine else (0, 0)
        is_there = calendar.is_working(day) and bool(person.serves) and not person.is_on_leave
        usual = sum(contacts.get((person.id, each), (0, 0))[0] for each in before) / DAYS
        facts = DayFacts(
            is_there=is_there,
            is_over=day < on,
            open_cases=person.open_cases,
            contacts=done.contacts,
            reached=done.reached,
            usual=usual,
            first=done.first,
            first_on_time=done.first_on_time,
            clients=clients[0],
            clients_renewed=clients[1],
            **sums,
        )
        found.append(
            MemberDaily(
                person.id,
                person.name,
                person.team_name,
                is_there,
                facts.open_cases,
                usual,
                done,
                *clients,
                stands_out(facts),
            )
        )
    order = {what: place for place, what in enumerate(StandsOut)}
    return tuple(
        sorted(
            found,
            key=lambda each: (
                len(order) if each.stands_out is None else order[each.stands_out],
                each.worked.first_on_time - each.worked.first,
                -each.open_cases,
                each.name,
            ),
        )
    )


def member_days(
    session: Session, *, actor: Actor, staff_id: int, day: date, zone: ZoneInfo = SHANGHAI
) -> tuple[WorkedDay, ...]:
    """The ten working days of one person up to ``day``, the newest first; nothing of anybody the
    actor does not lead.

    Raises:
        NotPermitted: the actor lacks ``renewal:lead``.
    """
    actor.require(Permission.RENEWAL_LEAD)
    calendar = calendar_of(session)
    days = [*days_before(calendar, day)[1:], day]
    whose = and_(Staff.id == staff_id, led_by(actor))
    contacts = _contacts(session, whose, days, zone)
    worked = _worked(session, whose, days, zone, calendar, contacts)
    return tuple(
        worked.get((staff_id, each), WorkedDay(each, 0, 0, 0, 0, 0)) for each in reversed(days)
    )


def days_to_look_at(session: Session, *, on: date) -> tuple[date, ...]:
    """``on`` and the ten working days before it, the newest first."""
    return (on, *reversed(days_before(calendar_of(session), on)))


def days_before(calendar: WorkingCalendar, day: date) -> list[date]:
    """The ten working days before ``day``, oldest first."""
    found = [day]
    for _ in range(DAYS):
        found.append(calendar.previous_working_day(found[-1]))
    return found[:0:-1]


def first_contacts(
    whose: ColumnElement[bool], first: date, last: date, zone: ZoneInfo, *columns: Any
) -> Select[*tuple[Any, ...]]:
    """The first contact of every case that had it in the days, from people ``whose`` leaves."""
    earlier = (
        select(_Earlier.id)
        .where(
            _Earlier.renewal_id == Contact.renewal_id,
            or_(
                _Earlier.happened_at < Contact.happened_at,
                and_(_Earlier.happened_at == Contact.happened_at, _Earlier.id < Contact.id),
            ),
        )
        .correlate(Contact)
        .exists()
    )
    return (
        select(*columns)
        .select_from(Contact)
        .join(Renewal, Renewal.id == Contact.renewal_id)
        .where(*_in_days(whose, first, last, zone), ~earlier)
    )


def _in_days(
    whose: ColumnElement[bool], first: date, last: date, zone: ZoneInfo
) -> tuple[ColumnElement[bool], ...]:
    return (
        Contact.staff_id.in_(select(Staff.id).where(whose)),
        Contact.happened_at >= start_of_day(first, zone),
        Contact.happened_at < end_of_day(last, zone),
    )


_Contacts = dict[tuple[int, date], tuple[int, int]]


def _contacts(
    session: Session, whose: ColumnElement[bool], days: list[date], zone: ZoneInfo
) -> _Contacts:
    """Contacts of each person on each of the days, and how many reached the client."""
    place = case(
        *(
            (
                and_(
                    Contact.happened_at >= start_of_day(day, zone),
                    Contact.happened_at < end_of_day(day, zone),
                ),
                at,
            )
            for at, day in enumerate(days)
        )
    ).label("place")
    reached = func.sum(case((Contact.outcome == ContactOutcome.REACHED, 1), else_=0))
    rows = session.execute(
        select(Contact.staff_id, place, func.count(), reached)
        .where(*_in_days(whose, days[0], days[-1], zone))
        .group_by(Contact.staff_id, place)
    )
    return {(who, days[at]): (many, int(some)) for who, at, many, some in rows if at is not None}


def _worked(
    session: Session,
    whose: ColumnElement[bool],
    days: list[date],
    zone: ZoneInfo,
    calendar: WorkingCalendar,
    contacts: _Contacts,
) -> dict[tuple[int, date], WorkedDay]:
    """What each person did on each of the days; who did nothing is not there."""
    first, last = days[0], days[-1]
    sums: defaultdict[tuple[int, date], list[int]] = defaultdict(lambda: [0] * 5)
    for (who, day), (many, reached) in contacts.items():
        if day in days:
            sums[who, day][:2] = [many, reached]
    limits = Lateness.of_days(session, days, calendar, zone=zone)
    started = first_contacts(
        whose,
        first,
        last,
        zone,
        Contact.staff_id,
        Contact.happened_at,
        Renewal.assigned_at,
        Renewal.kind,
        Renewal.due_on,
    )
    for who, at, assigned_at, kind, due_on in session.execute(started):
        limit = limits.get(local_date(at, zone))
        if limit is not None:
            done = sums[who, local_date(at, zone)]
            done[2] += 1
            done[3] += not limit.is_late(assigned_at, kind, due_on)
    renewed = (
        select(Renewal.assignee_id, Renewal.closed_on, func.count())
        .where(
            Renewal.assignee_id.in_(select(Staff.id).where(whose)),
            Renewal.closed_on.in_(days),
            Renewal.state == RenewalState.RENEWED,
        )
        .group_by(Renewal.assignee_id, Renewal.closed_on)
    )
    for assignee, closed_on, count in session.execute(renewed):
        if assignee is not None and closed_on is not None:
            sums[assignee, closed_on][4] += count
    return {(who, day): WorkedDay(day, *done) for (who, day), done in sums.items()}


def _open_cases() -> Label[int]:
    """How many open cases the person of a row has."""
    return (
        select(func.count())
        .select_from(Renewal)
        .where(Renewal.assignee_id == Staff.id, Renewal.is_open)
        .correlate(Staff)
        .scalar_subquery()
        .label("open_cases")
    )


def is_led(actor: Actor, staff_id: int) -> ColumnElement[bool]:
    """Whether the actor leads the person, as a condition of a statement about them."""
    return literal(staff_id).in_(select(Staff.id).where(led_by(actor)))
