"""Money at risk, states, and the reason of a row."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import words
from services.renewals import Why, rules
from services.renewals.rules import CaseFacts, LossTable, Windows
from services.rule_tables import DEFAULTS
from services.working_calendar import SHANGHAI
from terms.people import Locale
from terms.renewals import (
    ContactOutcome,
    Intention,
    NextStep,
    QueueGroup,
    RenewalKind,
    RenewalState,
    WhyCode,
)
from tests.make.moment import AT, ON
from words import renewals as spoken

TABLE = LossTable.of(DEFAULTS["renewal.loss_share"].value, DEFAULTS["renewal.urgency"].value)
WINDOWS = Windows.of(DEFAULTS["renewal.windows"].value)
FACTS = CaseFacts(
    group=QueueGroup.WORK,
    kind=RenewalKind.TERM,
    state=RenewalState.ALLOCATED,
    days_left=20,
    grace_left=None,
    premium_fen=648_000,
    proposed_premium_fen=None,
    next_at=None,
    attempts=0,
    last_contact_at=None,
    last_intention=None,
    refusal_reason=None,
    assigned_at=AT - timedelta(days=2),
)


def at_risk(days_left: int, state: RenewalState, intention: Intention | None = None) -> int:
    return rules.at_risk_fen(
        TABLE, premium_fen=100_000, state=state, last_intention=intention, days_left=days_left
    )


@pytest.mark.parametrize(
    ("days_left", "state", "intention", "expected"),
    [
        (3, RenewalState.ALLOCATED, None, 30_000),
        (4, RenewalState.ALLOCATED, None, 27_000),
        (90, RenewalState.EXTRACTED, None, 6_000),
        (200, RenewalState.EXTRACTED, None, 6_000),
        (-1, RenewalState.ALLOCATED, None, 42_000),
        (-1, RenewalState.CONTACTED, Intention.REFUSES, 49_000),
        (10, RenewalState.QUOTED, Intention.THINKING, 26_250),
        (10, RenewalState.AGREED, Intention.RENEWS, 4_500),
    ],
)
def test_money_at_risk_by_hand(
    days_left: int, state: RenewalState, intention: Intention | None, expected: int
) -> None:
    assert at_risk(days_left, state, intention) == expected


@given(premium=st.integers(0, 10**10), days=st.integers(-60, 120))
def test_money_at_risk_is_never_more_than_the_premium(premium: int, days: int) -> None:
    figure = rules.at_risk_fen(
        TABLE,
        premium_fen=premium,
        state=RenewalState.ALLOCATED,
        last_intention=Intention.REFUSES,
        days_left=days,
    )
    assert 0 <= figure <= premium


@pytest.mark.parametrize(
    ("state", "outcome", "intention", "is_quoted", "after"),
    [
        ("allocated", "no_answer", None, False, "allocated"),
        ("allocated", "reached", None, False, "contacted"),
        ("quoted", "reached", "thinking", True, "quoted"),
        ("contacted", "reached", "renews", False, "agreed"),
        ("agreed", "reached", None, True, "agreed"),
        ("agreed", "reached", "refuses", True, "quoted"),
        ("agreed", "reached", "thinking", False, "contacted"),
        ("contacted", "reached", "refuses", False, "contacted"),
    ],
)
def test_where_a_contact_leaves_a_case(
    state: str, outcome: str, intention: str | None, is_quoted: bool, after: str
) -> None:
    assert rules.state_after_contact(
        RenewalState(state),
        ContactOutcome(outcome),
        Intention(intention) if intention else None,
        is_quoted=is_quoted,
    ) is RenewalState(after)


REASONS: list[tuple[dict[str, Any], WhyCode, NextStep, str]] = [
    (
        {"group": QueueGroup.APPOINTMENT, "next_at": AT + timedelta(minutes=48)},
        WhyCode.APPOINTMENT_TODAY,
        NextStep.CALL_BACK,
        "约好10:00回电，排在最前",
    ),
    (
        {"group": QueueGroup.APPOINTMENT, "next_at": AT - timedelta(hours=17)},
        WhyCode.APPOINTMENT_MISSED,
        NextStep.CALL_BACK,
        "约好昨天16:12没打，先补",
    ),
    (
        {"group": QueueGroup.WAITING, "next_at": AT + timedelta(days=3)},
        WhyCode.APPOINTMENT_LATER,
        NextStep.WAIT,
        "约在周一09:12，到时再打",
    ),
    (
        {"group": QueueGroup.WAITING, "attempts": 1},
        WhyCode.CALLED_TODAY,
        NextStep.WAIT,
        "今天打过未接通，明天再试",
    ),
    (
        {"is_top": True, "days_left": 4},
        WhyCode.MOST_AT_RISK,
        NextStep.QUOTE,
        "可挽回最多，还有4天到期，仍未报价",
    ),
    ({"days_left": -1}, WhyCode.UNCOVERED, NextStep.CALL, "昨日到期未续，越晚越难挽回"),
    (
        {"days_left": -3, "attempts": 2},
        WhyCode.UNCOVERED,
        NextStep.OTHER_TIME,
        "脱保3天，2次未接通",
    ),
    (
        {"kind": RenewalKind.INSTALMENT, "days_left": -52, "grace_left": 8, "attempts": 2},
        WhyCode.GRACE,
        NextStep.OTHER_TIME,
        "宽限期只剩8天，2次未接通",
    ),
    ({"state": RenewalState.AGREED}, WhyCode.AGREED, NextStep.FINISH, "客户已同意，盯到办完为止"),
    ({"attempts": 2}, WhyCode.UNREACHED, NextStep.OTHER_TIME, "2次未接通，换个时段再打"),
    (
        {
            "last_intention": Intention.REFUSES,
            "refusal_reason": "price",
            "last_contact_at": AT - timedelta(days=3),
        },
        WhyCode.REFUSED,
        NextStep.EXPLAIN_PRICE,
        "3天前拒绝",
    ),
    (
        {"last_intention": Intention.THINKING, "last_contact_at": AT - timedelta(days=3)},
        WhyCode.THINKING,
        NextStep.ASK_DECISION,
        "3天前说再考虑，该问结果了",
    ),
    (
        {"proposed_premium_fen": 764_640},
        WhyCode.PRICE_UP,
        NextStep.EXPLAIN_PRICE,
        "保费涨18%，先说清差价",
    ),
    (
        {"days_left": 20, "last_contact_at": AT - timedelta(days=9)},
        WhyCode.NOT_QUOTED,
        NextStep.QUOTE,
        "还有20天到期，仍未报价",
    ),
    (
        {"proposed_premium_fen": 648_000, "last_contact_at": AT - timedelta(days=12)},
        WhyCode.QUOTED,
        NextStep.ASK_DECISION,
        "已报价，12天没有回音",
    ),
    ({}, WhyCode.NOT_CALLED, NextStep.FIRST_CONTACT, "分到名下2天，还没有人联系过"),
    (
        {"days_left": 45, "last_contact_at": AT - timedelta(days=9)},
        WhyCode.REMIND,
        NextStep.REMIND,
        "还有45天到期，按时提醒即可",
    ),
]


@pytest.mark.parametrize(("but", "code", "step", "chinese"), REASONS)
def test_every_row_says_why_it_stands_there(
    but: dict[str, Any], code: WhyCode, step: NextStep, chinese: str
) -> None:
    reason = rules.why(FACTS._replace(**but), windows=WINDOWS, on=ON, at=AT, zone=SHANGHAI)
    assert (reason.code, rules.next_step(reason)) == (code, step)
    with words.in_locale(Locale.ZH):
        said = spoken.why(reason, on=ON)
        assert said.startswith(chinese)
        assert " " not in said
    with words.in_locale(Locale.EN):
        said = spoken.why(reason, on=ON)
        assert said[0].isupper() or said[0].isdigit()
        assert said.isascii()
        assert len(said) < 75


def test_every_reason_is_tried() -> None:
    assert {code for _, code, _, _ in REASONS} == set(WhyCode) - {WhyCode.PINNED}


def test_a_pin_keeps_the_reason_it_stands_before_and_what_is_to_be_done() -> None:
    reason = Why(WhyCode.UNCOVERED, also=WhyCode.UNREACHED, days=3, count=2)
    found = rules.pinned(reason, pinned_at=AT, by_name="王芳")
    assert (found.code, found.also, found.by_name) == (WhyCode.PINNED, WhyCode.UNCOVERED, "王芳")
    assert (found.days, found.count, found.pinned_at) == (3, 2, AT)
    assert rules.next_step(found) is NextStep.CALL


def test_a_day_s_portion_is_a_fifth_of_the_week() -> None:
    assert rules.planned_today(done=0, workable=500, appointments=0, weekly_capacity=150) == 30
    assert rules.planned_today(done=8, workable=23, appointments=0, weekly_capacity=150) == 30
    assert rules.planned_today(done=8, workable=5, appointments=0, weekly_capacity=150) == 13
    assert rules.planned_today(done=30, workable=9, appointments=2, weekly_capacity=150) == 32


@pytest.mark.parametrize(
    ("born", "on", "age"),
    [
        (date(1985, 11, 20), ON, 41),
        (date(1985, 11, 21), ON, 40),
        (date(2004, 2, 29), date(2026, 2, 28), 21),
        (date(2004, 2, 29), date(2026, 3, 1), 22),
        (None, ON, None),
    ],
)
def test_full_years(born: date | None, on: date, age: int | None) -> None:
    assert rules.full_years(born, on) == age


def test_terms_are_compared_item_by_item() -> None:
    premium, both, gone, fresh = rules.compare_terms(
        premium_fen=612_000,
        proposed_premium_fen=648_000,
        cover={"三者险": 200_000_000, "玻璃险": "国产"},
        proposed_cover={"三者险": 300_000_000, "车损险": 12_800_000},
    )
    assert premium.percent == 5.9
    assert (both.last, both.proposed) == (200_000_000, 300_000_000)
    assert (gone.item, gone.proposed, gone.percent) == ("玻璃险", None, None)
    assert (fresh.item, fresh.last) == ("车损险", None)
