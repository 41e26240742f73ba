"""The company's profile, its places, and how far it is set up."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models import AuditEntry
from services import company
from services.actor import Actor
from services.errors import ChangedMeanwhile, NotFound, NotPermitted
from terms.people import CompanyKind, Role
from tests.make import AT, ON, make_actor, make_client, make_team

LICENCE = "260100000000800"


@pytest.fixture
def chief(session: Session) -> Actor:
    return make_actor(session, Role.ADMINISTRATOR, team_id=None)


def describe(session: Session, actor: Actor, **but: object) -> int:
    given = {
        "kind": CompanyKind.BROKER,
        "name": " 长河保险经纪  有限公司 ",
        "licence_number": LICENCE,
        "seen_version": None,
        **but,
    }
    return company.describe_company(session, actor=actor, at=AT, **given)


def test_a_new_company_is_set_up_step_by_step(session: Session, chief: Actor) -> None:
    def left() -> int:
        return company.set_up(session, actor=chief, on=ON).left

    assert left() == 4
    describe(session, chief)
    assert left() == 3
    branch = company.add_branch(session, actor=chief, name="上海分公司", province="上海", at=AT)
    assert left() == 3
    team = company.add_team(session, actor=chief, name="续保一组", branch_id=branch, at=AT)
    assert left() == 2
    make_actor(session, team_id=team, branch_id=branch)
    assert left() == 1
    make_client(session, owner_id=None)
    assert left() == 0


def test_the_profile_is_written_cleaned_and_audited(session: Session, chief: Actor) -> None:
    version = describe(session, chief)
    card = company.company(session, actor=chief)
    assert card is not None
    assert (card.name, card.licence_number) == ("长河保险经纪 有限公司", LICENCE)
    describe(session, chief, kind=CompanyKind.INSURER, seen_version=version)
    entries = session.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()
    assert [entry.event for entry in entries] == ["company:describe"] * 2
    assert entries[1].detail["before"]["kind"] == "broker"


def test_two_administrators_do_not_overwrite_each_other(session: Session, chief: Actor) -> None:
    describe(session, chief)
    with pytest.raises(ChangedMeanwhile):
        describe(session, chief)


@pytest.mark.parametrize(
    ("but", "refusal"),
    [
        ({"name": " "}, company.CompanyNameMissing),
        ({"licence_number": "A 1"}, company.LicenceInvalid),
    ],
)
def test_a_profile_that_says_nothing_is_refused(
    session: Session, chief: Actor, but: dict[str, object], refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        describe(session, chief, **but)


def test_places_have_names_of_their_own(session: Session, chief: Actor) -> None:
    branch = company.add_branch(session, actor=chief, name="上海", province="上海", at=AT)
    company.add_team(session, actor=chief, name="一组", branch_id=branch, at=AT)
    with pytest.raises(company.NameTaken):
        company.add_branch(session, actor=chief, name=" 上海 ", province="上海", at=AT)
    with pytest.raises(company.NameTaken):
        company.add_team(session, actor=chief, name="一组", branch_id=branch, at=AT)
    with pytest.raises(company.PlaceNameMissing):
        company.add_branch(session, actor=chief, name="北京", province="", at=AT)
    with pytest.raises(company.PlaceNameMissing):
        company.add_team(session, actor=chief, name="", branch_id=branch, at=AT)
    with pytest.raises(NotFound):
        company.add_team(session, actor=chief, name="二组", branch_id=branch + 99, at=AT)
    below = company.add_branch(
        session, actor=chief, name="浦东", province="上海", parent_id=branch, at=AT
    )
    found = company.places(session, actor=chief)
    assert [(row.id, row.parent) for row in found.branches] == [(branch, None), (below, "上海")]
    assert [(row.name, row.branch) for row in found.teams] == [("一组", "上海")]


def test_the_guide_is_put_away_only_once_the_company_has_a_name(
    session: Session, chief: Actor
) -> None:
    assert not company.close_guide(session, actor=chief, at=AT)
    describe(session, chief)
    assert company.close_guide(session, actor=chief, at=AT)
    assert company.set_up(session, actor=chief, on=ON).left == 0


def test_nobody_but_an_administrator_sets_the_company_up(session: Session) -> None:
    manager = make_actor(session, Role.MANAGER)
    team = make_team(session)
    with pytest.raises(NotPermitted):
        describe(session, manager)
    with pytest.raises(NotPermitted):
        company.add_branch(session, actor=manager, name="a", province="b", at=AT)
    with pytest.raises(NotPermitted):
        company.add_team(session, actor=manager, name="a", branch_id=team.branch_id, at=AT)
    with pytest.raises(NotPermitted):
        company.set_up(session, actor=manager, on=ON)
    with pytest.raises(NotPermitted):
        company.close_guide(session, actor=manager, at=AT)
