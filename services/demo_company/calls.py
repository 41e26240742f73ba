"""How the cases were worked: who was called when, what they said, what was agreed for later."""

from dataclasses import dataclass

import numpy as np

from services.demo_company.clients import Clients
from services.demo_company.columns import (
    NO_INSTANT,
    Array,
    Draw,
    days,
    instants,
    picked,
    working_seconds,
)
from services.demo_company.organisation import World
from services.demo_company.policies import (
    LAPSED,
    LOST,
    RENEWED,
    WITHDRAWN,
    Cases,
    in_price_rise,
)

MOST_CALLS = 4


DONE_TODAY = 8


"""Cases a specialist has worked this morning, about."""


REACHED = 0


NO_ANSWER = 1


WRONG_NUMBER = 2


NOTHING = -1


WILL = 0


THINKS = 1


REFUSES = 2


_reason_weights = np.array([27, 9, 11, 8, 24, 11, 4, 6])


_reason_after_rise = np.array([68, 5, 4, 3, 14, 3, 1, 2])


_reason_instalment = np.array([8, 62, 8, 2, 4, 6, 8, 2])


_FIRST_TODAY = np.array([10, 10.5, 15.5]) * 3600


"""Appointments the first specialist has today in any case."""


_times = np.array([10, 10.5, 11, 11.5, 14, 14.5, 15, 15.5, 16, 16.5, 17, 17.5]) * 3600


@dataclass(slots=True)
class Calls:
    """All calls, a row per case and a column per call; ``there`` says which of them happened."""

    there: Array
    at: Array
    outcome: Array
    intention: Array


def refusal_reasons(draw: Draw, world: World, cases: Cases) -> Array:
    """Why somebody says no, if they do; an index into the default reasons."""
    count = len(cases.policy)
    usual = picked(draw, _reason_weights, count)
    rise = picked(draw, _reason_after_rise, count)
    instalment = picked(draw, _reason_instalment, count)
    is_rise = in_price_rise(world, cases.product, cases.due_on)
    return np.where(cases.is_instalment, instalment, np.where(is_rise, rise, usual))


