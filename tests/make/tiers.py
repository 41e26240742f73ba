"""What a person decided about a client's class."""

from typing import Any

from sqlalchemy.orm import Session

from db.models import Client, TierOverride
from terms.tiering import TierAxis
from tests.make.moment import AT, ON
from tests.make.rows import put


def make_override(session: Session, *, client: Client, **but: Any) -> TierOverride:
    """A high value tier, decided for today."""
    fixed: dict[str, Any] = {
        "axis": TierAxis.VALUE,
        "held": "high",
        "reason": "董事长的老同学",
        "from_on": ON,
        "until_on": ON,
        "created_at": AT,
        "updated_at": AT,
    }
    return put(session, TierOverride(client_id=client.id, **{**fixed, **but}))
