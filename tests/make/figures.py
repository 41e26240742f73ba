"""A company in which every figure of every screen has something to count, and something not to."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models import Client, ClientStanding, Staff
from services.actor import Actor
from terms.clients import RelationKind
from terms.people import Role
from terms.policies import Line, PaymentMode, PolicyStatus
from terms.renewals import AllocationCause, PromiseKind, RenewalKind, RenewalState
from terms.tiering import TierAxis
from tests.make.clients import make_client, make_relation
from tests.make.moment import AT, ON
from tests.make.people import actor_of, make_branch, make_company, make_staff, make_team
from tests.make.policies import (
    make_allocation,
    make_claim,
    make_complaint,
    make_contact,
    make_income,
    make_instalment,
    make_policy,
    make_promise,
    make_renewal,
)
from tests.make.tiers import make_tier_change, make_tier_run

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


@dataclass(frozen=True)
class FigureWorld:
    """Who looks, and at whom."""

    specialist: Actor
    lead: Actor
    manager: Actor
    executive: Actor
    client: str
    """The number of a client of the specialist, with a bit of everything."""


def make_figure_world(session: Session) -> FigureWorld:
    """Two teams of one branch and one of another; the first team's specialist has most."""
    make_company(session)
    branch = make_branch(session)
    team, beside = make_team(session, branch=branch), make_team(session, branch=branch)
    far = make_team(session)
    mine = make_staff(session, team=team, weekly_capacity=20)
    colleague = make_staff(session, team=team, weekly_capacity=35)
    lead = make_staff(session, team=team, roles=(Role.TEAM_LEAD,))
    manager = make_staff(session, team=team, roles=(Role.MANAGER,))
    executive = make_staff(session, team=far, roles=(Role.EXECUTIVE,))
    for number, owner in enumerate(
        (
            mine,
            mine,
            mine,
            colleague,
            make_staff(session, team=beside),
            make_staff(session, team=far),
        )
    ):
        _cases(session, owner, 1 + number)
    for owner in (mine, colleague):
        _year(session, owner)
    _given(session, mine, colleague)
    client = _full_client(session, mine)
    for place, one in enumerate(session.scalars(select(Client).order_by(Client.id))):
        if place % 4:
            one.extra_numbers = {"终身价值": 100.25 * place * place}
            make_income(session, client=one, booked_on=ON, amount_fen=30_017 * place)
    session.flush()
    return FigureWorld(
        specialist=actor_of(session, mine),
        lead=actor_of(session, lead),
        manager=actor_of(session, manager),
        executive=actor_of(session, executive),
        client=client.number,
    )


def _case(session: Session, owner: Staff, days_left: int, **but: Any) -> Any:
    client = make_client(session, owner=owner, team_id=owner.team_id, branch_id=owner.branch_id)
    policy = make_policy(
        session,
        client=client,
        expiry_on=ON + timedelta(days=days_left),
        premium_fen=but.pop("premium_fen", 100_037 + 1_300 * days_left),
    )
    assignee = but.pop("assignee", owner)
    return make_renewal(session, policy=policy, assignee=assignee, **but)


def _cases(session: Session, owner: Staff, size: int) -> None:
    """Cases of every view of the queue, open and closed, contacted today and never."""
    for step in range(size):
        _case(session, owner, 3 + 11 * step)
        _case(session, owner, 70 + step, reached=RenewalState.QUOTED, state=RenewalState.QUOTED)
    _case(session, owner, -2)
    _case(session, owner, -5, kind=RenewalKind.INSTALMENT)
    _case(session, owner, 7)
    _case(session, owner, 60)
    _case(session, owner, 8, next_at=AT + HOUR)
    _case(session, owner, 9, next_at=AT + 3 * DAY)
    _case(session, owner, 12, assignee=None)
    done = _case(session, owner, 15, last_contact_at=AT - HOUR, reached=RenewalState.CONTACTED)
    for minutes in (50, 40):
        _contact(session, owner, done, AT - timedelta(minutes=minutes))
    earlier = _case(session, owner, 16, last_contact_at=AT - 2 * DAY)
    _contact(session, owner, earlier, AT - 2 * DAY)
    for reason, days in (("price", -20), ("price", -30), ("other", 5), ("price", -120)):
        lost = _case(
            session,
            owner,
            days,
            state=RenewalState.LOST,
            reached=RenewalState.QUOTED,
            refusal_reason=reason,
            closed_on=ON,
        )
    _contact(session, owner, lost, AT - HOUR)
    renewed = {"state": RenewalState.RENEWED, "reached": RenewalState.RENEWED, "closed_on": ON}
    _case(session, owner, 6, **renewed)
    _case(session, owner, 29, reached=RenewalState.AGREED, state=RenewalState.AGREED)


