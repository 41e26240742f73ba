"""Backups in words: what is refused at the command line."""

from services.backups import BackupFailed, NotABackup, NotEmpty
from words import N_
from words.errors import says

says(BackupFailed, N_("The backup failed: {why}."))
says(NotABackup, N_("This file cannot be restored: {why}."))
says(
    NotEmpty,
    N_("The database holds a company already. Name an empty one in EVERGREEN_DATABASE_URL."),
)
