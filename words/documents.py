"""Sentences about downloads and drafts."""

from services.documents import TicketNotValid
from services.drafts import DraftTooLong
from words import N_
from words.errors import says

says(TicketNotValid, N_("This download was used already or is too old. Ask for it again."))
says(
    DraftTooLong,
    N_("This is longer than a draft can hold ({limit} characters). Save it before you go on."),
)
