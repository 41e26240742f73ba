"""The company: who it is before the supervisor, its branches and teams, and how far it is set up.

One company lives in a database. ``company`` is its profile: insurer or broker, name, licence.
Branches stand beneath one another, teams in a branch; staff are people's (``services.people``).
``set_up`` says which of the first steps are done: profile, branch and team, colleagues, the first
book; a new administrator is walked through them once.
"""

from services.company.operations import (
    CompanyNameMissing,
    LicenceInvalid,
    NameTaken,
    PlaceNameMissing,
    add_branch,
    add_team,
    close_guide,
    describe_company,
)
from services.company.queries import (
    BranchRow,
    CompanyCard,
    Places,
    SetUp,
    TeamRow,
    company,
    places,
    set_up,
)

__all__ = [
    "BranchRow",
    "CompanyCard",
    "CompanyNameMissing",
    "LicenceInvalid",
    "NameTaken",
    "PlaceNameMissing",
    "Places",
    "SetUp",
    "TeamRow",
    "add_branch",
    "add_team",
    "close_guide",
    "company",
    "describe_company",
    "places",
    "set_up",
]
