"""The client file: masked, logged, revealed with a reason; never another's."""

from collections.abc import Callable
from dataclasses import fields, is_dataclass
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from db.models import (
    AccessEntry,
    Client,
    Staff,
)
from services import clients
from services.actor import Actor
from services.errors import NotFound, NotPermitted
from terms.clients import (
    DueKind,
    FileItem,
    Personal,
    RelationKind,
)
from terms.intake import AccessKind
from terms.people import Role
from terms.policies import InstalmentStatus, Line
from terms.renewals import PromiseState
from tests.make import (
    AT,
    ON,
    actor_of,
    make_actor,
    make_client,
    make_complaint,
    make_instalment,
    make_party,
    make_policy,
    make_promise,
    make_relation,
    make_staff,
)
from tests.make.full_client import make_full_client

SECRETS = (
    "13812346721",
    "110105198001010016",
    "li.jianguo@example.com",
    "文三路 100 号",
    "6222020200001234567",
)


@pytest.fixture
def owner(session: Session) -> Staff:
    return make_staff(session)


@pytest.fixture
def actor(session: Session, owner: Staff) -> Actor:
    return actor_of(session, owner)


@pytest.fixture
def full(session: Session, owner: Staff) -> Client:
    return make_full_client(session, owner=owner)


def texts_of(value: Any) -> list[str]:
    """Every text that a dataclass holds, however deep."""
    if is_dataclass(value):
        return [text for one in fields(value) for text in texts_of(getattr(value, one.name))]
    if isinstance(value, tuple | list):
        return [text for one in value for text in texts_of(one)]
    return [str(value)]


def count_access(session: Session, kind: AccessKind) -> int:
    asked = select(func.count()).select_from(AccessEntry).where(AccessEntry.kind == kind)
    return session.execute(asked).scalar_one()


PARTS: dict[str, Callable[..., Any]] = {
    "file": clients.client_file,
    "people": clients.people_of,
    "policies": clients.policies_of,
    "timeline": clients.timeline_of,
    "instalments": clients.instalments_of,
    "contacts": clients.contacts_of,
    "claims": clients.claims_of,
    "complaints": clients.complaints_of,
    "relations": clients.relations_of,
    "engagements": clients.engagements_of,
    "history": clients.history_of,
}


@pytest.mark.parametrize("part", PARTS)
def test_no_personal_value_leaves_the_file_in_clear(
    session: Session, actor: Actor, full: Client, part: str
) -> None:
    found = PARTS[part](session, actor=actor, number=full.number, on=ON)
    said = "\n".join(texts_of(found))
    assert [secret for secret in SECRETS if secret in said] == []


@pytest.mark.parametrize("part", [*PARTS, "promises"])
def test_no_part_of_anothers_file_is_read(session: Session, full: Client, part: str) -> None:
    stranger = make_actor(session)
    asked: dict[str, Any] = {"actor": stranger, "number": full.number, "on": ON}
    query = PARTS.get(part, clients.promises_of)
    if part == "promises":
        asked["at"] = AT
    with pytest.raises(NotFound):
        query(session, **asked)


def test_the_file_says_what_is_missing_and_what_falls_due(
    session: Session, actor: Actor, owner: Staff
) -> None:
    party = make_party(session, birth_on=date(1980, 11, 25), occupation=None)
    client = make_client(session, owner=owner, party=party)
    life = make_policy(session, client=client, line=Line.LIFE, expiry_on=None)
    make_policy(session, client=client, expiry_on=ON + timedelta(days=10))
    make_policy(session, client=client, expiry_on=ON + timedelta(days=200))
    make_instalment(session, policy=life, due_on=ON + timedelta(days=20))
    paid = InstalmentStatus.PAID
    make_instalment(session, policy=life, due_on=ON - timedelta(days=2), status=paid)
    make_promise(session, client=client, staff=owner)
    make_promise(session, client=client, staff=owner, state=PromiseState.KEPT)
    file = clients.client_file(session, actor=actor, number=client.number, on=ON)
    assert [due.kind for due in file.due] == [
        DueKind.PROMISE,
        DueKind.BIRTHDAY,
        DueKind.EXPIRY,
        DueKind.INSTALMENT,
    ]
    assert FileItem.PHONE in file.missing
    assert FileItem.OCCUPATION in file.missing
    assert FileItem.POLICY not in file.missing
    done = file.required_count - len(file.missing)
    assert file.completeness == 100 * done // file.required_count
    assert (file.policies_in_force, file.premium_in_force_fen) == (3, 3 * 328_000)
    assert file.tenure_months == 68


def test_a_birthday_on_29_february_is_told(session: Session, actor: Actor, owner: Staff) -> None:
    party = make_party(session, birth_on=date(2000, 2, 29))
    client = make_client(session, owner=owner, party=party)
    on = date(2027, 2, 20)
    file = clients.client_file(session, actor=actor, number=client.number, on=on)
    assert [(due.kind, due.on) for due in file.due] == [(DueKind.BIRTHDAY, date(2027, 2, 28))]
    assert file.policyholder.age == 26


