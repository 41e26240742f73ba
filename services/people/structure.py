"""Branches, their departments and teams: what the company is made of."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from db.models import Branch, Department, Staff, Team
from services import audit
from services.actor import Actor
from services.errors import BusinessError, ChangedMeanwhile, NotFound
from services.people.queries import branches_beneath
from services.permissions import Permission
from terms.people import Department as DepartmentKind

NAME_LONGEST = 80
PROVINCE_LONGEST = 40


class PlaceNameWrong(BusinessError):
    """A branch or team needs a name of 1 to 80 characters. Data: ``limit``."""

    code = "place_name_wrong"


class PlaceNameTaken(BusinessError):
    """Another branch or team is called so. Data: ``name``."""

    code = "structure_name_taken"


class BranchBeneathItself(BusinessError):
    """A branch would stand beneath itself."""

    code = "branch_beneath_itself"


class DepartmentThere(BusinessError):
    """The branch has such a department already."""

    code = "department_there"


@dataclass(frozen=True, slots=True)
class TeamRow:
    id: int
    version: int
    name: str
    department_id: int | None
    people: int
    """In service."""


@dataclass(frozen=True, slots=True)
class DepartmentRow:
    id: int
    kind: DepartmentKind
    people: int


@dataclass(frozen=True, slots=True)
class BranchRow:
    """One branch with what stands in it."""

    id: int
    version: int
    name: str
    province: str
    parent_id: int | None
    people: int
    departments: tuple[DepartmentRow, ...]
    teams: tuple[TeamRow, ...]


def structure(session: Session, *, actor: Actor, on: date) -> tuple[BranchRow, ...]:
    """Every branch by name, with its departments, teams and how many people serve in each.

    Raises:
        NotPermitted: the actor lacks ``staff:read``.
    """
    actor.require(Permission.STAFF_READ)
    serves = or_(Staff.in_service_to.is_(None), Staff.in_service_to >= on)

    def heads(column: object) -> dict[int, int]:
        counted = select(column, func.count()).where(serves).group_by(column)  # type: ignore[call-overload]
        return {row[0]: row[1] for row in session.execute(counted)}

    of_branch, of_team, of_department = map(
        heads, (Staff.branch_id, Staff.team_id, Staff.department_id)
    )
    teams: dict[int, list[TeamRow]] = {}
    for team in session.scalars(select(Team).order_by(Team.name)):
        teams.setdefault(team.branch_id, []).append(
            TeamRow(team.id, team.version, team.name, team.department_id, of_team.get(team.id, 0))
        )
    departments: dict[int, list[DepartmentRow]] = {}
    for row in session.scalars(select(Department).order_by(Department.kind)):
        departments.setdefault(row.branch_id, []).append(
            DepartmentRow(row.id, row.kind, of_department.get(row.id, 0))
        )
    return tuple(
        BranchRow(
            id=branch.id,
            version=branch.version,
            name=branch.name,
            province=branch.province,
            parent_id=branch.parent_id,
            people=of_branch.get(branch.id, 0),
            departments=tuple(departments.get(branch.id, ())),
            teams=tuple(teams.get(branch.id, ())),
        )
        for branch in session.scalars(select(Branch).order_by(Branch.name))
    )


def save_branch(
    session: Session,
    *,
    actor: Actor,
    name: str,
    province: str,
    parent_id: int | None,
    at: datetime,
    branch_id: int | None = None,
    seen_version: int | None = None,
) -> int:
    """Add a branch, or change one.

    Args:
        parent_id: the branch it stands beneath; its people with a branch's scope see this one too.
        branch_id: the branch to change; None adds one.

    Returns:
        The branch's id.

    Raises:
        NotPermitted: the actor lacks ``staff:manage``.
        NotFound, ChangedMeanwhile, PlaceNameWrong, PlaceNameTaken, BranchBeneathItself.

    Audit: ``people:branch`` with before and after.
    """
    actor.require(Permission.STAFF_MANAGE)
    name, province = _checked(name), province.strip()[:PROVINCE_LONGEST]
    taken = select(Branch.id).where(Branch.name == name, Branch.id != (branch_id or 0))
    if session.scalar(taken) is not None:
        raise PlaceNameTaken(name=name)
    before: dict[str, object] | None = None
    if branch_id is None:
        branch = Branch(
            name=name, province=province, parent_id=parent_id, created_at=at, updated_at=at
        )
        session.add(branch)
    else:
        found = session.get(Branch, branch_id)
        if found is None:
            raise NotFound(kind="branch")
        branch = found
        if branch.version != seen_version:
            raise ChangedMeanwhile(at=branch.updated_at)
        if parent_id is not None and parent_id in branches_beneath(session, branch_id):
            raise BranchBeneathItself
        before = _branch_told(branch)
        branch.name, branch.province, branch.parent_id = name, province, parent_id
        branch.updated_at = at
    session.flush()
    _record(session, actor, "people:branch", branch, at, before, _branch_told(branch))
    return branch.id


def save_team(
    session: Session,
    *,
    actor: Actor,
    name: str,
    branch_id: int,
    department_id: int | None,
    at: datetime,
    team_id: int | None = None,
    seen_version: int | None = None,
) -> int:
    """Add a team to a branch, or rename one. A team does not move: its clients would.

    Returns:
        The team's id.

    Raises:
        NotPermitted: the actor lacks ``staff:manage``.
        NotFound: no such branch, team, or department of the branch.
        ChangedMeanwhile, PlaceNameWrong, PlaceNameTaken.

    Audit: ``people:team`` with before and after.
    """
    actor.require(Permission.STAFF_MANAGE)
    name = _checked(name)
    taken = select(Team.id).where(Team.name == name, Team.id != (team_id or 0))
    if session.scalar(taken) is not None:
        raise PlaceNameTaken(name=name)
    if department_id is not None:
        of = select(Department.branch_id).where(Department.id == department_id)
        if session.scalar(of) != branch_id:
            raise NotFound(kind="department")
    before: dict[str, object] | None = None
    if team_id is None:
        if session.get(Branch, branch_id) is None:
            raise NotFound(kind="branch")
        team = Team(
            name=name,
            branch_id=branch_id,
            department_id=department_id,
            created_at=at,
            updated_at=at,
        )
        session.add(team)
    else:
        found = session.get(Team, team_id)
        if found is None or found.branch_id != branch_id:
            raise NotFound(kind="team")
        team = found
        if team.version != seen_version:
            raise ChangedMeanwhile(at=team.updated_at)
        before = {"name": team.name, "department_id": team.department_id}
        team.name, team.department_id, team.updated_at = name, department_id, at
    session.flush()
    after: dict[str, object] = {"name": team.name, "department_id": team.department_id}
    _record(session, actor, "people:team", team, at, before, {**after, "branch_id": branch_id})
    return team.id


def add_department(
    session: Session, *, actor: Actor, branch_id: int, kind: DepartmentKind, at: datetime
) -> int:
    """Add a department to a branch.

    Returns:
        The department's id.

    Raises:
        NotPermitted: the actor lacks ``staff:manage``.
        NotFound: there is no such branch.
        DepartmentThere: the branch has one.

    Audit: ``people:department``.
    """
    actor.require(Permission.STAFF_MANAGE)
    if session.get(Branch, branch_id) is None:
        raise NotFound(kind="branch")
    there = select(Department.id).where(Department.branch_id == branch_id, Department.kind == kind)
    if session.scalar(there) is not None:
        raise DepartmentThere
    department = Department(branch_id=branch_id, kind=kind, name=kind.value)
    session.add(department)
    session.flush()
    after: dict[str, object] = {"department": kind.value, "branch_id": branch_id}
    _record(session, actor, "people:department", department, at, None, after)
    return department.id


def _checked(name: str) -> str:
    name = name.strip()
    if not 1 <= len(name) <= NAME_LONGEST:
        raise PlaceNameWrong(limit=NAME_LONGEST)
    return name


def _branch_told(branch: Branch) -> dict[str, object]:
    return {"name": branch.name, "province": branch.province, "parent_id": branch.parent_id}


def _record(
    session: Session,
    actor: Actor,
    event: str,
    row: Branch | Team | Department,
    at: datetime,
    before: dict[str, object] | None,
    after: dict[str, object],
) -> None:
    audit.record(
        session,
        actor=actor,
        event=event,
        subject=row.__tablename__,
        subject_id=row.id,
        at=at,
        detail={"before": before, "after": after},
    )
