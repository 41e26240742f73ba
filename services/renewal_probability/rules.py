"""Whether a model is good enough, without a database and without learning anything."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from terms.probability import Verdict

BINS = 10
PARTS = 10_000
"""Probabilities are judged and kept in whole parts of this many."""
SURE = 2.0
"""Standard errors by which a model has to beat the average, so that chance alone hardly does."""

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Bin:
    """Readings of one of the ten equal bins; figures are null where it is empty."""

    readings: int
    mean: float | None
    """Mean probability given."""
    rate: float | None
    """Share that did renew."""

    @property
    def renewed(self) -> int:
        """How many did renew."""
        return round((self.rate or 0) * self.readings)


@dataclass(frozen=True, slots=True)
class Figures:
    """How good probabilities were."""

    readings: int
    brier: float
    brier_average: float
    """The same for whoever gives every case the renewal rate of these readings."""
    auc: float
    calibration_error: float
    bins: tuple[Bin, ...]
    is_better: bool
    """Better than the average beyond chance."""


def judged(probability: Floats, renewed: Floats, case: NDArray[np.int64] | None = None) -> Figures:
    """How good probabilities were.

    Args:
        renewed: 1 or 0 per reading.
        case: whose reading it is, where a case has several: they are no separate witnesses.
    """
    probability = np.round(probability * PARTS) / PARTS
    average = float(renewed.mean())
    brier = float(np.mean((probability - renewed) ** 2))
    gain = (average - renewed) ** 2 - (probability - renewed) ** 2
    if case is not None:
        _, whose = np.unique(case, return_inverse=True)
        gain = np.bincount(whose, weights=gain) / np.bincount(whose)
    error = float(gain.std()) / max(len(gain), 1) ** 0.5
    place = np.minimum(np.round(probability * PARTS).astype(np.int64) * BINS // PARTS, BINS - 1)
    bins = []
    for each in range(BINS):
        here = place == each
        n = int(here.sum())
        bins.append(
            Bin(
                n,
                float(probability[here].mean()) if n else None,
                float(renewed[here].mean()) if n else None,
            )
        )
    return Figures(
        readings=len(renewed),
        brier=brier,
        brier_average=average * (1 - average),
        auc=auc(probability, renewed),
        calibration_error=sum(
            each.readings / len(renewed) * abs(each.mean - each.rate)
            for each in bins
            if each.mean is not None and each.rate is not None
        ),
        bins=tuple(bins),
        is_better=float(gain.mean()) > SURE * error,
    )


def auc(probability: Floats, renewed: Floats) -> float:
    """The chance that of two cases, one renewed and one not, the renewed has the higher
    probability; ties count half. 0.5 where there are not both."""
    yes = renewed > 0.5
    positive, negative = int(yes.sum()), int((~yes).sum())
    if not positive or not negative:
        return 0.5
    _, place, count = np.unique(probability, return_inverse=True, return_counts=True)
    last = np.cumsum(count)
    rank = last - (count - 1) / 2
    total = float(rank[place][yes].sum())
    return (total - positive * (positive + 1) / 2) / (positive * negative)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a training came to, and which version holds after it."""

    verdict: Verdict
    holds: str
    """``new``, ``held`` or ``none``."""


def decided(new: Figures, held: Figures | None) -> Outcome:
    """Whether the new version comes in force: better than the average and not worse than the one
    held, both on the newest period. What is no better than the average is not shown."""
    if not new.is_better:
        if held is not None and held.is_better:
            return Outcome(Verdict.WORSE, "held")
        return Outcome(Verdict.AVERAGE, "none")
    if held is not None and held.is_better and new.brier > held.brier:
        return Outcome(Verdict.WORSE, "held")
    return Outcome(Verdict.IN_FORCE, "new")


def strongest(
    parts: Floats,
    values: Floats,
    names: tuple[str, ...],
    *,
    but: frozenset[str] = frozenset(),
    most: int = 3,
    least: float = 0.1,
) -> list[list[list[Any]]]:
    """Per reading what moves it most: ``[factor, +1 or -1, amount]``, the strongest first.

    Args:
        but: factors that are no reason of their own.
        least: log-odds beneath which a factor is not worth a word.
    """
    told = np.array([name not in but for name in names]) & ~np.isnan(values)
    order = np.argsort(-np.abs(np.where(told, parts, 0.0)), axis=1)[:, :most]
    found: list[list[list[Any]]] = []
    for row, places in enumerate(order.tolist()):
        reasons: list[list[Any]] = []
        for place in places:
            part = parts[row, place]
            value = values[row, place]
            if abs(part) >= least and told[row, place]:
                amount = round(float(value), 2)
                reasons.append([names[place], 1 if part > 0 else -1, amount])
        found.append(reasons)
    return found
