"""What the questions of the analysis share: period and breakdown, a chart with its figures, what
the list is filtered by."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol

import pyarrow as pa
import streamlit as st

from charts.look import PICK
from services import measures, renewals
from services.actor import Actor
from services.measures import Figure
from terms.people import Scope
from terms.renewal_analysis import Dimension
from terms.renewals import RenewalState
from ui.components.figure import figure
from ui.screens.renewals import address, case_list
from ui.session import now, read, today
from words import _, formats, ngettext
from words.labels import LABELS, label
from words.markdown import plain
from words.renewal_analysis import bar_name
from words.renewals import refusal

FILTERS = ("week", "state", "stage", "reason", "bar", "month")
FIELDS = {
    "week_on": "week",
    "state": "state",
    "stage": "stage",
    "reason": "reason",
    "bar": "bar",
    "month": "month",
}
CLEARED = "renewals.cleared"
"""Session state: how often the choice was taken away; a chart drawn anew has nothing picked."""
NO_CODE = "-"
"""``bar`` in the address for cases that have no code: nobody's, without a team."""
PLACES = (Dimension.PERSON, Dimension.TEAM, Dimension.BRANCH)


@dataclass(frozen=True, slots=True)
class Span:
    """Whole months: from the first day of one to the last day of another."""

    first: date
    last: date

    @property
    def about(self) -> dict[str, str]:
        return {"from": self.first.isoformat(), "to": self.last.isoformat()}

    def said(self) -> str:
        return _("due {first} to {last}").format(first=self.first, last=self.last)


def span(on: date) -> Span:
    """The months before this one that the address asks for; twelve unless it does."""
    given = address.asked("months")
    months = int(given) if given in {str(each) for each in renewals.PERIODS} else 12
    return Span(
        renewals.months_later(on, -months), renewals.last_day(renewals.months_later(on, -1))
    )


def dimensions(actor: Actor, of: Sequence[Dimension]) -> list[Dimension]:
    """What the actor can break figures down by: their own cases stand in one place."""
    return [each for each in of if actor.scope is not Scope.OWN or each not in PLACES]


def dimension(actor: Actor, of: Sequence[Dimension]) -> Dimension:
    """What the address asks for; else people for a lead, teams for a manager, products."""
    open_to = dimensions(actor, of)
    asked = address.word("by", open_to)
    if asked is not None:
        return asked
    first = {Scope.TEAM: Dimension.PERSON, Scope.OWN: Dimension.PRODUCT}
    return first.get(actor.scope, Dimension.TEAM)


def by_control(actor: Actor, of: Sequence[Dimension], *, chosen: Dimension) -> None:
    """The one control of the breakdown."""
    _select(
        "by",
        _("Broken down by"),
        [each.value for each in dimensions(actor, of)],
        lambda code: label(Dimension(code)),
        chosen.value,
    )


def months_control() -> None:
    """How many months back the period reaches."""
    given = address.asked("months")
    _select(
        "months",
        _("Period"),
        [str(each) for each in renewals.PERIODS],
        lambda each: ngettext("last month", "last {n} months", int(each)).format(n=each),
        given if given in {str(each) for each in renewals.PERIODS} else "12",
    )


def _select(
    name: str, title: str, options: list[str], say: Callable[[str], str], chosen: str
) -> None:
    key = f"renewals.analysis-{name}"
    st.session_state[key] = chosen

    def put() -> None:
        gone = {"bar": None} if name == "by" else {"month": None}
        address.put(**{name: st.session_state[key], **gone})
        st.session_state.pop(case_list.ROWS, None)

    st.selectbox(
        title,
        options,
        key=key,
        format_func=say,
        label_visibility="collapsed",
        width=150,
        on_change=put,
    )


def picked(by: Dimension) -> str | None:
    """The code of the bar that was clicked; None where none is, empty for what has no code."""
    given = address.asked("bar")
    if not given or (by in PLACES and not given.isdecimal() and given != NO_CODE):
        return None
    return "" if given == NO_CODE else given


def which_bar(by: Dimension, code: str | None) -> dict[str, str]:
    """The bar as a figure's ``about`` names it; nothing where none is chosen."""
    return {} if code is None else {"by": by.value, "code": code}


class Bar(Protocol):
    """A bar of a breakdown."""

    @property
    def code(self) -> str: ...

    @property
    def name(self) -> str: ...


def name_of(actor: Actor, by: Dimension, code: str | None, groups: Sequence[Bar]) -> str:
    """What the bar that was clicked is called, whether it is drawn or not."""
    if not code:
        return ""
    found = next((one.name for one in groups if one.code == code), None)
    return found or read(renewals.bar_called, actor=actor, by=by, code=code)


def of_bar(question: str, name: str) -> str:
    """A chart's question, of one bar where it is named."""
    if not name:
        return question
    return _("{question} · {name}").format(question=question, name=plain(name))


def picked_month() -> date | None:
    """The month that was clicked."""
    given = address.asked("month")
    try:
        return renewals.first_of(given) if given else None
    except ValueError:
        return None


