"""Versions of the model of renewal probability: what each was made from, how good it was, and the
cases that show it."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, SmallInteger
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, Identified, RowId
from db.types import coded
from terms.probability import CalibrationKind, ModelKind, Verdict


class RenewalModel(Identified, Base):
    """One training: never changed. Where nothing could be trained the figures are null."""

    __tablename__ = "renewal_model"

    trained_at: Mapped[datetime]
    trained_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"), index=True)
    """Null: the worker or the command line."""
    verdict: Mapped[Verdict] = mapped_column(coded(Verdict, 12))
    in_force_id: Mapped[int | None] = mapped_column(
        RowId, ForeignKey("renewal_model.id"), index=True
    )
    """The version that holds after this training; null: none."""
    data_from: Mapped[date | None]
    data_to: Mapped[date | None]
    """First and last due day of the cases."""
    calibrated_from: Mapped[date | None]
    """Due days before this one taught the model, those up to ``newest_from`` calibrated it."""
    newest_from: Mapped[date | None]
    cases: Mapped[int]
    """Decided cases it was made from."""
    renewed: Mapped[int]
    needed: Mapped[int]
    """Decided cases the administrator asked for."""
    newest_cases: Mapped[int] = mapped_column(default=0)
    kind: Mapped[ModelKind | None] = mapped_column(coded(ModelKind, 12))
    calibration: Mapped[CalibrationKind | None] = mapped_column(coded(CalibrationKind, 12))
    brier: Mapped[float | None]
    """Mean of (probability − outcome)² over the newest period; so the figures below."""
    brier_average: Mapped[float | None]
    """The same where every case is given the renewal rate of that period."""
    held_brier: Mapped[float | None]
    """The same of the version that held before."""
    auc: Mapped[float | None]
    calibration_error: Mapped[float | None]
    """Mean distance of probability and rate over ten equal bins, weighted by cases."""
    reliability: Mapped[list[Any]]
    """``[readings, mean probability, rate]`` per bin of the newest period, the lowest first."""
    factors: Mapped[list[Any]]
    """``[factor, weight]``: mean size of what each factor adds to the log-odds of those it is known
    of, the heaviest first."""
    measured: Mapped[dict[str, Any]]
    """The model that was measured: it has not seen the newest period."""
    in_use: Mapped[dict[str, Any]]
    """The same recipe taught on everything: what the scores come from."""


class RenewalModelReading(Identified, Base):
    """A case as it stood on a day before its end: what a version said of it, and what became of it.

    The rows behind the figures of a version; added by its training, never changed.
    """

    __tablename__ = "renewal_model_reading"
    __table_args__ = (
        Index(None, "model_id", "probability", "is_renewed"),
        Index(None, "renewal_id"),
        Index(None, "client_id"),
    )

    model_id: Mapped[int] = mapped_column(RowId, ForeignKey("renewal_model.id"))
    client_id: Mapped[int] = mapped_column(RowId, ForeignKey("client.id"))
    renewal_id: Mapped[int] = mapped_column(RowId, ForeignKey("renewal.id"))
    days_left: Mapped[int] = mapped_column(SmallInteger)
    """Days before its end on which it was read."""
    probability: Mapped[int] = mapped_column(SmallInteger)
    """What the version gave it, in ten-thousandths."""
    is_renewed: Mapped[bool]
