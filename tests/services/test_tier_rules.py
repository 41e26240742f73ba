"""Drafts of the tier rules: tried, published by two people, taken back; on both databases."""

import copy
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

import numpy as np
import pytest
from sqlalchemy import delete, select

from db.models import (
    Approval,
    AuditEntry,
    Client,
    ClientStanding,
    Rule,
    TierChange,
    TierDraft,
    TierPublication,
    TierRun,
)
from db.session import Database
from services import approvals, tier_rules, tiering
from services.actor import Actor
from services.errors import ChangedMeanwhile, NotFound, NotPermitted
from services.rule_book import ProblemCode, RuleDayPassed, RuleDayTaken
from services.rule_tables import DEFAULTS, rule
from services.tier_rules import Trial
from services.tiering import recalculation
from terms.people import Role
from terms.policies import IncomeKind, Line
from terms.tiering import TierAxis
from tests.make import (
    AT,
    ON,
    make_actor,
    make_client,
    make_complaint,
    make_income,
    make_override,
    make_policy,
)

VALUE, RISK, STARS = "tiering.value", "tiering.risk", "tiering.stars"
TOMORROW = ON + timedelta(days=1)
AXES = tier_rules.AXES


@pytest.fixture
def people(database: Database) -> Iterator[tuple[Actor, Actor]]:
    """The manager who tries, and the compliance officer who decides; a small book of clients of
    all kinds with its first pass done."""
    with database.unaudited("test data") as session:
        manager = make_actor(session, Role.MANAGER, name="沈岩")
        compliance = make_actor(session, Role.COMPLIANCE, name="何静")
        for place in range(24):
            client = make_client(
                session,
                needs="养老" if place % 2 else None,
                client_since_on=date(2016 + place % 10, 1 + place % 12, 28),
            )
            client.branch_id = manager.branch_ids[0] if place % 3 else None
            for line in (Line.MOTOR, Line.LIFE, Line.MEDICAL)[: place % 4]:
                make_policy(session, client=client, line=line, premium_fen=place * place * 9_000)
            if place % 5:
                make_income(
                    session,
                    client=client,
                    kind=IncomeKind.REALISED,
                    booked_on=ON - timedelta(days=3),
                    amount_fen=place**3 * 900,
                )
            if place % 7 == 0:
                make_complaint(session, client=client)
    tiering.recalculate(database, on=ON, at=AT)
    yield manager, compliance
    with database.unaudited("test data") as session:
        for model in (TierPublication, TierDraft, TierChange, ClientStanding, TierRun):
            session.execute(delete(model))
        session.execute(delete(Rule).where(Rule.approval_id.is_not(None)))


def stands(database: Database) -> dict[int, tuple[Any, ...]]:
    """All that is kept of every client but the pass that wrote it."""
    with database.reading() as session:
        return {
            row.client_id: tuple(
                getattr(row, column.name)
                for column in ClientStanding.__table__.columns
                if column.name != "run_id"
            )
            for row in session.scalars(select(ClientStanding))
        }


def another(values: Any) -> dict[str, Any]:
    """Rules under which many clients stand elsewhere."""
    found = copy.deepcopy(dict(values))
    found[VALUE]["mid"], found[VALUE]["high"] = 20, 45
    found[VALUE]["factors"][0]["points"] = 40
    found[RISK]["mid"] = 5
    found[STARS] |= {"two": 1_000, "three": 90_000}
    return found


def trial(database: Database, actor: Actor, values: Any) -> Trial:
    with database.reading() as session:
        found = tier_rules.population(session, actor=actor, on=ON)
        return tier_rules.tried(found, values, tier_rules.in_force(session, actor=actor, on=ON))


def asked(database: Database, actor: Actor, day: date = ON) -> tuple[str, Trial]:
    """A draft of ``another`` rules from ``day`` on, asked for."""
    return asked_with(database, actor, another, day)


