"""The second step: what each column means, suggested, corrected, saved by name."""

from typing import Any

import pandas as pd
import streamlit as st

from services import intake
from services.actor import Actor
from terms.intake import DateOrder, ImportField
from ui.session import now, read, save, tell
from words import _, formats, ngettext
from words.labels import label
from words.markdown import plain

EDITOR, CHOSEN, TURN = "import.columns", "import.mapping", "import.turn"


def columns(actor: Actor, run: intake.RunCard) -> None:
    """Draw the file's columns with what they mean; checking comes next."""
    facts = read(intake.columns_of, actor=actor, run_id=run.id)
    saved = read(intake.mappings_for, actor=actor, run_id=run.id)
    _offer(actor, run, saved)
    mapping = _mapping_in_use(run, saved)
    known = sum(fact.column in mapping.fields for fact in facts)
    st.markdown(
        _(
            "**{known}** of {all} columns were recognised. The others are kept as extra fields."
        ).format(known=known, all=len(facts))
    )
    edited = _editor(run, facts, mapping)
    chosen = _read_editor(edited)
    required = [f for f in intake.REQUIRED[run.kind] if f not in chosen.fields.values()]
    if required:
        st.warning(
            _("Still needed: {fields}").format(
                fields=", ".join(label(field) for field in required)
            ),
            icon=":material/warning:",
        )
    _acts(actor, run, chosen, can_check=not required)


def _offer(actor: Actor, run: intake.RunCard, saved: tuple[intake.SavedMapping, ...]) -> None:
    """The saved mapping that fits this file best, a colleague's too: one click uses it."""
    best = next((one for one in saved if one.fits), None)
    if best is None or (
        best.columns.fields == run.columns.fields and best.columns.orders == run.columns.orders
    ):
        return
    with st.container(
        key="import-offer", horizontal=True, vertical_alignment="center", border=True
    ):
        st.markdown(f":material/bookmark: {_said(best, len(best.columns.fields))}")
        st.space("stretch")
        if st.button(_("Use it and check every row"), key="import.use", icon=":material/done_all:"):
            _check(actor, run, best.columns)


def _said(one: intake.SavedMapping, n: int) -> str:
    if one.is_mine:
        said = ngettext(
            "Your mapping **{name}** fits this file: it knows {n} column.",
            "Your mapping **{name}** fits this file: it knows {n} columns.",
            n,
        )
    elif one.owner:
        said = ngettext(
            "{owner}'s mapping **{name}** fits this file: it knows {n} column.",
            "{owner}'s mapping **{name}** fits this file: it knows {n} columns.",
            n,
        )
    else:
        said = ngettext(
            "The saved mapping **{name}** fits this file: it knows {n} column.",
            "The saved mapping **{name}** fits this file: it knows {n} columns.",
            n,
        )
    return said.format(name=plain(one.name), owner=plain(one.owner or ""), n=n)


def _mapping_in_use(
    run: intake.RunCard, saved: tuple[intake.SavedMapping, ...]
) -> intake.ColumnMapping:
    """The run's own mapping, or the saved one picked on this screen."""
    if not saved:
        return run.columns

    def turn() -> None:
        st.session_state[TURN] = st.session_state.get(TURN, 0) + 1

    by_id = {one.id: one for one in saved}
    chosen = st.selectbox(
        _("Start from"),
        list(by_id),
        index=None,
        key=CHOSEN,
        format_func=lambda one: _title(by_id[one]),
        placeholder=_("The suggestion, or a saved mapping"),
        on_change=turn,
        width=360,
    )
    return by_id[chosen].columns if chosen in by_id else run.columns


def _title(one: intake.SavedMapping) -> str:
    if one.is_mine or not one.owner:
        return one.name
    return _("{name} ({owner})").format(name=one.name, owner=one.owner)


