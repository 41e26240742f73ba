"""A service plan: begun from the standard, opened, lowered by two people, carried out."""

import io
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models import (
    Approval,
    AuditEntry,
    Client,
    ClientStanding,
    Contact,
    Document,
    Engagement,
    Notification,
    ServicePlan,
    ServicePlanItem,
    ServicePlanVersion,
)
from services import approvals, engagements, overview, plans
from services.actor import SYSTEM, Actor
from services.engagements import Upload
from services.errors import ChangedMeanwhile, NotFound, NotPermitted
from services.overview import DayKind
from services.plans import Act, ItemData, ItemRow, PlanCard
from terms.approvals import ApprovalState
from terms.people import Role
from terms.renewals import ContactChannel
from terms.service import ItemSource, ItemState, PlanState, ServiceKind, Timing
from terms.tiering import Tier
from tests import make
from tests.make import AT, ON
from tests.make.papers import PDF
from tests.make.service import Desk, make_desk

DAY = timedelta(days=1)


@pytest.fixture
def desk(session: Session) -> Desk:
    """A client manager with a formal client of three stars, engaged ten days ago, team complete."""
    return make_desk(session)


def card(session: Session, desk: Desk) -> PlanCard:
    session.expire_all()
    found = plans.plan_of(session, actor=desk.manager, number=desk.number, on=ON)
    assert found is not None
    return found


def begun(session: Session, desk: Desk) -> PlanCard:
    plans.begin(session, actor=desk.manager, number=desk.number, at=AT, on=ON)
    return card(session, desk)


def revise(session: Session, desk: Desk, *acts: Act, why: str = "", **but: Any) -> plans.Revised:
    plan = card(session, desk)
    given = {"actor": desk.manager, "seen_version": plan.version, **but}
    return plans.revise(session, plan_id=plan.id, acts=acts, why=why, at=AT, on=ON, **given)


def opine(session: Session, desk: Desk, plan: PlanCard) -> None:
    plans.write_head(
        session,
        actor=desk.manager,
        plan_id=plan.id,
        theme=plan.theme,
        goal=plan.goal,
        needs_talk_on=plan.needs_talk_on,
        agreed_on=plan.agreed_on,
        opinion="同意，注意首次拜访",
        at=AT,
        on=ON,
        seen_version=plan.version,
    )


def opened(session: Session, desk: Desk) -> PlanCard:
    plan = begun(session, desk)
    opine(session, desk, plan)
    revise(session, desk, Act("open"))
    return card(session, desk)


def first(plan: PlanCard, kind: ServiceKind) -> ItemRow:
    return next(each for each in plan.items if each.kind is kind)


def data_of(item: ItemRow) -> ItemData:
    return ItemData(
        kind=item.kind,
        channel=item.channel,
        starts_on=item.starts_on,
        ends_on=item.ends_on,
        handler_id=item.handler_id,
        cost_fen=item.cost_fen,
        content=item.content,
    )


def test_a_plan_begins_with_the_standard_of_the_star_and_covers_the_service_year(
    session: Session, desk: Desk
) -> None:
    plan = begun(session, desk)
    assert (plan.state, plan.number, plan.stars) == (PlanState.DRAFT, 0, 3)
    assert (plan.starts_on, plan.ends_on) == (date(2026, 11, 10), date(2027, 11, 9))
    kinds = [each.kind for each in plan.items]
    assert kinds.count(ServiceKind.PHONE_VISIT) == 4
    assert {each.source for each in plan.items} == {ItemSource.STANDARD}
    assert plan.shortfalls == ()
    assert first(plan, ServiceKind.POLICY_REVIEW).handler == desk.member_name
    renewal = first(plan, ServiceKind.RENEWAL_PROPOSAL)
    assert renewal.ends_on == plan.ends_on, "both ends of the term are what counts"
    assert plan.budget.cost_fen == 2_000 * 5 + 5_000 + 3_000 + 20_000
    (entry,) = session.scalars(select(AuditEntry).where(AuditEntry.event == "plan:begin"))
    assert entry.client_id == desk.client_id
    with pytest.raises(plans.PlanThere):
        begun(session, desk)


