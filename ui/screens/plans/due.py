"""What plans have me do, and the plans of my scope with their cost beside the income."""

import pyarrow as pa
import streamlit as st

from services import measures, plans
from services.actor import Actor
from services.plans import MINE_DAYS, DueItem, PlanRow
from terms.service import Timing
from ui.components.figure import figure
from ui.components.queue_table import COMPACT_ROW, height
from ui.screens.plans.going import FOLLOWS, pick
from ui.session import read, today
from ui.shared import read_shared
from words import _, formats
from words.labels import label
from words.plans import budget_cell

MINE, PLANS = "plans.mine", "plans.plans"
MOST_MINE = 100
SIGNS = {Timing.LATE: "▲ ", Timing.DUE: "◆ "}


def draw(actor: Actor) -> None:
    """Draw my items first, then the plans."""
    mine = read(plans.my_items, actor=actor, on=today(), within_days=MINE_DAYS, limit=MOST_MINE)
    if mine:
        figure(measures.figure("plans.mine", len(mine)))
        _mine(mine)
    rows = read_shared(plans.plans, *FOLLOWS, actor=actor, on=today())
    st.subheader(_("Plans in preparation and in force"), anchor=False)
    if not rows:
        st.markdown(_("No client of yours has a plan yet: it begins in the client's file."))
        return
    _plans(rows)


def _mine(items: tuple[DueItem, ...]) -> None:
    text = st.column_config.TextColumn
    st.dataframe(
        pa.table(
            {
                "when": [
                    SIGNS.get(item.timing, "") + formats.near_day(item.ends_on, on=today())
                    for item in items
                ],
                "name": [item.client_name or item.client_number for item in items],
                "what": [
                    f"{label(item.kind)} · {item.content}" if item.content else label(item.kind)
                    for item in items
                ],
                "channel": [label(item.channel) for item in items],
                "cost": pa.array([item.cost_fen // 100 for item in items], pa.int64()),
            }
        ),
        key=MINE,
        height=height(len(items), row=COMPACT_ROW, most=8),
        row_height=COMPACT_ROW,
        hide_index=True,
        column_config={
            "when": text(_("Finish by"), width=110),
            "name": text(_("Client"), width=215),
            "what": text(_("What"), width=265),
            "channel": text(_("Channel"), width=100),
            "cost": st.column_config.NumberColumn(_("Cost ¥"), width=90, format="localized"),
        },
        on_select=lambda: pick(MINE, [item.client_number for item in items]),
        selection_mode="single-row",
        alt=_("What plans have me do, by last day; Shift+Space opens the client"),
    )


def _plans(rows: tuple[PlanRow, ...]) -> None:
    number, text = st.column_config.NumberColumn, st.column_config.TextColumn
    shares = [budget_cell(row.budget) for row in rows]
    st.dataframe(
        pa.table(
            {
                "name": [row.client_name or row.client_number for row in rows],
                "late": [f"▲ {row.late_items}" if row.late_items else "–" for row in rows],
                "state": [label(row.state) for row in rows],
                "open": [row.open_items for row in rows],
                "cost": pa.array([row.budget.cost_fen // 100 for row in rows], pa.int64()),
                "share": pa.array(shares, pa.int64()),
                "limit": [_limit(row) for row in rows],
                "until": [formats.day(row.ends_on) for row in rows],
                "manager": [row.manager or "–" for row in rows],
            }
        ),
        key=PLANS,
        height=height(len(rows), row=COMPACT_ROW, most=12),
        row_height=COMPACT_ROW,
        hide_index=True,
        placeholder="–",
        column_config={
            "name": text(_("Client"), width=215),
            "state": text(_("State"), width=118),
            "late": text(_("Late items"), width=80),
            "open": number(_("Open items"), width=80),
            "cost": number(_("Cost ¥"), width=90, format="localized"),
            "share": st.column_config.ProgressColumn(
                _("Of the year's income"),
                help=_("Cost of the plan ÷ realised and expected income of the service year"),
                format="%d%%",
                min_value=0,
                max_value=max(100, *(share or 0 for share in shares)),
                width=130,
            ),
            "limit": text(_("Limit"), width=118),
            "until": text(_("Until"), width=95),
            "manager": text(_("Client manager"), width=100),
        },
        on_select=lambda: pick(PLANS, [row.client_number for row in rows]),
        selection_mode="single-row",
        alt=_("Plans, those with late items first; Shift+Space opens the client"),
    )


def _limit(row: PlanRow) -> str:
    if row.budget.income_fen is None:
        return _("income not known")
    return "▲ " + _("over the limit") if row.budget.is_over else _("within the limit")
