"""Where cases stop, and how clients are contacted: the funnel with its drop-off, contact rates, and
whose clients wait longest for the first call."""

from datetime import datetime
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

import charts.renewal_rates as rate_charts
import charts.renewals as drawn
from services import measures, renewals
from services.actor import Actor
from services.changes import Chapter
from services.measures import Figure
from services.renewals import CaseFilter, Outcome, StageCount
from services.working_calendar import SHANGHAI, local_date
from terms.renewal_analysis import Dimension
from terms.renewals import RenewalState
from ui.components.figure import figure
from ui.screens.renewals import address
from ui.screens.renewals.analysis import behind, parts
from ui.screens.renewals.analysis.due import counted
from ui.screens.renewals.analysis.parts import Span
from ui.session import today
from ui.shared import read_shared
from words import _, current_locale, formats
from words.labels import label
from words.renewal_analysis import bar_name

STAGES, WAITS = "renewals.funnel", "renewals.waits"
STAGE_STATES = {
    "extracted": RenewalState.EXTRACTED,
    "contacted": RenewalState.CONTACTED,
    "quoted": RenewalState.QUOTED,
    "agreed": RenewalState.AGREED,
    "renewed": RenewalState.RENEWED,
}
MINUTES = 60


def draw(actor: Actor, bar: DeltaGenerator) -> None:
    """Draw the funnel, the contact figures and the waits, and the cases behind."""
    on = today()
    at = read_shared(renewals.counted_at, Chapter.RENEWALS, actor=actor)
    near = Span(*renewals.near(on if at is None else local_date(at, SHANGHAI)))
    by, period = parts.dimension(actor, tuple(Dimension)), parts.span(on)
    groups = read_shared(
        renewals.outcomes_by,
        Chapter.RENEWALS,
        actor=actor,
        first=period.first,
        last=period.last,
        by=by,
        of=None,
        fewest=parts.fewest(),
    )
    code = parts.picked(by)
    name = parts.name_of(actor, by, code, groups)
    with bar:
        parts.filter_line(by, name)
    left, right = st.columns(2, gap="small")
    with left, st.container(border=True, height="stretch"):
        _funnel(actor, near, period, by, code, name, at)
    with right, st.container(border=True, height="stretch"):
        _contacts(actor, by, period, groups)
    stage = STAGE_STATES.get(address.asked("stage"))
    days = near if code is None else period
    behind.draw(
        actor,
        CaseFilter(
            due_from=days.first,
            due_to=days.last,
            reached=stage,
            dimension=None if code is None else by,
            code=code or "",
            only_terms=stage is None,
            only_open=False,
        ),
    )


def _funnel(
    actor: Actor,
    near: Span,
    period: Span,
    by: Dimension,
    code: str | None,
    name: str,
    at: datetime | None,
) -> None:
    """The funnel of what falls due about now; of a bar that was clicked, over the period."""
    days = near
    if code is None:
        day = today() if at is None else local_date(at, SHANGHAI)
        table = read_shared(renewals.near_stages, Chapter.RENEWALS, actor=actor, on=day)
    else:
        days = period
        table = read_shared(
            renewals.stages,
            Chapter.RENEWALS,
            actor=actor,
            first=period.first,
            last=period.last,
            by=by,
            code=code,
        )
    about = {**days.about, **parts.which_bar(by, code)}
    parts.charted(
        parts.of_bar(_("Where do cases stop?"), "" if code is None else bar_name(by, name)),
        _stages(table, parts.fewest()),
        drawn.funnel(current_locale().value, st.context.theme.type or "light"),
        key=STAGES,
        sets=("stage",),
        note=parts.unit_note(_("cases"), days.said(), at),
        counted=[counted("renewals.funnel", table, ("stage",), about)],
        beneath=[counted("renewals.funnel_premium", table, ("stage",), about)],
        columns={
            "name": _("Stage"),
            "cases": _("Cases"),
            "lost": _("Lost since the stage before"),
            "premium": _("Premium ¥"),
        },
    )


