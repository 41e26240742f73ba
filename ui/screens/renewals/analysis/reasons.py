"""Why clients say no: refusals by reason over the period, and the cases of one."""

import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

import charts.renewals as drawn
from services import renewals
from services.actor import Actor
from services.changes import Chapter
from services.renewals import CaseFilter
from ui.screens.renewals import address
from ui.screens.renewals.analysis import behind, parts
from ui.screens.renewals.analysis.due import counted
from ui.session import today
from ui.shared import read_shared
from words import _, current_locale, formats
from words.renewals import refusal

REASONS = "renewals.reasons"
MOST = 12


def draw(actor: Actor, bar: DeltaGenerator) -> None:
    """Draw the reasons, and the cases of the one that was clicked."""
    period = parts.span(today())
    with bar:
        parts.filter_line()
    with st.container(horizontal=True, key="renewals-analysis-choices"):
        parts.months_control()
    table = read_shared(
        renewals.refusal_reasons,
        Chapter.RENEWALS,
        actor=actor,
        from_on=period.first,
        to_on=period.last,
    )
    with st.container(border=True):
        parts.charted(
            _("Why do clients say no?"),
            _rows(table),
            drawn.refusal_reasons(current_locale().value, st.context.theme.type or "light"),
            key=REASONS,
            note=parts.unit_note(_("cases"), period.said()),
            counted=[counted("renewals.refusals", table, ("reason",), period.about)],
            beneath=[counted("renewals.refusal_premium", table, ("reason",), period.about)],
            columns={"name": _("Reason"), "cases": _("Cases"), "premium": _("Premium ¥")},
        )
    behind.draw(
        actor,
        CaseFilter(
            due_from=period.first,
            due_to=period.last,
            refusal_reason=address.asked("reason") or None,
            is_refused=True,
            only_open=False,
        ),
    )


def _rows(table: pd.DataFrame) -> pd.DataFrame:
    rows, least = table.head(MOST).copy(), parts.fewest()
    rows["name"] = [refusal(code) for code in rows["reason"]]
    all_cases = int(table["cases"].sum())
    rows["said"] = [parts.share(cases, all_cases, least) for cases in rows["cases"]]
    return in_yuan(rows)


def in_yuan(rows: pd.DataFrame) -> pd.DataFrame:
    """Premiums as people read them."""
    rows["premium"] = [formats.money(int(fen)) for fen in rows["premium_fen"]]
    return rows.drop(columns="premium_fen").reset_index(drop=True)
