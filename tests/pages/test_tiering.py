"""The tier screens: before a pass, with tiers, narrowed, both languages, for whoever reads figures
alone, and one act."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select
from streamlit.testing.v1 import AppTest

from db.models import Client, TierRun
from db.session import Database
from services import tiering
from services.actor import Actor
from terms.people import Locale, Role
from terms.policies import Line
from terms.tiering import PassStage
from tests.make import (
    AT,
    ON,
    actor_of,
    make_actor,
    make_client,
    make_policy,
    make_staff,
    make_tier_change,
    make_tier_run,
)
from tests.pages.conftest import OpenPage, figures_on


@pytest.fixture
def lead(running: Database) -> Actor:
    """The lead of a team of three clients; one rose a week ago."""
    with running.unaudited("test data") as session:
        staff = make_staff(session, roles=(Role.TEAM_LEAD,))
        for number in range(3):
            client = make_client(
                session,
                owner=staff,
                team_id=staff.team_id,
                number=f"C{number}",
                client_since_on=date(2024, 1, 1),
                needs="养老",
            )
            make_policy(session, client=client, line=Line.MOTOR, premium_fen=900_000 * number)
        make_tier_run(session, on=ON - timedelta(days=7))
        lead = actor_of(session, staff)
    tiering.recalculate(running, on=ON, at=AT)
    tiering.concentrate(running, at=AT)
    with running.unaudited("test data") as session:
        moved = session.scalars(select(Client).where(Client.number == "C0")).one()
        run = session.scalars(select(TierRun).where(TierRun.on < ON)).one()
        make_tier_change(session, client=moved, run=run, before="mid", after="low")
    return lead


def words_on(page: AppTest) -> str:
    return "\n".join(str(one.value) for one in (*page.title, *page.markdown, *page.subheader))


@pytest.mark.parametrize(
    ("locale", "said"),
    [(Locale.ZH, "尚未对客户做过分级"), (Locale.EN, "No pass over the clients")],
)
def test_before_the_first_pass_the_page_says_so(
    open_page: OpenPage, running: Database, locale: Locale, said: str
) -> None:
    with running.unaudited("test data") as session:
        manager = make_actor(session, Role.MANAGER)
    assert said in words_on(open_page("tiering", manager, locale=locale))


@pytest.mark.parametrize(
    ("locale", "said"),
    [
        (Locale.ZH, ("哪些客户价值高，哪些风险高？", "客户各是几星？", "业务有多集中在少数客户？")),
        (Locale.EN, ("Who is worth much, and who is risky?", "How much hangs on few clients?")),
    ],
)
def test_the_overview_answers_its_questions(
    open_page: OpenPage, lead: Actor, locale: Locale, said: tuple[str, ...]
) -> None:
    page = open_page("tiering", lead, locale=locale)
    for each in said:
        assert each in words_on(page)
    shown = figures_on(page)
    assert shown["tiers.matrix.tiering.matrix"] == "n = 3"
    assert "66.7%" in shown["tiers.top_fifth"]


def test_a_cell_of_the_matrix_lists_its_clients(open_page: OpenPage, lead: Actor) -> None:
    page = open_page("tiering", lead, value="low")
    listed = next(one.value for one in page.dataframe if "stars" in one.value)
    assert figures_on(page)["tiers.listed"] == f"**{len(listed)}** 位客户"
    assert set(listed["value"]) == {"低等级"}
    page = next(one for one in page.button if one.key == "tiering.unfilter").click().run()
    assert "value" not in page.query_params
    assert "tiers.listed" not in figures_on(page)
    assert "点选矩阵格或条形，此处列出对应客户。" in words_on(page)


def test_movement_names_who_moved_and_a_cell_narrows_it(open_page: OpenPage, lead: Actor) -> None:
    page = open_page("tiering", lead, view="movement")
    assert figures_on(page)["tiers.moved.tiering.moves"].startswith("**1**")
    movers = next(one.value for one in page.dataframe if "rule" in one.value)
    assert list(zip(movers["before"], movers["after"], strict=True)) == [("中等级", "低等级")]
    page = open_page("tiering", lead, view="movement", was="low")
    assert not [one for one in page.dataframe if "rule" in one.value]
    page = open_page("tiering", lead, view="movement", since=ON.isoformat())
    assert not [one for one in page.dataframe if "rule" in one.value]


def test_missing_data_names_the_fact_and_the_tier_it_could_bring(
    open_page: OpenPage, lead: Actor
) -> None:
    page = open_page("tiering", lead, locale=Locale.EN, view="missing")
    listed = next(one.value for one in page.dataframe if "facts" in one.value)
    assert set(listed["facts"]) == {"Income of the service year, yuan"}
    assert "tiers.missing.tiering.facts" in figures_on(page)


def test_candidates_can_be_narrowed_to_those_with_potential(
    open_page: OpenPage, lead: Actor
) -> None:
    for query in ({}, {"side": "above"}, {"potential": "1"}, {"owner": "nobody-of-this-name"}):
        page = open_page("tiering", lead, view="candidates", **query)
        assert "谁" in words_on(page)


def test_a_reader_of_figures_sees_no_names(
    open_page: OpenPage, running: Database, lead: Actor
) -> None:
    with running.unaudited("test data") as session:
        executive = make_actor(session, Role.EXECUTIVE)
    for view in ("overview", "movement", "candidates", "missing"):
        page = open_page("tiering", executive, view=view)
        assert "客户名单由负责客户的同事查看" in words_on(page)
        assert not [one for one in page.dataframe if "client" in one.value]


def test_a_running_pass_is_told_with_its_stage(
    open_page: OpenPage, running: Database, lead: Actor
) -> None:
    with running.unaudited("test data") as session:
        make_tier_run(session, stage=PassStage.WRITING, finished_at=None, clients=3, changed=2)
    page = open_page("tiering", lead, locale=Locale.EN)
    said = [str(one.proto.text) for one in page.get("progress")]
    assert said == ["A pass over the clients runs: 2 of 3 changed, being written"]


@pytest.mark.parametrize(
    "query",
    [
        {"view": "nothing", "value": "x", "risk": "7", "stars": "99", "after": "x~y~z"},
        {"view": "movement", "axis": "x", "since": "1800-01-01", "was": "??", "after": "-1"},
        {"view": "candidates", "side": "x", "after": "1~1", "team": "没有这个团队"},
        {"view": "missing", "fact": "x", "branch": "没有这个机构"},
        {"column": "extra:nothing", "axis": "stars"},
    ],
)
def test_an_address_that_means_nothing_is_drawn_all_the_same(
    open_page: OpenPage, lead: Actor, query: dict[str, str]
) -> None:
    assert "客户分级" in words_on(open_page("tiering", lead, **query))
