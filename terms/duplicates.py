"""Words about clients that may be one and the same."""

from enum import StrEnum


class Band(StrEnum):
    """How certain it is that two files are one client."""

    SURE = "sure"
    DOUBTFUL = "doubtful"


class PairState(StrEnum):
    OPEN = "open"
    NOT_SAME = "not_same"
    """Somebody looked and said they are two."""


class Trait(StrEnum):
    """What two clients are compared by."""

    ID_NUMBER = "id_number"
    PHONE = "phone"
    EMAIL = "email"
    NAME = "name"
    COMPANY_NAME = "company_name"
    BIRTH_ON = "birth_on"
    ADDRESS = "address"
    SEX = "sex"


class Likeness(StrEnum):
    """How alike two clients are in one trait."""

    SAME = "same"
    SOUNDS_SAME = "sounds_same"
    CLOSE = "close"
    PARTLY = "partly"
    DIFFERENT = "different"
