"""What giving cases to somebody changes, taken down so that it can be undone; and what was."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from datetime import date, datetime

from sqlalchemy import BigInteger, select
from sqlalchemy.orm import Session

from db.given import given_rows
from db.models import ClientAccess, Promise, Renewal, RenewalAllocation, Staff, UndoBatch
from services import undo
from services.actor import Actor
from services.renewals.giving import Given, give
from services.renewals.placing import Case, Placement
from terms.renewals import AllocationCause
from terms.undo import UndoKind


@contextmanager
def taken_down(
    session: Session,
    *,
    actor: Actor,
    case_ids: Sequence[int],
    on: date,
    at: datetime,
    detail: Mapping[str, object],
    reference: str = "",
) -> Iterator[int]:
    """Take down what happens inside to the cases, their promises, ledger and access.

    Args:
        detail: what a list of acts says of it, beside the number of cases.
        reference: the user name of whom the cases were taken from, where they were one person's.

    Yields:
        The batch that takes it back.
    """
    recording = undo.begin(
        session,
        actor=actor,
        kind=UndoKind.REASSIGN,
        reference=reference,
        detail={"cases": len(case_ids), **detail},
        at=at,
        on=on,
    )
    given = given_rows(session, "taken_down", {"id": (BigInteger, list(case_ids))})
    cases = select(given.c.id)
    clients = select(Renewal.client_id).where(Renewal.id.in_(cases))
    with (
        recording.changes(Renewal, Renewal.id.in_(cases)),
        recording.changes(Promise, Promise.renewal_id.in_(cases)),
        recording.changes(ClientAccess, ClientAccess.client_id.in_(clients)),
        recording.changes(RenewalAllocation, RenewalAllocation.renewal_id.in_(cases)),
    ):
        yield recording.batch_id


@contextmanager
def taken_from_each(
    session: Session,
    cases: Sequence[Case],
    *,
    actor: Actor,
    cause: AllocationCause,
    on: date,
    at: datetime,
) -> Iterator[None]:
    """Take down cases of several people, an act a person: each can be taken back alone, by
    whoever leads that person. Cases of one client are in one act, as they share its access.

    Args:
        cases: they bar whoever has them.
    """
    first: dict[int | None, int] = {}
    theirs: defaultdict[int, list[int]] = defaultdict(list)
    for case in cases:
        theirs[first.setdefault(case.client_id, holder_of(case))].append(case.id)
    names = session.execute(select(Staff.id, Staff.username).where(Staff.id.in_(theirs)))
    usernames = {staff_id: username for staff_id, username in names}
    with ExitStack() as all_of_them:
        for staff_id, ids in theirs.items():
            down = taken_down(
                session,
                actor=actor,
                case_ids=ids,
                on=on,
                at=at,
                detail={"cause": cause.value, "case_ids": ids},
                reference=usernames[staff_id],
            )
            all_of_them.enter_context(down)
        yield


def taken_back(session: Session, cause: AllocationCause, *, since: datetime) -> set[int]:
    """The cases of acts of ``cause`` that somebody took back after ``since``."""
    found = session.scalars(
        select(UndoBatch.detail).where(
            UndoBatch.kind == UndoKind.REASSIGN, UndoBatch.undone_at >= since
        )
    )
    return {
        case_id
        for detail in found
        if detail.get("cause") == cause.value
        for case_id in detail["case_ids"]
    }


def holder_of(case: Case) -> int:
    """Whose a case is that bars whoever has it."""
    (staff_id,) = case.barred
    return staff_id


def passed_on(
    session: Session,
    cases: Iterable[Case],
    placed: Sequence[Placement],
    *,
    cause: AllocationCause,
    actor: Actor,
    on: date,
    at: datetime,
    until_on: Mapping[int, date] | None = None,
) -> None:
    """Take the cases that were placed from whoever has them and give them to those who get them;
    what it changes is taken down, an act a person.

    Args:
        cases: they bar whoever has them; those that found no place stay.
        until_on: the last day of a cover, by whom it covers.
    """
    placed_ids = {each.case_id for each in placed}
    going = [case for case in cases if case.id in placed_ids]
    ends = {case.id: until_on[holder_of(case)] for case in going} if until_on else None
    with taken_from_each(session, going, actor=actor, cause=cause, on=on, at=at):
        give(
            session,
            [Given.of(each) for each in placed],
            cause=cause,
            reason=None,
            by_staff_id=actor.staff_id,
            on=on,
            at=at,
            until_on=ends,
        )
