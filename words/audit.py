"""The audit trail in words: what was done, what changed, who saw what."""

import re
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from services import audit_trail
from services.audit_trail import Change
from terms import (
    approvals,
    clients,
    closings,
    complaints,
    intake,
    people,
    policies,
    referrals,
    renewals,
    service,
    tiering,
)
from terms.clients import Personal
from terms.intake import AccessKind
from terms.tiering import CreditGrade, ReceptionClass, Tier
from words import N_, _, formats
from words.clients import EVENTS as CLIENT_EVENTS
from words.clients import FIELDS
from words.documents import KINDS, export_name
from words.errors import says
from words.labels import LABELS, label
from words.permissions import NAMES, permission_name

EVENTS = {
    **CLIENT_EVENTS,
    "approval:approve": N_("Request approved"),
    "approval:ask": N_("Decision asked for"),
    "approval:expire": N_("Request ran out"),
    "approval:refigure": N_("Times of requests counted anew"),
    "approval:refuse": N_("Request refused"),
    "approval:remind": N_("Decider reminded"),
    "approval:withdraw": N_("Request taken back"),
    "calendar:adopt": N_("Days of the calendar adopted"),
    "client:merge": N_("Clients merged"),
    "client:merged_away": N_("Merged into another client"),
    "client:together": N_("Marked as belonging together"),
    "company:add_branch": N_("First branch added"),
    "company:add_team": N_("First team added"),
    "company:close_guide": N_("First steps closed"),
    "company:describe": N_("Company described"),
    "demo:create": N_("Demo company made"),
    "document:remove": N_("Document taken away"),
    "document:store": N_("Document stored"),
    "duplicates:find": N_("Duplicates looked for"),
    "duplicates:not_same": N_("Marked as different clients"),
    "engagement:archive": N_("Original of the engagement archived"),
    "engagement:rate": N_("Star confirmed"),
    "engagement:settle": N_("Service stages ended"),
    "engagement:sign": N_("Client engaged"),
    "engagement:team": N_("Service team changed"),
    "import:cancel": N_("Import given up"),
    "import:check": N_("Import checked"),
    "import:reopen": N_("Import opened again"),
    "import:save_mapping": N_("Columns of a file saved"),
    "import:stage": N_("Import confirmed"),
    "import:start": N_("File uploaded"),
    "keys:rotate": N_("Field keys rotated"),
    "script:add": N_("Script added to the library"),
    "script:approve": N_("Script brought into use"),
    "script:discard": N_("Draft of a script discarded"),
    "script:draft": N_("Draft of a script saved"),
    "script:withdraw": N_("Script taken out of use"),
    "people:branch": N_("Branch saved"),
    "people:change_password": N_("Password changed"),
    "people:choose_locale": N_("Language chosen"),
    "people:choose_quiet_hours": N_("Quiet hours chosen"),
    "people:come_back": N_("Departure taken back"),
    "people:create": N_("Colleague added"),
    "people:department": N_("Department added"),
    "people:depart": N_("Departure recorded"),
    "people:edit": N_("Data of a colleague changed"),
    "people:end_sessions": N_("Sessions ended"),
    "people:leave": N_("Leave changed"),
    "people:reset_password": N_("Password reset"),
    "people:set_roles": N_("Roles changed"),
    "people:team": N_("Team saved"),
    "people:unlock": N_("Name unlocked"),
    "plan:begin": N_("Service plan begun"),
    "plan:change": N_("Service plan changed"),
    "plan:disclose": N_("Service plan shown to colleagues"),
    "plan:execute": N_("Item of a service plan done"),
    "plan:follow_risk": N_("Measures of the risk tier put into the plan"),
    "plan:head": N_("Theme or goal of a plan changed"),
    "plan:opinion": N_("Opinion on a plan given"),
    "privacy:forget": N_("Old records deleted"),
    "renewal:agreed_grace": N_("Grace of the contract recorded"),
    "renewal:allocate": N_("Cases allocated"),
    "renewal:answer": N_("Answer to a reinstatement recorded"),
    "renewal:application": N_("Reinstatement applied for"),
    "renewal:clocks": N_("Instalments brought to the day"),
    "renewal:demand": N_("Formal demand recorded"),
    "renewal:cover": N_("Cases covered or returned"),
    "renewal:recall": N_("Untouched cases warned of or recalled"),
    "renewal:count": N_("Figures of the renewals counted"),
    "renewal:extract": N_("Renewals opened for the day"),
    "renewal:import": N_("Cases closed by an import"),
    "renewal:notice": N_("Notice of suspension sent"),
    "renewal:payment": N_("Premium of an instalment paid"),
    "renewal:refigure": N_("Days of notices counted anew"),
    "renewal:score": N_("Renewal probabilities brought to the day"),
    "renewal:train": N_("Model of renewal probability trained"),
    "rule:discard": N_("Draft of a rule thrown away"),
    "rule:draft": N_("Draft of a rule saved"),
    "rule:publish": N_("Rule published"),
    "rule:withdraw": N_("Rule taken back"),
    "saved_view:share": N_("View shared"),
    "stars:disclose": N_("Stars may be told to the client"),
    "stars:end_disclosure": N_("Stars stay in the house again"),
    "tiers:end_override": N_("Class decided by hand ended"),
    "tiers:override": N_("Class decided by hand"),
    "tiers:discard": N_("Draft of tier rules discarded"),
    "tiers:draft": N_("Draft of tier rules begun"),
    "tiers:publish": N_("Tier rules published"),
    "tiers:recalculate": N_("Tiers recalculated"),
    "tiers:take_back": N_("Tier rules taken back"),
    "undo:forget": N_("Undo data deleted"),
}
"""Every act of the audit trail; a house test finds one without a name."""

