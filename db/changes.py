"""Which chapter a table belongs to, and the counters that say that a chapter changed.

Every statement of a writing transaction is watched at the engine, whoever sends it; just before
the commit one statement raises the counters of the chapters it changed, so a counter and what it
tells of become visible together. No operation does anything for it, and none can forget it.
"""

from itertools import count
from typing import Any

from sqlalchemy import Connection, Engine, event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session, SessionTransaction
from sqlalchemy.sql.dml import UpdateBase

from db.models.changes import ChangeCounter
from terms.changes import Chapter

TABLES: dict[Chapter, frozenset[str]] = {
    Chapter.APPROVALS: frozenset({"approval"}),
    Chapter.CLIENTS: frozenset(
        {
            "client",
            "client_access",
            "client_consent",
            "client_former",
            "client_party",
            "client_relation",
            "client_source",
            "engagement",
            "party",
            "party_account",
            "party_address",
            "party_email",
            "party_phone",
        }
    ),
    Chapter.COMPLAINTS: frozenset({"complaint"}),
    Chapter.CONTACTS: frozenset({"contact", "promise"}),
    Chapter.DOCUMENTS: frozenset({"document", "export_order", "outbox_message"}),
    Chapter.DUPLICATES: frozenset({"duplicate_mark", "duplicate_pair"}),
    Chapter.INTAKE: frozenset({"import_mapping", "import_run"}),
    Chapter.NOTIFICATIONS: frozenset({"notification"}),
    Chapter.PEOPLE: frozenset(
        {
            "branch",
            "company_profile",
            "department",
            "staff",
            "staff_language",
            "staff_leave",
            "staff_line",
            "staff_role",
            "team",
        }
    ),
    Chapter.PLANS: frozenset(
        {
            "engagement_promise",
            "service_plan",
            "service_plan_item",
            "service_plan_version",
            "service_team_member",
        }
    ),
    Chapter.POLICIES: frozenset({"claim", "income", "policy", "policy_event", "policy_party"}),
    Chapter.RENEWALS: frozenset(
        {
            "closing_step",
            "formal_demand",
            "instalment",
            "referral",
            "lost_case",
            "persistency_count",
            "renewal",
            "renewal_allocation",
            "renewal_conflict",
            "renewal_count",
            "renewal_model",
            "renewal_model_reading",
            "renewal_plan",
            "suspension",
            "target",
        }
    ),
    Chapter.RULES: frozenset({"calendar_day", "rule", "rule_draft"}),
    Chapter.SCRIPTS: frozenset({"script", "script_version"}),
    Chapter.TIERS: frozenset(
        {
            "client_standing",
            "star_disclosure",
            "tier_change",
            "tier_concentration",
            "tier_draft",
            "tier_override",
            "tier_publication",
            "tier_run",
        }
    ),
    Chapter.UNDO: frozenset({"undo_batch"}),
}
"""The tables whose change an open screen shows."""

SILENT = frozenset(
    {
        "access_entry",
        "allocation_turn",
        "audit_entry",
        "audit_seal",
        "change_counter",
        "client_key",
        "client_search",
        "download_ticket",
        "draft",
        "duplicate_key",
        "import_row",
        "quiet_hours",
        "saved_view",
        "saved_view_pin",
        "sign_in_attempt",
        "sign_in_session",
        "sign_in_ticket",
        "staged_client",
        "staged_policy",
        "staged_term",
        "tier_count",
        "tier_due",
        "tier_missing_count",
        "tier_score_count",
        "undo_image",
        "undo_row",
    }
)
"""Tables that follow from others, or that only the person who writes them sees."""

SHARDS = 16
"""Counters per chapter on PostgreSQL, so that commits seldom wait for one another's counter."""

CHAPTER_OF = {table: chapter for chapter, tables in TABLES.items() for table in tables}
_CHANGED = "changed_tables"
_CONNECTION = "changing_connection"
_turns = count()


def watch(engine: Engine) -> None:
    """Note what every statement on ``engine`` changes."""
    event.listen(engine, "before_execute", _note)


def changed(connection: Connection, table: str) -> None:
    """Note a change that no statement of SQLAlchemy shows (``COPY``)."""
    connection.info.setdefault(_CHANGED, set()).add(table)


def follow(session: Session, transaction: SessionTransaction, connection: Connection) -> None:
    """``after_begin``: what a transaction before this one left on the connection is not ours."""
    if not transaction.nested:
        connection.info.pop(_CHANGED, None)
        session.info[_CONNECTION] = connection


def raise_counters(session: Session) -> None:
    """``before_commit``, after the last flush: count the chapters this transaction changed.

    One statement and the last one, its rows in order: no two transactions wait for each other
    crosswise, and a counter is locked no longer than the commit takes.
    """
    connection: Connection | None = session.info.pop(_CONNECTION, None)
    if connection is None:
        return
    tables: set[str] = connection.info.pop(_CHANGED, set())
    chapters = sorted({CHAPTER_OF[table] for table in tables if table in CHAPTER_OF})
    if not chapters:
        return
    on_postgres = connection.dialect.name == "postgresql"
    shard = next(_turns) % SHARDS if on_postgres else 0
    into = (postgresql if on_postgres else sqlite).insert(ChangeCounter)
    connection.execute(
        into.values(
            [{"chapter": chapter.value, "shard": shard, "n": 1} for chapter in chapters]
        ).on_conflict_do_update(
            index_elements=["chapter", "shard"], set_={"n": ChangeCounter.n + 1}
        )
    )


def _note(
    connection: Connection, statement: object, _many: Any, _params: Any, _options: Any
) -> None:
    if isinstance(statement, UpdateBase):
        changed(connection, getattr(statement.table, "name", ""))
