"""What the renewal screen decides without a database: suggested times, due days, list in hand."""

from datetime import UTC, date, datetime, timedelta

import pytest

from services.working_calendar import SHANGHAI, WorkingCalendar
from terms.people import Locale
from terms.policies import Line
from terms.renewals import RenewalKind
from ui.components.queue_table import height, letters, names_of
from ui.screens.renewals.times import clashes, suggestions
from words import in_locale
from words.renewal_cases import due_in_brief, due_in_queue, grace_left

CALENDAR = WorkingCalendar({}, None)
FRIDAY = date(2026, 11, 20)


def at(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=SHANGHAI)


def test_a_morning_offers_this_afternoon_the_next_working_day_and_three_days_on() -> None:
    assert suggestions(CALENDAR, at(FRIDAY, 9, 12)) == (
        at(FRIDAY, 16),
        at(date(2026, 11, 23), 9, 30),
        at(date(2026, 11, 25), 10),
    )


@pytest.mark.parametrize(
    "moment", [at(FRIDAY, 15, 1), at(FRIDAY, 20), at(date(2026, 11, 21), 10)], ids=str
)
def test_late_in_the_day_or_on_a_day_off_today_is_not_offered(moment: datetime) -> None:
    first, second, _third = suggestions(CALENDAR, moment)
    assert first == at(date(2026, 11, 23), 9, 30)
    assert second == at(date(2026, 11, 23), 14, 30)


def test_a_make_up_working_day_is_offered() -> None:
    saturday = date(2026, 11, 21)
    worked = WorkingCalendar({saturday: True}, saturday)
    assert suggestions(worked, at(FRIDAY, 18))[0] == at(saturday, 9, 30)


@pytest.mark.parametrize("hour", range(24))
def test_suggestions_rise_and_lie_ahead(hour: int) -> None:
    moment = datetime(2026, 11, 20, hour, 30, tzinfo=UTC)
    given = suggestions(CALENDAR, moment)
    assert list(given) == sorted(set(given))
    assert all(one - moment >= timedelta(hours=1) for one in given)


@pytest.mark.parametrize(
    ("kind", "line", "days_left", "grace", "chinese", "english"),
    [
        (RenewalKind.TERM, Line.MOTOR, 22, None, "22 天", "22 days"),
        (RenewalKind.TERM, Line.MOTOR, 3, None, "◆ 3 天", "◆ 3 days"),
        (RenewalKind.TERM, Line.HOME, 0, None, "◆ 今天", "◆ today"),
        (RenewalKind.TERM, Line.MOTOR, -1, None, "▲ 脱保 1 天", "▲ Uncovered 1 d"),
        (RenewalKind.TERM, Line.HOME, -5, None, "▲ 过期 5 天", "▲ Ended 5 d"),
        (RenewalKind.INSTALMENT, Line.LIFE, -52, 8, "◆ 宽限 8 天", "◆ Grace 8 d"),
        (RenewalKind.INSTALMENT, Line.LIFE, -61, -1, "▲ 逾期 61 天", "▲ Unpaid 61 d"),
    ],
)
def test_only_days_that_matter_are_marked(
    kind: RenewalKind,
    line: Line,
    days_left: int,
    grace: int | None,
    chinese: str,
    english: str,
) -> None:
    for locale, said in (("zh_CN", chinese), ("en", english)):
        with in_locale(locale):
            assert due_in_queue(kind=kind, line=line, days_left=days_left, grace_left=grace) == said


def test_the_badge_beside_the_name_has_the_same_mark() -> None:
    with in_locale("zh_CN"):
        said, tone = due_in_brief(
            kind=RenewalKind.TERM, line=Line.MOTOR, days_left=3, grace_left=None
        )
    assert (said, tone) == ("◆ 3 天后到期", "soon")


def test_grace_counts_only_after_the_due_day() -> None:
    ends = FRIDAY + timedelta(days=8)
    assert grace_left(ends, days_left=-52, on=FRIDAY) == 8
    assert grace_left(ends, days_left=2, on=FRIDAY) is None
    assert grace_left(None, days_left=-2, on=FRIDAY) is None


def test_a_table_is_as_high_as_its_rows_until_it_scrolls() -> None:
    assert height(3) == 31 + 3 * 58 + 2
    assert height(0) == height(1)
    assert height(500) == height(11)


@pytest.mark.parametrize(
    ("preferred", "hours"), [("morning", [11, 9, 10]), ("afternoon", [16, 14, 15])]
)
def test_appointments_are_offered_when_the_client_likes_to_be_called(
    preferred: str, hours: list[int]
) -> None:
    given = suggestions(CALENDAR, at(FRIDAY, 9, 12), preferred=preferred)
    assert [one.hour for one in given] == hours
    late = suggestions(CALENDAR, at(FRIDAY, 20), preferred=preferred)
    assert {one.hour for one in late[:2]} == {hours[1]}
    assert list(late) == sorted(set(late))


def test_an_appointment_clashes_within_half_an_hour_of_another() -> None:
    taken = [at(FRIDAY, 16)]
    assert clashes(at(FRIDAY, 16, 20), taken)
    assert not clashes(at(FRIDAY, 16, 30), taken)


@pytest.mark.parametrize(
    ("text", "wide_as"),
    [("", 0), ("Owns the client.", 16), ("是该客户的服务人。", 18), ("至11-28", 7)],
)
def test_a_chinese_character_is_as_wide_as_two_letters(text: str, wide_as: int) -> None:
    assert letters(text) == wide_as


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("郭家宝", "郭家宝"),
        ("上海广源进出口有限公司", "上海广源…"),
        ("Hengli Precision", "Hengli Pr…"),
        ("Abcd Efghi Kl", "Abcd Efgh…"),
        ("", ""),
    ],
)
def test_an_english_table_ends_long_names(name: str, said: str) -> None:
    assert names_of([name], Locale.EN, width=82).to_pylist() == [said]
    assert names_of([name], Locale.ZH, width=82).to_pylist() == [name]
