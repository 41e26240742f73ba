"""Clients whose value tier could be another if more was known: which fact, and which tier."""

from collections import Counter
from datetime import date

import pyarrow as pa
import streamlit as st

import charts.tiering as drawn
from services import measures, tiering
from services.actor import Actor
from services.changes import Chapter
from services.permissions import Permission
from services.tiering import MissingRow
from terms.tiering import Tier
from ui.screens.tiering import address, parts
from ui.session import read, today
from ui.shared import read_shared
from words import _, current_locale, formats
from words.labels import label
from words.tiering import factor_name

FACT = "fact"


def draw(actor: Actor, as_of: date) -> None:
    """Draw what is missing most, and the clients it is missing of."""
    place = address.place()
    counts = read_shared(
        tiering.missing_counts, Chapter.TIERS, actor=actor, on=today(), where=place
    )
    if not counts:
        st.markdown(_("Nothing that is not known could change a tier. Good."))
        return
    facts: Counter[str] = Counter()
    for factor, _could, number in counts:
        facts[factor] += number
    order = [factor for factor, _number in facts.most_common()]
    with st.container(border=True):
        rows = pa.table(
            {
                "code": order,
                "name": [factor_name(factor) for factor in order],
                "clients": [facts[factor] for factor in order],
                "said": [_said(factor, counts) for factor in order],
            }
        )
        parts.chart(
            _("Which facts are missing most?"),
            parts.unit_note(as_of, _("whose value tier it could change")),
            rows,
            drawn.bars(current_locale().value, st.context.theme.type or "light"),
            key="tiering.facts",
            counted=measures.figure(
                "tiers.missing",
                facts.total(),
                parts=by_fact(counts),
                about={"branch": place.branch, "team": place.team},
            ),
            columns={"name": _("Not known"), "clients": _("Clients"), "said": _("Could be")},
            names={"code": FACT},
        )
    with st.container(border=True, key="tiering-missing"):
        _list(actor, facts)


def by_fact(
    counts: tuple[tuple[str, Tier, int], ...],
) -> tuple[tuple[tuple[str, ...], int], ...]:
    """The parts of the figure: how often each fact is missing, the most first."""
    facts: Counter[str] = Counter()
    for factor, _could, number in counts:
        facts[factor] += number
    return tuple(((factor,), number) for factor, number in facts.most_common())


def _said(factor: str, counts: tuple[tuple[str, Tier, int], ...]) -> str:
    """``352: 320 could be mid, 32 high``."""
    pieces = [
        _("{n} could be {tier}").format(n=formats.number(number), tier=label(could))
        for one, could, number in counts
        if one == factor
    ]
    return formats.listing(pieces)


def _list(actor: Actor, facts: Counter[str]) -> None:
    given = address.asked(FACT)
    fact = given if given in facts else None
    with st.container(key="tiering-missing-head", horizontal=True, vertical_alignment="center"):
        st.subheader(_("Complete these files first"), anchor=False)
        parts.unfilter([factor_name(fact)] if fact else [], FACT)
    if not actor.may(Permission.CLIENT_READ):
        parts.files_are_others()
        return
    page = read(
        tiering.with_missing,
        actor=actor,
        on=today(),
        where=address.place(),
        factor=fact,
        after=address.page_of(),
    )
    if not page.rows:
        st.markdown(_("No client fits. Take a filter away."))
        return
    _table(page.rows)
    parts.pages(page.after, key="tiering.missing-pages")


def _table(rows: tuple[MissingRow, ...]) -> None:
    text, number = st.column_config.TextColumn, st.column_config.NumberColumn
    parts.clients_table(
        [row.client for row in rows],
        key="tiering.missing",
        more={
            "value": (text(_("Value tier"), width=90), [label(row.client.value) for row in rows]),
            "score": (number(_("Points"), width=70), [row.client.score for row in rows]),
            "could": (text(_("Could be"), width=90), [label(row.could) for row in rows]),
            "facts": (
                text(_("Not known"), width=260),
                [formats.listing([factor_name(one) for one in row.factors]) for row in rows],
            ),
        },
        with_classes=False,
    )
