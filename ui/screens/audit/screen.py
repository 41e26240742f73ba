"""Which view of the audit is shown; the address says it: ``view``."""

import streamlit as st

from services import audit_trail
from services.actor import Actor
from ui.components.choices import without_icon
from ui.screens.audit import acts, seen
from ui.session import read
from words import _, formats, ngettext
from words.markdown import quiet

VIEW = "view"
ACTS, SEEN = "acts", "seen"


def screen(actor: Actor) -> None:
    """Draw the view of the address."""
    names = {ACTS: _("What was done"), SEEN: _("Who saw what")}
    view = st.query_params.get(VIEW, ACTS)
    view = view if view in names else ACTS
    with st.container(horizontal=True, vertical_alignment="center", key="audit-top"):
        st.session_state["audit.view"] = view
        st.segmented_control(
            _("View"),
            list(names),
            key="audit.view",
            required=True,
            format_func=without_icon(names.__getitem__),
            label_visibility="collapsed",
            on_change=_chosen,
        )
        st.space("stretch")
        st.markdown(quiet(_chain(actor)))
    if view == SEEN:
        seen.draw(actor)
    else:
        acts.draw(actor)


def _chain(actor: Actor) -> str:
    state = read(audit_trail.seal_state, actor=actor)
    if state.sealed_at is None:
        return _("Nothing is sealed yet: the worker has not come by.")
    said = _("Sealed up to {time}").format(time=formats.date_time(state.sealed_at))
    if not state.waiting:
        return f":material/verified_user: {said}"
    waiting = ngettext("{n} newer entry", "{n} newer entries", state.waiting)
    return f":material/verified_user: {said} · {waiting.format(n=formats.number(state.waiting))}"


def _chosen() -> None:
    view = st.session_state["audit.view"]
    kept = {k: st.query_params[k] for k in ("who", "client", "from", "to") if k in st.query_params}
    st.query_params.clear()
    st.query_params.update(kept)
    if view != ACTS:
        st.query_params[VIEW] = view
