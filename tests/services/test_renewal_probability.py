"""The renewal probability over a database: what is read, when it is trained, what is scored."""

from datetime import timedelta

import numpy as np
import pytest
from sqlalchemy import not_, select

from db.arrow import reader
from db.models import (
    AuditEntry,
    Claim,
    Client,
    ClientStanding,
    Instalment,
    Policy,
    Renewal,
    RenewalModel,
    RenewalModelReading,
)
from db.session import Database
from services import renewal_probability
from services.demo_company import create
from services.errors import NotPermitted
from services.renewal_probability.columns import day_number
from services.renewal_probability.features import BACKGROUND, COLUMNS, Book, read_cases
from services.renewal_probability.model import says
from services.renewal_probability.rules import strongest
from services.renewal_probability.training import DECIDED, read_lessons
from services.renewals.rules import LossTable, at_risk_fen
from services.rule_tables import DEFAULTS
from terms.people import Role
from terms.policies import ClaimStatus, InstalmentStatus, Line
from terms.probability import CalibrationKind, Factor, ModelKind, Verdict
from terms.renewals import ContactOutcome, Intention, RenewalState
from terms.tiering import Tier
from tests.make import (
    AT,
    ON,
    make_actor,
    make_claim,
    make_client,
    make_company,
    make_complaint,
    make_contact,
    make_instalment,
    make_policy,
    make_renewal,
    make_staff,
)
from tests.make.probability import make_decided_cases
from tests.make.tiers import make_standing, make_tier_change, make_tier_run

DAY = timedelta(days=1)
PLACE = {column.name: place for place, column in enumerate(COLUMNS)}


def read_of(database: Database, renewal_id: int) -> dict[str, float | None]:
    """What is known of the case before today."""
    with reader(database) as source:
        cases = read_cases(source, Renewal.id == renewal_id)
        cutoff = np.array([day_number(ON)])
        values = Book(source, cases, first=day_number(ON)).read(cutoff).values[0]
    return {
        name: None if np.isnan(values[place]) else round(float(values[place]), 3)
        for name, place in PLACE.items()
    }


def with_a_case(database: Database) -> tuple[int, int, int]:
    """A case whose client paid late, claimed and complained before today."""
    with database.unaudited("test data") as session:
        make_company(session)
        staff = make_staff(session)
        client = make_client(session, owner=staff, client_since_on=ON - 400 * DAY)
        client.created_at = AT - 400 * DAY
        policy = make_policy(session, client=client, expiry_on=ON + 20 * DAY)
        life = make_policy(
            session, client=client, line=Line.LIFE, inception_on=ON - 900 * DAY, expiry_on=None
        )
        case = make_renewal(
            session,
            policy=policy,
            assignee=staff,
            proposed_premium_fen=round(policy.premium_fen * 1.2),
            quoted_on=ON - 3 * DAY,
        )
        for days, late in ((300, 0), (200, 9), (100, 12)):
            due = ON - days * DAY
            make_instalment(
                session,
                policy=life,
                due_on=due,
                paid_on=due + late * DAY,
                status=InstalmentStatus.PAID,
            )
        make_claim(
            session,
            policy=policy,
            reported_on=ON - 90 * DAY,
            settled_on=ON - 60 * DAY,
            status=ClaimStatus.SETTLED,
        )
        make_complaint(session, client=client, received_at=AT - 30 * DAY)
        for ago, outcome in ((9, ContactOutcome.NO_ANSWER), (5, ContactOutcome.REACHED)):
            make_contact(
                session,
                client=client,
                staff=staff,
                renewal_id=case.id,
                happened_at=AT - ago * DAY,
                outcome=outcome,
            )
        run = make_tier_run(session, on=ON - 300 * DAY)
        make_standing(session, client=client, run=run, value_tier=Tier.HIGH)
        return case.id, client.id, staff.id


def test_a_reading_counts_what_happened_before_its_day(database: Database) -> None:
    case_id, _client, _staff = with_a_case(database)
    known = read_of(database, case_id)
    assert known["late"] == pytest.approx(66.667)
    assert known["price"] == pytest.approx(20.0)
    assert (known["claims"], known["claims_paid"], known["claims_refused"]) == (1, 1, 0)
    assert (known["complaints"], known["talks"], known["unreached"]) == (1, 1, 1)
    assert (known["lines"], known["days_left"]) == (2, 20)
    assert known["tenure"] == pytest.approx(400 / 365.25, abs=0.001)
    assert known["value_tier"] is not None


