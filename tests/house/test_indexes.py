"""Every foreign key can be followed backwards by an index; deletes and joins stay fast."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Table

from db.models import Base

NEVER_FOLLOWED_BACK = {
    ("approval", ("decided_for_id",)),
    ("calendar_day", ("approval_id",)),
    ("closing_step", ("settled_by_id",)),
    ("complaint", ("branch_id",)),
    ("document", ("removed_by_id",)),
    ("document", ("stored_by_id",)),
    ("duplicate_pair", ("decided_by_id",)),
    ("engagement", ("rated_by_id",)),
    ("import_mapping", ("owner_id",)),
    ("lost_case", ("assigned_by_id",)),
    ("notification", ("by_id",)),
    ("policy", ("agent_id",)),
    ("promise", ("staff_id",)),
    ("renewal", ("branch_id",)),
    ("renewal", ("pinned_by_id",)),
    ("renewal_allocation", ("by_staff_id",)),
    ("renewal_conflict", ("settled_by_id",)),
    ("renewal_plan", ("offered_by_id",)),
    ("rule_draft", ("saved_by_id",)),
    ("service_plan", ("disclosed_by_id",)),
    ("service_plan", ("opinion_by_id",)),
    ("service_plan_item", ("done_by_id",)),
    ("service_plan_item", ("handler_id",)),
    ("service_plan_version", ("made_by_id",)),
    ("staff_leave", ("substitute_id",)),
    ("target", ("staff_id",)),
    ("tier_run", ("credit_rule_id",)),
    ("tier_run", ("lines_rule_id",)),
    ("tier_run", ("reception_rule_id",)),
    ("tier_run", ("risk_rule_id",)),
    ("tier_run", ("star_rule_id",)),
    ("tier_run", ("value_rule_id",)),
    ("undo_batch", ("undone_by_id",)),
}
"""Keys to staff and branches, which are never deleted, that no screen follows from that side."""


def index_starts(table: Table) -> Iterator[tuple[str, ...]]:
    """The leading columns of everything that can be searched.

    A partial index counts where it leaves out nothing but rows without the key.
    """
    yield tuple(column.name for column in table.primary_key.columns)
    for constraint in table.constraints:
        if constraint.__visit_name__ == "unique_constraint":
            yield tuple(column.name for column in constraint.columns)
    for index in table.indexes:
        columns = tuple(getattr(column, "name", "") for column in index.expressions)
        where = index.dialect_options["postgresql"].get("where")
        if where is None or str(where) == f"{columns[0]} IS NOT NULL":
            yield columns


def unindexed() -> list[tuple[str, tuple[str, ...]]]:
    found = []
    for table in Base.metadata.sorted_tables:
        starts = list(index_starts(table))
        for key in table.foreign_key_constraints:
            columns = tuple(column.name for column in key.columns)
            followed = any(set(start[: len(columns)]) == set(columns) for start in starts)
            # (client_id, policy_id): the policy's id alone finds the rows
            composite = len(columns) > 1 and any(start[:1] == columns[-1:] for start in starts)
            if not followed and not composite:
                found.append((table.name, columns))
    return found


def test_every_foreign_key_has_an_index() -> None:
    assert set(unindexed()) - NEVER_FOLLOWED_BACK == set()


def test_the_list_of_exceptions_only_shrinks() -> None:
    assert set() == NEVER_FOLLOWED_BACK - set(unindexed())


@pytest.mark.parametrize("table", Base.metadata.sorted_tables, ids=lambda table: table.name)
def test_no_index_repeats_the_start_of_another(table: Table) -> None:
    starts = [start for start in index_starts(table) if "" not in start]
    repeated = [
        start
        for start in starts
        if any(other != start and other[: len(start)] == start for other in starts)
        and not any(
            set(start) == {column.name for column in constraint.columns}
            for constraint in table.constraints
            if constraint.__visit_name__ in {"unique_constraint", "primary_key_constraint"}
        )
    ]
    assert repeated == [], f"{table.name}: a longer index already serves these"