def _given(session: Session, owner: Staff, other: Staff) -> None:
    """The ledger: given today, earlier this month and before it, and moved from one to another."""
    for days, effort in ((0, 10), (0, 14), (3, 23), (40, 30)):
        case = _case(session, owner, 90 + days)
        make_allocation(session, case=case, allocated_on=ON - days * DAY, effort=effort)
    moved = _case(session, other, 95)
    make_allocation(session, case=moved, staff_id=owner.id, allocated_on=ON - 2 * DAY, effort=17)
    make_allocation(
        session, case=moved, from_staff_id=owner.id, cause=AllocationCause.MOVED, effort=17
    )


def _year(session: Session, owner: Staff) -> None:
    """Terms of the last year by every end, and long contracts that paid, paid late or stopped."""
    ends = (
        (RenewalState.RENEWED, {"contacts": 2, "effective_contacts": 1, "closed_late": -4}),
        (RenewalState.RENEWED, {"contacts": 1, "effective_contacts": 1, "closed_late": 6}),
        (RenewalState.LOST, {"contacts": 3, "effective_contacts": 2, "refusal_reason": "price"}),
        (RenewalState.LAPSED, {"contacts": 2}),
        (RenewalState.WITHDRAWN, {}),
        (RenewalState.ALLOCATED, {}),
    )
    for place, (state, but) in enumerate(ends * 2):
        given = dict(but)
        due = -45 - 23 * place
        late = given.pop("closed_late", 10)
        waited = {"first_contact_minutes": 430 + 61 * place} if "contacts" in given else {}
        closed = {} if state.is_open else {"closed_on": ON + timedelta(days=due + late)}
        quoted = {"proposed_premium_fen": 90_000 + 9_001 * place} if place % 3 else {}
        _case(
            session,
            owner,
            due,
            premium_fen=100_003 + 7_001 * place,
            state=state,
            reached=RenewalState.CONTACTED,
            **{**given, **waited, **closed, **quoted},
        )
    client = make_client(session, owner=owner, team_id=owner.team_id, branch_id=owner.branch_id)
    for place, (began, late) in enumerate(
        ((-600, 0), (-590, 70), (-560, None), (-530, 59), (-880, 3), (-900, None))
    ):
        policy = make_policy(
            session,
            client=client,
            line=Line.LIFE,
            expiry_on=None,
            inception_on=ON + timedelta(days=began),
            payment_mode=PaymentMode.ANNUAL,
            premium_fen=300_007 + 11_003 * place,
        )
        for years in (1, 2):
            due = _years_after(policy.inception_on, years)
            make_instalment(
                session,
                policy=policy,
                due_on=due,
                paid_on=None if late is None else due + timedelta(days=late),
            )


def _years_after(day: Any, years: int) -> Any:
    return day.replace(year=day.year + years, day=min(day.day, 28))


def _contact(session: Session, owner: Staff, case: Any, at: Any) -> None:
    client = session.get_one(Client, case.client_id)
    make_contact(session, client=client, staff=owner, renewal_id=case.id, happened_at=at)


def _full_client(session: Session, owner: Staff) -> Client:
    client = make_client(session, owner=owner, team_id=owner.team_id, branch_id=owner.branch_id)
    first = make_policy(session, client=client, premium_fen=328_051)
    make_policy(session, client=client, expiry_on=None, premium_fen=900_000)
    make_policy(session, client=client, expiry_on=ON - DAY, premium_fen=77_777)
    make_policy(session, client=client, status=PolicyStatus.SURRENDERED)
    for _ in range(3):
        make_claim(session, policy=first)
    make_complaint(session, client=client)
    make_complaint(session, client=client, closed_on=ON)
    make_complaint(session, client=client, about_staff_id=owner.id)
    family = make_client(session, owner=owner)
    make_policy(session, client=family, premium_fen=120_049)
    stranger = make_client(session, owner=make_staff(session))
    make_policy(session, client=stranger)
    for kind in (RelationKind.FAMILY, RelationKind.GROUP):
        make_relation(session, client=client, other=family, kind=kind)
    make_relation(session, client=client, other=stranger, kind=RelationKind.FAMILY)
    make_promise(session, client=client, staff=owner, due_at=AT - HOUR)
    make_promise(session, client=client, staff=owner, due_at=AT + HOUR, kind=PromiseKind.PROMISE)
    make_promise(session, client=client, staff=owner, due_at=AT + 2 * DAY)
    return client


def make_moves(session: Session) -> None:
    """History for every second client a pass has seen: moved, moved and back, moved long ago."""
    late = make_tier_run(session, on=ON - DAY)
    early = make_tier_run(session, on=ON - 90 * DAY)
    for place, kept in enumerate(session.scalars(select(ClientStanding))):
        client = session.get_one(Client, kept.client_id)
        now = kept.value_tier.value
        was = "mid" if now == "low" else "low"
        stars = None if kept.stars is None else str(kept.stars)
        match place % 6:
            case 0:
                make_tier_change(session, client=client, run=late, before=was, after=now)
            case 2:
                make_tier_change(session, client=client, run=late, before=now, after=was)
                make_tier_change(session, client=client, run=late, before=was, after=now)
            case 4:
                make_tier_change(session, client=client, run=early, before=was, after=now)
                make_tier_change(
                    session, client=client, run=late, axis=TierAxis.STARS, before="5", after=stars
                )
