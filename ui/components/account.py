"""My account: who I am here, a new password, and the way out."""

import streamlit as st

from services import people
from services.actor import Actor
from services.settings import clock_now
from ui import session
from ui.components import bell, look
from words import _, formats
from words.labels import label
from words.markdown import plain, quiet

OPEN_KEY = "frame.account"
"""Session state: whether the account is to be opened at the next drawing."""


def ask_for() -> None:
    """Open the account at the next drawing, from the menu's callback."""
    st.session_state[OPEN_KEY] = True


def show_if_asked(actor: Actor) -> None:
    """Open the account when ``ask_for`` was called since the last drawing."""
    if st.session_state.pop(OPEN_KEY, False):
        session.dialog(_("My account"), width="medium")(_account)(actor)


def _account(actor: Actor) -> None:
    roles = formats.listing([label(role) for role in actor.roles])
    username = _("User name {username}").format(username=plain(actor.username))
    st.markdown(f"**{plain(actor.name)}** · {roles}")
    st.markdown(quiet(f"{username} · {label(actor.scope)}"))
    look.theme_switch()
    st.subheader(_("Quiet hours"), anchor=False)
    bell.quiet_hours_form(actor)
    st.subheader(_("Change the password"), anchor=False)
    _password_form(actor, key="account.password")


def first_password(actor: Actor) -> None:
    """The only thing a person sees before they have chosen a password of their own."""
    with st.container(key="frame-first-password", width=420):
        st.title(_("Choose your password"), anchor=False)
        st.write(
            _("{name}, somebody else knows your first password. Choose one only you know.").format(
                name=plain(actor.name)
            )
        )
        session.show_notices()
        _password_form(actor, key="first.password")
        st.button(_("Sign out"), key="first.leave", type="tertiary", on_click=session.leave)


def _password_form(actor: Actor, *, key: str) -> None:
    with st.form(key, border=False):
        old = st.text_input(
            _("Present password"),
            type="password",
            key=f"{key}.old",
            autocomplete="current-password",
        )
        new = st.text_input(
            _("New password"),
            type="password",
            key=f"{key}.new",
            autocomplete="new-password",
            help=_("10 characters or more, none of the common ones, without your user name."),
        )
        again = st.text_input(
            _("New password again"),
            type="password",
            key=f"{key}.again",
            autocomplete="new-password",
        )
        sent = st.form_submit_button(_("Change the password"), type="primary", key=f"{key}.save")
    if not sent:
        return
    if new != again:
        st.error(_("The two new passwords differ. Nothing was changed."), icon=":material/block:")
        return
    changed = session.save(
        people.change_password,
        actor=actor,
        old_password=old,
        new_password=new,
        at=clock_now(),
        keep_session=session.own_session_id(),
    )
    if changed is not None:
        session.tell_later(_("Your password is changed. Other devices were signed out."))
        st.rerun()
