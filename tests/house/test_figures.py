"""Numbers of the business are drawn by the figure component, and every definition is whole."""

import ast
import re
from collections import Counter

import pytest

from db.base import Base
from services import measures
from services.measures import ColumnKind, Measure
from tests.house.measures import DOCUMENT, with_definitions
from tests.house.sources import ROOT, assert_none, at, called, files, tree
from tests.recomputing import RECOMPUTE
from words.errors import learn_chapters
from words.measure_names import COLUMNS, SAID, TABLES

learn_chapters()

COMPONENT = ROOT / "ui" / "components" / "figure.py"
DRAWERS = ("st.metric", "metric")
SAYERS = re.compile(r"^formats\.(number|count|percent|change|money\w*|yuan)$")
BOLD_NUMBER = re.compile(r"\*\*[¥▲]?\{(n|amount|premium|count|done|value|total|percent|rows|of)\}")

SAID_BY_HAND = {
    "ui/components/before_after.py": 1,
    "ui/components/bell.py": 1,
    "ui/components/foreseen.py": 1,
    "ui/screens/audit/screen.py": 1,
    "ui/screens/client/instalments.py": 2,
    "ui/screens/client/overview.py": 1,
    "ui/screens/client/people.py": 1,
    "ui/screens/client/policies.py": 6,
    "ui/screens/import_book/checked.py": 4,
    "ui/screens/import_book/progress.py": 2,
    "ui/screens/import_book/screen.py": 1,
    "ui/screens/people/person.py": 2,
    "ui/screens/renewals/analysis/cohort.py": 1,
    "ui/screens/renewals/analysis/funnel.py": 1,
    "ui/screens/renewals/analysis/parts.py": 3,
    "ui/screens/renewals/case.py": 3,
    "ui/screens/renewals/case_list.py": 2,
    "ui/screens/renewals/closing.py": 4,
    "ui/screens/renewals/conflicts.py": 1,
    "ui/screens/renewals/days.py": 2,
    "ui/screens/renewals/lost.py": 3,
    "ui/screens/renewals/suspended.py": 1,
    "ui/screens/renewals/allocation.py": 6,
    "ui/screens/renewals/team.py": 3,
    "ui/screens/rules/calendar.py": 1,
    "ui/screens/scripts/screen.py": 1,
    "ui/screens/tiering/missing.py": 1,
    "ui/screens/tiering/movement.py": 5,
    "ui/screens/tiering/outcome.py": 15,
    "ui/screens/tiering/overview.py": 6,
    "ui/screens/tiering/parts.py": 2,
    "ui/screens/tiering/published.py": 2,
    "ui/screens/tiering/screen.py": 2,
}
"""Numbers written without the component, by file: cells of a row, the bar of a chart that is a
figure as a whole, progress, what a dialog is about to do, what a rule not in force would do. The
list only shrinks: a figure of the business has a definition."""

BOLD_BY_HAND = {"ui/components/foreseen.py": 2, "ui/screens/renewals/team.py": 4}
"""What the dialogs of moving and recalling cases are about to move."""


def test_no_screen_draws_a_number_of_its_own() -> None:
    drawn = [
        at(path, node)
        for path in files("pages", "ui")
        if path != COMPONENT
        for node in ast.walk(tree(path))
        if called(node).rpartition(".")[2] == "metric"
    ]
    assert_none(drawn, "a number is drawn by ui.components.figure")


def test_numbers_said_by_hand_become_fewer() -> None:
    found = Counter(
        str(path.relative_to(ROOT))
        for path in files("pages", "ui")
        if path != COMPONENT
        for node in ast.walk(tree(path))
        if SAYERS.match(called(node))
    )
    assert dict(found) == SAID_BY_HAND, "a figure of the business goes through figure(…)"


def test_bold_numbers_are_figures() -> None:
    found = Counter(
        str(path.relative_to(ROOT))
        for path in files("pages", "ui")
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and BOLD_NUMBER.search(node.value)
    )
    assert dict(found) == BOLD_BY_HAND, "a figure of the business goes through figure(…)"


def test_every_figure_has_its_words_and_its_recomputation() -> None:
    defined = {one.code for one in measures.every()}
    assert set(SAID) == defined
    assert set(RECOMPUTE) == defined


@pytest.mark.parametrize("one", measures.every(), ids=lambda one: one.code)
def test_a_definition_is_whole(one: Measure) -> None:
    names = [column.name for column in one.columns]
    assert len(names) == len(set(names))
    assert set(names) <= set(COLUMNS)
    assert set(one.tables) <= set(TABLES) & set(Base.metadata.tables)
    assert all(column.enum for column in one.columns if column.kind is ColumnKind.CODE)
    assert {one.work.column, one.work.of} - {None} <= set(names)


def test_the_document_is_what_the_definitions_say() -> None:
    text = DOCUMENT.read_text()
    assert with_definitions(text) == text, "python -m tests.house.measures"
