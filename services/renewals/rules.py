"""Renewal decisions without a database: money at risk, states, why a case stands where it stands.

Every figure comes from the rule tables ``renewal.*`` (rules §3), read by the callers.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from itertools import zip_longest
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from services.renewals.rows import Above, QueueRow, TermItem, Why
from terms.renewals import (
    AboveCode,
    ContactOutcome,
    Intention,
    NextStep,
    QueueGroup,
    RefusalReason,
    RenewalKind,
    RenewalState,
    WhyCode,
)

NOON = 12
NOTE_LIMIT = 4000
"""Characters of a contact's note."""
PRICE_RISE_PERCENT = 5
"""From this rise on the price is what the call is about."""
MISSED_AFTER = timedelta(minutes=30)
"""An appointment counts as missed this long after its time."""
WEEK_DAYS = 7
PREMIUM = "premium"
"""The first line of the comparison of terms."""

ANSWERS = (Intention.RENEWS, Intention.REFUSES)
"""Who said one of these needs no probability."""

FUNNEL = (
    RenewalState.EXTRACTED,
    RenewalState.CONTACTED,
    RenewalState.QUOTED,
    RenewalState.AGREED,
    RenewalState.RENEWED,
)


@dataclass(frozen=True, slots=True)
class Windows:
    """Rule ``renewal.windows``: days before the end, and after it until a case is closed."""

    prepare: int
    contact: int
    quote: int
    remind: int
    """Days before it is due at which an instalment is reminded of first."""
    overdue_days: int

    @classmethod
    def of(cls, value: Mapping[str, Any]) -> "Windows":
        return cls(
            int(value["prepare"]),
            int(value["contact"]),
            int(value["quote"]),
            max(map(int, value["reminders"]), default=0),
            int(value["overdue_days"]),
        )

    def first_contact(self, kind: RenewalKind) -> int:
        """Days before the end at which the client is to be contacted: about a new term inside the
        contact window, about an instalment with its first reminder."""
        return self.contact if kind is RenewalKind.TERM else self.remind


