"""Searching the audit trail and the access log: who may, what is found, in pages, masked."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models import AccessEntry
from services import audit, audit_trail
from services.actor import SYSTEM, Actor
from services.audit_trail import Search
from services.errors import NotFound, NotPermitted
from terms.clients import AccessReason
from terms.intake import AccessKind
from terms.people import Role
from tests.make import AT, ON, make_access, make_actor, make_client, make_staff
from tests.make.people import actor_of

DAY = timedelta(days=1)


@pytest.fixture
def reader(session: Session) -> Actor:
    return make_actor(session, Role.COMPLIANCE)


def act(session: Session, **but: Any) -> None:
    given = {
        "actor": SYSTEM,
        "event": "client:edit",
        "subject": "client",
        "subject_id": 1,
        "at": AT,
    }
    audit.record(session, **{**given, **but})
    session.flush()


def found(session: Session, reader: Actor, **but: Any) -> list[str]:
    page = audit_trail.entries(session, actor=reader, search=Search(**but), on=ON)
    return [row.event for row in page.rows]


def test_acts_are_found_by_person_client_event_and_time(session: Session, reader: Actor) -> None:
    client = make_client(session)
    staff = make_staff(session)
    act(session, event="a:one", actor=actor_of(session, staff))
    act(session, event="a:two", client_id=client.id, at=AT + timedelta(minutes=1))
    act(session, event="a:three", at=AT - 2 * DAY)
    assert found(session, reader) == ["a:two", "a:one", "a:three"]
    assert found(session, reader, staff_id=staff.id) == ["a:one"]
    assert found(session, reader, client_number=client.number) == ["a:two"]
    assert found(session, reader, event="a:three") == ["a:three"]
    assert found(session, reader, from_on=ON, to_on=ON) == ["a:two", "a:one"]
    assert found(session, reader, to_on=ON - DAY) == ["a:three"]
    assert found(session, reader, staff_id=staff.id, event="a:two") == []
    assert audit_trail.events_seen(session, actor=reader) == ("a:one", "a:three", "a:two")
    with pytest.raises(NotFound):
        found(session, reader, client_number="C404")


def test_acts_are_paged_by_key_also_within_one_moment(session: Session, reader: Actor) -> None:
    for number in range(7):
        act(session, event=f"a:{'abcdefg'[number]}", at=AT + timedelta(minutes=number // 3))
    seen, after = [], None
    while True:
        page = audit_trail.entries(
            session, actor=reader, search=Search(), on=ON, after=after, limit=2
        )
        seen += [row.event[-1] for row in page.rows]
        after = page.next
        if after is None:
            break
    assert seen == list("gfedcba")
    odd = audit_trail.entries(
        session, actor=reader, search=Search(), on=ON, after="2026~x", limit=9
    )
    assert len(odd.rows) == 7
    every = audit_trail.each_entry(session, actor=reader, search=Search(), on=ON)
    assert len(list(every)) == 7


def test_ids_of_an_entry_are_told_as_names(session: Session, reader: Actor) -> None:
    staff, other = make_staff(session, name="何静"), make_client(session)
    act(
        session,
        detail={
            "version": 3,
            "to": staff.id,
            "from": {str(staff.id): 2},
            "before": {"owner_id": None, "stage": "prospect"},
            "after": {"owner_id": staff.id, "other_id": other.id},
        },
    )
    (row,) = audit_trail.entries(session, actor=reader, search=Search(), on=ON).rows
    told = {change.key: (change.before, change.after) for change in row.changes}
    assert told == {
        "owner_id": (None, "何静"),
        "stage": ("prospect", None),
        "other_id": (None, other.number),
    }
    assert dict(row.facts) == {"version": 3, "to": "何静", "from": (("何静", 2),)}
    assert audit_trail.entry(session, actor=reader, entry_id=row.id) == row


def test_personal_values_are_masked_and_shown_for_a_reason_only(
    session: Session, reader: Actor
) -> None:
    owner = make_staff(session, roles=(Role.SPECIALIST, Role.COMPLIANCE))
    both = actor_of(session, owner)
    client = make_client(session)
    values = {
        "before": {"phone": ["13800001111"], "note": "打 13800001111"},
        "after": {"phone": None, "email": "li@example.com", "id_number": "110105198001010016"},
    }
    act(session, client_id=client.id, personal=values)
    (row,) = audit_trail.entries(session, actor=reader, search=Search(), on=ON).rows
    shown = repr(audit_trail.personal_of(session, actor=reader, entry_id=row.id))
    for secret in ("13800001111", "li@example.com", "110105198001010016"):
        assert secret not in shown
    assert "138****1111" in shown

    def reveal(actor: Actor, reason: str = "核对投诉") -> str:
        return repr(
            audit_trail.reveal_entry(
                session, actor=actor, entry_id=row.id, reason=reason, at=AT, on=ON
            )
        )

    with pytest.raises(NotPermitted):
        reveal(reader)
    with pytest.raises(audit_trail.RevealReasonNeeded):
        reveal(both, " ")
    assert "13800001111" in reveal(both)
    (logged,) = session.scalars(select(AccessEntry).where(AccessEntry.staff_id == both.staff_id))
    assert (logged.kind, logged.what, logged.reason) == (AccessKind.REVEALED, "audit", "核对投诉")


def test_the_access_log_is_found_by_person_client_and_kind(session: Session, reader: Actor) -> None:
    client, staff = make_client(session), make_staff(session)
    make_access(session, client=client, staff=staff, reason=AccessReason.COVER)
    actor = actor_of(session, staff)
    for kind, reason in ((AccessKind.OPENED, None), (AccessKind.REVEALED, "回电")):
        audit.record_access(
            session, actor=actor, kind=kind, at=AT, client_id=client.id, reason=reason
        )
    audit.record_access(session, actor=reader, kind=AccessKind.REFUSED, at=AT)
    session.flush()

    def seen(**but: Any) -> list[tuple[str, AccessKind, str | None]]:
        page = audit_trail.views(session, actor=reader, search=Search(**but), on=ON)
        return [(row.who, row.kind, row.reason) for row in page.rows]

    assert len(seen()) == 3
    assert seen(staff_id=staff.id, kind=AccessKind.REVEALED) == [
        (staff.name, AccessKind.REVEALED, "回电")
    ]
    assert len(seen(client_number=client.number)) == 2
    assert len(list(audit_trail.each_view(session, actor=reader, search=Search(), on=ON))) == 3
    for of_views, most, count in ((True, 5, 3), (True, 2, None), (False, 5, 0)):
        found_ = audit_trail.count_found(
            session, actor=reader, search=Search(), on=ON, of_views=of_views, most=most
        )
        assert found_ == count


def test_only_who_reads_the_audit_reads_it(session: Session) -> None:
    asked = (
        lambda a: audit_trail.entries(session, actor=a, search=Search(), on=ON),
        lambda a: audit_trail.views(session, actor=a, search=Search(), on=ON),
        lambda a: audit_trail.named(session, actor=a),
        lambda a: audit_trail.events_seen(session, actor=a),
        lambda a: audit_trail.seal_state(session, actor=a),
        lambda a: audit_trail.personal_of(session, actor=a, entry_id=1),
        lambda a: audit_trail.entry(session, actor=a, entry_id=1),
    )
    for role in set(Role) - {Role.COMPLIANCE, Role.ADMINISTRATOR}:
        actor = make_actor(session, role)
        for ask in asked:
            with pytest.raises(NotPermitted):
                ask(actor)
