"""Signed-in browsers."""

from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from db.models import SignInSession, Staff
from services.settings import clock_now
from tests.make.rows import next_number, put


def make_sign_in(session: Session, *, staff: Staff, **but: Any) -> SignInSession:
    """A browser in which ``staff`` signed in a moment ago; session limits count real time."""
    moment = clock_now() - timedelta(seconds=5)
    given = {
        "id": f"{next_number():064d}",
        "staff_id": staff.id,
        "created_at": moment,
        "last_seen_at": moment,
        "expires_at": moment + timedelta(hours=12),
    }
    return put(session, SignInSession(**{**given, **but}))
