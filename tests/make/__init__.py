"""Makers: plain functions that put one row (and what it cannot be without) into a session.

Values are fixed, only what must be unique counts up; ``make_client(session, name="李建国")``
changes what a test is about and nothing else. They write rows, not history: no audit entries.
"""

from tests.make.clients import (
    make_access,
    make_address,
    make_client,
    make_consent,
    make_email,
    make_engagement,
    make_group_client,
    make_party,
    make_phone,
    make_relation,
)
from tests.make.moment import AT, ON
from tests.make.people import (
    actor_of,
    make_actor,
    make_branch,
    make_company,
    make_department,
    make_leave,
    make_staff,
    make_team,
)
from tests.make.policies import (
    make_claim,
    make_complaint,
    make_contact,
    make_income,
    make_instalment,
    make_policy,
    make_policy_event,
    make_promise,
    make_renewal,
    make_target,
)
from tests.make.sign_in import make_sign_in
from tests.make.tiers import make_override, make_standing, make_tier_change, make_tier_run

__all__ = [
    "AT",
    "ON",
    "actor_of",
    "make_access",
    "make_actor",
    "make_address",
    "make_branch",
    "make_claim",
    "make_client",
    "make_company",
    "make_complaint",
    "make_consent",
    "make_contact",
    "make_department",
    "make_email",
    "make_engagement",
    "make_group_client",
    "make_income",
    "make_instalment",
    "make_leave",
    "make_override",
    "make_party",
    "make_phone",
    "make_policy",
    "make_policy_event",
    "make_promise",
    "make_relation",
    "make_renewal",
    "make_sign_in",
    "make_staff",
    "make_standing",
    "make_target",
    "make_team",
    "make_tier_change",
    "make_tier_run",
]
