"""Clients near a limit: who could rise with little, and who is about to fall (R37)."""

from typing import Any

import streamlit as st

from services import clients, measures, tiering
from services.actor import Actor
from services.changes import Chapter
from services.permissions import Permission
from services.tiering import Limits, NearRow, Side, TierFilter
from terms.tiering import TierAxis
from ui.components.download import export_button
from ui.components.figure import figure
from ui.components.queue_table import COMPACT_ROW, ROW
from ui.screens.tiering import address, parts
from ui.session import read, today
from ui.shared import read_shared
from words import _, exports, ngettext
from words.labels import label
from words.tiering import lift_sentence, potential

SIDE = "side"


def draw(actor: Actor) -> None:
    """Draw the side that was chosen: those beneath a limit, or those above one."""
    side = address.word(SIDE, Side) or Side.BELOW
    if not actor.may(Permission.CLIENT_READ):
        parts.files_are_others()
        return
    asked: dict[str, Any] = {"actor": actor, "on": today(), "axis": TierAxis.VALUE}
    limits = read_shared(tiering.limits, Chapter.TIERS, Chapter.RULES, **asked)
    where = address.filters()
    where = TierFilter(
        branch=where.branch,
        team=where.team,
        owner=where.owner,
        with_potential=where.with_potential,
    )
    _bar(actor, side)
    page = read_shared(
        tiering.near_limit,
        Chapter.TIERS,
        Chapter.CLIENTS,
        Chapter.RULES,
        actor=actor,
        on=today(),
        side=side,
        where=where,
        after=address.page_of(),
    )
    with st.container(border=True, key="tiering-near"):
        _head(actor, side, limits, where)
        if not page.rows:
            st.markdown(_("No client is so near a limit. Take a filter away."))
            return
        _table(page.rows, side)
        parts.pages(page.after, key="tiering.near-pages")


def _bar(actor: Actor, side: Side) -> None:
    names = {Side.BELOW: _("Could rise"), Side.ABOVE: _("Could fall")}
    with st.container(key="tiering-near-bar", horizontal=True, vertical_alignment="center"):
        parts.switch(
            SIDE,
            _("Which side of the limit"),
            [one.value for one in Side],
            lambda code: names[Side(code)],
            side.value,
        )
        people = dict(read(clients.filter_choices, actor=actor, on=today()).owners)
        if len(people) > 1:
            parts.select("owner", _("Owner"), list(people), lambda name: people.get(name, name))
        key = "tiering.potential"
        st.session_state[key] = address.asked("potential") == "1"
        st.checkbox(
            _("With potential only"),
            key=key,
            help=_("Needs on file, or lines such clients usually hold and these do not."),
            on_change=lambda: address.narrow(potential="1" if st.session_state[key] else None),
        )


def _head(actor: Actor, side: Side, limits: Limits, where: TierFilter) -> None:
    with st.container(key="tiering-near-head", horizontal=True, vertical_alignment="center"):
        st.subheader(
            _("Who could rise with little?") if side is Side.BELOW else _("Who is about to fall?"),
            anchor=False,
        )
        st.space("stretch")
        export_button(
            actor,
            kind=exports.NEAR,
            argument={**tiering.about_tiers(where), "side": side.value},
            rows=lambda: _count(actor, side, where),
            key="tiering.near-export",
        )
    note = ngettext(
        "within {n} point of a limit, on the value axis",
        "within {n} points of a limit, on the value axis",
        limits.near,
    ).format(n=limits.near)
    with st.container(key="tiering-near-note", horizontal=True, vertical_alignment="center"):
        st.markdown(f":small[:gray[{note}]]", width="content")
        number = _count(actor, side, where)
        if number is not None:
            about = {**tiering.about_tiers(where), "side": side.value}
            figure(measures.figure("tiers.near", number, about=about))


def _count(actor: Actor, side: Side, where: TierFilter) -> int | None:
    """None where owner or potential narrow the list."""
    if where.owner is not None or where.with_potential:
        return None
    return counted(actor, side, where)


def counted(actor: Actor, side: Side, place: TierFilter) -> int:
    """How many clients of a place are near a limit, from the counts by score."""
    asked: dict[str, Any] = {"actor": actor, "on": today(), "axis": TierAxis.VALUE}
    limits = read_shared(tiering.limits, Chapter.TIERS, Chapter.RULES, **asked)
    counts = read_shared(tiering.score_counts, Chapter.TIERS, **asked, where=place)
    near = tiering.scores_near(limits, side)
    return sum(number for score, number in counts if score in near)


def _table(rows: tuple[NearRow, ...], side: Side) -> None:
    text, number = st.column_config.TextColumn, st.column_config.NumberColumn
    is_below = side is Side.BELOW
    more: dict[str, Any] = {
        "score": (number(_("Points"), width=56), [row.client.score for row in rows]),
        "points": (
            number(_("Missing") if is_below else _("Points above"), width=66),
            [row.points if is_below else row.points - 1 for row in rows],
        ),
        "other": (
            text(_("From → to"), width=112),
            [f"{label(row.client.value)} → {label(row.other)}" for row in rows],
        ),
        "potential": (
            text(_("Potential"), width=120),
            [potential(row.has_needs, row.gaps) for row in rows],
        ),
    }
    if is_below:
        more["lift"] = (
            text(_("Smallest change"), width=190),
            [lift_sentence(row.lift) if row.lift else _("no single change") for row in rows],
        )
    parts.clients_table(
        [row.client for row in rows],
        key="tiering.near",
        more=more,
        with_classes=False,
        row_height=ROW if is_below else COMPACT_ROW,
    )
