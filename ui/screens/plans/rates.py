"""How punctual the plans of each team are."""

from datetime import timedelta

import pyarrow as pa
import streamlit as st

from services import measures, plans
from services.actor import Actor
from services.plans import TeamRate
from ui.components.choices import without_icon
from ui.components.figure import figure
from ui.components.queue_table import COMPACT_ROW, height
from ui.screens.plans.going import FOLLOWS
from ui.session import read, today
from ui.shared import read_shared
from words import _, ngettext
from words.markdown import plain

TABLE, SPAN = "plans.teams", "plans.span"
SPANS = (30, 90, 365)
NO_TEAM = "none"


def draw(actor: Actor) -> None:
    """Draw the teams, the least punctual first; the figure of the chosen one opens."""
    days = _days()
    to_on = today()
    from_on = to_on - timedelta(days=days)
    rows = read_shared(
        plans.team_rates, *FOLLOWS, actor=actor, from_on=from_on, to_on=to_on, on=to_on
    )
    if not rows:
        st.markdown(_("Nothing of a plan was due in these days."))
        return
    about = {"from": from_on, "to": to_on}
    due, done = sum(row.due for row in rows), sum(row.on_time for row in rows)
    figure(measures.figure("plans.on_time", done, of=due, about=about))
    chosen = _teams(rows, read(measures.fewest, on=to_on))
    if len(rows) == 1:
        return
    team = rows[chosen]
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"**{plain(_name(team))}**", width="content")
        figure(
            measures.figure(
                "plans.on_time",
                team.on_time,
                of=team.due,
                about={**about, "team": NO_TEAM if team.team_id is None else team.team_id},
            ),
            key="team",
        )


def _days() -> int:
    asked = st.query_params.get("days", "")
    chosen = int(asked) if asked.isdigit() and int(asked) in SPANS else SPANS[1]
    st.session_state[SPAN] = chosen
    st.segmented_control(
        _("Last day within"),
        SPANS,
        key=SPAN,
        required=True,
        format_func=without_icon(
            lambda days: ngettext("{n} day back", "{n} days back", days).format(n=days)
        ),
        label_visibility="collapsed",
        on_change=_to_days,
    )
    return chosen


def _to_days() -> None:
    st.query_params["days"] = str(st.session_state[SPAN])


def _name(row: TeamRate) -> str:
    return row.team or _("no team")


def _teams(rows: tuple[TeamRate, ...], fewest: int) -> int:
    """The table; the place of the team chosen in it."""
    number, text = st.column_config.NumberColumn, st.column_config.TextColumn
    rates = [round(100 * row.on_time / row.due) if row.due >= fewest else None for row in rows]
    has_rates = any(rate is not None for rate in rates)
    why = _("No share of fewer than {n}: counts only").format(n=fewest)
    chosen = st.dataframe(
        pa.table(
            {
                "team": [_name(row) for row in rows],
                "due": [row.due for row in rows],
                "on_time": [row.on_time for row in rows],
                "rate": rates if has_rates else ["–"] * len(rows),
                "late": [row.late_open for row in rows],
            }
        ),
        key=TABLE,
        height=height(len(rows), row=COMPACT_ROW, most=14),
        row_height=COMPACT_ROW,
        hide_index=True,
        placeholder="–",
        column_config={
            "team": text(_("Team"), width=130),
            "due": number(_("Due"), width=60),
            "on_time": number(_("On time"), width=70),
            "rate": st.column_config.ProgressColumn(
                _("Share"), help=why, format="%d%%", min_value=0, max_value=100, width=130
            )
            if has_rates
            else text(_("Share"), help=why, width=130),
            "late": number(_("Late and open"), width=110),
        },
        on_select="rerun",
        selection_mode="single-row",
        alt=_("Teams, the least punctual first; Shift+Space chooses one"),
    )
    picked = chosen["selection"]["rows"]
    return picked[0] if picked and picked[0] < len(rows) else 0
