"""A pinned case stands on top of its assignee's queue, says who pinned it, and is let go again."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models import AuditEntry, Contact, Renewal, Staff
from services import renewals
from services.errors import NotFound, NotPermitted
from services.renewals import NoteTooLong, QueueRow, RenewalAlreadyClosed
from terms.people import Locale, Role
from terms.renewals import (
    ContactChannel,
    ContactOutcome,
    NextStep,
    QueueGroup,
    QueueView,
    RenewalState,
    WhyCode,
)
from tests.make import (
    AT,
    ON,
    actor_of,
    make_client,
    make_renewal,
    make_staff,
    make_team,
)
from tests.make.renewals import make_due_policy
from words import in_locale
from words.renewals import why


def make_case(session: Session, staff: Staff, **but: Any) -> Renewal:
    client = make_client(session, owner=staff)
    policy = make_due_policy(session, 10, client=client)
    return make_renewal(session, policy=policy, assignee=staff, **but)


def queued(session: Session, staff: Staff, **but: Any) -> tuple[QueueRow, ...]:
    return renewals.queue(session, **{"actor": actor_of(session, staff), "on": ON, "at": AT, **but})


def ids(rows: Any) -> list[int]:
    return [row.id for row in rows]


def pin(session: Session, staff: Staff, case: Renewal, **but: Any) -> bool:
    given = {"actor": actor_of(session, staff), "renewal_id": case.id, "at": AT, **but}
    return renewals.pin(session, **given)


def led(session: Session) -> tuple[Staff, Staff]:
    """A specialist and their lead."""
    team = make_team(session)
    return (
        make_staff(session, team=team),
        make_staff(session, team=team, roles=(Role.TEAM_LEAD,), name="王芳"),
    )


def test_a_pinned_case_stands_on_top_until_it_is_unpinned(session: Session) -> None:
    staff = make_staff(session)
    small = make_case(session, staff, at_risk_fen=5)
    big = make_case(session, staff, at_risk_fen=900)
    promised = make_case(session, staff, next_at=AT + timedelta(hours=2))
    version = small.version
    before = renewals.own_marks(session, staff_ids=[staff.id])
    assert pin(session, staff, small)
    assert renewals.own_marks(session, staff_ids=[staff.id]) != before
    assert not pin(session, staff, small, at=AT + timedelta(minutes=1))
    rows = queued(session, staff)
    assert ids(rows) == ids([small, promised, big])
    assert (rows[0].group, rows[0].why.code, rows[0].why.also, rows[0].next_step) == (
        QueueGroup.PINNED,
        WhyCode.PINNED,
        WhyCode.NOT_CALLED,
        NextStep.FIRST_CONTACT,
    )
    assert rows[2].why.code is WhyCode.MOST_AT_RISK
    assert small.version == version
    actor = actor_of(session, staff)
    assert renewals.unpin(session, actor=actor, renewal_id=small.id, at=AT)
    assert not renewals.unpin(session, actor=actor, renewal_id=small.id, at=AT)
    assert ids(queued(session, staff)) == ids([promised, big, small])
    entries = session.scalars(select(AuditEntry.event).order_by(AuditEntry.id)).all()
    assert list(entries) == ["renewal:pinned", "renewal:unpinned"]


def test_the_row_says_who_pinned_it_and_which_was_pinned_first(session: Session) -> None:
    staff, lead = led(session)
    first, second = make_case(session, staff), make_case(session, staff, at_risk_fen=7)
    pin(session, lead, second, at=AT - timedelta(hours=1))
    pin(session, staff, first)
    rows = queued(session, staff)
    assert ids(rows) == ids([second, first])
    with in_locale(Locale.EN):
        said = [why(row.why, on=ON, above=row.above) for row in rows]
    assert said[0].startswith("王芳 pinned first: ")
    assert said[1].startswith("You pinned: ")
    one = renewals.queue_row(
        session, actor=actor_of(session, staff), renewal_id=second.id, on=ON, at=AT
    )
    assert one is not None
    assert (one.group, one.why.by_name) == (QueueGroup.PINNED, "王芳")
    brief = renewals.brief(
        session, actor=actor_of(session, staff), renewal_id=second.id, on=ON, at=AT
    )
    assert (brief.pinned_at, brief.pinned_by) == (AT - timedelta(hours=1), "王芳")


def test_pages_hold_pinned_rows_once_in_every_view(session: Session) -> None:
    staff = make_staff(session)
    cases = [make_case(session, staff, at_risk_fen=place % 2) for place in range(5)]
    cases += [make_case(session, staff, next_at=AT + timedelta(hours=n)) for n in (1, 1, 40, 40)]
    for minutes, case in enumerate((*cases[:3], *cases[-3:])):
        pin(session, staff, case, at=AT - timedelta(minutes=minutes // 2))
    for view in (QueueView.ALL, QueueView.APPOINTMENT):
        whole = ids(queued(session, staff, view=view))
        paged: list[int] = []
        after = None
        while page := queued(session, staff, view=view, after=after, limit=1):
            paged += ids(page)
            after = page[-1].key
        assert paged == whole
        assert len(set(whole)) == len(whole) == (9 if view is QueueView.ALL else 4)


def test_the_day_s_portion_does_not_depend_on_what_is_pinned(session: Session) -> None:
    staff = make_staff(session)
    case = make_case(session, staff, last_contact_at=AT)
    make_case(session, staff)
    before = renewals.queue_counts(session, actor=actor_of(session, staff), on=ON, at=AT)
    pin(session, staff, case)
    assert renewals.queue_counts(session, actor=actor_of(session, staff), on=ON, at=AT) == before


def test_only_the_assignee_and_who_leads_them_pin_an_open_case(session: Session) -> None:
    staff, lead = led(session)
    case, closed = make_case(session, staff), make_case(session, staff, state=RenewalState.LOST)
    stranger = make_staff(session)
    other_lead = make_staff(session, team=make_team(session), roles=(Role.TEAM_LEAD,))
    reader = make_staff(session, team_id=staff.team_id, roles=(Role.CLIENT_MANAGER,))
    with pytest.raises(NotFound):
        pin(session, stranger, case)
    with pytest.raises(NotFound):
        pin(session, other_lead, case)
    with pytest.raises(NotPermitted):
        pin(session, reader, case)
    with pytest.raises(RenewalAlreadyClosed):
        pin(session, staff, closed)
    assert pin(session, lead, case)
    assert renewals.unpin(session, actor=actor_of(session, staff), renewal_id=case.id, at=AT)


def test_the_pin_of_who_had_the_case_falls_with_it_and_a_lead_s_goes_along(
    session: Session,
) -> None:
    staff, lead = led(session)
    other = make_staff(session, team_id=staff.team_id)
    own, from_lead = make_case(session, staff), make_case(session, staff)
    pin(session, staff, own)
    pin(session, lead, from_lead)
    renewals.reassign(
        session,
        actor=actor_of(session, lead),
        cases={own.id: staff.id, from_lead.id: staff.id},
        to_staff_id=other.id,
        reason="忙",
        at=AT,
        on=ON,
    )
    session.expire_all()
    assert (own.pinned_at, own.pinned_by_id) == (None, None)
    assert (from_lead.pinned_at, from_lead.pinned_by_id) == (AT, lead.id)
    assert ids(queued(session, other)) == ids([from_lead, own])


def test_what_is_told_of_the_market_stands_with_the_contact(session: Session) -> None:
    staff = make_staff(session)
    case = make_case(session, staff)
    given: dict[str, Any] = {
        "actor": actor_of(session, staff),
        "renewal_id": case.id,
        "channel": ContactChannel.PHONE,
        "intention": None,
        "refusal_reason": None,
        "note": None,
        "next_at": None,
        "at": AT,
        "seen_version": case.version,
    }
    with pytest.raises(NoteTooLong):
        renewals.record_contact(
            session, **given, outcome=ContactOutcome.REACHED, market="便" * 4001
        )
    renewals.record_contact(
        session, **given, outcome=ContactOutcome.REACHED, market=" 平安报价低 8% "
    )
    again = {**given, "seen_version": case.version, "at": AT + timedelta(minutes=5)}
    renewals.record_contact(session, **again, outcome=ContactOutcome.NO_ANSWER, market="没有")
    told = session.scalars(select(Contact.market).order_by(Contact.id)).all()
    assert list(told) == ["平安报价低 8%", None]
    brief = renewals.brief(
        session,
        actor=actor_of(session, staff),
        renewal_id=case.id,
        on=ON,
        at=AT + timedelta(minutes=9),
    )
    assert [one.market for one in brief.contacts] == [None, "平安报价低 8%"]
