"""What each permission allows, as the access log names what was refused."""

from services.permissions import Permission
from words import N_, _

_P = Permission

NAMES: dict[str, str] = {
    _P.DAY_READ: N_("Own day"),
    _P.FIGURE_EXPORT: N_("Rows of a figure as a file"),
    _P.CLIENT_READ: N_("Client files"),
    _P.CLIENT_WRITE: N_("Changing client files"),
    _P.CLIENT_REVEAL: N_("Personal values in clear"),
    _P.CLIENT_EXPORT: N_("Client lists as a file"),
    _P.CLIENT_ASSIGN: N_("Changing clients together"),
    _P.CLIENT_MERGE: N_("Merging clients"),
    _P.RENEWAL_READ: N_("Renewals"),
    _P.RENEWAL_WORK: N_("Working renewals"),
    _P.RENEWAL_LEAD: N_("Leading renewals"),
    _P.RENEWAL_ALLOCATE: N_("Giving out renewals"),
    _P.INSTALMENT_WORK: N_("Recording demands, notices, reinstatement and payments"),
    _P.RENEWAL_MODEL: N_("Looking into the renewal probability"),
    _P.TIER_READ: N_("Client classes"),
    _P.TIER_OVERRIDE: N_("Asking for a class by hand"),
    _P.TIER_APPROVE: N_("Deciding on classes by hand"),
    _P.COMPLAINT_READ: N_("Complaints"),
    _P.IMPORT_RUN: N_("Importing files"),
    _P.STAFF_READ: N_("Staff"),
    _P.STAFF_LEAVE: N_("Leave of colleagues"),
    _P.STAFF_MANAGE: N_("Managing staff"),
    _P.AUDIT_READ: N_("Audit"),
    _P.APPROVAL_READ: N_("Approvals"),
    _P.ENGAGEMENT_WRITE: N_("Engaging clients and their teams"),
    _P.PLAN_READ: N_("Service plans"),
    _P.PLAN_WRITE: N_("Writing service plans"),
    _P.PLAN_EXECUTE: N_("Carrying out service plans"),
    _P.PLAN_APPROVE: N_("Deciding on service plans"),
    _P.TIER_TRY: N_("Trying rules of classes"),
    _P.SCRIPT_READ: N_("Scripts"),
    _P.SCRIPT_EDIT: N_("Preparing scripts"),
    _P.SCRIPT_APPROVE: N_("Deciding on scripts"),
    _P.RULE_READ: N_("Rules"),
    _P.RULE_EDIT: N_("Changing rules"),
    _P.RULE_APPROVE: N_("Deciding on rules"),
}


def permission_name(permission: str) -> str:
    """What ``permission`` is called; itself where it has no name."""
    return _(NAMES.get(permission, permission))
