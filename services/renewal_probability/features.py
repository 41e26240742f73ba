"""What was known of a case on a day: read column by column, for all cases at once.

Every fact is an event with a day, and a reading counts only the events before its cut-off day, so
that nothing that came after, the answer itself least of all, can speak in it. What has no day of
its own stands still over a case: line, kind, premium, region.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from sqlalchemy import ColumnElement, Select, case, func, or_, select

from db.arrow import Reader
from db.models import (
    Claim,
    Client,
    ClientStanding,
    Complaint,
    Contact,
    Instalment,
    Policy,
    Renewal,
    TierChange,
    TierRun,
)
from services.renewal_probability.columns import (
    NEVER,
    Ints,
    day_of,
    days,
    instant_days,
    ints,
)
from services.renewal_probability.model import Column, Readings
from terms.policies import ClaimStatus, InstalmentStatus, Line
from terms.probability import Factor
from terms.renewals import (
    ContactChannel,
    ContactOutcome,
    Intention,
    RenewalKind,
    RenewalState,
)
from terms.tiering import PassStage, Tier, TierAxis

Floats = NDArray[np.float64]

PAYMENT_DAYS, CLAIM_DAYS, COMPLAINT_DAYS, WORK_DAYS = 730, 1095, 730, 1095
"""How far back from the cut-off day events count."""
QUOTED_WITHIN = 30
"""Days before the end from which on a missing quote says something."""
_SPAN = np.int64(10**7)
"""Days a key leaves for each owner of events; more than all days there are."""
CODES: dict[Factor, tuple[str, ...]] = {
    Factor.QUOTED: ("not_yet", "missing", "quoted"),
    Factor.CHANNEL: tuple(ContactChannel),
    Factor.VALUE_TIER: tuple(Tier),
    Factor.RISK_TIER: tuple(Tier),
    Factor.LINE: tuple(Line),
    Factor.KIND: tuple(RenewalKind),
}
"""The amount of these factors is a place among these words; of a region it is the branch's id."""
_STEPS: dict[Factor, tuple[float, ...]] = {
    Factor.LATE: (1, 26, 51, 76),
    Factor.PRICE: (-5, 0.5, 3, 6, 10, 15),
    Factor.CLAIMS: (1, 2, 3),
    Factor.CLAIMS_PAID: (1, 2),
    Factor.CLAIMS_REFUSED: (1,),
    Factor.COMPLAINTS: (1, 2),
    Factor.TENURE: (1, 2, 3, 5, 8),
    Factor.LINES: (1, 2, 3, 4, 5),
    Factor.TALKS: (1, 2, 3),
    Factor.UNREACHED: (1, 2),
    Factor.RENEWED: (1, 2, 3, 5),
    Factor.LOST: (1, 2),
    Factor.PREMIUM: (500, 1_000, 2_000, 5_000, 10_000, 50_000),
    Factor.DAYS_LEFT: (0, 8, 16, 31, 46, 61),
}
COLUMNS = tuple(
    Column(
        factor.value,
        edges=_STEPS.get(factor, ()),
        is_code=factor in CODES or factor is Factor.REGION,
    )
    for factor in Factor
)
BACKGROUND = frozenset({Factor.KIND, Factor.LINE, Factor.DAYS_LEFT, Factor.QUOTED, Factor.REGION})
"""What a case is compared within: it counts, but it is no reason to tell of a client."""
SAID = (Intention.RENEWS, Intention.REFUSES)
"""Intentions that are an answer: the case is decided, no probability is needed any more."""


@dataclass(frozen=True, slots=True)
class Cases:
    """Cases to read, one row each; days since 1970."""

    id: Ints
    client: Ints
    due: Ints
    opened: Ints
    closed: Ints
    quoted: Ints
    """``NEVER`` where there is no quote."""
    premium: Ints
    proposed: Ints
    line: Ints
    kind: Ints
    branch: Ints
    is_renewed: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.id)

    def take(self, rows: NDArray[Any]) -> "Cases":
        return Cases(*(getattr(self, name)[rows] for name in self.__slots__))


