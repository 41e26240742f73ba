"""One statement over many rows, through the session, so that the audit law sees it."""

from sqlalchemy import Delete, Insert, Update
from sqlalchemy.orm import Session


def written(session: Session, statement: Insert | Update | Delete) -> int:
    """Run ``statement``; how many rows it met. Objects the session holds are not brought up to
    date: whoever goes on with them expires them."""
    options = {"synchronize_session": False, "preserve_rowcount": True}
    done = session.execute(statement, execution_options=options)
    return int(done.rowcount)  # type: ignore[attr-defined]
