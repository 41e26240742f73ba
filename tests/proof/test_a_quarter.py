"""A company lived through for a quarter, on both databases; `make test` lives through two weeks."""

from db.session import Database
from services.settings import Settings
from tests.jobs.test_days import live


def test_ninety_mornings_fail_nowhere(database: Database, settings: Settings) -> None:
    live(database, settings, days=90)
