"""The rows of one chunk of clients: parties, ways to reach them, consents, engagements, relations."""

from collections.abc import Iterator

import numpy as np

from services.demo_company import names, phrases
from services.demo_company.clients import Clients, Dealings, Ids
from services.demo_company.columns import (
    NO_DAY,
    NO_INSTANT,
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
from services.demo_company.organisation import World
from services.demo_company.personal import blind_indexes, last_four_indexes
from services.demo_company.searching import search_rows
from services.rule_tables import DEFAULTS
from terms.clients import FileItem

_NOTICE = "隐私告知2025-1"


def client_tables(
    draw: Draw, world: World, ids: Ids, client: Clients, dealings: Dealings
) -> Iterator[Table]:
    """The rows of the chunk's parties and clients."""
    on = np.datetime64(world.on, "D")
    has_policy = ~np.isnat(dealings.first_on)
    since = np.where(
        has_policy,
        dealings.first_on - days(draw.integers(0, 60, client.count)),
        on - days(draw.integers(5, 500, client.count)),
    )
    stamp = instants(since, working_seconds(draw, client.count))
    is_engaged = has_policy & (client.wish < 0.86)
    stage = np.select(
        [has_policy & (dealings.live == 0), is_engaged, has_policy | (client.wish < 0.4)],
        ["lost", "formal", "prospect"],
        "target",
    ).astype(object)
    yield from _parties(client, stamp, ids)
    present = _present(client, has_policy, is_engaged)
    verified = np.where(
        draw.random(client.count) < np.where(client.branch == world.thin_branch, 0.35, 0.8),
        on - days(draw.integers(1, 700, client.count)),
        NO_DAY,
    )
    verified = np.where(verified < since, NO_DAY, verified)
    pick = draw.random(client.count)
    levels = texts(["low", "mid", "high"])
    yield table(
        "client",
        client.count,
        id=client.id,
        number=texts([f"C{value:07d}" for value in client.id.tolist()]),
        client_type=np.where(client.is_group, "group", "individual").astype(object),
        party_id=client.party_id,
        name=client.name,
        owner_id=client.owner,
        team_id=client.team,
        branch_id=client.branch,
        stage=stage,
        client_since_on=np.where(stage == "target", NO_DAY, since),
        preferred_channel=where_text(
            client.has[FileItem.PREFERRED_CHANNEL],
            texts(["phone", "wechat", "sms", "email", "visit"])[
                picked(draw, [46, 40, 3, 4, 7], client.count)
            ],
        ),
        preferred_time=where_text(
            pick < 0.6, texts(["morning", "afternoon", "evening"])[(pick * 5).astype(int) % 3]
        ),
        preferred_language=where_text(
            (client.region == "广东 广州市") & (pick > 0.4), "cantonese", "mandarin"
        ),
        do_not_contact=draw.random(client.count) < 0.008,
        risk_preference=where_text(
            client.has[FileItem.RISK_PREFERENCE] & ~client.is_group,
            levels[picked(draw, [35, 45, 20], client.count)],
        ),
        risk_tolerance=where_text(
            client.has[FileItem.RISK_TOLERANCE] & ~client.is_group,
            levels[picked(draw, [30, 50, 20], client.count)],
        ),
        needs=where_text(
            client.has[FileItem.NEEDS],
            np.where(
                client.is_group,
                any_of(draw, phrases.NEEDS_GROUP, client.count),
                any_of(draw, phrases.NEEDS_PERSON, client.count),
            ),
        ),
        special_circumstances=where_text(
            draw.random(client.count) < 0.12, any_of(draw, phrases.CIRCUMSTANCES, client.count)
        ),
        completeness=_completeness(client, present),
        verified_on=verified,
        extra=b"",
        extra_numbers="{}",
        version=1,
        created_at=stamp,
        updated_at=stamp,
    )
    yield _client_parties(client)
    yield _access(world, client)
    yield search_rows(client.id, client.name, client.is_group)
    yield _consents(draw, ids, client, stamp, has_policy, on)
    yield _sources(draw, client, stamp, verified)
    yield _engagements(draw, ids, client, since, is_engaged)
    yield _relations(draw, ids, client, stamp)


def _present(client: Clients, has_policy: Array, is_engaged: Array) -> dict[str, Array]:
    """Per item of the file: whether it is there."""
    person = ~client.is_group
    every = np.ones(client.count, dtype=bool)
    return {
        **{item.value: there for item, there in client.has.items()},
        FileItem.NAME: every,
        FileItem.BIRTH_ON: person,
        FileItem.SEX: person,
        FileItem.CONTACT_PERSON: client.is_group & client.has[FileItem.CONTACT_PERSON],
        FileItem.POLICY: has_policy,
        FileItem.ENGAGEMENT: is_engaged,
    }


def _completeness(client: Clients, present: dict[str, Array]) -> Array:
    asked = DEFAULTS["client.file_items"].value

    def percent(items: list[str]) -> Array:
        found = np.stack([present[item] for item in items]).sum(axis=0)
        return np.asarray(100 * found // len(items))

    return np.where(client.is_group, percent(asked["group"]), percent(asked["individual"]))


def _parties(client: Clients, stamp: Array, ids: Ids) -> Iterator[Table]:
    other = client.others
    has_id = client.has[FileItem.ID_NUMBER]
    own_id = where_text(has_id, client.id_number)
    id_number = np.concatenate([own_id, other.id_number])
    has_number = np.array([value is not None for value in id_number])
    is_group = np.concatenate([client.is_group, np.zeros(len(other.of), dtype=bool)])
    is_male = np.concatenate([client.is_male, other.is_male])
    stamps = np.concatenate([stamp, stamp[other.of]])
    party_id = np.concatenate([client.party_id, other.party_id])
    occupation = where_text(client.has[FileItem.OCCUPATION] | client.is_group, client.occupation)
    yield table(
        "party",
        len(party_id),
        id=party_id,
        kind=np.where(is_group, "organisation", "person").astype(object),
        name=np.concatenate([client.name, other.name]),
        sex=where_text(~is_group, np.where(is_male, "male", "female").astype(object)),
        birth_on=np.concatenate([client.birth_on, other.birth_on]),
        occupation=np.concatenate([occupation, np.full(len(other.of), None, dtype=object)]),
        id_type=where_text(
            has_number,
            np.where(is_group, "unified_credit_code", "resident_id").astype(object),
        ),
        id_number=id_number,
        id_index=blind_indexes("id", id_number),
        region=np.concatenate([client.region, other.region]),
        version=1,
        created_at=stamps,
        updated_at=stamps,
    )
    yield _phones(client, ids)
    at = np.flatnonzero(client.has[FileItem.EMAIL])
    address = texts(
        [
            f"{'office' if group else 'user'}{value:07d}@example.{'cn' if group else 'com'}"
            for value, group in zip(
                client.party_id[at].tolist(), client.is_group[at].tolist(), strict=True
            )
        ]
    )
    yield table(
        "party_email",
        len(at),
        id=ids.take("party_email", len(at)),
        party_id=client.party_id[at],
        address=address,
        address_index=blind_indexes("email", address),
    )
    at = np.flatnonzero(client.has[FileItem.ADDRESS])
    yield table(
        "party_address",
        len(at),
        id=ids.take("party_address", len(at)),
        party_id=client.party_id[at],
        kind=np.where(client.is_group[at], "work", "home").astype(object),
        address=client.address[at],
    )
    at = np.flatnonzero(client.wish < 0.06)
    number = texts([f"62220210{int(value * 1e11):011d}" for value in client.wish[at]])
    yield table(
        "party_account",
        len(at),
        id=ids.take("party_account", len(at)),
        party_id=client.party_id[at],
        bank=texts(names.BANKS)[at % len(names.BANKS)],
        number=number,
        number_index=blind_indexes("account", number),
    )


def _phones(client: Clients, ids: Ids) -> Table:
    own = np.flatnonzero(client.has[FileItem.PHONE])
    theirs = np.flatnonzero(np.array([value is not None for value in client.others.phone], bool))
    second = own[(client.wish[own] * 1000).astype(int) % 9 == 0]
    spare = texts(
        [
            f"{prefix}{value:08d}"
            for prefix, value in zip(
                np.array(["139", "186", "177"], dtype=object)[second % 3],
                (client.wish[second] * 1e8).astype(int).tolist(),
                strict=True,
            )
        ]
    )
    number = np.concatenate([client.phone[own], client.others.phone[theirs], spare])
    kind = np.concatenate(
        [
            np.where(client.is_group[own], "work", "mobile").astype(object),
            np.full(len(theirs) + len(second), "mobile", dtype=object),
        ]
    )
    plain = texts([value.replace("-", "") for value in number])
    return table(
        "party_phone",
        len(number),
        id=ids.take("party_phone", len(number)),
        party_id=np.concatenate(
            [
                client.party_id[own],
                client.others.party_id[theirs],
                client.party_id[second],
            ]
        ),
        kind=kind,
        number=number,
        number_index=blind_indexes("phone", plain),
        last_four_index=last_four_indexes(plain),
        is_primary=np.arange(len(number)) < len(own) + len(theirs),
    )


def _client_parties(client: Clients) -> Table:
    other = client.others
    return table(
        "client_party",
        client.count + len(other.of),
        client_id=np.concatenate([client.id, client.id[other.of]]),
        party_id=np.concatenate([client.party_id, other.party_id]),
        role=np.concatenate([np.full(client.count, "policyholder", dtype=object), other.role]),
        position=np.concatenate([np.full(client.count, None, dtype=object), other.position]),
    )


def _access(world: World, client: Clients) -> Table:
    group = np.flatnonzero(client.is_group)
    return table(
        "client_access",
        client.count + len(group),
        staff_id=np.concatenate(
            [client.owner, world.client_manager_of_branch[client.branch[group]]]
        ),
        client_id=np.concatenate([client.id, client.id[group]]),
        reason=np.concatenate(
            [
                np.full(client.count, "owner", dtype=object),
                np.full(len(group), "service_team", dtype=object),
            ]
        ),
        until=None,
    )


def _consents(
    draw: Draw, ids: Ids, client: Clients, stamp: Array, has_policy: Array, on: np.datetime64
) -> Table:
    shares = {"service": 0.97, "marketing": 0.5, "sensitive_data": 0.28, "survey": 0.16}
    chosen = [
        (purpose, np.flatnonzero(has_policy & (draw.random(client.count) < share)))
        for purpose, share in shares.items()
    ]
    at = np.concatenate([rows for _, rows in chosen])
    given = stamp[at]
    span = (on.astype("datetime64[s]") - given).astype(np.int64)
    gone = (draw.random(len(at)) < 0.03) & (span > 40 * 86_400)
    when = given + (span * draw.uniform(0.2, 0.95, len(at))).astype("timedelta64[s]")
    purposes = np.repeat(texts(shares), [len(rows) for _, rows in chosen])
    gone &= purposes != "service"
    return table(
        "client_consent",
        len(at),
        id=ids.take("client_consent", len(at)),
        client_id=client.id[at],
        purpose=purposes,
        notice_version=_NOTICE,
        channel=texts(["wechat", "counter", "visit"])[picked(draw, [60, 15, 25], len(at))],
        given_at=given,
        withdrawn_at=np.where(gone, when, NO_INSTANT),
    )


def _sources(draw: Draw, client: Clients, stamp: Array, verified: Array) -> Table:
    fields = ("phone", "needs")
    known = (client.has[FileItem.PHONE], client.has[FileItem.NEEDS] & (client.wish > 0.5))
    at = np.concatenate([np.flatnonzero(there) for there in known])
    sizes = [int(there.sum()) for there in known]
    return table(
        "client_source",
        len(at),
        client_id=client.id[at],
        field=np.repeat(texts(fields), sizes),
        channel=texts(["sales", "service", "research", "referral"])[
            picked(draw, [55, 28, 5, 12], len(at))
        ],
        recorded_at=stamp[at],
        verified_on=verified[at],
    )


def _engagements(draw: Draw, ids: Ids, client: Clients, since: Array, is_engaged: Array) -> Table:
    at = np.flatnonzero(is_engaged)
    signed = since[at]
    row_ids = ids.take("engagement", len(at))
    kinds = texts(
        ["authorisation_letter", "engagement_agreement", "cooperation_agreement", "other_written"]
    )
    person = picked(draw, [74, 20, 0, 6], len(at))
    group = picked(draw, [20, 45, 32, 3], len(at))
    years = signed.astype("datetime64[Y]").astype(int) + 1970
    stamp = instants(signed, working_seconds(draw, len(at)))
    return table(
        "engagement",
        len(at),
        id=row_ids,
        client_id=client.id[at],
        number=texts(
            [f"WT{y}{value:07d}" for y, value in zip(years, row_ids.tolist(), strict=True)]
        ),
        kind=kinds[np.where(client.is_group[at], group, person)],
        signed_on=signed,
        ends_on=NO_DAY,
        ownership_clause=where_text(
            draw.random(len(at)) < 0.4, any_of(draw, phrases.OWNERSHIP_CLAUSES, len(at))
        ),
        is_current=True,
        version=1,
        created_at=stamp,
        updated_at=stamp,
    )


def _relations(draw: Draw, ids: Ids, client: Clients, stamp: Array) -> Table:
    """Family and referrals among persons of one team, connected companies among groups."""
    chance = draw.random(client.count)
    order = np.lexsort((chance, client.team, client.is_group))
    one, two = order[:-1], order[1:]
    same = (client.team[one] == client.team[two]) & (client.is_group[one] == client.is_group[two])
    roll = draw.random(len(one))
    family = same & ~client.is_group[one] & (roll < 0.05)
    referred = same & (roll > 0.92)
    related = same & client.is_group[one] & (roll < 0.05)
    at = np.flatnonzero(family | referred | related)
    kind = np.where(referred[at], "referrer", np.where(family[at], "family", "group"))
    apart = np.abs((client.birth_on[one[at]] - client.birth_on[two[at]]).astype(np.int64))
    is_couple = (client.is_male[one[at]] != client.is_male[two[at]]) & (apart < 12 * 365)
    said = np.select(
        [kind == "referrer", kind == "group", is_couple],
        ["老客户介绍", "关联企业", "夫妻"],
        "亲属",
    ).astype(object)
    later = np.maximum(stamp[one[at]], stamp[two[at]])
    return table(
        "client_relation",
        len(at),
        id=ids.take("client_relation", len(at)),
        client_id=client.id[one[at]],
        other_id=client.id[two[at]],
        kind=kind.astype(object),
        note=said,
        version=1,
        created_at=later,
        updated_at=later,
    )