def read_cases(reader: Reader, *where: ColumnElement[bool], most: int | None = None) -> Cases:
    """The cases that meet ``where``, those due last first; no more than ``most``."""
    chosen = select(
        Renewal.id,
        Renewal.client_id,
        Renewal.due_on,
        Renewal.opened_on,
        Renewal.closed_on,
        Renewal.quoted_on,
        Renewal.premium_fen,
        Renewal.proposed_premium_fen,
        _place(Renewal.line, Line).label("line"),
        _place(Renewal.kind, RenewalKind).label("kind"),
        Renewal.branch_id,
        case((Renewal.state == RenewalState.RENEWED, 1), else_=0).label("renewed"),
    ).where(*where)
    if most is not None:
        chosen = chosen.order_by(Renewal.due_on.desc(), Renewal.id.desc()).limit(most)
    found = reader.table(chosen)
    return Cases(
        id=ints(found, "id"),
        client=ints(found, "client_id"),
        due=days(found, "due_on"),
        opened=days(found, "opened_on"),
        closed=days(found, "closed_on"),
        quoted=days(found, "quoted_on"),
        premium=ints(found, "premium_fen"),
        proposed=ints(found, "proposed_premium_fen"),
        line=ints(found, "line"),
        kind=ints(found, "kind"),
        branch=ints(found, "branch_id"),
        is_renewed=ints(found, "renewed") == 1,
    )


