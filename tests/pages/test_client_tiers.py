"""The tiers on a client's file: in words, in both languages, and nothing before the first pass."""

from datetime import date

import pytest
from streamlit.testing.v1 import AppTest

from db.session import Database
from services import tiering
from services.actor import Actor
from terms.people import Locale
from terms.policies import Line
from tests.make import AT, ON, make_client, make_income, make_policy, make_staff
from tests.make.people import actor_of
from tests.pages.conftest import OpenPage


@pytest.fixture
def client(running: Database) -> tuple[Actor, str]:
    """A specialist and a client of theirs, two points beneath the mid tier."""
    with running.unaudited("test data") as session:
        owner = make_staff(session)
        made = make_client(session, owner=owner, client_since_on=date(2024, 1, 1), needs="养老")
        make_policy(session, client=made, line=Line.MOTOR, premium_fen=450_000)
        make_income(session, client=made, booked_on=ON, amount_fen=45_000)
        return actor_of(session, owner), made.number


def texts(page: AppTest) -> str:
    return "\n".join(str(one.value) for one in (*page.markdown, *page.subheader))


def test_before_the_first_pass_nothing_is_said(
    open_page: OpenPage, client: tuple[Actor, str]
) -> None:
    actor, number = client
    assert "价值与风险" not in texts(open_page("client", actor, id=number))


@pytest.mark.parametrize(
    ("locale", "said"),
    [
        (
            Locale.ZH,
            (
                "价值等级：**低等级** · 33分",
                "持有险种数达到2即为中等级",
                "不详：风险态度",
                "| 合计 |",
            ),
        ),
        (
            Locale.EN,
            (
                "Value tier: **Low tier** · 33 of 100 points",
                "Mid tier with Lines held from 2 on; now 1",
                "Attitude to risk; ",
                "| Sum |",
            ),
        ),
    ],
)
def test_the_file_says_where_the_client_stands_and_why(
    open_page: OpenPage,
    running: Database,
    client: tuple[Actor, str],
    locale: Locale,
    said: tuple[str, ...],
) -> None:
    actor, number = client
    tiering.recalculate(running, on=ON, at=AT)
    found = texts(open_page("client", actor, locale=locale, id=number))
    for each in said:
        assert each in found
