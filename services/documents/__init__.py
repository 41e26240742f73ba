"""Documents and downloads: what clients' files hold, and how anything leaves the house.

Every file leaves through a one-time ticket that is checked, masked and logged. A chapter's words
register a producer for each kind of file they give out::

    @documents.producer("clients.list", Permission.CLIENT_EXPORT)
    def client_list(session, *, actor, argument, at) -> documents.File: ...

A screen makes a ticket in an operation and the browser fetches ``/download/<ticket>``. The
producer starts from the same queries as the screen, so it masks and scopes alike. An export of
more than ``LONG_ROWS`` rows is ordered instead: the worker makes it, the bell tells.

A client's documents are judged by their content, encrypted under a key of their own, listed with
who stored them, given out in clear for a reason, and taken away for a reason.
"""

from services.documents.client_documents import (
    DOCUMENT_KIND,
    DocumentGone,
    DocumentReasonNeeded,
    DocumentRow,
    DocumentThere,
    document_file,
    document_ticket,
    documents_of,
    remove_document,
    store_document,
    sweep_documents,
)
from services.documents.contents import EXTENSIONS, MOST_BYTES, DocumentRefused, content_of
from services.documents.orders import (
    LONG_ROWS,
    ORDER_KIND,
    ExportNotReady,
    OrderRow,
    TooManyExports,
    forget_exports,
    make_export,
    order_export,
    order_file,
    order_ticket,
    orders_of,
    orders_waiting,
)
from services.documents.tables import CSV, STAMP, csv_chunks, file_name, safe_cell, stamped
from services.documents.tickets import (
    TICKET_LASTS,
    Audience,
    Download,
    File,
    Producer,
    TicketNotValid,
    kinds,
    make_ticket,
    note_refused,
    permission_of,
    produce,
    producer,
    redeem,
)

__all__ = [
    "CSV",
    "DOCUMENT_KIND",
    "EXTENSIONS",
    "LONG_ROWS",
    "MOST_BYTES",
    "ORDER_KIND",
    "STAMP",
    "TICKET_LASTS",
    "Audience",
    "DocumentGone",
    "DocumentReasonNeeded",
    "DocumentRefused",
    "DocumentRow",
    "DocumentThere",
    "Download",
    "ExportNotReady",
    "File",
    "OrderRow",
    "Producer",
    "TicketNotValid",
    "TooManyExports",
    "content_of",
    "csv_chunks",
    "document_file",
    "document_ticket",
    "documents_of",
    "file_name",
    "forget_exports",
    "kinds",
    "make_export",
    "make_ticket",
    "note_refused",
    "order_export",
    "order_file",
    "order_ticket",
    "orders_of",
    "orders_waiting",
    "permission_of",
    "produce",
    "producer",
    "redeem",
    "remove_document",
    "safe_cell",
    "stamped",
    "store_document",
    "sweep_documents",
]
