"""What the screens of tiers are narrowed to, as conditions on standings and on counts."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import Session

from db.models import Branch, Client, ClientAccess, ClientStanding, Staff, Team
from services.access import ScopePart, scope_parts
from services.actor import Actor
from services.clients.rules import printable
from terms.tiering import Tier

NO_STARS = 0
"""As ``stars``: clients whose income is not known."""
NO_PLACE = "-"
"""As ``branch`` or ``team``: clients of none."""


@dataclass(frozen=True, slots=True)
class TierFilter:
    """Names as people know them, never row ids."""

    value: Tier | None = None
    risk: Tier | None = None
    stars: int | None = None
    branch: str | None = None
    team: str | None = None
    owner: str | None = None
    """A user name."""
    with_potential: bool = False
    """Needs on file, or gaps in cover."""


EVERYBODY = TierFilter()


def about_tiers(where: TierFilter) -> dict[str, str]:
    """The filter as the codes a figure or an export is asked with."""
    named = {
        "value": where.value,
        "risk": where.risk,
        "stars": None if where.stars is None else str(where.stars),
        "branch": where.branch,
        "team": where.team,
        "owner": where.owner,
        "potential": "1" if where.with_potential else None,
    }
    return {name: str(said) for name, said in named.items() if said is not None}


def tier_filter_of(about: Mapping[str, Any]) -> TierFilter:
    """``about_tiers`` back again."""
    stars = about.get("stars")
    return TierFilter(
        value=Tier(about["value"]) if "value" in about else None,
        risk=Tier(about["risk"]) if "risk" in about else None,
        stars=None if stars is None else int(stars),
        branch=about.get("branch"),
        team=about.get("team"),
        owner=about.get("owner"),
        with_potential="potential" in about,
    )


def place_of(session: Session, where: TierFilter, *, of: Any) -> list[ColumnElement[bool]] | None:
    """Branch and team as conditions on the columns of ``of``: standings, where none is null, or
    counts, where it is 0. None: there is no such place."""
    conditions: list[ColumnElement[bool]] = []
    named: tuple[tuple[str | None, Any, Any, Any], ...] = (
        (where.branch, Branch.name, Branch.id, of.branch_id),
        (where.team, Team.name, Team.id, of.team_id),
    )
    for name, name_column, id_column, column in named:
        if name == NO_PLACE:
            conditions.append(column.is_(None) if of is ClientStanding else column == 0)
        elif name is not None:
            row_id = session.scalar(select(id_column).where(name_column == printable(name)))
            if row_id is None:
                return None
            conditions.append(column == row_id)
    return conditions


def conditions_of(session: Session, where: TierFilter) -> list[ColumnElement[bool]] | None:
    """The filter as conditions on ``client_standing``; None: nobody can fit."""
    found = place_of(session, where, of=ClientStanding)
    if found is None:
        return None
    if where.value is not None:
        found.append(ClientStanding.value_tier == where.value)
    if where.risk is not None:
        found.append(ClientStanding.risk_tier == where.risk)
    if where.stars is not None:
        stars = ClientStanding.stars
        found.append(stars.is_(None) if where.stars == NO_STARS else stars == where.stars)
    if where.with_potential:
        found.append((ClientStanding.needs > 0) | (ClientStanding.gaps > 0))
    if where.owner is not None:
        owner = select(Staff.id).where(Staff.username == printable(where.owner)).scalar_subquery()
        owned = select(Client.id).where(Client.owner_id == owner)
        found.append(ClientStanding.client_id.in_(owned))
    return found


def parts_of(actor: Actor, *, on: date) -> tuple[ScopePart, ...]:
    """Whose standings the actor sees, in parts that do not overlap: by what the passes noted of
    whose a client is, so that lists and counts agree."""
    return scope_parts(actor, on=on, whose=ClientStanding)


def within(found: Select[Any], part: ScopePart) -> Select[Any]:
    """A select from ``client_standing`` cut to a part of the scope."""
    if part.given is not None:
        # as a list, not a join: SQLite would walk every standing of a class and ask for each
        given = select(ClientAccess.client_id).where(*part.given)
        found = found.where(ClientStanding.client_id.in_(given))
    return found.where(*part.client)


def counted_in(actor: Actor, *, of: Any) -> list[ColumnElement[bool]] | None:
    """Which rows of a table of counts are the actor's as a whole; None: no row is, their clients
    are given to them one by one."""
    parts = scope_parts(actor, on=date.min, whose=of, as_one=True)
    whole = [part for part in parts if part.given is None]
    return list(whole[0].client) if whole else None


def given_parts(actor: Actor, *, on: date) -> tuple[ScopePart, ...]:
    """Clients beside those ``counted_in`` holds: given to the actor one by one, so they are few."""
    return tuple(part for part in parts_of(actor, on=on) if part.given is not None)
