"""The third step: what taking the file over would do, row by row, before it is done."""

from datetime import timedelta
from typing import Any

import pyarrow as pa
import streamlit as st

from services import intake, measures
from services.actor import Actor
from services.settings import clock_now
from terms.intake import RowOutcome
from ui.components.choices import without_icon
from ui.components.figure import tile
from ui.components.queue_table import COMPACT_ROW, height
from ui.screens.import_book.columns import give_up
from ui.session import now, read, save
from words import _, formats, ngettext
from words.intake import changed_field
from words.intake_reasons import mend, what

VIEW, TICKET = "import.view", "import.ticket"
MOST = 300
_OFFERED = timedelta(minutes=4)
"""A ticket's link is shown this long; it is valid for five minutes."""


def checked(actor: Actor, run: intake.RunCard) -> None:
    """Draw the counts, the rows behind each count, and the way on."""
    counts(run)
    takes = run.created + run.changed
    with st.container(key="import-acts", horizontal=True, vertical_alignment="center"):
        text = ngettext("Take {n} row over", "Take {n} rows over", takes).format(
            n=formats.number(takes)
        )
        if st.button(text, key="import.apply", type="primary", disabled=not takes):
            done = save(
                intake.apply, actor=actor, run_id=run.id, at=now(), seen_version=run.version
            )
            if done is not None:
                st.rerun()
        if st.button(_("Back to the columns"), key="import.reopen"):
            done = save(
                intake.change_columns,
                actor=actor,
                run_id=run.id,
                at=now(),
                seen_version=run.version,
            )
            if done is not None:
                st.rerun()
        refused_file(actor, run)
        give_up(actor, run)
    details(actor, run)


def counts(run: intake.RunCard) -> None:
    """Six figures; colour is left to the rows themselves."""
    counted = {
        "created": run.created,
        "changed": run.changed,
        "same": run.same,
        "warnings": run.warnings,
        "duplicates": run.duplicates,
        "refused": run.refused,
    }
    with st.grid(6, min_column_width=110, key="import-counts"):
        for name, value in counted.items():
            shown = measures.figure(f"intake.{name}", value, about={"import": run.number})
            tile(shown, border=True)


def refused_file(actor: Actor, run: intake.RunCard) -> None:
    """The refused rows as a file: a ticket is made when it is asked for, and used once."""
    if not run.refused:
        return
    held = st.session_state.get(TICKET)
    if held and held[0] == run.id and clock_now() - held[2] < _OFFERED:
        st.link_button(
            _("Download the refused rows"),
            f"/download/{held[1]}",
            key="import.download",
            icon=":material/download:",
            on_click=lambda: st.session_state.pop(TICKET, None),
        )
        return
    if st.button(_("Refused rows as a file"), key="import.refused", icon=":material/download:"):
        ticket = save(intake.refused_ticket, actor=actor, run_id=run.id, at=now())
        if ticket is not None:
            st.session_state[TICKET] = (run.id, ticket, clock_now())
            st.rerun()


def details(actor: Actor, run: intake.RunCard) -> None:
    """The rows behind the counts: refused, warnings, changes, look-alikes."""
    views = {
        "refused": (_("Refused"), run.refused),
        "warnings": (_("Warnings"), run.warnings),
        "changed": (_("Changed"), run.changed),
        "duplicates": (_("Look-alikes"), run.duplicates),
    }
    there = [name for name, (_name, count) in views.items() if count]
    if not there:
        st.markdown(_("No row is odd."))
        return
    view = st.segmented_control(
        _("Rows"),
        there,
        key=VIEW,
        default=there[0],
        required=True,
        format_func=without_icon(lambda name: f"{views[name][0]} {formats.number(views[name][1])}"),
        label_visibility="collapsed",
    )
    match view:
        case "changed":
            _changed(actor, run)
        case "duplicates":
            _duplicates(actor, run)
        case _:
            _problems(actor, run, refused=view == "refused")


def _problems(actor: Actor, run: intake.RunCard, *, refused: bool) -> None:
    found = read(
        intake.problems_of,
        actor=actor,
        run_id=run.id,
        outcome=RowOutcome.REFUSED if refused else None,
        limit=MOST,
    )
    if not refused:
        found = [problem for problem in found if problem.outcome is not RowOutcome.REFUSED]
    columns = {
        "line": [problem.line for problem in found],
        "column": [problem.column or "–" for problem in found],
        "cell": [problem.cell for problem in found],
        "what": [what(problem.code, problem.data) for problem in found],
        "mend": [mend(problem.code) for problem in found],
    }
    text = st.column_config.TextColumn
    _table(
        columns,
        {
            "line": st.column_config.NumberColumn(_("File line"), width=70),
            "column": text(_("Column"), width=170),
            "cell": text(_("In the cell"), width=150),
            "what": text(_("What is odd"), width=330),
            "mend": text(_("How to mend it"), width=400),
        },
        _("Odd cells by line, with the way to mend them"),
    )
    _more(run.refused if refused else run.warnings)


def _changed(actor: Actor, run: intake.RunCard) -> None:
    found = read(intake.changes_of, actor=actor, run_id=run.id, limit=MOST)
    _table(
        {
            "line": [row.line for row in found],
            "fields": [formats.listing([changed_field(f) for f in row.fields]) for row in found],
        },
        {
            "line": st.column_config.NumberColumn(_("File line"), width=70),
            "fields": st.column_config.TextColumn(_("Fields that change"), width=700),
        },
        _("Rows that change something stored, by line"),
    )
    _more(run.changed)


def _duplicates(actor: Actor, run: intake.RunCard) -> None:
    found = read(intake.duplicates_of, actor=actor, run_id=run.id, limit=MOST)
    st.markdown(
        _("These lines equal an earlier one in everything but the client number. They come in.")
    )
    _table(
        {"line": [line for line, _first in found], "first": [first for _line, first in found]},
        {
            "line": st.column_config.NumberColumn(_("File line"), width=100),
            "first": st.column_config.NumberColumn(_("Equals line"), width=120),
        },
        _("Look-alikes by line"),
    )
    _more(run.duplicates)


def _table(columns: dict[str, Any], config: dict[str, Any], alt: str) -> None:
    rows = len(next(iter(columns.values())))
    st.dataframe(
        pa.table(columns),
        height=height(rows, row=COMPACT_ROW, most=12),
        row_height=COMPACT_ROW,
        hide_index=True,
        column_config=config,
        alt=alt,
    )


def _more(count: int) -> None:
    if count > MOST:
        said = _("The first {shown} rows of {all}.").format(
            shown=formats.number(MOST), all=formats.number(count)
        )
        st.markdown(f":small[:gray[{said}]]")
