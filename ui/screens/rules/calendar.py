"""The working calendar: a year at a glance, how far it reaches, and the way to a new notice."""

from datetime import date
from html import escape

import streamlit as st

from services import holidays
from services.actor import Actor
from services.holidays import CalendarYear, DayRow
from services.permissions import Permission
from ui.screens.rules.notice import draw_notice
from ui.session import read, today
from words import _, formats, ngettext
from words.holidays import holiday_name, running_text
from words.markdown import plain, quiet, strong

YEAR = "rules.year"


def draw(actor: Actor) -> None:
    """Draw the chosen year and, for whoever may, the notice of another."""
    found = read(holidays.coverage, actor=actor, on=today())
    _reach(found)
    first = found.first.year if found.first else today().year
    last = max(found.until.year if found.until else today().year, today().year) + 1
    given = st.query_params.get("year", "")
    year = int(given) if given.isdigit() and first <= int(given) <= last else today().year
    st.session_state[YEAR] = year
    st.selectbox(
        _("Year"),
        list(range(last, first - 1, -1)),
        key=YEAR,
        on_change=_to_year,
        width=140,
        format_func=str,
    )
    _year(read(holidays.year_of, actor=actor, year=year))
    if actor.may(Permission.RULE_EDIT):
        draw_notice(actor)


def _to_year() -> None:
    st.query_params["year"] = str(st.session_state[YEAR])


def _reach(found: holidays.Coverage) -> None:
    if found.until is None:
        st.error(_("The calendar is empty: every clock counts Monday to Friday."))
        return
    reaches = _("Official days until **{day}**.").format(day=formats.day(found.until))
    if not found.ends_soon:
        st.markdown(reaches)
        return
    lines = [
        reaches,
        _(
            "After it Monday to Friday count as working days and every result is provisional. "
            "Adopt the notice of {year} as soon as it is out."
        ).format(year=found.until.year + 1),
        _("Working-day clocks that start after {day} may run past the end.").format(
            day=formats.day(found.safe_until)
        ),
        *(running_text(each) for each in found.running),
    ]
    st.warning(formats.sentences(lines), icon=":material/event_busy:")


def _year(year: CalendarYear) -> None:
    if not year.is_covered:
        st.info(
            _("{year} is not covered yet: Monday to Friday count, provisionally.").format(
                year=year.year
            ),
            icon=":material/event_busy:",
        )
        return
    off = [day for day in year.days if not day.is_working and (day.name or day.day.weekday() < 5)]
    worked = [day for day in year.days if day.is_make_up]
    said = _("{year}: {n} working days, {worked} of them made up on a weekend.").format(
        year=year.year, n=formats.number(year.working_days), worked=len(worked)
    )
    st.markdown(said)
    with st.container(key="rules-year"):
        st.html(_grid(year))
    legend = _("{off} day off by the notice · {work} weekend day that is worked").format(
        off=strong(_("off")), work=strong(_("work"))
    )
    st.markdown(quiet(legend))
    _holidays(off, worked)


def _grid(year: CalendarYear) -> str:
    days = {day.day: day for day in year.days}
    months = "".join(_month(year.year, month, days) for month in range(1, 13))
    return f'<div class="year">{months}</div>'


def _month(year: int, month: int, days: dict[date, DayRow]) -> str:
    first = date(year, month, 1)
    monday = date(2024, 1, 1)
    heads = "".join(
        f'<th scope="col">{escape(formats.narrow_weekday(monday.replace(day=1 + at)))}</th>'
        for at in range(7)
    )
    cells = ["<td></td>"] * first.weekday()
    day = first
    while day.month == month:
        cells.append(_cell(day, days.get(day)))
        if day == date(year, 12, 31):
            break
        day = date.fromordinal(day.toordinal() + 1)
    rows = "".join(f"<tr>{''.join(cells[at : at + 7])}</tr>" for at in range(0, len(cells), 7))
    name = f"{year}-{month:02d}"
    return f"<table><caption>{name}</caption><thead><tr>{heads}</tr></thead>{rows}</table>"


def _cell(day: date, row: DayRow | None) -> str:
    if row is None:
        return f"<td>{day.day}</td>"
    title = escape(f"{formats.day_and_weekday(day)} {holiday_name(row.name or '')}".strip())
    if row.is_make_up:
        return _marked("work", title, day, _("work"))
    if not row.is_working and (row.name or day.weekday() < 5):
        return _marked("off", title, day, _("off"))
    kind = "rest" if not row.is_working else ""
    return f'<td class="{kind}" title="{title}">{day.day}</td>'


def _marked(kind: str, title: str, day: date, word: str) -> str:
    return f'<td class="{kind}" title="{title}">{day.day}<sup>{escape(word)}</sup></td>'


def _holidays(off: list[DayRow], worked: list[DayRow]) -> None:
    names = list(dict.fromkeys(day.name for day in off if day.name))
    lines = []
    for name in names:
        free = [day.day for day in off if day.name == name]
        made = [day.day for day in worked if day.name == name]
        span = formats.day(free[0]) + (f" – {formats.short_day(free[-1])}" if free[1:] else "")
        count = ngettext("{n} day", "{n} days", len(free)).format(n=len(free))
        made_up = formats.listing([formats.short_day(day) for day in made]) or "–"
        lines.append(f"| {plain(holiday_name(name))} | {span} | {count} | {made_up} |")
    if lines:
        names = [_("Holiday"), _("Days free"), _("How many"), _("Worked instead")]
        st.markdown("\n".join([f"| {' | '.join(names)} |", "|:--|:--|:--|:--|", *lines]))
