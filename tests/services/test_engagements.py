"""Engaging a client and the ten working days after it: clocks, proofs, the team, the gate."""

import io
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models import (
    AuditEntry,
    CalendarDay,
    Client,
    ClientAccess,
    ClientStanding,
    Document,
    Engagement,
    EngagementPromise,
    Renewal,
    ServiceTeamMember,
)
from services import documents, engagements, renewals
from services.actor import SYSTEM, Actor
from services.engagements import Clock, Upload
from services.errors import ChangedMeanwhile, NotFound, NotPermitted
from terms.clients import AccessReason, EngagementKind, LifecycleStage
from terms.intake import DocumentKind
from terms.people import Role
from terms.service import Blocked, ClockState, StageClock, TeamField, TeamRole
from tests import make
from tests.make import AT, ON
from tests.make.papers import PDF
from tests.make.service import Desk, make_desk, make_standing

DAY = timedelta(days=1)


@pytest.fixture
def prospect(session: Session) -> tuple[Actor, Client]:
    """A client manager and a prospect of theirs."""
    staff = make.make_staff(session, roles=(Role.CLIENT_MANAGER,))
    client = make.make_client(session, owner=staff, stage=LifecycleStage.PROSPECT)
    return make.actor_of(session, staff), client


def engage(session: Session, actor: Actor, client: Client, **but: Any) -> int:
    given: dict[str, Any] = {
        "kind": EngagementKind.ENGAGEMENT_AGREEMENT,
        "signed_on": ON,
        "at": AT,
        "on": ON,
        "seen_version": client.version,
        **but,
    }
    return engagements.engage(session, actor=actor, number=client.number, **given)


def clocks(session: Session, actor: Actor, number: str, on: date = ON) -> dict[StageClock, Clock]:
    session.expire_all()
    card = engagements.stage_of(session, actor=actor, number=number, on=on)
    return {each.clock: each for each in card.clocks}


def test_engaging_makes_a_prospect_formal_archives_the_original_and_starts_the_clocks(
    session: Session, prospect: tuple[Actor, Client], tmp_path: Path
) -> None:
    actor, client = prospect
    engage(
        session,
        actor,
        client,
        reference="WT2026-001",
        text="委托协议书",
        promises=("每季度拜访", "每季度拜访", " ", "三日内反馈理赔"),
        original=Upload("协议.pdf", io.BytesIO(PDF), tmp_path),
    )
    session.expire_all()
    assert client.stage is LifecycleStage.FORMAL
    engagement = session.scalars(select(Engagement)).one()
    original = session.get_one(Document, engagement.document_id)
    assert (original.kind, original.client_id) == (DocumentKind.ENGAGEMENT, client.id)
    assert list(session.scalars(select(EngagementPromise.what))) == ["每季度拜访", "三日内反馈理赔"]
    found = clocks(session, actor, client.number)
    assert {each.state for each in found.values()} == {ClockState.DUE}
    assert found[StageClock.TEAM].blocked == (
        Blocked.NO_MANAGER,
        Blocked.NO_DEPUTY,
        Blocked.NO_MEMBER,
    )
    assert found[StageClock.STAR].blocked == (Blocked.NO_INCOME,)
    assert found[StageClock.PLAN].blocked == (Blocked.NO_PLAN,)
    (entry,) = session.scalars(select(AuditEntry).where(AuditEntry.event == "engagement:sign"))
    assert entry.detail["after"] == {"stage": "formal"}


@pytest.mark.parametrize(
    "bad",
    [
        {"signed_on": ON + DAY},
        {"ends_on": ON},
        {"text": "长" * 8_001},
        {"promises": tuple(f"承诺{n}" for n in range(21))},
    ],
    ids=["signed ahead", "ends at once", "too long", "too many promises"],
)
def test_an_engagement_that_cannot_be_is_refused(
    session: Session, prospect: tuple[Actor, Client], bad: dict[str, Any]
) -> None:
    actor, client = prospect
    with pytest.raises(engagements.EngagementInvalid):
        engage(session, actor, client, **bad)


def test_a_number_counts_once_and_a_stranger_engages_nobody(
    session: Session, prospect: tuple[Actor, Client]
) -> None:
    actor, client = prospect
    make.make_engagement(session, client=make.make_client(session), number="WT-1")
    with pytest.raises(engagements.EngagementNumberTaken):
        engage(session, actor, client, reference="WT-1")
    with pytest.raises(ChangedMeanwhile):
        engage(session, actor, client, seen_version=client.version - 1)
    with pytest.raises(NotFound):
        engage(session, make.make_actor(session, Role.CLIENT_MANAGER), client)
    with pytest.raises(NotPermitted):
        engage(session, make.make_actor(session, Role.SPECIALIST), client)


