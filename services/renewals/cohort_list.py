"""The policies of the cohorts somebody chose under the persistency bars, as they began."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, func, select, tuple_
from sqlalchemy.orm import Session

from db.models import Client, Policy, Staff
from services.access import may_open
from services.actor import Actor
from services.permissions import Permission
from services.renewals.breakdown import Cohorts, cohort_code_of, last_day
from services.renewals.counting import cohorts_of
from services.renewals.rates import final_cohorts, whose_clients
from terms.policies import Line, PolicyStatus
from terms.renewal_analysis import Dimension

AT_ONCE = 2000


@dataclass(frozen=True, slots=True)
class CohortFilter:
    """Which policies: of one month or of all final cohorts, of one bar or of all."""

    months: int
    """13 or 25."""
    cohort: date | None = None
    """The first day of the month their cover began; None for the final cohorts together."""
    dimension: Dimension | None = None
    code: str = ""
    only_unpaid: bool = False
    """Those that did not pay all of that month by the end of grace."""


@dataclass(frozen=True, slots=True)
class CohortKey:
    """Where a policy stands in the list; the next page starts after it."""

    inception_on: date
    id: int


@dataclass(frozen=True, slots=True)
class CohortPolicy:
    """One policy of a cohort."""

    id: int
    client_number: str
    client_name: str | None
    owner_name: str | None
    policy_number: str
    line: Line
    product: str
    inception_on: date
    status: PolicyStatus
    premium_fen: int
    is_kept: bool
    """All of the month was paid by the end of grace."""

    @property
    def key(self) -> CohortKey:
        return CohortKey(self.inception_on, self.id)


def cohort_policies(
    session: Session,
    *,
    actor: Actor,
    on: date,
    where: CohortFilter,
    after: CohortKey | None = None,
    limit: int = 50,
) -> tuple[CohortPolicy, ...]:
    """The policies ``where`` leaves of the clients of the actor's scope; a month is read at a time
    until there are enough.

    Raises:
        NotPermitted: the actor lacks ``renewal:read`` or ``client:read``.
    """
    actor.require(Permission.RENEWAL_READ)
    actor.require(Permission.CLIENT_READ)
    policies = Cohorts(session, on=on)
    found: list[CohortPolicy] = []
    for cohort in _cohorts(where, on):
        if after is not None and last_day(cohort) < after.inception_on:
            continue
        page = _page(policies, actor, where, cohort, after, limit - len(found))
        found += [
            CohortPolicy(**{**row, "is_kept": bool(row["is_kept"])})
            for row in session.execute(_wide(page, actor, on)).mappings()
        ]
        if len(found) >= limit:
            break
    return tuple(found)


def each_cohort_policy(
    session: Session, *, actor: Actor, on: date, where: CohortFilter
) -> Iterator[CohortPolicy]:
    """Every policy ``cohort_policies`` lists for ``actor`` and ``where``.

    Raises:
        NotPermitted: the actor may not read renewals or not export clients; raised at once.
    """
    actor.require(Permission.RENEWAL_READ)
    actor.require(Permission.CLIENT_READ)
    actor.require(Permission.CLIENT_EXPORT)

    def rows() -> Iterator[CohortPolicy]:
        after: CohortKey | None = None
        while True:
            page = cohort_policies(
                session, actor=actor, on=on, where=where, after=after, limit=AT_ONCE
            )
            yield from page
            if len(page) < AT_ONCE:
                return
            after = page[-1].key

    return rows()


def count_cohort_policies(
    session: Session, *, actor: Actor, on: date, where: CohortFilter, most: int
) -> int | None:
    """How many policies ``where`` leaves; None when there are more than ``most``."""
    actor.require(Permission.RENEWAL_READ)
    policies, found = Cohorts(session, on=on), 0
    for cohort in _cohorts(where, on):
        some = _page(policies, actor, where, cohort, None, most + 1 - found).subquery()
        found += session.scalar(select(func.count()).select_from(some)) or 0
        if found > most:
            return None
    return found


def cohort_filter_as_json(where: CohortFilter) -> dict[str, Any]:
    """``where`` as the argument of a ticket."""
    cohort = where.cohort.isoformat() if where.cohort else None
    return {**asdict(where), "cohort": cohort}


def cohort_filter_of(argument: Mapping[str, Any]) -> CohortFilter:
    """The filter ``cohort_filter_as_json`` wrote."""
    given = dict(argument)
    if given["cohort"]:
        given["cohort"] = date.fromisoformat(given["cohort"])
    if given["dimension"]:
        given["dimension"] = Dimension(given["dimension"])
    return CohortFilter(**given)


def _cohorts(where: CohortFilter, on: date) -> list[date]:
    if where.cohort is None:
        return final_cohorts(where.months, on)
    return [each for each in cohorts_of(where.months, on) if each == where.cohort]


def _page(
    policies: Cohorts,
    actor: Actor,
    where: CohortFilter,
    cohort: date,
    after: CohortKey | None,
    limit: int,
) -> Select[*tuple[Any, ...]]:
    code = cohort_code_of(where.dimension)
    of_bar = () if where.dimension is None else (code == where.code,)
    later: tuple[Any, ...] = ()
    if after is not None:
        later = (tuple_(Policy.inception_on, Policy.id) > (after.inception_on, after.id),)
    each = policies.policies(
        where.months,
        [cohort],
        whose_clients(actor),
        *of_bar,
        *later,
        id=Policy.id,
        inception_on=Policy.inception_on,
    ).subquery()
    chosen = select(each.c.id, each.c.is_kept)
    if where.only_unpaid:
        chosen = chosen.where(each.c.is_kept == 0)
    return chosen.order_by(each.c.inception_on, each.c.id).limit(limit)


def _wide(page: Select[*tuple[Any, ...]], actor: Actor, on: date) -> Select[*tuple[Any, ...]]:
    few = page.cte("page")
    return (
        select(
            Policy.id,
            Client.number.label("client_number"),
            Client.name.label("client_name"),
            Staff.name.label("owner_name"),
            Policy.number.label("policy_number"),
            Policy.line,
            Policy.product,
            Policy.inception_on,
            Policy.status,
            Policy.premium_fen,
            few.c.is_kept,
        )
        .join_from(few, Policy, Policy.id == few.c.id)
        .join(Client, Client.id == Policy.client_id)
        .outerjoin(Staff, Staff.id == Client.owner_id)
        .where(may_open(actor, on=on))
        .order_by(Policy.inception_on, Policy.id)
    )