def asked_with(
    database: Database, actor: Actor, changed: Callable[[Any], dict[str, Any]], day: date = ON
) -> tuple[str, Trial]:
    """A draft ``changed`` from the rules in force, from ``day`` on, asked for."""
    with database.transaction() as session:
        draft = tier_rules.start(session, actor=actor, name="春季", like=None, on=ON, at=AT)
        values = changed(draft.values)
    shown = trial(database, actor, values)
    with database.transaction() as session:
        kept = tier_rules.keep(
            session,
            actor=actor,
            number=draft.number,
            values=values,
            why="低价值客户占用过多服务时间",
            effective_from=day,
            at=AT,
            seen_version=draft.version,
        )
        number = tier_rules.ask(
            session,
            actor=actor,
            number=kept.number,
            shown={axis.value: shown.matrices[axis].as_rows() for axis in AXES},
            on=ON,
            at=AT,
            seen_version=kept.version,
        )
    return number, shown


def approve(database: Database, actor: Actor, number: str, *, on: date = ON) -> None:
    with database.transaction() as session:
        version = session.scalar(select(Approval.version).where(Approval.number == number))
        assert version is not None
        approvals.approve(
            session, actor=actor, number=number, word="同意", on=on, at=AT, seen_version=version
        )


def moves(database: Database, run_id: int | None) -> dict[tuple[str, str, str], int]:
    with database.reading() as session:
        found: dict[tuple[str, str, str], int] = {}
        for row in session.scalars(select(TierChange).where(TierChange.run_id == run_id)):
            key = (row.axis.value, row.before or "", row.after or "")
            found[key] = found.get(key, 0) + 1
        return found


def movements(shown: Trial) -> dict[tuple[str, str, str], int]:
    """The cells off the diagonal."""
    return {
        (axis.value, matrix.classes[row], matrix.classes[column]): int(matrix.cells[row, column])
        for axis, matrix in shown.matrices.items()
        for row, column in zip(*np.nonzero(matrix.cells), strict=True)
        if row != column
    }


def test_rows_are_the_old_counts_and_columns_the_new(
    database: Database, people: tuple[Actor, Actor]
) -> None:
    manager, _ = people
    with database.reading() as session:
        values = tier_rules.in_force(session, actor=manager, on=ON)
    same, other = trial(database, manager, values), trial(database, manager, another(values))
    assert same.moved == 0
    assert other.moved > 0
    for axis in AXES:
        matrix = other.matrices[axis]
        assert matrix.before == same.matrices[axis].before
        assert matrix.clients == 24
        counted = np.bincount(other.goes[axis], minlength=len(matrix.classes))
        assert matrix.after == tuple(counted)
        assert tier_rules.between(same, other, axis).as_rows() == matrix.as_rows()


def test_what_is_published_is_what_was_shown_and_undo_is_the_identity(
    database: Database, people: tuple[Actor, Actor]
) -> None:
    manager, compliance = people
    before = stands(database)
    number, shown = asked(database, manager)
    assert tiering.recalculate(database, on=ON, at=AT).changed == 0, "asking changes nothing"
    with pytest.raises(approvals.OwnRequest):
        approve(database, manager, number)
    approve(database, compliance, number)
    with database.reading() as session:
        assert tiering.is_due(session, on=ON), "it applies by itself"
    done = tiering.recalculate(database, on=ON, at=AT)
    assert moves(database, done.run_id) == movements(shown)
    after = stands(database)
    assert after != before
    with database.reading() as session:
        (publication,) = tier_rules.publications(session, actor=manager)
        assert publication.is_applied
        assert publication.approved_by == "何静"
        assert publication.shown["value"] == shown.matrices[TierAxis.VALUE].as_rows()
        assert not tier_rules.drafts(session, actor=manager)
        moved = tier_rules.moved_by(session, actor=manager, number=publication.number)
    assert moved[TierAxis.VALUE] == sum(
        n for (axis, _, _), n in movements(shown).items() if axis == "value"
    )
    with database.transaction() as session:
        back = tier_rules.ask_back(
            session, actor=manager, number=publication.number, why="看错了", on=ON, at=AT
        )
    assert stands(database) == after
    approve(database, compliance, back)
    tiering.recalculate(database, on=ON, at=AT)
    assert stands(database) == before
    with database.reading() as session:
        assert tier_rules.left(session, actor=manager, number=publication.number, on=ON) == (0, ())
        (publication,) = tier_rules.publications(session, actor=manager)
        assert publication.is_undone
        events = set(session.scalars(select(AuditEntry.event)))
    assert {"tiers:publish", "tiers:take_back", "rule:publish", "rule:withdraw"} <= events
    with pytest.raises(tier_rules.AlreadyTakenBack), database.transaction() as session:
        tier_rules.ask_back(
            session, actor=manager, number=publication.number, why="再来", on=ON, at=AT
        )


