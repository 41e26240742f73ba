"""The day's extraction: what becomes a case, what is closed, and the money at risk."""

import random
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models import AuditEntry, Client, ClientAccess, Policy, Renewal
from services import renewals
from services.actor import SYSTEM
from services.errors import NotPermitted
from services.renewals.extraction import at_risk_in_sql
from services.renewals.rules import LossTable, at_risk_fen
from services.rule_tables import DEFAULTS
from terms.clients import AccessReason
from terms.people import Role
from terms.policies import InstalmentStatus, Line, PolicyStatus
from terms.renewals import (
    OPEN_STATES,
    Intention,
    PromiseState,
    RenewalKind,
    RenewalState,
)
from tests.make import (
    AT,
    ON,
    make_access,
    make_actor,
    make_client,
    make_instalment,
    make_policy,
    make_promise,
    make_renewal,
    make_staff,
    make_team,
)
from tests.make.renewals import make_due_policy


def extracted(session: Session, on: date = ON, **but: Any) -> renewals.Extraction:
    return renewals.extract(session, **{"actor": SYSTEM, "on": on, "at": AT, **but})


def cases(session: Session) -> list[Renewal]:
    return list(session.scalars(select(Renewal).order_by(Renewal.id)))


def test_a_policy_inside_the_window_becomes_one_case_of_its_client_s_team(
    session: Session,
) -> None:
    policy = make_due_policy(session, 10)
    client = session.get_one(Client, policy.client_id)
    found = extracted(session)
    assert (found.due, found.created) == (1, 1)
    (case,) = cases(session)
    assert (case.policy_id, case.client_id) == (policy.id, client.id)
    assert (case.team_id, case.branch_id) == (client.team_id, client.branch_id)
    assert (case.kind, case.state, case.is_open) == (
        RenewalKind.TERM,
        RenewalState.EXTRACTED,
        True,
    )
    assert (case.due_on, case.opened_on) == (policy.expiry_on, ON)
    assert (case.premium_fen, case.version) == (policy.premium_fen, 1)
    assert case.at_risk_fen == at_risk_fen(
        loss_table(),
        premium_fen=policy.premium_fen,
        state=RenewalState.EXTRACTED,
        last_intention=None,
        days_left=10,
    )
    entry = session.scalars(select(AuditEntry).where(AuditEntry.event == "renewal:extract")).one()
    assert entry.detail["created"] == 1


def test_a_second_extraction_opens_nothing(session: Session) -> None:
    make_due_policy(session, 10)
    extracted(session)
    again = extracted(session)
    assert (again.due, again.created) == (1, 0)
    assert extracted(session, ON + timedelta(days=1)).created == 0


@pytest.mark.parametrize(("days_left", "opened"), [(91, 0), (90, 1), (0, 1), (-30, 1), (-31, 0)])
def test_the_window_runs_from_ninety_days_before_to_thirty_after(
    session: Session, days_left: int, opened: int
) -> None:
    make_due_policy(session, days_left)
    assert extracted(session).created == opened


@pytest.mark.parametrize(
    "but",
    [
        {"status": PolicyStatus.SURRENDERED},
        {"status": PolicyStatus.ENDED},
        {"line": Line.LIFE},
        {"expiry_on": None},
    ],
)
def test_what_has_no_term_to_renew_is_left_out(session: Session, but: dict[str, Any]) -> None:
    make_policy(session, **but)
    assert extracted(session).due == 0


def test_a_term_that_has_a_later_one_is_not_due(session: Session) -> None:
    policy = make_due_policy(session, 10)
    make_policy(
        session,
        client=session.get_one(Client, policy.client_id),
        previous_id=policy.id,
        expiry_on=ON + timedelta(days=375),
    )
    assert extracted(session).due == 0


def test_a_date_that_moved_does_not_open_a_second_case(session: Session) -> None:
    policy = make_due_policy(session, 10)
    extracted(session)
    policy.expiry_on = ON + timedelta(days=20)
    session.flush()
    assert extracted(session).created == 0


@pytest.mark.parametrize(
    ("days_left", "but", "opened"),
    [
        (10, {}, 1),
        (-60, {"status": InstalmentStatus.GRACE}, 1),
        (-61, {"status": InstalmentStatus.GRACE}, 0),
        (-61, {"grace_ends_on": ON}, 1),
        (-5, {"grace_ends_on": ON - timedelta(days=1)}, 0),
        (10, {"status": InstalmentStatus.PAID}, 0),
        (91, {}, 0),
    ],
)
def test_an_instalment_is_due_until_its_grace_is_over(
    session: Session, days_left: int, but: dict[str, Any], opened: int
) -> None:
    policy = make_policy(session, line=Line.LIFE, expiry_on=None)
    instalment = make_instalment(
        session, policy=policy, due_on=ON + timedelta(days=days_left), **but
    )
    assert extracted(session).created == opened
    if opened:
        (case,) = cases(session)
        assert (case.kind, case.instalment_id) == (RenewalKind.INSTALMENT, instalment.id)
        assert case.line is Line.LIFE


