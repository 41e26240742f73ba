"""``python -m jobs migrate``: tables, rules and calendar, as this version wants them."""

from datetime import datetime

import click

from db.migrations.state import head, upgrade
from db.session import Database
from jobs.command import Job, job
from services.rule_tables import seed_rules
from services.scripts import seed_scripts
from services.working_calendar import seed_official_days


def migrate(database: Database, *, at: datetime) -> dict[str, object]:
    """Bring the database to the newest revision and seed what a company starts with.

    Called again it changes nothing.
    """
    changed = upgrade(database)
    with database.unaudited("migration") as session:
        rules = seed_rules(session, at=at)
        days = seed_official_days(session)
        scripts = seed_scripts(session, at=at)
    return {
        "revision": head(),
        "migrated": changed,
        "rules_added": rules,
        "days_added": days,
        "scripts_added": scripts,
    }


@click.command("migrate")
@job
def migrate_command(job: Job) -> dict[str, object]:
    """Bring the database to the newest version.

    Makes the tables or migrates them, and adds rules and calendar days a new version brings.
    Nothing is lost, and nothing changes when it is called again.
    """
    return migrate(job.database, at=job.settings.business_now())
