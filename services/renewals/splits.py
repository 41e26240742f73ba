"""How cases stand, for each bar of a breakdown: open ones by week and state; those of a month by
the stage they reached and by why their client said no.

The kept counts stand in ``renewal_count`` beside the outcomes. There the dimension is led by a
letter that says how the cases stand; the month of open cases is their week (``2026W47``), that of
all others a period of whole months by its last one (``2610-12``), or the days about the one it was
counted on (``1120-nr``): a screen asks for nothing else.
"""

from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, String, func, select, type_coerce

from db.dates import monday_of
from db.models import Renewal
from services.renewals import rules
from services.renewals.breakdown import code_of, first_of, joined, month_of, months_later, named
from terms.renewal_analysis import Dimension
from terms.renewals import RefusalReason, RenewalState

REASONS = dict(zip("abcdefgh", RefusalReason, strict=True))
STAGES = dict(zip("ABCDE", rules.FUNNEL, strict=True))
OPEN = dict(zip("12345", (state for state in RenewalState if state.is_open), strict=True))
_LETTERS: dict[str, str] = {
    **{f"reason {reason.value}": letter for letter, reason in REASONS.items()},
    **{f"reached {stage.value}": letter for letter, stage in STAGES.items()},
    **{f"state {state.value}": letter for letter, state in OPEN.items()},
}


def led(letter: str, dimension: Dimension | None) -> str:
    """``dimension`` as the kept counts of cases that stand as ``letter`` says name it."""
    return letter + named(dimension)


def letter_of(column: str, value: str) -> str:
    """The letter of a ``reason``, of a stage ``reached`` or of a ``state``; a reason that is no
    longer known counts as another one."""
    return _LETTERS.get(f"{column} {value}") or _LETTERS[f"reason {RefusalReason.OTHER.value}"]


PERIODS = (3, 6, 12, 24)
"""Months a screen may ask for, the last of them the month before."""


def period_code(last: date, months: int) -> str:
    """``2610-12``: the twelve months up to that of ``last`` as the kept counts name them."""
    return f"{last:%y%m}-{months:02}"


NEAR_BACK, NEAR_AHEAD = 90, 30
"""Days of the funnel of what falls due about now."""
NEAR = "-nr"
"""The end of the period of that funnel: ``1120-nr`` for the days about 20 November."""


def near_code(on: date) -> str:
    return f"{on:%m%d}{NEAR}"


def near(on: date) -> tuple[date, date]:
    """The first and the last day of what falls due about ``on``."""
    return on - timedelta(days=NEAR_BACK), on + timedelta(days=NEAR_AHEAD)


def months_in(first: date, last: date) -> int:
    """How many months the days span, which are whole ones."""
    return (last.year - first.year) * 12 + last.month - first.month + 1


def periods_of(month: str, on: date) -> list[str]:
    """The periods up to the month before ``on`` in which ``2026-10`` stands."""
    before = months_later(on, -1)
    age = months_in(first_of(month), before)
    return [period_code(before, each) for each in PERIODS if 1 <= age <= each]


def week_code(monday: date) -> str:
    """``2026W47``: the week as the kept counts name it."""
    year, week, _ = monday.isocalendar()
    return f"{year}W{week:02}"


def monday_of_code(code: str) -> date:
    year, _, week = code.partition("W")
    return date.fromisocalendar(int(year), int(week), 1)


def standings(
    dimension: Dimension | None, first: date, last: date, *where: ColumnElement[bool]
) -> Select[*tuple[Any, ...]]:
    """``month``, ``code``, ``branch_id``, ``team_id``, ``reached``, ``reason``, and ``cases`` and
    ``premium_fen`` of all cases due in the days, open or closed."""
    month, code = month_of(Renewal.due_on), code_of(dimension)
    keys = (
        month.label("month"),
        code.label("code"),
        Renewal.branch_id,
        Renewal.team_id,
        type_coerce(Renewal.reached, String).label("reached"),
        Renewal.refusal_reason.label("reason"),
    )
    return _counted(dimension, keys, Renewal.due_on.between(first, last), *where)


def open_weeks(
    dimension: Dimension | None, *where: ColumnElement[bool]
) -> Select[*tuple[Any, ...]]:
    """``week`` (its Monday), ``code``, ``branch_id``, ``team_id``, ``state`` and the ``cases`` and
    ``premium_fen`` of open cases."""
    keys = (
        monday_of(Renewal.due_on).label("week"),
        code_of(dimension).label("code"),
        Renewal.branch_id,
        Renewal.team_id,
        type_coerce(Renewal.state, String).label("state"),
    )
    return _counted(dimension, keys, Renewal.is_open, *where)


def _counted(
    dimension: Dimension | None, keys: tuple[Any, ...], *where: Any
) -> Select[*tuple[Any, ...]]:
    chosen = select(
        *keys,
        func.count().label("cases"),
        func.coalesce(func.sum(Renewal.premium_fen), 0).label("premium_fen"),
    ).select_from(Renewal)
    found: Select[*tuple[Any, ...]] = joined(chosen, dimension).where(*where).group_by(*keys)
    return found
