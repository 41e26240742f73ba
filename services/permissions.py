"""Who may do what: one table of roles and permissions, checked against ``docs/roles.md``."""

from collections.abc import Iterable
from enum import StrEnum

from terms.people import Role, Scope


class Permission(StrEnum):
    """``chapter:act``; every operation asks for one."""

    DAY_READ = "day:read"
    FIGURE_EXPORT = "figure:export"
    CLIENT_READ = "client:read"
    CLIENT_WRITE = "client:write"
    CLIENT_REVEAL = "client:reveal"
    CLIENT_EXPORT = "client:export"
    CLIENT_ASSIGN = "client:assign"
    CLIENT_MERGE = "client:merge"
    RENEWAL_READ = "renewal:read"
    RENEWAL_WORK = "renewal:work"
    RENEWAL_LEAD = "renewal:lead"
    RENEWAL_ALLOCATE = "renewal:allocate"
    INSTALMENT_WORK = "instalment:work"
    RENEWAL_MODEL = "renewal:model"
    TIER_READ = "tier:read"
    TIER_OVERRIDE = "tier:override"
    TIER_APPROVE = "tier:approve"
    ENGAGEMENT_WRITE = "engagement:write"
    PLAN_READ = "plan:read"
    PLAN_WRITE = "plan:write"
    PLAN_EXECUTE = "plan:execute"
    PLAN_APPROVE = "plan:approve"
    COMPLAINT_READ = "complaint:read"
    IMPORT_RUN = "import:run"
    STAFF_READ = "staff:read"
    STAFF_LEAVE = "staff:leave"
    STAFF_MANAGE = "staff:manage"
    AUDIT_READ = "audit:read"
    APPROVAL_READ = "approval:read"
    SCRIPT_READ = "script:read"
    SCRIPT_EDIT = "script:edit"
    SCRIPT_APPROVE = "script:approve"
    TIER_TRY = "tier:try"
    RULE_READ = "rule:read"
    RULE_EDIT = "rule:edit"
    RULE_APPROVE = "rule:approve"


_P = Permission
_SEE = frozenset({_P.DAY_READ, _P.APPROVAL_READ, _P.FIGURE_EXPORT, _P.CLIENT_READ})
_SERVE = frozenset({_P.ENGAGEMENT_WRITE, _P.PLAN_READ, _P.PLAN_WRITE, _P.PLAN_EXECUTE})

