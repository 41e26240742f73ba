"""Teams with specialists and cases, for what works on many at once."""

from datetime import date, timedelta
from typing import Any

from sqlalchemy.orm import Session

from db.models import Client, Policy, Staff
from terms.policies import Line
from terms.renewals import RenewalState
from tests.make.clients import make_client
from tests.make.moment import ON
from tests.make.people import make_staff, make_team
from tests.make.policies import make_policy, make_renewal


def make_specialists(session: Session, count: int, **but: Any) -> list[Staff]:
    """``count`` specialists of one new team."""
    team = but.pop("team", None) or make_team(session)
    return [make_staff(session, team=team, **but) for _ in range(count)]


def make_team_client(session: Session, of: Staff, **but: Any) -> Client:
    """A client of the team and branch of ``of``, owned by nobody."""
    given = {"owner_id": None, "team_id": of.team_id, "branch_id": of.branch_id}
    return make_client(session, **{**given, **but})


def make_unassigned(session: Session, of: Staff, count: int, **but: Any) -> list[Any]:
    """``count`` open cases nobody has, of clients of the team of ``of``."""
    made = []
    for _ in range(count):
        client = but.get("client") or make_team_client(session, of)
        policy = make_policy(session, client=client, line=but.get("line", Line.MOTOR))
        made.append(make_renewal(session, policy=policy, state=RenewalState.EXTRACTED))
    return made


def make_due_policy(session: Session, days_left: int, *, on: date = ON, **but: Any) -> Policy:
    """A policy whose cover ends ``days_left`` days after ``on``."""
    return make_policy(session, expiry_on=on + timedelta(days=days_left), **but)
