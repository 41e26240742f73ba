"""What the analysis counts and by what, as expressions: one definition for the pass that keeps the
counts, for a specialist's own cases, and for the rows a figure opens to.
"""

from datetime import date
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    String,
    and_,
    case,
    cast,
    func,
    literal,
    select,
    type_coerce,
    union_all,
)
from sqlalchemy.orm import Session

from db.base import RowId
from db.dates import days_after, monday_of
from db.models import Client, ClientStanding, Instalment, Policy, PolicyEvent, Renewal
from db.types import Money
from services.rule_tables import rules as rules_in_force
from terms.policies import Line, PaymentMode, PolicyEventKind, PolicyStatus
from terms.renewal_analysis import Dimension, PersistencyExclusion, PriceBand
from terms.renewals import RenewalKind, RenewalState

ALL = "all"
"""The dimension of the whole."""
LONG_TERM = tuple(line for line in Line if line.is_long_term)
YEARS = (13, 25)
FINAL_AFTER = 2
"""Months after the thirteenth (or twenty-fifth) in which grace still runs."""
OF_COHORT = tuple(each for each in Dimension if each is not Dimension.PRICE)
"""What persistency is broken down by: an instalment has no quote."""


def month_of(day: Any) -> ColumnElement[str]:
    """``2026-11`` of a day, on both databases."""
    found: ColumnElement[str] = func.substr(cast(day, String), 1, 7)
    return found


