"""The company in words: what is refused."""

from services import company
from words import N_
from words.errors import says

says(company.CompanyNameMissing, N_("Say what the company is called."))
says(
    company.LicenceInvalid,
    N_("A licence number is 6 to 60 digits, letters or dashes. Leave it empty if you lack it."),
)
