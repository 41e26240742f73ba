"""Scripts in words: what a place is called, what is wrong with a text, a text filled in."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Protocol

from services import scripts
from services.approvals import Change, Payload
from services.errors import BusinessError
from services.renewals import SpokenAbout, TermItem
from services.scripts import CHINESE, Fault, FaultCode, Hole, ScriptText, Spoken
from services.wording import ForbiddenWords, Found
from terms.approvals import ApprovalKind
from terms.people import Language, Locale
from terms.policies import Line
from terms.scripts import (
    Objection,
    ScriptStage,
    ScriptState,
    WordCategory,
    WordScope,
    WordWeight,
)
from words import N_, _, approvals, current_locale, formats, in_locale, labels
from words.errors import says
from words.labels import label
from words.marks import ON_TRACK, WAITING, Mark
from words.renewals import client_form_of_address

labels.name_members(
    ScriptStage,
    {
        "first_contact": N_("First contact"),
        "follow_up": N_("Follow-up call"),
        "quote": N_("Explaining the quote"),
        "objection": N_("Objection"),
        "closing": N_("Closing"),
        "uncovered": N_("Cover has ended"),
        "instalment": N_("Instalment due"),
        "grace": N_("In the period of grace"),
        "reinstatement": N_("Reinstatement"),
        "win_back": N_("Winning back"),
    },
)
labels.name_members(
    Objection,
    {
        "price": N_("Objection to the price"),
        "finances": N_("Short of money now"),
        "clauses": N_("Question about a clause"),
        "service": N_("Unhappy with the service"),
        "claim": N_("Unhappy with the claim"),
        "elsewhere": N_("Offer from elsewhere"),
        "no_need": N_("No need any more"),
        "later": N_("Wants to think"),
    },
)
labels.name_members(
    ScriptState,
    {
        "in_force": N_("In use"),
        "drafted": N_("Not approved yet"),
        "withdrawn": N_("Out of use"),
    },
    {
        "in_force": ON_TRACK,
        "drafted": WAITING,
        "withdrawn": Mark("gray", "block"),
    },
)
labels.name_members(
    WordCategory,
    {
        "guaranteed_return": N_("Guaranteed return"),
        "rebate": N_("Benefit outside the contract"),
        "legal_threat": N_("Threat of legal action"),
        "exaggeration": N_("Exaggeration"),
        "disparagement": N_("Running others down"),
        "pressure": N_("Pressure"),
        "surrender": N_("Talking into surrender"),
    },
)
labels.name_members(
    WordScope,
    {
        "every": N_("Every line"),
        "long_term": N_("Life, annuity, critical illness"),
        "term": N_("Lines renewed by term"),
    },
)
labels.name_members(WordWeight, {"refused": N_("Not allowed"), "warned": N_("Shown as a warning")})

_HOLES: Mapping[Hole, str] = {
    Hole.CLIENT: N_("How the client is addressed"),
    Hole.STAFF: N_("Name of the caller"),
    Hole.COMPANY: N_("Name of the company"),
    Hole.REGISTRATION: N_("Registration number of the caller"),
    Hole.LINE: N_("Product line"),
    Hole.PRODUCT: N_("Product"),
    Hole.INSURER: N_("Insurer"),
    Hole.DUE: N_("Last day of cover, or the due day"),
    Hole.GRACE_END: N_("Last day of grace"),
    Hole.PREMIUM: N_("Last premium"),
    Hole.NEW_PREMIUM: N_("Proposed premium"),
    Hole.DIFFERENCE: N_("Difference of the premiums, in words"),
    Hole.CHANGES: N_("What changes in the cover, in words"),
}


class Placed(Protocol):
    """Whatever stands in a place of the library."""

    @property
    def stage(self) -> ScriptStage: ...
    @property
    def objection(self) -> Objection | None: ...
    @property
    def line(self) -> Line | None: ...


def title(place: Placed, *, line: Line | None = None) -> str:
    """``价格异议 · 车险``; a text for every line is named after ``line`` beside a case of it."""
    named = label(place.objection) if place.objection else label(place.stage)
    of = place.line or line
    whole = label(of) if of else _("Every line")
    return f"{named} · {whole}"


def objection_name(code: str) -> str:
    """What an objection is called; an administrator's own code is shown as it is."""
    return label(Objection(code)) if code in set(Objection) else code


