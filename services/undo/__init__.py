"""Undo: one mechanism that takes back what an import, a bulk act, a merge did.

An operation opens a batch (``begin``) and takes down what it changes while it changes it
(``Recording``). ``preview`` says what taking it back would do; ``undo`` does it, in one
transaction: every row as it was, except those edited since or in use, which are left and named.
Batches are rows, so they outlive the process; ``forget_expired`` drops what they held when their
time is over. See ``docs/undo.md``.
"""

from services.undo.operations import (
    AlreadyUndone,
    TooLateToUndo,
    UndoClashes,
    forget_expired,
    undo,
)
from services.undo.queries import BatchCard, LeftRow, UndoPlan, batch, batches, preview
from services.undo.recording import Recording, begin
from services.undo.rules import GOES_ALONG, KEEP_RULE, NEVER_BACK, OWNER

__all__ = [
    "GOES_ALONG",
    "KEEP_RULE",
    "NEVER_BACK",
    "OWNER",
    "AlreadyUndone",
    "BatchCard",
    "LeftRow",
    "Recording",
    "TooLateToUndo",
    "UndoClashes",
    "UndoPlan",
    "batch",
    "batches",
    "begin",
    "forget_expired",
    "preview",
    "undo",
]
