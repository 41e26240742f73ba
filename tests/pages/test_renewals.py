"""The renewal screens: empty, full, both languages, each role's view, and one act of the form."""

import json
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from streamlit.testing.v1 import AppTest

from db.models import Contact, Draft, Renewal, RenewalModel
from db.session import Database
from services import drafts, renewal_probability, renewals
from services.actor import Actor
from terms.people import Locale, Role
from terms.probability import CalibrationKind, ModelKind, Verdict
from terms.renewal_analysis import AnalysisPart
from terms.renewals import RenewalState
from tests.make import make_actor, make_client, make_policy, make_renewal, make_team
from tests.make.moment import AT, ON
from tests.make.people import actor_of, make_company, make_staff
from tests.pages.conftest import OpenPage, figures_on
from ui import session
from ui.components.contact_form import BLANK, Answer
from ui.screens.renewals import case


def with_queue(database: Database, *roles: Role, cases: int = 3) -> Actor:
    """Somebody with ``cases`` open cases of their own, one of them overdue."""
    with database.unaudited("test data") as opened:
        make_company(opened)
        staff = make_staff(opened, team=make_team(opened), roles=roles or (Role.SPECIALIST,))
        for place in range(cases):
            client = make_client(opened, owner=staff, name=f"沈丽华{place}")
            policy = make_policy(
                opened, client=client, expiry_on=ON + timedelta(days=10 * place - 1)
            )
            make_renewal(opened, policy=policy, assignee=staff)
        return actor_of(opened, staff)


def form_of(page: AppTest) -> dict[str, Any]:
    found = [one for one in page.get("bidi_component") if one.key == "renewals.form"]
    assert len(found) == 1, "one contact form"
    (text,) = json.loads(found[0].proto.json)
    given: dict[str, Any] = json.loads(text)
    return given


def said(page: AppTest) -> str:
    return "\n".join(element.value for element in page.markdown)


def sent(page: AppTest, **but: str) -> dict[str, Any]:
    """What the form's JavaScript sends."""
    given = form_of(page)
    return {
        **BLANK,
        **given["blank"],
        "case": given["case"],
        "version": given["version"],
        "attempt": "1",
        "outcome": "reached",
        "intention": "thinking",
        "note": "要和家人商量",
        **but,
    }


def record(
    sent_by_form: dict[str, Any], *, actor: Actor, renewal_id: int
) -> tuple[Answer, renewals.RenewalCard | None]:
    """What the form's callback does, with ``actor`` at the screen."""
    seen, drawn = session._actor.set(actor), session._drawing.set(True)
    try:
        return case.record(sent_by_form, actor=actor, renewal_id=renewal_id)
    finally:
        session._actor.reset(seen)
        session._drawing.reset(drawn)


def only_case(database: Database) -> Renewal:
    with database.reading() as opened:
        return opened.scalars(select(Renewal).order_by(Renewal.id)).first()  # type: ignore[return-value]


@pytest.mark.parametrize(
    ("locale", "empty"),
    [(Locale.ZH, "队列已清空"), (Locale.EN, "Your queue is empty")],
)
def test_an_empty_queue_says_so_and_shows_the_way_on(
    open_page: OpenPage, running: Database, locale: Locale, empty: str
) -> None:
    page = open_page("renewals", with_queue(running, cases=0), locale=locale)
    assert empty in said(page)
    assert len(page.get("page_link")) == 1
    assert not page.dataframe


@pytest.mark.parametrize(
    ("locale", "why", "next_step"),
    [(Locale.ZH, "昨日到期未续", "保存，下一条"), (Locale.EN, "Ended yesterday", "Save, next")],
)
def test_a_full_queue_gives_each_row_its_reason(
    open_page: OpenPage, running: Database, locale: Locale, why: str, next_step: str
) -> None:
    page = open_page("renewals", with_queue(running), locale=locale)
    rows = page.dataframe[0].value
    assert len(rows) == 3
    assert any(why in text for text in rows["why"])
    given = form_of(page)
    assert given["can"] == {"work": True, "reveal": False}
    assert next_step in given["save_labels"]["contact"]
    assert given["case"] == page.query_params["case"]


def test_the_address_opens_the_case_it_names(open_page: OpenPage, running: Database) -> None:
    actor = with_queue(running)
    with running.reading() as opened:
        row = renewals.queue(opened, actor=actor, on=ON, at=AT)[-1]
        facts = renewals.brief(opened, actor=actor, renewal_id=row.id, on=ON, at=AT)
    reference = renewals.reference(facts.policy_number, facts.due_on)
    page = open_page("renewals", actor, case=reference)
    assert form_of(page)["case"] == reference


