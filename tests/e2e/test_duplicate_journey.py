"""A lead makes one client of two in Chromium, and takes it back."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, expect
from sqlalchemy import select

from db.models import Client, Staff
from db.session import Database
from services import duplicates
from services.settings import open_database, settings_from_environment
from tests.e2e.conftest import keyed, screenshot, settle, sign_in
from tests.e2e.serving import Server, environment
from tests.make import AT, ON, make_client, make_party, make_phone


@pytest.fixture
def desk(own_server: Server) -> Iterator[Database]:
    """The database of the running server, as another process has it open."""
    database = open_database(settings_from_environment(environment(own_server.var)))
    yield database
    database.engine.dispose()


def make_twins(desk: Database) -> tuple[str, str]:
    """Two clients of ``specialist`` with one name and one phone; they live in different places."""
    numbers = []
    with desk.unaudited("test data") as session:
        owner = session.scalars(select(Staff).where(Staff.username == "specialist")).one()
        for region in ("浙江宁波", "江苏南京"):
            party = make_party(session, name="欧阳若晴", id_number=None, region=region)
            make_phone(session, party=party)
            numbers.append(make_client(session, party=party, owner=owner).number)
    duplicates.look_for(desk, at=AT, on=ON)
    keep, lose = numbers
    return keep, lose


def known(desk: Database, numbers: tuple[str, str]) -> set[str]:
    with desk.reading() as session:
        return set(session.scalars(select(Client.number).where(Client.number.in_(numbers))))


def click(page: Page, what: Locator) -> None:
    what.click()
    page.wait_for_timeout(150)
    settle(page)


def press(page: Page, key: str) -> None:
    click(page, keyed(page, key).get_by_role("button"))


def test_two_clients_become_one_and_two_again(
    page: Page, own_server: Server, desk: Database
) -> None:
    keep, lose = both = make_twins(desk)
    page.goto(own_server.url + "/clients?view=duplicates&band=sure")
    settle(page)
    sign_in(page, "lead")
    table = keyed(page, "duplicates.pairs").locator("canvas").first
    table.wait_for()
    screenshot(page, "duplicates-pairs")
    page.goto(f"{own_server.url}/clients?view=duplicates&keep={keep}&merge={lose}")
    settle(page)
    main = page.get_by_test_id("stMain")
    expect(main).to_contain_text("浙江宁波")
    keyed(page, f"duplicates.field-region-{keep}-{lose}").get_by_text("江苏南京").click()
    settle(page)
    screenshot(page, "duplicates-side-by-side")
    press(page, "duplicates.merge")
    assert known(desk, both) == set(both), "asked first"
    press(page, "duplicates.merge-go")
    assert known(desk, both) == {keep}

    page.goto(f"{own_server.url}/client?id={lose}")
    settle(page)
    expect(main).to_contain_text("欧阳若晴")
    expect(main).to_contain_text(keep)
    page.goto(own_server.url + "/clients?view=duplicates")
    settle(page)
    keyed(page, "duplicates-earlier").locator("summary").click()
    click(page, page.locator("[class*='st-key-duplicates-undo-']").get_by_role("button").first)
    screenshot(page, "duplicates-undo")
    sure = page.locator("[class*='st-key-duplicates-undo-'][class*='-go']")
    click(page, sure.get_by_role("button"))
    expect(main).to_contain_text(re.compile("已于.*撤销"))
    assert known(desk, both) == set(both)
