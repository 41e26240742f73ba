"""``python -m tests.bench.floor``: how near to a bare fragment any screen like the queue can come.

The queue's elements of plain data, nothing read and nothing saved, against the bare fragment of
rows ``f.work`` and ``g.work``, in one run: what is left of a limit is all that reading and saving
may cost.
"""

import asyncio
import os
from functools import partial

from tests.bench import serving
from tests.bench.pages import VISITORS, Timed, both_per_second, in_turn, opened

AGAIN = {"drawn": "drawn.again", "bare": "bare.again"}


async def main() -> None:
    with serving.trivial() as bare, serving.served("tests.bench.drawn.app:app", os.environ) as ours:
        drawn, trivial = await opened(ours), await opened(bare)
        mine, theirs = await in_turn(
            lambda: drawn.press(AGAIN["drawn"]), lambda: trivial.press(AGAIN["bare"])
        )
        print(f"one visitor   {mine:.1f} ms ÷ {theirs:.1f} ms = {mine / theirs:.2f}")
        ours_per_second, bare_per_second = await both_per_second(
            await _pressing(ours, AGAIN["drawn"]), await _pressing(bare, AGAIN["bare"])
        )
        print(
            f"eight busy    {bare_per_second:.0f}/s ÷ {ours_per_second:.0f}/s"
            f" = {bare_per_second / ours_per_second:.2f}"
        )


async def _pressing(url: str, key: str) -> list[Timed]:
    visitors = [await opened(url) for _ in range(VISITORS)]
    return [partial(one.press, key) for one in visitors]


if __name__ == "__main__":
    asyncio.run(main())
