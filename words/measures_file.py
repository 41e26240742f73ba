"""The rows of a figure as a file: the columns of its definition, every row."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from itertools import islice
from typing import Any

from sqlalchemy.orm import Session

from services import documents, measures
from services.actor import Actor
from services.measures import Measure
from services.permissions import Permission
from services.settings import process
from services.working_calendar import local_date
from terms.people import Locale
from words import N_, in_locale
from words.documents import call_export
from words.measures import cells, headers, name

AT_ONCE = 500

call_export(measures.FIGURE_FILE, N_("Rows of a figure"))


@documents.producer(measures.FIGURE_FILE, Permission.FIGURE_EXPORT)
def figure_file(
    session: Session, *, actor: Actor, argument: Mapping[str, Any], at: datetime
) -> documents.File:
    """Every row of one figure as CSV, in the language of whoever fetches it."""
    code, about = measures.about_of(argument)
    zone = process().settings.timezone
    defined = measures.measure(code)
    with in_locale(actor.locale):
        stem, header = name(code), headers(defined)
    rows = measures.export_rows(
        session,
        actor=actor,
        code=code,
        about=about,
        on=local_date(at, zone),
        at=at,
        zone=zone,
    )
    return documents.File(
        documents.file_name(stem, actor=actor, at=at, zone=zone),
        documents.CSV,
        documents.csv_chunks(header, _spoken(defined, rows, actor.locale)),
    )


def _spoken(
    defined: Measure, rows: Iterator[tuple[Any, ...]], locale: Locale
) -> Iterator[list[Any]]:
    """The rows in words, some at a time: a file is read in steps that know no language."""
    while some := list(islice(rows, AT_ONCE)):
        with in_locale(locale):
            said = [cells(defined, row, in_file=True) for row in some]
        yield from said
