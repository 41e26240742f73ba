"""Words about questions that go from one department to another (R90)."""

from enum import StrEnum

from terms.people import Department


class ReferralKind(StrEnum):
    CLAIM_DOUBT = "claim_doubt"
    NEW_NEED = "new_need"
    OTHER = "other"

    @property
    def department(self) -> Department:
        """Who answers such a question."""
        return _DEPARTMENTS[self]


class ReferralState(StrEnum):
    OPEN = "open"
    ANSWERED = "answered"
    CLOSED = "closed"
    """Whoever asked has read the answer."""


_DEPARTMENTS = {
    ReferralKind.CLAIM_DOUBT: Department.CLAIMS,
    ReferralKind.NEW_NEED: Department.BUSINESS,
    ReferralKind.OTHER: Department.SERVICE,
}