def test_a_prospect_has_no_plan_and_a_stranger_begins_none(session: Session, desk: Desk) -> None:
    stranger = make.make_actor(session, Role.CLIENT_MANAGER)
    with pytest.raises(NotFound):
        plans.begin(session, actor=stranger, number=desk.number, at=AT, on=ON)
    specialist = make.make_actor(session, Role.SPECIALIST)
    with pytest.raises(NotPermitted):
        plans.begin(session, actor=specialist, number=desk.number, at=AT, on=ON)
    client = session.get_one(Client, desk.client_id)
    client.stage = "prospect"  # type: ignore[assignment]
    session.flush()
    with pytest.raises(engagements.EngagementMissing):
        plans.begin(session, actor=desk.manager, number=desk.number, at=AT, on=ON)


def test_a_plan_opens_once_it_has_an_opinion_and_ends_the_stage(
    session: Session, desk: Desk
) -> None:
    begun(session, desk)
    with pytest.raises(plans.PlanNotReady):
        revise(session, desk, Act("open"))
    plan = card(session, desk)
    opine(session, desk, plan)
    done = revise(session, desk, Act("open"))
    assert done.waits is None
    plan = card(session, desk)
    assert (plan.state, plan.number, plan.opened_at) == (PlanState.OPEN, 1, AT)
    assert plan.versions[0].changes == (("plan", "state", "draft", "open"),)
    stage = engagements.stage_of(session, actor=desk.manager, number=desk.number, on=ON)
    assert next(each for each in stage.clocks if each.clock == "plan").done_on == ON


def test_adding_is_free_and_makes_a_version(session: Session, desk: Desk) -> None:
    plan = opened(session, desk)
    added = replace(
        data_of(first(plan, ServiceKind.PHONE_VISIT)),
        kind=ServiceKind.CARE,
        content="中秋慰问",
        cost_fen=100,
    )
    assert revise(session, desk, Act("save", None, added)).waits is None
    plan = card(session, desk)
    item = first(plan, ServiceKind.CARE)
    assert (item.source, item.content, item.cost_fen) == (ItemSource.ADDED, "中秋慰问", 100)
    what, _field, before, after = plan.versions[0].changes[0]
    assert (plan.number, what, before, after["cost_fen"]) == (2, "care", None, 100)


@pytest.mark.parametrize("how", ["dropped", "cheaper channel", "another service"])
def test_lowering_is_refused_until_a_second_person_approves(
    session: Session, desk: Desk, how: str
) -> None:
    plan = opened(session, desk)
    item = first(plan, ServiceKind.PHONE_VISIT)
    acts = {
        "dropped": Act("drop", item.id),
        "cheaper channel": Act("save", item.id, replace(data_of(item), channel=ContactChannel.SMS)),
        "another service": Act("save", item.id, replace(data_of(item), kind=ServiceKind.CARE)),
    }
    with pytest.raises(plans.LessThanStandard) as refused:
        revise(session, desk, acts[how])
    (lacks,) = refused.value.data["shortfalls"]  # type: ignore[misc]
    assert (lacks.service.kind, lacks.wanted, lacks.lacking) == (ServiceKind.PHONE_VISIT, 4, 1)
    waits = revise(session, desk, acts[how], why="客户要求减少电话").waits
    assert waits is not None
    plan = card(session, desk)
    assert first(plan, ServiceKind.PHONE_VISIT).channel is ContactChannel.PHONE
    assert plan.shortfalls == ()
    assert [each.number for each in plan.waiting] == [waits]

    approval = session.scalars(select(Approval).where(Approval.number == waits)).one()
    with pytest.raises(approvals.OwnRequest):
        _approve(session, desk.manager, approval)
    assert _approve(session, desk.lead, approval) is ApprovalState.APPROVED
    plan = card(session, desk)
    assert [each.lacking for each in plan.shortfalls] == [1]
    assert plan.number == 2
    assert plan.versions[0].why == "客户要求减少电话"
    (entry,) = session.scalars(
        select(AuditEntry).where(
            AuditEntry.event == "plan:change", AuditEntry.actor_id == desk.lead.staff_id
        )
    )
    assert entry.detail["approval"] == waits


