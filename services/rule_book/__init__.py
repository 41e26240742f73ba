"""The rule book: what a manager may change, without a programmer.

Every rule is a row per version with the day it takes effect and a note where it comes from.
Somebody with the right prepares a version as a shared draft, in a form made from the rule's
shape; the draft is checked, shows what it changes and counts what it touches, and is then asked
for. A second person publishes it through ``services.approvals``; on its day it takes effect by
itself, since every reader asks for the version of the day. A version that is to come can be taken
back, by two people again. Nothing is ever overwritten.
"""

from services.rule_book.effects import Effect, EffectCode
from services.rule_book.operations import (
    DraftNotReady,
    DraftWaits,
    ask_publication,
    ask_withdrawal,
    discard_draft,
    save_draft,
    start_draft,
)
from services.rule_book.publishing import RuleDayPassed, RuleDayTaken, RuleInForce
from services.rule_book.queries import book, preview, rule_card
from services.rule_book.rows import Draft, Preview, RuleCard, RuleRow, Version
from services.rule_book.schema import Schema
from services.rule_book.schemas import SCHEMAS
from services.rule_book.shapes import (
    Choices,
    Clock,
    Difference,
    Fen,
    Flag,
    Group,
    Member,
    Problem,
    ProblemCode,
    Rows,
    Shape,
    Text,
    Weight,
    Whole,
    Wholes,
    differences,
    join,
    part_at,
    row_of,
    stored,
)

__all__ = [
    "SCHEMAS",
    "Choices",
    "Clock",
    "Difference",
    "Draft",
    "DraftNotReady",
    "DraftWaits",
    "Effect",
    "EffectCode",
    "Fen",
    "Flag",
    "Group",
    "Member",
    "Preview",
    "Problem",
    "ProblemCode",
    "Rows",
    "RuleCard",
    "RuleDayPassed",
    "RuleDayTaken",
    "RuleInForce",
    "RuleRow",
    "Schema",
    "Shape",
    "Text",
    "Version",
    "Weight",
    "Whole",
    "Wholes",
    "ask_publication",
    "ask_withdrawal",
    "book",
    "differences",
    "discard_draft",
    "join",
    "part_at",
    "preview",
    "row_of",
    "rule_card",
    "save_draft",
    "start_draft",
    "stored",
]
