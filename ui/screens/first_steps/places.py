"""The second step: branches and teams."""

from typing import Any

import streamlit as st

from services import people
from services.actor import Actor
from ui.session import now, read, save, tell_later, today
from ui.waiting import forget_first_steps
from words import _
from words.markdown import plain


def draw(actor: Actor) -> None:
    """Draw what is there, and the forms for one more branch and one more team."""
    branches = read(people.structure, actor=actor, on=today())
    for branch in branches:
        teams = [plain(team.name) for team in branch.teams]
        said = " · ".join(teams) if teams else _("no team yet")
        st.markdown(
            f"**{plain(branch.name)}** :small[:gray[{plain(branch.province)}]] &nbsp; {said}"
        )
    n, m = len(branches), sum(len(branch.teams) for branch in branches)
    left, right = st.columns(2, gap="medium")
    with left, st.form("first_steps.branch", border=False):
        name = st.text_input(_("New branch"), key=f"first_steps.branch-name-{n}", max_chars=80)
        province = st.text_input(_("Province"), key=f"first_steps.province-{n}", max_chars=40)
        above = {branch.id: branch.name for branch in branches}
        parent = None
        if above:
            parent = st.selectbox(
                _("Stands beneath"),
                list(above),
                index=0,
                key="first_steps.parent",
                format_func=above.__getitem__,
            )
        if st.form_submit_button(
            _("Add the branch"),
            key="first_steps.add-branch",
            type="secondary" if above else "primary",
        ):
            _done(
                save(
                    people.save_branch,
                    actor=actor,
                    name=name,
                    province=province,
                    parent_id=parent,
                    at=now(),
                )
            )
    if not branches:
        return
    with right, st.form("first_steps.team", border=False):
        team = st.text_input(_("New team"), key=f"first_steps.team-name-{m}", max_chars=80)
        names = {branch.id: branch.name for branch in branches}
        branch_id = st.selectbox(
            _("In the branch"),
            list(names),
            index=len(names) - 1,
            key="first_steps.team-branch",
            format_func=names.__getitem__,
        )
        if st.form_submit_button(_("Add the team"), key="first_steps.add-team", type="primary"):
            _done(
                save(
                    people.save_team,
                    actor=actor,
                    name=team,
                    branch_id=branch_id,
                    department_id=None,
                    at=now(),
                )
            )


def _done(saved: Any) -> None:
    if saved is not None:
        forget_first_steps()
        tell_later(_("Saved."))
        st.rerun()
