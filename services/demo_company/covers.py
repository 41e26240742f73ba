"""What a policy covers, item by item, as the policy's own JSON."""

import numpy as np

from services.demo_company.columns import Array, texts
from services.demo_company.policies import MOTOR
from services.demo_company.products import PRODUCTS

_THIRD_WAN = (100, 150, 200, 300)
_FIRST_YEAR = 2022


def covers(
    product: Array, cover_seed: Array, inception_on: Array, *, is_proposed: bool = False
) -> Array:
    """The items of each policy: motor cars lose a tenth of their value every year.

    Args:
        is_proposed: as the next term is offered: a third of the motor quotes raise the
            third-party sum by a step.
    """
    made = texts([(one.covers or ("{}",))[0] for one in PRODUCTS])[product]
    for at, one in enumerate(PRODUCTS):
        if len(one.covers) > 1:
            here = np.flatnonzero(product == at)
            made[here] = texts(one.covers)[cover_seed[here] % len(one.covers)]
    motor = np.flatnonzero(product == MOTOR)
    seed = cover_seed[motor]
    step = np.minimum(seed % 4 + (is_proposed & (seed % 3 == 0)), 3)
    years = inception_on[motor].astype("datetime64[Y]").astype(np.int64) + 1970 - _FIRST_YEAR
    damage = ((60_000 + seed % 240_000) * 0.9**years // 1000 * 100_000).astype(np.int64)
    third = np.array(_THIRD_WAN)[step] * 1_000_000
    seat = np.where(seed % 5 < 2, 5_000_000, 1_000_000)
    made[motor] = texts(
        [
            f'{{"三者险": {t}, "车损险": {d}, "座位险": {s}}}'
            for t, d, s in zip(third.tolist(), damage.tolist(), seat.tolist(), strict=True)
        ]
    )
    return made
