"""Staff lists: few rows, so they are decided and written in one transaction.

Imported staff get no password; they cannot sign in until an administrator gives them one. Teams
and branches that are not there yet are made, with a warning. Roles of somebody who is there
already are not changed: giving roles is an administrator's own act (``people.set_roles``).
"""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import or_, select, true
from sqlalchemy.orm import Session

from db.models import Branch, Department, Staff, StaffLanguage, StaffLine, StaffRole, Team
from services import people, undo
from services.actor import Actor
from services.holdings import held_by
from services.intake.converting import Rows
from services.intake.planning import Decision
from services.people.rules import is_username, normalised_username
from services.permissions import Permission
from terms.intake import ImportField as F
from terms.intake import Problem, ProblemLevel, RowOutcome
from terms.people import AuthSource, Role

_COLUMNS: dict[F, str] = {
    F.STAFF_NAME: "name",
    F.REGISTRATION_NUMBER: "registration_number",
    F.WEEKLY_CAPACITY: "weekly_capacity",
    F.IN_SERVICE_FROM: "in_service_from",
    F.IN_SERVICE_TO: "in_service_to",
}
_LISTS: dict[F, tuple[type[Any], str]] = {
    F.LINES: (StaffLine, "line"),
    F.LANGUAGES: (StaffLanguage, "language"),
}


@dataclass(slots=True)
class StaffDecision:
    outcome: RowOutcome
    username: str = ""
    changes: list[str] = field(default_factory=list)
    before: dict[str, Any] = field(default_factory=dict)
    staff_id: int | None = None
    values: dict[F, Any] = field(default_factory=dict)

    def as_row(self) -> Decision:
        return Decision(self.outcome, self.changes, {"staff": self.before} if self.before else {})


def decide(session: Session, rows: Rows, *, on: date) -> list[StaffDecision]:
    """What becomes of each row; problems are added to ``rows``."""
    stored = {staff.username: staff for staff in session.scalars(select(Staff))}
    lists = _stored_lists(session)
    teams = {name.casefold(): key for key, name in session.execute(select(Team.id, Team.name))}
    branches = {
        name.casefold(): key for key, name in session.execute(select(Branch.id, Branch.name))
    }
    seen: dict[str, int] = {}
    decisions = []
    for place in range(len(rows)):
        given = rows.value(F.USERNAME, place)
        username = normalised_username(given) if given else ""
        problem = _refusal(rows, place, username, seen)
        if problem is not None:
            meaning, code = problem
            rows.problems.pop(place, None)
            rows.add(place, meaning, code, level=ProblemLevel.REFUSED, line=seen.get(username))
            decisions.append(StaffDecision(RowOutcome.REFUSED))
            continue
        seen[username] = rows.lines[place]
        for meaning, known, made in (
            (F.TEAM, teams, Problem.TEAM_MADE),
            (F.BRANCH, branches, Problem.BRANCH_MADE),
        ):
            text = rows.value(meaning, place)
            if text is not None and text.casefold() not in known:
                rows.add(place, meaning, made)
        values = {m: v for m in rows.fields if (v := rows.value(m, place)) is not None}
        decision = _decide_one(username, values, stored.get(username), lists, teams, branches)
        if _leaves_with_something(session, decision, on):
            rows.problems.pop(place, None)
            code = Problem.STAFF_STILL_HOLDS
            rows.add(place, F.IN_SERVICE_TO, code, level=ProblemLevel.REFUSED)
            decision = StaffDecision(RowOutcome.REFUSED)
        decisions.append(decision)
    return decisions


def _leaves_with_something(session: Session, decision: StaffDecision, on: date) -> bool:
    """A list does not let anybody go who could not go on screen."""
    if decision.staff_id is None or F.IN_SERVICE_TO.value not in decision.changes:
        return False
    return bool(held_by(session, staff_id=decision.staff_id, on=on))


def _refusal(
    rows: Rows, place: int, username: str, seen: Mapping[str, int]
) -> tuple[F, Problem] | None:
    if not username:
        return F.USERNAME, Problem.USERNAME_MISSING
    if not is_username(username):
        return F.USERNAME, Problem.USERNAME_ODD
    if username in seen:
        return F.USERNAME, Problem.USERNAME_TWICE
    if rows.value(F.STAFF_NAME, place) is None:
        return F.STAFF_NAME, Problem.STAFF_NAME_MISSING
    return None


def _stored_lists(session: Session) -> dict[F, dict[int, set[Any]]]:
    lists: dict[F, dict[int, set[Any]]] = {}
    for meaning, (model, name) in _LISTS.items():
        held = lists.setdefault(meaning, {})
        for staff_id, value in session.execute(select(model.staff_id, getattr(model, name))):
            held.setdefault(staff_id, set()).add(value)
    return lists


