"""What becomes of the client a row speaks of."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from services.clients.rules import born_on, completeness, sex_of
from services.intake.converting import is_sound_resident_id, merged_extra
from services.intake.fields import CLIENT_FIELDS, POLICY_FIELDS
from services.intake.known import KnownClient, Place
from services.intake.planning import Decision, Sources, as_text
from services.intake.synonyms import extra_key
from services.intake.values import plain
from services.privacy import email_index, id_index, phone_index
from terms.clients import ClientType, FileItem, IdType, LifecycleStage
from terms.intake import ImportField as F
from terms.intake import Problem, RowOutcome

_GROUP_NAME = re.compile(
    r"(公司|集团|厂|店|院|校|银行|中心|合作社|事务所|研究所|委员会|协会|经营部|门市部)$"
    r"|\b(ltd|inc|llc|corp|gmbh|plc|co)\b\.?$",
    re.I,
)


@dataclass(slots=True)
class ClientSide:
    """Decides about clients; ``change`` also serves a policy that cannot be made yet."""

    sources: Sources

    def decide(
        self, decision: Decision, place: int, number: str, stored: KnownClient | None
    ) -> Decision | None:
        values = {
            m: self.sources.first(m, number) for m in CLIENT_FIELDS if m in self.sources.rows.fields
        }
        values = {m: value for m, value in values.items() if value is not None}
        self._derive(values, stored)
        home = self._home(place, values, stored)
        branch_id = home.get("branch_id")
        if self.sources.branches_allowed is not None and branch_id not in {
            None,
            *self.sources.branches_allowed,
        }:
            return self.sources.refuse(
                place, F.BRANCH if F.BRANCH in values else F.OWNER, Problem.CLIENT_NOT_YOURS
            )
        extra = self._client_extra(number)
        if stored is None:
            self._new_client(decision, number, values, home, extra)
        else:
            self.change(decision, number, stored, values, home, extra)
        return None

    def _derive(self, values: dict[F, Any], stored: KnownClient | None) -> None:
        """Birth date and sex stand in a sound resident ID; a given or stored one counts more."""
        if not is_sound_resident_id(
            values.get(F.ID_TYPE), values.get(F.ID_NUMBER), on=self.sources.on
        ):
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
            (F.BRANCH, self.sources.company.branches, Problem.BRANCH_UNKNOWN),
            (F.TEAM, self.sources.company.teams, Problem.TEAM_UNKNOWN),
        ):
            text = values.get(meaning)
            if text is None:
                continue
            found = called.get(plain(text).casefold())
            if found is None:
                self.sources.rows.add(place, meaning, unknown)
                self.sources.keep(place, meaning, text)
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
        if (
            stored is None
            and "branch_id" not in home
            and self.sources.default_branch_id is not None
        ):
            home["branch_id"] = self.sources.default_branch_id
        return home

    def _owner(self, place: int, values: Mapping[F, Any]) -> Place | None:
        text = values.get(F.OWNER)
        if text is None:
            return None
        found = self.sources.company.staff.get(plain(text).casefold(), ())
        if len(found) == 1:
            return found[0]
        self.sources.rows.add(
            place, F.OWNER, Problem.STAFF_SEVERAL if found else Problem.STAFF_UNKNOWN
        )
        self.sources.keep(place, F.OWNER, text)
        return None

    def _client_extra(self, number: str) -> dict[str, str]:
        places = self.sources.plan.places_of[number]
        own = self.sources.plan.policy_extras
        extra = merged_extra(
            (key, cells[p])
            for key, cells in self.sources.rows.extras
            if key not in own
            for p in places
        )
        for p in places:
            kept = self.sources.rows.kept.get(p)
            if kept:
                for key, text in kept.items():
                    if not self.sources.is_policy_column(key) or self.sources.lacks_policy(p):
                        extra.setdefault(key, text)
        if any(self.sources.lacks_policy(p) for p in places):
            self._keep_policy_cells(places, extra)
        return extra

    def _keep_policy_cells(self, places: Iterable[int], extra: dict[str, str]) -> None:
        """Policy cells of a row without a policy are kept with the client: nothing is lost."""
        for p in places:
            if not self.sources.lacks_policy(p):
                continue
            for meaning in POLICY_FIELDS:
                value = self.sources.rows.value(meaning, p)
                if value is not None:
                    extra.setdefault(extra_key(self.sources.rows.columns[meaning]), as_text(value))

    def _new_client(
        self,
        decision: Decision,
        number: str,
        values: Mapping[F, Any],
        home: Mapping[str, int],
        extra: dict[str, str],
    ) -> None:
        decision.outcome = RowOutcome.NEW
        decision.client_id = self.sources.new_client_id()
        client_type = values.get(F.CLIENT_TYPE) or _client_type(values)
        has = {FileItem.POLICY.value} if self.sources.brings_policy(number) else set()
        decision.client = {
            "is_new": True,
            "client_id": decision.client_id,
            "party_id": self.sources.new_party_id(),
            "number": number,
            "values": {**values, F.CLIENT_TYPE: client_type},
            **home,
            "stage": values.get(F.STAGE) or LifecycleStage.PROSPECT,
            "do_not_contact": bool(values.get(F.DO_NOT_CONTACT)),
            "completeness": self._complete(client_type, values, has),
            "extra": extra,
            "seen_version": None,
        }

    def change(
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
        if self.sources.brings_policy(number):
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
            "seen_version": stored.version,
        }

    def _complete(self, client_type: ClientType, values: Mapping[F, Any], has: set[str]) -> int:
        items = {_ITEMS[m] for m, value in values.items() if m in _ITEMS and value is not None}
        return _percent(
            self.sources.company.file_items.get(client_type.value, ()), frozenset(items | has)
        )


_ITEMS: dict[F, str] = {
    F.CLIENT_NAME: "name",
    **{m: m.value for m in F if m.value in {item.value for item in FileItem}},
}
"""File items that are columns of an import; the names are the same."""


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
