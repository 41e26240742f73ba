"""Recording contacts, quoting and closing renewals."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models import (
    AuditEntry,
    Client,
    ClientAccess,
    Contact,
    Policy,
    Promise,
    Renewal,
    Rule,
    Staff,
)
from services import drafts, renewals
from services.access import visible_clients
from services.actor import Actor
from services.errors import ChangedMeanwhile, NotFound, NotPermitted
from terms.clients import AccessReason
from terms.people import Role
from terms.renewals import (
    ContactChannel,
    ContactOutcome,
    Intention,
    PromiseState,
    RenewalKind,
    RenewalState,
)
from tests.make import (
    AT,
    ON,
    actor_of,
    make_access,
    make_actor,
    make_client,
    make_instalment,
    make_policy,
    make_promise,
    make_renewal,
    make_staff,
    make_team,
)

TOMORROW = AT + timedelta(days=1)


def own_case(session: Session, **but: Any) -> tuple[Actor, Renewal]:
    """A specialist and an open case of theirs."""
    staff = make_staff(session)
    client = make_client(session, owner=staff)
    policy = but.pop("policy", None) or make_policy(session, client=client)
    return actor_of(session, staff), make_renewal(session, policy=policy, assignee=staff, **but)


def recorded(session: Session, actor: Actor, renewal: Renewal, **but: Any) -> renewals.RenewalCard:
    """A call that reached the client, who is thinking it over."""
    given: dict[str, Any] = {
        "renewal_id": renewal.id,
        "channel": ContactChannel.PHONE,
        "outcome": ContactOutcome.REACHED,
        "intention": Intention.THINKING,
        "refusal_reason": None,
        "note": "要对比两家",
        "next_at": None,
        "at": AT,
        "seen_version": renewal.version,
        **but,
    }
    return renewals.record_contact(session, actor=actor, **given)


def audited(session: Session, event: str) -> AuditEntry:
    return session.scalars(select(AuditEntry).where(AuditEntry.event == event)).one()


def test_a_contact_is_kept_with_everything_r74_asks_for(session: Session) -> None:
    actor, renewal = own_case(session)
    card = recorded(session, actor, renewal, next_at=TOMORROW)

    contact = session.scalars(select(Contact)).one()
    assert (contact.id, contact.renewal_id) == (card.contact_id, renewal.id)
    assert (contact.happened_at, contact.channel) == (AT, ContactChannel.PHONE)
    assert (contact.outcome, contact.intention) == (ContactOutcome.REACHED, Intention.THINKING)
    assert (contact.note, contact.next_at) == ("要对比两家", TOMORROW)
    promise = session.scalars(select(Promise)).one()
    assert (promise.due_at, promise.state, promise.what) == (
        TOMORROW,
        PromiseState.OPEN,
        "要对比两家",
    )
    assert card.state is RenewalState.CONTACTED
    assert card.next_at == TOMORROW
    assert card.version == 2
    entry = audited(session, "renewal:contact")
    assert entry.detail["state"] == ["allocated", "contacted"]
    assert entry.client_id == renewal.client_id


def test_a_note_is_kept_without_the_character_no_database_takes(session: Session) -> None:
    actor, renewal = own_case(session)
    recorded(session, actor, renewal, note="要\0对比\0")
    assert session.scalars(select(Contact.note)).one() == "要对比"


def test_a_contact_recomputes_the_money_at_risk(session: Session) -> None:
    actor, renewal = own_case(session, premium_fen=100_000)
    card = recorded(session, actor, renewal)
    assert card.at_risk_fen == 100_000 * 35 * 75 // 10_000


def test_attempts_count_until_the_client_is_reached(session: Session) -> None:
    actor, renewal = own_case(session)
    card = recorded(session, actor, renewal, outcome=ContactOutcome.NO_ANSWER)
    assert (card.attempts, card.state) == (1, RenewalState.ALLOCATED)
    assert session.scalars(select(Contact.intention)).one() is None
    card = recorded(session, actor, renewal, outcome=ContactOutcome.WRONG_NUMBER)
    assert card.attempts == 2
    assert recorded(session, actor, renewal).attempts == 0


def test_who_agrees_is_agreed_and_who_then_doubts_is_not(session: Session) -> None:
    actor, renewal = own_case(session, proposed_premium_fen=330_000)
    assert recorded(session, actor, renewal, intention=Intention.RENEWS).state is (
        RenewalState.AGREED
    )
    card = recorded(session, actor, renewal, intention=Intention.THINKING)
    assert card.state is RenewalState.QUOTED
    assert renewal.reached is RenewalState.AGREED


def test_a_refusal_needs_a_known_reason_and_keeps_the_case_open(session: Session) -> None:
    actor, renewal = own_case(session)
    with pytest.raises(renewals.RefusalReasonNeeded):
        recorded(session, actor, renewal, intention=Intention.REFUSES)
    with pytest.raises(renewals.UnknownRefusalReason):
        recorded(session, actor, renewal, intention=Intention.REFUSES, refusal_reason="moon")
    card = recorded(session, actor, renewal, intention=Intention.REFUSES, refusal_reason="price")
    assert card.is_open
    assert renewal.refusal_reason == "price"


def test_an_appointment_is_kept_on_its_day_and_broken_after_it(session: Session) -> None:
    actor, renewal = own_case(session)
    client_and_staff = {
        "client": session.get_one(Client, renewal.client_id),
        "staff": session.get_one(Staff, renewal.assignee_id),
        "renewal_id": renewal.id,
    }
    kept = make_promise(session, due_at=AT + timedelta(hours=3), **client_and_staff)
    broken = make_promise(session, due_at=AT - timedelta(days=1), **client_and_staff)
    ahead = make_promise(session, due_at=AT + timedelta(days=3), **client_and_staff)
    card = recorded(session, actor, renewal)
    assert (kept.state, broken.state) == (PromiseState.KEPT, PromiseState.BROKEN)
    assert (ahead.state, card.next_at) == (PromiseState.OPEN, ahead.due_at)

    recorded(session, actor, renewal, next_at=TOMORROW)
    assert ahead.state is PromiseState.CANCELLED
    assert renewal.next_at == TOMORROW


def test_the_draft_of_the_form_is_dropped_with_the_contact(session: Session) -> None:
    actor, renewal = own_case(session)
    draft = {"form": renewals.CONTACT_DRAFT, "subject": str(renewal.id)}
    drafts.keep(session, actor=actor, body={"note": "要对比"}, at=AT, **draft)
    recorded(session, actor, renewal)
    assert drafts.kept(session, actor=actor, **draft) == {}


@pytest.mark.parametrize(
    ("but", "refusal"),
    [
        ({"next_at": AT}, renewals.AppointmentInThePast),
        ({"note": "长" * 4001}, renewals.NoteTooLong),
        ({"seen_version": 7}, ChangedMeanwhile),
    ],
)
def test_a_contact_that_cannot_be_is_refused(
    session: Session, but: dict[str, Any], refusal: type[Exception]
) -> None:
    actor, renewal = own_case(session)
    with pytest.raises(refusal):
        recorded(session, actor, renewal, **but)
    assert session.scalars(select(Contact)).all() == []


def test_who_saved_in_between_is_named(session: Session) -> None:
    actor, renewal = own_case(session)
    recorded(session, actor, renewal)
    with pytest.raises(ChangedMeanwhile) as refused:
        recorded(session, actor, renewal, seen_version=1)
    assert refused.value.data["who"] == actor.name
    assert refused.value.data["at"] == AT


def test_a_stranger_learns_nothing_of_the_case(session: Session) -> None:
    _, renewal = own_case(session)
    with pytest.raises(NotFound):
        recorded(session, make_actor(session), renewal)
    with pytest.raises(NotPermitted):
        recorded(session, make_actor(session, Role.HR), renewal)


def test_a_colleague_who_sees_the_client_is_told_whose_case_it_is(session: Session) -> None:
    actor, renewal = own_case(session)
    colleague = make_staff(session)
    client = session.get_one(Client, renewal.client_id)
    make_access(session, client=client, staff=colleague, reason=AccessReason.COVER)
    with pytest.raises(renewals.NotYourCase) as refused:
        recorded(session, actor_of(session, colleague), renewal)
    assert refused.value.data == {"name": actor.name}


def test_a_lead_works_the_cases_of_the_own_team_only(session: Session) -> None:
    team = make_team(session)
    staff = make_staff(session, team=team)
    renewal = make_renewal(
        session,
        policy=make_policy(session, client=make_client(session, owner=staff)),
        assignee=staff,
    )
    lead = make_actor(session, Role.TEAM_LEAD, team=team)
    assert recorded(session, lead, renewal).version == 2
    with pytest.raises(NotFound):
        recorded(session, make_actor(session, Role.TEAM_LEAD), renewal)


def test_do_not_contact_stops_calls_about_a_new_term(session: Session) -> None:
    actor, renewal = own_case(session)
    session.get_one(Client, renewal.client_id).do_not_contact = True
    session.flush()
    with pytest.raises(renewals.ClientDoesNotWantContact):
        recorded(session, actor, renewal)
    assert recorded(session, actor, renewal, channel=ContactChannel.COUNTER).contact_id


def test_do_not_contact_leaves_the_service_reminder_of_an_instalment(session: Session) -> None:
    actor, renewal = own_case(session, kind=RenewalKind.INSTALMENT)
    session.get_one(Client, renewal.client_id).do_not_contact = True
    session.flush()
    assert recorded(session, actor, renewal).contact_id


def test_a_quote_stands_beside_the_last_term(session: Session) -> None:
    actor, renewal = own_case(session)
    policy = session.get_one(Policy, renewal.policy_id)
    policy.cover = {"三者险": 200_000_000}
    session.flush()
    card = renewals.quote(
        session,
        actor=actor,
        renewal_id=renewal.id,
        premium_fen=348_000,
        cover={"三者险": 300_000_000},
        at=AT,
        seen_version=1,
    )
    assert card.state is RenewalState.QUOTED
    seen = renewals.brief(session, actor=actor, renewal_id=renewal.id, on=ON, at=AT)
    premium, liability = seen.terms
    assert (premium.last, premium.proposed, premium.percent) == (328_000, 348_000, 6.1)
    assert (liability.item, liability.percent) == ("三者险", 50.0)
    assert audited(session, "renewal:quote").detail["proposed_premium_fen"] == [None, 348_000]
    with pytest.raises(renewals.PremiumNotPositive):
        renewals.quote(
            session, actor=actor, renewal_id=renewal.id, premium_fen=0, at=AT, seen_version=2
        )


def closing(renewal: Renewal) -> dict[str, Any]:
    return {"renewal_id": renewal.id, "at": AT, "seen_version": renewal.version}


def test_a_renewed_case_links_the_next_term_and_ends_its_appointment(session: Session) -> None:
    actor, renewal = own_case(session, next_at=TOMORROW)
    client = session.get_one(Client, renewal.client_id)
    later = make_policy(
        session, client=client, previous_id=renewal.policy_id, inception_on=ON + timedelta(days=11)
    )
    promise = make_promise(
        session,
        client=client,
        staff=session.get_one(Staff, actor.staff_id),
        renewal_id=renewal.id,
        due_at=TOMORROW,
    )
    card = renewals.close_renewed(session, actor=actor, premium_fen=340_000, **closing(renewal))
    assert (card.state, card.is_open, card.at_risk_fen) == (RenewalState.RENEWED, False, 0)
    assert (renewal.renewed_policy_id, renewal.closed_on) == (later.id, ON)
    assert promise.state is PromiseState.CANCELLED
    assert audited(session, "renewal:renewed").detail["premium_fen"] == 340_000
    with pytest.raises(renewals.RenewalAlreadyClosed):
        renewals.close_renewed(session, actor=actor, premium_fen=340_000, **closing(renewal))


def test_unreachable_needs_two_failed_attempts(session: Session) -> None:
    actor, renewal = own_case(session, attempts=1)
    with pytest.raises(renewals.MoreAttemptsNeeded) as refused:
        renewals.close_lost(session, actor=actor, reason="unreachable", **closing(renewal))
    assert refused.value.data == {"attempts": 1, "needed": 2}
    recorded(session, actor, renewal, outcome=ContactOutcome.NO_ANSWER)
    card = renewals.close_lost(session, actor=actor, reason="unreachable", **closing(renewal))
    assert card.state is RenewalState.LOST
    assert audited(session, "renewal:lost").detail["reason"] == "unreachable"


def test_only_what_is_past_its_day_lapses(session: Session) -> None:
    actor, renewal = own_case(session)
    with pytest.raises(renewals.NotExpiredYet):
        renewals.lapse(session, actor=actor, **closing(renewal))
    renewal.due_on = ON - timedelta(days=1)
    session.flush()
    assert renewals.lapse(session, actor=actor, **closing(renewal)).state is RenewalState.LAPSED
    assert audited(session, "renewal:lapsed").detail["state"] == ["allocated", "lapsed"]


def test_closing_ends_the_access_the_case_gave(session: Session) -> None:
    staff = make_staff(session)
    client = make_client(session)
    make_access(session, client=client, staff=staff, reason=AccessReason.ASSIGNED_CASE)
    first, second = (
        make_renewal(session, policy=make_policy(session, client=client), assignee=staff)
        for _ in range(2)
    )
    actor = actor_of(session, staff)

    def until() -> Any:
        return session.scalars(
            select(ClientAccess.until).where(ClientAccess.staff_id == staff.id)
        ).one()

    renewals.close_lost(session, actor=actor, reason="price", **closing(first))
    assert until() is None
    renewals.close_lost(session, actor=actor, reason="price", **closing(second))
    assert until() == ON
    tomorrow = ON + timedelta(days=1)
    assert session.scalar(select(Client.id).where(visible_clients(actor, on=ON))) == client.id
    assert session.scalar(select(Client.id).where(visible_clients(actor, on=tomorrow))) is None


def test_an_instalment_is_closed_without_touching_policies(session: Session) -> None:
    staff = make_staff(session)
    policy = make_policy(session, client=make_client(session, owner=staff))
    instalment = make_instalment(session, policy=policy)
    renewal = make_renewal(
        session,
        policy=policy,
        assignee=staff,
        kind=RenewalKind.INSTALMENT,
        instalment_id=instalment.id,
    )
    at = datetime(2026, 11, 20, 3, tzinfo=UTC)
    card = renewals.close_renewed(
        session,
        actor=actor_of(session, staff),
        renewal_id=renewal.id,
        premium_fen=328_000,
        at=at,
        seen_version=1,
    )
    assert card.state is RenewalState.RENEWED
    assert renewal.renewed_policy_id is None


def test_an_objection_is_kept_also_while_the_client_is_thinking(session: Session) -> None:
    actor, renewal = own_case(session)
    recorded(session, actor, renewal, objection="price")
    assert session.scalars(select(Contact.objection)).one() == "price"
    with pytest.raises(renewals.UnknownObjection):
        recorded(session, actor, renewal, objection="weather")
    recorded(
        session,
        actor,
        renewal,
        outcome=ContactOutcome.NO_ANSWER,
        intention=None,
        objection="price",
        at=TOMORROW,
    )
    newest = select(Contact.objection).order_by(Contact.id.desc()).limit(1)
    assert session.scalar(newest) is None, "nobody objected who was not reached"


def test_calls_of_one_half_day_count_once_where_the_rule_says_so(session: Session) -> None:
    session.add(
        Rule(
            key="renewal.attempts_apart",
            value=True,
            effective_from=ON,
            source="company",
            created_at=AT,
            updated_at=AT,
        )
    )
    session.flush()
    actor, renewal = own_case(session)
    unreached: dict[str, Any] = {"outcome": ContactOutcome.NO_ANSWER, "intention": None}
    recorded(session, actor, renewal, **unreached)
    recorded(session, actor, renewal, **unreached, at=AT + timedelta(hours=1))
    assert renewal.attempts == 1, "the same morning"
    recorded(session, actor, renewal, **unreached, at=AT + timedelta(hours=6))
    assert renewal.attempts == 2, "the afternoon"


def test_appointments_with_others_are_shown_to_whoever_works_the_case(session: Session) -> None:
    actor, renewal = own_case(session)
    staff = session.get_one(Staff, actor.own_id)
    other = make_client(session, owner=staff, name="郑秀兰")
    make_promise(session, client=other, staff=staff, due_at=TOMORROW)
    make_promise(
        session,
        client=session.get_one(Client, renewal.client_id),
        staff=staff,
        renewal_id=renewal.id,
        due_at=TOMORROW,
    )
    given = {"renewal_id": renewal.id, "since": AT, "until": AT + timedelta(days=3)}
    found = renewals.appointments(session, actor=actor, **given)
    assert [(one.at, one.client_name) for one in found] == [(TOMORROW, "郑秀兰")]
    stranger = actor_of(session, make_staff(session))
    assert renewals.appointments(session, actor=stranger, **given) == ()
