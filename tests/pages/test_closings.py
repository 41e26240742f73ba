"""The closing of a case and the list of lost clients, on their screens."""

import pytest
from sqlalchemy import select

from db.models import Client, ClosingStep, LostCase, Renewal, Staff
from db.session import Database
from services import renewals
from services.actor import Actor
from terms.people import Locale, Role
from tests.make import make_client, make_contact, make_policy, make_renewal, make_team
from tests.make.closings import make_conflict
from tests.make.moment import AT, ON
from tests.make.people import actor_of, make_company, make_staff
from tests.pages.conftest import OpenPage


def with_case(database: Database, *roles: Role) -> Actor:
    with database.unaudited("test data") as opened:
        make_company(opened)
        staff = make_staff(opened, team=make_team(opened), roles=roles or (Role.SPECIALIST,))
        client = make_client(
            opened, owner=staff, name="沈丽华", team_id=staff.team_id, branch_id=staff.branch_id
        )
        policy = make_policy(opened, client=client, cover={"三者责任": 100_000_000})
        make_renewal(opened, policy=policy, assignee=staff)
        return actor_of(opened, staff)


def lose(database: Database, actor: Actor) -> None:
    with database.transaction() as opened:
        case = opened.scalars(select(Renewal)).one()
        renewals.close_lost(
            opened,
            actor=actor,
            renewal_id=case.id,
            reason="price",
            competitor="太平洋",
            competitor_premium_fen=299_900,
            at=AT,
            seen_version=case.version,
        )


@pytest.mark.parametrize(
    ("locale", "title", "plans"),
    [(Locale.ZH, "方案与促成", "续保方案"), (Locale.EN, "Plans and closing", "Plans")],
)
def test_a_plan_is_added_and_the_client_agrees(
    open_page: OpenPage, running: Database, locale: Locale, title: str, plans: str
) -> None:
    actor = with_case(running)
    page = open_page("renewals", actor=actor, locale=locale)
    button = page.button(key="renewals.closing")
    assert button.label == title
    button.click().run()
    assert not page.exception
    assert plans in [one.value for one in page.subheader]
    page.button(key="renewals.agree").click().run()
    assert not page.exception
    with running.reading() as opened:
        assert len(opened.scalars(select(ClosingStep)).all()) == 3
        assert opened.scalars(select(Renewal.state)).one().value == "agreed"
    assert page.button(key="renewals.term-save").disabled


@pytest.mark.parametrize(("locale", "said"), [(Locale.ZH, "撤回"), (Locale.EN, "taken back")])
def test_a_case_closed_by_mistake_is_open_again(
    open_page: OpenPage, running: Database, locale: Locale, said: str
) -> None:
    actor = with_case(running)
    lose(running, actor)
    page = open_page("renewals", actor=actor, locale=locale)
    page.button(key="renewals.closed").click().run()
    batch = next(one.key for one in page.button if one.key.startswith("renewals.reopen-"))
    page.button(key=batch).click().run()
    page.button(key="renewals.reopen-go").click().run()
    assert not page.exception
    with running.reading() as opened:
        assert opened.scalars(select(Renewal.is_open)).one()
        assert opened.scalars(select(LostCase)).all() == []
    page = open_page("renewals", actor=actor, locale=locale)
    page.button(key="renewals.closed").click().run()
    assert any(said in one.value for one in page.markdown)
    assert len(page.dataframe[0].value) == 1


@pytest.mark.parametrize("locale", list(Locale))
def test_a_lost_client_stands_in_the_list_with_competitor_and_price(
    open_page: OpenPage, running: Database, locale: Locale
) -> None:
    actor = with_case(running, Role.SPECIALIST, Role.TEAM_LEAD)
    lose(running, actor)
    page = open_page("renewals", actor=actor, locale=locale, view="lost", show="open")
    assert not page.exception
    row = page.dataframe[0].value.iloc[0]
    assert (row["name"], row["competitor"], row["theirs"]) == ("沈丽华", "太平洋", 2999)
    with running.reading() as opened:
        assert opened.scalars(select(LostCase.lost_on)).one() == ON


def test_a_list_without_lost_clients_says_so(open_page: OpenPage, running: Database) -> None:
    actor = with_case(running)
    page = open_page("renewals", actor=actor, view="lost")
    assert "没有分派给您的挽回客户" in "\n".join(one.value for one in page.markdown)


def test_a_lead_decides_what_an_import_contradicts(open_page: OpenPage, running: Database) -> None:
    actor = with_case(running, Role.SPECIALIST, Role.TEAM_LEAD)
    lose(running, actor)
    with running.unaudited("test data") as opened:
        case = opened.scalars(select(Renewal)).one()
        conflict_id = make_conflict(opened, case=case).id
    page = open_page("renewals", actor=actor, view="conflicts")
    assert "NEU1" in "\n".join(one.value for one in page.markdown)
    page.button(key=f"renewals.conflict-yes-{conflict_id}").click().run()
    assert not page.exception
    with running.reading() as opened:
        assert opened.scalars(select(Renewal.state)).one().value == "renewed"


@pytest.mark.parametrize(("locale", "said"), [(Locale.ZH, "价格"), (Locale.EN, "Price")])
def test_a_lead_reads_what_clients_say(
    open_page: OpenPage, running: Database, locale: Locale, said: str
) -> None:
    actor = with_case(running, Role.SPECIALIST, Role.TEAM_LEAD)
    with running.unaudited("test data") as opened:
        client = opened.scalars(select(Client)).one()
        staff = opened.get_one(Staff, actor.own_id)
        make_contact(opened, client=client, staff=staff, refusal_reason="price")
    page = open_page("renewals", actor=actor, locale=locale, view="voices")
    row = page.dataframe[0].value.iloc[0]
    assert (row["what"], row["count"]) == (said, 1)
    page = open_page(
        "renewals",
        actor=actor,
        locale=locale,
        view="voices",
        by="product",
        kind="refusal",
        code="price",
    )
    assert page.dataframe[0].value.iloc[0]["of"] == "–"
    assert [one.value for one in page.subheader] == [f"{said} · –"]


@pytest.mark.parametrize(
    ("locale", "nothing"), [(Locale.ZH, "没有符合条件"), (Locale.EN, "Nobody recorded")]
)
def test_a_lead_reads_what_is_told_of_the_market(
    open_page: OpenPage, running: Database, locale: Locale, nothing: str
) -> None:
    actor = with_case(running, Role.SPECIALIST, Role.TEAM_LEAD)
    with running.unaudited("test data") as opened:
        client = opened.scalars(select(Client)).one()
        staff = opened.get_one(Staff, actor.own_id)
        case = opened.scalars(select(Renewal)).one()
        make_contact(opened, client=client, staff=staff, renewal_id=case.id, market="平安低 8%")
    asked = {"actor": actor, "locale": locale, "view": "voices", "part": "market"}
    page = open_page("renewals", **asked)
    assert any("平安低 8%" in one.value for one in page.text)
    assert any("case=" in one.value for one in page.markdown)
    assert nothing in " ".join(
        one.value for one in open_page("renewals", **asked, find="太保").markdown
    )
