"""Possible duplicates on screen: empty, a list, side by side, merged and taken apart; both
languages; many clients changed together."""

import pytest
from sqlalchemy import select
from streamlit.testing.v1 import AppTest

from db.models import Client, DuplicatePair
from db.session import Database
from services import duplicates
from services.actor import Actor
from terms.duplicates import PairState
from terms.people import Locale, Role
from tests.make import AT, ON, make_client, make_party, make_phone, make_staff, make_team
from tests.make.people import actor_of
from tests.pages.conftest import OpenPage


def press(page: AppTest, key: str) -> AppTest:
    page.button(key=key).click()
    page.run()
    assert not page.exception, [found.message for found in page.exception]
    return page


def texts(page: AppTest) -> str:
    said = (*page.markdown, *page.warning, *page.error, *page.info, *page.caption, *page.title)
    return "\n".join(str(one.value) for one in said)


def a_team(database: Database, *, twins: int = 0) -> tuple[Actor, list[str]]:
    """A lead, and two clients of the team who look like one (or as many as asked)."""
    with database.unaudited("test data") as session:
        team = make_team(session)
        lead = make_staff(session, team=team, roles=(Role.TEAM_LEAD,))
        owner = make_staff(session, team=team)
        numbers = []
        for place in range(twins):
            party = make_party(session, name="王伟", id_number=None, region=f"浙江{place}")
            make_phone(session, party=party)
            numbers.append(make_client(session, party=party, owner=owner).number)
        actor = actor_of(session, lead)
    duplicates.look_for(database, at=AT, on=ON)
    return actor, numbers


@pytest.mark.parametrize(
    ("locale", "title", "empty"),
    [
        (Locale.ZH, "疑似重复", "没有发现疑似重复的客户"),
        (Locale.EN, "Possible duplicates", "No two of your clients look like one"),
    ],
)
def test_with_no_pairs_the_screen_says_so(
    open_page: OpenPage, running: Database, locale: Locale, title: str, empty: str
) -> None:
    lead, _ = a_team(running)
    page = open_page("clients", lead, locale=locale, view="duplicates")
    assert page.title[0].value == title
    assert empty in texts(page)


def test_a_specialist_sees_the_clients_instead(open_page: OpenPage, running: Database) -> None:
    with running.unaudited("test data") as session:
        specialist = actor_of(session, make_staff(session))
    page = open_page("clients", specialist, locale=Locale.EN, view="duplicates")
    assert page.title[0].value == "Clients"


def test_pairs_are_listed_with_their_reasons(open_page: OpenPage, running: Database) -> None:
    lead, numbers = a_team(running, twins=2)
    page = open_page("clients", lead, locale=Locale.EN, view="duplicates")
    (table,) = page.dataframe
    assert table.value["one"][0].startswith(f"王伟 · {numbers[0]}")
    assert "Phone the same (+15)" in table.value["why"][0]


def test_two_clients_are_merged_and_taken_apart_again(
    open_page: OpenPage, running: Database
) -> None:
    lead, (keep, lose) = a_team(running, twins=2)
    page = open_page("clients", lead, locale=Locale.EN, view="duplicates", keep=keep, merge=lose)
    assert "What the one file will say" in [each.value for each in page.subheader]
    page.radio(key=f"duplicates.field-region-{keep}-{lose}").set_value(True)
    page.run()
    press(page, "duplicates.merge")
    press(page, "duplicates.merge-go")
    with running.reading() as session:
        assert session.scalars(select(Client.number)).all() == [keep]
    page = open_page("clients", lead, locale=Locale.EN, view="duplicates")
    assert f"{lose} merged into {keep}" in texts(page)
    key = next(one.key for one in page.button if one.key and ".undo-" in one.key)
    press(page, key)
    press(page, f"{key}-go")
    with running.reading() as session:
        assert set(session.scalars(select(Client.number))) == {keep, lose}


def test_not_the_same_is_remembered(open_page: OpenPage, running: Database) -> None:
    lead, (keep, lose) = a_team(running, twins=2)
    page = open_page("clients", lead, view="duplicates", keep=keep, merge=lose)
    press(page, "duplicates.not-same")
    with running.reading() as session:
        assert session.scalar(select(DuplicatePair.state)) is PairState.NOT_SAME