def test_nothing_that_comes_on_or_after_the_day_changes_a_reading(database: Database) -> None:
    case_id, client_id, staff_id = with_a_case(database)
    before = read_of(database, case_id)
    with database.unaudited("test data") as session:
        client = session.get_one(Client, client_id)
        staff = make_staff(session)
        case = session.get_one(Renewal, case_id)
        life = session.scalars(select(Instalment)).first()
        held = session.get_one(Policy, case.policy_id)
        for after in (0, 1, 40):
            at, on = AT + after * DAY, ON + after * DAY
            make_contact(
                session,
                client=client,
                staff=staff,
                renewal_id=case.id,
                happened_at=at,
                intention=Intention.REFUSES,
            )
            make_claim(session, policy=held, reported_on=on, status=ClaimStatus.REPORTED)
            make_complaint(session, client=client, received_at=at)
            make_policy(session, client=client, inception_on=on, line=Line.HOME)
            assert life is not None
            session.add(
                Instalment(
                    client_id=client.id,
                    policy_id=life.policy_id,
                    due_on=on,
                    premium_fen=100,
                    status=InstalmentStatus.UNPAID,
                    created_at=AT,
                    updated_at=AT,
                )
            )
            other = make_policy(session, client=client)
            make_renewal(session, policy=other, state=RenewalState.LOST, closed_on=on)
        make_claim(
            session,
            policy=held,
            reported_on=ON - 2000 * DAY,
            settled_on=ON,
            status=ClaimStatus.REJECTED,
        )
        later = make_tier_run(session, on=ON + DAY)
        make_tier_change(session, client=client, run=later, before="high", after="low")
        session.get_one(ClientStanding, client_id).value_tier = Tier.LOW
        case.state, case.is_open, case.closed_on = RenewalState.LOST, False, ON
        case.next_at = case.last_contact_at = AT
        case.last_intention, case.refusal_reason = Intention.REFUSES, "price"
        case.attempts, case.assignee_id, case.version = 3, staff_id, 9
    assert read_of(database, case_id) == before


def test_a_claim_that_ended_later_had_not_ended_then(database: Database) -> None:
    case_id, _client, _staff = with_a_case(database)
    with database.unaudited("test data") as session:
        session.scalars(select(Claim)).one().settled_on = ON
    known = read_of(database, case_id)
    assert (known["claims"], known["claims_paid"]) == (1, 0)


def test_with_too_few_outcomes_it_refuses_and_nothing_is_shown(database: Database) -> None:
    with_a_case(database)
    made = renewal_probability.train(database, on=ON, at=AT)
    assert (made.verdict, made.in_force_id, made.needed) == (Verdict.TOO_FEW, None, 1000)
    with database.unaudited("test data") as session:
        manager = make_actor(session, Role.MANAGER)
        specialist = make_actor(session, Role.SPECIALIST)
    with database.reading() as session:
        found = renewal_probability.standing(session, actor=manager)
        assert (found.in_force, found.hidden_because) == (None, Verdict.TOO_FEW)
        assert session.scalars(select(AuditEntry.event)).all().count("renewal:train") == 1
        with pytest.raises(NotPermitted):
            renewal_probability.standing(session, actor=specialist)


def with_a_model(database: Database, *, late: float = -2.0) -> int:
    """A version in force that goes by late payments alone."""
    model = {
        "columns": [column.name for column in COLUMNS],
        "base": 1.0,
        "steps": [[50.0] if name == "late" else [] for name in PLACE],
        "points": [[0.0, 0.5, late] if name == "late" else [0.0, 0.0] for name in PLACE],
        "curve": {"slope": 1.0, "shift": 0.0},
    }
    with database.unaudited("test data") as session:
        row = RenewalModel(
            trained_at=AT,
            verdict=Verdict.IN_FORCE,
            cases=1000,
            renewed=800,
            needed=1000,
            kind=ModelKind.POINTS,
            calibration=CalibrationKind.SIGMOID,
            reliability=[],
            factors=[],
            measured=model,
            in_use=model,
        )
        session.add(row)
        session.flush()
        row.in_force_id = row.id
        return row.id


