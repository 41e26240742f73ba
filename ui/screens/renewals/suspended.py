"""Suspended cover 效力中止: whose notice, answer or reinstatement runs out first, and what is said
to them.
"""

import pyarrow as pa
import streamlit as st

from services import renewals
from services.actor import Actor
from services.changes import Chapter
from services.renewals import SuspendedCounts, SuspendedRow
from terms.instalments import ClockShown, SuspensionState
from ui.components.choices import without_icon
from ui.components.live import live
from ui.components.queue_table import COMPACT_ROW, height, wide
from ui.screens.renewals import address, reinstating
from ui.session import now, today
from ui.shared import read_shared
from words import _, formats
from words.labels import label
from words.markdown import quiet

SHOW, ROWS, TABLE = "renewals.clock-show", "renewals.clock-rows", "renewals.suspended"
PAGE = 50
MADE_FROM = (Chapter.RENEWALS, Chapter.POLICIES, Chapter.CLIENTS, Chapter.RULES)


def draw(actor: Actor) -> None:
    """Draw the suspended policies of the actor's clients."""
    live(Chapter.RENEWALS, key="renewals.suspended-live", every=5)
    shown = address.word("show", ClockShown) or ClockShown.ALL
    counts = read_shared(renewals.suspended_counts, *MADE_FROM, actor=actor, on=today())
    if not counts.all:
        st.markdown(_("No policy of your clients is suspended."))
        return
    _pills(counts, shown)
    limit = int(st.session_state.get(ROWS, PAGE))
    rows = read_shared(
        renewals.suspended, *MADE_FROM, actor=actor, on=today(), show=shown, limit=limit
    )
    if not rows:
        st.markdown(_("No suspended policy of this kind."))
        return
    chosen = _chosen(rows)
    _table(rows, chosen)
    of_view = getattr(counts, shown.value)
    with st.container(horizontal=True, vertical_alignment="center"):
        as_of = _("As of {time}").format(time=formats.date_time(now()))
        st.markdown(quiet(as_of), width="content")
        if len(rows) < of_view:
            more = _("Show {n} more").format(n=min(PAGE, of_view - len(rows)))
            st.button(more, key="renewals.clock-more", type="tertiary", on_click=_more)
        st.markdown(quiet(_("An aid: the contract and the insurer decide.")), width="content")
    reinstating.draw(actor, rows[chosen])


def _pills(counts: SuspendedCounts, shown: ClockShown) -> None:
    st.session_state[SHOW] = shown
    st.pills(
        _("Show"),
        list(ClockShown),
        key=SHOW,
        required=True,
        format_func=without_icon(lambda one: f"{label(one)} {getattr(counts, one.value)}"),
        label_visibility="collapsed",
        on_change=_show,
    )


def _show() -> None:
    shown = ClockShown(st.session_state[SHOW])
    address.put(show=None if shown is ClockShown.ALL else shown.value)
    st.session_state.pop(ROWS, None)


def _more() -> None:
    st.session_state[ROWS] = int(st.session_state.get(ROWS, PAGE)) + PAGE


def _chosen(rows: tuple[SuspendedRow, ...]) -> int:
    """The row of the policy the address names; the first where it names none of these."""
    asked = address.asked("policy")
    return next((at for at, row in enumerate(rows) if row.policy_number == asked), 0)


def _table(rows: tuple[SuspendedRow, ...], chosen: int) -> None:
    def pick() -> None:
        picked = st.session_state[TABLE]["selection"]["rows"]
        if picked:
            address.put(policy=rows[picked[0]].policy_number)

    wanted = {"selection": {"rows": [chosen]}}
    if st.session_state.get(TABLE, {}).get("selection", {}).get("rows") != [chosen]:
        st.session_state[TABLE] = wanted
    text, number = st.column_config.TextColumn, st.column_config.NumberColumn
    st.dataframe(
        pa.table(
            {
                "name": [row.client_name or row.client_number for row in rows],
                "file": [f"/client?id={row.client_number}&view=instalments" for row in rows],
                "product": [row.product for row in rows],
                "since": [formats.day(row.suspended_on) for row in rows],
                "notice": [_notice(row) for row in rows],
                "state": [_state(row) for row in rows],
                "until": [formats.day(row.reinstatable_until) for row in rows],
                "premium": pa.array([formats.yuan(row.premium_fen) for row in rows], pa.int64()),
                "owner": [row.owner_name or _("nobody") for row in rows],
            }
        ),
        key=TABLE,
        height=height(len(rows), row=COMPACT_ROW, most=14),
        row_height=COMPACT_ROW,
        hide_index=True,
        column_config={
            "name": text(_("Client"), width=wide(96, 90)),
            "file": st.column_config.LinkColumn(_("File"), display_text=_("open"), width=52),
            "product": text(_("Product"), width=wide(146, 130)),
            "since": text(_("Suspended since"), width=112),
            "notice": text(_("Notice of suspension"), width=wide(170, 150)),
            "state": text(_("State"), width=wide(186, 222)),
            "until": text(_("Reinstatable until"), width=124),
            "premium": number(_("Premium, yuan"), width=96, format="localized"),
            "owner": text(_("Owner"), width=76),
        },
        on_select=pick,
        selection_mode="single-row-required",
        alt=_("Suspended policies by the clock that runs out first; open a client's file to act"),
    )


def _notice(row: SuspendedRow) -> str:
    if row.notice_sent_on is not None:
        return "✓ " + _("sent {day}").format(day=formats.day(row.notice_sent_on))
    left = (row.notice_due_on - today()).days
    said = _("by {day}").format(day=formats.day(row.notice_due_on))
    if row.notice_is_provisional:
        said += " · " + _("provisional")
    if left < 0:
        return f"▲ {said} · " + _("{n} d late").format(n=-left)
    return f"◆ {said}"


def _state(row: SuspendedRow) -> str:
    if row.state is SuspensionState.APPLIED:
        return _("◆ Applied, answer by {day}").format(day=formats.day(row.answer_due_on))
    return label(row.state)
