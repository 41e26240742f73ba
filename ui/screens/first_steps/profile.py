"""The first step: who the company is."""

import streamlit as st

from services import company
from services.actor import Actor
from terms.people import CompanyKind
from ui.components.choices import without_icon
from ui.session import now, read, save, tell_later
from ui.waiting import forget_first_steps
from words import _
from words.labels import label

KINDS = list(CompanyKind)


def draw(actor: Actor) -> None:
    """Draw the profile's form."""
    card = read(company.company, actor=actor)
    with st.form("first_steps.profile", border=False):
        kind: CompanyKind = st.segmented_control(
            _("The company is"),
            KINDS,
            key="first_steps.kind",
            default=card.kind if card else CompanyKind.BROKER,
            required=True,
            format_func=without_icon(label),
        )
        name = st.text_input(
            _("Name as in the licence"),
            key="first_steps.name",
            value=card.name if card else "",
            max_chars=120,
        )
        licence = st.text_input(
            _("Licence number"),
            key="first_steps.licence",
            value=(card.licence_number or "") if card else "",
            max_chars=60,
        )
        sent = st.form_submit_button(_("Save"), key="first_steps.save-profile", type="primary")
    if not sent:
        return
    done = save(
        company.describe_company,
        actor=actor,
        kind=CompanyKind(kind),
        name=name,
        licence_number=licence,
        at=now(),
        seen_version=card.version if card else None,
    )
    if done is not None:
        forget_first_steps()
        st.session_state.pop("first_steps.open", None)
        tell_later(_("Saved."))
        st.rerun()
