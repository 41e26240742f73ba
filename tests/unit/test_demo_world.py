"""The demo company by its columns: the planted patterns, and that everything in it is possible.

Nothing here needs a database; ``docs/demo-world.md`` tells the patterns in words.
"""

from datetime import timedelta

import numpy as np
import pandas as pd
import pytest

from services.clients import rules as client_rules
from services.clients.search import search_terms
from services.demo_company import (
    ACCOUNTS,
    COMPLAINED_PRODUCT,
    LOSING_PRODUCT,
    OVERLOADED,
    THIN_BRANCH,
    price_rise_month,
)
from services.demo_company.organisation import make_world
from services.renewals.rules import LossTable, at_risk_fen
from services.rule_tables import DEFAULTS
from terms.clients import ClientType, IdType
from terms.renewals import Intention, RenewalState
from tests.make.demo_company import demo_tables
from tests.make.moment import ON

SEEDS = (1, 2, 3)
Tables = dict[str, pd.DataFrame]


@pytest.fixture(scope="module", params=SEEDS)
def world(request: pytest.FixtureRequest) -> Tables:
    return demo_tables(seed=request.param)


def closed_terms(world: Tables) -> pd.DataFrame:
    """Ends of terms that were decided, with their product and whether they were renewed."""
    product = world["policy"].set_index("id")["product"]
    found = world["renewal"]
    found = found[(found.kind == "term") & ~found.is_open.astype(bool)]
    return found.assign(product=found.policy_id.map(product), ok=found.state == "renewed")


def rates(found: pd.DataFrame, by: str, least: int = 40) -> pd.Series:
    grouped = found.groupby(by).ok.agg(["mean", "size"])
    return grouped[grouped["size"] >= least]["mean"]


def overloaded_id(world: Tables) -> int:
    staff = world["staff"]
    return int(staff[staff.name == OVERLOADED].id.iloc[0])


def test_one_product_loses_its_renewals(world: Tables) -> None:
    rate = rates(closed_terms(world), "product", least=100)
    assert rate.idxmin() == LOSING_PRODUCT
    assert rate.drop(LOSING_PRODUCT).median() - rate[LOSING_PRODUCT] > 0.15


def test_one_specialist_is_overloaded(world: Tables) -> None:
    who = overloaded_id(world)
    book = world["client"].groupby("owner_id").size()
    assert 1.6 < book[who] / book.drop(who).mean() < 2.6
    cases = world["renewal"]
    load = cases[cases.is_open.astype(bool)].groupby("assignee_id").size()
    load = load / world["staff"].set_index("id").weekly_capacity.reindex(load.index)
    assert load[who] > 2 * load.drop(who).max()
    rate = rates(closed_terms(world), "assignee_id")
    assert rate.idxmin() == who
    first = world["contact"].groupby("renewal_id").happened_at.min()
    terms = closed_terms(world)
    wait = (terms.id.map(first) - terms.opened_on).dt.days.groupby(terms.assignee_id).median()
    assert wait[who] > wait.drop(who).max() + 10


def test_motor_premiums_rose_in_one_month(world: Tables) -> None:
    motor = closed_terms(world).query("line == 'motor'")
    month = motor.due_on.dt.to_period("M")
    rise = pd.Period(price_rise_month(ON), "M")
    change = (motor.proposed_premium_fen / motor.premium_fen - 1).groupby(month).median()
    full = motor.groupby(month).size() >= 25
    assert 0.15 < change[rise] < 0.26
    assert change[full].drop(rise).max() < 0.06


def test_the_price_rise_cost_renewals() -> None:
    """One month of one small company may hide it; three companies together do not."""
    motor = pd.concat(
        closed_terms(demo_tables(seed=seed)).query("line == 'motor'") for seed in SEEDS
    ).reset_index()
    rise = motor.due_on.dt.to_period("M") == pd.Period(price_rise_month(ON), "M")
    assert motor[~rise].ok.mean() - motor[rise].ok.mean() > 0.12
    lost = motor[motor.state == "lost"]
    because = (lost.refusal_reason == "price").groupby(rise[lost.index]).mean()
    assert because[True] > because[False] + 0.2


def test_one_product_is_complained_about(world: Tables) -> None:
    sold = world["policy"].groupby("product").size()
    rate = (world["complaint"].groupby("product").size() / sold).fillna(0)[sold >= 80]
    assert rate.idxmax() == COMPLAINED_PRODUCT
    assert rate[COMPLAINED_PRODUCT] > 4 * rate.drop(COMPLAINED_PRODUCT).median()
    assert world["complaint"].query("product == @COMPLAINED_PRODUCT").dispute.mode()[0] == "claims"


