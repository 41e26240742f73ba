"""The morning's pass over instalments, what people record of them, and how it is taken back."""

import ast
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from db.models import (
    AuditEntry,
    CalendarDay,
    Client,
    FormalDemand,
    Instalment,
    Notification,
    Policy,
    PolicyEvent,
    Renewal,
    Suspension,
)
from services import overview, renewals, undo
from services.actor import SYSTEM, Actor
from services.errors import BusinessError, ChangedMeanwhile, NotFound, NotPermitted
from services.overview import DayKind
from services.renewals import FormalDemand as Demand
from services.renewals import Notice
from services.renewals.extraction import in_grace
from services.renewals.instalment_rules import GraceRule, grace
from terms.instalments import (
    ClockShown,
    DemandMeans,
    InstalmentStage,
    NoticeMeans,
    SuspensionState,
)
from terms.people import Role
from terms.policies import InstalmentStatus, Line, PolicyEventKind, PolicyStatus
from terms.renewals import RenewalKind, RenewalState
from tests.make import (
    AT,
    ON,
    actor_of,
    make_actor,
    make_client,
    make_instalment,
    make_policy,
    make_renewal,
    make_staff,
)
from tests.make.tables import all_rows, differences

DAY = timedelta(days=1)


def unpaid(session: Session, days_ago: int, **but: Any) -> tuple[Actor, Instalment]:
    """An instalment due ``days_ago``, of a client of the actor's."""
    staff = make_staff(session)
    client = make_client(session, owner=staff)
    policy = make_policy(
        session,
        client=client,
        line=Line.LIFE,
        product="金满堂终身寿险",
        expiry_on=None,
        inception_on=date(2020, 1, 1),
    )
    instalment = make_instalment(
        session, policy=policy, due_on=ON - timedelta(days=days_ago), **but
    )
    return actor_of(session, staff), instalment


def followed(session: Session, on: date = ON, **but: Any) -> renewals.ClocksMoved:
    given = {"actor": SYSTEM, "on": on, "at": AT + (on - ON), **but}
    return renewals.follow_instalments(session, **given)


def suspended(session: Session, days_ago: int = 70, **but: Any) -> tuple[Actor, Suspension]:
    actor, instalment = unpaid(session, days_ago, **but)
    followed(session)
    found = select(Suspension).where(Suspension.instalment_id == instalment.id)
    return actor, session.scalars(found).one()


def demand(on: date = ON) -> Demand:
    return Demand(on, DemandMeans.REGISTERED_LETTER, "XA123456789CN")


def demanded(session: Session, actor: Actor, instalment: Instalment, **but: Any) -> Any:
    given = {
        "actor": actor,
        "instalment_id": instalment.id,
        "demand": demand(),
        "on": ON,
        "at": AT,
        "seen_version": instalment.version,
    }
    return renewals.record_demand(session, **{**given, **but})


def applied(session: Session, actor: Actor, held: Suspension, **but: Any) -> Any:
    given = {
        "actor": actor,
        "suspension_id": held.id,
        "applied_on": ON,
        "on": ON,
        "at": AT,
        "seen_version": held.version,
    }
    return renewals.record_application(session, **{**given, **but})


def answered(session: Session, actor: Actor, held: Suspension, **but: Any) -> Any:
    given = {
        "actor": actor,
        "suspension_id": held.id,
        "is_accepted": True,
        "answered_on": ON,
        "on": ON,
        "at": AT,
        "seen_version": held.version,
    }
    return renewals.answer_application(session, **{**given, **but})


def noticed(session: Session, actor: Actor, held: Suspension, **but: Any) -> Any:
    given = {
        "actor": actor,
        "suspension_id": held.id,
        "notice": Notice(ON, NoticeMeans.EXPRESS_LETTER, "EMS 1009"),
        "on": ON,
        "at": AT,
        "seen_version": held.version,
    }
    return renewals.record_notice(session, **{**given, **but})


def paid(session: Session, actor: Actor, instalment: Instalment, **but: Any) -> Any:
    given = {
        "actor": actor,
        "instalment_id": instalment.id,
        "paid_on": ON,
        "paid_fen": instalment.premium_fen,
        "on": ON,
        "at": AT,
        "seen_version": instalment.version,
    }
    return renewals.record_payment(session, **{**given, **but})