def test_a_new_engagement_takes_the_place_of_the_one_before(
    session: Session, prospect: tuple[Actor, Client]
) -> None:
    actor, client = prospect
    engage(session, actor, client, signed_on=ON - 40 * DAY)
    session.refresh(client)
    engage(session, actor, client)
    rows = session.scalars(select(Engagement).order_by(Engagement.signed_on)).all()
    assert [(each.is_current, each.is_in_stage) for each in rows] == [(False, False), (True, True)]


def test_the_text_begins_with_the_template_and_names_the_client(
    session: Session, prospect: tuple[Actor, Client]
) -> None:
    actor, client = prospect
    make.make_company(session)
    text = engagements.engagement_text(
        session,
        actor=actor,
        number=client.number,
        kind=EngagementKind.AUTHORISATION_LETTER,
        on=ON,
    )
    assert str(client.name) in text
    assert "长青保险经纪有限公司" in text
    assert "2026-11-20" in text
    assert "{" not in text


def take_in(session: Session, actor: Actor, client: Client, role: TeamRole, **but: Any) -> int:
    given: dict[str, Any] = {
        "staff_id": make.make_staff(session).id,
        "field": TeamField.LIFE,
        "duties": "跟进续期",
        "on": ON,
        **but,
    }
    return engagements.set_member(
        session, actor=actor, number=client.number, role=role, at=AT, **given
    )


def test_a_team_is_whole_with_manager_deputy_and_a_member_with_duties(
    session: Session, prospect: tuple[Actor, Client]
) -> None:
    actor, client = prospect
    engage(session, actor, client, signed_on=ON - 2 * DAY)
    take_in(session, actor, client, TeamRole.MANAGER, staff_id=actor.own_id)
    take_in(session, actor, client, TeamRole.DEPUTY)
    with pytest.raises(engagements.EngagementInvalid):
        take_in(session, actor, client, TeamRole.MEMBER, duties=" ")
    assert clocks(session, actor, client.number)[StageClock.TEAM].blocked == (Blocked.NO_MEMBER,)
    with pytest.raises(engagements.TeamRoleTaken):
        take_in(session, actor, client, TeamRole.DEPUTY)
    helper = make.make_staff(session)
    take_in(session, actor, client, TeamRole.MEMBER, staff_id=helper.id)
    team = clocks(session, actor, client.number)[StageClock.TEAM]
    assert (team.state, team.done_on) == (ClockState.DONE, ON)
    opens = session.get(ClientAccess, (helper.id, client.id, AccessReason.SERVICE_TEAM))
    assert opens is not None
    member = session.scalars(
        select(ServiceTeamMember).where(ServiceTeamMember.staff_id == helper.id)
    ).one()
    with pytest.raises(ChangedMeanwhile):
        take_in(session, actor, client, TeamRole.MEMBER, staff_id=helper.id)
    engagements.remove_member(
        session,
        actor=actor,
        number=client.number,
        staff_id=helper.id,
        at=AT,
        on=ON,
        seen_version=member.version,
    )
    session.refresh(opens)
    assert opens.until == ON


def test_a_leaver_serves_nobody_and_their_going_shows(session: Session) -> None:
    desk = make_desk(session)
    client = session.get_one(Client, desk.client_id)
    gone = make.make_staff(session, in_service_to=ON - DAY)
    with pytest.raises(engagements.ColleagueGone):
        take_in(session, desk.manager, client, TeamRole.MEMBER, staff_id=gone.id)
    desk.member.in_service_to = ON - DAY
    session.flush()
    card = engagements.stage_of(session, actor=desk.manager, number=desk.number, on=ON)
    assert [each.is_gone for each in card.team] == [False, False, True]
    team = clocks(session, desk.manager, desk.number)[StageClock.TEAM]
    assert team.done_on == date(2026, 11, 11), "what was whole in time stays so"


def test_the_file_is_built_by_papers_of_the_kinds_the_rule_asks_for(
    session: Session, prospect: tuple[Actor, Client], tmp_path: Path
) -> None:
    actor, client = prospect
    engage(session, actor, client, signed_on=ON - 7 * DAY)

    def store(kind: DocumentKind, on: date) -> None:
        documents.store_document(
            session,
            actor=actor,
            number=client.number,
            kind=kind,
            name=kind.value,
            source=io.BytesIO(PDF + kind.value.encode()),
            folder=tmp_path,
            at=datetime(on.year, on.month, on.day, 3, tzinfo=UTC),
            on=on,
        )

    for kind in (DocumentKind.IDENTITY, DocumentKind.CORRESPONDENCE, DocumentKind.OTHER):
        store(kind, ON - 4 * DAY)
    found = clocks(session, actor, client.number)[StageClock.FILE]
    assert (found.state, found.blocked) == (ClockState.LATE, (Blocked.PAPERS_MISSING,))
    store(DocumentKind.BASIC_SITUATION, ON - 2 * DAY)
    store(DocumentKind.APPLICATION, ON)
    card = engagements.stage_of(session, actor=actor, number=client.number, on=ON)
    assert card.papers.percent == 44
    found = clocks(session, actor, client.number)[StageClock.FILE]
    assert (found.state, found.done_on) == (ClockState.DONE_LATE, ON)
    session.scalars(select(Document).where(Document.kind == "identity")).one().removed_at = AT
    session.flush()
    assert clocks(session, actor, client.number)[StageClock.FILE].done_on is None


