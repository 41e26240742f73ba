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


class ConflictKind(StrEnum):
    """How an imported policy contradicts what we know of the case."""

    CLOSED_OTHERWISE = "closed_otherwise"
    """The case was closed as lost, lapsed or withdrawn, and here is its new term."""
    OTHER_POLICY = "other_policy"
    """The case was renewed, with another policy."""
    SEVERAL = "several"
    """More than one policy, or more than one case, would fit."""


class ConflictState(StrEnum):
    OPEN = "open"
    ACCEPTED = "accepted"
    """The policy is the new term."""
    LEFT = "left"
    """It is not; the case stays as it was."""


class WinBackState(StrEnum):
    """What becomes of a client we lost (R92)."""

    OPEN = "open"
    WON = "won"
    GIVEN_UP = "given_up"