@dataclass(frozen=True, slots=True)
class LossTable:
    """Rules ``renewal.loss_share`` and ``renewal.urgency``, in per cent."""

    shares: Mapping[str, int]
    bands: Sequence[tuple[int, int]]
    """``(days left up to, per cent a contact now still changes)``, rising."""

    @classmethod
    def of(cls, shares: Mapping[str, Any], bands: Sequence[Sequence[int]]) -> "LossTable":
        return cls(
            {key: int(value) for key, value in shares.items()},
            sorted((int(limit), int(percent)) for limit, percent in bands),
        )

    def share(
        self,
        state: RenewalState,
        last_intention: Intention | None,
        *,
        is_overdue: bool,
        probability: int | None = None,
    ) -> int:
        """Per cent of the premium likely lost if nobody calls.

        The last intention counts, before it the state; who agreed stays agreed. Where nobody has
        said anything yet and a model is in force, what its ``probability`` of renewal leaves is
        lost instead, less by as much as the table gives less to that state than to a fresh case.
        Past the end it is at least the share of what is overdue.
        """
        decides = state if state is RenewalState.AGREED else last_intention or state
        found = self.shares.get(decides.value, 0)
        fresh = self.shares.get(RenewalState.EXTRACTED.value, 0)
        if probability is not None and decides is state and state is not RenewalState.AGREED:
            lost = 100 - probability
            found = min(100, (2 * lost * found + fresh) // (2 * fresh)) if fresh else lost
        return max(found, self.shares["overdue"]) if is_overdue else found

    def urgency(self, days_left: int) -> int:
        """Per cent of that loss a contact now still changes; beyond the last band that band's."""
        return next((percent for limit, percent in self.bands if days_left <= limit), self.last)

    @property
    def last(self) -> int:
        return self.bands[-1][1]


def at_risk_fen(
    table: LossTable,
    *,
    premium_fen: int,
    state: RenewalState,
    last_intention: Intention | None,
    days_left: int,
    probability: int | None = None,
) -> int:
    """Money at risk: premium × share lost if untouched × what a contact now still changes.

    Rounded half up to the fen; ``extraction.at_risk_in_sql`` counts the same.
    """
    share = table.share(state, last_intention, is_overdue=days_left < 0, probability=probability)
    return (premium_fen * share * table.urgency(days_left) + 5_000) // 10_000


def state_after_contact(
    state: RenewalState,
    outcome: ContactOutcome,
    intention: Intention | None,
    *,
    is_quoted: bool,
) -> RenewalState:
    """Where a contact leaves an open case.

    Only a client who was reached moves it. Who agrees is agreed; who doubts or refuses after
    agreeing goes back to what was quoted or said before. A refusal keeps the case open (R84):
    closing it as lost is an act of its own.
    """
    if outcome is not ContactOutcome.REACHED:
        return state
    if intention is Intention.RENEWS:
        return RenewalState.AGREED
    back = RenewalState.QUOTED if is_quoted else RenewalState.CONTACTED
    if state is RenewalState.AGREED:
        return back if intention is not None else state
    return max(state, back, key=_rank)


def furthest(reached: RenewalState, state: RenewalState) -> RenewalState:
    """The further of the two in the funnel; states outside it do not move it."""
    return max(reached, state, key=_rank)


def at_least(stage: RenewalState | None) -> tuple[RenewalState, ...]:
    """``stage`` and all beyond it in the funnel; none for no stage."""
    return FUNNEL[FUNNEL.index(stage) :] if stage in FUNNEL else ()


def _rank(state: RenewalState) -> int:
    return FUNNEL.index(state) if state in FUNNEL else 0


def appointment_group(
    next_at: datetime | None,
    last_contact_at: datetime | None,
    *,
    starts: datetime,
    ends: datetime,
) -> QueueGroup:
    """The group of the queue a case stands in on the day from ``starts`` to ``ends``."""
    if next_at is not None:
        return QueueGroup.APPOINTMENT if next_at < ends else QueueGroup.WAITING
    called = last_contact_at is not None and last_contact_at >= starts
    return QueueGroup.WAITING if called else QueueGroup.WORK


class CaseFacts(NamedTuple):
    """What ``why`` decides from; a plain tuple, for every row of a list makes one."""

    group: QueueGroup
    """Where it stands, or would stand if nobody had pinned it."""
    kind: RenewalKind
    state: RenewalState
    days_left: int
    grace_left: int | None
    premium_fen: int
    proposed_premium_fen: int | None
    next_at: datetime | None
    attempts: int
    last_contact_at: datetime | None
    last_intention: Intention | None
    refusal_reason: str | None
    assigned_at: datetime | None
    is_top: bool = False
    """Nobody else in this queue has more money at risk."""


def price_change_percent(premium_fen: int, proposed_fen: int | None) -> int:
    """Change of the premium in whole per cent, rounded half away from zero; 0 when unknown."""
    if proposed_fen is None or premium_fen <= 0:
        return 0
    change = proposed_fen - premium_fen
    size = (200 * abs(change) + premium_fen) // (2 * premium_fen)
    return size if change >= 0 else -size


def why(facts: CaseFacts, *, windows: Windows, on: date, at: datetime, zone: ZoneInfo) -> Why:
    """The reason a case stands where it stands, agreeing with the queue's order.

    First what was agreed for a time; then, by money at risk, what makes the money urgent: cover
    that ended, attempts that failed, what the client said, a price that rose, a missing quote.
    """
    if facts.group is QueueGroup.APPOINTMENT and facts.next_at is not None:
        late = (on - facts.next_at.astimezone(zone).date()).days
        missed = late > 0 or at - facts.next_at > MISSED_AFTER
        code = WhyCode.APPOINTMENT_MISSED if missed else WhyCode.APPOINTMENT_TODAY
        return Why(code, days=max(late, 0), at=facts.next_at)
    if facts.group is QueueGroup.WAITING:
        if facts.next_at is not None:
            return Why(WhyCode.APPOINTMENT_LATER, at=facts.next_at)
        return Why(WhyCode.CALLED_TODAY, count=facts.attempts)
    reason = _work_reason(facts, windows, on, zone)
    if facts.is_top:
        return Why(
            WhyCode.MOST_AT_RISK,
            also=reason.code,
            days=reason.days,
            percent=reason.percent,
            count=reason.count,
            reason=reason.reason,
        )
    return reason


def _work_reason(facts: CaseFacts, windows: Windows, on: date, zone: ZoneInfo) -> Why:
    def since(instant: datetime | None) -> int:
        return 0 if instant is None else max(0, (on - instant.astimezone(zone).date()).days)

    if facts.days_left < 0:
        return _overdue_reason(facts)
    if facts.state is RenewalState.AGREED:
        return Why(WhyCode.AGREED, days=facts.days_left)
    if facts.attempts:
        return Why(WhyCode.UNREACHED, count=facts.attempts)
    if facts.last_intention is Intention.REFUSES:
        days = since(facts.last_contact_at)
        return Why(WhyCode.REFUSED, days=days, reason=facts.refusal_reason)
    if facts.last_intention is Intention.THINKING:
        return Why(WhyCode.THINKING, days=since(facts.last_contact_at))
    rise = price_change_percent(facts.premium_fen, facts.proposed_premium_fen)
    if rise >= PRICE_RISE_PERCENT:
        return Why(WhyCode.PRICE_UP, percent=rise)
    is_term, is_quoted = facts.kind is RenewalKind.TERM, facts.proposed_premium_fen is not None
    nobody_called = facts.last_contact_at is None
    quote_days = min(WEEK_DAYS, windows.quote) if nobody_called else windows.quote
    if is_term and not is_quoted and facts.days_left <= quote_days:
        return Why(WhyCode.NOT_QUOTED, days=facts.days_left)
    if nobody_called:
        return Why(WhyCode.NOT_CALLED, days=since(facts.assigned_at))
    if is_term and is_quoted:
        return Why(WhyCode.QUOTED, days=since(facts.last_contact_at))
    return Why(WhyCode.REMIND, days=facts.days_left)


def _overdue_reason(facts: CaseFacts) -> Why:
    also = WhyCode.UNREACHED if facts.attempts else None
    if facts.kind is RenewalKind.TERM:
        return Why(WhyCode.UNCOVERED, also=also, days=-facts.days_left, count=facts.attempts)
    grace_left = max(0, facts.grace_left or 0)
    return Why(WhyCode.GRACE, also=also, days=grace_left, count=facts.attempts)


_STEPS = {
    WhyCode.APPOINTMENT_TODAY: NextStep.CALL_BACK,
    WhyCode.APPOINTMENT_MISSED: NextStep.CALL_BACK,
    WhyCode.APPOINTMENT_LATER: NextStep.WAIT,
    WhyCode.CALLED_TODAY: NextStep.WAIT,
    WhyCode.UNCOVERED: NextStep.CALL,
    WhyCode.GRACE: NextStep.CALL,
    WhyCode.UNREACHED: NextStep.OTHER_TIME,
    WhyCode.AGREED: NextStep.FINISH,
    WhyCode.REFUSED: NextStep.CALL,
    WhyCode.THINKING: NextStep.ASK_DECISION,
    WhyCode.PRICE_UP: NextStep.EXPLAIN_PRICE,
    WhyCode.NOT_QUOTED: NextStep.QUOTE,
    WhyCode.QUOTED: NextStep.ASK_DECISION,
    WhyCode.NOT_CALLED: NextStep.FIRST_CONTACT,
    WhyCode.REMIND: NextStep.REMIND,
}


def next_step(reason: Why) -> NextStep:
    """What the specialist does about ``reason``."""
    code = reason.code
    if code in (WhyCode.MOST_AT_RISK, WhyCode.PINNED) and reason.also is not None:
        code = reason.also
    if WhyCode.UNREACHED in (code, reason.also):
        return NextStep.OTHER_TIME
    if code is WhyCode.REFUSED and reason.reason == RefusalReason.PRICE:
        return NextStep.EXPLAIN_PRICE
    return _STEPS[code]


class Place(NamedTuple):
    """What decides where a row stands in the queue's order; a ``QueueRow`` has it too."""

    group: QueueGroup
    at_risk_fen: int
    id: int
    pinned_at: datetime | None


def why_above(rows: Sequence[Place | QueueRow]) -> list[Above | None]:
    """Why each of ``rows``, in the order they have, stands above the next."""
    return [above(row, after) for row, after in zip_longest(rows, rows[1:])]


def ranked(rows: Sequence[QueueRow]) -> tuple[QueueRow, ...]:
    """``rows`` in the order they have, each with why it stands above the next."""
    return tuple(
        row if row.above == found else replace(row, above=found)
        for row, found in zip(rows, why_above(rows), strict=True)
    )


def pinned(reason: Why, *, pinned_at: datetime, by_name: str | None) -> Why:
    """``reason`` of a case somebody pinned: the pin says why it stands there, what was the reason
    before says what is to be done."""
    return replace(
        reason, code=WhyCode.PINNED, also=reason.code, pinned_at=pinned_at, by_name=by_name
    )


def above(row: Place | QueueRow, after: Place | QueueRow | None) -> Above | None:
    """Why ``row`` stands above ``after``; null where its own time or pin says it, or nothing
    does."""
    if after is None or row.group is QueueGroup.APPOINTMENT:
        return None
    if row.group is QueueGroup.PINNED:
        is_earlier = after.group is QueueGroup.PINNED and _pin(row) < _pin(after)
        if not is_earlier:
            return None
        return Above(AboveCode.PINNED_EARLIER, row.at_risk_fen, after.at_risk_fen)
    if row.group < after.group:
        code = AboveCode.NEXT_WAITS
    elif row.at_risk_fen > after.at_risk_fen:
        code = AboveCode.MORE
    elif row.at_risk_fen == after.at_risk_fen and row.id > after.id:
        code = AboveCode.NEWER
    else:
        return None
    return Above(code, row.at_risk_fen, after.at_risk_fen)


def _pin(row: Place | QueueRow) -> tuple[datetime, int]:
    return row.pinned_at or datetime.max.replace(tzinfo=UTC), row.id


def planned_today(*, done: int, workable: int, appointments: int, weekly_capacity: int) -> int:
    """The day's portion: what was done, and what a fifth of the weekly capacity still takes.

    Never more than there is to do, never less than what was agreed for today.
    """
    portion = -(-weekly_capacity // 5)
    return done + min(workable, max(portion - done, appointments, 0))


def load_percent(*, cases: int, weekly_capacity: int, window_days: int) -> int:
    """Cases inside the contact window ÷ what the person can work in that window, in per cent."""
    if weekly_capacity <= 0:
        return 0 if not cases else 999
    return round(100 * cases * 7 / (weekly_capacity * window_days))


def full_years(since: date | None, on: date) -> int | None:
    """Full years from ``since`` to ``on``; a 29 February counts from 1 March in other years."""
    if since is None or since > on:
        return None
    return on.year - since.year - ((on.month, on.day) < (since.month, since.day))


def compare_terms(
    *,
    premium_fen: int,
    proposed_premium_fen: int | None,
    cover: Mapping[str, Any],
    proposed_cover: Mapping[str, Any],
) -> tuple[TermItem, ...]:
    """Last term against proposed term: the premium, then every item of either, in their order."""
    items = [TermItem(PREMIUM, premium_fen, proposed_premium_fen)]
    names = [*cover, *(name for name in proposed_cover if name not in cover)]
    for name in names:
        proposed = proposed_cover.get(name) if proposed_cover else None
        items.append(TermItem(name, _plain(cover.get(name)), _plain(proposed)))
    return tuple(items)


def _plain(value: Any) -> int | str | None:
    if value is None or isinstance(value, int):
        return value
    return str(value)


def is_same_half_day(one: datetime, other: datetime) -> bool:
    """Whether two local times lie in the same morning or the same afternoon."""
    return one.date() == other.date() and (one.hour < NOON) == (other.hour < NOON)
