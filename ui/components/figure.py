"""A figure: a number with its unit that opens to what it means and to its rows.

Every number of the business on a screen is drawn here; ``services.measures`` defines it. Opening
counts it again from its rows, shows them and gives them as a file.
"""

from datetime import datetime
from math import isclose
from typing import Any

import pyarrow as pa
import streamlit as st

from services import documents, measures
from services.actor import Actor
from services.measures import ColumnKind, Figure, Measure, Opened
from services.permissions import Permission
from terms.measures import Formula
from ui.components.asking import form, form_button
from ui.components.download import fetch
from ui.components.queue_table import COMPACT_ROW, height
from ui.session import now, read, save, tell, today, who
from words import _, formats, ngettext
from words import measures as said
from words import measures_file as _file  # noqa: F401 - how its rows become a file
from words.labels import label
from words.markdown import plain, quiet

ROWS = "figure.rows"
PAGE = 50
_NUMBERS = (ColumnKind.MONEY, ColumnKind.NUMBER, ColumnKind.MARK, ColumnKind.CONSTANT)


def figure(shown: Figure, *, key: str = "", is_small: bool = False) -> None:
    """The number in a line of text; pressing it opens it.

    Args:
        key: tells figures of one code on one screen apart.
        is_small: a share of too few to be said in per cent.
    """
    _opens(shown, said.phrase(shown, is_small=is_small), key)


def figures(*shown: Figure, key: str) -> None:
    """Several numbers in one line that breaks where it must."""
    with st.container(
        key=f"figures-{key}", horizontal=True, vertical_alignment="center", gap="small"
    ):
        for one in shown:
            figure(one, key=key)


def tile(shown: Figure, *, border: bool = False, note: Figure | None = None) -> None:
    """The number large under its name, for the few a screen is about.

    Args:
        note: a second figure that says a part of it, small beneath.
    """
    with st.container(border=border, key=f"tile-{_of(shown)}", gap="xxsmall"):
        st.markdown(quiet(said.name(shown.code)))
        _opens(shown, f"**{said.with_unit(shown)}**", "")
        if note is not None:
            figure(note)


def _of(shown: Figure, key: str = "") -> str:
    return f"{shown.code}.{key}" if key else shown.code


def _opens(shown: Figure, text: str, key: str) -> None:
    def fresh() -> None:
        st.session_state[ROWS] = PAGE

    is_open = form_button(
        text,
        f"figure.{_of(shown, key)}",
        prepare=fresh,
        type="tertiary",
        icon=":material/help:",
        icon_position="right",
        help=said.meaning(shown.code),
    )
    actor = who()
    if is_open and actor is not None:
        which = said.which(shown)
        title = said.name(shown.code) + (f" · {which}" if which else "")
        form(title, _explain, actor, shown, now(), width="large")


def _explain(actor: Actor, shown: Figure, at: datetime) -> None:
    """The dialog: the number, what it means, how it comes about, its rows."""
    limit = int(st.session_state.get(ROWS, PAGE))
    opened = read(measures.rows_of, actor=actor, figure=shown, on=today(), at=now(), limit=limit)
    defined = measures.measure(shown.code)
    st.markdown(said.meaning(shown.code))
    with st.container(border=True, key="figure-definition"):
        for title, text in _what(shown, defined):
            st.markdown(f":gray[{title}] &nbsp; {plain(text)}")
        facts = _facts(shown, defined, opened, at)
        st.markdown(" &nbsp;&nbsp; ".join(f":gray[{t}] &nbsp; {plain(x)}" for t, x in facts))
        st.markdown(_recount(shown, opened))
    _table(defined, opened)
    _foot(actor, shown, opened, limit)


def _what(shown: Figure, defined: Measure) -> list[tuple[str, str]]:
    lines = [
        (_("Value"), said.worked(shown)),
        (_("Formula"), said.formula(defined)),
        (_("Counted"), said.numerator(shown.code)),
    ]
    if said.denominator(shown.code):
        lines.append((_("Compared with"), said.denominator(shown.code)))
    return [*lines, (_("Source"), said.sources(defined))]


def _facts(shown: Figure, defined: Measure, opened: Opened, at: datetime) -> list[tuple[str, str]]:
    sample = ngettext("{n} row", "{n} rows", opened.worked.sample).format(n=_counted(shown, opened))
    return [
        (_("Unit"), label(defined.unit)),
        (_("Period"), said.period(defined, dict(shown.about))),
        (_("As of"), formats.date_time(at)),
        (_("Sample"), sample),
        (_("Small samples"), _small(defined, shown)),
    ]


