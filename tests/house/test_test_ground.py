"""The ground the other tests stand on: makers fit the models, isolation holds."""

import inspect

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from db.models import Base, Client, Rule
from db.session import Database
from services.rule_tables import DEFAULTS
from tests import databases, make


def _one_of_each(session: Session) -> None:
    client = make.make_client(session)
    staff = make.make_staff(session)
    policy = make.make_policy(session, client=client)
    given = {
        "client": client,
        "party": make.make_party(session),
        "staff": staff,
        "other": make.make_group_client(session),
        "policy": policy,
        "team": make.make_team(session),
    }
    for name in make.__all__:
        maker = getattr(make, name)
        if name.startswith("make_"):
            needs = inspect.signature(maker).parameters.values()
            maker(
                session,
                **{
                    need.name: given[need.name]
                    for need in needs
                    if need.kind is need.KEYWORD_ONLY and need.default is need.empty
                },
            )


def test_every_maker_makes_a_row_that_fits(session: Session) -> None:
    _one_of_each(session)
    databases.check_references(session)
    assert session.scalar(select(func.count()).select_from(Client)) > 1


def test_a_session_leaves_nothing_behind(session: Session) -> None:
    left = [
        table.name
        for table in Base.metadata.sorted_tables
        if table.name not in databases.SEEDED
        and session.execute(select(func.count()).select_from(table)).scalar_one()
    ]
    assert left == []


def test_a_committed_row_is_gone_after_emptying(database: Database) -> None:
    with database.unaudited("test data") as session:
        _one_of_each(session)
    databases.empty(database)
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Client)) == 0
        assert set(session.scalars(select(Rule.key))) == set(DEFAULTS)


def test_a_changed_rule_is_put_back_by_emptying(database: Database) -> None:
    key = "renewal.persistency_exclusions"
    with database.unaudited("test data") as session:
        session.scalars(select(Rule).where(Rule.key == key)).one().value = []
    databases.empty(database)
    with database.reading() as session:
        assert session.scalars(select(Rule.value).where(Rule.key == key)).all() == [
            DEFAULTS[key].value
        ]


def test_a_policy_of_another_client_is_refused(session: Session) -> None:
    policy = make.make_policy(session)
    stranger = make.make_client(session)
    with session.begin_nested() as inner:
        make.make_renewal(session, policy=policy, client_id=stranger.id)
        with pytest.raises((IntegrityError, AssertionError)):
            databases.check_references(session)
        inner.rollback()
