"""``verify-audit`` as it is called from a shell."""

from sqlalchemy import select, update

from db.models import AuditEntry
from db.session import Database
from services import audit, audit_trail
from services.actor import SYSTEM
from tests.jobs.conftest import Call
from tests.make import AT


def test_a_changed_entry_ends_with_1_and_is_named(running: Database, call: Call) -> None:
    for number in range(3):
        with running.transaction() as session:
            audit.record(
                session,
                actor=SYSTEM,
                event="x:y",
                subject="z",
                subject_id=number,
                at=AT,
            )
    audit_trail.seal(running, at=AT)
    said = call("verify-audit", "--json")
    found = said.object
    assert (said.code, found["ok"], found["entries"], found["unsealed"]) == (0, True, 3, 0)
    assert call("verify-audit", "--expects", found["head"]).code == 0
    assert call("verify-audit", "--expects", "0" * 64).code == 1
    with running.unaudited("somebody with the database in their hands") as session:
        entry = session.scalars(select(AuditEntry.id).order_by(AuditEntry.id)).all()[1]
        session.execute(update(AuditEntry).where(AuditEntry.id == entry).values(event="x:z"))
    said = call("verify-audit", "--json")
    assert (said.code, said.object["flaw"], said.object["first"]) == (1, "changed", entry)
    assert said.object["error"] == f"entry {entry} was changed"
