"""The one door to a client (law 6): every query over clients starts from ``visible_clients``.

Lists in the order of an index start from ``scope_parts`` instead: the same clients, in parts
that do not overlap and that each have an index of their own (an OR has none).
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, exists, false, or_, select, true
from sqlalchemy.orm import Session, aliased

from db.models import Client, ClientAccess, ClientFormer
from services.actor import Actor
from services.errors import NotFound
from terms.people import Scope


def visible_clients(actor: Actor, *, on: date) -> ColumnElement[bool]:
    """The condition on ``client`` that leaves what ``actor`` may open on the day ``on``.

    Own scope is the narrow table ``client_access``; team, branch and all stand beside it, so
    a lead also sees a client of another team that was given to them to cover.
    """
    given = select(ClientAccess.client_id).where(*_given(actor, on))
    return _in_scope(actor, Client.id.in_(given))


def may_open(actor: Actor, *, on: date) -> ColumnElement[bool]:
    """``visible_clients`` for a statement that has few clients already: it asks about each of
    them, where ``visible_clients`` reads the whole book of a specialist first."""
    return _in_scope(actor, exists().where(ClientAccess.client_id == Client.id, *_given(actor, on)))


def _given(actor: Actor, on: date) -> tuple[ColumnElement[bool], ...]:
    """The rows of ``client_access`` that hold for the actor."""
    holds = or_(ClientAccess.until.is_(None), ClientAccess.until >= on)
    return (ClientAccess.staff_id == actor.staff_id, holds)


def _in_scope(actor: Actor, given: ColumnElement[bool]) -> ColumnElement[bool]:
    match actor.scope:
        case Scope.ALL:
            return true()
        case Scope.BRANCH if actor.branch_ids:
            return or_(Client.branch_id.in_(actor.branch_ids), given)
        case Scope.TEAM if actor.team_id is not None:
            return or_(Client.team_id == actor.team_id, given)
        case _:
            return given if actor.staff_id is not None else false()


@dataclass(frozen=True, slots=True)
class ScopePart:
    """A part of the clients an actor may open: those where all of ``client`` and ``given`` hold.

    ``client`` are conditions on ``client``; ``given``, on ``client_access``, leave each client
    once and are None where the part does not come from that table.
    """

    client: tuple[ColumnElement[bool], ...]
    given: tuple[ColumnElement[bool], ...] | None = None


def scope_parts(
    actor: Actor, *, on: date, as_one: bool = False, whose: Any = Client
) -> tuple[ScopePart, ...]:
    """What ``visible_clients`` leaves, in parts without overlap; their union is the same set.

    Args:
        as_one: take all branches of a branch scope as one part: for lists that are led by a
            narrower index than the branch's.
        whose: the table whose ``team_id`` and ``branch_id`` say whose a client is: one that keeps
            them beside what it knows. The parts' ``client`` are then conditions on that table.
    """
    match actor.scope:
        case Scope.ALL:
            return (ScopePart(()),)
        case Scope.BRANCH if actor.branch_ids:
            inside = (
                (whose.branch_id.in_(actor.branch_ids),)
                if as_one
                else tuple(whose.branch_id == branch_id for branch_id in actor.branch_ids)
            )
            outside = whose.branch_id.not_in(actor.branch_ids)
            parts = tuple(ScopePart((condition,)) for condition in inside)
            return parts + _given_part(actor, on, or_(whose.branch_id.is_(None), outside))
        case Scope.TEAM if actor.team_id is not None:
            elsewhere = whose.team_id.is_distinct_from(actor.team_id)
            own_team = ScopePart((whose.team_id == actor.team_id,))
            return (own_team, *_given_part(actor, on, elsewhere))
        case _:
            return _given_part(actor, on)


def _given_part(actor: Actor, on: date, *outside: ColumnElement[bool]) -> tuple[ScopePart, ...]:
    """The clients given to the actor, once each though there be two reasons."""
    if actor.staff_id is None:
        return ()
    other = aliased(ClientAccess)
    first = ~exists().where(
        other.staff_id == ClientAccess.staff_id,
        other.client_id == ClientAccess.client_id,
        other.reason < ClientAccess.reason,
        or_(other.until.is_(None), other.until >= on),
    )
    return (ScopePart(outside, (*_given(actor, on), first)),)


def client_id_by_number(session: Session, *, actor: Actor, number: str, on: date) -> int:
    """The row of the client with business number ``number``, if ``actor`` may open it.

    The number of a client merged away finds the one it was merged into.

    Raises:
        NotFound: there is none, or it is not the actor's; the two are not told apart.
    """
    found = None
    if number.isprintable():
        found = session.scalar(
            select(Client.id).where(Client.number == number, may_open(actor, on=on))
        ) or session.scalar(
            select(Client.id)
            .join(ClientFormer, ClientFormer.into_id == Client.id)
            .where(ClientFormer.number == number, may_open(actor, on=on))
        )
    if found is None:
        raise NotFound(kind="client", number=number)
    return found


def require_client(session: Session, *, actor: Actor, client_id: int, on: date) -> None:
    """Refuse unless ``actor`` may open the client.

    Raises:
        NotFound: there is none, or it is not the actor's.
    """
    seen = session.scalar(select(exists().where(Client.id == client_id, may_open(actor, on=on))))
    if not seen:
        raise NotFound(kind="client")
