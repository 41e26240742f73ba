"""Learning from decided cases, with scikit-learn: loaded by the training alone, never by a page.

Two ways are tried: points per step of each factor (logistic regression) and gradient boosting.
Points are taken unless trees are plainly better, because points explain themselves. The sum is
turned into a probability on cases the learner has not seen: by a sigmoid, unless there are many and
an isotonic curve plainly fits them better.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.isotonic import IsotonicRegression
from sklearn.linear_model import LogisticRegression
from threadpoolctl import threadpool_limits

from services.renewal_probability.model import Column, Readings, calibrated, says, steps_of
from services.renewal_probability.rules import SURE
from terms.probability import CalibrationKind, ModelKind

Floats = NDArray[np.float64]
Model = dict[str, Any]

FOLDS = 5
STEPS = 12
"""Steps of a number whose column names none."""
ENOUGH_FOR_ISOTONIC = 5_000
PLAINLY = 0.0025
"""Trees have to lower the Brier score by this share to be preferred."""
SELDOM = 0.05
"""A factor known of fewer readings than this share says more of when it was known than of whom."""
MANY = 20_000
"""Readings from which trees are tried: with fewer they smooth over what seldom happens."""
ENSEMBLE = 3
"""Boostings averaged, each with a chance of its own."""
BOOSTING: dict[str, Any] = {
    "learning_rate": 0.03,
    "max_iter": 250,
    "max_leaf_nodes": 12,
    "min_samples_leaf": 100,
    "l2_regularization": 10,
    "max_features": 0.4,
    "early_stopping": False,
}
_SEED = 20_18


@dataclass(frozen=True, slots=True)
class Learnt:
    """A model that is ready, and how it was made."""

    model: Model
    kind: ModelKind
    calibration: CalibrationKind


def learn(readings: Readings, renewed: Floats, group: NDArray[np.int64]) -> Learnt:
    """A calibrated model of all these readings.

    Kind and curve are chosen on readings of groups the learner has not seen: every group falls
    into one of five folds, and each fold is told by what the four others taught.

    Args:
        group: readings of one group never stand on both sides of a fold; the client.
    """
    with threadpool_limits(1):
        return _learnt(readings, renewed, _folds(group))


def _learnt(readings: Readings, renewed: Floats, fold: NDArray[np.int64]) -> Learnt:
    told = {kind: _told_across(kind, readings, renewed, fold) for kind in _tried(len(renewed))}
    return _best(told, renewed, lambda kind: _taught(kind, readings, renewed))


def learn_before(
    readings: Readings, renewed: Floats, is_later: NDArray[np.bool_], group: NDArray[np.int64]
) -> Learnt:
    """A model of the older readings, calibrated on the later ones.

    Where the later ones hold too few of either outcome, the older ones are told across folds too.
    """
    old = ~is_later
    if min(renewed[is_later].sum(), (1 - renewed[is_later]).sum(), renewed[old].sum()) < 1:
        return learn(readings, renewed, group)
    later = readings.take(is_later)
    with threadpool_limits(1):
        taught = {
            kind: _taught(kind, readings.take(old), renewed[old]) for kind in _tried(len(renewed))
        }
    told = {kind: _odds(model, later) for kind, model in taught.items()}
    return _best(told, renewed[is_later], taught.__getitem__)


def _best(
    told: dict[ModelKind, Floats], renewed: Floats, made: Callable[[ModelKind], Model]
) -> Learnt:
    curves = {kind: _curve(odds, renewed) for kind, odds in told.items()}
    missed = {
        kind: (calibrated(curves[kind][0], odds) - renewed) ** 2 for kind, odds in told.items()
    }
    plainly = ModelKind.TREES in missed and _is_plainly_better(missed)
    kind = ModelKind.TREES if plainly else ModelKind.POINTS
    curve, calibration = curves[kind]
    return Learnt({**made(kind), "curve": curve}, kind, calibration)


def _tried(readings: int) -> tuple[ModelKind, ...]:
    return (ModelKind.POINTS, ModelKind.TREES) if readings >= MANY else (ModelKind.POINTS,)


def _is_plainly_better(missed: dict[ModelKind, Floats]) -> bool:
    """Whether trees miss by less than points, beyond chance and by enough to give up points."""
    gain = missed[ModelKind.POINTS] - missed[ModelKind.TREES]
    least = max(
        PLAINLY * float(missed[ModelKind.POINTS].mean()),
        SURE * float(gain.std()) / len(gain) ** 0.5,
    )
    return bool(gain.mean() > least)


def _folds(group: NDArray[np.int64]) -> NDArray[np.int64]:
    known, whose = np.unique(group, return_inverse=True)
    chance = np.random.default_rng(_SEED)
    found: NDArray[np.int64] = chance.permutation(np.arange(len(known)) % FOLDS)[whose]
    return found


def _told_across(
    kind: ModelKind, readings: Readings, renewed: Floats, fold: NDArray[np.int64]
) -> Floats:
    odds = np.zeros(len(renewed))
    for each in range(FOLDS):
        here = fold == each
        if here.any():
            odds[here] = _odds(
                _taught(kind, readings.take(~here), renewed[~here]), readings.take(here)
            )
    return odds


_PLAIN = {"slope": 1.0, "shift": 0.0}


def _odds(model: Model, readings: Readings) -> Floats:
    said = says({**model, "curve": _PLAIN}, readings)
    odds: Floats = float(model["base"]) + said.parts.sum(axis=1)
    return odds


def _curve(odds: Floats, renewed: Floats) -> tuple[dict[str, Any], CalibrationKind]:
    if len(odds) >= ENOUGH_FOR_ISOTONIC and _bends(odds, renewed):
        return _isotonic(odds, renewed), CalibrationKind.ISOTONIC
    return _sigmoid(odds, renewed), CalibrationKind.SIGMOID


def _bends(odds: Floats, renewed: Floats) -> bool:
    """Whether a free curve misses plainly less than a sigmoid, on readings neither has seen: its
    steps cost the order of cases where the sum of log-odds is right as it is."""
    fold = np.random.default_rng(_SEED).permutation(np.arange(len(odds)) % FOLDS)
    gain = np.zeros(len(odds))
    for each in range(FOLDS):
        here, there = fold == each, fold != each
        if not 0 < renewed[there].sum() < there.sum():
            return False
        missed = [
            (calibrated(fit(odds[there], renewed[there]), odds[here]) - renewed[here]) ** 2
            for fit in (_sigmoid, _isotonic)
        ]
        gain[here] = missed[0] - missed[1]
    return bool(gain.mean() > SURE * float(gain.std()) / len(gain) ** 0.5)


def _sigmoid(odds: Floats, renewed: Floats) -> dict[str, Any]:
    fitted = LogisticRegression(C=1e6).fit(odds[:, None], renewed)
    slope, shift = float(fitted.coef_[0, 0]), float(fitted.intercept_[0])
    return {"slope": max(slope, 0.0), "shift": shift}


def _isotonic(odds: Floats, renewed: Floats) -> dict[str, Any]:
    fitted = IsotonicRegression(out_of_bounds="clip").fit(odds, renewed)
    x, y = _smooth(fitted.X_thresholds_, fitted.y_thresholds_)
    return {"odds": x, "probability": y}


def _smooth(x: Floats, y: Floats) -> tuple[list[float], list[float]]:
    """The curve through the middles of its level stretches: ties would cost the order of cases."""
    level = np.concatenate([[0], np.cumsum(np.diff(y) > 0)])
    count = np.bincount(level)
    middle = np.bincount(level, weights=x) / count
    height = np.bincount(level, weights=y) / count
    xs = np.concatenate([[x[0]], middle, [x[-1]]])
    ys = np.concatenate([[y[0]], height, [y[-1]]])
    keep = np.concatenate([[True], np.diff(xs) > 1e-9])
    return [round(float(v), 6) for v in xs[keep]], [round(float(v), 6) for v in ys[keep]]


def _taught(kind: ModelKind, readings: Readings, renewed: Floats) -> Model:
    return _points(readings, renewed) if kind is ModelKind.POINTS else _trees(readings, renewed)


def _points(readings: Readings, renewed: Floats) -> Model:
    """Points per step: logistic regression over one mark a step; the points of a factor are zero
    on average over whom it is known of, so that they say what speaks for or against a case."""
    values = _usual(readings.values)
    edges = [_edges(column, values[:, place]) for place, column in enumerate(readings.columns)]
    steps = [steps_of(values[:, place], each) for place, each in enumerate(edges)]
    sizes = [len(each) + 2 for each in edges]
    starts = np.concatenate([[0], np.cumsum(sizes)])
    at = (np.column_stack(steps) + starts[:-1]).ravel()
    each_row = np.arange(0, at.size + 1, len(steps))
    marks = csr_matrix((np.ones(at.size), at, each_row), shape=(len(values), int(starts[-1])))
    fitted = LogisticRegression(C=1.0, max_iter=500).fit(marks, renewed)
    weights = fitted.coef_[0]
    base = float(fitted.intercept_[0])
    points = []
    for place, size in enumerate(sizes):
        own = weights[starts[place] : starts[place] + size].copy()
        seen = np.bincount(steps[place], minlength=size)
        own[seen == 0] = 0.0
        known = int(seen[1:].sum())
        mean = float((own[1:] * seen[1:]).sum() / known) if known else float(own[0])
        own[seen > 0] -= mean
        base += mean
        points.append([round(float(each), 6) for each in own])
    return {
        "columns": [column.name for column in readings.columns],
        "base": base,
        "steps": edges,
        "points": points,
    }


def _usual(values: Floats) -> Floats:
    """The values without those of factors that are seldom known."""
    seldom = (~np.isnan(values)).mean(axis=0) < SELDOM
    return np.where(seldom, np.nan, values)


def _edges(column: Column, values: Floats) -> list[float]:
    known = np.unique(values[~np.isnan(values)])
    if column.is_code:
        return [float(each) for each in np.unique(np.concatenate([known, known + 1]))]
    if column.edges:
        return [float(each) for each in column.edges]
    if len(known) <= 2 * STEPS:
        return [float(each) for each in known[1:]]
    parts = np.quantile(values[~np.isnan(values)], np.arange(1, STEPS) / STEPS)
    return [float(each) for each in np.unique(parts) if each > known[0]]


def _trees(readings: Readings, renewed: Floats) -> Model:
    values = _usual(readings.values)
    values[:, np.isnan(values).all(axis=0)] = 0.0  # it bins no column of which nothing is known
    trees: list[dict[str, Any]] = []
    base = 0.0
    for nth in range(ENSEMBLE):
        fitted = HistGradientBoostingClassifier(**BOOSTING, random_state=_SEED + nth).fit(
            values, renewed
        )
        base += float(fitted._baseline_prediction.ravel()[0]) / ENSEMBLE  # noqa: SLF001 - no door
        for (grown,) in fitted._predictors:  # noqa: SLF001
            tree, root = _grown(grown.nodes, 1 / ENSEMBLE)
            trees.append(tree)
            base += root
    return {
        "columns": [column.name for column in readings.columns],
        "base": base,
        "trees": trees,
    }


BEYOND = 1e15
"""Above every value: where a tree asks whether a fact is known at all its limit is infinite, which
JSON has no word for."""


def _grown(nodes: Any, share: float) -> tuple[dict[str, Any], float]:
    """A tree as columns of numbers, and what its root says: the mean of its leaves."""
    is_leaf = nodes["is_leaf"].astype(bool)
    value, count = nodes["value"].astype(np.float64) * share, nodes["count"].astype(np.float64)
    left, right = nodes["left"].astype(np.int64), nodes["right"].astype(np.int64)
    for node in np.flatnonzero(~is_leaf)[::-1]:
        one, two = left[node], right[node]
        both = count[one] + count[two]
        value[node] = (value[one] * count[one] + value[two] * count[two]) / both
    tree = {
        "factor": np.where(is_leaf, -1, nodes["feature_idx"].astype(np.int64)).tolist(),
        "limit": np.where(is_leaf, 0.0, np.minimum(nodes["num_threshold"], BEYOND)).tolist(),
        "unknown_left": nodes["missing_go_to_left"].astype(int).tolist(),
        "left": np.where(is_leaf, 0, left).tolist(),
        "right": np.where(is_leaf, 0, right).tolist(),
        "value": [round(float(each), 7) for each in value],
    }
    return tree, float(value[0])
