"""Checks across the parts of a rule's value; a shape checks each part alone."""

from collections.abc import Callable, Iterator, Mapping
from itertools import pairwise
from typing import Any

from services.rule_book.shapes import Problem, ProblemCode
from services.tiering.rules import faults

Check = Callable[[Any], Iterator[Problem]]


def falling(*names: str) -> Check:
    """Each named part is larger than the next."""

    def check(value: Mapping[str, Any]) -> Iterator[Problem]:
        for above, below in pairwise(names):
            if value[below] >= value[above]:
                yield Problem(below, ProblemCode.NOT_BELOW, {"than": above, "most": value[above]})

    return check


def reminders_inside(value: Mapping[str, Any]) -> Iterator[Problem]:
    """Reminders come after the quote."""
    if value["reminders"] and value["reminders"][0] >= value["quote"]:
        yield Problem("reminders", ProblemCode.NOT_BELOW, {"than": "quote", "most": value["quote"]})


def hundred(value: Mapping[str, Any]) -> Iterator[Problem]:
    """The parts add up to 100."""
    total = sum(value.values())
    if total != 100:
        yield Problem("", ProblemCode.NOT_HUNDRED, {"sum": total})


def in_time(*names: str) -> Check:
    """Each named time of day is before the next."""

    def check(value: Mapping[str, Any]) -> Iterator[Problem]:
        for first, second in pairwise(names):
            if value[first] >= value[second]:
                yield Problem(first, ProblemCode.NOT_BELOW, {"than": second, "most": value[second]})

    return check


def reminded_before_end(value: Mapping[str, Any]) -> Iterator[Problem]:
    """Nobody is reminded of what has run out."""
    for name, times in value.items():
        if times["remind_days"] >= times["expire_days"]:
            yield Problem(
                f"{name}.remind_days",
                ProblemCode.NOT_BELOW,
                {"than": f"{name}.expire_days", "most": times["expire_days"]},
            )


def sound_scale(value: Mapping[str, Any]) -> Iterator[Problem]:
    """Points, steps and cut-offs of a scale fit together (``services.tiering.rules.faults``)."""
    for path, fault in faults(value):
        yield Problem(path, _FAULTS[fault], {"than": "high", "most": value["high"], "least": 1})


def sound_credit(value: Mapping[str, Any]) -> Iterator[Problem]:
    """As ``sound_scale``; more of a factor may speak for a client."""
    for path, fault in faults(value, may_fall=True):
        yield Problem(path, _FAULTS[fault], {"than": "high", "most": value["high"], "least": 1})


_FAULTS = {
    "unknown": ProblemCode.UNKNOWN,
    "doubled": ProblemCode.DOUBLED,
    "no_steps": ProblemCode.TOO_FEW,
    "not_rising": ProblemCode.DOUBLED,
    "negative": ProblemCode.TOO_LOW,
    "not_below": ProblemCode.NOT_BELOW,
    "too_high": ProblemCode.TOO_HIGH,
}
