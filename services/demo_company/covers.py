"""What a policy covers, item by item, as the policy's own JSON."""

import re
from functools import cache

import numpy as np

from services.demo_company.columns import Array, texts
from services.demo_company.policies import MOTOR
from services.demo_company.products import PRODUCTS

_FIRST_YEAR = 2022
_SHARE = re.compile(r"@(\d+)")


def covers(
    product: Array,
    sum_insured_fen: Array,
    cover_seed: Array,
    inception_on: Array,
    *,
    is_proposed: bool = False,
) -> Array:
    """The items of each policy: motor cars lose a tenth of their value every year.

    Args:
        is_proposed: as the next term is offered: a third of the motor quotes raise the
            third-party sum by a step.
    """
    made = np.full(len(product), "{}", dtype=object)
    for at, one in enumerate(PRODUCTS):
        here = np.flatnonzero(product == at)
        if not one.covers or not len(here):
            continue
        sums = np.array(one.sums_wan)
        way = cover_seed[here] % len(one.covers)
        which = np.searchsorted(sums, sum_insured_fen[here] // 1_000_000)
        made[here] = _written(at)[way * len(sums) + which]
    motor = np.flatnonzero(product == MOTOR)
    seed = cover_seed[motor]
    sums = np.array(PRODUCTS[MOTOR].sums_wan) * 1_000_000
    step = np.searchsorted(sums, sum_insured_fen[motor])
    third = sums[np.minimum(step + (is_proposed & (seed % 3 == 0)), len(sums) - 1)]
    years = inception_on[motor].astype("datetime64[Y]").astype(np.int64) + 1970 - _FIRST_YEAR
    damage = ((60_000 + seed % 240_000) * 0.9**years // 1000 * 100_000).astype(np.int64)
    seat = np.where(seed % 5 < 2, 5_000_000, 1_000_000)
    made[motor] = texts(
        [
            f'{{"三者险": {t}, "车损险": {d}, "座位险": {s}}}'
            for t, d, s in zip(third.tolist(), damage.tolist(), seat.tolist(), strict=True)
        ]
    )
    return made


@cache
def _written(product: int) -> Array:
    """Every way of a product's cover for every sum insured it is sold with."""
    one = PRODUCTS[product]
    return texts(
        [
            _SHARE.sub(lambda share, wan=wan: str(int(share[1]) * wan * 10_000), way)  # type: ignore[misc]
            for way in one.covers
            for wan in one.sums_wan
        ]
    )
