"""The rows around policies: terms, insured persons, instalments, events, income, claims, complaints."""

from collections.abc import Iterator

import numpy as np

from services.demo_company import phrases
from services.demo_company.clients import Clients, Ids
from services.demo_company.columns import (
    NO_DAY,
    NO_INT,
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
from services.demo_company.instalments import Instalments
from services.demo_company.organisation import World
from services.demo_company.patterns import PLANTED
from services.demo_company.policies import (
    COMPLAINED,
    Cases,
    Policies,
)
from services.demo_company.products import PRODUCTS
from terms.policies import Line

_lines = texts([product.line.value for product in PRODUCTS])
_names = texts([product.name for product in PRODUCTS])
_codes = texts([product.code for product in PRODUCTS])
_commission = np.array([product.commission for product in PRODUCTS])
_claims = np.array([product.claims_a_term for product in PRODUCTS])
_is_personal = np.array(
    [
        product.line
        in {Line.ACCIDENT, Line.MEDICAL, Line.CRITICAL_ILLNESS, Line.LIFE, Line.ANNUITY}
        and product.persons > 0
        for product in PRODUCTS
    ]
)
_is_long = np.array([product.line.is_long_term for product in PRODUCTS])
_disputes = ("claims", "sales", "surrender", "service", "premium", "other")


def policy_table(client: Clients, policies: Policies) -> Table:
    count = len(policies.id)
    year = policies.inception_on.astype("datetime64[Y]").astype(int) + 1970
    stamp = instants(policies.inception_on - 5, np.full(count, 10 * 3600))
    return table(
        "policy",
        count,
        id=policies.id,
        client_id=client.id[policies.client],
        number=texts(
            [
                f"{code}{y}{value:09d}"
                for code, y, value in zip(
                    _codes[policies.product], year.tolist(), policies.id.tolist(), strict=True
                )
            ]
        ),
        line=_lines[policies.product],
        product=_names[policies.product],
        insurer=policies.insurer,
        inception_on=policies.inception_on,
        expiry_on=policies.expiry_on,
        premium_fen=policies.premium_fen,
        sum_insured_fen=policies.sum_insured_fen,
        payment_mode=policies.mode,
        cooling_off_days=np.where(_is_long[policies.product], 15, NO_INT),
        status=policies.status,
        previous_id=np.where(
            policies.previous == NO_INT, NO_INT, policies.id[np.maximum(policies.previous, 0)]
        ),
        agent_id=client.owner[policies.client],
        cover=covers(
            policies.product, policies.sum_insured_fen, policies.cover_seed, policies.inception_on
        ),
        extra=b"",
        version=1,
        created_at=stamp,
        updated_at=stamp,
    )


def insured_table(client: Clients, policies: Policies) -> Table:
    """Who is insured, and who benefits: the policyholder, or one of the family."""
    at = np.flatnonzero(_is_personal[policies.product] & ~client.is_group[policies.client])
    of = policies.client[at]
    family = np.full(client.count, NO_INT)
    is_family = client.others.is_family
    family[client.others.of[is_family]] = client.others.party_id[is_family]
    theirs = (family[of] != NO_INT) & (policies.cover_seed[at] % 10 < 4)
    insured = np.where(theirs, family[of], client.party_id[of])
    gains = np.flatnonzero(_is_long[policies.product[at]] & (family[of] != NO_INT) & ~theirs)
    count = len(at) + len(gains)
    return table(
        "policy_party",
        count,
        policy_id=np.concatenate([policies.id[at], policies.id[at[gains]]]),
        party_id=np.concatenate([insured, family[of[gains]]]),
        role=np.repeat(texts(["insured", "beneficiary"]), [len(at), len(gains)]),
        client_id=np.concatenate([client.id[of], client.id[of[gains]]]),
        share_percent=np.repeat([NO_INT, 100], [len(at), len(gains)]),
    )


def instalment_table(client: Clients, policies: Policies, rows: Instalments) -> Table:
    paid = ~np.isnat(rows.paid_on)
    stamp = instants(rows.due_on - 366, np.full(len(rows.id), 10 * 3600))
    stamp = np.maximum(stamp, instants(policies.inception_on[rows.policy], 10 * 3600))
    return table(
        "instalment",
        len(rows.id),
        id=rows.id,
        client_id=client.id[policies.client[rows.policy]],
        policy_id=policies.id[rows.policy],
        due_on=rows.due_on,
        premium_fen=rows.premium_fen,
        paid_on=rows.paid_on,
        paid_fen=np.where(paid, rows.premium_fen, NO_INT),
        demanded_on=NO_DAY,
        grace_ends_on=NO_DAY,
        status=rows.status,
        version=1,
        created_at=stamp,
        updated_at=np.where(paid, instants(rows.paid_on, 10 * 3600), stamp),
    )


def event_table(draw: Draw, world: World, ids: Ids, client: Clients, policies: Policies) -> Table:
    """Issue or renewal of each term, some endorsements, what ended before its time."""
    on = np.datetime64(world.on, "D")
    count = len(policies.id)
    is_first = policies.previous == NO_INT
    began = np.flatnonzero(policies.inception_on <= on)
    changed = np.flatnonzero((draw.random(count) < 0.04) & (policies.inception_on < on - 40))
    span = (on - policies.inception_on[changed]).astype(np.int64)
    later = policies.inception_on[changed] + days(
        (np.minimum(span, 350) * draw.uniform(0.05, 0.95, len(changed))).astype(np.int64)
    )
    ended = np.flatnonzero(~np.isnat(policies.ended_on))
    at = np.concatenate([began, changed, ended])
    kind = np.concatenate(
        [
            np.where(is_first[began], "issued", "renewed").astype(object),
            np.full(len(changed), "endorsed", dtype=object),
            policies.status[ended],
        ]
    )
    return table(
        "policy_event",
        len(at),
        id=ids.take("policy_event", len(at)),
        client_id=client.id[policies.client[at]],
        policy_id=policies.id[at],
        kind=kind,
        happened_on=np.concatenate([policies.inception_on[began], later, policies.ended_on[ended]]),
        note=where_text(
            kind == "endorsed",
            any_of(draw, ("变更联系地址", "变更受益人", "增加被保险人", "变更缴费账户"), len(at)),
        ),
    )


def income_table(
    world: World, ids: Ids, client: Clients, policies: Policies, rows: Instalments, cases: Cases
) -> Table:
    """Commission of each term and paid instalment, and what open cases are expected to bring."""
    on = np.datetime64(world.on, "D")
    booked = policies.inception_on + 12
    term = np.flatnonzero((policies.mode == "single") & (booked <= on))
    paid = np.flatnonzero(~np.isnat(rows.paid_on))
    waits = np.flatnonzero(cases.is_open)
    policy = np.concatenate([term, rows.policy[paid], cases.policy[waits]])
    rate = _commission[policies.product[policy]].copy()
    rate[len(term) :] *= np.where(_is_long[policies.product[policy[len(term) :]]], 0.25, 1.0)
    base = np.concatenate(
        [policies.premium_fen[term], rows.premium_fen[paid], cases.next_premium_fen[waits]]
    )
    is_expected = np.arange(len(policy)) >= len(term) + len(paid)
    booked_on = np.concatenate([booked[term], rows.paid_on[paid], cases.due_on[waits]])
    starts = np.concatenate(
        [policies.inception_on[term], rows.due_on[paid], cases.due_on[waits] + 1]
    )
    return table(
        "income",
        len(policy),
        id=ids.take("income", len(policy)),
        client_id=client.id[policies.client[policy]],
        policy_id=policies.id[policy],
        kind=np.where(is_expected, "expected", "realised").astype(object),
        booked_on=booked_on,
        amount_fen=(base * rate).astype(np.int64),
        service_from=starts,
        service_to=starts + 364,
    )


def claim_table(draw: Draw, world: World, ids: Ids, client: Clients, policies: Policies) -> Table:
    on = np.datetime64(world.on, "D")
    count = len(policies.id)
    length = np.minimum((on - policies.inception_on).astype(np.int64), 365)
    rate = _claims[policies.product] * np.maximum(length, 0) / 365
    at = np.flatnonzero((draw.random(count) < rate) & (length > 10))
    reported = policies.inception_on[at] + days(
        (length[at] * draw.uniform(0.02, 0.98, len(at))).astype(np.int64)
    )
    took = 2 + draw.gamma(1.4, 7.0, len(at)).astype(np.int64)
    is_done = reported + took <= on
    rejected = draw.random(len(at)) < 0.06
    status = np.select(
        [is_done & rejected, is_done, (on - reported).astype(np.int64) > 3],
        ["rejected", "settled", "surveying"],
        "reported",
    ).astype(object)
    amount = np.exp(draw.normal(8.0, 1.1, len(at))) * np.where(
        client.is_group[policies.client[at]], 5, 1
    )
    cap = policies.sum_insured_fen[at] // 100 // 2
    row_ids = ids.take("claim", len(at))
    year = reported.astype("datetime64[Y]").astype(int) + 1970
    stamp = instants(reported, working_seconds(draw, len(at)))
    note = any_of(draw, phrases.CLAIM_NOTES["other"], len(at))
    for line, pool in phrases.CLAIM_NOTES.items():
        here = _lines[policies.product[at]] == line
        note[here] = any_of(draw, pool, int(here.sum()))
    return table(
        "claim",
        len(at),
        id=row_ids,
        client_id=client.id[policies.client[at]],
        policy_id=policies.id[at],
        number=texts([f"LP{y}{v:07d}" for y, v in zip(year, row_ids.tolist(), strict=True)]),
        reported_on=reported,
        settled_on=np.where(is_done, reported + took, NO_DAY),
        amount_fen=(np.minimum(amount, cap) // 10 * 1000).astype(np.int64),
        status=status,
        note=note,
        version=1,
        created_at=stamp,
        updated_at=np.where(is_done, instants(reported + took, 16 * 3600), stamp),
    )


def complaint_table(
    draw: Draw, world: World, ids: Ids, client: Clients, policies: Policies
) -> Table:
    on = np.datetime64(world.on, "D")
    count = len(policies.id)
    length = np.minimum((on - policies.inception_on).astype(np.int64), 365)
    is_prone = policies.product == COMPLAINED
    rate = np.where(is_prone, PLANTED.complained_rate, PLANTED.complaint_rate)
    at = np.flatnonzero((draw.random(count) < rate * length / 365) & (length > 5))
    received = policies.inception_on[at] + days(
        (length[at] * draw.uniform(0.05, 0.97, len(at))).astype(np.int64)
    )
    kept = received >= on - 730
    at, received = at[kept], received[kept]
    age = (on - received).astype(np.int64)
    dispute = np.where(
        is_prone[at],
        picked(draw, [66, 18, 2, 6, 5, 3], len(at)),
        picked(draw, [26, 14, 8, 30, 14, 8], len(at)),
    )
    took = 2 + draw.gamma(2.2, 5.0, len(at)).astype(np.int64)
    is_closed = took <= age
    state = np.select(
        [is_closed & (took % 9 == 0), is_closed, age < 2, age < 4],
        ["withdrawn", "closed", "received", "triaged"],
        "investigating",
    ).astype(object)
    summary = np.empty(len(at), dtype=object)
    for index, name in enumerate(_disputes):
        here = dispute == index
        summary[here] = any_of(draw, phrases.COMPLAINTS[name], int(here.sum()))
    of = policies.client[at]
    row_ids = ids.take("complaint", len(at))
    year = received.astype("datetime64[Y]").astype(int) + 1970
    received_at = instants(received, working_seconds(draw, len(at)))
    about = np.isin(dispute, [1, 3]) & (draw.random(len(at)) < 0.5)
    return table(
        "complaint",
        len(at),
        id=row_ids,
        client_id=client.id[of],
        policy_id=policies.id[at],
        number=texts([f"TS{y}{v:06d}" for y, v in zip(year, row_ids.tolist(), strict=True)]),
        received_at=received_at,
        channel=texts(["hotline", "mailbox", "online", "counter", "regulator"])[
            picked(draw, [52, 6, 24, 10, 8], len(at))
        ],
        dispute=texts(_disputes)[dispute],
        line=_lines[policies.product[at]],
        product=_names[policies.product[at]],
        about_staff_id=np.where(about, client.owner[of], NO_INT),
        handler_id=world.officer_of_branch[client.branch[of]],
        branch_id=client.branch[of],
        state=state,
        summary=summary,
        closed_on=np.where(is_closed, received + took, NO_DAY),
        version=1,
        created_at=received_at,
        updated_at=np.where(is_closed, instants(received + took, 16 * 3600), received_at),
    )


def rows_of_policies(
    draw: Draw,
    world: World,
    ids: Ids,
    client: Clients,
    policies: Policies,
    rows: Instalments,
    cases: Cases,
) -> Iterator[Table]:
    """Everything that hangs on the policies of a chunk, but the cases' own rows."""
    yield policy_table(client, policies)
    yield insured_table(client, policies)
    yield instalment_table(client, policies, rows)
    yield event_table(draw, world, ids, client, policies)
    yield income_table(world, ids, client, policies, rows, cases)
    yield claim_table(draw, world, ids, client, policies)
    yield complaint_table(draw, world, ids, client, policies)
