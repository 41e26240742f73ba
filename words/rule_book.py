"""The rule book in words: what a rule is called, its parts and units, what is wrong, what is
touched, and values as people read them.
"""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import Any

from services import rule_book
from services.approvals import Change, Payload
from services.errors import BusinessError
from services.rule_book import (
    SCHEMAS,
    Choices,
    Difference,
    Effect,
    EffectCode,
    Fen,
    Flag,
    Group,
    Member,
    Problem,
    ProblemCode,
    Rows,
    Shape,
    Weight,
    Whole,
    Wholes,
    part_at,
)
from terms.approvals import ApprovalKind
from terms.clients import ClientType
from terms.renewals import RefusalReason
from terms.rule_book import RuleGroup, RuleUnit
from words import N_, _, approvals, errors, formats, labels, ngettext
from words.errors import says
from words.labels import label
from words.rule_names import HELP, NAMES, PARTS

labels.name_members(
    RuleGroup,
    {
        "renewal": N_("Renewals"),
        "client": N_("Clients"),
        "tiering": N_("Tiers"),
        "service": N_("Service"),
        "complaint": N_("Complaints"),
        "handover": N_("Handover"),
        "performance": N_("Performance"),
        "privacy": N_("Personal data"),
        "people": N_("Sign-in"),
        "calendar": N_("Calendar"),
        "approvals": N_("Approvals"),
    },
)
labels.name_members(
    RuleUnit,
    {
        "natural_days": N_("days"),
        "working_days": N_("working days"),
        "hours": N_("hours"),
        "minutes": N_("minutes"),
        "months": N_("months"),
        "years": N_("years"),
        "percent": N_("%"),
        "times": N_("times"),
        "people": N_("people"),
        "points": N_("points"),
        "stars": N_("stars"),
    },
)


def rule_name(key: str) -> str:
    """What rule ``key`` is called."""
    return _(NAMES[key])


def rule_help(key: str) -> str:
    """What rule ``key`` decides, in one sentence."""
    return _(HELP[key])


def part_name(key: str, path: str) -> str:
    """What the part of rule ``key`` at ``path`` is called; the rule itself where it has none."""
    if path in _ABOUT:
        return _(_ABOUT[path])
    _shape, names = part_at(SCHEMAS[key].shape, path)
    plain = ".".join(names)
    known = PARTS.get(key, {})
    said = _(known[plain]) if plain in known else _whole(key, names)
    _before, bracket, row = path.partition("[")
    return f"{said}: {_row_name(key, path, row.rstrip(']'))}" if bracket else said


_ABOUT = {
    "effective_from": N_("In force from"),
    "source": N_("Source"),
    "needs_confirmation": N_("To be confirmed with compliance"),
    "why": N_("Why"),
}


def _whole(key: str, names: tuple[str, ...]) -> str:
    """A part that is made of others is called by them: ``default.remind_days``."""
    known = PARTS.get(key, {})
    if not names:
        return rule_name(key)
    said = [_(known.get(name, name)) for name in names]
    return " · ".join(said)


def source_text(source: str | None) -> str:
    """A source note; those a company starts with are spoken in the reader's language."""
    return _(source) if source else ""


def column_name(key: str, path: str) -> str:
    """What the part of a group at ``path`` is called on its own, or as several groups share it."""
    known = PARTS[key]
    return _(known[path] if path in known else known[path.rpartition(".")[2]])


def _row_name(key: str, path: str, row: str) -> str:
    shape, _names = part_at(SCHEMAS[key].shape, path)
    assert isinstance(shape, Rows)
    said = []
    for name, held in zip(shape.keys, row.split("|"), strict=True):
        column = shape.columns[name]
        value = int(held) if isinstance(column, Whole) and held.lstrip("-").isdigit() else held
        said.append(value_text(column, value))
    return " · ".join(said)


def choice_name(member: StrEnum) -> str:
    """What a choice is called; its chapter has named it."""
    errors.learn_chapters()
    return label(member)


def member_name(shape: Member, value: Any) -> str:
    """What one choice is called; a name of the company's own as it stands."""
    known = {member.value: member for member in shape.of}
    if value in known:
        return choice_name(known[value])
    return str(value).removeprefix(shape.also or "")


def value_text(shape: Shape, value: Any, key: str = "") -> str:
    """A value as people read it; ``–`` for none."""
    if value is None or value == "":
        return "–"
    match shape:
        case Whole(unit=unit):
            return _with_unit(value, unit)
        case Weight():
            return f"{value:+g}"
        case Fen():
            return formats.money_exact(value) if isinstance(value, int) else str(value)
        case Flag():
            return _("Yes") if value else _("No")
        case Wholes(unit=unit):
            numbers = formats.listing([str(number) for number in value])
            return f"{numbers} {label(unit)}" if unit and value else numbers or "–"
        case Choices(of=enum):
            known = {member.value: member for member in enum}
            return formats.listing(
                [choice_name(known[one]) if one in known else str(one) for one in value]
            )
        case Member():
            return member_name(shape, value)
        case Rows(columns=columns):
            return "; ".join(_cells(columns, rule_book.row_of(shape, row)) for row in value)
        case Group(parts=parts):
            return "; ".join(
                f"{_(PARTS.get(key, {}).get(name, name))} {value_text(part, value.get(name), key)}"
                for name, part in parts.items()
            )
        case _:
            return str(value)


