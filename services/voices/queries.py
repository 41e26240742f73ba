"""Objections, refusal reasons and market information of a period, beside the period before."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, String, case, func, literal, or_, select, union_all
from sqlalchemy.orm import Session

from db.models import Client, Contact, Policy, Renewal, Staff, Team
from services import renewals
from services.access import may_open
from services.actor import Actor
from services.permissions import Permission
from services.renewals.scope import led_by
from services.working_calendar import SHANGHAI, end_of_day, start_of_day
from terms.policies import Line
from terms.voices import VoiceBy, VoiceKind

MOST = 200
"""Lines at once, the most heard first."""
SHOWN = 50
MOST_CHOICES = 200


@dataclass(frozen=True, slots=True)
class VoiceFilter:
    """Which contacts count; everything left out does not filter."""

    line: Line | None = None
    product: str = ""
    team: str = ""
    """The name of the team of whoever heard it."""


EVERYTHING = VoiceFilter()


@dataclass(frozen=True, slots=True)
class VoiceRow:
    """One thing clients say."""

    kind: VoiceKind
    code: str
    """A code of rule ``renewal.objections`` or ``renewal.refusal_reasons``."""
    count: int
    before: int
    """In the days before, as many."""
    people: int
    """How many colleagues heard it in the period."""
    of: str = ""
    """The line, product or team it is broken down by; empty where it is not, or there is none."""


@dataclass(frozen=True, slots=True)
class VoiceContact:
    """One contact behind a line."""

    happened_at: datetime
    client_number: str
    client_name: str | None
    line: Line | None
    product: str | None
    reference: str | None
    """The case it was about, as an address names it."""
    note: str | None
    market: str | None
    staff_name: str
    team_name: str | None


@dataclass(frozen=True, slots=True)
class VoiceChoices:
    """What the contacts of a period can be filtered by."""

    teams: tuple[str, ...]
    products: tuple[str, ...]


_CODES = {
    VoiceKind.OBJECTION: Contact.objection,
    VoiceKind.REFUSAL: Contact.refusal_reason,
}
_BY: dict[VoiceBy, Any] = {
    VoiceBy.LINE: Renewal.line,
    VoiceBy.PRODUCT: Policy.product,
    VoiceBy.TEAM: Team.name,
}
_SAID = or_(
    Contact.objection.is_not(None),
    Contact.refusal_reason.is_not(None),
    Contact.market.is_not(None),
)
"""What the index ``ix_contact_said`` holds, in its own words."""


def heard(
    session: Session,
    *,
    actor: Actor,
    on: date,
    days: int,
    by: VoiceBy | None = None,
    where: VoiceFilter = EVERYTHING,
    zone: ZoneInfo = SHANGHAI,
) -> tuple[VoiceRow, ...]:
    """What was heard in the ``days`` up to and including ``on``, most often first.

    Args:
        by: a line for each line of business, product or team that heard it.

    Raises:
        NotPermitted: the actor lacks ``renewal:lead``.
    """
    actor.require(Permission.RENEWAL_LEAD)
    since, until = _period(on, days, zone)
    is_now = Contact.happened_at >= since
    of = (
        literal("") if by is None else func.coalesce(_BY[by], literal("", String()), type_=String())
    )

    def counted(kind: VoiceKind) -> Select[*tuple[Any, ...]]:
        code = _CODES[kind]
        return _joined(
            select(
                literal(kind.value).label("kind"),
                code.label("code"),
                of.label("of"),
                func.count(case((is_now, 1))).label("now"),
                func.count(case((~is_now, 1))).label("before"),
                func.count(case((is_now, Contact.staff_id)).distinct()).label("people"),
            )
            .select_from(Contact)
            .where(*_of(actor, since - timedelta(days=days), until), code.is_not(None))
            .group_by(code, *([] if by is None else [_BY[by]])),
            where,
            by,
        )

    lines = union_all(*(counted(kind) for kind in VoiceKind)).subquery()
    found = session.execute(
        select(lines)
        .order_by(lines.c.now.desc(), lines.c.before.desc(), lines.c.code, lines.c.of)
        .limit(MOST)
    )
    return tuple(
        VoiceRow(VoiceKind(row.kind), row.code, row.now, row.before, row.people, row.of)
        for row in found
    )


def contacts(
    session: Session,
    *,
    actor: Actor,
    kind: VoiceKind,
    code: str,
    on: date,
    days: int,
    by: VoiceBy | None = None,
    of: str = "",
    is_before: bool = False,
    where: VoiceFilter = EVERYTHING,
    limit: int = SHOWN,
    zone: ZoneInfo = SHANGHAI,
) -> tuple[VoiceContact, ...]:
    """The newest contacts of a line whose clients the actor may open.

    Args:
        by, of: the line's own breakdown and its value there.
        is_before: those of the period before.

    Raises:
        NotPermitted: the actor lacks ``renewal:lead`` or ``client:read``.
    """
    since, until = _period(on, days, zone)
    if is_before:
        since, until = since - timedelta(days=days), since
    chosen = [_CODES[kind] == code]
    if by is not None:
        chosen.append(_BY[by] == of if of else _BY[by].is_(None))
    return _contacts(session, actor, on, (*_of(actor, since, until), *chosen), where, limit)


def market(
    session: Session,
    *,
    actor: Actor,
    on: date,
    days: int,
    find: str = "",
    where: VoiceFilter = EVERYTHING,
    limit: int = SHOWN,
    zone: ZoneInfo = SHANGHAI,
) -> tuple[VoiceContact, ...]:
    """What clients told about the market (R89), newest first, of clients the actor may open.

    Args:
        find: words that stand in it, in this order and as they are written; small and capital
            letters are one.

    Raises:
        NotPermitted: the actor lacks ``renewal:lead`` or ``client:read``.
    """
    since, until = _period(on, days, zone)
    told = _told(_of(actor, since, until), find)
    return _contacts(session, actor, on, told, where, limit)


def market_count(
    session: Session,
    *,
    actor: Actor,
    on: date,
    days: int,
    find: str = "",
    where: VoiceFilter = EVERYTHING,
    zone: ZoneInfo = SHANGHAI,
) -> int:
    """How many contacts ``market`` lists without a limit.

    Raises:
        NotPermitted: the actor lacks ``renewal:lead`` or ``client:read``.
    """
    actor.require(Permission.RENEWAL_LEAD)
    actor.require(Permission.CLIENT_READ)
    since, until = _period(on, days, zone)
    chosen = (
        select(func.count())
        .select_from(Contact)
        .join(Client, Client.id == Contact.client_id)
        .where(*_told(_of(actor, since, until), find), may_open(actor, on=on))
    )
    return session.scalar(_joined(chosen, where, None)) or 0


def choices(
    session: Session, *, actor: Actor, on: date, days: int, zone: ZoneInfo = SHANGHAI
) -> VoiceChoices:
    """The teams the actor leads, and the products clients spoke about in the period.

    Raises:
        NotPermitted: the actor lacks ``renewal:lead``.
    """
    actor.require(Permission.RENEWAL_LEAD)
    since, until = _period(on, days, zone)
    led = select(Staff.team_id).where(led_by(actor))
    teams = session.scalars(
        select(Team.name).where(Team.id.in_(led)).order_by(Team.name).limit(MOST_CHOICES)
    )
    products = session.scalars(
        select(Policy.product)
        .select_from(Contact)
        .join(Renewal, Renewal.id == Contact.renewal_id)
        .join(Policy, Policy.id == Renewal.policy_id)
        .where(*_of(actor, since, until))
        .distinct()
        .order_by(Policy.product)
        .limit(MOST_CHOICES)
    )
    return VoiceChoices(tuple(teams), tuple(products))


def _contacts(
    session: Session,
    actor: Actor,
    on: date,
    chosen: Sequence[ColumnElement[bool]],
    where: VoiceFilter,
    limit: int,
) -> tuple[VoiceContact, ...]:
    actor.require(Permission.RENEWAL_LEAD)
    actor.require(Permission.CLIENT_READ)
    found = session.execute(
        _filtered(
            select(
                Contact.happened_at,
                Contact.note,
                Contact.market,
                Client.number,
                Client.name.label("client_name"),
                Renewal.line,
                Renewal.due_on,
                Policy.product,
                Policy.number.label("policy_number"),
                Staff.name.label("staff_name"),
                Team.name.label("team_name"),
            )
            .select_from(Contact)
            .join(Client, Client.id == Contact.client_id)
            .join(Staff, Staff.id == Contact.staff_id)
            .outerjoin(Team, Team.id == Staff.team_id)
            .outerjoin(Renewal, Renewal.id == Contact.renewal_id)
            .outerjoin(Policy, Policy.id == Renewal.policy_id)
            .where(*chosen, may_open(actor, on=on)),
            where,
        )
        .order_by(Contact.happened_at.desc(), Contact.id.desc())
        .limit(limit)
    )
    return tuple(
        VoiceContact(
            happened_at=row.happened_at,
            client_number=row.number,
            client_name=row.client_name,
            line=row.line,
            product=row.product,
            reference=renewals.reference(row.policy_number, row.due_on) if row.due_on else None,
            note=row.note,
            market=row.market,
            staff_name=row.staff_name,
            team_name=row.team_name,
        )
        for row in found
    )


def _period(on: date, days: int, zone: ZoneInfo) -> tuple[datetime, datetime]:
    return start_of_day(on - timedelta(days=days - 1), zone), end_of_day(on, zone)


def _of(actor: Actor, since: datetime, until: datetime) -> tuple[ColumnElement[bool], ...]:
    led = select(Staff.id).where(led_by(actor))
    return (
        Contact.staff_id.in_(led),
        Contact.happened_at >= since,
        Contact.happened_at < until,
        _SAID,
    )


def _told(of: tuple[ColumnElement[bool], ...], find: str) -> tuple[ColumnElement[bool], ...]:
    words = find.strip()
    told = (*of, Contact.market.is_not(None))
    return (*told, Contact.market.icontains(words, autoescape=True)) if words else told


def _joined(
    chosen: Select[*tuple[Any, ...]], where: VoiceFilter, by: VoiceBy | None
) -> Select[*tuple[Any, ...]]:
    """``chosen`` with the tables it is broken down and filtered by, and no others."""
    by_product = bool(where.product) or by is VoiceBy.PRODUCT
    if by_product or where.line is not None or by is VoiceBy.LINE:
        chosen = chosen.outerjoin(Renewal, Renewal.id == Contact.renewal_id)
    if by_product:
        chosen = chosen.outerjoin(Policy, Policy.id == Renewal.policy_id)
    if where.team or by is VoiceBy.TEAM:
        chosen = chosen.join(Staff, Staff.id == Contact.staff_id)
        chosen = chosen.outerjoin(Team, Team.id == Staff.team_id)
    return _filtered(chosen, where)


def _filtered(chosen: Select[*tuple[Any, ...]], where: VoiceFilter) -> Select[*tuple[Any, ...]]:
    if where.line is not None:
        chosen = chosen.where(Renewal.line == where.line)
    if where.product:
        chosen = chosen.where(Policy.product == where.product)
    if where.team:
        chosen = chosen.where(Team.name == where.team)
    return chosen
