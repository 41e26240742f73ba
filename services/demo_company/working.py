"""How the cases were worked: calls, what was said, what was agreed, and where each case stands."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from services.demo_company import phrases
from services.demo_company.clients import Clients, Ids
from services.demo_company.columns import (
    NO_DAY,
    NO_INSTANT,
    NO_INT,
    Array,
    Draw,
    Table,
    any_of,
    days,
    instants,
    picked,
    table,
    texts,
    where_text,
    working_seconds,
)
from services.demo_company.covers import covers
from services.demo_company.organisation import World
from services.demo_company.policies import (
    AHEAD_DAYS,
    LAPSED,
    LOST,
    RENEWED,
    WITHDRAWN,
    Cases,
    Policies,
    in_price_rise,
)
from services.demo_company.products import PRODUCTS
from services.renewals.rules import LossTable
from services.rule_tables import DEFAULTS
from terms.renewals import RefusalReason

MOST_CALLS = 4
DONE_TODAY = 8
"""Cases a specialist has worked this morning, about."""

REACHED, NO_ANSWER, WRONG_NUMBER = 0, 1, 2
NOTHING, WILL, THINKS, REFUSES = -1, 0, 1, 2

_outcomes = texts(["reached", "no_answer", "wrong_number"])
_intentions = texts(["renews", "thinking", "refuses", None])
_reasons = texts([reason.value for reason in RefusalReason])
_reason_weights = np.array([27, 9, 11, 8, 24, 11, 4, 6])
_reason_after_rise = np.array([68, 5, 4, 3, 14, 3, 1, 2])
_reason_instalment = np.array([8, 62, 8, 2, 4, 6, 8, 2])
_fates = texts(["renewed", "lost", "lapsed", "withdrawn"])
_times = np.array([10, 10.5, 11, 11.5, 14, 14.5, 15, 15.5, 16, 16.5, 17, 17.5]) * 3600


@dataclass(slots=True)
class Calls:
    """All calls, a row per case and a column per call; ``there`` says which of them happened."""

    there: Array
    at: Array
    outcome: Array
    intention: Array


def case_tables(
    draw: Draw, world: World, ids: Ids, client: Clients, policies: Policies, cases: Cases
) -> Iterator[Table]:
    """Renewals, their contacts, promises and the allocation ledger."""
    renewal_id = ids.take("renewal", len(cases.policy))
    reason = _refusal_reasons(draw, world, cases)
    calls = _calls(draw, world, client, cases)
    appointment = _appointments(draw, world, cases, calls)
    yield _renewals(draw, world, client, policies, cases, renewal_id, calls, reason, appointment)
    yield from _contacts(draw, world, ids, client, cases, renewal_id, calls, reason, appointment)
    yield _ledger(ids, client, policies, cases, renewal_id)


def opened_on(policies: Policies, cases: Cases) -> Array:
    """The day a case was extracted for: 90 days before it is due, not before the policy began."""
    found: Array = np.maximum(cases.due_on - AHEAD_DAYS, policies.inception_on[cases.policy])
    return found


def _refusal_reasons(draw: Draw, world: World, cases: Cases) -> Array:
    """Why somebody says no, if they do; an index into the default reasons."""
    count = len(cases.policy)
    usual = picked(draw, _reason_weights, count)
    rise = picked(draw, _reason_after_rise, count)
    instalment = picked(draw, _reason_instalment, count)
    is_rise = in_price_rise(world, cases.product, cases.due_on)
    return np.where(cases.is_instalment, instalment, np.where(is_rise, rise, usual))


def _calls(draw: Draw, world: World, client: Clients, cases: Cases) -> Calls:
    on = np.datetime64(world.on, "D")
    count = len(cases.policy)
    late = np.minimum(cases.close_on, cases.due_on + days(draw.integers(2, 22, count)))
    last = np.where(
        cases.is_open, on - 1, np.where(cases.fate == LAPSED, late, cases.close_on)
    )
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
    day = world.worked(np.minimum(day, on - 1)) if not world.is_worked else np.where(
        day >= on, on, world.worked(day)
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
    said = np.where(likes, picked(draw, [4, 6, 0.3], len(chosen)), picked(draw, [0.5, 5, 4.5], len(chosen)))
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


def _appointments(draw: Draw, world: World, cases: Cases, calls: Calls) -> Appointments:
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
    row = row[doubts[row, last[row]]]
    ahead = picked(draw, [6, 30, 16, 12, 10, 8, 6, 4, 4, 4], len(row)) - 1
    day = on + days(np.where(ahead < 0, -draw.integers(1, 3, len(row)), ahead))
    when = instants(day, _times[draw.integers(0, len(_times), len(row))].astype(np.int64))
    when = np.where(when <= calls.at[row, last[row]], when + np.timedelta64(4 * 86_400, "s"), when)
    due_at[row, last[row]] = when
    state[row, last[row]] = 0
    return Appointments(due_at, state)


def _renewals(
    draw: Draw,
    world: World,
    client: Clients,
    policies: Policies,
    cases: Cases,
    renewal_id: Array,
    calls: Calls,
    reason: Array,
    appointment: Appointments,
) -> Table:
    on = np.datetime64(world.on, "D")
    count = len(renewal_id)
    every = np.arange(count)
    number = calls.there.sum(axis=1)
    last = np.maximum(number - 1, 0)
    was_reached = calls.there & (calls.outcome == REACHED)
    said = _last_said(calls, was_reached)
    attempts = np.zeros(count, dtype=np.int64)
    for nth in range(MOST_CALLS):
        attempts = np.where(
            calls.there[:, nth], np.where(was_reached[:, nth], 0, attempts + 1), attempts
        )
    is_reached = was_reached.any(axis=1)
    left = (cases.due_on - on).astype(np.int64)
    quotes = draw.random(count) < np.select(
        [left <= 15, left <= 30, left <= 60],
        [np.where(is_reached, 0.85, 0.35), np.where(is_reached, 0.6, 0.2), 0.12 * is_reached],
        0.0,
    )
    is_quoted = quotes & ~cases.is_instalment
    is_open = cases.is_open
    working = np.select(
        [said == WILL, is_quoted, is_reached], ["agreed", "quoted", "contacted"], "allocated"
    )
    state = np.where(is_open, working, _fates[cases.fate]).astype(object)
    renewed = ~is_open & (cases.fate == RENEWED)
    reached = np.select(
        [renewed, (was_reached & (calls.intention == WILL)).any(axis=1), is_quoted, is_reached],
        ["renewed", "agreed", "quoted", "contacted"],
        "extracted",
    ).astype(object)
    no = np.where(
        is_open,
        said == REFUSES,
        (cases.fate == LOST) | ((cases.fate == LAPSED) & (said == REFUSES)),
    )
    gone = ~is_open & (cases.fate == LAPSED) & (number > 0) & ~is_reached
    refusal = where_text(gone, "unreachable", where_text(no, _reasons[reason]))
    opened = opened_on(policies, cases)
    given = instants(opened, np.full(count, 7 * 3600 + 1800))
    has_call = number > 0
    last_at = np.where(has_call, calls.at[every, last], NO_INSTANT)
    closed_on = np.where(is_open, NO_DAY, cases.close_on)
    closed_at = instants(closed_on, np.full(count, 8 * 3600 + 40 * 60))
    updated = np.fmax(np.fmax(given, last_at), np.where(renewed | ~is_open, closed_at, NO_INSTANT))
    renewed_policy = np.where(
        cases.renewed_policy == NO_INT, NO_INT, policies.id[np.maximum(cases.renewed_policy, 0)]
    )
    next_at = np.where(
        is_open & (appointment.state[every, last] == 0), appointment.due_at[every, last], NO_INSTANT
    )
    lines = texts([product.line.value for product in PRODUCTS])
    return table(
        "renewal",
        count,
        id=renewal_id,
        client_id=client.id[cases.client],
        policy_id=policies.id[cases.policy],
        instalment_id=cases.instalment_id,
        kind=np.where(cases.is_instalment, "instalment", "term").astype(object),
        line=lines[cases.product],
        due_on=cases.due_on,
        opened_on=opened,
        state=state,
        is_open=is_open,
        reached=reached,
        branch_id=client.branch[cases.client],
        team_id=client.team[cases.client],
        assignee_id=client.owner[cases.client],
        assigned_at=given,
        premium_fen=cases.premium_fen,
        proposed_premium_fen=np.where(
            is_quoted | (renewed & ~cases.is_instalment), cases.next_premium_fen, NO_INT
        ),
        proposed_cover=_proposed(cases, policies, is_quoted & is_open),
        at_risk_fen=np.where(is_open, _at_risk(cases.premium_fen, working, said, left), 0),
        next_at=next_at,
        attempts=attempts,
        last_contact_at=last_at,
        last_outcome=where_text(has_call, _outcomes[calls.outcome[every, last]]),
        last_intention=_intentions[said],
        refusal_reason=refusal,
        closed_on=closed_on,
        renewed_policy_id=renewed_policy,
        renewed_premium_fen=np.where(renewed, cases.next_premium_fen, NO_INT),
        version=1 + number,
        created_at=given,
        updated_at=updated,
    )


def _last_said(calls: Calls, was_reached: Array) -> Array:
    """The intention last heard; ``NOTHING`` where nobody was reached."""
    said = np.full(len(was_reached), NOTHING)
    for nth in range(MOST_CALLS):
        said = np.where(was_reached[:, nth], calls.intention[:, nth], said)
    return said


def _proposed(cases: Cases, policies: Policies, is_quoted: Array) -> Array:
    made = np.full(len(is_quoted), "{}", dtype=object)
    at = np.flatnonzero(is_quoted)
    of = cases.policy[at]
    made[at] = covers(
        cases.product[at], policies.cover_seed[of], cases.due_on[at] + 1, is_proposed=True
    )
    return made


def _at_risk(premium: Array, state: Array, said: Array, left: Array) -> Array:
    """Money at risk, as ``services.renewals.rules.at_risk_fen`` counts it for one case."""
    loss = LossTable.of(DEFAULTS["renewal.loss_share"].value, DEFAULTS["renewal.urgency"].value)
    shares = loss.shares
    by_said = np.array([shares["renews"], shares["thinking"], shares["refuses"], 0])[said]
    by_state = np.select(
        [state == "agreed", state == "quoted", state == "contacted"],
        [shares["agreed"], shares["quoted"], shares["contacted"]],
        shares["allocated"],
    )
    share = np.where((state == "agreed") | (said == NOTHING), by_state, by_said)
    share = np.where(left < 0, np.maximum(share, shares["overdue"]), share)
    limits = np.array([limit for limit, _ in loss.bands])
    percents = np.array([percent for _, percent in loss.bands] + [loss.last])
    urgency = percents[np.searchsorted(limits, left, side="left")]
    return (premium * share * urgency + 5_000) // 10_000


def _contacts(
    draw: Draw,
    world: World,
    ids: Ids,
    client: Clients,
    cases: Cases,
    renewal_id: Array,
    calls: Calls,
    reason: Array,
    appointment: Appointments,
) -> Iterator[Table]:
    case, nth = np.nonzero(calls.there)
    count = len(case)
    contact_id = ids.take("contact", count)
    outcome, intention = calls.outcome[case, nth], calls.intention[case, nth]
    refuses = intention == REFUSES
    owner = client.owner[cases.client[case]]
    at = calls.at[case, nth]
    next_at = appointment.due_at[case, nth]
    client_id = client.id[cases.client[case]]
    yield table(
        "contact",
        count,
        id=contact_id,
        client_id=client_id,
        renewal_id=renewal_id[case],
        staff_id=owner,
        happened_at=at,
        channel=where_text(
            outcome == REACHED,
            texts(["phone", "wechat", "visit", "counter"])[picked(draw, [70, 22, 6, 2], count)],
            "phone",
        ),
        outcome=_outcomes[outcome],
        intention=_intentions[intention],
        refusal_reason=where_text(refuses, _reasons[reason[case]]),
        note=_notes(draw, cases.is_instalment[case], outcome, intention, reason[case]),
        next_at=next_at,
    )
    kept = np.flatnonzero(appointment.state[case, nth] >= 0)
    state = appointment.state[case, nth][kept]
    due_at = next_at[kept]
    is_call = draw.random(len(kept)) < 0.82
    yield table(
        "promise",
        len(kept),
        id=ids.take("promise", len(kept)),
        client_id=client_id[kept],
        renewal_id=renewal_id[case[kept]],
        contact_id=contact_id[kept],
        staff_id=owner[kept],
        kind=np.where(is_call, "appointment", "promise").astype(object),
        due_at=due_at,
        what=where_text(
            is_call,
            any_of(draw, phrases.APPOINTMENTS, len(kept)),
            any_of(draw, phrases.PROMISES, len(kept)),
        ),
        state=texts(["open", "kept", "broken"])[state],
        settled_at=np.where(state == 0, NO_INSTANT, due_at + np.timedelta64(600, "s")),
        version=1,
        created_at=at[kept],
        updated_at=np.where(state == 0, at[kept], due_at + np.timedelta64(600, "s")),
    )


def _notes(
    draw: Draw, is_instalment: Array, outcome: Array, intention: Array, reason: Array
) -> Array:
    count = len(outcome)
    note = where_text(
        intention == WILL,
        where_text(is_instalment, any_of(draw, phrases.PAID, count), any_of(draw, phrases.RENEWS, count)),
        where_text(
            is_instalment, any_of(draw, phrases.OWES, count), any_of(draw, phrases.THINKING, count)
        ),
    )
    for at, name in enumerate(_reasons):
        here = (intention == REFUSES) & (reason == at)
        note[here] = any_of(draw, phrases.REFUSES[name], int(here.sum()))
    here = outcome == NO_ANSWER
    note[here] = any_of(draw, phrases.NO_ANSWER, int(here.sum()))
    note[here & (draw.random(count) < 0.5)] = None
    here = outcome == WRONG_NUMBER
    note[here] = any_of(draw, phrases.WRONG_NUMBER, int(here.sum()))
    return note


def _ledger(
    ids: Ids, client: Clients, policies: Policies, cases: Cases, renewal_id: Array
) -> Table:
    count = len(renewal_id)
    return table(
        "renewal_allocation",
        count,
        id=ids.take("renewal_allocation", count),
        client_id=client.id[cases.client],
        renewal_id=renewal_id,
        staff_id=client.owner[cases.client],
        from_staff_id=None,
        allocated_on=opened_on(policies, cases),
        cause="allocated",
        reason=None,
        by_staff_id=None,
    )
