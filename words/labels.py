"""What every state, kind and outcome of ``terms/`` is called, its colour and its mark.

``label(member)`` is its name in the language spoken now, ``badge(member)`` the name with colour
and icon where the state matters. Colour is never alone: every coloured state has its word and
an icon. A house test checks that every member of every enum has a name in both languages.

A chapter that has words of its own gives them their names in its module of ``words/`` with
``name_members``; an enum that its chapter speaks in whole sentences is listed there with
``speak_in_sentences``.
"""

from enum import StrEnum

from terms import clients, complaints, intake, people, policies, renewals
from words import N_, _
from words.marks import MARKS, Mark

Names = dict[str, str]


def label(member: StrEnum) -> str:
    """What ``member`` is called on screen."""
    return _(LABELS[type(member)][member.value])


def mark(member: StrEnum) -> Mark | None:
    """Colour and icon of ``member``; None where the state does not matter."""
    return MARKS.get(type(member), {}).get(member.value)


def badge(member: StrEnum) -> str:
    """``member`` as Streamlit Markdown: a coloured badge where the state matters, else its name."""
    found = mark(member)
    if found is None:
        return label(member)
    return f":{found.colour}-badge[:material/{found.icon}: {label(member)}]"


def name_members(enum: type[StrEnum], names: Names, marks: dict[str, Mark] | None = None) -> None:
    """Give the members of ``enum`` their names (marked with ``N_``) and looks."""
    LABELS[enum] = names
    if marks:
        MARKS[enum] = marks


def speak_in_sentences(*enums: type[StrEnum]) -> None:
    """These are facts of a sentence that a function of ``words/`` makes; they have no one name."""
    SENTENCES.update(enums)


SENTENCES: set[type[StrEnum]] = set()

