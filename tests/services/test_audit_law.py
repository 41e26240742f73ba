"""Law 4: no write without an audit entry, in whatever way the write is made."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import delete, func, insert, select, text, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from db.models import AuditEntry, Branch, SignInAttempt
from db.session import Database, UnauditedWrite, WriteInReading
from services import audit
from services.actor import SYSTEM

AT = datetime(2026, 11, 20, 1, 12, tzinfo=UTC)


def branch(name: str) -> Branch:
    return Branch(name=name, province="浙江", created_at=AT, updated_at=AT)


def write_audit(session: Session) -> None:
    audit.record(
        session, actor=SYSTEM, event="test:write", subject="branch", subject_id=None, at=AT
    )


def names(database: Database) -> set[str]:
    with database.reading() as session:
        return set(session.scalars(select(Branch.name)))


def test_a_row_written_without_an_audit_entry_is_refused_and_leaves_no_trace(
    database: Database,
) -> None:
    with pytest.raises(UnauditedWrite, match="branch"), database.transaction() as session:
        session.add(branch("law-row"))
    assert "law-row" not in names(database)


def test_a_bulk_statement_without_an_audit_entry_is_refused(database: Database) -> None:
    with pytest.raises(UnauditedWrite), database.transaction() as session:
        session.execute(
            insert(Branch).values(name="law-bulk", province="浙江", created_at=AT, updated_at=AT)
        )
    assert "law-bulk" not in names(database)
    with database.unaudited("test data") as session:
        session.add(branch("law-there"))
    with pytest.raises(UnauditedWrite), database.transaction() as session:
        session.execute(update(Branch.__table__).values(province="江苏"))


def test_a_statement_that_meets_no_row_wrote_nothing(database: Database) -> None:
    with database.transaction() as session:
        session.execute(update(Branch).where(Branch.name == "nowhere").values(province="江苏"))
        session.execute(delete(Branch).where(Branch.name == "nowhere"))
        assert session.scalar(select(func.count()).select_from(Branch)) == 0
    with database.unaudited("test data") as session:
        session.add(branch("law-there"))
    for statement in (update(Branch).values(province="江苏"), delete(Branch)):
        with pytest.raises(UnauditedWrite), database.transaction() as session:
            session.execute(statement)
    assert names(database) == {"law-there"}


def test_a_savepoint_does_not_make_the_law_forget(database: Database) -> None:
    with pytest.raises(UnauditedWrite), database.transaction() as session:
        with session.begin_nested():
            session.add(branch("law-savepoint"))
        with session.begin_nested():
            session.scalar(select(func.count()).select_from(Branch))
    assert "law-savepoint" not in names(database)


def test_a_write_with_its_audit_entry_is_kept(database: Database) -> None:
    with database.transaction() as session:
        with session.begin_nested():
            session.add(branch("law-kept"))
        write_audit(session)
    assert "law-kept" in names(database)
    with database.reading() as session:
        assert (
            session.scalar(select(AuditEntry.event).order_by(AuditEntry.id.desc())) == "test:write"
        )


def test_exempt_tables_need_no_audit_entry(database: Database) -> None:
    with database.transaction() as session:
        session.add(SignInAttempt(username="nobody", tried_at=AT, succeeded=False))
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(SignInAttempt))


def test_a_query_cannot_write(database: Database) -> None:
    with pytest.raises(WriteInReading), database.reading() as session:
        session.add(branch("law-query"))
        session.flush()


def test_a_query_cannot_write_by_statement_either(database: Database) -> None:
    with pytest.raises(WriteInReading), database.reading() as session:
        session.execute(update(Branch).values(province="江苏"))


def test_an_error_of_the_database_names_no_value_of_the_statement(database: Database) -> None:
    with pytest.raises(DBAPIError) as failed, database.reading() as session:
        session.execute(text("select :said from no_such_table"), {"said": "13812346721"})
    assert "13812346721" not in str(failed.value)
