"""The ten working days on the calendar: worked examples, and what holds of every strip."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.engagements import rules
from services.engagements.rules import Serving
from services.plans import rules as plan_rules
from services.plans.rules import Held, Service
from services.working_calendar import WorkingCalendar
from terms.intake import DocumentKind
from terms.renewals import ContactChannel
from terms.service import (
    Blocked,
    ClockState,
    ItemSource,
    ItemState,
    ServiceKind,
    StageClock,
    TeamRole,
    Timing,
)

LIMITS = {StageClock.TEAM: 3, StageClock.FILE: 3, StageClock.STAR: 5, StageClock.PLAN: 10}
DAY = timedelta(days=1)


def _days(first: date, last: date) -> list[date]:
    return [first + DAY * each for each in range((last - first).days + 1)]


OFF = [
    *_days(date(2026, 1, 1), date(2026, 1, 3)),
    *_days(date(2026, 2, 15), date(2026, 2, 23)),
    *_days(date(2026, 4, 4), date(2026, 4, 6)),
    *_days(date(2026, 5, 1), date(2026, 5, 5)),
    *_days(date(2026, 6, 19), date(2026, 6, 21)),
    *_days(date(2026, 9, 25), date(2026, 9, 27)),
    *_days(date(2026, 10, 1), date(2026, 10, 7)),
]
MAKE_UP = [
    date(2026, 1, 4),
    date(2026, 2, 14),
    date(2026, 2, 28),
    date(2026, 5, 9),
    date(2026, 9, 20),
    date(2026, 10, 10),
]
"""Of the official notice for 2026."""
CALENDAR = WorkingCalendar(
    {
        day: day in MAKE_UP or (day.weekday() < 5 and day not in OFF)
        for day in _days(date(2025, 12, 1), date(2026, 12, 31))
    },
    date(2026, 12, 31),
)


def strip(signed_on: date, on: date) -> dict[StageClock, rules.Clock]:
    return {
        which: rules.clock(
            which,
            signed_on=signed_on,
            days=days,
            done_on=None,
            blocked=(),
            calendar=CALENDAR,
            on=on,
        )
        for which, days in LIMITS.items()
    }


@pytest.mark.parametrize(
    ("signed_on", "team", "star", "plan", "is_provisional"),
    [
        pytest.param("2026-02-12", "2026-02-24", "2026-02-26", "2026-03-04", False, id="spring"),
        pytest.param("2026-02-13", "2026-02-25", "2026-02-27", "2026-03-05", False, id="eve"),
        pytest.param("2026-02-14", "2026-02-26", "2026-02-28", "2026-03-06", False, id="make-up"),
        pytest.param("2026-09-24", "2026-09-30", "2026-10-09", "2026-10-15", False, id="national"),
        pytest.param("2026-09-30", "2026-10-10", "2026-10-13", "2026-10-20", False, id="before"),
        pytest.param("2026-10-03", "2026-10-10", "2026-10-13", "2026-10-20", False, id="inside"),
        pytest.param("2026-04-30", "2026-05-08", "2026-05-11", "2026-05-18", False, id="labour"),
        pytest.param("2025-12-30", "2026-01-05", "2026-01-07", "2026-01-14", False, id="new year"),
        pytest.param("2026-12-25", "2026-12-30", "2027-01-01", "2027-01-08", True, id="past"),
    ],
)
def test_the_clocks_end_on_the_working_days_of_the_notice(
    signed_on: str, team: str, star: str, plan: str, is_provisional: bool
) -> None:
    day = date.fromisoformat(signed_on)
    found = strip(day, day)
    assert [found[which].ends.on.isoformat() for which in StageClock] == [team, team, star, plan]
    assert found[StageClock.PLAN].ends.is_provisional is is_provisional
    assert not found[StageClock.TEAM].ends.is_provisional


def test_a_clock_is_due_to_the_end_of_its_last_day_and_late_after_it() -> None:
    signed_on = date(2026, 9, 24)
    assert strip(signed_on, date(2026, 10, 15))[StageClock.PLAN].state is ClockState.DUE
    assert strip(signed_on, date(2026, 10, 15))[StageClock.PLAN].days_left == 0
    late = strip(signed_on, date(2026, 10, 17))[StageClock.PLAN]
    assert (late.state, late.days_left) == (ClockState.LATE, -1), "Friday the 16th was worked"


@given(
    signed=st.dates(date(2026, 1, 1), date(2026, 11, 30)), later=st.integers(0, 60), days=st.data()
)
def test_a_strip_is_late_exactly_when_more_working_days_passed_than_allowed(
    signed: date, later: int, days: st.DataObject
) -> None:
    on = signed + later * DAY
    which = days.draw(st.sampled_from(list(StageClock)))
    clock = strip(signed, on)[which]
    passed = CALENDAR.working_days_between(signed, on)
    assert CALENDAR.is_working(clock.ends.on)
    if clock.state is ClockState.LATE:
        assert on > clock.ends.on
        assert passed >= LIMITS[which]
    else:
        assert clock.days_left == LIMITS[which] - passed


def test_what_is_done_says_whether_it_was_in_time() -> None:
    def done(on: date) -> rules.Clock:
        return rules.clock(
            StageClock.TEAM,
            signed_on=date(2026, 9, 24),
            days=3,
            done_on=on,
            blocked=(Blocked.NO_DEPUTY,),
            calendar=CALENDAR,
            on=date(2026, 10, 20),
        )

    assert done(date(2026, 9, 30)).state is ClockState.DONE
    assert done(date(2026, 10, 1)).state is ClockState.DONE_LATE
    assert done(date(2026, 9, 30)).blocked == ()


def test_strips_stand_late_first_then_by_what_ends_soonest() -> None:
    signed = [date(2026, 10, 9), date(2026, 9, 1), date(2026, 9, 24)]
    on = date(2026, 10, 12)
    order = sorted(signed, key=lambda day: rules.worst(tuple(strip(day, on).values())))
    assert order == [date(2026, 9, 1), date(2026, 9, 24), date(2026, 10, 9)]


def test_a_team_that_was_whole_once_was_whole_then() -> None:
    first = date(2026, 11, 2)
    team = [
        Serving(TeamRole.MANAGER, first),
        Serving(TeamRole.DEPUTY, first + DAY, first + 3 * DAY),
        Serving(TeamRole.MEMBER, first + 2 * DAY),
    ]
    on = first + 5 * DAY
    assert rules.team_done_on(team, on) == first + 2 * DAY
    assert rules.team_lacks(team, on) == (Blocked.NO_DEPUTY, Blocked.SOMEBODY_LEFT)


def test_the_file_is_built_on_the_day_the_share_was_reached() -> None:
    asked = ("identity", "policy", "handbook", "contract", "nothing known")
    there = {
        DocumentKind.IDENTITY: date(2026, 11, 2),
        DocumentKind.CONTRACT: date(2026, 11, 5),
        DocumentKind.OTHER: date(2026, 11, 1),
    }
    papers = rules.papers(asked, 50, there)
    assert (papers.percent, papers.missing) == (50, (DocumentKind.POLICY, DocumentKind.HANDBOOK))
    assert rules.file_done_on(papers, there) == date(2026, 11, 5)
    assert rules.file_done_on(rules.papers(asked, 51, there), there) is None


VISITS = Service(ItemSource.STANDARD, ServiceKind.PHONE_VISIT, ContactChannel.PHONE, 4)
YEAR = (date(2026, 11, 10), date(2027, 11, 9))


def held(channel: ContactChannel, count: int, state: ItemState = ItemState.PLANNED) -> list[Held]:
    return [Held(ServiceKind.PHONE_VISIT, channel, 0, state)] * count


@pytest.mark.parametrize(
    ("items", "lacking"),
    [
        (held(ContactChannel.PHONE, 4), 0),
        (held(ContactChannel.VISIT, 5), 0),
        (held(ContactChannel.PHONE, 3), 1),
        (held(ContactChannel.PHONE, 3) + held(ContactChannel.WECHAT, 4), 1),
        (held(ContactChannel.PHONE, 2) + held(ContactChannel.PHONE, 2, ItemState.DONE), 0),
        (held(ContactChannel.PHONE, 3) + held(ContactChannel.PHONE, 2, ItemState.DROPPED), 1),
    ],
)
def test_a_standard_is_held_by_enough_items_of_at_least_its_channel(
    items: list[Held], lacking: int
) -> None:
    found = plan_rules.shortfalls((VISITS,), items, *YEAR)
    assert sum(each.lacking for each in found) == lacking


@given(
    before=st.lists(st.sampled_from(list(ContactChannel)), max_size=8),
    more=st.lists(st.sampled_from(list(ContactChannel)), max_size=4),
)
def test_adding_never_lowers(before: list[ContactChannel], more: list[ContactChannel]) -> None:
    def lacks(channels: list[ContactChannel]) -> tuple[plan_rules.Shortfall, ...]:
        items = [each for channel in channels for each in held(channel, 1)]
        return plan_rules.shortfalls((VISITS,), items, *YEAR)

    assert plan_rules.lowered(lacks(before), lacks(before + more)) == ()


@given(
    first=st.dates(date(2024, 1, 1), date(2030, 1, 1)),
    days=st.integers(1, 800),
    count=st.integers(1, 60),
    kind=st.sampled_from(list(ServiceKind)),
)
def test_the_days_of_items_lie_inside_the_plan_in_order(
    first: date, days: int, count: int, kind: ServiceKind
) -> None:
    last = first + DAY * (days - 1)
    found = plan_rules.days_for(kind, count, first, last)
    assert len(found) == count
    assert all(first <= start <= end <= last for start, end in found)
    assert found == sorted(found)


@pytest.mark.parametrize(
    ("first", "last", "is_one"),
    [
        (date(2026, 3, 1), date(2027, 2, 28), False),
        (date(2026, 3, 1), date(2027, 2, 27), True),
        (date(2024, 2, 29), date(2025, 2, 27), False),
        (date(2024, 2, 29), date(2025, 2, 26), True),
    ],
)
def test_under_a_year_the_standard_is_a_reference(first: date, last: date, is_one: bool) -> None:
    assert plan_rules.is_reference(first, last, 12, is_consulting=False) is is_one
    assert plan_rules.is_reference(first, last, 12, is_consulting=True)


def test_an_item_is_due_from_a_week_before_its_last_day() -> None:
    on = date(2026, 11, 20)
    said = [
        plan_rules.timing(ItemState.PLANNED, on + each * DAY, None, on, 7) for each in (-1, 0, 7, 8)
    ]
    assert said == [Timing.LATE, Timing.DUE, Timing.DUE, Timing.AHEAD]
    assert plan_rules.timing(ItemState.DONE, on, on + DAY, on, 7) is Timing.DONE_LATE
