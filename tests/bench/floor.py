"""``python -m tests.bench.floor``: how near to a bare fragment any screen like the queue can come.

The queue's elements of plain data, nothing read and nothing saved, against the bare fragment of
rows ``f.work`` and ``g.work``, in one run: what is left of a limit is all that reading and saving
may cost.
"""

import asyncio
import os
from functools import partial

from tests.bench import serving
from tests.bench.pages import VISITORS, in_turn, opened, per_second

AGAIN = {"drawn": "drawn.again", "bare": "bare.again"}


async def main() -> None:
    with serving.trivial() as bare, serving.served("tests.bench.drawn.app:app", os.environ) as ours:
        drawn, trivial = await opened(ours), await opened(bare)
        mine, theirs = await in_turn(
            lambda: drawn.press(AGAIN["drawn"]), lambda: trivial.press(AGAIN["bare"])
        )
        print(f"one visitor   {mine:.1f} ms ÷ {theirs:.1f} ms = {mine / theirs:.2f}")
        rates = [await _rate(ours, AGAIN["drawn"]), await _rate(bare, AGAIN["bare"])]
        print(f"eight busy    {rates[1]:.0f}/s ÷ {rates[0]:.0f}/s = {rates[1] / rates[0]:.2f}")


async def _rate(url: str, key: str) -> float:
    visitors = [await opened(url) for _ in range(VISITORS)]
    return await per_second([partial(one.press, key) for one in visitors])


if __name__ == "__main__":
    asyncio.run(main())
