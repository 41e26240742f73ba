"""Changing many clients at once: what would change and who is left out first, then the act, which
can be undone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import delete, insert, or_, select, update
from sqlalchemy.orm import Session

from db import due
from db.models import Client, ClientAccess, Renewal, Staff, StaffRole, Team
from services import audit, undo
from services.access import may_open
from services.actor import Actor
from services.clients.owning import cases_follow
from services.errors import BusinessError
from services.permissions import ROLE_PERMISSIONS, Permission
from terms.clients import AccessReason
from terms.people import Language, Scope
from terms.renewals import ContactChannel
from terms.undo import UndoKind

MOST = 500
"""Clients in one act: what a person can look over."""
_QUIET = {"synchronize_session": False}


class TogetherField(StrEnum):
    """What can be changed for many clients at once."""

    OWNER = "owner"
    PREFERRED_CHANNEL = "preferred_channel"
    PREFERRED_LANGUAGE = "preferred_language"


class LeftOut(StrEnum):
    """Why a client stays as it is."""

    SAME = "same"
    NOT_YOURS = "not_yours"
    CHANGED = "changed"


class OwnerUnfit(BusinessError):
    """The person cannot own clients: not in service, elsewhere, or of another role."""

    code = "client_owner_unfit"


class TooManyClients(BusinessError):
    """More clients than one act takes. Data: ``most``."""

    code = "client_too_many"


@dataclass(frozen=True, slots=True)
class TogetherChange:
    """One field and its new value: a staff id, a channel's or a language's code."""

    field: TogetherField
    value: int | str


@dataclass(frozen=True, slots=True)
class TogetherRow:
    """A client of the act: what it holds now, and why it is left out (None: it changes)."""

    number: str
    name: str | None
    before: str | None
    left_out: LeftOut | None
    version: int


@dataclass(frozen=True, slots=True)
class TogetherPlan:
    rows: tuple[TogetherRow, ...]
    not_yours: int
    """Numbers among those asked that the actor may not open."""

    @property
    def changing(self) -> tuple[TogetherRow, ...]:
        return tuple(row for row in self.rows if row.left_out is None)


@dataclass(frozen=True, slots=True)
class Together:
    """The act: how many changed, and the batch that takes it back (None: nothing changed)."""

    changed: int
    left_out: int
    batch_id: int | None


@dataclass(frozen=True, slots=True)
class OwnerChoice:
    staff_id: int
    name: str
    team: str | None


def owner_choices(session: Session, *, actor: Actor, on: date) -> tuple[OwnerChoice, ...]:
    """Who may be made the owner of the actor's clients: in service, in the actor's scope, with a
    role that keeps clients.

    Raises:
        NotPermitted: the actor lacks ``client:assign``.
    """
    actor.require(Permission.CLIENT_ASSIGN)
    found = session.execute(
        select(Staff.id, Staff.name, Team.name)
        .outerjoin(Team, Team.id == Staff.team_id)
        .where(*_fit(actor, on))
        .order_by(Team.name, Staff.name, Staff.id)
    )
    return tuple(OwnerChoice(*row) for row in found)


def preview_together(
    session: Session, *, actor: Actor, numbers: Sequence[str], change: TogetherChange, on: date
) -> TogetherPlan:
    """What the act would change, and who is left out; nothing is written.

    Raises:
        NotPermitted: the actor lacks ``client:assign``.
        OwnerUnfit, TooManyClients
    """
    _check(session, actor, numbers, change, on)
    return _plan(session, actor, numbers, change, on, seen=None)


def change_together(
    session: Session,
    *,
    actor: Actor,
    seen: Mapping[str, int],
    change: TogetherChange,
    at: datetime,
    on: date,
) -> Together:
    """Change one field of many clients; open cases follow a new owner's team.

    Args:
        seen: client number → the version the preview showed; one saved since is left out.

    Raises:
        NotPermitted: the actor lacks ``client:assign``.
        OwnerUnfit, TooManyClients

    Audit: ``client:together`` with field and count, and one entry on every client changed.
    """
    _check(session, actor, list(seen), change, on)
    plan = _plan(session, actor, list(seen), change, on, seen=seen)
    rows = plan.changing
    left = len(plan.rows) - len(rows) + plan.not_yours
    if not rows:
        return Together(0, left, None)
    ids = list(
        session.scalars(
            select(Client.id)
            .where(Client.number.in_([row.number for row in rows]))
            .order_by(Client.id)
            .with_for_update()
        )
    )
    recording = undo.begin(
        session,
        actor=actor,
        kind=UndoKind.BULK_EDIT,
        detail={"field": change.field.value, "clients": len(ids)},
        at=at,
        on=on,
    )
    with (
        recording.changes(Client, Client.id.in_(ids)),
        recording.changes(ClientAccess, ClientAccess.client_id.in_(ids)),
        recording.changes(Renewal, Renewal.client_id.in_(ids) & Renewal.is_open),
    ):
        session.execute(
            update(Client)
            .where(Client.id.in_(ids))
            .values(**_values(session, change), version=Client.version + 1, updated_at=at),
            execution_options=_QUIET,
        )
        due.mark(session, ids)
        session.expire_all()
        if change.field is TogetherField.OWNER:
            _give_access(session, ids, int(change.value))
            cases_follow(session, client_ids=ids, at=at)
    _record(session, actor, ids, change, rows, recording.batch_id, at)
    return Together(len(ids), left, recording.batch_id)


def _fit(actor: Actor, on: date) -> tuple[Any, ...]:
    roles = [role for role, held in ROLE_PERMISSIONS.items() if Permission.CLIENT_WRITE in held]
    scope: tuple[Any, ...] = ()
    match actor.scope:
        case Scope.ALL:
            pass
        case Scope.BRANCH:
            scope = (Staff.branch_id.in_(actor.branch_ids),)
        case Scope.TEAM:
            scope = (Staff.team_id == actor.team_id,)
        case _:
            scope = (Staff.id == actor.staff_id,)
    return (
        Staff.in_service_from <= on,
        or_(Staff.in_service_to.is_(None), Staff.in_service_to >= on),
        Staff.id.in_(select(StaffRole.staff_id).where(StaffRole.role.in_(roles))),
        *scope,
    )


def _check(
    session: Session, actor: Actor, numbers: Sequence[str], change: TogetherChange, on: date
) -> None:
    actor.require(Permission.CLIENT_ASSIGN)
    if len(numbers) > MOST:
        raise TooManyClients(most=MOST)
    if change.field is TogetherField.OWNER:
        fit = select(Staff.id).where(Staff.id == change.value, *_fit(actor, on))
        if session.scalar(fit) is None:
            raise OwnerUnfit


def _plan(
    session: Session,
    actor: Actor,
    numbers: Sequence[str],
    change: TogetherChange,
    on: date,
    *,
    seen: Mapping[str, int] | None,
) -> TogetherPlan:
    found = session.execute(
        select(Client, Staff.name)
        .outerjoin(Staff, Staff.id == Client.owner_id)
        .where(Client.number.in_(list(numbers)), may_open(actor, on=on))
        .order_by(Client.number)
    ).all()
    rows = []
    for client, owner in found:
        held: Any = (
            client.owner_id
            if change.field is TogetherField.OWNER
            else getattr(client, change.field.value)
        )
        left_out = None
        if seen is not None and seen[client.number] != client.version:
            left_out = LeftOut.CHANGED
        elif held == change.value:
            left_out = LeftOut.SAME
        before: str | None = owner if change.field is TogetherField.OWNER else held
        rows.append(TogetherRow(client.number, client.name, before, left_out, client.version))
    return TogetherPlan(tuple(rows), not_yours=len(set(numbers)) - len(rows))


def _values(session: Session, change: TogetherChange) -> dict[str, Any]:
    match change.field:
        case TogetherField.OWNER:
            owner = session.get_one(Staff, int(change.value))
            return {
                "owner_id": owner.id,
                "team_id": owner.team_id,
                "branch_id": owner.branch_id,
            }
        case TogetherField.PREFERRED_CHANNEL:
            return {"preferred_channel": ContactChannel(str(change.value))}
        case TogetherField.PREFERRED_LANGUAGE:
            return {"preferred_language": Language(str(change.value))}


def _give_access(session: Session, ids: list[int], owner_id: int) -> None:
    session.execute(
        delete(ClientAccess).where(
            ClientAccess.client_id.in_(ids), ClientAccess.reason == AccessReason.OWNER
        ),
        execution_options=_QUIET,
    )
    session.execute(
        insert(ClientAccess),
        [
            {"staff_id": owner_id, "client_id": client_id, "reason": AccessReason.OWNER}
            for client_id in ids
        ],
    )


def _record(
    session: Session,
    actor: Actor,
    ids: list[int],
    change: TogetherChange,
    rows: Sequence[TogetherRow],
    batch_id: int,
    at: datetime,
) -> None:
    field = change.field.value
    audit.record(
        session,
        actor=actor,
        event="client:together",
        subject="client",
        subject_id=None,
        at=at,
        detail={"field": field, "value": change.value, "clients": len(ids), "batch": batch_id},
    )
    before = {row.number: row.before for row in rows}
    for client in session.scalars(select(Client).where(Client.id.in_(ids)).order_by(Client.id)):
        audit.record(
            session,
            actor=actor,
            event="client:edit",
            subject="client",
            subject_id=client.id,
            client_id=client.id,
            at=at,
            detail={
                "version": client.version,
                "fields": [field],
                "before": {field: before[client.number]},
                "after": {
                    field: session.get_one(Staff, int(change.value)).name
                    if change.field is TogetherField.OWNER
                    else change.value
                },
                "batch": batch_id,
            },
        )
    session.flush()