def months_later(month: date, months: int) -> date:
    """The first day of the month that is ``months`` after that of ``month``."""
    count = month.year * 12 + month.month - 1 + months
    return date(count // 12, count % 12 + 1, 1)


def as_month(day: date) -> str:
    return f"{day:%Y-%m}"


def first_of(month: str) -> date:
    return date.fromisoformat(f"{month}-01")


def last_day(month: date) -> date:
    """The last day of the month that begins with ``month``."""
    return date.fromordinal(months_later(month, 1).toordinal() - 1)


def price_band() -> ColumnElement[str]:
    """``PriceBand`` of a case: whole numbers only, so that a limit is a limit."""
    proposed, last = Renewal.proposed_premium_fen * 100, Renewal.premium_fen
    return case(
        (Renewal.proposed_premium_fen.is_(None), PriceBand.NOT_QUOTED.value),
        (proposed < last * 95, PriceBand.LOWER.value),
        (proposed <= last * 105, PriceBand.SAME.value),
        (proposed <= last * 115, PriceBand.HIGHER.value),
        else_=PriceBand.MUCH_HIGHER.value,
    )


def _text(column: Any) -> ColumnElement[str]:
    return func.coalesce(cast(column, String), "")


def code_of(dimension: Dimension | None) -> ColumnElement[str]:
    """The code of a case in ``dimension``, empty where it has none; on ``renewal``."""
    columns: dict[Dimension | None, Any] = {
        None: literal(""),
        Dimension.PERSON: Renewal.assignee_id,
        Dimension.TEAM: Renewal.team_id,
        Dimension.BRANCH: Renewal.branch_id,
        Dimension.LINE: Renewal.line,
        Dimension.INSURER: Policy.insurer,
        Dimension.PRODUCT: Policy.product,
        Dimension.TIER: ClientStanding.value_tier,
        Dimension.PRICE: price_band(),
    }
    return _text(columns[dimension])


def in_bar(dimension: Dimension, code: str) -> ColumnElement[bool]:
    """Cases of one bar, as a condition on ``renewal`` alone."""
    columns: dict[Dimension, Any] = {
        Dimension.PERSON: Renewal.assignee_id,
        Dimension.TEAM: Renewal.team_id,
        Dimension.BRANCH: Renewal.branch_id,
    }
    if dimension in columns:
        column = columns[dimension]
        asked: ColumnElement[bool] = column == int(code) if code.isdecimal() else column.is_(None)
        return asked
    if dimension in (Dimension.INSURER, Dimension.PRODUCT):
        of = select(Policy.id).where(Policy.id == Renewal.policy_id, code_of(dimension) == code)
        return of.correlate(Renewal).exists()
    if dimension is Dimension.TIER:
        tier = select(ClientStanding.value_tier).where(
            ClientStanding.client_id == Renewal.client_id
        )
        return _text(tier.correlate(Renewal).scalar_subquery()) == code
    return code_of(dimension) == code


def cohort_code_of(dimension: Dimension | None) -> ColumnElement[str]:
    """The code of a policy in ``dimension``; on ``policy`` and ``client``."""
    columns: dict[Dimension | None, Any] = {
        None: literal(""),
        Dimension.PERSON: Client.owner_id,
        Dimension.TEAM: Client.team_id,
        Dimension.BRANCH: Client.branch_id,
        Dimension.LINE: Policy.line,
        Dimension.INSURER: Policy.insurer,
        Dimension.PRODUCT: Policy.product,
        Dimension.TIER: ClientStanding.value_tier,
    }
    return _text(columns[dimension])


def joined(chosen: Any, dimension: Dimension | None) -> Any:
    """``chosen`` on ``renewal`` with the table its dimension stands in."""
    if dimension in (Dimension.INSURER, Dimension.PRODUCT):
        return chosen.join(Policy, Policy.id == Renewal.policy_id)
    if dimension is Dimension.TIER:
        return chosen.outerjoin(ClientStanding, ClientStanding.client_id == Renewal.client_id)
    return chosen


def due_terms(first: date, last: date) -> ColumnElement[bool]:
    """Terms (续保) that fell due; a policy given up before its end needed no renewal."""
    return and_(
        Renewal.kind == RenewalKind.TERM,
        Renewal.state != RenewalState.WITHDRAWN,
        Renewal.due_on.between(first, last),
    )


IS_RENEWED = Renewal.state == RenewalState.RENEWED
IS_IN_TIME = and_(IS_RENEWED, Renewal.closed_on <= Renewal.due_on)


def _flag(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return case((condition, 1), else_=0)


CLIENTS = ("clients", "clients_renewed")
"""Numbers of ``renewal_count`` that count each client once; all others are sums over cases."""


def outcome_numbers() -> dict[str, ColumnElement[int]]:
    """What each case adds to the numbers of ``renewal_count``, by name; of ``CLIENTS`` who."""
    return {
        "cases": literal(1),
        "renewed": _flag(IS_RENEWED),
        "in_time": _flag(IS_IN_TIME),
        "still_open": _flag(and_(Renewal.is_open)),
        "clients": type_coerce(Renewal.client_id, RowId),
        "clients_renewed": case((IS_RENEWED, Renewal.client_id)),
        "premium_fen": type_coerce(Renewal.premium_fen, Money),
        "renewed_premium_fen": case((IS_RENEWED, Renewal.premium_fen), else_=0),
        "contacted": _flag(Renewal.contacts > 0),
        "reached": _flag(Renewal.effective_contacts > 0),
        "contacts": type_coerce(Renewal.contacts, Integer),
        "effective_contacts": type_coerce(Renewal.effective_contacts, Integer),
        "first_contacts": _flag(Renewal.first_contact_minutes.is_not(None)),
        "first_minutes": func.coalesce(Renewal.first_contact_minutes, 0),
    }


def outcome_sums() -> dict[str, ColumnElement[int]]:
    """The numbers of ``renewal_count`` by name, over cases."""
    return {
        name: func.count(each.distinct()) if name in CLIENTS else func.coalesce(func.sum(each), 0)
        for name, each in outcome_numbers().items()
    }


def outcomes(
    dimension: Dimension | None, first: date, last: date, *where: ColumnElement[bool]
) -> Select[*tuple[Any, ...]]:
    """``month``, ``code``, ``branch_id``, ``team_id`` and the numbers of terms due in the days.

    A client whose cases stand in two teams counts once in each.
    """
    month, code = month_of(Renewal.due_on), code_of(dimension)
    sums = [column.label(name) for name, column in outcome_sums().items()]
    keys = (month, code, Renewal.branch_id, Renewal.team_id)
    chosen = select(
        month.label("month"), code.label("code"), Renewal.branch_id, Renewal.team_id, *sums
    ).select_from(Renewal)
    found: Select[*tuple[Any, ...]] = (
        joined(chosen, dimension).where(due_terms(first, last), *where).group_by(*keys)
    )
    return found


def each_case(first: date, last: date) -> Select[*tuple[Any, ...]]:
    """Every case due in the days with all that it is counted by and all that it adds, for a pass
    that reads columns: a code of each dimension, ``is_due_term``, ``reached``, ``reason``."""
    return _each(
        month_of(Renewal.due_on).label("month"),
        _flag(due_terms(first, last)).label("is_due_term"),
        type_coerce(Renewal.reached, String).label("stage"),
        Renewal.refusal_reason.label("reason"),
        *(number.label(name) for name, number in outcome_numbers().items()),
    ).where(Renewal.due_on.between(first, last))


def each_open() -> Select[*tuple[Any, ...]]:
    """Every open case with its week (its Monday), its state, its premium and its codes."""
    return _each(
        cast(monday_of(Renewal.due_on), String).label("week"),
        type_coerce(Renewal.state, String).label("state"),
        literal(1).label("cases"),
        Renewal.premium_fen,
    ).where(Renewal.is_open)


def _each(*columns: Any) -> Select[*tuple[Any, ...]]:
    codes = [code_of(each).label(code_column(each)) for each in (None, *Dimension)]
    chosen = select(*columns, *codes, Renewal.branch_id, Renewal.team_id).select_from(Renewal)
    return chosen.join(Policy, Policy.id == Renewal.policy_id).outerjoin(
        ClientStanding, ClientStanding.client_id == Renewal.client_id
    )


def code_column(dimension: Dimension | None) -> str:
    """The column of a pass that holds the code of each case or policy in ``dimension``."""
    return f"by_{named(dimension)}"


def named(dimension: Dimension | None) -> str:
    """``dimension`` as the kept counts name it; the whole is one too."""
    return ALL if dimension is None else dimension.value


class Cohorts:
    """The policies of one or more months of beginning, and what they had paid in a month later."""

    def __init__(self, session: Session, *, on: date) -> None:
        keys = ("renewal.persistency_exclusions", "renewal.grace_days")
        known = rules_in_force(session, keys, on=on)
        self.excluded = tuple(known["renewal.persistency_exclusions"])
        self.grace_days = int(known["renewal.grace_days"]["after_due"])

    def policies(
        self, months: int, cohorts: list[date], *where: ColumnElement[bool], **columns: Any
    ) -> Select[*tuple[Any, ...]]:
        """One row a policy: ``cohort``, ``premium_fen``, ``received_fen``, ``is_kept``, and more.

        Args:
            cohorts: first days of the months their cover began.
            where: on ``policy`` and ``client``.
            columns: more columns, from these tables or ``client_standing``.
        """
        each = [self._of(months, cohort, where, columns) for cohort in cohorts]
        inner = union_all(*each).subquery()
        is_kept = case((inner.c.kept == 1, 1), else_=0)
        received = case((inner.c.kept == 1, inner.c.premium_fen), else_=0)
        return select(
            *(column for column in inner.c if column.name != "kept"),
            received.label("received_fen"),
            is_kept.label("is_kept"),
        )

    def _of(
        self,
        months: int,
        cohort: date,
        where: tuple[ColumnElement[bool], ...],
        columns: dict[str, Any],
    ) -> Select[*tuple[Any, ...]]:
        """``kept`` is 1 where all of the month was paid by the end of grace, null where nothing
        fell due any more."""
        due = months_later(cohort, months - 1)
        of_month = and_(
            Instalment.policy_id == Policy.id,
            Instalment.client_id == Policy.client_id,
            Instalment.due_on.between(due, last_day(due)),
        )
        grace_ends = func.coalesce(
            Instalment.grace_ends_on, days_after(Instalment.due_on, literal(self.grace_days))
        )
        in_time = case((Instalment.paid_on <= grace_ends, 1), else_=0)
        kept = select(func.min(in_time)).where(of_month).correlate(Policy).scalar_subquery()
        return (
            select(
                literal(as_month(cohort)).label("cohort"),
                Policy.premium_fen,
                kept.label("kept"),
                *(column.label(name) for name, column in columns.items()),
            )
            .select_from(Policy)
            .join(Client, Client.id == Policy.client_id)
            .outerjoin(ClientStanding, ClientStanding.client_id == Policy.client_id)
            .where(
                Policy.inception_on.between(cohort, last_day(cohort)),
                Policy.line.in_(LONG_TERM),
                Policy.payment_mode != PaymentMode.SINGLE,
                *self._kept_in(),
                *where,
            )
        )

    def _kept_in(self) -> list[ColumnElement[bool]]:
        conditions: list[ColumnElement[bool]] = []
        if PersistencyExclusion.ENDED in self.excluded:
            conditions.append(Policy.status != PolicyStatus.ENDED)
        if PersistencyExclusion.COOLING_OFF in self.excluded:
            given_back = select(PolicyEvent.id).where(
                PolicyEvent.policy_id == Policy.id,
                PolicyEvent.kind == PolicyEventKind.SURRENDERED,
                PolicyEvent.happened_on <= days_after(Policy.inception_on, Policy.cooling_off_days),
            )
            conditions.append(~given_back.correlate(Policy).exists())
        return conditions


def each_policy(policies: Cohorts, months: int, cohorts: list[date]) -> Select[*tuple[Any, ...]]:
    """Every policy of the cohorts with what it had paid and its codes, as ``Cohorts.policies``."""
    codes = {code_column(each): cohort_code_of(each) for each in (None, *OF_COHORT)}
    owned = {"branch_id": Client.branch_id, "team_id": Client.team_id}
    return policies.policies(months, cohorts, **codes, **owned)


def persistency(
    policies: Cohorts,
    dimension: Dimension | None,
    months: int,
    cohorts: list[date],
    *where: ColumnElement[bool],
) -> Select[*tuple[Any, ...]]:
    """``month``, ``code``, ``branch_id``, ``team_id`` and the numbers of ``persistency_count``."""
    each = policies.policies(
        months,
        cohorts,
        *where,
        code=cohort_code_of(dimension),
        branch_id=Client.branch_id,
        team_id=Client.team_id,
    ).subquery()
    keys = (each.c.cohort, each.c.code, each.c.branch_id, each.c.team_id)
    return select(
        each.c.cohort.label("month"),
        each.c.code,
        each.c.branch_id,
        each.c.team_id,
        func.count().label("policies"),
        func.sum(each.c.is_kept).label("kept"),
        func.sum(each.c.premium_fen).label("premium_fen"),
        func.sum(each.c.received_fen).label("received_fen"),
    ).group_by(*keys)
