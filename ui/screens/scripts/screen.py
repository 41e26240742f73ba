"""The fragment of ``/scripts``: the library left, the open script right.

The address: ``id``, a script's place (``objection.price.motor``), and ``stage``, a filter.
"""

from collections.abc import Sequence

import pyarrow as pa
import streamlit as st

from services import scripts
from services.changes import Chapter
from services.permissions import Permission
from services.scripts import ScriptRow
from terms.scripts import ScriptStage, ScriptState
from ui.components.live import live
from ui.components.queue_table import COMPACT_ROW, height
from ui.screens.scripts import new, script
from ui.session import fragment, read, signed_in, today
from words import _, formats, ngettext
from words.labels import label
from words.markdown import quiet
from words.scripts import short_title

LIST, STAGE = "scripts.list", "scripts.stage"


@fragment
def screen() -> None:
    """Draw the library and the open script."""
    actor = signed_in(Permission.SCRIPT_READ)
    live(Chapter.SCRIPTS, Chapter.APPROVALS, key="scripts.live", every=3)
    rows = read(scripts.library, actor=actor, on=today())
    with st.container(
        key="scripts-bar", horizontal=True, vertical_alignment="bottom", horizontal_alignment="left"
    ):
        shown = _filtered(rows)
        st.space("stretch")
        if actor.may(Permission.SCRIPT_EDIT):
            new.button(actor)
    if not shown:
        st.markdown(_("There is no script of this kind yet."))
        return
    places = [row.place for row in shown]
    given = st.query_params.get("id", "")
    place = given if given in places else places[0]
    left, right = st.columns([5, 7], gap="medium")
    with left:
        _list(shown, places, place)
        _counted(rows)
    with right:
        script.draw(actor, place)


def _filtered(rows: Sequence[ScriptRow]) -> list[ScriptRow]:
    known = set(ScriptStage)
    given = st.query_params.get("stage", "")
    stage = ScriptStage(given) if given in known else None
    st.session_state[STAGE] = stage or ""
    st.selectbox(
        _("Stage"),
        ["", *ScriptStage],
        key=STAGE,
        format_func=lambda one: label(ScriptStage(one)) if one else _("All stages"),
        on_change=_to_stage,
        width=220,
    )
    return [row for row in rows if stage is None or row.stage is stage]


def _to_stage() -> None:
    stage = st.session_state[STAGE]
    st.query_params.from_dict({"stage": str(stage)} if stage else {})


def _list(rows: Sequence[ScriptRow], places: list[str], place: str) -> None:
    def pick() -> None:
        chosen = st.session_state[LIST]["selection"]["rows"]
        if chosen:
            st.query_params["id"] = places[chosen[0]]

    wanted = [places.index(place)]
    if st.session_state.get(LIST, {}).get("selection", {}).get("rows") != wanted:
        st.session_state[LIST] = {"selection": {"rows": wanted}}
    text = st.column_config.TextColumn
    with st.container(key="scripts-library"):
        st.dataframe(
            pa.table(
                {
                    "title": [short_title(row) for row in rows],
                    "line": [label(row.line) if row.line else _("Every line") for row in rows],
                    "state": [_state(row) for row in rows],
                }
            ),
            key=LIST,
            height=height(len(rows), row=COMPACT_ROW, most=18),
            row_height=COMPACT_ROW,
            hide_index=True,
            column_config={
                "title": text(_("Stage or objection"), width=166),
                "line": text(_("Line"), width=84),
                "state": text(_("State"), width=150),
            },
            on_select=pick,
            selection_mode="single-row-required",
            alt=_("Scripts by stage, objection and line; Shift+Space opens a row"),
        )


def _state(row: ScriptRow) -> str:
    if row.waits:
        return _("◆ waits for a decision")
    if row.has_refused_words:
        return _("▲ forbidden words")
    if row.has_draft:
        return _("● draft")
    if row.state is not ScriptState.IN_FORCE:
        return label(row.state)
    return _("to be confirmed") if row.needs_confirmation else ""


def _counted(rows: Sequence[ScriptRow]) -> None:
    used = sum(row.state is ScriptState.IN_FORCE for row in rows)
    said = ngettext("{n} script in use", "{n} scripts in use", used).format(n=formats.number(used))
    st.markdown(quiet(said))
