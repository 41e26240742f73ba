"""The allocation in words: why this person got the case, and what nobody could be given."""

from services.renewals import GivenRow, WaitingGroup
from terms.renewals import AllocationCause, AllocationWhy
from words import _, formats, labels, ngettext

labels.speak_in_sentences(AllocationWhy)


def why_person(row: GivenRow) -> str:
    """Why the case went to this person, in one sentence."""
    match row.cause:
        case AllocationCause.MOVED:
            return _("{who} gave it by hand, from {before}: {reason}").format(
                who=row.by_name or _("The system"),
                before=row.from_name or _("nobody"),
                reason=row.reason or "–",
            )
        case AllocationCause.RETURNED:
            return _("Back from {before}, who covered it.").format(before=row.from_name or "–")
        case AllocationCause.COVER:
            told = _("Covers {before} until {day}.").format(
                before=row.from_name or "–",
                day=formats.day(row.until_on) if row.until_on else "–",
            )
            return formats.sentences([told, *filter(None, [_chosen(row)])])
        case AllocationCause.RECALLED:
            told = _("Untouched by {before}.").format(before=row.from_name or "–")
            return formats.sentences([told, *filter(None, [_chosen(row)])])
    return _chosen(row) or _("Given before reasons were kept.")


def _chosen(row: GivenRow) -> str:
    if row.why is None:
        return ""
    others = max((row.choices or 1) - 1, 0)
    stands, lowest = _percent(row.stands), _percent(row.next_stands)
    match row.why:
        case AllocationWhy.ONLY:
            return _("Nobody else could have it.")
        case AllocationWhy.SUBSTITUTE:
            return _("Named as the substitute.")
        case AllocationWhy.SAME_CLIENT:
            return _("Has another case of this client; with it at {stands} of the month.").format(
                stands=stands
            )
        case AllocationWhy.OWNER if row.stands is None:
            return _("Owns the client.")
        case AllocationWhy.OWNER:
            return _("Owns the client; with it at {stands} of the month.").format(stands=stands)
        case AllocationWhy.SPOKE_LAST:
            return _("Spoke to the client last; with it at {stands} of the month.").format(
                stands=stands
            )
        case AllocationWhy.TURN:
            return ngettext(
                "Their turn: {n} other would stand at {stands} too.",
                "Their turn: the lowest of {n} others would stand at {stands} too.",
                others,
            ).format(n=others, stands=stands)
    return ngettext(
        "Lowest with it, {stands} of the month; {n} other: {lowest}.",
        "Lowest with it, {stands} of the month; next of {n} others: {lowest}.",
        others,
    ).format(n=others, stands=stands, lowest=lowest)


def why_waiting(group: WaitingGroup) -> str:
    """What leaves nobody for these cases."""
    if group.reason is None:
        return _("Waits for the next allocation")
    return labels.label(group.reason)


def effort(tenths: int) -> str:
    """Effort in ordinary cases, one decimal: ``12.5``."""
    return f"{tenths / 10:,.1f}"


def _percent(hundredths: int | None) -> str:
    return formats.percent((hundredths or 0) / 10_000, decimals=1)
