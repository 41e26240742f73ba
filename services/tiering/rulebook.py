"""The rules of tiers in force on a day."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models import Rule
from services.errors import NotFound
from services.tiering.rules import Reception, Scale
from terms.clients import ClientType
from terms.policies import Line
from terms.tiering import EXTRA

VALUE_RULE, RISK_RULE, STAR_RULE, LINES_RULE = (
    "tiering.value",
    "tiering.risk",
    "tiering.stars",
    "tiering.usual_lines",
)
TRIED = (VALUE_RULE, RISK_RULE, STAR_RULE)
"""What a draft holds and a publication publishes."""
RECEPTION_RULE, CREDIT_RULE = "tiering.reception", "tiering.credit"
KEYS = (*TRIED, LINES_RULE, RECEPTION_RULE, CREDIT_RULE)
"""Everything a pass goes by."""
STAR_NAMES = ("two", "three", "four", "five")

_NOTED = {
    "value_rule_id": VALUE_RULE,
    "risk_rule_id": RISK_RULE,
    "star_rule_id": STAR_RULE,
    "lines_rule_id": LINES_RULE,
    "reception_rule_id": RECEPTION_RULE,
    "credit_rule_id": CREDIT_RULE,
}


@dataclass(frozen=True, slots=True)
class Rulebook:
    """Everything a pass goes by; ``versions`` are the rows it comes from."""

    value: Scale
    risk: Scale
    stars_from_fen: tuple[int, ...]
    usual_lines: Mapping[ClientType, tuple[Line, ...]]
    reception: Reception
    credit: Scale
    versions: Mapping[str, int]

    @property
    def noted(self) -> dict[str, int]:
        """The versions a pass names in its ``tier_run``, by column."""
        return {column: self.versions[key] for column, key in _NOTED.items()}

    @property
    def extras(self) -> tuple[str, ...]:
        """Imported columns a scale asks for."""
        asked = (*self.value.factors, *self.risk.factors, *self.credit.factors)
        return tuple(dict.fromkeys(each.factor for each in asked if each.factor.startswith(EXTRA)))


def stars_from(value: Mapping[str, Any]) -> tuple[int, ...]:
    """The income in fen from which a client has 2, 3, 4 and 5 stars."""
    return tuple(value[name] for name in STAR_NAMES)


def rulebook(session: Session, *, on: date, instead: Mapping[str, date] | None = None) -> Rulebook:
    """The rules of tiers in force on the day ``on``.

    Args:
        instead: rule key → the day from which the version holds that is to be taken.

    Raises:
        NotFound: no version of a named rule begins on that day.
    """
    found: dict[str, tuple[int, Any]] = {}
    rows = session.execute(
        select(Rule.key, Rule.id, Rule.value)
        .where(
            Rule.key.in_(KEYS),
            Rule.effective_from <= on,
            Rule.withdrawn_at.is_(None),
        )
        .order_by(Rule.effective_from)
    )
    for key, rule_id, value in rows:
        found[key] = (rule_id, value)
    for key, day in (instead or {}).items():
        one = session.execute(
            select(Rule.id, Rule.value).where(
                Rule.key == key, Rule.effective_from == day, Rule.key.in_(KEYS)
            )
        ).first()
        if one is None:
            raise NotFound(kind="rule", number=f"{key}@{day.isoformat()}")
        found[key] = (one.id, one.value)
    usual = found[LINES_RULE][1]
    return Rulebook(
        Scale.of(found[VALUE_RULE][1]),
        Scale.of(found[RISK_RULE][1]),
        stars_from(found[STAR_RULE][1]),
        {kind: tuple(Line(line) for line in usual[kind.value]) for kind in ClientType},
        Reception.of(found[RECEPTION_RULE][1]),
        Scale.of(found[CREDIT_RULE][1]),
        {key: rule_id for key, (rule_id, _) in found.items()},
    )
