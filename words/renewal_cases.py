"""A case's due day, as the queue and the brief say it.

Only days that matter carry a mark: ▲ cover has ended, ◆ it ends within the week.
"""

from datetime import date

from terms.policies import Line
from terms.renewals import RenewalKind
from words import _, formats

SOON_DAYS = 7
LATE, SOON, CALM = "late", "soon", "calm"
_MARKS = {LATE: "▲ ", SOON: "◆ ", CALM: ""}


def due_in_queue(*, kind: RenewalKind, line: Line, days_left: int, grace_left: int | None) -> str:
    """The cell *due*: ``◆ 3 天``, ``▲ 脱保 1 天``, ``◆ 宽限 8 天``, ``12 天``."""
    tone = due_tone(kind=kind, days_left=days_left, grace_left=grace_left)
    return _MARKS[tone] + _in_cell(kind, line, days_left, grace_left)


def due_in_brief(
    *, kind: RenewalKind, line: Line, days_left: int, grace_left: int | None
) -> tuple[str, str]:
    """The badge beside the name, and its tone."""
    tone = due_tone(kind=kind, days_left=days_left, grace_left=grace_left)
    if days_left >= 0:
        return _MARKS[tone] + formats.days_left(days_left), tone
    return _MARKS[tone] + _in_cell(kind, line, days_left, grace_left), tone


def due_tone(*, kind: RenewalKind, days_left: int, grace_left: int | None) -> str:
    """``late``, ``soon`` or ``calm``."""
    if days_left < 0 and kind is RenewalKind.INSTALMENT and (grace_left or 0) >= 0:
        return SOON
    if days_left < 0:
        return LATE
    return SOON if days_left <= SOON_DAYS else CALM


def grace_left(grace_ends_on: date | None, *, days_left: int, on: date) -> int | None:
    """Days of grace left once the due day has passed; None before it or where there is none."""
    return (grace_ends_on - on).days if grace_ends_on is not None and days_left < 0 else None


def _in_cell(kind: RenewalKind, line: Line, days_left: int, grace_left: int | None) -> str:
    if days_left > 0:
        return formats.days(days_left)
    if days_left == 0:
        return _("today")
    if kind is RenewalKind.INSTALMENT:
        if grace_left is None or grace_left < 0:
            return _("Unpaid {n} d").format(n=-days_left)
        return _("Grace {n} d").format(n=grace_left)
    if line is Line.MOTOR:
        return _("Uncovered {n} d").format(n=-days_left)
    return _("Ended {n} d").format(n=-days_left)
