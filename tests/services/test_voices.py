"""What clients say, counted for who leads."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models import Notification, Staff
from services import voices
from services.errors import NotPermitted
from terms.people import Role
from terms.voices import VoiceKind
from tests.make import (
    AT,
    ON,
    actor_of,
    make_client,
    make_contact,
    make_staff,
    make_team,
)


def said(session: Session) -> tuple[Staff, Staff]:
    """A lead and a specialist of theirs, to whom clients said three things this week."""
    team = make_team(session)
    lead = make_staff(session, team=team, roles=(Role.TEAM_LEAD,))
    staff, other = make_staff(session, team=team), make_staff(session, team=make_team(session))
    client = make_client(session, owner=staff, name="沈丽华", team_id=team.id)
    for days, objection in ((0, "price"), (3, "price"), (8, "price"), (20, "price"), (1, "later")):
        make_contact(
            session,
            client=client,
            staff=staff,
            objection=objection,
            note="太贵",
            happened_at=AT - timedelta(days=days),
        )
    make_contact(session, client=client, staff=staff, refusal_reason="price")
    make_contact(session, client=client, staff=other, objection="price")
    return lead, staff


def test_what_is_heard_is_counted_beside_the_days_before(session: Session) -> None:
    lead, _staff = said(session)
    rows = voices.heard(session, actor=actor_of(session, lead), on=ON, days=7)
    assert [(row.kind, row.code, row.count, row.before, row.people) for row in rows] == [
        (VoiceKind.OBJECTION, "price", 2, 1, 1),
        (VoiceKind.OBJECTION, "later", 1, 0, 1),
        (VoiceKind.REFUSAL, "price", 1, 0, 1),
    ]


def test_a_line_opens_to_its_contacts(session: Session) -> None:
    lead, staff = said(session)
    found = voices.contacts(
        session,
        actor=actor_of(session, lead),
        kind=VoiceKind.OBJECTION,
        code="price",
        on=ON,
        days=7,
    )
    assert [(one.client_name, one.note, one.staff_name) for one in found] == [
        ("沈丽华", "太贵", staff.name)
    ] * 2


def test_only_who_leads_reads_it(session: Session) -> None:
    _lead, staff = said(session)
    actor = actor_of(session, staff)
    with pytest.raises(NotPermitted):
        voices.heard(session, actor=actor, on=ON, days=7)
    with pytest.raises(NotPermitted):
        voices.contacts(session, actor=actor, kind=VoiceKind.REFUSAL, code="price", on=ON, days=7)


def test_who_leads_is_told_once_a_week(session: Session) -> None:
    lead, _staff = said(session)
    assert voices.tell_weekly(session, on=ON, at=AT) == 1
    assert voices.tell_weekly(session, on=ON, at=AT + timedelta(hours=1)) == 0
    told = session.scalars(select(Notification)).one()
    assert (told.staff_id, told.data) == (lead.id, {"n": 4})
