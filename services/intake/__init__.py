"""Intake: the book comes in.

A person uploads a CSV or XLSX file of staff, clients, policies, or a whole book. A child process
reads it; each column's meaning is suggested and corrected; every row is compared with what is
stored and called new, changed, the same, or refused; then the rows are staged in pieces and applied
in one short transaction. The same file again changes nothing, a blank cell never erases, and
refused rows come back as a file that says how to mend them.
"""

from services.intake import measures as _measures  # noqa: F401 - what the figures mean
from services.intake.fields import FIELDS_OF_KIND, REQUIRED
from services.intake.mapping import ColumnFacts, ColumnMapping, suggest
from services.intake.mappings import (
    MappingNameEmpty,
    MappingOfSeveral,
    SavedMapping,
    mappings_for,
    save_mapping,
    saved_mapping,
)
from services.intake.operations import (
    REFUSED_KIND,
    FieldTwice,
    NotInThisState,
    apply,
    cancel,
    change_columns,
    refused_ticket,
    start,
    use_columns,
)
from services.intake.queries import (
    ChangedRow,
    RefusedRow,
    RowProblem,
    RunCard,
    WaitingRun,
    changes_of,
    columns_of,
    duplicates_of,
    number_of,
    problems_of,
    recent_runs,
    refused_rows,
    run,
    runs_waiting,
)
from services.intake.reading import LIMITS, FileRefused, Limits, refuse_size
from services.intake.running import (
    KeepsClashing,
    OpenFile,
    RequiredColumnMissing,
    work_on,
)

__all__ = [
    "FIELDS_OF_KIND",
    "LIMITS",
    "REFUSED_KIND",
    "REQUIRED",
    "ChangedRow",
    "ColumnFacts",
    "ColumnMapping",
    "FieldTwice",
    "FileRefused",
    "KeepsClashing",
    "Limits",
    "MappingNameEmpty",
    "MappingOfSeveral",
    "NotInThisState",
    "OpenFile",
    "RefusedRow",
    "RequiredColumnMissing",
    "RowProblem",
    "RunCard",
    "SavedMapping",
    "WaitingRun",
    "apply",
    "cancel",
    "change_columns",
    "changes_of",
    "columns_of",
    "duplicates_of",
    "mappings_for",
    "number_of",
    "problems_of",
    "recent_runs",
    "refuse_size",
    "refused_rows",
    "refused_ticket",
    "run",
    "runs_waiting",
    "save_mapping",
    "saved_mapping",
    "start",
    "suggest",
    "use_columns",
    "work_on",
]
