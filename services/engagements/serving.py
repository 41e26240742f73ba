"""The service team of a client: who serves, as what, with which duties (R47 to R50)."""

from datetime import date, datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from db.models import ClientAccess, ServiceTeamMember, Staff
from services import audit
from services.access import client_id_by_number
from services.actor import Actor
from services.engagements.stages import EngagementInvalid, clean_text, settle_client
from services.errors import BusinessError, ChangedMeanwhile, NotFound
from services.permissions import Permission
from terms.clients import AccessReason
from terms.service import TeamField, TeamRole


class TeamRoleTaken(BusinessError):
    """There is one client manager and one deputy. Data: ``role``, ``name``."""

    code = "team_role_taken"


class ColleagueGone(BusinessError):
    """Whoever left the company serves nobody. Data: ``name``."""

    code = "colleague_gone"


def set_member(
    session: Session,
    *,
    actor: Actor,
    number: str,
    staff_id: int,
    role: TeamRole,
    field: TeamField,
    duties: str,
    at: datetime,
    on: date,
    in_leadership: bool = False,
    seen_version: int | None = None,
) -> int:
    """Take somebody into the client's service team, or change what they do in it (R47 to R50).

    Whoever serves a client may open the file.

    Args:
        duties: what they see to, written down for each (R50).
        seen_version: of the membership on the screen; None takes somebody new.

    Returns:
        The membership's version.

    Raises:
        NotPermitted: the actor lacks ``engagement:write``.
        NotFound: no such client or colleague, or the client is not the actor's.
        ColleagueGone: the colleague has left.
        TeamRoleTaken: there is a client manager (a deputy) already.
        EngagementInvalid: there are no duties, or they are too long.
        ChangedMeanwhile: somebody saved it after ``seen_version``, or took the colleague in.

    Audit: ``engagement:team``.
    """
    actor.require(Permission.ENGAGEMENT_WRITE)
    client_id = client_id_by_number(session, actor=actor, number=number, on=on)
    written = clean_text("duties", duties)
    if written is None:
        raise EngagementInvalid(field="duties", problem="missing")
    colleague = session.get(Staff, staff_id)
    if colleague is None:
        raise NotFound(kind="staff")
    if colleague.in_service_to is not None and colleague.in_service_to < on:
        raise ColleagueGone(name=colleague.name)
    if role is not TeamRole.MEMBER:
        other = session.scalar(
            select(Staff.name)
            .join(ServiceTeamMember, ServiceTeamMember.staff_id == Staff.id)
            .where(
                ServiceTeamMember.client_id == client_id,
                ServiceTeamMember.role == role,
                ServiceTeamMember.left_on.is_(None),
                ServiceTeamMember.staff_id != staff_id,
            )
        )
        if other is not None:
            raise TeamRoleTaken(role=role, name=other)
    member = session.scalar(
        select(ServiceTeamMember)
        .where(ServiceTeamMember.client_id == client_id, ServiceTeamMember.staff_id == staff_id)
        .with_for_update()
    )
    serves = member is not None and member.left_on is None
    if serves != (seen_version is not None) or (
        serves and member is not None and member.version != seen_version
    ):
        raise ChangedMeanwhile(at=member.updated_at if member else None)
    if member is None:
        member = ServiceTeamMember(client_id=client_id, staff_id=staff_id, created_at=at)
        member.joined_on = on
        session.add(member)
    elif member.left_on is not None:
        member.joined_on, member.left_on = on, None
    before = member.role.value if member.role else None
    member.role, member.field, member.in_leadership = role, field, in_leadership
    member.duties = written
    member.updated_at = at
    _open_file(session, client_id, staff_id)
    session.flush()
    _record_member(session, actor, member, at, before=before, after=role.value)
    settle_client(session, client_id, on=on, at=at)
    return member.version


def remove_member(
    session: Session,
    *,
    actor: Actor,
    number: str,
    staff_id: int,
    at: datetime,
    on: date,
    seen_version: int,
) -> int:
    """End somebody's service in the team today; what they did stays theirs.

    Returns:
        The membership's version.

    Raises:
        NotPermitted, NotFound, ChangedMeanwhile: as ``set_member``.

    Audit: ``engagement:team``.
    """
    actor.require(Permission.ENGAGEMENT_WRITE)
    client_id = client_id_by_number(session, actor=actor, number=number, on=on)
    member = session.scalar(
        select(ServiceTeamMember)
        .where(
            ServiceTeamMember.client_id == client_id,
            ServiceTeamMember.staff_id == staff_id,
            ServiceTeamMember.left_on.is_(None),
        )
        .with_for_update()
    )
    if member is None:
        raise NotFound(kind="member")
    if member.version != seen_version:
        raise ChangedMeanwhile(at=member.updated_at)
    member.left_on, member.updated_at = on, at
    session.execute(
        update(ClientAccess)
        .where(
            ClientAccess.client_id == client_id,
            ClientAccess.staff_id == staff_id,
            ClientAccess.reason == AccessReason.SERVICE_TEAM,
        )
        .values(until=on)
    )
    session.flush()
    _record_member(session, actor, member, at, before=member.role.value, after=None)
    return member.version


def _open_file(session: Session, client_id: int, staff_id: int) -> None:
    """Whoever serves the client may open the file."""
    key = (staff_id, client_id, AccessReason.SERVICE_TEAM)
    given = session.get(ClientAccess, key)
    if given is None:
        session.add(
            ClientAccess(staff_id=staff_id, client_id=client_id, reason=AccessReason.SERVICE_TEAM)
        )
    else:
        given.until = None


def _record_member(
    session: Session,
    actor: Actor,
    member: ServiceTeamMember,
    at: datetime,
    *,
    before: str | None,
    after: str | None,
) -> None:
    audit.record(
        session,
        actor=actor,
        event="engagement:team",
        subject=ServiceTeamMember.__tablename__,
        subject_id=member.id,
        client_id=member.client_id,
        at=at,
        detail={"staff_id": member.staff_id, "before": before, "after": after},
    )
