"""Clients: who we serve, how we find them, and what their file holds.

``find`` lists the clients somebody may open, a keyset page at a time, narrowed by filters or by a
text that ``search`` reads in every way it may be meant. ``open_file`` logs an opening;
``client_file`` and the ``…_of`` queries read the file, always masked; ``reveal`` shows one
personal value in clear, with a reason, logged. ``create_client``, ``edit``, ``verify``,
``change_contact_data``, ``give_consent``, ``relate`` and their like are the only writers: each
refuses a version that is no longer the newest, writes one audit entry, and keeps completeness,
search rows and name copies true.
"""

from services.clients import measures as _measures  # noqa: F401 - what the figures mean
from services.clients.choices import filter_choices
from services.clients.circle import (
    AlreadyRelated,
    SameClient,
    give_consent,
    relate,
    set_do_not_contact,
    unrelate,
    withdraw_consent,
)
from services.clients.contact_data import (
    ContactChanges,
    ReasonNeeded,
    add_contact_person,
    change_contact_data,
    remove_contact_person,
    reveal,
)
from services.clients.exporting import each_found
from services.clients.files import (
    ClientFile,
    ConsentRow,
    Due,
    PartyCard,
    Reach,
    SourceRow,
    client_file,
    people_of,
)
from services.clients.finding import find
from services.clients.keeping import Change, refresh_completeness
from services.clients.measures import about_filters, filters_of
from services.clients.operations import (
    ClientEdit,
    EngagementNeeded,
    InvalidClientData,
    NothingChanged,
    NumberTaken,
    create_client,
    edit,
    open_file,
    verify,
)
from services.clients.printing import PRINT_KIND, print_ticket
from services.clients.records import (
    claims_of,
    complaints_of,
    contacts_of,
    engagements_of,
    history_of,
    holdings_of,
    instalments_of,
    policies_of,
    promises_of,
    relations_of,
    timeline_of,
)
from services.clients.rows import (
    COUNT_CAP,
    NOBODY,
    ClaimRow,
    ClientFilters,
    ClientPage,
    ClientRow,
    ComplaintRow,
    ContactRow,
    EngagementRow,
    FilterChoices,
    HistoryRow,
    Holdings,
    InstalmentRow,
    PolicyRow,
    PromiseRow,
    RelationRow,
    TimelineEvent,
)
from services.clients.rules import (
    Completeness,
    completeness,
    id_problem,
)
from services.clients.search import search_terms

__all__ = [
    "COUNT_CAP",
    "NOBODY",
    "PRINT_KIND",
    "AlreadyRelated",
    "Change",
    "ClaimRow",
    "ClientEdit",
    "ClientFile",
    "ClientFilters",
    "ClientPage",
    "ClientRow",
    "ComplaintRow",
    "Completeness",
    "ConsentRow",
    "ContactChanges",
    "ContactRow",
    "Due",
    "EngagementNeeded",
    "EngagementRow",
    "FilterChoices",
    "HistoryRow",
    "Holdings",
    "InstalmentRow",
    "InvalidClientData",
    "NothingChanged",
    "NumberTaken",
    "PartyCard",
    "PolicyRow",
    "PromiseRow",
    "Reach",
    "ReasonNeeded",
    "RelationRow",
    "SameClient",
    "SourceRow",
    "TimelineEvent",
    "about_filters",
    "add_contact_person",
    "change_contact_data",
    "claims_of",
    "client_file",
    "complaints_of",
    "completeness",
    "contacts_of",
    "create_client",
    "each_found",
    "edit",
    "engagements_of",
    "filter_choices",
    "filters_of",
    "find",
    "give_consent",
    "history_of",
    "holdings_of",
    "id_problem",
    "instalments_of",
    "open_file",
    "people_of",
    "policies_of",
    "print_ticket",
    "promises_of",
    "refresh_completeness",
    "relate",
    "relations_of",
    "remove_contact_person",
    "reveal",
    "search_terms",
    "set_do_not_contact",
    "timeline_of",
    "unrelate",
    "verify",
    "withdraw_consent",
]
