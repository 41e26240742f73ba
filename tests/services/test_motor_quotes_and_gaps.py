"""Motor quotes wait for their day; days without cover are named."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from db.models import Client, Renewal, Rule, Staff
from services import drafts, renewals
from services.actor import Actor
from services.errors import NotFound
from services.renewals.motor_quotes import QuoteDays
from terms.clients import LifecycleStage
from terms.people import Locale
from terms.policies import Line, PolicyStatus
from terms.renewals import RefusalReason, RenewalKind, RenewalState
from tests.make import (
    AT,
    ON,
    actor_of,
    make_actor,
    make_branch,
    make_client,
    make_instalment,
    make_policy,
    make_renewal,
    make_staff,
)
from words import errors, in_locale
from words.instalments import case_warnings, gap_said, with_quote_day

DAY = timedelta(days=1)
PLACES = [{"province": "广东省", "insurer": "平安产险", "days": 20}]


def motor(session: Session, days_left: int, **but: Any) -> tuple[Actor, Renewal]:
    """A specialist's own motor case whose cover ends in ``days_left`` days."""
    staff = make_staff(session)
    client = make_client(session, owner=staff, stage=LifecycleStage.FORMAL)
    given = {"expiry_on": ON + days_left * DAY, **but}
    policy = make_policy(session, client=client, **given)
    return actor_of(session, staff), make_renewal(session, policy=policy, assignee=staff)


def quoted(session: Session, actor: Actor, case: Renewal) -> renewals.RenewalCard:
    return renewals.quote(
        session,
        actor=actor,
        renewal_id=case.id,
        premium_fen=300_000,
        at=AT,
        seen_version=case.version,
    )


def ruled(session: Session, **value: Any) -> None:
    found = session.query(Rule).filter(Rule.key == "renewal.motor_quote_days").one_or_none()
    given = {"default": 30, "places": [], **value}
    if found is None:
        session.add(
            Rule(
                key="renewal.motor_quote_days",
                value=given,
                effective_from=date(2020, 1, 1),
                source="test",
                created_at=AT,
                updated_at=AT,
            )
        )
    else:
        found.value = given
    session.flush()


@pytest.mark.parametrize(("days_left", "may"), [(31, False), (30, True), (0, True)])
def test_motor_cover_is_quoted_from_thirty_days_before(
    session: Session, days_left: int, may: bool
) -> None:
    actor, case = motor(session, days_left)
    if may:
        assert quoted(session, actor, case).state is RenewalState.QUOTED
        return
    with pytest.raises(renewals.QuoteTooEarly) as refused:
        quoted(session, actor, case)
    assert refused.value.data["from_on"] == ON + DAY
    assert case.proposed_premium_fen is None


def test_other_lines_are_quoted_at_any_time(session: Session) -> None:
    actor, case = motor(session, 80, line=Line.HOME)
    assert quoted(session, actor, case).state is RenewalState.QUOTED


def test_province_and_insurer_have_their_own_days(session: Session) -> None:
    ruled(session, places=PLACES)
    branch = make_branch(session, province="广东")
    for insurer, branch_id, may in (
        ("平安产险", branch.id, False),
        ("人保财险", branch.id, True),
        ("平安产险", None, True),
    ):
        actor, case = motor(session, 25, insurer=insurer)
        case.branch_id = branch_id or case.branch_id
        session.flush()
        if may:
            quoted(session, actor, case)
        else:
            with pytest.raises(renewals.QuoteTooEarly):
                quoted(session, actor, case)


def test_a_province_is_known_with_and_without_its_last_word() -> None:
    days = QuoteDays.of({"default": 30, "places": PLACES})
    assert days.days("广东", "平安产险") == days.days("广东省", "平安产险") == 20
    assert days.days(None, "平安产险") == days.days("上海", "平安产险") == 30


def test_the_row_and_the_brief_say_from_when_a_quote_may_be_promised(session: Session) -> None:
    ruled(session, places=PLACES)
    actor, case = motor(session, 40)
    case.branch_id = make_branch(session, province="广东省").id
    session.flush()
    (row,) = renewals.queue(session, actor=actor, on=ON, at=AT)
    assert row.quote_from == ON + 20 * DAY
    brief = renewals.brief(session, actor=actor, renewal_id=case.id, on=ON, at=AT)
    assert brief.quote_from == ON + 20 * DAY
    later = renewals.brief(session, actor=actor, renewal_id=case.id, on=ON + 20 * DAY, at=AT)
    assert later.quote_from is None
    with in_locale(Locale.ZH):
        assert with_quote_day("首次联系", row.quote_from, on=ON) == "首次联系 · 12-10起可报"
        assert with_quote_day("报价", row.quote_from, on=ON + 20 * DAY) == "报价"
        said = case_warnings(clock=None, gap=None, quote_from=brief.quote_from, on=ON)
        assert said == ["○ 2026-12-10 起方可承诺报价"]


