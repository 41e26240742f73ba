"""R13: substantive business with a prospect waits for the written engagement."""

from datetime import date

from sqlalchemy.orm import Session

from db.models import Client
from services.engagements.rules import BEFORE_ENGAGEMENT
from services.errors import BusinessError
from services.rule_tables import rule


class EngagementMissing(BusinessError):
    """The client is a prospect: what was wanted waits for a written engagement (R13).

    Data: ``number``, the client's.
    """

    code = "engagement_missing"


def refuse_without_engagement(session: Session, *, client: Client, on: date) -> None:
    """Refuse substantive business with a prospect, where rule ``engagement.required`` says so.

    Raises:
        EngagementMissing: there is no written engagement.
    """
    if client.stage in BEFORE_ENGAGEMENT and rule(session, "engagement.required", on):
        raise EngagementMissing(number=client.number)
