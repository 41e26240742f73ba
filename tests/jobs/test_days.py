"""Two weeks of a company, morning after morning; ``tests/proof`` lives through a quarter."""

from sqlalchemy import func, select

from db.models import AuditEntry, Renewal
from db.session import Database
from services.settings import Settings
from services.soundness import findings
from tests.databases import check_references
from tests.jobs.days import Days


def live(database: Database, settings: Settings, *, days: int) -> Days:
    """So many days, after which the company is sound and nothing that is due lies with nobody."""
    company = Days.begun(database, settings, seed=days)
    company.live(days)
    assert company.acts > days
    with database.reading() as session:
        check_references(session)
        events = set(session.scalars(select(AuditEntry.event).distinct()))
        assert {"renewal:contact", "renewal:cover", "renewal:extract", "people:leave"} <= events
        nobodys = select(func.count()).where(
            Renewal.is_open, Renewal.assignee_id.is_(None), Renewal.due_on < company.on
        )
        assert session.scalar(nobodys) == 0
    broken = [found.code for found in findings(settings, database) if found.is_broken]
    assert [code for code in broken if code != "not_migrated"] == []
    return company


def test_two_weeks_of_mornings_fail_nowhere(database: Database, settings: Settings) -> None:
    live(database, settings, days=14)
