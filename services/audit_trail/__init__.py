"""The audit trail as it is read and proved: who did what, who saw what, and that it is whole.

``services.audit`` writes entries; nobody changes them. The worker seals them in the order of their
ids: each seal is a keyed digest of the entry and of the seal before it, and each round of sealing
is marked the same way, so that a change, a deletion or an insertion is found and the first entry
named (``verify``). Erasing a person drops their key and leaves the stored bytes: the chain holds.
``entries`` and ``views`` are the two searches; personal values before and after are masked, and
shown in clear only to who may reveal, for a reason, logged.
"""

from services.audit_trail.queries import (
    MOST,
    Change,
    EntryPage,
    EntryRow,
    RevealReasonNeeded,
    Search,
    ViewPage,
    ViewRow,
    count_found,
    each_entry,
    each_view,
    entries,
    entry,
    events_seen,
    named,
    personal_of,
    reveal_entry,
    views,
)
from services.audit_trail.sealing import SealRound, SealState, seal, seal_state
from services.audit_trail.verifying import Flaw, Verdict, verify

__all__ = [
    "MOST",
    "Change",
    "EntryPage",
    "EntryRow",
    "Flaw",
    "RevealReasonNeeded",
    "SealRound",
    "SealState",
    "Search",
    "Verdict",
    "ViewPage",
    "ViewRow",
    "count_found",
    "each_entry",
    "each_view",
    "entries",
    "entry",
    "events_seen",
    "named",
    "personal_of",
    "reveal_entry",
    "seal",
    "seal_state",
    "verify",
    "views",
]
