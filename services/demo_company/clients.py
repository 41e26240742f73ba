"""One chunk of clients: who they are and what their files hold.

``make_clients`` decides the facts; ``client_rows`` writes them as rows once the policies are
known, because stage, completeness and the first day as a client depend on them.
"""

from dataclasses import dataclass, field

import numpy as np

from services.demo_company import names
from services.demo_company.columns import (
    NO_DAY,
    Array,
    Draw,
    any_of,
    days,
    picked,
    texts,
    where_text,
)
from services.demo_company.organisation import World
from services.demo_company.patterns import PLANTED
from services.demo_company.people import (
    mobiles,
    organisations,
    persons,
    surnames_of,
)
from terms.clients import FileItem

GROUP_SHARE = 0.12

_GAPS = {
    FileItem.PHONE: 0.006,
    FileItem.ID_NUMBER: 0.035,
    FileItem.OCCUPATION: 0.14,
    FileItem.ADDRESS: 0.10,
    FileItem.PREFERRED_CHANNEL: 0.20,
    FileItem.RISK_PREFERENCE: 0.24,
    FileItem.RISK_TOLERANCE: 0.26,
    FileItem.NEEDS: 0.30,
    FileItem.EMAIL: 0.65,
    FileItem.CONTACT_PERSON: 0.05,
}
"""How often an item is missing; in the thin branch ``PLANTED.thin_gaps`` times as often."""


@dataclass(slots=True)
class Ids:
    """The next free id of every table: the same seed gives the same ids."""

    next: dict[str, int] = field(default_factory=dict)

    def take(self, name: str, count: int) -> Array:
        """``count`` ids of table ``name``, rising."""
        first = self.next.get(name, 1)
        self.next[name] = first + count
        return np.arange(first, first + count)


@dataclass(slots=True)
class Others:
    """Parties of a client beside the policyholder."""

    of: Array
    """Index of the client in the chunk."""
    role: Array
    position: Array
    party_id: Array
    name: Array
    is_male: Array
    birth_on: Array
    id_number: Array
    region: Array
    phone: Array
    is_family: Array


@dataclass(slots=True)
class Clients:
    """The facts of a chunk's clients, by index."""

    id: Array
    party_id: Array
    is_group: Array
    place: Array
    owner: Array
    team: Array
    branch: Array
    name: Array
    is_male: Array
    birth_on: Array
    occupation: Array
    id_number: Array
    region: Array
    address: Array
    phone: Array
    has: dict[FileItem, Array]
    is_late_payer: Array
    others: Others
    wish: Array
    """A number between 0 and 1 that orders decisions still to come: engagement, consent."""

    @property
    def count(self) -> int:
        return len(self.id)


def make_clients(draw: Draw, world: World, ids: Ids, count: int) -> Clients:
    """Decide who the next ``count`` clients are."""
    owner = world.owners[picked(draw, world.owner_weights, count)]
    branch = world.branch_of_staff[owner]
    place = branch - 2
    is_group = draw.random(count) < GROUP_SHARE
    person = persons(draw, world, place, age=(21, 79))
    group_at = np.flatnonzero(is_group)
    firm = organisations(draw, world, place[group_at])
    columns = {
        "name": (person.name, firm.name),
        "occupation": (_occupations(draw, person.birth_on, person.is_male, world), firm.industry),
        "id_number": (person.id_number, firm.id_number),
        "region": (person.region, firm.region),
        "address": (person.address, firm.address),
        "phone": (mobiles(draw, count), firm.phone),
    }
    made = {}
    for key, (ours, theirs) in columns.items():
        ours[group_at] = theirs
        made[key] = ours
    client = Clients(
        id=ids.take("client", count),
        party_id=ids.take("party", count),
        is_group=is_group,
        place=place,
        owner=owner,
        team=world.team_of_staff[owner],
        branch=branch,
        is_male=person.is_male,
        birth_on=np.where(is_group, NO_DAY, person.birth_on),
        has=_gaps(draw, branch == world.thin_branch),
        is_late_payer=draw.random(count) < PLANTED.late_payers,
        others=None,  # type: ignore[arg-type]
        wish=draw.random(count),
        **made,
    )
    client.others = _others(draw, world, ids, client)
    return client


