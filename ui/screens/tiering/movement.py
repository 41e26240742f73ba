"""How clients moved since a day: old × new, who came and who left, and the movers by name."""

from datetime import date, timedelta
from typing import Any

import pyarrow as pa
import streamlit as st

import charts.tiering as drawn
from services import measures, tiering
from services.actor import Actor
from services.changes import Chapter
from services.permissions import Permission
from services.tiering import UNKNOWN, Movement, Mover
from terms.tiering import TierAxis
from ui.components.queue_table import COMPACT_ROW, height
from ui.screens.tiering import address, parts
from ui.session import read, today
from ui.shared import read_shared
from words import _, current_locale, formats
from words.clients import client_title
from words.labels import label
from words.tiering import class_text

AXES = (TierAxis.VALUE, TierAxis.RISK, TierAxis.STARS)
DAYS_BACK, MOST_BACK = 30, 1100
SINCE, WAS, IS = "since", "was", "is"


def draw(actor: Actor, as_of: date) -> None:
    """Draw the matrix, the flows, and the movers of the chosen cell."""
    on = today()
    axis = address.axis(*AXES)
    since = _since(on)
    with st.container(key="tiering-movement-bar", horizontal=True, vertical_alignment="center"):
        parts.switch(
            "axis",
            _("What moved"),
            [one.value for one in AXES],
            lambda code: label(TierAxis(code)),
            axis.value,
        )
        _day(since, on)
    asked: dict[str, Any] = {"actor": actor, "on": on, "axis": axis, "since": since}
    place = address.place()
    found = read_shared(tiering.movement, Chapter.TIERS, **asked, where=place)
    about = {
        "axis": axis.value,
        "from": since.isoformat(),
        "to": on.isoformat(),
        "branch": place.branch,
        "team": place.team,
    }
    moved = measures.figure("tiers.moved", found.moved, about=about, parts=_parts(found))
    if not found.cells:
        st.markdown(_("No client of yours has a tier here yet. Take a filter away."))
        return
    left, right = st.columns(2, gap="small")
    with left, st.container(border=True, height="stretch"):
        _matrix(found, as_of, since, moved)
    with right, st.container(border=True, height="stretch"):
        _flows(found, as_of, since)
    with st.container(border=True, key="tiering-movers"):
        _movers(actor, found, on, since)


def _since(on: date) -> date:
    given = address.day(SINCE)
    if given is None or not on - timedelta(days=MOST_BACK) <= given <= on:
        return on - timedelta(days=DAYS_BACK)
    return given


def _day(since: date, on: date) -> None:
    key = "tiering.since"
    st.session_state[key] = since
    st.markdown(_("since"), width="content")
    st.date_input(
        _("Since"),
        key=key,
        min_value=on - timedelta(days=MOST_BACK),
        max_value=on,
        format="YYYY-MM-DD",
        label_visibility="collapsed",
        on_change=lambda: address.narrow(**{SINCE: _iso(st.session_state[key])}),
        width=150,
    )


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _parts(found: Movement) -> tuple[tuple[tuple[str, ...], int], ...]:
    """What the cells off the diagonal show; stars are told in no file, so not here."""
    if found.axis is TierAxis.STARS:
        return ()
    return tuple(
        ((before, after), number) for before, after, number in found.cells if before != after
    )


def _matrix(found: Movement, as_of: date, since: date, moved: measures.Figure) -> None:
    counts = {(before, after): number for before, after, number in found.cells}
    classes = tuple(reversed(found.classes))
    old = {one: sum(counts.get((one, other), 0) for other in classes) for one in classes}
    new = {one: sum(counts.get((other, one), 0) for other in classes) for one in classes}
    most = max((n for (before, after), n in counts.items() if before != after), default=1)
    cells = [(before, after) for before in classes for after in classes]
    rows = pa.table(
        {
            "down": [before for before, _after in cells],
            "down_name": [_with(found.axis, before, old[before]) for before, _after in cells],
            "across": [after for _before, after in cells],
            "across_name": [_with(found.axis, after, new[after]) for _before, after in cells],
            "clients": [counts.get(cell, 0) for cell in cells],
            "shade": [0.0 if cell[0] == cell[1] else counts.get(cell, 0) / most for cell in cells],
            "said": [_cell(counts.get(cell, 0)) for cell in cells],
        }
    )
    was, now = _("{day}, down").format(day=formats.day(since)), _("now, across")
    parts.chart(
        _("Who moved from where to where?"),
        parts.unit_note(
            as_of, _("sums of rows: old counts, of columns: new ones; on the diagonal who stayed")
        ),
        rows,
        drawn.grid(current_locale().value, st.context.theme.type or "light", _("before"), _("now")),
        key="tiering.moves",
        counted=moved,
        columns={"down_name": was, "across_name": now, "clients": _("Clients")},
        names={"down": WAS, "across": IS},
    )


def _with(axis: TierAxis, code: str, number: int) -> str:
    """The class and how many have it; stars short, so that six columns fit on a phone."""
    if axis is TierAxis.STARS:
        name = "–★" if code == UNKNOWN else f"{code}★"
    else:
        name = _class_name(axis, code)
    return f"{name} · {formats.number(number)}"


