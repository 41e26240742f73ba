"""What the tier screens read: counts by scope, movement, who is near a limit, what is missing,
how the money is spread; on both databases."""

from collections.abc import Callable
from datetime import timedelta

import pandas as pd
import pytest
from sqlalchemy import select

from db.models import Client, ClientStanding, TierCount
from db.session import Database
from services import tiering
from services.actor import Actor
from services.errors import NotPermitted
from services.tiering import EVERYBODY, Side, TierFilter
from terms.clients import AccessReason
from terms.people import Role
from terms.tiering import Tier, TierAxis
from tests.make import (
    AT,
    ON,
    actor_of,
    make_access,
    make_branch,
    make_client,
    make_income,
    make_policy,
    make_staff,
    make_standing,
    make_team,
    make_tier_change,
    make_tier_run,
)

AMOUNTS = (10, 25, 60, 90, 110, 400, 1250, 1250, 7000, 42_000, 61_000)
"""Premium of the clients of one team, yuan; the eighth has the number of the seventh."""


@pytest.fixture
def actors(database: Database) -> dict[Role, Actor]:
    """One branch with two teams and a branch far away, a pass over their clients; the client
    manager looks after two of them, one of the other branch."""
    with database.unaudited("test data") as session:
        near, far = make_branch(session, name="近"), make_branch(session, name="远")
        team = make_team(session, branch=near, name="一组")
        beside = make_team(session, branch=near, name="二组")
        away = make_team(session, branch=far, name="三组")
        people = {
            role: make_staff(session, team=team, roles=(role,))
            for role in (Role.CLIENT_MANAGER, Role.TEAM_LEAD, Role.MANAGER, Role.ADMINISTRATOR)
        }
        clients = []
        for place, yuan in enumerate(AMOUNTS):
            client = make_client(
                session,
                team_id=team.id,
                branch_id=near.id,
                extra_numbers={"终身价值": yuan + 0.25} if place else {},
            )
            make_policy(session, client=client, premium_fen=100 * yuan)
            clients.append(client)
        make_income(session, client=clients[0], booked_on=ON, amount_fen=9_000_000)
        for other in (beside, away):
            client = make_client(session, team_id=other.id, branch_id=other.branch_id)
            make_policy(session, client=client, premium_fen=100)
            clients.append(client)
        for client in (clients[0], clients[-1]):
            own = people[Role.CLIENT_MANAGER]
            make_access(session, client=client, staff=own, reason=AccessReason.COVER)
        given = people[Role.TEAM_LEAD]
        make_access(session, client=clients[-1], staff=given, reason=AccessReason.COVER)
        found = {role: actor_of(session, staff) for role, staff in people.items()}
    tiering.recalculate(database, on=ON, at=AT)
    tiering.concentrate(database, at=AT)
    return found


@pytest.mark.parametrize(
    ("role", "clients"),
    [
        (Role.CLIENT_MANAGER, 2),
        (Role.TEAM_LEAD, len(AMOUNTS) + 1),
        (Role.MANAGER, len(AMOUNTS) + 1),
        (Role.ADMINISTRATOR, len(AMOUNTS) + 2),
    ],
)
def test_counts_and_lists_are_of_the_same_clients_in_every_scope(
    database: Database, actors: dict[Role, Actor], role: Role, clients: int
) -> None:
    actor = actors[role]
    with database.reading() as session:
        found = tiering.distribution(session, actor=actor, on=ON)
        listed = tiering.clients_of(session, actor=actor, on=ON, where=EVERYBODY)
        scores = tiering.score_counts(session, actor=actor, on=ON, axis=TierAxis.VALUE)
        lacking = tiering.missing_counts(session, actor=actor, on=ON)
        without = tiering.with_missing(session, actor=actor, on=ON)
    assert found.clients == len(listed.rows) == clients
    assert sum(row.clients for row in found.places) == clients
    assert sum(number for _score, number in scores) == clients
    facts = [fact for row in without.rows for fact in row.factors]
    assert sum(number for _fact, _could, number in lacking) == len(facts)


