"""The company as it changes: its profile, and putting the guide away."""

import re
from datetime import datetime

from sqlalchemy.orm import Session

from db.models import CompanyProfile
from services import audit
from services.actor import Actor
from services.errors import BusinessError, ChangedMeanwhile
from services.permissions import Permission
from terms.people import CompanyKind

_LICENCE = re.compile(r"[0-9A-Za-z-]{6,60}")


class CompanyNameMissing(BusinessError):
    """The company has no name."""

    code = "company_name_missing"


class LicenceInvalid(BusinessError):
    """A licence number is 6 to 60 digits, letters or dashes."""

    code = "licence_invalid"


def describe_company(
    session: Session,
    *,
    actor: Actor,
    kind: CompanyKind,
    name: str,
    licence_number: str,
    at: datetime,
    seen_version: int | None,
) -> int:
    """Write down who the company is.

    Args:
        licence_number: of the permission to do business; empty where it is not at hand.
        seen_version: of the profile on screen; None when there was none.

    Returns:
        The profile's version.

    Raises:
        NotPermitted: the actor lacks ``staff:manage``.
        CompanyNameMissing, LicenceInvalid
        ChangedMeanwhile: somebody wrote it after ``seen_version``.

    Audit: ``company:describe`` with the profile before and after.
    """
    actor.require(Permission.STAFF_MANAGE)
    name, licence_number = " ".join(name.split())[:120], licence_number.strip()
    if not name:
        raise CompanyNameMissing()
    if licence_number and not _LICENCE.fullmatch(licence_number):
        raise LicenceInvalid()
    profile = session.get(CompanyProfile, 1)
    if (profile.version if profile else None) != seen_version:
        raise ChangedMeanwhile()
    before = _as_detail(profile) if profile else None
    if profile is None:
        profile = CompanyProfile(kind=kind, name=name, created_at=at, updated_at=at)
        session.add(profile)
    profile.kind, profile.name = kind, name
    profile.licence_number, profile.updated_at = licence_number or None, at
    session.flush()
    _record(session, actor, "company:describe", at, before=before, after=_as_detail(profile))
    return profile.version


def close_guide(session: Session, *, actor: Actor, at: datetime) -> bool:
    """Put the first-run guide away for good, for everybody; it needs the profile alone.

    Returns:
        False where there is no profile yet: calls could not name the company.

    Raises:
        NotPermitted: the actor lacks ``staff:manage``.

    Audit: ``company:close_guide``.
    """
    actor.require(Permission.STAFF_MANAGE)
    profile = session.get(CompanyProfile, 1)
    if profile is None:
        return False
    if profile.set_up_at is None:
        profile.set_up_at = profile.updated_at = at
        _record(session, actor, "company:close_guide", at)
    return True


def _as_detail(profile: CompanyProfile) -> dict[str, str | None]:
    return {
        "kind": profile.kind.value,
        "name": profile.name,
        "licence_number": profile.licence_number,
    }


def _record(session: Session, actor: Actor, event: str, at: datetime, **detail: object) -> None:
    audit.record(
        session,
        actor=actor,
        event=event,
        subject="company_profile",
        subject_id=1,
        at=at,
        detail=detail,
    )
