"""Objections and refusal reasons of a period, counted beside the period before."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, case, func, literal, select, union_all
from sqlalchemy.orm import Session

from db.models import Client, Contact, Renewal, Staff
from services.access import may_open
from services.actor import Actor
from services.permissions import Permission
from services.renewals.scope import led_by
from services.working_calendar import SHANGHAI, end_of_day, start_of_day
from terms.policies import Line
from terms.voices import VoiceKind

MOST = 40
SHOWN = 50


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


@dataclass(frozen=True, slots=True)
class VoiceContact:
    """One contact behind a line."""

    happened_at: datetime
    client_number: str
    client_name: str | None
    line: Line | None
    note: str | None
    staff_name: str


_COLUMNS = {
    VoiceKind.OBJECTION: Contact.objection,
    VoiceKind.REFUSAL: Contact.refusal_reason,
}


def heard(
    session: Session, *, actor: Actor, on: date, days: int, zone: ZoneInfo = SHANGHAI
) -> tuple[VoiceRow, ...]:
    """What was heard in the ``days`` up to and including ``on``, most often first.

    Raises:
        NotPermitted: the actor lacks ``renewal:lead``.
    """
    actor.require(Permission.RENEWAL_LEAD)
    since = start_of_day(on - timedelta(days=days - 1), zone)
    before, until = since - timedelta(days=days), end_of_day(on, zone)
    is_now = Contact.happened_at >= since

    def counted(kind: VoiceKind) -> Select[*tuple[Any, ...]]:
        code = _COLUMNS[kind]
        return (
            select(
                literal(kind.value).label("kind"),
                code.label("code"),
                func.count(case((is_now, 1))).label("now"),
                func.count(case((~is_now, 1))).label("before"),
                func.count(case((is_now, Contact.staff_id)).distinct()).label("people"),
            )
            .where(*_of(actor, before, until), code.is_not(None))
            .group_by(code)
        )

    lines = union_all(*(counted(kind) for kind in VoiceKind)).subquery()
    found = session.execute(
        select(lines).order_by(lines.c.now.desc(), lines.c.before.desc(), lines.c.code).limit(MOST)
    )
    return tuple(
        VoiceRow(VoiceKind(row.kind), row.code, row.now, row.before, row.people) for row in found
    )


def contacts(
    session: Session,
    *,
    actor: Actor,
    kind: VoiceKind,
    code: str,
    on: date,
    days: int,
    zone: ZoneInfo = SHANGHAI,
) -> tuple[VoiceContact, ...]:
    """The newest contacts of a line whose clients the actor may open.

    Raises:
        NotPermitted: the actor lacks ``renewal:lead`` or ``client:read``.
    """
    actor.require(Permission.RENEWAL_LEAD)
    actor.require(Permission.CLIENT_READ)
    since = start_of_day(on - timedelta(days=days - 1), zone)
    found = session.execute(
        select(
            Contact.happened_at,
            Client.number,
            Client.name,
            Renewal.line,
            Contact.note,
            Staff.name,
        )
        .join(Client, Client.id == Contact.client_id)
        .join(Staff, Staff.id == Contact.staff_id)
        .outerjoin(Renewal, Renewal.id == Contact.renewal_id)
        .where(
            *_of(actor, since, end_of_day(on, zone)),
            _COLUMNS[kind] == code,
            may_open(actor, on=on),
        )
        .order_by(Contact.happened_at.desc(), Contact.id.desc())
        .limit(SHOWN)
    )
    return tuple(_contact(row) for row in found)


def _contact(row: Any) -> VoiceContact:
    return VoiceContact(*row)


def _of(actor: Actor, since: datetime, until: datetime) -> tuple[ColumnElement[bool], ...]:
    led = select(Staff.id).where(led_by(actor))
    return (
        Contact.staff_id.in_(led),
        Contact.happened_at >= since,
        Contact.happened_at < until,
    )
