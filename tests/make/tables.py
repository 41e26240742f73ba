"""All that stands in the tables, to compare what was with what is."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models import Base
from services.undo import NEVER_BACK
from services.undo.images import as_text

DERIVED = frozenset({"duplicate_key", "duplicate_mark"})
"""Tables whose rows say of others that they changed; an undo is a change too."""

Tables = dict[str, dict[tuple[Any, ...], str]]


def all_rows(session: Session) -> Tables:
    """Every row of every table an undo restores, by key; versions and ``updated_*`` apart."""
    found: Tables = {}
    for table in Base.metadata.sorted_tables:
        if table.name in NEVER_BACK | DERIVED:
            continue
        columns = [each for each in table.columns if each.name not in ("version", "updated_at")]
        keys = [columns.index(column) for column in table.primary_key.columns]
        found[table.name] = {
            tuple(row[place] for place in keys): as_text(row)
            for row in session.execute(select(*columns))
        }
    return found


def differences(before: Tables, after: Tables) -> dict[str, set[tuple[Any, ...]]]:
    """The keys of rows that are not the same, by table."""
    found = {
        name: {
            key
            for key in before[name].keys() | after[name].keys()
            if before[name].get(key) != after[name].get(key)
        }
        for name in before
    }
    return {name: keys for name, keys in found.items() if keys}
