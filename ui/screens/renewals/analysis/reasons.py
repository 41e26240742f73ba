"""Why clients say no: refusals by reason over the period, where most of them are met, and the cases
of what was clicked."""

from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

import charts.renewal_rates as rate_charts
import charts.renewals as drawn
from services import measures, renewals
from services.actor import Actor
from services.changes import Chapter
from services.measures import Figure
from services.renewals import CaseFilter, ReasonCount, Refusals
from terms.renewal_analysis import Dimension
from ui.screens.renewals import address
from ui.screens.renewals.analysis import behind, parts
from ui.screens.renewals.analysis.due import counted
from ui.screens.renewals.analysis.parts import Span
from ui.session import today
from ui.shared import read_shared
from words import _, current_locale
from words.labels import label
from words.measures import name as figure_name
from words.renewal_analysis import bar_name, group_key
from words.renewals import refusal

REASONS, GROUPS = "renewals.reasons", "renewals.refused-by"
CODE = "renewals.refusal_rate"
MOST = 12


def draw(actor: Actor, bar: DeltaGenerator) -> None:
    """Draw the reasons, where they are met, and the cases of what was clicked."""
    by, period = parts.dimension(actor, tuple(Dimension)), parts.span(today())
    reason, code = address.asked("reason") or None, parts.picked(by)
    about: dict[str, Any] = {"actor": actor, "first": period.first, "last": period.last}
    groups = read_shared(
        renewals.refusals_by,
        Chapter.RENEWALS,
        **about,
        by=by,
        reason=reason,
        fewest=parts.fewest(),
    )
    which = {} if code is None else {"by": by, "code": code}
    table = read_shared(renewals.refusal_reasons, Chapter.RENEWALS, **about, **which)
    at = read_shared(renewals.counted_at, Chapter.RENEWALS, actor=actor)
    name = parts.name_of(actor, by, code, groups)
    with bar:
        parts.filter_line(by, name)
    with st.container(horizontal=True, key="renewals-analysis-choices"):
        parts.by_control(actor, tuple(Dimension), chosen=by)
        parts.months_control()
    left, right = st.columns(2, gap="small")
    of_bar = "" if code is None else bar_name(by, name)
    days = {**period.about, **parts.which_bar(by, code)}
    with left, st.container(border=True, height="stretch"):
        parts.charted(
            parts.of_bar(_("Why do clients say no?"), of_bar),
            _rows(table),
            drawn.refusal_reasons(current_locale().value, st.context.theme.type or "light"),
            key=REASONS,
            sets=("reason",),
            note=parts.unit_note(_("cases"), period.said(), at),
            counted=[counted("renewals.refusals", table, ("reason",), days)],
            beneath=[counted("renewals.refusal_premium", table, ("reason",), days)],
            columns={"name": _("Reason"), "cases": _("Cases"), "premium": _("Premium ¥")},
        )
    with right, st.container(border=True, height="stretch"):
        _groups(by, groups, reason, period, at)
    behind.draw(
        actor,
        CaseFilter(
            due_from=period.first,
            due_to=period.last,
            refusal_reason=reason,
            is_refused=True,
            dimension=None if code is None else by,
            code=code or "",
            only_open=False,
        ),
    )


def _groups(
    by: Dimension,
    groups: tuple[Refusals, ...],
    reason: str | None,
    period: Span,
    at: Any,
) -> None:
    """Where the reason that was clicked, or any, is met most."""
    cases, refused = (groups[0].all_cases, groups[0].all_refused) if groups else (0, 0)
    about = {**period.about, **({} if reason is None else {"reason": reason})}
    question = _("Where do they say no most?")
    parts.charted(
        parts.of_bar(question, "" if reason is None else refusal(reason)),
        _shares(by, groups),
        rate_charts.refused(current_locale().value, st.context.theme.type or "light"),
        key=GROUPS,
        sets=("bar",),
        note=parts.unit_note(_("per cent of the cases due"), period.said(), at),
        counted=[_by(by, groups, refused, cases, about)],
        is_small=cases < parts.fewest(),
        columns={
            "name": label(by),
            "said": figure_name(CODE),
            "refused": _("Refused"),
            "premium": _("Premium ¥"),
        },
    )


def _by(
    by: Dimension, groups: tuple[Refusals, ...], refused: int, cases: int, about: dict[str, str]
) -> Figure:
    return measures.figure(
        CODE,
        refused,
        of=cases,
        parts=parts.each_bar(tuple(((group_key(by, each.name),), each.refused) for each in groups)),
        about={**about, "by": by.value},
    )


def _shares(by: Dimension, groups: tuple[Refusals, ...]) -> list[dict[str, Any]]:
    least = parts.fewest()
    rows: list[dict[str, Any]] = [
        {
            "bar": parts.code_in_address(each.code),
            "name": bar_name(by, each.name),
            "rate": each.refused / each.cases if each.cases else 0.0,
            "said": parts.rate_said(each.refused, each.cases, each.cases, least),
            "is_small": each.cases < least,
            "whole": None,
            "refused": each.refused,
            "premium": parts.premium(each.premium_fen),
        }
        for each in groups
    ]
    if groups and groups[0].all_cases:
        rows[0]["whole"] = groups[0].all_refused / groups[0].all_cases
    return rows


def _rows(table: tuple[ReasonCount, ...]) -> list[dict[str, Any]]:
    all_cases, least = sum(each.cases for each in table), parts.fewest()
    return [
        {
            "reason": each.reason,
            "name": refusal(each.reason),
            "cases": each.cases,
            "said": parts.share(each.cases, all_cases, least),
            "premium": parts.premium(each.premium_fen),
        }
        for each in table[:MOST]
    ]
