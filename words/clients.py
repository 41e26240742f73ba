"""Clients in words: how one was found, what is missing, what changed, what cannot be kept."""

from datetime import date

from services import clients
from services.clients import ClientRow, Due, EngagementRow, HistoryRow
from services.errors import BusinessError, ChangedMeanwhile
from terms.clients import (
    DueKind,
    FileItem,
    FoundBy,
    IdProblem,
    IdType,
    ListOrder,
    Personal,
)
from terms.people import Locale
from words import N_, _, current_locale, formats, labels, ngettext
from words.errors import says
from words.labels import label
from words.markdown import plain

labels.name_members(
    FileItem,
    {
        "name": N_("Name"),
        "phone": N_("Phone"),
        "email": N_("E-mail address"),
        "address": N_("Address"),
        "id_number": N_("ID number"),
        "birth_on": N_("Date of birth"),
        "sex": N_("Sex"),
        "occupation": N_("Occupation"),
        "preferred_channel": N_("Preferred channel"),
        "risk_preference": N_("Risk preference"),
        "risk_tolerance": N_("Risk tolerance"),
        "needs": N_("Insurance needs"),
        "contact_person": N_("Contact person"),
        "policy": N_("Policy"),
        "engagement": N_("Engagement document"),
    },
)
labels.name_members(
    FoundBy,
    {
        "number": N_("Client number"),
        "policy": N_("Policy number"),
        "id_number": N_("ID number"),
        "phone": N_("Phone"),
        "last_four": N_("Phone's last four"),
        "name": N_("Beginning of the name"),
        "piece": N_("Part of the name"),
        "initials": N_("Pinyin initials"),
    },
)
labels.name_members(
    DueKind,
    {
        "promise": N_("Promise"),
        "expiry": N_("Policy expires"),
        "instalment": N_("Instalment due"),
        "birthday": N_("Birthday"),
    },
)
labels.name_members(
    Personal,
    {
        "phone": N_("Phone"),
        "email": N_("E-mail address"),
        "address": N_("Address"),
        "id_number": N_("ID number"),
        "account": N_("Bank account"),
    },
)
labels.name_members(
    ListOrder,
    {
        "newest": N_("newest first"),
        "thinnest": N_("thinnest file first"),
        "soonest": N_("soonest expiry first"),
    },
)
labels.speak_in_sentences(IdProblem)

FIELDS = {
    "name": N_("Name"),
    "sex": N_("Sex"),
    "birth_on": N_("Date of birth"),
    "occupation": N_("Occupation"),
    "id_type": N_("ID type"),
    "id_number": N_("ID number"),
    "region": N_("Province and city"),
    "stage": N_("Stage"),
    "preferred_channel": N_("Preferred channel"),
    "preferred_time": N_("Preferred time"),
    "preferred_language": N_("Preferred language"),
    "risk_preference": N_("Risk preference"),
    "risk_tolerance": N_("Risk tolerance"),
    "needs": N_("Insurance needs"),
    "special_circumstances": N_("Special circumstances"),
    "phone": N_("Phone"),
    "primary_phone": N_("Phone to call first"),
    "email": N_("E-mail address"),
    "address": N_("Address"),
    "contact_person": N_("Contact person"),
    "consent": N_("Consent"),
    "notice_version": N_("Version of the notice"),
    "do_not_contact": N_("Do not contact"),
    "relation": N_("Relation"),
    "verified_on": N_("Verified"),
    "number": N_("Client number"),
    "note": N_("Note"),
}
"""What the fields of a client's file are called, in forms, refusals and the history."""

