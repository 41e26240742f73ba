"""How points make a tier, what each point is for, and what would lift a client by one.

A scale gives each factor so many points; steps say from which value on what share of them a
client has. Everything is a whole number, so the points of the factors are the score, exactly. A
value that is not known gives no points and is named, with what it could still change.

Pure: no session, no clock, no I/O.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from terms.clients import RiskLevel
from terms.tiering import BY_ITSELF, EXTRA, MONEY, CreditGrade, Factor, ReceptionClass, Tier

FEN = 100
_ORDER = (Tier.LOW, Tier.MID, Tier.HIGH)
_RISKY = {RiskLevel.LOW: 0, RiskLevel.MID: 1, RiskLevel.HIGH: 2}

Facts = Mapping[str, int | float | None]
"""Factor → what is known of a client, in the factor's own unit (money in fen); None: not known."""


@dataclass(frozen=True, slots=True)
class Step:
    """From ``at`` on (yuan for money) a client has ``percent`` of the factor's points."""

    at: int
    percent: int


@dataclass(frozen=True, slots=True)
class Scored:
    """One factor of a scale.

    ``points`` is what the factor gives at most; ``steps`` rise.
    """

    factor: str
    points: int
    steps: tuple[Step, ...]

    @property
    def unit(self) -> int:
        """How much of a fact is one unit of a step: 100 fen are a yuan."""
        return FEN if self.factor in MONEY else 1

    def points_at(self, step: Step) -> int:
        """Points at ``step``, halves up."""
        return (2 * self.points * step.percent + 100) // 200

    def of(self, fact: float) -> int:
        """Points of a client with this much."""
        got = 0
        for step in self.steps:
            if fact < step.at * self.unit:
                break
            got = self.points_at(step)
        return got

    @property
    def most(self) -> int:
        """Points that can be had."""
        return max((self.points_at(step) for step in self.steps), default=0)


@dataclass(frozen=True, slots=True)
class Scale:
    """All factors of an axis, and the scores from which a client is mid and high."""

    factors: tuple[Scored, ...]
    mid: int
    high: int

    @classmethod
    def of(cls, value: Mapping[str, Any]) -> "Scale":
        """The scale a rule's value says."""
        steps: dict[str, list[Step]] = {}
        for row in value["steps"]:
            steps.setdefault(row["factor"], []).append(Step(row["at"], row["percent"]))
        return cls(
            tuple(
                Scored(
                    row["factor"],
                    row["points"],
                    tuple(sorted(steps.get(row["factor"], ()), key=lambda step: step.at)),
                )
                for row in value["factors"]
            ),
            value["mid"],
            value["high"],
        )

    @property
    def most(self) -> int:
        """The highest score there is."""
        return sum(factor.most for factor in self.factors)

    def tier(self, score: int) -> Tier:
        """The tier of a score."""
        if score >= self.high:
            return Tier.HIGH
        return Tier.MID if score >= self.mid else Tier.LOW

    def needed(self, tier: Tier) -> int:
        """The score from which a client is of ``tier``."""
        return {Tier.LOW: 0, Tier.MID: self.mid, Tier.HIGH: self.high}[tier]


@dataclass(frozen=True, slots=True)
class Part:
    """What one factor gave: one bar of the waterfall."""

    factor: str
    fact: int | float | None
    points: int
    most: int

    @property
    def is_missing(self) -> bool:
        return self.fact is None


@dataclass(frozen=True, slots=True)
class Standing:
    """A client on one axis. ``score`` is the sum of the parts' points, always."""

    parts: tuple[Part, ...]
    score: int
    tier: Tier
    could_be: Tier
    """The tier if everything that is not known gave all it can; ``tier`` where all is known."""

    @property
    def missing(self) -> tuple[Part, ...]:
        return tuple(part for part in self.parts if part.is_missing)


@dataclass(frozen=True, slots=True)
class Lift:
    """One change of one fact that lifts a client to ``tier``, everything else as it is.

    ``to`` is in the factor's own unit (money in fen): a client who has it is there, one who has a
    unit less is not.
    """

    factor: str
    fact: int | float
    to: int
    points: int
    """Points more than now."""
    tier: Tier


def standing(scale: Scale, facts: Facts) -> Standing:
    """Where a client with these facts stands on ``scale``."""
    parts = tuple(
        Part(
            scored.factor,
            facts.get(scored.factor),
            0 if (fact := facts.get(scored.factor)) is None else scored.of(fact),
            scored.most,
        )
        for scored in scale.factors
    )
    score = sum(part.points for part in parts)
    still = sum(part.most for part in parts if part.is_missing)
    return Standing(parts, score, scale.tier(score), scale.tier(score + still))


def next_tier(tier: Tier) -> Tier | None:
    """The tier above; None for the highest."""
    place = _ORDER.index(tier)
    return _ORDER[place + 1] if place + 1 < len(_ORDER) else None


