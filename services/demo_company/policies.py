"""The policies of one chunk of clients, term after term, and what became of each term's end.

A short contract is told forward: a first term, then at each end whether it was renewed, lost or
left to lapse, until the end lies beyond the windows. Planted patterns bend the odds here.
"""

from dataclasses import dataclass

import numpy as np

from services.demo_company.clients import Clients, Ids
from services.demo_company.columns import NO_DAY, NO_INT, Array, Draw, days, picked, texts
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
_long = np.array([product.line.is_long_term for product in PRODUCTS])
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
    person = picked(draw, [5, 44, 31, 14, 6], client.count)
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
    fleet = np.where(is_group & _motor[product], draw.integers(2, 16, count), 1)
    yuan = _base[product] * np.exp(draw.normal(0, 1, count) * _spread[product]) * fleet
    return Contracts(
        client=of,
        product=product,
        insurer=np.concatenate(insurers)[starts[product] + choice],
        sum_wan=np.array([wan for one in sums for wan in one])[sum_starts[product] + sum_choice],
        cover_seed=draw.integers(0, 1_000_000, count),
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


def renewal_odds(
    world: World, client: Clients, of: Array, product: Array, due_on: Array
) -> Array:
    """The probability that a term is renewed, planted patterns included."""
    odds = _rate[product].copy()
    odds += PLANTED.losing_product_points * _losing[product]
    odds += PLANTED.overloaded_points * (client.owner[of] == world.overloaded)
    odds += PLANTED.late_payer_points * client.is_late_payer[of]
    odds += PLANTED.price_rise_points * in_price_rise(world, product, due_on)
    return np.clip(odds, 0.05, 0.985)


def in_price_rise(world: World, product: Array, due_on: Array) -> Array:
    """Motor terms that end in the month of the price rise."""
    month = np.datetime64(price_rise_month(world.on), "M")
    found: Array = _motor[product] & (due_on.astype("datetime64[M]") == month)
    return found


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
    at = np.flatnonzero(~_long[contracts.product])
    old = draw.random(len(at)) < 0.54
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
    return _told(draw, world, client, contracts, rounds)


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
    closed = has_case & (close_on < on)
    done_today = has_case & (close_on == on)
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
        draw.random(count) < 0.4, draw.integers(1, 25, count), -draw.gamma(1.6, 7.0, count)
    )
    gone = -draw.integers(5, 60, count)
    found = np.select(
        [fate == RENEWED, fate == LOST, fate == LAPSED], [renewed, lost, OVERDUE_DAYS + 1], gone
    )
    return np.clip(found, -85, OVERDUE_DAYS + 1).astype(np.int64)


def _first_contacts(draw: Draw, is_over: Array, count: int) -> Array:
    """Days before the end at which the client is first called."""
    usual = draw.normal(44, 13, count)
    usual -= is_over * PLANTED.overloaded_first_contact_days
    return np.clip(usual, 2, 84).astype(np.int64)


def _told(
    draw: Draw, world: World, client: Clients, contracts: Contracts, rounds: list[_Round]
) -> tuple[Policies, Cases]:
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


@dataclass(slots=True)
class Instalments:
    """Instalments of a chunk; ``policy`` is the index among the long-term policies."""

    id: Array
    policy: Array
    due_on: Array
    premium_fen: Array
    paid_on: Array
    status: Array


def long_terms(
    draw: Draw, world: World, client: Clients, contracts: Contracts, ids: Ids
) -> tuple[Policies, Instalments, Cases]:
    """Contracts over many years, their instalments, and the cases of those that fall due."""
    on = np.datetime64(world.on, "D")
    at = np.flatnonzero(_long[contracts.product])
    count = len(at)
    age_months = (96 * draw.random(count) ** 1.3).astype(np.int64)
    inception = (np.datetime64(world.on, "M") - age_months).astype("datetime64[D]") + days(
        draw.integers(0, 28, count)
    )
    inception = np.where(inception > on, inception - 31, inception)
    every = np.array([12, 6, 3, 1])[picked(draw, [84, 8, 6, 2], count)]
    yearly = contracts.premium_fen[at]
    of = contracts.client[at]
    rows = _due_days(on, inception, every)
    late_habit = client.is_late_payer[of][rows.policy]
    paid_on, fails = _payments(draw, on, rows, late_habit, every[rows.policy], world.is_worked)
    keep, suspended = _until_failure(rows, fails, count)
    rows, paid_on, fails = rows.kept(keep), paid_on[keep], fails[keep]
    status = np.select(
        [~np.isnat(paid_on), rows.due_on > on, fails], ["paid", "due", "unpaid"], "grace"
    ).astype(object)
    in_grace = np.zeros(count, dtype=bool)
    in_grace[rows.policy[status == "grace"]] = True
    is_annuity = contracts.product[at] == next(
        i for i, product in enumerate(PRODUCTS) if product.line is Line.ANNUITY
    )
    policies = Policies(
        id=np.zeros(count, dtype=np.int64),
        client=of,
        product=contracts.product[at],
        insurer=contracts.insurer[at],
        inception_on=inception,
        expiry_on=np.where(is_annuity, years_later(inception, 20) - 1, NO_DAY),
        premium_fen=yearly,
        sum_insured_fen=contracts.sum_wan[at] * 1_000_000,
        mode=np.select(
            [every == 12, every == 6, every == 3], ["annual", "semiannual", "quarterly"], "monthly"
        ).astype(object),
        status=np.select(
            [~np.isnat(suspended), in_grace], ["suspended", "grace"], "in_force"
        ).astype(object),
        previous=np.full(count, NO_INT),
        ended_on=suspended,
        cover_seed=contracts.cover_seed[at],
    )
    instalments = Instalments(
        id=ids.take("instalment", len(rows.policy)),
        policy=rows.policy,
        due_on=rows.due_on,
        premium_fen=rounded_fen(yearly[rows.policy] * every[rows.policy] / 12),
        paid_on=paid_on,
        status=status,
    )
    return policies, instalments, _instalment_cases(draw, world, client, policies, instalments)


