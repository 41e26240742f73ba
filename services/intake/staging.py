"""Writing what was decided: the rows' outcomes, and beside them the rows an import will make.

In pieces, each a short transaction of its own; nothing a colleague works with is touched yet.
"""

import itertools
import json
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Any

from sqlalchemy import Connection, Table, func, select

from db.bulk import insert_columns
from db.models import ImportRow, StagedClient, StagedPolicy, StagedTerm
from services.clients.search import search_terms
from services.intake.converting import Rows, as_cells
from services.intake.extra_numbers import numbers_of
from services.intake.known import CLIENT_COLUMNS, PARTY_COLUMNS
from services.intake.planning import Decision
from services.intake.reading import Table as FileTable
from services.privacy import email_index, id_index, last_four_index, phone_index
from terms.clients import PhoneKind
from terms.intake import ImportField as F
from terms.intake import RowOutcome

_IDS_AT_ONCE = 2000


def new_ids(connection: Connection | None, table: str) -> Callable[[], int]:
    """Ids for rows to come.

    PostgreSQL gives them from the table's sequence, so they are nobody else's. SQLite (and a dry
    run) counts below zero; the applying transaction, the only writer then, makes them real.
    """
    if connection is None or connection.dialect.name != "postgresql":
        below = itertools.count(-1, -1)
        return lambda: next(below)

    def given() -> Iterator[int]:
        sequence = func.pg_get_serial_sequence(table, "id")
        numbers = func.generate_series(1, _IDS_AT_ONCE).table_valued("n")
        while True:
            yield from connection.scalars(select(func.nextval(sequence)).select_from(numbers)).all()

    ids = given()
    return lambda: next(ids)


@dataclass(slots=True)
class Piece:
    """What becomes of the rows of one piece of the file; each list's rows have the same names."""

    run_id: int
    fields: Collection[F]
    """What the file brings; columns it does not have stay null."""
    outcomes: list[Mapping[str, Any]] = field(default_factory=list)
    clients: list[Mapping[str, Any]] = field(default_factory=list)
    policies: list[Mapping[str, Any]] = field(default_factory=list)
    terms: list[Mapping[str, Any]] = field(default_factory=list)
    plain: dict[F, str] = field(init=False)

    def __post_init__(self) -> None:
        there = {*self.fields, *_DERIVED}
        self.plain = {meaning: column for meaning, column in _PLAIN.items() if meaning in there}

    def add(
        self, rows: Rows, file: FileTable, place: int, decision: Decision, *, stage: bool
    ) -> None:
        """Gather what became of one row; ``stage`` False keeps the outcome only."""
        line = rows.lines[place]
        problems = rows.problems.get(place, [])
        is_refused = decision.outcome is RowOutcome.REFUSED
        self.outcomes.append(
            {
                "run_id": self.run_id,
                "row": line,
                "outcome": decision.outcome,
                "client_id": decision.client_id,
                "policy_id": decision.policy_id,
                "duplicate_of": None if is_refused else rows.duplicate_of.get(place),
                "has_warning": bool(problems) and not is_refused,
                "changes": decision.changes,
                "problems": problems,
                "values": as_json(as_cells(file, place)) if problems else None,
                "seen_client": decision.seen.client,
                "seen_policy": decision.seen.policy,
                "before": as_json(decision.before) if stage and decision.before else None,
            }
        )
        if not stage or is_refused:
            return
        if decision.client is not None:
            self._add_client(line, decision.client)
        if decision.policy is not None:
            self.policies.append({"run_id": self.run_id, "row": line, **decision.policy})

    def _add_client(self, line: int, client: Mapping[str, Any]) -> None:
        values: Mapping[F, Any] = client["values"]
        plain = {column: values.get(meaning) for meaning, column in self.plain.items()}
        phone, email = values.get(F.PHONE), values.get(F.EMAIL)
        number = values.get(F.ID_NUMBER)
        self.clients.append(
            {
                "run_id": self.run_id,
                "row": line,
                **plain,
                "id_number": number,
                "id_index": id_index(number) if number else None,
                "phone": phone,
                "phone_kind": _phone_kind(phone) if phone else None,
                "phone_index": phone_index(phone) if phone else None,
                "last_four_index": last_four_index(phone) if phone else None,
                "email": email,
                "email_index": email_index(email) if email else None,
                "address": values.get(F.ADDRESS),
                "owner_id": client.get("owner_id"),
                "team_id": client.get("team_id"),
                "branch_id": client.get("branch_id"),
                "extra_numbers": numbers_of(client["extra"]),
                **{k: v for k, v in client.items() if k not in _ELSEWHERE},
            }
        )
        name = values.get(F.CLIENT_NAME)
        if name:
            of = {"run_id": self.run_id, "client_id": client["client_id"]}
            terms = search_terms(name, values[F.CLIENT_TYPE])
            self.terms += [{**of, "kind": kind, "term": term} for kind, term in terms]

    def write(self, connection: Connection) -> None:
        """Insert everything gathered; columns without a single value are left to be null."""
        for model, rows in (
            (ImportRow, self.outcomes),
            (StagedClient, self.clients),
            (StagedPolicy, self.policies),
            (StagedTerm, self.terms),
        ):
            table = model.__table__
            assert isinstance(table, Table)
            insert_columns(connection, table, _filled(rows))


_PLAIN = {**CLIENT_COLUMNS, **PARTY_COLUMNS}
_DERIVED = (F.CLIENT_TYPE, F.SEX, F.BIRTH_ON, F.ID_TYPE)
_ELSEWHERE = frozenset({"values", "owner_id", "team_id", "branch_id"})


def _filled(rows: Sequence[Mapping[str, Any]]) -> list[tuple[str, Sequence[Any]]]:
    if not rows:
        return []
    names = list(rows[0])
    columns = zip(*map(itemgetter(*names), rows), strict=True)
    return [
        (name, values)
        for name, values in zip(names, columns, strict=True)
        if any(value is not None for value in values)
    ]


def _phone_kind(number: str) -> PhoneKind:
    is_mobile = number.startswith("+") or (len(number) == 11 and number.startswith("1"))
    return PhoneKind.MOBILE if is_mobile else PhoneKind.WORK


def as_json(value: Any) -> str:
    """A value as it lies in an encrypted column."""
    return json.dumps(value, ensure_ascii=False, default=str)
