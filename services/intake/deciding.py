"""What becomes of each row: new, changed (which fields), same, or refused, and why.

Pure: it compares a file's typed rows with what is known, and writes nothing. A blank cell never
erases; the first filled cell of a client's rows counts.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from services.clients.rules import born_on, completeness, sex_of
from services.intake.codes import line_in
from services.intake.converting import Rows, is_sound_resident_id, merged_extra
from services.intake.fields import CLIENT_FIELDS, POLICY_FIELDS
from services.intake.known import (
    POLICY_COLUMNS,
    Company,
    Known,
    KnownClient,
    KnownPolicy,
    Place,
)
from services.intake.synonyms import extra_key
from services.intake.values import plain
from services.privacy import email_index, id_index, phone_index
from terms.clients import ClientType, FileItem, IdType, LifecycleStage
from terms.intake import ImportField as F
from terms.intake import ImportKind, Problem, ProblemLevel, RowOutcome
from terms.policies import Line, PaymentMode, PolicyStatus

CONTACTS = (F.PHONE, F.EMAIL, F.ADDRESS, F.ID_NUMBER)
_GROUP_NAME = re.compile(
    r"(公司|集团|厂|店|院|校|银行|中心|合作社|事务所|研究所|委员会|协会|经营部|门市部)$"
    r"|\b(ltd|inc|llc|corp|gmbh|plc|co)\b\.?$",
    re.I,
)


@dataclass(slots=True)
class Decision:
    """What becomes of one row, and what has to be written for it."""

    outcome: RowOutcome
    changes: list[str] = field(default_factory=list)
    before: dict[str, Any] = field(default_factory=dict)
    client_id: int | None = None
    policy_id: int | None = None
    client: dict[str, Any] | None = None
    """Values of ``staged_client``; None when the client stays as it is."""
    policy: dict[str, Any] | None = None


@dataclass(slots=True)
class Plan:
    """What has to be known of the whole file before its first row is decided."""

    kind: ImportKind
    numbers: list[str | None]
    """Client number of each row in its plain form."""
    places_of: dict[str, list[int]]
    """Client number → its rows."""
    policy_numbers: list[str | None]
    """Policy number of each row, made where the file has none; None: no policy in the row."""
    policy_extras: frozenset[str]
    """Unmapped columns that belong to the policy, because a client's rows differ in them."""


def plan_of(rows: Rows, *, kind: ImportKind) -> Plan:
    """Number the policies and tell the client's columns from the policy's."""
    numbers = [plain(n) if n else None for n in rows.fields[F.CLIENT_NUMBER]]
    places_of: dict[str, list[int]] = {}
    for place, number in enumerate(numbers):
        if number:
            places_of.setdefault(number, []).append(place)
    mapped = [m for m in POLICY_FIELDS if m in rows.fields]
    policy_numbers: list[str | None] = [None] * len(rows)
    if kind in (ImportKind.BOOK, ImportKind.POLICIES) and mapped:
        columns = [rows.fields[m] for m in mapped]
        given = rows.fields.get(F.POLICY_NUMBER)
        for number, places in places_of.items():
            made = 0
            for place in places:
                if given is not None and given[place]:
                    policy_numbers[place] = plain(given[place])
                elif kind is ImportKind.BOOK and any(c[place] is not None for c in columns):
                    made += 1
                    policy_numbers[place] = f"{number}-{made}"
    return Plan(kind, numbers, places_of, policy_numbers, _policy_extras(rows, places_of, kind))


def _policy_extras(
    rows: Rows, places_of: Mapping[str, list[int]], kind: ImportKind
) -> frozenset[str]:
    if kind is ImportKind.POLICIES:
        return frozenset(key for key, _ in rows.extras)
    several = [places for places in places_of.values() if len(places) > 1]
    if kind is not ImportKind.BOOK or not several:
        return frozenset()
    return frozenset(
        key
        for key, cells in rows.extras
        if any(len({cells[p] for p in places if cells[p]}) > 1 for places in several)
    )