EVENTS = {
    "client:create": N_("File begun"),
    "client:edit": N_("File changed"),
    "client:verify": N_("File verified with the client"),
    "client:contact_data": N_("Contact data changed"),
    "client:contact_person": N_("Contact person changed"),
    "client:consent": N_("Consent recorded"),
    "client:do_not_contact": N_("Do-not-contact changed"),
    "client:relation": N_("Relation changed"),
    "renewal:contact": N_("Contact recorded"),
    "renewal:quote": N_("Quote recorded"),
    "renewal:pinned": N_("Case pinned on top of the queue"),
    "renewal:reopened": N_("Closing taken back"),
    "renewal:unpinned": N_("Case no longer pinned"),
    "renewal:renewed": N_("Renewed"),
    "renewal:lost": N_("Renewal lost"),
    "renewal:offer_plan": N_("Plan put before the client"),
    "renewal:choose_plan": N_("Plan chosen by the client"),
    "renewal:remove_plan": N_("Plan taken away"),
    "renewal:begin_closing": N_("Closing begun"),
    "renewal:step": N_("Step of the closing settled"),
    "referral:ask": N_("Question handed to a colleague"),
    "referral:answer": N_("Question answered"),
    "referral:close": N_("Answer read"),
    "renewal:settle_conflict": N_("Conflict with an import decided"),
    "renewal:win_back": N_("Lost client given to a colleague"),
    "renewal:win_back_result": N_("Result of winning back"),
    "renewal:lapsed": N_("Policy lapsed"),
    "renewal:reassign": N_("Renewal case moved"),
    "import:apply": N_("Taken over from a file"),
}
"""Acts of the audit trail that stand in a client's history."""

REVEAL_REASONS = (
    N_("Calling about the renewal"),
    N_("Returning the client's call"),
    N_("Checking the file with the client"),
    N_("Helping with a claim"),
)
"""Offered as reasons for seeing a personal value; one may also be typed."""


NEAR_DAYS = 90
"""Days left are told up to here; further away the date says enough."""


def field_name(field: str) -> str:
    """What the field is called; ``Other data`` for one that has no name here."""
    return _(FIELDS[field]) if field in FIELDS else _("Other data")


def event_name(event: str) -> str:
    """What an act of the audit trail is called."""
    return _(EVENTS[event]) if event in EVENTS else _("Other change")


def client_title(name: str | None, number: str) -> str:
    """The name, or the number where the company does not know it."""
    return name or number


def expiry(row: ClientRow, days_left: int | None) -> str:
    """``2026-12-01 · 10天`` in the list; a dash where nothing is in force."""
    if row.next_expiry_on is None or days_left is None:
        return "–"
    if days_left > NEAR_DAYS:
        return formats.day(row.next_expiry_on)
    return _("{day} · {days}").format(
        day=formats.day(row.next_expiry_on), days=short_days(days_left)
    )


def short_days(days: int) -> str:
    """``10天`` / ``10 d``; ``今天`` / ``today``."""
    if days == 0:
        return _("today")
    if days < 0:
        return formats.days_left(days)
    return ngettext("{n} d", "{n} d", days).format(n=f"{days:,}")


def tenure(months: int | None) -> str:
    """``5年8个月`` / ``5 years 8 months`` a client."""
    if months is None:
        return "–"
    years, rest = divmod(months, 12)
    parts = []
    if years:
        parts.append(ngettext("{n} year", "{n} years", years).format(n=years))
    if rest or not years:
        parts.append(ngettext("{n} month", "{n} months", rest).format(n=rest))
    return ("" if current_locale() == Locale.ZH else " ").join(parts)


def due_sentence(due: Due) -> str:
    """What falls due, with its product or promise and amount."""
    match due.kind:
        case DueKind.PROMISE:
            what = due.what or _("Call back")
            return _("{what} (promised by {who})").format(what=what, who=due.who)
        case DueKind.EXPIRY:
            return _("{product} expires, premium {amount} yuan").format(
                product=due.what, amount=formats.money(due.amount_fen)
            )
        case DueKind.INSTALMENT:
            return _("Instalment of {product}, {amount} yuan").format(
                product=due.what, amount=formats.money(due.amount_fen)
            )
        case DueKind.BIRTHDAY:
            return _("Birthday")


def when_due(due: Due, on: date) -> str:
    """When it falls due, seen from ``on``: a time, a day, or the days left."""
    if due.at is not None:
        return formats.moment(due.at, on=on)
    if due.kind is DueKind.BIRTHDAY:
        return formats.near_day(due.on, on=on)
    return formats.days_left(due.days_left)


