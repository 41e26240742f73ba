"""A demo company lived through day after day: the worker's mornings and nights, and people at work.

Everything is committed as the running product commits it, so that what a quiet day leaves unsaid
(nothing due, nobody back, no model yet) meets the same laws as a busy one.
"""

import random
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models import Renewal, Staff, StaffLeave, StaffRole
from db.session import Database
from jobs import renewal_model_work, worker
from services import people, renewals
from services.actor import Actor
from services.demo_company import create
from services.errors import BusinessError
from services.settings import Process, Settings, use_process
from terms.people import LeaveKind, Role
from terms.renewals import ContactChannel, ContactOutcome, Intention, RefusalReason
from tests.make import AT, ON

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
CLIENTS = 300


@dataclass
class Days:
    """The company, how far it has come, and what its people did."""

    database: Database
    settings: Settings
    dice: random.Random
    on: date = ON
    at: datetime = AT
    acts: int = 0

    @classmethod
    def begun(cls, database: Database, settings: Settings, *, seed: int) -> "Days":
        create(database, clients=CLIENTS, seed=1, on=ON, at=AT, password="evergreen-demo")
        return cls(database, settings, random.Random(seed))

    def live(self, days: int) -> None:
        """So many days: a night, a morning, and work; raises what any step raises."""
        for _ in range(days):
            self.on, self.at = self.on + DAY, self.at + DAY
            use_process(Process(replace(self.settings, now=self.at), self.database))
            try:
                self._night()
                worker.morning.__wrapped__(self.at, True)
                self._work()
            finally:
                use_process(None)

    def _night(self) -> None:
        worker.night.__wrapped__(self.at, None)
        worker.tiers.__wrapped__()
        if self.on.day == 1:
            renewal_model_work.renewal_model.__wrapped__(self.at, None)

    def _work(self) -> None:
        for _ in range(self.dice.randrange(12)):
            self._try(self._contact)
        for act, often in (
            (self._close, 0.6),
            (self._fall_ill, 0.3),
            (self._recover, 0.15),
            (self._move, 0.2),
        ):
            if self.dice.random() < often:
                self._try(act)

    def _try(self, act: Callable[[Session], None]) -> None:
        """What the business refuses is an answer, not a fault."""
        with suppress(BusinessError):
            with self.database.transaction() as session:
                act(session)
            self.acts += 1

    def _contact(self, session: Session) -> None:
        case, actor = self._case(session)
        outcome = self.dice.choice(list(ContactOutcome))
        reached = outcome is ContactOutcome.REACHED
        intention = self.dice.choice(list(Intention)) if reached else None
        renewals.record_contact(
            session,
            actor=actor,
            renewal_id=case.id,
            channel=ContactChannel.PHONE,
            outcome=outcome,
            intention=intention,
            refusal_reason=RefusalReason.PRICE if intention is Intention.REFUSES else None,
            note="再打" if self.dice.random() < 0.5 else None,
            next_at=self.at + self.dice.randrange(1, 200) * HOUR if reached else None,
            at=self.at,
            seen_version=case.version,
        )

    def _close(self, session: Session) -> None:
        case, actor = self._case(session)
        act = {"actor": actor, "renewal_id": case.id, "at": self.at, "seen_version": case.version}
        if self.dice.random() < 0.7:
            renewals.close_renewed(session, premium_fen=case.premium_fen, **act)
        else:
            renewals.close_lost(session, reason=RefusalReason.PRICE, **act)

    def _fall_ill(self, session: Session) -> None:
        people.give_leave(
            session,
            actor=self._one_of(session, Role.HR),
            staff_id=self._one_of(session, Role.SPECIALIST).own_id,
            kind=self.dice.choice([LeaveKind.SICK, LeaveKind.SICK, LeaveKind.HOLIDAY]),
            from_on=self.on + self.dice.choice([0, 0, 2]) * DAY,
            to_on=self.on + self.dice.randrange(2, 9) * DAY,
            substitute_id=None,
            at=self.at,
        )

    def _recover(self, session: Session) -> None:
        leaves = session.scalars(select(StaffLeave).where(StaffLeave.to_on >= self.on)).all()
        if leaves:
            leave = self.dice.choice(leaves)
            people.cancel_leave(
                session,
                actor=self._one_of(session, Role.HR),
                leave_id=leave.id,
                at=self.at,
                seen_version=leave.version,
            )

    def _move(self, session: Session) -> None:
        case, _ = self._case(session)
        renewals.reassign(
            session,
            actor=self._one_of(session, Role.MANAGER),
            cases={case.id: case.assignee_id},
            to_staff_id=self._one_of(session, Role.SPECIALIST).own_id,
            reason="换人",
            on=self.on,
            at=self.at,
        )

    def _case(self, session: Session) -> tuple[Renewal, Actor]:
        """An open case whose time has come, and whoever has it."""
        until = self.on + 60 * DAY
        found = session.scalars(
            select(Renewal)
            .where(Renewal.is_open, Renewal.assignee_id.is_not(None), Renewal.due_on <= until)
            .order_by(Renewal.id)
        ).all()
        case = self.dice.choice(found)
        username = session.scalars(select(Staff.username).where(Staff.id == case.assignee_id)).one()
        return case, self._actor(session, username)

    def _one_of(self, session: Session, role: Role) -> Actor:
        usernames = session.scalars(
            select(Staff.username)
            .join(StaffRole, StaffRole.staff_id == Staff.id)
            .where(StaffRole.role == role)
            .order_by(Staff.id)
        ).all()
        return self._actor(session, self.dice.choice(usernames))

    def _actor(self, session: Session, username: str) -> Actor:
        found = people.actor_named(session, username=username, on=self.on)
        assert found is not None
        return found