def status(session: Session, instalment: Instalment) -> tuple[InstalmentStatus, PolicyStatus]:
    session.expire_all()
    return instalment.status, session.get_one(Policy, instalment.policy_id).status


# --- the morning's pass ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("days_ago", "left"),
    [
        (0, (InstalmentStatus.DUE, PolicyStatus.IN_FORCE)),
        (1, (InstalmentStatus.GRACE, PolicyStatus.GRACE)),
        (60, (InstalmentStatus.GRACE, PolicyStatus.GRACE)),
        (61, (InstalmentStatus.UNPAID, PolicyStatus.SUSPENDED)),
    ],
)
def test_a_morning_moves_an_unpaid_instalment(
    session: Session, days_ago: int, left: tuple[InstalmentStatus, PolicyStatus]
) -> None:
    _, instalment = unpaid(session, days_ago)
    followed(session)
    assert status(session, instalment) == left


def test_suspension_is_written_once_with_all_its_days(session: Session) -> None:
    _, held = suspended(session, 70)
    assert (held.grace_ended_on, held.suspended_on) == (ON - 10 * DAY, ON - 9 * DAY)
    assert (held.notice_due_on, held.notice_is_provisional) == (date(2026, 11, 25), False)
    assert held.reinstatable_until == date(2028, 11, 11)
    assert held.next_due_on == held.notice_due_on
    again = followed(session)
    assert (again.suspended, again.into_grace) == (0, 0)
    assert session.scalar(select(func.count()).select_from(Suspension)) == 1
    events = session.scalars(select(PolicyEvent)).all()
    assert [(one.kind, one.happened_on) for one in events] == [
        (PolicyEventKind.SUSPENDED, ON - 9 * DAY)
    ]
    detail = session.scalars(select(AuditEntry.detail)).all()
    assert detail[-2]["suspended"] == 1


def test_missed_days_are_made_up_with_their_own_dates(session: Session) -> None:
    _, instalment = unpaid(session, 0)
    followed(session, ON + 100 * DAY)
    held = session.scalars(select(Suspension)).one()
    assert held.suspended_on == ON + 61 * DAY
    assert status(session, instalment)[1] is PolicyStatus.SUSPENDED


def test_a_demand_ends_grace_earlier_and_the_contract_s_own_grace_later(session: Session) -> None:
    _, by_demand = unpaid(session, 40, demanded_on=ON - 31 * DAY)
    _, in_time = unpaid(session, 40, demanded_on=ON - 30 * DAY)
    _, early = unpaid(session, 29, demanded_on=ON - 90 * DAY)
    _, by_contract = unpaid(session, 80, grace_ends_on=ON, demanded_on=ON - 70 * DAY)
    followed(session)
    assert [status(session, one)[1].value for one in (by_demand, in_time, early, by_contract)] == [
        "suspended",
        "grace",
        "grace",
        "grace",
    ]


def test_the_sql_of_grace_says_what_the_rule_says(session: Session) -> None:
    rule = GraceRule(60, 30)
    for due in (-70, -60, -59, -31, -30, -10, 0, 5):
        for asked in (None, -100, -40, -31, -30, -5):
            for agreed in (None, -1, 0, 20):
                unpaid(
                    session,
                    -due,
                    demanded_on=None if asked is None else ON + asked * DAY,
                    grace_ends_on=None if agreed is None else ON + agreed * DAY,
                )
    found = select(Instalment, in_grace(rule, on=ON))
    for row, lasts in session.execute(found):
        ends = grace(
            row.due_on, demanded_on=row.demanded_on, agreed_until=row.grace_ends_on, rule=rule
        )
        assert bool(lasts) is (ends.ends_on >= ON)


def test_only_the_first_unpaid_instalment_suspends_a_policy(session: Session) -> None:
    _, first = unpaid(session, 100)
    policy = session.get_one(Policy, first.policy_id)
    make_instalment(session, policy=policy, due_on=ON - 70 * DAY)
    followed(session)
    held = session.scalars(select(Suspension)).one()
    assert held.instalment_id == first.id
    assert followed(session, ON + DAY).suspended == 0


