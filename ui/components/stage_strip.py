"""The strip of the ten working days: four clocks side by side, the exception marked."""

from collections.abc import Callable, Sequence

import streamlit as st

from services.engagements import Clock
from terms.service import StageClock
from words.engagements import blocked_said, clock_said, sign_of
from words.labels import label
from words.markdown import plain, quiet


def stage_strip(
    clocks: Sequence[Clock], *, key: str, act: Callable[[StageClock], None] | None = None
) -> None:
    """Draw the clocks: done, due, late, and what each waits for.

    Args:
        act: draws under an open clock what one can do about it.
    """
    with st.container(key=key), st.grid(len(clocks), min_column_width=170):
        for clock in clocks:
            with st.container(border=True, key=f"{key}-{clock.clock.value}", gap="xsmall"):
                colour, sign = sign_of(clock)
                st.markdown(f"**{label(clock.clock)}**  \n:{colour}[{sign} {clock_said(clock)}]")
                waits = blocked_said(clock)
                if waits:
                    st.markdown(quiet(plain(waits)))
                if act is not None and not clock.is_done:
                    act(clock.clock)
