"""Words about the staff."""

from enum import StrEnum


class Role(StrEnum):
    SPECIALIST = "specialist"
    TEAM_LEAD = "team_lead"
    MANAGER = "manager"
    CLIENT_MANAGER = "client_manager"
    COMPLAINT_OFFICER = "complaint_officer"
    EXECUTIVE = "executive"
    COMPLIANCE = "compliance"
    ADMINISTRATOR = "administrator"
    LEGAL = "legal"
    HR = "hr"


class Scope(StrEnum):
    """Whose clients a member of staff may see; ordered from narrow to wide."""

    OWN = "own"
    TEAM = "team"
    BRANCH = "branch"
    ALL = "all"


class Department(StrEnum):
    BUSINESS = "business"
    SERVICE = "service"
    CLAIMS = "claims"
    LEGAL = "legal"
    HR = "hr"
    COMPLIANCE = "compliance"


class AuthSource(StrEnum):
    PASSWORD = "password"
    SSO = "sso"


class LeaveKind(StrEnum):
    HOLIDAY = "holiday"
    SICK = "sick"
    TRAINING = "training"
    OTHER = "other"


class CompanyKind(StrEnum):
    INSURER = "insurer"
    BROKER = "broker"


class Language(StrEnum):
    """Languages spoken with clients."""

    MANDARIN = "mandarin"
    CANTONESE = "cantonese"
    ENGLISH = "english"


class HoldingKind(StrEnum):
    """What a member of staff may still hold when they leave."""

    CLIENTS = "clients"
    CASES = "cases"
    PROMISES = "promises"
    COMPLAINTS = "complaints"
    APPROVALS = "approvals"
    SUBSTITUTIONS = "substitutions"
    COVERS = "covers"
    PLAN_ITEMS = "plan_items"
    TEAMS = "teams"
    IMPORTS = "imports"
    WIN_BACKS = "win_backs"
    REFERRALS = "referrals"


class Locale(StrEnum):
    """Languages of the screens."""

    ZH = "zh_CN"
    EN = "en"
