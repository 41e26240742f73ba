"""Adding somebody: data, roles, and the one-time password that is shown once."""

import streamlit as st

from services import people
from services.actor import Actor
from services.people import BranchRow, NewPassword
from terms.people import Locale, Role
from ui.components.asking import form, form_button
from ui.components.choices import without_icon
from ui.screens.people.fields import fields
from ui.session import now, save, today
from words import _
from words.labels import label

NEW = "people.new"


def button(actor: Actor, places: tuple[BranchRow, ...]) -> None:
    """The screen's primary button; it opens the form."""
    if form_button(_("New colleague"), NEW, icon=":material/person_add:", type="primary"):
        form(_("New colleague"), _form, actor, places)


def _form(actor: Actor, places: tuple[BranchRow, ...]) -> None:
    username = st.text_input(
        _("User name"),
        key="people.new-username",
        max_chars=40,
        help=_("2 to 40 letters, digits, dots, dashes or underscores; it stays for good."),
    )
    roles = st.multiselect(
        _("Roles"),
        list(Role),
        key="people.new-roles",
        default=[],
        format_func=label,
        placeholder=_("Choose"),
    )
    data = fields("people.new", places)
    locale = st.segmented_control(
        _("Language of the screens"),
        list(Locale),
        key="people.new-locale",
        default=Locale.ZH,
        required=True,
        format_func=without_icon(label),
    )
    if not st.button(_("Add"), key="people.new-save", type="primary"):
        return
    made = save(
        people.new_staff,
        actor=actor,
        username=username,
        data=data,
        roles=roles,
        locale=locale or Locale.ZH,
        at=now(),
        on=today(),
    )
    if made is not None:
        show_password(made)


def show_password(made: NewPassword) -> None:
    """The one-time password, this once."""
    st.success(
        _(
            "Give {username} this password by a way you trust. It is shown only now, and must be"
            " changed at the first sign-in."
        ).format(username=made.username),
        icon=":material/key:",
    )
    st.code(made.password, language=None)
