"""Backups: the whole company in one encrypted file, proved by restoring it.

A backup holds one consistent picture of the database, taken while everybody works, and the files
beside it (``documents/``, ``exports/``, ``imports/``). It is encrypted under a key of its own,
which the field keys wrap: a backup is worth nothing without ``EVERGREEN_FIELD_KEYS`` of its day,
and neither is the database in it. ``take`` restores what it wrote into a place of its own and
compares it before it says that there is a backup.
"""

from services.backups.operations import (
    BackupFailed,
    NotABackup,
    NotEmpty,
    Restored,
    Taken,
    kept,
    newest,
    restore,
    take,
    take_scheduled,
)

__all__ = [
    "BackupFailed",
    "NotABackup",
    "NotEmpty",
    "Restored",
    "Taken",
    "kept",
    "newest",
    "restore",
    "take",
    "take_scheduled",
]
