"""What the figures of a version mean, with the cases it was measured on behind them."""

from typing import Any

from sqlalchemy import Select, case, func, select
from sqlalchemy.orm import Session, defer

from db.models import Client, Policy, Renewal, RenewalModel, RenewalModelReading
from services import measures
from services.measures import Asked, Column, ColumnKind, Figure, Measure, Sums, Work, Worked
from services.permissions import Permission
from services.renewal_probability.queries import ModelVersion
from services.renewal_probability.rules import BINS, PARTS
from services.renewal_probability.training import MOST_CASES, RULES, decided_on
from services.rule_tables import rules as rules_in_force
from services.working_calendar import local_date
from terms.measures import Formula, Period, Unit
from terms.policies import Line
from terms.renewals import RenewalState

_READING = RenewalModelReading
_SQUARE = PARTS * PARTS
"""What a missed probability is squared to is kept in whole parts of this many."""
_IS_RENEWED = case((_READING.is_renewed, 1), else_=0)
_place = _READING.probability // (PARTS // BINS)

Chosen = Select[*tuple[Any, ...]]


def _cases(asked: Asked, *columns: Any) -> Chosen:
    """The readings of a version with their cases, the least probable first."""
    named = measures.client_columns(asked.actor, on=asked.on, policy_number=Policy.number)
    chosen = (
        select(
            *named,
            Renewal.line,
            Renewal.due_on,
            _READING.days_left,
            _READING.probability,
            _IS_RENEWED.label("is_renewed"),
            *columns,
        )
        .select_from(_READING)
        .join(Renewal, Renewal.id == _READING.renewal_id)
        .outerjoin(Client, Client.id == Renewal.client_id)
        .outerjoin(Policy, Policy.id == Renewal.policy_id)
        .where(_READING.model_id == asked.number("model"))
        .order_by(_READING.probability, _READING.id)
    )
    of_bin = asked.number("bin")
    return chosen if of_bin is None else chosen.where(_place == of_bin)


def _missed(asked: Asked) -> Chosen:
    distance = _READING.probability - PARTS * _IS_RENEWED
    return _cases(asked, (distance * distance).label("missed"))


def _plain(asked: Asked) -> Chosen:
    return _cases(asked)


def _in_bins(asked: Asked) -> Chosen:
    return _cases(asked, _place.label("bin"))


def _ranked(asked: Asked) -> Chosen:
    """Twice the place of each reading, equal ones sharing theirs: whole numbers."""
    first = func.rank().over(order_by=_READING.probability)
    alike = func.count().over(partition_by=_READING.probability)
    twice = 2 * first + alike - 1
    return _cases(asked, twice.label("twice_place"), (twice * _IS_RENEWED).label("renewed_place"))


def _gaps(asked: Asked) -> Chosen:
    """One row a bin: what was given against what came."""
    given, came = func.sum(_READING.probability), func.sum(PARTS * _IS_RENEWED)
    return (
        select(
            _place.label("bin"),
            func.count().label("readings"),
            given.label("given"),
            came.label("came"),
            func.abs(given - came).label("gap"),
            (PARTS * func.count()).label("whole"),
        )
        .where(_READING.model_id == asked.number("model"))
        .group_by(_place)
        .order_by(_place)
    )


def _decided(asked: Asked) -> Chosen | None:
    """The cases a version was made from, those due last first."""
    version = _version(asked.session, asked.number("model"))
    if version is None or version.data_from is None or version.data_to is None:
        return None
    on = local_date(version.trained_at, asked.zone)
    known = rules_in_force(asked.session, RULES, on=on)
    newest = (
        select(Renewal.id)
        .where(
            *decided_on(on, known),
            Renewal.due_on.between(version.data_from, version.data_to),
            Renewal.closed_on <= on,
        )
        .order_by(Renewal.due_on.desc(), Renewal.id.desc())
        .limit(MOST_CASES)
        .subquery()
    )
    named = measures.client_columns(asked.actor, on=asked.on, policy_number=Policy.number)
    return (
        select(
            *named,
            Renewal.line,
            Renewal.due_on,
            Renewal.closed_on,
            measures.mark(Renewal.state == RenewalState.RENEWED).label("is_renewed"),
        )
        .select_from(newest)
        .join(Renewal, Renewal.id == newest.c.id)
        .outerjoin(Client, Client.id == Renewal.client_id)
        .outerjoin(Policy, Policy.id == Renewal.policy_id)
        .order_by(Renewal.due_on.desc(), Renewal.id.desc())
    )


def _version(session: Session, model_id: int | None) -> RenewalModel | None:
    light = (defer(RenewalModel.measured), defer(RenewalModel.in_use))
    return session.scalar(select(RenewalModel).where(RenewalModel.id == model_id).options(*light))


def _brier(sums: Sums) -> Worked:
    return Worked(int(sums.of["missed"]), sums.rows * _SQUARE or None, sums.rows)


def _average(sums: Sums) -> Worked:
    """What the renewal rate itself would miss by: rate × (1 − rate)."""
    renewed = int(sums.of["is_renewed"])
    return Worked(renewed * (sums.rows - renewed), sums.rows**2 or None, sums.rows)


