"""Branches, teams, staff, and the actors who act in a test."""

from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from db.models import (
    Branch,
    CompanyProfile,
    Department,
    Staff,
    StaffLeave,
    StaffLine,
    StaffRole,
    Team,
)
from services import people
from services.actor import Actor
from terms.people import CompanyKind, LeaveKind, Role
from terms.people import Department as DepartmentKind
from terms.policies import Line
from tests.make.moment import AT, ON
from tests.make.rows import next_number, put

_STAMPS = {"created_at": AT, "updated_at": AT}


def make_company(session: Session, **but: Any) -> CompanyProfile:
    given = {
        "kind": CompanyKind.BROKER,
        "name": "长青保险经纪有限公司",
        "licence_number": "260100000000800",
        **_STAMPS,
    }
    return put(session, CompanyProfile(**{**given, **but}))


def make_branch(session: Session, **but: Any) -> Branch:
    given = {"name": f"杭州分公司{next_number()}", "province": "浙江", **_STAMPS}
    return put(session, Branch(**{**given, **but}))


def make_department(session: Session, *, branch: Branch | None = None, **but: Any) -> Department:
    branch = branch or make_branch(session)
    given = {"branch_id": branch.id, "kind": DepartmentKind.SERVICE, "name": "客户服务部"}
    return put(session, Department(**{**given, **but}))


def make_team(session: Session, *, branch: Branch | None = None, **but: Any) -> Team:
    branch = branch or make_branch(session)
    given = {"name": f"续保{next_number()}组", "branch_id": branch.id, **_STAMPS}
    return put(session, Team(**{**given, **but}))


def make_staff(
    session: Session,
    *,
    team: Team | None = None,
    roles: tuple[Role, ...] = (Role.SPECIALIST,),
    lines: tuple[Line, ...] = tuple(Line),
    **but: Any,
) -> Staff:
    """A member of staff in ``team`` (a new one by default), authorised for every line."""
    if team is None and "team_id" not in but:
        team = make_team(session)
    number = next_number()
    given: dict[str, Any] = {
        "username": f"staff{number}",
        "name": f"王小明{number}",
        "team_id": team.id if team else None,
        "branch_id": team.branch_id if team else None,
        "registration_number": f"R{number:08d}",
        "in_service_from": date(2020, 1, 1),
        "must_change_password": False,
        **_STAMPS,
    }
    staff = put(session, Staff(**{**given, **but}))
    session.add_all(StaffRole(staff_id=staff.id, role=role) for role in roles)
    session.add_all(StaffLine(staff_id=staff.id, line=line) for line in lines)
    session.flush()
    return staff


def make_leave(session: Session, *, staff: Staff, **but: Any) -> StaffLeave:
    given = {
        "staff_id": staff.id,
        "kind": LeaveKind.HOLIDAY,
        "from_on": ON,
        "to_on": ON,
        **_STAMPS,
    }
    return put(session, StaffLeave(**{**given, **but}))


def make_actor(session: Session, *roles: Role, team: Team | None = None, **but: Any) -> Actor:
    """Somebody who may act: a new member of staff with ``roles`` (a specialist by default)."""
    staff = make_staff(session, team=team, roles=roles or (Role.SPECIALIST,), **but)
    return actor_of(session, staff)


def actor_of(session: Session, staff: Staff) -> Actor:
    """``staff`` as an actor, with the permissions and the scope of their roles."""
    session.flush()
    actor = people.actor_named(session, username=staff.username, on=ON)
    assert actor is not None, f"{staff.username} is not in service on {ON}"
    return actor