KEYS = {
    **FIELDS,
    "": N_("Content"),
    "about": N_("About"),
    "access_entries": N_("Lines of the access log"),
    "after": N_("After"),
    "allocated": N_("Given out"),
    "also_days_off": N_("Also on days off"),
    "answer_due_on": N_("Answer due"),
    "answered_on": N_("Answered on"),
    "applied_on": N_("Applied on"),
    "approval": N_("Request"),
    "axis": N_("Classification"),
    "batch": N_("Act"),
    "batches": N_("Acts"),
    "auc": N_("AUC"),
    "before": N_("Before"),
    "brier": N_("Brier score"),
    "brier_average": N_("Brier score of the average"),
    "branch_id": N_("Branch"),
    "brought_back": N_("Brought back"),
    "by_person": N_("By person"),
    "cases": N_("Cases"),
    "cause": N_("Cause"),
    "changed": N_("Changed"),
    "class": N_("Class"),
    "class_before": N_("Class before"),
    "client": N_("Clients"),
    "clients": N_("Clients"),
    "competitor": N_("Competitor"),
    "conflicts": N_("Conflicts"),
    "count": N_("Number"),
    "created": N_("New"),
    "days": N_("Days"),
    "deemed": N_("Accepted by silence"),
    "demanded_on": N_("Demanded on"),
    "department": N_("Department"),
    "department_id": N_("Department"),
    "due": N_("Due"),
    "due_on": N_("Due on"),
    "duplicates": N_("Possible duplicates"),
    "effective_from": N_("In force from"),
    "ended": N_("Ended"),
    "ends_on": N_("Until"),
    "entries": N_("Entries"),
    "failures": N_("Wrong passwords"),
    "field": N_("Field"),
    "fields": N_("Fields"),
    "file": N_("File"),
    "found": N_("Found"),
    "from": N_("From"),
    "from_minute": N_("Quiet from, minute of the day"),
    "from_on": N_("First day"),
    "in_place_of": N_("In place of"),
    "intention": N_("Intention"),
    "into": N_("Merged into"),
    "into_grace": N_("Into grace"),
    "kept": N_("Left as it is"),
    "key": N_("Rule"),
    "key_id": N_("Field key"),
    "kind": N_("Kind"),
    "languages": N_("Languages"),
    "lapsed": N_("Ran out"),
    "left": N_("Left as it is"),
    "lines": N_("Product lines"),
    "linked": N_("Linked"),
    "means": N_("Means"),
    "merged": N_("Merged"),
    "moved": N_("Moved"),
    "name": N_("Name"),
    "next_at": N_("Next appointment"),
    "objection": N_("Objection"),
    "has_market": N_("With market information"),
    "on": N_("Day"),
    "other": N_("Other client"),
    "other_id": N_("Other client"),
    "outcome": N_("Outcome"),
    "owner_id": N_("Owner"),
    "number": N_("Version"),
    "page": N_("Screen"),
    "paid_on": N_("Paid on"),
    "paid": N_("Paid"),
    "parent_id": N_("Stands beneath"),
    "plan": N_("Plan"),
    "place": N_("Place in the library"),
    "policy": N_("Policies"),
    "premium_fen": N_("Premium"),
    "promises": N_("Promises"),
    "proposed_premium_fen": N_("New premium"),
    "province": N_("Province"),
    "reason": N_("Reason"),
    "reference": N_("Reference"),
    "refigured": N_("Counted anew"),
    "refused": N_("Refused"),
    "registration_number": N_("Registration number"),
    "removed": N_("Removed"),
    "renewed": N_("Renewed"),
    "restored": N_("Restored"),
    "roles": N_("Roles"),
    "rows": N_("Rows"),
    "same": N_("Unchanged"),
    "score": N_("Points"),
    "seed": N_("Seed of the demo company"),
    "sent_on": N_("Sent on"),
    "sessions_ended": N_("Sessions ended"),
    "settled": N_("Settled"),
    "signed_on": N_("Signed on"),
    "source": N_("Source"),
    "staff_id": N_("Colleague"),
    "stars": N_("Client stars"),
    "state": N_("State"),
    "step": N_("Step"),
    "substitute_id": N_("Substitute"),
    "suspended": N_("Suspended"),
    "team_id": N_("Team"),
    "to": N_("To"),
    "to_minute": N_("Quiet until, minute of the day"),
    "to_on": N_("Last day"),
    "unplaced": N_("Not given out"),
    "warned": N_("Warned"),
    "recalled": N_("Recalled"),
    "covered": N_("Covered"),
    "returned": N_("Returned"),
    "username": N_("User name"),
    "value": N_("Value"),
    "values": N_("Values"),
    "verdict": N_("Verdict of the training"),
    "warnings": N_("Warnings"),
    "way": N_("How"),
    "weekly_capacity": N_("Cases a week"),
    "why": N_("Reason"),
    "withdrawn": N_("Taken back"),
    "year": N_("Year"),
}
HIDDEN = frozenset(
    {
        "act",
        "case_ids",
        "contact_id",
        "department_id",
        "id",
        "party_id",
        "policy_id",
        "renewal_id",
        "version",
    }
)
"""Facts for programs: versions and row numbers."""
_MODULES = (
    approvals,
    clients,
    closings,
    complaints,
    intake,
    people,
    policies,
    referrals,
    renewals,
    service,
    tiering,
)
_CLASSES = (Tier, ReceptionClass, CreditGrade)
_DAY = re.compile(r"^\d{4}-\d\d-\d\d$")
_INSTANT = re.compile(r"^\d{4}-\d\d-\d\dT")

