"""The one short transaction that makes a staged import real, set by set.

Ids below zero (SQLite) are counted up from the largest id there is: SQLite has one writer, and it
is this transaction.
"""

from collections.abc import Sequence
from contextlib import ExitStack
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Table,
    and_,
    case,
    column,
    delete,
    exists,
    func,
    insert,
    literal,
    or_,
    select,
    table,
    update,
)
from sqlalchemy.orm import Session

from db import due
from db.models import (
    Client,
    ClientAccess,
    ClientParty,
    ClientSearch,
    ClientSource,
    ImportRow,
    ImportRun,
    Instalment,
    Party,
    PartyAddress,
    PartyEmail,
    PartyPhone,
    Policy,
    StagedClient,
    StagedPolicy,
    StagedTerm,
)
from services import audit, undo
from services.actor import Actor
from services.intake.cases_along import bring_cases_along
from services.intake.taken_down import made, touched
from services.intake.telling import tell
from services.intake.written import CLIENT, PARTY, POLICY, SOURCES
from services.renewals.importing import close_from_import
from terms.clients import (
    AccessReason,
    AddressKind,
    ClientType,
    PartyKind,
    PartyRole,
    SourceChannel,
)
from terms.intake import ImportState, RowOutcome
from terms.policies import InstalmentStatus

_SEQUENCE = table("sqlite_sequence", column("name"), column("seq"))
"""SQLite's memory of the largest id ever given in a table."""


def apply_staged(
    session: Session,
    *,
    run: ImportRun,
    recording: undo.Recording,
    actor: Actor,
    at: datetime,
    on: date,
) -> None:
    """Write everything the run has staged, and one audit entry with its counts.

    Args:
        recording: takes down what changes, so that the import can be undone.
        on: the business day; cases the file's policies renew or pay are closed on it.

    Audit: ``import:apply``; the fields that changed and what they held stand in ``import_row``.
    """
    work = _Work(session, run.id, at)
    with ExitStack() as stack:
        for model, where in touched(run.id):
            stack.enter_context(recording.changes(model, where))
        work.make_clients()
        work.change_clients()
        bring_cases_along(session, run_id=run.id, at=at)
        work.make_contacts()
        work.make_search_terms()
        work.make_policies()
        work.change_policies()
        work.make_instalments()
        close_from_import(
            session,
            actor=actor,
            run_id=run.id,
            new_id=work.real(StagedPolicy.policy_id, Policy),
            on=on,
            at=at,
        )
    for model, ids in made(run.id, work.real):
        recording.inserted(model, ids)
    work.settle_rows()
    run.state = ImportState.APPLIED
    run.finished_at = at
    run.rows_done = run.rows
    run.updated_at = at
    run.preview = None
    due.mark_all(session)
    tell(session, run_id=run.id, state=run.state, at=at)
    audit.record(
        session,
        actor=actor,
        event="import:apply",
        subject="import_run",
        subject_id=run.id,
        at=at,
        detail={
            "kind": run.kind.value,
            "file": run.file_name,
            "rows": run.rows,
            "created": run.created,
            "changed": run.changed,
            "same": run.same,
            "warnings": run.warnings,
            "duplicates": run.duplicates,
            "refused": run.refused,
        },
    )


