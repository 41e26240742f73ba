"""When two files may be one client: what is compared, how alike it is, what that weighs.

Fellegi and Sunter's reckoning: each trait two clients have says, in bits, how much likelier such
likeness is for one person than for two. The weights stand in rule ``duplicates.weights`` and are
added up; rule ``duplicates.bands`` says from which sum a pair is doubtful, from which it is sure.
A trait that one of the two does not have says nothing.
"""

import itertools
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from pypinyin import lazy_pinyin
from rapidfuzz import fuzz
from rapidfuzz.distance import OSA, JaroWinkler

from terms.duplicates import Band, Likeness, Trait

WEIGHTS_RULE = "duplicates.weights"
BANDS_RULE = "duplicates.bands"
LARGEST_BLOCK = 50
"""A key more clients share says nothing; they are not compared for it."""

_PARTS = re.compile(r"[\s·•.,，、/-]+")
_NOT_TEXT = re.compile(r"[\W_]+")
_HAN = re.compile(r"[\u3400-\u9fff]")
_DIGITS = re.compile(r"\d+")
_REGION = re.compile(r"[省市县]|(?<![小园社新街])区")
_CLOSE_NAME, _PART_NAME = 80, 0.92
_SAME_ADDRESS, _CLOSE_ADDRESS, _PART_ADDRESS = 98, 85, 65


@dataclass(frozen=True, slots=True)
class Person:
    """What a client is compared by; personal values stay inside the search."""

    client_id: int
    is_group: bool
    name: str | None
    birth: str = ""
    """``YYYYMMDD``, or empty."""
    sex: str | None = None
    id_number: str | None = None
    phones: frozenset[bytes] = frozenset()
    """Blind indexes, as of e-mail addresses."""
    emails: frozenset[bytes] = frozenset()
    addresses: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reason:
    """One trait of a pair and what it weighs, in tenths of a bit."""

    trait: Trait
    likeness: Likeness
    weight: int


@dataclass(frozen=True, slots=True)
class Weights:
    """The rules of a day: weights in tenths of a bit, and where the bands begin."""

    of: Mapping[tuple[Trait, Likeness], int]
    sure: int
    doubtful: int

    @classmethod
    def from_rules(
        cls, weights: Mapping[str, Mapping[str, float]], bands: Mapping[str, float]
    ) -> "Weights":
        return cls(
            {
                (Trait(trait), Likeness(likeness)): round(bits * 10)
                for trait, levels in weights.items()
                for likeness, bits in levels.items()
            },
            sure=round(bands["sure"] * 10),
            doubtful=round(bands["doubtful"] * 10),
        )

    def best(self, trait: Trait) -> int:
        """The most a trait can say for one person; 0 where it says nothing."""
        return max((weight for (each, _), weight in self.of.items() if each is trait), default=0)

    def band(self, score: int) -> Band | None:
        """The band of a sum; None: two clients."""
        if score >= self.sure:
            return Band.SURE
        return Band.DOUBTFUL if score >= self.doubtful else None


def compare(one: Person, two: Person, weights: Weights) -> tuple[Reason, ...]:
    """Why the two may be one, and why not, the heaviest first."""
    if one.is_group != two.is_group:
        return ()
    name = Trait.COMPANY_NAME if one.is_group else Trait.NAME
    found = {
        Trait.ID_NUMBER: _id_number(one.id_number, two.id_number),
        Trait.PHONE: _shared(one.phones, two.phones),
        Trait.EMAIL: _shared(one.emails, two.emails),
        name: name_likeness(one.name, two.name),
        Trait.BIRTH_ON: birth_likeness(one.birth, two.birth),
        Trait.ADDRESS: _addresses(one.addresses, two.addresses),
        Trait.SEX: _equal(one.sex, two.sex),
    }
    reasons = [
        Reason(trait, likeness, weights.of[trait, likeness])
        for trait, likeness in found.items()
        if likeness is not None and (trait, likeness) in weights.of
    ]
    return tuple(sorted(reasons, key=lambda reason: -abs(reason.weight)))


