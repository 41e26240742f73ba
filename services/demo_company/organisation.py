"""The company's people: who works where, in which role, with how large a book.

Everything here is small and made once; ``World`` is what the making of clients needs to know.
"""

from dataclasses import dataclass
from datetime import date

import numpy as np

from services.demo_company import names
from services.demo_company.columns import NO_INT, Array, picked
from services.demo_company.patterns import PLANTED, THIN_BRANCH
from services.demo_company.places import PLACES, Place
from terms.people import Role

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
    made[0].weight, made[1].weight = 1.3, 0.95
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
    others = [person.weight for person in people if person.weight]
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
    person = Person(
        len(people) + 1, f"e{10_000 + len(people)}", surname + given, role, branch, team
    )
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
