"""Who holds which contracts, and the odds of their renewal; planted patterns bend them here.

Short contracts are told in ``terms_told``, long ones in ``instalments``.
"""

from dataclasses import dataclass

import numpy as np

from services.demo_company.clients import Clients
from services.demo_company.columns import Array, Draw, picked, texts
from services.demo_company.organisation import World
from services.demo_company.patterns import PLANTED, price_rise_month
from services.demo_company.products import COMPLAINED_PRODUCT, LOSING_PRODUCT, PRODUCTS
from terms.policies import Line

HISTORY_DAYS = 730
AHEAD_DAYS = 90
OVERDUE_DAYS = 30
GRACE_DAYS = 60

RENEWED, LOST, LAPSED, WITHDRAWN = 0, 1, 2, 3

_persons = np.array([product.persons for product in PRODUCTS])
_groups = np.array([product.groups for product in PRODUCTS])
IS_LONG = np.array([product.line.is_long_term for product in PRODUCTS])
_motor = np.array([product.line is Line.MOTOR for product in PRODUCTS])
_losing = np.array([product.name == LOSING_PRODUCT for product in PRODUCTS])
_rate = np.array([product.renewal_rate for product in PRODUCTS])
_base = np.array([product.premium_yuan for product in PRODUCTS])
_spread = np.array([product.spread for product in PRODUCTS])

MOTOR = next(at for at, product in enumerate(PRODUCTS) if product.line is Line.MOTOR)
COMPLAINED = next(at for at, product in enumerate(PRODUCTS) if product.name == COMPLAINED_PRODUCT)


@dataclass(slots=True)
class Cases:
    """What fell or falls due: the end of a term, or an instalment. Days are ``datetime64[D]``."""

    policy: Array
    """Index of the policy in ``Policies``."""
    client: Array
    product: Array
    due_on: Array
    premium_fen: Array
    next_premium_fen: Array
    """What the next term costs: quoted, or charged."""
    fate: Array
    """What becomes of it in the end; an open case does not show it yet."""
    close_on: Array
    """The day it is, or would be, closed."""
    is_open: Array
    first_contact_on: Array
    is_instalment: Array
    instalment_id: Array
    renewed_policy: Array
    """Index of the next term's policy; ``NO_INT`` without one."""


@dataclass(slots=True)
class Policies:
    """Policies of a chunk, by client and contract."""

    id: Array
    client: Array
    product: Array
    insurer: Array
    inception_on: Array
    expiry_on: Array
    premium_fen: Array
    sum_insured_fen: Array
    mode: Array
    status: Array
    previous: Array
    """Index of the term before; ``NO_INT`` for a first one."""
    ended_on: Array
    cover_seed: Array
    """A whole number that chooses the items of cover; the same over the terms of a contract."""


@dataclass(slots=True)
class Contracts:
    """What stays the same over the terms of a contract, by contract."""

    client: Array
    product: Array
    insurer: Array
    sum_wan: Array
    cover_seed: Array
    premium_fen: Array
    """Of the first term."""


def make_contracts(draw: Draw, client: Clients) -> Contracts:
    """Who holds how many contracts of which product."""
    person = picked(draw, [5, 47, 31, 12, 5], client.count)
    group = picked(draw, [3, 25, 30, 25, 12, 5], client.count)
    of = np.repeat(np.arange(client.count), np.where(client.is_group, group, person))
    count = len(of)
    is_group = client.is_group[of]
    product = np.where(is_group, picked(draw, _groups, count), picked(draw, _persons, count))
    insurers = [texts(one.insurers) for one in PRODUCTS]
    width = np.array([len(names) for names in insurers])
    choice = (draw.random(count) * width[product]).astype(np.int64)
    starts = np.concatenate([[0], np.cumsum(width)[:-1]])
    sums = [one.sums_wan for one in PRODUCTS]
    sum_width = np.array([len(one) for one in sums])
    sum_starts = np.concatenate([[0], np.cumsum(sum_width)[:-1]])
    sum_choice = (draw.beta(1.6, 2.2, count) * sum_width[product]).astype(np.int64)
    cover_seed = draw.integers(0, 1_000_000, count)
    fleet = np.where(is_group & _motor[product], draw.integers(2, 16, count), 1)
    yuan = _base[product] * np.exp(draw.normal(0, 1, count) * _spread[product]) * fleet
    return Contracts(
        client=of,
        product=product,
        insurer=np.concatenate(insurers)[starts[product] + choice],
        sum_wan=np.array([wan for one in sums for wan in one])[sum_starts[product] + sum_choice],
        cover_seed=cover_seed,
        premium_fen=rounded_fen(yuan * 100),
    )


def rounded_fen(fen: Array) -> Array:
    """A premium as insurers quote it: whole yuan, whole tens above a thousand."""
    step = np.where(fen >= 100_000, 1000, 100)
    return (np.round(fen / step) * step).astype(np.int64)


def years_later(day: Array, years: int = 1) -> Array:
    """The same calendar day ``years`` on; 29 February becomes 1 March in a common year."""
    month = day.astype("datetime64[M]")
    made: Array = (month + 12 * years).astype("datetime64[D]") + (
        day - month.astype("datetime64[D]")
    )
    return made


def renewal_odds(world: World, client: Clients, of: Array, product: Array, due_on: Array) -> Array:
    """The probability that a term is renewed, planted patterns included."""
    odds = _rate[product].copy()
    odds += PLANTED.losing_product_points * _losing[product]
    odds += PLANTED.overloaded_points * (client.owner[of] == world.overloaded)
    odds += PLANTED.late_payer_points * client.is_late_payer[of]
    odds += PLANTED.price_rise_points * in_price_rise(world, product, due_on)
    clipped: Array = np.clip(odds, 0.05, 0.985)
    return clipped


def in_price_rise(world: World, product: Array, due_on: Array) -> Array:
    """Motor terms that end in the month of the price rise."""
    month = np.datetime64(price_rise_month(world.on), "M")
    found: Array = _motor[product] & (due_on.astype("datetime64[M]") == month)
    return found
