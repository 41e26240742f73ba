"""Words about acts that can be undone."""

from enum import StrEnum


class UndoKind(StrEnum):
    """What a batch did."""

    IMPORT = "import"
    BULK_EDIT = "bulk_edit"
    REASSIGN = "reassign"
    MERGE = "merge"
    INSTALMENT = "instalment"
    """What was recorded of one instalment: a demand, a notice, an application, a payment."""
    CLOSING = "closing"
    """One case closed by hand: renewed, lost, lapsed."""


class RowAct(StrEnum):
    """What a batch did to one row."""

    INSERTED = "inserted"
    CHANGED = "changed"
    DELETED = "deleted"


class LeftBecause(StrEnum):
    """Why an undo leaves a row as it is."""

    EDITED = "edited"
    """Somebody changed it after the batch."""
    IN_USE = "in_use"
    """The batch made it, and something since refers to it."""
    TAKEN = "taken"
    """What it was is there again, or what it belonged to is gone."""
