"""The cases behind a bar."""

import streamlit as st

from services import renewals
from services.actor import Actor
from services.permissions import Permission
from services.renewals import CaseFilter
from ui.screens.renewals import case_list
from ui.screens.renewals.analysis import parts
from ui.session import read, today
from words import _
from words.markdown import quiet


def draw(actor: Actor, where: CaseFilter) -> None:
    """List the cases of what was clicked, by due day; nothing is read before."""
    if not actor.may(Permission.CLIENT_READ):
        st.markdown(_("Your role sees the figures; the cases stay with those who work them."))
        return
    if not parts.is_filtered():
        st.markdown(quiet(_("Click a bar to list its cases here.")))
        return
    st.subheader(_("The cases behind it"), anchor=False)
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
    total = len(shown) + (case_list.PAGE if len(rows) > len(shown) else 0)
    case_list.draw(shown, actor=actor, where=where, total=total, key="renewals.behind")
