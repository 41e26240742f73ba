"""Where one client stands, and why."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models import Client, ClientStanding, TierRun
from services.access import client_id_by_number
from services.actor import Actor
from services.permissions import Permission
from services.tiering.rulebook import rulebook
from services.tiering.rules import Lift, Scale, Standing, smallest_lift, standing
from terms.tiering import EXTRA, Factor, TierAxis


@dataclass(frozen=True, slots=True)
class AxisCard:
    """One axis: the points factor by factor, and on the value axis what would lift the client."""

    axis: TierAxis
    standing: Standing
    most: int
    """The highest score the rule can give."""
    lift: Lift | None


@dataclass(frozen=True, slots=True)
class StandingCard:
    """A client's tiers by the rules in force, from what the passes know; it last changed ``on``."""

    on: date
    axes: tuple[AxisCard, ...]


def standing_of(session: Session, *, actor: Actor, number: str, on: date) -> StandingCard | None:
    """The value and risk tier of a client, with the points of each factor; None before the first
    pass over the clients.

    Raises:
        NotPermitted: the actor lacks ``client:read``.
        NotFound: there is no such client, or it is not the actor's.
    """
    actor.require(Permission.CLIENT_READ)
    client_id = client_id_by_number(session, actor=actor, number=number, on=on)
    found = session.execute(
        select(ClientStanding, TierRun.on)
        .join(TierRun, TierRun.id == ClientStanding.run_id)
        .where(ClientStanding.client_id == client_id)
    ).first()
    if found is None:
        return None
    kept, as_of = found
    book = rulebook(session, on=on)
    value, risk = book.value, book.risk
    facts = _facts(session, kept, value, risk)
    return StandingCard(
        as_of,
        (
            AxisCard(
                TierAxis.VALUE, standing(value, facts), value.most, smallest_lift(value, facts)
            ),
            AxisCard(TierAxis.RISK, standing(risk, facts), risk.most, None),
        ),
    )


def _facts(session: Session, kept: ClientStanding, *scales: Scale) -> Mapping[str, Any]:
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
    asked = {each.factor for scale in scales for each in scale.factors}
    if any(name.startswith(EXTRA) for name in asked):
        own = session.scalars(select(Client.extra_numbers).where(Client.id == kept.client_id)).one()
        known |= {EXTRA + name: value for name, value in own.items()}
    return known
