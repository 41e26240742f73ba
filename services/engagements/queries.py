"""The engagement stage: one client's, and all clients in their ten days."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from db.models import (
    Approval,
    Client,
    ClientStanding,
    CompanyProfile,
    Document,
    Engagement,
    EngagementPromise,
    ServicePlan,
    ServicePlanItem,
    ServiceTeamMember,
    Staff,
    Team,
)
from services.access import client_id_by_number, may_open
from services.actor import Actor
from services.engagements import rules
from services.engagements.rows import (
    ColleagueRow,
    EngagementCard,
    MemberRow,
    PromiseRow,
    StageCard,
    StageRow,
)
from services.permissions import Permission
from services.rule_tables import rules as rules_in_force
from services.working_calendar import SHANGHAI, WorkingCalendar, calendar_of, local_date
from terms.approvals import ApprovalKind, ApprovalState
from terms.clients import ClientType, EngagementKind
from terms.intake import DocumentKind
from terms.service import Blocked, ItemState, PlanState, StageClock, TeamRole

RULES = ("engagement.clocks", "engagement.file_checklist", "service_plan.limits")
MOST_STAGES = 300
"""Clients in the ten days a list reads: those signed longest ago, the late among them."""


@dataclass(slots=True)
class _Facts:
    """What the clocks of one client are proven by."""

    team: list[rules.Serving] = field(default_factory=list)
    manager: str | None = None
    papers: dict[DocumentKind, date] = field(default_factory=dict)
    stars: int | None = None
    plan: "_PlanFacts | None" = None


@dataclass(frozen=True, slots=True)
class _PlanFacts:
    opened_on: date | None
    has_opinion: bool
    unhandled: int
    waits: bool


def stage_of(session: Session, *, actor: Actor, number: str, on: date) -> StageCard:
    """Engagement, clocks, team and papers of the client with business number ``number``.

    Raises:
        NotPermitted: the actor lacks ``plan:read``.
        NotFound: there is no such client, or it is not the actor's.
    """
    actor.require(Permission.PLAN_READ)
    client_id = client_id_by_number(session, actor=actor, number=number, on=on)
    client = session.get_one(Client, client_id)
    found = session.execute(
        select(Engagement, Staff.name)
        .outerjoin(Staff, Staff.id == Engagement.rated_by_id)
        .where(Engagement.client_id == client_id, Engagement.is_current)
        .order_by(Engagement.signed_on.desc(), Engagement.id.desc())
        .limit(1)
    ).first()
    known = rules_in_force(session, RULES, on=on)
    engagement = found[0] if found else None
    facts = _facts(session, [client_id], [engagement.id] if engagement else [], on)[client_id]
    checklist = _checklist(known, client.client_type, facts)
    clocks: tuple[rules.Clock, ...] = ()
    if engagement is not None and (engagement.is_in_stage or engagement.rated_at is not None):
        clocks = _clocks(engagement, facts, checklist, known, calendar_of(session), on)
    return StageCard(
        client_number=client.number,
        client_name=client.name,
        client_type=client.client_type,
        client_version=client.version,
        stage=client.stage,
        engagement=_card(session, engagement, found[1]) if engagement and found else None,
        clocks=clocks,
        team=_team(session, client_id, on),
        papers=checklist,
        stars=facts.stars,
        leadership_from=known["service_plan.limits"]["leadership_star"],
    )


def in_stage(session: Session, *, actor: Actor, on: date) -> tuple[StageRow, ...]:
    """The clients of the actor's scope in their ten days, the exception first; at most
    ``MOST_STAGES``.

    Raises:
        NotPermitted: the actor lacks ``plan:read``.
    """
    actor.require(Permission.PLAN_READ)
    if not actor.may(Permission.CLIENT_READ):
        return ()
    found = session.execute(
        select(Engagement, Client.number, Client.name, Client.client_type)
        .join(Client, Client.id == Engagement.client_id)
        .where(Engagement.is_in_stage, may_open(actor, on=on))
        .order_by(Engagement.signed_on, Engagement.client_id)
        .limit(MOST_STAGES)
    ).all()
    if not found:
        return ()
    known = rules_in_force(session, RULES, on=on)
    calendar = calendar_of(session)
    engagements = [row[0] for row in found]
    facts = _facts(
        session, [each.client_id for each in engagements], [each.id for each in engagements], on
    )
    rows = []
    for engagement, number, name, client_type in found:
        of_client = facts[engagement.client_id]
        checklist = _checklist(known, client_type, of_client)
        clocks = _clocks(engagement, of_client, checklist, known, calendar, on)
        rows.append(StageRow(number, name, of_client.manager, engagement.signed_on, clocks))
    return tuple(sorted(rows, key=lambda row: (rules.worst(row.clocks), row.client_number)))


def colleagues(
    session: Session, *, actor: Actor, number: str, on: date, limit: int = 300
) -> tuple[ColleagueRow, ...]:
    """Who can be taken into the service team of a client: in service today; the client's owner and
    team first.

    Raises:
        NotPermitted: the actor lacks ``engagement:write``.
        NotFound: there is no such client, or it is not the actor's.
    """
    actor.require(Permission.ENGAGEMENT_WRITE)
    client_id = client_id_by_number(session, actor=actor, number=number, on=on)
    client = session.get_one(Client, client_id)
    rows = session.execute(
        select(Staff.id, Staff.name, Team.name)
        .outerjoin(Team, Team.id == Staff.team_id)
        .where(
            Staff.in_service_from <= on,
            or_(Staff.in_service_to.is_(None), Staff.in_service_to >= on),
            Staff.branch_id.is_not_distinct_from(client.branch_id)
            | (Staff.id == actor.staff_id)
            | (Staff.id == client.owner_id),
        )
        .order_by(
            (Staff.id == client.owner_id).desc(),
            Staff.team_id.is_not_distinct_from(client.team_id).desc(),
            Staff.name,
        )
        .limit(limit)
    )
    return tuple(ColleagueRow(*row) for row in rows)


def engagement_text(
    session: Session, *, actor: Actor, number: str, kind: EngagementKind, on: date
) -> str:
    """The company's text for such an engagement, with the client's name, ours and the day (R14).

    Raises:
        NotPermitted: the actor lacks ``engagement:write``.
        NotFound: there is no such client, or it is not the actor's.
    """
    actor.require(Permission.ENGAGEMENT_WRITE)
    client_id = client_id_by_number(session, actor=actor, number=number, on=on)
    name = session.scalar(select(Client.name).where(Client.id == client_id))
    company = session.scalar(select(CompanyProfile.name).limit(1))
    key = "engagement.templates"
    text: str = rules_in_force(session, (key,), on=on)[key][kind.value]
    told = {"client": name or number, "company": company or "", "day": on.isoformat()}
    for word, value in told.items():
        text = text.replace(f"{{{word}}}", value)
    return text


def clocks_of(session: Session, *, engagement: Engagement, on: date) -> tuple[rules.Clock, ...]:
    """The four clocks of one engagement; for the operations of this house."""
    known = rules_in_force(session, RULES, on=on)
    client = session.get_one(Client, engagement.client_id)
    facts = _facts(session, [client.id], [engagement.id], on)[client.id]
    checklist = _checklist(known, client.client_type, facts)
    return _clocks(engagement, facts, checklist, known, calendar_of(session), on)


def _checklist(
    known: Mapping[str, dict[str, list[str]]], client_type: ClientType, facts: _Facts
) -> rules.Papers:
    asked = known["engagement.file_checklist"]
    percent = int(asked["percent"])  # type: ignore[call-overload]
    return rules.papers(asked[client_type.value], percent, facts.papers)


def _clocks(
    engagement: Engagement,
    facts: _Facts,
    checklist: rules.Papers,
    known: Mapping[str, dict[str, int]],
    calendar: WorkingCalendar,
    on: date,
) -> tuple[rules.Clock, ...]:
    limits = known["engagement.clocks"]
    plan = facts.plan
    rated_on = local_date(engagement.rated_at, SHANGHAI) if engagement.rated_at else None
    proofs: dict[StageClock, tuple[date | None, tuple[Blocked, ...]]] = {
        StageClock.TEAM: (
            rules.team_done_on(facts.team, on),
            rules.team_lacks(facts.team, on),
        ),
        StageClock.FILE: (
            rules.file_done_on(checklist, facts.papers),
            (Blocked.PAPERS_MISSING,),
        ),
        StageClock.STAR: (
            rated_on,
            (Blocked.STAR_NOT_CONFIRMED if facts.stars else Blocked.NO_INCOME,),
        ),
        StageClock.PLAN: (plan.opened_on if plan else None, _plan_lacks(plan)),
    }
    return tuple(
        rules.clock(
            which,
            signed_on=engagement.signed_on,
            days=limits[which.value],
            done_on=max(done_on, engagement.signed_on) if done_on else None,
            blocked=blocked,
            calendar=calendar,
            on=on,
        )
        for which, (done_on, blocked) in proofs.items()
    )


def _plan_lacks(plan: _PlanFacts | None) -> tuple[Blocked, ...]:
    if plan is None:
        return (Blocked.NO_PLAN,)
    lacks = [
        blocked
        for is_so, blocked in (
            (not plan.has_opinion, Blocked.NO_OPINION),
            (plan.unhandled > 0, Blocked.NO_HANDLER),
            (plan.waits, Blocked.WAITS_FOR_APPROVAL),
        )
        if is_so
    ]
    return tuple(lacks) or (Blocked.NOT_OPENED,)


def _facts(
    session: Session, client_ids: Sequence[int], engagement_ids: Sequence[int], on: date
) -> dict[int, _Facts]:
    """The proofs of several clients in four statements."""
    found: dict[int, _Facts] = defaultdict(_Facts)
    for client_id in client_ids:
        found[client_id] = _Facts()
    members = select(
        ServiceTeamMember.client_id,
        ServiceTeamMember.role,
        ServiceTeamMember.joined_on,
        ServiceTeamMember.left_on,
        Staff.name,
        Staff.in_service_to,
    ).join(Staff, Staff.id == ServiceTeamMember.staff_id)
    for client_id, role, joined, left, name, until in session.execute(
        members.where(ServiceTeamMember.client_id.in_(client_ids))
    ):
        gone = min((day for day in (left, _day_after(until)) if day), default=None)
        serving = rules.Serving(role, joined, gone)
        found[client_id].team.append(serving)
        if role is TeamRole.MANAGER and serving.holds(on):
            found[client_id].manager = name
    papers = (
        select(Document.client_id, Document.kind, func.min(Document.stored_at))
        .where(Document.client_id.in_(client_ids), Document.removed_at.is_(None))
        .group_by(Document.client_id, Document.kind)
    )
    for of_client, kind, stored_at in session.execute(papers):
        if of_client is not None:
            found[of_client].papers[kind] = local_date(stored_at, SHANGHAI)
    stars = select(ClientStanding.client_id, ClientStanding.stars)
    for client_id, known in session.execute(stars.where(ClientStanding.client_id.in_(client_ids))):
        found[client_id].stars = known
    waits = select(Approval.id).where(
        Approval.kind == ApprovalKind.PLAN_CHANGE,
        Approval.state == ApprovalState.WAITING,
        Approval.client_id == ServicePlan.client_id,
    )
    unhandled = (
        select(func.count())
        .where(
            ServicePlanItem.client_id == ServicePlan.client_id,
            ServicePlanItem.plan_id == ServicePlan.id,
            ServicePlanItem.state == ItemState.PLANNED,
            ServicePlanItem.handler_id.is_(None),
        )
        .scalar_subquery()
    )
    plans = (
        select(
            ServicePlan.client_id,
            ServicePlan.opened_at,
            ServicePlan.opinion.is_not(None),
            unhandled,
            waits.exists(),
        )
        .where(ServicePlan.client_id.in_(client_ids), ServicePlan.engagement_id.in_(engagement_ids))
        .order_by(ServicePlan.state == PlanState.DRAFT, ServicePlan.id)
    )
    for client_id, opened_at, has_opinion, lacking, is_waiting in session.execute(plans):
        if found[client_id].plan is None:
            opened_on = local_date(opened_at, SHANGHAI) if opened_at else None
            found[client_id].plan = _PlanFacts(opened_on, has_opinion, lacking, is_waiting)
    return found


def _day_after(day: date | None) -> date | None:
    return date.fromordinal(day.toordinal() + 1) if day and day < date.max else None


def _team(session: Session, client_id: int, on: date) -> tuple[MemberRow, ...]:
    rows = session.execute(
        select(ServiceTeamMember, Staff.name, Staff.in_service_to)
        .join(Staff, Staff.id == ServiceTeamMember.staff_id)
        .where(ServiceTeamMember.client_id == client_id, ServiceTeamMember.left_on.is_(None))
    )
    order = list(TeamRole)
    team = [
        MemberRow(
            staff_id=row.staff_id,
            name=name,
            role=row.role,
            field=row.field,
            duties=row.duties,
            in_leadership=row.in_leadership,
            joined_on=row.joined_on,
            is_gone=until is not None and until < on,
            version=row.version,
        )
        for row, name, until in rows
    ]
    return tuple(sorted(team, key=lambda each: (order.index(each.role), each.joined_on, each.name)))


def _card(session: Session, engagement: Engagement, rated_by: str | None) -> EngagementCard:
    planned = (
        select(ServicePlanItem.id)
        .where(
            ServicePlanItem.promise_id == EngagementPromise.id,
            ServicePlanItem.state != ItemState.DROPPED,
        )
        .exists()
    )
    promises = session.execute(
        select(EngagementPromise.id, EngagementPromise.what, planned)
        .where(
            EngagementPromise.client_id == engagement.client_id,
            EngagementPromise.engagement_id == engagement.id,
        )
        .order_by(EngagementPromise.id)
    )
    return EngagementCard(
        id=engagement.id,
        version=engagement.version,
        number=engagement.number,
        kind=engagement.kind,
        signed_on=engagement.signed_on,
        ends_on=engagement.ends_on,
        text=engagement.text,
        insurer_terms=engagement.insurer_terms,
        ownership_clause=engagement.ownership_clause,
        is_consulting=engagement.is_consulting,
        has_original=engagement.document_id is not None,
        promises=tuple(PromiseRow(*row) for row in promises),
        rated_stars=engagement.stars,
        rated_on=local_date(engagement.rated_at, SHANGHAI) if engagement.rated_at else None,
        rated_by=rated_by,
    )