def _contacts(actor: Actor, by: Dimension, period: Span, groups: tuple[Outcome, ...]) -> None:
    whole = read_shared(
        renewals.outcomes_by_month,
        Chapter.RENEWALS,
        actor=actor,
        first=period.first,
        last=period.last,
    )
    at = read_shared(renewals.counted_at, Chapter.RENEWALS, actor=actor)
    least = parts.fewest()
    with st.container(horizontal=True, key="renewals-analysis-choices"):
        parts.by_control(actor, tuple(Dimension), chosen=by)
        parts.months_control()
    parts.charted(
        _("Who waits longest for the first call?"),
        _waits(by, groups, least),
        rate_charts.waits(current_locale().value, st.context.theme.type or "light"),
        key=WAITS,
        sets=("bar",),
        note=parts.unit_note(_("working hours"), period.said(), at),
        counted=[_first(whole, period.about)],
        columns={
            "name": _("Group"),
            "cases": _("Cases"),
            "contacted": _("Contacted"),
            "reached": _("Reached"),
            "effective": _("Effective contacts"),
            "said": _("Working hours to the first contact"),
        },
    )
    with st.container(horizontal=True, key="renewals-contact-figures"):
        for one in _figures(whole, period.about):
            figure(one, is_small=(one.of or 0) < least)


def _total(whole: tuple[Outcome, ...], name: str) -> int:
    return sum(int(getattr(each, name)) for each in whole)


def _figures(whole: tuple[Outcome, ...], about: dict[str, str]) -> list[Figure]:
    cases = _total(whole, "cases")
    return [
        measures.figure("renewals.contact_rate", _total(whole, "contacted"), of=cases, about=about),
        measures.figure("renewals.reach_rate", _total(whole, "reached"), of=cases, about=about),
        measures.figure(
            "renewals.effective_contacts",
            _total(whole, "effective_contacts"),
            of=_total(whole, "contacts"),
            about=about,
        ),
    ]


def _first(whole: tuple[Outcome, ...], about: dict[str, str]) -> Figure:
    return measures.figure(
        "renewals.first_contact",
        _total(whole, "first_minutes"),
        of=_total(whole, "first_contacts"),
        about=about,
    )


def _waits(by: Dimension, groups: tuple[Outcome, ...], least: int) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    for each in groups:
        if not each.first_contacts:
            continue
        hours = each.first_minutes / each.first_contacts / MINUTES
        rows.append(
            {
                "bar": parts.code_in_address(each.code),
                "name": bar_name(by, each.name),
                "rate": hours,
                "said": _("{hours} h · n={n}").format(
                    hours=formats.number(round(hours)), n=f"{each.first_contacts:,}"
                ),
                "is_small": each.first_contacts < least,
                "whole": None,
                "cases": each.cases,
                "contacted": parts.rate_said(each.contacted, each.cases, each.cases, least),
                "reached": parts.rate_said(each.reached, each.cases, each.cases, least),
                "effective": parts.rate_said(
                    each.effective_contacts, each.contacts, each.contacts, least
                ),
            }
        )
    return rows


def _stages(table: tuple[StageCount, ...], least: int) -> list[dict[str, Any]]:
    """The stages somebody came to, each with what was lost since the one before."""
    first = max((each.cases for each in table), default=0)
    rows, before = [], first
    for each in table:
        if not each.cases:
            break
        lost = before - each.cases
        gone = _(" (−{n})").format(n=f"{lost:,}") if lost else ""
        rows.append(
            {
                "stage": each.stage.value,
                "name": _("All cases")
                if each.stage is RenewalState.EXTRACTED
                else label(each.stage),
                "cases": each.cases,
                "said": parts.share(each.cases, first, least) + gone,
                "lost": parts.share(lost, before, least) if lost else "–",
                "premium": parts.premium(each.premium_fen),
            }
        )
        before = each.cases
    return rows
