"""Words about imports, documents, messages and downloads."""

from enum import StrEnum


class ImportKind(StrEnum):
    STAFF = "staff"
    CLIENTS = "clients"
    POLICIES = "policies"
    BOOK = "book"


class ImportState(StrEnum):
    """The worker's turn: uploaded, checking, staging, applying; a person's: read, checked."""

    UPLOADED = "uploaded"
    READ = "read"
    CHECKING = "checking"
    CHECKED = "checked"
    STAGING = "staging"
    APPLYING = "applying"
    APPLIED = "applied"
    FAILED = "failed"
    CANCELLED = "cancelled"


class RowOutcome(StrEnum):
    NEW = "new"
    CHANGED = "changed"
    SAME = "same"
    REFUSED = "refused"


class ImportField(StrEnum):
    """What a column of a file may mean; a column that means none of these goes to ``extra``."""

    CLIENT_NUMBER = "client_number"
    CLIENT_NAME = "client_name"
    CLIENT_TYPE = "client_type"
    SEX = "sex"
    BIRTH_ON = "birth_on"
    ID_TYPE = "id_type"
    ID_NUMBER = "id_number"
    PHONE = "phone"
    EMAIL = "email"
    ADDRESS = "address"
    REGION = "region"
    OCCUPATION = "occupation"
    OWNER = "owner"
    TEAM = "team"
    BRANCH = "branch"
    STAGE = "stage"
    CLIENT_SINCE_ON = "client_since_on"
    PREFERRED_CHANNEL = "preferred_channel"
    PREFERRED_TIME = "preferred_time"
    PREFERRED_LANGUAGE = "preferred_language"
    DO_NOT_CONTACT = "do_not_contact"
    RISK_PREFERENCE = "risk_preference"
    RISK_TOLERANCE = "risk_tolerance"
    NEEDS = "needs"
    SPECIAL_CIRCUMSTANCES = "special_circumstances"

    POLICY_NUMBER = "policy_number"
    LINE = "line"
    PRODUCT = "product"
    INSURER = "insurer"
    INCEPTION_ON = "inception_on"
    EXPIRY_ON = "expiry_on"
    PREMIUM = "premium"
    MONTHLY_PREMIUM = "monthly_premium"
    SUM_INSURED = "sum_insured"
    PAYMENT_MODE = "payment_mode"
    NEXT_DUE_ON = "next_due_on"
    POLICY_STATUS = "policy_status"
    COOLING_OFF_DAYS = "cooling_off_days"
    PREVIOUS_NUMBER = "previous_number"

    USERNAME = "username"
    STAFF_NAME = "staff_name"
    ROLES = "roles"
    DEPARTMENT = "department"
    PROVINCE = "province"
    REGISTRATION_NUMBER = "registration_number"
    LINES = "lines"
    LANGUAGES = "languages"
    WEEKLY_CAPACITY = "weekly_capacity"
    IN_SERVICE_FROM = "in_service_from"
    IN_SERVICE_TO = "in_service_to"


class DateOrder(StrEnum):
    """The order of the parts of a written date."""

    YMD = "ymd"
    MDY = "mdy"
    DMY = "dmy"


class ProblemLevel(StrEnum):
    WARNING = "warning"
    REFUSED = "refused"


class Problem(StrEnum):
    """What is odd about a cell, or why its row stays outside."""

    BLANK_IN_FULL_COLUMN = "blank_in_full_column"
    DATE_ODD = "date_odd"
    AMOUNT_ODD = "amount_odd"
    NUMBER_ODD = "number_odd"
    CODE_UNKNOWN = "code_unknown"
    PHONE_ODD = "phone_odd"
    EMAIL_ODD = "email_odd"
    ID_CHECK_DIGIT = "id_check_digit"
    ID_DATE = "id_date"
    ID_FORM = "id_form"
    ID_LOST_DIGITS = "id_lost_digits"
    TOO_LONG = "too_long"
    DIFFERS_FROM_FIRST = "differs_from_first"
    STAFF_UNKNOWN = "staff_unknown"
    STAFF_SEVERAL = "staff_several"
    TEAM_UNKNOWN = "team_unknown"
    BRANCH_UNKNOWN = "branch_unknown"
    CLIENT_MERGED = "client_merged"
    TEAM_MADE = "team_made"
    BRANCH_MADE = "branch_made"
    EXPIRY_BEFORE_INCEPTION = "expiry_before_inception"
    POLICY_WITHOUT_DATES = "policy_without_dates"
    PREMIUM_UNKNOWN = "premium_unknown"

    CLIENT_NUMBER_MISSING = "client_number_missing"
    CLIENT_NOT_KNOWN = "client_not_known"
    CLIENT_NOT_YOURS = "client_not_yours"
    CHANGED_MEANWHILE = "changed_meanwhile"
    POLICY_NUMBER_MISSING = "policy_number_missing"
    POLICY_NUMBER_TWICE = "policy_number_twice"
    POLICY_OF_ANOTHER = "policy_of_another"
    USERNAME_MISSING = "username_missing"
    USERNAME_TWICE = "username_twice"
    USERNAME_ODD = "username_odd"
    STAFF_STILL_HOLDS = "staff_still_holds"
    STAFF_NAME_MISSING = "staff_name_missing"


class DocumentKind(StrEnum):
    """The papers of a client's file; R19 names those a business file holds."""

    ENGAGEMENT = "engagement"
    BASIC_SITUATION = "basic_situation"
    IDENTITY = "identity"
    CORRESPONDENCE = "correspondence"
    CREDIT = "credit"
    """What speaks for or against a client's credit (R42)."""
    CONSULTING_AGREEMENT = "consulting_agreement"
    POWER_OF_ATTORNEY = "power_of_attorney"
    RISK_REPORT = "risk_report"
    PROPOSAL = "proposal"
    INSURANCE_PLAN = "insurance_plan"
    QUOTATION_REQUEST = "quotation_request"
    QUOTATION_ANALYSIS = "quotation_analysis"
    APPLICATION = "application"
    POLICY = "policy"
    PREMIUM_INVOICE = "premium_invoice"
    HANDBOOK = "handbook"
    REINSURANCE_SLIP = "reinsurance_slip"
    CONTRACT = "contract"
    CLAIM = "claim"
    OTHER = "other"


class ExportState(StrEnum):
    """Where an ordered export stands."""

    WAITING = "waiting"
    WORKING = "working"
    READY = "ready"
    FAILED = "failed"
    FORGOTTEN = "forgotten"
    """Its file was deleted after its days."""


class MessageState(StrEnum):
    WAITING = "waiting"
    SENT = "sent"
    FAILED = "failed"
    CANCELLED = "cancelled"


class AccessKind(StrEnum):
    """What an entry of the access log saw."""

    OPENED = "opened"
    REVEALED = "revealed"
    EXPORTED = "exported"
    SEARCHED = "searched"
    REFUSED = "refused"
