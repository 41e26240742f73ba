"""The company behind the running app, as the matrix of roles and operations sees and sets it."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from db.base import Base
from db.models import AccessEntry, Approval, ClientAccess, Staff, StaffRole
from db.session import Database
from services.actor import Actor
from services.people import actor_named
from services.permissions import Permission
from terms.approvals import ApprovalState
from terms.clients import AccessReason
from terms.intake import AccessKind
from terms.people import Role
from tests.e2e import serving

AT = datetime.fromisoformat(serving.NOW)
ON = date.fromisoformat(serving.ON)

PASSES = frozenset({"access_entry", "sign_in_session", "sign_in_attempt", "sign_in_ticket"})
"""Tables a refusal may write to: the log of it, and that somebody used their session."""


@dataclass(slots=True)
class World:
    """The database of the running app."""

    database: Database
    taken: set[int] = field(default_factory=set)
    """Cases that a cell has used."""

    def accounts(self) -> dict[str, Role]:
        """Every demo account somebody can sign in with, and its role."""
        with self.database.reading() as session:
            found = session.execute(
                select(Staff.username, StaffRole.role)
                .join(StaffRole, StaffRole.staff_id == Staff.id)
                .where(Staff.is_demo, Staff.password_hash.is_not(None))
                .order_by(Staff.id)
            )
            return {username: role for username, role in found}

    def actor(self, username: str) -> Actor:
        with self.database.reading() as session:
            found = actor_named(session, username=username, on=ON)
        assert found is not None, username
        return found

    def everything(self, username: str) -> Actor:
        """The account with every right, to prepare what a cell needs."""
        return replace(self.actor(username), permissions=frozenset(Permission))

    @contextmanager
    def as_role(self, actor: Actor, role: Role) -> Iterator[None]:
        """Inside, the account has ``role`` and no other: it was changed behind an open screen."""
        self._set_role(actor, role)
        try:
            yield
        finally:
            self._set_role(actor, actor.roles[0])

    def _set_role(self, actor: Actor, role: Role) -> None:
        with self.database.unaudited("test data") as session:
            session.execute(
                update(StaffRole).where(StaffRole.staff_id == actor.staff_id).values(role=role)
            )

    def open_to(self, session: Session, actor: Actor, client_id: int) -> None:
        """Let the account open the client, as whoever works a case of it."""
        there = session.get(ClientAccess, (actor.own_id, client_id, AccessReason.ASSIGNED_CASE))
        if there is None:
            session.add(
                ClientAccess(
                    client_id=client_id, staff_id=actor.own_id, reason=AccessReason.ASSIGNED_CASE
                )
            )

    def waiting(self, session: Session) -> list[Approval]:
        """What somebody asked for and nobody has decided."""
        asked = select(Approval).where(Approval.state == ApprovalState.WAITING)
        return list(session.scalars(asked))

    def refusals_of(self, actor: Actor) -> int:
        """Lines of the access log that say the account was refused something."""
        with self.database.reading() as session:
            asked = select(func.count(AccessEntry.id)).where(
                AccessEntry.staff_id == actor.staff_id, AccessEntry.kind == AccessKind.REFUSED
            )
            return session.scalar(asked) or 0

    def state(self) -> dict[str, str]:
        """A digest of every table but those a refusal may write to."""
        found = {}
        with self.database.reading() as session:
            raw = session.connection().connection.driver_connection
            assert raw is not None
            for table in Base.metadata.sorted_tables:
                if table.name not in PASSES:
                    digest = hashlib.blake2b(digest_size=8)
                    for row in raw.execute(f'SELECT * FROM "{table.name}"'):
                        digest.update(repr(row).encode())
                    found[table.name] = digest.hexdigest()
        return found
