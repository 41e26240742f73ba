"""The notice of holidays: read, checked, asked for, adopted; how far the calendar reaches."""

import csv
from datetime import date, timedelta
from io import StringIO
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from db.models import Approval, AuditEntry, CalendarDay
from services import approvals, holidays
from services.actor import Actor
from services.errors import NotPermitted
from services.holidays import NoticeProblem
from services.intake.reading import FileRefused
from services.working_calendar import calendar_of, coverage_ends_on
from terms.people import Role
from tests.make import AT, ON, make_actor, make_client, make_engagement

OF_2026 = """国务院办公厅关于2026年部分节假日安排的通知
国办发明电〔2025〕7号
一、元旦：1月1日（周四）至3日（周六）放假调休，共3天。1月4日（周日）上班。
二、春节：2月15日（农历腊月二十八、周日）至23日（农历正月初七、周一）放假调休，共9天。2月14日（周六）、2月28日（周六）上班。
三、清明节：4月4日（周六）至6日（周一）放假，共3天。
四、劳动节：5月1日（周五）至5日（周二）放假调休，共5天。5月9日（周六）上班。
五、端午节：6月19日（周五）至21日（周日）放假，共3天。
六、中秋节：9月25日（周五）至27日（周日）放假，共3天。
七、国庆节：10月1日（周四）至7日（周三）放假调休，共7天。9月20日（周日）、10月10日（周六）上班。
"""
OF_2027 = """国务院办公厅关于2027年部分节假日安排的通知
一、元旦：1月1日（周五）至3日（周日）放假，共3天。
二、春节：2月5日（周五）至11日（周四）放假调休，共7天。2月14日（周日）上班。
三、国庆节、中秋节：10月1日（周五）至7日（周四）放假调休，共7天。9月26日（周日）上班。
"""


@pytest.fixture
def editor(session: Session) -> Actor:
    return make_actor(session, Role.ADMINISTRATOR)


@pytest.fixture
def second(session: Session) -> Actor:
    return make_actor(session, Role.COMPLIANCE)


def ask(session: Session, actor: Actor, text: str, **but: Any) -> str:
    given = {"source": "国办发明电〔2026〕9号", "why": "Out today", "on": ON, "at": AT}
    notice = holidays.read_text(text)
    return holidays.ask_adoption(session, actor=actor, notice=notice, **{**given, **but})


def approve(session: Session, actor: Actor, number: str) -> None:
    version = session.scalar(select(Approval.version).where(Approval.number == number))
    assert version is not None
    approvals.approve(
        session, actor=actor, number=number, word="Right", on=ON, at=AT, seen_version=version
    )


def problems(session: Session, actor: Actor, text: str) -> list[NoticeProblem]:
    found = holidays.preview_notice(session, actor=actor, notice=holidays.read_text(text))
    return [odd.problem for odd in found.odd]


def test_the_official_notice_says_what_the_calendar_holds(session: Session, editor: Actor) -> None:
    notice = holidays.read_text(OF_2026)
    assert (notice.year, notice.source, notice.odd) == (
        2026,
        "国务院办公厅 国办发明电〔2025〕7号",
        (),
    )
    worked = [day.day for day in notice.days if day.is_working]
    assert [f"{day:%m-%d}" for day in worked] == [
        *("01-04", "02-14", "02-28", "05-09", "09-20", "10-10")
    ]
    seen = holidays.preview_notice(session, actor=editor, notice=notice)
    assert (seen.odd, seen.changes) == ((), ()), "it is the calendar that was shipped"


def test_a_part_of_the_calendar_answers_as_the_whole_and_about_nothing_before_it(
    session: Session,
) -> None:
    whole, since = calendar_of(session), date(2026, 9, 1)
    part = calendar_of(session, since=since)
    assert part.covered_until == whole.covered_until
    assert len(part.days) < 150
    days = [since + timedelta(days=each) for each in range(200)]
    assert [part.is_working(day) for day in days] == [whole.is_working(day) for day in days]
    beyond = calendar_of(session, since=date(2030, 1, 1))
    assert beyond.covered_until == whole.covered_until
    assert beyond.is_provisional(date(2030, 1, 1))
    with pytest.raises(ValueError, match="2026-09-01"):
        part.is_working(date(2026, 8, 31))