def test_a_place_narrows_the_counts_and_one_nobody_knows_has_none(
    database: Database, actors: dict[Role, Actor]
) -> None:
    actor = actors[Role.ADMINISTRATOR]
    with database.reading() as session:
        for where, clients in (
            (TierFilter(branch="近"), len(AMOUNTS) + 1),
            (TierFilter(team="二组"), 1),
            (TierFilter(branch="远", team="二组"), 0),
            (TierFilter(team="九组"), 0),
        ):
            found = tiering.distribution(session, actor=actor, on=ON, where=where)
            listed = tiering.clients_of(session, actor=actor, on=ON, where=where)
            assert found.clients == len(listed.rows) == clients


def test_a_list_is_turned_page_by_page_without_gap_or_double(
    database: Database, actors: dict[Role, Actor]
) -> None:
    actor = actors[Role.TEAM_LEAD]
    with database.reading() as session:
        whole = tiering.clients_of(session, actor=actor, on=ON, where=EVERYBODY).rows
        seen, after = [], None
        while True:
            page = tiering.clients_of(
                session, actor=actor, on=ON, where=EVERYBODY, after=after, limit=3
            )
            seen += page.rows
            after = page.after
            if after is None:
                break
    assert tuple(seen) == whole


def test_a_stranger_is_refused_and_a_reader_of_figures_gets_no_names(
    database: Database, actors: dict[Role, Actor]
) -> None:
    with database.unaudited("test data") as session:
        officer = actor_of(session, make_staff(session, roles=(Role.COMPLAINT_OFFICER,)))
        executive = actor_of(session, make_staff(session, roles=(Role.EXECUTIVE,)))
    with database.reading() as session:
        asked: tuple[Callable[..., object], ...] = (tiering.distribution, tiering.missing_counts)
        for query in asked:
            with pytest.raises(NotPermitted):
                query(session, actor=officer, on=ON)
            assert query(session, actor=executive, on=ON)
        with pytest.raises(NotPermitted):
            tiering.clients_of(session, actor=executive, on=ON, where=EVERYBODY)
        with pytest.raises(NotPermitted):
            tiering.near_limit(session, actor=executive, on=ON, side=Side.BELOW)


