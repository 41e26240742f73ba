"""Decisions of two people in words: what is asked for, what changes, what is refused.

Each kind gives its title and its changes with ``speaks``, in the module of its chapter.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from services import approvals
from services.approvals import Change, Payload
from services.errors import BusinessError
from services.notifications import Notice, NotificationKind
from terms.approvals import ApprovalKind, ApprovalState
from words import N_, _, errors, formats, labels, notifications
from words.errors import says
from words.marks import ON_TRACK, WAITING, Mark

labels.name_members(
    ApprovalKind,
    {
        "rule_publication": N_("Publish a rule"),
        "rule_withdrawal": N_("Take back a rule"),
        "calendar_notice": N_("Calendar notice"),
        "tier_override": N_("Decide a class by hand"),
        "star_disclosure": N_("Tell a client their stars"),
        "tier_rules": N_("Publish tier rules"),
        "tier_rules_back": N_("Take back tier rules"),
        "plan_change": N_("Change of a service plan"),
        "script": N_("Approval of a script"),
    },
)
labels.name_members(
    ApprovalState,
    {
        "waiting": N_("Waiting for a decision"),
        "approved": N_("Approved"),
        "refused": N_("Not approved"),
        "withdrawn": N_("Taken back"),
        "expired": N_("Ran out"),
    },
    {
        "waiting": WAITING,
        "approved": ON_TRACK,
        "refused": Mark("red", "block"),
        "withdrawn": Mark("gray", "undo"),
        "expired": Mark("gray", "event_busy"),
    },
)


@dataclass(frozen=True, slots=True)
class Told:
    """One change as people read it."""

    what: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Speaker:
    """How a kind speaks of its requests."""

    title: Callable[[Payload], str]
    change: Callable[[Payload, Change], Told]
    together: Callable[[Payload, Sequence[Change]], list[Told]] | None = None
    """All changes at once, where several read better as one."""


SPEAKERS: dict[ApprovalKind, Speaker] = {}


def speaks(
    kind: ApprovalKind,
    *,
    title: Callable[[Payload], str],
    change: Callable[[Payload, Change], Told],
    together: Callable[[Payload, Sequence[Change]], list[Told]] | None = None,
) -> None:
    """Give ``kind`` its words: one line that says what is asked for, and each change."""
    SPEAKERS[kind] = Speaker(title, change, together)


def title(kind: ApprovalKind, payload: Mapping[str, Any]) -> str:
    """What is asked for, in one line."""
    errors.learn_chapters()
    return SPEAKERS[kind].title(payload)


def all_told(kind: ApprovalKind, payload: Payload, changes: Sequence[Change]) -> list[Told]:
    """Everything that changes, as few lines as say it."""
    errors.learn_chapters()
    speaker = SPEAKERS[kind]
    if speaker.together is not None:
        return speaker.together(payload, changes)
    return [speaker.change(payload, change) for change in changes]


def told(kind: ApprovalKind, payload: Mapping[str, Any], change: Change) -> Told:
    """One change: what, before, after."""
    errors.learn_chapters()
    return SPEAKERS[kind].change(payload, change)


def _ended(error: BusinessError) -> str:
    state, who = error.data.get("state"), error.data.get("who")
    match state:
        case ApprovalState.APPROVED:
            return _("{who} has approved this already. It is done.").format(who=who)
        case ApprovalState.REFUSED:
            return _("{who} has refused this already. Nothing was changed.").format(who=who)
        case ApprovalState.WITHDRAWN:
            return _("This was taken back by whoever asked. Nothing was changed.")
    return _("This has run out without a decision. It has to be asked for again.")


def _moved(error: BusinessError) -> str:
    kind, payload = error.data["kind"], error.data["payload"]
    changes = error.data["changes"]
    assert isinstance(kind, ApprovalKind)
    assert isinstance(payload, Mapping)
    assert isinstance(changes, tuple)
    parts = []
    for change in changes[:3]:
        said = told(kind, payload, change)
        parts.append(
            _("{what}: was {before} when it was asked, is {now} now").format(
                what=said.what, before=said.before, now=said.after
            )
        )
    return _(
        "Since this was asked for, what it would change has changed ({changes}). Nothing was "
        "carried out. Refuse it, so that it can be asked for anew."
    ).format(changes=formats.listing(parts))


def _what(notice: Notice) -> str:
    given = notice.data.get("kind")
    return labels.label(ApprovalKind(str(given))) if given else ""


def _asks(notice: Notice) -> str:
    return _("{who} asks for your decision: {what}.").format(
        who=notice.by_name or _("The system"), what=_what(notice)
    )


def _decides(notice: Notice) -> str:
    return _("{who} decided what you asked for: {what}.").format(
        who=notice.by_name or _("The system"), what=_what(notice)
    )


def _still(notice: Notice) -> str:
    return _("A decision still waits for you: {what}.").format(what=_what(notice))


def _ran_out(notice: Notice) -> str:
    return _("Not decided in time: {what}. Ask for it again.").format(what=_what(notice))


for _kind, _sentence in (
    (NotificationKind.APPROVAL_ASKED, _asks),
    (NotificationKind.APPROVAL_DECIDED, _decides),
    (NotificationKind.APPROVAL_REMINDER, _still),
    (NotificationKind.APPROVAL_EXPIRED, _ran_out),
):
    notifications.says(_kind, _sentence, icon="approval")

says(approvals.WhyMissing, N_("Say why, in at most {limit} characters: the decider reads it."))
says(
    approvals.WordMissing,
    N_("Say in a word why you decide so, in at most {limit} characters: the asker reads it."),
)
says(approvals.NothingChanges, N_("It stands like that already: there is nothing to decide."))
says(
    approvals.AlreadyAsked,
    N_("{who} has asked for a decision about this already ({number}). Wait for it first."),
)
says(
    approvals.NobodyElse,
    N_(
        "Nobody but you could decide this. Have a second person given the right to, then ask again."
    ),
)
says(
    approvals.OwnRequest,
    N_("Nobody decides what they asked for, also not in a colleague's place."),
)
says(approvals.RequestEnded, _ended)
says(approvals.WorldMoved, _moved)
