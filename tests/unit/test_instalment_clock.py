"""The clock of an instalment in dated cases: grace, suspension, notice, reinstatement, the end."""

from datetime import date, timedelta
from typing import Any

import chinese_calendar
import pytest

from services.renewals.instalment_rules import (
    FormalDemand,
    GraceRule,
    InstalmentFacts,
    LapseRule,
    Standing,
    grace,
    next_due_on,
    standing,
    years_after,
)
from services.rule_tables import DEFAULTS
from services.working_calendar import WorkingCalendar
from terms.instalments import DemandMeans, GraceBasis, InstalmentStage, SuspensionState
from terms.renewals import ContactChannel

GRACE = GraceRule.of(DEFAULTS["renewal.grace_days"].value)
LAPSE = LapseRule.of(DEFAULTS["renewal.lapse"].value)


def _official() -> WorkingCalendar:
    days = dict.fromkeys(chinese_calendar.constants.holidays, False)
    days |= dict.fromkeys(chinese_calendar.constants.workdays, True)
    return WorkingCalendar(days, date(2026, 12, 31))


CALENDAR = _official()
D = date.fromisoformat


def stands(on: str, due: str, **facts: Any) -> Standing:
    days = {name: D(value) if isinstance(value, str) else value for name, value in facts.items()}
    return standing(
        InstalmentFacts(D(due), **days),
        on=D(on),
        grace_rule=GRACE,
        lapse_rule=LAPSE,
        calendar=CALENDAR,
    )


DUE, DEMAND, AGREED = GraceBasis.AFTER_DUE, GraceBasis.AFTER_DEMAND, GraceBasis.AGREED

ENDS = [
    # due, demanded, the contract's own, last day of grace, why
    ("2026-03-10", None, None, "2026-05-09", DUE, "60 days, day 0 not counted"),
    ("2026-09-21", None, None, "2026-11-20", DUE, "the last day is a working day"),
    ("2026-08-02", None, None, "2026-10-01", DUE, "the last day is National Day: it still ends"),
    ("2025-12-31", None, None, "2026-03-01", DUE, "over the year's end, February of 28 days"),
    ("2027-12-31", None, None, "2028-02-29", DUE, "ends on 29 February"),
    ("2028-02-29", None, None, "2028-04-29", DUE, "due on 29 February"),
    ("2024-01-01", None, None, "2024-03-01", DUE, "over 29 February"),
    ("2026-11-01", None, None, "2026-12-31", DUE, "ends with the year"),
    ("2026-11-02", None, None, "2027-01-01", DUE, "natural days need no calendar of 2027"),
    ("2026-03-10", "2026-03-12", None, "2026-04-11", DEMAND, "demanded two days after the due day"),
    ("2026-03-10", "2026-03-10", None, "2026-04-09", DEMAND, "demanded on the due day"),
    ("2026-03-10", "2026-02-20", None, "2026-04-09", DEMAND, "demanded before anything was due"),
    ("2026-03-10", "2026-04-08", None, "2026-05-08", DEMAND, "one day earlier than the 60"),
    ("2026-03-10", "2026-04-09", None, "2026-05-09", DUE, "both end on one day"),
    ("2026-03-10", "2026-05-01", None, "2026-05-09", DUE, "a late demand never lengthens"),
    ("2028-01-30", "2028-01-30", None, "2028-02-29", DEMAND, "30 days to 29 February"),
    ("2026-12-02", "2026-12-15", None, "2027-01-14", DEMAND, "over the year's end"),
    ("2026-03-10", None, "2026-06-08", "2026-06-08", AGREED, "the contract's 90 days"),
    ("2026-03-10", None, "2026-04-09", "2026-04-09", AGREED, "the contract's 30 days"),
    ("2026-03-10", "2026-03-12", "2026-06-08", "2026-06-08", AGREED, "no demand shortens it"),
    ("2026-03-10", None, "2026-03-10", "2026-03-10", AGREED, "a contract without grace"),
]


@pytest.mark.parametrize(("due", "demanded", "agreed", "ends", "basis", "why"), ENDS)
def test_grace_ends(
    due: str, demanded: str | None, agreed: str | None, ends: str, basis: GraceBasis, why: str
) -> None:
    found = grace(
        D(due),
        demanded_on=D(demanded) if demanded else None,
        agreed_until=D(agreed) if agreed else None,
        rule=GRACE,
    )
    assert (found.ends_on.isoformat(), found.basis) == (ends, basis), why


