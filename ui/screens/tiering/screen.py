"""The fragment everything on ``/tiering`` happens in: the state of the passes, the switch between
the views, and the view itself."""

import streamlit as st

from services import tiering
from services.actor import Actor
from services.changes import Chapter
from services.permissions import Permission
from services.tiering import PassState
from terms.tiering import PassStage
from ui.components.choices import without_icon
from ui.components.live import live
from ui.screens.tiering import (
    address,
    candidates,
    missing,
    movement,
    overview,
    parts,
    whatif,
)
from ui.screens.tiering.address import View
from ui.session import fragment, now, read, signed_in, today
from ui.shared import read_shared
from words import _, formats
from words.labels import label
from words.markdown import quiet

VIEW = "tiering.view"
RUNNING_EVERY = 2.0


@fragment(key="tiering.page")
def screen() -> None:
    """Draw the chosen view; it is drawn again when a pass or a decision changes the tiers."""
    actor = signed_in(Permission.TIER_READ)
    live(Chapter.TIERS, key="tiering.live", every=5)
    view = address.word("view", View) or View.OVERVIEW
    if view is View.WHATIF and not actor.may(Permission.TIER_TRY):
        view = View.OVERVIEW
    state = read(tiering.pass_state, actor=actor)
    with st.container(key="tiering-bar", horizontal=True, vertical_alignment="center"):
        _switch(actor, view)
        if state.on is not None and view is not View.WHATIF:
            _places(actor)
    address.closed_to_role(View, view)
    _state()
    if state.on is None:
        st.markdown(
            _(
                "No pass over the clients has run yet: tiers appear here a minute after clients"
                " are there."
            )
        )
        return
    match view:
        case View.OVERVIEW:
            overview.draw(actor, state.on)
        case View.MOVEMENT:
            movement.draw(actor, state.on)
        case View.CANDIDATES:
            candidates.draw(actor)
        case View.MISSING:
            missing.draw(actor, state.on)
        case View.WHATIF:
            whatif.draw(actor)


def _switch(actor: Actor, view: View) -> None:
    names = {
        View.OVERVIEW: _("Overview"),
        View.MOVEMENT: _("Movement"),
        View.CANDIDATES: _("Near a limit"),
        View.MISSING: _("Missing data"),
    }
    if actor.may(Permission.TIER_TRY):
        names[View.WHATIF] = _("What if")
    st.session_state[VIEW] = view
    st.segmented_control(
        _("View"),
        list(names),
        key=VIEW,
        required=True,
        format_func=without_icon(names.__getitem__),
        label_visibility="collapsed",
        on_change=lambda: address.turn(View(st.session_state[VIEW])),
    )


def _places(actor: Actor) -> None:
    """Branch and team, where there is more than one to choose."""
    every = read_shared(tiering.distribution, Chapter.TIERS, actor=actor, on=today()).places
    branches = sorted({row.branch for row in every if row.branch})
    chosen = address.asked("branch")
    teams = sorted({row.team for row in every if row.team and chosen in ("", row.branch)})
    if len(branches) > 1:
        parts.select("branch", _("Branch"), branches)
    if len(teams) > 1:
        parts.select("team", _("Team"), teams)


@fragment(key="tiering.state")
def _state() -> None:
    """As of which pass everything is; while one runs, how far it is."""
    actor = signed_in(Permission.TIER_READ)
    state = read(tiering.pass_state, actor=actor)
    live(
        Chapter.TIERS,
        key="tiering.state-live",
        every=1,
        again=RUNNING_EVERY if state.running else None,
    )
    if state.running is not None and state.running_since is not None:
        st.progress(_far(state), text=_running(state))
    if state.on is not None:
        said = _("Tiers as of {day}; the last pass ended {time}").format(
            day=formats.day(state.on), time=formats.date_time(state.finished_at)
        )
        st.markdown(quiet(said))


def _far(state: PassState) -> float:
    """How far the pass is by what the last full one took; never all of it before it ends."""
    if state.running_since is None or not state.usual_seconds:
        return 0.6 if state.running is PassStage.WRITING else 0.2
    gone = (now() - state.running_since).total_seconds()
    least = 0.4 if state.running is PassStage.WRITING else 0.02
    return min(max(gone / state.usual_seconds, least), 0.95)


def _running(state: PassState) -> str:
    if state.running is not PassStage.WRITING:
        return _("A pass over the clients runs: {stage}").format(
            stage=label(state.running) if state.running else ""
        )
    return _("A pass over the clients runs: {changed} of {clients} changed, being written").format(
        changed=formats.number(state.changed), clients=formats.number(state.clients)
    )
