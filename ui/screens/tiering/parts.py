"""What the views of ``/tiering`` share: filters of the address, a chart with its question, the
tables of clients and the way through their pages."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import streamlit as st

from charts.look import PICK
from services.measures import Figure
from services.tiering import StandingRow
from terms.tiering import Tier
from ui.components.choices import without_icon
from ui.components.figure import figure
from ui.components.queue_table import COMPACT_ROW, height
from ui.screens.tiering import address
from words import _, formats
from words.clients import client_title
from words.labels import label
from words.markdown import quiet

MOST_ROWS = 14


def select(
    name: str,
    title: str,
    options: Sequence[str],
    say: Callable[[str], str] = str,
    *,
    chosen: str | None = None,
    width: int = 150,
) -> None:
    """A filter of the address as a box; nothing chosen: not narrowed.

    Args:
        chosen: what holds though the address does not name it.
    """
    given = address.asked(name) or chosen
    offered = [*options, *([given] if given and given not in options else [])]
    key = f"tiering.{name}"
    st.session_state[key] = given
    st.selectbox(
        title,
        offered,
        key=key,
        index=None,
        placeholder=title,
        format_func=say,
        label_visibility="collapsed",
        on_change=lambda: address.narrow(**{name: st.session_state[key]}),
        width=width,
    )


def switch(
    name: str, title: str, options: Sequence[str], say: Callable[[str], str], chosen: str
) -> None:
    """One of few choices of the address."""
    key = f"tiering.{name}"
    st.session_state[key] = chosen
    st.segmented_control(
        title,
        options,
        key=key,
        required=True,
        format_func=without_icon(say),
        label_visibility="collapsed",
        on_change=lambda: address.narrow(**{name: st.session_state[key]}),
    )


def unfilter(said: Sequence[str], *names: str) -> None:
    """What the list beneath is narrowed to, and the way back."""
    if said:
        st.button(
            " · ".join(said),
            key="tiering.unfilter",
            icon=":material/close:",
            help=_("Show all clients again"),
            on_click=lambda: address.narrow(**dict.fromkeys(names)),
        )


def chart(
    question: str,
    note: str,
    rows: pa.Table,
    spec: dict[str, Any],
    *,
    key: str,
    counted: Figure | None,
    columns: Mapping[str, str],
    names: Mapping[str, str] | None = None,
    beside: Callable[[], None] | None = None,
) -> None:
    """A chart with its question, unit, as-of day and sample, and the same as a table.

    Args:
        names: field of the selection → parameter of the address a click writes; an empty
            parameter takes the filter away.
        beside: draws what stands beside the question.
    """
    with st.container(
        key=f"{key}-head".replace(".", "-"), horizontal=True, vertical_alignment="center"
    ):
        st.subheader(question, anchor=False)
        if beside is not None:
            beside()
    with st.container(
        key=f"{key}-note".replace(".", "-"), horizontal=True, vertical_alignment="center"
    ):
        st.markdown(f":small[:gray[{note}]]", width="content")
        if counted is not None:
            figure(counted, key=key)
    if names:
        st.vega_lite_chart(
            rows,
            spec,
            key=key,
            theme=None,
            on_select=lambda: _clicked(key, names),
            selection_mode=PICK,
        )
    else:
        st.vega_lite_chart(rows, spec, key=key, theme=None)
    table = st.expander(_("As a table"), key=f"{key}-table", on_change="rerun")
    if table.open:
        shown = rows.select(list(columns))
        shown = shown.filter(pc.is_valid(shown[0])).rename_columns(list(columns.values()))
        table.dataframe(shown, hide_index=True, key=f"{key}-rows")


def _clicked(key: str, names: Mapping[str, str]) -> None:
    picked = st.session_state[key]["selection"][PICK]
    first = picked[0] if picked else {}
    chosen: dict[str, str | None] = dict.fromkeys(names.values())
    for field, name in names.items():
        if first.get(field) not in (None, ""):
            chosen[name] = str(first[field])
    address.narrow(**chosen)


def unit_note(as_of: date | None, what: str = "") -> str:
    """The line under a question: unit, what is counted, as of which day."""
    said = [_("Unit: clients")]
    if what:
        said.append(what)
    said.append(_("as of {day}").format(day=formats.day(as_of)))
    return " · ".join(said)


def clients_table(
    rows: Sequence[StandingRow],
    *,
    key: str,
    more: Mapping[str, tuple[Any, Sequence[Any]]] | None = None,
    with_classes: bool = True,
    row_height: int = COMPACT_ROW,
) -> None:
    """Clients with whose they are and where they stand; a link opens the file.

    Args:
        more: column name → how it is drawn, and its cells; stands before the premium.
    """
    text, number = st.column_config.TextColumn, st.column_config.NumberColumn
    cells: dict[str, Sequence[Any]] = {
        "client": [client_title(row.name, row.number) for row in rows],
        "file": [f"/client?id={row.number}" for row in rows],
        "owner": [row.owner or "–" for row in rows],
        "team": [row.team or "–" for row in rows],
    }
    config: dict[str, Any] = {
        "client": text(_("Client"), width=176),
        "file": st.column_config.LinkColumn(_("File"), display_text=_("open"), width=52),
        "owner": text(_("Owner"), width=76),
        "team": text(_("Team"), width=92),
    }
    if with_classes:
        cells |= {
            "value": [_held(row) for row in rows],
            "score": [row.score for row in rows],
            "risk": [label(row.risk) for row in rows],
            "risk_score": [row.risk_score for row in rows],
            "stars": ["★" * row.stars if row.stars else _("not known") for row in rows],
        }
        config |= {
            "value": text(_("Value tier"), width=110),
            "score": number(_("Value points"), width=80),
            "risk": text(_("Risk tier"), width=90),
            "risk_score": number(_("Risk points"), width=80),
            "stars": text(_("Client stars"), width=100),
        }
    for name, (column, found) in (more or {}).items():
        cells[name], config[name] = found, column
    cells["premium"] = [formats.yuan(row.premium_fen) for row in rows]
    config["premium"] = number(_("Premium ¥"), width=88, format="localized")
    st.dataframe(
        pa.table(cells),
        key=key,
        height=height(len(rows), row=row_height, most=MOST_ROWS * COMPACT_ROW // row_height),
        row_height=row_height,
        hide_index=True,
        column_config=config,
        alt=_("Clients and where they stand"),
    )


def _held(row: StandingRow) -> str:
    name = label(row.value)
    return _("{tier}, by decision").format(tier=name) if row.is_held else name


def pages(after: str | None, *, key: str) -> None:
    """The way to the next page, and back to the first."""
    is_first = address.page_of() is None
    if after is None and is_first:
        return
    with st.container(key=key.replace(".", "-"), horizontal=True, horizontal_alignment="right"):
        st.button(
            _("First page"),
            key=f"{key}-first",
            icon=":material/first_page:",
            disabled=is_first,
            on_click=lambda: address.put(after=None),
        )
        st.button(
            _("Next"),
            key=f"{key}-next",
            icon=":material/chevron_right:",
            icon_position="right",
            disabled=after is None,
            on_click=lambda: address.put(after=after),
        )


def files_are_others() -> None:
    """For roles that read figures alone."""
    st.markdown(
        quiet(_("Your role sees the figures; the clients stay with those who look after them."))
    )


def shares(numbers: Sequence[int], least: int) -> list[str]:
    """``12 · 34%`` of their sum; of a small sample ``12 / 20``."""
    whole = sum(numbers)
    if whole < least:
        return [f"{number:,} / {whole:,}" for number in numbers]
    return [f"{number:,} · {_percent(number / whole)}" for number in numbers]


def _percent(share: float) -> str:
    return formats.percent(share, decimals=1 if 0 < share < 0.01 else 0)


TIERS = tuple(reversed(Tier))
"""The highest first."""
