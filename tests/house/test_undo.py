"""Every table knows what an undo does with its rows."""

import pytest
from sqlalchemy import Table

from db.models import Base
from services import undo
from services.undo.rules import PERMISSION
from terms.undo import UndoKind

NEVER_CHANGED = frozenset(
    {"contact", "income", "policy_event", "renewal_allocation", "service_plan_version"}
)
"""Logs and ledgers: their rows are added, never changed, so no version is needed."""
NOT_BY_BATCH = frozenset(
    {
        "calendar_day",
        "client_former",
        "department",
        "document",
        "quiet_hours",
        "saved_view_pin",
    }
)
"""Without a version, and compared by what they hold where a batch touches them."""


@pytest.mark.parametrize("table", Base.metadata.sorted_tables, ids=lambda table: table.name)
def test_every_table_says_how_an_undo_knows_its_rows_were_edited(table: Table) -> None:
    known = undo.NEVER_BACK | undo.OWNER.keys() | undo.GOES_ALONG | NEVER_CHANGED | NOT_BY_BATCH
    assert "version" in table.c or table.name in known, (
        f"{table.name} has no version: see docs/undo.md, New tables"
    )


def test_owners_have_a_version_and_the_column_that_points_at_them() -> None:
    for name, (column, owner) in undo.OWNER.items():
        assert column in Base.metadata.tables[name].c
        assert "version" in Base.metadata.tables[owner].c


def test_every_kind_of_act_names_who_may_undo_it() -> None:
    assert PERMISSION.keys() == set(UndoKind)


def test_lists_name_no_table_that_is_gone() -> None:
    named = undo.NEVER_BACK | undo.OWNER.keys() | undo.GOES_ALONG | NEVER_CHANGED | NOT_BY_BATCH
    assert named <= Base.metadata.tables.keys()
