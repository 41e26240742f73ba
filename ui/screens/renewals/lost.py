"""Clients we lost: why, to whom, at which price, and who wins them back by when (R92)."""

from collections.abc import Sequence
from datetime import date

import pyarrow as pa
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from services import closings
from services.actor import Actor
from services.closings import LostFilter, LostRow
from services.permissions import Permission
from terms.closings import WinBackState
from ui.components.choices import without_icon
from ui.components.queue_table import COMPACT_ROW, height, wide
from ui.components.undoing import begin_unpicked
from ui.screens.renewals import address, reopening
from ui.session import dialog, now, read, save, tell_later, today
from words import _, formats, ngettext
from words.closings import result
from words.labels import label
from words.markdown import plain
from words.renewals import refusal

TABLE, SHOW, ROWS, CHANGED = (
    "renewals.lost",
    "renewals.lost-show",
    "renewals.lost-rows",
    "renewals.lost-changed",
)
PAGE = 50
MINE, NOBODY, ALL = "mine", "nobody", "open"
WHERE = {
    MINE: LostFilter(mine=True),
    NOBODY: LostFilter(unassigned=True),
    ALL: LostFilter(),
    "won": LostFilter(state=WinBackState.WON),
    "given_up": LostFilter(state=WinBackState.GIVEN_UP),
}
"""What ``show`` in the address may say in this view."""


def draw(actor: Actor, bar: DeltaGenerator) -> None:
    """Draw the list the address asks for, and what may be done with the rows picked."""
    leads = actor.may(Permission.RENEWAL_LEAD)
    shown = _shown(leads)
    with bar:
        _pills(actor, shown, leads)
    rows = read(
        closings.lost_cases,
        actor=actor,
        on=today(),
        where=WHERE[shown],
        limit=st.session_state.get(ROWS, PAGE),
    )
    if not rows:
        _nothing(shown)
        reopening.button(actor)
        return
    begin_unpicked(TABLE, CHANGED)
    picked = _list(rows, is_open=shown in (MINE, NOBODY, ALL))
    if len(rows) == st.session_state.get(ROWS, PAGE):
        st.button(_("Show more"), key="renewals.lost-more", type="tertiary", on_click=_more)
    if picked:
        _bar(actor, picked, leads)
    reopening.button(actor)


def _shown(leads: bool) -> str:
    asked = address.asked("show")
    return asked if asked in WHERE else (ALL if leads else MINE)


def _pills(actor: Actor, shown: str, leads: bool) -> None:
    names = {
        MINE: _("Mine to win back"),
        NOBODY: _("Nobody's yet"),
        ALL: _("All open"),
        "won": result(WinBackState.WON),
        "given_up": result(WinBackState.GIVEN_UP),
    }
    if not leads:
        del names[NOBODY]
    st.session_state[SHOW] = shown
    st.pills(
        _("Show"),
        list(names),
        key=SHOW,
        required=True,
        format_func=without_icon(names.__getitem__),
        label_visibility="collapsed",
        on_change=_show,
    )
    st.space("stretch")
    n = read(closings.lost_count, actor=actor, where=WHERE[shown])
    said = ngettext("{n} client", "{n} clients", n).format(n=formats.number(n))
    st.markdown(f"**{said}**", width="content")


def _show() -> None:
    address.put(show=st.session_state[SHOW])
    for key in (ROWS, TABLE):
        st.session_state.pop(key, None)


def _more() -> None:
    st.session_state[ROWS] = st.session_state.get(ROWS, PAGE) + PAGE


def _nothing(shown: str) -> None:
    said = {
        MINE: _("Nobody was given to you to win back."),
        NOBODY: _("Every lost client has somebody who calls again."),
        ALL: _("No lost client waits to be won back."),
    }.get(shown, _("There is nothing here yet."))
    with st.container(key="renewals-empty"):
        st.markdown(said)