class Sieve:
    """Lets through every pair that could be doubtful, and few others; most pairs that share a key
    are two people with one name, and cost next to nothing here.

    Traits are weighed from the cheapest to the dearest; a pair is dropped as soon as what is left
    could not bring it into a band.
    """

    def __init__(self, weights: Weights) -> None:
        def of(trait: Trait) -> dict[Likeness | None, int]:
            known: dict[Likeness | None, int] = {None: 0}
            for like in Likeness:
                known[like] = weights.of.get((trait, like), 0)
            return known

        self._doubtful = weights.doubtful
        self._id, self._phone, self._email = of(Trait.ID_NUMBER), of(Trait.PHONE), of(Trait.EMAIL)
        self._birth, self._sex, self._home = of(Trait.BIRTH_ON), of(Trait.SEX), of(Trait.ADDRESS)
        self._name = {True: of(Trait.COMPANY_NAME), False: of(Trait.NAME)}
        self._best_name = {
            True: weights.best(Trait.COMPANY_NAME),
            False: weights.best(Trait.NAME),
        }
        self._best_home = weights.best(Trait.ADDRESS)

    def lets_through(self, one: Person, two: Person) -> bool:
        """Whether ``compare`` may find the pair doubtful or sure."""
        if one.is_group != two.is_group:
            return False
        homes = self._best_home if one.addresses and two.addresses else 0
        so_far = (
            self._phone[_shared(one.phones, two.phones)]
            + self._email[_shared(one.emails, two.emails)]
            + self._sex[_equal(one.sex, two.sex)]
            + self._id[_id_number(one.id_number, two.id_number)]
            + self._birth[birth_likeness(one.birth, two.birth)]
        )
        if so_far + self._best_name[one.is_group] + homes < self._doubtful:
            return False
        so_far += self._name[one.is_group][name_likeness(one.name, two.name)]
        if so_far >= self._doubtful and not homes:
            return True
        if so_far + homes < self._doubtful:
            return False
        return so_far + self._home[_addresses(one.addresses, two.addresses)] >= self._doubtful


def score(reasons: tuple[Reason, ...]) -> int:
    """The sum of the weights, in tenths of a bit."""
    return sum(reason.weight for reason in reasons)


@lru_cache(maxsize=100_000)
def name_parts(name: str) -> tuple[str, ...]:
    """A name's words in one form, sorted: their order says nothing."""
    plain = unicodedata.normalize("NFKC", name).casefold()
    return tuple(sorted(part for part in _PARTS.split(plain) if part))


def name_likeness(one: str | None, two: str | None) -> Likeness | None:
    """How alike two names are; homophones (张伟, 章伟) sound the same."""
    if not one or not two:
        return None
    a = name_parts(one)
    b = a if one == two else name_parts(two)
    if not a or not b:
        return None
    if a == b:
        return Likeness.SAME
    if _HAN.search(one) and _HAN.search(two) and _sound(a) == _sound(b):
        return Likeness.SOUNDS_SAME
    if fuzz.ratio(" ".join(a), " ".join(b)) >= _CLOSE_NAME:
        return Likeness.CLOSE
    if len(a) > 1 or len(b) > 1:
        best = max(JaroWinkler.similarity(p, q) for p in a for q in b)
        if best >= _PART_NAME:
            return Likeness.PARTLY
    return Likeness.DIFFERENT


@lru_cache(maxsize=100_000)
def _sound(parts: tuple[str, ...]) -> str:
    return " ".join(lazy_pinyin("".join(parts)))


def birth_likeness(one: str, two: str) -> Likeness | None:
    """How alike two birth dates are; one slip of the pen, or day and month swapped, is close."""
    if not one or not two:
        return None
    if one == two:
        return Likeness.SAME
    if OSA.distance(one, two) == 1 or (one[:4], one[4:6], one[6:]) == (two[:4], two[6:], two[4:6]):
        return Likeness.CLOSE
    return Likeness.DIFFERENT


def address_likeness(one: str, two: str) -> Likeness | None:
    """How alike two addresses are.

    Chinese ones by the road and the numbers after province, city and district, which they share
    with thousands; others by their words.
    """
    a, b = _plain_address(one), _plain_address(two)
    if not a or not b:
        return None
    if a == b:
        return Likeness.SAME
    if _HAN.search(a) and _HAN.search(b):
        return _chinese_address(a, b)
    ratio = fuzz.ratio(_sorted_words(one), _sorted_words(two))
    if ratio >= _SAME_ADDRESS:
        return Likeness.SAME
    if ratio >= _CLOSE_ADDRESS:
        return Likeness.CLOSE
    return Likeness.PARTLY if ratio >= _PART_ADDRESS else Likeness.DIFFERENT


