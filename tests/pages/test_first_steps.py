"""The first-run guide: empty, one step that reaches the database, done, both languages."""

import pytest
from sqlalchemy import select

from db.models import CompanyProfile, Staff
from db.session import Database
from services.actor import Actor
from terms.people import Locale, Role
from tests.make import make_actor, make_client, make_company
from tests.pages.conftest import OpenPage


@pytest.fixture
def chief(running: Database) -> Actor:
    with running.unaudited("test data") as session:
        return make_actor(session, Role.ADMINISTRATOR, team_id=None)


@pytest.mark.parametrize(
    ("locale", "title", "step"),
    [(Locale.ZH, "初始设置", "1. 公司信息"), (Locale.EN, "First steps", "1. The company")],
)
def test_an_empty_house_begins_with_the_company(
    open_page: OpenPage, chief: Actor, locale: Locale, title: str, step: str
) -> None:
    page = open_page("first_steps", chief, locale=locale)
    assert page.title[0].value == title
    assert str(page.subheader[0].value).startswith(step)


def test_the_steps_follow_one_another(open_page: OpenPage, chief: Actor, running: Database) -> None:
    page = open_page("first_steps", chief)
    page.text_input(key="first_steps.name").set_value("长河保险经纪有限公司")
    page.button(key="first_steps.save-profile").click().run()
    with running.reading() as session:
        assert session.scalars(select(CompanyProfile.name)).one() == "长河保险经纪有限公司"
    page.text_input(key="first_steps.branch-name-0").set_value("上海分公司")
    page.text_input(key="first_steps.province-0").set_value("上海")
    page.button(key="first_steps.add-branch").click().run()
    page.text_input(key="first_steps.team-name-0").set_value("续保一组")
    page.button(key="first_steps.add-team").click().run()
    page.text_input(key="first_steps.person-0").set_value("周敏")
    page.text_input(key="first_steps.username-0").set_value("!")
    page.button(key="first_steps.add-person").click().run()
    assert page.error
    assert page.text_input(key="first_steps.person-0").value == "周敏"
    page.text_input(key="first_steps.username-0").set_value("zhoumin")
    page.button(key="first_steps.add-person").click().run()
    assert page.code[0].value.startswith("zhoumin")
    with running.reading() as session:
        made = session.scalars(select(Staff).where(Staff.username == "zhoumin")).one()
        assert made.team_id is not None
        assert made.must_change_password
    assert not page.exception
    page.button(key="first_steps.noted").click().run()
    assert not page.code


def test_a_house_that_has_everything_needs_no_guide(
    open_page: OpenPage, chief: Actor, running: Database
) -> None:
    with running.unaudited("test data") as session:
        make_company(session)
        make_client(session)
    page = open_page("first_steps", chief, locale=Locale.EN)
    assert page.success[0].value == "Everything that is needed to begin is there."
