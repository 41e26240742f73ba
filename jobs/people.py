"""``python -m jobs create-user``: the first administrator, and anybody after."""

import secrets
import sys

import click
from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models import Branch, Team
from jobs.command import Failed, Job, job
from services import people
from services.actor import SYSTEM
from services.working_calendar import local_date
from terms.people import Locale, Role

_PASSWORD_BYTES = 12


@click.command("create-user")
@click.argument("username")
@click.option(
    "--role",
    "roles",
    multiple=True,
    required=True,
    type=click.Choice([role.value for role in Role]),
    help="What the person does; may be given several times.",
)
@click.option("--name", help="The person's name; the user name when not given.")
@click.option("--team", help="The name of their team; its branch becomes theirs.")
@click.option("--branch", help="The name of their branch.")
@click.option("--language", type=click.Choice([locale.value for locale in Locale]), default="zh_CN")
@click.option("--password-stdin", is_flag=True, help="Read the first password from standard input.")
@job
def create_user_command(
    job: Job,
    *,
    username: str,
    roles: tuple[str, ...],
    name: str | None,
    team: str | None,
    branch: str | None,
    language: str,
    password_stdin: bool,
) -> dict[str, object]:
    """Make a member of staff who can sign in as USERNAME.

    Without --password-stdin a first password is made and shown once. Either way the person
    chooses their own at the first sign-in.
    """
    given = sys.stdin.readline().rstrip("\r\n") if password_stdin else None
    if password_stdin and not given:
        raise click.UsageError("--password-stdin: no password on standard input")
    password = given or secrets.token_urlsafe(_PASSWORD_BYTES)
    at = job.settings.business_now()
    with job.database.transaction() as session:
        team_id, branch_id = _place(session, team=team, branch=branch)
        card = people.create_user(
            session,
            actor=SYSTEM,
            username=username,
            name=name or username,
            roles=[Role(role) for role in roles],
            at=at,
            in_service_from=local_date(at, job.settings.timezone),
            password=password,
            team_id=team_id,
            branch_id=branch_id,
            locale=Locale(language),
        )
    figures: dict[str, object] = {"username": card.username, "roles": ", ".join(roles)}
    return figures if given else {**figures, "password": password}


def _place(
    session: Session, *, team: str | None, branch: str | None
) -> tuple[int | None, int | None]:
    team_id = branch_id = None
    if team is not None:
        found = session.execute(select(Team.id, Team.branch_id).where(Team.name == team)).first()
        if found is None:
            raise Failed(f"there is no team {team}")
        team_id, branch_id = found.id, found.branch_id
    if branch is not None:
        named = session.scalar(select(Branch.id).where(Branch.name == branch))
        if named is None:
            raise Failed(f"there is no branch {branch}")
        if branch_id is not None and named != branch_id:
            raise Failed(f"team {team} is not in branch {branch}")
        branch_id = named
    return team_id, branch_id