def _auc(sums: Sums) -> Worked:
    renewed = int(sums.of["is_renewed"])
    won = int(sums.of["renewed_place"]) - renewed * (renewed + 1)
    return Worked(won, 2 * renewed * (sums.rows - renewed) or None, sums.rows)


_WHOSE = (
    Column("client_number", ColumnKind.CLIENT),
    Column("client_name", ColumnKind.NAME),
    Column("policy_number"),
    Column("line", ColumnKind.CODE, Line),
    Column("due_on", ColumnKind.DAY),
)
_SAID = (
    Column("days_left", ColumnKind.NUMBER),
    Column("probability", ColumnKind.NUMBER),
    Column("is_renewed", ColumnKind.MARK),
)
_FILES = ("renewal_model_reading", "renewal", "client", "policy")


def _of_readings(
    name: str,
    rows: measures.Rows,
    work: Work,
    *also: Column,
    unit: Unit = Unit.SCORE,
    by: tuple[str, ...] = (),
) -> Measure:
    return Measure(
        f"renewals.{name}",
        Permission.RENEWAL_MODEL,
        unit,
        Period.RANGE,
        _FILES,
        (*_WHOSE, *_SAID, *also),
        rows,
        work,
        by=by,
    )


measures.register(
    _of_readings(
        "model_brier",
        _missed,
        Work(Formula.SQUARED_MISS, _brier, "missed"),
        Column("missed", ColumnKind.NUMBER),
    ),
    _of_readings("model_average", _plain, Work(Formula.MISS_OF_RATE, _average, "is_renewed")),
    _of_readings(
        "model_auc",
        _ranked,
        Work(Formula.ORDER, _auc, "renewed_place", also=("is_renewed",)),
        Column("twice_place", ColumnKind.NUMBER),
        Column("renewed_place", ColumnKind.NUMBER),
    ),
    _of_readings(
        "model_reliability",
        _in_bins,
        measures.share("is_renewed"),
        Column("bin"),
        unit=Unit.PERCENT,
        by=("bin",),
    ),
    _of_readings("model_band", _plain, measures.share("is_renewed"), unit=Unit.PERCENT),
    Measure(
        "renewals.model_calibration",
        Permission.RENEWAL_MODEL,
        Unit.SCORE,
        Period.RANGE,
        ("renewal_model_reading",),
        (
            Column("bin"),
            Column("readings", ColumnKind.NUMBER),
            Column("given", ColumnKind.NUMBER),
            Column("came", ColumnKind.NUMBER),
            Column("gap", ColumnKind.NUMBER),
            Column("whole", ColumnKind.NUMBER),
        ),
        _gaps,
        measures.part_of("gap", "whole"),
    ),
    *(
        Measure(
            f"renewals.{name}",
            Permission.RENEWAL_MODEL,
            unit,
            Period.RANGE,
            ("renewal", "client", "policy"),
            (*_WHOSE, Column("closed_on", ColumnKind.DAY), Column("is_renewed", ColumnKind.MARK)),
            _decided,
            work,
        )
        for name, unit, work in (
            ("model_cases", Unit.CASE, measures.count()),
            ("model_renewed", Unit.PERCENT, measures.share("is_renewed")),
        )
    ),
)


def figures_of(version: ModelVersion) -> dict[str, Figure]:
    """The figures of a version by their code; none where nothing was measured."""
    if version.brier is None or version.auc is None or version.calibration_error is None:
        return {}
    rows = sum(each.readings for each in version.bins)
    renewed = sum(each.renewed for each in version.bins)
    newest = {"model": version.id, "from": version.newest_from, "to": version.data_to}
    pairs = 2 * renewed * (rows - renewed)
    found = (
        ("brier", round(version.brier * rows * _SQUARE), rows * _SQUARE),
        ("average", renewed * (rows - renewed), rows**2),
        ("auc", round(version.auc * pairs), pairs),
        ("calibration", round(version.calibration_error * rows * PARTS), rows * PARTS),
    )
    made = [
        measures.figure(f"renewals.model_{name}", value, of=of, about=newest)
        for name, value, of in found
    ]
    parts = tuple(
        ((str(place),), each.renewed) for place, each in enumerate(version.bins) if each.readings
    )
    made.append(
        measures.figure("renewals.model_reliability", renewed, of=rows, parts=parts, about=newest)
    )
    return {each.code: each for each in made}


def case_figures(version: ModelVersion) -> tuple[Figure, Figure]:
    """How many decided cases a version was made from, and the share of them that renewed."""
    about = {"model": version.id, "from": version.data_from, "to": version.data_to}
    return (
        measures.figure("renewals.model_cases", version.cases, about=about),
        measures.figure("renewals.model_renewed", version.renewed, of=version.cases, about=about),
    )


def bin_figures(version: ModelVersion) -> tuple[Figure, ...]:
    """Of each bin that has readings the share that renewed, the lowest first."""
    newest = {"model": version.id, "from": version.newest_from, "to": version.data_to}
    return tuple(
        measures.figure(
            "renewals.model_band",
            each.renewed,
            of=each.readings,
            about={**newest, "bin": place},
        )
        for place, each in enumerate(version.bins)
        if each.readings
    )
