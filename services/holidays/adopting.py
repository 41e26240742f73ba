"""What two people decide about the calendar: the days of an official notice.

The executor below is called by a decision of ``services.approvals`` alone.
"""

from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from db.models import CalendarDay
from services import approvals, audit, renewals
from services.approvals import Change, Decision, Payload
from services.permissions import Permission
from terms.approvals import ApprovalKind

COVERAGE = "coverage"
"""The change of the last day covered."""


def describe(session: Session, payload: Payload) -> tuple[Change, ...]:
    """The days that change, and how far the calendar reaches; before is what holds now, Monday to
    Friday worked where the calendar does not reach yet."""
    wanted = _wanted(payload)
    there = {
        row.day: row
        for row in session.scalars(select(CalendarDay).where(CalendarDay.day.in_(wanted)))
    }
    found = []
    for day, after in wanted.items():
        row = there.get(day)
        before = {
            "is_working": row.is_working if row else day.weekday() < 5,
            "name": (row.name or "") if row else "",
        }
        is_named = (row.name or "") != after["name"] if row else bool(after["name"])
        if before["is_working"] != after["is_working"] or is_named:
            found.append(Change(day.isoformat(), before, after))
    until = session.scalar(select(func.max(CalendarDay.day)))
    last = max(wanted, default=None)
    if last is not None and (until is None or last > until):
        reaches = until.isoformat() if until else None
        found.append(Change(COVERAGE, reaches, last.isoformat()))
    return tuple(found)


def _wanted(payload: Payload) -> dict[date, dict[str, Any]]:
    return {
        date.fromisoformat(day): {"is_working": is_working, "name": name}
        for day, is_working, name in payload["days"]
    }


def _adopt(session: Session, decision: Decision) -> None:
    wanted = _wanted(decision.payload)
    there = {
        row.day: row
        for row in session.scalars(select(CalendarDay).where(CalendarDay.day.in_(wanted)))
    }
    changed = 0
    for day, after in wanted.items():
        row = there.get(day)
        if row is None:
            row = CalendarDay(day=day, is_working=after["is_working"], source="")
            session.add(row)
        elif row.is_working == after["is_working"] and (row.name or "") == after["name"]:
            continue
        row.is_working = after["is_working"]
        row.is_make_up = after["is_working"] and day.weekday() >= 5
        row.name = after["name"] or None
        row.source = decision.payload["source"]
        row.approval_id = decision.approval_id
        changed += 1
    session.flush()
    refigured = approvals.refigure(session, actor=decision.decided_by, at=decision.at)
    refigured += renewals.refigure_notices(session, actor=decision.decided_by, at=decision.at)
    audit.record(
        session,
        actor=decision.decided_by,
        event="calendar:adopt",
        subject=CalendarDay.__tablename__,
        subject_id=None,
        at=decision.at,
        detail={
            "approval": decision.number,
            "source": decision.payload["source"],
            "year": decision.payload["year"],
            "days": changed,
            "refigured": refigured,
        },
    )


approvals.register(
    approvals.Kind(
        name=ApprovalKind.CALENDAR_NOTICE,
        ask=Permission.RULE_EDIT,
        decide=frozenset({Permission.RULE_APPROVE}),
        describe=describe,
        carry_out=_adopt,
    )
)
