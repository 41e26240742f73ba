"""Seeing a personal value in clear: with a reason, for this moment, on record."""

import streamlit as st

from services import clients
from services.actor import Actor
from services.clients import ClientFile, PartyCard
from services.permissions import Permission
from terms.clients import Personal
from ui.components.asking import form, form_button
from ui.session import now, save, today
from words import _
from words.clients import REVEAL_REASONS, client_title
from words.labels import label
from words.markdown import plain


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
                icon=":material/visibility:",
                type="tertiary",
                help=_("Asks for a reason and is logged"),
            )
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
        for value in values or ():
            st.code(value, language=None, wrap_lines=True)
