"""How alike two clients are, and what that weighs."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from services.duplicates.rules import (
    BANDS_RULE,
    WEIGHTS_RULE,
    Person,
    Sieve,
    Weights,
    address_likeness,
    birth_likeness,
    compare,
    keys_of,
    name_likeness,
    score,
)
from services.rule_tables import DEFAULTS
from terms.duplicates import Band, Likeness, Trait

WEIGHTS = Weights.from_rules(DEFAULTS[WEIGHTS_RULE].value, DEFAULTS[BANDS_RULE].value)
HOME = "浙江省杭州市西湖区文三路 100 号 2 幢 301 室"


def person(**but: object) -> Person:
    given: dict[str, object] = {
        "client_id": 1,
        "is_group": False,
        "name": "王伟",
        "birth": "19800506",
        "sex": "male",
        "phones": frozenset({b"1"}),
        "addresses": (HOME,),
    }
    return Person(**{**given, **but})  # type: ignore[arg-type]


def band_of(one: Person, two: Person) -> Band | None:
    return WEIGHTS.band(score(compare(one, two, WEIGHTS)))


@pytest.mark.parametrize(
    ("one", "two", "likeness"),
    [
        ("王伟", "王伟", Likeness.SAME),
        ("Li Wei", "wei LI", Likeness.SAME),
        ("张伟", "章伟", Likeness.SOUNDS_SAME),
        ("王芳", "王伟", Likeness.DIFFERENT),
        ("欧阳建国强", "欧阳建国", Likeness.CLOSE),
        ("sarah bruhn", "sarah brunh", Likeness.CLOSE),
        ("sarah bruhn", "sarah lanyon", Likeness.PARTLY),
        ("", "王伟", None),
        (None, "王伟", None),
        ("··", "王伟", None),
    ],
)
def test_names_are_compared_by_their_words_and_their_sound(
    one: str | None, two: str | None, likeness: Likeness | None
) -> None:
    assert name_likeness(one, two) == name_likeness(two, one) == likeness


@pytest.mark.parametrize(
    ("one", "two", "likeness"),
    [
        ("19800506", "19800506", Likeness.SAME),
        ("19800506", "19800605", Likeness.CLOSE),
        ("19800506", "19800507", Likeness.CLOSE),
        ("19800506", "19810607", Likeness.DIFFERENT),
        ("", "19800506", None),
    ],
)
def test_a_slip_of_the_pen_in_a_birth_date_is_close(
    one: str, two: str, likeness: Likeness | None
) -> None:
    assert birth_likeness(one, two) == likeness


@pytest.mark.parametrize(
    ("two", "likeness"),
    [
        (HOME, Likeness.SAME),
        ("杭州市西湖区文三路100号2幢301", Likeness.CLOSE),
        ("杭州市西湖区文三路100号", Likeness.PARTLY),
        ("浙江省杭州市西湖区文三路 200 号 2 幢 301 室", Likeness.DIFFERENT),
        ("浙江省杭州市西湖区古墩路 100 号 2 幢 301 室", Likeness.DIFFERENT),
    ],
)
def test_chinese_addresses_are_compared_by_road_and_numbers(two: str, likeness: Likeness) -> None:
    assert address_likeness(HOME, two) == likeness


def test_the_same_person_twice_is_sure_and_the_reasons_add_up() -> None:
    reasons = compare(person(), person(client_id=2), WEIGHTS)
    assert reasons[0].weight >= reasons[-1].weight
    assert {reason.trait for reason in reasons} >= {Trait.NAME, Trait.PHONE, Trait.BIRTH_ON}
    assert band_of(person(), person(client_id=2)) is Band.SURE


def test_a_name_and_a_birthday_alone_are_doubtful() -> None:
    one = person(phones=frozenset(), addresses=(), sex=None)
    assert band_of(one, person(client_id=2, phones=frozenset(), addresses=())) is Band.DOUBTFUL


@pytest.mark.parametrize(
    "relative",
    [
        {"name": "李芳", "birth": "19820101", "sex": "female"},
        {"name": "王小明", "birth": "20100303"},
    ],
)
def test_a_family_that_shares_phone_and_address_is_not_one_person(
    relative: dict[str, object],
) -> None:
    assert band_of(person(), person(client_id=2, **relative)) is None


def test_twins_are_at_most_doubtful() -> None:
    assert band_of(person(), person(client_id=2, name="王强")) is not Band.SURE


def test_an_id_that_differs_keeps_namesakes_apart() -> None:
    one = person(id_number="110105198005060015", phones=frozenset(), addresses=())
    two = person(client_id=2, id_number="330106198005061234", phones=frozenset(), addresses=())
    assert band_of(one, two) is not Band.SURE


def test_a_person_and_a_company_are_never_compared() -> None:
    assert compare(person(), person(is_group=True), WEIGHTS) == ()


def test_likely_pairs_share_a_key() -> None:
    one, two = person(), person(client_id=2, name="汪伟", phones=frozenset())
    assert set(keys_of(one)) & set(keys_of(two))


NAMES = ("王伟", "王 伟", "汪伟", "张伟", "王伟明", "欧阳若晴", "Li Na", "··")
HOMES = (HOME, "上海市徐汇区漕溪路18号", "徐汇区漕溪路18号", "12 high st", "12 high street")
persons = some.builds(
    Person,
    some.just(1),
    is_group=some.booleans(),
    name=some.none() | some.sampled_from(NAMES),
    birth=some.sampled_from(("", "19800101", "19800110", "19810101", "19801001", "19751231")),
    sex=some.sampled_from((None, "male", "female")),
    id_number=some.sampled_from((None, "11010119800101001X", "110101198001010011", "330")),
    phones=some.frozensets(some.sampled_from((b"1", b"2", b"3")), max_size=2),
    emails=some.frozensets(some.sampled_from((b"a", b"b")), max_size=1),
    addresses=some.lists(some.sampled_from(HOMES), max_size=2).map(tuple),
)


SIEVE = Sieve(WEIGHTS)


@given(persons, persons)
def test_the_sieve_lets_through_exactly_what_falls_into_a_band(one: Person, two: Person) -> None:
    total = score(compare(one, two, WEIGHTS))
    assert SIEVE.lets_through(one, two) == (WEIGHTS.band(total) is not None)
