"""The rows of the company and its people: branches, departments, teams, staff, leave, targets."""

from collections.abc import Iterator

import numpy as np

from services.demo_company.columns import NO_INT, Table, days, table, texts
from services.demo_company.organisation import ACCOUNTS, World
from services.demo_company.places import HEAD_OFFICE
from terms.people import Department, Role
from terms.policies import Line

COMPANY = "长青保险经纪有限公司"


LICENCE = "260100000000800"


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


def organisation_tables(world: World, *, password_hash: str) -> Iterator[Table]:
    """The rows of the company and its people.

    Args:
        password_hash: of the demo password, shared by the demo accounts.
    """
    on = np.datetime64(world.on, "D")
    founded = np.datetime64("2012-05-08T01:00:00", "s")
    stamps = {"version": 1, "created_at": founded, "updated_at": founded}
    yield table(
        "company_profile",
        1,
        id=1,
        kind="broker",
        name=COMPANY,
        licence_number=LICENCE,
        is_demo=True,
        set_up_at=founded,
        **stamps,
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
    yield from _staff_tables(world, department_id, password_hash)
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
    world: World, department_id: dict[tuple[int, Department], int], password_hash: str
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
