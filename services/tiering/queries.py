"""Where one client stands, and why."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from db.models import Client, ClientStanding, Engagement, Income, TierRun
from services.access import client_id_by_number
from services.actor import Actor
from services.permissions import Permission
from services.rule_tables import rules
from services.tiering import holding, income
from services.tiering.income import Entry, Push, ServiceYear, YearIncome
from services.tiering.rulebook import rulebook
from services.tiering.rules import GRADES, Lift, Scale, Standing, smallest_lift, standing
from terms.policies import IncomeKind
from terms.tiering import EXTRA, CreditGrade, Factor, ReceptionClass, Tier, TierAxis

CLASSES_RULE, COMPANIONS_RULE = "reception.classes", "reception.companions"


@dataclass(frozen=True, slots=True)
class AxisCard:
    """One axis: the points factor by factor, and on the value axis what would lift the client.

    ``holds`` is the tier the client is treated by: a person's decision where one is in force,
    else ``standing.tier``.
    """

    axis: TierAxis
    standing: Standing
    scale: Scale
    lift: Lift | None
    holds: Tier

    @property
    def most(self) -> int:
        """The highest score the rule can give."""
        return self.scale.most


@dataclass(frozen=True, slots=True)
class StarCard:
    """Stars, 1 to 5; None: nothing is known of the client's income. Internal (R30)."""

    by_rule: int | None
    holds: int | None


@dataclass(frozen=True, slots=True)
class ReceptionCard:
    """How the client is received (R38, R39)."""

    by_rule: ReceptionClass
    holds: ReceptionClass
    cost_fen: int
    """Per person, usual for the class that holds."""
    companions: tuple[tuple[int, int], ...]
    """Guests up to, how many of ours go along; rising."""


@dataclass(frozen=True, slots=True)
class CreditCard:
    """Points against the client, the grade they make and the one that holds (R42)."""

    standing: Standing
    scale: Scale
    by_rule: CreditGrade
    holds: CreditGrade


@dataclass(frozen=True, slots=True)
class StandingCard:
    """A client's tiers by the rules in force, from what the passes know; it last changed ``on``."""

    on: date
    axes: tuple[AxisCard, ...]
    stars: StarCard
    reception: ReceptionCard
    credit: CreditCard

    def by_rule(self, axis: TierAxis) -> str | None:
        """The class the rule says, as it is written."""
        for card in self.axes:
            if card.axis is axis:
                return card.standing.tier.value
        if axis is TierAxis.RECEPTION:
            return self.reception.by_rule.value
        if axis is TierAxis.CREDIT:
            return self.credit.by_rule.value
        return None if self.stars.by_rule is None else str(self.stars.by_rule)


@dataclass(frozen=True, slots=True)
class IncomeCard:
    """Income of the service year of a client, and where it leads."""

    year: ServiceYear
    income: YearIncome | None
    """None where the ledger holds nothing of this client."""
    stars: int | None
    """By what is realised and expected together."""
    realised_stars: int | None
    """By what has come in alone."""
    pushes: tuple[Push, ...]
    next_from_fen: int | None
    """From which income on the client has one star more; None with five."""


def standing_of(session: Session, *, actor: Actor, number: str, on: date) -> StandingCard | None:
    """The value and risk tier of a client, with the points of each factor; None before the first
    pass over the clients.

    Raises:
        NotPermitted: the actor lacks ``client:read``.
        NotFound: there is no such client, or it is not the actor's.
    """
    actor.require(Permission.CLIENT_READ)
    client_id = client_id_by_number(session, actor=actor, number=number, on=on)
    kept = session.get(ClientStanding, client_id, populate_existing=True)
    if kept is None:
        return None
    as_of = session.get_one(TierRun, kept.run_id).on
    book = rulebook(session, on=on)
    held = {one.axis: one.held for one in holding.held_on(session, on=on, client_id=client_id)}
    facts = _facts(session, kept, book.value, book.risk, book.credit)
    value = _axis(TierAxis.VALUE, book.value, facts, held, smallest_lift(book.value, facts))
    risk = _axis(TierAxis.RISK, book.risk, facts, held, None)
    by_rule = _stars(facts[Factor.INCOME], book.stars_from_fen)
    stars = StarCard(by_rule, int(held[TierAxis.STARS]) if TierAxis.STARS in held else by_rule)
    received = book.reception.class_of(stars.holds, value.holds)
    return StandingCard(
        as_of,
        (value, risk),
        stars,
        _reception(session, received, held.get(TierAxis.RECEPTION), on),
        _credit(book.credit, facts, held.get(TierAxis.CREDIT)),
    )