LABELS: dict[type[StrEnum], Names] = {
    people.Role: {
        "specialist": N_("Renewal specialist"),
        "team_lead": N_("Team lead"),
        "manager": N_("Manager"),
        "client_manager": N_("Client manager"),
        "complaint_officer": N_("Complaint officer"),
        "executive": N_("Executive"),
        "compliance": N_("Compliance"),
        "administrator": N_("Administrator"),
        "legal": N_("Legal"),
        "hr": N_("Human resources"),
    },
    people.Scope: {
        "own": N_("Own clients"),
        "team": N_("The team's clients"),
        "branch": N_("The branch's clients"),
        "all": N_("All clients"),
    },
    people.Department: {
        "business": N_("Business department"),
        "service": N_("Client service department"),
        "claims": N_("Claims department"),
        "legal": N_("Legal department"),
        "hr": N_("Human resources department"),
        "compliance": N_("Compliance department"),
    },
    people.AuthSource: {"password": N_("Password"), "sso": N_("Company sign-in")},
    people.LeaveKind: {
        "holiday": N_("Annual leave"),
        "sick": N_("Sick leave"),
        "training": N_("Training"),
        "other": N_("Other leave"),
    },
    people.CompanyKind: {"insurer": N_("Insurer"), "broker": N_("Insurance broker")},
    people.Language: {
        "mandarin": N_("Mandarin"),
        "cantonese": N_("Cantonese"),
        "english": N_("English"),
    },
    people.HoldingKind: {
        "clients": N_("Clients they own"),
        "cases": N_("Open renewal cases"),
        "promises": N_("Open promises and appointments"),
        "complaints": N_("Complaints they handle"),
        "approvals": N_("Their requests that wait for a decision"),
        "substitutions": N_("Colleagues on leave they stand in for"),
        "covers": N_("Clients they cover or serve in a team"),
        "plan_items": N_("Open items of service plans"),
        "teams": N_("Service teams they belong to"),
        "imports": N_("Imports that are not finished"),
        "win_backs": N_("Clients to win back"),
        "referrals": N_("Questions of other departments to answer"),
    },
    people.Locale: {"zh_CN": N_("Chinese"), "en": N_("English")},
    clients.ClientType: {"individual": N_("Individual client"), "group": N_("Group client")},
    clients.PartyKind: {"person": N_("Natural person"), "organisation": N_("Organisation")},
    clients.LifecycleStage: {
        "target": N_("Target client"),
        "prospect": N_("Prospect"),
        "formal": N_("Formal client"),
        "lost": N_("Lost client"),
    },
    clients.PartyRole: {
        "policyholder": N_("Policyholder"),
        "insured": N_("Insured"),
        "beneficiary": N_("Beneficiary"),
        "contact_person": N_("Contact person"),
        "authorised": N_("Authorised person"),
    },
    clients.IdType: {
        "resident_id": N_("Resident ID card"),
        "passport": N_("Passport"),
        "hk_macao_permit": N_("Hong Kong and Macao permit"),
        "taiwan_permit": N_("Taiwan permit"),
        "foreign_permanent": N_("Foreigner's permanent residence card"),
        "military_id": N_("Military ID"),
        "birth_certificate": N_("Birth certificate"),
        "unified_credit_code": N_("Unified social credit code"),
        "other": N_("Other document"),
    },
    clients.Sex: {"male": N_("Male"), "female": N_("Female")},
    clients.PhoneKind: {
        "mobile": N_("Mobile phone"),
        "home": N_("Home phone"),
        "work": N_("Work phone"),
    },
    clients.AddressKind: {
        "home": N_("Home address"),
        "work": N_("Work address"),
        "mail": N_("Postal address"),
    },
    clients.SourceChannel: {
        "sales": N_("Sales"),
        "service": N_("Service"),
        "research": N_("Research"),
        "referral": N_("Referral"),
        "import": N_("Import"),
    },
    clients.RelationKind: {
        "family": N_("Family"),
        "group": N_("Same group"),
        "referrer": N_("Referrer"),
    },
    clients.ConsentPurpose: {
        "service": N_("Service"),
        "marketing": N_("Commercial messages"),
        "sensitive_data": N_("Sensitive personal data"),
        "survey": N_("Surveys"),
    },
    clients.EngagementKind: {
        "authorisation_letter": N_("Authorisation letter"),
        "engagement_agreement": N_("Engagement agreement"),
        "cooperation_agreement": N_("Cooperation agreement"),
        "other_written": N_("Other written engagement"),
    },
    clients.RiskLevel: {
        "low": N_("Low risk"),
        "mid": N_("Medium risk"),
        "high": N_("High risk"),
    },
    clients.AccessReason: {
        "owner": N_("Owner"),
        "service_team": N_("Service team"),
        "assigned_case": N_("Assigned case"),
        "cover": N_("Cover"),
        "handover": N_("Handover"),
        "win_back": N_("To be won back"),
        "referral": N_("Question to answer"),
    },
    clients.SearchKind: {"initials": N_("Pinyin initials"), "bigram": N_("Part of the name")},
    complaints.ComplaintState: {
        "received": N_("Received"),
        "triaged": N_("Triaged"),
        "investigating": N_("Under investigation"),
        "proposing": N_("Preparing a proposal"),
        "waiting": N_("Waiting"),
        "decided": N_("Decided"),
        "notified": N_("Client informed"),
        "following_up": N_("Follow-up"),
        "closed": N_("Closed"),
        "withdrawn": N_("Withdrawn"),
        "merged": N_("Merged"),
    },
    complaints.Dispute: {
        "claims": N_("Claims dispute"),
        "sales": N_("Sales dispute"),
        "surrender": N_("Surrender dispute"),
        "service": N_("Service dispute"),
        "premium": N_("Premium dispute"),
        "other": N_("Other dispute"),
    },
    complaints.ComplaintChannel: {
        "hotline": N_("Hotline"),
        "mailbox": N_("Mailbox"),
        "online": N_("Online"),
        "counter": N_("Counter"),
        "regulator": N_("Forwarded by the regulator"),
        "other": N_("Other channel"),
    },
    intake.ImportKind: {
        "staff": N_("Staff"),
        "clients": N_("Clients"),
        "policies": N_("Policies"),
        "book": N_("Clients with policies"),
    },
    intake.ImportState: {
        "uploaded": N_("Uploaded"),
        "read": N_("Columns to confirm"),
        "checking": N_("Being checked"),
        "checked": N_("Checked"),
        "staging": N_("Being prepared"),
        "applying": N_("Being taken over"),
        "applied": N_("Taken over"),
        "failed": N_("Failed"),
        "cancelled": N_("Cancelled"),
    },
    intake.RowOutcome: {
        "new": N_("New"),
        "changed": N_("Changed"),
        "same": N_("Unchanged"),
        "refused": N_("Refused"),
    },
    intake.DocumentKind: {
        "engagement": N_("Engagement document"),
        "basic_situation": N_("Basic situation"),
        "identity": N_("Copy of an ID"),
        "correspondence": N_("Correspondence"),
        "credit": N_("Credit material"),
        "consulting_agreement": N_("Risk consulting agreement"),
        "power_of_attorney": N_("Power of attorney"),
        "risk_report": N_("Risk assessment report"),
        "proposal": N_("Risk and insurance proposal"),
        "insurance_plan": N_("Insurance or renewal plan"),
        "quotation_request": N_("Quotation request"),
        "quotation_analysis": N_("Quotation analysis"),
        "application": N_("Copy of the application"),
        "policy": N_("Policy document"),
        "premium_invoice": N_("Premium invoice"),
        "handbook": N_("Client handbook"),
        "reinsurance_slip": N_("Reinsurance slip"),
        "contract": N_("Copy of the contract"),
        "claim": N_("Claim document"),
        "other": N_("Other file"),
    },
    intake.ExportState: {
        "waiting": N_("Waiting its turn"),
        "working": N_("Being made"),
        "ready": N_("Ready"),
        "failed": N_("Failed"),
        "forgotten": N_("Deleted after its days"),
    },
    intake.MessageState: {
        "waiting": N_("Waiting to be sent"),
        "sent": N_("Sent"),
        "failed": N_("Not sent"),
        "cancelled": N_("Cancelled"),
    },
    intake.AccessKind: {
        "opened": N_("Opened"),
        "revealed": N_("Revealed"),
        "exported": N_("Exported"),
        "searched": N_("Searched"),
        "refused": N_("Access refused"),
    },
    policies.Line: {
        "motor": N_("Motor"),
        "property": N_("Property"),
        "home": N_("Home contents"),
        "liability": N_("Liability"),
        "employers": N_("Employers"),
        "cargo": N_("Cargo"),
        "accident": N_("Accident"),
        "medical": N_("Medical"),
        "critical_illness": N_("Critical illness"),
        "life": N_("Life"),
        "annuity": N_("Annuity"),
        "other": N_("Other line"),
    },
    policies.PolicyStatus: {
        "in_force": N_("In force"),
        "grace": N_("In grace"),
        "suspended": N_("Suspended"),
        "expired": N_("Expired"),
        "lapsed": N_("Lapsed"),
        "surrendered": N_("Surrendered"),
        "ended": N_("Ended"),
    },
    policies.PaymentMode: {
        "single": N_("Single premium"),
        "annual": N_("Yearly"),
        "semiannual": N_("Half-yearly"),
        "quarterly": N_("Quarterly"),
        "monthly": N_("Monthly"),
    },
    policies.InstalmentStatus: {
        "due": N_("Payable"),
        "paid": N_("Paid"),
        "grace": N_("In grace"),
        "unpaid": N_("Unpaid"),
    },
    policies.PolicyEventKind: {
        "issued": N_("Issued"),
        "endorsed": N_("Endorsed"),
        "renewed": N_("Renewed"),
        "reinstated": N_("Reinstated"),
        "suspended": N_("Suspended"),
        "surrendered": N_("Surrendered"),
        "ended": N_("Ended"),
        "loss_reported": N_("Loss of policy reported"),
        "demanded": N_("Formal demand"),
        "notice_sent": N_("Notice of suspension sent"),
        "reinstatement_applied": N_("Reinstatement applied for"),
        "reinstatement_accepted": N_("Reinstatement accepted"),
        "reinstatement_refused": N_("Reinstatement refused"),
    },
    policies.IncomeKind: {"realised": N_("Realised income"), "expected": N_("Expected income")},
    policies.ClaimStatus: {
        "reported": N_("Reported"),
        "surveying": N_("Being surveyed"),
        "settled": N_("Settled"),
        "rejected": N_("Rejected"),
        "withdrawn": N_("Withdrawn"),
    },
    renewals.RenewalKind: {"term": N_("Renewal of term"), "instalment": N_("Next instalment")},
    renewals.RenewalState: {
        "extracted": N_("To be allocated"),
        "allocated": N_("Allocated"),
        "contacted": N_("Contacted"),
        "quoted": N_("Quoted"),
        "agreed": N_("Agreed to renew"),
        "renewed": N_("Renewed"),
        "lost": N_("Lost"),
        "lapsed": N_("Expired without renewal"),
        "withdrawn": N_("Withdrawn"),
    },
    renewals.ContactChannel: {
        "phone": N_("Phone"),
        "wechat": N_("WeChat"),
        "sms": N_("Text message"),
        "email": N_("E-mail"),
        "visit": N_("Visit"),
        "counter": N_("Counter"),
    },
    renewals.ContactOutcome: {
        "reached": N_("Reached"),
        "no_answer": N_("No answer"),
        "wrong_number": N_("Wrong number"),
    },
    renewals.Intention: {
        "renews": N_("Renews"),
        "thinking": N_("Thinking"),
        "refuses": N_("Refuses"),
    },
    renewals.RefusalReason: {
        "price": N_("Price"),
        "financial_pressure": N_("Short of money"),
        "dissatisfied_service": N_("Unhappy with service"),
        "dissatisfied_claim": N_("Unhappy with a claim"),
        "bought_elsewhere": N_("Bought elsewhere"),
        "risk_gone": N_("Risk gone"),
        "unreachable": N_("Cannot be reached"),
        "other": N_("Other reason"),
    },
    renewals.PromiseKind: {"appointment": N_("Appointment"), "promise": N_("Promise")},
    renewals.PromiseState: {
        "open": N_("To be kept"),
        "kept": N_("Kept"),
        "broken": N_("Broken"),
        "cancelled": N_("Cancelled"),
    },
    renewals.AllocationCause: {
        "allocated": N_("Daily allocation"),
        "moved": N_("Moved"),
        "recalled": N_("Recalled"),
        "cover": N_("Cover"),
        "returned": N_("Returned"),
    },
    renewals.AllocationWhy: {
        "only": N_("Nobody else could"),
        "substitute": N_("Named substitute"),
        "same_client": N_("Same client"),
        "owner": N_("Owns the client"),
        "spoke_last": N_("Spoke to them last"),
        "turn": N_("Whose turn it was"),
        "balance": N_("Lowest of the month"),
    },
    renewals.WindowStage: {
        "prepare": N_("Prepare"),
        "contact": N_("Contact"),
        "quote": N_("Quote"),
        "remind": N_("Remind"),
        "due": N_("Due now"),
        "overdue": N_("Overdue"),
    },
    renewals.CaseClass: {
        "type": N_("Client type"),
        "tier": N_("Value tier"),
        "line": N_("Line"),
        "insured": N_("Sum insured"),
        "window": N_("Expiry"),
    },
    renewals.TargetMeasure: {
        "renewal_rate": N_("Renewal rate"),
        "contacts": N_("Contacts"),
        "renewed_premium": N_("Renewed premium"),
        "satisfaction": N_("Satisfaction"),
    },
}
