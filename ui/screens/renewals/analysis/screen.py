"""The choice between the questions of the analysis, and the one that is chosen."""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from services.actor import Actor
from terms.renewal_analysis import AnalysisPart
from ui.components.choices import without_icon
from ui.screens.renewals import address
from ui.screens.renewals.analysis import due, funnel, persistency, rates, reasons
from words import _
from words.labels import label

PART = "renewals.part-of-analysis"
DRAWN = {
    AnalysisPart.DUE: due.draw,
    AnalysisPart.FUNNEL: funnel.draw,
    AnalysisPart.RATES: rates.draw,
    AnalysisPart.PERSISTENCY: persistency.draw,
    AnalysisPart.REASONS: reasons.draw,
}


def draw(actor: Actor, bar: DeltaGenerator) -> None:
    """Draw the chosen question."""
    part = address.word("part", AnalysisPart) or _of_a_click()
    st.session_state[PART] = part
    with st.container(key="renewals-questions", horizontal=True):
        st.segmented_control(
            _("Question"),
            list(AnalysisPart),
            key=PART,
            required=True,
            format_func=without_icon(label),
            label_visibility="collapsed",
            on_change=_to_part,
        )
    DRAWN[part](actor, bar)


def _of_a_click() -> AnalysisPart:
    """A link from before there were parts names only what was clicked."""
    if address.asked("reason"):
        return AnalysisPart.REASONS
    return AnalysisPart.FUNNEL if address.asked("stage") else AnalysisPart.DUE


def _to_part() -> None:
    kept = {name: address.asked(name) for name in ("by", "months") if address.asked(name)}
    address.only(view="analysis", part=AnalysisPart(st.session_state[PART]).value, **kept)
