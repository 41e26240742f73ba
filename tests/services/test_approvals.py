"""Decisions of two people: asked, decided, withdrawn, reminded of, run out; on both databases."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models import Approval, AuditEntry, Client, Notification
from services import approvals, audit
from services.actor import SYSTEM, Actor
from services.approvals import Change, Decision, Kind, Payload, Stance
from services.approvals import kinds as kinds_module
from services.errors import BusinessError, ChangedMeanwhile, NotFound, NotPermitted
from services.permissions import Permission
from terms.approvals import ApprovalKind, ApprovalState
from terms.clients import AccessReason
from terms.people import LeaveKind, Role
from tests.make import (
    AT,
    ON,
    actor_of,
    make_access,
    make_actor,
    make_client,
    make_leave,
    make_staff,
)

KIND = ApprovalKind.RULE_PUBLICATION
DAY = timedelta(days=1)


class NotNow(BusinessError):
    """The kind of these tests cannot be carried out."""

    code = "test_not_now"


@pytest.fixture(autouse=True)
def world(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """A kind that changes one value of a world of its own."""
    value: dict[str, Any] = {"stands": 90, "refuses": False, "by": None}

    def describe(_session: Session, payload: Payload) -> tuple[Change, ...]:
        if value["stands"] == payload["wanted"]:
            return ()
        return (Change("days", value["stands"], payload["wanted"]),)

    def carry_out(session: Session, decision: Decision) -> None:
        if value["refuses"]:
            raise NotNow
        value["stands"] = decision.payload["wanted"]
        value["by"] = decision.decided_by.staff_id
        audit.record(
            session,
            actor=decision.decided_by,
            event="test:done",
            subject="test",
            subject_id=None,
            at=decision.at,
        )

    kind = Kind(
        name=KIND,
        ask=Permission.RULE_EDIT,
        decide=frozenset({Permission.RULE_APPROVE}),
        describe=describe,
        carry_out=carry_out,
    )
    kinds_module.all_kinds()
    monkeypatch.setitem(kinds_module._KINDS, KIND, kind)
    return value


@pytest.fixture
def asker(session: Session) -> Actor:
    return make_actor(session, Role.ADMINISTRATOR, name="周敏")


@pytest.fixture
def decider(session: Session) -> Actor:
    return make_actor(session, Role.COMPLIANCE, name="何静")


def ask(session: Session, actor: Actor, **but: Any) -> str:
    given = {
        "kind": KIND,
        "subject": "renewal.windows",
        "payload": {"wanted": 120},
        "why": "Motor cases come too late",
        "on": ON,
        "at": AT,
    }
    return approvals.ask(session, actor=actor, **{**given, **but})


def card(session: Session, actor: Actor, number: str, **but: Any) -> approvals.ApprovalCard:
    return approvals.card(session, actor=actor, number=number, **{"on": ON, "at": AT, **but})


def approve(session: Session, actor: Actor, number: str, **but: Any) -> None:
    version = session.scalar(select(Approval.version).where(Approval.number == number))
    given = {"word": "Right", "on": ON, "at": AT, "seen_version": version}
    approvals.approve(session, actor=actor, number=number, **{**given, **but})


def refuse(session: Session, actor: Actor, number: str, **but: Any) -> None:
    version = session.scalar(select(Approval.version).where(Approval.number == number))
    given = {"word": "Not yet", "on": ON, "at": AT, "seen_version": version}
    approvals.refuse(session, actor=actor, number=number, **{**given, **but})


def events(session: Session) -> list[str]:
    return list(session.scalars(select(AuditEntry.event).order_by(AuditEntry.id)))


def test_a_second_person_approves_and_it_is_done_at_once(
    session: Session, asker: Actor, decider: Actor, world: dict[str, Any]
) -> None:
    number = ask(session, asker)
    assert world["stands"] == 90
    waiting = approvals.waiting_for_me(session, actor=decider, on=ON, at=AT)
    assert [row.number for row in waiting] == [number]
    assert approvals.waiting_count(session, actor=decider, on=ON, at=AT) == 1
    seen = card(session, decider, number)
    assert seen.stance is Stance.DECIDE
    assert seen.changes == (Change("days", 90, 120),)
    assert seen.why == "Motor cases come too late"
    approve(session, decider, number, word=" Right ")
    assert world["stands"] == 120
    assert world["by"] == decider.staff_id
    ended = card(session, asker, number)
    assert ended.row.state is ApprovalState.APPROVED
    assert (ended.row.decided_by, ended.word, ended.waits_for) == ("何静", "Right", ())
    assert events(session) == ["approval:ask", "test:done", "approval:approve"]


def test_who_asked_does_not_decide(session: Session, asker: Actor, decider: Actor) -> None:
    number = ask(session, asker)
    assert approvals.waiting_count(session, actor=asker, on=ON, at=AT) == 0
    assert card(session, asker, number).stance is Stance.OWN
    assert card(session, asker, number).waits_for == (decider.name,)
    for act in (approve, refuse):
        with pytest.raises(approvals.OwnRequest):
            act(session, asker, number)


def test_who_asked_does_not_decide_as_a_substitute_either(
    session: Session, asker: Actor, decider: Actor
) -> None:
    from db.models import Staff

    compliance = session.get_one(Staff, decider.own_id)
    make_leave(session, staff=compliance, substitute_id=asker.own_id)
    with pytest.raises(approvals.NobodyElse):
        ask(session, asker)
    make_staff(session, roles=(Role.COMPLIANCE,), name="孙丽")
    number = ask(session, asker)
    assert approvals.waiting_count(session, actor=asker, on=ON, at=AT) == 0
    with pytest.raises(approvals.OwnRequest):
        approve(session, asker, number)


def test_a_substitute_decides_while_the_leave_lasts(
    session: Session, asker: Actor, world: dict[str, Any]
) -> None:
    away = make_staff(session, roles=(Role.COMPLIANCE,), name="何静")
    stand_in = make_actor(session, Role.SPECIALIST, name="李雷")
    make_leave(
        session,
        staff=away,
        kind=LeaveKind.SICK,
        substitute_id=stand_in.own_id,
        from_on=ON,
        to_on=ON + DAY,
    )
    number = ask(session, asker)
    seen = card(session, stand_in, number)
    assert (seen.stance, seen.in_place_of) == (Stance.DECIDE, "何静")
    assert card(session, asker, number).waits_for == ("李雷",)
    with pytest.raises(NotFound):
        approve(session, stand_in, number, on=ON + 2 * DAY)
    approve(session, stand_in, number)
    assert world["stands"] == 120
    ended = card(session, asker, number)
    assert (ended.row.decided_by, ended.decided_for) == ("李雷", "何静")


def test_a_substitute_of_the_asker_gains_nothing_from_it(session: Session, decider: Actor) -> None:
    asker = make_staff(session, roles=(Role.ADMINISTRATOR,))
    stand_in = make_actor(session, Role.SPECIALIST)
    make_leave(session, staff=asker, substitute_id=stand_in.own_id)
    number = ask(session, actor_of(session, asker))
    assert approvals.waiting_count(session, actor=stand_in, on=ON, at=AT) == 0
    with pytest.raises(NotFound):
        approve(session, stand_in, number)


def test_a_stranger_neither_asks_nor_decides_nor_looks(
    session: Session, asker: Actor, decider: Actor
) -> None:
    stranger = make_actor(session, Role.SPECIALIST)
    with pytest.raises(NotPermitted):
        ask(session, stranger)
    number = ask(session, asker)
    for act in (card, approve, refuse):
        with pytest.raises(NotFound):
            act(session, stranger, number)
    assert approvals.waiting_for_me(session, actor=stranger, on=ON, at=AT) == ()
    nobody = replace(stranger, permissions=frozenset())
    with pytest.raises(NotPermitted):
        approvals.waiting_for_me(session, actor=nobody, on=ON, at=AT)


def test_a_refusal_carries_nothing_out_and_needs_a_word(
    session: Session, asker: Actor, decider: Actor, world: dict[str, Any]
) -> None:
    number = ask(session, asker)
    for blank in ("", "   ", "x" * 2001):
        with pytest.raises(approvals.WordMissing):
            refuse(session, decider, number, word=blank)
    refuse(session, decider, number)
    assert world["stands"] == 90
    assert card(session, asker, number).row.state is ApprovalState.REFUSED
    with pytest.raises(approvals.RequestEnded) as caught:
        approve(session, decider, number)
    assert caught.value.data["who"] == "何静"
    assert events(session)[-1] == "approval:refuse"


def test_what_has_moved_meanwhile_is_not_carried_out(
    session: Session, asker: Actor, decider: Actor, world: dict[str, Any]
) -> None:
    number = ask(session, asker)
    world["stands"] = 100
    with pytest.raises(approvals.WorldMoved) as caught:
        approve(session, decider, number)
    assert caught.value.data["changes"] == (Change("days", 90, 100),)
    world["stands"] = 120
    with pytest.raises(approvals.WorldMoved) as caught:
        approve(session, decider, number)
    assert caught.value.data["changes"] == (Change("days", 90, 120),)
    assert card(session, asker, number).row.state is ApprovalState.WAITING


def test_an_execution_that_refuses_leaves_the_request_waiting(
    session: Session, asker: Actor, decider: Actor, world: dict[str, Any]
) -> None:
    number = ask(session, asker)
    world["refuses"] = True
    with session.begin_nested() as inner, pytest.raises(NotNow):
        try:
            approve(session, decider, number)
        finally:
            inner.rollback()
    session.expire_all()
    assert card(session, asker, number).row.state is ApprovalState.WAITING


def test_a_request_somebody_saved_since_is_shown_again_first(
    session: Session, asker: Actor, decider: Actor
) -> None:
    number = ask(session, asker)
    with pytest.raises(ChangedMeanwhile):
        approve(session, decider, number, seen_version=card(session, decider, number).version - 1)


def test_asking_needs_a_reason_a_change_and_nothing_that_waits(
    session: Session, asker: Actor, decider: Actor
) -> None:
    for why in ("", "  ", "x" * 2001):
        with pytest.raises(approvals.WhyMissing):
            ask(session, asker, why=why)
    with pytest.raises(approvals.NothingChanges):
        ask(session, asker, payload={"wanted": 90})
    number = ask(session, asker)
    with pytest.raises(approvals.AlreadyAsked) as caught:
        ask(session, make_actor(session, Role.ADMINISTRATOR))
    assert caught.value.data["number"] == number
    assert ask(session, asker, subject="renewal.grace_days") != number


def test_with_nobody_to_decide_it_is_not_asked(session: Session, asker: Actor) -> None:
    with pytest.raises(approvals.NobodyElse):
        ask(session, asker)
    make_staff(session, roles=(Role.COMPLIANCE,), in_service_to=date(2026, 1, 1))
    with pytest.raises(approvals.NobodyElse):
        ask(session, asker)


def test_the_asker_takes_it_back_and_nobody_else(
    session: Session, asker: Actor, decider: Actor
) -> None:
    number = ask(session, asker)
    version = card(session, asker, number).version
    with pytest.raises(NotFound):
        approvals.withdraw(session, actor=decider, number=number, at=AT, seen_version=version)
    approvals.withdraw(session, actor=asker, number=number, at=AT, seen_version=version)
    assert card(session, asker, number).row.state is ApprovalState.WITHDRAWN
    with pytest.raises(approvals.RequestEnded):
        approvals.withdraw(session, actor=asker, number=number, at=AT, seen_version=version + 1)
    assert ask(session, asker) != number


def test_a_client_whose_file_is_closed_is_not_decided_about(session: Session, asker: Actor) -> None:
    client = make_client(session)
    away = make_staff(session, roles=(Role.COMPLIANCE,))
    stand_in = make_staff(session, roles=(Role.SPECIALIST,))
    make_leave(session, staff=away, substitute_id=stand_in.id)
    admin = make_actor(session, Role.ADMINISTRATOR)
    number = ask(session, asker, client_id=client.id)
    substitute = actor_of(session, stand_in)
    assert approvals.waiting_for_me(session, actor=substitute, on=ON, at=AT) == ()
    with pytest.raises(NotFound):
        approve(session, substitute, number)
    assert card(session, asker, number).waits_for == (admin.name,)
    make_access(session, client=client, staff=stand_in, reason=AccessReason.COVER)
    found = approvals.waiting_for_me(session, actor=substitute, on=ON, at=AT)
    assert [row.client_number for row in found] == [client.number]
    entry = session.scalars(select(AuditEntry).where(AuditEntry.event == "approval:ask")).one()
    assert entry.client_id == client.id


def test_asking_about_a_client_needs_their_file(session: Session, decider: Actor) -> None:
    specialist = make_actor(session, Role.SPECIALIST)
    client: Client = make_client(session)
    may = replace(specialist, permissions=specialist.permissions | {Permission.RULE_EDIT})
    with pytest.raises(NotFound):
        ask(session, may, client_id=client.id)


def test_what_nobody_decides_is_reminded_of_and_runs_out(
    session: Session, asker: Actor, decider: Actor, world: dict[str, Any]
) -> None:
    number = ask(session, asker)
    first = approvals.watch(session, actor=SYSTEM, on=ON, at=AT)
    assert (first.reminded, first.expired) == (0, 0)
    monday = AT + 3 * DAY
    again = approvals.watch(session, actor=SYSTEM, on=ON + 3 * DAY, at=monday)
    assert (again.reminded, again.expired) == (1, 0)
    same_day = approvals.watch(session, actor=SYSTEM, on=ON + 3 * DAY, at=monday)
    assert same_day.reminded == 0
    expires = card(session, asker, number).row.expires_at
    assert expires == AT.replace(hour=16, minute=0) + 14 * DAY, "ten working days, at 24:00"
    last = approvals.watch(session, actor=SYSTEM, on=ON + 15 * DAY, at=expires)
    assert last.expired == 1
    assert card(session, asker, number).row.state is ApprovalState.EXPIRED
    with pytest.raises(approvals.RequestEnded):
        approve(session, decider, number, on=ON + 15 * DAY, at=expires)
    assert world["stands"] == 90
    assert events(session) == ["approval:ask", "approval:remind", "approval:expire"]


def test_what_ran_out_is_not_decided_though_the_worker_slept(
    session: Session, asker: Actor, decider: Actor
) -> None:
    number = ask(session, asker)
    late = AT + 30 * DAY
    assert approvals.waiting_count(session, actor=decider, on=ON, at=late) == 0
    with pytest.raises(approvals.RequestEnded) as caught:
        approve(session, decider, number, at=late)
    assert caught.value.data["state"] is ApprovalState.EXPIRED


def test_only_the_system_watches(session: Session, asker: Actor) -> None:
    with pytest.raises(NotPermitted):
        approvals.watch(session, actor=asker, on=ON, at=AT)


def test_deciders_and_askers_are_told(session: Session, asker: Actor, decider: Actor) -> None:
    number = ask(session, asker)
    approve(session, decider, number)
    told = session.execute(
        select(Notification.staff_id, Notification.kind, Notification.page, Notification.query)
        .where(Notification.staff_id.in_([asker.own_id, decider.own_id]))
        .order_by(Notification.id)
    ).all()
    assert [tuple(row) for row in told] == [
        (decider.own_id, "approval.asked", "approvals", {"id": number}),
        (asker.own_id, "approval.decided", "approvals", {"id": number}),
    ]


def test_who_reads_the_trail_sees_all_that_ended_others_their_own(
    session: Session, asker: Actor, decider: Actor
) -> None:
    number = ask(session, asker)
    refuse(session, decider, number)
    stranger = make_actor(session, Role.MANAGER)
    for actor, seen in ((decider, 1), (asker, 1), (stranger, 0)):
        assert len(approvals.ended(session, actor=actor, on=ON)) == seen
    assert [row.number for row in approvals.asked_by_me(session, actor=asker, on=ON)] == [number]


def test_reason_and_word_lie_encrypted(session: Session, asker: Actor, decider: Actor) -> None:
    number = ask(session, asker, why="客户李建国 13812346721")
    approve(session, decider, number, word="同意李建国")
    columns = Approval.__table__.c
    raw = session.connection().exec_driver_sql("SELECT why, word, payload, changes FROM approval")
    assert columns.why.type.__class__.__name__ == "Encrypted"
    for value in raw.one():
        assert "李建国".encode() not in bytes(value)
