"""Which of the two is shown: the pairs, or two clients side by side; the address says it."""

import streamlit as st

from services.actor import Actor
from ui.screens.duplicates import pairs, sheet
from ui.screens.duplicates.places import KEEP, MERGE


def draw(actor: Actor) -> None:
    """Draw what the address asks for."""
    keep, lose = st.query_params.get(KEEP, "").strip(), st.query_params.get(MERGE, "").strip()
    if keep and lose:
        sheet.draw(actor, keep, lose)
    else:
        pairs.draw(actor)