def test_terms_of_one_contract_are_linked(session: Session, actor: Actor, full: Client) -> None:
    rows = clients.policies_of(session, actor=actor, number=full.number, on=ON)
    first, second = rows
    assert second.previous_number == first.number
    assert (first.days_left, second.previous_premium_fen) == (10, first.premium_fen)


def test_nobody_sees_the_complaint_about_themselves(
    session: Session, actor: Actor, owner: Staff, full: Client
) -> None:
    make_complaint(session, client=full, about_staff_id=owner.id)
    other = make_complaint(session, client=full)
    rows = clients.complaints_of(session, actor=actor, number=full.number, on=ON)
    assert [row.number for row in rows] == [other.number]
    assert rows[0].summary is None
    compliance = make_actor(session, Role.COMPLIANCE)
    seen = clients.complaints_of(session, actor=compliance, number=full.number, on=ON)
    assert len(seen) == 2
    assert all(row.summary for row in seen)


def test_a_relation_to_somebody_elses_client_has_no_name(
    session: Session, actor: Actor, owner: Staff, full: Client
) -> None:
    wife, stranger = make_client(session, owner=owner), make_client(session)
    make_policy(session, client=wife, premium_fen=100_000)
    make_relation(session, client=full, other=wife, kind=RelationKind.FAMILY)
    make_relation(session, client=stranger, other=full, kind=RelationKind.REFERRER)
    rows = clients.relations_of(session, actor=actor, number=full.number, on=ON)
    assert [(row.number, row.premium_in_force_fen) for row in rows] == [
        (wife.number, 100_000),
        (None, None),
    ]
    assert [row.is_from_here for row in rows] == [True, False]
    assert stranger.name not in texts_of(rows)


# Opening and revealing


def test_every_opening_is_logged(session: Session, actor: Actor, full: Client) -> None:
    assert clients.open_file(session, actor=actor, number=full.number, at=AT, on=ON)
    entry = session.scalars(select(AccessEntry)).one()
    assert (entry.kind, entry.client_id, entry.staff_id) == (
        AccessKind.OPENED,
        full.id,
        actor.staff_id,
    )


@pytest.mark.parametrize("number", ["C99999999", "", "x" * 500, "\x00", "'; --"])
def test_a_wrong_number_is_refused_and_logged(session: Session, actor: Actor, number: str) -> None:
    assert not clients.open_file(session, actor=actor, number=number, at=AT, on=ON)
    assert count_access(session, AccessKind.REFUSED) == 1


def test_anothers_client_is_refused_like_a_wrong_number_and_logged(
    session: Session, full: Client
) -> None:
    stranger = make_actor(session)
    assert not clients.open_file(session, actor=stranger, number=full.number, at=AT, on=ON)
    entry = session.scalars(select(AccessEntry)).one()
    assert (entry.kind, entry.what, entry.client_id) == (AccessKind.REFUSED, full.number, None)


@pytest.mark.parametrize(
    ("what", "value"),
    [
        (Personal.PHONE, SECRETS[0]),
        (Personal.ID_NUMBER, SECRETS[1]),
        (Personal.EMAIL, SECRETS[2]),
        (Personal.ADDRESS, "浙江省杭州市西湖区文三路 100 号"),
        (Personal.ACCOUNT, SECRETS[4]),
    ],
)
def test_a_value_is_revealed_with_a_reason_and_logged(
    session: Session, actor: Actor, full: Client, what: Personal, value: str
) -> None:
    found = clients.reveal(
        session,
        actor=actor,
        number=full.number,
        party_id=full.party_id,
        what=what,
        reason="回复客户来电",
        at=AT,
        on=ON,
    )
    assert found == (value,)
    entry = session.scalars(select(AccessEntry)).one()
    assert (entry.kind, entry.what, entry.reason) == (
        AccessKind.REVEALED,
        what.value,
        "回复客户来电",
    )


@pytest.mark.parametrize("reason", ["", " ", "x", "x" * 201])
def test_without_a_reason_nothing_is_revealed(
    session: Session, actor: Actor, full: Client, reason: str
) -> None:
    with pytest.raises(clients.ReasonNeeded):
        clients.reveal(
            session,
            actor=actor,
            number=full.number,
            party_id=full.party_id,
            what=Personal.PHONE,
            reason=reason,
            at=AT,
            on=ON,
        )
    assert count_access(session, AccessKind.REVEALED) == 0


def test_revealing_needs_its_permission_and_the_right_party(
    session: Session, actor: Actor, full: Client
) -> None:
    asked: dict[str, Any] = {
        "number": full.number,
        "what": Personal.PHONE,
        "reason": "核对",
        "at": AT,
        "on": ON,
    }
    compliance = make_actor(session, Role.COMPLIANCE)
    with pytest.raises(NotPermitted):
        clients.reveal(session, actor=compliance, party_id=full.party_id, **asked)
    other = make_client(session)
    with pytest.raises(NotFound):
        clients.reveal(session, actor=actor, party_id=other.party_id, **asked)