def make_calls(draw: Draw, world: World, client: Clients, cases: Cases) -> Calls:
    on = np.datetime64(world.on, "D")
    count = len(cases.policy)
    late = np.minimum(cases.close_on, cases.due_on + days(draw.integers(2, 22, count)))
    last = np.where(cases.is_open, on - 1, np.where(cases.fate == LAPSED, late, cases.close_on))
    first = np.minimum(cases.first_contact_on, np.where(cases.is_open, on + 400, last))
    span = (last - first).astype(np.int64)
    gap = draw.integers(9, 24, count)
    most = np.where(cases.due_on < on - 365, 2, 3)
    number = np.where(span < 0, 0, 1 + np.minimum(np.maximum(span, 0) // gap, most - 1))
    silent = cases.is_instalment & (draw.random(count) < 0.45) & (cases.fate == RENEWED)
    number[silent] = 0
    nth = np.arange(MOST_CALLS)
    there = nth < number[:, None]
    step = np.where(
        cases.is_open[:, None],
        nth * gap[:, None],
        span[:, None] * nth // np.maximum(number - 1, 1)[:, None],
    )
    day = first[:, None] + np.where(there, step, 0).astype("timedelta64[D]")
    day = (
        world.worked(np.minimum(day, on - 1))
        if not world.is_worked
        else np.where(day >= on, on, world.worked(day))
    )
    at = instants(day, working_seconds(draw, day.size).reshape(day.shape))
    outcome, intention = _said(draw, cases, number, nth)
    _work_today(draw, world, client, cases, number, there, at, outcome, intention)
    order = np.argsort(np.where(there, at, np.datetime64("9999-01-01", "s")), axis=1)
    return Calls(there, np.take_along_axis(at, order, axis=1), outcome, intention)


def _said(draw: Draw, cases: Cases, number: Array, nth: Array) -> tuple[Array, Array]:
    """Outcome and intention of every call; the last one of a closed case tells its fate."""
    shape = (len(number), MOST_CALLS)
    outcome = picked(draw, [67, 30, 3], shape[0] * MOST_CALLS).reshape(shape)
    mood = draw.random(shape)
    likes = (cases.fate == RENEWED)[:, None]
    intention = np.where(
        likes,
        np.select([mood < 0.34, mood < 0.96], [WILL, THINKS], REFUSES),
        np.select([mood < 0.08, mood < 0.72], [WILL, THINKS], REFUSES),
    )
    is_last = (nth == (number - 1)[:, None]) & ~cases.is_open[:, None]
    for fate, said in ((RENEWED, WILL), (LOST, REFUSES), (WITHDRAWN, THINKS)):
        here = is_last & (cases.fate == fate)[:, None]
        outcome[here] = REACHED
        intention[here] = said
    outcome[is_last & (cases.fate == LAPSED)[:, None] & (mood < 0.75)] = NO_ANSWER
    intention[outcome != REACHED] = NOTHING
    return outcome, intention


def _work_today(
    draw: Draw,
    world: World,
    client: Clients,
    cases: Cases,
    number: Array,
    there: Array,
    at: Array,
    outcome: Array,
    intention: Array,
) -> None:
    """The first cases of this morning, called between 08:31 and 09:10."""
    if not world.is_worked:
        return
    on = np.datetime64(world.on, "D")
    left = (cases.due_on - on).astype(np.int64)
    candidate = cases.is_open & (left <= 30) & (left >= -OLDEST_CALLED)
    share = np.zeros(len(world.people) + 1)
    share[world.owners] = world.owner_weights / world.owner_weights.sum()
    expected = np.maximum(share[client.owner[cases.client]] * world.clients * 0.1, 1)
    chosen = np.flatnonzero(
        candidate & (draw.random(len(number)) < (DONE_TODAY - 1) / expected) & (number < MOST_CALLS)
    )
    slot = number[chosen]
    there[chosen, slot] = True
    outcome[chosen, slot] = picked(draw, [72, 26, 2], len(chosen))
    likes = cases.fate[chosen] == RENEWED
    said = np.where(
        likes, picked(draw, [4, 6, 0.3], len(chosen)), picked(draw, [0.5, 5, 4.5], len(chosen))
    )
    intention[chosen, slot] = np.where(outcome[chosen, slot] == REACHED, said, NOTHING)
    number[chosen] += 1
    row = np.concatenate([chosen, np.flatnonzero(~cases.is_open & (cases.close_on == on))])
    row = row[number[row] > 0]
    owner = client.owner[cases.client[row]]
    order = np.lexsort((draw.random(len(row)), owner))
    row, owner = row[order], owner[order]
    _, start, size = np.unique(owner, return_index=True, return_counts=True)
    nth = np.arange(len(row)) - np.repeat(start, size)
    minute = 8 * 60 + 31 + nth * 39 // np.repeat(np.maximum(size, 8), size)
    at[row, number[row] - 1] = instants(np.full(len(row), on), minute * 60)


OLDEST_CALLED = 60


@dataclass(slots=True)
class Appointments:
    """What was agreed in a call: the next one. ``due_at`` per call, NaT where nothing was."""

    due_at: Array
    state: Array
    """-1 none, 0 open, 1 kept, 2 broken."""


def appointments(
    draw: Draw, world: World, client: Clients, cases: Cases, calls: Calls
) -> Appointments:
    """Who doubts agrees to be called again; past ones were kept or not, the last may be open."""
    on = np.datetime64(world.on, "D")
    shape = calls.there.shape
    due_at = np.full(shape, NO_INSTANT)
    state = np.full(shape, -1)
    doubts = calls.there & (calls.intention == THINKS) & (draw.random(shape) < 0.6)
    followed = np.zeros(shape, dtype=bool)
    followed[:, :-1] = calls.there[:, 1:]
    recent = (cases.due_on > on - 400)[:, None]
    past = doubts & followed & recent
    shifted = np.roll(calls.at, -1, axis=1)
    kept = draw.random(shape) < 0.86
    due_at[past] = shifted[past]
    state[past] = np.where(kept[past], 1, 2)
    slip = (draw.integers(1, 4, shape) * 86_400).astype("timedelta64[s]")
    broken = past & ~kept & (shifted - slip > calls.at)
    due_at[broken] = (shifted - slip)[broken]
    state[past & ~kept & ~broken] = 1
    number = calls.there.sum(axis=1)
    last = np.maximum(number - 1, 0)
    row = np.flatnonzero(cases.is_open & (number > 0))
    row = row[(calls.intention[row, last[row]] == THINKS) & (draw.random(len(row)) < 0.85)]
    ahead = picked(draw, [5, 38, 16, 12, 10, 8, 6, 4, 4, 4], len(row)) - 1
    day = on + days(np.where(ahead < 0, -draw.integers(1, 3, len(row)), ahead))
    when = instants(day, _times[draw.integers(0, len(_times), len(row))].astype(np.int64))
    mine = np.flatnonzero(client.owner[cases.client[row]] == 1)[: len(_FIRST_TODAY)]
    when[mine] = instants(np.full(len(mine), on), _FIRST_TODAY[: len(mine)].astype(np.int64))
    when = np.where(when <= calls.at[row, last[row]], when + np.timedelta64(4 * 86_400, "s"), when)
    due_at[row, last[row]] = when
    state[row, last[row]] = 0
    return Appointments(due_at, state)
