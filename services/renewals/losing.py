"""What is kept of a lost case, so that somebody wins the client back (R92)."""

from datetime import datetime, timedelta
from typing import ClassVar

from sqlalchemy.orm import Session

from db.models import LostCase
from services.errors import BusinessError
from services.renewals.working import OpenCase
from services.rule_tables import rule
from terms.closings import WinBackState

COMPETITOR_LIMIT = 80


class CompetitorTooLong(BusinessError):
    """Data: ``limit`` in characters."""

    code: ClassVar[str] = "competitor_too_long"


def note_loss(
    session: Session,
    case: OpenCase,
    *,
    reason: str,
    competitor: str | None,
    competitor_premium_fen: int | None,
    at: datetime,
) -> LostCase:
    """The lost case stands in the list of clients to win back from the day rule
    ``renewal.win_back`` gives for its reason.

    Raises:
        CompetitorTooLong
    """
    competitor = (competitor or "").replace("\0", "").strip() or None
    if competitor is not None and len(competitor) > COMPETITOR_LIMIT:
        raise CompetitorTooLong(limit=COMPETITOR_LIMIT)
    renewal = case.renewal
    known = rule(session, "renewal.win_back", case.on)
    by_reason = {row["reason"]: int(row["days"]) for row in known["by_reason"]}
    days = by_reason.get(reason, int(known["days"]))
    lost = LostCase(
        client_id=renewal.client_id,
        renewal_id=renewal.id,
        branch_id=renewal.branch_id,
        team_id=renewal.team_id,
        line=renewal.line,
        lost_on=case.on,
        reason=reason,
        competitor=competitor,
        competitor_premium_fen=competitor_premium_fen,
        premium_fen=renewal.premium_fen,
        state=WinBackState.OPEN,
        due_on=case.on + timedelta(days=days),
        created_at=at,
        updated_at=at,
    )
    session.add(lost)
    return lost
