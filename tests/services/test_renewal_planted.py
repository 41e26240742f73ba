"""What is planted in the demo company stands at the top of the analysis; exported rows agree."""

from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models import Renewal, Staff
from db.session import Database
from services import measures, renewals
from services.actor import Actor
from services.demo_company import LOSING_PRODUCT, OVERLOADED, create, price_rise_month
from services.renewals.first_contact import Office, working_minutes
from services.rule_tables import rule
from services.working_calendar import SHANGHAI, calendar_of, seed_official_days
from terms.people import Role
from terms.policies import Line
from terms.renewal_analysis import Dimension, PriceBand, RateOf
from tests.make import AT, ON, make_actor
from tests.recomputing import disagreements

CLIENTS = 2_000


@pytest.fixture
def executive(database: Database) -> Actor:
    with database.unaudited("test data") as session:
        seed_official_days(session)
    create(database, clients=CLIENTS, seed=1, on=ON, at=AT, password="evergreen-demo")
    renewals.count_outcomes(database, on=ON, at=AT)
    with database.unaudited("test data") as session:
        return make_actor(session, Role.EXECUTIVE)


def worst(session: Session, actor: Actor, by: Dimension, of: RateOf | None) -> Any:
    first, last = renewals.months_later(ON, -12), renewals.last_day(renewals.months_later(ON, -1))
    return renewals.outcomes_by(
        session, actor=actor, first=first, last=last, by=by, of=of, fewest=30
    )


def test_planted_patterns_top_their_charts(database: Database, executive: Actor) -> None:
    months = {
        "first": renewals.months_later(ON, -12),
        "last": renewals.last_day(renewals.months_later(ON, -1)),
    }
    with database.reading() as session:
        for of in (RateOf.CLIENTS, RateOf.POLICIES, RateOf.IN_TIME):
            assert worst(session, executive, Dimension.PRODUCT, of)[0].name == LOSING_PRODUCT, of
        assert worst(session, executive, Dimension.PERSON, RateOf.CLIENTS)[0].name == OVERLOADED
        slow, *others = worst(session, executive, Dimension.PERSON, None)
        motor = renewals.outcomes_by_month(
            session, actor=executive, **months, by=Dimension.LINE, code=Line.MOTOR.value
        )
        refused = {
            by: renewals.refusals_by(
                session, actor=executive, **months, by=by, reason=reason, fewest=30
            )[0].name
            for by, reason in (
                (Dimension.PRODUCT, None),
                (Dimension.PERSON, None),
                (Dimension.PRICE, "price"),
            )
        }
        busiest = renewals.open_by(
            session, actor=executive, by=Dimension.PERSON, week=None, state=None
        )
    assert slow.name == busiest[0].name == OVERLOADED
    hours = slow.first_minutes / slow.first_contacts
    assert hours > 1.2 * max(each.first_minutes / each.first_contacts for each in others)
    assert refused[Dimension.PRODUCT] == LOSING_PRODUCT
    assert refused[Dimension.PRICE] == PriceBand.MUCH_HIGHER
    lowest = min(motor, key=lambda each: each.renewed / each.cases)
    assert lowest.code == f"{price_rise_month(ON):%Y-%m}"
    agree(database, executive, months)
    check_waits(database)


def agree(database: Database, executive: Actor, months: dict[str, Any]) -> None:
    """Rates and persistency recomputed from exported rows are those of the screen."""
    with database.reading() as session:
        whole = renewals.outcomes_by_month(session, actor=executive, **months)
        cohorts = renewals.cohorts(session, actor=executive, months=13, on=ON)
        final = renewals.final_cohorts(13, ON)
    about = {"from": months["first"].isoformat(), "to": months["last"].isoformat()}
    shown = []
    for code, of in (
        ("renewals.rate_clients", RateOf.CLIENTS),
        ("renewals.rate_policies", RateOf.POLICIES),
        ("renewals.rate_premium", RateOf.PREMIUM),
        ("renewals.rate_in_time", RateOf.IN_TIME),
    ):
        pairs = [each.part(of) for each in whole]
        part, of_all = (sum(column) for column in zip(*pairs, strict=True))
        assert 0 < part < of_all
        shown.append(measures.figure(code, part, of=of_all, about=about))
    with database.reading() as session:
        refused = renewals.refusals_by(
            session,
            actor=executive,
            **months,
            by=Dimension.PRODUCT,
            reason="price",
            fewest=30,
            limit=1_000,
        )
        weeks = renewals.open_by(session, actor=executive, by=Dimension.LINE, week=None, state=None)
    shown.append(
        measures.figure(
            "renewals.refusal_rate",
            refused[0].all_refused,
            of=refused[0].all_cases,
            parts=tuple(((each.name,), each.refused) for each in refused),
            about={**about, "by": "product", "reason": "price"},
        )
    )
    shown.append(
        measures.figure(
            "renewals.open_by_group",
            weeks[0].all_cases,
            parts=tuple(((f"line:{each.name}",), each.cases) for each in weeks),
            about={"by": "line"},
        )
    )
    settled = [each for each in cohorts if each.is_final]
    shown.append(
        measures.figure(
            "renewals.persistency",
            sum(each.received_fen for each in settled),
            of=sum(each.premium_fen for each in settled),
            about={
                "from": final[0].isoformat(),
                "to": renewals.last_day(final[-1]).isoformat(),
                "months": "13",
            },
        )
    )
    assert [said for one in shown for said in disagreements(database, executive, one)] == []


def check_waits(database: Database) -> None:
    """The demo company counts working minutes as the operation does."""
    with database.reading() as session:
        calendar = calendar_of(session)
        office = Office.of(rule(session, "calendar.working_hours", ON))
        assert office.day == 450
        found = session.scalars(
            select(Renewal).where(Renewal.contacts == 1).order_by(Renewal.id).limit(200)
        ).all()
        odd = [
            case.id
            for case in found
            if case.last_contact_at is not None
            and case.first_contact_minutes
            != working_minutes(
                calendar,
                office,
                from_on=case.opened_on,
                at=case.last_contact_at,
                zone=SHANGHAI,
            )
        ]
        assert len(found) > 50
        assert odd == []
        assert session.scalar(select(Staff.id).where(Staff.name == OVERLOADED))
