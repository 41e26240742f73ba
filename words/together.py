"""Many clients changed at once, in words."""

from services import clients
from services.clients import LeftOut, TogetherField
from services.undo import BatchCard
from terms.renewals import AllocationCause, RenewalState
from terms.undo import UndoKind
from words import N_, _, ngettext
from words.errors import says
from words.instalments import act_said
from words.labels import label

_FIELDS = {
    TogetherField.OWNER: N_("Owner"),
    TogetherField.PREFERRED_CHANNEL: N_("Preferred channel"),
    TogetherField.PREFERRED_LANGUAGE: N_("Preferred language"),
}
_LEFT = {
    LeftOut.SAME: N_("has it already"),
    LeftOut.NOT_YOURS: N_("not yours to change"),
    LeftOut.CHANGED: N_("saved by somebody since"),
}


def field_title(field: TogetherField) -> str:
    return _(_FIELDS[field])


def left_out_text(why: LeftOut) -> str:
    """Why a client stays as it is."""
    return _(_LEFT[why])


def done_sentence(done: clients.Together) -> str:
    """What a change of many clients did, for a toast."""
    said = ngettext(
        "{n} client changed. It can be undone below the list.",
        "{n} clients changed. It can be undone below the list.",
        done.changed,
    ).format(n=f"{done.changed:,}")
    if done.left_out:
        said += " " + ngettext(
            "{n} stays as it was.", "{n} stay as they were.", done.left_out
        ).format(n=f"{done.left_out:,}")
    return said


def act_sentence(batch: BatchCard) -> str:
    """What an earlier act did, for the list of acts."""
    detail = batch.detail
    match batch.kind:
        case UndoKind.BULK_EDIT:
            n = int(detail.get("clients", 0))
            field = field_title(TogetherField(detail["field"]))
            return ngettext(
                "{field} of {n} client changed", "{field} of {n} clients changed", n
            ).format(field=field, n=f"{n:,}")
        case UndoKind.REASSIGN:
            return _cases_given(batch, int(detail.get("cases", 0)))
        case UndoKind.MERGE:
            return _("{merged} merged into {kept}").format(
                merged=detail.get("merged", ""), kept=detail.get("kept", "")
            )
        case UndoKind.INSTALMENT:
            return act_said(batch)
        case UndoKind.CLOSING:
            return f"{batch.reference} · {label(RenewalState(str(detail['state'])))}"
        case UndoKind.IMPORT:
            return _("{number}: {file}").format(number=batch.reference, file=detail.get("file", ""))


def _cases_given(batch: BatchCard, n: int) -> str:
    match batch.detail.get("cause"):
        case AllocationCause.RECALLED:
            said = ngettext(
                "{n} untouched case recalled from {name}",
                "{n} untouched cases recalled from {name}",
                n,
            )
        case AllocationCause.COVER:
            said = ngettext(
                "{n} case of {name}, who is ill, given to cover",
                "{n} cases of {name}, who is ill, given to cover",
                n,
            )
        case _:
            said = ngettext("{n} case given over", "{n} cases given over", n)
    return said.format(n=f"{n:,}", name=batch.about or batch.reference)


says(
    clients.OwnerUnfit,
    N_("This person cannot own these clients: not in service, or not in your scope."),
)
says(clients.TooManyClients, N_("At most {most} clients at once. Choose fewer."))