def engagement_sentence(row: EngagementRow) -> str:
    """The document, when it was signed, and until when it runs."""
    said = _("{kind} {number}, signed {day}").format(
        kind=label(row.kind), number=plain(row.number), day=formats.day(row.signed_on)
    )
    if row.ends_on is None:
        return said
    return _("{document}, until {end}").format(document=said, end=formats.day(row.ends_on))


def missing_sentence(missing: tuple[FileItem, ...]) -> str:
    """What the file still lacks, in one line."""
    return _("Still missing: {items}").format(
        items=formats.listing([label(item) for item in missing])
    )


def premium_change(before_fen: int, after_fen: int) -> str:
    """``保费 +5.9%``: the new term's premium against the old one's."""
    if before_fen <= 0:
        return ""
    share = (after_fen - before_fen) / before_fen
    return _("premium {change}").format(change=formats.change(share))


def history_sentence(row: HistoryRow) -> str:
    """What happened, and which fields it touched."""
    said = event_name(row.event)
    if row.event in ("client:edit", "client:create", "client:contact_data") and row.fields:
        names = formats.listing([field_name(field) for field in row.fields])
        return _("{act}: {fields}").format(act=said, fields=names)
    return said


def conflict(error: ChangedMeanwhile) -> str:
    """Who saved what in the meantime."""
    who, fields = error.data.get("who"), error.data.get("fields") or ()
    assert isinstance(fields, tuple)
    names = formats.listing([field_name(str(field)) for field in fields])
    if who and names:
        return _("{who} changed {fields} while you were typing.").format(who=who, fields=names)
    if who:
        return _("{who} saved this file while you were typing.").format(who=who)
    return _("This file was saved while you were typing.")


_ID_PROBLEMS = {
    IdProblem.LENGTH.value: N_("it has the wrong number of characters"),
    IdProblem.CHARACTERS.value: N_("it holds characters that cannot stand there"),
    IdProblem.BIRTH_DATE.value: N_("its date of birth is not possible"),
    IdProblem.CHECK_DIGIT.value: N_("the last digit does not fit the others; one digit is wrong"),
}
_PROBLEMS = {
    "missing": N_("{field} is missing. Nothing was saved; what you typed is still here."),
    "too_long": N_(
        "{field} has more than {limit} characters. Nothing was saved; what you typed is still here."
    ),
    "length": N_("{field} has the wrong length. Nothing was saved; what you typed is still here."),
    "birth_date": N_(
        "The date of birth is not possible. Nothing was saved; what you typed is still here."
    ),
    "phone": N_(
        "This is no phone number: 5 to 15 digits are needed. Nothing was saved; what you typed "
        "is still here."
    ),
    "email": N_("This is no e-mail address. Nothing was saved; what you typed is still here."),
}


def _invalid(error: BusinessError) -> str:
    field, problem = str(error.data.get("field")), str(error.data.get("problem"))
    if field == "id_number" and problem in _ID_PROBLEMS:
        id_type = error.data.get("id_type")
        return _(
            "The number of the {id_type} is not right: {problem}. Nothing was saved; what you "
            "typed is still here."
        ).format(
            id_type=label(id_type) if isinstance(id_type, IdType) else _("ID document"),
            problem=_(_ID_PROBLEMS[problem]),
        )
    said = _PROBLEMS.get(problem, _PROBLEMS["length"])
    return _(said).format(field=field_name(field), limit=error.data.get("limit", ""))


says(clients.InvalidClientData, _invalid)
says(
    clients.NumberTaken,
    N_("Another client has the number {number} already. Leave it empty to take the next free one."),
)
says(
    clients.EngagementNeeded,
    N_("Without a written engagement a client stays a prospect. Nothing was saved."),
)
says(clients.NothingChanged, N_("Nothing was changed, so nothing was saved."))
says(
    clients.ReasonNeeded,
    N_("Say in 2 to 200 characters why you need to see it; the reason is kept in the log."),
)
says(clients.AlreadyRelated, N_("These two clients already stand in this relation."))
says(clients.SameClient, N_("A client is no relation of their own; give another client number."))
