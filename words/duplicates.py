"""Clients that may be one, in words: what is compared, how alike it is, what a merge does."""

from collections.abc import Iterable
from typing import Any

from services import duplicates
from terms.duplicates import Band, Likeness, PairState, Trait
from words import N_, _, formats, labels, ngettext
from words.errors import says
from words.labels import label
from words.marks import Mark

labels.name_members(
    Band,
    {Band.SURE: N_("Almost certainly one"), Band.DOUBTFUL: N_("To be looked at")},
    {Band.SURE: Mark("red", "join_inner"), Band.DOUBTFUL: Mark("orange", "help")},
)
labels.name_members(
    PairState, {PairState.OPEN: N_("Not decided"), PairState.NOT_SAME: N_("Two clients")}
)
labels.name_members(
    Trait,
    {
        Trait.ID_NUMBER: N_("ID number"),
        Trait.PHONE: N_("Phone"),
        Trait.EMAIL: N_("E-mail address"),
        Trait.NAME: N_("Name"),
        Trait.COMPANY_NAME: N_("Name of the company"),
        Trait.BIRTH_ON: N_("Date of birth"),
        Trait.ADDRESS: N_("Address"),
        Trait.SEX: N_("Sex"),
    },
)
labels.name_members(
    Likeness,
    {
        Likeness.SAME: N_("the same"),
        Likeness.SOUNDS_SAME: N_("sounds the same"),
        Likeness.CLOSE: N_("nearly the same"),
        Likeness.PARTLY: N_("partly the same"),
        Likeness.DIFFERENT: N_("different"),
    },
)

_FIELDS = {
    "name": N_("Name"),
    "sex": N_("Sex"),
    "birth_on": N_("Date of birth"),
    "occupation": N_("Occupation"),
    "id": N_("ID number"),
    "region": N_("Province or city"),
    "owner": N_("Owner and team"),
    "stage": N_("Lifecycle stage"),
    "preferred_channel": N_("Preferred channel"),
    "preferred_time": N_("Preferred time"),
    "preferred_language": N_("Preferred language"),
    "risk_preference": N_("Risk preference"),
    "risk_tolerance": N_("Risk tolerance"),
    "needs": N_("Needs"),
    "special_circumstances": N_("Special circumstances"),
}
_TIMES = {
    "morning": N_("in the morning"),
    "afternoon": N_("in the afternoon"),
    "evening": N_("in the evening"),
}
MISSING = "–"


def field_title(field: str) -> str:
    """What a field of the merge sheet is called."""
    return _(_FIELDS[field])


def value_text(field: str, value: Any) -> str:
    """A field's value as the sheet shows it."""
    if value is None or value == "":
        return MISSING
    if field == "birth_on":
        return formats.day(value)
    if field == "preferred_time" and value in _TIMES:
        return _(_TIMES[value])
    if field in ("sex", "stage", "preferred_channel", "preferred_language") or field.startswith(
        "risk_"
    ):
        return label(value)
    return str(value)


def moving_sentence(counts: dict[str, int]) -> str:
    """What would move, for the eye: ``2 policies, 3 contacts``."""
    parts = [said for table, count in counts.items() if (said := _moving(table, count))]
    return formats.listing(parts) if parts else _("nothing but the file itself")


def _moving(table: str, n: int) -> str:
    said = {
        "policy": ngettext("{n} policy", "{n} policies", n),
        "renewal": ngettext("{n} renewal case", "{n} renewal cases", n),
        "contact": ngettext("{n} contact", "{n} contacts", n),
        "promise": ngettext("{n} appointment or promise", "{n} appointments and promises", n),
        "client_relation": ngettext("{n} relation", "{n} relations", n),
        "complaint": ngettext("{n} complaint", "{n} complaints", n),
        "claim": ngettext("{n} claim", "{n} claims", n),
        "engagement": ngettext("{n} engagement", "{n} engagements", n),
        "service_plan": ngettext("{n} service plan", "{n} service plans", n),
        "client_consent": ngettext("{n} consent", "{n} consents", n),
        "document": ngettext("{n} document", "{n} documents", n),
    }
    return said.get(table, "").format(n=f"{n:,}")


def reason_text(reason: duplicates.Reason) -> str:
    """One trait of a pair: ``phone the same +15``."""
    return _("{trait} {likeness} ({bits})").format(
        trait=label(reason.trait),
        likeness=label(reason.likeness),
        bits=f"{reason.weight / 10:+g}".replace("-", "−"),
    )


def reasons_text(reasons: Iterable[duplicates.Reason]) -> str:
    """All of a pair's reasons, the heaviest first."""
    return formats.listing([reason_text(reason) for reason in reasons])


def found_sentence(count: int) -> str:
    """What a search for one client found, for a toast."""
    if not count:
        return _("Nobody else looks like this client.")
    return ngettext(
        "{n} possible duplicate found.", "{n} possible duplicates found.", count
    ).format(n=count)


says(duplicates.SameClientTwice, N_("Both numbers are the same client's. Nothing was changed."))
says(
    duplicates.DifferentKinds,
    N_("A person and a group cannot be one client. Nothing was changed."),
)