def _editor(
    run: intake.RunCard, facts: list[intake.ColumnFacts], mapping: intake.ColumnMapping
) -> pd.DataFrame:
    nothing = _("Extra field")
    meanings = [label(field) for field in intake.FIELDS_OF_KIND[run.kind]]
    orders = [label(order) for order in DateOrder]
    frame = pd.DataFrame(
        {
            "column": [fact.column for fact in facts],
            "meaning": [
                label(mapping.fields[fact.column]) if fact.column in mapping.fields else nothing
                for fact in facts
            ],
            "samples": [" · ".join(fact.samples) for fact in facts],
            "filled": [fact.filled for fact in facts],
            "order": pd.Series([_order_of(fact, mapping) for fact in facts], dtype="object"),
            "doubt": [
                _("may be read otherwise") if fact.date_is_ambiguous else "" for fact in facts
            ],
        }
    )
    text = st.column_config.TextColumn
    edited: pd.DataFrame = st.data_editor(
        frame,
        key=f"{EDITOR}.{run.id}.{st.session_state.get(TURN, 0)}",
        hide_index=True,
        height=min(31 + 36 * len(facts) + 2, 520),
        row_height=36,
        placeholder="–",
        disabled=["column", "samples", "filled", "doubt"],
        column_config={
            "column": text(_("Column in the file"), width=200),
            "meaning": st.column_config.SelectboxColumn(
                _("Means"), options=[nothing, *meanings], required=True, width=200
            ),
            "samples": text(_("For example"), width=300),
            "filled": st.column_config.NumberColumn(
                _("Filled cells"), width=90, format="localized"
            ),
            "order": st.column_config.SelectboxColumn(
                _("Dates read as"), options=orders, width=150
            ),
            "doubt": text(_("Doubt"), width=140),
        },
        alt=_("The file's columns and what they mean; Enter on a cell opens its choices"),
    )
    doubtful = [fact.column for fact in facts if fact.date_is_ambiguous]
    if doubtful:
        st.info(
            ngettext(
                "Dates in {columns} fit more than one order of day and month. Look at it once.",
                "Dates in {columns} fit more than one order of day and month. Look at them once.",
                len(doubtful),
            ).format(columns=formats.listing([plain(column) for column in doubtful])),
            icon=":material/info:",
        )
    return edited


def _order_of(fact: intake.ColumnFacts, mapping: intake.ColumnMapping) -> str | None:
    order = mapping.orders.get(fact.column) or next(iter(fact.date_orders), None)
    return None if order is None else label(order)


def _read_editor(edited: pd.DataFrame) -> intake.ColumnMapping:
    fields = {label(field): field for field in ImportField}
    orders = {label(order): order for order in DateOrder}
    rows: list[dict[str, Any]] = edited.to_dict("records")
    return intake.ColumnMapping(
        {row["column"]: fields[row["meaning"]] for row in rows if row["meaning"] in fields},
        {row["column"]: orders[row["order"]] for row in rows if row["order"] in orders},
    )


def _acts(
    actor: Actor, run: intake.RunCard, chosen: intake.ColumnMapping, *, can_check: bool
) -> None:
    with st.container(key="import-acts", horizontal=True, vertical_alignment="center"):
        if st.button(
            _("Check every row"), key="import.check", type="primary", disabled=not can_check
        ):
            _check(actor, run, chosen)
        with (
            st.popover(_("Save these columns"), icon=":material/bookmark:"),
            st.form("import.save", border=False),
        ):
            name = st.text_input(_("Name of the mapping"), key="import.name", max_chars=80)
            if st.form_submit_button(_("Save"), key="import.keep"):
                kept = save(
                    intake.save_mapping,
                    actor=actor,
                    run_id=run.id,
                    name=name,
                    columns=chosen,
                    at=now(),
                )
                if kept is not None:
                    tell(_("Saved as “{name}”.").format(name=kept))
        give_up(actor, run)


def _check(actor: Actor, run: intake.RunCard, columns: intake.ColumnMapping) -> None:
    done = save(
        intake.use_columns,
        actor=actor,
        run_id=run.id,
        columns=columns,
        at=now(),
        seen_version=run.version,
    )
    if done is not None:
        st.rerun()


def give_up(actor: Actor, run: intake.RunCard) -> None:
    """A quiet button that ends the import; nothing is stored of it."""
    if st.button(_("Give this import up"), key="import.cancel", type="tertiary"):
        done = save(intake.cancel, actor=actor, run_id=run.id, at=now(), seen_version=run.version)
        if done is not None:
            st.rerun()
