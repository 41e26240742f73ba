"""What clients say: objections and refusals of the team against the days before, and what they
tell about the market (R87, R89).

The address holds the period, the breakdown, the filters, and the line that is open.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

import pyarrow as pa
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from services import voices
from services.actor import Actor
from services.permissions import Permission
from services.voices import VoiceContact, VoiceFilter, VoiceRow
from terms.people import Scope
from terms.policies import Line
from terms.voices import VoiceBy
from ui.components.choices import without_icon
from ui.components.queue_table import COMPACT_ROW, height
from ui.screens.renewals import address
from ui.session import read, today
from words import _, formats, ngettext
from words.labels import label
from words.markdown import plain, quiet
from words.voices import broken_down, kind_name, trend, what, whose

TABLE, WHEN, DAYS, PART, BY, ROWS = (
    "renewals.voices",
    "renewals.voices-when",
    "renewals.voices-days",
    "renewals.voices-part",
    "renewals.voices-by",
    "renewals.voices-rows",
)
LINE, PRODUCT, TEAM, FIND = (
    "renewals.voices-line",
    "renewals.voices-product",
    "renewals.voices-team",
    "renewals.voices-find",
)
PERIODS = (7, 28, 90)
MARKET, WHOLE = "market", ""
PAGE = 50
BEFORE = "before"
OPENED = ("kind", "code", "of")
"""What in the address names the line that is open; ``when`` which of its two counts."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks for."""

    days: int
    by: VoiceBy | None
    where: VoiceFilter
    is_market: bool
    find: str


def draw(actor: Actor, bar: DeltaGenerator) -> None:
    """Draw the lines of the period and the contacts behind the open one, or what clients told
    about the market."""
    asked = _asked()
    with bar:
        _periods(asked)
    with st.container(
        key="renewals-voices-bar", horizontal=True, vertical_alignment="bottom", gap="small"
    ):
        _parts(asked)
        if not asked.is_market:
            _breakdown(asked)
        _filters(actor, asked)
    if asked.is_market:
        _market(actor, asked)
    else:
        _lines(actor, asked)


def _asked() -> Asked:
    days = address.asked("days")
    return Asked(
        days=int(days) if days in {str(one) for one in PERIODS} else PERIODS[0],
        by=address.word("by", VoiceBy),
        where=VoiceFilter(
            line=address.word("line", Line),
            product=address.asked("product"),
            team=address.asked("team"),
        ),
        is_market=address.asked("part") == MARKET,
        find=address.asked("find"),
    )


# --- what is asked ---------------------------------------------------------------------------


def _periods(asked: Asked) -> None:
    st.session_state[DAYS] = asked.days
    st.pills(
        _("Period"),
        PERIODS,
        key=DAYS,
        required=True,
        format_func=without_icon(lambda n: _("Last {n} days").format(n=n)),
        label_visibility="collapsed",
        on_change=lambda: _put(days=str(st.session_state[DAYS])),
    )


def _parts(asked: Asked) -> None:
    names = {WHOLE: _("Objections and reasons"), MARKET: _("Market information")}
    st.session_state[PART] = MARKET if asked.is_market else WHOLE
    st.segmented_control(
        _("Show"),
        list(names),
        key=PART,
        required=True,
        format_func=without_icon(names.__getitem__),
        on_change=lambda: _put(part=st.session_state[PART] or None, find=None),
    )


def _breakdown(asked: Asked) -> None:
    given: list[str] = [WHOLE, *VoiceBy]
    st.session_state[BY] = asked.by or WHOLE
    st.selectbox(
        _("Broken down by"),
        given,
        key=BY,
        width=150,
        format_func=lambda one: label(VoiceBy(one)) if one else _("Not broken down"),
        on_change=lambda: _put(by=st.session_state[BY] or None),
    )