def test_one_branch_keeps_thin_files(world: Tables) -> None:
    branch = world["client"].branch_id.map(world["branch"].set_index("id").name)
    mean = world["client"].completeness.groupby(branch).mean()
    assert mean.idxmin() == THIN_BRANCH
    assert 8 < mean.drop(THIN_BRANCH).min() - mean[THIN_BRANCH] < 25


def late_payers(world: Tables) -> tuple[pd.Index, float]:
    """Clients late with at least two instalments and half of theirs, and their share of lates."""
    paid = world["instalment"].dropna(subset=["paid_on"])
    late = (paid.paid_on - paid.due_on).dt.days > 5
    each = late.groupby(paid.client_id).agg(["sum", "size"])
    habit = each[(each["sum"] >= 2) & (2 * each["sum"] >= each["size"])]
    assert len(habit) < 0.1 * len(each)
    return habit.index, float(habit["sum"].sum() / late.sum())


def test_few_clients_make_most_late_payments(world: Tables) -> None:
    _, share = late_payers(world)
    assert share > 0.4


def test_late_payers_leave_more_often() -> None:
    parts = []
    for seed in SEEDS:
        world = demo_tables(seed=seed)
        habit, _ = late_payers(world)
        parts.append(closed_terms(world).assign(is_late=lambda f, h=habit: f.client_id.isin(h)))
    rate = pd.concat(parts).groupby("is_late").ok.mean()
    assert rate[False] - rate[True] > 0.1


def test_the_same_seed_makes_the_same_company() -> None:
    demo_tables.cache_clear()
    one = demo_tables(clients=300, seed=7)
    demo_tables.cache_clear()
    two = demo_tables(clients=300, seed=7)
    other = demo_tables(clients=300, seed=8)
    assert one.keys() == two.keys()
    for name in one:
        pd.testing.assert_frame_equal(one[name], two[name])
    assert not one["party"].name.equals(other["party"].name)


def test_the_demo_accounts_are_there(world: Tables) -> None:
    staff = world["staff"]
    demo = staff[staff.is_demo.astype(bool)]
    assert list(demo.username) == [name for name, _, _ in ACCOUNTS]
    assert not demo.must_change_password.any()
    assert demo.password_hash.notna().all()
    assert staff[~staff.is_demo.astype(bool)].password_hash.isna().all()
    of = demo.set_index("username")
    assert of.team_id["specialist"] == of.team_id["specialist2"] == of.team_id["lead"]
    assert of.team_id["lead2"] not in (of.team_id["lead"], None)
    assert of.branch_id["manager"] != of.branch_id["manager2"]


def test_a_specialist_has_a_morning_to_work_on(world: Tables) -> None:
    mine = world["renewal"].query("assignee_id == 1 and is_open")
    assert 10 <= (mine.due_on <= pd.Timestamp(ON + timedelta(days=30))).sum() <= 40
    midnight = pd.Timestamp(ON) - pd.Timedelta(hours=8)
    called = world["contact"].query("staff_id == 1 and happened_at >= @midnight")
    assert 2 <= called.renewal_id.nunique() <= 14
    today = mine[(mine.next_at >= midnight) & (mine.next_at < midnight + pd.Timedelta(days=1))]
    assert len(today) >= 2


def test_nothing_happened_after_the_morning(world: Tables) -> None:
    now = pd.Timestamp(ON) + pd.Timedelta(hours=1, minutes=12)
    day = pd.Timestamp(ON)
    assert world["contact"].happened_at.max() <= now
    for name, column in (
        ("instalment", "paid_on"),
        ("renewal", "closed_on"),
        ("renewal", "opened_on"),
        ("claim", "reported_on"),
        ("claim", "settled_on"),
        ("complaint", "closed_on"),
        ("policy_event", "happened_on"),
        ("engagement", "signed_on"),
        ("client", "client_since_on"),
    ):
        assert world[name][column].max() <= day, (name, column)
    realised = world["income"].query("kind == 'realised'")
    assert realised.booked_on.max() <= day


def test_before_the_day_begins_nobody_has_worked() -> None:
    world = demo_tables(clients=500, seed=4, is_worked=False)
    midnight = pd.Timestamp(ON) - pd.Timedelta(hours=8)
    assert world["contact"].happened_at.max() < midnight


def test_resident_ids_are_right_and_fit_their_persons(world: Tables) -> None:
    party = world["party"].dropna(subset=["id_number"]).head(3_000)
    for row in party.itertuples():
        assert client_rules.id_problem(IdType(row.id_type), row.id_number) is None
        if row.kind == "person":
            assert client_rules.born_on(row.id_number) == row.birth_on.date()
            assert client_rules.sex_of(row.id_number) == row.sex
    leap = party.birth_on.dropna()
    assert ((leap.dt.month == 2) & (leap.dt.day == 29)).sum() >= 3


