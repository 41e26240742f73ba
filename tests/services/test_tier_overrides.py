"""A class decided by hand: asked for, decided by another, in force at once, over by itself."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models import Approval, AuditEntry, Client, ClientStanding, Staff, TierChange, TierOverride
from db.session import Database
from services import approvals, tiering
from services.actor import Actor
from services.errors import BusinessError, ChangedMeanwhile, NotFound, NotPermitted
from services.tiering import recalculation
from terms.people import Role
from terms.policies import Line
from terms.tiering import Tier, TierAxis
from tests.make import (
    AT,
    ON,
    actor_of,
    make_actor,
    make_client,
    make_income,
    make_override,
    make_policy,
    make_staff,
)
from tests.services.test_tier_recalculation import counted

DAY = timedelta(days=1)
UNTIL = ON + timedelta(days=90)


@pytest.fixture
def number(database: Database) -> str:
    """A client of low value and three stars, seen by a pass; an owner, a manager, a colleague."""
    with database.unaudited("test data") as session:
        owner = make_staff(session, roles=(Role.CLIENT_MANAGER,), username="owner", name="周敏")
        make_staff(session, roles=(Role.COMPLIANCE,), username="decider", name="何静")
        client = make_client(session, owner=owner, client_since_on=date(2024, 1, 1))
        make_client(session, owner=owner)
        make_policy(session, client=client, line=Line.MOTOR, premium_fen=90_000)
        make_income(session, client=client, booked_on=ON, amount_fen=250_000)
        number = client.number
    tiering.recalculate(database, on=ON, at=AT)
    return number


def named(session: Session, username: str) -> Actor:
    staff = session.scalars(select(Staff).where(Staff.username == username)).one()
    return actor_of(session, staff)


def ask(session: Session, number: str, **but: Any) -> str:
    given: dict[str, Any] = {
        "actor": named(session, "owner"),
        "number": number,
        "axis": TierAxis.VALUE,
        "held": "high",
        "until_on": UNTIL,
        "why": "Influence in the region",
        "on": ON,
        "at": AT,
    }
    return tiering.ask_override(session, **{**given, **but})


def approve(session: Session, asked: str, **but: Any) -> None:
    given: dict[str, Any] = {
        "actor": named(session, "decider"),
        "word": "Agreed",
        "on": ON,
        "at": AT,
        "seen_version": session.scalar(select(Approval.version).where(Approval.number == asked)),
    }
    approvals.approve(session, number=asked, **{**given, **but})


def decided(database: Database, number: str, **but: Any) -> None:
    with database.transaction() as session:
        asked = ask(session, number, **but)
    with database.transaction() as session:
        approve(session, asked)


def stands(database: Database, number: str) -> ClientStanding:
    with database.reading() as session:
        return session.scalars(
            select(ClientStanding)
            .join(Client, Client.id == ClientStanding.client_id)
            .where(Client.number == number)
        ).one()


def test_a_decision_shows_at_once_beside_what_the_rule_says(
    database: Database, number: str
) -> None:
    with database.transaction() as session:
        asked = ask(session, number)
    assert stands(database, number).value_tier is Tier.LOW
    with database.reading() as session:
        waits = tiering.overrides_waiting(
            session, actor=named(session, "owner"), number=number, on=ON
        )
    assert [(one.axis, one.number, one.asked_by) for one in waits] == [
        (TierAxis.VALUE, asked, "周敏")
    ]
    with database.transaction() as session:
        approve(session, asked)
    now = stands(database, number)
    assert (now.value_tier, now.value_by_rule) == (Tier.HIGH, Tier.LOW)
    kept_counts, found = counted(database)
    assert kept_counts == found
    with database.reading() as session:
        card = tiering.standing_of(session, actor=named(session, "owner"), number=number, on=ON)
        rows = tiering.overrides_of(session, actor=named(session, "owner"), number=number, on=ON)
        moved = tiering.changes_of(session, actor=named(session, "owner"), number=number, on=ON)
        entry = session.scalars(
            select(AuditEntry).where(AuditEntry.event == "tiers:override")
        ).one()
    assert card is not None
    assert (card.axes[0].holds, card.axes[0].standing.tier) == (Tier.HIGH, Tier.LOW)
    assert card.axes[0].lift is not None
    assert [(row.asked_by, row.decided_by, row.held, row.until_on) for row in rows] == [
        ("周敏", "何静", "high", UNTIL)
    ]
    assert rows[0].reason == "Influence in the region"
    assert [(one.on, one.axis, one.before, one.after, one.is_by_hand) for one in moved] == [
        (ON, TierAxis.RECEPTION, "C", "B", False),
        (ON, TierAxis.VALUE, "low", "high", True),
    ]
    assert moved[1].before_score == moved[1].after_score
    assert "Influence" not in str(entry.detail)


def test_no_pass_wipes_a_decision_and_it_ends_by_itself(database: Database, number: str) -> None:
    by_rule = stands(database, number)
    decided(database, number, axis=TierAxis.STARS, held="5", until_on=ON + DAY)
    for on, full in ((ON, False), (ON, True), (ON + DAY, True)):
        tiering.recalculate(database, on=on, at=AT, full=full)
        now = stands(database, number)
        assert (now.stars, now.stars_by_rule) == (5, by_rule.stars)
        assert counted(database)[0] == counted(database)[1]
    tiering.recalculate(database, on=ON + 2 * DAY, at=AT)
    assert stands(database, number).stars == by_rule.stars
    with database.reading() as session:
        moved = session.scalars(
            select(TierChange).where(TierChange.axis == TierAxis.STARS).order_by(TierChange.id)
        ).all()
    assert [(one.before, one.after) for one in moved] == [("3", "5"), ("5", "3")]


@pytest.mark.parametrize(
    ("axis", "held", "name"),
    [
        (TierAxis.RISK, "high", "risk_tier"),
        (TierAxis.RECEPTION, "A", "reception"),
        (TierAxis.CREDIT, "poor", "credit"),
    ],
)
def test_every_class_can_be_decided_by_hand(
    database: Database, number: str, axis: TierAxis, held: str, name: str
) -> None:
    before = stands(database, number)
    decided(database, number, axis=axis, held=held)
    at_once = stands(database, number)
    tiering.recalculate(database, on=ON, at=AT, full=True)
    after = stands(database, number)
    assert getattr(before, name) != held
    assert getattr(at_once, name) == getattr(after, name) == held
    for one in (at_once, after):
        assert one.reception_by_rule == before.reception_by_rule
        assert one.credit_by_rule == before.credit_by_rule
    assert counted(database)[0] == counted(database)[1]


def test_reception_follows_the_stars_that_hold(database: Database, number: str) -> None:
    assert stands(database, number).reception == "C"
    decided(database, number, axis=TierAxis.STARS, held="5")
    at_once = stands(database, number)
    assert (at_once.reception, at_once.reception_by_rule) == ("A", "A")
    assert tiering.recalculate(database, on=ON, at=AT, full=True).changed == 0


def test_ending_it_early_goes_back_to_the_rule_at_once(database: Database, number: str) -> None:
    decided(database, number)
    with database.reading() as session:
        row = tiering.overrides_of(session, actor=named(session, "owner"), number=number, on=ON)[0]
    again = {"override_id": row.id, "on": ON, "at": AT, "seen_version": row.version}
    with pytest.raises(tiering.EndingReasonMissing), database.transaction() as session:
        tiering.end_override(session, actor=named(session, "owner"), why=" ", **again)
    with database.transaction() as session:
        tiering.end_override(session, actor=named(session, "owner"), why="Moved away", **again)
    assert stands(database, number).value_tier is Tier.LOW
    assert counted(database)[0] == counted(database)[1]
    tiering.recalculate(database, on=ON, at=AT)
    assert counted(database)[0] == counted(database)[1]
    with database.transaction() as session:
        with pytest.raises(ChangedMeanwhile):
            tiering.end_override(session, actor=named(session, "owner"), why="Again", **again)
        override = session.get_one(TierOverride, row.id)
        with pytest.raises(tiering.OverrideOver):
            tiering.end_override(
                session,
                actor=named(session, "owner"),
                why="Again",
                **{**again, "seen_version": override.version},
            )
    with database.unaudited("test data") as session:
        stranger = make_actor(session, Role.CLIENT_MANAGER)
        nobody = make_actor(session, Role.SPECIALIST)
    with database.transaction() as session:
        with pytest.raises(NotFound):
            tiering.end_override(session, actor=stranger, why="Mine", **again)
        with pytest.raises(NotPermitted):
            tiering.end_override(session, actor=nobody, why="Mine", **again)


def test_a_later_decision_takes_the_place_of_an_earlier_one(
    database: Database, number: str
) -> None:
    decided(database, number)
    decided(database, number, held="mid", until_on=ON)
    now = stands(database, number)
    assert (now.value_tier, now.value_by_rule) == (Tier.MID, Tier.LOW)
    with database.reading() as session:
        rows = tiering.overrides_of(session, actor=named(session, "owner"), number=number, on=ON)
    assert [row.holds_on(ON) for row in rows] == [True, False]
    tiering.recalculate(database, on=ON + DAY, at=AT)
    assert stands(database, number).value_tier is Tier.LOW


def test_a_pass_that_read_before_a_decision_does_not_write_over_it(
    database: Database, number: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with database.transaction() as session:
        asked = ask(session, number)
    read, late = recalculation._read, []

    def slowly(*given: Any) -> Any:
        found = read(*given)
        if not late:
            late.append(True)
            with database.transaction() as session:
                approve(session, asked)
        return found

    monkeypatch.setattr(recalculation, "_read", slowly)
    tiering.recalculate(database, on=ON, at=AT, full=True)
    assert stands(database, number).value_tier is Tier.HIGH
    assert counted(database)[0] == counted(database)[1]


@pytest.mark.parametrize(
    ("but", "refusal"),
    [
        ({"held": "5"}, tiering.NoSuchClass),
        ({"axis": TierAxis.STARS, "held": "6"}, tiering.NoSuchClass),
        ({"until_on": ON - DAY}, tiering.OverrideEndPassed),
        ({"until_on": ON + timedelta(days=366)}, tiering.OverrideTooLong),
        ({"why": " "}, approvals.WhyMissing),
    ],
)
def test_what_cannot_be_asked_for(
    database: Database, number: str, but: dict[str, Any], refusal: type[BusinessError]
) -> None:
    with pytest.raises(refusal), database.transaction() as session:
        ask(session, number, **but)


def test_who_may_not_ask_and_who_may_not_decide(database: Database, number: str) -> None:
    with database.unaudited("test data") as session:
        specialist = make_actor(session, Role.SPECIALIST)
        stranger = make_actor(session, Role.CLIENT_MANAGER)
        manager = make_staff(session, roles=(Role.MANAGER,), username="manager")
        manager_id = manager.id
    with database.transaction() as session:
        with pytest.raises(NotPermitted):
            ask(session, number, actor=specialist)
        with pytest.raises(NotFound):
            ask(session, number, actor=stranger)
    with database.unaudited("test data") as session:
        client = session.scalars(select(Client).where(Client.number == number)).one()
        branch = session.get_one(Staff, manager_id).branch_id
        client.branch_id = branch
    with database.transaction() as session:
        asked = ask(session, number, actor=named(session, "manager"))
        with pytest.raises(approvals.OwnRequest):
            approve(session, asked, actor=named(session, "manager"))
        with pytest.raises(approvals.AlreadyAsked):
            ask(session, number)


def test_a_decision_too_late_changes_nothing(database: Database, number: str) -> None:
    with database.transaction() as session:
        asked = ask(session, number, until_on=ON)
    with pytest.raises(tiering.OverrideEndPassed), database.transaction() as session:
        approve(session, asked, on=ON + DAY, at=AT + DAY)
    assert stands(database, number).value_tier is Tier.LOW


def test_what_was_taken_over_from_elsewhere_has_no_names(database: Database, number: str) -> None:
    with database.unaudited("test data") as session:
        client = session.scalars(select(Client).where(Client.number == number)).one()
        make_override(session, client=client)
    with database.reading() as session:
        rows = tiering.overrides_of(session, actor=named(session, "owner"), number=number, on=ON)
    assert [(row.number, row.asked_by, row.decided_by) for row in rows] == [(None, None, None)]