LAPSES = [
    # due, suspended from, notice by, provisional, reinstatable until, why
    ("2025-12-31", "2026-03-02", "2026-03-16", False, "2028-03-02", "ten plain working days"),
    (
        "2025-12-13",
        "2026-02-12",
        "2026-03-04",
        False,
        "2028-02-12",
        "Spring Festival, 02-14 and 28",
    ),
    ("2026-02-28", "2026-04-30", "2026-05-18", False, "2028-04-30", "Labour Day and 9 May worked"),
    (
        "2026-07-25",
        "2026-09-24",
        "2026-10-15",
        False,
        "2028-09-24",
        "two feasts, 10 October worked",
    ),
    (
        "2026-07-17",
        "2026-09-16",
        "2026-09-30",
        False,
        "2028-09-16",
        "Sunday 20 September is worked",
    ),
    ("2025-10-24", "2025-12-24", "2026-01-08", False, "2027-12-24", "Sunday 4 January is worked"),
    ("2026-10-15", "2026-12-15", "2026-12-29", False, "2028-12-15", "ends inside the calendar"),
    ("2026-10-18", "2026-12-18", "2027-01-01", True, "2028-12-18", "1 January 2027 not known yet"),
    ("2026-10-31", "2026-12-31", "2027-01-14", True, "2028-12-31", "all of it past the calendar"),
    ("2027-03-01", "2027-05-01", "2027-05-14", True, "2029-05-01", "2027 counts Monday to Friday"),
    ("2027-12-30", "2028-02-29", "2028-03-14", True, "2030-02-28", "two years from 29 February"),
    ("2025-12-29", "2026-02-28", "2026-03-13", False, "2028-02-28", "28 February stays the 28th"),
]


@pytest.mark.parametrize(("due", "suspended", "notice", "provisional", "until", "why"), LAPSES)
def test_unpaid_cover_is_suspended(
    due: str, suspended: str, notice: str, provisional: bool, until: str, why: str
) -> None:
    last_day = D(suspended) - timedelta(days=1)
    assert stands(last_day.isoformat(), due).stage is InstalmentStage.GRACE
    found = stands(suspended, due)
    assert found.stage is InstalmentStage.SUSPENDED
    assert found.lapse is not None
    assert found.lapse.suspended_on.isoformat() == suspended
    assert found.lapse.notice_due.on.isoformat() == notice, why
    assert found.lapse.notice_due.is_provisional is provisional
    assert found.lapse.reinstatable_until.isoformat() == until


S = InstalmentStage
STAGES: list[tuple[str, dict[str, Any], S, str]] = [
    ("2026-03-10", {}, S.DUE, "the due day itself is no grace"),
    ("2026-03-11", {}, S.GRACE, "the day after"),
    ("2026-05-09", {}, S.GRACE, "the last day, until 24:00"),
    ("2026-05-10", {}, S.SUSPENDED, "the day after grace"),
    ("2026-04-12", {"demanded_on": "2026-03-12"}, S.SUSPENDED, "31 days after the demand"),
    ("2026-04-11", {"demanded_on": "2026-03-12"}, S.GRACE, "30 days after the demand"),
    ("2026-03-20", {"demanded_on": "2026-02-01"}, S.GRACE, "a demand before the due day"),
    ("2026-05-09", {"paid_on": "2026-05-09"}, S.PAID, "paid on the last day"),
    ("2026-06-01", {"paid_on": "2026-05-10"}, S.SUSPENDED, "money alone brings nothing back"),
    ("2026-07-01", {"applied_on": "2026-06-01"}, S.APPLIED, "the 30th day for an answer"),
    ("2026-07-02", {"applied_on": "2026-06-01"}, S.ACCEPTED, "unanswered: accepted"),
    (
        "2026-06-20",
        {"applied_on": "2026-06-01", "answered_on": "2026-06-15", "is_refused": True},
        S.REFUSED,
        "refused in time",
    ),
    (
        "2026-07-20",
        {"applied_on": "2026-06-01", "answered_on": "2026-07-02", "is_refused": True},
        S.ACCEPTED,
        "refused a day too late",
    ),
    (
        "2026-06-20",
        {"applied_on": "2026-06-01", "answered_on": "2026-06-15"},
        S.ACCEPTED,
        "accepted, not paid",
    ),
    (
        "2026-06-25",
        {"applied_on": "2026-06-01", "answered_on": "2026-06-15", "paid_on": "2026-06-25"},
        S.REINSTATED,
        "accepted and paid",
    ),
    ("2028-05-10", {}, S.SUSPENDED, "the last day of two years"),
    ("2028-05-11", {}, S.ENDED, "the day after"),
    ("2028-05-20", {"applied_on": "2028-05-10"}, S.APPLIED, "applied on the last day"),
    ("2028-06-10", {"applied_on": "2028-05-10"}, S.ACCEPTED, "and nobody answered"),
    ("2026-07-01", {"agreed_until": "2026-07-01"}, S.GRACE, "as the contract says"),
    ("2026-07-02", {"agreed_until": "2026-07-01"}, S.SUSPENDED, "and the day after"),
    ("2026-03-11", {"agreed_until": "2026-03-10"}, S.SUSPENDED, "a contract without grace"),
]