def test_an_early_quote_is_answered_in_a_sentence_and_the_draft_stays(session: Session) -> None:
    actor, case = motor(session, 60)
    given = {"form": renewals.CONTACT_DRAFT, "subject": str(case.id)}
    drafts.keep(session, actor=actor, body={"premium": "3000"}, at=AT, **given)
    with pytest.raises(renewals.QuoteTooEarly) as refused:
        quoted(session, actor, case)
    assert drafts.kept(session, actor=actor, **given) == {"premium": "3000"}
    with in_locale(Locale.ZH):
        said = errors.sentence(refused.value)
    assert (
        said == "平安产险在本地的车险最早到期前 30 天报价，2026-12-20 起方可承诺。已填内容已保留。"
    )


# --- gaps --------------------------------------------------------------------------------------


def term(session: Session, client: Client, ended: int, **but: Any) -> Any:
    """A home policy that ended ``ended`` days ago."""
    given = {
        "client": client,
        "line": Line.HOME,
        "inception_on": ON - (ended + 364) * DAY,
        "expiry_on": ON - ended * DAY,
        "status": PolicyStatus.EXPIRED,
    }
    return make_policy(session, **{**given, **but})


def gaps(session: Session, client: Client, on: date = ON) -> list[tuple[int, bool]]:
    owner = actor_of(session, session.get_one(Staff, client.owner_id))
    found = renewals.gaps_of(session, actor=owner, number=client.number, on=on)
    return [(gap.days, gap.is_open) for gap in found]


def test_a_term_without_a_successor_leaves_a_gap_that_grows(session: Session) -> None:
    client = make_client(session)
    term(session, client, 5)
    assert gaps(session, client) == [(5, True)]
    assert gaps(session, client, ON + 2 * DAY) == [(7, True)]


@pytest.mark.parametrize(
    ("begins", "gap"),
    [
        (-9, []),
        (-10, []),
        (-8, [(1, False)]),
        (0, [(9, False)]),
        (5, [(14, True)]),
    ],
)
def test_a_successor_that_begins_later_leaves_the_days_between(
    session: Session, begins: int, gap: list[tuple[int, bool]]
) -> None:
    client = make_client(session)
    before = term(session, client, 10)
    term(
        session,
        client,
        0,
        previous_id=before.id,
        inception_on=ON + begins * DAY,
        expiry_on=ON + 360 * DAY,
        status=PolicyStatus.IN_FORCE,
    )
    assert gaps(session, client) == gap


def test_a_gap_that_lies_ahead_is_told(session: Session) -> None:
    client = make_client(session)
    before = term(session, client, -20, status=PolicyStatus.IN_FORCE)
    term(
        session,
        client,
        0,
        previous_id=before.id,
        inception_on=ON + 24 * DAY,
        expiry_on=ON + 380 * DAY,
        status=PolicyStatus.IN_FORCE,
    )
    assert gaps(session, client) == [(3, False)]


def test_what_was_bought_elsewhere_surrendered_or_long_ago_is_no_gap(session: Session) -> None:
    client = make_client(session)
    elsewhere = term(session, client, 50)
    make_renewal(
        session,
        policy=elsewhere,
        state=RenewalState.LOST,
        closed_on=ON - 40 * DAY,
        refusal_reason=RefusalReason.BOUGHT_ELSEWHERE.value,
    )
    term(session, client, 9, status=PolicyStatus.SURRENDERED)
    term(session, client, 366)
    term(session, client, 9, line=Line.LIFE)
    assert gaps(session, client) == []


def test_a_stranger_sees_no_gap(session: Session) -> None:
    client = make_client(session)
    term(session, client, 5)
    with pytest.raises(NotFound):
        renewals.gaps_of(session, actor=make_actor(session), number=client.number, on=ON)


def test_the_brief_names_the_gap_and_the_clock(session: Session) -> None:
    actor, case = motor(session, -4)
    brief = renewals.brief(session, actor=actor, renewal_id=case.id, on=ON, at=AT)
    assert brief.gap is not None
    with in_locale(Locale.ZH):
        assert gap_said(brief.gap) == "▲ 脱保 4 天，2026-11-16 到期后未续"
    policy = make_policy(session, line=Line.LIFE, client=session.get_one(Client, case.client_id))
    unpaid = make_instalment(session, policy=policy, due_on=ON - 52 * DAY)
    life = make_renewal(
        session,
        policy=policy,
        kind=RenewalKind.INSTALMENT,
        instalment_id=unpaid.id,
        due_on=unpaid.due_on,
        assignee_id=actor.staff_id,
    )
    of_life = renewals.brief(session, actor=actor, renewal_id=life.id, on=ON, at=AT)
    assert of_life.clock is not None
    with in_locale(Locale.ZH):
        said = case_warnings(clock=of_life.clock, gap=None, quote_from=None, on=ON)
    assert said == ["◆ 宽限期剩 8 天，至 2026-11-28，自应缴日起算"]
