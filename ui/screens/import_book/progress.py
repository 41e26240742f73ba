"""Long work: how far it is, from the database, so that it can be left and come back to."""

import streamlit as st

from services import intake
from services.actor import Actor
from services.changes import Chapter
from terms.intake import ImportState
from ui.components.live import live
from ui.session import fragment, now, read
from words import _, formats
from words.intake import state_sentence

_STUCK_SECONDS = 20


def progress(actor: Actor, number: str) -> None:
    """Draw the bar, which follows the work until the step is done."""

    @fragment
    def bar() -> None:
        live(Chapter.INTAKE, key="import.progress", scope="import-bar", every=0.5, again=20)
        run = read(intake.run, actor=actor, number=number)
        if not run.is_worked_on:
            st.rerun()
        share = min(run.rows_done / run.rows, 1.0) if run.rows else 0.0
        if run.state is ImportState.APPLYING:
            share = 1.0
        text = state_sentence(run)
        if run.rows_done:
            text += " " + _("{done} of {rows} rows").format(
                done=formats.number(run.rows_done), rows=formats.number(run.rows)
            )
        st.progress(share, text=text)
        st.markdown(
            ":small[:gray[{}]]".format(
                _("You may leave this screen; the work goes on and this address brings you back.")
            )
        )
        waited = (now() - run.started_at).total_seconds() if run.started_at else 0
        if run.state is ImportState.UPLOADED and waited > _STUCK_SECONDS:
            st.warning(
                _(
                    "Nobody has begun to read the file."
                    " Ask your administrator whether the worker runs."
                ),
                icon=":material/warning:",
            )

    bar()