def test_silence_accepts_and_time_ends(session: Session) -> None:
    actor, held = suspended(session)
    applied(session, actor, held)
    assert held.answer_due_on == ON + 30 * DAY
    assert followed(session, ON + 30 * DAY).deemed == 0
    assert followed(session, ON + 35 * DAY).deemed == 1
    session.refresh(held)
    assert (held.state, held.is_deemed) == (SuspensionState.ACCEPTED, True)
    assert held.answered_on == ON + 31 * DAY
    _, other = suspended(session)
    assert followed(session, other.reinstatable_until).ended == 0
    assert followed(session, other.reinstatable_until + DAY).ended == 1
    session.refresh(other)
    assert (other.state, other.is_open) == (SuspensionState.ENDED, False)
    assert session.get_one(Policy, other.policy_id).status is PolicyStatus.ENDED
    assert session.get_one(Policy, held.policy_id).status is PolicyStatus.SUSPENDED


def test_what_the_core_system_paid_closes_the_suspension(session: Session) -> None:
    _, held = suspended(session)
    instalment = session.get_one(Instalment, held.instalment_id)
    instalment.status, instalment.paid_on = InstalmentStatus.PAID, held.grace_ended_on
    session.flush()
    assert followed(session).settled == 1
    session.refresh(held)
    assert held.state is SuspensionState.SET_ASIDE
    assert session.get_one(Policy, held.policy_id).status is PolicyStatus.IN_FORCE


def test_a_policy_paid_in_grace_is_in_force_again(session: Session) -> None:
    _, instalment = unpaid(session, 20)
    followed(session)
    instalment.status, instalment.paid_on = InstalmentStatus.PAID, ON
    session.flush()
    followed(session, ON + DAY)
    assert status(session, instalment)[1] is PolicyStatus.IN_FORCE


def test_the_pass_needs_its_permission(session: Session) -> None:
    with pytest.raises(NotPermitted):
        followed(session, actor=make_actor(session))


def test_a_lead_s_pass_keeps_to_the_lead_s_clients(session: Session) -> None:
    _, instalment = unpaid(session, 70)
    assert followed(session, actor=make_actor(session, Role.TEAM_LEAD)).suspended == 0
    assert status(session, instalment)[0] is InstalmentStatus.DUE


def test_new_official_days_move_unsent_notices(session: Session) -> None:
    actor, instalment = unpaid(session, 31)
    followed(session, date(2026, 12, 21))
    held = session.scalars(select(Suspension)).one()
    assert held.instalment_id == instalment.id
    assert (held.notice_due_on, held.notice_is_provisional) == (date(2027, 1, 1), True)
    for n in range(1, 11):
        day = date(2027, 1, n)
        is_working = day.weekday() < 5 and n != 1
        session.add(CalendarDay(day=day, is_working=is_working, source="test"))
    session.flush()
    assert renewals.refigure_notices(session, actor=SYSTEM, at=AT) == 1
    session.refresh(held)
    assert (held.notice_due_on, held.notice_is_provisional) == (date(2027, 1, 4), False)
    assert held.next_due_on == held.notice_due_on
    sent = Notice(date(2026, 12, 22), NoticeMeans.SMS, "短信 77")
    noticed(session, actor, held, notice=sent, on=date(2026, 12, 22))
    assert renewals.refigure_notices(session, actor=SYSTEM, at=AT) == 0


def test_the_bell_tells_the_owner_once_a_day(session: Session) -> None:
    actor, held = suspended(session)
    assert followed(session).suspended == 0
    (told,) = session.scalars(select(Notification)).all()
    assert (told.staff_id, told.kind, told.data["n"]) == (actor.own_id, "renewals.notices_due", 1)
    noticed(session, actor, held)
    applied(session, actor, held)
    followed(session, ON + 26 * DAY)
    kinds = session.scalars(select(Notification.kind).order_by(Notification.id)).all()
    assert kinds == ["renewals.notices_due", "renewals.answers_due"]


def test_my_day_asks_for_the_notice_and_then_for_the_answer(session: Session) -> None:
    actor, held = suspended(session)

    def lines(on: date) -> list[tuple[DayKind, date]]:
        found = overview.my_day(session, actor=actor, on=on, at=AT + (on - ON))
        return [(one.kind, one.due_on) for one in found]

    assert lines(ON) == [(DayKind.SUSPENSION_NOTICE, held.notice_due_on)]
    noticed(session, actor, held)
    assert lines(ON) == []
    applied(session, actor, held)
    assert lines(ON + 22 * DAY) == []
    assert lines(ON + 23 * DAY) == [(DayKind.REINSTATEMENT_ANSWER, ON + 30 * DAY)]


