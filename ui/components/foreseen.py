"""Which cases would go from whom to whom, before they do."""

import pyarrow as pa
import streamlit as st

from services.renewals import Foreseen
from ui.components.queue_table import COMPACT_ROW, height, wide
from words import _, formats, ngettext
from words.labels import label
from words.markdown import plain, quiet


def foreseen_moves(plan: Foreseen, *, key: str) -> None:
    """Draw how many cases each would get, what stays, and the cases; nothing for an empty plan.

    Args:
        key: ``<page>.<thing>``, unique on the screen.
    """
    if plan.to:
        shares = [
            _("{n} to {name}").format(name=plain(name), n=f"{count:,}")
            for name, count in plan.by_person
        ]
        said = ngettext(
            "**{n}** case would go to somebody else: {shares}",
            "**{n}** cases would go to others: {shares}",
            len(plan.to),
        )
        st.markdown(said.format(n=f"{len(plan.to):,}", shares=formats.listing(shares)))
    if plan.kept:
        st.markdown(
            ngettext(
                "{n} case nobody else may have: it stays.",
                "{n} cases nobody else may have: they stay.",
                plan.kept,
            ).format(n=f"{plan.kept:,}")
        )
    if not plan.moves:
        return
    text, number = st.column_config.TextColumn, st.column_config.NumberColumn
    st.dataframe(
        pa.table(
            {
                "client": [move.client_name or move.client_number for move in plan.moves],
                "from": [move.from_name for move in plan.moves],
                "to": [move.to_name for move in plan.moves],
                "line": [label(move.line) for move in plan.moves],
                "due": [move.due_on.isoformat() for move in plan.moves],
                "premium": [formats.yuan(move.premium_fen) for move in plan.moves],
            }
        ),
        key=f"{key}-moves",
        height=height(len(plan.moves), row=COMPACT_ROW, most=8),
        row_height=COMPACT_ROW,
        hide_index=True,
        column_config={
            "client": text(_("Client"), width=190),
            "line": text(_("Line"), width=wide(80, 110)),
            "due": text(_("Due"), width=92),
            "premium": number(_("Premium ¥"), width=84, format="localized"),
            "from": text(_("Held by"), width=76),
            "to": text(_("Would go to"), width=88),
        },
        alt=_("Cases that would change hands"),
    )
    if len(plan.moves) < len(plan.to):
        st.markdown(quiet(_("The first {n} are shown.").format(n=len(plan.moves))))