class Book:
    """The events of the clients of some cases: read once, asked for as many days as wanted."""

    def __init__(self, reader: Reader, cases: Cases, *, first: int) -> None:
        """Read what reaches back from the day ``first``, the earliest cut-off there will be."""
        self._cases = cases
        self._clients = np.unique(cases.client)
        self._order = np.argsort(cases.id)
        self._ids = cases.id[self._order]
        self._payments(reader.table(_payments(day_of(first - PAYMENT_DAYS - 1))))
        self._claimed(reader.table(_claims(day_of(first - CLAIM_DAYS))))
        self._complained(reader.table(_complaints(day_of(first - COMPLAINT_DAYS))))
        self._talks(reader.table(_contacts(day_of(first - WORK_DAYS))))
        self._ends(reader.table(_closed(day_of(first - WORK_DAYS))))
        self._policies(reader.table(_policies()))
        self._known_clients(reader)

    # --- what is read ---------------------------------------------------------------------------

    def _of_clients(
        self, table: pa.Table, day: Ints, wanted: NDArray[np.bool_] | None = None
    ) -> Ints:
        """Keys of events, rising: the client's place and the day."""
        return np.sort(self._keys(table, day, wanted)[0])

    def _keys(
        self, table: pa.Table, day: Ints, wanted: NDArray[np.bool_] | None = None
    ) -> tuple[Ints, NDArray[np.bool_]]:
        client = ints(table, "client_id")
        place = np.minimum(np.searchsorted(self._clients, client), max(len(self._clients) - 1, 0))
        is_here = self._clients[place] == client if len(self._clients) else client < 0
        if wanted is not None:
            is_here = is_here & wanted
        return place[is_here] * _SPAN + day[is_here], is_here

    def _payments(self, table: pa.Table) -> None:
        """A payment is late or in time on the day after it was due."""
        due, paid = days(table, "due_on"), days(table, "paid_on")
        late = np.where(paid == NEVER, ints(table, "is_paid") == 0, paid > due)
        self._late = self._of_clients(table, due + 1, late)
        self._on_time = self._of_clients(table, due + 1, ~late)

    def _claimed(self, table: pa.Table) -> None:
        ends, how = days(table, "settled_on"), ints(table, "how")
        self._claims = self._of_clients(table, days(table, "reported_on"))
        self._claims_paid = self._of_clients(table, ends, (how == 1) & (ends != NEVER))
        self._claims_refused = self._of_clients(table, ends, (how == 2) & (ends != NEVER))

    def _complained(self, table: pa.Table) -> None:
        self._complaints = self._of_clients(table, instant_days(table, "received_at"))

    def _ends(self, table: pa.Table) -> None:
        ended, renewed = days(table, "closed_on"), ints(table, "renewed") == 1
        self._renewed = self._of_clients(table, ended, renewed)
        self._lost = self._of_clients(table, ended, ~renewed)

    def _talks(self, table: pa.Table) -> None:
        day = instant_days(table, "happened_at")
        keys, here = self._keys(table, day)
        channel = ints(table, "channel")[here]
        order = np.argsort(keys, kind="stable")
        self._talk_keys, self._talk_channel = keys[order], channel[order]
        case_id = ints(table, "renewal_id")
        place = np.minimum(np.searchsorted(self._ids, case_id), max(len(self._ids) - 1, 0))
        mine = self._ids[place] == case_id if len(self._ids) else case_id < 0
        of_case = place * _SPAN + day
        failed, said = ints(table, "failed") == 1, ints(table, "said") == 1
        self._case_talks = np.sort(of_case[mine & ~failed])
        self._case_failed = np.sort(of_case[mine & failed])
        self._case_said = np.sort(of_case[mine & said])

    def _policies(self, table: pa.Table) -> None:
        line = ints(table, "line")
        begins, ends = days(table, "inception_on"), days(table, "expiry_on")
        self._begun = [self._of_clients(table, begins, line == each) for each in range(len(Line))]
        self._ended = [
            self._of_clients(table, ends, (line == each) & (ends != NEVER))
            for each in range(len(Line))
        ]

    def _known_clients(self, reader: Reader) -> None:
        table = reader.table(_clients())
        _, here = self._keys(table, np.zeros(len(table), np.int64))
        place = np.searchsorted(self._clients, ints(table, "id")[here])
        self._since = np.full(len(self._clients), NEVER)
        self._since[place] = days(table, "client_since_on")[here]
        created = np.full(len(self._clients), -NEVER)
        created[place] = instant_days(table, "created_at")[here]
        first_pass = days(reader.table(_first_pass()), "on")
        begun = first_pass[0] if len(first_pass) and first_pass[0] != NEVER else -NEVER
        self._standing_from = np.maximum(created, begun)
        changes = reader.table(_tier_changes())
        axis, on = ints(changes, "axis"), days(changes, "on")
        self._tiers: list[tuple[Ints, Ints, Ints]] = []
        for nth, name in enumerate(("value", "risk")):
            now = np.full(len(self._clients), -1)
            now[place] = ints(table, name)[here]
            keys, mine = self._keys(changes, on, axis == nth)
            before = ints(changes, "before")[mine]
            order = np.argsort(keys, kind="stable")
            self._tiers.append((now, keys[order], before[order]))

    # --- what is asked --------------------------------------------------------------------------

    def is_decided(self, cutoff: Ints) -> NDArray[np.bool_]:
        """Whether the client had said yes or no before the cut-off day of each case."""
        found: NDArray[np.bool_] = self._in_case(self._case_said, cutoff) > 0
        return found

    def read(self, cutoff: Ints) -> Readings:
        """Every case as it was known before its cut-off day."""
        cases = self._cases
        client = np.searchsorted(self._clients, cases.client)

        def count(keys: Ints, back: int) -> Floats:
            first = np.searchsorted(keys, client * _SPAN + cutoff - back)
            last = np.searchsorted(keys, client * _SPAN + cutoff)
            return (last - first).astype(np.float64)

        late, in_time = count(self._late, PAYMENT_DAYS), count(self._on_time, PAYMENT_DAYS)
        paid = late + in_time
        has_quote = (cases.quoted != NEVER) & (cases.quoted < cutoff) & (cases.premium > 0)
        premium = np.maximum(cases.premium, 1)
        is_early = cases.due - cutoff > QUOTED_WITHIN
        since = self._since[client]
        known = {
            Factor.LATE: np.where(paid > 0, 100 * late / np.maximum(paid, 1), np.nan),
            Factor.PRICE: np.where(has_quote, 100 * (cases.proposed / premium - 1), np.nan),
            Factor.QUOTED: np.where(has_quote, 2.0, np.where(is_early, 0.0, 1.0)),
            Factor.CLAIMS: count(self._claims, CLAIM_DAYS),
            Factor.CLAIMS_PAID: count(self._claims_paid, CLAIM_DAYS),
            Factor.CLAIMS_REFUSED: count(self._claims_refused, CLAIM_DAYS),
            Factor.COMPLAINTS: count(self._complaints, COMPLAINT_DAYS),
            Factor.TENURE: np.where(
                (since == NEVER) | (since > cutoff), np.nan, (cutoff - since) / 365.25
            ),
            Factor.LINES: self._lines(client, cutoff),
            Factor.TALKS: self._in_case(self._case_talks, cutoff),
            Factor.UNREACHED: self._in_case(self._case_failed, cutoff),
            Factor.RENEWED: count(self._renewed, WORK_DAYS),
            Factor.LOST: count(self._lost, WORK_DAYS),
            Factor.PREMIUM: cases.premium / 100,
            Factor.DAYS_LEFT: (cases.due - cutoff).astype(np.float64),
            Factor.CHANNEL: self._channel(client, cutoff),
            Factor.VALUE_TIER: self._tier(0, client, cutoff),
            Factor.RISK_TIER: self._tier(1, client, cutoff),
            Factor.LINE: cases.line.astype(np.float64),
            Factor.KIND: cases.kind.astype(np.float64),
            Factor.REGION: np.where(cases.branch == NEVER, np.nan, cases.branch),
        }
        return Readings(COLUMNS, np.column_stack([known[factor] for factor in Factor]))

    def _in_case(self, keys: Ints, cutoff: Ints) -> Floats:
        place = np.searchsorted(self._ids, self._cases.id)
        first = np.searchsorted(keys, place * _SPAN)
        return (np.searchsorted(keys, place * _SPAN + cutoff) - first).astype(np.float64)

    def _lines(self, client: Ints, cutoff: Ints) -> Floats:
        held = np.zeros(len(client))
        start, end = client * _SPAN, client * _SPAN + cutoff
        for begun, ended in zip(self._begun, self._ended, strict=True):
            there = np.searchsorted(begun, end) - np.searchsorted(begun, start)
            over = np.searchsorted(ended, end) - np.searchsorted(ended, start)
            held += there > over
        return held

    def _channel(self, client: Ints, cutoff: Ints) -> Floats:
        last = np.searchsorted(self._talk_keys, client * _SPAN + cutoff) - 1
        if not len(self._talk_keys):
            return np.full(len(client), np.nan)
        is_theirs = (last >= 0) & (self._talk_keys[last] // _SPAN == client)
        return np.where(is_theirs, self._talk_channel[last], np.nan)

    def _tier(self, nth: int, client: Ints, cutoff: Ints) -> Floats:
        """The tier before the first change that came after; the one of today where none did."""
        now, keys, before = self._tiers[nth]
        found = now[client].copy()
        if len(keys):
            after = np.searchsorted(keys, client * _SPAN + cutoff)
            place = np.minimum(after, len(keys) - 1)
            changed = (after < len(keys)) & (keys[place] // _SPAN == client)
            found = np.where(changed, before[place], found)
        is_known = (self._standing_from[client] < cutoff) & (found >= 0)
        return np.where(is_known, found, np.nan)


# --- the selects -----------------------------------------------------------------------------


def _place(column: Any, words: Iterable[Any]) -> ColumnElement[int]:
    return case(*[(column == each, nth) for nth, each in enumerate(words)], else_=-1)


def _payments(since: date) -> Select[*tuple[Any, ...]]:
    return select(
        Instalment.client_id,
        Instalment.due_on,
        Instalment.paid_on,
        case((Instalment.status == InstalmentStatus.PAID, 1), else_=0).label("is_paid"),
    ).where(Instalment.due_on >= since)


def _claims(since: date) -> Select[*tuple[Any, ...]]:
    how = case((Claim.status == ClaimStatus.SETTLED, 1), (Claim.status == ClaimStatus.REJECTED, 2))
    return select(
        Claim.client_id, Claim.reported_on, Claim.settled_on, func.coalesce(how, 0).label("how")
    ).where(or_(Claim.reported_on >= since, Claim.settled_on >= since))


def _complaints(since: date) -> Select[*tuple[Any, ...]]:
    return select(Complaint.client_id, Complaint.received_at).where(
        Complaint.client_id.is_not(None), func.date(Complaint.received_at) >= since.isoformat()
    )


def _contacts(since: date) -> Select[*tuple[Any, ...]]:
    return select(
        Contact.client_id,
        Contact.renewal_id,
        Contact.happened_at,
        _place(Contact.channel, ContactChannel).label("channel"),
        case((Contact.outcome != ContactOutcome.REACHED, 1), else_=0).label("failed"),
        case((Contact.intention.in_(SAID), 1), else_=0).label("said"),
    ).where(func.date(Contact.happened_at) >= since.isoformat())


def _closed(since: date) -> Select[*tuple[Any, ...]]:
    return select(
        Renewal.client_id,
        Renewal.closed_on,
        case((Renewal.state == RenewalState.RENEWED, 1), else_=0).label("renewed"),
    ).where(
        Renewal.closed_on >= since,
        Renewal.state.in_((RenewalState.RENEWED, RenewalState.LOST, RenewalState.LAPSED)),
    )


def _policies() -> Select[*tuple[Any, ...]]:
    return select(
        Policy.client_id,
        _place(Policy.line, Line).label("line"),
        Policy.inception_on,
        Policy.expiry_on,
    )


def _clients() -> Select[*tuple[Any, ...]]:
    return select(
        Client.id,
        Client.id.label("client_id"),
        Client.client_since_on,
        Client.created_at,
        _place(ClientStanding.value_tier, Tier).label("value"),
        _place(ClientStanding.risk_tier, Tier).label("risk"),
    ).outerjoin(ClientStanding, ClientStanding.client_id == Client.id)


def _first_pass() -> Select[*tuple[Any, ...]]:
    return select(func.min(TierRun.on).label("on")).where(TierRun.stage == PassStage.DONE)


def _tier_changes() -> Select[*tuple[Any, ...]]:
    axes = (TierAxis.VALUE, TierAxis.RISK)
    return (
        select(
            TierChange.client_id,
            TierRun.on,
            _place(TierChange.axis, axes).label("axis"),
            _place(TierChange.before, (tier.value for tier in Tier)).label("before"),
        )
        .join(TierRun, TierRun.id == TierChange.run_id)
        .where(TierChange.axis.in_(axes))
        .order_by(TierChange.id)
    )
