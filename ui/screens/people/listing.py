"""The staff as a list: filters in the address, a page at a time, a row opens the person."""

from collections.abc import Callable

import pyarrow as pa
import streamlit as st

from services import people
from services.actor import Actor
from services.people import BranchRow, StaffFilters, StaffRow, StaffState
from services.permissions import Permission
from terms.people import Role
from ui.components.queue_table import COMPACT_ROW, height
from ui.screens.people import new_person
from ui.session import read, today
from words import _, formats
from words.labels import label
from words.people import staff_state

NAMES = ("q", "branch", "team", "role", "state")
AFTER = "after"
TABLE = "people.list"


def draw(actor: Actor) -> None:
    """Draw filters, the primary button and the page of the list."""
    places = read(people.structure, actor=actor, on=today())
    with st.container(
        key="people-filters", horizontal=True, vertical_alignment="center", gap="small"
    ):
        _filters(places)
        st.space("stretch")
        if actor.may(Permission.STAFF_MANAGE):
            new_person.button(actor, places)
    page = read(
        people.staff_list,
        actor=actor,
        on=today(),
        filters=_asked(places),
        after=st.query_params.get(AFTER),
    )
    if not page.rows:
        st.markdown(_("Nobody fits these filters."))
        return
    _table(page.rows)
    if page.next is not None or AFTER in st.query_params:
        with st.container(horizontal=True):
            if AFTER in st.query_params:
                st.button(_("First page"), key="people.first", on_click=_go, args=(None,))
            if page.next is not None:
                st.button(_("Next page"), key="people.next", on_click=_go, args=(page.next,))


def _table(rows: tuple[StaffRow, ...]) -> None:
    def opened() -> None:
        chosen = st.session_state[TABLE]["selection"]["rows"]
        if chosen:
            username = rows[chosen[0]].username
            st.query_params.clear()
            st.query_params["id"] = username

    text = st.column_config.TextColumn
    st.dataframe(
        pa.table(
            {
                "name": [row.name for row in rows],
                "username": [row.username for row in rows],
                "roles": [formats.listing([label(role) for role in row.roles]) for row in rows],
                "place": [_place(row) for row in rows],
                "registration": [row.registration_number or "–" for row in rows],
                "capacity": pa.array([row.weekly_capacity for row in rows], pa.int64()),
                "state": [_state(row) for row in rows],
            }
        ),
        key=TABLE,
        height=height(len(rows), row=COMPACT_ROW, most=16),
        row_height=COMPACT_ROW,
        hide_index=True,
        on_select=opened,
        selection_mode="single-row",
        column_config={
            "name": text(_("Name"), width=110),
            "username": text(_("User name"), width=130),
            "roles": text(_("Roles"), width=190),
            "place": text(_("Branch and team"), width=220),
            "registration": text(_("Registration number"), width=150),
            "capacity": st.column_config.NumberColumn(_("Cases a week"), width=90),
            "state": text(_("State"), width=150),
        },
        alt=_("Staff by name; Shift+Space opens a person"),
    )


def _place(row: StaffRow) -> str:
    return " · ".join(part for part in (row.branch, row.team) if part) or "–"


def _state(row: StaffRow) -> str:
    if row.in_service_to is not None and row.in_service_to < today():
        return "■ " + _("left {day}").format(day=formats.day(row.in_service_to))
    if row.in_service_to is not None:
        return "◆ " + _("leaves {day}").format(day=formats.day(row.in_service_to))
    if row.on_leave_until is not None:
        return "◆ " + _("away until {day}").format(day=formats.day(row.on_leave_until))
    return _("in service")


def _filters(places: tuple[BranchRow, ...]) -> None:
    st.session_state["people.q"] = st.query_params.get("q", "")
    st.text_input(
        _("Find"),
        key="people.q",
        placeholder=_("Name, user name, registration"),
        icon=":material/search:",
        label_visibility="collapsed",
        on_change=_chosen,
        args=("q",),
        width=230,
    )
    branches = {branch.name: branch.name for branch in places}
    teams = {team.name: team.name for branch in places for team in branch.teams}
    _select("branch", _("Branch"), branches.__getitem__, list(branches), 150)
    _select("team", _("Team"), teams.__getitem__, list(teams), 140)
    _select("role", _("Role"), lambda value: label(Role(value)), [r.value for r in Role], 150)
    states = [state.value for state in StaffState if state is not StaffState.IN_SERVICE]
    _select("state", _("In service"), lambda value: staff_state(StaffState(value)), states, 130)
    if any(name in st.query_params for name in NAMES):
        st.button(
            _("Clear filters"),
            key="people.clear",
            icon=":material/filter_alt_off:",
            type="tertiary",
            on_click=_clear,
        )


def _select(
    name: str, title: str, say: Callable[[str], str], options: list[str], width: int
) -> None:
    value = st.query_params.get(name)
    st.session_state[f"people.{name}"] = value if value in options else None
    st.selectbox(
        title,
        options,
        key=f"people.{name}",
        index=None,
        placeholder=title,
        format_func=say,
        label_visibility="collapsed",
        on_change=_chosen,
        args=(name,),
        width=width,
    )


def _asked(places: tuple[BranchRow, ...]) -> StaffFilters:
    get = st.query_params.get
    branch_ids = {branch.name: branch.id for branch in places}
    team_ids = {team.name: team.id for branch in places for team in branch.teams}
    roles = {role.value: role for role in Role}
    states = {state.value: state for state in StaffState}
    return StaffFilters(
        text=get("q", "")[:80],
        branch_id=branch_ids.get(get("branch", "")),
        team_id=team_ids.get(get("team", "")),
        role=roles.get(get("role", "")),
        state=states.get(get("state", ""), StaffState.IN_SERVICE),
    )


def _chosen(name: str) -> None:
    value = st.session_state[f"people.{name}"]
    if value:
        st.query_params[name] = value
    else:
        st.query_params.pop(name, None)
    st.query_params.pop(AFTER, None)


def _clear() -> None:
    st.query_params.clear()


def _go(mark: str | None) -> None:
    if mark is None:
        st.query_params.pop(AFTER, None)
    else:
        st.query_params[AFTER] = mark