ROLE_PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.SPECIALIST: _SEE
    | {_P.CLIENT_WRITE, _P.CLIENT_REVEAL, _P.RENEWAL_READ, _P.RENEWAL_WORK}
    | {_P.INSTALMENT_WORK, _P.PLAN_READ, _P.PLAN_EXECUTE, _P.SCRIPT_READ},
    Role.TEAM_LEAD: _SEE
    | {
        _P.SCRIPT_READ,
        _P.SCRIPT_EDIT,
        _P.CLIENT_WRITE,
        _P.CLIENT_REVEAL,
        _P.CLIENT_EXPORT,
        _P.CLIENT_ASSIGN,
        _P.CLIENT_MERGE,
        _P.RENEWAL_READ,
        _P.RENEWAL_WORK,
        _P.RENEWAL_LEAD,
        _P.RENEWAL_ALLOCATE,
        _P.INSTALMENT_WORK,
        _P.RENEWAL_MODEL,
        _P.TIER_READ,
        _P.TIER_OVERRIDE,
        _P.STAFF_READ,
        _P.STAFF_LEAVE,
    }
    | _SERVE
    | {_P.PLAN_APPROVE},
    Role.MANAGER: _SEE
    | _SERVE
    | {
        _P.PLAN_APPROVE,
        _P.SCRIPT_READ,
        _P.SCRIPT_EDIT,
        _P.CLIENT_WRITE,
        _P.CLIENT_REVEAL,
        _P.CLIENT_EXPORT,
        _P.CLIENT_ASSIGN,
        _P.CLIENT_MERGE,
        _P.RENEWAL_READ,
        _P.RENEWAL_LEAD,
        _P.RENEWAL_ALLOCATE,
        _P.INSTALMENT_WORK,
        _P.RENEWAL_MODEL,
        _P.TIER_READ,
        _P.TIER_OVERRIDE,
        _P.TIER_APPROVE,
        _P.COMPLAINT_READ,
        _P.IMPORT_RUN,
        _P.STAFF_READ,
        _P.STAFF_LEAVE,
        _P.RULE_READ,
        _P.TIER_TRY,
    },
    Role.CLIENT_MANAGER: _SEE
    | _SERVE
    | {_P.CLIENT_WRITE, _P.CLIENT_REVEAL, _P.RENEWAL_READ, _P.INSTALMENT_WORK}
    | {_P.TIER_READ, _P.TIER_OVERRIDE, _P.SCRIPT_READ},
    Role.COMPLAINT_OFFICER: _SEE | {_P.CLIENT_REVEAL, _P.COMPLAINT_READ},
    Role.EXECUTIVE: frozenset(
        {
            _P.DAY_READ,
            _P.APPROVAL_READ,
            _P.FIGURE_EXPORT,
            _P.RENEWAL_READ,
            _P.RENEWAL_MODEL,
            _P.TIER_READ,
            _P.PLAN_READ,
        }
    ),
    Role.COMPLIANCE: _SEE
    | {
        _P.PLAN_READ,
        _P.RENEWAL_READ,
        _P.RENEWAL_MODEL,
        _P.TIER_READ,
        _P.TIER_APPROVE,
        _P.COMPLAINT_READ,
        _P.STAFF_READ,
        _P.AUDIT_READ,
        _P.RULE_READ,
        _P.RULE_APPROVE,
        _P.SCRIPT_READ,
        _P.SCRIPT_APPROVE,
    },
    Role.ADMINISTRATOR: _SEE
    | {
        _P.SCRIPT_READ,
        _P.SCRIPT_EDIT,
        _P.SCRIPT_APPROVE,
        _P.TIER_READ,
        _P.IMPORT_RUN,
        _P.STAFF_READ,
        _P.STAFF_LEAVE,
        _P.STAFF_MANAGE,
        _P.AUDIT_READ,
        _P.RULE_READ,
        _P.RULE_EDIT,
        _P.RULE_APPROVE,
        _P.TIER_TRY,
    },
    Role.LEGAL: _SEE | {_P.COMPLAINT_READ},
    Role.HR: frozenset(
        {_P.DAY_READ, _P.APPROVAL_READ, _P.FIGURE_EXPORT, _P.STAFF_READ, _P.STAFF_LEAVE}
    ),
}

ROLE_SCOPE: dict[Role, Scope] = {
    Role.SPECIALIST: Scope.OWN,
    Role.TEAM_LEAD: Scope.TEAM,
    Role.MANAGER: Scope.BRANCH,
    Role.CLIENT_MANAGER: Scope.OWN,
    Role.COMPLAINT_OFFICER: Scope.BRANCH,
    Role.EXECUTIVE: Scope.ALL,
    Role.COMPLIANCE: Scope.ALL,
    Role.ADMINISTRATOR: Scope.ALL,
    Role.LEGAL: Scope.ALL,
    Role.HR: Scope.OWN,
}

_WIDTH = list(Scope)


def permissions_of(roles: Iterable[Role]) -> frozenset[Permission]:
    """Everything any of ``roles`` may do."""
    return frozenset().union(*(ROLE_PERMISSIONS[role] for role in roles))


def scope_of(roles: Iterable[Role]) -> Scope:
    """The widest scope of ``roles``; own clients when there are none."""
    return max((ROLE_SCOPE[role] for role in roles), key=_WIDTH.index, default=Scope.OWN)
