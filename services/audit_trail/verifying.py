"""Proving that the trail is whole: every entry against its seal, every seal on the one before."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from db.models import AuditEntry, AuditSeal
from services.audit_trail.rules import FIRST, Sealed, is_own, mark_of, seal_of
from services.audit_trail.sealing import sealed_columns, sealing_key

_AT_ONCE = 2_000


class Flaw(StrEnum):
    """What is wrong with the first entry that is not as it was sealed."""

    CHANGED = "changed"
    MISSING_BEFORE = "missing_before"
    """The entry is as it was; one before it was taken out."""
    INSERTED = "inserted"
    MISSING = "missing"
    """The last sealed entry is gone."""
    ROUNDS = "rounds"
    """The table of seals itself was changed."""
    CUT_OFF = "cut_off"
    """The chain does not hold the head that was expected of it."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a look through the whole trail found."""

    entries: int
    """Entries looked at."""
    unsealed: int
    """Of these, newer than the last seal: the worker has not come by yet."""
    head: str | None
    """The last seal."""
    upto_id: int | None
    flaw: Flaw | None = None
    entry_id: int | None = None
    """The first entry that is wrong, or the one the flaw was seen at."""


def verify(session: Session, *, expected_head: str | None = None) -> Verdict:
    """Go through all entries and seals.

    Args:
        expected_head: a head that an earlier run printed; it must still be in the chain.
    """
    key = sealing_key()
    rounds = session.scalars(select(AuditSeal).order_by(AuditSeal.id)).all()
    last = rounds[-1] if rounds else None
    upto = last.upto_id if last is not None else 0
    unsealed = session.scalar(select(func.count()).where(AuditEntry.id > upto)) or 0
    checked = _Chain(key, upto, expected_head)
    entry_id = _rounds_flaw(key, rounds)
    kind = Flaw.ROUNDS if entry_id is not None else None
    if kind is None:
        kind, entry_id = checked.follow(session, rounds)
    if kind is None and expected_head is not None and not checked.met:
        kind, entry_id = Flaw.CUT_OFF, upto or None
    return Verdict(
        entries=checked.seen + unsealed,
        unsealed=unsealed,
        head=last.seal if last is not None else None,
        upto_id=last.upto_id if last is not None else None,
        flaw=kind,
        entry_id=entry_id,
    )


def _rounds_flaw(key: bytes, rounds: Sequence[AuditSeal]) -> int | None:
    """The first entry of the first round that is not as it was marked."""
    before, upto = FIRST, 0
    for row in rounds:
        expected = mark_of(
            key,
            from_id=row.from_id,
            upto_id=row.upto_id,
            entries=row.entries,
            seal=row.seal,
            before=before,
        )
        if row.mark != expected or row.from_id <= upto:
            return row.from_id
        before, upto = row.mark, row.upto_id
    return None


class _Chain:
    """One walk along the entries; stops at the first that is wrong."""

    def __init__(self, key: bytes, upto: int, expected_head: str | None) -> None:
        self.seen = 0
        self.met = False
        self._key = key
        self._upto = upto
        self._expected = expected_head
        self._head = FIRST

    def follow(
        self, session: Session, rounds: Sequence[AuditSeal]
    ) -> tuple[Flaw | None, int | None]:
        ends = {row.upto_id: row.seal for row in rounds}
        found = session.execute(
            select(*sealed_columns(), AuditEntry.seal)
            .where(AuditEntry.id <= self._upto)
            .order_by(AuditEntry.id)
            .execution_options(yield_per=_AT_ONCE)
        )
        last = 0
        for row in found:
            flaw = self._flaw(Sealed(*row[:-1]), row.seal)
            if flaw is not None:
                return flaw, row.id
            if row.id in ends and ends[row.id] != self._head:
                return Flaw.ROUNDS, row.id
            last = row.id
        if last != self._upto:
            return Flaw.MISSING, self._upto
        extra = session.scalar(
            select(func.min(AuditEntry.id)).where(
                AuditEntry.id > self._upto, AuditEntry.seal.is_not(None)
            )
        )
        return (Flaw.ROUNDS, extra) if extra is not None else (None, None)

    def _flaw(self, entry: Sealed, seal: str | None) -> Flaw | None:
        self.seen += 1
        if seal is None:
            return Flaw.INSERTED
        if not is_own(seal, self._key, entry):
            return Flaw.CHANGED
        expected = seal_of(self._key, entry, self._head)
        if seal != expected:
            return Flaw.MISSING_BEFORE
        self._head = seal
        self.met = self.met or seal == self._expected
        return None