def test_taken_back_days_later_the_rules_before_hold_again_and_who_moved_since_is_named(
    database: Database, people: tuple[Actor, Actor]
) -> None:
    manager, compliance = people
    number, _shown = asked(database, manager)
    approve(database, compliance, number)
    run_id = tiering.recalculate(database, on=ON, at=AT).run_id
    with database.reading() as session:
        moved = session.scalars(
            select(TierChange).where(TierChange.run_id == run_id, TierChange.axis == TierAxis.VALUE)
        ).all()
    with database.unaudited("test data") as session:
        touched = session.get_one(Client, moved[0].client_id)
        touched.branch_id = manager.branch_ids[0]
        number_touched = touched.number
        held = "low" if moved[0].before != "low" else "high"
        make_override(session, client=touched, held=held, until_on=ON + timedelta(days=90))
    with database.transaction() as session:
        (publication,) = tier_rules.publications(session, actor=manager)
        back = tier_rules.ask_back(
            session, actor=manager, number=publication.number, why="看错了", on=TOMORROW, at=AT
        )
    approve(database, compliance, back, on=TOMORROW)
    tiering.recalculate(database, on=TOMORROW, at=AT)
    with database.reading() as session:
        assert rule(session, VALUE, ON)["mid"] == 20, "what was in force stays in the book"
        assert rule(session, VALUE, TOMORROW) == DEFAULTS[VALUE].value
        count, named = tier_rules.left(
            session, actor=manager, number=publication.number, on=TOMORROW
        )
        now = {row.client_id: row for row in session.scalars(select(ClientStanding))}
        numbers = dict(session.execute(select(Client.id, Client.number)).all())
    elsewhere = {
        numbers[each.client_id] for each in moved if now[each.client_id].value_tier != each.before
    }
    assert number_touched in elsewhere
    assert count >= len(elsewhere)
    assert (number_touched, moved[0].before, held) in {
        (each.number, each.before, each.now) for each in named
    }


def test_a_later_version_has_to_go_first(database: Database, people: tuple[Actor, Actor]) -> None:
    manager, compliance = people
    number, _shown = asked(database, manager)
    approve(database, compliance, number)
    with database.unaudited("test data") as session:
        approval_id = session.scalar(select(Approval.id).where(Approval.number == number))
        session.add(
            Rule(
                key=VALUE,
                effective_from=TOMORROW,
                value=DEFAULTS[VALUE].value,
                source="test",
                approval_id=approval_id,
                created_at=AT,
                updated_at=AT,
            )
        )
    with database.transaction() as session:
        (publication,) = tier_rules.publications(session, actor=manager)
        with pytest.raises(tier_rules.TierRulesMovedOn):
            tier_rules.ask_back(
                session, actor=manager, number=publication.number, why="看错了", on=ON, at=AT
            )


def test_one_after_the_other_two_publications_are_taken_back(
    database: Database, people: tuple[Actor, Actor]
) -> None:
    manager, compliance = people
    first, _ = asked(database, manager)
    approve(database, compliance, first)
    tiering.recalculate(database, on=ON, at=AT)
    middle = stands(database)
    with database.transaction() as session:
        draft = tier_rules.start(session, actor=manager, name="夏季", like=None, on=TOMORROW, at=AT)
        values = {**draft.values, VALUE: {**draft.values[VALUE], "mid": 10}}
        kept = tier_rules.keep(
            session,
            actor=manager,
            number=draft.number,
            values=values,
            why="再试",
            effective_from=TOMORROW,
            at=AT,
            seen_version=draft.version,
        )
        second = tier_rules.ask(
            session,
            actor=manager,
            number=kept.number,
            shown={},
            on=TOMORROW,
            at=AT,
            seen_version=kept.version,
        )
    approve(database, compliance, second, on=TOMORROW)
    tiering.recalculate(database, on=TOMORROW, at=AT)

    def back(number: str, day: date) -> None:
        with database.transaction() as session:
            request = tier_rules.ask_back(
                session, actor=manager, number=number, why="看错了", on=day, at=AT
            )
        approve(database, compliance, request, on=day)
        tiering.recalculate(database, on=day, at=AT)

    with database.reading() as session:
        newest, oldest = tier_rules.publications(session, actor=manager)
    with pytest.raises(tier_rules.TierRulesMovedOn):
        back(oldest.number, TOMORROW)
    later = TOMORROW + timedelta(days=1)
    back(newest.number, later)
    tiering.recalculate(database, on=ON, at=AT)
    assert stands(database) == middle
    back(oldest.number, later)
    with database.reading() as session:
        assert rule(session, VALUE, later) == DEFAULTS[VALUE].value
        assert rule(session, VALUE, TOMORROW)["mid"] == 10, "what was in force stays in the book"


