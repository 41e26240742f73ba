"""The cases behind a bar."""

import streamlit as st

from services import renewals
from services.actor import Actor
from services.permissions import Permission
from services.renewals import CaseFilter
from ui.screens.renewals import case_list
from ui.session import read, today
from words import _


def draw(actor: Actor, where: CaseFilter) -> None:
    """List the cases ``where`` leaves, by due day."""
    st.subheader(_("The cases behind it"), anchor=False)
    if not actor.may(Permission.CLIENT_READ):
        st.markdown(_("Your role sees the figures; the cases stay with those who work them."))
        return
    rows = read(
        renewals.case_list,
        actor=actor,
        on=today(),
        where=where,
        limit=case_list.shown_rows() + 1,
    )
    if not rows:
        st.markdown(_("No case matches."))
        return
    shown = rows[: case_list.shown_rows()]
    case_list.draw(shown, actor=actor, where=where, total=len(rows), key="renewals.behind")
