"""Every figure of every screen, as it is drawn, worked out anew from the file it gives out: all on
SQLite, a sample on PostgreSQL, and all on both in ``tests/proof``.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from itertools import count
from pathlib import Path

import pytest

from db.arrow import reader
from db.models import Client, Staff
from db.session import Database
from services import measures, renewal_probability, renewals, tiering
from services.actor import Actor
from services.measures import Figure
from services.settings import process
from services.tiering import keeping
from services.tiering.rulebook import rulebook
from services.tiering.standings import stored
from terms.people import Role
from terms.renewal_analysis import AnalysisPart, Dimension, RateOf
from terms.renewals import QueueView
from terms.service import ItemState
from tests.conftest import BACKENDS
from tests.make import make_actor
from tests.make.figures import FigureWorld, make_figure_world, make_moves
from tests.make.moment import AT, ON
from tests.make.probability import make_decided_cases
from tests.make.service import Desk as Served
from tests.make.service import make_desk, make_item, make_plan
from tests.pages.conftest import OpenPage
from tests.pages.test_approvals import ask
from tests.pages.test_duplicates import a_team
from tests.recomputing import RECOMPUTE, disagreements
from tests.services.intake_ground import Desk, book, line
from ui.components import figure as component

TIER_VIEWS: tuple[dict[str, str], ...] = (
    {},
    {"value": "low", "risk": "low", "axis": "risk", "column": "income"},
    {"column": "extra:终身价值"},
    {"view": "movement"},
    {"view": "movement", "axis": "stars"},
    {"view": "candidates"},
    {"view": "candidates", "side": "above"},
    {"view": "missing"},
)
TABLES = ("renewals.by-week", "renewals.funnel", "renewals.reasons")
"""Charts whose premium stands under their table."""
ANALYSIS: tuple[dict[str, str], ...] = (
    {"part": "rates", "by": "line", "bar": "motor"},
    *({"part": "rates", "of": each.value, "by": "price"} for each in RateOf),
    *({"part": "rates", "by": each.value} for each in Dimension),
    *({"part": "persistency", "by": each.value} for each in renewals.OF_COHORT),
    {"part": "persistency", "year": "25", "by": "line", "bar": "life"},
    *({"part": each, "by": by.value} for each in ("due", "reasons") for by in Dimension),
    {"part": "due", "by": "line", "bar": "motor", "week": "2026-11-23"},
    {"part": "due", "by": "person", "bar": "1", "week": "2026-11-23", "state": "allocated"},
    {"part": "reasons", "by": "price", "reason": "price"},
    {"part": "reasons", "by": "product", "bar": "车险", "reason": "other"},
    {"part": "funnel", "by": "line", "bar": "motor"},
)
BESIDE_THE_MENU = {"renewals.waiting"}
"""A number of the menu: it cannot be opened there; its screen has the rows."""


@pytest.fixture(scope="session", params=BACKENDS)
def backend(request: pytest.FixtureRequest) -> str:
    """Figures are drawn and worked out on both databases."""
    name: str = request.param
    return name


@dataclass(frozen=True)
class Drawn:
    """One figure as somebody saw it."""

    actor: Actor
    figure: Figure


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> list[Figure]:
    """The figures the screens draw, in their order."""
    seen: list[Figure] = []
    real = component._opens

    def watched(shown: Figure, text: str, key: str) -> None:
        seen.append(shown)
        real(shown, text, key)

    monkeypatch.setattr(component, "_opens", watched)
    return seen


@pytest.fixture
def world(running: Database) -> FigureWorld:
    with running.unaudited("test data") as session:
        made = make_figure_world(session)
        owner = session.get_one(Staff, made.specialist.own_id)
        make_decided_cases(session, owner=owner, cases=150)
    renewal_probability.train(running, on=ON, at=AT)
    tiering.recalculate(running, on=ON, at=AT)
    renewals.count_outcomes(running, on=ON, at=AT)
    with running.unaudited("test data") as session:
        make_moves(session)
    return made


@pytest.fixture
def counted(running: Database, world: FigureWorld, served: Served) -> None:
    """The counts of the passes, with the standings other fixtures put beside theirs."""
    with reader(running) as source:
        kept = source.table(stored())
    with running.unaudited("test data") as session:
        keeping.count_all(session, kept, rulebook(session, on=ON).value)
    tiering.concentrate(running, at=AT)


Look = Callable[..., list[Drawn]]


@pytest.fixture
def look_at_each(backend: str) -> int:
    """Of so many addresses one is drawn: all on SQLite, every fifth on PostgreSQL."""
    return {"sqlite": 1, "postgresql": 5}[backend]


@pytest.fixture
def look(open_page: OpenPage, drawn: list[Figure], look_at_each: int) -> Look:
    """Draw a screen for somebody; the figures on it."""
    asked = count()

    def looked(
        page: str, actor: Actor, *, tables: tuple[str, ...] = (), **query: str
    ) -> list[Drawn]:
        if next(asked) % look_at_each:
            return []
        drawn.clear()
        open_page(page, actor, tables=tables, **query)
        return [Drawn(actor, one) for one in drawn]

    return looked


def every_screen(
    look: Look,
    world: FigureWorld,
    decider: Actor,
    twins: tuple[Actor, str],
    brought: tuple[Actor, str],
    served: Served,
) -> list[Drawn]:
    """All screens with figures, as the roles that work on them see them."""
    found: list[Drawn] = []
    for view in QueueView:
        found += look("renewals", world.specialist, view="mine", show=view.value)
    for actor in (world.specialist, world.lead):
        found += look("my_day", actor)
    for actor in (world.lead, world.manager):
        found += look("renewals", actor, view="team")
        found += look("renewals", actor, view="allocation")
        for name in people_of(look, actor):
            found += look("renewals", actor, view="team", person=name)
            for day in ("2026-11-20", "2026-11-18"):
                found += look("renewals", actor, view="team", show="day", day=day, person=name)
    found += analyses(look, world)
    for query in ({}, {"expires": "30"}, {"line": "motor", "below": "80"}, {"q": "C0"}):
        found += look("clients", world.lead, **query)
    found += look("clients", world.specialist)
    for view in ("overview", "people"):
        found += look("client", world.specialist, id=world.client, view=view)
    for actor in (served.manager, served.lead, world.executive):
        for view in ("stage", "plans", "rates"):
            found += look("plans", actor, view=view)
    found += look("client", served.manager, id=served.number, view="service")
    found += look("renewals", world.manager, view="probability")
    found += tier_screens(look, world)
    found += look("approvals", decider)
    for query in ({}, {"of": twins[1]}):
        found += look("clients", twins[0], view="duplicates", **query)
    return found + look("import_book", brought[0], id=brought[1], run=brought[1])


def analyses(look: Look, world: FigureWorld) -> list[Drawn]:
    found: list[Drawn] = []
    for actor in (world.specialist, world.lead, world.manager, world.executive):
        for part in AnalysisPart:
            found += look("renewals", actor, view="analysis", part=part.value, tables=TABLES)
    for query in ANALYSIS:
        found += look("renewals", world.manager, view="analysis", tables=TABLES, **query)
    return found


def tier_screens(look: Look, world: FigureWorld) -> list[Drawn]:
    found: list[Drawn] = []
    for actor in (world.lead, world.manager, world.executive):
        for query in TIER_VIEWS:
            found += look("tiering", actor, **query)
    return found


def people_of(look: Look, actor: Actor) -> list[str]:
    with process().database.reading() as session:
        loads = renewals.team_load(session, actor=actor, on=ON)
    return sorted({load.name or "nobody" for load in loads})


@pytest.fixture
def brought(running: Database, tmp_path: Path) -> tuple[Actor, str]:
    """Somebody who brought a file in with rows of every kind, and its number."""
    with running.unaudited("test data") as session:
        admin = make_actor(session, Role.ADMINISTRATOR)
    desk = Desk(running, tmp_path)
    desk.brought_in(book(line(), line(客户号="C2", 姓名="李丽", 手机="13800000002", 保单号="P2")))
    second = [
        line(),
        line(客户号="C2", 姓名="李丽", 手机="13800000002", 保单号="P2", 保费="1,300.00"),
        line(客户号="C3", 姓名="赵敏", 手机="13800000003", 保单号="P3"),
        line(客户号="C5", 姓名="周航", 手机="123", 保单号="P5"),
        line(客户号="", 姓名="吴刚", 手机="13800000006", 保单号="P6"),
        line(客户号="C7", 保单号=""),
        line(客户号="C8", 保单号=""),
    ]
    run = desk.brought_in(book(*second), actor=admin)
    return admin, run.number


@pytest.fixture
def served(running: Database) -> Served:
    """A client with a plan: items on time, late, done late, ahead, and one taken out."""
    with running.unaudited("test data") as session:
        desk = make_desk(session)
        plan = make_plan(session, client=session.get_one(Client, desk.client_id))
        handler = session.get_one(Staff, desk.manager.own_id)
        day = timedelta(days=1)
        for days, but in (
            (-10, {"state": ItemState.DONE, "done_on": ON - 10 * day}),
            (-20, {"state": ItemState.DONE, "done_on": ON, "cost_fen": 12_345}),
            (-5, {}),
            (3, {}),
            (200, {}),
            (-7, {"state": ItemState.DROPPED}),
            (-400, {"state": ItemState.DONE, "done_on": ON}),
        ):
            ends_on = ON + days * day
            make_item(
                session,
                plan=plan,
                handler=handler,
                **{"starts_on": ends_on, "ends_on": ends_on, **but},
            )
        return desk


@pytest.fixture
def decider(running: Database) -> Actor:
    """Somebody with a request to decide."""
    with running.unaudited("test data") as session:
        asker = make_actor(session, Role.ADMINISTRATOR)
        decider = make_actor(session, Role.COMPLIANCE)
    ask(running, asker)
    return decider


@pytest.fixture
def twins(running: Database) -> tuple[Actor, str]:
    """A lead whose team has three files of one person, and the number of one of them."""
    lead, numbers = a_team(running, twins=3)
    return lead, numbers[0]


@pytest.mark.usefixtures("counted")
def test_every_figure_on_every_screen_follows_from_its_rows(
    running: Database,
    look: Look,
    world: FigureWorld,
    decider: Actor,
    twins: tuple[Actor, str],
    brought: tuple[Actor, str],
    served: Served,
    look_at_each: int,
) -> None:
    shown = every_screen(look, world, decider, twins, brought, served)
    odd = [
        f"{one.actor.roles[0]} {dict(one.figure.about)}: {said}"
        for one in shown
        for said in disagreements(running, one.actor, one.figure)
    ]
    assert odd == []
    seen = {one.figure.code for one in shown}
    assert len(seen) > 20
    if look_at_each > 1:
        return
    defined = {one.code for one in measures.every()}
    assert defined - BESIDE_THE_MENU - seen == set(), "defined, and on no screen"
    assert set(RECOMPUTE) == defined
    empty = {
        code for code in seen if not any(f.figure.value for f in shown if f.figure.code == code)
    }
    assert empty == set(), "a figure that is 0 everywhere proves nothing"


def test_the_number_beside_the_menu_follows_from_its_rows(
    running: Database, world: FigureWorld
) -> None:
    with running.reading() as session:
        count = renewals.open_count(session, actor=world.specialist, on=ON)
    shown = measures.figure("renewals.waiting", count)
    assert count > 0
    assert disagreements(running, world.specialist, shown) == []
