"""What waits for the person at the screen, counted beside the menu's titles."""

import streamlit as st

from services import approvals, company, renewals
from services.actor import Actor
from services.changes import Chapter
from ui.navigation import existing
from ui.session import now, once, today, try_read

CHAPTERS, MINE = (Chapter.APPROVALS,), (Chapter.RENEWALS,)
"""Whose changes change a count: any of a chapter's, or those to what is the reader's own."""


def waiting(actor: Actor | None, *, is_fresh: bool = False) -> dict[str, int]:
    """Counts by ``navigation.Item.counts``, at most a few seconds old.

    Args:
        is_fresh: count again whatever was kept: something is known to have changed.
    """
    if actor is None:
        return {}
    return _counted(actor, is_fresh) if is_fresh else once("waiting", lambda: _counted(actor))


def _counted(actor: Actor, is_fresh: bool = False) -> dict[str, int]:
    counted = {item.counts for item in existing() if item.counts and actor.may(item.permission)}
    whose = repr((actor.own_id, actor.scope, actor.branch_ids, today()))
    found = {}
    counts = (
        ("approvals", _approvals),
        ("renewals", _open_renewals),
        ("first_steps", _steps_left),
    )
    for name, count in counts:
        if name in counted:
            if is_fresh:
                count.clear(actor, whose)
            found[name] = count(actor, whose)
    return found


def forget_first_steps() -> None:
    """A first step was done: count again."""
    _steps_left.clear()


@st.cache_data(ttl=20, max_entries=100, show_spinner=False)
def _steps_left(_actor: Actor, whose: str) -> int:  # noqa: ARG001 - the key: whose count it is
    return try_read(company.set_up, actor=_actor, on=today()).left


@st.cache_data(ttl=20, max_entries=1000, show_spinner=False)
def _approvals(_actor: Actor, whose: str) -> int:  # noqa: ARG001 - as above
    return try_read(approvals.waiting_count, actor=_actor, on=today(), at=now())


@st.cache_data(ttl=20, max_entries=1000, show_spinner=False)
def _open_renewals(_actor: Actor, whose: str) -> int:  # noqa: ARG001 - as above
    return try_read(renewals.open_count, actor=_actor, on=today())
