"""What has to be known of a whole file before its rows are decided one by one."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from services.intake.converting import Rows
from services.intake.fields import POLICY_FIELDS
from services.intake.known import Company
from services.intake.synonyms import extra_key
from services.intake.values import plain
from terms.intake import ImportField as F
from terms.intake import ImportKind, Problem, ProblemLevel, RowOutcome


@dataclass(frozen=True, slots=True)
class Seen:
    """What a row was compared with when a person looked at the dry run."""

    client: int | None
    """The version of the stored client; null where there was none."""
    policy: int | None


NOTHING_SEEN = Seen(client=None, policy=None)


@dataclass(slots=True)
class Decision:
    """What becomes of one row, and what has to be written for it."""

    outcome: RowOutcome
    changes: list[str] = field(default_factory=list)
    before: dict[str, Any] = field(default_factory=dict)
    client_id: int | None = None
    policy_id: int | None = None
    client: dict[str, Any] | None = None
    """Values of ``staged_client``; None when the client stays as it is."""
    policy: dict[str, Any] | None = None
    seen: Seen = NOTHING_SEEN
    """The versions this is decided from."""


@dataclass(slots=True)
class Plan:
    """What has to be known of the whole file before its first row is decided."""

    kind: ImportKind
    numbers: list[str | None]
    """Client number of each row in its plain form."""
    places_of: dict[str, list[int]]
    """Client number → its rows."""
    policy_numbers: list[str | None]
    """Policy number of each row, made where the file has none; None: no policy in the row."""
    policy_extras: frozenset[str]
    """Unmapped columns that belong to the policy, because a client's rows differ in them."""


def plan_of(rows: Rows, *, kind: ImportKind) -> Plan:
    """Number the policies and tell the client's columns from the policy's."""
    numbers = [plain(n) if n else None for n in rows.fields[F.CLIENT_NUMBER]]
    places_of: dict[str, list[int]] = {}
    for place, number in enumerate(numbers):
        if number:
            places_of.setdefault(number, []).append(place)
    mapped = [m for m in POLICY_FIELDS if m in rows.fields]
    policy_numbers: list[str | None] = [None] * len(rows)
    if kind in (ImportKind.BOOK, ImportKind.POLICIES) and mapped:
        columns = [rows.fields[m] for m in mapped]
        given = rows.fields.get(F.POLICY_NUMBER)
        for number, places in places_of.items():
            made = 0
            for place in places:
                if given is not None and given[place]:
                    policy_numbers[place] = plain(given[place])
                elif kind is ImportKind.BOOK and any(c[place] is not None for c in columns):
                    made += 1
                    policy_numbers[place] = f"{number}-{made}"
    return Plan(kind, numbers, places_of, policy_numbers, _policy_extras(rows, places_of, kind))


def _policy_extras(
    rows: Rows, places_of: Mapping[str, list[int]], kind: ImportKind
) -> frozenset[str]:
    if kind is ImportKind.POLICIES:
        return frozenset(key for key, _ in rows.extras)
    several = [places for places in places_of.values() if len(places) > 1]
    if kind is not ImportKind.BOOK or not several:
        return frozenset()
    return frozenset(
        key
        for key, cells in rows.extras
        if any(len({cells[p] for p in places if cells[p]}) > 1 for places in several)
    )


@dataclass(slots=True)
class Sources:
    """The file, the company and today, for everything that decides about a row."""

    rows: Rows
    plan: Plan
    company: Company
    on: date
    default_branch_id: int | None
    branches_allowed: frozenset[int] | None
    """None: every branch."""
    new_client_id: Callable[[], int]
    new_party_id: Callable[[], int]
    new_policy_id: Callable[[], int]
    seen: Mapping[int, Seen] = field(default_factory=dict)
    """Line → what the dry run compared it with; empty where there was none."""

    def refuse(self, place: int, meaning: F, code: Problem, **data: object) -> Decision:
        """The row stays outside, for this reason."""
        blank = Problem.BLANK_IN_FULL_COLUMN.value
        column = self.rows.columns.get(meaning, "")
        earlier = self.rows.problems.get(place, [])
        self.rows.problems[place] = [
            p for p in earlier if not (p["code"] == blank and p["column"] == column)
        ]
        self.rows.add(place, meaning, code, level=ProblemLevel.REFUSED, **data)
        return Decision(RowOutcome.REFUSED)

    def first(self, meaning: F, number: str) -> Any:
        """The first filled cell of the client's rows."""
        column = self.rows.fields.get(meaning)
        if column is None:
            return None
        for place in self.plan.places_of[number]:
            if column[place] is not None:
                return column[place]
        return None

    def keep(self, place: int, meaning: F, text: str) -> None:
        """The cell's text goes to ``extra``, under its column's name."""
        self.rows.kept.setdefault(place, {})[extra_key(self.rows.columns[meaning])] = text

    def is_policy_column(self, key: str) -> bool:
        """Whether ``key`` is the name of a column mapped to the policy."""
        return any(
            extra_key(self.rows.columns[m]) == key for m in POLICY_FIELDS if m in self.rows.columns
        )

    def lacks_policy(self, place: int) -> bool:
        """Whether the row speaks of no policy."""
        return self.plan.policy_numbers[place] is None

    def brings_policy(self, number: str) -> bool:
        """Whether the client gets a policy from any of its rows."""
        return any(
            self.plan.policy_numbers[p] is not None and self.has_dates(p)
            for p in self.plan.places_of[number]
        )

    def has_dates(self, place: int) -> bool:
        """Whether the row says when cover begins or ends."""
        dated = (self.rows.value(m, place) for m in (F.INCEPTION_ON, F.EXPIRY_ON))
        return any(day is not None for day in dated)

    def insurer(self, place: int) -> str:
        """Whose policy it is; an insurer's own where the file does not say."""
        given = self.rows.value(F.INSURER, place)
        return given if given is not None else self.company.insurer


def as_text(value: Any) -> str:
    """A value as it is kept among the extra fields."""
    return value.isoformat() if isinstance(value, date) else str(value)