class _Work:
    """One run's statements; ``real`` turns a staged id into the id it will have."""

    def __init__(self, session: Session, run_id: int, at: datetime) -> None:
        self.session = session
        self.run_id = run_id
        self.at = at
        self._base: dict[type[Any], int] = {}

    def real(self, column: Any, model: type[Any]) -> ColumnElement[int]:
        if self.session.get_bind().dialect.name == "postgresql":
            real: ColumnElement[int] = column
            return real
        if model not in self._base:
            given = select(_SEQUENCE.c.seq).where(_SEQUENCE.c.name == model.__tablename__)
            self._base[model] = self.session.scalar(given) or 0
        return case((column < 0, literal(self._base[model]) - column), else_=column)

    def _client_id(self, staged: type[Any]) -> ColumnElement[int]:
        return self.real(staged.client_id, Client)

    def _of(self, staged: type[Any], *, is_new: bool | None = None) -> ColumnElement[bool]:
        of_run = staged.run_id == self.run_id
        return of_run if is_new is None else and_(of_run, staged.is_new.is_(is_new))

    def _insert(self, model: type[Any], columns: Sequence[str], *source: Any, where: Any) -> int:
        table = _table(model)
        rows = select(*source).where(where)
        done = self.session.execute(insert(table).from_select(list(columns), rows))
        return int(getattr(done, "rowcount", 0))

    def _stamps(self) -> list[Any]:
        now = literal(self.at, Client.created_at.type)
        return [literal(1), now, now]

    def make_clients(self) -> None:
        new = self._of(StagedClient, is_new=True)
        party_id = self.real(StagedClient.party_id, Party)
        client_id = self._client_id(StagedClient)
        stamps = ("version", "created_at", "updated_at")
        self._insert(
            Party,
            ["id", "kind", *PARTY, *stamps],
            party_id,
            _party_kind(),
            *(getattr(StagedClient, name) for name in PARTY),
            *self._stamps(),
            where=new,
        )
        self._insert(
            Client,
            ["id", "party_id", "number", *CLIENT, *stamps],
            client_id,
            party_id,
            StagedClient.number,
            *(getattr(StagedClient, name) for name in CLIENT),
            *self._stamps(),
            where=new,
        )
        self._insert(
            ClientParty,
            ["client_id", "party_id", "role"],
            client_id,
            party_id,
            literal(PartyRole.POLICYHOLDER, ClientParty.role.type),
            where=new,
        )
        owned = and_(self._of(StagedClient), StagedClient.owner_id.is_not(None))
        moved = select(StagedClient.client_id).where(owned, StagedClient.is_new.is_(False))
        self.session.execute(
            delete(ClientAccess).where(
                ClientAccess.reason == AccessReason.OWNER, ClientAccess.client_id.in_(moved)
            ),
            execution_options={"synchronize_session": False},
        )
        self._insert(
            ClientAccess,
            ["staff_id", "client_id", "reason"],
            StagedClient.owner_id,
            client_id,
            literal(AccessReason.OWNER, ClientAccess.reason.type),
            where=owned,
        )

    def change_clients(self) -> None:
        self._update(
            Party,
            StagedClient,
            Party.id == StagedClient.party_id,
            PARTY,
            {"kind": _party_kind()},
        )
        self._update(Client, StagedClient, Client.id == StagedClient.client_id, CLIENT, {})

    def _update(
        self,
        model: type[Any],
        staged: type[Any],
        matches: Any,
        columns: Sequence[str],
        values: dict[str, Any],
    ) -> None:
        """A staged null leaves the column as it is."""
        table = _table(model)
        for name in columns:
            values[name] = func.coalesce(getattr(staged, name), table.c[name])
        self.session.execute(
            update(table)
            .where(matches, self._of(staged, is_new=False))
            .values(**values, version=table.c.version + 1, updated_at=self.at)
        )

    def make_contacts(self) -> None:
        party_id = self.real(StagedClient.party_id, Party)
        has_phone = and_(self._of(StagedClient), StagedClient.phone.is_not(None))
        self._drop_primary(has_phone)
        self._insert(
            PartyPhone,
            ["party_id", "kind", "number", "number_index", "last_four_index", "is_primary"],
            party_id,
            StagedClient.phone_kind,
            StagedClient.phone,
            StagedClient.phone_index,
            StagedClient.last_four_index,
            literal(value=True),
            where=has_phone,
        )
        has_email = and_(self._of(StagedClient), StagedClient.email.is_not(None))
        self._drop_old(PartyEmail, has_email)
        self._insert(
            PartyEmail,
            ["party_id", "address", "address_index", "is_imported"],
            party_id,
            StagedClient.email,
            StagedClient.email_index,
            literal(value=True),
            where=has_email,
        )
        has_address = and_(self._of(StagedClient), StagedClient.address.is_not(None))
        self._drop_old(PartyAddress, has_address)
        is_group = StagedClient.client_type == ClientType.GROUP
        kind = PartyAddress.kind.type
        self._insert(
            PartyAddress,
            ["party_id", "kind", "address", "is_imported"],
            party_id,
            case(
                (is_group, literal(AddressKind.WORK, kind)), else_=literal(AddressKind.HOME, kind)
            ),
            StagedClient.address,
            literal(value=True),
            where=has_address,
        )
        self._note_sources()

    def _drop_primary(self, where: Any) -> None:
        changed = select(StagedClient.party_id).where(where, StagedClient.is_new.is_(False))
        self.session.execute(
            update(_table(PartyPhone))
            .where(PartyPhone.party_id.in_(changed))
            .values(is_primary=False)
        )

    def _drop_old(self, model: type[Any], where: Any) -> None:
        """The new one stands in the place of those that came from a file, which are kept in
        ``import_row.before``; what a person typed stays beside it."""
        changed = select(StagedClient.party_id).where(where, StagedClient.is_new.is_(False))
        self.session.execute(
            delete(_table(model)).where(model.party_id.in_(changed), model.is_imported)
        )

    def _note_sources(self) -> None:
        """Where each piece of information came from (R6)."""
        client_id = self._client_id(StagedClient)
        for name in SOURCES:
            given = and_(self._of(StagedClient), getattr(StagedClient, name).is_not(None))
            changed = select(StagedClient.client_id).where(given, StagedClient.is_new.is_(False))
            self.session.execute(
                delete(_table(ClientSource)).where(
                    ClientSource.field == name, ClientSource.client_id.in_(changed)
                )
            )
            self._insert(
                ClientSource,
                ["client_id", "field", "channel", "recorded_at"],
                client_id,
                literal(name),
                literal(SourceChannel.IMPORT, ClientSource.channel.type),
                literal(self.at, Client.created_at.type),
                where=given,
            )

    def make_search_terms(self) -> None:
        renamed = select(StagedTerm.client_id).where(StagedTerm.run_id == self.run_id)
        self.session.execute(
            delete(_table(ClientSearch)).where(ClientSearch.client_id.in_(renamed))
        )
        self._insert(
            ClientSearch,
            ["kind", "term", "client_id"],
            StagedTerm.kind,
            StagedTerm.term,
            self._client_id(StagedTerm),
            where=StagedTerm.run_id == self.run_id,
        )

    def make_policies(self) -> None:
        self._insert(
            Policy,
            ["id", "client_id", "number", *POLICY, "cover", "version", "created_at", "updated_at"],
            self.real(StagedPolicy.policy_id, Policy),
            self._client_id(StagedPolicy),
            StagedPolicy.number,
            *(getattr(StagedPolicy, name) for name in POLICY),
            literal({}, Policy.cover.type),
            *self._stamps(),
            where=self._of(StagedPolicy, is_new=True),
        )

    def change_policies(self) -> None:
        self._update(Policy, StagedPolicy, Policy.id == StagedPolicy.policy_id, POLICY, {})

    def make_instalments(self) -> None:
        due = and_(self._of(StagedPolicy), StagedPolicy.next_due_on.is_not(None))
        there = exists().where(
            Instalment.policy_id == StagedPolicy.policy_id,
            Instalment.due_on == StagedPolicy.next_due_on,
        )
        self._insert(
            Instalment,
            [
                "client_id",
                "policy_id",
                "due_on",
                "premium_fen",
                "status",
                "version",
                "created_at",
                "updated_at",
            ],
            self._client_id(StagedPolicy),
            self.real(StagedPolicy.policy_id, Policy),
            StagedPolicy.next_due_on,
            StagedPolicy.due_fen,
            literal(InstalmentStatus.DUE, Instalment.status.type),
            *self._stamps(),
            where=and_(due, ~there),
        )

    def settle_rows(self) -> None:
        """Real ids into the rows' outcomes, and the cells of all but refused rows away."""
        table = _table(ImportRow)
        below = or_(ImportRow.client_id < 0, ImportRow.policy_id < 0)
        if self._base:
            self.session.execute(
                update(table)
                .where(ImportRow.run_id == self.run_id, below)
                .values(
                    client_id=self.real(table.c.client_id, Client),
                    policy_id=self.real(table.c.policy_id, Policy),
                )
            )
        self.session.execute(
            update(table)
            .where(
                ImportRow.run_id == self.run_id,
                ImportRow.outcome != RowOutcome.REFUSED,
                ImportRow.has_warning.is_(True),
            )
            .values(values=None)
        )


def _table(model: type[Any]) -> Table:
    table = model.__table__
    assert isinstance(table, Table)
    return table


def _party_kind() -> ColumnElement[Any]:
    kind = Party.kind.type
    return case(
        (StagedClient.client_type == ClientType.GROUP, literal(PartyKind.ORGANISATION, kind)),
        else_=literal(PartyKind.PERSON, kind),
    )