def _occupations(draw: Draw, birth_on: Array, is_male: Array, world: World) -> Array:
    made = texts([name for name, _ in names.OCCUPATIONS])[
        picked(draw, [weight for _, weight in names.OCCUPATIONS], len(birth_on))
    ]
    age = (np.datetime64(world.on, "D") - birth_on).astype(int) / 365.25
    made[(made == "退休") & (age < 50)] = "公司职员"
    made[(made == "家庭主妇") & is_male] = "个体经营者"
    made[age > np.where(is_male, 63, 58)] = "退休"
    return made


def _gaps(draw: Draw, is_thin: Array) -> dict[FileItem, Array]:
    has = {}
    for item, share in _GAPS.items():
        thin = min(0.85, share * PLANTED.thin_gaps)
        has[item] = draw.random(len(is_thin)) >= np.where(is_thin, thin, share)
    return has


def _others(draw: Draw, world: World, ids: Ids, client: Clients) -> Others:
    """Family of persons, contact persons of groups."""
    chance = draw.random(client.count)
    family = np.where(client.is_group, 0, (chance < 0.26).astype(int) + (chance < 0.09))
    wanted = 1 + (chance < 0.55).astype(int) + (chance < 0.2) + (chance < 0.05)
    contacts = np.where(client.is_group & client.has[FileItem.CONTACT_PERSON], wanted, 0)
    every = np.arange(client.count)
    mate = np.repeat(every, family > 0)
    child = np.repeat(every, family > 1)
    contact = np.repeat(every, contacts)
    spouse = persons(
        draw,
        world,
        client.place[mate],
        is_male=~client.is_male[mate],
        birth_on=_born_after(draw, world, client.birth_on[mate], -6, 6, youngest=21),
    )
    young = persons(
        draw,
        world,
        client.place[child],
        surname=surnames_of(client.name[child]),
        birth_on=_born_after(draw, world, client.birth_on[child], 23, 36, youngest=0),
    )
    speaker = persons(draw, world, client.place[contact], age=(24, 58))
    parts = (spouse, young, speaker)
    of = np.concatenate([mate, child, contact])
    sizes = [len(mate), len(child), len(contact)]
    phone = np.concatenate(
        [
            where_text(draw.random(sizes[0]) < 0.6, mobiles(draw, sizes[0])),
            np.full(sizes[1], None, dtype=object),
            mobiles(draw, sizes[2]),
        ]
    )
    return Others(
        of=of,
        role=np.repeat(texts(["insured", "insured", "contact_person"]), sizes),
        position=np.concatenate(
            [
                np.full(sizes[0], "配偶", dtype=object),
                np.full(sizes[1], "子女", dtype=object),
                any_of(draw, names.POSITIONS, sizes[2]),
            ]
        ),
        party_id=ids.take("party", len(of)),
        name=np.concatenate([part.name for part in parts]),
        is_male=np.concatenate([part.is_male for part in parts]),
        birth_on=np.concatenate([spouse.birth_on, young.birth_on, np.full(sizes[2], NO_DAY)]),
        id_number=np.concatenate(
            [spouse.id_number, young.id_number, np.full(sizes[2], None, dtype=object)]
        ),
        region=np.concatenate([part.region for part in parts]),
        phone=phone,
        is_family=np.repeat([True, True, False], sizes),
    )


def _born_after(
    draw: Draw, world: World, birth_on: Array, least: int, most: int, *, youngest: int
) -> Array:
    """Births so many years after others', nobody younger than ``youngest`` full years."""
    count = len(birth_on)
    born = birth_on + days(draw.integers(least * 365, most * 365, count))
    latest = np.datetime64(world.on, "D") - youngest * 366 - days(draw.integers(40, 1200, count))
    capped: Array = np.minimum(born, latest)
    return capped


@dataclass(frozen=True, slots=True)
class Dealings:
    """What the policies say about a chunk's clients, by index."""

    first_on: Array
    """The first day of their first policy; NaT where they have none."""
    live: Array
    """Policies in force, or with an open case."""
