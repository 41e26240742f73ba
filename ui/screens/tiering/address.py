"""What the address of ``/tiering`` says: a link shows what its sender saw.

``view``; ``branch``, ``team`` narrow every view; ``value``, ``risk``, ``stars`` the list of the
overview; ``axis``, ``since``, ``was``, ``is`` the movement; ``side``, ``owner``, ``potential`` the
candidates; ``fact`` what is missing; ``column`` the curve; ``after`` says where a page begins.
"""

from enum import StrEnum

import streamlit as st

from services.tiering import NO_STARS, TierFilter
from terms.tiering import Tier, TierAxis
from ui.screens.renewals.address import asked, closed_to_role, day, only, put, word

__all__ = [
    "View",
    "asked",
    "axis",
    "closed_to_role",
    "day",
    "filters",
    "only",
    "put",
    "turn",
    "word",
]

OF_ALL = ("branch", "team")
AFTER = "after"


class View(StrEnum):
    """The views of the screen."""

    OVERVIEW = "overview"
    MOVEMENT = "movement"
    CANDIDATES = "candidates"
    MISSING = "missing"
    WHATIF = "whatif"


def filters() -> TierFilter:
    """The filters as the address has them; what it cannot mean is left out."""
    stars = asked("stars")
    known = {str(number): number for number in range(NO_STARS, 6)}
    return TierFilter(
        value=word("value", Tier),
        risk=word("risk", Tier),
        stars=known.get(stars),
        branch=asked("branch")[:80] or None,
        team=asked("team")[:80] or None,
        owner=asked("owner")[:80] or None,
        with_potential=asked("potential") == "1",
    )


def place() -> TierFilter:
    """Branch and team alone."""
    every = filters()
    return TierFilter(branch=every.branch, team=every.team)


def axis(*of: TierAxis) -> TierAxis:
    """The axis of the address; the first of ``of`` where it names none of them."""
    return word("axis", of) or of[0]


def turn(view: View) -> None:
    """To another view, of the same branch and team."""
    kept = {name: asked(name) for name in OF_ALL if asked(name)}
    only(view=view.value, **kept)


def narrow(**parameters: str | None) -> None:
    """Write filters, and begin at the first page."""
    put(**parameters, **{AFTER: None})


def page_of() -> str | None:
    """Where the page of the list begins."""
    return st.query_params.get(AFTER)
