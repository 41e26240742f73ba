"""The service plans and the service view of a client's file: empty, full, an act, two languages."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from streamlit.testing.v1 import AppTest

from db.models import Client, Contact, Engagement, ServicePlan, ServicePlanItem, Staff
from db.session import Database
from services.actor import Actor
from terms.clients import LifecycleStage
from terms.people import Locale, Role
from terms.service import ItemState, PlanState
from tests.make import ON, actor_of, make_actor, make_client, make_staff
from tests.make.service import Desk, make_desk, make_item, make_plan
from tests.pages.conftest import OpenPage

DAY = timedelta(days=1)


@pytest.fixture
def desk(running: Database) -> Desk:
    """A client in their ten days with a plan: one item late, one today, one done."""
    with running.unaudited("test data") as session:
        desk = make_desk(session)
        plan = make_plan(session, client=session.get_one(Client, desk.client_id))
        handler = session.get_one(Staff, desk.manager.own_id)
        for days, but in ((-3, {}), (0, {}), (-9, {"state": ItemState.DONE, "done_on": ON})):
            make_item(session, plan=plan, handler=handler, ends_on=ON + days * DAY, **but)
        return desk


def texts(page: AppTest) -> str:
    said = [str(one.value) for one in (*page.markdown, *page.subheader, *page.error)]
    return "\n".join(said)


def cells(page: AppTest) -> str:
    return "\n".join(str(one.value.to_dict()) for one in page.dataframe)


@pytest.mark.parametrize(
    ("locale", "empty"),
    [(Locale.ZH, "没有处于签约后十个工作日内的"), (Locale.EN, "No client of yours is in the ten")],
)
def test_nobody_in_the_ten_days_is_said(
    open_page: OpenPage, running: Database, locale: Locale, empty: str
) -> None:
    with running.unaudited("test data") as session:
        actor = make_actor(session, Role.CLIENT_MANAGER)
    assert empty in texts(open_page("plans", actor, locale=locale))
    for view in ("plans", "rates"):
        assert not open_page("plans", actor, locale=locale, view=view).dataframe


@pytest.mark.parametrize(
    ("locale", "late", "waits"),
    [
        (Locale.ZH, "▲ 逾期5天", "客户档案：缺少材料"),
        (Locale.EN, "▲ 5 days late", "Client file: papers"),
    ],
)
def test_the_list_says_who_is_late_and_what_blocks(
    open_page: OpenPage, desk: Desk, locale: Locale, late: str, waits: str
) -> None:
    found = cells(open_page("plans", desk.manager, locale=locale))
    assert late in found
    assert waits in found
    assert "杭州华信" in found


def test_my_items_and_the_plans_stand_with_what_is_late(open_page: OpenPage, desk: Desk) -> None:
    page = open_page("plans", desk.manager, view="plans")
    assert "我的计划事项 **2**" in [button.label for button in page.button]
    assert "▲ 1" in cells(page)


def test_who_may_open_no_client_sees_rates_and_no_name(
    open_page: OpenPage, running: Database, desk: Desk
) -> None:
    assert desk.number
    with running.unaudited("test data") as session:
        executive = make_actor(session, Role.EXECUTIVE)
    page = open_page("plans", executive, view="stage")
    assert "杭州华信" not in cells(page) + texts(page)
    assert "按时完成 **0** 项，共 2 项" in [button.label for button in page.button]


def test_a_prospect_is_told_what_waits_for_the_engagement(
    open_page: OpenPage, running: Database
) -> None:
    with running.unaudited("test data") as session:
        owner = make_staff(session, roles=(Role.CLIENT_MANAGER,))
        client = make_client(session, owner=owner, stage=LifecycleStage.PROSPECT)
        actor = actor_of(session, owner)
        number = client.number
    assert "该客户仍是准客户" in texts(open_page("client", actor, id=number, view="service"))
    found = texts(open_page("client", actor, locale=Locale.EN, id=number, view="service"))
    assert "the client stays a prospect" in found


def test_the_client_manager_confirms_the_star_on_the_strip(
    open_page: OpenPage, running: Database, desk: Desk
) -> None:
    page = open_page("client", desk.manager, id=desk.number, view="service")
    assert "无" not in page.button(key="client.rate").label
    page = page.button(key="client.rate").click().run()
    assert not page.exception
    with running.reading() as session:
        assert session.scalars(select(Engagement)).one().stars == 3
    assert "★★★" in texts(page)


def test_an_item_is_carried_out_from_the_plan(
    open_page: OpenPage, running: Database, desk: Desk
) -> None:
    with running.reading() as session:
        item_id = session.scalars(
            select(ServicePlanItem.id).where(ServicePlanItem.ends_on == ON)
        ).one()
    page = open_page("client", desk.manager, id=desk.number, view="service")
    page = page.button(key=f"client.item-done-{item_id}").click().run()
    page = page.button(key="client.done-save").click().run()
    assert any("请填写服务过程" in str(one.value) for one in page.error)
    page.text_area(key="client.done-what").set_value("电话回访").run()
    page.text_area(key="client.done-reaction").set_value("满意").run()
    page = page.button(key="client.done-save").click().run()
    assert not page.exception
    with running.reading() as session:
        contact = session.scalars(select(Contact)).one()
        assert (contact.note, contact.reaction) == ("电话回访", "满意")


def test_two_people_on_one_plan_keep_what_they_typed(
    open_page: OpenPage, running: Database, desk: Desk
) -> None:
    page = open_page("client", desk.manager, id=desk.number, view="service")
    page = page.button(key="client.plan-head").click().run()
    page.text_input(key="client.head-theme").set_value("今年抓安全检查").run()
    with running.unaudited("a colleague") as session:
        plan = session.scalars(select(ServicePlan)).one()
        plan.goal = "同事写的目标"
    page = page.button(key="client.head-save").click().run()
    assert any("您写的内容还在" in str(one.value) for one in page.error)
    assert page.text_input(key="client.head-theme").value == "今年抓安全检查"
    page = page.button(key="client.head-save").click().run()
    assert not page.exception
    with running.reading() as session:
        assert session.scalars(select(ServicePlan.theme)).one() == "今年抓安全检查"


def test_a_reader_sees_the_plan_and_writes_nothing(
    open_page: OpenPage, running: Database, desk: Desk
) -> None:
    with running.unaudited("test data") as session:
        reader: Actor = make_actor(session, Role.COMPLIANCE)
        assert session.scalars(select(ServicePlan.state)).one() is PlanState.OPEN
    page = open_page("client", reader, id=desk.number, view="service")
    keys = {button.key for button in page.button}
    assert not keys & {"client.engage", "client.plan-head", "client.rate", "client.item-new"}
    assert "执行中" in texts(page)