def test_a_case_of_somebody_else_is_refused_in_words(
    open_page: OpenPage, running: Database
) -> None:
    strangers = with_queue(running, cases=1)
    with running.reading() as opened:
        row = renewals.queue(opened, actor=strangers, on=ON, at=AT)[0]
        facts = renewals.brief(opened, actor=strangers, renewal_id=row.id, on=ON, at=AT)
    with running.unaudited("test data") as opened:
        actor = make_actor(opened)
    reference = renewals.reference(facts.policy_number, facts.due_on)
    page = open_page("renewals", actor, case=reference)
    assert len(page.warning) == 1
    assert "renewals.form" not in {one.key for one in page.get("bidi_component")}


def test_a_pill_without_cases_leads_back(open_page: OpenPage, running: Database) -> None:
    page = open_page("renewals", with_queue(running), show="grace")
    assert "没有这一类" in said(page)
    page.button(key="renewals.all").click().run()
    assert len(page.dataframe[0].value) == 3


def test_a_kept_draft_is_given_to_the_form(open_page: OpenPage, running: Database) -> None:
    actor = with_queue(running, cases=1)
    subject = str(only_case(running).id)
    with running.transaction() as opened:
        drafts.keep(
            opened,
            actor=actor,
            form=renewals.CONTACT_DRAFT,
            subject=subject,
            body={"note": "没存完的话", "no such field": "x"},
            at=AT,
        )
    assert form_of(open_page("renewals", actor))["draft"] == {"note": "没存完的话"}


def test_a_contact_reaches_the_database_and_drops_its_draft(
    open_page: OpenPage, running: Database
) -> None:
    actor = with_queue(running, cases=1)
    page = open_page("renewals", actor)
    renewal = only_case(running)
    with running.transaction() as opened:
        drafts.keep(
            opened,
            actor=actor,
            form=renewals.CONTACT_DRAFT,
            subject=str(renewal.id),
            body={"note": "要和家人"},
            at=AT,
        )
    given = sent(page, next="2026-11-23T09:30", market="平安低 8%")
    answer, card = record(given, actor=actor, renewal_id=renewal.id)
    assert answer.ok
    assert card is not None
    assert card.state is RenewalState.CONTACTED
    with running.reading() as opened:
        contact = opened.scalars(select(Contact)).one()
        assert (contact.note, contact.market) == ("要和家人商量", "平安低 8%")
        assert contact.staff_id == actor.own_id
        assert contact.next_at is not None
        assert contact.next_at.isoformat() == "2026-11-23T01:30:00+00:00"
        assert opened.scalars(select(Draft)).all() == []


@pytest.mark.parametrize(
    ("locale", "row", "who"),
    [(Locale.ZH, "您已置顶", "置顶"), (Locale.EN, "You pinned", "Pinned by")],
)
def test_a_pinned_case_says_so_in_its_row_and_its_brief(
    open_page: OpenPage, running: Database, locale: Locale, row: str, who: str
) -> None:
    actor = with_queue(running)
    with running.transaction() as opened:
        last = renewals.queue(opened, actor=actor, on=ON, at=AT)[-1]
        renewals.pin(opened, actor=actor, renewal_id=last.id, at=AT)
    page = open_page("renewals", actor, locale=locale)
    assert row in page.dataframe[0].value["why"].iloc[0]
    assert who in form_of(page)["brief"]["pinned"]


def test_the_later_of_two_is_told_who_and_keeps_the_words(
    open_page: OpenPage, running: Database
) -> None:
    actor = with_queue(running, Role.TEAM_LEAD, cases=1)
    page = open_page("renewals", actor, view="mine")
    renewal_id = only_case(running).id
    with running.unaudited("test data") as opened:
        other = make_actor(opened, Role.MANAGER, name="孙丽")
        renewal = opened.get_one(Renewal, renewal_id)
        other_actor = Actor(
            **{
                name: getattr(other, name)
                for name in other.__dataclass_fields__
                if name != "branch_ids"
            },
            branch_ids=(renewal.branch_id or 0,),
        )
    first, _card = record(sent(page, note="先说的话"), actor=other_actor, renewal_id=renewal_id)
    assert first.ok, first.text
    later, card = record(sent(page), actor=actor, renewal_id=renewal_id)
    assert not later.ok
    assert card is None
    assert "孙丽" in later.text
    assert "您写的还在这里" in later.text


