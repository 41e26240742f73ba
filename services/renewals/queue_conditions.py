"""Which of the actor's cases a pill shows and which group of the queue each stands in, as
conditions on ``renewal`` whose values come when a statement runs."""

from sqlalchemy import ColumnElement, Date, Integer, and_, bindparam, case, or_

from db.models import Renewal
from db.types import UtcDateTime
from terms.renewals import QueueGroup, QueueView, RenewalKind

_R = Renewal.__table__.c

STAFF = bindparam("staff", type_=Integer())
ON = bindparam("on", type_=Date())
IN_A_WEEK = bindparam("in_a_week", type_=Date())
STARTS = bindparam("starts", type_=UtcDateTime())
ENDS = bindparam("ends", type_=UtcDateTime())
NOW = bindparam("now", type_=UtcDateTime())


def in_view(view: QueueView) -> ColumnElement[bool] | None:
    match view:
        case QueueView.ALL:
            return None
        case QueueView.APPOINTMENT:
            return _R.next_at.is_not(None)
        case QueueView.WEEK:
            return _R.due_on.between(ON, IN_A_WEEK)
        case QueueView.UNCOVERED:
            return and_(_R.kind == RenewalKind.TERM, _R.due_on < ON)
        case QueueView.GRACE:
            return and_(_R.kind == RenewalKind.INSTALMENT, _R.due_on < ON)


def waits() -> ColumnElement[bool]:
    called = and_(_R.next_at.is_(None), _R.last_contact_at >= STARTS)
    return or_(_R.next_at >= ENDS, called)


def works() -> ColumnElement[bool]:
    never = _R.last_contact_at.is_(None)
    return and_(_R.next_at.is_(None), or_(never, _R.last_contact_at < STARTS))


def group_of() -> ColumnElement[int]:
    """``rules.appointment_group`` in SQL: where a case stands if nobody pinned it."""
    return case(
        (_R.next_at < ENDS, int(QueueGroup.APPOINTMENT)),
        (waits(), int(QueueGroup.WAITING)),
        else_=int(QueueGroup.WORK),
    ).label("grp")