def test_a_day_that_passed_or_is_taken_publishes_nothing(
    database: Database, people: tuple[Actor, Actor]
) -> None:
    manager, compliance = people
    number, _shown = asked(database, manager)
    with pytest.raises(RuleDayPassed):
        approve(database, compliance, number, on=TOMORROW)
    with database.unaudited("test data") as session:
        approval_id = session.scalar(select(Approval.id).where(Approval.number == number))
        session.add(
            Rule(
                key=STARS,
                effective_from=ON,
                value=DEFAULTS[STARS].value,
                source="test",
                approval_id=approval_id,
                created_at=AT,
                updated_at=AT,
            )
        )
    with pytest.raises(RuleDayTaken):
        approve(database, compliance, number)
    with database.reading() as session:
        assert not tier_rules.publications(session, actor=manager)
        assert rule(session, VALUE, ON) == DEFAULTS[VALUE].value


def test_rules_published_while_a_pass_runs_are_carried_out_by_the_next(
    database: Database, people: tuple[Actor, Actor], monkeypatch: pytest.MonkeyPatch
) -> None:
    manager, compliance = people
    before = stands(database)
    number, shown = asked(database, manager)
    read, late = recalculation._read, []

    def slowly(*given: Any) -> Any:
        if not late:
            late.append(number)
            approve(database, compliance, number)
        return read(*given)

    monkeypatch.setattr(recalculation, "_read", slowly)
    tiering.recalculate(database, on=ON, at=AT, full=True)
    assert stands(database) == before, "the pass under way goes by the rules it began with"
    with database.reading() as session:
        assert tiering.is_due(session, on=ON)
    done = tiering.recalculate(database, on=ON, at=AT)
    assert moves(database, done.run_id) == movements(shown)


def test_a_persons_decision_stands_whatever_the_draft(
    database: Database, people: tuple[Actor, Actor]
) -> None:
    manager, _ = people
    with database.unaudited("test data") as session:
        client = session.scalars(select(Client).order_by(Client.id)).first()
        assert client is not None
        make_override(session, client=client, held="high")
    tiering.recalculate(database, on=ON, at=AT)
    with database.reading() as session:
        values = dict(tier_rules.in_force(session, actor=manager, on=ON))
    values[VALUE] = {**values[VALUE], "mid": 98, "high": 99}
    found = trial(database, manager, values)
    assert found.matrices[TierAxis.VALUE].after == (23, 0, 1)