def _cells(columns: Mapping[str, Shape], row: Mapping[str, Any]) -> str:
    return " · ".join(
        value_text(column, row[name]) for name, column in columns.items() if name in row
    )


def _with_unit(value: Any, unit: RuleUnit | None) -> str:
    number = formats.number(value) if isinstance(value, int) else str(value)
    if unit is None:
        return number
    return f"{number} {label(unit)}"


def difference_text(key: str, difference: Difference | Change) -> approvals.Told:
    """One difference: what, before, after."""
    path = difference.path if isinstance(difference, Difference) else difference.field
    what = part_name(key, path)
    if path == "needs_confirmation":
        shape: Shape = Flag()
    elif path in _ABOUT:
        return approvals.Told(
            what, source_text(difference.before) or "–", source_text(difference.after) or "–"
        )
    else:
        shape, _names = part_at(SCHEMAS[key].shape, path)
    if isinstance(shape, Rows):
        columns = shape.columns
        return approvals.Told(
            what,
            _cells(columns, difference.before) if difference.before else "–",
            _cells(columns, difference.after) if difference.after else "–",
        )
    return approvals.Told(
        what, value_text(shape, difference.before, key), value_text(shape, difference.after, key)
    )


def problem_text(key: str, problem: Problem) -> str:
    """What is wrong with one part, and what to do."""
    what = part_name(key, problem.path)
    row = next((int(step) for step in problem.path.split(".") if step.isdigit()), None)
    if row is not None:
        what = _("{what}, row {n}").format(what=what, n=row + 1)
    return _("{what}: {problem}").format(what=what, problem=_wrong(key, problem))


_WRONG = {
    ProblemCode.MISSING: N_("fill it in."),
    ProblemCode.NOT_A_NUMBER: N_("a whole number is needed."),
    ProblemCode.TOO_LOW: N_("at least {low}."),
    ProblemCode.TOO_HIGH: N_("at most {high}."),
    ProblemCode.NOT_A_TIME: N_("a time of day like 09:00 is needed."),
    ProblemCode.UNKNOWN: N_("this choice is not known any more: take it out."),
    ProblemCode.DOUBLED: N_("{value} is there twice: the rows would overlap."),
    ProblemCode.TOO_FEW: N_("at least {least} needed."),
    ProblemCode.TOO_MANY: N_("at most {most}."),
    ProblemCode.TOO_LONG: N_("at most {longest} characters."),
    ProblemCode.NOT_BELOW: N_("must stay below “{than}” ({most})."),
    ProblemCode.NOT_HUNDRED: N_("the shares add up to {sum} %, not to 100 %."),
    ProblemCode.IN_THE_PAST: N_("a rule cannot begin in the past: {today} or later."),
    ProblemCode.DAY_TAKEN: N_("another version begins on that day: choose another day."),
}


def _wrong(key: str, problem: Problem) -> str:
    data = dict(problem.data)
    for name in ("low", "high"):
        if name in data and data.get("is_fen"):
            data[name] = formats.money_exact(data[name])
    if "than" in data:
        data["than"] = part_name(key, data["than"])
    return _(_WRONG[problem.code]).format(**data)


def effect_text(effect: Effect) -> str:
    """What a change touches, as one sentence with its count."""
    n = formats.number(effect.count)
    of = formats.number(effect.of or 0)
    match effect.code:
        case EffectCode.CASES_MOVE:
            return _("{n} of {of} open renewals move to another stage.").format(n=n, of=of)
        case EffectCode.POLICIES_EARLIER:
            return ngettext(
                "{n} policy would be taken into the queue earlier.",
                "{n} policies would be taken into the queue earlier.",
                effect.count,
            ).format(n=n)
        case EffectCode.POLICIES_LATER:
            return ngettext(
                "{n} policy would be taken into the queue only later; cases that are open stay.",
                "{n} policies would be taken into the queue only later; cases that are open stay.",
                effect.count,
            ).format(n=n)
        case EffectCode.CASES_CLOSE:
            return ngettext(
                "{n} overdue renewal would be closed the next morning.",
                "{n} overdue renewals would be closed the next morning.",
                effect.count,
            ).format(n=n)
        case EffectCode.INSTALMENTS_IN:
            return ngettext(
                "{n} unpaid instalment would be in grace again.",
                "{n} unpaid instalments would be in grace again.",
                effect.count,
            ).format(n=n)
        case EffectCode.INSTALMENTS_OUT:
            return ngettext(
                "{n} unpaid instalment would leave its grace period.",
                "{n} unpaid instalments would leave their grace period.",
                effect.count,
            ).format(n=n)
        case EffectCode.MONEY_REFIGURED:
            return _(
                "{n} of {of} open renewals get another “to save”: {before} in all becomes {after}."
            ).format(
                n=n,
                of=of,
                before=formats.money_with_unit(effect.before_fen),
                after=formats.money_with_unit(effect.after_fen),
            )
        case _:
            return _other_effect(effect, n)