def _approve(session: Session, actor: Actor, approval: Approval) -> ApprovalState:
    return approvals.approve(
        session,
        actor=actor,
        number=approval.number,
        word="同意",
        on=ON,
        at=AT,
        seen_version=approval.version,
    )


def test_what_was_lowered_once_may_be_changed_on(session: Session, desk: Desk) -> None:
    """A shortfall that was approved is not asked for again with every later change."""
    plan = opened(session, desk)
    waits = revise(session, desk, Act("drop", first(plan, ServiceKind.HANDBOOK).id), why="自愿")
    approval = session.scalars(select(Approval).where(Approval.number == waits.waits)).one()
    _approve(session, desk.lead, approval)
    visit = first(card(session, desk), ServiceKind.PHONE_VISIT)
    moved = replace(data_of(visit), ends_on=visit.ends_on - DAY)
    assert revise(session, desk, Act("save", visit.id, moved)).waits is None


def test_a_reference_may_be_lowered_by_oneself(session: Session) -> None:
    desk = make_desk(session, ends_on=date(2027, 6, 30))
    plan = opened(session, desk)
    assert plan.is_reference
    assert revise(session, desk, Act("drop", plan.items[0].id)).waits is None


def test_a_plan_above_its_share_of_the_income_is_asked_for(session: Session) -> None:
    desk = make_desk(session, realised_fen=100_000)
    plan = begun(session, desk)
    assert (plan.budget.limit_fen, plan.budget.is_over) == (30_000, True)
    opine(session, desk, plan)
    with pytest.raises(plans.OverLimit):
        revise(session, desk, Act("open"))
    waits = revise(session, desk, Act("open"), why="新客户，先投入")
    assert card(session, desk).state is PlanState.DRAFT
    approval = session.scalars(select(Approval).where(Approval.number == waits.waits)).one()
    _approve(session, desk.lead, approval)
    assert card(session, desk).state is PlanState.OPEN


BAD: dict[str, tuple[dict[str, Any], type[Exception]]] = {
    "finish before start": ({"ends_on": date(2026, 11, 9)}, plans.PlanInvalid),
    "outside the plan": ({"ends_on": date(2030, 1, 1)}, plans.PlanInvalid),
    "a negative cost": ({"cost_fen": -1}, plans.PlanInvalid),
    "no handler": ({"handler_id": None}, plans.PlanInvalid),
    "a text too long": ({"content": "长" * 201}, plans.PlanInvalid),
    "nobody of that id": ({"handler_id": 10**9}, plans.HandlerUnfit),
    "somebody's promise": ({"promise_id": 10**9}, NotFound),
}


@pytest.mark.parametrize("bad", BAD)
def test_an_item_that_cannot_be_kept_is_refused(session: Session, desk: Desk, bad: str) -> None:
    plan = opened(session, desk)
    but, error = BAD[bad]
    data = replace(data_of(first(plan, ServiceKind.PHONE_VISIT)), **but)
    with pytest.raises(error):
        revise(session, desk, Act("save", None, data))


def test_a_leaver_or_a_stranger_to_the_team_handles_nothing(session: Session, desk: Desk) -> None:
    plan = opened(session, desk)
    outside = make.make_staff(session)
    data = data_of(first(plan, ServiceKind.PHONE_VISIT))
    with pytest.raises(plans.HandlerUnfit):
        revise(session, desk, Act("save", None, replace(data, handler_id=outside.id)))
    desk.member.in_service_to = ON - DAY
    session.flush()
    with pytest.raises(plans.HandlerUnfit):
        revise(session, desk, Act("save", None, replace(data, handler_id=desk.member.id)))


