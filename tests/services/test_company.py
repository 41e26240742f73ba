"""The company's profile, and how far it is set up."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models import AuditEntry
from services import company
from services.actor import Actor
from services.errors import ChangedMeanwhile, NotPermitted
from terms.people import CompanyKind, Role
from tests.make import AT, ON, make_actor, make_branch, make_client, make_team

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
    branch = make_branch(session)
    assert left() == 3
    team = make_team(session, branch=branch)
    assert left() == 2
    make_actor(session, team=team)
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


def test_the_guide_is_put_away_only_once_the_company_has_a_name(
    session: Session, chief: Actor
) -> None:
    assert not company.close_guide(session, actor=chief, at=AT)
    describe(session, chief)
    assert company.close_guide(session, actor=chief, at=AT)
    assert company.set_up(session, actor=chief, on=ON).left == 0


def test_nobody_but_an_administrator_sets_the_company_up(session: Session) -> None:
    manager = make_actor(session, Role.MANAGER)
    with pytest.raises(NotPermitted):
        describe(session, manager)
    with pytest.raises(NotPermitted):
        company.set_up(session, actor=manager, on=ON)
    with pytest.raises(NotPermitted):
        company.close_guide(session, actor=manager, at=AT)
