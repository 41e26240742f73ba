"""Invented persons and organisations: names, IDs with right check digits, ways to reach them."""

from dataclasses import dataclass

import numpy as np

from services.demo_company import names, places
from services.demo_company.columns import Array, Draw, any_of, days, picked, texts
from services.demo_company.organisation import World

_ID_WEIGHTS = np.array([7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2])
_ID_CHECK = "10X98765432"
_CREDIT = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_CREDIT_WEIGHTS = np.array([pow(3, at, 31) for at in range(17)])
_NEW_NAMES_FROM = np.datetime64("1980-01-01", "D")

_surnames = texts([*names.SURNAMES, *names.DOUBLE_SURNAMES])
_surname_weights = np.array(
    [
        *names.SURNAME_WEIGHTS,
        *([0.4] * (len(names.SURNAMES) - len(names.SURNAME_WEIGHTS))),
        *([0.02] * len(names.DOUBLE_SURNAMES)),
    ]
)
_given_pools = {
    (True, False): texts(names.MALE_OLD),
    (False, False): texts(names.FEMALE_OLD),
    (True, True): texts(names.MALE_NEW),
    (False, True): texts(names.FEMALE_NEW),
}
_given_chars = {True: texts(names.MALE_CHARS), False: texts(names.FEMALE_CHARS)}


@dataclass(frozen=True, slots=True)
class Persons:
    """Columns of persons; ``place`` is the index of the branch's city."""

    name: Array
    is_male: Array
    birth_on: Array
    id_number: Array
    region: Array
    address: Array


def persons(
    draw: Draw,
    world: World,
    place: Array,
    *,
    age: tuple[int, int] = (21, 79),
    is_male: Array | None = None,
    surname: Array | None = None,
    birth_on: Array | None = None,
) -> Persons:
    """As many persons as ``place`` is long.

    Args:
        age: between which full years they are, where ``birth_on`` does not say.
    """
    count = len(place)
    if is_male is None:
        is_male = draw.random(count) < 0.54
    if birth_on is None:
        birth_on = _births(draw, world, count, *age)
    if surname is None:
        surname = _surnames[picked(draw, _surname_weights, count)]
    district_name, district_code, city, province = _districts(draw, world, place)
    return Persons(
        name=surname + _given(draw, is_male, birth_on >= _NEW_NAMES_FROM),
        is_male=is_male,
        birth_on=birth_on,
        id_number=resident_ids(draw, district_code, birth_on, is_male),
        region=province + " " + city,
        address=_home(draw, city, district_name),
    )


def surnames_of(name: Array) -> Array:
    """The first character of each name."""
    return texts([value[:1] for value in name])


