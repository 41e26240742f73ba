"""What a recall or a cover would do, before it is done: which case would go from whom to whom."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import BigInteger, select
from sqlalchemy.orm import Session, aliased

from db.given import given_rows
from db.models import Client, Renewal, Staff
from services.access import may_open
from services.actor import Actor
from services.permissions import Permission
from services.renewals.placing import Placement
from terms.policies import Line

SHOWN = 200
"""Cases named; their numbers by person are always whole."""


@dataclass(frozen=True, slots=True)
class Move:
    """One case that would go to somebody else."""

    case_id: int
    client_number: str
    client_name: str | None
    line: Line
    due_on: date
    premium_fen: int
    from_name: str
    to_name: str
    held_since: datetime | None


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What would happen; nothing of it is written."""

    to: Mapping[int, int]
    """Case → who would get it."""
    by_person: tuple[tuple[str, int], ...]
    """Cases each would get, by name, the most first."""
    moves: tuple[Move, ...]
    """The first of them, the most money at risk first; only clients the actor may open."""
    kept: int
    """Cases nobody else may have: they would stay."""
    warned: int = 0
    """Cases whose holder would be warned."""


def foreseen(
    session: Session,
    *,
    actor: Actor,
    given: Iterable[Placement],
    kept: int,
    on: date,
    warned: int = 0,
) -> Foreseen:
    """The placements as a screen shows them."""
    to = {each.case_id: each.staff_id for each in given}
    counts = Counter(to.values())
    called = session.execute(select(Staff.id, Staff.name).where(Staff.id.in_(counts)))
    names = {staff_id: name for staff_id, name in called}
    by_person = sorted(
        ((names[staff_id], count) for staff_id, count in counts.items()),
        key=lambda each: (-each[1], each[0]),
    )
    moves = _moves(session, actor, to, on) if actor.may(Permission.CLIENT_READ) else ()
    return Foreseen(to, tuple(by_person), moves, kept, warned)


def _moves(session: Session, actor: Actor, to: Mapping[int, int], on: date) -> tuple[Move, ...]:
    given = given_rows(
        session,
        "given",
        {"id": (BigInteger, list(to)), "staff_id": (BigInteger, list(to.values()))},
    )
    holder, target = aliased(Staff), aliased(Staff)
    found = session.execute(
        select(
            Renewal.id.label("case_id"),
            Client.number.label("client_number"),
            Client.name.label("client_name"),
            Renewal.line,
            Renewal.due_on,
            Renewal.premium_fen,
            holder.name.label("from_name"),
            target.name.label("to_name"),
            Renewal.assigned_at.label("held_since"),
        )
        .join_from(given, Renewal, Renewal.id == given.c.id)
        .join(Client, Client.id == Renewal.client_id)
        .join(holder, holder.id == Renewal.assignee_id)
        .join(target, target.id == given.c.staff_id)
        .where(may_open(actor, on=on))
        .order_by(Renewal.at_risk_fen.desc(), Renewal.id)
        .limit(SHOWN)
    )
    return tuple(Move(**row._asdict()) for row in found)
