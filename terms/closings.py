"""Words about how a renewal comes to its end: the steps of a closing, and clients to win back."""

from enum import StrEnum


class StepKind(StrEnum):
    """What has to happen between the client's yes and the end of the case (R85)."""

    PAYMENT = "payment"
    SIGNATURE = "signature"
    DOCUMENTS = "documents"
    DELIVERY = "delivery"


class StepWay(StrEnum):
    ONLINE = "online"
    OFFLINE = "offline"


class StepState(StrEnum):
    OPEN = "open"
    DONE = "done"
    NOT_NEEDED = "not_needed"


class WinBackState(StrEnum):
    """What becomes of a client we lost (R92)."""

    OPEN = "open"
    WON = "won"
    GIVEN_UP = "given_up"