def _filters(actor: Actor, asked: Asked) -> None:
    known = _choices(
        actor, actor.own_id, actor.scope, actor.team_id, actor.branch_ids, today(), asked.days
    )
    where = asked.where
    _choice(_("Line"), LINE, "line", ["", *Line], where.line or "", lambda one: label(Line(one)))
    products = list(dict.fromkeys(("", *known.products, where.product)))
    _choice(_("Product"), PRODUCT, "product", products, where.product, str)
    if len(known.teams) > 1 or where.team:
        teams = list(dict.fromkeys(("", *known.teams, where.team)))
        _choice(_("Team"), TEAM, "team", teams, where.team, str)
    if asked.is_market:
        st.session_state[FIND] = asked.find
        st.text_input(
            _("Words in it"),
            key=FIND,
            width=200,
            on_change=lambda: _put(find=st.session_state[FIND].strip() or None),
        )


@st.cache_data(ttl=600, max_entries=200, show_spinner=False)
def _choices(
    _actor: Actor,
    staff_id: int,  # noqa: ARG001 - these four are the cache's key: whose people
    scope: Scope,  # noqa: ARG001
    team_id: int | None,  # noqa: ARG001
    branch_ids: tuple[int, ...],  # noqa: ARG001
    on: date,
    days: int,
) -> voices.VoiceChoices:
    """What the filters offer; a product heard of in the last minutes may be missing."""
    return read(voices.choices, actor=_actor, on=on, days=days)


def _choice(
    title: str, key: str, name: str, given: list[str], chosen: str, said: Callable[[str], str]
) -> None:
    st.session_state[key] = chosen
    st.selectbox(
        title,
        given,
        key=key,
        width=150,
        format_func=lambda one: said(one) if one else _("All"),
        on_change=lambda: _put(**{name: st.session_state[key] or None}),
    )


def _put(**parameters: str | None) -> None:
    """Another question: the line that was open is closed."""
    address.put(**parameters, **dict.fromkeys((*OPENED, "when")))
    st.session_state.pop(ROWS, None)


# --- what was heard --------------------------------------------------------------------------


def _lines(actor: Actor, asked: Asked) -> None:
    rows = read(
        voices.heard, actor=actor, on=today(), days=asked.days, by=asked.by, where=asked.where
    )
    if not rows:
        _nothing(_("Nobody recorded an objection or a refusal in this time."))
        return
    named = tuple(map(address.asked, OPENED))
    places = [place for place, row in enumerate(rows) if _name(row) == named]
    _table(rows, asked, picked=places[0] if places else None)
    if places:
        _behind(actor, asked, rows[places[0]])


def _name(row: VoiceRow) -> tuple[str, str, str]:
    return row.kind.value, row.code, row.of


def _table(rows: tuple[VoiceRow, ...], asked: Asked, *, picked: int | None) -> None:
    def chosen() -> None:
        places = st.session_state[TABLE]["selection"]["rows"]
        name = _name(rows[places[0]]) if places else ("", "", "")
        named = {key: value or None for key, value in zip(OPENED, name, strict=True)}
        address.put(when=None, **named)
        st.session_state.pop(ROWS, None)

    wanted = [] if picked is None else [picked]
    if st.session_state.get(TABLE, {}).get("selection", {}).get("rows") != wanted:
        st.session_state[TABLE] = {"selection": {"rows": wanted}}
    number, text = st.column_config.NumberColumn, st.column_config.TextColumn
    by = {} if asked.by is None else {"of": [broken_down(row, asked.by) for row in rows]}
    st.dataframe(
        pa.table(
            {
                "what": [what(row) for row in rows],
                **by,
                "kind": [kind_name(row.kind) for row in rows],
                "count": [row.count for row in rows],
                "before": [row.before for row in rows],
                "trend": [trend(row) for row in rows],
                "people": [row.people for row in rows],
            }
        ),
        key=TABLE,
        height=height(len(rows), row=COMPACT_ROW, most=14),
        row_height=COMPACT_ROW,
        hide_index=True,
        column_config={
            "what": text(_("What clients say"), width=220),
            "of": text(label(asked.by) if asked.by else "", width=160),
            "kind": text(_("Kind"), width=110),
            "count": number(_("This period"), width=90),
            "before": number(_("Period before"), width=100),
            "trend": text(_("Change"), width=90),
            "people": number(_("Heard by"), width=90),
        },
        on_select=chosen,
        selection_mode="single-row",
        alt=_("What clients say, most often first; Shift+Space opens the contacts"),
    )