def short_title(place: Placed) -> str:
    """``价格异议``: the objection, else the stage."""
    return label(place.objection) if place.objection else label(place.stage)


def title_of(place: str) -> str:
    """The title of ``stage.objection.line``."""
    stage, objection, line = place.split(".")
    named = label(Objection(objection)) if objection != "any" else label(ScriptStage(stage))
    whole = label(Line(line)) if line != "any" else _("Every line")
    return f"{named} · {whole}"


def hole_name(hole: Hole, *, is_chinese: bool) -> str:
    """How a text calls it: ``{客户称呼}`` or ``{client}``."""
    return "{" + (CHINESE[hole] if is_chinese else hole.value) + "}"


def hole_meaning(hole: Hole) -> str:
    return _(_HOLES[hole])


def spoken(text: ScriptText, about: SpokenAbout) -> Spoken:
    """The language ``text`` is said in to this client; of the screen where nobody asked them."""
    return scripts.spoken_in(
        text.text_zh, text.text_en, wish=about.preferred_language, otherwise=current_locale()
    )


def filled(text: ScriptText, about: SpokenAbout) -> str:
    """``text`` in the client's language, with their name, the caller and the figures."""
    return filler(about)(text)


def filler(about: SpokenAbout) -> Callable[[ScriptText], str]:
    """``filled`` for many texts about one case, which is said once in each language."""
    values: dict[Locale, Mapping[Hole, str]] = {}

    def fill(text: ScriptText) -> str:
        locale = spoken(text, about).locale
        with in_locale(locale):
            if locale not in values:
                values[locale] = _values(about)
            said = text.text_zh if locale is Locale.ZH else text.text_en
            return scripts.filled(said, values[locale])

    return fill


def language_note(text: ScriptText, about: SpokenAbout) -> str:
    """Which language the text is in, where that is not the screen's or not the client's; else
    nothing."""
    said, wish = spoken(text, about), about.preferred_language
    named = label(Language.ENGLISH) if said.locale is Locale.EN else _("Chinese")
    if wish is not None and not said.is_as_wished:
        return _(
            "The client likes {wish}; there is no such text, this one is in {language}."
        ).format(wish=label(wish), language=named)
    if said.locale == current_locale():
        return ""
    if wish is None:
        return _("There is a text in {language} only.").format(language=named)
    return _("In {language}, as the client likes it.").format(language=named)


def _values(brief: SpokenAbout) -> dict[Hole, str]:
    opening = brief.opening
    if opening.registration_number:
        number = _("registration number {number}").format(number=opening.registration_number)
    elif opening.licence_number:
        number = _("company licence {number}").format(number=opening.licence_number)
    else:
        number = _("[registration number missing]")
    unquoted = _("[no quote yet]")
    proposed = brief.proposed_premium_fen
    return {
        Hole.CLIENT: client_form_of_address(brief),
        Hole.STAFF: opening.staff_name,
        Hole.COMPANY: opening.company_name,
        Hole.REGISTRATION: number,
        Hole.LINE: label(brief.line),
        Hole.PRODUCT: brief.product,
        Hole.INSURER: brief.insurer,
        Hole.DUE: formats.day(brief.due_on),
        Hole.GRACE_END: formats.day(brief.grace_ends_on),
        Hole.PREMIUM: formats.money_with_unit(brief.premium_fen),
        Hole.NEW_PREMIUM: formats.money_with_unit(proposed) if proposed is not None else unquoted,
        Hole.DIFFERENCE: difference(brief) or unquoted,
        Hole.CHANGES: cover_changes(brief) or unquoted,
    }


def difference(brief: SpokenAbout) -> str | None:
    """``比上期多 360 元（+5.9%）``; None where there is no quote."""
    proposed = brief.proposed_premium_fen
    if proposed is None:
        return None
    change = proposed - brief.premium_fen
    if change == 0:
        return _("the same as last term")
    amount = formats.money_with_unit(abs(change))
    if not brief.premium_fen:
        return _("{amount} more than last term").format(amount=amount)
    percent = f"{change * 100 / brief.premium_fen:+.1f}%"
    said = (
        _("{amount} more than last term ({percent})")
        if change > 0
        else _("{amount} less than last term ({percent})")
    )
    return said.format(amount=amount, percent=percent)


