"""What the address of ``/renewals`` says, and how it is changed: a link shows what its sender saw.

``view``, ``show`` (a pill; of the team ``day``, and ``day`` which one), ``version`` (of the
probability), ``case`` (policy number and
due day), ``policy``, ``person`` (a name or ``nobody``), and of the analysis ``part``, what its
figures are of and by (``of``, ``by``, ``months``, ``year``, ``paid``), and what was clicked
(``week``, ``state``, ``stage``, ``reason``, ``bar``, ``month``).
"""

from collections.abc import Iterable
from datetime import date
from enum import StrEnum
from typing import TypeVar

import streamlit as st

from words import _

Word = TypeVar("Word", bound=StrEnum)


class View(StrEnum):
    """The views of the screen."""

    MINE = "mine"
    TEAM = "team"
    ALLOCATION = "allocation"
    SUSPENDED = "suspended"
    ANALYSIS = "analysis"
    LOST = "lost"
    CONFLICTS = "conflicts"
    PROBABILITY = "probability"
    VOICES = "voices"


def asked(name: str) -> str:
    """The parameter ``name``; empty where the address does not have it."""
    return st.query_params.get(name, "")


def word(name: str, words: Iterable[Word]) -> Word | None:
    """The parameter as one of ``words``; None for anything else."""
    given = asked(name)
    return next((one for one in words if one.value == given), None)


def closed_to_role(views: Iterable[Word], drawn: Word) -> None:
    """Say so where the address asks for a view the role may not open, and another stands here."""
    wanted = word("view", views)
    if wanted is not None and wanted is not drawn:
        st.markdown(_("That view is not open to your role; here is what is."))


def day(name: str) -> date | None:
    """The parameter as an ISO date; None for anything else."""
    try:
        return date.fromisoformat(asked(name))
    except ValueError:
        return None


def put(**parameters: str | None) -> None:
    """Write parameters that differ; None takes one away."""
    for name, value in parameters.items():
        if value is None:
            if name in st.query_params:
                del st.query_params[name]
        elif asked(name) != value:
            st.query_params[name] = value


def only(**parameters: str) -> None:
    """Leave these parameters and no others."""
    st.query_params.from_dict(parameters)
