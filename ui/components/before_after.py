"""What changes, side by side: what, before, after."""

from collections.abc import Sequence

import streamlit as st

from words import _, formats, ngettext
from words.approvals import Told
from words.markdown import plain, quiet

MOST = 60
"""Rows shown; a whole year's calendar has about 40."""


def before_after(changes: Sequence[Told], *, before: str, after: str) -> None:
    """Draw ``changes`` as a table that reads on a phone too.

    Args:
        before: what the middle column is called.
        after: what the last one is called.
    """
    what = _("What")
    head = f"| {what} | {before} | {after} |\n|:--|:--|:--|\n"
    rows = "\n".join(
        f"| {plain(each.what)} | {plain(each.before)} | **{plain(each.after)}** |"
        for each in changes[:MOST]
    )
    with st.container(key="before-after"):
        st.markdown(head + rows)
    left = len(changes) - MOST
    if left > 0:
        said = ngettext("and {n} more", "and {n} more", left).format(n=formats.number(left))
        st.markdown(quiet(said))
