"""Which view of the people is shown; the address says it: ``view``, or a person's ``id``."""

import streamlit as st

from services.actor import Actor
from ui.components.choices import without_icon
from ui.screens.people import away, listing, person, places
from words import _

VIEW, PERSON = "view", "id"
STAFF, PLACES, LEAVE = "staff", "places", "leave"


def screen(actor: Actor) -> None:
    """Draw the view of the address."""
    username = st.query_params.get(PERSON)
    if username:
        person.draw(actor, username)
        return
    names = {STAFF: _("List"), PLACES: _("Branches and teams"), LEAVE: _("Leave")}
    view = st.query_params.get(VIEW, STAFF)
    view = view if view in names else STAFF
    st.session_state["people.view"] = view
    st.segmented_control(
        _("View"),
        list(names),
        key="people.view",
        required=True,
        format_func=without_icon(names.__getitem__),
        label_visibility="collapsed",
        on_change=_chosen,
    )
    match view:
        case "places":
            places.draw(actor)
        case "leave":
            away.draw(actor)
        case _:
            listing.draw(actor)


def _chosen() -> None:
    view = st.session_state["people.view"]
    st.query_params.clear()
    if view != STAFF:
        st.query_params[VIEW] = view