def _other_effect(effect: Effect, n: str) -> str:
    match effect.code:
        case EffectCode.REASON_USED:
            reason = label(RefusalReason(effect.what)) if effect.what else ""
            return ngettext(
                "“{reason}” was given {n} time within twelve months; it stays in the history.",
                "“{reason}” was given {n} times within twelve months; it stays in the history.",
                effect.count,
            ).format(reason=reason, n=n)
        case EffectCode.UNREACHABLE_NOW:
            return ngettext(
                "{n} open renewal could be closed as “cannot be reached” at once.",
                "{n} open renewals could be closed as “cannot be reached” at once.",
                effect.count,
            ).format(n=n)
        case EffectCode.UNREACHABLE_LATER:
            return ngettext(
                "{n} open renewal would need another attempt first.",
                "{n} open renewals would need another attempt first.",
                effect.count,
            ).format(n=n)
        case EffectCode.NOT_REGISTERED:
            return ngettext(
                "{n} specialist without a registration number would be given no more cases.",
                "{n} specialists without a registration number would be given no more cases.",
                effect.count,
            ).format(n=n)
        case EffectCode.FILES_REFIGURED:
            kind = label(ClientType(effect.what)) if effect.what else ""
            return ngettext(
                "{kind}: the completeness of {n} file counts anew when it is next saved.",
                "{kind}: the completeness of {n} files counts anew when they are next saved.",
                effect.count,
            ).format(kind=kind, n=n)
        case EffectCode.SESSIONS_KEEP:
            return ngettext(
                "{n} session that is open keeps its limits; the new ones hold from the next "
                "sign-in.",
                "{n} sessions that are open keep their limits; the new ones hold from the next "
                "sign-in.",
                effect.count,
            ).format(n=n)
        case EffectCode.NAMES_LOCKED:
            return ngettext(
                "{n} user name would be locked right now.",
                "{n} user names would be locked right now.",
                effect.count,
            ).format(n=n)
        case EffectCode.ENTRIES_FORGOTTEN:
            return ngettext(
                "{n} entry of the access log would be deleted in the first night.",
                "{n} entries of the access log would be deleted in the first night.",
                effect.count,
            ).format(n=n)
        case EffectCode.REQUESTS_KEEP:
            return ngettext(
                "{n} request that waits keeps its end; the new times hold for what is asked "
                "from then on.",
                "{n} requests that wait keep their end; the new times hold for what is asked "
                "from then on.",
                effect.count,
            ).format(n=n)
    return ""


def _publication(payload: Payload) -> str:
    return _("{rule}, from {day}").format(
        rule=rule_name(payload["key"]),
        day=formats.day(date.fromisoformat(payload["effective_from"])),
    )


def _withdrawal(payload: Payload) -> str:
    return _("{rule}: the version from {day} is not to come").format(
        rule=rule_name(payload["key"]),
        day=formats.day(date.fromisoformat(payload["effective_from"])),
    )


for _kind, _title in (
    (ApprovalKind.RULE_PUBLICATION, _publication),
    (ApprovalKind.RULE_WITHDRAWAL, _withdrawal),
):
    approvals.speaks(
        _kind,
        title=_title,
        change=lambda payload, change: difference_text(payload["key"], change),
    )


def _not_ready(error: BusinessError) -> str:
    problems = error.data["problems"]
    assert isinstance(problems, tuple)
    return ngettext(
        "The draft still has {n} problem. Put it right, then ask again.",
        "The draft still has {n} problems. Put them right, then ask again.",
        len(problems),
    ).format(n=len(problems))


says(
    rule_book.DraftWaits,
    N_("{who} has asked for a decision on this draft ({number}): until then it stays as it is."),
)
says(rule_book.DraftNotReady, _not_ready)
says(
    rule_book.RuleDayPassed,
    N_(
        "The day it was to begin ({day}) is past, so it cannot be carried out any more. Refuse it; "
        "it can be asked for with a new day."
    ),
)
says(
    rule_book.RuleDayTaken,
    N_("Another version of this rule begins on {day}. Refuse it; another day has to be chosen."),
)
says(
    rule_book.RuleInForce,
    N_("This version is in force since {day} and cannot be taken back: publish another one."),
)
