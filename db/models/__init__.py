"""Every table, one module per aggregate: list this folder and you know the nouns."""

from db.base import Base
from db.models.approvals import Approval
from db.models.audit import AccessEntry, AuditEntry, AuditSeal, ClientKey
from db.models.changes import ChangeCounter
from db.models.clients import (
    Client,
    ClientAccess,
    ClientConsent,
    ClientParty,
    ClientRelation,
    ClientSearch,
    ClientSource,
    Engagement,
    EngagementPromise,
    ServiceTeamMember,
)
from db.models.closings import ClosingStep, LostCase, RenewalConflict, RenewalPlan
from db.models.complaints import Complaint
from db.models.contacts import Contact, Promise
from db.models.documents import Document, DownloadTicket, ExportOrder, OutboxMessage
from db.models.duplicates import ClientFormer, DuplicateKey, DuplicateMark, DuplicatePair
from db.models.intake import (
    ImportMapping,
    ImportRow,
    ImportRun,
    StagedClient,
    StagedPolicy,
    StagedTerm,
)
from db.models.notifications import Notification, QuietHours
from db.models.organisation import (
    Branch,
    CompanyProfile,
    Department,
    Staff,
    StaffLanguage,
    StaffLeave,
    StaffLine,
    StaffRole,
    Team,
)
from db.models.parties import Party, PartyAccount, PartyAddress, PartyEmail, PartyPhone
from db.models.plans import ServicePlan, ServicePlanItem, ServicePlanVersion
from db.models.policies import Claim, Income, Instalment, Policy, PolicyEvent, PolicyParty
from db.models.probability import RenewalModel, RenewalModelReading
from db.models.referrals import Referral
from db.models.renewal_counts import PersistencyCount, RenewalCount
from db.models.renewals import Renewal, RenewalAllocation, Target
from db.models.rules import CalendarDay, Rule, RuleDraft
from db.models.saved_views import SavedView, SavedViewPin
from db.models.scripts import Script, ScriptVersion
from db.models.sign_in import Draft, SignInAttempt, SignInSession, SignInTicket
from db.models.suspensions import FormalDemand, Suspension
from db.models.tiering import (
    ClientStanding,
    StarDisclosure,
    TierChange,
    TierConcentration,
    TierCount,
    TierDraft,
    TierDue,
    TierMissingCount,
    TierOverride,
    TierPublication,
    TierRun,
    TierScoreCount,
)
from db.models.turns import AllocationTurn
from db.models.undo import UndoBatch, UndoImage, UndoRow

__all__ = [
    "AccessEntry",
    "AllocationTurn",
    "Approval",
    "AuditEntry",
    "AuditSeal",
    "Base",
    "Branch",
    "CalendarDay",
    "ChangeCounter",
    "Claim",
    "Client",
    "ClientAccess",
    "ClientConsent",
    "ClientFormer",
    "ClientKey",
    "ClientParty",
    "ClientRelation",
    "ClientSearch",
    "ClientSource",
    "ClientStanding",
    "ClosingStep",
    "CompanyProfile",
    "Complaint",
    "Contact",
    "Department",
    "Document",
    "DownloadTicket",
    "Draft",
    "DuplicateKey",
    "DuplicateMark",
    "DuplicatePair",
    "Engagement",
    "EngagementPromise",
    "ExportOrder",
    "FormalDemand",
    "ImportMapping",
    "ImportRow",
    "ImportRun",
    "Income",
    "Instalment",
    "LostCase",
    "Notification",
    "OutboxMessage",
    "Party",
    "PartyAccount",
    "PartyAddress",
    "PartyEmail",
    "PartyPhone",
    "PersistencyCount",
    "Policy",
    "PolicyEvent",
    "PolicyParty",
    "Promise",
    "QuietHours",
    "Referral",
    "Renewal",
    "RenewalAllocation",
    "RenewalConflict",
    "RenewalCount",
    "RenewalModel",
    "RenewalModelReading",
    "RenewalPlan",
    "Rule",
    "RuleDraft",
    "SavedView",
    "SavedViewPin",
    "Script",
    "ScriptVersion",
    "ServicePlan",
    "ServicePlanItem",
    "ServicePlanVersion",
    "ServiceTeamMember",
    "SignInAttempt",
    "SignInSession",
    "SignInTicket",
    "Staff",
    "StaffLanguage",
    "StaffLeave",
    "StaffLine",
    "StaffRole",
    "StagedClient",
    "StagedPolicy",
    "StagedTerm",
    "StarDisclosure",
    "Suspension",
    "Target",
    "Team",
    "TierChange",
    "TierConcentration",
    "TierCount",
    "TierDraft",
    "TierDue",
    "TierMissingCount",
    "TierOverride",
    "TierPublication",
    "TierRun",
    "TierScoreCount",
    "UndoBatch",
    "UndoImage",
    "UndoRow",
]

for _table in Base.metadata.tables.values():
    # an id is never given twice: audit, access log and undo speak of rows by it after they went
    if [column.name for column in _table.primary_key] == ["id"]:
        _table.dialect_options["sqlite"]["autoincrement"] = True