@pytest.mark.parametrize("column", ["premium", "extra:终身价值"])
def test_the_top_fifth_holds_what_pandas_says(
    database: Database, actors: dict[Role, Actor], column: str
) -> None:
    with database.reading() as session:
        found = tiering.concentrations(
            session, actor=actors[Role.TEAM_LEAD], on=ON, where=TierFilter(team="一组")
        )
    one = next(each for each in found if each.column == column)
    amounts = pd.Series(AMOUNTS if column == "premium" else [y + 0.25 for y in AMOUNTS[1:]])
    top = amounts.sort_values(ascending=False).head(-(-len(amounts) // 5))
    assert (one.clients, one.total, one.top) == (
        len(amounts),
        round(100 * amounts.sum()),
        round(100 * top.sum()),
    )
    assert one.curve[0] == 0
    assert one.curve[-1] == 10_000
    assert list(one.curve) == sorted(one.curve)


def test_of_several_branches_at_once_no_fifth_is_said(
    database: Database, actors: dict[Role, Actor]
) -> None:
    actor = actors[Role.TEAM_LEAD]
    with database.reading() as session:
        assert (
            tiering.concentrations(session, actor=actor, on=ON, where=TierFilter(team="三组")) == ()
        )
        own = tiering.concentrations(session, actor=actors[Role.CLIENT_MANAGER], on=ON)
    assert [(one.column, one.clients) for one in own][:1] == [("premium", 2)]


@pytest.fixture
def lead(database: Database) -> Actor:
    """The lead of a team whose clients stand around both limits of the value axis."""
    with database.unaudited("test data") as session:
        lead = make_staff(session, roles=(Role.TEAM_LEAD,))
        run = make_tier_run(session)
        for number, (score, premium) in enumerate(
            ((29, 1), (30, 9), (33, 2), (34, 5), (34, 7), (35, 3), (38, 4), (59, 6), (60, 8))
        ):
            client = make_client(session, team_id=lead.team_id, number=f"C{number}")
            tier = Tier.HIGH if score >= 60 else Tier.MID if score >= 35 else Tier.LOW
            make_standing(
                session,
                client=client,
                run=run,
                value_score=score,
                value_tier=tier,
                value_by_rule=tier,
                premium_fen=premium,
            )
        return actor_of(session, lead)


def test_candidates_stand_by_points_missing_then_by_premium(
    database: Database, lead: Actor
) -> None:
    with database.reading() as session:
        below = tiering.near_limit(session, actor=lead, on=ON, side=Side.BELOW)
        above = tiering.near_limit(session, actor=lead, on=ON, side=Side.ABOVE)
    assert [(row.points, row.client.score, row.client.premium_fen) for row in below.rows] == [
        (1, 34, 7),
        (1, 59, 6),
        (1, 34, 5),
        (2, 33, 2),
        (5, 30, 9),
    ]
    assert [(row.points, row.client.score, row.other) for row in above.rows] == [
        (1, 60, Tier.MID),
        (1, 35, Tier.LOW),
        (4, 38, Tier.LOW),
    ]


def test_candidates_are_turned_page_by_page(database: Database, lead: Actor) -> None:
    with database.reading() as session:
        seen, after = [], None
        for _page in range(5):
            page = tiering.near_limit(
                session, actor=lead, on=ON, side=Side.BELOW, after=after, limit=1
            )
            seen += [row.client.premium_fen for row in page.rows]
            after = page.after
        spoilt = tiering.near_limit(session, actor=lead, on=ON, side=Side.BELOW, after="9~x~?")
    assert seen == [7, 6, 5, 2, 9]
    assert after is None
    assert len(spoilt.rows) == 5


def test_movement_adds_up_and_who_came_back_has_not_moved(database: Database, lead: Actor) -> None:
    since = ON - timedelta(days=30)
    with database.unaudited("test data") as session:
        early = make_tier_run(session, on=since - timedelta(days=1))
        first, second = (make_tier_run(session, on=since + timedelta(days=n)) for n in (1, 2))
        ours = select(Client).where(Client.team_id == lead.team_id)
        ids = {client.number: client for client in session.scalars(ours)}
        rose, back, long_ago = ids["C5"], ids["C6"], ids["C8"]
        make_tier_change(session, client=rose, run=first, before="high", after="low")
        make_tier_change(session, client=rose, run=second, before="low", after="mid")
        make_tier_change(session, client=back, run=first, before="mid", after="low")
        make_tier_change(session, client=back, run=second, before="low", after="mid")
        make_tier_change(session, client=long_ago, run=early, before="mid", after="high")
        kept_now = select(ClientStanding).where(ClientStanding.team_id == lead.team_id)
        session.add_all([_count_of(kept) for kept in session.scalars(kept_now)])
    with database.reading() as session:
        found = tiering.movement(session, actor=lead, on=ON, axis=TierAxis.VALUE, since=since)
        moved = tiering.movers(session, actor=lead, on=ON, axis=TierAxis.VALUE, since=since)
        none = tiering.movers(
            session, actor=lead, on=ON, axis=TierAxis.VALUE, since=since, before="low"
        )
        every = tiering.distribution(session, actor=lead, on=ON)
    assert {(before, after): number for before, after, number in found.cells} == {
        ("low", "low"): 5,
        ("mid", "mid"): 2,
        ("high", "high"): 1,
        ("high", "mid"): 1,
    }
    assert found.moved == 1
    for tier in Tier:
        new = sum(number for _before, after, number in found.cells if after == tier)
        assert new == sum(cell.clients for cell in every.cells if cell.value is tier)
    assert [(row.number, row.before, row.after) for row in moved.rows] == [("C5", "high", "mid")]
    assert none.rows == ()


def _count_of(kept: ClientStanding) -> TierCount:
    """One client, counted alone."""
    return TierCount(
        branch_id=kept.client_id,
        team_id=kept.team_id,
        value_tier=kept.value_tier,
        is_open=True,
        risk_tier=kept.risk_tier,
        stars=0,
        clients=1,
        premium_fen=1,
        income_fen=0,
    )