def test_completeness_is_what_the_rule_says(world: Tables) -> None:
    asked = DEFAULTS["client.file_items"].value
    party = world["party"].set_index("id")
    reach = {name: set(world[name].party_id) for name in ("party_phone", "party_address")}
    speaks = set(world["client_party"].query("role == 'contact_person'").client_id)
    insured = set(world["policy"].client_id)
    for row in world["client"].head(400).itertuples():
        own = party.loc[row.party_id]
        there = {
            "name": row.name is not None,
            "phone": row.party_id in reach["party_phone"],
            "address": row.party_id in reach["party_address"],
            "id_number": own.id_number is not None,
            "birth_on": not pd.isna(own.birth_on),
            "sex": own.sex is not None,
            "occupation": own.occupation is not None,
            "preferred_channel": row.preferred_channel is not None,
            "risk_preference": row.risk_preference is not None,
            "risk_tolerance": row.risk_tolerance is not None,
            "needs": row.needs is not None,
            "contact_person": row.id in speaks,
            "policy": row.id in insured,
        }
        present = {name for name, is_there in there.items() if is_there}
        expected = client_rules.completeness(asked[row.client_type], present)
        assert row.completeness == expected.percent, (row.number, present)


def test_search_rows_are_those_of_the_clients_chapter(world: Tables) -> None:
    rows = world["client_search"].groupby("client_id")
    for row in world["client"].head(200).itertuples():
        mine = rows.get_group(row.id)
        wanted = {(k.value, t) for k, t in search_terms(row.name, ClientType(row.client_type))}
        assert set(zip(mine.kind, mine.term, strict=True)) == wanted


def test_money_at_risk_is_what_the_rule_says(world: Tables) -> None:
    loss = LossTable.of(DEFAULTS["renewal.loss_share"].value, DEFAULTS["renewal.urgency"].value)
    cases = world["renewal"].query("is_open").head(400)
    for row in cases.itertuples():
        assert row.at_risk_fen == at_risk_fen(
            loss,
            premium_fen=int(row.premium_fen),
            state=RenewalState(row.state),
            last_intention=None if row.last_intention is None else Intention(row.last_intention),
            days_left=(row.due_on.date() - ON).days,
        )


def test_every_case_belongs_to_its_clients_team_and_somebody(world: Tables) -> None:
    client = world["client"].set_index("id")
    cases = world["renewal"]
    assert cases.assignee_id.notna().all()
    for column in ("team_id", "branch_id"):
        assert (cases.client_id.map(client[column]) == cases[column]).all()
    team = world["staff"].set_index("id").team_id
    assert (cases.assignee_id.map(team) == cases.team_id).all()
    access = set(
        zip(world["client_access"].staff_id, world["client_access"].client_id, strict=True)
    )
    assert set(zip(cases.assignee_id, cases.client_id, strict=True)) <= access


def test_terms_follow_one_another(world: Tables) -> None:
    policy = world["policy"].set_index("id")
    later = policy.dropna(subset=["previous_id"])
    before = policy.loc[later.previous_id.astype(int)]
    assert (later.inception_on.to_numpy() > before.expiry_on.to_numpy()).all()
    assert (later.client_id.to_numpy() == before.client_id.to_numpy()).all()
    assert (later["product"].to_numpy() == before["product"].to_numpy()).all()
    renewed = world["renewal"].dropna(subset=["renewed_policy_id"])
    assert (
        policy.loc[renewed.renewed_policy_id.astype(int)].previous_id.to_numpy()
        == renewed.policy_id.to_numpy()
    ).all()


def test_unpaid_terms_have_one_open_case_each(world: Tables) -> None:
    cases = world["renewal"]
    assert not cases.duplicated(["policy_id", "kind", "due_on"]).any()
    opened = cases[cases.is_open.astype(bool)]
    due = opened.due_on.dt.date
    term = opened.kind == "term"
    assert due[term].between(ON - timedelta(days=30), ON + timedelta(days=90)).all()
    assert due[~term].between(ON - timedelta(days=60), ON + timedelta(days=90)).all()


def test_there_are_about_three_policies_a_client() -> None:
    world = demo_tables()
    assert 2.8 < len(world["policy"]) / len(world["client"]) < 3.2


def test_books_are_skewed_in_a_large_company() -> None:
    world = make_world(on=ON, seed=1, clients=1_000_000, is_worked=True)
    share = world.owner_weights / world.owner_weights.sum()
    assert share.max() > 8 * np.median(share)
    weekly = 1_000_000 * share * 1.7 / 52
    capacity = np.array([one.capacity for one in world.people if one.weight])
    assert (weekly <= capacity).mean() > 0.99
