"""The fragment everything on ``/renewals`` happens in, and the switch between its views."""

import streamlit as st

from services import closings, renewals
from services.actor import Actor
from services.changes import Chapter
from services.permissions import Permission
from terms.saved_views import ViewPage
from ui.components import saved_views
from ui.components.choices import without_icon
from ui.components.live import live
from ui.screens.renewals import (
    address,
    allocation,
    analysis,
    conflicts,
    lost,
    probability,
    queue,
    suspended,
    team,
    voices,
)
from ui.screens.renewals.address import View
from ui.screens.renewals.in_hand import PART, read_again
from ui.session import fragment, now, read, signed_in, today
from ui.shared import read_shared
from words import _

VIEW = "renewals.view"


@fragment(key=PART)
def screen() -> None:
    """Draw the chosen view; saving and the next row rerun nothing but this."""
    actor = signed_in(Permission.RENEWAL_READ)
    views = _open_to(actor)
    view = address.word("view", views) or _first(actor, views)
    _follow(view)
    here = {"view": view.value}
    saved_views.pinned(actor, ViewPage.RENEWALS, also=here, on_pick=_anew)
    bar = st.container(key="renewals-bar", horizontal=True, vertical_alignment="center")
    with bar:
        if len(views) > 1:
            _switch(views, view)
        saved_views.menu(actor, ViewPage.RENEWALS, also=here, on_pick=_anew)
    address.closed_to_role(View, view)
    match view:
        case View.MINE:
            queue.draw(actor, bar)
        case View.TEAM:
            team.draw(actor, bar)
        case View.ALLOCATION:
            allocation.draw(actor, bar)
        case View.SUSPENDED:
            suspended.draw(actor)
        case View.ANALYSIS:
            analysis.draw(actor, bar)
        case View.LOST:
            lost.draw(actor, bar)
        case View.CONFLICTS:
            conflicts.draw(actor, bar)
        case View.PROBABILITY:
            probability.draw(actor)
        case View.VOICES:
            voices.draw(actor, bar)


def _anew() -> None:
    """A saved view was picked: its list is read, its first case opens."""
    read_again()
    st.session_state.pop(queue.OPEN, None)


def _follow(view: View) -> None:
    """Load and figures follow what others do; rows somebody picked for an act stay."""
    if view is View.TEAM:
        picked = st.session_state.get(team.CASES, {}).get("selection", {}).get("rows")
        live(Chapter.RENEWALS, key="renewals.team-live", is_in_use=bool(picked), every=5)
    elif view is View.ALLOCATION:
        picked = st.session_state.get(allocation.CASES, {}).get("selection", {}).get("rows")
        live(Chapter.RENEWALS, key="renewals.allocation-live", is_in_use=bool(picked), every=5)
    elif view is View.ANALYSIS:
        live(Chapter.RENEWALS, key="renewals.analysis-live", every=5)


def _open_to(actor: Actor) -> list[View]:
    views = []
    if actor.may(Permission.RENEWAL_WORK):
        views.append(View.MINE)
    if actor.may(Permission.RENEWAL_LEAD):
        views += [View.TEAM, View.ALLOCATION]
    works = bool(views)
    if actor.may(Permission.CLIENT_READ):
        views.append(View.SUSPENDED)
    views.append(View.ANALYSIS)
    if works and actor.may(Permission.CLIENT_READ):
        views.append(View.LOST)
        views += [View.VOICES] if actor.may(Permission.RENEWAL_LEAD) else []
        if _has_conflicts(actor):
            views.append(View.CONFLICTS)
    if actor.may(Permission.RENEWAL_MODEL):
        views.append(View.PROBABILITY)
    return views


def _has_conflicts(actor: Actor) -> bool:
    """Whether an import left something for the actor to decide, or they look at what is left."""
    if not actor.may(Permission.RENEWAL_LEAD):
        return False
    asked = address.asked("view") == View.CONFLICTS.value
    chapters = (Chapter.RENEWALS, Chapter.CLIENTS)
    return asked or read_shared(closings.conflict_count, *chapters, actor=actor) > 0


def _first(actor: Actor, views: list[View]) -> View:
    """My queue for whoever works one; a lead without open cases of their own sees the team."""
    if View.MINE not in views or View.TEAM not in views:
        return views[0] if views[0] is not View.SUSPENDED else View.ANALYSIS
    own = read(renewals.queue_counts, actor=actor, on=today(), at=now())
    return View.MINE if own.all else View.TEAM


def _switch(views: list[View], view: View) -> None:
    names = {
        View.MINE: _("Mine"),
        View.TEAM: _("Team"),
        View.ALLOCATION: _("Allocation"),
        View.SUSPENDED: _("Suspended cover"),
        View.ANALYSIS: _("Analysis"),
        View.LOST: _("Lost"),
        View.CONFLICTS: _("Conflicts"),
        View.PROBABILITY: _("Renewal chance"),
        View.VOICES: _("Clients say"),
    }
    st.session_state[VIEW] = view
    st.segmented_control(
        _("View"),
        views,
        key=VIEW,
        required=True,
        format_func=without_icon(names.__getitem__),
        label_visibility="collapsed",
        on_change=_to_view,
    )


def _to_view() -> None:
    address.only(view=View(st.session_state[VIEW]).value)