def _decide_one(
    username: str,
    values: dict[F, Any],
    staff: Staff | None,
    lists: Mapping[F, Mapping[int, set[Any]]],
    teams: Mapping[str, int],
    branches: Mapping[str, int],
) -> StaffDecision:
    if staff is None:
        return StaffDecision(RowOutcome.NEW, username, values=values)
    decision = StaffDecision(RowOutcome.SAME, username, staff_id=staff.id, values=values)
    for meaning, column in _COLUMNS.items():
        if meaning in values and getattr(staff, column) != values[meaning]:
            decision.changes.append(meaning.value)
            decision.before[meaning.value] = getattr(staff, column)
    for meaning, places, held in (
        (F.TEAM, teams, staff.team_id),
        (F.BRANCH, branches, staff.branch_id),
    ):
        if meaning in values and places.get(values[meaning].casefold()) != held:
            decision.changes.append(meaning.value)
            decision.before[meaning.value] = held
    for meaning, of_staff in lists.items():
        stored = of_staff.get(staff.id, set())
        if meaning in values and not set(values[meaning]) <= stored:
            decision.changes.append(meaning.value)
            decision.before[meaning.value] = sorted(stored)
    if decision.changes:
        decision.outcome = RowOutcome.CHANGED
    return decision


def apply(session: Session, rows: Rows, *, actor: Actor, at: datetime, on: date) -> None:
    """Make and change the staff of a list; the run's audit entry is written by the caller.

    Raises:
        NotPermitted: the actor may not manage staff: a list gives roles.
        LastAdministrator: by the list's last days in service nobody would be one any more.
    """
    actor.require(Permission.STAFF_MANAGE)
    had_administrator = _has_administrator(session, on)
    made = _Made(session, at)
    for decision in decide(session, rows, on=on):
        if decision.outcome in (RowOutcome.NEW, RowOutcome.CHANGED):
            _write(session, decision, made, at=at, on=on)
    session.flush()
    if had_administrator and not _has_administrator(session, on):
        raise people.LastAdministrator


@contextmanager
def recorded(recording: undo.Recording) -> Iterator[None]:
    """Take down what ``apply`` changes: a company's people are few enough to compare them all."""
    with ExitStack() as stack:
        for model in (Branch, Department, Team, Staff, StaffRole, StaffLine, StaffLanguage):
            stack.enter_context(recording.changes(model, true()))
        yield


def _has_administrator(session: Session, on: date) -> bool:
    in_service = or_(Staff.in_service_to.is_(None), Staff.in_service_to >= on)
    found = (
        select(Staff.id)
        .join(StaffRole, StaffRole.staff_id == Staff.id)
        .where(StaffRole.role == Role.ADMINISTRATOR, in_service)
    )
    return session.scalar(found.limit(1)) is not None


@dataclass(slots=True)
class _Made:
    """Teams, branches and departments by name, made when they are missing."""

    session: Session
    at: datetime

    def branch(self, name: str, province: str | None) -> int:
        found = self.session.scalar(select(Branch.id).where(Branch.name == name))
        if found is not None:
            return found
        branch = Branch(name=name, province=province or "", created_at=self.at, updated_at=self.at)
        self.session.add(branch)
        self.session.flush()
        return branch.id

    def team(self, name: str, branch_id: int) -> int:
        found = self.session.scalar(select(Team.id).where(Team.name == name))
        if found is not None:
            return found
        team = Team(name=name, branch_id=branch_id, created_at=self.at, updated_at=self.at)
        self.session.add(team)
        self.session.flush()
        return team.id

    def department(self, kind: Any, branch_id: int) -> int:
        found = self.session.scalar(
            select(Department.id).where(Department.branch_id == branch_id, Department.kind == kind)
        )
        if found is not None:
            return found
        department = Department(branch_id=branch_id, kind=kind, name=kind.value)
        self.session.add(department)
        self.session.flush()
        return department.id


def _write(
    session: Session, decision: StaffDecision, made: _Made, *, at: datetime, on: date
) -> None:
    values = decision.values
    if decision.staff_id is None:
        staff = Staff(
            username=decision.username,
            auth_source=AuthSource.PASSWORD,
            in_service_from=on,
            created_at=at,
            updated_at=at,
        )
        session.add(staff)
    else:
        staff = session.get_one(Staff, decision.staff_id)
        staff.updated_at = at
    for meaning, column in _COLUMNS.items():
        if meaning in values:
            setattr(staff, column, values[meaning])
    branch_id = staff.branch_id
    if F.BRANCH in values:
        branch_id = staff.branch_id = made.branch(values[F.BRANCH], values.get(F.PROVINCE))
    if F.TEAM in values and branch_id is not None:
        staff.team_id = made.team(values[F.TEAM], branch_id)
    if F.DEPARTMENT in values and branch_id is not None:
        staff.department_id = made.department(values[F.DEPARTMENT], branch_id)
    session.flush()
    if decision.staff_id is None:
        session.add_all(StaffRole(staff_id=staff.id, role=r) for r in values.get(F.ROLES, ()))
    for meaning, (model, name) in _LISTS.items():
        held = set(session.scalars(select(getattr(model, name)).where(model.staff_id == staff.id)))
        session.add_all(
            model(staff_id=staff.id, **{name: value})
            for value in values.get(meaning, ())
            if value not in held
        )
