"""Which version holds, which there were, and why nothing is shown."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, defer

from db.models import RenewalModel, Staff
from services.actor import Actor
from services.permissions import Permission
from services.renewal_probability.rules import Bin
from terms.probability import CalibrationKind, Factor, ModelKind, Verdict


@dataclass(frozen=True, slots=True)
class Held:
    """The version in force."""

    id: int
    measured: dict[str, Any]
    in_use: dict[str, Any]


@dataclass(frozen=True, slots=True)
class ModelVersion:
    """One training and its figures; those are null where nothing could be trained."""

    id: int
    trained_at: datetime
    trained_by: str | None
    """Null: the worker or the command line."""
    verdict: Verdict
    in_force_id: int | None
    data_from: date | None
    data_to: date | None
    calibrated_from: date | None
    newest_from: date | None
    cases: int
    renewed: int
    needed: int
    newest_cases: int
    kind: ModelKind | None
    calibration: CalibrationKind | None
    brier: float | None
    brier_average: float | None
    held_brier: float | None
    auc: float | None
    calibration_error: float | None
    bins: tuple[Bin, ...]
    factors: tuple[tuple[Factor, float], ...]

    @property
    def is_in_force(self) -> bool:
        """Whether this training put itself in force then; a later one may have replaced it."""
        return self.in_force_id == self.id


@dataclass(frozen=True, slots=True)
class Standing:
    """Where the probability stands: the version shown, and what came of every training."""

    in_force: ModelVersion | None
    versions: tuple[ModelVersion, ...]
    """The newest first."""

    @property
    def hidden_because(self) -> Verdict | None:
        """Why nothing is shown; None where something is, or nothing was ever trained."""
        if self.in_force is not None or not self.versions:
            return None
        return self.versions[0].verdict


def held_model(session: Session) -> Held | None:
    """The version in force; None where there is none."""
    held_id = session.scalar(
        select(RenewalModel.in_force_id).order_by(RenewalModel.id.desc()).limit(1)
    )
    if held_id is None:
        return None
    row = session.get_one(RenewalModel, held_id)
    return Held(row.id, row.measured, row.in_use)


def standing(session: Session, *, actor: Actor, limit: int = 24) -> Standing:
    """The version in force and the last trainings.

    Raises:
        NotPermitted: the actor lacks ``renewal:model``.
    """
    actor.require(Permission.RENEWAL_MODEL)
    light = (defer(RenewalModel.measured), defer(RenewalModel.in_use))
    found = session.execute(
        select(RenewalModel, Staff.name)
        .outerjoin(Staff, Staff.id == RenewalModel.trained_by_id)
        .options(*light)
        .order_by(RenewalModel.id.desc())
        .limit(limit)
    ).all()
    versions = tuple(version_of(row, name) for row, name in found)
    if not versions or versions[0].in_force_id is None:
        return Standing(None, versions)
    held_id = versions[0].in_force_id
    held = next((each for each in versions if each.id == held_id), None)
    if held is None:
        row = session.scalars(
            select(RenewalModel).where(RenewalModel.id == held_id).options(*light)
        ).one()
        held = version_of(row)
    return Standing(held, versions)


def version_of(row: RenewalModel, trained_by: str | None = None) -> ModelVersion:
    return ModelVersion(
        id=row.id,
        trained_at=row.trained_at,
        trained_by=trained_by,
        verdict=row.verdict,
        in_force_id=row.in_force_id,
        data_from=row.data_from,
        data_to=row.data_to,
        calibrated_from=row.calibrated_from,
        newest_from=row.newest_from,
        cases=row.cases,
        renewed=row.renewed,
        needed=row.needed,
        newest_cases=row.newest_cases,
        kind=row.kind,
        calibration=row.calibration,
        brier=row.brier,
        brier_average=row.brier_average,
        held_brier=row.held_brier,
        auc=row.auc,
        calibration_error=row.calibration_error,
        bins=tuple(Bin(*each) for each in row.reliability),
        factors=tuple((Factor(name), float(weight)) for name, weight in row.factors),
    )
