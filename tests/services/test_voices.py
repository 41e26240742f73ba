"""What clients say, counted for who leads."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models import Notification, Staff, Team
from services import voices
from services.errors import NotPermitted
from services.voices import VoiceFilter
from terms.people import Role
from terms.policies import Line
from terms.voices import VoiceBy, VoiceKind
from tests.make import (
    AT,
    ON,
    actor_of,
    make_client,
    make_contact,
    make_policy,
    make_renewal,
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


def test_so_does_what_was_heard_in_the_days_before(session: Session) -> None:
    lead, _staff = said(session)
    found = voices.contacts(
        session,
        actor=actor_of(session, lead),
        kind=VoiceKind.OBJECTION,
        code="price",
        on=ON,
        days=7,
        is_before=True,
    )
    assert [one.happened_at for one in found] == [AT - timedelta(days=8)]


def told(session: Session) -> tuple[Staff, Staff, Staff]:
    """A manager, and two specialists of two teams with what clients said of two products."""
    manager = make_staff(session, roles=(Role.MANAGER,))
    north, south = (make_team(session, branch_id=manager.branch_id) for _ in "ns")
    first, second = make_staff(session, team=north), make_staff(session, team=south)
    for staff, product, line, told_us in (
        (first, "家用车险", Line.MOTOR, "平安报价低 8%"),
        (first, "家用车险", Line.MOTOR, None),
        (second, "家财险", Line.HOME, "太保送道路救援，100%满意"),
    ):
        client = make_client(session, owner=staff, team_id=staff.team_id)
        policy = make_policy(session, client=client, product=product, line=line)
        case = make_renewal(session, policy=policy, assignee=staff)
        make_contact(
            session,
            client=client,
            staff=staff,
            renewal_id=case.id,
            objection="price",
            market=told_us,
            happened_at=AT - timedelta(hours=case.id % 7),
        )
    return manager, first, second


def test_what_is_heard_is_broken_down_and_filtered_and_every_count_opens_its_rows(
    session: Session,
) -> None:
    manager, first, second = told(session)
    actor = actor_of(session, manager)
    common: dict[str, Any] = {"actor": actor, "on": ON, "days": 7}
    names = {staff: session.get_one(Team, staff.team_id).name for staff in (first, second)}
    for by, of in (
        (VoiceBy.PRODUCT, ["家用车险", "家财险"]),
        (VoiceBy.LINE, ["motor", "home"]),
        (VoiceBy.TEAM, [names[first], names[second]]),
    ):
        rows = voices.heard(session, **common, by=by)
        assert [(row.code, row.of, row.count) for row in rows] == [
            ("price", of[0], 2),
            ("price", of[1], 1),
        ]
        for row in rows:
            behind = voices.contacts(
                session, **common, kind=row.kind, code=row.code, by=by, of=row.of
            )
            assert len(behind) == row.count
    for where, counts in (
        (VoiceFilter(line=Line.HOME), [1]),
        (VoiceFilter(product="家用车险"), [2]),
        (VoiceFilter(team=names[second]), [1]),
        (VoiceFilter(team=names[second], product="家用车险"), []),
    ):
        rows = voices.heard(session, **common, where=where)
        assert [row.count for row in rows] == counts
        for row in rows:
            behind = voices.contacts(session, **common, kind=row.kind, code=row.code, where=where)
            assert len(behind) == row.count
    chosen = voices.choices(session, **common)
    assert chosen.products == ("家用车险", "家财险")
    assert set(chosen.teams) >= set(names.values())


def test_market_information_is_listed_newest_first_with_its_case_and_found_by_its_words(
    session: Session,
) -> None:
    manager, first, _second = told(session)
    common: dict[str, Any] = {"actor": actor_of(session, manager), "on": ON, "days": 7}
    rows = voices.market(session, **common)
    assert {row.market for row in rows} == {"平安报价低 8%", "太保送道路救援，100%满意"}
    assert [row.happened_at for row in rows] == sorted(
        (row.happened_at for row in rows), reverse=True
    )
    assert all(row.reference and row.product for row in rows)
    for find, where, n in (
        ("报价", VoiceFilter(), 1),
        ("8%", VoiceFilter(), 1),
        ("00%满", VoiceFilter(), 1),
        ("_", VoiceFilter(), 0),
        ("", VoiceFilter(line=Line.HOME), 1),
    ):
        assert len(voices.market(session, **common, find=find, where=where)) == n
        assert voices.market_count(session, **common, find=find, where=where) == n
    lead = make_staff(session, team_id=first.team_id, roles=(Role.TEAM_LEAD,))
    own = voices.market(session, actor=actor_of(session, lead), on=ON, days=7)
    assert [row.staff_name for row in own] == [first.name]


def test_only_who_leads_reads_it(session: Session) -> None:
    _lead, staff = said(session)
    actor = actor_of(session, staff)
    with pytest.raises(NotPermitted):
        voices.heard(session, actor=actor, on=ON, days=7)
    with pytest.raises(NotPermitted):
        voices.contacts(session, actor=actor, kind=VoiceKind.REFUSAL, code="price", on=ON, days=7)
    for reading in (voices.market, voices.market_count, voices.choices):
        with pytest.raises(NotPermitted):
            reading(session, actor=actor, on=ON, days=7)


def test_who_leads_is_told_once_a_week(session: Session) -> None:
    lead, _staff = said(session)
    assert voices.tell_weekly(session, on=ON, at=AT) == 1
    assert voices.tell_weekly(session, on=ON, at=AT + timedelta(hours=1)) == 0
    told = session.scalars(select(Notification)).one()
    assert (told.staff_id, told.data) == (lead.id, {"n": 4})
