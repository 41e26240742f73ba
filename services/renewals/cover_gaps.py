"""Gaps in cover 脱保: a term that ended without the next, or before the next began."""

from collections.abc import Iterable
from datetime import date, timedelta

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from db.models import Policy, Renewal
from services.access import client_id_by_number
from services.actor import Actor
from services.permissions import Permission
from services.renewals.extraction import LONG_TERM, RENEWABLE
from services.renewals.instalment_rows import CoverGap
from terms.renewals import RefusalReason, RenewalKind

LOOKED_BACK = 365
"""A gap is told of for a year after the term that ended."""
NOT_OURS = (RefusalReason.BOUGHT_ELSEWHERE, RefusalReason.RISK_GONE)
"""A case closed for one of these leaves no gap: the client is covered, or has nothing to cover."""


def days_without(ended_on: date, covered_from: date | None, *, on: date) -> int:
    """Days without cover after ``ended_on``: to the day before the next term, else to ``on``.

    A term that begins the day after, or overlaps, leaves none.
    """
    last = on if covered_from is None else covered_from - timedelta(days=1)
    return max(0, (last - ended_on).days)


def gaps_of(session: Session, *, actor: Actor, number: str, on: date) -> tuple[CoverGap, ...]:
    """The gaps in one client's cover, those still open first, then the latest.

    A term counts that ended within a year, was neither surrendered nor ended early, and whose
    client is not known to be covered elsewhere or without the risk. What follows it is the policy
    that names it as the term before; nothing is guessed. A gap that lies ahead, because the next
    term begins too late, counts as well.

    Raises:
        NotPermitted: the actor lacks ``client:read``.
        NotFound: there is no such client, or it is not the actor's.
    """
    actor.require(Permission.CLIENT_READ)
    client_id = client_id_by_number(session, actor=actor, number=number, on=on)
    found = _gaps(session, on, Policy.client_id == client_id)
    return tuple(sorted(found, key=lambda gap: (not gap.is_open, -gap.ended_on.toordinal())))


def gap_of_term(session: Session, *, policy_id: int, on: date) -> CoverGap | None:
    """The gap after one term; None where there is none."""
    return next(iter(_gaps(session, on, Policy.id == policy_id)), None)


def _gaps(session: Session, on: date, which: ColumnElement[bool]) -> Iterable[CoverGap]:
    later = aliased(Policy)
    first = (
        select(func.min(later.inception_on))
        .where(later.previous_id == Policy.id, later.client_id == Policy.client_id)
        .correlate(Policy)
        .scalar_subquery()
    )
    rows = session.execute(
        select(
            Policy.number,
            Policy.product,
            Policy.line,
            Policy.expiry_on,
            later.number,
            later.inception_on,
        )
        .outerjoin(
            later,
            and_(
                later.previous_id == Policy.id,
                later.client_id == Policy.client_id,
                later.inception_on == first,
            ),
        )
        .where(
            which,
            or_(Policy.expiry_on < on, later.id.is_not(None)),
            Policy.expiry_on >= on - timedelta(days=LOOKED_BACK),
            Policy.status.in_(RENEWABLE),
            Policy.line.not_in(LONG_TERM),
            or_(later.id.is_(None), later.inception_on > Policy.expiry_on),
            ~exists().where(
                Renewal.policy_id == Policy.id,
                Renewal.kind == RenewalKind.TERM,
                Renewal.refusal_reason.in_(NOT_OURS),
                ~Renewal.is_open,
            ),
        )
        .order_by(Policy.expiry_on, Policy.id)
    )
    for number, product, line, ended_on, next_number, covered_from in rows:
        assert ended_on is not None
        days = days_without(ended_on, covered_from, on=on)
        if days:
            yield CoverGap(
                number,
                product,
                line,
                ended_on,
                next_number,
                covered_from,
                days,
                is_open=ended_on < on and (covered_from is None or covered_from > on),
            )
