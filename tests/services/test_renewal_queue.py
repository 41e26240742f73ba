"""A specialist's queue, its counts, and the brief beside a row."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models import AccessEntry, Client, ClientParty, Renewal, Staff
from services import renewals
from services.errors import NotFound, NotPermitted
from services.renewals.rules import appointment_group
from services.working_calendar import SHANGHAI, end_of_day, start_of_day
from terms.clients import AccessReason, PartyRole, Sex
from terms.intake import AccessKind
from terms.people import Role
from terms.policies import Line
from terms.renewals import (
    QueueGroup,
    QueueView,
    RenewalKind,
    RenewalState,
    WhyCode,
)
from tests.make import (
    AT,
    ON,
    actor_of,
    make_access,
    make_actor,
    make_claim,
    make_client,
    make_company,
    make_complaint,
    make_contact,
    make_group_client,
    make_instalment,
    make_party,
    make_phone,
    make_policy,
    make_promise,
    make_renewal,
    make_staff,
)
from tests.make.renewals import make_due_policy

YESTERDAY = AT - timedelta(days=1)


def make_case(session: Session, staff: Staff, days_left: int = 10, **but: Any) -> Renewal:
    client = make_client(session, owner=staff)
    policy = make_due_policy(session, days_left, client=client)
    return make_renewal(session, policy=policy, assignee=staff, **but)


def ids(rows: Any) -> list[int]:
    return [row.id for row in rows]


def queued(session: Session, staff: Staff, **but: Any) -> tuple[renewals.QueueRow, ...]:
    return renewals.queue(session, **{"actor": actor_of(session, staff), "on": ON, "at": AT, **but})


def test_promised_calls_come_first_then_money_then_what_waits(session: Session) -> None:
    staff = make_staff(session)
    small = make_case(session, staff, at_risk_fen=100)
    later_today = make_case(session, staff, next_at=AT + timedelta(hours=4), at_risk_fen=1)
    monday = make_case(session, staff, next_at=AT + timedelta(days=3), at_risk_fen=900_000)
    called = make_case(session, staff, last_contact_at=AT, at_risk_fen=800_000)
    big = make_case(session, staff, at_risk_fen=500, last_contact_at=YESTERDAY)
    missed = make_case(session, staff, next_at=YESTERDAY, at_risk_fen=2)
    rows = queued(session, staff)
    assert ids(rows) == ids([missed, later_today, big, small, monday, called])
    assert [row.group for row in rows] == [1, 1, 2, 2, 3, 3]
    assert [row.why.code for row in rows] == [
        WhyCode.APPOINTMENT_MISSED,
        WhyCode.APPOINTMENT_TODAY,
        WhyCode.MOST_AT_RISK,
        WhyCode.NOT_CALLED,
        WhyCode.APPOINTMENT_LATER,
        WhyCode.CALLED_TODAY,
    ]


def test_the_group_in_sql_is_the_group_of_the_rules(session: Session) -> None:
    staff = make_staff(session)
    starts, ends = start_of_day(ON, SHANGHAI), end_of_day(ON, SHANGHAI)
    second = timedelta(seconds=1)
    for next_at in (None, ends - second, ends, AT - timedelta(days=9)):
        for last_contact_at in (None, starts - second, starts):
            make_case(session, staff, next_at=next_at, last_contact_at=last_contact_at)
    rows = queued(session, staff)
    assert len(rows) == 12
    for row in rows:
        assert row.group is appointment_group(
            row.next_at, row.last_contact_at, starts=starts, ends=ends
        )


def test_pages_by_key_hold_every_row_once_and_in_order(session: Session) -> None:
    staff = make_staff(session)
    for place in range(9):
        make_case(session, staff, at_risk_fen=3_000_000_000 * (place % 2))
    for hours in (1, 1, 30, 40):
        make_case(session, staff, next_at=AT + timedelta(hours=hours))
    whole = ids(queued(session, staff))
    paged: list[int] = []
    after = None
    while page := queued(session, staff, after=after, limit=2):
        paged += ids(page)
        after = page[-1].key
    assert paged == whole
    assert len(set(whole)) == 13


def test_the_queue_holds_only_one_s_own_open_cases(session: Session) -> None:
    staff = make_staff(session)
    mine = make_case(session, staff)
    make_case(session, staff, state=RenewalState.LOST)
    make_case(session, make_staff(session))
    make_case(session, staff, assignee_id=None)
    assert ids(queued(session, staff)) == [mine.id]
    with pytest.raises(NotPermitted):
        queued(session, staff, actor=make_actor(session, Role.HR))


def make_of_every_view(session: Session, staff: Staff) -> dict[QueueView, Renewal]:
    policy = make_policy(session, client=make_client(session, owner=staff), line=Line.LIFE)
    instalment = make_instalment(session, policy=policy, due_on=ON - timedelta(days=52))
    return {
        QueueView.APPOINTMENT: make_case(session, staff, 40, next_at=AT + timedelta(hours=1)),
        QueueView.WEEK: make_case(session, staff, 7),
        QueueView.UNCOVERED: make_case(session, staff, -1),
        QueueView.GRACE: make_renewal(
            session,
            policy=policy,
            assignee=staff,
            kind=RenewalKind.INSTALMENT,
            instalment_id=instalment.id,
            due_on=instalment.due_on,
        ),
    }


def test_each_pill_shows_what_it_counts(session: Session) -> None:
    staff = make_staff(session)
    of_view = make_of_every_view(session, staff)
    make_case(session, staff, 8)
    counts = renewals.queue_counts(session, actor=actor_of(session, staff), on=ON, at=AT)
    for view, case in of_view.items():
        assert ids(queued(session, staff, view=view)) == [case.id], view
        assert getattr(counts, view.value) == 1
    assert counts.all == 5


def test_days_of_grace_are_counted_to_their_end(session: Session) -> None:
    staff = make_staff(session)
    make_of_every_view(session, staff)
    (row,) = queued(session, staff, view=QueueView.GRACE)
    assert (row.days_left, row.grace_left) == (-52, 8)
    assert (row.why.code, row.why.days) == (WhyCode.GRACE, 8)


def test_the_line_of_the_day_counts_what_was_done_and_what_can_be_saved(session: Session) -> None:
    staff = make_staff(session, weekly_capacity=15)
    first = make_case(session, staff, at_risk_fen=300, last_contact_at=AT)
    client = session.get_one(Client, first.client_id)
    for _ in range(2):
        make_contact(session, client=client, staff=staff, renewal_id=first.id)
    make_contact(session, client=client, staff=staff, happened_at=YESTERDAY, renewal_id=first.id)
    for hours in (-2, 3, 5):
        make_case(session, staff, at_risk_fen=500, next_at=AT + timedelta(hours=hours))
    counts = renewals.queue_counts(session, actor=actor_of(session, staff), on=ON, at=AT)
    assert (counts.done_today, counts.planned_today) == (1, 4)
    assert counts.recoverable_fen == 1800
    assert counts.next_at == AT + timedelta(hours=3)


def test_the_menu_counts_what_wants_a_call_today(session: Session) -> None:
    staff = make_staff(session)
    make_of_every_view(session, staff)
    make_case(session, staff, next_at=AT + timedelta(days=3))
    actor = actor_of(session, staff)
    assert renewals.open_count(session, actor=actor, on=ON) == 4
    assert renewals.open_count(session, actor=actor, on=ON + timedelta(days=3)) == 5
    assert renewals.open_count(session, actor=make_actor(session, Role.HR), on=ON) == 0


def test_one_row_is_read_again_until_it_leaves_the_queue(session: Session) -> None:
    staff = make_staff(session)
    case = make_case(session, staff)
    actor = actor_of(session, staff)

    def again() -> renewals.QueueRow | None:
        return renewals.queue_row(session, actor=actor, renewal_id=case.id, on=ON, at=AT)

    row = again()
    assert row is not None
    assert (row.id, row.group) == (case.id, QueueGroup.WORK)
    case.is_open = False
    case.state = RenewalState.LOST
    session.flush()
    assert again() is None


def make_told(session: Session) -> tuple[Staff, Renewal]:
    """A case with all a brief may hold."""
    make_company(session)
    staff = make_staff(session)
    party = make_party(session, name="沈丽华", sex=Sex.FEMALE, birth_on=date(1985, 3, 1))
    make_phone(session, party=party, number="13812346721")
    client = make_client(session, owner=staff, party=party, client_since_on=date(2020, 3, 1))
    policy = make_policy(session, client=client)
    case = make_renewal(session, policy=policy, assignee=staff)
    for days in (1, 2, 3, 4):
        make_contact(
            session,
            client=client,
            staff=staff,
            happened_at=AT - timedelta(days=days),
            note=f"{days}",
        )
    make_promise(session, client=client, staff=staff, renewal_id=case.id)
    make_promise(session, client=client, staff=staff, due_at=AT - timedelta(days=2))
    make_claim(session, policy=policy, reported_on=date(2023, 1, 1))
    make_claim(session, policy=policy, reported_on=date(2026, 6, 1))
    make_complaint(session, client=client)
    make_complaint(session, client=client, about_staff_id=staff.id)
    return staff, case


def test_a_brief_holds_all_that_is_needed_for_the_call(session: Session) -> None:
    staff, case = make_told(session)
    seen = renewals.brief(session, actor=actor_of(session, staff), renewal_id=case.id, on=ON, at=AT)
    assert (seen.client_name, seen.sex, seen.age, seen.client_years) == (
        "沈丽华",
        Sex.FEMALE,
        41,
        6,
    )
    assert seen.phone_masked == "138****6721"
    assert [contact.note for contact in seen.contacts] == ["1", "2", "3"]
    assert [promise.is_missed for promise in seen.promises] == [True, False]
    assert seen.claim is not None
    assert seen.claim.reported_on == date(2026, 6, 1)
    assert seen.open_complaints == 1, "the one about oneself is not shown"
    assert seen.opening.staff_name == staff.name
    assert seen.opening.registration_number == staff.registration_number
    assert seen.opening.company_name == "长青保险经纪有限公司"
    assert (seen.is_mine, seen.is_open, seen.version) == (True, True, 1)


def test_a_brief_stays_closed_to_strangers(session: Session) -> None:
    _, case = make_told(session)
    with pytest.raises(NotFound):
        renewals.brief(session, actor=make_actor(session), renewal_id=case.id, on=ON, at=AT)
    with pytest.raises(NotPermitted):
        renewals.brief(
            session, actor=make_actor(session, Role.EXECUTIVE), renewal_id=case.id, on=ON, at=AT
        )


def test_the_call_button_reveals_the_number_of_one_s_own_case_and_logs_it(
    session: Session,
) -> None:
    staff, case = make_told(session)
    actor = actor_of(session, staff)
    assert renewals.reveal_phone(session, actor=actor, renewal_id=case.id, at=AT) == "13812346721"
    entry = session.scalars(select(AccessEntry)).one()
    assert (entry.kind, entry.staff_id, entry.client_id, entry.what) == (
        AccessKind.REVEALED,
        staff.id,
        case.client_id,
        "phone",
    )
    assert entry.reason is not None


def test_the_number_stays_hidden_where_the_case_gives_no_reason(session: Session) -> None:
    staff, case = make_told(session)
    actor = actor_of(session, staff)
    client = session.get_one(Client, case.client_id)

    def revealed(by: Any = actor) -> str:
        return renewals.reveal_phone(session, actor=by, renewal_id=case.id, at=AT)

    with pytest.raises(NotFound):
        revealed(make_actor(session))
    colleague = make_staff(session)
    make_access(session, client=client, staff=colleague, reason=AccessReason.COVER)
    with pytest.raises(renewals.NotYourCase):
        revealed(actor_of(session, colleague))
    client.do_not_contact = True
    session.flush()
    with pytest.raises(renewals.ClientDoesNotWantContact):
        revealed()
    case.is_open = False
    case.state = RenewalState.LOST
    session.flush()
    with pytest.raises(renewals.RenewalAlreadyClosed):
        revealed()
    assert session.scalars(select(AccessEntry)).all() == []


def test_a_group_without_a_number_is_called_at_its_contact_person(session: Session) -> None:
    staff = make_staff(session)
    client = make_group_client(session, owner=staff)
    case = make_renewal(session, policy=make_policy(session, client=client), assignee=staff)
    actor = actor_of(session, staff)
    with pytest.raises(renewals.NoPhoneKnown):
        renewals.reveal_phone(session, actor=actor, renewal_id=case.id, at=AT)
    person = make_party(session)
    make_phone(session, party=person, number="13900001111")
    session.add(ClientParty(client_id=client.id, party_id=person.id, role=PartyRole.CONTACT_PERSON))
    session.flush()
    assert renewals.reveal_phone(session, actor=actor, renewal_id=case.id, at=AT) == "13900001111"
