"""Rules as they are read: one statement for several, none for what other readers were told."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models import Rule
from db.session import Database
from services.rule_tables import MOST_SHARED, NoSuchRule, Told, rule, rules, seed_rules, share
from tests.house.plans import watched
from tests.make import AT, ON

BANDS, CLOCKS = "satisfaction.bands", "complaint.clocks"


@pytest.fixture
def seeded(database: Database) -> Database:
    with database.unaudited("test data") as session:
        seed_rules(session, at=AT)
    return database


@pytest.fixture
def reader(seeded: Database) -> Iterator[Session]:
    with seeded.reading() as session:
        yield session


def test_several_are_one_statement_and_none_is_asked_twice(reader: Session) -> None:
    with watched(reader) as ran:
        found = rules(reader, (BANDS, CLOCKS), on=ON)
        assert rule(reader, BANDS, ON) == found[BANDS]
    assert ran.count == 1


def test_what_one_reader_was_told_the_next_is_not_asked_for(seeded: Database) -> None:
    told: Told = {}
    with seeded.reading() as first:
        share(first, told)
        found = rule(first, BANDS, ON)
    with seeded.reading() as second, watched(second) as ran:
        share(second, told)
        assert rule(second, BANDS, ON) == found
        assert ran.count == 0
        rule(second, BANDS, ON + timedelta(days=1))
        assert ran.count == 1, "another day may have another version"


def test_a_reader_cannot_change_what_the_next_is_told(seeded: Database) -> None:
    told: Told = {}
    with seeded.reading() as first:
        share(first, told)
        given = rule(first, BANDS, ON)
        kept = dict(given)
        given["satisfied_from"] = 1
    with seeded.reading() as second:
        share(second, told)
        again = rule(second, BANDS, ON)
        assert again == kept
        again["satisfied_from"] = 2
    with seeded.reading() as third:
        share(third, told)
        assert rule(third, BANDS, ON) == kept


def test_what_is_kept_for_all_has_an_end(seeded: Database) -> None:
    told: Told = {(f"rule {number}", ON): "1" for number in range(MOST_SHARED)}
    with seeded.reading() as session:
        share(session, told)
        assert rule(session, BANDS, ON)
    assert len(told) == MOST_SHARED


def test_no_version_is_no_value_for_anybody(seeded: Database) -> None:
    told: Told = {}
    with seeded.reading() as session:
        share(session, told)
        with pytest.raises(NoSuchRule):
            rule(session, "no.such_rule", ON)
    assert told == {}


def test_a_transaction_reads_what_stands(seeded: Database) -> None:
    told: Told = {(BANDS, ON): '{"satisfied_from": 99}'}
    with seeded.unaudited("test data") as session:
        share(session, told)
        one = session.scalars(select(Rule).where(Rule.key == BANDS)).one()
        one.value = {**one.value, "satisfied_from": 3}
        session.flush()
        assert rule(session, BANDS, ON)["satisfied_from"] == 3