def test_movers_are_named_within_the_actors_scope_most_points_first(
    database: Database, people: tuple[Actor, Actor]
) -> None:
    manager, _compliance = people
    with database.reading() as session:
        values = another(tier_rules.in_force(session, actor=manager, on=ON))
    found = trial(database, manager, values)
    with database.reading() as session:
        mine = tier_rules.movers(
            session, actor=manager, trial=found, axis=TierAxis.VALUE, on=ON, limit=50
        )
        branches = dict(session.execute(select(Client.number, Client.branch_id)).all())
        cell = tier_rules.movers(
            session,
            actor=manager,
            trial=found,
            axis=TierAxis.VALUE,
            before="low",
            after="mid",
            on=ON,
        )
    assert mine
    assert {branches[each.number] for each in mine} == {manager.branch_ids[0]}
    by = [abs(each.after_score - each.before_score) for each in mine]
    assert by == sorted(by, reverse=True)
    assert {(each.before, each.after) for each in cell} == {("low", "mid")}
    assert {each.number for each in cell} <= {each.number for each in mine}


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"mid": 60, "high": 60}, ProblemCode.NOT_BELOW),
        ({"high": 101}, ProblemCode.TOO_HIGH),
        ({"factors": [{"factor": "premium", "points": -5}]}, ProblemCode.TOO_LOW),
        ({"factors": [{"factor": "weather", "points": 5}]}, ProblemCode.UNKNOWN),
        ({"steps": []}, ProblemCode.TOO_FEW),
    ],
)
def test_a_rule_that_cannot_stand_is_kept_as_typed_and_not_asked_for(
    database: Database, people: tuple[Actor, Actor], change: dict[str, Any], code: ProblemCode
) -> None:
    manager, _ = people
    with database.transaction() as session:
        draft = tier_rules.start(session, actor=manager, name="坏", like=None, on=ON, at=AT)
        values = {**draft.values, VALUE: {**draft.values[VALUE], **change}}
        kept = tier_rules.keep(
            session,
            actor=manager,
            number=draft.number,
            values=values,
            why="试试",
            effective_from=TOMORROW,
            at=AT,
            seen_version=draft.version,
        )
        assert kept.values[VALUE] == values[VALUE]
        assert code in {problem.code for _, problem in tier_rules.problems_of(values)}
        with pytest.raises(tier_rules.TierDraftNotReady):
            tier_rules.ask(
                session,
                actor=manager,
                number=draft.number,
                shown={},
                on=ON,
                at=AT,
                seen_version=kept.version,
            )


def test_a_day_in_the_past_is_a_problem_of_the_draft() -> None:
    values = {key: DEFAULTS[key].value for key in (VALUE, RISK, STARS)}
    (found,) = tier_rules.problems_of(values, ON - timedelta(days=1), on=ON)
    assert found[1].code is ProblemCode.IN_THE_PAST
    (found,) = tier_rules.problems_of(values, None, on=ON)
    assert found[1].code is ProblemCode.MISSING
    assert tier_rules.problems_of(values, ON, on=ON) == ()


def test_two_people_on_one_draft_and_a_draft_that_waits(
    database: Database, people: tuple[Actor, Actor]
) -> None:
    manager, _ = people
    with database.transaction() as session:
        draft = tier_rules.start(session, actor=manager, name="春季", like=None, on=ON, at=AT)
        other = make_actor(session, Role.ADMINISTRATOR, name="周敏")
        given = {
            "number": draft.number,
            "values": another(draft.values),
            "why": "更公平",
            "effective_from": TOMORROW,
            "at": AT,
            "seen_version": draft.version,
        }
        tier_rules.keep(session, actor=other, **given)
        with pytest.raises(ChangedMeanwhile) as caught:
            tier_rules.keep(session, actor=manager, **given)
        assert caught.value.data["who"] == "周敏"
        copied = tier_rules.start(
            session, actor=manager, name="副本", like=draft.number, on=ON, at=AT
        )
        assert copied.values == another(draft.values)
        with pytest.raises(tier_rules.TierDraftUnnamed):
            tier_rules.start(session, actor=manager, name=" 副本 ", like=None, on=ON, at=AT)
        tier_rules.discard(
            session, actor=manager, number=copied.number, at=AT, seen_version=copied.version
        )
        with pytest.raises(NotFound):
            tier_rules.card_of(session, actor=manager, number=copied.number)


def test_a_draft_that_waits_for_a_decision_stays_as_it_is(
    database: Database, people: tuple[Actor, Actor]
) -> None:
    manager, compliance = people
    number, _shown = asked(database, manager)
    with database.reading() as session:
        (draft,) = tier_rules.drafts(session, actor=manager)
    assert draft.waits == number
    with pytest.raises(tier_rules.TierDraftWaits), database.transaction() as session:
        tier_rules.discard(
            session, actor=manager, number=draft.number, at=AT, seen_version=draft.version
        )
    approve(database, compliance, number)


def test_who_may_not_try_sees_nothing(database: Database, people: tuple[Actor, Actor]) -> None:
    with database.unaudited("test data") as session:
        specialist = make_actor(session, Role.SPECIALIST)
    with database.reading() as session:
        with pytest.raises(NotPermitted):
            tier_rules.population(session, actor=specialist, on=ON)
        with pytest.raises(NotPermitted):
            tier_rules.drafts(session, actor=specialist)
        with pytest.raises(NotPermitted):
            tier_rules.publications(session, actor=specialist)
