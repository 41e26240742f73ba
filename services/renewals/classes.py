"""Cases by class (R77): client type, value tier, line, sum insured, and where they stand in the
windows; as a filter of a list, and as groups of what was given today and what nobody has."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    ScalarSelect,
    Select,
    Text,
    case,
    cast,
    func,
    literal,
    select,
    union_all,
)
from sqlalchemy.orm import Session

from db.models import Client, ClientStanding, Policy, Renewal, RenewalAllocation, Staff
from services.actor import Actor
from services.permissions import Permission
from services.renewals.rows import CaseFilter
from services.renewals.rules import Windows
from services.renewals.scope import led_by, visible_cases
from services.rule_tables import rules as rules_in_force
from terms.clients import ClientType
from terms.policies import Line
from terms.renewals import AllocationCause, CaseClass, WindowStage
from terms.tiering import Tier

BANDS_RULE = "renewal.insured_bands"
WAN_FEN = 1_000_000
"""Fen of ¥10,000."""
UNKNOWN = "unknown"
"""A class a case has no value for: no sum insured on record, no tier yet."""


@dataclass(frozen=True, slots=True)
class Band:
    """A band of sums insured, in ¥10,000: from ``low`` to below ``below``."""

    low: int
    below: int | None

    @property
    def code(self) -> str:
        return str(self.low)


@dataclass(frozen=True, slots=True)
class Classes:
    """What the cases of a day are classified by, as the rules of the day say."""

    bands: tuple[Band, ...]
    """From low to high."""
    days: Mapping[WindowStage, tuple[date | None, date | None]]
    """First and last due day of each stage."""

    def filter(
        self,
        base: CaseFilter,
        *,
        client_type: ClientType | None = None,
        tier: Tier | None = None,
        line: Line | None = None,
        insured: str = "",
        window: WindowStage | None = None,
    ) -> CaseFilter:
        """``base``, narrowed.

        Args:
            insured: the ``code`` of a band, or ``UNKNOWN``; anything else does not filter.
        """
        found = replace(base, client_type=client_type, tier=tier, line=line or base.line)
        band = next((each for each in self.bands if each.code == insured), None)
        if insured == UNKNOWN:
            found = replace(found, is_insured_unknown=True)
        elif band is not None:
            below = None if band.below is None else band.below * WAN_FEN
            found = replace(found, insured_from_fen=band.low * WAN_FEN, insured_below_fen=below)
        if window is not None:
            first, last = self.days[window]
            found = replace(found, due_from=first, due_to=last)
        return found


@dataclass(frozen=True, slots=True)
class ClassRow:
    """One group: what was given to somebody today, and what nobody has."""

    code: str
    """A client type, a tier, a line, a band's code, a stage, or ``UNKNOWN``."""
    given: int
    given_effort: int
    given_premium_fen: int
    waiting: int
    waiting_premium_fen: int


def case_classes(session: Session, *, on: date) -> Classes:
    """The classes of a day."""
    known = rules_in_force(session, ("renewal.windows", BANDS_RULE), on=on)
    windows = Windows.of(known["renewal.windows"])
    starts = [0, *sorted(known[BANDS_RULE]["from"])]
    ends = [*starts[1:], None]
    return Classes(
        tuple(Band(low, below) for low, below in zip(starts, ends, strict=True)),
        _days(windows, on),
    )


def _days(windows: Windows, on: date) -> dict[WindowStage, tuple[date | None, date | None]]:
    def after(days: int) -> date:
        return on + timedelta(days=days)

    return {
        WindowStage.OVERDUE: (None, after(-1)),
        WindowStage.DUE: (on, on),
        WindowStage.REMIND: (after(1), after(windows.remind)),
        WindowStage.QUOTE: (after(windows.remind + 1), after(windows.quote)),
        WindowStage.CONTACT: (after(windows.quote + 1), after(windows.contact)),
        WindowStage.PREPARE: (after(windows.contact + 1), None),
    }


def class_conditions(where: CaseFilter) -> list[ColumnElement[bool]]:
    """The classes of a filter as conditions on ``renewal``: each asks about the row it has, so a
    list is read in its own order and no further than before."""
    asked: list[ColumnElement[bool]] = []
    if where.client_type is not None:
        of = _own(select(Client.client_type).where(Client.id == Renewal.client_id))
        asked.append(of == where.client_type)
    if where.tier is not None:
        standing = select(ClientStanding.value_tier)
        tier = _own(standing.where(ClientStanding.client_id == Renewal.client_id))
        asked.append(tier == where.tier)
    insured = _own(select(Policy.sum_insured_fen).where(Policy.id == Renewal.policy_id))
    if where.is_insured_unknown:
        asked.append(insured.is_(None))
    if where.insured_from_fen is not None:
        asked.append(insured >= where.insured_from_fen)
    if where.insured_below_fen is not None:
        asked.append(insured < where.insured_below_fen)
    return asked