def _cell(number: int) -> str:
    return formats.number(number) if number else "–"


def _flows(found: Movement, as_of: date, since: date) -> None:
    place = found.classes.index
    lines: list[dict[str, Any]] = []
    ways = {"up": _("rose"), "down": _("fell"), "other": _("became known, or unknown")}
    for one in reversed(found.classes):
        for before, after, number in found.cells:
            if before == after or one not in (before, after):
                continue
            came = one == after
            other = before if came else after
            way = "up" if place(after) > place(before) else "down"
            if UNKNOWN in (before, after):
                way = "other"
            sentence = _("{n} from {other}") if came else _("{n} to {other}")
            lines.append(
                {
                    "name": _class_name(found.axis, one),
                    "clients": number if came else -number,
                    "way": way,
                    "way_name": ways[way],
                    "other": _class_name(found.axis, other),
                    "said": sentence.format(
                        n=formats.number(number), other=_class_name(found.axis, other)
                    ),
                }
            )
    if not lines:
        st.subheader(_("Who came, who left?"), anchor=False)
        st.markdown(_("Nobody moved since {day}.").format(day=formats.day(since)))
        return
    parts.chart(
        _("Who came, who left?"),
        parts.unit_note(as_of, _("since {day}").format(day=formats.day(since))),
        pa.Table.from_pylist(lines),
        drawn.flows(
            current_locale().value,
            st.context.theme.type or "light",
            has_unknown=UNKNOWN in found.classes,
        ),
        key="tiering.flows",
        counted=None,
        columns={"name": _("Class"), "said": _("Clients"), "way_name": _("Direction")},
    )


def _movers(actor: Actor, found: Movement, on: date, since: date) -> None:
    before, after = (_class(found, name) for name in (WAS, IS))
    said = [_class_name(found.axis, one) if one else _("any") for one in (before, after)]
    with st.container(key="tiering-movers-head", horizontal=True, vertical_alignment="center"):
        st.subheader(_("The clients who moved"), anchor=False)
        parts.unfilter([" → ".join(said)] if before or after else [], WAS, IS)
    if not actor.may(Permission.CLIENT_READ):
        parts.files_are_others()
        return
    if before is not None and before == after:
        st.markdown(_("These stayed where they were; choose a cell beside the diagonal."))
        return
    page = read(
        tiering.movers,
        actor=actor,
        on=on,
        axis=found.axis,
        since=since,
        before=before,
        after_class=after,
        where=address.place(),
        after=address.page_of(),
    )
    if not page.rows:
        st.markdown(_("Nobody moved since {day}.").format(day=formats.day(since)))
        return
    _table(found.axis, page.rows)
    parts.pages(page.after, key="tiering.movers-pages")


def _class(found: Movement, name: str) -> str | None:
    given = address.asked(name)
    return given if given in found.classes else None


def _table(axis: TierAxis, rows: tuple[Mover, ...]) -> None:
    text, number = st.column_config.TextColumn, st.column_config.NumberColumn
    cells: dict[str, Any] = {
        "client": [client_title(row.name, row.number) for row in rows],
        "file": [f"/client?id={row.number}" for row in rows],
        "owner": [row.owner or "–" for row in rows],
        "team": [row.team or "–" for row in rows],
        "before": [_class_name(axis, row.before) for row in rows],
        "after": [_class_name(axis, row.after) for row in rows],
        "points": [_points(row) for row in rows],
        "on": [row.on.isoformat() for row in rows],
        "rule": [_("since {day}").format(day=formats.day(row.rule_from)) for row in rows],
        "premium": [formats.yuan(row.premium_fen) for row in rows],
    }
    st.dataframe(
        pa.table(cells if axis is not TierAxis.STARS else _without(cells, "points")),
        key="tiering.movers",
        height=height(len(rows), row=COMPACT_ROW, most=parts.MOST_ROWS),
        row_height=COMPACT_ROW,
        hide_index=True,
        column_config={
            "client": text(_("Client"), width=166),
            "file": st.column_config.LinkColumn(_("File"), display_text=_("open"), width=52),
            "owner": text(_("Owner"), width=80),
            "team": text(_("Team"), width=96),
            "before": text(_("Before"), width=100),
            "after": text(_("Now"), width=100),
            "points": text(_("Points"), width=90),
            "on": text(_("Changed on"), width=100),
            "rule": text(_("By the rule"), width=130),
            "premium": number(_("Premium ¥"), width=90, format="localized"),
        },
        alt=_("Clients whose class changed, who moved last first"),
    )


def _points(row: Mover) -> str:
    ends = [formats.number(one) if one is not None else "–" for one in _scores(row)]
    return " → ".join(ends)


def _scores(row: Mover) -> tuple[int | None, int | None]:
    return row.before_score, row.after_score


def _without(cells: dict[str, Any], name: str) -> dict[str, Any]:
    return {key: found for key, found in cells.items() if key != name}


def _class_name(axis: TierAxis, code: str) -> str:
    return class_text(axis, None if code == UNKNOWN else code)
