"""How good the renewal probability is: does it come true, what it goes by, its versions."""

import pyarrow as pa
import streamlit as st

import charts.probability as drawn
from services import measures, renewal_probability
from services.actor import Actor
from services.changes import Chapter
from services.renewal_probability import ModelVersion, Standing
from ui.components.figure import figure, figures, tile
from ui.screens.renewals import address
from ui.session import now, read, today
from ui.shared import read_shared
from words import _, current_locale, formats
from words import probability as said
from words.labels import label
from words.markdown import quiet

FACTORS_SHOWN = 10
VERSIONS = "renewals.model-versions"


def draw(actor: Actor) -> None:
    """Draw the version in force with its proof, or why none is; then all trainings.

    A training that is chosen (``version`` in the address) stands in the place of the one in force.
    """
    found = read_shared(renewal_probability.standing, Chapter.RENEWALS, actor=actor)
    _state(found)
    shown = _chosen(found)
    if shown is not None and shown.brier is None:
        if shown.cases:
            figures(*renewal_probability.case_figures(shown), key="renewals-model-cases")
    elif shown is not None:
        _figures(shown)
        left, right = st.columns(2, gap="small")
        with left, st.container(border=True, height="stretch"):
            _reliability(shown)
        with right, st.container(border=True, height="stretch"):
            _factors(shown)
    if found.versions:
        with st.container(border=True):
            _versions(found)


def _chosen(found: Standing) -> ModelVersion | None:
    """The training the address asks for; else the one in force, else the last."""
    asked = address.asked("version")
    named = next((one for one in found.versions if str(one.id) == asked), None)
    return named or found.in_force or next(iter(found.versions), None)


def _state(found: Standing) -> None:
    icon = ":material/check_circle:" if found.in_force else ":material/visibility_off:"
    with st.container(key="renewals-model-state"):
        st.markdown(f"{icon} **{said.state(found)}**")
        note = _("It orders the house's own work: never for pay or price, never shown to a client.")
        st.markdown(f":small[:gray[{note}]]")


def _figures(shown: ModelVersion) -> None:
    counted = renewal_probability.figures_of(shown)
    with st.container(border=True, key="renewals-model-figures"):
        brier, order, calibration, cases = st.columns(4)
        with brier:
            tile(counted["renewals.model_brier"], note=counted["renewals.model_average"])
        with order:
            tile(counted["renewals.model_auc"])
            st.markdown(quiet(_("0.5 is chance")))
        with calibration:
            tile(counted["renewals.model_calibration"])
            st.markdown(quiet(_("over ten equal bins")))
        with cases:
            decided, renewed = renewal_probability.case_figures(shown)
            tile(decided, note=renewed)
        taught = _("Taught by cases {period} · measured on {sample}, due from {day}").format(
            period=said.period(shown), sample=said.sample(shown), day=formats.day(shown.newest_from)
        )
        kind = label(shown.kind) if shown.kind else "–"
        curve = label(shown.calibration) if shown.calibration else "–"
        version = _("version {n}").format(n=shown.id)
        st.markdown(quiet(f"{version} · {taught} · {kind} · {curve}"))


def _reliability(shown: ModelVersion) -> None:
    st.subheader(_("Does it come true?"), anchor=False)
    note = _("Unit: share of readings · newest period · size and number: sample · as of {time}")
    st.markdown(quiet(note.format(time=formats.date_time(shown.trained_at))))
    figure(renewal_probability.figures_of(shown)["renewals.model_reliability"])
    bins = [each for each in shown.bins if each.readings]
    nothing = [None] * len(bins)
    rows = pa.table(
        {
            "promise": [0.0, 1.0, *nothing],
            "mean": [None, None, *(each.mean for each in bins)],
            "rate": [None, None, *(each.rate for each in bins)],
            "readings": [None, None, *(each.readings for each in bins)],
            "said": ["", "", *(f"{each.readings:,}" for each in bins)],
        }
    )
    theme = st.context.theme.type or "light"
    st.vega_lite_chart(
        rows,
        drawn.reliability(current_locale().value, theme),
        key="renewals.reliability",
        theme=None,
    )
    with st.expander(_("As a table"), key="renewals.reliability-table"):
        _bands(shown)


def _bands(shown: ModelVersion) -> None:
    """A line for each band of probability; its share opens to its cases."""
    least = read(measures.fewest, on=today())
    bins = [each for each in shown.bins if each.readings]
    for each, one in zip(bins, renewal_probability.bin_figures(shown), strict=True):
        band = dict(one.about)["bin"]
        with st.container(
            key=f"renewals-band-{band}",
            horizontal=True,
            vertical_alignment="center",
            horizontal_alignment="distribute",
        ):
            st.markdown(said.given(each, band), width="content")
            figure(one, key=f"bin{band}", is_small=each.readings < least)


def _factors(shown: ModelVersion) -> None:
    st.subheader(_("What does it go by?"), anchor=False)
    note = _(
        "Unit: mean change of the log-odds, where it is known · only what was known before the"
        " decision"
    )
    st.markdown(f":small[:gray[{note}]]")
    heaviest = shown.factors[:FACTORS_SHOWN]
    rows = pa.table(
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

    def chosen() -> None:
        picked = st.session_state[VERSIONS]["selection"]["rows"]
        address.put(version=str(rows[picked[0]].id) if picked else None)

    asked = address.asked("version")
    wanted = [place for place, one in enumerate(rows) if str(one.id) == asked]
    if st.session_state.get(VERSIONS, {}).get("selection", {}).get("rows") != wanted:
        st.session_state[VERSIONS] = {"selection": {"rows": wanted}}
    st.dataframe(
        pa.table(
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
        key=VERSIONS,
        on_select=chosen,
        selection_mode="single-row",
        alt=_("Trainings, the newest first; Shift+Space shows the figures of one"),
    )
