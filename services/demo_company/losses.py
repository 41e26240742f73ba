"""Lost cases of the demo company: to whom, at which price, and who wins the client back."""

import numpy as np

from services.demo_company.clients import Clients, Ids
from services.demo_company.columns import (
    NO_DAY,
    NO_INT,
    Array,
    Table,
    instants,
    table,
    texts,
    where_text,
)
from services.demo_company.organisation import World
from services.demo_company.policies import LOST, Cases
from services.demo_company.products import PRODUCTS
from services.rule_tables import DEFAULTS
from terms.renewals import RefusalReason

_RULE = DEFAULTS["renewal.win_back"].value
_DAYS = {row["reason"]: row["days"] for row in _RULE["by_reason"]}
_REASONS = tuple(RefusalReason)
_WAITS = np.array([_DAYS.get(reason.value, _RULE["days"]) for reason in _REASONS])
_COMPETITORS = texts(["海纳财险", "远航财险", "同舟健康", "云帆互联网保险"])
_LINES = texts([product.line.value for product in PRODUCTS])
_LEFT_FOR_ANOTHER = np.array(
    [reason in (RefusalReason.PRICE, RefusalReason.BOUGHT_ELSEWHERE) for reason in _REASONS]
)
_ENDS = texts(["given_up", "given_up", "won"])


def lost_cases(
    world: World, ids: Ids, client: Clients, cases: Cases, renewal_id: Array, reason: Array
) -> Table:
    """A row per lost case; whose day is long past is settled, half of the others have somebody."""
    at = np.flatnonzero(~cases.is_open & (cases.fate == LOST))
    count, which = len(at), cases.client[at]
    chance = (renewal_id[at] * 2_654_435_761) % 97
    lost_on = cases.close_on[at]
    due_on = lost_on + _WAITS[reason[at]]
    today = np.datetime64(world.on, "D")
    is_settled = due_on < today - 14
    moved = _LEFT_FOR_ANOTHER[reason[at]] & (chance % 4 != 0)
    owner = client.owner[which]
    state = np.where(is_settled, _ENDS[chance % len(_ENDS)], "open").astype(object)
    settled_on = np.where(is_settled, np.minimum(due_on + chance % 10, today), NO_DAY)
    saved = instants(np.where(is_settled, settled_on, lost_on), np.full(count, 9 * 3600))
    return table(
        "lost_case",
        count,
        id=ids.take("lost_case", count),
        client_id=client.id[which],
        renewal_id=renewal_id[at],
        branch_id=client.branch[which],
        team_id=client.team[which],
        line=_LINES[cases.product[at]],
        lost_on=lost_on,
        reason=texts([reason.value for reason in _REASONS])[reason[at]],
        competitor=where_text(moved, _COMPETITORS[chance % len(_COMPETITORS)]),
        competitor_premium_fen=np.where(
            moved, cases.premium_fen[at] * (80 + chance % 15) // 10_000 * 100, NO_INT
        ),
        premium_fen=cases.premium_fen[at],
        state=state,
        owner_id=np.where(is_settled | (chance % 2 == 0), owner, NO_INT),
        assigned_by_id=NO_INT,
        due_on=due_on,
        settled_on=settled_on,
        note=None,
        version=1,
        created_at=instants(lost_on, np.full(count, 9 * 3600)),
        updated_at=saved,
    )
