"""A closing is taken back whole, or not at all and says why."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models import AuditEntry, Instalment, LostCase, Policy, Renewal, Staff
from services import closings, renewals, undo
from services.actor import Actor
from services.errors import NotFound
from services.renewals import ClosingStands, NewTerm
from terms.people import Locale, Role
from terms.policies import InstalmentStatus
from terms.renewals import ClosingStands as Why
from terms.renewals import QueueGroup, RenewalKind, RenewalState
from tests.make import (
    AT,
    ON,
    actor_of,
    make_access,
    make_claim,
    make_client,
    make_instalment,
    make_policy,
    make_promise,
    make_renewal,
    make_staff,
    make_team,
)
from tests.make.closings import make_conflict
from tests.make.renewals import make_due_policy
from tests.make.tables import all_rows, differences
from words import errors, in_locale
from words.reopening import closing_said

DAY = timedelta(days=1)
LATER = AT + DAY
OWN_DAYS, LEAD_DAYS = 30, 90


def own_case(session: Session, days_left: int = 10, **but: Any) -> tuple[Actor, Renewal]:
    """A case of a specialist whose client another person owns."""
    staff = make_staff(session, team=make_team(session))
    owner = make_staff(session, team_id=staff.team_id)
    client = make_client(
        session, owner=owner, team_id=staff.team_id, branch_id=staff.branch_id, name="沈丽华"
    )
    make_access(session, client=client, staff=staff)
    policy = make_due_policy(session, days_left, client=client)
    case = make_renewal(session, policy=policy, assignee=staff, at_risk_fen=900, **but)
    make_promise(session, client=client, staff=staff, renewal_id=case.id, due_at=AT + 3 * DAY)
    return actor_of(session, staff), case


def renewed(session: Session, actor: Actor, case: Renewal, *, with_term: bool = True) -> None:
    begins = case.due_on + DAY
    term = NewTerm("PDAA202600001", begins, begins + 364 * DAY, "", "") if with_term else None
    renewals.close_renewed(
        session,
        actor=actor,
        renewal_id=case.id,
        premium_fen=350_000,
        term=term,
        at=AT,
        seen_version=case.version,
    )


def lost(session: Session, actor: Actor, case: Renewal) -> None:
    renewals.close_lost(
        session,
        actor=actor,
        renewal_id=case.id,
        reason="price",
        competitor="平安",
        at=AT,
        seen_version=case.version,
    )


def lapsed(session: Session, actor: Actor, case: Renewal) -> None:
    renewals.lapse(session, actor=actor, renewal_id=case.id, at=AT, seen_version=case.version)


def batch_of(session: Session, actor: Actor) -> int:
    return renewals.closings_done(session, actor=actor)[0].batch.id


def taken_back(session: Session, actor: Actor, **but: Any) -> undo.UndoPlan:
    given = {"actor": actor, "at": LATER, "on": ON + DAY, **but}
    if "batch_id" not in given:
        given["batch_id"] = batch_of(session, actor)
    return renewals.reopen(session, **given)


def lead_of(session: Session, actor: Actor) -> Actor:
    return actor_of(session, make_staff(session, team_id=actor.team_id, roles=(Role.TEAM_LEAD,)))


@pytest.mark.parametrize(
    ("close", "days_left"),
    [(renewed, 10), (lost, 10), (lapsed, -3)],
    ids=["renewed", "lost", "lapsed"],
)
def test_a_closing_taken_back_leaves_everything_as_it_was(
    session: Session, close: Callable[..., None], days_left: int
) -> None:
    actor, case = own_case(session, days_left, state=RenewalState.QUOTED, pinned_at=AT)
    session.flush()
    before = all_rows(session)
    close(session, actor, case)
    assert not case.is_open
    assert differences(before, all_rows(session))
    plan = taken_back(session, actor)
    assert plan.left_count == 0
    assert not differences(before, all_rows(session))
    session.expire_all()
    assert (case.is_open, case.state, case.at_risk_fen) == (True, RenewalState.QUOTED, 900)
    row = renewals.queue(session, actor=actor, on=ON, at=AT)[0]
    assert (row.id, row.group) == (case.id, QueueGroup.PINNED)
    events = list(session.scalars(select(AuditEntry.event).order_by(AuditEntry.id)))
    assert events[-2:] == ["undo:closing", "renewal:reopened"]
    last = session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert last is not None
    assert last.client_id == case.client_id


def test_a_closing_taken_back_can_be_closed_again_as_it_should_have_been(
    session: Session,
) -> None:
    actor, case = own_case(session)
    lost(session, actor, case)
    taken_back(session, actor)
    with pytest.raises(undo.AlreadyUndone):
        taken_back(session, actor)
    session.expire_all()
    renewed(session, actor, case)
    assert case.state is RenewalState.RENEWED
    assert session.scalars(select(LostCase)).all() == []
    first, second = renewals.closings_done(session, actor=actor)
    assert (first.state, first.batch.undone_at) == (RenewalState.RENEWED, None)
    assert (second.state, second.batch.undone_at) == (RenewalState.LOST, LATER)
    with in_locale(Locale.ZH):
        assert closing_said(first) == f"沈丽华 · {first.product} · 已续保"


def test_an_instalment_closed_as_paid_is_due_again(session: Session) -> None:
    actor, first = own_case(session)
    policy = session.get_one(Policy, first.policy_id)
    instalment = make_instalment(session, policy=policy)
    case = make_renewal(
        session,
        policy=policy,
        kind=RenewalKind.INSTALMENT,
        instalment_id=instalment.id,
        due_on=instalment.due_on,
        assignee=None,
        assignee_id=actor.staff_id,
    )
    renewed(session, actor, case, with_term=False)
    assert instalment.status is InstalmentStatus.PAID
    taken_back(session, actor)
    session.expire_all()
    held = session.get_one(Instalment, instalment.id)
    assert (held.status, held.paid_on) == (InstalmentStatus.DUE, None)


def test_who_closed_it_may_for_a_while_and_who_leads_them_longer(session: Session) -> None:
    actor, case = own_case(session)
    lost(session, actor, case)
    lead = lead_of(session, actor)
    stranger = actor_of(session, make_staff(session))
    colleague = actor_of(session, make_staff(session, team_id=actor.team_id))
    other_lead = lead_of(session, stranger)
    reader = actor_of(session, make_staff(session, roles=(Role.COMPLIANCE,)))
    id = batch_of(session, actor)
    for nobody in (stranger, colleague, other_lead, reader):
        assert renewals.closings_done(session, actor=nobody) == ()
        with pytest.raises(NotFound):
            taken_back(session, nobody, batch_id=id)
    closing = renewals.closings_done(session, actor=actor)[0]
    assert closing.batch.expires_on == ON + OWN_DAYS * DAY
    late = ON + (OWN_DAYS + 1) * DAY
    with pytest.raises(undo.TooLateToUndo):
        taken_back(session, actor, on=late)
    closing = renewals.closings_done(session, actor=lead)[0]
    assert closing.batch.expires_on == ON + LEAD_DAYS * DAY
    with pytest.raises(undo.TooLateToUndo):
        taken_back(session, lead, on=ON + (LEAD_DAYS + 1) * DAY)
    taken_back(session, lead, on=late)
    session.expire_all()
    assert case.is_open


def test_another_kind_of_act_is_not_taken_back_as_a_closing(session: Session) -> None:
    actor, case = own_case(session)
    lead = lead_of(session, actor)
    to = make_staff(session, team_id=actor.team_id)
    moved = renewals.reassign(
        session,
        actor=lead,
        cases={case.id: actor.staff_id},
        to_staff_id=to.id,
        reason="忙",
        at=AT,
        on=ON,
    )
    with pytest.raises(NotFound):
        taken_back(session, lead, batch_id=moved.batch_id)


def claimed(session: Session, case: Renewal) -> None:
    new = session.scalars(select(Policy).where(Policy.previous_id == case.policy_id)).one()
    make_claim(session, policy=new)


def won_back(session: Session, case: Renewal) -> None:
    row = session.scalars(select(LostCase)).one()
    staff = session.get_one(Staff, case.assignee_id)
    lead = actor_of(session, make_staff(session, team_id=staff.team_id, roles=(Role.TEAM_LEAD,)))
    closings.assign(
        session,
        actor=lead,
        lost_ids={row.id: row.version},
        owner_id=staff.id,
        due_on=None,
        at=LATER,
    )


def imported(session: Session, case: Renewal) -> None:
    client = session.get_one(type(make_client(session)), case.client_id)
    make_policy(session, client=client, previous_id=case.policy_id, number="CORE1")


def contradicted(session: Session, case: Renewal) -> None:
    make_conflict(session, case=case)


def term_edited(session: Session, case: Renewal) -> None:
    new = session.scalars(select(Policy).where(Policy.previous_id == case.policy_id)).one()
    new.premium_fen += 1


def case_edited(session: Session, case: Renewal) -> None:
    case.closing_note = "补记"


@pytest.mark.parametrize(
    ("close", "since", "why"),
    [
        (renewed, claimed, Why.TERM_IN_USE),
        (renewed, term_edited, Why.TERM_CHANGED),
        (renewed, imported, Why.CONFIRMED),
        (lost, imported, Why.CONFIRMED),
        (lost, contradicted, Why.CONFLICT),
        (lost, won_back, Why.WIN_BACK),
        (lost, case_edited, Why.CHANGED),
    ],
    ids=lambda one: getattr(one, "__name__", str(one)),
)
def test_what_was_built_on_a_closing_keeps_it_and_is_named(
    session: Session,
    close: Callable[..., None],
    since: Callable[[Session, Renewal], None],
    why: Why,
) -> None:
    actor, case = own_case(session)
    close(session, actor, case)
    since(session, case)
    session.flush()
    before = all_rows(session)
    with pytest.raises(ClosingStands) as stands:
        taken_back(session, actor)
    assert stands.value.data["why"] == why
    if why not in (Why.CONFIRMED, Why.CONFLICT):
        with pytest.raises(undo.UndoClashes):
            undo.undo(session, actor=actor, batch_id=batch_of(session, actor), at=AT, on=ON)
    assert not differences(before, all_rows(session))
    for locale in Locale:
        with in_locale(locale):
            assert "{" not in errors.sentence(stands.value)
