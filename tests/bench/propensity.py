"""Row i: the renewal probability on real renewals, through the training the company's own data get.

``--data FILE`` is a table of renewals without dates (one row a client, ``target`` 1 = renewed), so
that folds stand in for time: each fifth is told by what the four others taught, curve included. The
columns become factors as below; nothing of the file is part of this project.

    late payments by how late they were, of one to six months, six to twelve, over twelve
    their sum, and each as a share of all payments; how heavy they weigh together
    share paid in cash, payments made, age, income, score of the application, channel, area
"""

import csv
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from services.renewal_probability.learning import learn
from services.renewal_probability.model import Column, Readings, says
from services.renewal_probability.rules import Figures, judged
from tests.bench import report

FOLDS = 5
AUC, BRIER, CALIBRATION = 0.84, 0.0485, 0.01
"""What performance.md asks for."""
_LATE = ("Count_3-6_months_late", "Count_6-12_months_late", "Count_more_than_12_months_late")
_CODES = ("sourcing_channel", "residence_area_type")


def read(path: Path) -> tuple[Readings, NDArray[np.float64]]:
    """The file as readings, and what became of each."""
    with path.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))

    def number(name: str) -> NDArray[np.float64]:
        return np.array([float(row[name]) if row[name] else np.nan for row in rows])

    some, more, most = (number(name) for name in _LATE)
    late, paid, age = some + more + most, number("no_of_premiums_paid"), number("age_in_days")
    years, income = age / 365.25, number("Income")
    cash = number("perc_premium_paid_by_cash_credit")
    known = {
        "late_some": some,
        "late_more": more,
        "late_most": most,
        "late": late,
        "late_share": late / (late + paid),
        "late_more_share": more / (late + paid),
        "late_most_share": most / (late + paid),
        "late_weight": some + 2 * more + 4 * most,
        "cash": cash,
        "cash_late": cash * late,
        "paid": paid,
        "years": years,
        "began": years - paid,
        "income": income,
        "income_by_age": income / years,
        "score": number("application_underwriting_score"),
    }
    for name in _CODES:
        words = sorted({row[name] for row in rows})
        known[name] = np.array([float(words.index(row[name])) for row in rows])
    columns = tuple(Column(name, is_code=name in _CODES) for name in known)
    return Readings(columns, np.column_stack(list(known.values()))), number("target")


def told(readings: Readings, renewed: NDArray[np.float64]) -> tuple[Figures, float]:
    """The figures of all folds together, and the mean AUC of the folds."""
    chance = np.random.default_rng(1)
    fold = np.empty(len(renewed), np.int64)
    for outcome in (0, 1):
        here = np.flatnonzero(renewed == outcome)
        fold[here] = chance.permutation(np.arange(len(here)) % FOLDS)
    probability, aucs = np.zeros(len(renewed)), []
    everyone = np.arange(len(renewed))
    for each in range(FOLDS):
        here = fold == each
        learnt = learn(readings.take(~here), renewed[~here], everyone[~here])
        probability[here] = says(learnt.model, readings.take(here)).probability
        aucs.append(judged(probability[here], renewed[here]).auc)
    return judged(probability, renewed), float(np.mean(aucs))


def rows(data_file: str) -> list[report.Row]:
    """AUC as what is missing to 1, Brier score and calibration error as they are: all ÷ limit."""
    readings, renewed = read(Path(data_file))
    figures, auc = told(readings, renewed)
    measured = (
        ("1 − AUC, mean of 5 folds", 1 - auc, 1 - AUC),
        ("Brier score", figures.brier, BRIER),
        ("calibration error, 10 equal bins", figures.calibration_error, CALIBRATION),
        ("Brier score ÷ that of the average", figures.brier, figures.brier_average),
    )
    return [
        report.Row(
            "i",
            name,
            "–",
            len(renewed),
            round(ours, 5),
            round(limit, 5),
            "",
            round(ours / limit, 4),
            1.0,
        )
        for name, ours, limit in measured
    ]