@pytest.mark.parametrize(("on", "facts", "stage", "why"), STAGES)
def test_where_an_instalment_due_on_10_march_stands(
    on: str, facts: dict[str, Any], stage: S, why: str
) -> None:
    assert stands(on, "2026-03-10", **facts).stage is stage, why


def test_silence_is_told_apart_from_an_answer() -> None:
    silent = stands("2026-07-02", "2026-03-10", applied_on="2026-06-01")
    said = stands("2026-06-20", "2026-03-10", applied_on="2026-06-01", answered_on="2026-06-15")
    assert (silent.is_deemed, said.is_deemed) == (True, False)
    assert silent.answer_due_on == D("2026-07-01")


def test_an_answer_clock_over_the_year_s_end_and_29_february() -> None:
    assert stands("2027-01-01", "2026-03-10", applied_on="2026-12-20").answer_due_on == D(
        "2027-01-19"
    )
    assert stands("2028-02-10", "2026-03-10", applied_on="2028-01-31").answer_due_on == D(
        "2028-03-01"
    )


@pytest.mark.parametrize(
    ("day", "years", "then"),
    [
        ("2028-02-29", 2, "2030-02-28"),
        ("2028-02-29", 4, "2032-02-29"),
        ("2026-12-31", 2, "2028-12-31"),
    ],
)
def test_a_period_of_years_ends_on_the_same_date(day: str, years: int, then: str) -> None:
    assert years_after(D(day), years) == D(then)


def test_the_last_day_of_grace_leaves_no_day() -> None:
    assert stands("2026-05-09", "2026-03-10").grace_left == 0
    assert stands("2026-03-11", "2026-03-10").grace_left == 59


@pytest.mark.parametrize("means", [*ContactChannel, "registered_letter", "sms", None])
def test_a_service_reminder_can_never_be_a_demand(means: Any) -> None:
    with pytest.raises(TypeError):
        FormalDemand(D("2026-03-12"), means, "EMS 1234567890")


def test_no_channel_of_contact_is_a_means_of_demand() -> None:
    assert not {means.value for means in DemandMeans} & {one.value for one in ContactChannel}


@pytest.mark.parametrize("proof", ["", "  "])
def test_a_demand_has_its_proof(proof: str) -> None:
    with pytest.raises(ValueError, match="proof"):
        FormalDemand(D("2026-03-12"), DemandMeans.REGISTERED_LETTER, proof)


def test_the_clock_that_runs_out_next() -> None:
    days: dict[str, Any] = {
        "notice_due_on": D("2026-05-22"),
        "notice_sent_on": None,
        "answer_due": None,
        "reinstatable_until": D("2028-05-10"),
    }
    assert next_due_on(SuspensionState.SUSPENDED, **days) == D("2026-05-22")
    sent = {**days, "notice_sent_on": D("2026-05-20")}
    assert next_due_on(SuspensionState.SUSPENDED, **sent) == D("2028-05-10")
    applied = {**sent, "answer_due": D("2026-07-01")}
    assert next_due_on(SuspensionState.APPLIED, **applied) == D("2026-07-01")
    assert next_due_on(SuspensionState.REFUSED, **applied) == D("2028-05-10")


def test_the_table_holds_the_cases_that_were_asked_for() -> None:
    assert len(ENDS) + len(LAPSES) + len(STAGES) >= 40
