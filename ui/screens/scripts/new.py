"""A new place in the library: its stage, the objection it answers, its line."""

import streamlit as st

from services import scripts
from services.actor import Actor
from terms.policies import Line
from terms.scripts import Objection, ScriptStage
from ui.components.asking import forget, form, form_button
from ui.components.drafted import Draft
from ui.session import now, save
from words import _
from words.labels import label

DRAFT = Draft(
    "scripts.new",
    {
        "stage": "scripts.new-stage",
        "objection": "scripts.new-objection",
        "line": "scripts.new-line",
    },
    {"stage": ScriptStage, "objection": Objection, "line": Line},
)


def button(actor: Actor) -> None:
    """The button that opens the form."""
    if form_button(
        _("New script"),
        "scripts.new",
        prepare=lambda: DRAFT.restore(actor),
        icon=":material/add:",
    ):
        form(_("New script"), _form, actor)


def _form(actor: Actor) -> None:
    keeping = DRAFT.keeping(actor)
    DRAFT.notice(actor)
    st.session_state.setdefault("scripts.new-stage", ScriptStage.OBJECTION)
    stage = st.selectbox(
        _("Stage"), list(ScriptStage), key="scripts.new-stage", format_func=label, **keeping
    )
    objection = None
    if stage is ScriptStage.OBJECTION:
        objection = st.selectbox(
            _("Objection"),
            list(Objection),
            key="scripts.new-objection",
            index=None,
            format_func=label,
            placeholder=_("Choose…"),
            **keeping,
        )
    line = st.selectbox(
        _("Line"),
        list(Line),
        key="scripts.new-line",
        index=None,
        format_func=label,
        placeholder=_("Every line"),
        **keeping,
    )
    if st.button(_("Open its draft"), key="scripts.new-save", type="primary"):
        place = save(
            scripts.add_script, actor=actor, stage=stage, objection=objection, line=line, at=now()
        )
        if place is not None:
            DRAFT.drop(actor)
            forget()
            st.query_params.from_dict({"id": place})
            st.rerun()
