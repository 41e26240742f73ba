"""The fragment everything on ``/plans`` happens in, and the switch between its views."""

from enum import StrEnum

import streamlit as st

from services.actor import Actor
from services.changes import Chapter
from services.permissions import Permission
from ui.components.choices import without_icon
from ui.components.live import live
from ui.screens.plans import due, rates, stage
from ui.screens.plans.going import go_where_picked
from ui.screens.renewals.address import closed_to_role
from ui.session import fragment, signed_in
from words import _

VIEW = "plans.view"


class View(StrEnum):
    """As the address names them."""

    STAGE = "stage"
    PLANS = "plans"
    RATES = "rates"


@fragment(key="plans.part")
def screen() -> None:
    """Draw the chosen view; it follows what colleagues do."""
    actor = signed_in(Permission.PLAN_READ)
    live(Chapter.PLANS, Chapter.DOCUMENTS, key="plans.live", scope="plans-list", every=5)
    go_where_picked()
    views = _views(actor)
    view = _switch(views)
    closed_to_role(View, view)
    with st.container(key="plans-list"):
        match view:
            case View.STAGE:
                stage.draw(actor)
            case View.PLANS:
                due.draw(actor)
            case View.RATES:
                rates.draw(actor)


def _views(actor: Actor) -> list[View]:
    """Who may open no client sees how punctual teams are, and nobody's name."""
    return list(View) if actor.may(Permission.CLIENT_READ) else [View.RATES]


def _switch(views: list[View]) -> View:
    asked = st.query_params.get("view", "")
    chosen = next((each for each in views if each.value == asked), views[0])
    if len(views) == 1:
        return chosen
    names = {
        View.STAGE: _("Ten working days"),
        View.PLANS: _("Plans and items"),
        View.RATES: _("On time by team"),
    }
    st.session_state[VIEW] = chosen
    st.segmented_control(
        _("View"),
        views,
        key=VIEW,
        required=True,
        format_func=without_icon(names.__getitem__),
        label_visibility="collapsed",
        on_change=_to_view,
    )
    return chosen


def _to_view() -> None:
    st.query_params["view"] = View(st.session_state[VIEW]).value