def test_next_years_notice_is_adopted_by_two_people(
    session: Session, editor: Actor, second: Actor
) -> None:
    before = calendar_of(session).add_working_days(date(2026, 12, 30), 3)
    assert before.is_provisional
    number = ask(session, editor, OF_2027)
    with pytest.raises(approvals.OwnRequest):
        approve(session, editor, number)
    assert coverage_ends_on(session) == date(2026, 12, 31)
    approve(session, second, number)
    calendar = calendar_of(session)
    assert calendar.covered_until == date(2027, 12, 31)
    assert not calendar.is_working(date(2027, 2, 8))
    assert calendar.is_working(date(2027, 2, 14))
    after = calendar.add_working_days(date(2026, 12, 30), 3)
    assert (after.on, after.is_provisional) == (date(2027, 1, 5), False)
    year = holidays.year_of(session, actor=editor, year=2027)
    assert len(year.days) == 365
    assert {day.name for day in year.days if day.name} == {"元旦", "春节", "国庆节、中秋节"}
    assert "calendar:adopt" in session.scalars(select(AuditEntry.event)).all()


def test_adopting_counts_anew_what_waits_by_working_days(
    session: Session, editor: Actor, second: Actor
) -> None:
    text = OF_2027.replace("1月1日（周五）至3日（周日）", "1月1日（周五）至6日（周三）").replace(
        "共3天", "共6天"
    )
    late, late_at = date(2026, 12, 25), AT.replace(month=12, day=25)
    waits = ask(session, editor, "2026-11-25, 放假, 司庆", on=late, at=late_at)
    ends = select(Approval.expires_at).where(Approval.number == waits)
    before = session.scalar(ends)
    approve(session, second, ask(session, editor, text))
    after = session.scalar(ends)
    assert (after - before).days == 6, "four more days off, and the weekend after them"
    assert "approval:refigure" in session.scalars(select(AuditEntry.event)).all()


def test_single_days_of_a_covered_year_are_set_apart(
    session: Session, editor: Actor, second: Actor
) -> None:
    """Some finance houses do not work make-up days."""
    number = ask(session, editor, "2026-12-26, 上班\n2026-12-31, 放假, 年终结算")
    seen = approvals.card(session, actor=second, number=number, on=ON, at=AT)
    assert [change.field for change in seen.changes] == ["2026-12-26", "2026-12-31"]
    approve(session, second, number)
    rows = session.scalars(select(CalendarDay).where(CalendarDay.approval_id.is_not(None))).all()
    assert [(row.day, row.is_working, row.is_make_up) for row in rows] == [
        (date(2026, 12, 26), True, True),
        (date(2026, 12, 31), False, False),
    ]
    assert session.scalar(select(func.count()).select_from(CalendarDay)) == 8401