def test_what_is_past_its_days_lapses_and_gives_its_access_back(session: Session) -> None:
    staff = make_staff(session)
    client = make_client(session)
    make_access(session, client=client, staff=staff, reason=AccessReason.ASSIGNED_CASE)
    case = make_renewal(
        session, policy=make_due_policy(session, -31, client=client), assignee=staff
    )
    promise = make_promise(session, client=client, staff=staff, renewal_id=case.id)
    stays = make_renewal(session, policy=make_due_policy(session, -30), assignee=staff)
    found = extracted(session)
    assert found.lapsed == 1
    session.expire_all()
    assert (case.state, case.is_open, case.closed_on) == (RenewalState.LAPSED, False, ON)
    assert (case.at_risk_fen, case.version) == (0, 2)
    assert promise.state is PromiseState.CANCELLED
    assert stays.is_open
    access = session.scalars(
        select(ClientAccess).where(ClientAccess.reason == AccessReason.ASSIGNED_CASE)
    ).one()
    assert access.until == ON


def test_cases_of_surrendered_policies_and_paid_instalments_are_withdrawn(
    session: Session,
) -> None:
    surrendered = make_renewal(session)
    session.get_one(Policy, surrendered.policy_id).status = PolicyStatus.SURRENDERED
    policy = make_policy(session, line=Line.LIFE)
    instalment = make_instalment(session, policy=policy, status=InstalmentStatus.PAID)
    paid = make_renewal(
        session, policy=policy, kind=RenewalKind.INSTALMENT, instalment_id=instalment.id
    )
    assert extracted(session).withdrawn == 2
    session.expire_all()
    assert {surrendered.state, paid.state} == {RenewalState.WITHDRAWN}


def loss_table() -> LossTable:
    return LossTable.of(DEFAULTS["renewal.loss_share"].value, DEFAULTS["renewal.urgency"].value)


def test_money_at_risk_is_the_same_in_sql_and_in_python(session: Session) -> None:
    table = loss_table()
    client = make_client(session)
    made = [
        make_renewal(
            session,
            policy=make_due_policy(session, days, premium_fen=99_999 + 7 * days, client=client),
            state=state,
            last_intention=intention,
        )
        for days in (-45, -1, 0, 3, 4, 7, 8, 15, 30, 31, 60, 90, 400)
        for state in sorted(OPEN_STATES)
        for intention in (None, *Intention)
    ]
    in_sql = dict(session.execute(select(Renewal.id, at_risk_in_sql(table, on=ON))).all())
    assert in_sql == {
        case.id: at_risk_fen(
            table,
            premium_fen=case.premium_fen,
            state=case.state,
            last_intention=case.last_intention,
            days_left=(case.due_on - ON).days,
        )
        for case in made
    }


@pytest.mark.parametrize("seed", range(6))
def test_with_a_model_it_is_the_same_too_whatever_the_table(session: Session, seed: int) -> None:
    chance = random.Random(seed)

    def percent() -> int:
        return chance.choice((0, 1, 18, 30, 67, 100, chance.randint(0, 100)))

    table = LossTable.of(
        {key: percent() for key in DEFAULTS["renewal.loss_share"].value},
        [[limit, percent()] for limit in sorted(chance.sample(range(-1, 120), 5))],
    )
    client = make_client(session)
    made = [
        make_renewal(
            session,
            policy=make_due_policy(
                session, days, premium_fen=chance.randint(1, 10**9), client=client
            ),
            state=chance.choice(sorted(OPEN_STATES)),
            last_intention=chance.choice((None, None, None, *Intention)),
            probability=chance.choice((None, 0, 100, chance.randint(0, 100))),
        )
        for days in chance.sample(range(-60, 120), 60)
    ]
    in_sql = dict(session.execute(select(Renewal.id, at_risk_in_sql(table, on=ON))).all())
    assert in_sql == {
        case.id: at_risk_fen(
            table,
            premium_fen=case.premium_fen,
            state=case.state,
            last_intention=case.last_intention,
            days_left=(case.due_on - ON).days,
            probability=case.probability,
        )
        for case in made
    }


def test_the_model_speaks_for_who_has_said_nothing_and_less_the_further_the_case_is() -> None:
    table = loss_table()

    def share(state: RenewalState, said: Intention | None = None, overdue: bool = False) -> int:
        return table.share(state, said, is_overdue=overdue, probability=40)

    assert share(RenewalState.EXTRACTED) == share(RenewalState.ALLOCATED) == 60
    assert share(RenewalState.CONTACTED) == 50
    assert share(RenewalState.QUOTED) == 36
    assert share(RenewalState.AGREED) == 6
    assert share(RenewalState.CONTACTED, Intention.REFUSES) == 70
    assert share(RenewalState.QUOTED, overdue=True) == 60


def test_money_at_risk_follows_the_days_without_a_new_version(session: Session) -> None:
    make_due_policy(session, 40)
    extracted(session)
    (case,) = cases(session)
    before = case.at_risk_fen
    extracted(session, ON + timedelta(days=20))
    session.refresh(case)
    assert (case.at_risk_fen > before, case.version) == (True, 1)


def test_a_lead_extracts_for_the_own_team_only(session: Session) -> None:
    team = make_team(session)
    mine = make_due_policy(
        session, 10, client=make_client(session, owner=make_staff(session, team=team))
    )
    make_due_policy(session, 10)
    lead = make_actor(session, Role.TEAM_LEAD, team=team)
    assert extracted(session, actor=lead).created == 1
    assert [case.policy_id for case in cases(session)] == [mine.id]
    with pytest.raises(NotPermitted):
        extracted(session, actor=make_actor(session))