def _list(rows: Sequence[LostRow], *, is_open: bool) -> list[LostRow]:
    number, text = st.column_config.NumberColumn, st.column_config.TextColumn
    has_notes = any(row.note for row in rows)
    st.dataframe(
        pa.table(
            {
                "when": [_when(row) for row in rows],
                "name": [row.client_name or row.client_number for row in rows],
                "file": [f"/client?id={row.client_number}" for row in rows],
                "what": [f"{label(row.line)} · {row.product}" for row in rows],
                "lost_on": [formats.near_day(row.lost_on, on=today()) for row in rows],
                "reason": [refusal(row.reason) for row in rows],
                "competitor": [row.competitor or "–" for row in rows],
                "ours": [formats.yuan(row.premium_fen) for row in rows],
                "theirs": pa.array(
                    [
                        None
                        if row.competitor_premium_fen is None
                        else formats.yuan(row.competitor_premium_fen)
                        for row in rows
                    ],
                    pa.int64(),
                ),
                "with": [row.owner_name or "◆ " + _("nobody") for row in rows],
                **({"note": [row.note or "–" for row in rows]} if has_notes else {}),
            }
        ),
        key=TABLE,
        height=height(len(rows), row=COMPACT_ROW, most=16),
        row_height=COMPACT_ROW,
        hide_index=True,
        placeholder="–",
        column_config={
            "when": text(_("Call again") if is_open else _("Settled on"), width=wide(88, 84)),
            "name": text(_("Client"), width=wide(170, 150)),
            "file": st.column_config.LinkColumn(_("File"), display_text=_("open"), width=52),
            "what": text(_("What"), width=wide(160, 168)),
            "lost_on": text(_("Lost on"), width=wide(80, 66)),
            "reason": text(_("Reason"), width=wide(104, 146)),
            "competitor": text(_("Competitor"), width=wide(106, 96)),
            "ours": number(_("Our premium ¥"), width=100, format="localized"),
            "theirs": number(_("Their price ¥"), width=96, format="localized"),
            "with": text(_("With"), width=78),
            "note": text(_("Note"), width=160),
        },
        on_select="rerun" if is_open else "ignore",
        selection_mode="multi-row",
        alt=_("Lost clients by the day they are called again; Shift+Space picks a row"),
    )
    if not is_open:
        return []
    places = st.session_state[TABLE]["selection"]["rows"]
    return [rows[place] for place in places if place < len(rows)]


def _when(row: LostRow) -> str:
    day = formats.near_day(row.settled_on or row.due_on, on=today())
    return f"▲ {day}" if row.is_late else day


def _bar(actor: Actor, picked: list[LostRow], leads: bool) -> None:
    with st.container(horizontal=True, vertical_alignment="center", key="renewals-acts"):
        said = ngettext("{n} client picked", "{n} clients picked", len(picked)).format(
            n=len(picked)
        )
        st.markdown(f"**{said}**", width="content")
        if leads and st.button(_("Ask somebody to win back…"), key="renewals.win-back"):
            dialog(_("Ask somebody to win back"))(_assign)(actor, picked)
        one = picked[0] if len(picked) == 1 else None
        may_settle = one is not None and (leads or one.owner_id == actor.own_id)
        if one is None or not may_settle:
            return
        if st.button(_("How it went…"), key="renewals.win-back-result", type="primary"):
            dialog(_("How it went"))(_settle)(actor, one)


def _assign(actor: Actor, picked: list[LostRow]) -> None:
    people = dict(read(closings.owners, actor=actor, on=today()))
    owner_id = st.selectbox(
        _("To"),
        list(people),
        key="renewals.win-back-to",
        index=None,
        placeholder=_("Choose a person"),
        format_func=lambda id: people.get(id, ""),
    )
    due = st.date_input(
        _("Call again by"),
        value=None,
        min_value=today(),
        key="renewals.win-back-due",
        help=_("Left empty, each client keeps the day the rule gives."),
    )
    st.caption(_("The client's file opens to this person until it is settled."))
    given = st.button(
        _("Ask"), key="renewals.win-back-go", type="primary", disabled=owner_id is None
    )
    if not given or owner_id is None:
        return
    done = save(
        closings.assign,
        actor=actor,
        lost_ids={row.id: row.version for row in picked},
        owner_id=owner_id,
        due_on=due if isinstance(due, date) else None,
        at=now(),
    )
    if done is not None:
        st.session_state[CHANGED] = True
        tell_later(
            ngettext(
                "{name} was asked to win back {n} client",
                "{name} was asked to win back {n} clients",
                done,
            ).format(n=done, name=people[owner_id])
        )
        st.rerun()


def _settle(actor: Actor, row: LostRow) -> None:
    st.markdown(f"**{plain(row.client_name or row.client_number)}**")
    names = {
        WinBackState.WON: result(WinBackState.WON),
        WinBackState.OPEN: _("Call another day"),
        WinBackState.GIVEN_UP: result(WinBackState.GIVEN_UP),
    }
    state = st.segmented_control(
        _("Result"),
        list(names),
        key="renewals.win-back-state",
        format_func=without_icon(names.__getitem__),
    )
    due = None
    if state is WinBackState.OPEN:
        due = st.date_input(
            _("Call again by"), value=None, min_value=today(), key="renewals.win-back-again"
        )
    note = st.text_input(
        _("Note"), value=row.note or "", key="renewals.win-back-note", max_chars=200
    )
    is_ready = state is not None and (state is not WinBackState.OPEN or due is not None)
    pressed = st.button(
        _("Save"), key="renewals.win-back-save", type="primary", disabled=not is_ready
    )
    if not pressed or state is None:
        return
    done = save(
        closings.settle,
        actor=actor,
        lost_id=row.id,
        state=state,
        note=note,
        due_on=due if isinstance(due, date) else None,
        at=now(),
        seen_version=row.version,
    )
    if done is not None:
        st.session_state[CHANGED] = True
        tell_later(_("Saved."))
        st.rerun()
