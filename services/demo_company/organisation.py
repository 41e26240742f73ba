"""The company's people: branches, departments, teams, staff, leave, targets.

Everything here is small and made once; ``World`` is what the making of clients needs to know.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

import numpy as np

from services.demo_company import names
from services.demo_company.columns import NO_INT, Array, Table, days, picked, table, texts
from services.demo_company.patterns import PLANTED, THIN_BRANCH
from services.demo_company.places import HEAD_OFFICE, PLACES, Place
from terms.people import Department, Role
from terms.policies import Line

COMPANY = "长青保险经纪有限公司"
LICENCE = "260100000000800"

ACCOUNTS = (
    ("specialist", "周敏", Role.SPECIALIST),
    ("specialist2", "许文静", Role.SPECIALIST),
    ("lead", "陈建华", Role.TEAM_LEAD),
    ("lead2", "吴晓燕", Role.TEAM_LEAD),
    ("manager", "林国栋", Role.MANAGER),
    ("manager2", "沈丽萍", Role.MANAGER),
    ("client_manager", "何嘉怡", Role.CLIENT_MANAGER),
    ("officer", "赵明辉", Role.COMPLAINT_OFFICER),
    ("officer2", "孙静", Role.COMPLAINT_OFFICER),
    ("executive", "方振华", Role.EXECUTIVE),
    ("compliance", "顾雅琴", Role.COMPLIANCE),
    ("admin", "汪磊", Role.ADMINISTRATOR),
    ("legal", "邵颖", Role.LEGAL),
    ("hr", "袁红梅", Role.HR),
)
"""The demo accounts, in the order of their ids from 1."""

OVERLOADED = "郭志强"

_DEPARTMENT = {
    Role.COMPLAINT_OFFICER: Department.SERVICE,
    Role.COMPLIANCE: Department.COMPLIANCE,
    Role.LEGAL: Department.LEGAL,
    Role.HR: Department.HR,
}
_DEPARTMENT_NAMES = {
    Department.BUSINESS: "业务部",
    Department.SERVICE: "客户服务部",
    Department.CLAIMS: "理赔部",
    Department.LEGAL: "法务部",
    Department.HR: "人力资源部",
    Department.COMPLIANCE: "合规部",
}
_BRANCH_DEPARTMENTS = (Department.BUSINESS, Department.SERVICE, Department.CLAIMS)


@dataclass(slots=True)
class Person:
    """A member of staff while the company is made; ids count from 1."""

    id: int
    username: str
    name: str
    role: Role
    branch: int
    team: int | None = None
    is_demo: bool = False
    weight: float = 0.0
    """Share of the clients, not normed; 0: owns none."""
    capacity: int = 60
    """Cases a week."""


@dataclass(frozen=True, slots=True)
class World:
    """What the making of clients needs: who there is, where, and the day it is.

    Arrays named ``of_staff`` are indexed by staff id (0 is nobody). Branch 1 is the head office;
    branch ``b`` works in ``places[b - 2]``.
    """

    on: date
    seed: int
    clients: int
    is_worked: bool
    people: tuple[Person, ...]
    places: tuple[Place, ...]
    team_branches: tuple[int, ...]
    owners: Array
    owner_weights: Array
    team_of_staff: Array
    branch_of_staff: Array
    client_manager_of_branch: Array
    officer_of_branch: Array
    thin_branch: int
    overloaded: int
    working_day: Array
    """For each day since ``first_day``: that day or the last working day before it."""
    first_day: np.datetime64

    def worked(self, day: Array) -> Array:
        """``day`` moved back to a working day."""
        at = np.clip((day - self.first_day).astype(int), 0, len(self.working_day) - 1)
        return np.where(np.isnat(day), day, self.working_day[at])


def specialists_for(clients: int) -> int:
    """How many specialists a company of this size has: one per 200 clients at first, fewer in a
    large one (1,600 for a million)."""
    if clients <= 20_000:
        return max(10, round(clients / 200))
    return 100 + round((clients - 20_000) / 980_000 * 1500)


def make_world(*, on: date, seed: int, clients: int, is_worked: bool) -> World:
    """Decide who works where.

    Args:
        is_worked: whether the day ``on`` has begun: the first cases of the morning are done.
    """
    draw = np.random.default_rng([seed, 0])
    places = PLACES[: 3 if clients <= 20_000 else len(PLACES)]
    count = specialists_for(clients)
    team_count = 4 if count <= 12 else max(4, -(-count // 8))
    team_branches = tuple(
        (2, 2, 3, 4)[at] if at < 4 else 2 + at % len(places) for at in range(team_count)
    )
    people = _demo_people()
    _add_owners(draw, people, count, team_branches, spread=0.25 if clients <= 20_000 else 0.9)
    _add_others(draw, people, len(places), team_branches)
    _set_capacity(people, clients)
    staff = len(people) + 1
    team_of, branch_of = np.full(staff, NO_INT), np.zeros(staff, dtype=np.int64)
    manager_of = np.zeros(len(places) + 2, dtype=np.int64)
    officer_of = np.zeros(len(places) + 2, dtype=np.int64)
    for person in people:
        branch_of[person.id] = person.branch
        if person.team is not None:
            team_of[person.id] = person.team
        if person.role is Role.CLIENT_MANAGER:
            manager_of[person.branch] = person.id
        if person.role is Role.COMPLAINT_OFFICER:
            officer_of[person.branch] = person.id
    owners = [person for person in people if person.weight]
    first_day, working = _working_days(on)
    return World(
        on=on,
        seed=seed,
        clients=clients,
        is_worked=is_worked,
        people=tuple(people),
        places=places,
        team_branches=team_branches,
        owners=np.array([person.id for person in owners]),
        owner_weights=np.array([person.weight for person in owners]),
        team_of_staff=team_of,
        branch_of_staff=branch_of,
        client_manager_of_branch=manager_of,
        officer_of_branch=officer_of,
        thin_branch=2 + next(at for at, place in enumerate(places) if place.branch == THIN_BRANCH),
        overloaded=next(person.id for person in people if person.name == OVERLOADED),
        working_day=working,
        first_day=first_day,
    )


def _demo_people() -> list[Person]:
    made = []
    for at, (username, name, role) in enumerate(ACCOUNTS):
        branch = 1 if role in _HEAD_ROLES else 3 if username in ("manager2", "officer2") else 2
        person = Person(at + 1, username, name, role, branch, is_demo=True)
        if role in (Role.SPECIALIST, Role.TEAM_LEAD):
            person.team = 2 if username == "lead2" else 1
        made.append(person)
    made[0].weight, made[1].weight = 1.15, 0.95
    return made


_HEAD_ROLES = (Role.EXECUTIVE, Role.COMPLIANCE, Role.ADMINISTRATOR, Role.LEGAL, Role.HR)


def _add_owners(
    draw: np.random.Generator,
    people: list[Person],
    count: int,
    team_branches: tuple[int, ...],
    *,
    spread: float,
) -> None:
    sizes = [count // len(team_branches)] * len(team_branches)
    for at in range(count - sum(sizes)):
        sizes[(0, 2, 1, 3)[at % 4]] += 1
    sizes[0] -= 2
    fellow = _new_person(draw, people, Role.SPECIALIST, team_branches[0], 1)
    fellow.name, fellow.username = OVERLOADED, "guozhiqiang"
    sizes[0] -= 1
    for team, size in enumerate(sizes, start=1):
        for _ in range(size):
            person = _new_person(draw, people, Role.SPECIALIST, team_branches[team - 1], team)
            person.weight = float(np.exp(draw.normal(0.0, spread)))
    others = [person.weight for person in people if person.weight and person.team == 1]
    fellow.weight = PLANTED.overloaded_book * sum(others) / len(others)


def _add_others(
    draw: np.random.Generator, people: list[Person], places: int, team_branches: tuple[int, ...]
) -> None:
    for team, branch in enumerate(team_branches, start=1):
        if team > 2:
            _new_person(draw, people, Role.TEAM_LEAD, branch, team)
    for branch in range(2, places + 2):
        if branch > 3:
            _new_person(draw, people, Role.MANAGER, branch, None)
            _new_person(draw, people, Role.COMPLAINT_OFFICER, branch, None)
        if branch > 2:
            _new_person(draw, people, Role.CLIENT_MANAGER, branch, None)


def _new_person(
    draw: np.random.Generator, people: list[Person], role: Role, branch: int, team: int | None
) -> Person:
    surname = names.SURNAMES[int(picked(draw, _surname_weights(), 1)[0])]
    pool = names.MALE_NEW if draw.random() < 0.45 else names.FEMALE_NEW
    given = pool[int(draw.integers(len(pool)))]
    person = Person(len(people) + 1, f"e{10_000 + len(people)}", surname + given, role, branch, team)
    people.append(person)
    return person


def _surname_weights() -> Array:
    rest = len(names.SURNAMES) - len(names.SURNAME_WEIGHTS)
    return np.array([*names.SURNAME_WEIGHTS, *([0.4] * rest)])


def _set_capacity(people: list[Person], clients: int) -> None:
    """Well above what a book brings a week; the overloaded one has no slack."""
    total = sum(person.weight for person in people)
    for person in people:
        if person.weight:
            weekly = clients * person.weight / total * 1.8 / 52
            if person.name == OVERLOADED:
                person.capacity = max(20, -(-int(weekly) // 10) * 10)
            else:
                person.capacity = max(60, -(-int(weekly * 2.5) // 10) * 10)


def _working_days(on: date) -> tuple[np.datetime64, Array]:
    """For each day of the years around ``on``: itself or the last working day before it."""
    from chinese_calendar import constants

    first = np.datetime64(on, "D") - 3 * 366
    every = first + np.arange(4 * 366 + 180)
    is_working = np.is_busday(every)
    off = np.array([np.datetime64(day, "D") for day in constants.holidays])
    made_up = np.array([np.datetime64(day, "D") for day in constants.workdays])
    is_working = (is_working & ~np.isin(every, off)) | np.isin(every, made_up)
    is_working[0] = True
    last = np.maximum.accumulate(np.where(is_working, np.arange(len(every)), 0))
    return first, every[last]


def organisation_tables(world: World, *, at: datetime, password_hash: str) -> Iterator[Table]:
    """The rows of the company and its people.

    Args:
        at: when the company was made, for the stamps.
        password_hash: of the demo password, shared by the demo accounts.
    """
    on = np.datetime64(world.on, "D")
    founded = np.datetime64("2012-05-08T01:00:00", "s")
    stamps = {"version": 1, "created_at": founded, "updated_at": founded}
    yield table(
        "company_profile", 1, id=1, kind="broker", name=COMPANY, licence_number=LICENCE,
        is_demo=True, **stamps,
    )
    branches = len(world.places) + 1
    ids = np.arange(1, branches + 1)
    yield table(
        "branch",
        branches,
        id=ids,
        name=texts([HEAD_OFFICE, *(place.branch for place in world.places)]),
        province=texts(["上海", *(place.province for place in world.places)]),
        parent_id=np.where(ids == 1, NO_INT, 1),
        **stamps,
    )
    departments = [(1, kind) for kind in Department] + [
        (branch, kind) for branch in range(2, branches + 1) for kind in _BRANCH_DEPARTMENTS
    ]
    department_id = {pair: at for at, pair in enumerate(departments, start=1)}
    yield table(
        "department",
        len(departments),
        id=np.arange(1, len(departments) + 1),
        branch_id=np.array([branch for branch, _ in departments]),
        kind=texts([kind.value for _, kind in departments]),
        name=texts([_DEPARTMENT_NAMES[kind] for _, kind in departments]),
    )
    teams = len(world.team_branches)
    yield table(
        "team",
        teams,
        id=np.arange(1, teams + 1),
        name=texts(_team_names(world)),
        branch_id=np.array(world.team_branches),
        department_id=np.array(
            [department_id[branch, Department.BUSINESS] for branch in world.team_branches]
        ),
        **stamps,
    )
    yield from _staff_tables(world, department_id, password_hash, at)
    yield _leave(world, on, stamps)
    yield _targets(world)


def _team_names(world: World) -> list[str]:
    seen: dict[int, int] = {}
    made = []
    for branch in world.team_branches:
        seen[branch] = seen.get(branch, 0) + 1
        made.append(f"{world.places[branch - 2].short}续保{seen[branch]}组")
    return made


def _staff_tables(
    world: World, department_id: dict[tuple[int, Department], int], password_hash: str, at: datetime
) -> Iterator[Table]:
    people = world.people
    draw = np.random.default_rng([world.seed, 1])
    on = np.datetime64(world.on, "D")
    joined = on - days(draw.integers(760, 3900, len(people)))
    stamp = np.maximum(joined, np.datetime64("2012-05-08")).astype("datetime64[s]")
    number = draw.integers(10_000_000, 99_999_999, len(people))
    number[0] = 2351178
    yield table(
        "staff",
        len(people),
        id=np.array([person.id for person in people]),
        username=texts([person.username for person in people]),
        name=texts([person.name for person in people]),
        branch_id=np.array([person.branch for person in people]),
        department_id=np.array(
            [
                department_id[person.branch, _DEPARTMENT.get(person.role, Department.BUSINESS)]
                for person in people
            ]
        ),
        team_id=world.team_of_staff[1:],
        registration_number=texts([f"0200003100{value:08d}" for value in number]),
        weekly_capacity=np.array([person.capacity for person in people]),
        in_service_from=joined,
        in_service_to=None,
        locale="zh_CN",
        auth_source="password",
        password_hash=texts([password_hash if person.is_demo else None for person in people]),
        must_change_password=np.array([not person.is_demo for person in people]),
        password_changed_at=None,
        is_demo=np.array([person.is_demo for person in people]),
        version=1,
        created_at=stamp,
        updated_at=stamp,
    )
    yield table(
        "staff_role",
        len(people),
        staff_id=np.array([person.id for person in people]),
        role=texts([person.role.value for person in people]),
    )
    workers = [p.id for p in people if p.role in (Role.SPECIALIST, Role.TEAM_LEAD)]
    lines = [line.value for line in Line]
    yield table(
        "staff_line",
        len(workers) * len(lines),
        staff_id=np.repeat(workers, len(lines)),
        line=texts(lines * len(workers)),
    )
    spoken = [(person.id, "mandarin") for person in people]
    spoken += [
        (person.id, "cantonese")
        for person in people
        if person.branch >= 2 and world.places[person.branch - 2].province == "广东"
    ]
    spoken += [(person.id, "english") for person in people if person.id % 5 == 1]
    yield table(
        "staff_language",
        len(spoken),
        staff_id=np.array([staff for staff, _ in spoken]),
        language=texts([language for _, language in spoken]),
    )


def _leave(world: World, on: np.datetime64, stamps: dict[str, object]) -> Table:
    """Leave of the past and the coming weeks; nobody of the demo accounts is away today."""
    draw = np.random.default_rng([world.seed, 2])
    staff = np.array([person.id for person in world.people if person.weight])
    often = np.repeat(staff, 2)
    start = on - days(draw.integers(20, 400, len(often)))
    coming = staff[(draw.random(len(staff)) < 0.3) & (staff > len(ACCOUNTS))]
    later = on + days(draw.integers(3, 40, len(coming)))
    first = np.concatenate([start, later])
    who = np.concatenate([often, coming])
    return table(
        "staff_leave",
        len(who),
        id=np.arange(1, len(who) + 1),
        staff_id=who,
        kind=texts(["holiday", "holiday", "sick", "training"])[draw.integers(0, 4, len(who))],
        from_on=first,
        to_on=first + days(draw.integers(0, 6, len(who))),
        substitute_id=None,
        **stamps,
    )


def _targets(world: World) -> Table:
    """Monthly targets of each team for 25 months, of each specialist for the last four."""
    this = np.datetime64(world.on, "M")
    rows: list[tuple[int, int, np.datetime64, str, int]] = []
    for team in range(1, len(world.team_branches) + 1):
        size = sum(person.weight > 0 for person in world.people if person.team == team)
        for back in range(25):
            month = (this - back).astype("datetime64[D]")
            rows.append((team, NO_INT, month, "renewal_rate", 8600 + 50 * (back < 12)))
            rows.append((team, NO_INT, month, "contacts", 110 * size))
            rows.append((team, NO_INT, month, "satisfaction", 9200))
    for person in world.people:
        if person.weight:
            for back in range(4):
                month = (this - back).astype("datetime64[D]")
                rows.append((NO_INT, person.id, month, "contacts", 110))
                rows.append((NO_INT, person.id, month, "renewal_rate", 8600))
    month_on = np.array([row[2] for row in rows])
    stamp = month_on.astype("datetime64[s]") - np.timedelta64(3, "D")
    return table(
        "target",
        len(rows),
        id=np.arange(1, len(rows) + 1),
        team_id=np.array([row[0] for row in rows]),
        staff_id=np.array([row[1] for row in rows]),
        month_on=month_on,
        measure=texts([row[3] for row in rows]),
        value=np.array([row[4] for row in rows]),
        version=1,
        created_at=stamp,
        updated_at=stamp,
    )