def test_a_lost_answer_is_not_saved_twice(open_page: OpenPage, running: Database) -> None:
    actor = with_queue(running, cases=1)
    page = open_page("renewals", actor)
    renewal_id = only_case(running).id
    said_once = sent(page)
    assert record(said_once, actor=actor, renewal_id=renewal_id)[0].ok
    assert record(said_once, actor=actor, renewal_id=renewal_id)[0].ok
    with running.reading() as opened:
        assert len(opened.scalars(select(Contact)).all()) == 1


@pytest.mark.parametrize(
    ("but", "state"),
    [
        ({"act": "renewed", "premium": "3,500.50", "note": ""}, RenewalState.RENEWED),
        ({"act": "renewed", "premium": "3500", "note": "已付款"}, RenewalState.RENEWED),
        ({"act": "lost", "reason": "price", "note": ""}, RenewalState.LOST),
        ({"act": "quoted", "premium": "３５００", "note": ""}, RenewalState.QUOTED),
    ],
)
def test_a_case_is_quoted_renewed_or_lost_from_the_form(
    open_page: OpenPage, running: Database, but: dict[str, str], state: RenewalState
) -> None:
    actor = with_queue(running, cases=1)
    page = open_page("renewals", actor)
    answer, card = record(sent(page, **but), actor=actor, renewal_id=only_case(running).id)
    assert answer.ok, answer.text
    assert card is not None
    assert card.state is state


def test_a_premium_that_is_no_amount_is_answered_in_words(
    open_page: OpenPage, running: Database
) -> None:
    actor = with_queue(running, cases=1)
    page = open_page("renewals", actor)
    answer, card = record(
        sent(page, act="quoted", premium="约三千", note=""),
        actor=actor,
        renewal_id=only_case(running).id,
    )
    assert card is None
    assert "保费" in answer.text


@pytest.mark.parametrize("locale", list(Locale))
def test_a_lead_without_a_queue_lands_on_the_team_and_gives_cases_over(
    open_page: OpenPage, running: Database, locale: Locale
) -> None:
    with running.unaudited("test data") as opened:
        team = make_team(opened)
        lead = actor_of(opened, make_staff(opened, team=team, roles=(Role.TEAM_LEAD,)))
        one, other = (make_staff(opened, team=team, weekly_capacity=50) for _ in range(2))
        client = make_client(opened, owner=one)
        make_renewal(opened, policy=make_policy(opened, client=client), assignee=one)
        names = {one.name, other.name}
        working = one.name
    page = open_page("renewals", lead, locale=locale, person=working)
    load, cases = page.dataframe[0].value, page.dataframe[1].value
    assert names <= set(load["name"])
    assert len(cases) == 1


def test_an_executive_reads_figures_and_no_client(open_page: OpenPage, running: Database) -> None:
    with_queue(running)
    with running.unaudited("test data") as opened:
        executive = make_actor(opened, Role.EXECUTIVE)
    page = open_page("renewals", executive)
    assert len(page.get("vega_lite_chart")) == 1
    assert "您的角色查看汇总数字" in said(page)
    assert not any("name" in table.value.columns for table in page.dataframe)


@pytest.mark.parametrize("locale", list(Locale))
def test_each_question_of_the_analysis_is_drawn(
    open_page: OpenPage, running: Database, locale: Locale
) -> None:
    with_queue(running)
    with running.unaudited("test data") as opened:
        executive = make_actor(opened, Role.EXECUTIVE)
    uncounted = open_page("renewals", executive, locale=locale, view="analysis", part="rates")
    assert uncounted.get("vega_lite_chart") == []
    renewals.count_outcomes(running, on=ON, at=AT)
    for part in AnalysisPart:
        page = open_page("renewals", executive, locale=locale, view="analysis", part=part.value)
        assert page.exception == [], part
        assert [box.key for box in page.get("button_group") if box.key], part


def test_a_week_in_the_address_filters_the_list(open_page: OpenPage, running: Database) -> None:
    actor = with_queue(running)
    nothing = open_page("renewals", actor, view="analysis")
    assert "点任一柱条" in said(nothing)
    assert not any("with" in table.value.columns for table in nothing.dataframe)
    one_week = open_page("renewals", actor, view="analysis", week="2026-11-23")
    assert len(one_week.dataframe[-1].value) == 1
    assert [button.key for button in one_week.button if button.key == "renewals.unfilter"]


