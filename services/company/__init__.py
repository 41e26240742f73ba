"""The company: who it is before the supervisor, and how far it is set up.

One company lives in a database. ``company`` is its profile: insurer or broker, name, licence.
``set_up`` says which of the first steps are done: profile, branch and team, colleagues, the first
book; a new administrator is walked through them once. Branches, teams and staff are people's
(``services.people``).
"""

from services.company.operations import (
    CompanyNameMissing,
    LicenceInvalid,
    close_guide,
    describe_company,
)
from services.company.queries import (
    CompanyCard,
    SetUp,
    company,
    set_up,
)

__all__ = [
    "CompanyCard",
    "CompanyNameMissing",
    "LicenceInvalid",
    "SetUp",
    "close_guide",
    "company",
    "describe_company",
    "set_up",
]
