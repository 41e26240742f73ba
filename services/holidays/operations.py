"""Asking that the days of a notice be adopted."""

from datetime import date, datetime

from sqlalchemy.orm import Session

from services import approvals
from services.actor import Actor
from services.errors import BusinessError
from services.holidays.queries import placed
from services.holidays.rules import Notice, planned
from services.permissions import Permission
from terms.approvals import ApprovalKind

LONGEST_SOURCE = 80


class NoticeOdd(BusinessError):
    """The notice has something to put right first. Data: ``odd``."""

    code = "notice_odd"


class SourceMissing(BusinessError):
    """Where the days come from is not said. Data: ``limit``."""

    code = "notice_source_missing"


def ask_adoption(
    session: Session,
    *,
    actor: Actor,
    notice: Notice,
    source: str,
    why: str,
    on: date,
    at: datetime,
) -> str:
    """Ask that the days of ``notice`` be taken into the calendar; a second person decides.

    Args:
        notice: what was read; of a whole year every day is adopted.
        source: the notice's number, kept with each day; 1 to 80 characters.

    Returns:
        The request's number.

    Raises:
        NotPermitted: the actor lacks ``rule:edit``.
        NoticeOdd: something in it does not fit.
        SourceMissing: no source.
        NothingChanges, AlreadyAsked, NobodyElse, WhyMissing: as ``approvals.ask``.

    Audit: ``approval:ask``.
    """
    actor.require(Permission.RULE_EDIT)
    notice, odd = placed(session, notice=notice)
    if odd:
        raise NoticeOdd(odd=odd)
    if not source.strip() or len(source.strip()) > LONGEST_SOURCE:
        raise SourceMissing(limit=LONGEST_SOURCE)
    days = planned(notice)
    about = str(notice.year) if notice.year else days[0].day.isoformat()
    return approvals.ask(
        session,
        actor=actor,
        kind=ApprovalKind.CALENDAR_NOTICE,
        subject=about,
        payload={
            "year": notice.year,
            "source": source.strip(),
            "days": [[each.day.isoformat(), each.is_working, each.name] for each in days],
        },
        why=why,
        on=on,
        at=at,
    )