says(
    audit_trail.RevealReasonNeeded,
    N_("Say why you need to see this, in 2 to 200 characters; it is kept with the access."),
)


def event_name(event: str) -> str:
    """What an act is called."""
    return _(EVENTS[event]) if event in EVENTS else _("Other change")


def key_name(key: str) -> str | None:
    """What a part of an entry is called; None for what is not for people."""
    if key in HIDDEN:
        return None
    return _(KEYS[key]) if key in KEYS else _("Other data")


def value_text(key: str, value: Any) -> str:
    """A value of an entry as people say it."""
    match value:
        case None | "" | ():
            return "–"
        case bool():
            return _("yes") if value else _("no")
        case int() | float():
            return formats.money(int(value)) if key.endswith("_fen") else formats.number(value)
        case tuple():
            return formats.listing([_item(key, each) for each in value])
        case str():
            return _text(key, value)
    return str(value)


def change_text(change: Change) -> tuple[str, str, str] | None:
    """Name, before and after of a change; None for what is not for people."""
    name = key_name(change.key)
    if name is None:
        return None
    return name, value_text(change.key, change.before), value_text(change.key, change.after)


def what_name(what: str | None, kind: AccessKind | None = None) -> str:
    """What somebody saw, as the access log has it; or was refused, where ``kind`` says so."""
    if not what:
        return "–"
    if what in {member.value for member in Personal}:
        return label(Personal(what))
    if what in KINDS:
        return export_name(what)
    if what in NAMES:
        return permission_name(what)
    if what == "press":
        return _("A button that was not on their screen")
    if what == "not_theirs":
        return _("A record that is not theirs")
    if what == "saved_view:share":
        return _("Sharing a view further than they see")
    if what == "audit":
        return _("Before and after in the audit trail")
    if kind is AccessKind.REFUSED:
        return _("Client file {number}").format(number=what)
    return _("Other data")


def _item(key: str, each: Any) -> str:
    if isinstance(each, tuple) and len(each) == 2:
        return f"{_text(key, str(each[0]))} {value_text(str(each[0]), each[1])}"
    return value_text(key, each)


def _text(key: str, value: str) -> str:
    if key == "fields" and value in FIELDS:
        return _(FIELDS[value])
    if key in ("class", "class_before"):
        return next((label(kind(value)) for kind in _CLASSES if value in set(kind)), value)
    if _DAY.match(value):
        return formats.day(date.fromisoformat(value))
    if _INSTANT.match(value):
        return formats.date_time(datetime.fromisoformat(value))
    return _code(value)


def _code(value: str) -> str:
    """The name of a code, where every list that has it calls it the same; else as it stands."""
    names = {
        label(enum(value))
        for module in _MODULES
        for enum in vars(module).values()
        if isinstance(enum, type)
        and issubclass(enum, StrEnum)
        and enum in LABELS
        and value in {member.value for member in enum}
    }
    return next(iter(names)) if len(names) == 1 else value