def test_a_star_is_confirmed_from_the_income_or_not_at_all(
    session: Session, prospect: tuple[Actor, Client]
) -> None:
    actor, client = prospect
    engage(session, actor, client)

    def rate() -> int:
        engagement = session.scalars(select(Engagement)).one()
        return engagements.rate_star(
            session,
            actor=actor,
            number=client.number,
            at=AT,
            on=ON,
            seen_version=engagement.version,
        )

    with pytest.raises(engagements.StarUnknown):
        rate()
    make_standing(session, client=client, stars=4)
    assert rate() == 4
    card = engagements.stage_of(session, actor=actor, number=client.number, on=ON)
    assert card.engagement is not None
    assert (card.engagement.rated_stars, card.wants_leadership) == (4, True)
    standing = session.get_one(ClientStanding, client.id)
    standing.stars = 5
    session.flush()
    assert rate() == 5


def test_the_list_puts_the_late_first_and_shows_no_stranger(session: Session) -> None:
    late = make_desk(session, signed_on=date(2026, 10, 20))
    client = session.get_one(Client, late.client_id)
    fresh = make.make_client(session, owner_id=late.manager.own_id, team_id=client.team_id)
    make.make_access(session, client=fresh, staff=late.member)
    make.make_engagement(session, client=fresh, signed_on=ON, is_in_stage=True)
    make_desk(session)
    rows = engagements.in_stage(session, actor=late.lead, on=ON)
    assert [row.client_number for row in rows] == [late.number, fresh.number]
    assert rows[0].manager == late.manager.name
    with pytest.raises(NotPermitted):
        engagements.in_stage(session, actor=make.make_actor(session, Role.HR), on=ON)


def test_a_calendar_that_changes_moves_the_clocks_by_itself(session: Session) -> None:
    desk = make_desk(session, signed_on=date(2026, 12, 25))
    found = clocks(session, desk.manager, desk.number, on=date(2026, 12, 28))
    plan = found[StageClock.PLAN].ends
    assert (plan.on, plan.is_provisional) == (date(2027, 1, 8), True)
    session.add_all(
        CalendarDay(day=date(2027, 1, day), is_working=day not in (1, 2, 3, 9, 10), source="通知")
        for day in range(1, 32)
    )
    session.flush()
    found = clocks(session, desk.manager, desk.number, on=date(2026, 12, 28))
    plan = found[StageClock.PLAN].ends
    assert (plan.on, plan.is_provisional) == (date(2027, 1, 11), False)


def test_a_stage_whose_last_proof_is_a_paper_ends_in_the_morning(
    session: Session, tmp_path: Path
) -> None:
    desk: Desk = make_desk(session)
    engagement = session.scalars(select(Engagement)).one()
    engagement.stars, engagement.rated_at = 3, AT
    engagement.rated_by_id = desk.manager.staff_id
    from tests.make.service import make_plan

    make_plan(session, client=session.get_one(Client, desk.client_id))
    assert engagements.settle_stages(session, actor=SYSTEM, on=ON, at=AT) == 0
    for kind in list(DocumentKind)[:6]:
        documents.store_document(
            session,
            actor=desk.manager,
            number=desk.number,
            kind=kind,
            name=kind.value,
            source=io.BytesIO(PDF + kind.value.encode()),
            folder=tmp_path,
            at=AT,
            on=ON,
        )
    assert engagements.settle_stages(session, actor=SYSTEM, on=ON, at=AT) == 1
    session.refresh(engagement)
    assert not engagement.is_in_stage
    with pytest.raises(NotPermitted):
        engagements.settle_stages(session, actor=desk.manager, on=ON, at=AT)


def test_a_prospect_gets_no_quote_until_engaged(session: Session) -> None:
    """R13: the engagement comes before substantive business."""
    owner = make.make_staff(session)
    client = make.make_client(session, owner=owner, stage=LifecycleStage.PROSPECT)
    case = make.make_renewal(
        session, policy=make.make_policy(session, client=client), assignee=owner
    )
    actor = make.actor_of(session, owner)

    def quote() -> None:
        row = session.get_one(Renewal, case.id)
        renewals.quote(
            session,
            actor=actor,
            renewal_id=row.id,
            premium_fen=100_000,
            at=AT,
            seen_version=row.version,
        )

    assert renewals.brief(session, actor=actor, renewal_id=case.id, on=ON, at=AT).lacks_engagement
    with pytest.raises(engagements.EngagementMissing):
        quote()
    client.stage = LifecycleStage.FORMAL
    session.flush()
    quote()
