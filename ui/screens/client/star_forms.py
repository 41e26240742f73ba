"""Telling a client their stars: asked for, approved by another, taken back (R30)."""

import streamlit as st

from services import tiering
from services.actor import Actor
from services.approvals import WHY_LIMIT
from services.permissions import Permission
from services.tiering import DisclosureCard, DisclosureRow
from ui.components.asking import forget, form, form_button
from ui.session import link_to, now, read, save, tell_later, today
from words import _, formats
from words.markdown import plain, quiet


def disclosure(actor: Actor, number: str, card: DisclosureCard) -> None:
    """Whether the client may be told their stars, and what one can do about it."""
    may_ask = actor.may(Permission.TIER_OVERRIDE)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        if card.row is not None:
            until = _("The client may be told their stars until {day}").format(
                day=formats.day(card.row.until_on)
            )
            st.markdown(f"{plain(until)} {quiet(plain(card.row.reason))}")
            if may_ask or actor.may(Permission.TIER_APPROVE):
                st.space("stretch")
                if form_button(_("Take it back"), "client.stars-end", icon=":material/undo:"):
                    form(_("Stars stay in the house again"), _end, actor, card.row, width="small")
        elif card.waits is not None:
            st.markdown(quiet(_("Telling the client their stars waits for a decision.")))
            link_to("approvals", card.waits, icon=":material/approval:", id=card.waits)
        elif may_ask:
            st.markdown(quiet(_("The stars stay in the house; the client is not told.")))
            st.space("stretch")
            if form_button(
                _("Ask to tell the client"), "client.stars-tell", icon=":material/visibility:"
            ):
                form(_("Tell a client their stars"), _ask, actor, number, width="small")


def _ask(actor: Actor, number: str) -> None:
    with st.container():
        latest = read(tiering.latest_end, on=today())
        until = st.date_input(
            _("May be told until"),
            value=None,
            key="client.stars-until",
            min_value=today(),
            max_value=latest,
            format="YYYY-MM-DD",
        )
        why = st.text_input(_("Why"), key="client.stars-why", max_chars=WHY_LIMIT, live=True)
        if not st.button(
            _("Ask for approval"), key="client.stars-ask", type="primary", disabled=until is None
        ):
            return
        assert until is not None
        asked = save(
            tiering.ask_disclosure,
            actor=actor,
            number=number,
            until_on=until,
            why=why,
            on=today(),
            at=now(),
        )
        if asked is not None:
            tell_later(
                _("{number} is asked for. It holds once it is approved.").format(number=asked)
            )
            forget()
            st.rerun()


def _end(actor: Actor, row: DisclosureRow) -> None:
    with st.container():
        why = st.text_input(_("Why"), key="client.stars-end-why", max_chars=WHY_LIMIT, live=True)
        if not st.button(
            _("Take it back"), key="client.stars-end-now", type="primary", disabled=not why.strip()
        ):
            return
        ended = save(
            tiering.end_disclosure,
            actor=actor,
            disclosure_id=row.id,
            why=why,
            on=today(),
            at=now(),
            seen_version=row.version,
        )
        if ended is not None:
            tell_later(_("The stars stay in the house again."))
            forget()
            st.rerun()
