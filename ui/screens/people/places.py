"""Branches with their departments and teams."""

import streamlit as st

from services import people
from services.actor import Actor
from services.people import BranchRow, TeamRow
from services.permissions import Permission
from terms.people import Department
from ui.components.asking import ask, forget, form, form_button
from ui.session import now, read, save, tell_later, today
from words import _, ngettext
from words.labels import label
from words.markdown import plain, quiet


def draw(actor: Actor) -> None:
    """Draw every branch, and the forms for who manages staff."""
    places = read(people.structure, actor=actor, on=today())
    manages = actor.may(Permission.STAFF_MANAGE)
    if manages and form_button(
        _("New branch"), "people.branch-new", icon=":material/add_business:", type="primary"
    ):
        form(_("New branch"), _branch_form, actor, places, None)
    if not places:
        st.markdown(_("There is no branch yet."))
    names = {branch.id: branch.name for branch in places}
    for branch in places:
        _branch(actor, places, branch, names, manages=manages)


def _branch(
    actor: Actor,
    places: tuple[BranchRow, ...],
    branch: BranchRow,
    names: dict[int, str],
    *,
    manages: bool,
) -> None:
    with st.container(border=True):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.subheader(plain(branch.name), anchor=False, width="content")
            facts = [_people(branch.people), branch.province]
            if branch.parent_id is not None:
                facts.append(_("beneath {branch}").format(branch=names[branch.parent_id]))
            st.markdown(quiet(plain(" · ".join(fact for fact in facts if fact))))
            if manages:
                st.space("stretch")
                for name, title, draw_form in (
                    ("branch", _("Change branch"), _branch_form),
                    ("team", _("New team"), _team_form),
                    ("department", _("New department"), _department_form),
                ):
                    key = f"people.{name}-{branch.id}"
                    st.button(title, key=key, type="tertiary", on_click=ask, args=(key,))
                    if st.session_state.get("frame.form") == key:
                        form(title, draw_form, actor, places, branch)
        if branch.departments:
            told = [f"{label(each.kind)} {each.people}" for each in branch.departments]
            st.markdown(quiet(plain(" · ".join(told))))
        for team in branch.teams:
            with st.container(horizontal=True, vertical_alignment="center"):
                st.markdown(f"{plain(team.name)} {quiet(_people(team.people))}")
                if manages:
                    key = f"people.rename-{team.id}"
                    st.button(_("Rename"), key=key, type="tertiary", on_click=ask, args=(key,))
                    if st.session_state.get("frame.form") == key:
                        form(_("Rename"), _team_form, actor, places, branch, team)
        if not branch.teams:
            st.markdown(quiet(_("No team yet.")))


def _people(count: int) -> str:
    return ngettext("{n} person", "{n} people", count).format(n=count)


def _branch_form(actor: Actor, places: tuple[BranchRow, ...], branch: BranchRow | None) -> None:
    key = f"people.branch-{branch.id if branch else 'new'}"
    name = st.text_input(
        _("Name"), value=branch.name if branch else "", key=f"{key}-name", max_chars=80
    )
    province = st.text_input(
        _("Province"), value=branch.province if branch else "", key=f"{key}-province", max_chars=40
    )
    others = [place for place in places if branch is None or place.id != branch.id]
    ids = [place.id for place in others]
    names = {place.id: place.name for place in others}
    held = branch.parent_id if branch else None
    parent_id = st.selectbox(
        _("Stands beneath"),
        ids,
        index=ids.index(held) if held in names else None,
        key=f"{key}-parent",
        placeholder=_("None"),
        format_func=names.__getitem__,
        help=_("Managers of the branch above see the clients of this one too."),
    )
    if st.button(_("Save"), key=f"{key}-save", type="primary"):
        done = save(
            people.save_branch,
            actor=actor,
            name=name,
            province=province,
            parent_id=parent_id,
            at=now(),
            branch_id=branch.id if branch else None,
            seen_version=branch.version if branch else None,
        )
        _close(done, name)


def _team_form(
    actor: Actor,
    _places: tuple[BranchRow, ...],
    branch: BranchRow,
    team: TeamRow | None = None,
) -> None:
    key = f"people.team-{team.id if team else f'new-{branch.id}'}"
    name = st.text_input(
        _("Name"), value=team.name if team else "", key=f"{key}-name", max_chars=80
    )
    kinds = {each.id: label(each.kind) for each in branch.departments}
    ids = list(kinds)
    held = team.department_id if team else None
    department_id = st.selectbox(
        _("Department"),
        ids,
        index=ids.index(held) if held in kinds else None,
        key=f"{key}-department",
        placeholder=_("None"),
        format_func=kinds.__getitem__,
    )
    if st.button(_("Save"), key=f"{key}-save", type="primary"):
        done = save(
            people.save_team,
            actor=actor,
            name=name,
            branch_id=branch.id,
            department_id=department_id,
            at=now(),
            team_id=team.id if team else None,
            seen_version=team.version if team else None,
        )
        _close(done, name)


def _department_form(actor: Actor, _places: tuple[BranchRow, ...], branch: BranchRow) -> None:
    there = {each.kind for each in branch.departments}
    missing = [kind for kind in Department if kind not in there]
    if not missing:
        st.markdown(_("This branch has every department."))
        return
    kind = st.selectbox(
        _("Department"), missing, key=f"people.department-{branch.id}-kind", format_func=label
    )
    if st.button(_("Save"), key=f"people.department-{branch.id}-save", type="primary"):
        done = save(people.add_department, actor=actor, branch_id=branch.id, kind=kind, at=now())
        _close(done, label(kind))


def _close(done: int | None, name: str) -> None:
    if done is not None:
        forget()
        tell_later(_("{name} is saved.").format(name=name))
        st.rerun()
