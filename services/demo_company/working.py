"""Where each case stands after its calls, and the rows of cases, contacts and promises."""

from collections.abc import Iterator

import numpy as np

from services.demo_company import phrases
from services.demo_company.calls import (
    MOST_CALLS,
    NO_ANSWER,
    NOTHING,
    REACHED,
    REFUSES,
    WILL,
    WRONG_NUMBER,
    Appointments,
    Calls,
    appointments,
    make_calls,
    refusal_reasons,
)
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
)
from services.demo_company.covers import covers
from services.demo_company.losses import lost_cases
from services.demo_company.organisation import World
from services.demo_company.policies import (
    AHEAD_DAYS,
    LAPSED,
    LOST,
    RENEWED,
    Cases,
    Policies,
)
from services.demo_company.products import PRODUCTS
from services.renewals.first_contact import Office
from services.renewals.rules import LossTable
from services.rule_tables import DEFAULTS
from terms.renewals import AllocationWhy, RefusalReason
from terms.scripts import Objection

_outcomes = texts(["reached", "no_answer", "wrong_number"])
_intentions = texts(["renews", "thinking", "refuses", None])
_reasons = texts([reason.value for reason in RefusalReason])
_heard = {
    Objection.PRICE: 36,
    Objection.ELSEWHERE: 14,
    Objection.FINANCES: 10,
    Objection.SERVICE: 10,
    Objection.CLAUSES: 8,
    Objection.CLAIM: 8,
    Objection.LATER: 8,
    Objection.NO_NEED: 6,
}
_objections = texts(objection.value for objection in _heard)
_fates = texts(["renewed", "lost", "lapsed", "withdrawn"])


def case_tables(
    draw: Draw, world: World, ids: Ids, client: Clients, policies: Policies, cases: Cases
) -> Iterator[Table]:
    """Renewals, their contacts, promises and the allocation ledger."""
    renewal_id = ids.take("renewal", len(cases.policy))
    reason = refusal_reasons(draw, world, cases)
    calls = make_calls(draw, world, client, cases)
    appointment = appointments(draw, world, client, cases, calls)
    yield _renewals(draw, world, client, policies, cases, renewal_id, calls, reason, appointment)
    yield from _contacts(draw, ids, client, cases, renewal_id, calls, reason, appointment)
    yield _ledger(ids, client, policies, cases, renewal_id)
    yield lost_cases(world, ids, client, cases, renewal_id, reason)


def opened_on(policies: Policies, cases: Cases) -> Array:
    """The day a case was extracted for: 90 days before it is due, not before the policy began."""
    found: Array = np.maximum(cases.due_on - AHEAD_DAYS, policies.inception_on[cases.policy])
    return found


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
    is_open = cases.is_open
    was_quoted = (cases.fate == RENEWED) | (np.isin(cases.fate, (LOST, LAPSED)) & is_reached)
    is_quoted = np.where(is_open, quotes, was_quoted) & ~cases.is_instalment
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
        proposed_premium_fen=np.where(is_quoted, cases.next_premium_fen, NO_INT),
        quoted_on=np.where(is_quoted, _quoted_on(world, cases), NO_DAY),
        proposed_cover=_proposed(cases, policies, is_quoted & is_open),
        at_risk_fen=np.where(is_open, _at_risk(cases.premium_fen, working, said, left), 0),
        next_at=next_at,
        attempts=attempts,
        contacts=number,
        effective_contacts=was_reached.sum(axis=1),
        first_contact_minutes=_waited(world, opened, calls, has_call),
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


def _waited(world: World, opened: Array, calls: Calls, has_call: Array) -> Array:
    """Working minutes to the first call, as ``services.renewals.first_contact`` counts them."""
    office = Office.of(DEFAULTS["calendar.working_hours"].value)
    local = calls.at[:, 0] + np.timedelta64(8 * 3600, "s")
    day = local.astype("datetime64[D]")
    minute = (local - day.astype("datetime64[s]")).astype(np.int64) // 60
    of_day = np.array([office.until(each) for each in range(24 * 60 + 1)])
    every = world.first_day + np.arange(len(world.working_day))
    is_working = world.working_day == every
    before = np.concatenate([[0], np.cumsum(is_working)])

    def place(days: Array) -> Array:
        return np.clip((days - world.first_day).astype(np.int64), 0, len(every) - 1)

    whole = before[place(day)] - before[place(opened)]
    part = np.where(is_working[place(day)], of_day[np.where(has_call, minute, 0)], 0)
    waited = np.where(day < opened, 0, whole * office.day + part)
    found: Array = np.where(has_call, waited, NO_INT)
    return found


def _quoted_on(world: World, cases: Cases) -> Array:
    """Quotes go out 45, 31, 16 or 6 days before the end; what is worked now had its quote at the
    latest yesterday, what is closed when it was closed."""
    turn = np.arange(len(cases.policy)) * 61 % 100
    before = np.select([turn < 12, turn < 60, turn < 85], [45, 31, 16], 6)
    latest = np.where(cases.is_open, np.datetime64(world.on, "D") - 1, cases.close_on)
    sent: Array = np.minimum(cases.due_on - days(before), latest)
    return sent


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
        cases.product[at],
        policies.sum_insured_fen[of],
        policies.cover_seed[of],
        cases.due_on[at] + 1,
        is_proposed=True,
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
    figure: Array = (premium * share * urgency + 5_000) // 10_000
    return figure


def _contacts(
    draw: Draw,
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
        **_said(contact_id, intention),
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


def _said(contact_id: Array, intention: Array) -> dict[str, Array]:
    """Objections and market information of who does not simply renew; by the contact's number, so
    that nothing else of the company is drawn otherwise."""
    doubts = (intention != WILL) & (intention != NOTHING)
    turn = (contact_id.astype(np.int64) * 7919) % 1000
    objection = _objections[
        np.searchsorted(np.cumsum(list(_heard.values())), turn % 100, side="right")
    ]
    market = texts(phrases.MARKET)[(turn // 7) % len(phrases.MARKET)]
    return {
        "objection": where_text(doubts & (turn < 450), objection),
        "market": where_text(doubts & (turn % 20 == 0), market),
    }


def _notes(
    draw: Draw, is_instalment: Array, outcome: Array, intention: Array, reason: Array
) -> Array:
    count = len(outcome)
    note = where_text(
        intention == WILL,
        where_text(
            is_instalment, any_of(draw, phrases.PAID, count), any_of(draw, phrases.RENEWS, count)
        ),
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
        effort=10,
        premium_fen=cases.premium_fen,
        by_staff_id=None,
        why=AllocationWhy.OWNER.value,
    )
