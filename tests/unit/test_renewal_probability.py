"""The model of renewal probability without a database: learning, judging, deciding, explaining."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.metrics import brier_score_loss, roc_auc_score

from services.renewal_probability import learning, model, rules, training
from services.renewal_probability.features import COLUMNS, Readings
from services.renewal_probability.learning import BOOSTING, ENSEMBLE, _trees, learn
from services.renewal_probability.model import Column, calibrated, says
from terms.people import Locale
from terms.probability import CalibrationKind, Factor, Verdict
from words import in_locale, probability

NAMES = [column.name for column in COLUMNS]
LATE, PRICE = NAMES.index("late"), NAMES.index("price")
CASES = 1_500


def lessons(*, signal: bool, seed: int = 1, cases: int = CASES) -> training.Lessons:
    """Decided cases over two years; with ``signal`` late payers and dear quotes renew less."""
    chance = np.random.default_rng(seed)
    values = np.column_stack([chance.integers(0, 4, cases).astype(float) for _ in COLUMNS])
    values[:, LATE] = np.where(chance.random(cases) < 0.3, 80.0, 0.0)
    values[:, PRICE] = np.where(chance.random(cases) < 0.2, 20.0, 1.0)
    odds = np.full(cases, 1.5)
    if signal:
        odds -= 2.2 * (values[:, LATE] > 50) + 1.8 * (values[:, PRICE] > 15)
    renewed = (chance.random(cases) < 1 / (1 + np.exp(-odds))).astype(float)
    every = np.arange(cases)
    due = 20_000 + every * 700 // cases
    return training.Lessons(
        Readings(COLUMNS, values), renewed, every, every, due, np.full(cases, 30)
    )


def test_it_finds_what_moves_renewals_and_says_so_of_each_client() -> None:
    known = lessons(signal=True)
    made = training._made(known, None).columns
    assert made["verdict"] is Verdict.IN_FORCE
    assert made["brier"] < made["brier_average"]
    assert {name for name, _ in made["factors"][:2]} == {"late", "price"}
    said = says(made["in_use"], known.readings)
    told = rules.strongest(said.parts, known.readings.values, tuple(NAMES))
    late = known.readings.values[:, LATE] > 50
    first_two = [reasons[:2] for reasons, is_late in zip(told, late, strict=True) if is_late]
    assert all(any(name == "late" and sign < 0 for name, sign, _ in two) for two in first_two)


@pytest.mark.parametrize("seed", range(4))
def test_on_pure_noise_it_hides_itself(seed: int) -> None:
    made = training._made(lessons(signal=False, seed=seed), None).columns
    assert (made["verdict"], made["in_use"]) == (Verdict.AVERAGE, {})


def test_a_version_that_is_worse_on_the_newest_cases_does_not_replace_the_one_held() -> None:
    known = lessons(signal=True)
    held = training._made(known, None).columns["measured"]
    half = known.take(np.arange(CASES) % 40 < 30)
    wrong = known.due < np.quantile(known.due, 0.6)
    renewed = np.where(wrong & (known.case % 2 == 0), 1 - known.renewed, known.renewed)
    spoilt = training.Lessons(
        known.readings, renewed, known.case, known.client, known.due, known.days_left
    )
    assert training._made(spoilt, held).columns["verdict"] is Verdict.WORSE
    assert training._made(half, None).columns["verdict"] is Verdict.IN_FORCE


def test_the_stored_trees_say_what_the_library_says() -> None:
    known = lessons(signal=True, cases=600)
    columns = (Column("a"), Column("b"))
    values = known.readings.values[:, [LATE, PRICE]].copy()
    values[::7, 0] = np.nan
    readings = Readings(columns, values)
    model = json.loads(json.dumps({**_trees(readings, known.renewed)}))
    ours = says({**model, "curve": {"slope": 1.0, "shift": 0.0}}, readings).probability
    library = [
        HistGradientBoostingClassifier(**BOOSTING, random_state=learning._SEED + nth)
        .fit(values, known.renewed)
        .decision_function(values)
        for nth in range(ENSEMBLE)
    ]
    assert np.allclose(ours, 1 / (1 + np.exp(-np.mean(library, axis=0))), atol=1e-5)


def test_what_is_learnt_is_data_and_says_the_same_when_it_is_read_again() -> None:
    known = lessons(signal=True)
    model = learn(known.readings, known.renewed, known.client).model
    again = json.loads(json.dumps(model))
    assert np.array_equal(
        says(model, known.readings).probability, says(again, known.readings).probability
    )


@pytest.mark.parametrize("is_bent", [False, True])
def test_the_curve_is_free_only_where_a_sigmoid_does_not_fit(is_bent: bool) -> None:
    chance = np.random.default_rng(7)
    odds = chance.normal(1.0, 1.5, 8_000)
    true = np.where(odds > 1, 0.9, 0.5) if is_bent else 1 / (1 + np.exp(-odds))
    curve, kind = learning._curve(odds, (chance.random(8_000) < true).astype(float))
    assert kind is (CalibrationKind.ISOTONIC if is_bent else CalibrationKind.SIGMOID)
    assert np.abs(calibrated(curve, odds) - true).mean() < 0.03


def test_a_model_of_other_factors_is_refused() -> None:
    known = lessons(signal=True)
    model = learn(known.readings, known.renewed, known.client).model
    with pytest.raises(ValueError, match="goes by"):
        says(model, Readings(COLUMNS[:-1], known.readings.values[:, :-1]))


@given(
    told=some.lists(
        some.tuples(some.sampled_from((0.1, 0.3, 0.35, 0.8, 0.99)), some.booleans()),
        min_size=2,
        max_size=60,
    )
)
def test_the_figures_are_those_of_the_library(told: list[tuple[float, bool]]) -> None:
    given_, came = (np.array(each, float) for each in zip(*told, strict=True))
    figures = rules.judged(given_, came)
    assert figures.brier == pytest.approx(brier_score_loss(came, given_, pos_label=1))
    if len(set(came)) == 2:
        assert figures.auc == pytest.approx(roc_auc_score(came, given_))
    assert sum(each.readings for each in figures.bins) == len(told)
    assert 0 <= figures.calibration_error <= 1


def test_every_reason_has_its_words_in_both_languages() -> None:
    told = [
        [factor.value, sign, amount] for factor in Factor for sign in (1, -1) for amount in (0, 2)
    ]
    for locale in Locale:
        with in_locale(locale):
            for one in told:
                said = probability.reasons([one])
                assert said
                assert "{" not in said
    with in_locale(Locale.ZH):
        said = probability.reasons([["late", -1, 60.0], ["price", -1, 18.2], ["tenure", 1, 6.4]])
    assert said == "不利：近两年60%的保费迟交、保费涨18%；有利：客户 6 年"


def test_a_tree_that_asks_whether_a_fact_is_known_can_be_stored() -> None:
    """PostgreSQL refuses JSON with an infinite number."""
    names = ("is_leaf", "value", "count", "left", "right", "feature_idx", "num_threshold")
    rows = [
        (0, 0.0, 3, 1, 2, 0, np.inf, 0),
        (1, -1.0, 2, 0, 0, 0, 0.0, 0),
        (1, 1.0, 1, 0, 0, 0, 0.0, 0),
    ]
    nodes = np.array(rows, dtype=[(name, float) for name in (*names, "missing_go_to_left")])
    tree, _ = learning._grown(nodes, 1.0)
    assert json.loads(json.dumps(tree, allow_nan=False)) == tree
    known, unknown = model._trees({"trees": [tree]}, np.array([[5e9], [np.nan]]))[:, 0]
    assert known < unknown
