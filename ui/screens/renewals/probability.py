"""How good the renewal probability is: does it come true, what it goes by, its versions."""

import pandas as pd
import streamlit as st

import charts.probability as drawn
from services import renewal_probability
from services.actor import Actor
from services.changes import Chapter
from services.renewal_probability import ModelVersion, Standing
from ui.session import now
from ui.shared import read_shared
from words import _, current_locale, formats
from words import probability as said
from words.labels import label

FACTORS_SHOWN = 10


def draw(actor: Actor) -> None:
    """Draw the version in force with its proof, or why none is; then all trainings."""
    found = read_shared(renewal_probability.standing, Chapter.RENEWALS, actor=actor)
    _state(found)
    shown = found.in_force or next((one for one in found.versions if one.brier is not None), None)
    if shown is not None:
        _figures(shown)
        left, right = st.columns(2, gap="small")
        with left, st.container(border=True, height="stretch"):
            _reliability(shown)
        with right, st.container(border=True, height="stretch"):
            _factors(shown)
    if found.versions:
        with st.container(border=True):
            _versions(found)


def _state(found: Standing) -> None:
    icon = ":material/check_circle:" if found.in_force else ":material/visibility_off:"
    with st.container(key="renewals-model-state"):
        st.markdown(f"{icon} **{said.state(found)}**")
        note = _("It orders the house's own work: never for pay or price, never shown to a client.")
        st.markdown(f":small[:gray[{note}]]")


def _figures(shown: ModelVersion) -> None:
    lines = (
        (
            _("Brier score"),
            said.score(shown.brier),
            _("average alone: {score}").format(score=said.score(shown.brier_average)),
        ),
        (_("AUC"), said.score(shown.auc), _("0.5 is chance")),
        (_("Calibration error"), said.score(shown.calibration_error), _("over ten equal bins")),
        (_("Decided cases"), *said.cases(shown)),
    )
    with st.container(border=True, key="renewals-model-figures"):
        for column, (name, figure, note) in zip(st.columns(4), lines, strict=True):
            with column:
                st.markdown(f":small[:gray[{name}]]  \n**{figure}**  \n:small[:gray[{note}]]")
        taught = _("Taught by cases {period} · measured on {sample}, due from {day}").format(
            period=said.period(shown), sample=said.sample(shown), day=formats.day(shown.newest_from)
        )
        kind = label(shown.kind) if shown.kind else "–"
        curve = label(shown.calibration) if shown.calibration else "–"
        st.markdown(f":small[:gray[{taught} · {kind} · {curve}]]")


def _reliability(shown: ModelVersion) -> None:
    st.subheader(_("Does it come true?"), anchor=False)
    note = _("Unit: share of readings · newest period · size and number: sample · as of {time}")
    st.markdown(f":small[:gray[{note.format(time=formats.date_time(shown.trained_at))}]]")
    ends = [(0.0, None, None, None, ""), (1.0, None, None, None, "")]
    bins = [
        (None, each.mean, each.rate, each.readings, f"{each.readings:,}")
        for each in shown.bins
        if each.readings
    ]
    rows = pd.DataFrame(ends + bins, columns=["promise", "mean", "rate", "readings", "said"])
    theme = st.context.theme.type or "light"
    st.vega_lite_chart(
        rows,
        drawn.reliability(current_locale().value, theme),
        key="renewals.reliability",
        theme=None,
    )
    with st.expander(_("As a table"), key="renewals.reliability-table"):
        st.dataframe(
            pd.DataFrame(
                {
                    _("Probability given"): [f"{b.mean:.1%}" for b in shown.bins if b.mean],
                    _("Share that renewed"): [f"{b.rate:.1%}" for b in shown.bins if b.mean],
                    _("Readings"): [b.readings for b in shown.bins if b.mean],
                }
            ),
            hide_index=True,
            key="renewals.reliability-rows",
        )


def _factors(shown: ModelVersion) -> None:
    st.subheader(_("What does it go by?"), anchor=False)
    note = _(
        "Unit: mean change of the log-odds, where it is known · only what was known before the"
        " decision"
    )
    st.markdown(f":small[:gray[{note}]]")
    heaviest = shown.factors[:FACTORS_SHOWN]
    rows = pd.DataFrame(
        {
            "name": [label(factor) for factor, _weight in heaviest],
            "weight": [weight for _factor, weight in heaviest],
            "said": [f"{weight:.2f}" for _factor, weight in heaviest],
        }
    )
    theme = st.context.theme.type or "light"
    st.vega_lite_chart(
        rows, drawn.factors(current_locale().value, theme), key="renewals.factors", theme=None
    )


def _versions(found: Standing) -> None:
    st.subheader(_("Versions"), anchor=False)
    held = found.in_force.id if found.in_force else None
    rows = found.versions
    st.dataframe(
        pd.DataFrame(
            {
                _("Version"): [one.id for one in rows],
                _("Trained"): [formats.moment(one.trained_at, on=now().date()) for one in rows],
                _("By"): [one.trained_by or _("The system") for one in rows],
                _("Came to"): [
                    label(one.verdict) + (" ✓" if one.id == held else "") for one in rows
                ],
                _("Cases due"): [said.period(one) for one in rows],
                _("Cases"): [one.cases for one in rows],
                _("Brier score"): [said.score(one.brier) for one in rows],
                _("Average"): [said.score(one.brier_average) for one in rows],
                _("Held before"): [said.score(one.held_brier) for one in rows],
                _("AUC"): [said.score(one.auc) for one in rows],
                _("Calibration error"): [said.score(one.calibration_error) for one in rows],
            }
        ),
        hide_index=True,
        key="renewals.model-versions",
    )
