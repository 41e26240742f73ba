"""Asking that a draft be published, from its day on."""

from datetime import timedelta

import streamlit as st

from services import tier_rules
from services.actor import Actor
from services.tier_rules import AXES, TierDraftCard, Trial
from ui.screens.tiering import tuning
from ui.session import link_to, now, save, tell, today
from words import _
from words.markdown import strong

WHY_LIMIT = 2000


def draw(actor: Actor, card: TierDraftCard, trial: Trial) -> None:
    """Draw the day, the reason and the button; or the request that waits."""
    if card.waits is not None:
        said = _("A decision was asked for: {number}").format(number=card.waits)
        link_to("approvals", said, icon=":material/approval:", id=card.waits)
        return
    with st.container(border=True, key="tiering-publishing"):
        st.markdown(strong(_("Publish")))
        st.date_input(
            _("In force from"),
            value=card.effective_from or today() + timedelta(days=1),
            format="YYYY-MM-DD",
            key=f"tiering.day.{card.number}",
            on_change=_note,
            args=(actor, card),
            width=220,
        )
        st.text_area(
            _("Why: who decides reads it"),
            value=card.why,
            max_chars=WHY_LIMIT,
            height=80,
            key=f"tiering.why.{card.number}",
            on_change=_note,
            args=(actor, card),
        )
        st.button(
            _("Ask for a decision"),
            key="tiering.ask",
            type="primary",
            icon=":material/approval:",
            on_click=_ask,
            args=(actor, card, trial),
        )


def _note(actor: Actor, card: TierDraftCard) -> None:
    _keep(actor, card)


def _keep(actor: Actor, card: TierDraftCard) -> bool:
    """What stands in all fields becomes the draft; whether it did."""
    values = tuning.typed(card, tuning.form_of(card.number))
    return tuning.keep(actor, card, values, st.session_state[tuning.SEEN][card.number])


def _ask(actor: Actor, card: TierDraftCard, trial: Trial) -> None:
    if not _keep(actor, card):
        return
    number = save(
        tier_rules.ask,
        actor=actor,
        number=card.number,
        shown={axis.value: trial.matrices[axis].as_rows() for axis in AXES},
        on=today(),
        at=now(),
        seen_version=st.session_state[tuning.SEEN][card.number],
    )
    if number is not None:
        tell(_("Asked for: {number}. Somebody else decides.").format(number=number))
