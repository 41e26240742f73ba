"""Every table, one module per aggregate: list this folder and you know the nouns."""

from db.base import Base
from db.models.approvals import Approval
from db.models.audit import AccessEntry, AuditEntry, AuditSeal, ClientKey
from db.models.clients import (
    Client,
    ClientAccess,
    ClientConsent,
    ClientParty,
    ClientRelation,
    ClientSearch,
    ClientSource,
    Engagement,
)
from db.models.complaints import Complaint
from db.models.contacts import Contact, Promise
from db.models.documents import Document, DownloadTicket, ExportOrder, OutboxMessage
from db.models.intake import (
    ImportMapping,
    ImportRow,
    ImportRun,
    StagedClient,
    StagedPolicy,
    StagedTerm,
)
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
from db.models.policies import Claim, Income, Instalment, Policy, PolicyEvent, PolicyParty
from db.models.renewals import Renewal, RenewalAllocation, Target
from db.models.rules import CalendarDay, Rule, RuleDraft
from db.models.sign_in import Draft, SignInAttempt, SignInSession, SignInTicket

__all__ = [
    "AccessEntry",
    "Approval",
    "AuditEntry",
    "AuditSeal",
    "Base",
    "Branch",
    "CalendarDay",
    "Claim",
    "Client",
    "ClientAccess",
    "ClientConsent",
    "ClientKey",
    "ClientParty",
    "ClientRelation",
    "ClientSearch",
    "ClientSource",
    "CompanyProfile",
    "Complaint",
    "Contact",
    "Department",
    "Document",
    "DownloadTicket",
    "ExportOrder",
    "Draft",
    "Engagement",
    "ImportMapping",
    "ImportRow",
    "ImportRun",
    "Income",
    "Instalment",
    "OutboxMessage",
    "Party",
    "PartyAccount",
    "PartyAddress",
    "PartyEmail",
    "PartyPhone",
    "Policy",
    "PolicyEvent",
    "PolicyParty",
    "Promise",
    "Renewal",
    "RenewalAllocation",
    "Rule",
    "RuleDraft",
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
    "Target",
    "Team",
]