def cover_changes(brief: SpokenAbout) -> str | None:
    """``三者险由200万改为300万``; None where nothing is proposed."""
    if brief.proposed_premium_fen is None:
        return None
    said = [
        _("{item} goes from {last} to {proposed}").format(
            item=item.item, last=_amount(item.last), proposed=_amount(item.proposed)
        )
        for item in brief.terms[1:]
        if item.proposed is not None and item.proposed != item.last
    ]
    return formats.listing(said) if said else _("the cover stays as it was")


def change_said(item: TermItem, *, is_premium: bool) -> str:
    """What becomes of an item of the terms, in a word: ``多 360 +5.9%``, ``提高``, ``不变``."""
    if item.proposed is None:
        return "–"
    if item.proposed == item.last:
        return _("same")
    if item.last is None:
        return _("new")
    if isinstance(item.last, str) or isinstance(item.proposed, str):
        return _("different")
    change = item.proposed - item.last
    if is_premium:
        percent = "" if item.percent is None else f" {item.percent:+.1f}%"
        return f"{'+' if change > 0 else '−'}{formats.money(abs(change))}{percent}"
    return _("higher") if change > 0 else _("lower")


def _amount(value: int | str | None) -> str:
    if value is None:
        return _("nothing")
    return value if isinstance(value, str) else formats.money_short(value)


def found_said(found: Iterable[Found]) -> str:
    """``“返现”（给予合同外利益）``, each word once."""
    return formats.listing(
        list(
            dict.fromkeys(
                _("“{word}” ({why})").format(word=each.said, why=label(each.category))
                for each in found
            )
        )
    )


def note_warning(found: Iterable[Found]) -> str:
    """What a note holds that is never said to a client; nothing where it holds none."""
    said = found_said(found)
    return _("▲ forbidden words in the note: {words}").format(words=said) if said else ""


def fault_text(fault: Fault) -> str:
    """What has to be put right, in which text."""
    of = _("Chinese text") if fault.is_chinese else _("English text")
    return _("{text}: {fault}").format(text=of, fault=_fault(fault))


def _fault(fault: Fault) -> str:
    about = formats.listing(list(fault.about))
    match fault.code:
        case FaultCode.EMPTY:
            return _("it is empty")
        case FaultCode.TOO_LONG:
            return _("longer than {n} characters").format(n=about)
        case FaultCode.UNKNOWN_HOLE:
            return _("nothing can be filled in for {names}").format(names=about)
        case FaultCode.OPENING_LACKS:
            wanted = [hole_name(Hole(name), is_chinese=fault.is_chinese) for name in fault.about]
            return _("the opening words have to state {names}").format(
                names=formats.listing(wanted)
            )
        case FaultCode.FORBIDDEN:
            return _("forbidden words: {words}").format(words=about)
        case FaultCode.NAMES_STARS:
            return _("it speaks of the client's stars, which stay in the house")


def _title(payload: Payload) -> str:
    return _("Script: {title}").format(title=title_of(payload["place"]))


def _change(_payload: Payload, change: Change) -> approvals.Told:
    named = {"text_zh": _("Chinese text"), "text_en": _("English text")}[change.field]
    return approvals.Told(named, change.before or "–", change.after or "–")


approvals.speaks(ApprovalKind.SCRIPT, title=_title, change=_change)


def _not_ready(error: BusinessError) -> str:
    faults: Any = error.data["faults"]
    return _("Put this right first: {faults}.").format(
        faults=formats.listing([fault_text(each) for each in faults])
    )


def _forbidden(error: BusinessError) -> str:
    words: Any = error.data["words"]
    return _(
        "Nothing was sent: the text holds words that are never said to a client: {words}."
    ).format(words=formats.listing(list(words)))


def _there(error: BusinessError) -> str:
    return _("The library has “{title}” already: prepare its next version.").format(
        title=title_of(str(error.data["place"]))
    )


says(scripts.ScriptNotReady, _not_ready)
says(ForbiddenWords, _forbidden)
says(scripts.ScriptThere, _there)
says(
    scripts.ObjectionNeeded,
    N_("Choose which objection it answers; only scripts for objections have one."),
)
says(
    scripts.ScriptWaits,
    N_("{who} has asked for a decision about this draft ({number}). Wait for it first."),
)
says(scripts.ScriptTooLong, N_("That is longer than the {limit} characters that are kept."))
says(
    scripts.WithdrawalReasonMissing,
    N_("Say why it goes out of use, in at most {limit} characters."),
)
says(scripts.ScriptNotInForce, N_("This version is out of use already. Nothing was changed."))
