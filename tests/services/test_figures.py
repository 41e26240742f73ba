"""Figures: what the screens read, what the definitions count, and what the files give, are one."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from db.models import DownloadTicket, Renewal
from db.session import Database
from services import clients, documents, measures, overview, renewals
from services.actor import Actor
from services.errors import NotPermitted
from services.measures import Figure, Worked
from services.measures import definitions as definitions_module
from services.permissions import Permission
from services.renewals import measures as of_renewals
from services.settings import Process, Settings, use_process
from terms.intake import ExportState
from terms.people import Role
from terms.policies import Line
from terms.renewals import QueueView
from tests import databases
from tests.make import AT, ON, make_actor
from tests.make.figures import FigureWorld, make_figure_world
from tests.recomputing import disagreements, rows_in, taken_out
from words.documents import finished

FIRST, LAST = ON - timedelta(days=90), ON + timedelta(days=30)
PERIOD = {"from": FIRST, "to": LAST}


@pytest.fixture
def running(database: Database, settings: Settings) -> Iterator[Database]:
    use_process(Process(settings, database))
    yield database
    use_process(None)


@pytest.fixture(scope="session")
def worlds() -> dict[str, tuple[FigureWorld, databases.Rows]]:
    """The world on each database, as the first test that asked for it made it."""
    return {}


@pytest.fixture
def world(running: Database, worlds: dict[str, tuple[FigureWorld, databases.Rows]]) -> FigureWorld:
    name = running.engine.dialect.name
    if name in worlds:
        made, rows = worlds[name]
        databases.put_back(running, rows)
        return made
    with running.unaudited("test data") as session:
        made = make_figure_world(session)
    worlds[name] = made, databases.business_rows(running)
    return made


Shown = Callable[[Session, FigureWorld], tuple[Actor, list[Figure]]]


def of_queue(session: Session, world: FigureWorld) -> tuple[Actor, list[Figure]]:
    me = world.specialist
    counts = renewals.queue_counts(session, actor=me, on=ON, at=AT)
    views = [
        measures.figure(
            "renewals.my_cases", getattr(counts, view.value), about={"view": view.value}
        )
        for view in QueueView
    ]
    return me, [
        *views,
        measures.figure("renewals.my_done_today", counts.done_today, of=counts.planned_today),
        measures.figure("renewals.my_to_save", counts.recoverable_fen),
        measures.figure("renewals.waiting", renewals.open_count(session, actor=me, on=ON)),
    ]


def of_people(session: Session, world: FigureWorld) -> tuple[Actor, list[Figure]]:
    found: list[Figure] = []
    for load in renewals.team_load(session, actor=world.manager, on=ON):
        about: dict[str, object] = {"person": load.staff_id}
        if load.staff_id is None:
            about = {"person": "nobody", "team": load.team_id}
        found += [
            measures.figure("renewals.team_cases", load.open_cases, about=about),
            measures.figure("renewals.team_due_week", load.due_week, about=about),
            measures.figure("renewals.team_premium", load.premium_fen, about=about),
            measures.figure("renewals.team_to_save", load.at_risk_fen, about=about),
        ]
        if load.staff_id is not None:
            share = measures.figure(
                "renewals.load", load.in_window, of=load.window_capacity, about=about
            )
            assert share.percent == load.load_percent
            done = measures.figure("renewals.done_today", load.done_today, about=about)
            found += [share, done]
    return world.manager, found


def of_analysis(session: Session, world: FigureWorld) -> tuple[Actor, list[Figure]]:
    me = world.executive
    weeks = renewals.due_by_week(session, actor=me)
    stages = renewals.funnel(session, actor=me, from_on=FIRST, to_on=LAST)
    week_keys = [(each.week_on.isoformat(), each.state.value) for each in weeks]
    found = []
    for code, column in (("due_by_week", "cases"), ("premium_by_week", "premium_fen")):
        numbers = [getattr(each, column) for each in weeks]
        parts = tuple(zip(week_keys, numbers, strict=True))
        found.append(measures.figure(f"renewals.{code}", sum(numbers), parts=parts))
    keys = [(each.stage.value,) for each in stages]
    for code, amount in (("funnel", "cases"), ("funnel_premium", "premium_fen")):
        numbers = [getattr(each, amount) for each in stages]
        parts = tuple(zip(keys, numbers, strict=True))
        found.append(measures.figure(f"renewals.{code}", max(numbers), parts=parts, about=PERIOD))
    return me, found


def of_clients(session: Session, world: FigureWorld) -> tuple[Actor, list[Figure]]:
    asked = (
        clients.ClientFilters(),
        clients.ClientFilters(line=Line.MOTOR, expires_within_days=30),
        clients.ClientFilters(completeness_below=80, owner=world.specialist.username),
        clients.ClientFilters(text="C0"),
        clients.ClientFilters(text="\x00"),
        clients.ClientFilters(team="nowhere"),
    )
    found = []
    for filters in asked:
        page = clients.find(session, actor=world.manager, on=ON, filters=filters)
        found.append(
            measures.figure("clients.found", page.count, about=clients.about_filters(filters))
        )
    return world.manager, found


def of_file(session: Session, world: FigureWorld) -> tuple[Actor, list[Figure]]:
    me, about = world.specialist, {"client": world.client}
    file = clients.client_file(session, actor=me, number=world.client, on=ON)
    held = clients.holdings_of(session, actor=me, number=world.client, on=ON)
    assert (held.claims, held.complaints, held.open_complaints) == (3, 2, 1)
    numbers = {
        "premium": file.premium_in_force_fen,
        "policies": file.policies_in_force,
        "claims": held.claims,
        "complaints": held.complaints,
        "open_complaints": held.open_complaints,
    }
    return me, [
        measures.figure(f"clients.{name}", number, about=about) for name, number in numbers.items()
    ]


def of_day(session: Session, world: FigureWorld) -> tuple[Actor, list[Figure]]:
    items = overview.my_day(session, actor=world.lead, on=ON, at=AT, limit=1000)
    counts = overview.my_day_counts(session, actor=world.lead, on=ON, at=AT)
    assert counts.due == sum(item.count for item in items)
    assert counts.late == sum(item.count for item in items if item.is_late)
    return world.lead, [
        measures.figure("overview.due", counts.due),
        measures.figure("overview.late", counts.late),
    ]


SCREENS = (of_queue, of_people, of_analysis, of_clients, of_file, of_day)


@pytest.mark.parametrize("screen", SCREENS, ids=lambda screen: screen.__name__.removeprefix("of_"))
def test_what_a_screen_shows_follows_from_the_rows_it_gives_out(
    running: Database, world: FigureWorld, screen: Shown
) -> None:
    with running.reading() as session:
        actor, shown = screen(session, world)
    assert shown
    odd = [said for one in shown for said in disagreements(running, actor, one)]
    assert odd == []


@pytest.mark.parametrize("screen", SCREENS, ids=lambda screen: screen.__name__.removeprefix("of_"))
def test_an_opened_figure_is_counted_again_to_the_same_number(
    running: Database, world: FigureWorld, screen: Shown
) -> None:
    with running.reading() as session:
        actor, shown = screen(session, world)
        for one in shown:
            opened = measures.rows_of(session, actor=actor, figure=one, on=ON, at=AT, limit=2)
            assert opened.worked.numerator == one.value, one
            if one.of is not None and opened.worked.sample:
                assert opened.worked.denominator == pytest.approx(one.of), one
            assert len(opened.rows) == min(2, opened.worked.sample)


def _without_open(asked: measures.Asked) -> Select[*tuple[Any, ...]]:
    return of_renewals.cases_of(asked, Renewal.assignee_id == asked.actor.own_id)


def _swapped(real: measures.Measure) -> tuple[measures.Column, ...]:
    names = {"at_risk_fen": "premium_fen", "premium_fen": "at_risk_fen"}
    return tuple(
        replace(column, name=names.get(column.name, column.name)) for column in real.columns
    )


PLANTED = {
    "closed cases counted too": (
        "renewals.my_cases",
        lambda real: replace(real, rows=_without_open),
    ),
    "premium instead of money at risk": (
        "renewals.my_to_save",
        lambda real: replace(real, columns=_swapped(real)),
    ),
    "rows of another day": (
        "renewals.done_today",
        lambda real: replace(real, rows=lambda asked: real.rows(replace(asked, on=FIRST))),
    ),
    "a case forgotten": (
        "renewals.due_by_week",
        lambda real: replace(real, rows=lambda asked: real.rows(asked).offset(1).limit(10_000)),
    ),
}


@pytest.mark.parametrize("planted", PLANTED, ids=str)
def test_a_wrong_definition_is_caught(
    running: Database, world: FigureWorld, monkeypatch: pytest.MonkeyPatch, planted: str
) -> None:
    code, spoil = PLANTED[planted]
    with running.reading() as session:
        shown = [screen(session, world) for screen in SCREENS]
    ours = [(actor, one) for actor, ones in shown for one in ones if one.code == code]
    assert [said for actor, one in ours for said in disagreements(running, actor, one)] == []
    monkeypatch.setitem(definitions_module._measures, code, spoil(measures.measure(code)))
    odd = [said for actor, one in ours for said in disagreements(running, actor, one)]
    assert odd
    assert odd[0].startswith(code)


def test_rows_of_somebody_elses_client_count_and_name_nobody(
    running: Database, world: FigureWorld
) -> None:
    figure = measures.figure("renewals.due_by_week", 0)
    with running.reading() as session:
        seen = measures.rows_of(session, actor=world.executive, figure=figure, on=ON, at=AT)
    assert seen.rows
    assert {row[:3] for row in seen.rows} == {(None, None, None)}


def test_names_are_masked_in_a_file_unless_clients_may_be_exported(
    running: Database, world: FigureWorld
) -> None:
    with running.reading() as session:
        _, shown = of_queue(session, world)
    mine = rows_in(taken_out(running, world.specialist, shown[0]))
    assert set(mine["客户"].str.endswith("**")) == {True}
    led = measures.figure("renewals.team_cases", 0)
    theirs = rows_in(taken_out(running, world.lead, led))
    assert set(theirs["客户"].str.endswith("**")) == {False}


def test_what_was_searched_for_stands_in_no_ticket(running: Database, world: FigureWorld) -> None:
    about = clients.about_filters(clients.ClientFilters(text="13812346721"))
    figure = measures.figure("clients.found", 0, about=about)
    with running.transaction() as session:
        measures.export_ticket(session, actor=world.lead, figure=figure, at=AT)
    with running.reading() as session:
        kept = session.scalars(select(DownloadTicket.argument)).one()
    assert "13812346721" not in str(kept)
    assert measures.about_of(kept) == ("clients.found", about)


def test_a_figure_opens_to_whoever_may_see_its_screen(
    running: Database, world: FigureWorld
) -> None:
    with running.unaudited("test data") as session:
        hr = make_actor(session, Role.HR)
    figure = measures.figure("renewals.due_by_week", 0)
    with running.reading() as session, pytest.raises(NotPermitted):
        measures.rows_of(session, actor=hr, figure=figure, on=ON, at=AT)
    with running.transaction() as session, pytest.raises(NotPermitted):
        measures.export_ticket(session, actor=hr, figure=figure, at=AT)


def test_whoever_may_not_export_gets_no_ticket(running: Database, world: FigureWorld) -> None:
    bare = replace(
        world.specialist, permissions=world.specialist.permissions - {Permission.FIGURE_EXPORT}
    )
    figure = measures.figure("renewals.my_cases", 0)
    with running.transaction() as session, pytest.raises(NotPermitted):
        measures.export_ticket(session, actor=bare, figure=figure, at=AT)


def test_a_share_of_nothing_has_no_per_cent() -> None:
    assert measures.figure("renewals.load", 3, of=0).percent is None
    assert measures.share("x").compute(measures.Sums(0, {"x": 0})) == Worked(0, 0, 0)


def test_the_small_sample_rule_is_a_rule(running: Database) -> None:
    with running.reading() as session:
        assert measures.fewest(session, on=ON) == 30


def test_where_a_count_stops_the_recount_stops_and_the_file_goes_on(
    running: Database, world: FigureWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    short = replace(measures.measure("clients.found"), counts_to=3)
    monkeypatch.setitem(definitions_module._measures, "clients.found", short)
    figure = measures.figure("clients.found", 3, is_capped=True)
    with running.reading() as session:
        opened = measures.rows_of(session, actor=world.lead, figure=figure, on=ON, at=AT)
    assert opened.worked.numerator == 4
    assert disagreements(running, world.lead, figure) == []
    assert len(rows_in(taken_out(running, world.lead, figure))) > 4


def test_very_many_rows_are_made_by_the_worker_and_say_the_same(
    running: Database, world: FigureWorld, tmp_path: Path
) -> None:
    with running.reading() as session:
        _, shown = of_queue(session, world)
    mine = shown[0]
    with running.transaction() as session:
        order_id = measures.order_export(
            session, actor=world.specialist, figure=mine, rows=mine.value, at=AT
        )
    state = documents.make_export(
        running,
        order_id=order_id,
        folder=tmp_path,
        at=AT,
        on=ON,
        finish=lambda file, actor: finished(file, actor=actor, at=AT),
    )
    assert state is ExportState.READY
    with running.reading() as session:
        file = documents.order_file(
            session, actor=world.specialist, order_id=order_id, folder=tmp_path, at=AT
        )
        content = b"".join(file.chunks)
    assert len(rows_in(content)) == mine.value
