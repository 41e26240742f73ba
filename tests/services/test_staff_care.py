"""The staff: data, leave, passwords, sessions, branches, and who may leave."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models import AuditEntry, Base, SignInSession, Staff, StaffLeave, StaffLine
from services import holdings, people
from services.actor import SYSTEM, Actor
from services.errors import ChangedMeanwhile, NotFound, NotPermitted
from services.people import StaffData, passwords
from services.settings import clock_now
from terms.people import Department, HoldingKind, Language, LeaveKind, Locale, Role
from terms.policies import Line
from tests.make import (
    AT,
    ON,
    actor_of,
    make_actor,
    make_branch,
    make_client,
    make_complaint,
    make_department,
    make_leave,
    make_promise,
    make_renewal,
    make_sign_in,
    make_staff,
    make_team,
)

DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def quick_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    slow = passwords.bcrypt.gensalt
    monkeypatch.setattr(passwords.bcrypt, "gensalt", lambda _rounds: slow(4))


@pytest.fixture
def admin(session: Session) -> Actor:
    return make_actor(session, Role.ADMINISTRATOR)


def data_of(staff: Staff, **but: Any) -> StaffData:
    given = {
        "name": staff.name,
        "branch_id": staff.branch_id,
        "department_id": staff.department_id,
        "team_id": staff.team_id,
        "registration_number": staff.registration_number,
        "weekly_capacity": staff.weekly_capacity,
        "lines": (Line.MOTOR,),
        "languages": (Language.CANTONESE,),
    }
    return StaffData(**{**given, **but})


def last_entry(session: Session) -> AuditEntry:
    return session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()  # type: ignore[return-value]


def test_a_persons_data_are_written_and_the_difference_is_audited(
    session: Session, admin: Actor
) -> None:
    staff = make_staff(session)
    team = make_team(session)
    data = data_of(
        staff, name=" 何静 ", weekly_capacity=120, branch_id=team.branch_id, team_id=team.id
    )
    version = people.edit_staff(
        session, actor=admin, staff_id=staff.id, data=data, at=AT, seen_version=staff.version
    )
    assert (staff.name, staff.weekly_capacity, staff.team_id, staff.version) == (
        "何静",
        120,
        team.id,
        version,
    )
    theirs = select(StaffLine.line).where(StaffLine.staff_id == staff.id)
    assert session.scalars(theirs).all() == [Line.MOTOR]
    detail = last_entry(session).detail
    assert detail["after"]["name"] == "何静"
    assert "registration_number" not in detail["after"]
    with pytest.raises(ChangedMeanwhile):
        people.edit_staff(
            session, actor=admin, staff_id=staff.id, data=data, at=AT, seen_version=version - 1
        )


@pytest.mark.parametrize(
    ("but", "field"),
    [
        ({"name": " "}, "name"),
        ({"registration_number": "9" * 41}, "registration_number"),
        ({"weekly_capacity": -1}, "weekly_capacity"),
        ({"branch_id": None}, "place"),
    ],
)
def test_what_a_person_cannot_be_is_named(
    session: Session, admin: Actor, but: dict[str, Any], field: str
) -> None:
    staff = make_staff(session)
    with pytest.raises(people.StaffDataWrong) as refused:
        people.edit_staff(
            session,
            actor=admin,
            staff_id=staff.id,
            data=data_of(staff, **but),
            at=AT,
            seen_version=staff.version,
        )
    assert refused.value.data == {"field": field}


def test_a_new_colleague_signs_in_with_a_one_time_password(session: Session, admin: Actor) -> None:
    team = make_team(session)
    made = people.new_staff(
        session,
        actor=admin,
        username=" He.Jing ",
        data=data_of(make_staff(session, team=team), name="何静"),
        roles=[Role.SPECIALIST],
        locale=Locale.ZH,
        at=AT,
        on=ON,
    )
    file = people.staff_file(session, actor=admin, username=made.username, on=ON, at=AT)
    assert (file.username, file.name, file.roles) == ("he.jing", "何静", (Role.SPECIALIST,))
    assert (file.must_change_password, file.team, file.in_service_from) == (True, team.name, ON)
    check = people.check_password(session, username="he.jing", password=made.password, on=ON)
    assert check.staff_id == file.id


def test_a_new_password_is_shown_once_and_ends_every_session(
    session: Session, admin: Actor
) -> None:
    staff = make_staff(session)
    browser = make_sign_in(session, staff=staff)
    made = people.reset_password(
        session, actor=admin, staff_id=staff.id, at=AT, seen_version=staff.version
    )
    assert made.password not in repr(made)
    check = people.check_password(session, username=staff.username, password=made.password, on=ON)
    assert check.staff_id == staff.id
    assert staff.must_change_password
    session.expire(browser)
    assert browser.revoked_at is not None
    assert made.password not in str(last_entry(session).detail)
    with pytest.raises(people.OwnPassword):
        people.reset_password(session, actor=admin, staff_id=admin.own_id, at=AT, seen_version=1)


def test_a_locked_name_is_opened(session: Session, admin: Actor) -> None:
    staff = make_staff(session, password_hash=people.hash_password("right and long", rounds=4))
    now = clock_now()
    for _ in range(5):
        check = people.check_password(session, username=staff.username, password="no", on=ON)
        people.sign_in(session, check=check, at=now)
    file = people.staff_file(session, actor=admin, username=staff.username, on=ON, at=now)
    assert file.locked_until is not None
    assert people.unlock(session, actor=admin, staff_id=staff.id, at=AT) == 5
    file = people.staff_file(session, actor=admin, username=staff.username, on=ON, at=now)
    assert file.locked_until is None
    with pytest.raises(people.NotLocked):
        people.unlock(session, actor=admin, staff_id=staff.id, at=AT)


def test_sessions_are_seen_and_ended_one_by_one(session: Session, admin: Actor) -> None:
    staff = make_staff(session)
    first, second = (make_sign_in(session, staff=staff) for _ in range(2))
    foreign = make_sign_in(session, staff=make_staff(session))
    now = clock_now()

    def seen(actor: Actor = admin) -> set[str]:
        file = people.staff_file(session, actor=actor, username=staff.username, on=ON, at=now)
        return {each.id for each in file.sessions}

    assert seen() == {first.id, second.id}
    assert seen(make_actor(session, Role.TEAM_LEAD)) == set()
    people.end_sessions(session, actor=admin, staff_id=staff.id, session_id=first.id, at=now)
    assert seen() == {second.id}
    with pytest.raises(NotFound):
        people.end_sessions(session, actor=admin, staff_id=staff.id, session_id=foreign.id, at=now)
    assert people.end_sessions(session, actor=admin, staff_id=staff.id, at=now) == 1
    open_ones = select(SignInSession.id).where(SignInSession.revoked_at.is_(None))
    assert session.scalars(open_ones).all() == [foreign.id]


def give(session: Session, actor: Actor, staff: Staff, **but: Any) -> int:
    given = {
        "kind": LeaveKind.HOLIDAY,
        "from_on": ON,
        "to_on": ON + 4 * DAY,
        "substitute_id": None,
        "at": AT,
    }
    return people.give_leave(session, actor=actor, staff_id=staff.id, **{**given, **but})


def test_leave_is_given_changed_and_taken_back(session: Session, admin: Actor) -> None:
    staff, other = make_staff(session), make_staff(session)
    leave_id = give(session, admin, staff, substitute_id=other.id)
    (row,) = people.leaves(session, actor=admin, on=ON)
    assert (row.name, row.substitute, row.version) == (staff.name, other.name, 1)
    page = people.staff_list(session, actor=admin, on=ON)
    until = {each.username: each.on_leave_until for each in page.rows}
    assert until[staff.username] == ON + 4 * DAY
    assert until[other.username] is None
    change = {"kind": LeaveKind.SICK, "from_on": ON, "to_on": ON + DAY, "substitute_id": None}
    version = people.change_leave(
        session, actor=admin, leave_id=leave_id, at=AT, seen_version=1, **change
    )
    assert last_entry(session).detail["before"]["substitute_id"] == other.id
    with pytest.raises(ChangedMeanwhile):
        people.cancel_leave(session, actor=admin, leave_id=leave_id, at=AT, seen_version=1)
    people.cancel_leave(session, actor=admin, leave_id=leave_id, at=AT, seen_version=version)
    assert session.scalars(select(StaffLeave)).all() == []


def test_leave_that_cannot_be_is_refused(session: Session, admin: Actor) -> None:
    staff, away = make_staff(session), make_staff(session)
    make_leave(session, staff=away, from_on=ON + DAY, to_on=ON + 2 * DAY)
    for but in ({"to_on": ON - DAY}, {"to_on": ON + 400 * DAY}):
        with pytest.raises(people.LeaveDaysWrong):
            give(session, admin, staff, **but)
    for unfit in (staff.id, away.id, make_staff(session, in_service_to=ON).id, 10**9):
        with pytest.raises(people.SubstituteUnfit):
            give(session, admin, staff, substitute_id=unfit)
    give(session, admin, staff)
    with pytest.raises(people.LeaveOverlaps):
        give(session, admin, staff, from_on=ON + 4 * DAY, to_on=ON + 9 * DAY)


def test_leave_is_arranged_by_who_leads_or_by_human_resources(session: Session) -> None:
    team = make_team(session)
    staff, stranger = make_staff(session, team=team), make_staff(session)
    lead = make_actor(session, Role.TEAM_LEAD, team=team)
    manager = make_actor(session, Role.MANAGER, team=team)
    human = make_actor(session, Role.HR)
    for number, actor in enumerate((lead, manager, human)):
        day = ON + (number * 10) * DAY
        give(session, actor, staff, from_on=day, to_on=day)
    for actor, whom in ((lead, stranger), (manager, stranger), (actor_of(session, staff), staff)):
        with pytest.raises(NotPermitted):
            give(session, actor, whom, from_on=ON + 100 * DAY, to_on=ON + 100 * DAY)
    give(session, human, stranger)


HOLDS: dict[HoldingKind, Callable[[Session, Staff], object]] = {
    HoldingKind.CLIENTS: lambda s, who: make_client(s, owner=who),
    HoldingKind.CASES: lambda s, who: make_renewal(s, assignee=who),
    HoldingKind.PROMISES: lambda s, who: make_promise(s, client=make_client(s), staff=who),
    HoldingKind.COMPLAINTS: lambda s, who: make_complaint(
        s, client=make_client(s), handler_id=who.id
    ),
    HoldingKind.SUBSTITUTIONS: lambda s, who: make_leave(
        s, staff=make_staff(s), substitute_id=who.id
    ),
}


@pytest.mark.parametrize("kind", HOLDS)
def test_nobody_leaves_while_something_is_theirs(
    session: Session, admin: Actor, kind: HoldingKind
) -> None:
    staff = make_staff(session)

    def leave() -> None:
        people.depart(
            session,
            actor=admin,
            staff_id=staff.id,
            last_day=ON,
            on=ON,
            at=AT,
            seen_version=staff.version,
        )

    HOLDS[kind](session, staff)
    with pytest.raises(people.StillHolds) as refused:
        leave()
    assert refused.value.data["held"] == (holdings.Held(kind, 1),)
    assert staff.in_service_to is None


def test_who_holds_nothing_leaves_and_may_come_back(session: Session, admin: Actor) -> None:
    staff = make_staff(session)
    version = people.depart(
        session,
        actor=admin,
        staff_id=staff.id,
        last_day=ON - DAY,
        on=ON,
        at=AT,
        seen_version=staff.version,
    ).version
    left = people.StaffFilters(state=people.StaffState.LEFT)
    rows = people.staff_list(session, actor=admin, on=ON, filters=left).rows
    assert [row.username for row in rows] == [staff.username]
    people.come_back(session, actor=admin, staff_id=staff.id, at=AT, seen_version=version)
    assert people.staff_list(session, actor=admin, on=ON, filters=left).rows == ()


def test_every_column_that_names_somebody_is_held_or_history() -> None:
    found = {
        f"{table.name}.{column.name}"
        for table in Base.metadata.tables.values()
        for column in table.columns
        for key in column.foreign_keys
        if key.target_fullname == "staff.id"
    }
    held = {str(each.column.property.columns[0]) for each in holdings.HOLDINGS}
    assert found == held | holdings.HISTORY
    assert not held & holdings.HISTORY
    assert {each.kind for each in holdings.HOLDINGS} == set(HoldingKind)


def test_the_list_is_filtered_and_paged(session: Session, admin: Actor) -> None:
    team = make_team(session)
    names = [make_staff(session, team=team, name=f"何静{n}").name for n in range(5)]
    filters = people.StaffFilters(text="何静", team_id=team.id, role=Role.SPECIALIST)
    found, after = [], None
    while True:
        page = people.staff_list(session, actor=admin, on=ON, filters=filters, after=after, limit=2)
        found += [row.name for row in page.rows]
        after = page.next
        if after is None:
            break
    assert found == names
    with pytest.raises(NotPermitted):
        people.staff_list(session, actor=make_actor(session), on=ON)


def test_branches_teams_and_departments_are_made_and_renamed(
    session: Session, admin: Actor
) -> None:
    branch_id = people.save_branch(
        session, actor=admin, name="宁波分公司", province="浙江", parent_id=None, at=AT
    )
    team_id = people.save_team(
        session, actor=admin, name="宁波一组", branch_id=branch_id, department_id=None, at=AT
    )
    people.add_department(session, actor=admin, branch_id=branch_id, kind=Department.CLAIMS, at=AT)
    with pytest.raises(people.DepartmentThere):
        people.add_department(
            session, actor=admin, branch_id=branch_id, kind=Department.CLAIMS, at=AT
        )
    make_staff(session, team_id=team_id, branch_id=branch_id)
    branch = next(b for b in people.structure(session, actor=admin, on=ON) if b.id == branch_id)
    assert (branch.people, branch.teams[0].people, len(branch.departments)) == (1, 1, 1)
    with pytest.raises(people.PlaceNameTaken):
        people.save_branch(
            session, actor=admin, name="宁波分公司", province="", parent_id=None, at=AT
        )
    with pytest.raises(people.BranchBeneathItself):
        people.save_branch(
            session,
            actor=admin,
            name="宁波分公司",
            province="浙江",
            parent_id=branch_id,
            at=AT,
            branch_id=branch_id,
            seen_version=branch.version,
        )
    foreign = make_department(session, branch=make_branch(session))
    with pytest.raises(NotFound):
        people.save_team(
            session,
            actor=admin,
            name="宁波二组",
            branch_id=branch_id,
            department_id=foreign.id,
            at=AT,
        )
    with pytest.raises(ChangedMeanwhile):
        people.save_team(
            session,
            actor=admin,
            name="宁波二组",
            branch_id=branch_id,
            department_id=None,
            at=AT,
            team_id=team_id,
            seen_version=9,
        )


OPERATIONS: dict[str, Callable[[Session, Actor, Staff], object]] = {
    "edit": lambda s, a, w: people.edit_staff(
        s, actor=a, staff_id=w.id, data=data_of(w), at=AT, seen_version=w.version
    ),
    "password": lambda s, a, w: people.reset_password(
        s, actor=a, staff_id=w.id, at=AT, seen_version=w.version
    ),
    "unlock": lambda s, a, w: people.unlock(s, actor=a, staff_id=w.id, at=AT),
    "sessions": lambda s, a, w: people.end_sessions(s, actor=a, staff_id=w.id, at=AT),
    "come back": lambda s, a, w: people.come_back(
        s, actor=a, staff_id=w.id, at=AT, seen_version=w.version
    ),
    "branch": lambda s, a, _w: people.save_branch(
        s, actor=a, name="x", province="", parent_id=None, at=AT
    ),
    "team": lambda s, a, _w: people.save_team(
        s, actor=a, name="x", branch_id=1, department_id=None, at=AT
    ),
    "department": lambda s, a, _w: people.add_department(
        s, actor=a, branch_id=1, kind=Department.LEGAL, at=AT
    ),
}


@pytest.mark.parametrize("act", OPERATIONS)
def test_a_stranger_does_nothing_to_the_staff(session: Session, act: str) -> None:
    staff = make_staff(session)
    for role in set(Role) - {Role.ADMINISTRATOR}:
        with pytest.raises(NotPermitted):
            OPERATIONS[act](session, make_actor(session, role), staff)


def test_the_system_may_edit(session: Session) -> None:
    staff = make_staff(session)
    assert OPERATIONS["edit"](session, SYSTEM, staff) == staff.version
