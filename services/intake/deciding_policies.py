"""What becomes of the policy a row speaks of."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from services.intake.codes import line_in
from services.intake.converting import merged_extra
from services.intake.deciding_clients import ClientSide
from services.intake.fields import POLICY_FIELDS
from services.intake.known import POLICY_COLUMNS, Known, KnownClient, KnownPolicy
from services.intake.planning import Decision, Sources, as_text
from services.intake.synonyms import extra_key
from terms.intake import ImportField as F
from terms.intake import ImportKind, Problem, RowOutcome
from terms.policies import Line, PaymentMode, PolicyStatus


@dataclass(slots=True)
class PolicySide:
    """Decides about policies; remembers the numbers earlier rows of the file took."""

    sources: Sources
    clients: ClientSide
    _policies: dict[tuple[str, str], tuple[str, int]] = field(default_factory=dict)
    """(insurer, policy number) → the client number it went to, and the row's line."""

    def conflict(
        self, place: int, number: str, stored: KnownClient | None, known: Known
    ) -> Decision | None:
        policy_number = self.sources.plan.policy_numbers[place]
        if policy_number is None:
            return None
        insurer = self.sources.insurer(place)
        taken = self._policies.get((insurer, policy_number))
        if taken is not None and taken[0] != number:
            return self.sources.refuse(
                place, F.POLICY_NUMBER, Problem.POLICY_NUMBER_TWICE, line=taken[1]
            )
        for policy in known.policies.get(policy_number, ()):
            theirs = stored is None or policy.client_id != stored.id
            unnamed = (
                self.sources.rows.value(F.INSURER, place) is None
                and not self.sources.company.insurer
            )
            if theirs and (unnamed or policy.insurer == insurer):
                return self.sources.refuse(place, F.POLICY_NUMBER, Problem.POLICY_OF_ANOTHER)
        return None

    def stored(self, place: int, stored: KnownClient | None, known: Known) -> KnownPolicy | None:
        """The stored policy the row speaks of."""
        number = self.sources.plan.policy_numbers[place]
        if number is None:
            return None
        return _same_policy(known, number, stored, self.sources.rows.value(F.INSURER, place))

    def decide(
        self,
        decision: Decision,
        place: int,
        number: str,
        stored: KnownClient | None,
        known: Known,
    ) -> None:
        policy_number = self.sources.plan.policy_numbers[place]
        if policy_number is None or decision.client_id is None:
            return
        insurer = self.sources.insurer(place)
        key = (insurer, policy_number)
        if key in self._policies:
            return
        self._policies[key] = (number, self.sources.rows.lines[place])
        values = {
            m: v for m in POLICY_FIELDS if (v := self.sources.rows.value(m, place)) is not None
        }
        monthly = values.pop(F.MONTHLY_PREMIUM, None)
        if monthly is not None and F.PREMIUM not in values:
            values[F.PREMIUM] = monthly * 12
        policy = _same_policy(known, policy_number, stored, values.get(F.INSURER))
        extra = merged_extra(
            (key, cells[place])
            for key, cells in self.sources.rows.extras
            if key in self.sources.plan.policy_extras
        )
        kept = self.sources.rows.kept.get(place, {})
        extra |= {k: text for k, text in kept.items() if self.sources.is_policy_column(k)}
        if policy is None:
            made = self._new_policy(
                decision, place, policy_number, values, extra, is_monthly=bool(monthly)
            )
            if not made:
                self._without_policy(decision, number, stored, values, extra)
        else:
            self._changed_policy(decision, policy, values, extra)

    def _new_policy(
        self,
        decision: Decision,
        place: int,
        policy_number: str,
        values: dict[F, Any],
        extra: dict[str, str],
        *,
        is_monthly: bool,
    ) -> bool:
        """False: it has no dates, so there is no policy yet."""
        line = values.get(F.LINE) or line_in(values.get(F.PRODUCT, "")) or Line.OTHER
        inception, expiry = term_of(values.get(F.INCEPTION_ON), values.get(F.EXPIRY_ON), line)
        if inception is None:
            meaning = F.EXPIRY_ON if F.EXPIRY_ON in self.sources.rows.columns else F.INCEPTION_ON
            self.sources.rows.add(place, meaning, Problem.POLICY_WITHOUT_DATES)
            return False
        if expiry is not None and expiry < inception:
            self.sources.rows.add(place, F.EXPIRY_ON, Problem.EXPIRY_BEFORE_INCEPTION)
        premium_column = F.PREMIUM if F.PREMIUM in self.sources.rows.columns else F.MONTHLY_PREMIUM
        if F.PREMIUM not in values and premium_column in self.sources.rows.columns:
            self.sources.rows.add(place, premium_column, Problem.PREMIUM_UNKNOWN)
        mode = values.get(F.PAYMENT_MODE) or _payment_mode(line, is_monthly=is_monthly)
        has_ended = expiry is not None and expiry < self.sources.on
        status = values.get(F.POLICY_STATUS) or (
            PolicyStatus.EXPIRED if has_ended else PolicyStatus.IN_FORCE
        )
        due_on = values.get(F.NEXT_DUE_ON)
        if due_on is None and line.is_long_term and status is PolicyStatus.IN_FORCE:
            due_on = next_due(inception, expiry, values.get(F.PAYMENT_MODE), on=self.sources.on)
        premium_fen = values.get(F.PREMIUM, 0)
        decision.outcome = RowOutcome.NEW
        decision.policy_id = self.sources.new_policy_id()
        decision.policy = {
            "is_new": True,
            "policy_id": decision.policy_id,
            "client_id": decision.client_id,
            "number": policy_number,
            "insurer": values.get(F.INSURER, self.sources.company.insurer),
            "line": line,
            "product": values.get(F.PRODUCT, ""),
            "inception_on": inception,
            "expiry_on": expiry,
            "premium_fen": premium_fen,
            "sum_insured_fen": values.get(F.SUM_INSURED),
            "payment_mode": mode,
            "cooling_off_days": values.get(F.COOLING_OFF_DAYS),
            "status": status,
            "next_due_on": due_on if line.is_long_term else None,
            "due_fen": premium_fen // _PARTS[mode],
            "previous_number": values.get(F.PREVIOUS_NUMBER),
            "extra": extra,
            "seen_version": None,
        }
        return True

    def _without_policy(
        self,
        decision: Decision,
        number: str,
        stored: KnownClient | None,
        values: Mapping[F, Any],
        extra: Mapping[str, str],
    ) -> None:
        """The policy's cells go to the client instead; the policy comes when its dates do."""
        cells = {
            extra_key(self.sources.rows.columns[m]): as_text(value)
            for m, value in values.items()
            if m in self.sources.rows.columns
        }
        cells |= extra
        if decision.client is not None:
            decision.client["extra"] = {**cells, **decision.client["extra"]}
        elif stored is not None and self.sources.plan.kind is not ImportKind.POLICIES:
            self.clients.change(decision, number, stored, {}, {}, cells)

    def _changed_policy(
        self,
        decision: Decision,
        policy: KnownPolicy,
        values: Mapping[F, Any],
        extra: Mapping[str, str],
    ) -> None:
        decision.policy_id = policy.id
        changed = {
            m: value
            for m, value in values.items()
            if m in policy.values and policy.values[m] != value
        }
        new_extra = {key: text for key, text in extra.items() if policy.extra.get(key) != text}
        due_on = values.get(F.NEXT_DUE_ON)
        is_due = (
            due_on is not None and policy.values[F.LINE].is_long_term and due_on not in policy.due
        )
        if not (changed or new_extra or is_due):
            return
        decision.changes += [m.value for m in changed] + sorted(new_extra)
        decision.changes += [F.NEXT_DUE_ON.value] if is_due else []
        before: dict[str, Any] = {m.value: policy.values[m] for m in changed}
        if new_extra:
            before["extra"] = {key: policy.extra.get(key) for key in new_extra}
        decision.before["policy"] = before
        mode = changed.get(F.PAYMENT_MODE) or policy.values[F.PAYMENT_MODE]
        premium_fen = changed.get(F.PREMIUM, policy.values[F.PREMIUM])
        decision.policy = {
            "is_new": False,
            "policy_id": policy.id,
            "client_id": policy.client_id,
            "number": policy.number,
            **{column: changed.get(m) for m, column in POLICY_COLUMNS.items()},
            "next_due_on": due_on if is_due else None,
            "due_fen": premium_fen // _PARTS[mode],
            "previous_number": None,
            "extra": {**policy.extra, **new_extra},
            "seen_version": policy.version,
        }


