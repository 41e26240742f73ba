"""The service team of a client: who, as what, with which duties."""

import streamlit as st

from services import engagements
from services.actor import Actor
from services.engagements import LIMITS, MemberRow, StageCard
from services.permissions import Permission
from terms.service import TeamField, TeamRole
from ui.components.asking import ask, forget, form, form_button, stands_open
from ui.session import now, read, save, tell_later, today
from words import _
from words.labels import label
from words.markdown import plain, quiet, tag

ADD, WHO = "client.team-add", "client.team-member"
PERSON, ROLE, FIELD, DUTIES, LEADS = (
    "client.team-person",
    "client.team-role",
    "client.team-field",
    "client.team-duties",
    "client.team-leads",
)


def draw(actor: Actor, card: StageCard) -> None:
    """Draw the team; whoever may writes it."""
    may_write = actor.may(Permission.ENGAGEMENT_WRITE)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.subheader(_("Service team"), anchor=False)
        if may_write:
            st.space("stretch")
            add_button(card, key=ADD)
    if not card.team:
        st.markdown(_("Nobody serves this client yet."))
    for member in card.team:
        _member(member, may_write=may_write)
    if card.wants_leadership:
        said = _("From {n} stars on a leadership group is suggested.")
        st.markdown(quiet(said.format(n=card.leadership_from)))
    if stands_open(ADD):
        form(_("Into the service team"), _form, actor, card, None, width="small")
    for member in card.team:
        if stands_open(f"{WHO}-{member.staff_id}"):
            form(_("Part in the team"), _form, actor, card, member, width="small")


def add_button(card: StageCard, *, key: str) -> None:
    """Opens the form for one more member."""
    st.button(
        _("Add a member"),
        key=key,
        type="tertiary",
        icon=":material/person_add:",
        on_click=_open_new,
        args=(card,),
    )


def _open_new(card: StageCard) -> None:
    roles = {each.role for each in card.team}
    role = next((each for each in TeamRole if each not in roles), TeamRole.MEMBER)
    for key in (PERSON, DUTIES, LEADS):
        st.session_state.pop(key, None)
    st.session_state[ROLE], st.session_state[FIELD] = role, TeamField.MARKET
    ask(ADD)


def _fill(member: MemberRow) -> None:
    st.session_state[ROLE], st.session_state[FIELD] = member.role, member.field
    st.session_state[DUTIES], st.session_state[LEADS] = member.duties, member.in_leadership


def _member(member: MemberRow, *, may_write: bool) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(_line(member))
        if may_write:
            st.space("stretch")
            form_button(
                _("Edit"),
                f"{WHO}-{member.staff_id}",
                prepare=lambda: _fill(member),
                type="tertiary",
            )


def _line(member: MemberRow) -> str:
    marks = ""
    if member.is_gone:
        marks += " " + tag("red", _("has left"), "error")
    if member.in_leadership:
        marks += " " + tag("blue", _("leadership group"), "groups")
    part = f"{label(member.role)} · {label(member.field)}"
    return f"**{plain(member.name)}**{marks}  \n{quiet(part)}  \n{quiet(plain(member.duties))}"


def _form(actor: Actor, card: StageCard, member: MemberRow | None) -> None:
    with st.container():
        if member is None:
            there = {each.staff_id for each in card.team}
            people = [
                each
                for each in read(
                    engagements.colleagues, actor=actor, number=card.client_number, on=today()
                )
                if each.staff_id not in there
            ]
            names = {
                each.staff_id: f"{each.name} · {each.team}" if each.team else each.name
                for each in people
            }
            staff_id = st.selectbox(
                _("Colleague"),
                list(names),
                index=None,
                key=PERSON,
                format_func=lambda one: names[one],
                placeholder=_("Choose"),
            )
        else:
            st.markdown(f"**{plain(member.name)}**")
            staff_id = member.staff_id
        role: TeamRole = st.selectbox(
            _("Role in the team"), list(TeamRole), key=ROLE, format_func=label
        )
        field: TeamField = st.selectbox(
            _("Comes from"), list(TeamField), key=FIELD, format_func=label
        )
        duties = st.text_input(_("Duties"), key=DUTIES, max_chars=LIMITS["duties"])
        leads = st.toggle(_("Belongs to the leadership group"), key=LEADS)
        with st.container(horizontal=True):
            pressed = st.button(
                _("Save"), key="client.team-save", type="primary", disabled=staff_id is None
            )
            if member is not None:
                _remove_button(actor, card, member)
        if not pressed or staff_id is None:
            return
        saved = save(
            engagements.set_member,
            actor=actor,
            number=card.client_number,
            staff_id=staff_id,
            role=role,
            field=field,
            duties=duties,
            in_leadership=bool(leads),
            at=now(),
            on=today(),
            seen_version=member.version if member else None,
        )
        if saved is not None:
            tell_later(_("Saved."))
            forget()
            st.rerun()


def _remove_button(actor: Actor, card: StageCard, member: MemberRow) -> None:
    if not st.button(_("Leaves the team today"), key="client.team-remove", type="tertiary"):
        return
    gone = save(
        engagements.remove_member,
        actor=actor,
        number=card.client_number,
        staff_id=member.staff_id,
        at=now(),
        on=today(),
        seen_version=member.version,
    )
    if gone is not None:
        tell_later(_("Saved."))
        forget()
        st.rerun()
