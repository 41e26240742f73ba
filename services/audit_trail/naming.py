"""The names behind the ids that entries speak of: people, teams, branches, other clients."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models import Branch, Client, Staff, Team

_STAFF_KEYS = frozenset(
    {"to", "from", "by_person", "staff_id", "owner_id", "assignee_id", "substitute_id", "owner"}
)
_TEAM_KEYS, _BRANCH_KEYS = frozenset({"team_id"}), frozenset({"branch_id", "parent_id"})
SIDES = ("before", "after")


def plain(value: Any) -> Any:
    """Lists as tuples, so that a row cannot be changed; objects as pairs."""
    if isinstance(value, dict):
        return tuple((str(key), plain(each)) for key, each in value.items())
    return tuple(plain(each) for each in value) if isinstance(value, list) else value


@dataclass(frozen=True, slots=True)
class Names:
    """The names behind the ids the entries speak of."""

    staff: Mapping[int, str]
    teams: Mapping[int, str]
    branches: Mapping[int, str]
    clients: Mapping[int, str]

    def of(self, key: str, value: Any) -> Any:
        known = self._known(key)
        if known is None or value is None:
            return plain(value)
        if isinstance(value, dict):
            return tuple(
                (known.get(_id(each), str(each)), plain(count)) for each, count in value.items()
            )
        if isinstance(value, list):
            return tuple(known.get(_id(each), str(each)) for each in value)
        return known.get(_id(value), str(value))

    def _known(self, key: str) -> Mapping[int, str] | None:
        if key in _STAFF_KEYS:
            return self.staff
        if key in _TEAM_KEYS:
            return self.teams
        if key in _BRANCH_KEYS:
            return self.branches
        return self.clients if key == "other_id" else None


def _id(value: Any) -> int:
    try:
        return int(value)
    except (TypeError, ValueError):
        return 0


def names_in(session: Session, details: list[dict[str, Any]]) -> Names:
    """Looked up in one statement for each kind that is there."""
    wanted: dict[str, set[int]] = {"staff": set(), "team": set(), "branch": set(), "client": set()}
    for detail in details:
        for part in (detail, *(detail[s] for s in SIDES if isinstance(detail.get(s), dict))):
            for key, value in part.items():
                kind = _kind_of(key)
                if kind is not None:
                    values = value if isinstance(value, (list, dict)) else [value]
                    wanted[kind] |= {_id(each) for each in values}
    return Names(
        staff=_named(session, Staff.id, Staff.name, wanted["staff"]),
        teams=_named(session, Team.id, Team.name, wanted["team"]),
        branches=_named(session, Branch.id, Branch.name, wanted["branch"]),
        clients=_named(session, Client.id, Client.number, wanted["client"]),
    )


def _kind_of(key: str) -> str | None:
    if key in _STAFF_KEYS:
        return "staff"
    if key in _TEAM_KEYS:
        return "team"
    if key in _BRANCH_KEYS:
        return "branch"
    return "client" if key == "other_id" else None


def _named(session: Session, row_id: Any, name: Any, ids: set[int]) -> dict[int, str]:
    ids.discard(0)
    if not ids:
        return {}
    return {row[0]: row[1] for row in session.execute(select(row_id, name).where(row_id.in_(ids)))}
