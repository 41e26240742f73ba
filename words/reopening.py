"""Taking a closing back, in words."""

from datetime import datetime

from services import renewals
from services.errors import BusinessError
from services.renewals import Closing
from terms.renewals import ClosingStands
from words import _, formats, labels
from words.errors import says
from words.labels import label

labels.speak_in_sentences(ClosingStands)


def closing_said(closing: Closing) -> str:
    """Whose case was closed as what: ``沈丽华 · 机动车商业保险 · 已流失``."""
    who = closing.client_name or closing.client_number or closing.policy_number
    return " · ".join(filter(None, (who, closing.product, label(closing.state))))


def _stands(error: BusinessError) -> str:
    number = str(error.data.get("name") or "–")
    match ClosingStands(str(error.data["why"])):
        case ClosingStands.CONFIRMED:
            said = _(
                "The core system has confirmed this renewal with policy {number}, so the closing"
                " stands."
            )
        case ClosingStands.CONFLICT:
            said = _(
                "An imported policy, {number}, contradicts this closing: a lead decides it under"
                " Conflicts."
            )
        case ClosingStands.TERM_IN_USE:
            said = _(
                "The new policy {number} is in use: a payment, a claim or its own renewal was"
                " recorded, so the closing stands."
            )
        case ClosingStands.TERM_CHANGED:
            said = _("The new policy {number} was changed since, so the closing stands.")
        case ClosingStands.WIN_BACK:
            said = _(
                "Somebody has begun to win this client back ({number}): settle that first, under"
                " Lost."
            )
        case ClosingStands.INSTALMENT:
            said = _("The instalment of {number} was changed since, so the closing stands.")
        case ClosingStands.CHANGED:
            said = _("The case of {number} was changed since, so the closing stands.")
    sentence = said.format(number=number)
    who, at = error.data.get("who"), error.data.get("at")
    if who and isinstance(at, datetime):
        when = formats.date_time(at)
        sentence += " " + _("Last change: {who}, {when}.").format(who=who, when=when)
    return sentence


says(renewals.ClosingStands, _stands)