def charted(
    question: str,
    rows: Sequence[Mapping[str, Any]],
    spec: dict[str, Any],
    *,
    key: str,
    note: str,
    counted: Sequence[Figure],
    beneath: Sequence[Figure] = (),
    columns: dict[str, str],
    sets: tuple[str, ...],
    apart: str = "",
    is_small: bool = False,
) -> None:
    """A chart with its question, unit and as-of time, its figures, and the same as a table.

    Args:
        counted: what the bars show, beside the note.
        beneath: further figures, under the table.
        sets: what a click on it chooses, as the address names it.
        apart: tells its figures from those of the same code on the screen.
        is_small: its figures rest on too few to be said in per cent.
    """
    st.subheader(question, anchor=False)
    with st.container(
        key=f"{key}-note".replace(".", "-"), horizontal=True, vertical_alignment="center"
    ):
        st.markdown(f":small[:gray[{note}]]", width="content")
        for one in counted:
            figure(one, key=apart, is_small=is_small)
    if not rows:
        st.markdown(_("Nothing to count here yet."))
        return
    table = pa.Table.from_pylist(rows)
    cleared = st.session_state.get(CLEARED, 0)
    drawn = f"{key}-{cleared}" if cleared else key
    st.vega_lite_chart(
        table,
        spec,
        key=drawn,
        theme=None,
        on_select=lambda: clicked(drawn, sets),
        selection_mode=PICK,
    )
    opened = st.expander(_("As a table"), key=f"{key}-table", on_change="rerun")
    if opened.open:
        with opened:
            shown = table.select(list(columns)).rename_columns(list(columns.values()))
            right = st.column_config.TextColumn(alignment="right")
            st.dataframe(
                shown,
                hide_index=True,
                key=f"{key}-rows",
                column_config={columns["premium"]: right} if "premium" in columns else None,
            )
            for one in beneath:
                figure(one)


def unit_note(unit: str, what: str, at: datetime | None = None) -> str:
    """The line under a chart's question."""
    time = formats.date_time(at or now())
    return _("Unit: {unit} · {what} · as of {time}").format(unit=unit, what=what, time=time)


def clicked(key: str, sets: tuple[str, ...]) -> None:
    """Put what was clicked into the address, beside what another chart chose; a second click takes
    it away."""
    picks = st.session_state[key]["selection"][PICK]
    st.session_state.pop(case_list.ROWS, None)
    first = picks[0] if picks else {}
    chosen = {FIELDS[field]: str(value) for field, value in first.items() if field in FIELDS}
    if all(address.asked(name) == chosen.get(name, "") for name in sets):
        chosen = {}
    address.put(**{name: chosen.get(name) for name in sets})


def is_filtered() -> bool:
    """Whether anything is chosen whose cases are listed."""
    return any(address.asked(name) for name in FILTERS)


def _unfilter() -> None:
    """Take every choice away; the charts are drawn anew with nothing picked."""
    address.put(**dict.fromkeys(FILTERS))
    st.session_state[CLEARED] = st.session_state.get(CLEARED, 0) + 1
    st.session_state.pop(case_list.ROWS, None)


def filter_line(by: Dimension | None = None, name: str = "") -> None:
    """What the list is filtered by, and the way back.

    Args:
        name: what the clicked bar is called.
    """
    said = []
    week, state = address.day("week"), address.asked("state")
    if week is not None:
        said.append(_("week from {day}").format(day=formats.short_day(week)))
    for code in (state, address.asked("stage")):
        if code in LABELS[RenewalState]:
            said.append(_(LABELS[RenewalState][code]))
    if address.asked("reason"):
        said.append(plain(refusal(address.asked("reason"))))
    if by is not None and picked(by) is not None:
        said.append(plain(bar_name(by, name)))
    if address.asked("month"):
        said.append(plain(address.asked("month")))
    if said:
        st.space("stretch")
        st.button(
            " · ".join(said),
            key="renewals.unfilter",
            icon=":material/close:",
            help=_("Take the choice away"),
            on_click=_unfilter,
        )


def share(cases: int, of: int, least: int) -> str:
    """``12 · 34%``; of a small sample ``12 / 20``."""
    if of < least:
        return f"{cases:,} / {of:,}"
    return f"{cases:,} · {formats.percent(cases / of)}"


def rate_said(part: int, whole: int, sample: int, least: int, *, kept: int | None = None) -> str:
    """A rate beside its bar: ``56% · n=126``; of a small sample ``6 / 8``.

    Args:
        kept: cases of the numerator, where ``part`` is money.
    """
    if sample < least:
        return f"{part if kept is None else kept:,} / {sample:,}"
    return _("{percent} · n={n}").format(
        percent=formats.percent(part / whole if whole else None), n=f"{sample:,}"
    )


def fewest() -> int:
    return read(measures.fewest, on=today())


def code_in_address(code: str) -> str:
    return code or NO_CODE


def each_bar(
    bars: tuple[tuple[tuple[str, ...], int], ...],
) -> tuple[tuple[tuple[str, ...], int], ...]:
    """The bars of a figure; none where those beyond the last one drawn are missing."""
    return bars if len(bars) < renewals.MOST_BARS else ()


def premium(premium_fen: int) -> str:
    """A premium as people read it beside a bar."""
    return formats.money(premium_fen)