def _own(asked: Select[Any]) -> ScalarSelect[Any]:
    """What is asked about the case of the row, whatever else the list has joined."""
    return asked.correlate(Renewal).scalar_subquery()


def classed(session: Session, *, actor: Actor, on: date, by: CaseClass) -> tuple[ClassRow, ...]:
    """What the daily allocation gave on ``on`` and what nobody has, in groups; the groups in
    their own order, only those that hold something.

    Raises:
        NotPermitted: the actor lacks ``renewal:lead``.
    """
    actor.require(Permission.RENEWAL_LEAD)
    classes = case_classes(session, on=on)
    code = _code(classes, by).label("code")
    ledger = RenewalAllocation
    nothing = literal(0)
    given = (
        _joined(
            select(
                code,
                func.count().label("given"),
                func.sum(ledger.effort).label("given_effort"),
                func.sum(ledger.premium_fen).label("given_premium_fen"),
                nothing.label("waiting"),
                nothing.label("waiting_premium_fen"),
            ).select_from(Renewal),
            by,
        )
        .join(ledger, ledger.renewal_id == Renewal.id)
        .join(Staff, Staff.id == ledger.staff_id)
        .where(ledger.allocated_on == on, ledger.cause == AllocationCause.ALLOCATED, led_by(actor))
        .group_by(code)
    )
    waiting = (
        _joined(
            select(
                code,
                *(nothing, nothing, nothing),
                func.count(),
                func.sum(Renewal.premium_fen),
            ).select_from(Renewal),
            by,
        )
        .where(Renewal.is_open, Renewal.assignee_id.is_(None), visible_cases(actor))
        .group_by(code)
    )
    both = union_all(given, waiting).subquery()
    sums = [column for column in both.c if column.name != "code"]
    found = session.execute(
        select(both.c.code, *(func.sum(column) for column in sums)).group_by(both.c.code)
    )
    order = {each: place for place, each in enumerate(_order(classes, by))}
    rows = [ClassRow(str(group), *(int(each) for each in values)) for group, *values in found]
    return tuple(sorted(rows, key=lambda row: order.get(row.code, len(order))))


def _code(classes: Classes, by: CaseClass) -> ColumnElement[Any]:
    match by:
        case CaseClass.CLIENT_TYPE:
            return cast(Client.client_type, Text)
        case CaseClass.TIER:
            return func.coalesce(cast(ClientStanding.value_tier, Text), UNKNOWN)
        case CaseClass.LINE:
            return cast(Renewal.line, Text)
        case CaseClass.INSURED:
            bands = [
                (Policy.sum_insured_fen < band.below * WAN_FEN, band.code)
                for band in classes.bands
                if band.below is not None
            ]
            unknown = (Policy.sum_insured_fen.is_(None), UNKNOWN)
            return case(unknown, *bands, else_=classes.bands[-1].code)
        case CaseClass.WINDOW:
            stages = [
                (Renewal.due_on <= last, stage.value)
                for stage, (_, last) in classes.days.items()
                if last is not None
            ]
            return case(*stages, else_=WindowStage.PREPARE.value)


def _joined(asked: Select[Any], by: CaseClass) -> Select[Any]:
    match by:
        case CaseClass.CLIENT_TYPE:
            return asked.join(Client, Client.id == Renewal.client_id)
        case CaseClass.TIER:
            of_client = ClientStanding.client_id == Renewal.client_id
            return asked.outerjoin(ClientStanding, of_client)
        case CaseClass.INSURED:
            return asked.join(Policy, Policy.id == Renewal.policy_id)
    return asked


def _order(classes: Classes, by: CaseClass) -> list[str]:
    match by:
        case CaseClass.CLIENT_TYPE:
            return [each.value for each in ClientType]
        case CaseClass.TIER:
            return [each.value for each in Tier]
        case CaseClass.LINE:
            return [each.value for each in Line]
        case CaseClass.INSURED:
            return [band.code for band in classes.bands]
        case CaseClass.WINDOW:
            return [each.value for each in classes.days]