def smallest_lift(scale: Scale, facts: Facts) -> Lift | None:
    """The smallest single change that lifts a client by one tier; None where no single one does.

    Smallest is the fewest steps up the factor's own scale, then the smaller excess over what is
    needed; what somebody can work on goes before what only time or a talk brings. What is not known
    is no change: it is missing, and ``could_be`` says what it may bring.
    """
    now = standing(scale, facts)
    above = next_tier(now.tier)
    if above is None:
        return None
    wanted = scale.needed(above) - now.score
    found: list[tuple[tuple[bool, int, int, int], Lift]] = []
    for place, (scored, part) in enumerate(zip(scale.factors, now.parts, strict=True)):
        if part.fact is None:
            continue
        climbed = 0
        for step in scored.steps:
            to = step.at * scored.unit
            if to <= part.fact:
                continue
            climbed += 1
            gain = scored.points_at(step) - part.points
            if gain >= wanted:
                rank = (scored.factor in BY_ITSELF, climbed, gain - wanted, place)
                found.append((rank, Lift(scored.factor, part.fact, to, gain, above)))
                break
    return min(found, key=lambda each: each[0])[1] if found else None


@dataclass(frozen=True, slots=True)
class Reception:
    """Which class of reception stars and value tier make (R38); the better one counts."""

    by_stars: tuple[ReceptionClass, ...]
    """Of 1 to 5 stars."""
    by_value: tuple[ReceptionClass, ...]
    """Of the low, the mid and the high tier."""

    @classmethod
    def of(cls, value: Mapping[str, Any]) -> "Reception":
        """What a rule's value says."""
        return cls(
            tuple(ReceptionClass(value[name]) for name in STAR_PARTS),
            tuple(ReceptionClass(value[tier.value]) for tier in _ORDER),
        )

    def class_of(self, stars: int | None, value: Tier) -> ReceptionClass:
        """The class of a client; stars that are not known say nothing."""
        found = self.by_value[_ORDER.index(value)]
        return found if stars is None else min(found, self.by_stars[stars - 1])


STAR_PARTS = ("one", "two", "three", "four", "five")
"""The names of 1 to 5 stars in rule ``tiering.reception``."""
GRADES = {Tier.LOW: CreditGrade.GOOD, Tier.MID: CreditGrade.FAIR, Tier.HIGH: CreditGrade.POOR}
"""Few points against a client make good credit (R42)."""


def attitude(preference: RiskLevel | None, tolerance: RiskLevel | None) -> int | None:
    """0 calm, 1 middling, 2 risky; None where neither is known.

    A client who likes risk is risky, one who bears little of it is too. Where the two contradict
    each other the higher risk wins (rules §2).
    """
    risks = [_RISKY[preference]] if preference else []
    if tolerance:
        risks.append(2 - _RISKY[tolerance])
    return max(risks, default=None)


def faults(value: Mapping[str, Any], *, may_fall: bool = False) -> tuple[tuple[str, str], ...]:
    """What cannot stand in a scale: pairs of path and code.

    Args:
        may_fall: more of a factor may give fewer points: a longer tenure speaks for a client.

    Codes: ``unknown`` factor, ``doubled`` factor or step, ``no_steps``, ``not_rising`` steps,
    ``negative``, ``not_below`` (mid against high), ``too_high`` (a cut-off nobody can reach).
    """
    found: list[tuple[str, str]] = []
    named: set[str] = set()
    for place, row in enumerate(value["factors"]):
        name = row["factor"]
        if name not in set(Factor) and not (name.startswith(EXTRA) and len(name) > len(EXTRA)):
            found.append((f"factors.{place}.factor", "unknown"))
        if name in named:
            found.append((f"factors.{place}.factor", "doubled"))
        named.add(name)
        if row["points"] < 0:
            found.append((f"factors.{place}.points", "negative"))
        found += _faults_of_steps(name, place, value["steps"], may_fall=may_fall)
    for place, row in enumerate(value["steps"]):
        if row["factor"] not in named:
            found.append((f"steps.{place}.factor", "unknown"))
    if value["mid"] < 1:
        found.append(("mid", "negative"))
    if value["mid"] >= value["high"]:
        found.append(("mid", "not_below"))
    if not found and value["high"] > Scale.of(value).most:
        found.append(("high", "too_high"))
    return tuple(found)


def _faults_of_steps(
    name: str, place: int, rows: Sequence[Mapping[str, Any]], *, may_fall: bool
) -> list[tuple[str, str]]:
    steps = sorted((row["at"], row["percent"]) for row in rows if row["factor"] == name)
    if not steps:
        return [(f"factors.{place}.factor", "no_steps")]
    found = []
    if any(not 0 <= percent <= 100 for _, percent in steps):
        found.append((f"factors.{place}.factor", "negative"))
    if any(one[0] == two[0] for one, two in pairwise(steps)):
        found.append((f"factors.{place}.factor", "doubled"))
    elif not may_fall and any(one[1] >= two[1] for one, two in pairwise(steps)):
        found.append((f"factors.{place}.factor", "not_rising"))
    return found
