"""Cases for an export: the same rows as the list on screen, page after page."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from db.models import Renewal
from services.actor import Actor
from services.permissions import Permission
from services.renewals.cases import case_list, conditions
from services.renewals.rows import CaseFilter, CaseKey, CaseRow
from services.renewals.scope import visible_cases
from terms.clients import ClientType
from terms.policies import Line
from terms.renewal_analysis import Dimension
from terms.renewals import RenewalKind, RenewalState
from terms.tiering import Tier

AT_ONCE = 2000


def each_case(session: Session, *, actor: Actor, on: date, where: CaseFilter) -> Iterator[CaseRow]:
    """Every case ``case_list`` lists for ``actor`` and ``where``, by due day.

    Raises:
        NotPermitted: the actor may not read renewals or not export clients; raised at once.
    """
    actor.require(Permission.RENEWAL_READ)
    actor.require(Permission.CLIENT_READ)
    actor.require(Permission.CLIENT_EXPORT)

    def rows() -> Iterator[CaseRow]:
        after: CaseKey | None = None
        while True:
            page = case_list(session, actor=actor, on=on, where=where, after=after, limit=AT_ONCE)
            yield from page
            if len(page) < AT_ONCE:
                return
            after = page[-1].key

    return rows()


def count_cases(session: Session, *, actor: Actor, where: CaseFilter, most: int) -> int | None:
    """How many cases of the actor's scope ``where`` leaves; None when there are more than
    ``most``."""
    actor.require(Permission.RENEWAL_READ)
    some = (
        select(Renewal.id)
        .where(visible_cases(actor), *conditions(where))
        .limit(most + 1)
        .subquery()
    )
    found = session.scalar(select(func.count()).select_from(some)) or 0
    return None if found > most else found


def filter_as_json(where: CaseFilter) -> dict[str, Any]:
    """``where`` as the argument of a ticket; what does not filter is left out."""
    given = {
        name: value.isoformat() if isinstance(value, date) else value
        for name, value in asdict(where).items()
        if value not in (None, (), False, "")
    }
    return {**given, "only_open": where.only_open}


def filter_of(argument: Mapping[str, Any]) -> CaseFilter:
    """The filter ``filter_as_json`` wrote."""
    given = dict(argument)
    readers: tuple[tuple[str, Any], ...] = (
        ("due_from", date.fromisoformat),
        ("due_to", date.fromisoformat),
        ("states", lambda states: tuple(RenewalState(state) for state in states)),
        ("reached", RenewalState),
        ("kind", RenewalKind),
        ("line", Line),
        ("dimension", Dimension),
        ("client_type", ClientType),
        ("tier", Tier),
    )
    for name, read in readers:
        if name in given:
            given[name] = read(given[name])
    return CaseFilter(**given)
