"""What clients say, in words."""

from services.notifications import Notice, NotificationKind
from services.voices import VoiceContact, VoiceRow
from terms.policies import Line
from terms.voices import VoiceBy, VoiceKind
from words import N_, _, labels, ngettext, notifications
from words.renewals import refusal
from words.scripts import objection_name

labels.name_members(VoiceKind, {"objection": N_("Objection"), "refusal": N_("Reason")})
labels.name_members(VoiceBy, {"line": N_("Line"), "product": N_("Product"), "team": N_("Team")})


def kind_name(kind: VoiceKind) -> str:
    """Objection, or reason of a refusal."""
    return labels.label(kind)


def what(row: VoiceRow) -> str:
    """What is said."""
    return objection_name(row.code) if row.kind is VoiceKind.OBJECTION else refusal(row.code)


def broken_down(row: VoiceRow, by: VoiceBy) -> str:
    """The line, product or team of ``row``; a dash for contacts without one."""
    if by is VoiceBy.LINE and row.of:
        return labels.label(Line(row.of))
    return row.of or "–"


def whose(contact: VoiceContact) -> str:
    """Who heard it, with their team."""
    return " ".join(filter(None, (contact.team_name, contact.staff_name)))


def trend(row: VoiceRow) -> str:
    """Against the days before: ``▲ +3``, ``▼ −2``, *same*."""
    change = row.count - row.before
    if not change:
        return _("same")
    return f"▲ +{change}" if change > 0 else f"▼ −{-change}"


def _heard(notice: Notice) -> str:
    n = int(notice.data.get("n", 1))
    return ngettext(
        "What clients said last week: {n} objection or refusal.",
        "What clients said last week: {n} objections and refusals.",
        n,
    ).format(n=n)


notifications.says(NotificationKind.VOICES_HEARD, _heard, icon="forum")
