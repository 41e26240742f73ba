"""Plans, the checklist, the new term, and clients who were lost."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models import AuditEntry, ClientAccess, LostCase, Policy, Renewal
from services import closings, renewals
from services.actor import Actor
from services.closings import LostFilter, NewPlan, StepDetail
from services.errors import ChangedMeanwhile, NotFound, NotPermitted
from terms.clients import AccessReason
from terms.closings import StepKind, StepState, StepWay, WinBackState
from terms.people import Role
from terms.renewals import RenewalKind, RenewalState
from tests.make import (
    AT,
    ON,
    actor_of,
    make_client,
    make_instalment,
    make_policy,
    make_renewal,
    make_staff,
    make_team,
)

PLAN = NewPlan("三者200万", 350_000, cover={"三者责任": 200_000_000})


def own_case(session: Session, **but: Any) -> tuple[Actor, Renewal]:
    staff = make_staff(session, team=make_team(session))
    client = make_client(session, owner=staff, team_id=staff.team_id, branch_id=staff.branch_id)
    policy = make_policy(session, client=client)
    return actor_of(session, staff), make_renewal(session, policy=policy, assignee=staff, **but)


def offered(session: Session, actor: Actor, renewal: Renewal, plan: NewPlan = PLAN) -> Any:
    return closings.offer_plan(
        session,
        actor=actor,
        renewal_id=renewal.id,
        plan=plan,
        at=AT,
        seen_version=renewal.version,
    )


def card_of(session: Session, actor: Actor, renewal: Renewal) -> closings.ClosingCard:
    return closings.closing_of(session, actor=actor, renewal_id=renewal.id, on=ON)


def agreed(session: Session) -> tuple[Actor, Renewal]:
    """A case whose client chose a plan."""
    actor, renewal = own_case(session)
    offered(session, actor, renewal)
    plan = card_of(session, actor, renewal).plans[0]
    closings.choose_plan(
        session,
        actor=actor,
        renewal_id=renewal.id,
        plan_id=plan.id,
        at=AT,
        seen_version=renewal.version,
    )
    return actor, renewal


def settled(session: Session, actor: Actor, renewal: Renewal, kind: StepKind, **but: Any) -> Any:
    given: dict[str, Any] = {
        "state": StepState.DONE,
        "detail": StepDetail(StepWay.ONLINE),
        "seen_version": renewal.version,
        **but,
    }
    return closings.settle_step(
        session, actor=actor, renewal_id=renewal.id, kind=kind, at=AT, **given
    )


def events(session: Session) -> list[str]:
    return list(session.scalars(select(AuditEntry.event).order_by(AuditEntry.id)))


def new_term(policy: Policy, **but: Any) -> renewals.NewTerm:
    begins = (policy.expiry_on or ON) + timedelta(days=1)
    given: dict[str, Any] = {
        "number": "PDAA202600001",
        "inception_on": begins,
        "expiry_on": begins + timedelta(days=364),
        "insurer": "",
        "product": "",
        **but,
    }
    return renewals.NewTerm(**given)


def test_a_plan_is_put_before_the_client_and_stands_beside_the_old_terms(session: Session) -> None:
    actor, renewal = own_case(session)
    saved = offered(session, actor, renewal)
    offered(session, actor, renewal, NewPlan("三者100万", 310_000))

    assert saved.state is RenewalState.QUOTED
    card = card_of(session, actor, renewal)
    assert [plan.name for plan in card.plans] == ["三者200万", "三者100万"]
    assert card.plans[0].insurer == "平安产险", "as before where nothing else is said"
    assert card.proposed_premium_fen == 310_000, "the last one offered"
    assert card.chosen is None
    assert card.steps == ()
    assert events(session) == ["renewal:offer_plan"] * 2


def test_the_plan_a_client_chooses_makes_the_case_agreed_with_its_checklist(
    session: Session,
) -> None:
    actor, renewal = agreed(session)
    card = card_of(session, actor, renewal)
    assert card.state is RenewalState.AGREED
    assert card.chosen is not None
    assert card.chosen.premium_fen == card.proposed_premium_fen
    assert [step.kind for step in card.steps] == [
        StepKind.PAYMENT,
        StepKind.SIGNATURE,
        StepKind.DOCUMENTS,
    ]
    assert card.open_steps == 3
    assert renewal.proposed_cover == {"三者责任": 200_000_000}


def test_a_plan_is_refused_without_name_premium_or_room(session: Session) -> None:
    actor, renewal = own_case(session)
    with pytest.raises(closings.PlanNameNeeded):
        offered(session, actor, renewal, NewPlan(" ", 1))
    with pytest.raises(renewals.PremiumNotPositive):
        offered(session, actor, renewal, NewPlan("甲", 0))
    with pytest.raises(closings.PlanGone):
        offered(session, actor, renewal, NewPlan("甲", 1, document_id=77))
    for _ in range(closings.MOST_PLANS):
        offered(session, actor, renewal)
    with pytest.raises(closings.TooManyPlans):
        offered(session, actor, renewal)


def test_a_plan_is_taken_away_unless_the_client_chose_it(session: Session) -> None:
    actor, renewal = agreed(session)
    offered(session, actor, renewal, NewPlan("三者100万", 310_000))
    first, second = card_of(session, actor, renewal).plans

    def remove(plan_id: int) -> None:
        closings.remove_plan(
            session,
            actor=actor,
            renewal_id=renewal.id,
            plan_id=plan_id,
            at=AT,
            seen_version=renewal.version,
        )

    with pytest.raises(closings.PlanIsChosen):
        remove(first.id)
    remove(second.id)
    assert [plan.id for plan in card_of(session, actor, renewal).plans] == [first.id]
    with pytest.raises(closings.PlanGone):
        remove(second.id)


def test_a_case_is_closed_as_renewed_only_when_every_step_is_settled(session: Session) -> None:
    actor, renewal = agreed(session)
    policy = session.get_one(Policy, renewal.policy_id)

    def close() -> renewals.RenewalCard:
        return renewals.close_renewed(
            session,
            actor=actor,
            renewal_id=renewal.id,
            premium_fen=350_000,
            term=new_term(policy),
            at=AT,
            seen_version=renewal.version,
        )

    settled(session, actor, renewal, StepKind.PAYMENT)
    with pytest.raises(renewals.StepsStillOpen) as refused:
        close()
    assert refused.value.data["steps"] == ("signature", "documents")
    settled(session, actor, renewal, StepKind.SIGNATURE)
    settled(session, actor, renewal, StepKind.DOCUMENTS, state=StepState.NOT_NEEDED)

    assert close().state is RenewalState.RENEWED
    term = session.get_one(Policy, renewal.renewed_policy_id)
    assert (term.previous_id, term.client_id) == (policy.id, policy.client_id)
    assert (term.number, term.premium_fen) == ("PDAA202600001", 350_000)
    assert term.cover == {"三者责任": 200_000_000}, "what the client chose"
    assert term.inception_on == date(2026, 12, 1)
    assert events(session)[-1] == "renewal:renewed"


def test_a_step_keeps_how_where_when_and_by_whom(session: Session) -> None:
    actor, renewal = agreed(session)
    when = AT + timedelta(days=2)
    detail = StepDetail(StepWay.OFFLINE, "浦东门店", when, "带行驶证")
    settled(session, actor, renewal, StepKind.PAYMENT, state=StepState.OPEN, detail=detail)
    step = card_of(session, actor, renewal).steps[0]
    assert (step.location, step.due_at, step.note) == ("浦东门店", when, "带行驶证")
    assert step.settled_by is None
    settled(session, actor, renewal, StepKind.PAYMENT, detail=detail)
    assert card_of(session, actor, renewal).steps[0].settled_by == actor.name
    settled(session, actor, renewal, StepKind.PAYMENT, state=StepState.OPEN, detail=detail)
    assert card_of(session, actor, renewal).steps[0].settled_at is None, "opened again"
    with pytest.raises(closings.StepGone):
        settled(session, actor, renewal, StepKind.DELIVERY)
    with pytest.raises(ChangedMeanwhile):
        settled(session, actor, renewal, StepKind.PAYMENT, seen_version=1)


def test_a_new_term_needs_a_free_number_and_days_in_order(session: Session) -> None:
    actor, renewal = own_case(session)
    policy = session.get_one(Policy, renewal.policy_id)

    def close(term: renewals.NewTerm) -> None:
        renewals.close_renewed(
            session,
            actor=actor,
            renewal_id=renewal.id,
            premium_fen=1,
            term=term,
            at=AT,
            seen_version=renewal.version,
        )

    with pytest.raises(renewals.PolicyNumberNeeded):
        close(new_term(policy, number=" "))
    with pytest.raises(renewals.PolicyNumberTaken):
        close(new_term(policy, number=policy.number))
    with pytest.raises(renewals.TermDatesWrong):
        close(new_term(policy, inception_on=policy.inception_on))
    client = session.get_one(type(make_client(session)), renewal.client_id)
    make_policy(session, client=client, previous_id=policy.id, number="SCHON")
    with pytest.raises(renewals.TermThereAlready):
        close(new_term(policy))


def test_an_instalment_is_agreed_with_the_steps_of_an_instalment(session: Session) -> None:
    actor, first = own_case(session)
    policy = session.get_one(Policy, first.policy_id)
    instalment = make_instalment(session, policy=policy)
    renewal = make_renewal(
        session,
        policy=policy,
        kind=RenewalKind.INSTALMENT,
        instalment_id=instalment.id,
        state=RenewalState.ALLOCATED,
        assignee_id=actor.staff_id,
    )
    closings.begin_closing(
        session, actor=actor, renewal_id=renewal.id, at=AT, seen_version=renewal.version
    )
    card = card_of(session, actor, renewal)
    assert card.state is RenewalState.AGREED
    assert [step.kind for step in card.steps] == [StepKind.PAYMENT]


def test_a_stranger_neither_reads_nor_changes_a_closing(session: Session) -> None:
    _actor, renewal = own_case(session)
    stranger = actor_of(session, make_staff(session))
    with pytest.raises(NotFound):
        card_of(session, stranger, renewal)
    with pytest.raises(NotFound):
        offered(session, stranger, renewal)
    with pytest.raises(NotPermitted):
        offered(session, actor_of(session, make_staff(session, roles=(Role.HR,))), renewal)


def lost(session: Session, reason: str = "bought_elsewhere", **but: Any) -> tuple[Actor, LostCase]:
    actor, renewal = own_case(session)
    renewals.close_lost(
        session,
        actor=actor,
        renewal_id=renewal.id,
        reason=reason,
        at=AT,
        seen_version=renewal.version,
        **but,
    )
    return actor, session.scalars(select(LostCase)).one()


def lead_of(session: Session, actor: Actor) -> Actor:
    team = make_team(session)
    staff = make_staff(session, team=team, roles=(Role.TEAM_LEAD,))
    staff.team_id = actor.team_id
    session.flush()
    return actor_of(session, staff)


def test_a_lost_case_keeps_competitor_and_price_and_its_day(session: Session) -> None:
    _actor, case = lost(session, competitor=" 太平洋 ", competitor_premium_fen=299_900)
    assert (case.competitor, case.competitor_premium_fen) == ("太平洋", 299_900)
    assert case.due_on == ON + timedelta(days=305), "by the rule for its reason"
    assert case.state is WinBackState.OPEN
    entry = session.scalars(select(AuditEntry).where(AuditEntry.event == "renewal:lost")).one()
    assert entry.detail["competitor"] == "太平洋"


def test_another_reason_is_called_again_after_the_days_of_the_rest(session: Session) -> None:
    assert lost(session, "dissatisfied_claim")[1].due_on == ON + timedelta(days=30)


def test_a_lead_gives_a_lost_client_to_a_person_who_brings_it_to_an_end(session: Session) -> None:
    actor, case = lost(session)
    lead = lead_of(session, actor)
    rows = closings.lost_cases(session, actor=lead, on=ON, where=LostFilter(unassigned=True))
    assert [row.id for row in rows] == [case.id]
    assert rows[0].owner_name is None

    given = closings.assign(
        session,
        actor=lead,
        lost_ids={case.id: case.version},
        owner_id=actor.own_id,
        due_on=ON + timedelta(days=3),
        at=AT,
    )
    assert given == 1
    mine = closings.lost_cases(session, actor=actor, on=ON, where=LostFilter(mine=True))
    assert [(row.owner_name, row.is_late) for row in mine] == [(actor.name, False)]
    assert closings.lost_count(session, actor=lead) == 1
    key = (actor.own_id, case.client_id, AccessReason.WIN_BACK)
    assert session.get_one(ClientAccess, key).until is None

    closings.settle(
        session,
        actor=actor,
        lost_id=case.id,
        state=WinBackState.WON,
        note="换回长青",
        at=AT,
        seen_version=case.version,
    )
    assert case.settled_on == ON
    assert session.get_one(ClientAccess, key).until == ON, "the file closes again"
    assert events(session)[-2:] == ["renewal:win_back", "renewal:win_back_result"]
    with pytest.raises(closings.LostSettled):
        closings.settle(
            session,
            actor=actor,
            lost_id=case.id,
            state=WinBackState.OPEN,
            note=None,
            at=AT,
            seen_version=case.version,
        )


def test_only_leads_give_lost_clients_and_only_to_their_own_people(session: Session) -> None:
    actor, case = lost(session)
    lead, stranger = lead_of(session, actor), make_staff(session, team=make_team(session))

    def assign(by: Actor, owner_id: int, version: int = 1) -> None:
        closings.assign(
            session,
            actor=by,
            lost_ids={case.id: version},
            owner_id=owner_id,
            due_on=None,
            at=AT,
        )

    with pytest.raises(NotPermitted):
        assign(actor, actor.own_id)
    with pytest.raises(closings.OwnerUnfit):
        assign(lead, stranger.id)
    with pytest.raises(ChangedMeanwhile):
        assign(lead, actor.own_id, version=9)
    other = lead_of(session, actor_of(session, stranger))
    with pytest.raises(NotFound):
        assign(other, stranger.id)
    with pytest.raises(closings.NotYourLostCase):
        closings.settle(
            session,
            actor=actor,
            lost_id=case.id,
            state=WinBackState.GIVEN_UP,
            note=None,
            at=AT,
            seen_version=case.version,
        )


def test_the_list_goes_on_after_its_last_row(session: Session) -> None:
    actor, case = lost(session)
    lead = lead_of(session, actor)
    row = closings.lost_cases(session, actor=lead, on=ON, limit=1)[0]
    assert closings.lost_cases(session, actor=lead, on=ON, after=row.key) == ()
    assert row.id == case.id
