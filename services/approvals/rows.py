"""Requests as the screens show them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from terms.approvals import ApprovalKind, ApprovalState

Payload = Mapping[str, Any]
"""What a kind needs to know to be carried out; JSON."""


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that changes, in facts; the kind's words say them."""

    field: str
    before: Any
    """JSON; None where there was nothing."""
    after: Any
    """JSON; None where nothing is left."""


class Stance(StrEnum):
    """What the person at the screen may do with a request."""

    DECIDE = "decide"
    OWN = "own"
    """They asked for it: they may withdraw it, somebody else decides."""
    LOOK = "look"


@dataclass(frozen=True, slots=True)
class ApprovalRow:
    """One request in a list."""

    number: str
    kind: ApprovalKind
    state: ApprovalState
    payload: Payload
    asked_by: str
    asked_at: datetime
    expires_at: datetime
    client_number: str | None
    client_name: str | None
    decided_by: str | None
    decided_at: datetime | None
    version: int


@dataclass(frozen=True, slots=True)
class ApprovalCard:
    """One request with all that is needed to decide it."""

    row: ApprovalRow
    why: str
    changes: tuple[Change, ...]
    word: str | None
    decided_for: str | None
    """In whose place a substitute decided."""
    stance: Stance
    in_place_of: str | None
    """Whose substitute the person at the screen would decide as; None for their own right."""
    waits_for: tuple[str, ...]
    """Who may decide it today; empty once it has ended."""

    @property
    def number(self) -> str:
        return self.row.number

    @property
    def version(self) -> int:
        return self.row.version


@dataclass(frozen=True, slots=True)
class Watched:
    """What a round of the worker did."""

    reminded: int
    expired: int
