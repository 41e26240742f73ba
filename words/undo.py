"""Acts that can be taken back, in words: what goes back, what stays and why."""

from zoneinfo import ZoneInfo

from services import undo
from terms.undo import LeftBecause, RowAct, UndoKind
from words import N_, _, formats, labels, ngettext
from words.errors import says
from words.labels import label

labels.name_members(
    UndoKind,
    {
        UndoKind.IMPORT: N_("Import"),
        UndoKind.BULK_EDIT: N_("Clients changed together"),
        UndoKind.REASSIGN: N_("Cases given over"),
        UndoKind.MERGE: N_("Clients merged"),
        UndoKind.INSTALMENT: N_("Instalment recorded"),
        UndoKind.CLOSING: N_("Case closed"),
    },
)
labels.name_members(
    LeftBecause,
    {
        LeftBecause.EDITED: N_("changed since"),
        LeftBecause.IN_USE: N_("in use since"),
        LeftBecause.TAKEN: N_("its place is taken"),
    },
)
labels.speak_in_sentences(RowAct)

_TABLES = {
    "client": N_("Clients"),
    "policy": N_("Policies"),
    "renewal": N_("Renewal cases"),
    "instalment": N_("Instalments"),
    "formal_demand": N_("Formal demands"),
    "suspension": N_("Suspensions"),
    "promise": N_("Appointments and promises"),
    "lost_case": N_("Clients to win back"),
    "staff": N_("Staff"),
    "team": N_("Teams"),
    "branch": N_("Branches"),
    "complaint": N_("Complaints"),
    "claim": N_("Claims"),
    "engagement": N_("Engagements"),
    "client_relation": N_("Relations"),
    "service_plan": N_("Service plans"),
}
"""What a table's rows are called; tables not named here go along and are not counted."""


def table_name(table: str) -> str | None:
    """What the rows of ``table`` are called on a screen; None where they only go along."""
    return _(_TABLES[table]) if table in _TABLES else None


def plan_lines(plan: undo.UndoPlan) -> list[str]:
    """What the undo does, a line per kind of row."""
    lines = []
    for counts, says_ in (
        (plan.restored, N_("{what}: {n} get back what they held")),
        (plan.removed, N_("{what}: {n} go again")),
        (plan.brought_back, N_("{what}: {n} come back")),
    ):
        for table, count in counts.items():
            name = table_name(table)
            if name is not None:
                lines.append(_(says_).format(what=name, n=f"{count:,}"))
    return lines


def left_heading(plan: undo.UndoPlan) -> str:
    """How many rows stay as they are."""
    return ngettext(
        "{n} record stays as it is now:", "{n} records stay as they are now:", plan.left_count
    ).format(n=f"{plan.left_count:,}")


def left_sentence(row: undo.LeftRow, *, zone: ZoneInfo) -> str:
    """One row that stays, and why."""
    name = row.name or "–"
    what = table_name(row.table) or _("Other record")
    if row.table != "client" and row.client_number:
        name = _("{name} of client {number}").format(name=name, number=row.client_number)
    why = label(row.why)
    if row.at is not None:
        when = formats.date_time(row.at, zone=zone)
        who = row.by_name or _("Command line")
        why = _("{why} by {who}, {when}").format(why=why, who=who, when=when)
    return _("{what} {name}: {why}").format(what=what, name=name, why=why)


def done_sentence(plan: undo.UndoPlan) -> str:
    """What was undone, for a toast."""
    if plan.left_count:
        return ngettext(
            "Undone. {n} record was changed or used since and stays.",
            "Undone. {n} records were changed or used since and stay.",
            plan.left_count,
        ).format(n=f"{plan.left_count:,}")
    return _("Undone. Everything is as it was before.")


says(undo.AlreadyUndone, N_("This was undone already. Nothing was changed."))
says(
    undo.TooLateToUndo,
    N_("The time to undo this is over, and what it replaced is no longer kept."),
)
says(
    undo.UndoClashes,
    N_("Something made since stands in the way. Nothing was undone; undo the later act first."),
)
