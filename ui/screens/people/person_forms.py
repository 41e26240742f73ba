"""The forms over one person's screen."""

import streamlit as st

from services import people
from services.actor import Actor
from services.people import StaffFile
from terms.people import Role
from ui.components.asking import forget
from ui.screens.people.fields import fields
from ui.screens.people.new_person import show_password
from ui.session import now, read, save, tell_later, today
from words import _
from words.labels import label
from words.markdown import plain


def edit(actor: Actor, person: StaffFile) -> None:
    """Data of the person."""
    places = read(people.structure, actor=actor, on=today())
    data = fields(f"people.edit-{person.id}", places, person)
    st.caption(_("A new team or branch changes at once which clients they may open."))
    if not st.button(_("Save"), key="people.edit-save", type="primary"):
        return
    done = save(
        people.edit_staff,
        actor=actor,
        staff_id=person.id,
        data=data,
        at=now(),
        seen_version=person.version,
    )
    if done is not None:
        _close(_("The data of {name} are saved.").format(name=person.name))


def roles(actor: Actor, person: StaffFile) -> None:
    """Roles of the person."""
    chosen = st.multiselect(
        _("Roles"),
        list(Role),
        default=list(person.roles),
        key=f"people.roles-{person.id}",
        format_func=label,
        placeholder=_("Choose"),
    )
    st.caption(
        _("Every session of {name} ends, so that the roles hold at once.").format(
            name=plain(person.name)
        )
    )
    if not st.button(_("Save"), key="people.roles-save", type="primary"):
        return
    done = save(
        people.set_roles,
        actor=actor,
        staff_id=person.id,
        roles=chosen,
        at=now(),
        seen_version=person.version,
    )
    if done is not None:
        _close(_("The roles of {name} are saved.").format(name=person.name))


def password(actor: Actor, person: StaffFile) -> None:
    """A one-time password."""
    st.markdown(
        _(
            "{name} gets a one-time password, the present one stops working, and every session of"
            " theirs ends. A locked name opens."
        ).format(name=plain(person.name))
    )
    if not st.button(_("Make a one-time password"), key="people.password-go", type="primary"):
        return
    made = save(
        people.reset_password,
        actor=actor,
        staff_id=person.id,
        at=now(),
        seen_version=person.version,
    )
    if made is not None:
        show_password(made)


def depart(actor: Actor, person: StaffFile) -> None:
    """The last day in service."""
    last_day = st.date_input(_("Last day in service"), value=today(), key="people.depart-day")
    st.markdown(
        _("After that day {name} cannot sign in. It can be taken back here.").format(
            name=plain(person.name)
        )
    )
    if not st.button(_("Record the departure"), key="people.depart-go", type="primary"):
        return
    done = save(
        people.depart,
        actor=actor,
        staff_id=person.id,
        last_day=last_day,
        on=today(),
        at=now(),
        seen_version=person.version,
    )
    if done is not None:
        _close(_("The departure of {name} is recorded.").format(name=person.name))


def _close(sentence: str) -> None:
    forget()
    tell_later(sentence)
    st.rerun()
