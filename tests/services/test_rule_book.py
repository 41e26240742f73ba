"""The rule book: prepared, checked, previewed, asked for, published, taken back; both databases."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from db.models import Approval, AuditEntry, Renewal, Rule
from services import approvals, rule_book
from services.actor import Actor
from services.errors import BusinessError, ChangedMeanwhile, NotFound, NotPermitted
from services.rule_book import EffectCode, ProblemCode
from services.rule_tables import DEFAULTS, FIRST_DAY, rule
from terms.people import Role
from terms.renewals import RenewalState
from tests.make import AT, ON, make_actor, make_client, make_policy, make_renewal, make_staff

KEY = "renewal.windows"
LATER = ON + timedelta(days=11)
WINDOWS = {**DEFAULTS[KEY].value, "prepare": 120}
GIVEN: dict[str, Any] = {
    "value": WINDOWS,
    "effective_from": LATER,
    "source": "Decision of the executive committee 2026-11",
    "needs_confirmation": False,
    "why": "Motor cases come too late",
}


@pytest.fixture
def editor(session: Session) -> Actor:
    return make_actor(session, Role.ADMINISTRATOR, name="周敏")


@pytest.fixture
def second(session: Session) -> Actor:
    return make_actor(session, Role.COMPLIANCE, name="何静")


def start(session: Session, editor: Actor, key: str = KEY) -> rule_book.Draft:
    return rule_book.start_draft(session, actor=editor, key=key, on=ON, at=AT)


def save(session: Session, editor: Actor, *, key: str = KEY, **but: Any) -> rule_book.Draft:
    if "seen_version" not in but:
        but["seen_version"] = start(session, editor, key).version
    return rule_book.save_draft(session, actor=editor, key=key, at=AT, **{**GIVEN, **but})


def preview(session: Session, editor: Actor, key: str = KEY) -> rule_book.Preview:
    return rule_book.preview(session, actor=editor, key=key, on=ON, at=AT)


def ask(session: Session, editor: Actor, *, key: str = KEY, **but: Any) -> str:
    draft = save(session, editor, key=key, **but)
    return rule_book.ask_publication(
        session, actor=editor, key=key, on=ON, at=AT, seen_version=draft.version
    )


def approve(session: Session, actor: Actor, number: str, *, on: date = ON) -> None:
    version = session.scalar(select(Approval.version).where(Approval.number == number))
    assert version is not None
    approvals.approve(
        session, actor=actor, number=number, word="Agreed", on=on, at=AT, seen_version=version
    )


def card(session: Session, actor: Actor, key: str = KEY, on: date = ON) -> rule_book.RuleCard:
    return rule_book.rule_card(session, actor=actor, key=key, on=on)


def test_a_published_version_takes_effect_on_its_day_by_itself(
    session: Session, editor: Actor, second: Actor
) -> None:
    number = ask(session, editor)
    assert rule(session, KEY, LATER)["prepare"] == 90, "asking changes nothing"
    approve(session, second, number)
    assert rule(session, KEY, LATER - timedelta(days=1))["prepare"] == 90
    assert rule(session, KEY, LATER)["prepare"] == 120
    today, then = card(session, editor), card(session, editor, on=LATER)
    assert (today.value["prepare"], then.value["prepare"]) == (90, 120)
    assert today.draft is None
    newest = today.versions[0]
    assert newest.is_future
    assert (newest.asked_by, newest.decided_by) == ("周敏", "何静")
    assert (newest.why, newest.word) == ("Motor cases come too late", "Agreed")
    assert [(each.path, each.before, each.after) for each in newest.differences] == [
        ("prepare", 90, 120)
    ]
    assert today.versions[1].effective_to == LATER - timedelta(days=1)
    row = next(r for r in rule_book.book(session, actor=editor, on=ON) if r.key == KEY)
    assert (row.since, row.next_from, row.has_draft, row.waits) == (FIRST_DAY, LATER, False, None)
    assert "rule:publish" in session.scalars(select(AuditEntry.event)).all()


def test_the_asker_cannot_publish(session: Session, editor: Actor, second: Actor) -> None:
    number = ask(session, editor)
    with pytest.raises(approvals.OwnRequest):
        approve(session, editor, number)
    assert not hasattr(rule_book, "_publish")


def test_a_draft_that_waits_stays_as_it_is(session: Session, editor: Actor, second: Actor) -> None:
    number = ask(session, editor)
    version = card(session, editor).draft.version
    assert card(session, editor).waits == number
    with pytest.raises(rule_book.DraftWaits):
        save(session, editor, seen_version=version)
    with pytest.raises(rule_book.DraftWaits):
        rule_book.discard_draft(session, actor=editor, key=KEY, at=AT, seen_version=version)
    waiting = approvals.card(session, actor=second, number=number, on=ON, at=AT)
    approvals.refuse(
        session,
        actor=second,
        number=number,
        word="From January",
        on=ON,
        at=AT,
        seen_version=waiting.version,
    )
    again = save(session, editor, seen_version=version, effective_from=date(2027, 1, 1))
    assert again.effective_from == date(2027, 1, 1)
    rule_book.discard_draft(session, actor=editor, key=KEY, at=AT, seen_version=again.version)
    assert card(session, editor).draft is None


def test_two_people_on_one_draft_are_told(session: Session, editor: Actor) -> None:
    other = make_actor(session, Role.ADMINISTRATOR, name="孙丽")
    seen = start(session, editor).version
    assert start(session, other).version == seen, "one draft, shared"
    save(session, other, seen_version=seen, value={**WINDOWS, "prepare": 100})
    with pytest.raises(ChangedMeanwhile) as caught:
        save(session, editor, seen_version=seen)
    assert caught.value.data["who"] == "孙丽"
    assert card(session, editor).draft.value["prepare"] == 100


def test_strangers_neither_read_nor_write(session: Session, editor: Actor) -> None:
    stranger = make_actor(session, Role.SPECIALIST)
    reader = make_actor(session, Role.MANAGER)
    start(session, editor)
    for read in (
        lambda a: rule_book.book(session, actor=a, on=ON),
        lambda a: card(session, a),
        lambda a: preview(session, a),
    ):
        read(reader)
        with pytest.raises(NotPermitted):
            read(stranger)
    for actor in (stranger, reader):
        with pytest.raises(NotPermitted):
            save(session, actor, seen_version=1)
        with pytest.raises(NotPermitted):
            start(session, actor)
    with pytest.raises(NotFound):
        card(session, editor, key="no.such.rule")


@pytest.mark.parametrize(
    ("but", "path", "code"),
    [
        ({"effective_from": None}, "effective_from", ProblemCode.MISSING),
        ({"effective_from": ON - timedelta(days=1)}, "effective_from", ProblemCode.IN_THE_PAST),
        ({"why": " "}, "why", ProblemCode.MISSING),
        ({"source": ""}, "source", ProblemCode.MISSING),
        ({"value": {**WINDOWS, "prepare": -5}}, "prepare", ProblemCode.TOO_LOW),
        ({"value": {**WINDOWS, "prepare": None}}, "prepare", ProblemCode.MISSING),
        ({"value": {**WINDOWS, "contact": 120}}, "contact", ProblemCode.NOT_BELOW),
        ({"value": {**WINDOWS, "reminders": [15, 15]}}, "reminders", ProblemCode.DOUBLED),
        ({"value": {**WINDOWS, "reminders": [45]}}, "reminders", ProblemCode.NOT_BELOW),
    ],
)
def test_what_is_wrong_is_kept_told_and_not_asked_for(
    session: Session, editor: Actor, second: Actor, but: dict[str, Any], path: str, code: object
) -> None:
    draft = save(session, editor, **but)
    if "value" in but:
        assert draft.value == but["value"], "nothing typed is lost"
    seen = preview(session, editor)
    assert [(problem.path, problem.code) for problem in seen.problems] == [(path, code)]
    assert not seen.may_be_asked
    with pytest.raises(rule_book.DraftNotReady):
        rule_book.ask_publication(
            session, actor=editor, key=KEY, on=ON, at=AT, seen_version=draft.version
        )


def test_two_versions_cannot_begin_on_one_day(
    session: Session, editor: Actor, second: Actor
) -> None:
    approve(session, second, ask(session, editor))
    save(session, editor, value={**WINDOWS, "prepare": 150})
    assert [p.code for p in preview(session, editor).problems] == [ProblemCode.DAY_TAKEN]


def test_a_day_that_passed_before_the_decision_is_refused(
    session: Session, editor: Actor, second: Actor
) -> None:
    number = ask(session, editor, effective_from=ON)
    with pytest.raises(rule_book.RuleDayPassed):
        approve(session, second, number, on=ON + timedelta(days=1))


def test_a_version_published_meanwhile_stops_the_older_request(
    session: Session, editor: Actor, second: Actor
) -> None:
    number = ask(session, editor)
    session.execute(
        update(Rule).where(Rule.key == KEY).values(value={**DEFAULTS[KEY].value, "prepare": 100})
    )
    with pytest.raises(approvals.WorldMoved):
        approve(session, second, number)


def test_a_version_to_come_is_taken_back_by_two_people(
    session: Session, editor: Actor, second: Actor
) -> None:
    approve(session, second, ask(session, editor))
    number = rule_book.ask_withdrawal(
        session, actor=editor, key=KEY, effective_from=LATER, why="Too early", on=ON, at=AT
    )
    assert card(session, editor).versions[0].withdrawal_waits == number
    with pytest.raises(approvals.OwnRequest):
        approve(session, editor, number)
    approve(session, second, number)
    assert rule(session, KEY, LATER)["prepare"] == 90
    gone = card(session, editor).versions[0]
    assert (gone.is_future, gone.withdrawn_at) == (False, AT)
    approve(session, second, ask(session, editor, value={**WINDOWS, "prepare": 110}))
    assert rule(session, KEY, LATER)["prepare"] == 110, "the day is free again"


def test_a_version_in_force_is_not_taken_back(
    session: Session, editor: Actor, second: Actor
) -> None:
    approve(session, second, ask(session, editor))

    def ask_back(day: date, on: date) -> str:
        return rule_book.ask_withdrawal(
            session, actor=editor, key=KEY, effective_from=day, why="x", on=on, at=AT
        )

    with pytest.raises(rule_book.RuleInForce):
        ask_back(LATER, LATER)
    with pytest.raises(NotFound):
        ask_back(LATER + timedelta(days=1), ON)
    number = ask_back(LATER, ON)
    with pytest.raises(rule_book.RuleInForce):
        approve(session, second, number, on=LATER)


def test_nothing_changed_is_not_asked_for(session: Session, editor: Actor, second: Actor) -> None:
    stands = DEFAULTS[KEY]
    draft = save(session, editor, value=stands.value, source=stands.source)
    assert preview(session, editor).differences == ()
    with pytest.raises(approvals.NothingChanges):
        rule_book.ask_publication(
            session, actor=editor, key=KEY, on=ON, at=AT, seen_version=draft.version
        )


def add_case(session: Session, **but: Any) -> Renewal:
    staff = make_staff(session)
    client = make_client(session, owner=staff)
    policy = make_policy(session, client=client)
    return make_renewal(session, policy=policy, assignee=staff, **but)


def counted(session: Session, editor: Actor, key: str, value: Any, **but: Any) -> dict[str, Any]:
    save(session, editor, key=key, value=value, effective_from=ON, **but)
    seen = preview(session, editor, key)
    assert seen.problems == ()
    return {effect.code: effect for effect in seen.effects}


def test_the_preview_counts_the_renewals_whose_window_moves(
    session: Session, editor: Actor
) -> None:
    for left in (70, 50, 20, 3):
        add_case(session, due_on=ON + timedelta(days=left))
    found = counted(session, editor, KEY, {**DEFAULTS[KEY].value, "contact": 45, "quote": 20})
    moves = found[EffectCode.CASES_MOVE]
    assert (moves.count, moves.of) == (1, 4), "the one at 50 days is prepared instead of called"


def test_the_preview_of_the_loss_table_equals_what_the_morning_writes(
    session: Session, editor: Actor, second: Actor
) -> None:
    from services import renewals
    from services.actor import SYSTEM

    for left in (70, 20, 3):
        add_case(session, due_on=ON + timedelta(days=left), state=RenewalState.CONTACTED)
    renewals.extract(session, actor=SYSTEM, on=ON, at=AT)

    def total() -> int:
        return session.scalar(select(func.sum(Renewal.at_risk_fen)).where(Renewal.is_open)) or 0

    before = total()
    key = "renewal.loss_share"
    value = {**DEFAULTS[key].value, "contacted": 40}
    found = counted(session, editor, key, value)[EffectCode.MONEY_REFIGURED]
    assert found.before_fen == before
    draft = card(session, editor, key).draft
    number = rule_book.ask_publication(
        session, actor=editor, key=key, on=ON, at=AT, seen_version=draft.version
    )
    approve(session, second, number)
    renewals.extract(session, actor=SYSTEM, on=ON, at=AT)
    assert total() == found.after_fen


CHANGED: dict[str, Any] = {
    "renewal.windows": {**DEFAULTS[KEY].value, "prepare": 120, "overdue_days": 10},
    "renewal.grace_days": {"after_due": 45, "after_demand": 30},
    "renewal.urgency": [[-1, 80], [90, 20]],
    "renewal.refusal_reasons": ["price", "other"],
    "renewal.attempts_before_unreachable": 3,
    "renewal.registration_required": True,
    "client.file_items": {"individual": ["name"], "group": ["name", "phone"]},
    "people.session": {"idle_minutes": 30, "absolute_minutes": 600},
    "people.lockout": {"failures": 3, "minutes": 30},
    "privacy.access_log_years": 2,
    "performance.raters": {"self": 10, "team_lead": 50, "client": 40},
    "reception.companions": [[4, 1], [10, 2], [999, 4]],
}


@pytest.mark.parametrize("key", CHANGED)
def test_a_changed_rule_is_previewed_asked_for_and_published(
    session: Session, editor: Actor, second: Actor, key: str
) -> None:
    counted(session, editor, key, CHANGED[key])
    draft = card(session, editor, key).draft
    number = rule_book.ask_publication(
        session, actor=editor, key=key, on=ON, at=AT, seen_version=draft.version
    )
    approve(session, second, number)
    assert rule(session, key, ON) == CHANGED[key]


@pytest.mark.parametrize(
    ("key", "value", "code"),
    [
        ("renewal.urgency", [[3, 100], [3, 90]], ProblemCode.DOUBLED),
        ("renewal.urgency", [[3, 100], [None, 90]], ProblemCode.MISSING),
        ("renewal.urgency", [[3, 101], [7, 90]], ProblemCode.TOO_HIGH),
        ("renewal.urgency", [[3, 100]], ProblemCode.TOO_FEW),
        (
            "performance.raters",
            {"self": 10, "team_lead": 10, "client": 10},
            ProblemCode.NOT_HUNDRED,
        ),
        ("performance.raters", {"self": -10, "team_lead": 60, "client": 50}, ProblemCode.TOO_LOW),
        ("renewal.refusal_reasons", [], ProblemCode.TOO_FEW),
        ("renewal.refusal_reasons", ["price", "weather"], ProblemCode.UNKNOWN),
        (
            "calendar.working_hours",
            {"start": "25:00", "break_start": "12:00", "break_end": "13:30", "end": "18:00"},
            ProblemCode.NOT_A_TIME,
        ),
        (
            "calendar.working_hours",
            {"start": "09:00", "break_start": "14:00", "break_end": "13:30", "end": "18:00"},
            ProblemCode.NOT_BELOW,
        ),
        ("reception.classes", {"A": 1, "B": 2, "C": 3, "D": 4}, ProblemCode.NOT_BELOW),
    ],
)
def test_bad_values_are_named(
    session: Session, editor: Actor, key: str, value: Any, code: ProblemCode
) -> None:
    save(session, editor, key=key, value=value)
    assert code in [problem.code for problem in preview(session, editor, key).problems]


def test_blank_rows_fall_away_and_rows_stand_in_order() -> None:
    shape = rule_book.SCHEMAS["renewal.urgency"].shape
    typed = [
        {"up_to": 30, "percent": 10},
        {"up_to": None, "percent": None},
        {"up_to": 3, "percent": 90},
    ]
    assert rule_book.stored(shape, typed) == [[3, 90], [30, 10]]


def test_every_rule_has_a_shape_its_default_fits(session: Session) -> None:
    assert set(rule_book.SCHEMAS) == set(DEFAULTS)
    for key, schema in rule_book.SCHEMAS.items():
        assert schema.problems(DEFAULTS[key].value) == (), key


def test_refusals_are_business_errors() -> None:
    for error in (rule_book.RuleDayPassed, rule_book.RuleInForce, rule_book.DraftWaits):
        assert issubclass(error, BusinessError)
