"""Drafts: what somebody typed and did not save yet, kept as rows of their own (law 8)."""

import json
from datetime import datetime

from sqlalchemy import bindparam, delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from db.base import RowId
from db.models import Draft
from services.actor import Actor
from services.errors import BusinessError

MAX_CHARACTERS = 40_000


class DraftTooLong(BusinessError):
    """A draft holds at most ``MAX_CHARACTERS`` characters."""

    code = "draft_too_long"


def keep(
    session: Session, *, actor: Actor, form: str, subject: str, body: dict[str, str], at: datetime
) -> None:
    """Keep ``body`` (field → text) as the actor's draft of ``form`` for ``subject``.

    Raises:
        DraftTooLong: the fields together are longer than ``MAX_CHARACTERS``.
    """
    text = json.dumps(body, ensure_ascii=False)
    if len(text) > MAX_CHARACTERS:
        raise DraftTooLong(limit=MAX_CHARACTERS)
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    values = {"body": text, "updated_at": at}
    session.execute(
        dialect.insert(Draft)
        .values(staff_id=actor.own_id, form=form, subject=subject, **values)
        .on_conflict_do_update(index_elements=["staff_id", "form", "subject"], set_=values)
    )


def kept(session: Session, *, actor: Actor, form: str, subject: str) -> dict[str, str]:
    """The actor's draft, or an empty one."""
    text = session.scalar(_BODY, {"staff": actor.own_id, "form": form, "subject": subject})
    body: dict[str, str] = json.loads(text) if text else {}
    return body


_WHICH = (
    Draft.staff_id == bindparam("staff", type_=RowId),
    Draft.form == bindparam("form"),
    Draft.subject == bindparam("subject"),
)
_BODY = select(Draft.body).where(*_WHICH)


def drop(session: Session, *, actor: Actor, form: str, subject: str) -> None:
    """Forget the draft: it was saved or given up."""
    session.execute(_DROP, {"staff": actor.own_id, "form": form, "subject": subject})


_DROP = delete(Draft).where(*_WHICH).execution_options(synchronize_session=False)
