"""Documents, downloads and drafts in words: what is refused, who took what out and when."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from services import documents
from services.actor import Actor
from services.documents import ExportNotReady, OrderRow, TicketNotValid, TooManyExports
from services.drafts import DraftTooLong
from services.errors import BusinessError
from services.permissions import Permission
from services.settings import Settings, process
from services.working_calendar import local_date
from terms.intake import ExportState
from words import N_, _, formats, in_locale
from words.errors import SENTENCES, says

MB = 1024 * 1024

KINDS: dict[str, str] = {}
"""Kind of export → what it is called in the list of exports; words of a chapter add theirs."""

READING_REASONS = (
    N_("Checking the file with the client"),
    N_("Helping with a claim"),
    N_("Preparing the renewal"),
    N_("The client asked for a copy"),
)
"""Offered as reasons for opening a document; one may also be typed."""
REMOVING_REASONS = (
    N_("It belongs to another client"),
    N_("A newer version is there"),
    N_("The client asked for it to be deleted"),
)


def call_export(kind: str, name: str) -> None:
    """Give exports of ``kind`` a name; marked with ``N_`` by the caller."""
    KINDS[kind] = name


def export_name(kind: str) -> str:
    """What exports of ``kind`` are called."""
    name = KINDS.get(kind)
    return _(name) if name else _("Export")


def finished(file: documents.File, *, actor: Actor, at: datetime) -> Iterator[bytes]:
    """The bytes of ``file`` as they go out: a table says in its first line who took it out and
    when, in the language of whoever did."""
    if file.content_type != documents.CSV:
        yield from file.chunks
        return
    yield from documents.stamped(file.chunks, taken_out(actor, at=at))


def taken_out(actor: Actor, *, at: datetime) -> str:
    """Who took something out and when, as one sentence."""
    with in_locale(actor.locale):
        return _(
            "Taken out of Evergreen by {who} ({username}) at {time} · personal values masked"
        ).format(
            who=actor.name,
            username=actor.username,
            time=formats.date_time(at, zone=process().settings.timezone),
        )


def size(size_bytes: int | None) -> str:
    """``1.4 MB``, ``38 KB``."""
    if size_bytes is None:
        return "–"
    if size_bytes >= MB:
        return f"{size_bytes / MB:.1f} MB"
    return f"{max(1, round(size_bytes / 1024))} KB"


def order_state(order: OrderRow) -> str:
    """Where an ordered export stands, as a sentence."""
    done = formats.number(order.rows_done)
    match order.state:
        case ExportState.WORKING if order.rows:
            return _("{done} of {all} rows").format(done=done, all=formats.number(order.rows))
        case ExportState.WORKING:
            return _("{done} rows so far").format(done=done)
        case ExportState.READY:
            return _("{done} rows, until {day}").format(
                done=done, day=formats.local_day(order.expires_at)
            )
        case ExportState.FAILED:
            return _why_failed(order.failure or "")
    return ""


def _why_failed(code: str) -> str:
    sentence = SENTENCES.get(code)
    if isinstance(sentence, str) and "{" not in sentence:
        return _(sentence)
    return _("Something went wrong. Ask for it again.")


@documents.producer(
    documents.DOCUMENT_KIND, Permission.CLIENT_REVEAL, audience=documents.Audience.HOUSE
)
def document_file(
    session: Session, *, actor: Actor, argument: Mapping[str, Any], at: datetime
) -> documents.File:
    """One document of a client's file, in clear."""
    settings = process().settings
    return documents.document_file(
        session,
        actor=actor,
        document_id=int(argument["document_id"]),
        folder=documents_folder(settings),
        on=local_date(at, settings.timezone),
    )


@documents.producer(documents.ORDER_KIND, Permission.DAY_READ, audience=documents.Audience.HOUSE)
def order_file(
    session: Session, *, actor: Actor, argument: Mapping[str, Any], at: datetime
) -> documents.File:
    """A finished export; who and when stand in it already."""
    return documents.order_file(
        session,
        actor=actor,
        order_id=int(argument["order_id"]),
        folder=exports_folder(process().settings),
        at=at,
    )


def documents_folder(settings: Settings) -> Path:
    """Where clients' documents are kept."""
    return settings.var / "documents"


def exports_folder(settings: Settings) -> Path:
    """Where finished exports are kept."""
    return settings.var / "exports"


_REFUSED = {
    "empty": N_("The file is empty."),
    "unknown": N_(
        "This is none of the files that are kept here: PDF, JPEG, PNG, DOCX, XLSX, OFD. What counts"
        " is the content, not the name."
    ),
    "damaged": N_("The file is damaged or cut off. Save it again and choose it once more."),
    "active": N_("The file holds macros or scripts. Save it without them, for example as PDF."),
    "locked": N_("The file is locked with a password. Unlock it first."),
    "unpacks": N_("The file unpacks to far more than a document needs. It was not taken in."),
}


def _document_refused(error: BusinessError) -> str:
    reason = str(error.data.get("reason"))
    if reason == "too_large":
        return _("A document may have up to {limit}.").format(limit=size(documents.MOST_BYTES))
    return _(_REFUSED[reason])


def _document_there(error: BusinessError) -> str:
    at = error.data["at"]
    assert isinstance(at, datetime)
    return _("The file holds this very document already: {name}, stored {day}.").format(
        name=error.data["name"], day=formats.local_day(at)
    )


says(documents.DocumentRefused, _document_refused)
says(documents.DocumentThere, _document_there)
says(documents.DocumentGone, N_("This document was taken away. Load the file again."))
says(documents.DocumentReasonNeeded, N_("Give a reason: it is kept with your name."))
says(
    TooManyExports,
    N_("You already wait for {limit} exports. Fetch or wait for those first."),
)
says(ExportNotReady, N_("This export is not there (any more). Ask for it again."))
says(TicketNotValid, N_("This download was used already or is too old. Ask for it again."))
says(
    DraftTooLong,
    N_("This is longer than a draft can hold ({limit} characters). Save it before you go on."),
)