def _births(draw: Draw, world: World, count: int, youngest: int, oldest: int) -> Array:
    on = np.datetime64(world.on, "D")
    span = (oldest - youngest) * 365
    old = draw.beta(2.0, 2.6, count) * span if youngest >= 18 else draw.random(count) * span
    birth = on - days(youngest * 366 + old.astype(np.int64))
    leap = np.flatnonzero((np.arange(count) % 173 == 7) & (youngest >= 18))
    year = birth[leap].astype("datetime64[Y]").astype(int) + 1970
    leap_year = (year // 4 * 4).astype(np.int64)
    birth[leap] = np.array([f"{value}-02-29" for value in leap_year], dtype="datetime64[D]")
    return birth


def _given(draw: Draw, is_male: Array, is_new: Array) -> Array:
    """Half of the given names are from the fashion of their years, the others put together."""
    made = np.empty(len(is_male), dtype=object)
    together = draw.random(len(is_male)) < 0.5
    for male in (True, False):
        chars = _given_chars[male]
        at = np.flatnonzero((is_male == male) & together)
        first = chars[draw.integers(0, len(chars), len(at))]
        second = chars[draw.integers(0, len(chars), len(at))]
        second[(draw.random(len(at)) < 0.22) | (first == second)] = ""
        made[at] = first + second
        for new in (True, False):
            pool = _given_pools[male, new]
            at = np.flatnonzero((is_male == male) & (is_new == new) & ~together)
            made[at] = pool[draw.integers(0, len(pool), len(at))]
    return made


def _districts(draw: Draw, world: World, place: Array) -> tuple[Array, Array, Array, Array]:
    sizes = np.array([len(one.districts) for one in world.places])
    starts = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    flat = [district for one in world.places for district in one.districts]
    at = starts[place] + (draw.random(len(place)) * sizes[place]).astype(np.int64)
    city = texts([one.city for one in world.places])
    province = texts([one.province for one in world.places])
    return (
        texts([name for name, _ in flat])[at],
        np.array([int(code) for _, code in flat])[at],
        city[place],
        province[place],
    )


def _home(draw: Draw, city: Array, district: Array) -> Array:
    count = len(city)
    street = any_of(draw, places.STREETS, count)
    estate = any_of(draw, places.ESTATES, count)
    number = draw.integers(1, 800, count).tolist()
    building = draw.integers(1, 30, count).tolist()
    room = (draw.integers(1, 25, count) * 100 + draw.integers(1, 5, count)).tolist()
    return texts(
        [
            f"{c}{d}{s}{n}号{e}{b}幢{r}室"
            for c, d, s, n, e, b, r in zip(
                city, district, street, number, estate, building, room, strict=True
            )
        ]
    )


def resident_ids(draw: Draw, region: Array, birth_on: Array, is_male: Array) -> Array:
    """18-digit resident IDs that agree with birth date and sex (GB 11643-1999)."""
    months = birth_on.astype("datetime64[M]")
    year = months.astype("datetime64[Y]").astype(int) + 1970
    month = months.astype(int) % 12 + 1
    day = (birth_on - months.astype("datetime64[D]")).astype(int) + 1
    serial = draw.integers(0, 499, len(region)) * 2 + is_male.astype(np.int64)
    number = ((region * 10_000 + year) * 10_000 + month * 100 + day) * 1000 + serial
    return texts(
        [
            f"{value}{_ID_CHECK[check]}"
            for value, check in zip(
                number.tolist(), (_digits(number, 17) @ _ID_WEIGHTS % 11).tolist(), strict=True
            )
        ]
    )


def _digits(number: Array, width: int) -> Array:
    powers = 10 ** np.arange(width - 1, -1, -1, dtype=np.int64)
    return number[:, None] // powers % 10


def credit_codes(draw: Draw, region: Array) -> Array:
    """Unified social credit codes with the right check character (GB 32100-2015)."""
    body = np.concatenate(
        [
            np.tile([9, 1], (len(region), 1)),
            _digits(region, 6),
            draw.integers(0, len(_CREDIT), (len(region), 1)) * 0 + 10,
            draw.integers(0, 10, (len(region), 7)),
            draw.integers(0, len(_CREDIT), (len(region), 1)),
        ],
        axis=1,
    )
    check = -(body @ _CREDIT_WEIGHTS) % 31
    alphabet = np.frombuffer(_CREDIT.encode(), dtype="S1")
    full = np.concatenate([body, check[:, None]], axis=1)
    return texts([code.decode() for code in alphabet[full].view("S18").ravel()])


@dataclass(frozen=True, slots=True)
class Organisations:
    """Columns of companies."""

    name: Array
    industry: Array
    id_number: Array
    region: Array
    address: Array
    phone: Array


def organisations(draw: Draw, world: World, place: Array) -> Organisations:
    """As many companies as ``place`` is long."""
    count = len(place)
    short = texts([one.short for one in world.places])[place]
    area = texts([one.area_code for one in world.places])[place]
    kind = draw.integers(0, len(names.INDUSTRIES), count)
    known = any_of(draw, names.FIRMS, count)
    first, second = (any_of(draw, names.FIRMS, count) for _ in range(2))
    put = texts([one[0] + two[-1] for one, two in zip(first, second, strict=True)])
    firm = np.where(draw.random(count) < 0.35, known, put)
    district_name, district_code, city, province = _districts(draw, world, place)
    street = any_of(draw, places.STREETS, count)
    park = any_of(draw, places.PARKS, count)
    number = draw.integers(1, 1200, count).tolist()
    floor = draw.integers(1, 28, count).tolist()
    line = draw.integers(50_000_000, 89_999_999, count).tolist()
    return Organisations(
        name=short
        + firm
        + texts([name for name, _ in names.INDUSTRIES])[kind]
        + any_of(draw, names.FORMS, count),
        industry=texts([industry for _, industry in names.INDUSTRIES])[kind],
        id_number=credit_codes(draw, district_code),
        region=province + " " + city,
        address=texts(
            [
                f"{c}{d}{s}{n}号{firm_}{p}{f}层"
                for c, d, s, n, firm_, p, f in zip(
                    city, district_name, street, number, firm, park, floor, strict=True
                )
            ]
        ),
        phone=texts([f"{code}-{value}" for code, value in zip(area, line, strict=True)]),
    )


def mobiles(draw: Draw, count: int) -> Array:
    """Mobile numbers, 11 digits."""
    prefix = any_of(draw, places.MOBILE_PREFIXES, count)
    rest = draw.integers(0, 100_000_000, count).tolist()
    return texts([f"{first}{last:08d}" for first, last in zip(prefix, rest, strict=True)])
