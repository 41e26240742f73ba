"""The audit trail and the access log as files, as found on screen, without personal values."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from services import audit_trail, documents
from services.actor import Actor
from services.audit_trail import EntryRow, Search, ViewRow
from services.permissions import Permission
from services.settings import process
from services.working_calendar import local_date
from terms.intake import AccessKind
from words import N_, _, formats, in_locale
from words.audit import change_text, event_name, key_name, value_text, what_name
from words.documents import call_export
from words.labels import label

ENTRIES, VIEWS = "audit.entries", "audit.views"

call_export(ENTRIES, N_("Audit trail"))
call_export(VIEWS, N_("Access log"))


def argument_of(search: Search) -> dict[str, Any]:
    """A search as the ticket of its file keeps it."""
    return {
        "staff_id": search.staff_id,
        "client_number": search.client_number,
        "event": search.event,
        "kind": search.kind.value if search.kind else None,
        "from_on": search.from_on.isoformat() if search.from_on else None,
        "to_on": search.to_on.isoformat() if search.to_on else None,
    }


def _search_of(argument: Mapping[str, Any]) -> Search:
    kind, first, last = (argument.get(name) for name in ("kind", "from_on", "to_on"))
    return Search(
        staff_id=argument.get("staff_id"),
        client_number=argument.get("client_number"),
        event=argument.get("event"),
        kind=AccessKind(kind) if kind else None,
        from_on=date.fromisoformat(first) if first else None,
        to_on=date.fromisoformat(last) if last else None,
        zone=process().settings.timezone,
    )


@documents.producer(ENTRIES, Permission.AUDIT_READ, audience=documents.Audience.HOUSE)
def entries_file(
    session: Session, *, actor: Actor, argument: Mapping[str, Any], at: datetime
) -> documents.File:
    """The acts that are found, newest first."""
    zone = process().settings.timezone
    rows = audit_trail.each_entry(
        session, actor=actor, search=_search_of(argument), on=local_date(at, zone)
    )
    with in_locale(actor.locale):
        header = [
            _("When"),
            _("By whom"),
            _("What"),
            _("Client number"),
            _("Client"),
            _("What changed"),
            _("Sealed"),
        ]
        stem = _("Audit trail")

    def told() -> Any:
        for row in rows:
            with in_locale(actor.locale):
                yield _entry(row)

    return documents.File(
        name=documents.file_name(stem, actor=actor, at=at, zone=zone),
        content_type=documents.CSV,
        chunks=documents.csv_chunks(header, told()),
    )


@documents.producer(VIEWS, Permission.AUDIT_READ, audience=documents.Audience.HOUSE)
def views_file(
    session: Session, *, actor: Actor, argument: Mapping[str, Any], at: datetime
) -> documents.File:
    """The lines of the access log that are found, newest first."""
    zone = process().settings.timezone
    rows = audit_trail.each_view(
        session, actor=actor, search=_search_of(argument), on=local_date(at, zone)
    )
    with in_locale(actor.locale):
        header = [
            _("When"),
            _("By whom"),
            _("What"),
            _("Client number"),
            _("Client"),
            _("What was seen"),
            _("Reason"),
        ]
        stem = _("Access log")

    def told() -> Any:
        for row in rows:
            with in_locale(actor.locale):
                yield _view(row)

    return documents.File(
        name=documents.file_name(stem, actor=actor, at=at, zone=zone),
        content_type=documents.CSV,
        chunks=documents.csv_chunks(header, told()),
    )


def told_changes(row: EntryRow) -> list[str]:
    """Every change and fact of an entry as one line of text."""
    lines = [
        _("{name}: {before} → {after}").format(name=name, before=before, after=after)
        for name, before, after in filter(None, map(change_text, row.changes))
    ]
    return [*lines, *told_facts(row)]


def told_facts(row: EntryRow) -> list[str]:
    """What an entry says beside before and after, a line each."""
    named = [(key_name(key), key, value) for key, value in row.facts]
    return [
        _("{name}: {value}").format(name=name, value=value_text(key, value))
        for name, key, value in named
        if name is not None
    ]


def _entry(row: EntryRow) -> list[object]:
    return [
        formats.date_time(row.at),
        row.who or _("System"),
        event_name(row.event),
        row.client_number,
        row.client_name,
        "; ".join(told_changes(row)),
        _("yes") if row.is_sealed else "",
    ]


def _view(row: ViewRow) -> list[object]:
    return [
        formats.date_time(row.at),
        row.who,
        label(row.kind),
        row.client_number,
        row.client_name,
        what_name(row.what, row.kind),
        row.reason,
    ]