@dataclass(slots=True)
class _Rows:
    policy: Array
    due_on: Array
    nth: Array

    def kept(self, keep: Array) -> "_Rows":
        return _Rows(self.policy[keep], self.due_on[keep], self.nth[keep])


def _due_days(on: np.datetime64, inception: Array, every: Array) -> _Rows:
    """Due days inside the history and a year ahead, ten years of payment at most."""
    months_to = (
        (on + 365).astype("datetime64[M]").astype(np.int64)
        - inception.astype("datetime64[M]").astype(np.int64)
    )
    count = months_to // every + 1
    policy = np.repeat(np.arange(len(inception)), count)
    nth = np.arange(len(policy)) - np.repeat(np.cumsum(count) - count, count)
    month = inception.astype("datetime64[M]")
    day_of_month = inception - month.astype("datetime64[D]")
    due = (month[policy] + nth * every[policy]).astype("datetime64[D]") + day_of_month[policy]
    keep = (due >= on - HISTORY_DAYS) & (due <= on + 365)
    return _Rows(policy[keep], due[keep], nth[keep])


def _payments(
    draw: Draw, on: np.datetime64, rows: _Rows, habit: Array, every: Array, is_worked: bool
) -> tuple[Array, Array]:
    """When each instalment is paid (NaT: not yet), and whether its grace ran out unpaid."""
    count = len(rows.due_on)
    fails = draw.random(count) < np.where(habit, 0.10, 0.024) * every / 12
    fails &= (rows.nth > 0) & (rows.due_on <= on - GRACE_DAYS - 1)
    late = draw.random(count) < np.where(
        habit, PLANTED.late_payer_lates, PLANTED.ordinary_lates
    )
    delay = np.where(
        late, 6 + draw.beta(1.3, 1.8, count) * 52, np.clip(draw.normal(-3, 4, count), -14, 4)
    ).astype(np.int64)
    paid_on = rows.due_on + days(np.where(rows.nth == 0, 0, delay))
    not_yet = paid_on > on if is_worked else paid_on >= on
    return np.where(fails | not_yet, NO_DAY, paid_on), fails


def _until_failure(rows: _Rows, fails: Array, count: int) -> tuple[Array, Array]:
    """Rows up to each policy's first failure, and the day each policy was suspended."""
    first = np.full(count, np.datetime64("9999-01-01", "D"))
    np.minimum.at(first, rows.policy[fails], rows.due_on[fails])
    keep = rows.due_on <= first[rows.policy]
    suspended = np.where(first < np.datetime64("9000-01-01"), first + GRACE_DAYS + 1, NO_DAY)
    return keep, suspended


def _instalment_cases(
    draw: Draw, world: World, client: Clients, policies: Policies, rows: Instalments
) -> Cases:
    on = np.datetime64(world.on, "D")
    first = policies.inception_on[rows.policy]
    at = np.flatnonzero((rows.due_on > first) & (rows.due_on <= on + AHEAD_DAYS))
    count = len(at)
    due, paid_on = rows.due_on[at], rows.paid_on[at]
    fails = rows.status[at] == "unpaid"
    is_open = np.isnat(paid_on) & ~fails
    of = policies.client[rows.policy[at]]
    is_over = client.owner[of] == world.overloaded
    before = np.clip(draw.normal(17, 7, count) - 9 * is_over, -5, 80).astype(np.int64)
    close_on = np.where(np.isnat(paid_on), due + GRACE_DAYS + 1, paid_on)
    return Cases(
        policy=rows.policy[at],
        client=of,
        product=policies.product[rows.policy[at]],
        due_on=due,
        premium_fen=rows.premium_fen[at],
        next_premium_fen=rows.premium_fen[at],
        fate=np.where(fails, LAPSED, RENEWED),
        close_on=close_on,
        is_open=is_open,
        first_contact_on=np.minimum(due - days(before), close_on),
        is_instalment=np.ones(count, dtype=bool),
        instalment_id=rows.id[at],
        renewed_policy=np.full(count, NO_INT),
    )