def test_two_people_on_one_plan_are_told(session: Session, desk: Desk) -> None:
    plan = opened(session, desk)
    revise(session, desk, Act("save", None, data_of(plan.items[0])))
    with pytest.raises(ChangedMeanwhile):
        revise(session, desk, Act("drop", plan.items[0].id), seen_version=plan.version)


def execute(session: Session, actor: Actor, item: ItemRow, **but: Any) -> int:
    given: dict[str, Any] = {
        "done_on": ON,
        "channel": ContactChannel.PHONE,
        "done": "电话回访，提醒年检",
        "reaction": "满意，希望年底再谈",
        "seen_version": item.version,
        **but,
    }
    return plans.execute(session, actor=actor, item_id=item.id, at=AT, on=ON, **given)


def test_what_is_done_goes_into_the_client_log_with_how_the_client_took_it(
    session: Session, desk: Desk, tmp_path: Path
) -> None:
    plan = opened(session, desk)
    item = first(plan, ServiceKind.PHONE_VISIT)
    paper = Upload("拜访记录.pdf", io.BytesIO(PDF), tmp_path)
    execute(session, desk.manager, item, evidence=paper)
    done = next(each for each in card(session, desk).items if each.id == item.id)
    assert (done.state, done.done_on, done.timing) == (ItemState.DONE, ON, Timing.DONE)
    assert (done.done, done.reaction) == ("电话回访，提醒年检", "满意，希望年底再谈")
    assert done.evidence == "拜访记录.pdf"
    (contact,) = session.scalars(select(Contact))
    assert (contact.client_id, contact.happened_at) == (desk.client_id, AT)
    assert session.scalar(select(Document.client_id)) == desk.client_id
    with pytest.raises(ChangedMeanwhile):
        execute(session, desk.manager, item)
    with pytest.raises(plans.ItemSettled):
        execute(session, desk.manager, done)


@pytest.mark.parametrize(
    "bad", [{"done": " "}, {"reaction": ""}, {"done_on": ON + DAY}, {"done": "长" * 2_001}]
)
def test_a_log_entry_without_its_parts_is_refused(
    session: Session, desk: Desk, bad: dict[str, Any]
) -> None:
    item = first(opened(session, desk), ServiceKind.PHONE_VISIT)
    with pytest.raises(plans.PlanInvalid):
        execute(session, desk.manager, item, **bad)


def test_a_member_carries_out_their_own_items_and_no_others(session: Session, desk: Desk) -> None:
    plan = opened(session, desk)
    specialist = make.actor_of(session, desk.member)
    execute(session, specialist, first(plan, ServiceKind.POLICY_REVIEW))
    with pytest.raises(plans.NotYourItem):
        execute(session, specialist, first(plan, ServiceKind.PHONE_VISIT))
    stranger = make.make_actor(session, Role.SPECIALIST)
    with pytest.raises(NotFound):
        execute(session, stranger, first(plan, ServiceKind.PHONE_VISIT))


def test_a_draft_is_not_carried_out(session: Session, desk: Desk) -> None:
    with pytest.raises(plans.PlanNotOpen):
        execute(session, desk.manager, begun(session, desk).items[0])


def test_due_items_stand_in_my_day(session: Session, desk: Desk) -> None:
    plan = opened(session, desk)
    item = session.get_one(ServicePlanItem, first(plan, ServiceKind.NEEDS_TALK).id)
    item.ends_on = ON - DAY
    session.flush()
    found = overview.my_day(session, actor=desk.manager, on=ON, at=AT)
    (line,) = [each for each in found if each.kind is DayKind.PLAN_ITEM]
    assert (line.client_number, line.is_late) == (desk.number, True)
    assert (line.page, dict(line.query)["view"]) == ("client", "service")
    (mine,) = plans.my_items(session, actor=desk.manager, on=ON, within_days=7)
    assert mine.timing is Timing.LATE


