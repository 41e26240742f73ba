"""The kinds of four-eyes decisions: who may ask, who may decide, what changes, what is done.

A chapter registers its kind in a module named in ``HOMES``::

    approvals.register(
        approvals.Kind(
            name=ApprovalKind.RULE_PUBLICATION,
            ask=Permission.RULE_EDIT,
            decide=frozenset({Permission.RULE_APPROVE}),
            describe=_describe,
            carry_out=_publish,
        )
    )

``carry_out`` is private to that module and is called by a decision alone; a house test checks it.
"""

import importlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache

from sqlalchemy.orm import Session

from services.actor import Actor
from services.approvals.rows import Change, Payload
from services.permissions import Permission
from terms.approvals import ApprovalKind

HOMES: Mapping[ApprovalKind, str] = {
    ApprovalKind.RULE_PUBLICATION: "services.rule_book.publishing",
    ApprovalKind.RULE_WITHDRAWAL: "services.rule_book.publishing",
    ApprovalKind.CALENDAR_NOTICE: "services.holidays.adopting",
    ApprovalKind.TIER_OVERRIDE: "services.tiering.overriding",
    ApprovalKind.STAR_DISCLOSURE: "services.tiering.disclosing",
    ApprovalKind.TIER_RULES: "services.tier_rules.publishing",
    ApprovalKind.TIER_RULES_BACK: "services.tier_rules.publishing",
    ApprovalKind.PLAN_CHANGE: "services.plans.changing",
    ApprovalKind.SCRIPT: "services.scripts.approving",
}
"""The module that registers each kind; it is imported when a kind is first needed."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What a decision hands to the executor of its kind, in the deciding transaction."""

    approval_id: int
    number: str
    payload: Payload
    asked_by_id: int
    decided_by: Actor
    at: datetime
    on: date


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of four-eyes decision."""

    name: ApprovalKind
    ask: Permission
    decide: frozenset[Permission]
    """Any of them lets a person decide; never what they asked for themselves."""
    describe: Callable[[Session, Payload], tuple[Change, ...]]
    """What would change if it were carried out now. Asked again at the decision: where a
    ``before`` is no longer what the asker saw, nothing is carried out."""
    carry_out: Callable[[Session, Decision], None]
    """Does it; raises a ``BusinessError`` where the world does not allow it any more. Writes an
    audit entry of its own."""


_KINDS: dict[ApprovalKind, Kind] = {}


def register(kind: Kind) -> None:
    """Make ``kind`` known; the module of ``HOMES`` calls it once, when it is imported."""
    _KINDS[kind.name] = kind


def kind_of(name: ApprovalKind) -> Kind:
    """The kind ``name``."""
    return all_kinds()[name]


@cache
def _learn() -> None:
    for home in sorted(set(HOMES.values())):
        importlib.import_module(home)


def all_kinds() -> Mapping[ApprovalKind, Kind]:
    """Every kind there is."""
    _learn()
    return _KINDS
