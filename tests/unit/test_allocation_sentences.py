"""Why a case went to this person, said in one sentence for every cause and every reason."""

from dataclasses import replace
from datetime import date

import pytest

from services.renewals import GivenRow
from terms.people import Locale
from terms.policies import Line
from terms.renewals import AllocationCause, AllocationWhy
from words import in_locale
from words.renewal_allocation import why_person

GIVEN = GivenRow(
    id=1,
    client_number="C1",
    client_name="王芳",
    line=Line.MOTOR,
    product="机动车商业保险",
    due_on=date(2027, 2, 28),
    premium_fen=648_000,
    assignee_id=1,
    staff_name="周敏",
    from_name=None,
    by_name=None,
    effort=10,
    cause=AllocationCause.ALLOCATED,
    why=None,
    choices=3,
    stands=1_530,
    next_stands=2_200,
    reason=None,
    until_on=None,
)


@pytest.mark.parametrize(
    ("why", "chinese", "english"),
    [
        (None, "分配时尚未记录理由。", "Given before reasons were kept."),
        (AllocationWhy.ONLY, "其他人都不符合条件。", "Nobody else could have it."),
        (AllocationWhy.SUBSTITUTE, "为指定的代班人。", "Named as the substitute."),
        (
            AllocationWhy.SAME_CLIENT,
            "正在办理该客户的另一件；分配后本月负荷 15.3%。",
            "Has another case of this client; with it at 15.3% of the month.",
        ),
        (
            AllocationWhy.OWNER,
            "是该客户的服务人；分配后本月负荷 15.3%。",
            "Owns the client; with it at 15.3% of the month.",
        ),
        (
            AllocationWhy.SPOKE_LAST,
            "最近与该客户联系；分配后本月负荷 15.3%。",
            "Spoke to the client last; with it at 15.3% of the month.",
        ),
        (
            AllocationWhy.TURN,
            "轮到此人：其余 2 人中最低者分到后同为 15.3%。",
            "Their turn: the lowest of 2 others would stand at 15.3% too.",
        ),
        (
            AllocationWhy.BALANCE,
            "分配后本月负荷 15.3%，为最低；其余 2 人中次低者分到后为 22.0%。",
            "Lowest with it, 15.3% of the month; next of 2 others: 22.0%.",
        ),
    ],
)
def test_every_reason_is_a_sentence(why: AllocationWhy | None, chinese: str, english: str) -> None:
    row = replace(GIVEN, why=why)
    assert said(row) == (chinese, english)


def test_an_owner_of_before_the_month_was_kept_is_said_without_it() -> None:
    row = replace(GIVEN, why=AllocationWhy.OWNER, choices=None, stands=None, next_stands=None)
    assert said(row) == ("是该客户的服务人。", "Owns the client.")


@pytest.mark.parametrize(
    ("cause", "chinese", "english"),
    [
        (
            AllocationCause.MOVED,
            "陈建华手工改派，原经办人郭志强：熟悉车险",
            "陈建华 gave it by hand, from 郭志强: 熟悉车险",
        ),
        (AllocationCause.RETURNED, "由代班的郭志强归还。", "Back from 郭志强, who covered it."),
        (
            AllocationCause.COVER,
            "代郭志强办理，至2026-11-27。其他人都不符合条件。",
            "Covers 郭志强 until 2026-11-27. Nobody else could have it.",
        ),
        (
            AllocationCause.RECALLED,
            "郭志强未跟进。其他人都不符合条件。",
            "Untouched by 郭志强. Nobody else could have it.",
        ),
    ],
)
def test_every_cause_says_who_had_it_before(
    cause: AllocationCause, chinese: str, english: str
) -> None:
    row = replace(
        GIVEN,
        cause=cause,
        why=AllocationWhy.ONLY,
        from_name="郭志强",
        by_name="陈建华",
        reason="熟悉车险",
        until_on=date(2026, 11, 27),
    )
    assert said(row) == (chinese, english)


def said(row: GivenRow) -> tuple[str, str]:
    with in_locale(Locale.ZH):
        chinese = why_person(row)
    with in_locale(Locale.EN):
        return chinese, why_person(row)
