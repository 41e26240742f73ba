"""Contracts of a year, told forward: term after term, and what became of each term's end.

A first term, then at each end whether it was renewed, lost or left to lapse, until the end lies
beyond the windows.
"""

from dataclasses import dataclass

import numpy as np

from services.demo_company.clients import Clients
from services.demo_company.columns import NO_DAY, NO_INT, Array, Draw, days, picked
from services.demo_company.organisation import World
from services.demo_company.patterns import PLANTED
from services.demo_company.policies import (
    AHEAD_DAYS,
    HISTORY_DAYS,
    IS_LONG,
    LAPSED,
    LOST,
    OVERDUE_DAYS,
    RENEWED,
    WITHDRAWN,
    Cases,
    Contracts,
    Policies,
    in_price_rise,
    renewal_odds,
    rounded_fen,
    years_later,
)


@dataclass(slots=True)
class _Round:
    """One round of terms, all contracts that still live."""

    contract: Array
    inception_on: Array
    expiry_on: Array
    premium_fen: Array
    next_premium_fen: Array
    fate: Array
    close_on: Array
    first_contact_on: Array
    has_case: Array
    is_open: Array
    goes_on: Array


def short_terms(
    draw: Draw, world: World, client: Clients, contracts: Contracts
) -> tuple[Policies, Cases]:
    """All terms of the contracts that run a year, and the cases at their ends."""
    on = np.datetime64(world.on, "D")
    at = np.flatnonzero(~IS_LONG[contracts.product])
    old = draw.random(len(at)) < 0.47
    begins = years_later(on - days(HISTORY_DAYS - draw.integers(0, 365, len(at))), -1) + 1
    recent = on - days((HISTORY_DAYS * draw.random(len(at)) ** 1.25).astype(np.int64))
    inception = np.where(old, begins, recent)
    contract, premium = at, contracts.premium_fen[at]
    rounds: list[_Round] = []
    while len(contract) and len(rounds) < 6:
        made = _one_round(draw, world, client, contracts, contract, inception, premium)
        rounds.append(made)
        keep = made.goes_on
        contract = contract[keep]
        inception = np.maximum(made.expiry_on[keep], made.close_on[keep]) + 1
        premium = made.next_premium_fen[keep]
    return _told(world, contracts, rounds)


def _one_round(
    draw: Draw,
    world: World,
    client: Clients,
    contracts: Contracts,
    contract: Array,
    inception: Array,
    premium: Array,
) -> _Round:
    on = np.datetime64(world.on, "D")
    count = len(contract)
    of, product = contracts.client[contract], contracts.product[contract]
    expiry = years_later(inception) - 1
    has_case = expiry <= on + AHEAD_DAYS
    is_over = client.owner[of] == world.overloaded
    fate = np.where(
        draw.random(count) < renewal_odds(world, client, of, product, expiry),
        RENEWED,
        np.array([LOST, LAPSED, WITHDRAWN])[picked(draw, [71, 26, 3], count)],
    )
    close_on = expiry + days(_days_to_close(draw, fate, is_over))
    first = _first_contacts(draw, is_over, count)
    rise = draw.normal(0.022, 0.045, count)
    rise += in_price_rise(world, product, expiry) * (
        PLANTED.price_rise_percent / 100 + draw.normal(0, 0.03, count)
    )
    closed = has_case & ((close_on < on) | ((fate == LAPSED) & (close_on == on)))
    done_today = has_case & (close_on == on) & (expiry >= on - OVERDUE_DAYS)
    if world.is_worked:
        closed |= done_today & (draw.random(count) < 0.6)
    return _Round(
        contract=contract,
        inception_on=inception,
        expiry_on=expiry,
        premium_fen=premium,
        next_premium_fen=rounded_fen(premium * np.clip(1 + rise, 0.85, 1.45)),
        fate=fate,
        close_on=close_on,
        first_contact_on=np.minimum(expiry - days(first), np.where(closed, close_on, on + 400)),
        has_case=has_case,
        is_open=has_case & ~closed,
        goes_on=closed & (fate == RENEWED),
    )


