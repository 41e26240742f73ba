"""The list of clients on screen: empty, full, narrowed, in both languages, and one act."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session
from streamlit.testing.v1 import AppTest

from db.models import Client
from db.session import Database
from services.actor import Actor
from terms.people import Locale, Role
from terms.policies import Line
from tests.make import ON, actor_of, make_actor, make_client, make_policy, make_staff
from tests.make.client_files import make_findable
from tests.pages.conftest import OpenPage, figures_on

Made = Callable[[Callable[[Session], Actor]], Actor]


@pytest.fixture
def made(running: Database) -> Made:
    def make(rows: Callable[[Session], Actor]) -> Actor:
        with running.unaudited("test data") as session:
            return rows(session)

    return make


def words_on(page: AppTest) -> str:
    return "\n".join(one.value for one in (*page.title, *page.markdown))


def two_clients(session: Session) -> Actor:
    owner = make_staff(session)
    first = make_findable(session, owner=owner, name="单晓敏", number="C0000001", completeness=40)
    make_policy(session, client=first, expiry_on=ON + timedelta(days=10))
    second = make_findable(session, owner=owner, name="=HYPERLINK(1)", number="C0000002")
    make_policy(session, client=second, line=Line.HOME, expiry_on=ON + timedelta(days=200))
    return actor_of(session, owner)


@pytest.mark.parametrize(
    ("locale", "said"), [(Locale.ZH, "您名下还没有客户"), (Locale.EN, "You have no clients yet")]
)
def test_an_empty_list_says_so(open_page: OpenPage, made: Made, locale: Locale, said: str) -> None:
    page = open_page("clients", made(make_actor), locale=locale)
    assert said in words_on(page)
    assert not page.dataframe


@pytest.mark.parametrize(
    ("locale", "said"), [(Locale.ZH, "**2** 位客户"), (Locale.EN, "**2** clients")]
)
def test_the_list_shows_rows_and_their_count(
    open_page: OpenPage, made: Made, locale: Locale, said: str
) -> None:
    page = open_page("clients", made(two_clients), locale=locale)
    assert figures_on(page)["clients.found"] == said
    shown = page.dataframe[0].value
    assert list(shown["number"]) == ["C0000002", "C0000001"]
    assert list(shown["client"]) == ["=HYPERLINK(1)", "单晓敏"]
    assert shown["expiry"][1].startswith("◆ 2026-11-30")


@pytest.mark.parametrize(
    "query",
    [
        {"q": "dxm"},
        {"expires": "30"},
        {"below": "60"},
        {"line": "motor"},
        {"q": "单", "line": "motor", "type": "individual", "stage": "formal"},
    ],
)
def test_filters_live_in_the_address(
    open_page: OpenPage, made: Made, query: dict[str, str]
) -> None:
    page = open_page("clients", made(two_clients), **query)
    assert list(page.dataframe[0].value["number"]) == ["C0000001"]


@pytest.mark.parametrize(
    "query",
    [
        {"expires": "x", "below": "-1", "line": "??", "type": "", "stage": "9"},
        {"after": "C9", "before": "~"},
    ],
)
def test_a_mistyped_address_shows_the_whole_list(
    open_page: OpenPage, made: Made, query: dict[str, str]
) -> None:
    page = open_page("clients", made(two_clients), **query)
    assert len(page.dataframe[0].value) == 2


def test_choosing_a_filter_writes_the_address(open_page: OpenPage, made: Made) -> None:
    page = open_page("clients", made(two_clients), after="C0000002")
    page.selectbox(key="clients.expires").select("30").run()
    assert page.query_params["expires"] == "30"
    assert "after" not in page.query_params
    assert list(page.dataframe[0].value["number"]) == ["C0000001"]
    page.button(key="clients.clear").click().run()
    assert len(page.dataframe[0].value) == 2


def test_pages_are_turned(open_page: OpenPage, made: Made) -> None:
    def many(session: Session) -> Actor:
        owner = make_staff(session)
        for number in range(60):
            make_client(session, owner=owner, number=f"C1{number:06d}")
        return actor_of(session, owner)

    page = open_page("clients", made(many))
    assert page.dataframe[0].value["number"][0] == "C1000059"
    page.button(key="clients.next").click().run()
    assert list(page.dataframe[0].value["number"]) == [f"C1{n:06d}" for n in range(9, -1, -1)]
    page.button(key="clients.previous").click().run()
    assert page.dataframe[0].value["number"][0] == "C1000059"


def test_a_new_client_is_begun_from_the_list(
    open_page: OpenPage, made: Made, running: Database
) -> None:
    page = open_page("clients", made(make_actor))
    page.button(key="clients.new").click().run()
    page.text_input(key="clients.new-name").set_value("单晓敏").run()
    page.text_input(key="clients.new-id").set_value("110105198001010017").run()
    page.button(key="clients.new-save").click().run()
    assert "校验位不符" in page.error[0].value
    assert page.text_input(key="clients.new-name").value == "单晓敏"
    page.text_input(key="clients.new-id").set_value("110105198001010016").run()
    page.button(key="clients.new-save").click().run()
    assert not page.exception
    with running.reading() as session:
        client = session.scalars(select(Client)).one()
    assert client.name == "单晓敏"


def test_readers_begin_no_file(open_page: OpenPage, made: Made) -> None:
    page = open_page("clients", made(lambda session: make_actor(session, Role.COMPLIANCE)))
    assert "clients.new" not in {button.key for button in page.button}