# --- what people record ------------------------------------------------------------------------


def test_a_demand_is_kept_with_its_proof_and_shortens_grace(session: Session) -> None:
    actor, instalment = unpaid(session, 5)
    done = demanded(session, actor, instalment)
    assert done.grace_ends_on == ON + 30 * DAY
    kept = session.scalars(select(FormalDemand)).one()
    assert (kept.demanded_on, kept.means, kept.reference) == (
        ON,
        DemandMeans.REGISTERED_LETTER,
        "XA123456789CN",
    )
    entry = session.scalars(select(AuditEntry).where(AuditEntry.event == "renewal:demand")).one()
    assert entry.detail["reference"] == "XA123456789CN"
    (clock,) = renewals.clocks_of(
        session, actor=actor, number=session.get_one(Client, instalment.client_id).number, on=ON
    )
    assert (clock.stage, clock.grace_left) == (InstalmentStage.GRACE, 30)
    assert clock.demand_means is DemandMeans.REGISTERED_LETTER


def test_a_reminder_is_refused_by_its_type_and_nothing_is_written(session: Session) -> None:
    actor, instalment = unpaid(session, 5)
    for reminder in (None, "sms", Notice(ON, NoticeMeans.SMS, "短信 77")):
        with pytest.raises(TypeError):
            demanded(session, actor, instalment, demand=reminder)
    assert instalment.demanded_on is None
    assert not session.scalars(select(FormalDemand)).all()


def test_nothing_but_the_demand_s_operation_writes_its_day() -> None:
    writers = set()
    for file in Path("services").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            targets = node.targets if isinstance(node, ast.Assign) else []
            for target in targets:
                if isinstance(target, ast.Attribute) and target.attr == "demanded_on":
                    writers.add(file.name)
    assert writers == {"instalment_acts.py"}


def refusals(session: Session) -> list[tuple[str, Any]]:
    """Acts that are refused, and the code of the refusal."""
    actor, fresh = unpaid(session, 5)
    owner, held = suspended(session)
    stranger = make_actor(session)
    instalment = session.get_one(Instalment, held.instalment_id)
    late = ON + 40 * DAY
    return [
        ("day_out_of_place", lambda: demanded(session, actor, fresh, demand=demand(ON + DAY))),
        ("cover_suspended", lambda: demanded(session, owner, instalment)),
        ("changed_meanwhile", lambda: demanded(session, actor, fresh, seen_version=99)),
        ("not_found", lambda: demanded(session, stranger, fresh)),
        (
            "not_permitted",
            lambda: demanded(session, make_actor(session, Role.COMPLIANCE), fresh),
        ),
        ("reinstatement_needed", lambda: paid(session, owner, instalment)),
        ("payment_too_small", lambda: paid(session, actor, fresh, paid_fen=1)),
        (
            "day_out_of_place",
            lambda: noticed(
                session,
                owner,
                held,
                notice=Notice(held.suspended_on - DAY, NoticeMeans.LETTER, "1"),
            ),
        ),
        (
            "proof_missing",
            lambda: noticed(session, owner, held, notice=Notice(ON, NoticeMeans.LETTER, " ")),
        ),
        (
            "proof_missing",
            lambda: noticed(
                session, owner, held, notice=Notice(ON, NoticeMeans.LETTER, "1", document_id=12345)
            ),
        ),
        ("suspension_other_step", lambda: answered(session, owner, held)),
        (
            "reinstatement_too_late",
            lambda: applied(
                session,
                owner,
                held,
                applied_on=held.reinstatable_until + DAY,
                on=held.reinstatable_until + 2 * DAY,
            ),
        ),
        ("not_found", lambda: applied(session, stranger, held)),
        ("changed_meanwhile", lambda: applied(session, owner, held, seen_version=99)),
        ("day_out_of_place", lambda: applied(session, owner, held, applied_on=late)),
    ]


def test_what_cannot_be_recorded_is_refused(session: Session) -> None:
    for code, act in refusals(session):
        with pytest.raises(BusinessError) as refused:
            act()
        assert refused.value.code == code


