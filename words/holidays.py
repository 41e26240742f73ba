"""Holidays in words: what is odd about a notice, what a day becomes, which clocks run past."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from services import holidays
from services.approvals import Change, Payload
from services.errors import BusinessError
from services.holidays import COVERAGE, NoticeProblem, Odd, PastClock, Running
from terms.approvals import ApprovalKind
from words import N_, _, approvals, formats, ngettext
from words.errors import says


def odd_text(odd: Odd) -> str:
    """What is odd about a notice, and what to do."""
    data = {
        name: formats.day_and_weekday(value) if isinstance(value, date) else value
        for name, value in odd.data.items()
    }
    return _(_ODD[odd.problem]).format(**data)


_ODD = {
    NoticeProblem.NO_YEAR: N_(
        "The notice does not say for which year it is: paste its title too, or write the year."
    ),
    NoticeProblem.NOTHING_FOUND: N_("No day was found in it. Paste the wording of the notice."),
    NoticeProblem.BAD_DATE: N_("“{text}” is no date of the calendar."),
    NoticeProblem.WRONG_WEEKDAY: N_(
        "{day} is written as {said}: a mistake in the text, or a notice of another year."
    ),
    NoticeProblem.WRONG_COUNT: N_("{name}: the notice says {said} days, {found} were read."),
    NoticeProblem.BOTH: N_("{day} is named as a holiday and as a working day."),
    NoticeProblem.MAKE_UP_ON_WEEKDAY: N_("{day} is to be worked, but is a weekday anyway."),
    NoticeProblem.TOO_LONG: N_("“{text}” is no holiday: it ends before it begins or is too long."),
    NoticeProblem.OTHER_YEAR: N_("{day} lies outside the calendar: adopt that year's notice."),
    NoticeProblem.YEAR_LEFT_OUT: N_(
        "The year {missing} is not covered yet: adopt its notice first."
    ),
    NoticeProblem.NO_KIND: N_("{day}: say whether it is a holiday or a working day."),
}


_HOLIDAYS = {
    "元旦": N_("New Year's Day"),
    "春节": N_("Spring Festival"),
    "清明节": N_("Tomb-Sweeping Day"),
    "劳动节": N_("Labour Day"),
    "端午节": N_("Dragon Boat Festival"),
    "中秋节": N_("Mid-Autumn Festival"),
    "国庆节": N_("National Day"),
    "抗战胜利纪念日": N_("Victory Day"),
}


def holiday_name(name: str) -> str:
    """A holiday of the notices in the language spoken now; any other name as it is written."""
    parts = name.split("、")
    return formats.listing([_(_HOLIDAYS[part]) if part in _HOLIDAYS else part for part in parts])


def day_state(value: dict[str, Any]) -> str:
    """``放假 · 国庆节``; a working day without a name is just that."""
    said = _("Working day") if value["is_working"] else _("Day off")
    return f"{said} · {holiday_name(value['name'])}" if value["name"] else said


def running_text(running: Running) -> str:
    """Which clocks run past the covered days."""
    n = formats.number(running.count)
    match running.clock:
        case PastClock.APPROVALS:
            return ngettext(
                "{n} request for a decision runs out after the covered days.",
                "{n} requests for a decision run out after the covered days.",
                running.count,
            ).format(n=n)
        case PastClock.ENGAGEMENTS:
            return ngettext(
                "{n} engagement has a clock that ends after the covered days.",
                "{n} engagements have clocks that end after the covered days.",
                running.count,
            ).format(n=n)


def _title(payload: Payload) -> str:
    if payload["year"] is None:
        days = [date.fromisoformat(day) for day, *_rest in payload["days"]]
        return _("Calendar: {days}").format(
            days=formats.listing([formats.day(d) for d in days[:3]])
        )
    return _("Calendar of {year}").format(year=payload["year"])


def change_text(change: Change) -> approvals.Told:
    """One day before and after; or how far the calendar reaches."""
    if change.field == COVERAGE:
        return approvals.Told(_("Covered until"), change.before or "–", change.after or "–")
    return approvals.Told(
        formats.day_and_weekday(date.fromisoformat(change.field)),
        day_state(change.before),
        day_state(change.after),
    )


def changes_text(changes: Sequence[Change]) -> list[approvals.Told]:
    """The days that change; days in a row that change alike are one line."""
    found: list[tuple[list[date], Change]] = []
    for change in changes:
        if change.field == COVERAGE:
            continue
        day = date.fromisoformat(change.field)
        days, first = found[-1] if found else ([], change)
        follows = bool(days) and day - days[-1] == timedelta(days=1)
        if follows and (first.before, first.after) == (change.before, change.after):
            days.append(day)
        else:
            found.append(([day], change))
    told = [
        approvals.Told(_span(days), day_state(change.before), day_state(change.after))
        for days, change in found
    ]
    return told + [change_text(change) for change in changes if change.field == COVERAGE]


def _span(days: list[date]) -> str:
    if not days[1:]:
        return formats.day_and_weekday(days[0])
    last = f"{formats.short_day(days[-1])} {formats.weekday(days[-1])}"
    return f"{formats.day_and_weekday(days[0])} – {last}"


approvals.speaks(
    ApprovalKind.CALENDAR_NOTICE,
    title=_title,
    change=lambda _payload, change: change_text(change),
    together=lambda _payload, changes: changes_text(changes),
)


def _odd(error: BusinessError) -> str:
    odd = error.data["odd"]
    assert isinstance(odd, tuple)
    return _("Put this right first: {odd}").format(odd=odd_text(odd[0]))


says(holidays.NoticeOdd, _odd)
says(
    holidays.SourceMissing,
    N_("Say where the days come from, e.g. the number of the notice; at most {limit} characters."),
)