def _small(defined: Measure, shown: Figure) -> str:
    is_share = defined.work.formula is Formula.SHARE or (
        defined.by and said.denominator(shown.code)
    )
    if not is_share:
        return _("no rule: this is no share of a sample")
    least = read(measures.fewest, on=today())
    return _("fewer than {n}: shown as a count, not in per cent").format(n=least)


def _counted(shown: Figure, opened: Opened) -> str:
    """How many rows it rests on; where counting stops, that many and more."""
    return formats.count(opened.worked.sample, cap=measures.measure(shown.code).counts_to)


def _again(shown: Figure, opened: Opened) -> Figure:
    """The figure as its rows give it now."""
    worked, most = opened.worked, measures.measure(shown.code).counts_to
    is_capped = most is not None and worked.numerator > most
    number = most if is_capped and most is not None else worked.numerator
    return Figure(shown.code, number, worked.denominator, shown.about, is_capped=is_capped)


def _recount(shown: Figure, opened: Opened) -> str:
    """Whether the rows give the number on the screen."""
    worked = opened.worked
    again = _again(shown, opened)
    same_of = (
        shown.of is None
        or worked.denominator is None
        or isclose(worked.denominator, shown.of, abs_tol=1e-6)
    )
    if again.value == shown.value and again.is_capped == shown.is_capped and same_of:
        return _(":green[✓ Counted again from its rows: {value}]").format(value=said.value(again))
    if not worked.sample and not shown.value:
        return _(":green[✓ Counted again from its rows: {value}]").format(value=said.value(shown))
    return _(
        ":orange[◆ Counted again from its rows: {value}. It has changed since it was shown.]"
    ).format(value=said.value(again))


def _table(defined: Measure, opened: Opened) -> None:
    if not opened.rows:
        st.markdown(_("There is no row to count."))
        return
    rows = [said.cells(defined, row) for row in opened.rows]
    columns: dict[str, Any] = {}
    config: dict[str, Any] = {}
    for place, column in enumerate(defined.columns):
        found = [row[place] for row in rows]
        title = said.header_of(column.name)
        if column.kind in _NUMBERS:
            columns[column.name] = pa.array(found)
            config[column.name] = st.column_config.NumberColumn(title, format="localized")
        else:
            columns[column.name] = pa.array([cell or "–" for cell in found], pa.string())
            config[column.name] = st.column_config.TextColumn(title)
    st.dataframe(
        pa.table(columns),
        key="figure.list",
        height=height(len(rows), row=COMPACT_ROW, most=8),
        row_height=COMPACT_ROW,
        hide_index=True,
        placeholder="–",
        column_config=config,
        alt=_("The rows the figure counts"),
    )


def _foot(actor: Actor, shown: Figure, opened: Opened, limit: int) -> None:
    rows, here = opened.worked.sample, len(opened.rows)
    with st.container(horizontal=True, vertical_alignment="center", key="figure-foot"):
        count = _("{shown} of {all} rows").format(
            shown=formats.number(here), all=_counted(shown, opened)
        )
        st.markdown(quiet(count), width="content")
        if here == limit and here < rows:
            more = _("Show {n} more").format(n=min(PAGE, rows - here))
            st.button(more, key="figure.more", type="tertiary", on_click=_more)
        st.space("stretch")
        if rows and actor.may(Permission.FIGURE_EXPORT):
            _export(actor, shown, rows)


def _more() -> None:
    st.session_state[ROWS] = int(st.session_state.get(ROWS, PAGE)) + PAGE


def _export(actor: Actor, shown: Figure, rows: int) -> None:
    """All rows as a file: fetched by the browser at once, or made by the worker."""
    is_long = rows > documents.LONG_ROWS
    text = _("All rows as a file (CSV)")
    if not st.button(text, key="figure.export", icon=":material/download:"):
        return
    if is_long:
        most = measures.measure(shown.code).counts_to
        known = None if most is not None and rows > most else rows
        made = save(measures.order_export, actor=actor, figure=shown, rows=known, at=now())
        if made is not None:
            tell(_("This takes a while. The bell tells you when your export is ready."))
        return
    ticket = save(measures.export_ticket, actor=actor, figure=shown, at=now())
    if ticket is not None:
        fetch(ticket)
        st.rerun()