_PARTS = {
    PaymentMode.SINGLE: 1,
    PaymentMode.ANNUAL: 1,
    PaymentMode.SEMIANNUAL: 2,
    PaymentMode.QUARTERLY: 4,
    PaymentMode.MONTHLY: 12,
}


def _payment_mode(line: Line, *, is_monthly: bool) -> PaymentMode:
    if is_monthly:
        return PaymentMode.MONTHLY
    return PaymentMode.ANNUAL if line.is_long_term else PaymentMode.SINGLE


def _same_policy(
    known: Known, number: str, stored: KnownClient | None, insurer: str | None
) -> KnownPolicy | None:
    """The client's stored policy of this number; where the file names no insurer, any of them."""
    if stored is None:
        return None
    for policy in known.policies.get(number, ()):
        if policy.client_id == stored.id and insurer in (None, policy.insurer):
            return policy
    return None


def term_of(
    inception: date | None, expiry: date | None, line: Line
) -> tuple[date | None, date | None]:
    """First and last day of cover; of a yearly term the missing end is one year away."""
    if inception is None and expiry is not None:
        return _years_later(expiry, -1) + timedelta(days=1), expiry
    if inception is not None and expiry is None and not line.is_long_term:
        return inception, _years_later(inception, 1) - timedelta(days=1)
    return inception, expiry


def next_due(
    inception: date, expiry: date | None, mode: PaymentMode | None, *, on: date
) -> date | None:
    """The first instalment due on or after ``on``; None when the file does not say how it is
    paid, or no more falls due."""
    if mode is None or mode is PaymentMode.SINGLE:
        return None
    months = 12 // _PARTS[mode]
    passed = (on.year - inception.year) * 12 + on.month - inception.month
    count = max(0, passed // months)
    due = _months_later(inception, count * months)
    if due < on:
        due = _months_later(inception, (count + 1) * months)
    return due if expiry is None or due <= expiry else None


def _months_later(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    for last in (day.day, 30, 29, 28):
        try:
            return date(year, month + 1, min(day.day, last))
        except ValueError:
            continue
    raise AssertionError("every month has 28 days")


def _years_later(day: date, years: int) -> date:
    return _months_later(day, 12 * years)
