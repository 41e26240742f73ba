"""What may be undone, by whom, for how long; and which rows belong together."""

from datetime import date, timedelta

from services.permissions import Permission
from terms.undo import UndoKind

KEEP_RULE = "undo.keep_days"
"""Rule: kind → days an act can be undone."""

PERMISSION: dict[UndoKind, Permission] = {
    UndoKind.IMPORT: Permission.IMPORT_RUN,
    UndoKind.BULK_EDIT: Permission.CLIENT_ASSIGN,
    UndoKind.REASSIGN: Permission.RENEWAL_LEAD,
    UndoKind.MERGE: Permission.CLIENT_MERGE,
    UndoKind.INSTALMENT: Permission.INSTALMENT_WORK,
    UndoKind.CLOSING: Permission.RENEWAL_LEAD,
}
"""Who may undo an act, their own or of somebody they lead."""

OWN_PERMISSION: dict[UndoKind, Permission] = {UndoKind.CLOSING: Permission.RENEWAL_WORK}
"""Who may undo their own act, for as long as the rule says of the kind itself."""

LED_LONGER: dict[UndoKind, str] = {UndoKind.CLOSING: "closing_lead"}
"""Kinds that ``PERMISSION`` may undo longer than ``OWN_PERMISSION``, and where the rule says so."""

OWN_UNTIL = "own_until"
"""In the detail of such a kind: the last day whoever did it may undo it."""

WHOLE = frozenset({UndoKind.CLOSING})
"""Kinds that go back whole or not at all."""

OWNER: dict[str, tuple[str, str]] = {
    "client_access": ("client_id", "client"),
    "client_consent": ("client_id", "client"),
    "client_party": ("client_id", "client"),
    "client_search": ("client_id", "client"),
    "client_source": ("client_id", "client"),
    "party_account": ("party_id", "party"),
    "party_address": ("party_id", "party"),
    "party_email": ("party_id", "party"),
    "party_phone": ("party_id", "party"),
    "policy_party": ("policy_id", "policy"),
    "renewal_allocation": ("renewal_id", "renewal"),
    "staff_language": ("staff_id", "staff"),
    "staff_line": ("staff_id", "staff"),
    "staff_role": ("staff_id", "staff"),
}
"""Tables without a version → the column and table of the row whose version is theirs.

Whoever changes such a row raises its owner's version (a client's, for the parties of a client).
"""

GOES_ALONG = frozenset(
    {
        "client_access",
        "client_party",
        "client_search",
        "client_source",
        "client_standing",
        "duplicate_key",
        "duplicate_mark",
        "duplicate_pair",
        "renewal_model_reading",
        "renewal_conflict",
        "service_team_member",
        "party_account",
        "party_address",
        "party_email",
        "party_phone",
        "staff_language",
        "staff_line",
        "staff_role",
        "tier_change",
    }
)
"""Tables whose rows go when the row they hang on is taken back; rows of every other table that
refer to it keep it where it is."""

NEVER_BACK = frozenset(
    {
        "renewal_model",
        "access_entry",
        "allocation_turn",
        "audit_entry",
        "audit_seal",
        "change_counter",
        "client_key",
        "download_ticket",
        "draft",
        "export_order",
        "import_mapping",
        "import_row",
        "import_run",
        "notification",
        "outbox_message",
        "persistency_count",
        "renewal_count",
        "sign_in_attempt",
        "sign_in_session",
        "sign_in_ticket",
        "staged_client",
        "staged_policy",
        "staged_term",
        "undo_batch",
        "undo_image",
        "undo_row",
        "tier_concentration",
        "tier_count",
        "tier_due",
        "tier_missing_count",
        "tier_publication",
        "tier_run",
        "tier_score_count",
    }
)
"""Tables no undo rolls back (law 7): audit, access log, imports, outbox, drafts, and its own."""


def expires_on(made_on: date, keep_days: int) -> date:
    """The last day an act of ``made_on`` can be undone."""
    return made_on + timedelta(days=keep_days)