def test_a_second_demand_and_a_second_notice_are_refused(session: Session) -> None:
    actor, instalment = unpaid(session, 5)
    demanded(session, actor, instalment)
    with pytest.raises(renewals.DemandedAlready):
        demanded(session, actor, instalment)
    owner, held = suspended(session)
    noticed(session, owner, held)
    with pytest.raises(renewals.NoticeSentAlready):
        noticed(session, owner, held)


def test_a_payment_in_grace_closes_the_case(session: Session) -> None:
    actor, instalment = unpaid(session, 20)
    policy = session.get_one(Policy, instalment.policy_id)
    case = make_renewal(
        session,
        policy=policy,
        kind=RenewalKind.INSTALMENT,
        instalment_id=instalment.id,
        due_on=instalment.due_on,
    )
    followed(session)
    session.refresh(instalment)
    paid(session, actor, instalment)
    assert status(session, instalment) == (InstalmentStatus.PAID, PolicyStatus.IN_FORCE)
    assert (case.state, case.is_open) == (RenewalState.RENEWED, False)
    with pytest.raises(renewals.InstalmentPaid):
        paid(session, actor, instalment)


def test_a_payment_that_had_come_in_time_sets_the_suspension_aside(session: Session) -> None:
    actor, held = suspended(session)
    instalment = session.get_one(Instalment, held.instalment_id)
    paid(session, actor, instalment, paid_on=held.grace_ended_on)
    assert held.state is SuspensionState.SET_ASIDE
    assert status(session, instalment) == (InstalmentStatus.PAID, PolicyStatus.IN_FORCE)


def test_reinstatement_pays_all_that_fell_due(session: Session) -> None:
    actor, held = suspended(session, 100)
    instalment = session.get_one(Instalment, held.instalment_id)
    policy = session.get_one(Policy, held.policy_id)
    other = make_instalment(session, policy=policy, due_on=ON - 9 * DAY, premium_fen=5_000)
    applied(session, actor, held)
    answered(session, actor, held)
    with pytest.raises(renewals.PaymentTooSmall):
        paid(session, actor, instalment)
    paid(session, actor, instalment, paid_fen=instalment.premium_fen + 5_000 + 123)
    assert (instalment.paid_fen, other.paid_fen) == (instalment.premium_fen + 123, 5_000)
    assert held.state is SuspensionState.REINSTATED
    assert status(session, instalment)[1] is PolicyStatus.IN_FORCE
    assert followed(session, ON + DAY).suspended == 0


def test_a_refusal_has_its_reason_and_its_time(session: Session) -> None:
    actor, held = suspended(session)
    applied(session, actor, held)
    with pytest.raises(renewals.AnswerReasonNeeded):
        answered(session, actor, held, is_accepted=False)
    late = ON + 31 * DAY
    with pytest.raises(renewals.RefusalTooLate):
        answered(session, actor, held, is_accepted=False, note="健康", answered_on=late, on=late)
    answered(session, actor, held, is_accepted=False, note="体检异常，危险程度显著增加")
    assert held.state is SuspensionState.REFUSED
    applied(session, actor, held)
    assert (held.state, held.answer_note) == (SuspensionState.APPLIED, None)


@pytest.mark.parametrize("act", ["demand", "notice", "application", "answer", "payment"])
def test_every_act_can_be_taken_back(session: Session, act: str) -> None:
    actor, held = suspended(session)
    owner, fresh = unpaid(session, 5)
    if act == "answer":
        applied(session, actor, held)
    session.flush()
    before = all_rows(session)
    done = {
        "demand": lambda: demanded(session, owner, fresh),
        "notice": lambda: noticed(session, actor, held),
        "application": lambda: applied(session, actor, held),
        "answer": lambda: answered(session, actor, held),
        "payment": lambda: paid(session, owner, fresh),
    }[act]()
    assert differences(before, all_rows(session))
    doer = owner if act in ("demand", "payment") else actor
    undo.undo(session, actor=doer, batch_id=done.batch_id, at=AT, on=ON)
    assert not differences(before, all_rows(session))


def test_an_instalment_s_case_closed_as_renewed_pays_the_instalment(session: Session) -> None:
    actor, instalment = unpaid(session, 20)
    case = make_renewal(
        session,
        policy=session.get_one(Policy, instalment.policy_id),
        kind=RenewalKind.INSTALMENT,
        instalment_id=instalment.id,
        due_on=instalment.due_on,
        assignee=None,
        assignee_id=actor.staff_id,
    )
    renewals.close_renewed(
        session,
        actor=actor,
        renewal_id=case.id,
        premium_fen=instalment.premium_fen,
        at=AT,
        seen_version=case.version,
    )
    assert (instalment.status, instalment.paid_on) == (InstalmentStatus.PAID, ON)


