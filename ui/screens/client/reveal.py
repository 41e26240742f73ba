"""Seeing a personal value in clear: with a reason, for this moment, on record."""

from datetime import timedelta

import streamlit as st

from services import clients
from services.actor import Actor
from services.clients import ClientFile, PartyCard
from services.permissions import Permission
from services.settings import clock_now
from terms.clients import Personal
from ui.components.asking import FORM, form, form_button
from ui.components.live import live
from ui.session import fragment, now, save, today
from words import _
from words.clients import REVEAL_REASONS, client_title
from words.labels import label
from words.markdown import plain, quiet

VALUES = "client.revealed"
SHOWN = timedelta(minutes=1)


def personal_line(
    actor: Actor,
    file: ClientFile,
    card: PartyCard,
    what: Personal,
    title: str,
    masked: list[str],
) -> None:
    """One kind of value, masked, and the button that shows it to who may see it."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(f":gray[{title}] &nbsp; {' / '.join(masked) if masked else '–'}")
        if masked and actor.may(Permission.CLIENT_REVEAL):
            st.space("stretch")
            is_open = form_button(
                _("Reveal"),
                f"client.reveal-{what.value}-{card.id}",
                prepare=forget_values,
                icon=":material/visibility:",
                type="tertiary",
                help=_("Asks for a reason and is logged"),
            )
            if not str(st.session_state.get(FORM, "")).startswith("client.reveal-"):
                forget_values()
            if is_open:
                asked = _("Reveal: {what}").format(what=label(what))
                form(asked, _ask, actor, file, card, what, width="small")


def _ask(actor: Actor, file: ClientFile, card: PartyCard, what: Personal) -> None:
    with st.container():
        who = plain(client_title(card.name, file.number))
        said = _("Your reason and the time are kept in the access log of {who}.")
        st.markdown(said.format(who=who))
        reasons = [_(reason) for reason in REVEAL_REASONS]
        reason = st.selectbox(
            _("Reason"),
            reasons,
            key="client.reveal-reason",
            index=None,
            placeholder=_("Choose, or type your own"),
            accept_new_options=True,
        )
        if not st.button(_("Reveal"), key="client.reveal-now", type="primary"):
            if st.session_state.get(VALUES):
                fragment(_values)()
            return
        values = save(
            clients.reveal,
            actor=actor,
            number=file.number,
            party_id=card.id,
            what=what,
            reason=reason or "",
            at=now(),
            on=today(),
        )
        if values:
            st.session_state[VALUES] = (tuple(values), clock_now())
            fragment(_values)()


def _values() -> None:
    """What was revealed, for one minute; then it is covered again and forgotten."""
    held = st.session_state.get(VALUES)
    if held is not None and clock_now() - held[1] < SHOWN:
        live(key="client.revealed", again=SHOWN.total_seconds() + 1)
        for value in held[0]:
            st.code(value, language=None, wrap_lines=True)
        st.markdown(quiet(_("Covered again after a minute.")))
    else:
        forget_values()
        st.markdown(quiet(_("Covered again. Reveal it once more if you still need it.")))


def forget_values() -> None:
    """Forget what was revealed."""
    st.session_state.pop(VALUES, None)
