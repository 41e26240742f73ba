"""The stored model and what it says of a case: tables of numbers, read with NumPy alone.

A model is data, so that it can be kept, compared and read by people: steps of each factor with
their points, or the nodes of trees, and the curve that turns their sum into a probability. No
pickle, no learning library.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
SMALLEST = 1e-4
"""No probability is nearer to 0 or 1."""


@dataclass(frozen=True, slots=True)
class Column:
    """How a factor comes in: a number with steps, or a code that stands for itself."""

    name: str
    edges: tuple[float, ...] = ()
    """Where steps begin; empty: the training finds them."""
    is_code: bool = False


@dataclass(frozen=True, slots=True)
class Readings:
    """Cases as they were on a day: a row each, a column per factor; NaN is not known."""

    columns: tuple[Column, ...]
    values: Floats

    def __len__(self) -> int:
        return len(self.values)

    def take(self, rows: NDArray[Any]) -> "Readings":
        return Readings(self.columns, self.values[rows])


@dataclass(frozen=True, slots=True)
class Said:
    """What a model says of each reading."""

    probability: Floats
    parts: Floats
    """What each factor adds to the log-odds, against a usual case."""


def says(model: Mapping[str, Any], readings: Readings) -> Said:
    """The probability of renewal and what it rests on.

    Raises:
        ValueError: the model goes by other factors than these readings have.
    """
    names = [column.name for column in readings.columns]
    if names != list(model["columns"]):
        raise ValueError(f"the model goes by {model['columns']}, not by {names}")
    parts = _points(model, readings.values) if "steps" in model else _trees(model, readings.values)
    odds = float(model["base"]) + parts.sum(axis=1)
    return Said(calibrated(model["curve"], odds), parts)


def steps_of(values: Floats, edges: Sequence[float]) -> NDArray[np.int64]:
    """The step each value stands on: 0 is not known, 1 beneath the first edge."""
    place = np.searchsorted(np.asarray(edges, np.float64), values, side="right") + 1
    return np.where(np.isnan(values), 0, place)


def _points(model: Mapping[str, Any], values: Floats) -> Floats:
    parts = np.empty_like(values)
    for place, (edges, points) in enumerate(zip(model["steps"], model["points"], strict=True)):
        parts[:, place] = np.asarray(points, np.float64)[steps_of(values[:, place], edges)]
    return parts


def _trees(model: Mapping[str, Any], values: Floats) -> Floats:
    """Every tree is walked from its root; what changes on the way belongs to the factor asked."""
    parts = np.zeros_like(values)
    rows = np.arange(len(values))
    for tree in model["trees"]:
        factor = np.asarray(tree["factor"], np.int64)
        limit = np.asarray(tree["limit"], np.float64)
        unknown_left = np.asarray(tree["unknown_left"], bool)
        left, right = np.asarray(tree["left"], np.int64), np.asarray(tree["right"], np.int64)
        value = np.asarray(tree["value"], np.float64)
        here, walking = np.zeros(len(values), np.int64), rows
        while len(walking := walking[factor[here[walking]] >= 0]):
            node = here[walking]
            asked = factor[node]
            found = values[walking, asked]
            goes_left = np.where(np.isnan(found), unknown_left[node], found <= limit[node])
            following = np.where(goes_left, left[node], right[node])
            parts[walking, asked] += value[following] - value[node]
            here[walking] = following
    return parts


def calibrated(curve: Mapping[str, Any], odds: Floats) -> Floats:
    """The probability a sum of log-odds stands for."""
    if "slope" in curve:
        found = 1 / (1 + np.exp(-(float(curve["slope"]) * odds + float(curve["shift"]))))
    else:
        found = np.interp(odds, np.asarray(curve["odds"]), np.asarray(curve["probability"]))
    return np.clip(found, SMALLEST, 1 - SMALLEST)
