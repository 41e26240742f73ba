"""How a state looks: colour and icon, where the state matters. Its word stands in ``labels``."""

from dataclasses import dataclass
from enum import StrEnum

from terms import clients, complaints, intake, policies, renewals


@dataclass(frozen=True, slots=True)
class Mark:
    """How a state looks: a Streamlit colour name and a Material icon."""

    colour: str
    icon: str


OVERDUE = Mark("red", "error")
AT_RISK = Mark("orange", "schedule")
ON_TRACK = Mark("green", "check_circle")
WAITING = Mark("gray", "hourglass_empty")
INFORMED = Mark("blue", "info")


MARKS: dict[type[StrEnum], dict[str, Mark]] = {
    clients.LifecycleStage: {
        "prospect": Mark("blue", "person_search"),
        "formal": Mark("green", "verified"),
        "lost": Mark("gray", "person_off"),
    },
    intake.ImportState: {
        "checking": WAITING,
        "checked": INFORMED,
        "staging": WAITING,
        "applying": WAITING,
        "applied": ON_TRACK,
        "failed": OVERDUE,
        "cancelled": Mark("gray", "cancel"),
    },
    intake.RowOutcome: {
        "new": Mark("green", "add_circle"),
        "changed": Mark("blue", "edit"),
        "same": Mark("gray", "drag_handle"),
        "refused": Mark("red", "block"),
    },
    intake.ExportState: {
        "waiting": WAITING,
        "working": WAITING,
        "ready": ON_TRACK,
        "failed": OVERDUE,
        "forgotten": Mark("gray", "auto_delete"),
    },
    intake.MessageState: {"waiting": WAITING, "sent": ON_TRACK, "failed": OVERDUE},
    policies.PolicyStatus: {
        "in_force": ON_TRACK,
        "grace": AT_RISK,
        "suspended": OVERDUE,
        "expired": Mark("gray", "event_busy"),
        "lapsed": OVERDUE,
        "surrendered": Mark("gray", "undo"),
        "ended": Mark("gray", "stop_circle"),
    },
    policies.InstalmentStatus: {
        "due": WAITING,
        "paid": ON_TRACK,
        "grace": AT_RISK,
        "unpaid": OVERDUE,
    },
    policies.ClaimStatus: {
        "reported": INFORMED,
        "surveying": WAITING,
        "settled": ON_TRACK,
        "rejected": OVERDUE,
    },
    renewals.RenewalState: {
        "extracted": WAITING,
        "allocated": Mark("gray", "assignment_ind"),
        "contacted": Mark("blue", "call"),
        "quoted": Mark("blue", "request_quote"),
        "agreed": Mark("green", "handshake"),
        "renewed": ON_TRACK,
        "lost": Mark("red", "cancel"),
        "lapsed": OVERDUE,
        "withdrawn": Mark("gray", "undo"),
    },
    renewals.Intention: {
        "renews": Mark("green", "thumb_up"),
        "thinking": Mark("orange", "psychology"),
        "refuses": Mark("red", "thumb_down"),
    },
    renewals.PromiseState: {
        "open": WAITING,
        "kept": ON_TRACK,
        "broken": OVERDUE,
    },
    renewals.WindowStage: {
        "remind": AT_RISK,
        "due": AT_RISK,
        "overdue": OVERDUE,
    },
    complaints.ComplaintState: {
        "waiting": WAITING,
        "decided": INFORMED,
        "closed": ON_TRACK,
    },
}
