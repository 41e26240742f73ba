"""Trying and publishing the rules of tiers, in words."""

from collections.abc import Sequence
from datetime import date

from services import tier_rules
from services.approvals import Change, Payload
from services.errors import BusinessError
from services.rule_book import Problem
from services.tier_rules import CLASSES
from terms.approvals import ApprovalKind
from terms.tiering import TierAxis
from words import N_, _, approvals, formats, ngettext
from words.errors import says
from words.labels import label
from words.rule_book import difference_text, problem_text, rule_name
from words.tiering import class_text


def class_names(axis: TierAxis) -> list[str]:
    """The classes of an axis in their order, the lowest first."""
    return [class_text(axis, code or None) for code in CLASSES[axis]]


def draft_problem(key: str, problem: Problem) -> str:
    """What is wrong with a draft, with the rule it is about."""
    return _("{rule} – {problem}").format(rule=rule_name(key), problem=problem_text(key, problem))


def _title(payload: Payload) -> str:
    return _("Tier rules “{name}”, from {day}").format(
        name=payload["name"], day=formats.day(date.fromisoformat(payload["effective_from"]))
    )


def _back(payload: Payload) -> str:
    return _("Take the tier rules “{name}” back").format(name=payload["name"])


def _told(_payload: Payload, change: Change) -> approvals.Told:
    key, _sep, path = change.field.partition(":")
    told = difference_text(key, Change(path, change.before, change.after))
    what = _("{rule} – {problem}").format(rule=rule_name(key), problem=told.what)
    return approvals.Told(what, told.before, told.after)


def _all(payload: Payload, changes: Sequence[Change]) -> list[approvals.Told]:
    """What was shown of the clients first, then the rules."""
    shown = payload.get("shown", {})
    moves = [_movement(TierAxis(axis), rows) for axis, rows in shown.items()]
    return [*moves, *(_told(payload, change) for change in changes)]


def _movement(axis: TierAxis, rows: Sequence[Sequence[int]]) -> approvals.Told:
    before = [sum(row) for row in rows]
    after = [sum(column) for column in zip(*rows, strict=True)]
    return approvals.Told(
        _("{axis}, clients").format(axis=label(axis)), _counts(axis, before), _counts(axis, after)
    )


def _counts(axis: TierAxis, counts: Sequence[int]) -> str:
    said = [
        _("{name} {n}").format(name=name, n=formats.number(n))
        for name, n in zip(class_names(axis), counts, strict=True)
        if n
    ]
    return " · ".join(said)


for _kind, _say in ((ApprovalKind.TIER_RULES, _title), (ApprovalKind.TIER_RULES_BACK, _back)):
    approvals.speaks(_kind, title=_say, change=_told, together=_all)


def _not_ready(error: BusinessError) -> str:
    problems = error.data["problems"]
    assert isinstance(problems, tuple)
    return ngettext(
        "The draft still has {n} problem. Put it right, then ask again.",
        "The draft still has {n} problems. Put them right, then ask again.",
        len(problems),
    ).format(n=len(problems))


says(tier_rules.TierDraftNotReady, _not_ready)
says(
    tier_rules.TierDraftWaits,
    N_("A decision on this draft was asked for ({number}): until then it stays as it is."),
)
says(
    tier_rules.TierDraftUnnamed,
    N_("A draft needs a name of up to {limit} characters that no other draft has."),
)
says(
    tier_rules.TooManyTierDrafts,
    N_("There are {most} drafts already: discard one that is not needed any more."),
)
says(tier_rules.AlreadyTakenBack, N_("These rules were taken back already."))
says(
    tier_rules.TierRulesMovedOn,
    N_(
        "A later version of one of these rules begins on {day}. Take that one back first, or "
        "publish another one."
    ),
)
