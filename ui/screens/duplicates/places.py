"""The address of the possible duplicates: ``/clients?view=duplicates``."""

import streamlit as st

from services.actor import Actor
from services.permissions import Permission

VIEW, DUPLICATES = "view", "duplicates"
KEEP, MERGE, BAND, OF = "keep", "merge", "band", "of"


def is_asked(actor: Actor) -> bool:
    """Whether the address asks for duplicates, and the actor may merge."""
    return st.query_params.get(VIEW) == DUPLICATES and actor.may(Permission.CLIENT_MERGE)


def to_pairs() -> None:
    """Back to the list of pairs."""
    for name in (KEEP, MERGE):
        st.query_params.pop(name, None)


def to_clients() -> None:
    """Back to the clients."""
    st.query_params.clear()


def to_sheet(keep: str, lose: str) -> None:
    """Two clients side by side, ``keep`` the one whose number stays."""
    st.query_params[KEEP], st.query_params[MERGE] = keep, lose