def income_of(session: Session, *, actor: Actor, number: str, on: date) -> IncomeCard:
    """The income of a client's service year that holds ``on``, and the months in which what
    actually comes in will push the stars up or down (R34).

    Raises:
        NotPermitted: the actor lacks ``client:read``.
        NotFound: there is no such client, or it is not the actor's.
    """
    actor.require(Permission.CLIENT_READ)
    client_id = client_id_by_number(session, actor=actor, number=number, on=on)
    anchor = _anchor(session, client_id) or date(on.year, 1, 1)
    year = income.service_year(anchor, on)
    from_fen = rulebook(session, on=on).stars_from_fen
    entries = [
        Entry(*row)
        for row in session.execute(
            select(
                Income.kind,
                Income.booked_on,
                Income.amount_fen,
                Income.service_from,
                Income.service_to,
            ).where(Income.client_id == client_id)
        )
    ]
    belonging = [each for each in entries if income.touches(each, year)]
    if not belonging:
        return IncomeCard(year, None, None, None, (), None)
    found = income.year_income(entries, year)
    now = income.stars(found.total_fen, from_fen)
    has_realised = any(each.kind is IncomeKind.REALISED for each in belonging)
    return IncomeCard(
        year,
        found,
        now,
        income.stars(found.realised_fen, from_fen) if has_realised else None,
        income.pushes(entries, anchor, on, from_fen),
        from_fen[now - 1] if now <= len(from_fen) else None,
    )


def _anchor(session: Session, client_id: int) -> date | None:
    """The day service years run from: the current engagement, else the day the client came."""
    signed = session.scalar(
        select(func.max(Engagement.signed_on)).where(
            Engagement.client_id == client_id, Engagement.is_current
        )
    )
    since = select(Client.client_since_on).where(Client.id == client_id)
    return signed or session.scalar(since)


def _axis(
    axis: TierAxis,
    scale: Scale,
    facts: Mapping[str, Any],
    held: Mapping[TierAxis, str],
    lift: Lift | None,
) -> AxisCard:
    by_rule = standing(scale, facts)
    holds = Tier(held[axis]) if axis in held else by_rule.tier
    return AxisCard(axis, by_rule, scale, lift, holds)


def _reception(
    session: Session, by_rule: ReceptionClass, held: str | None, on: date
) -> ReceptionCard:
    found = rules(session, (CLASSES_RULE, COMPANIONS_RULE), on=on)
    holds = ReceptionClass(held) if held else by_rule
    companions = tuple((guests, ours) for guests, ours in found[COMPANIONS_RULE])
    return ReceptionCard(by_rule, holds, found[CLASSES_RULE][holds.value], companions)


def _credit(scale: Scale, facts: Mapping[str, Any], held: str | None) -> CreditCard:
    found = standing(scale, facts)
    by_rule = GRADES[found.tier]
    return CreditCard(found, scale, by_rule, CreditGrade(held) if held else by_rule)


def _stars(income_fen: int | None, from_fen: tuple[int, ...]) -> int | None:
    return None if income_fen is None else income.stars(income_fen, from_fen)


def _facts(session: Session, kept: ClientStanding, *scales: Scale) -> Mapping[str, Any]:
    asked = {each.factor for scale in scales for each in scale.factors}
    if not any(name.startswith(EXTRA) for name in asked):
        return facts_of(kept, {})
    own = session.scalars(select(Client.extra_numbers).where(Client.id == kept.client_id)).one()
    return facts_of(kept, own)


def facts_of(kept: ClientStanding, own: Mapping[str, Any]) -> Mapping[str, Any]:
    """What a pass knew of a client, by factor; ``own`` are the numbers the company brought in."""
    ledger = (kept.realised_fen, kept.expected_fen)
    known: dict[str, Any] = {
        factor.value: getattr(kept, factor.value)
        for factor in Factor
        if factor not in (Factor.PREMIUM, Factor.INCOME)
    }
    known[Factor.PREMIUM] = kept.premium_fen
    known[Factor.INCOME] = (
        None if ledger == (None, None) else sum(fen for fen in ledger if fen is not None)
    )
    return known | {EXTRA + name: value for name, value in own.items()}
