"""Questions that another department answers."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models import AuditEntry, Client, ClientAccess, Notification, Referral, Staff
from services import overview, referrals
from services.actor import Actor
from services.errors import ChangedMeanwhile, NotFound, NotPermitted
from services.overview import DayKind
from terms.clients import AccessReason
from terms.people import Role
from terms.referrals import ReferralKind, ReferralState
from tests.make import AT, ON, actor_of, make_client, make_staff


def two(session: Session) -> tuple[Actor, Actor, Client]:
    """Who asks, who is asked, and the client of who asks."""
    asker, asked = make_staff(session), make_staff(session, roles=(Role.COMPLAINT_OFFICER,))
    client = make_client(session, owner=asker, name="沈丽华")
    return actor_of(session, asker), actor_of(session, asked), client


def asked(session: Session, by: Actor, to: Actor, client: Client, **but: Any) -> date:
    given = {"kind": ReferralKind.CLAIM_DOUBT, "question": "上次理赔为何扣减？", **but}
    return referrals.ask(
        session, actor=by, number=client.number, to_staff_id=to.own_id, at=AT, **given
    )


def row_of(session: Session, actor: Actor, client: Client) -> referrals.ReferralRow:
    return referrals.referrals_of(session, actor=actor, number=client.number, on=ON)[0]


def answered(session: Session, actor: Actor, row: referrals.ReferralRow, **but: Any) -> None:
    given = {"text": "免赔额按条款扣除", "seen_version": row.version, **but}
    referrals.answer(session, actor=actor, referral_id=row.id, at=AT, **given)


def test_a_doubt_goes_to_a_colleague_with_the_working_day_of_the_rule(session: Session) -> None:
    asker, to, client = two(session)
    assert asked(session, asker, to, client) == date(2026, 11, 25), "three working days"
    access = session.get_one(ClientAccess, (to.own_id, client.id, AccessReason.REFERRAL))
    assert access.until is None
    row = row_of(session, to, client)
    assert (row.question, row.asked_by, row.may_answer) == ("上次理赔为何扣减？", asker.name, True)
    assert not row_of(session, asker, client).may_answer
    assert session.scalars(select(Notification.staff_id)).all() == [to.own_id]
    assert session.scalars(select(AuditEntry.event)).all() == ["referral:ask"]


def test_the_answer_goes_back_and_the_file_closes_when_it_is_read(session: Session) -> None:
    asker, to, client = two(session)
    asked(session, asker, to, client)
    answered(session, to, row_of(session, to, client))
    row = row_of(session, asker, client)
    assert (row.state, row.answer, row.may_close) == (
        ReferralState.ANSWERED,
        "免赔额按条款扣除",
        True,
    )
    referrals.close(session, actor=asker, referral_id=row.id, at=AT, seen_version=row.version)
    access = session.get_one(ClientAccess, (to.own_id, client.id, AccessReason.REFERRAL))
    assert access.until == ON
    with pytest.raises(referrals.ReferralSettled):
        referrals.close(session, actor=asker, referral_id=row.id, at=AT, seen_version=row.version)


def test_it_stands_in_the_day_of_both(session: Session) -> None:
    asker, to, client = two(session)
    asked(session, asker, to, client)

    def day(actor: Actor, on: date) -> list[tuple[DayKind, bool]]:
        at = AT + (on - ON)
        items = overview.my_day(session, actor=actor, on=on, at=at)
        kinds = (DayKind.REFERRAL, DayKind.REFERRAL_ANSWERED, DayKind.REFERRAL_LATE)
        return [(item.kind, item.is_late) for item in items if item.kind in kinds]

    assert day(to, ON) == [(DayKind.REFERRAL, False)]
    assert day(asker, ON) == []
    later = ON + timedelta(days=6)
    assert day(to, later) == [(DayKind.REFERRAL, True)]
    assert day(asker, later) == [(DayKind.REFERRAL_LATE, True)]
    answered(session, to, row_of(session, to, client))
    assert day(asker, ON) == [(DayKind.REFERRAL_ANSWERED, False)]
    assert day(to, ON) == []


def test_others_neither_ask_nor_answer(session: Session) -> None:
    asker, to, client = two(session)
    asked(session, asker, to, client)
    row = row_of(session, to, client)
    with pytest.raises(referrals.NotYoursToAnswer):
        answered(session, asker, row)
    with pytest.raises(ChangedMeanwhile):
        answered(session, to, row, seen_version=9)
    with pytest.raises(referrals.ReferralTextNeeded):
        answered(session, to, row, text=" ")
    with pytest.raises(referrals.ReferralTextNeeded):
        asked(session, asker, to, client, question="")
    with pytest.raises(referrals.ColleagueUnfit):
        asked(session, asker, asker, client)
    with pytest.raises(NotFound):
        asked(session, actor_of(session, make_staff(session)), to, client)
    with pytest.raises(NotPermitted):
        asked(session, to, asker, client)
    assert len(session.scalars(select(Referral.id)).all()) == 1


def test_colleagues_of_the_department_stand_first(session: Session) -> None:
    asker, to, _client = two(session)
    staff = session.get_one(Staff, asker.own_id)
    session.get_one(Staff, to.own_id).branch_id = staff.branch_id
    session.flush()
    found = referrals.colleagues(session, actor=asker, kind=ReferralKind.NEW_NEED, on=ON)
    assert asker.own_id not in [id for id, _name in found]