def test_scores_stand_on_the_case_with_their_reasons_and_order_the_money(
    database: Database,
) -> None:
    case_id, _client, _staff = with_a_case(database)
    model_id = with_a_model(database)
    done = renewal_probability.score(database, on=ON, at=AT)
    assert (done.model_id, done.cases, done.changed) == (model_id, 1, 1)
    with database.reading() as session:
        case = session.get_one(Renewal, case_id)
        assert (case.probability, case.version) == (27, 1)
        assert [reason[:2] for reason in case.probability_reasons or ()] == [["late", -1]]
        table = LossTable.of(
            DEFAULTS["renewal.loss_share"].value, DEFAULTS["renewal.urgency"].value
        )
        assert case.at_risk_fen == at_risk_fen(
            table,
            premium_fen=case.premium_fen,
            state=case.state,
            last_intention=None,
            days_left=20,
            probability=27,
        )
    again = renewal_probability.score(database, on=ON, at=AT)
    assert (again.cases, again.changed, again.refigured) == (1, 0, 0)


def test_who_has_answered_needs_no_probability(database: Database) -> None:
    case_id, _client, staff_id = with_a_case(database)
    with_a_model(database)
    renewal_probability.score(database, on=ON, at=AT)
    with database.unaudited("test data") as session:
        case = session.get_one(Renewal, case_id)
        make_contact(
            session,
            client=session.get_one(Client, case.client_id),
            staff=make_staff(session),
            renewal_id=case_id,
            happened_at=AT,
            intention=Intention.RENEWS,
        )
    assert renewal_probability.score(database, on=ON, at=AT).cases == 0
    with database.reading() as session:
        assert session.get_one(Renewal, case_id).probability is None
    assert staff_id


def test_once_a_model_is_hidden_no_case_keeps_a_probability(database: Database) -> None:
    case_id, _client, _staff = with_a_case(database)
    with_a_model(database)
    renewal_probability.score(database, on=ON, at=AT)
    renewal_probability.train(database, on=ON, at=AT)
    done = renewal_probability.score(database, on=ON, at=AT)
    assert (done.model_id, done.changed) == (None, 1)
    with database.reading() as session:
        assert session.get_one(Renewal, case_id).probability is None


def test_on_the_demo_company_it_finds_the_price_rise_and_the_late_payers(
    database: Database, backend: str
) -> None:
    if backend != "sqlite":
        return
    create(database, clients=2000, seed=1, on=ON, at=AT, password="evergreen-demo")
    made = renewal_probability.train(database, on=ON, at=AT)
    assert made.verdict is Verdict.IN_FORCE
    assert made.brier < made.brier_average
    heaviest = [factor for factor, _weight in made.factors[:8]]
    assert Factor.LATE in heaviest
    with reader(database) as source:
        cases = read_cases(source, not_(Renewal.is_open), Renewal.state.in_(DECIDED))
        lessons = read_lessons(source, cases)
    with database.reading() as session:
        model = session.scalars(select(RenewalModel)).one().in_use
    told = strongest(
        says(model, lessons.readings).parts, lessons.readings.values, tuple(PLACE), but=BACKGROUND
    )
    values, kind = lessons.readings.values, PLACE["kind"]
    is_term = values[:, kind] == 0
    for factor, least in ((Factor.PRICE, 15.0), (Factor.LATE, 51.0)):
        here = np.flatnonzero((values[:, PLACE[factor]] >= least) & is_term)
        against = [any(name == factor and sign < 0 for name, sign, _ in told[row]) for row in here]
        assert len(against) > 10
        assert sum(against) > len(against) / 2, factor
    scored = renewal_probability.score(database, on=ON, at=AT)
    assert scored.changed == scored.cases > 300


def test_a_version_keeps_what_it_said_of_the_cases_it_was_measured_on(database: Database) -> None:
    with database.unaudited("test data") as session:
        make_company(session)
        make_decided_cases(session, owner=make_staff(session))
    made = renewal_probability.train(database, on=ON, at=AT)
    assert made.verdict is Verdict.IN_FORCE
    assert made.brier is not None
    with database.reading() as session:
        rows = session.scalars(select(RenewalModelReading)).all()
        clients = {case.id: case.client_id for case in session.scalars(select(Renewal))}
    assert {row.model_id for row in rows} == {made.id}
    assert all(clients[row.renewal_id] == row.client_id for row in rows)
    assert {row.days_left for row in rows} == {60, 30, 15, 5}
    assert len({row.renewal_id for row in rows}) == made.newest_cases
    assert sum(each.readings for each in made.bins) == len(rows)
    missed = sum((row.probability / 10_000 - row.is_renewed) ** 2 for row in rows)
    assert missed / len(rows) == pytest.approx(made.brier, abs=1e-12)
