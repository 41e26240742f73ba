"""Words about clients, parties and what is known of them."""

from enum import StrEnum


class ClientType(StrEnum):
    INDIVIDUAL = "individual"
    GROUP = "group"


class PartyKind(StrEnum):
    PERSON = "person"
    ORGANISATION = "organisation"


class LifecycleStage(StrEnum):
    """R11, R13: a client is formal from the written engagement on."""

    TARGET = "target"
    PROSPECT = "prospect"
    FORMAL = "formal"
    LOST = "lost"


class PartyRole(StrEnum):
    POLICYHOLDER = "policyholder"
    INSURED = "insured"
    BENEFICIARY = "beneficiary"
    CONTACT_PERSON = "contact_person"
    AUTHORISED = "authorised"


class IdType(StrEnum):
    RESIDENT_ID = "resident_id"
    PASSPORT = "passport"
    HK_MACAO_PERMIT = "hk_macao_permit"
    TAIWAN_PERMIT = "taiwan_permit"
    FOREIGN_PERMANENT = "foreign_permanent"
    MILITARY_ID = "military_id"
    BIRTH_CERTIFICATE = "birth_certificate"
    UNIFIED_CREDIT_CODE = "unified_credit_code"
    OTHER = "other"


class Sex(StrEnum):
    MALE = "male"
    FEMALE = "female"


class PhoneKind(StrEnum):
    MOBILE = "mobile"
    HOME = "home"
    WORK = "work"


class AddressKind(StrEnum):
    HOME = "home"
    WORK = "work"
    MAIL = "mail"


class SourceChannel(StrEnum):
    """R6: where a piece of information came from."""

    SALES = "sales"
    SERVICE = "service"
    RESEARCH = "research"
    REFERRAL = "referral"
    IMPORT = "import"


class RelationKind(StrEnum):
    FAMILY = "family"
    GROUP = "group"
    REFERRER = "referrer"


class ConsentPurpose(StrEnum):
    SERVICE = "service"
    MARKETING = "marketing"
    SENSITIVE_DATA = "sensitive_data"
    SURVEY = "survey"


class EngagementKind(StrEnum):
    """R12: the four written forms."""

    AUTHORISATION_LETTER = "authorisation_letter"
    ENGAGEMENT_AGREEMENT = "engagement_agreement"
    COOPERATION_AGREEMENT = "cooperation_agreement"
    OTHER_WRITTEN = "other_written"


class RiskLevel(StrEnum):
    LOW = "low"
    MID = "mid"
    HIGH = "high"


class AccessReason(StrEnum):
    """Why a member of staff may open a client; law 6."""

    OWNER = "owner"
    SERVICE_TEAM = "service_team"
    ASSIGNED_CASE = "assigned_case"
    COVER = "cover"
    HANDOVER = "handover"
    WIN_BACK = "win_back"
    REFERRAL = "referral"


class SearchKind(StrEnum):
    """What a row of the client search table holds."""

    INITIALS = "initials"
    BIGRAM = "bigram"


class FileItem(StrEnum):
    """What a complete file may be asked to hold (R2 to R5); the rule ``client.file_items`` says
    which of them by client type."""

    NAME = "name"
    PHONE = "phone"
    EMAIL = "email"
    ADDRESS = "address"
    ID_NUMBER = "id_number"
    BIRTH_ON = "birth_on"
    SEX = "sex"
    OCCUPATION = "occupation"
    PREFERRED_CHANNEL = "preferred_channel"
    RISK_PREFERENCE = "risk_preference"
    RISK_TOLERANCE = "risk_tolerance"
    NEEDS = "needs"
    CONTACT_PERSON = "contact_person"
    POLICY = "policy"
    ENGAGEMENT = "engagement"


class IdProblem(StrEnum):
    """What is wrong with an ID number."""

    LENGTH = "length"
    CHARACTERS = "characters"
    BIRTH_DATE = "birth_date"
    CHECK_DIGIT = "check_digit"


class FoundBy(StrEnum):
    """By which way a search found a client; the first that fits is shown."""

    NUMBER = "number"
    POLICY = "policy"
    ID_NUMBER = "id_number"
    PHONE = "phone"
    LAST_FOUR = "last_four"
    NAME = "name"
    PIECE = "piece"
    INITIALS = "initials"


class ListOrder(StrEnum):
    """The order of the list follows what it is asked for."""

    NEWEST = "newest"
    THINNEST = "thinnest"
    SOONEST = "soonest"


class DueKind(StrEnum):
    """What falls due for a client."""

    PROMISE = "promise"
    EXPIRY = "expiry"
    INSTALMENT = "instalment"
    BIRTHDAY = "birthday"


class Personal(StrEnum):
    """A personal value that is shown masked."""

    PHONE = "phone"
    EMAIL = "email"
    ADDRESS = "address"
    ID_NUMBER = "id_number"
    ACCOUNT = "account"
