"""What people do on the screens, each as its messages to the running app: the rows of the matrix.

``OPERATIONS`` names for each operation the permissions it asks for, the screen it stands on, how a
person gets to its last button, that button, and what the database then shows. Who may do it follows
from ``services.permissions``; no row names a role.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from db.models import (
    AccessEntry,
    AuditEntry,
    Client,
    RuleDraft,
    Staff,
    TierDraft,
)
from services.permissions import ROLE_PERMISSIONS, ROLE_SCOPE, Permission
from terms.intake import AccessKind
from terms.people import Role, Scope
from tests.e2e import ways
from tests.e2e.world import ON

P = Permission


@dataclass(frozen=True, slots=True)
class Operation:
    """One row of the matrix.

    Args:
        asks: what the screen and the operation ask for; who holds all of it may.
        find: makes or finds what to do it to, in the reach of the account.
        reach: from the opened page to just before the last button.
        press: the last button.
        leaves: the event of the audit trail, or the kind of the access log, that is there after.
        shows: what else the database shows once it is done.
        also: a right with which the operation lets somebody do it though the screen does not
            offer it to them here; docs/roles.md says the same of the role.
    """

    name: str
    asks: frozenset[Permission]
    page: str
    find: ways.Prepare
    reach: ways.Act
    press: ways.Act
    leaves: str | AccessKind
    shows: Callable[[Session, ways.Target], bool] = lambda _session, _target: True
    also: Permission | None = None
    beyond: Scope | None = None
    """A scope that who does it must be wider than."""
    is_common: bool = False
    """Whether the way to the last button is open to others too: their messages do what is theirs,
    so nobody sends them for somebody else."""

    def allows(self, role: Role) -> bool:
        """Whether the table of roles lets ``role`` do it."""
        is_wide = self.beyond is None or ROLE_SCOPE[role] is not self.beyond
        return is_wide and self.asks <= ROLE_PERMISSIONS[role]


def entries(session: Session, target: ways.Target, leaves: str | AccessKind) -> int:
    """How often the account has done it, as the trail or the log has it."""
    if isinstance(leaves, AccessKind):
        asked = select(func.count(AccessEntry.id)).where(
            AccessEntry.staff_id == target.actor.staff_id, AccessEntry.kind == leaves
        )
    else:
        asked = select(func.count(AuditEntry.id)).where(
            AuditEntry.actor_id == target.actor.staff_id, AuditEntry.event == leaves
        )
    return session.scalar(asked) or 0


def _row(
    name: str,
    asks: set[Permission],
    page: str,
    find: ways.Prepare,
    reach: ways.Act,
    press: ways.Act,
    leaves: str | AccessKind,
    **more: Any,
) -> Operation:
    return Operation(name, frozenset(asks), page, find, reach, press, leaves, **more)


OPERATIONS = (
    _row(
        "record a contact",
        {P.RENEWAL_READ, P.RENEWAL_WORK},
        "renewals",
        ways.case,
        ways.nothing,
        ways.press_contact,
        "renewal:contact",
        also=P.RENEWAL_LEAD,
    ),
    _row(
        "show the phone number of a case",
        {P.RENEWAL_READ, P.RENEWAL_WORK},
        "renewals",
        ways.case,
        ways.nothing,
        ways.press_phone,
        AccessKind.REVEALED,
    ),
    _row(
        "give cases to somebody else",
        {P.RENEWAL_LEAD, P.RENEWAL_ALLOCATE},
        "renewals",
        ways.team,
        ways.reach_move,
        ways.presses("renewals.move-go"),
        "renewal:reassign",
    ),
    _row(
        "verify a client's file",
        {P.CLIENT_READ, P.CLIENT_WRITE},
        "client",
        ways.client,
        ways.nothing,
        ways.presses("client.verify"),
        "client:verify",
        shows=lambda session, target: ways.kept(session, target, Client.verified_on) == ON,
    ),
    _row(
        "edit a client's file",
        {P.CLIENT_READ, P.CLIENT_WRITE},
        "client",
        ways.client,
        ways.reach_edit,
        ways.presses("client.edit-save"),
        "client:edit",
        shows=lambda session, target: ways.kept(session, target, Client.needs) == target["needs"],
    ),
    _row(
        "begin a client's file",
        {P.CLIENT_READ, P.CLIENT_WRITE},
        "clients",
        ways.in_list,
        ways.reach_new,
        ways.presses("clients.new-save"),
        "client:create",
        shows=lambda session, target: ways.kept(session, target, Client.id) is not None,
    ),
    _row(
        "reveal a personal value",
        {P.CLIENT_READ, P.CLIENT_REVEAL},
        "client",
        ways.with_phone,
        ways.reach_reveal,
        ways.presses("client.reveal-now"),
        AccessKind.REVEALED,
    ),
    _row(
        "export clients",
        {P.CLIENT_READ, P.CLIENT_EXPORT},
        "clients",
        ways.in_list,
        ways.nothing,
        ways.fetches("clients.export"),
        AccessKind.EXPORTED,
    ),
    _row(
        "change clients together",
        {P.CLIENT_READ, P.CLIENT_ASSIGN},
        "clients",
        ways.in_list,
        ways.reach_together,
        ways.presses("clients.together-go"),
        "client:together",
    ),
    _row(
        "undo a change of clients together",
        {P.CLIENT_READ, P.CLIENT_ASSIGN},
        "clients",
        ways.changed_together,
        ways.presses("clients.undo-{batch}"),
        ways.presses("clients.undo-{batch}-go"),
        "undo:bulk_edit",
        shows=lambda session, target: (
            ways.kept(session, target, Client.preferred_channel) != target["to"]
        ),
    ),
    _row(
        "merge two clients",
        {P.CLIENT_READ, P.CLIENT_MERGE},
        "clients",
        ways.pair,
        ways.presses("duplicates.merge"),
        ways.presses("duplicates.merge-go"),
        "client:merge",
    ),
    _row(
        "store a document",
        {P.CLIENT_READ, P.CLIENT_WRITE},
        "client",
        ways.in_documents,
        ways.reach_document,
        ways.presses("client.document-save"),
        "document:store",
    ),
    _row(
        "record the payment of an instalment",
        {P.CLIENT_READ, P.INSTALMENT_WORK},
        "client",
        ways.owing,
        ways.reach_payment,
        ways.presses("client.paid-go"),
        "renewal:payment",
    ),
    _row(
        "add to a client's team",
        {P.CLIENT_READ, P.PLAN_READ, P.ENGAGEMENT_WRITE},
        "client",
        ways.engaged,
        ways.reach_member,
        ways.presses("client.team-save"),
        "engagement:team",
    ),
    _row(
        "begin a client's plan",
        {P.CLIENT_READ, P.PLAN_READ, P.PLAN_WRITE},
        "client",
        ways.engaged,
        ways.nothing,
        ways.presses("client.plan-begin"),
        "plan:begin",
    ),
    _row(
        "share a saved view",
        {P.CLIENT_READ},
        "clients",
        lambda _world, actor: ways.Target(actor, "stage=formal"),
        ways.reach_share,
        ways.press_share,
        "saved_view:share",
        beyond=Scope.OWN,
        is_common=True,
    ),
    _row(
        "export the rows of a figure",
        {P.CLIENT_READ, P.FIGURE_EXPORT},
        "clients",
        ways.in_list,
        ways.presses("figure.clients.found"),
        ways.fetches("figure.export"),
        AccessKind.EXPORTED,
    ),
    _row(
        "begin an import",
        {P.IMPORT_RUN},
        "import",
        ways.in_list,
        ways.reach_file,
        ways.presses("import.start"),
        "import:start",
    ),
    _row(
        "note leave",
        {P.STAFF_READ, P.STAFF_LEAVE},
        "people",
        ways.colleague,
        ways.reach_leave,
        ways.presses("people.leave-new-save"),
        "people:leave",
    ),
    _row(
        "change roles",
        {P.STAFF_READ, P.STAFF_MANAGE},
        "people",
        ways.colleague,
        ways.reach_roles,
        ways.presses("people.roles-save"),
        "people:set_roles",
    ),
    _row(
        "change data of a colleague",
        {P.STAFF_READ, P.STAFF_MANAGE},
        "people",
        ways.colleague,
        ways.reach_edit_staff,
        ways.presses("people.edit-save"),
        "people:edit",
        shows=lambda session, target: (
            session.scalar(select(Staff.name).where(Staff.id == target["id"])) == target["name"]
        ),
    ),
    _row(
        "reset a password",
        {P.STAFF_READ, P.STAFF_MANAGE},
        "people",
        ways.colleague,
        ways.presses("people.password"),
        ways.presses("people.password-go"),
        "people:reset_password",
    ),
    _row(
        "open a branch",
        {P.STAFF_READ, P.STAFF_MANAGE},
        "people",
        ways.places,
        ways.reach_branch,
        ways.presses("people.branch-new-save"),
        "people:branch",
    ),
    _row(
        "prepare a change of a rule",
        {P.RULE_READ, P.RULE_EDIT},
        "rules",
        ways.rule,
        ways.nothing,
        ways.presses("rules.change"),
        "rule:draft",
        shows=lambda session, target: (
            session.scalar(select(RuleDraft.key).where(RuleDraft.key == target["key"])) is not None
        ),
    ),
    _row(
        "ask for a rule's publication",
        {P.RULE_READ, P.RULE_EDIT},
        "rules",
        ways.drafted,
        ways.nothing,
        ways.presses("rules.ask"),
        "approval:ask",
    ),
    _row(
        "begin a draft of the tier rules",
        {P.TIER_READ, P.TIER_TRY},
        "tiering",
        ways.trying,
        ways.reach_draft,
        ways.presses("tiering.begin"),
        "tiers:draft",
        shows=lambda session, target: (
            session.scalar(select(TierDraft.id).where(TierDraft.name == target["name"])) is not None
        ),
    ),
    _row(
        "ask for a client's class",
        {P.CLIENT_READ, P.TIER_OVERRIDE},
        "client",
        ways.unasked,
        ways.reach_class,
        ways.presses("client.tier-ask"),
        "approval:ask",
    ),
    _row(
        "decide a client's class",
        {P.APPROVAL_READ, P.TIER_APPROVE},
        "approvals",
        ways.class_asked,
        ways.reach_word,
        ways.presses("approvals.approve"),
        "approval:approve",
    ),
    _row(
        "decide on a rule",
        {P.APPROVAL_READ, P.RULE_APPROVE},
        "approvals",
        ways.asked,
        ways.reach_word,
        ways.presses("approvals.approve"),
        "approval:approve",
    ),
    _row(
        "prepare a version of a script",
        {P.SCRIPT_READ, P.SCRIPT_EDIT},
        "scripts",
        ways.script,
        ways.nothing,
        ways.presses("scripts.change"),
        "script:draft",
    ),
    _row(
        "decide on a script",
        {P.APPROVAL_READ, P.SCRIPT_APPROVE},
        "approvals",
        ways.script_asked,
        ways.reach_word,
        ways.presses("approvals.approve"),
        "approval:approve",
    ),
    _row(
        "export the audit trail",
        {P.AUDIT_READ},
        "audit",
        ways.in_list,
        ways.nothing,
        ways.fetches("audit.export"),
        AccessKind.EXPORTED,
    ),
)
