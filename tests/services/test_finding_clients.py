"""Finding clients: scopes, search in every way, filters, keyset pages, capped counts."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models import Client, Party, Staff
from services import clients
from services.access import scope_parts, visible_clients
from services.actor import Actor
from services.clients import ClientFilters, ClientPage, finding
from services.errors import NotPermitted
from terms.clients import AccessReason, ClientType, FoundBy, LifecycleStage, ListOrder
from terms.people import Role
from terms.policies import Line, PolicyStatus
from tests.make import (
    ON,
    actor_of,
    make_access,
    make_actor,
    make_branch,
    make_client,
    make_party,
    make_phone,
    make_policy,
    make_staff,
    make_team,
)
from tests.make.client_files import make_findable

ALL = ClientFilters()


def find(session: Session, actor: Actor, **but: object) -> ClientPage:
    filters = but.pop("filters", ALL)
    return clients.find(session, actor=actor, on=ON, filters=filters, **but)  # type: ignore[arg-type]


def numbers(page: ClientPage) -> list[str]:
    return [row.number for row in page.rows]


@pytest.fixture
def owner(session: Session) -> Staff:
    return make_staff(session)


@pytest.fixture
def admin(session: Session) -> Actor:
    return make_actor(session, Role.ADMINISTRATOR)


# Scopes


def test_a_specialist_finds_own_clients_and_no_others(session: Session, owner: Staff) -> None:
    own = make_client(session, owner=owner)
    make_client(session)
    assert numbers(find(session, actor_of(session, owner))) == [own.number]


def test_expired_cover_is_not_seen_and_running_cover_is(session: Session, owner: Staff) -> None:
    over, running = make_client(session), make_client(session)
    cover = AccessReason.COVER
    make_access(session, client=over, staff=owner, reason=cover, until=ON - timedelta(days=1))
    make_access(session, client=running, staff=owner, reason=cover, until=ON)
    assert numbers(find(session, actor_of(session, owner))) == [running.number]


def test_a_client_given_for_two_reasons_stands_once(session: Session, owner: Staff) -> None:
    client = make_client(session, owner=owner)
    make_access(session, client=client, staff=owner, reason=AccessReason.COVER)
    make_access(session, client=client, staff=owner, reason=AccessReason.ASSIGNED_CASE)
    page = find(session, actor_of(session, owner))
    assert (numbers(page), page.count) == ([client.number], 1)


def test_a_lead_sees_the_team_and_what_was_given_to_them(session: Session) -> None:
    team = make_team(session)
    lead = make_staff(session, team=team, roles=(Role.TEAM_LEAD,))
    of_team = make_client(session, owner=make_staff(session, team=team))
    covered = make_client(session)
    make_access(session, client=covered, staff=lead, reason=AccessReason.COVER)
    make_client(session)
    page = find(session, actor_of(session, lead))
    assert set(numbers(page)) == {of_team.number, covered.number}


def test_a_manager_sees_the_branch_and_those_beneath(session: Session) -> None:
    branch = make_branch(session)
    beneath = make_branch(session, parent_id=branch.id)
    manager = make_staff(
        session, team=None, team_id=None, branch_id=branch.id, roles=(Role.MANAGER,)
    )
    seen = [
        make_client(session, owner=make_staff(session, team=make_team(session, branch=one)))
        for one in (branch, beneath)
    ]
    make_client(session)
    page = find(session, actor_of(session, manager))
    assert set(numbers(page)) == {client.number for client in seen}


def test_whoever_may_not_read_clients_is_refused(session: Session) -> None:
    with pytest.raises(NotPermitted):
        find(session, make_actor(session, Role.HR))


@pytest.mark.parametrize("role", [Role.SPECIALIST, Role.TEAM_LEAD, Role.MANAGER, Role.COMPLIANCE])
@pytest.mark.parametrize("as_one", [False, True])
def test_the_parts_of_a_scope_are_the_scope_without_overlap(
    session: Session, role: Role, as_one: bool
) -> None:
    branch = make_branch(session)
    team = make_team(session, branch=branch)
    staff = make_staff(session, team=team, roles=(role,))
    own = make_client(session, owner=staff)
    make_client(session, owner=make_staff(session, team=team))
    make_client(session, owner=make_staff(session, team=make_team(session, branch=branch)))
    elsewhere = make_client(session)
    make_access(session, client=elsewhere, staff=staff, reason=AccessReason.COVER)
    make_access(session, client=own, staff=staff, reason=AccessReason.COVER)
    make_client(session, owner_id=None)
    actor = actor_of(session, staff)
    whole = set(session.scalars(select(Client.id).where(visible_clients(actor, on=ON))))
    found: list[int] = []
    for part in scope_parts(actor, on=ON, as_one=as_one):
        asked = select(Client.id).where(*part.client)
        if part.given is not None:
            from db.models import ClientAccess

            asked = asked.join(ClientAccess, ClientAccess.client_id == Client.id)
            asked = asked.where(*part.given)
        found += session.scalars(asked)
    assert sorted(found) == sorted(whole)


# Search


Searched = Callable[[str], ClientPage]


@pytest.fixture
def searched(session: Session, owner: Staff) -> Searched:
    return lambda text: find(session, actor_of(session, owner), filters=ClientFilters(text=text))


@pytest.mark.parametrize(
    ("name", "text", "by"),
    [
        ("欧阳建国", "欧阳", FoundBy.NAME),
        ("单晓敏", "sxm", FoundBy.INITIALS),
        ("单晓敏", "dxm", FoundBy.INITIALS),
        ("曾国强", "zg", FoundBy.INITIALS),
        ("John Smith", "john", FoundBy.NAME),
        ("=cmd|' /C calc'!A0", "=cmd", FoundBy.NAME),
        ("100%优惠", "100%", FoundBy.NAME),
    ],
)
def test_a_person_is_found_by_name_and_initials(
    session: Session, owner: Staff, searched: Searched, name: str, text: str, by: FoundBy
) -> None:
    client = make_findable(session, owner=owner, name=name)
    make_findable(session, owner=owner, name="赵大海")
    page = searched(text)
    assert [(row.number, row.found_by) for row in page.rows] == [(client.number, by)]


@pytest.mark.parametrize("text", ["华信", "信科", "科技", "华信科技有限"])
def test_a_group_is_found_by_any_two_characters(
    session: Session, owner: Staff, searched: Searched, text: str
) -> None:
    group = make_findable(
        session, owner=owner, client_type=ClientType.GROUP, name="杭州华信科技有限公司"
    )
    make_findable(session, owner=owner, client_type=ClientType.GROUP, name="宁波远洋贸易行")
    page = searched(text)
    assert [(row.number, row.found_by) for row in page.rows] == [(group.number, FoundBy.PIECE)]


def test_a_client_is_found_by_the_last_four_of_a_phone(
    session: Session, owner: Staff, searched: Searched
) -> None:
    client = make_client(session, owner=owner)
    make_phone(session, party=session.get_one(Party, client.party_id), number="13812346721")
    other = make_client(session, owner=owner)
    make_phone(session, party=session.get_one(Party, other.party_id), number="13867211234")
    page = searched("6721")
    assert [(row.number, row.found_by) for row in page.rows] == [(client.number, FoundBy.LAST_FOUR)]


@pytest.mark.parametrize("text", ["13812346721", "138 1234 6721", "+86 138-1234-6721"])
def test_a_whole_phone_is_found_however_it_is_written(
    session: Session, owner: Staff, searched: Searched, text: str
) -> None:
    client = make_client(session, owner=owner)
    make_phone(session, party=session.get_one(Party, client.party_id), number="13812346721")
    page = searched(text)
    assert [(row.number, row.found_by) for row in page.rows] == [(client.number, FoundBy.PHONE)]


def test_a_client_is_found_by_the_whole_id_number_only(
    session: Session, owner: Staff, searched: Searched
) -> None:
    party = make_party(session, id_number="110105198001010016")
    client = make_client(session, owner=owner, party=party)
    assert numbers(searched("110105198001010016")) == [client.number]
    assert numbers(searched("11010519800101001")) == []


def test_client_and_policy_numbers_are_found_exactly(
    session: Session, owner: Staff, searched: Searched
) -> None:
    client = make_client(session, owner=owner, number="C7700001")
    make_policy(session, client=client, number="PDAA202633010000077")
    for text, by in (("c7700001", FoundBy.NUMBER), ("PDAA202633010000077", FoundBy.POLICY)):
        page = searched(text)
        assert [(row.number, row.found_by) for row in page.rows] == [(client.number, by)]
    assert numbers(searched("PDAA2026")) == []


def test_a_search_finds_nobody_outside_the_scope(session: Session, searched: Searched) -> None:
    stranger = make_findable(session, name="欧阳建国", number="C7700002")
    make_phone(session, party=session.get_one(Party, stranger.party_id), number="13900008888")
    for text in ("欧阳", "oyjg", "C7700002", "8888", "13900008888"):
        assert numbers(searched(text)) == [], text


def test_a_search_is_paged_and_counted(session: Session, owner: Staff) -> None:
    made = [make_findable(session, owner=owner, name=f"欧阳{n}") for n in range(5)]
    actor = actor_of(session, owner)
    asked = ClientFilters(text="欧阳")
    first = find(session, actor, filters=asked, limit=2)
    second = find(session, actor, filters=asked, limit=2, after=first.next_after)
    back = find(session, actor, filters=asked, limit=2, before=second.previous_before)
    assert numbers(first) == [client.number for client in reversed(made[3:])]
    assert numbers(second) == [client.number for client in reversed(made[1:3])]
    assert (numbers(back), first.count, second.count) == (numbers(first), 5, 5)


@pytest.mark.parametrize("text", ["%", "_", "'; DROP TABLE client; --", "（", "a" * 500, "\x00"])
def test_odd_texts_find_nothing_and_break_nothing(searched: Searched, text: str) -> None:
    assert searched(text).rows == ()


# Filters and pages


def test_each_filter_narrows_the_list(session: Session, admin: Actor) -> None:
    staff = make_staff(session)
    fits = make_client(
        session,
        owner=staff,
        completeness=30,
        stage=LifecycleStage.PROSPECT,
    )
    make_policy(session, client=fits, line=Line.MOTOR, expiry_on=ON + timedelta(days=10))
    for other in range(2):
        client = make_client(session, completeness=80 + other)
        make_policy(session, client=client, line=Line.HOME, expiry_on=ON + timedelta(days=100))
    team, branch = fits.team_id, fits.branch_id
    from db.models import Branch, Team

    for filters in (
        ClientFilters(owner=staff.username),
        ClientFilters(team=session.get_one(Team, team).name),
        ClientFilters(branch=session.get_one(Branch, branch).name),
        ClientFilters(line=Line.MOTOR),
        ClientFilters(expires_within_days=30),
        ClientFilters(expires_within_days=30, line=Line.MOTOR),
        ClientFilters(completeness_below=60),
        ClientFilters(stage=LifecycleStage.PROSPECT),
        ClientFilters(text="李建", stage=LifecycleStage.PROSPECT, line=Line.MOTOR),
    ):
        assert numbers(find(session, admin, filters=filters)) == [fits.number], filters
    for filters in (
        ClientFilters(owner="nobody.knows"),
        ClientFilters(expires_within_days=30, line=Line.HOME),
        ClientFilters(completeness_below=30),
        ClientFilters(text="李建", line=Line.CARGO),
    ):
        assert numbers(find(session, admin, filters=filters)) == [], filters


def test_clients_nobody_owns_can_be_listed(session: Session, admin: Actor) -> None:
    orphan = make_client(session, owner_id=None)
    make_client(session)
    found = find(session, admin, filters=ClientFilters(owner=clients.NOBODY))
    assert numbers(found) == [orphan.number]


@pytest.mark.parametrize(
    "filters",
    [
        ClientFilters(),
        ClientFilters(completeness_below=101),
        ClientFilters(expires_within_days=366),
        ClientFilters(line=Line.MOTOR),
        ClientFilters(expires_within_days=366, completeness_below=101),
    ],
)
@pytest.mark.parametrize("role", [Role.SPECIALIST, Role.TEAM_LEAD, Role.MANAGER, Role.COMPLIANCE])
def test_pages_follow_one_another_and_lose_nobody(
    session: Session, filters: ClientFilters, role: Role
) -> None:
    team = make_team(session)
    staff = make_staff(session, team=team, roles=(role,))
    made = set()
    for n in range(9):
        client = make_client(session, owner=staff, completeness=40 + n % 3)
        for days in (5 + n % 2, 40, None):
            expiry = ON + timedelta(days=days) if days else None
            make_policy(session, client=client, expiry_on=expiry)
        made.add(client.number)
    covered = make_client(session)
    make_policy(session, client=covered, expiry_on=ON + timedelta(days=6))
    make_access(session, client=covered, staff=staff, reason=AccessReason.COVER)
    made.add(covered.number)
    actor = actor_of(session, staff)
    forward: list[list[str]] = []
    page = find(session, actor, filters=filters, limit=4)
    forward.append(numbers(page))
    while page.next_after:
        page = find(session, actor, filters=filters, limit=4, after=page.next_after)
        forward.append(numbers(page))
    seen = [number for one in forward for number in one]
    assert len(seen) == len(set(seen)) == 10
    assert set(seen) == made
    backward = [numbers(page)]
    while page.previous_before:
        page = find(session, actor, filters=filters, limit=4, before=page.previous_before)
        backward.append(numbers(page))
    assert [set(one) for one in reversed(backward)][-1] == set(forward[-1])
    assert {number for one in backward for number in one} == made
    assert page.count == 10


def test_the_order_follows_what_is_asked_for(session: Session, owner: Staff) -> None:
    early = make_client(session, owner=owner, completeness=90)
    late = make_client(session, owner=owner, completeness=20)
    make_policy(session, client=early, expiry_on=ON + timedelta(days=50))
    make_policy(session, client=late, expiry_on=ON + timedelta(days=5))
    actor = actor_of(session, owner)
    newest = find(session, actor)
    thinnest = find(session, actor, filters=ClientFilters(completeness_below=100))
    soonest = find(session, actor, filters=ClientFilters(expires_within_days=90))
    assert numbers(newest) == [late.number, early.number]
    assert (numbers(thinnest), thinnest.order) == (
        [late.number, early.number],
        ListOrder.THINNEST,
    )
    assert (numbers(soonest)[0], soonest.order) == (late.number, ListOrder.SOONEST)


def test_counts_stop_at_the_cap(
    session: Session, owner: Staff, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(finding, "COUNT_CAP", 3)
    for _ in range(5):
        make_findable(session, owner=owner, name="欧阳")
    actor = actor_of(session, owner)
    for filters in (ALL, ClientFilters(text="欧阳")):
        page = find(session, actor, filters=filters, limit=2)
        assert (page.count, page.is_capped) == (3, True)


@pytest.mark.parametrize(
    "mark", ["C0", "nonsense", "2026-99-99~C1", "~", "5~C00000001", "' OR 1=1"]
)
def test_an_unknown_place_shows_the_first_page(session: Session, owner: Staff, mark: str) -> None:
    client = make_client(session, owner=owner)
    actor = actor_of(session, owner)
    assert numbers(find(session, actor, after=mark)) == [client.number]
    thin = ClientFilters(completeness_below=101)
    assert numbers(find(session, actor, filters=thin, before=mark)) == [client.number]


def test_a_row_sums_only_what_is_in_force(session: Session, owner: Staff) -> None:
    client = make_client(session, owner=owner)
    make_policy(session, client=client, premium_fen=100_000, expiry_on=ON)
    make_policy(session, client=client, premium_fen=200_000, expiry_on=None)
    make_policy(session, client=client, premium_fen=1, expiry_on=ON - timedelta(days=1))
    make_policy(session, client=client, premium_fen=1, status=PolicyStatus.SURRENDERED)
    row = find(session, actor_of(session, owner)).rows[0]
    assert (row.policies_in_force, row.premium_in_force_fen) == (2, 300_000)
    assert row.next_expiry_on == date(2026, 11, 20)


def test_filters_offer_only_what_is_in_scope(session: Session) -> None:
    team = make_team(session)
    lead = make_staff(session, team=team, roles=(Role.TEAM_LEAD,))
    colleague = make_staff(session, team=team)
    make_staff(session)
    choices = clients.filter_choices(session, actor=actor_of(session, lead), on=ON)
    assert {username for username, _ in choices.owners} == {lead.username, colleague.username}
    own = clients.filter_choices(session, actor=actor_of(session, colleague), on=ON)
    assert own == clients.FilterChoices((), (), ())
