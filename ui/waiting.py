"""What waits for the person at the screen, counted beside the menu's titles."""

from datetime import date

import streamlit as st

from services import renewals
from services.actor import Actor
from services.permissions import Permission
from services.settings import process
from terms.people import Scope
from ui.navigation import existing
from ui.session import today


def waiting(actor: Actor | None) -> dict[str, int]:
    """Counts by ``navigation.Item.counts``, at most a few seconds old."""
    if actor is None or not actor.may(Permission.RENEWAL_READ):
        return {}
    if not any(item.counts == "renewals" for item in existing()):
        return {}
    return {
        "renewals": _open_renewals(actor, actor.own_id, actor.scope, actor.branch_ids, today()),
    }


@st.cache_data(ttl=20, max_entries=1000, show_spinner=False)
def _open_renewals(
    _actor: Actor,
    staff_id: int,  # noqa: ARG001 - these three are the key of the cache: whose count it is
    scope: Scope,  # noqa: ARG001
    branch_ids: tuple[int, ...],  # noqa: ARG001
    on: date,
) -> int:
    with process().database.reading() as session:
        return renewals.open_count(session, actor=_actor, on=on)
