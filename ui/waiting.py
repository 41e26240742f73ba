"""What waits for the person at the screen, counted beside the menu's titles."""

from datetime import date

import streamlit as st

from services import approvals, renewals
from services.actor import Actor
from services.changes import Chapter
from services.settings import process
from terms.people import Scope
from ui.navigation import existing
from ui.session import now, today

CHAPTERS = (Chapter.APPROVALS, Chapter.RENEWALS)
"""Whose changes (to what is the reader's own) change a count."""


def waiting(actor: Actor | None, *, is_fresh: bool = False) -> dict[str, int]:
    """Counts by ``navigation.Item.counts``, at most a few seconds old.

    Args:
        is_fresh: count again whatever was kept: something is known to have changed.
    """
    if actor is None:
        return {}
    counted = {item.counts for item in existing() if item.counts and actor.may(item.permission)}
    whose = (actor, actor.own_id, actor.scope, actor.branch_ids, today())
    found = {}
    for name, count in (("approvals", _approvals), ("renewals", _open_renewals)):
        if name in counted:
            if is_fresh:
                count.clear(*whose)
            found[name] = count(*whose)
    return found


@st.cache_data(ttl=20, max_entries=1000, show_spinner=False)
def _approvals(
    _actor: Actor,
    staff_id: int,  # noqa: ARG001 - these three are the key of the cache: whose count it is
    scope: Scope,  # noqa: ARG001
    branch_ids: tuple[int, ...],  # noqa: ARG001
    on: date,
) -> int:
    with process().database.reading() as session:
        return approvals.waiting_count(session, actor=_actor, on=on, at=now())


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
