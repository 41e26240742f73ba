"""What the core system says of renewed and paid policies closes their cases (R85, R88).

A new policy renews a case where the file names the old policy, or where client, line, insurer and
product agree and it begins the day after the old one's last day. An instalment was paid where the
file says that a later one is due next. What contradicts what we know becomes a conflict that a
lead decides; nothing is overwritten.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Date,
    and_,
    case,
    exists,
    false,
    func,
    or_,
    select,
    tuple_,
    update,
)
from sqlalchemy.orm import Session, aliased

from db.given import given_rows
from db.models import (
    ClientAccess,
    Instalment,
    Policy,
    Promise,
    Renewal,
    RenewalConflict,
    StagedPolicy,
)
from services import audit
from services.actor import Actor
from services.renewals.matching import Match, decide
from terms.clients import AccessReason
from terms.closings import ConflictState
from terms.policies import InstalmentStatus
from terms.renewals import PromiseState, RenewalKind, RenewalState

UNPAID = (InstalmentStatus.DUE, InstalmentStatus.GRACE, InstalmentStatus.UNPAID)


@dataclass(frozen=True, slots=True)
class ImportClosings:
    """What an import did to the cases."""

    renewed: int = 0
    paid: int = 0
    linked: int = 0
    conflicts: int = 0


def close_from_import(
    session: Session,
    *,
    actor: Actor,
    run_id: int,
    new_id: ColumnElement[int],
    on: date,
    at: datetime,
) -> ImportClosings:
    """Close the cases the policies of the run renewed or paid; part of applying it.

    Args:
        new_id: of ``staged_policy``, the id its policy got.

    Audit: ``renewal:import`` with the counts, where there is anything to say.
    """
    matches = _matches(session, run_id, new_id)
    found = decide(matches, _followers(session, matches))
    _link(session, [(match.new_id, match.old_id) for match in found.links], at)
    known = [match for match in found.links if match not in found.closes]
    _say_policy(session, known, at)
    _close(session, [(m.renewal_id, m.new_id, m.premium_fen) for m in found.closes], on, at)
    paid = _pay(session, run_id, on, at)
    session.add_all(
        RenewalConflict(
            client_id=match.client_id,
            renewal_id=match.renewal_id,
            policy_id=match.new_id,
            run_id=run_id,
            kind=kind,
            state=ConflictState.OPEN,
            created_at=at,
            updated_at=at,
        )
        for match, kind in found.conflicts
    )
    session.flush()
    done = ImportClosings(len(found.closes), paid, len(found.links), len(found.conflicts))
    if done != ImportClosings():
        audit.record(
            session,
            actor=actor,
            event="renewal:import",
            subject="import_run",
            subject_id=run_id,
            at=at,
            detail={
                "renewed": done.renewed,
                "paid": done.paid,
                "linked": done.linked,
                "conflicts": done.conflicts,
            },
        )
    return done


def _matches(session: Session, run_id: int, new_id: ColumnElement[int]) -> list[Match]:
    old, new = aliased(Policy), aliased(Policy)
    is_named = and_(
        StagedPolicy.previous_number.is_not(None), old.number == StagedPolicy.previous_number
    )
    follows = and_(
        old.line == new.line,
        old.insurer == new.insurer,
        old.product == new.product,
        new.inception_on == _day_after(session, old.expiry_on),
    )
    found = session.execute(
        select(
            new.client_id,
            Renewal.id,
            Renewal.state,
            Renewal.renewed_policy_id,
            old.id,
            new.id,
            new.premium_fen,
            case((is_named, 1), else_=0),
        )
        .select_from(StagedPolicy)
        .join(new, new.id == new_id)
        .join(old, and_(old.client_id == new.client_id, old.id != new.id))
        .join(
            Renewal,
            and_(
                Renewal.policy_id == old.id,
                Renewal.kind == RenewalKind.TERM,
                Renewal.due_on == old.expiry_on,
            ),
        )
        .where(StagedPolicy.run_id == run_id, StagedPolicy.is_new, or_(is_named, follows))
    )
    return [_match(row) for row in found]


def _match(row: Any) -> Match:
    return Match(*row)


def _day_after(session: Session, day: Any) -> ColumnElement[date]:
    if session.get_bind().dialect.name == "postgresql":
        after: ColumnElement[date] = day + 1
        return after
    return func.date(day, "+1 day", type_=Date())


def _followers(session: Session, matches: Sequence[Match]) -> dict[int, int]:
    if not matches:
        return {}
    given = given_rows(session, "olds", {"id": (BigInteger, [match.old_id for match in matches])})
    found = session.execute(
        select(Policy.previous_id, func.min(Policy.id))
        .join(given, given.c.id == Policy.previous_id)
        .group_by(Policy.previous_id)
    )
    return {old: new for old, new in found if old is not None}


def _link(session: Session, pairs: Sequence[tuple[int, int]], at: datetime) -> None:
    if not pairs:
        return
    given = _given(session, "linked", ("id", "old_id"), pairs)
    _run(
        session,
        update(Policy)
        .where(Policy.id == given.c.id)
        .values(previous_id=given.c.old_id, updated_at=at),
    )


def _say_policy(session: Session, known: Sequence[Match], at: datetime) -> None:
    """Cases that were closed as renewed before their policy came."""
    rows = [(m.renewal_id, m.new_id) for m in known if m.renewed_policy_id is None]
    if not rows:
        return
    given = _given(session, "known", ("id", "policy_id"), rows)
    _run(
        session,
        update(Renewal)
        .where(Renewal.id == given.c.id)
        .values(renewed_policy_id=given.c.policy_id, version=Renewal.version + 1, updated_at=at),
    )


def _pay(session: Session, run_id: int, on: date, at: datetime) -> int:
    """Instalments due before the next one the file names are paid, and their cases with them."""
    later = exists().where(
        StagedPolicy.run_id == run_id,
        StagedPolicy.is_new.is_(False),
        StagedPolicy.policy_id == Instalment.policy_id,
        StagedPolicy.next_due_on > Instalment.due_on,
    )
    policies = select(StagedPolicy.policy_id).where(
        StagedPolicy.run_id == run_id,
        StagedPolicy.is_new.is_(False),
        StagedPolicy.next_due_on.is_not(None),
    )
    paid = session.execute(
        select(Instalment.id, Instalment.premium_fen).where(
            Instalment.policy_id.in_(policies), Instalment.status.in_(UNPAID), later
        )
    ).all()
    if not paid:
        return 0
    given = _given(session, "paid", ("id", "premium_fen"), [(row[0], row[1]) for row in paid])
    _run(
        session,
        update(Instalment)
        .where(Instalment.id == given.c.id)
        .values(
            status=InstalmentStatus.PAID,
            paid_on=on,
            paid_fen=Instalment.premium_fen,
            version=Instalment.version + 1,
            updated_at=at,
        ),
    )
    cases = session.execute(
        select(Renewal.id, given.c.premium_fen)
        .join(given, given.c.id == Renewal.instalment_id)
        .where(Renewal.is_open)
    ).all()
    _close(session, [(row[0], None, row[1]) for row in cases], on, at)
    return len(cases)


def _close(
    session: Session,
    cases: Sequence[tuple[int, int | None, int]],
    on: date,
    at: datetime,
) -> None:
    """Close ``(case, new policy, premium)`` as renewed, with all that hangs on an open case."""
    if not cases:
        return
    given = _given(session, "closed", ("id", "policy_id", "premium_fen"), cases)
    _run(
        session,
        update(Renewal)
        .where(Renewal.id == given.c.id)
        .values(
            state=RenewalState.RENEWED,
            reached=RenewalState.RENEWED,
            is_open=false(),
            closed_on=on,
            next_at=None,
            at_risk_fen=0,
            renewed_policy_id=given.c.policy_id,
            renewed_premium_fen=given.c.premium_fen,
            version=Renewal.version + 1,
            updated_at=at,
        ),
    )
    ids = select(given.c.id)
    _run(
        session,
        update(Promise)
        .where(Promise.state == PromiseState.OPEN, Promise.renewal_id.in_(ids))
        .values(
            state=PromiseState.CANCELLED,
            settled_at=at,
            version=Promise.version + 1,
            updated_at=at,
        ),
    )
    other = aliased(Renewal)
    _run(
        session,
        update(ClientAccess)
        .where(
            ClientAccess.reason == AccessReason.ASSIGNED_CASE,
            ClientAccess.until.is_(None),
            tuple_(ClientAccess.staff_id, ClientAccess.client_id).in_(
                select(Renewal.assignee_id, Renewal.client_id).where(
                    Renewal.assignee_id.is_not(None), Renewal.id.in_(ids)
                )
            ),
            ~exists().where(
                other.client_id == ClientAccess.client_id,
                other.assignee_id == ClientAccess.staff_id,
                other.is_open,
            ),
        )
        .values(until=on),
    )


def _given(
    session: Session, name: str, columns: Sequence[str], rows: Sequence[Sequence[int | None]]
) -> Any:
    by_column = zip(*rows, strict=True)
    return given_rows(
        session,
        name,
        {
            column: (BigInteger, list(values))
            for column, values in zip(columns, by_column, strict=True)
        },
    )


def _run(session: Session, statement: Any) -> None:
    session.execute(statement, execution_options={"synchronize_session": False})
