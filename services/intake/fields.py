"""The meanings a column can have: for which kind of file, and what its cells look like."""

from dataclasses import dataclass
from enum import StrEnum

from terms.intake import ImportField as F
from terms.intake import ImportKind


class Shape(StrEnum):
    """How a cell of a field is read."""

    TEXT = "text"
    CODE = "code"
    """One of the words of a list; see ``codes``."""
    CODES = "codes"
    """Several of them in one cell."""
    DATE = "date"
    MONEY = "money"
    NUMBER = "number"
    PHONE = "phone"
    EMAIL = "email"
    IDENTITY = "identity"
    YES_NO = "yes_no"


@dataclass(frozen=True, slots=True)
class Field:
    """One meaning: its shape and the longest text its column keeps."""

    shape: Shape = Shape.TEXT
    length: int = 120


FIELDS: dict[F, Field] = {
    F.CLIENT_NUMBER: Field(length=40),
    F.CLIENT_NAME: Field(),
    F.CLIENT_TYPE: Field(Shape.CODE),
    F.SEX: Field(Shape.CODE),
    F.BIRTH_ON: Field(Shape.DATE),
    F.ID_TYPE: Field(Shape.CODE),
    F.ID_NUMBER: Field(Shape.IDENTITY),
    F.PHONE: Field(Shape.PHONE),
    F.EMAIL: Field(Shape.EMAIL, 200),
    F.ADDRESS: Field(length=300),
    F.REGION: Field(length=80),
    F.OCCUPATION: Field(length=80),
    F.OWNER: Field(length=80),
    F.TEAM: Field(length=80),
    F.BRANCH: Field(length=80),
    F.STAGE: Field(Shape.CODE),
    F.CLIENT_SINCE_ON: Field(Shape.DATE),
    F.PREFERRED_CHANNEL: Field(Shape.CODE),
    F.PREFERRED_TIME: Field(length=40),
    F.PREFERRED_LANGUAGE: Field(Shape.CODE),
    F.DO_NOT_CONTACT: Field(Shape.YES_NO),
    F.RISK_PREFERENCE: Field(Shape.CODE),
    F.RISK_TOLERANCE: Field(Shape.CODE),
    F.NEEDS: Field(length=4000),
    F.SPECIAL_CIRCUMSTANCES: Field(length=4000),
    F.POLICY_NUMBER: Field(length=60),
    F.LINE: Field(Shape.CODE),
    F.PRODUCT: Field(),
    F.INSURER: Field(length=80),
    F.INCEPTION_ON: Field(Shape.DATE),
    F.EXPIRY_ON: Field(Shape.DATE),
    F.PREMIUM: Field(Shape.MONEY),
    F.MONTHLY_PREMIUM: Field(Shape.MONEY),
    F.SUM_INSURED: Field(Shape.MONEY),
    F.PAYMENT_MODE: Field(Shape.CODE),
    F.NEXT_DUE_ON: Field(Shape.DATE),
    F.POLICY_STATUS: Field(Shape.CODE),
    F.COOLING_OFF_DAYS: Field(Shape.NUMBER),
    F.PREVIOUS_NUMBER: Field(length=60),
    F.USERNAME: Field(length=40),
    F.STAFF_NAME: Field(length=80),
    F.ROLES: Field(Shape.CODES),
    F.DEPARTMENT: Field(Shape.CODE),
    F.PROVINCE: Field(length=40),
    F.REGISTRATION_NUMBER: Field(length=40),
    F.LINES: Field(Shape.CODES),
    F.LANGUAGES: Field(Shape.CODES),
    F.WEEKLY_CAPACITY: Field(Shape.NUMBER),
    F.IN_SERVICE_FROM: Field(Shape.DATE),
    F.IN_SERVICE_TO: Field(Shape.DATE),
}

_ORDER = list(F)
CLIENT_FIELDS = tuple(_ORDER[: _ORDER.index(F.POLICY_NUMBER)])
POLICY_FIELDS = tuple(_ORDER[_ORDER.index(F.POLICY_NUMBER) : _ORDER.index(F.USERNAME)])
STAFF_FIELDS = (*_ORDER[_ORDER.index(F.USERNAME) :], F.TEAM, F.BRANCH)

FIELDS_OF_KIND: dict[ImportKind, tuple[F, ...]] = {
    ImportKind.STAFF: STAFF_FIELDS,
    ImportKind.CLIENTS: CLIENT_FIELDS,
    ImportKind.POLICIES: (F.CLIENT_NUMBER, *POLICY_FIELDS),
    ImportKind.BOOK: (*CLIENT_FIELDS, *POLICY_FIELDS),
}

REQUIRED: dict[ImportKind, tuple[F, ...]] = {
    ImportKind.STAFF: (F.USERNAME, F.STAFF_NAME),
    ImportKind.CLIENTS: (F.CLIENT_NUMBER,),
    ImportKind.POLICIES: (F.CLIENT_NUMBER, F.POLICY_NUMBER),
    ImportKind.BOOK: (F.CLIENT_NUMBER,),
}
"""Columns a file of the kind must have; a row without the cell is refused."""
