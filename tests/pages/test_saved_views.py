"""Saved views on their screens: kept, picked with one click, shared, told apart, both languages."""

from typing import Any

import pytest
from sqlalchemy import select
from streamlit.testing.v1 import AppTest

from db.models import SavedView
from db.session import Database
from services import saved_views
from services.actor import Actor
from terms.people import Locale, Role, Scope
from terms.saved_views import ViewPage
from tests.make import make_actor, make_client, make_team
from tests.make.moment import AT
from tests.pages.conftest import OpenPage


@pytest.fixture
def lead(running: Database) -> Actor:
    with running.unaudited("test data") as session:
        actor = make_actor(session, Role.TEAM_LEAD)
        make_client(session, team_id=actor.team_id, completeness=30)
        make_client(session, team_id=actor.team_id, completeness=95)
        return actor


def kept(running: Database, actor: Actor, name: str, **but: Any) -> int:
    with running.transaction() as session:
        given = {"page": ViewPage.CLIENTS, "parameters": {"below": "40"}, **but}
        pin = given.pop("pin", True)
        view_id = saved_views.save_view(session, actor=actor, name=name, at=AT, **given)
        if pin:
            saved_views.pin_view(session, actor=actor, view_id=view_id, is_pinned=True, at=AT)
    return view_id


def choose(page: AppTest, what: str) -> AppTest:
    """What picking an entry of the menu does; AppTest cannot press its button."""
    page.session_state["frame.form"] = f"clients.views-{what}"
    return page.run()


def said(page: AppTest) -> str:
    return "\n".join(element.value for element in (*page.markdown, *page.error))


def test_without_views_nothing_stands_above_the_list(open_page: OpenPage, lead: Actor) -> None:
    page = open_page("clients", lead)
    assert [one for one in page.button if "pinned" in (one.key or "")] == []


def test_a_pinned_view_sets_the_filters_with_one_click(
    open_page: OpenPage, running: Database, lead: Actor
) -> None:
    view_id = kept(running, lead, "档案不全")
    page = open_page("clients", lead)
    assert len(page.dataframe[0].value) == 2
    page.button(key=f"clients.pinned-{view_id}").click().run()
    assert not page.exception
    assert page.query_params["below"] == "40"
    assert len(page.dataframe[0].value) == 1


@pytest.mark.parametrize(("locale", "whose"), [(Locale.ZH, "我的"), (Locale.EN, "mine")], ids=str)
def test_two_views_of_one_name_say_whose_they_are(
    open_page: OpenPage, running: Database, lead: Actor, locale: Locale, whose: str
) -> None:
    with running.unaudited("test data") as session:
        other = make_actor(session, Role.MANAGER, name="何静")
    with running.unaudited("test data") as session:
        view_id = saved_views.save_view(
            session,
            actor=other,
            page=ViewPage.CLIENTS,
            name="档案不全",
            parameters={"below": "60"},
            at=AT,
        )
        shared = session.get_one(SavedView, view_id)
        shared.shared_with = Scope.ALL
        session.flush()
        saved_views.pin_view(session, actor=lead, view_id=view_id, is_pinned=True, at=AT)
    mine = kept(running, lead, "档案不全")
    page = open_page("clients", lead, locale=locale)
    labels = {one.key: one.label for one in page.button if "pinned" in (one.key or "")}
    assert labels == {
        f"clients.pinned-{mine}": f"档案不全 · {whose}",
        f"clients.pinned-{view_id}": "档案不全 · 何静",
    }


def test_what_is_set_is_kept_under_a_name(
    open_page: OpenPage, running: Database, lead: Actor
) -> None:
    page = choose(open_page("clients", lead, below="60", after="C0000001"), "save")
    page.text_input(key="views.name").set_value("档案不全").run()
    page.button(key="views.save").click().run()
    assert not page.exception
    with running.reading() as session:
        view = session.scalars(select(SavedView)).one()
    assert (view.name, view.filters) == ("档案不全", {"below": "60"})


def test_a_taken_name_offers_to_replace(
    open_page: OpenPage, running: Database, lead: Actor
) -> None:
    kept(running, lead, "档案不全")
    page = choose(open_page("clients", lead, locale=Locale.EN, below="80"), "save")
    page.text_input(key="views.name").set_value("档案不全").run()
    page.button(key="views.save").click().run()
    assert "You have a view “档案不全” here already" in said(page)
    assert page.button(key="views.save").label == "Replace “档案不全”"
    page.button(key="views.save").click().run()
    with running.reading() as session:
        assert session.scalars(select(SavedView)).one().filters == {"below": "80"}


def test_arranging_shares_pins_and_deletes(
    open_page: OpenPage, running: Database, lead: Actor
) -> None:
    view_id = kept(running, lead, "档案不全", pin=False)
    page = choose(open_page("clients", lead), "manage")
    page.button(key=f"views.pin-{view_id}").click().run()
    page.segmented_control(key=f"views.share-{view_id}").set_value(Scope.TEAM).run()
    with running.reading() as session:
        assert session.scalars(select(SavedView)).one().shared_with is Scope.TEAM
        (row,) = saved_views.views_of(session, actor=lead, page=ViewPage.CLIENTS)
    assert row.is_pinned
    page.button(key=f"views.delete-{view_id}").click().run()
    assert not page.exception
    with running.reading() as session:
        assert session.scalars(select(SavedView)).all() == []


def test_a_view_of_the_renewals_opens_its_own_tab_and_filter(
    open_page: OpenPage, running: Database, lead: Actor
) -> None:
    view_id = kept(
        running,
        lead,
        "只看拒绝",
        page=ViewPage.RENEWALS,
        parameters={"view": "analysis", "reason": "price"},
    )
    page = open_page("renewals", lead, view="team")
    page.button(key=f"renewals.pinned-{view_id}").click().run()
    assert not page.exception
    assert page.query_params["view"] == "analysis"
    assert page.query_params["reason"] == "price"


def test_a_colleagues_view_narrows_ones_own_list_only(
    open_page: OpenPage, running: Database, lead: Actor
) -> None:
    with running.unaudited("test data") as session:
        stranger = make_actor(session, team=make_team(session))
    with running.unaudited("test data") as session:
        view_id = saved_views.save_view(
            session,
            actor=lead,
            page=ViewPage.CLIENTS,
            name="档案不全",
            parameters={"below": "40"},
            at=AT,
        )
        session.get_one(SavedView, view_id).shared_with = Scope.ALL
        session.flush()
        saved_views.pin_view(session, actor=stranger, view_id=view_id, is_pinned=True, at=AT)
    page = open_page("clients", stranger)
    page.button(key=f"clients.pinned-{view_id}").click().run()
    assert not page.dataframe
    assert said(page)
