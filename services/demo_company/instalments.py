"""Contracts over many years: their instalments, paid or not, and the cases of those that fell due."""

from dataclasses import dataclass

import numpy as np

from services.demo_company.clients import Clients, Ids
from services.demo_company.columns import NO_DAY, NO_INT, Array, Draw, days, picked
from services.demo_company.organisation import World
from services.demo_company.patterns import PLANTED
from services.demo_company.policies import (
    AHEAD_DAYS,
    GRACE_DAYS,
    HISTORY_DAYS,
    IS_LONG,
    LAPSED,
    RENEWED,
    Cases,
    Contracts,
    Policies,
    rounded_fen,
    years_later,
)
from services.demo_company.products import PRODUCTS
from terms.policies import Line


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
    at = np.flatnonzero(IS_LONG[contracts.product])
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
    months_to = (on + 365).astype("datetime64[M]").astype(np.int64) - inception.astype(
        "datetime64[M]"
    ).astype(np.int64)
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
    late = draw.random(count) < np.where(habit, PLANTED.late_payer_lates, PLANTED.ordinary_lates)
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