def test_a_risk_tier_puts_its_measures_into_open_plans_by_itself(
    session: Session, desk: Desk
) -> None:
    plan = opened(session, desk)
    assert plans.follow_risk(session, actor=SYSTEM, on=ON, at=AT) == 0
    session.get_one(ClientStanding, desk.client_id).risk_tier = Tier.HIGH
    session.flush()
    assert plans.follow_risk(session, actor=SYSTEM, on=ON, at=AT) == 1
    risk = [each for each in card(session, desk).items if each.source is ItemSource.RISK]
    assert {each.kind for each in risk} == {ServiceKind.RISK_SURVEY, ServiceKind.RISK_REMINDER}
    assert len(card(session, desk).items) == len(plan.items) + 5
    assert session.scalar(select(Notification.staff_id)) == desk.manager.staff_id
    version = session.scalars(
        select(ServicePlanVersion).order_by(ServicePlanVersion.number.desc())
    ).first()
    assert version is not None
    assert version.made_by_id is None
    assert plans.follow_risk(session, actor=SYSTEM, on=ON, at=AT) == 0
    with pytest.raises(plans.LessThanStandard):
        revise(session, desk, Act("drop", risk[0].id))
    with pytest.raises(NotPermitted):
        plans.follow_risk(session, actor=desk.manager, on=ON, at=AT)


def test_on_time_rates_count_what_was_due(session: Session, desk: Desk) -> None:
    plan = opened(session, desk)
    rows = session.scalars(
        select(ServicePlanItem).where(ServicePlanItem.kind == ServiceKind.PHONE_VISIT)
    ).all()
    for item, (ends_on, state, done_on) in zip(
        rows,
        (
            (ON - DAY, ItemState.DONE, ON - DAY),
            (ON - 3 * DAY, ItemState.DONE, ON),
            (ON - 2 * DAY, ItemState.PLANNED, None),
            (ON, ItemState.PLANNED, None),
        ),
        strict=True,
    ):
        item.starts_on, item.ends_on = plan.starts_on, ends_on
        item.state, item.done_on = state, done_on
    session.flush()
    (rate,) = plans.team_rates(session, actor=desk.lead, from_on=ON - 30 * DAY, to_on=ON, on=ON)
    assert (rate.due, rate.on_time, rate.late_open) == (3, 1, 1)


def test_the_head_of_a_plan_keeps_its_theme_and_refuses_a_day_ahead(
    session: Session, desk: Desk
) -> None:
    plan = begun(session, desk)

    def write(plan: PlanCard, **but: Any) -> int:
        given: dict[str, Any] = {
            "theme": "今年抓企财险安全检查",
            "goal": "续保并增加雇主责任险",
            "needs_talk_on": ON,
            "agreed_on": None,
            "opinion": None,
            **but,
        }
        return plans.write_head(
            session,
            actor=desk.manager,
            plan_id=plan.id,
            at=AT,
            on=ON,
            seen_version=plan.version,
            **given,
        )

    write(plan)
    plan = card(session, desk)
    assert (plan.theme, plan.needs_talk_on) == ("今年抓企财险安全检查", ON)
    with pytest.raises(plans.PlanInvalid):
        write(plan, agreed_on=ON + DAY)
    plans.disclose(
        session, actor=desk.manager, plan_id=plan.id, at=AT, on=ON, seen_version=plan.version
    )
    assert card(session, desk).disclosed_by == desk.manager.name


def test_a_new_engagement_of_29_february_gives_a_plan_of_a_service_year(session: Session) -> None:
    desk = make_desk(session, signed_on=date(2024, 2, 29))
    plan = begun(session, desk)
    assert (plan.starts_on, plan.ends_on) == (date(2026, 2, 28), date(2027, 2, 27))
    assert not plan.is_reference


def test_the_next_plan_closes_the_one_before(session: Session, desk: Desk) -> None:
    opened(session, desk)
    old = session.scalars(select(ServicePlan)).one()
    old.ends_on = ON + DAY
    engagement = session.get_one(Engagement, old.engagement_id)
    assert engagement.is_current
    session.flush()
    plan = opened(session, desk)
    session.refresh(old)
    assert (old.state, plan.state) == (PlanState.CLOSED, PlanState.OPEN)