def _chinese_address(a: str, b: str) -> Likeness:
    numbers_a, numbers_b = _DIGITS.findall(a), _DIGITS.findall(b)
    if fuzz.ratio(_road(a), _road(b)) < _CLOSE_ADDRESS:
        return Likeness.DIFFERENT
    if numbers_a and numbers_a == numbers_b:
        return Likeness.CLOSE
    if numbers_a and numbers_b and numbers_a[0] == numbers_b[0]:
        return Likeness.PARTLY
    return Likeness.DIFFERENT


@lru_cache(maxsize=100_000)
def _plain_address(text: str) -> str:
    return _NOT_TEXT.sub("", unicodedata.normalize("NFKC", text).casefold())


@lru_cache(maxsize=100_000)
def _sorted_words(text: str) -> str:
    return " ".join(sorted(unicodedata.normalize("NFKC", text).casefold().split()))


@lru_cache(maxsize=100_000)
def _road(plain: str) -> str:
    """What stands between the region and the first number: the road, or the village."""
    return _REGION.split(_DIGITS.split(plain, maxsplit=1)[0])[-1]


def _addresses(one: tuple[str, ...], two: tuple[str, ...]) -> Likeness | None:
    """The likest of the addresses the two have."""
    found = [likeness for a in one for b in two if (likeness := address_likeness(a, b))]
    order = (Likeness.SAME, Likeness.CLOSE, Likeness.PARTLY, Likeness.DIFFERENT)
    return min(found, key=order.index, default=None)


def _id_number(one: str | None, two: str | None) -> Likeness | None:
    if not one or not two:
        return None
    if one == two:
        return Likeness.SAME
    slip = len(one) == len(two) and OSA.distance(one, two) == 1
    return Likeness.CLOSE if slip else Likeness.DIFFERENT


def _shared(one: frozenset[bytes], two: frozenset[bytes]) -> Likeness | None:
    if not one or not two:
        return None
    return Likeness.SAME if one & two else Likeness.DIFFERENT


def _equal(one: str | None, two: str | None) -> Likeness | None:
    if not one or not two:
        return None
    return Likeness.SAME if one == two else Likeness.DIFFERENT


def keys_of(person: Person) -> Iterator[str]:
    """What another client must share to be compared: one of these texts.

    Each is hashed with a key before it is stored.
    """
    kind = "g" if person.is_group else "p"
    parts = name_parts(person.name) if person.name else ()
    if person.id_number:
        yield f"{kind}:id:{person.id_number}"
    for index in person.phones:
        yield f"{kind}:phone:{index.hex()}"
    for index in person.emails:
        yield f"{kind}:email:{index.hex()}"
    if parts:
        yield f"{kind}:name:{' '.join(parts)}"
        if person.name and _HAN.search(person.name):
            yield f"{kind}:sound:{_sound(parts)}:{person.birth[:4]}"
    for part in parts:
        if person.birth:
            yield f"{kind}:birth:{person.birth}:{part[:1]}"
            yield f"{kind}:year:{person.birth[:4]}:{part}"
            yield f"{kind}:day:{person.birth[4:]}:{part}"
    for address in person.addresses:
        yield from _address_keys(kind, parts, address)


def _address_keys(kind: str, parts: tuple[str, ...], address: str) -> Iterator[str]:
    plain = _plain_address(address)
    if not plain:
        return
    if _HAN.search(plain):
        numbers = _DIGITS.findall(plain)
        if numbers:
            yield f"{kind}:road:{_road(plain)}:{'-'.join(numbers)}"
        for part in parts:
            yield f"{kind}:home:{part}:{_road(plain)}"
        return
    words = _NOT_TEXT.sub(" ", unicodedata.normalize("NFKC", address).casefold()).split()
    for one, two in itertools.pairwise(words):
        yield f"{kind}:words:{one} {two}"
    for part in parts:
        for word in words:
            if len(word) > 2:
                yield f"{kind}:near:{part}:{word}"