def _days_to_close(draw: Draw, fate: Array, is_over: Array) -> Array:
    """Days from the end of the term to the close of its case; before it they are negative."""
    count = len(fate)
    renewed = -np.minimum(draw.gamma(1.5, 8.0, count), 75)
    late = draw.random(count) < np.where(is_over, 0.16, 0.06)
    renewed = np.where(late, draw.integers(1, 20, count), renewed)
    renewed = np.where(is_over & ~late, renewed * 0.5, renewed)
    lost = np.where(
        draw.random(count) < 0.4, draw.integers(1, 26, count), -draw.gamma(1.6, 7.0, count)
    )
    gone = -draw.integers(5, 60, count)
    found = np.select(
        [fate == RENEWED, fate == LOST, fate == LAPSED], [renewed, lost, OVERDUE_DAYS + 1], gone
    )
    capped: Array = np.maximum(found, -85).astype(np.int64)
    return capped


WINDOW_DAYS, WITHIN_DAYS, LATE_AFTER = 60, 3, 4.5
"""When the contact window begins before the end, how many days after that a client is usually
called, and from when it is late."""


def _first_contacts(draw: Draw, is_over: Array, count: int) -> Array:
    """Days before the end at which the client is first called: most within a few days of
    the contact window's beginning, one in eight later."""
    spread = np.abs(draw.normal(0, WITHIN_DAYS, count))
    usual = WINDOW_DAYS - np.where(spread > LATE_AFTER, 4 * spread, spread)
    usual -= is_over * PLANTED.overloaded_first_contact_days
    first: Array = np.clip(usual, 2, 84).astype(np.int64)
    return first


def _told(world: World, contracts: Contracts, rounds: list[_Round]) -> tuple[Policies, Cases]:
    """The rounds put in order: by client and contract, first term first."""
    on = np.datetime64(world.on, "D")
    sizes = [len(one.contract) for one in rounds]

    def of(name: str) -> Array:
        return np.concatenate([getattr(one, name) for one in rounds])

    contract = of("contract")
    nth = np.repeat(np.arange(len(rounds)), sizes)
    order = np.lexsort((nth, contract))
    contract, nth = contract[order], nth[order]
    inception, expiry = of("inception_on")[order], of("expiry_on")[order]
    premium, close_on = of("premium_fen")[order], of("close_on")[order]
    has_case, is_open, fate = of("has_case")[order], of("is_open")[order], of("fate")[order]
    index = np.arange(len(contract))
    gone = has_case & ~is_open & (fate == WITHDRAWN)
    status = np.select([gone, expiry < on], ["surrendered", "expired"], "in_force").astype(object)
    goes_on = of("goes_on")[order]
    policies = Policies(
        id=np.zeros(len(contract), dtype=np.int64),
        client=contracts.client[contract],
        product=contracts.product[contract],
        insurer=contracts.insurer[contract],
        inception_on=inception,
        expiry_on=expiry,
        premium_fen=premium,
        sum_insured_fen=contracts.sum_wan[contract] * 1_000_000,
        mode=np.full(len(contract), "single", dtype=object),
        status=status,
        previous=np.where(nth > 0, index - 1, NO_INT),
        ended_on=np.where(gone, close_on, NO_DAY),
        cover_seed=contracts.cover_seed[contract],
    )
    at = np.flatnonzero(has_case)
    return policies, Cases(
        policy=at,
        client=policies.client[at],
        product=policies.product[at],
        due_on=expiry[at],
        premium_fen=premium[at],
        next_premium_fen=of("next_premium_fen")[order][at],
        fate=fate[at],
        close_on=close_on[at],
        is_open=is_open[at],
        first_contact_on=of("first_contact_on")[order][at],
        is_instalment=np.zeros(len(at), dtype=bool),
        instalment_id=np.full(len(at), NO_INT),
        renewed_policy=np.where(goes_on[at], at + 1, NO_INT),
    )