@dataclass(slots=True)
class Decider:
    """Decides row after row; remembers what earlier rows of the file brought."""

    rows: Rows
    plan: Plan
    company: Company
    on: date
    default_branch_id: int | None
    branches_allowed: frozenset[int] | None
    """None: every branch."""
    new_client_id: Callable[[], int]
    new_party_id: Callable[[], int]
    new_policy_id: Callable[[], int]
    _clients: dict[str, int] = field(default_factory=dict)
    """Client number → its id, once its first row is decided."""
    _policies: dict[tuple[str, str], tuple[str, int]] = field(default_factory=dict)
    """(insurer, policy number) → the client number it went to, and the row's line."""

    def decide(self, place: int, known: Known) -> Decision:
        """Decide the row at ``place``; problems are added to ``rows``."""
        number = self.plan.numbers[place]
        if number is None:
            return self._refuse(place, F.CLIENT_NUMBER, Problem.CLIENT_NUMBER_MISSING)
        stored = known.clients.get(number)
        if stored is not None and not stored.is_visible:
            return self._refuse(place, F.CLIENT_NUMBER, Problem.CLIENT_NOT_YOURS)
        if self.plan.kind is ImportKind.POLICIES:
            if stored is None:
                return self._refuse(place, F.CLIENT_NUMBER, Problem.CLIENT_NOT_KNOWN)
            if self.plan.policy_numbers[place] is None:
                return self._refuse(place, F.POLICY_NUMBER, Problem.POLICY_NUMBER_MISSING)
        conflict = self._policy_conflict(place, number, stored, known)
        if conflict is not None:
            return conflict
        decision = Decision(RowOutcome.SAME)
        if self.plan.kind is ImportKind.POLICIES and stored is not None:
            decision.client_id = stored.id
        elif number in self._clients:
            decision.client_id = self._clients[number]
            self._note_differences(place, number)
        else:
            refused = self._decide_client(decision, place, number, stored)
            if refused is not None:
                return refused
        self._decide_policy(decision, place, number, stored, known)
        if decision.outcome is RowOutcome.SAME and decision.changes:
            decision.outcome = RowOutcome.CHANGED
        return decision

    # -- refusals ---------------------------------------------------------------------------

    def _refuse(self, place: int, meaning: F, code: Problem, **data: object) -> Decision:
        blank = Problem.BLANK_IN_FULL_COLUMN.value
        column = self.rows.columns.get(meaning, "")
        earlier = self.rows.problems.get(place, [])
        self.rows.problems[place] = [
            p for p in earlier if not (p["code"] == blank and p["column"] == column)
        ]
        self.rows.add(place, meaning, code, level=ProblemLevel.REFUSED, **data)
        return Decision(RowOutcome.REFUSED)

    def _policy_conflict(
        self, place: int, number: str, stored: KnownClient | None, known: Known
    ) -> Decision | None:
        policy_number = self.plan.policy_numbers[place]
        if policy_number is None:
            return None
        insurer = self._insurer(place)
        taken = self._policies.get((insurer, policy_number))
        if taken is not None and taken[0] != number:
            return self._refuse(place, F.POLICY_NUMBER, Problem.POLICY_NUMBER_TWICE, line=taken[1])
        for policy in known.policies.get(policy_number, ()):
            theirs = stored is None or policy.client_id != stored.id
            unnamed = self.rows.value(F.INSURER, place) is None and not self.company.insurer
            if theirs and (unnamed or policy.insurer == insurer):
                return self._refuse(place, F.POLICY_NUMBER, Problem.POLICY_OF_ANOTHER)
        return None

    def _note_differences(self, place: int, number: str) -> None:
        """Another row of the same client says something else of the client: the first counts."""
        for meaning in CLIENT_FIELDS:
            value = self.rows.value(meaning, place)
            if value is None or meaning is F.CLIENT_NUMBER:
                continue
            first = self._first(meaning, number)
            if first != value:
                line = self.rows.lines[self.plan.places_of[number][0]]
                self.rows.add(place, meaning, Problem.DIFFERS_FROM_FIRST, line=line)

    def _first(self, meaning: F, number: str) -> Any:
        column = self.rows.fields.get(meaning)
        if column is None:
            return None
        for place in self.plan.places_of[number]:
            if column[place] is not None:
                return column[place]
        return None

    # -- the client -------------------------------------------------------------------------

    def _decide_client(
        self, decision: Decision, place: int, number: str, stored: KnownClient | None
    ) -> Decision | None:
        values = {m: self._first(m, number) for m in CLIENT_FIELDS if m in self.rows.fields}
        values = {m: value for m, value in values.items() if value is not None}
        self._derive(values, stored)
        home = self._home(place, values, stored)
        branch_id = home.get("branch_id")
        if self.branches_allowed is not None and branch_id not in {None, *self.branches_allowed}:
            return self._refuse(
                place, F.BRANCH if F.BRANCH in values else F.OWNER, Problem.CLIENT_NOT_YOURS
            )
        extra = self._client_extra(number)
        if stored is None:
            self._new_client(decision, number, values, home, extra)
        else:
            self._changed_client(decision, number, stored, values, home, extra)
        if decision.client_id is not None:
            self._clients[number] = decision.client_id
        return None

    def _derive(self, values: dict[F, Any], stored: KnownClient | None) -> None:
        """Birth date and sex stand in a sound resident ID; a given or stored one counts more."""
        if not is_sound_resident_id(values.get(F.ID_TYPE), values.get(F.ID_NUMBER), on=self.on):
            return
        number = values[F.ID_NUMBER]
        held = stored.values if stored is not None else {}
        for meaning, derived in ((F.BIRTH_ON, born_on(number)), (F.SEX, sex_of(number))):
            if derived is not None and meaning not in values and held.get(meaning) is None:
                values[meaning] = derived

    def _home(
        self, place: int, values: Mapping[F, Any], stored: KnownClient | None
    ) -> dict[str, int]:
        """Owner, team and branch: an owner brings theirs, a team its branch."""
        home: dict[str, int] = {}
        for meaning, called, unknown in (
            (F.BRANCH, self.company.branches, Problem.BRANCH_UNKNOWN),
            (F.TEAM, self.company.teams, Problem.TEAM_UNKNOWN),
        ):
            text = values.get(meaning)
            if text is None:
                continue
            found = called.get(plain(text).casefold())
            if found is None:
                self.rows.add(place, meaning, unknown)
                self._keep(place, meaning, text)
            else:
                home["branch_id"] = found.branch_id or found.id
                if found.team_id is not None:
                    home["team_id"] = found.team_id
        owner = self._owner(place, values)
        if owner is not None:
            home["owner_id"] = owner.id
            if owner.team_id is not None:
                home.setdefault("team_id", owner.team_id)
            if owner.branch_id is not None:
                home.setdefault("branch_id", owner.branch_id)
        if stored is None and "branch_id" not in home and self.default_branch_id is not None:
            home["branch_id"] = self.default_branch_id
        return home

    def _owner(self, place: int, values: Mapping[F, Any]) -> Place | None:
        text = values.get(F.OWNER)
        if text is None:
            return None
        found = self.company.staff.get(plain(text).casefold(), ())
        if len(found) == 1:
            return found[0]
        self.rows.add(place, F.OWNER, Problem.STAFF_SEVERAL if found else Problem.STAFF_UNKNOWN)
        self._keep(place, F.OWNER, text)
        return None

    def _keep(self, place: int, meaning: F, text: str) -> None:
        self.rows.kept.setdefault(place, {})[extra_key(self.rows.columns[meaning])] = text

    def _client_extra(self, number: str) -> dict[str, str]:
        places = self.plan.places_of[number]
        own = self.plan.policy_extras
        extra = merged_extra(
            (key, cells[p]) for key, cells in self.rows.extras if key not in own for p in places
        )
        for p in places:
            kept = self.rows.kept.get(p)
            if kept:
                for key, text in kept.items():
                    if not self._is_policy_column(key) or self._lacks_policy(p):
                        extra.setdefault(key, text)
        if any(self._lacks_policy(p) for p in places):
            self._keep_policy_cells(places, extra)
        return extra

    def _is_policy_column(self, key: str) -> bool:
        return any(
            extra_key(self.rows.columns[m]) == key for m in POLICY_FIELDS if m in self.rows.columns
        )

    def _lacks_policy(self, place: int) -> bool:
        return self.plan.policy_numbers[place] is None

    def _keep_policy_cells(self, places: Iterable[int], extra: dict[str, str]) -> None:
        """Policy cells of a row without a policy are kept with the client: nothing is lost."""
        for p in places:
            if not self._lacks_policy(p):
                continue
            for meaning in POLICY_FIELDS:
                value = self.rows.value(meaning, p)
                if value is not None:
                    extra.setdefault(extra_key(self.rows.columns[meaning]), _as_text(value))

    def _new_client(
        self,
        decision: Decision,
        number: str,
        values: Mapping[F, Any],
        home: Mapping[str, int],
        extra: dict[str, str],
    ) -> None:
        decision.outcome = RowOutcome.NEW
        decision.client_id = self.new_client_id()
        client_type = values.get(F.CLIENT_TYPE) or _client_type(values)
        has = {FileItem.POLICY.value} if self._brings_policy(number) else set()
        decision.client = {
            "is_new": True,
            "client_id": decision.client_id,
            "party_id": self.new_party_id(),
            "number": number,
            "values": {**values, F.CLIENT_TYPE: client_type},
            **home,
            "stage": values.get(F.STAGE) or LifecycleStage.PROSPECT,
            "do_not_contact": bool(values.get(F.DO_NOT_CONTACT)),
            "completeness": self._complete(client_type, values, has),
            "extra": extra,
        }

    def _changed_client(
        self,
        decision: Decision,
        number: str,
        stored: KnownClient,
        values: Mapping[F, Any],
        home: Mapping[str, int],
        extra: dict[str, str],
    ) -> None:
        decision.client_id = stored.id
        changed: dict[F, Any] = {}
        before: dict[str, Any] = {}
        for meaning, value in values.items():
            if meaning in stored.values and stored.values[meaning] != value:
                changed[meaning] = value
                before[meaning.value] = stored.values[meaning]
        for meaning, old in _changed_contacts(stored, values).items():
            changed[meaning] = values[meaning]
            before[meaning.value] = old
        moved: dict[str, int] = {}
        if "owner_id" in home and home["owner_id"] != stored.owner_id:
            moved = dict(home)
        else:
            given = {
                "team_id": F.TEAM in values,
                "branch_id": F.TEAM in values or F.BRANCH in values,
            }
            moved = {
                key: value
                for key, value in home.items()
                if key != "owner_id" and given[key] and getattr(stored, key) != value
            }
        before |= {key: getattr(stored, key) for key in moved}
        new_extra = {key: text for key, text in extra.items() if stored.extra.get(key) != text}
        if new_extra:
            before["extra"] = {key: stored.extra.get(key) for key in new_extra}
        has = set(stored.has)
        if self._brings_policy(number):
            has.add(FileItem.POLICY.value)
        gets_first_policy = has != stored.has
        if not (changed or moved or new_extra or gets_first_policy):
            return
        decision.changes += [meaning.value for meaning in changed]
        decision.changes += [key.removesuffix("_id") for key in moved]
        decision.changes += sorted(new_extra)
        if before:
            decision.before["client"] = before
        client_type = changed.get(F.CLIENT_TYPE) or stored.values[F.CLIENT_TYPE]
        decision.client = {
            "is_new": False,
            "client_id": stored.id,
            "party_id": stored.party_id,
            "number": number,
            "values": {**changed, F.CLIENT_TYPE: client_type},
            **moved,
            "stage": changed.get(F.STAGE),
            "do_not_contact": changed.get(F.DO_NOT_CONTACT),
            "completeness": self._complete(client_type, {**_held(stored), **values}, has),
            "extra": {**stored.extra, **new_extra},
        }

    def _brings_policy(self, number: str) -> bool:
        return any(
            self.plan.policy_numbers[p] is not None and self._has_dates(p)
            for p in self.plan.places_of[number]
        )

    def _has_dates(self, place: int) -> bool:
        dated = (self.rows.value(m, place) for m in (F.INCEPTION_ON, F.EXPIRY_ON))
        return any(day is not None for day in dated)

    def _complete(self, client_type: ClientType, values: Mapping[F, Any], has: set[str]) -> int:
        items = {_ITEMS[m] for m, value in values.items() if m in _ITEMS and value is not None}
        return _percent(self.company.file_items.get(client_type.value, ()), frozenset(items | has))

    # -- the policy -------------------------------------------------------------------------

    def _insurer(self, place: int) -> str:
        given = self.rows.value(F.INSURER, place)
        return given if given is not None else self.company.insurer

    def _decide_policy(
        self,
        decision: Decision,
        place: int,
        number: str,
        stored: KnownClient | None,
        known: Known,
    ) -> None:
        policy_number = self.plan.policy_numbers[place]
        if policy_number is None or decision.client_id is None:
            return
        insurer = self._insurer(place)
        key = (insurer, policy_number)
        if key in self._policies:
            return
        self._policies[key] = (number, self.rows.lines[place])
        values = {m: v for m in POLICY_FIELDS if (v := self.rows.value(m, place)) is not None}
        monthly = values.pop(F.MONTHLY_PREMIUM, None)
        if monthly is not None and F.PREMIUM not in values:
            values[F.PREMIUM] = monthly * 12
        policy = _same_policy(known, policy_number, stored, values.get(F.INSURER))
        extra = merged_extra(
            (key, cells[place]) for key, cells in self.rows.extras if key in self.plan.policy_extras
        )
        kept = self.rows.kept.get(place, {})
        extra |= {k: text for k, text in kept.items() if self._is_policy_column(k)}
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
            meaning = F.EXPIRY_ON if F.EXPIRY_ON in self.rows.columns else F.INCEPTION_ON
            self.rows.add(place, meaning, Problem.POLICY_WITHOUT_DATES)
            return False
        if expiry is not None and expiry < inception:
            self.rows.add(place, F.EXPIRY_ON, Problem.EXPIRY_BEFORE_INCEPTION)
        premium_column = F.PREMIUM if F.PREMIUM in self.rows.columns else F.MONTHLY_PREMIUM
        if F.PREMIUM not in values and premium_column in self.rows.columns:
            self.rows.add(place, premium_column, Problem.PREMIUM_UNKNOWN)
        mode = values.get(F.PAYMENT_MODE) or _payment_mode(line, is_monthly=is_monthly)
        has_ended = expiry is not None and expiry < self.on
        status = values.get(F.POLICY_STATUS) or (
            PolicyStatus.EXPIRED if has_ended else PolicyStatus.IN_FORCE
        )
        due_on = values.get(F.NEXT_DUE_ON)
        if due_on is None and line.is_long_term and status is PolicyStatus.IN_FORCE:
            due_on = next_due(inception, expiry, values.get(F.PAYMENT_MODE), on=self.on)
        premium_fen = values.get(F.PREMIUM, 0)
        decision.outcome = RowOutcome.NEW
        decision.policy_id = self.new_policy_id()
        decision.policy = {
            "is_new": True,
            "policy_id": decision.policy_id,
            "client_id": decision.client_id,
            "number": policy_number,
            "insurer": values.get(F.INSURER, self.company.insurer),
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
            "extra": extra,
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
            extra_key(self.rows.columns[m]): _as_text(value)
            for m, value in values.items()
            if m in self.rows.columns
        }
        cells |= extra
        if decision.client is not None:
            decision.client["extra"] = {**cells, **decision.client["extra"]}
        elif stored is not None and self.plan.kind is not ImportKind.POLICIES:
            self._changed_client(decision, number, stored, {}, {}, cells)

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
            "extra": {**policy.extra, **new_extra},
        }