def test_a_calendar_changed_meanwhile_stops_the_older_request(
    session: Session, editor: Actor, second: Actor
) -> None:
    number = ask(session, editor, "2026-12-31, 放假, 年终结算")
    day = session.get_one(CalendarDay, date(2026, 12, 31))
    day.is_working = False
    session.flush()
    with pytest.raises(approvals.WorldMoved):
        approve(session, second, number)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("端午节：6月9日放假。", NoticeProblem.NO_YEAR),
        ("关于2027年放假安排的通知", NoticeProblem.NOTHING_FOUND),
        ("关于2027年部分节假日安排\n元旦：1月1日（周四）放假。", NoticeProblem.WRONG_WEEKDAY),
        ("关于2027年部分节假日安排\n元旦：1月1日至3日放假，共4天。", NoticeProblem.WRONG_COUNT),
        ("关于2027年部分节假日安排\n元旦：2月30日放假。", NoticeProblem.BAD_DATE),
        ("关于2027年部分节假日安排\n元旦：1月5日至2日放假。", NoticeProblem.TOO_LONG),
        (
            "关于2027年部分节假日安排\n元旦：1月1日放假。1月1日上班。",
            NoticeProblem.BOTH,
        ),
        (
            "关于2027年部分节假日安排\n元旦：1月1日放假。1月4日上班。",
            NoticeProblem.MAKE_UP_ON_WEEKDAY,
        ),
        ("关于2028年部分节假日安排\n元旦：1月1日放假。", NoticeProblem.YEAR_LEFT_OUT),
        ("2026-12-31, 放假\n2028-01-01, 放假", NoticeProblem.OTHER_YEAR),
        ("2026-12-31, maybe", NoticeProblem.NO_KIND),
    ],
)
def test_what_is_odd_is_told_and_not_asked_for(
    session: Session, editor: Actor, second: Actor, text: str, problem: NoticeProblem
) -> None:
    assert problem in problems(session, editor, text)
    with pytest.raises(holidays.NoticeOdd):
        ask(session, editor, text)


def test_a_notice_names_days_across_the_turn_of_the_year() -> None:
    text = "关于2027年部分节假日安排\n元旦：2026年12月31日至2027年1月2日放假，共3天。"
    days = [day.day for day in holidays.read_text(text).days]
    assert days == [date(2026, 12, 31), date(2027, 1, 1), date(2027, 1, 2)]


def test_a_table_of_days_is_read_from_a_file(session: Session, editor: Actor) -> None:
    table = StringIO()
    csv.writer(table).writerows(
        [["日期", "类型", "名称"], ["2026-12-26", "上班", ""], ["2026/12/31", "放假", "年终结算"]]
    )
    text = holidays.read_file(table.getvalue().encode(), name="days.csv")
    notice = holidays.read_text(text)
    assert [(day.day.day, day.is_working, day.name) for day in notice.days] == [
        (26, True, ""),
        (31, False, "年终结算"),
    ]
    assert problems(session, editor, text) == []
    with pytest.raises(FileRefused):
        holidays.read_file(b"", name="days.csv")


def test_strangers_neither_read_nor_ask(session: Session, second: Actor) -> None:
    stranger = make_actor(session, Role.SPECIALIST)
    with pytest.raises(NotPermitted):
        ask(session, stranger, OF_2027)
    with pytest.raises(NotPermitted):
        holidays.coverage(session, actor=stranger, on=ON)
    with pytest.raises(NotPermitted):
        holidays.year_of(session, actor=stranger, year=2026)
    with pytest.raises(NotPermitted):
        ask(session, second, OF_2027)


def test_a_notice_names_its_source(session: Session, editor: Actor, second: Actor) -> None:
    for source in ("", " ", "x" * 81):
        with pytest.raises(holidays.SourceMissing):
            ask(session, editor, OF_2027, source=source)


def test_clocks_that_run_past_the_calendar_are_told(
    session: Session, editor: Actor, second: Actor
) -> None:
    assert holidays.running_past(session, on=ON) == ()
    late = date(2026, 12, 24)
    ask(session, editor, OF_2027, on=late, at=AT.replace(month=12, day=24))
    client = make_client(session)
    make_engagement(session, client=client, signed_on=date(2026, 12, 21))
    make_engagement(session, client=make_client(session), signed_on=date(2026, 11, 2))
    found = {each.clock: each.count for each in holidays.running_past(session, on=late)}
    assert found == {holidays.PastClock.APPROVALS: 1, holidays.PastClock.ENGAGEMENTS: 1}
    reach = holidays.coverage(session, actor=editor, on=late)
    assert (reach.until, reach.ends_soon) == (date(2026, 12, 31), True)
    assert reach.safe_until == date(2026, 12, 17)