@pytest.mark.parametrize(
    ("locale", "nothing"), [(Locale.ZH, "今天没有该您办的事"), (Locale.EN, "Nothing is due")]
)
def test_a_day_with_nothing_due_says_so(
    open_page: OpenPage, running: Database, locale: Locale, nothing: str
) -> None:
    page = open_page("my_day", with_queue(running, cases=0), locale=locale)
    assert nothing in said(page)


def test_my_day_lists_what_is_due_late_things_marked(
    open_page: OpenPage, running: Database
) -> None:
    page = open_page("my_day", with_queue(running))
    rows = page.dataframe[0].value
    assert rows["when"].iloc[0].startswith("▲")
    assert "1** 项已过时" in figures_on(page)["overview.late"]


def with_probability(database: Database, role: Role, *, is_hidden: bool = False) -> Actor:
    """A queue whose cases have a probability, and the version it comes from."""
    actor = with_queue(database, role)
    with database.unaudited("test data") as opened:
        row = RenewalModel(
            trained_at=AT,
            verdict=Verdict.AVERAGE if is_hidden else Verdict.IN_FORCE,
            cases=2400,
            renewed=1900,
            needed=1000,
            newest_cases=480,
            data_from=ON - timedelta(days=700),
            data_to=ON - timedelta(days=31),
            newest_from=ON - timedelta(days=150),
            kind=ModelKind.POINTS,
            calibration=CalibrationKind.SIGMOID,
            brier=0.12,
            brier_average=0.2322,
            auc=0.71,
            calibration_error=0.012,
            reliability=[[0, None, None]] * 6 + [[120, 0.65, 0.63]] * 4,
            factors=[["late", 0.6], ["price", 0.4]],
            measured={},
            in_use={},
        )
        opened.add(row)
        opened.flush()
        if is_hidden:
            return actor
        row.in_force_id = row.id
        for case_of in opened.scalars(select(Renewal)):
            case_of.probability = 62
            case_of.probability_reasons = [["late", -1, 60.0], ["tenure", 1, 6.4]]
    return actor


@pytest.mark.parametrize("locale", Locale)
def test_a_lead_sees_how_far_the_probability_can_be_trusted(
    running: Database, open_page: OpenPage, locale: Locale
) -> None:
    actor = with_probability(running, Role.TEAM_LEAD)
    page = open_page("renewals", actor, locale=locale, view="probability")
    assert not page.exception
    assert ("使用中" if locale is Locale.ZH else "In force") in said(page)
    shown = figures_on(page)
    assert "0.1200" in shown["renewals.model_brier"]
    assert "0.2322" in shown["renewals.model_average"]
    assert "0.7100" in shown["renewals.model_auc"]
    assert "2,400" in shown["renewals.model_cases"]
    assert "63%" in shown["renewals.model_band.bin6"]
    assert len(page.get("vega_lite_chart")) + len(page.get("arrow_vega_lite_chart")) == 2


def test_a_hidden_probability_says_why_and_leaves_the_queue(
    running: Database, open_page: OpenPage
) -> None:
    actor = with_probability(running, Role.TEAM_LEAD, is_hidden=True)
    page = open_page("renewals", actor, view="probability")
    assert "不优于平均值" in said(page)
    queue = open_page("renewals", actor, view="mine")
    assert "chance" not in queue.dataframe[0].value.columns


def test_another_training_shows_its_own_figures(running: Database, open_page: OpenPage) -> None:
    actor = with_probability(running, Role.MANAGER)
    few = renewal_probability.train(running, on=ON, at=AT)
    assert few.verdict is Verdict.TOO_FEW
    page = open_page("renewals", actor, view="probability")
    assert "renewals.model_brier" not in figures_on(page), "nothing is in force any more"
    held = open_page("renewals", actor, view="probability", version=str(few.id - 1))
    assert "0.1200" in figures_on(held)["renewals.model_brier"]


def test_the_queue_shows_the_probability_and_the_case_its_reasons(
    running: Database, open_page: OpenPage
) -> None:
    page = open_page("renewals", with_probability(running, Role.SPECIALIST))
    assert list(page.dataframe[0].value["chance"]) == [62, 62, 62]
    assert "续保概率 62%（不利：近两年60%的保费迟交；有利：客户 6 年）" in str(form_of(page))
