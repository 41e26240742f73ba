"""What the queries of this chapter return."""

from dataclasses import dataclass
from datetime import date

from services.engagements.rules import Clock, Papers
from terms.clients import ClientType, EngagementKind, LifecycleStage
from terms.service import TeamField, TeamRole


@dataclass(frozen=True, slots=True)
class MemberRow:
    """One who serves the client."""

    staff_id: int
    name: str
    role: TeamRole
    field: TeamField
    duties: str
    in_leadership: bool
    joined_on: date
    is_gone: bool
    """No longer in service."""
    version: int


@dataclass(frozen=True, slots=True)
class PromiseRow:
    """A service promised in the engagement, and whether the plan keeps it (R15)."""

    id: int
    what: str
    is_planned: bool


@dataclass(frozen=True, slots=True)
class EngagementCard:
    """The engagement in force. Its star is for our own use."""

    id: int
    version: int
    number: str | None
    kind: EngagementKind
    signed_on: date
    ends_on: date | None
    text: str | None
    insurer_terms: str | None
    ownership_clause: str | None
    is_consulting: bool
    has_original: bool
    promises: tuple[PromiseRow, ...]
    rated_stars: int | None
    rated_on: date | None
    rated_by: str | None


@dataclass(frozen=True, slots=True)
class StageCard:
    """A client's service stage: engagement, clocks, team, papers."""

    client_number: str
    client_name: str | None
    client_type: ClientType
    client_version: int
    stage: LifecycleStage
    engagement: EngagementCard | None
    clocks: tuple[Clock, ...]
    """Empty where the engagement came in before its clocks were kept here."""
    team: tuple[MemberRow, ...]
    papers: Papers
    stars: int | None
    """What the income of the service year makes; for our own use."""
    leadership_from: int
    """Stars from which a leadership group is suggested (R31)."""

    @property
    def wants_leadership(self) -> bool:
        stars = (self.engagement.rated_stars if self.engagement else None) or self.stars
        leads = any(each.in_leadership for each in self.team)
        return stars is not None and stars >= self.leadership_from and not leads


@dataclass(frozen=True, slots=True)
class StageRow:
    """One client in the ten days."""

    client_number: str
    client_name: str | None
    manager: str | None
    signed_on: date
    clocks: tuple[Clock, ...]


@dataclass(frozen=True, slots=True)
class ColleagueRow:
    """A colleague who can serve: in service today."""

    staff_id: int
    name: str
    team: str | None
