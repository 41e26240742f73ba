"""The third step: the people who will work here, one by one or from a list."""

from datetime import timedelta

import streamlit as st

from services import people
from services.actor import Actor
from services.settings import clock_now
from terms.people import Language, Role
from terms.policies import Line
from ui.session import now, read, save, switch_to, today
from ui.waiting import forget_first_steps
from words import _
from words.labels import label
from words.markdown import plain

MADE = "first_steps.made"
SHOWN = timedelta(minutes=5)
"""A first password is not shown longer than this."""
TURN = "first_steps.turn"
CASES_A_WEEK = 150
"""Begun with; the staff screen changes it, and the lines and languages."""


def draw(actor: Actor) -> None:
    """Draw the form for one colleague, and the way to a list."""
    made = st.session_state.get(MADE)
    if made and clock_now() - made[3] > SHOWN:
        st.session_state.pop(MADE)
        made = None
    if made:
        st.success(
            _("{name} can sign in. The first password is shown once, here:").format(
                name=plain(made[0])
            ),
            icon=":material/person_check:",
        )
        st.code(f"{made[1]}    {made[2]}", language=None)
        st.button(
            _("Noted, hide it"),
            key="first_steps.noted",
            on_click=lambda: st.session_state.pop(MADE, None),
        )
    teams = {
        team.id: f"{team.name} · {branch.name}"
        for branch in read(people.structure, actor=actor, on=today())
        for team in branch.teams
    }
    turn = st.session_state.get(TURN, 0)
    with st.form("first_steps.colleague", border=False):
        with st.grid(2, min_column_width=220):
            name = st.text_input(_("Name"), key=f"first_steps.person-{turn}", max_chars=80)
            username = st.text_input(
                _("User name"), key=f"first_steps.username-{turn}", max_chars=40
            )
            roles = st.multiselect(
                _("Roles"),
                list(Role),
                default=[Role.SPECIALIST],
                key="first_steps.roles",
                format_func=label,
                placeholder=_("Choose"),
            )
            team = st.selectbox(
                _("Team"),
                list(teams),
                index=0 if teams else None,
                key="first_steps.team",
                format_func=teams.__getitem__,
                placeholder=_("Add a team first"),
            )
        sent = st.form_submit_button(
            _("Add the colleague"),
            key="first_steps.add-person",
            type="primary",
            disabled=not teams,
        )
    if sent:
        _add(actor, name=name, username=username, roles=roles, team_id=team)
    if st.button(
        _("Import a staff list instead"),
        key="first_steps.list",
        type="tertiary",
        icon=":material/upload_file:",
    ):
        switch_to("import_book")


def _add(actor: Actor, *, name: str, username: str, roles: list[Role], team_id: int | None) -> None:
    if not name.strip() or not roles or team_id is None:
        st.warning(_("Name, role and team are needed."), icon=":material/edit:")
        return
    branches = read(people.structure, actor=actor, on=today())
    data = people.StaffData(
        name=name,
        branch_id=next(
            branch.id for branch in branches if team_id in {team.id for team in branch.teams}
        ),
        department_id=None,
        team_id=team_id,
        registration_number=None,
        weekly_capacity=CASES_A_WEEK,
        lines=tuple(Line),
        languages=(Language.MANDARIN,),
    )
    made = save(
        people.new_staff,
        actor=actor,
        username=username,
        data=data,
        roles=[Role(role) for role in roles],
        locale=actor.locale,
        at=now(),
        on=today(),
    )
    if made is not None:
        forget_first_steps()
        st.session_state[MADE] = (name, made.username, made.password, clock_now())
        st.session_state[TURN] = st.session_state.get(TURN, 0) + 1
        st.session_state["first_steps.open"] = "colleagues"
        st.rerun()