def test_no_further_instalment_is_called_for_while_cover_is_suspended(session: Session) -> None:
    _, held = suspended(session)
    policy = session.get_one(Policy, held.policy_id)
    make_instalment(session, policy=policy, due_on=ON + 20 * DAY)
    assert renewals.extract(session, actor=SYSTEM, on=ON, at=AT).created == 0
    assert not session.scalars(select(Renewal)).all()


def test_the_contract_s_own_grace_is_recorded_and_taken_out(session: Session) -> None:
    actor, instalment = unpaid(session, 50)

    def agreed(until: date | None) -> Any:
        return renewals.record_agreed_grace(
            session,
            actor=actor,
            instalment_id=instalment.id,
            until=until,
            on=ON,
            at=AT,
            seen_version=instalment.version,
        )

    before = all_rows(session)
    done = agreed(ON + 40 * DAY)
    assert done.grace_ends_on == instalment.grace_ends_on == ON + 40 * DAY
    assert agreed(None).grace_ends_on == ON + 10 * DAY
    for wrong in (instalment.due_on - DAY, instalment.due_on + 367 * DAY):
        with pytest.raises(renewals.DayOutOfPlace):
            agreed(wrong)
    done = agreed(ON)
    undo.undo(session, actor=actor, batch_id=done.batch_id, at=AT, on=ON)
    assert "instalment" not in differences(before, all_rows(session))
    owner, held = suspended(session)
    late = session.get_one(Instalment, held.instalment_id)
    with pytest.raises(renewals.CoverSuspended):
        renewals.record_agreed_grace(
            session,
            actor=owner,
            instalment_id=late.id,
            until=ON + 9 * DAY,
            on=ON,
            at=AT,
            seen_version=late.version,
        )


# --- the list ----------------------------------------------------------------------------------


def test_the_list_of_suspended_policies_is_the_actor_s_own_and_pages(session: Session) -> None:
    actor, held = suspended(session)
    suspended(session, 90)
    lead = make_actor(session, Role.MANAGER)
    rows = renewals.suspended(session, actor=actor, on=ON)
    assert [row.id for row in rows] == [held.id]
    assert renewals.suspended(session, actor=lead, on=ON) == ()
    every = renewals.suspended(session, actor=SYSTEM, on=ON)
    assert [row.next_due_on for row in every] == sorted(row.next_due_on for row in every)
    rest = renewals.suspended(session, actor=SYSTEM, on=ON, after=every[0].key)
    assert [row.id for row in rest] == [every[1].id]
    noticed(session, actor, held)
    applied(session, actor, held)
    counts = renewals.suspended_counts(session, actor=actor, on=ON)
    assert (counts.all, counts.notice, counts.answer, counts.payment) == (1, 0, 1, 0)
    for show, n in ((ClockShown.NOTICE, 0), (ClockShown.ANSWER, 1), (ClockShown.ENDING, 0)):
        assert len(renewals.suspended(session, actor=actor, on=ON, show=show)) == n


def test_what_is_said_of_a_suspended_policy_is_for_whose_client_it_is(session: Session) -> None:
    actor, held = suspended(session)
    told = renewals.suspended_cover(session, actor=actor, suspension_id=held.id, on=ON)
    assert (told.grace_ends_on, told.state) == (held.grace_ended_on, held.state)
    assert told.due_on == ON - 70 * DAY
    assert told.opening.staff_name == actor.name
    with pytest.raises(NotFound):
        renewals.suspended_cover(session, actor=make_actor(session), suspension_id=held.id, on=ON)


def test_a_stranger_s_clocks_are_not_told(session: Session) -> None:
    _, instalment = unpaid(session, 5)
    number = session.get_one(Client, instalment.client_id).number
    with pytest.raises(NotFound):
        renewals.clocks_of(session, actor=make_actor(session), number=number, on=ON)


def test_a_stale_version_is_told(session: Session) -> None:
    actor, held = suspended(session)
    seen = held.version
    applied(session, actor, held)
    with pytest.raises(ChangedMeanwhile):
        noticed(session, actor, held, seen_version=seen)
