"""What a request leaves behind: its audit entries, and the news of it."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy.orm import Session

from db.models import Approval
from services import audit, notifications
from services.actor import Actor
from terms.notifications import NotificationKind


def record(session: Session, actor: Actor, event: str, approval: Approval, *, at: datetime) -> None:
    audit.record(
        session,
        actor=actor,
        event=event,
        subject=Approval.__tablename__,
        subject_id=approval.id,
        client_id=approval.client_id,
        at=at,
        detail={
            "number": approval.number,
            "kind": approval.kind.value,
            "about": approval.subject,
            "state": approval.state.value,
            "in_place_of": approval.decided_for_id,
        },
    )


def tell(
    session: Session,
    staff_ids: Iterable[int],
    kind: NotificationKind,
    approval: Approval,
    *,
    occasion: str,
    at: datetime,
    by: Actor | None = None,
) -> None:
    notifications.notify(
        session,
        staff_ids=staff_ids,
        kind=kind,
        occasion=f"approval:{approval.id}:{occasion}",
        at=at,
        opens=notifications.Opens("approvals", {"id": approval.number}),
        data={"number": approval.number, "kind": approval.kind.value},
        client_id=approval.client_id,
        by=by,
    )


def tell_asker(session: Session, approval: Approval, *, at: datetime, by: Actor) -> None:
    kind = NotificationKind.APPROVAL_DECIDED
    tell(session, [approval.asked_by_id], kind, approval, occasion="decided", at=at, by=by)
