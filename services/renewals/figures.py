"""Tables for the charts of the analysis view, aggregated in SQL."""

from datetime import date

import pandas as pd
from sqlalchemy.orm import Session

from services.actor import Actor
from services.renewals.rows import CaseFilter

EVERYTHING = CaseFilter()


def due_by_week(
    session: Session, *, actor: Actor, on: date, where: CaseFilter = EVERYTHING
) -> pd.DataFrame:
    """Open cases by week due and state.

    Returns:
        Columns ``week_on`` (``datetime64[s]``, the week's Monday), ``state`` (string code),
        ``cases`` (int64), ``premium_fen`` (int64); sorted by week and state.
    """
    raise NotImplementedError


def funnel(
    session: Session, *, actor: Actor, from_on: date, to_on: date, where: CaseFilter = EVERYTHING
) -> pd.DataFrame:
    """How far the cases due in a period came.

    Returns:
        One row per stage, in order: ``stage`` (string code: extracted, contacted, quoted,
        agreed, renewed), ``cases`` and ``premium_fen`` (int64) that came at least this far.
    """
    raise NotImplementedError


def refusal_reasons(
    session: Session, *, actor: Actor, from_on: date, to_on: date, where: CaseFilter = EVERYTHING
) -> pd.DataFrame:
    """Why clients said no, over the cases due in a period.

    Returns:
        ``reason`` (string code), ``cases``, ``premium_fen`` (int64); most cases first.
    """
    raise NotImplementedError
