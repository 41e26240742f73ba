"""The core system says what was renewed and paid: an import closes those cases by itself."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from db.models import (
    AuditEntry,
    Client,
    Instalment,
    Policy,
    Promise,
    Renewal,
    RenewalConflict,
    Staff,
)
from db.session import Database
from services import closings, undo
from services.actor import SYSTEM
from services.errors import NotPermitted
from terms.closings import ConflictKind, ConflictState
from terms.policies import InstalmentStatus, Line
from terms.renewals import PromiseState, RenewalKind, RenewalState
from tests.make import AT, ON, make_instalment, make_promise, make_renewal, make_staff
from tests.make.people import actor_of
from tests.services.intake_ground import Desk, book, line

NEW = {
    "保单号": "P2",
    "生效日": "2027-01-05",
    "到期日": "2028-01-04",
    "保费": "1300",
}


@pytest.fixture
def desk(database: Database, tmp_path: Path) -> Desk:
    """A company with the policy P1 of the client C1."""
    desk = Desk(database, tmp_path / "imports")
    desk.brought_in(book(line()))
    return desk


def policy_of(desk: Desk, number: str) -> Policy:
    with desk.database.reading() as session:
        return session.scalars(select(Policy).where(Policy.number == number)).one()


def open_case(desk: Desk, number: str = "P1", **but: Any) -> int:
    """The case of a policy, with an appointment where it is open."""
    with desk.database.unaudited("test data") as session:
        policy = session.scalars(select(Policy).where(Policy.number == number)).one()
        staff = make_staff(session)
        renewal = make_renewal(session, policy=policy, assignee=staff, **but)
        client = session.get_one(Client, policy.client_id)
        if renewal.is_open:
            make_promise(session, client=client, staff=staff, renewal_id=renewal.id)
        return renewal.id


def case_of(desk: Desk, renewal_id: int) -> Renewal:
    with desk.database.reading() as session:
        return session.get_one(Renewal, renewal_id)


def conflicts_of(desk: Desk) -> list[RenewalConflict]:
    with desk.database.reading() as session:
        return list(session.scalars(select(RenewalConflict).order_by(RenewalConflict.id)))


def test_a_term_that_follows_on_closes_the_open_case(desk: Desk) -> None:
    case_id = open_case(desk)
    desk.brought_in(book(line(**NEW)))

    case, new, old = case_of(desk, case_id), policy_of(desk, "P2"), policy_of(desk, "P1")
    assert (case.state, case.is_open, case.closed_on) == (RenewalState.RENEWED, False, ON)
    assert (case.renewed_policy_id, case.renewed_premium_fen) == (new.id, 130_000)
    assert new.previous_id == old.id
    with desk.database.reading() as session:
        assert session.scalars(select(Promise.state)).all() == [PromiseState.CANCELLED]
        entry = session.scalars(select(AuditEntry).where(AuditEntry.event == "renewal:import"))
        assert entry.one().detail == {"renewed": 1, "paid": 0, "linked": 1, "conflicts": 0}
    assert conflicts_of(desk) == []


def test_the_number_of_the_policy_before_is_believed_before_the_days(desk: Desk) -> None:
    case_id = open_case(desk)
    later = {**NEW, "生效日": "2027-02-01", "到期日": "2028-01-31", "产品": "家用车尊享险"}
    desk.brought_in(book(line(**later, 上年保单号="P1")))
    assert case_of(desk, case_id).state is RenewalState.RENEWED
    assert policy_of(desk, "P2").previous_id == policy_of(desk, "P1").id


def test_a_policy_of_other_days_or_another_product_closes_nothing(desk: Desk) -> None:
    case_id = open_case(desk)
    desk.brought_in(
        book(
            line(**{**NEW, "生效日": "2027-01-06", "到期日": "2028-01-05"}),
            line(**{**NEW, "保单号": "P3", "产品": "家用车尊享险"}),
        )
    )
    assert case_of(desk, case_id).is_open
    assert conflicts_of(desk) == []


@pytest.mark.parametrize("state", [RenewalState.LOST, RenewalState.LAPSED])
def test_a_case_closed_otherwise_is_a_conflict_and_stays_as_it_was(
    desk: Desk, state: RenewalState
) -> None:
    case_id = open_case(desk, state=state, closed_on=ON)
    desk.brought_in(book(line(**NEW)))
    assert case_of(desk, case_id).state is state
    assert [one.kind for one in conflicts_of(desk)] == [ConflictKind.CLOSED_OTHERWISE]


def test_two_policies_that_would_fit_are_a_conflict(desk: Desk) -> None:
    case_id = open_case(desk)
    desk.brought_in(book(line(**NEW), line(**{**NEW, "保单号": "P3"})))
    assert case_of(desk, case_id).is_open
    assert [one.kind for one in conflicts_of(desk)] == [ConflictKind.SEVERAL] * 2


def test_a_case_renewed_with_another_policy_is_a_conflict(desk: Desk) -> None:
    case_id = open_case(desk)
    desk.brought_in(book(line(**NEW)))
    desk.brought_in(book(line(**{**NEW, "保单号": "P3"})))
    assert case_of(desk, case_id).renewed_policy_id == policy_of(desk, "P2").id
    assert [one.kind for one in conflicts_of(desk)] == [ConflictKind.OTHER_POLICY]


def test_a_lead_says_which_is_right(desk: Desk) -> None:
    case_id = open_case(desk, state=RenewalState.LOST, closed_on=ON)
    desk.brought_in(book(line(**NEW)))
    with desk.database.reading() as session:
        stranger = actor_of(session, session.scalars(select(Staff)).first())  # type: ignore[arg-type]
        row = closings.conflicts(session, actor=SYSTEM, on=ON)[0]
        assert closings.conflict_count(session, actor=SYSTEM) == 1
    assert (row.old_number, row.new_number) == ("P1", "P2")
    assert (row.case_state, row.new_premium_fen) == (RenewalState.LOST, 130_000)

    def settle(actor: Any, *, is_renewal: bool) -> None:
        with desk.database.transaction() as session:
            closings.settle_conflict(
                session,
                actor=actor,
                conflict_id=row.id,
                is_renewal=is_renewal,
                at=AT,
                seen_version=row.version,
            )

    with pytest.raises(NotPermitted):
        settle(stranger, is_renewal=True)
    settle(SYSTEM, is_renewal=True)
    case = case_of(desk, case_id)
    assert (case.state, case.renewed_policy_id) == (
        RenewalState.RENEWED,
        policy_of(desk, "P2").id,
    )
    assert policy_of(desk, "P2").previous_id == policy_of(desk, "P1").id
    assert conflicts_of(desk)[0].state is ConflictState.ACCEPTED
    with pytest.raises(closings.ConflictSettled):
        settle(SYSTEM, is_renewal=False)


def test_an_instalment_is_paid_when_a_later_one_is_due_next(desk: Desk) -> None:
    life = {"保单号": "L1", "险种": "寿险", "产品": "长青终身寿", "到期日": "2056-01-04"}
    desk.brought_in(book(line(**life)))
    with desk.database.unaudited("test data") as session:
        policy = session.scalars(select(Policy).where(Policy.number == "L1")).one()
        assert policy.line is Line.LIFE
        instalment = make_instalment(session, policy=policy, due_on=ON + timedelta(days=5))
        instalment_id = instalment.id
    case_id = open_case(
        desk,
        "L1",
        kind=RenewalKind.INSTALMENT,
        instalment_id=instalment_id,
        due_on=ON + timedelta(days=5),
    )
    desk.brought_in(book(line(**life, 应缴日="2027-11-25")))
    with desk.database.reading() as session:
        paid = session.get_one(Instalment, instalment_id)
        assert (paid.status, paid.paid_on) == (InstalmentStatus.PAID, ON)
    case = case_of(desk, case_id)
    assert (case.state, case.renewed_premium_fen) == (RenewalState.RENEWED, paid.premium_fen)


def test_undoing_the_import_opens_the_case_again(desk: Desk) -> None:
    case_id, other_id = open_case(desk), None
    run = desk.brought_in(book(line(**NEW)))
    with desk.database.reading() as session:
        batch = undo.batches(session, actor=SYSTEM, reference=run.number)[0]
    with desk.database.transaction() as session:
        undo.undo(session, actor=SYSTEM, batch_id=batch.id, at=AT, on=ON)
    case = case_of(desk, case_id)
    assert (case.is_open, case.renewed_policy_id) == (True, other_id)
    with desk.database.reading() as session:
        assert session.scalars(select(Policy.number)).all() == ["P1"]
        assert session.scalars(select(Promise.state)).all() == [PromiseState.OPEN]


def test_undoing_the_import_takes_its_conflicts_away(desk: Desk) -> None:
    open_case(desk, state=RenewalState.LOST, closed_on=ON)
    run = desk.brought_in(book(line(**NEW)))
    with desk.database.reading() as session:
        batch = undo.batches(session, actor=SYSTEM, reference=run.number)[0]
    with desk.database.transaction() as session:
        undo.undo(session, actor=SYSTEM, batch_id=batch.id, at=AT, on=ON)
    assert conflicts_of(desk) == []
    with desk.database.reading() as session:
        assert session.scalars(select(Policy.number)).all() == ["P1"]