_ITEMS: dict[F, str] = {
    F.CLIENT_NAME: "name",
    **{m: m.value for m in F if m.value in {item.value for item in FileItem}},
}
"""File items that are columns of an import; the names are the same."""

_PARTS = {
    PaymentMode.SINGLE: 1,
    PaymentMode.ANNUAL: 1,
    PaymentMode.SEMIANNUAL: 2,
    PaymentMode.QUARTERLY: 4,
    PaymentMode.MONTHLY: 12,
}


@lru_cache(maxsize=4096)
def _percent(required: tuple[str, ...], present: frozenset[str]) -> int:
    return completeness(required, present).percent


def _held(stored: KnownClient) -> dict[F, Any]:
    held = dict(stored.values)
    held[F.PHONE] = True if stored.phones else None
    held[F.EMAIL] = True if stored.emails else None
    held[F.ADDRESS] = True if stored.addresses else None
    held[F.ID_NUMBER] = True if stored.id_index else None
    return held


def _changed_contacts(stored: KnownClient, values: Mapping[F, Any]) -> dict[F, Any]:
    """Phone, e-mail, address and ID number that differ from every stored one → what was stored."""
    changed: dict[F, Any] = {}
    if F.PHONE in values and phone_index(values[F.PHONE]) not in stored.phones:
        changed[F.PHONE] = list(stored.phones.values())
    if F.EMAIL in values and email_index(values[F.EMAIL]) not in stored.emails:
        changed[F.EMAIL] = list(stored.emails.values())
    if F.ADDRESS in values and values[F.ADDRESS] not in stored.addresses:
        changed[F.ADDRESS] = stored.addresses
    if F.ID_NUMBER in values and id_index(values[F.ID_NUMBER]) != stored.id_index:
        changed[F.ID_NUMBER] = stored.id_number
    return changed


def _client_type(values: Mapping[F, Any]) -> ClientType:
    is_group = values.get(F.ID_TYPE) is IdType.UNIFIED_CREDIT_CODE or _GROUP_NAME.search(
        values.get(F.CLIENT_NAME, "")
    )
    return ClientType.GROUP if is_group else ClientType.INDIVIDUAL


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


def _as_text(value: Any) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)