def _behind(actor: Actor, asked: Asked, row: VoiceRow) -> None:
    """The contacts a line counts, of the period or of the one before."""
    limit = st.session_state.get(ROWS, PAGE)
    of = broken_down(row, asked.by) if asked.by else ""
    st.subheader(" · ".join(filter(None, (what(row), of))), anchor=False)
    is_before = bool(row.before) and (address.asked("when") == BEFORE or not row.count)
    if row.before:
        _when(row, is_before=is_before)
    count = row.before if is_before else row.count
    found = read(
        voices.contacts,
        actor=actor,
        kind=row.kind,
        code=row.code,
        on=today(),
        days=asked.days,
        by=asked.by,
        of=row.of,
        is_before=is_before,
        where=asked.where,
        limit=limit,
    )
    _contacts(actor, found)
    if len(found) == limit < count:
        _more()
    elif len(found) < count:
        n = count - len(found)
        st.caption(
            ngettext(
                "{n} more is in the file of a client you may not open.",
                "{n} more are in files of clients you may not open.",
                n,
            ).format(n=n)
        )


def _when(row: VoiceRow, *, is_before: bool) -> None:
    names = {
        WHOLE: _("This period: {n}").format(n=row.count),
        BEFORE: _("Period before: {n}").format(n=row.before),
    }
    st.session_state[WHEN] = BEFORE if is_before else WHOLE
    st.segmented_control(
        _("Period"),
        list(names) if row.count else [BEFORE],
        key=WHEN,
        required=True,
        format_func=without_icon(names.__getitem__),
        label_visibility="collapsed",
        on_change=lambda: address.put(when=st.session_state[WHEN] or None),
    )


def _market(actor: Actor, asked: Asked) -> None:
    limit = st.session_state.get(ROWS, PAGE)
    given: dict[str, Any] = {
        "on": today(),
        "days": asked.days,
        "find": asked.find,
        "where": asked.where,
    }
    n = read(voices.market_count, actor=actor, **given)
    if not n:
        _nothing(_("Nobody recorded market information of this kind in this time."))
        return
    said = ngettext("{n} contact", "{n} contacts", n).format(n=n)
    st.subheader(said, anchor=False)
    _contacts(actor, read(voices.market, actor=actor, limit=limit, **given))
    if limit < n:
        _more()


def _more() -> None:
    def further() -> None:
        st.session_state[ROWS] = st.session_state.get(ROWS, PAGE) + PAGE

    st.button(_("Show more"), key="renewals.voices-more", type="tertiary", on_click=further)


def _contacts(actor: Actor, found: tuple[VoiceContact, ...]) -> None:
    works = actor.may(Permission.RENEWAL_WORK)
    for contact in found:
        name = plain(contact.client_name or contact.client_number)
        about = " · ".join(
            filter(
                None,
                (
                    formats.moment(contact.happened_at, on=today()),
                    label(contact.line) if contact.line else "",
                    plain(contact.product or ""),
                    plain(whose(contact)),
                ),
            )
        )
        said = f"**[{name}](/client?id={contact.client_number})** {quiet(about)}"
        if works and contact.reference:
            case_name = _("Case")
            said += f" · **[{case_name}](/renewals?view=mine&case={contact.reference})**"
        with st.container(gap="xxsmall"):
            st.markdown(said)
            if contact.market:
                told = _("market: {text}").format(text=contact.market)
                st.text(told[:1].upper() + told[1:])
            if contact.note:
                st.text(contact.note)


def _nothing(said: str) -> None:
    with st.container(key="renewals-empty"):
        st.markdown(said)
