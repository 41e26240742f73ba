"""Live screens have one door: nothing looks again by itself but ``live``, and charts are cached."""

import ast
import re

import pytest

from db import changes as counting
from services.changes import PERSONAL, Chapter
from terms.notifications import NotificationKind
from tests.house.sources import ROOT, assert_none, at, called, files, tree
from web import live
from words import errors, notifications

ONE_DOOR = ROOT / "ui" / "components" / "live.py"
LOOKING_AGAIN = re.compile(r"\b(setInterval|EventSource|WebSocket|SharedWorker)\b")
DRAWN_ANEW = {
    f"st.{name}"
    for name in ("altair_chart", "line_chart", "bar_chart", "area_chart", "scatter_chart", "pyplot")
}


def test_nothing_on_a_screen_looks_again_by_itself() -> None:
    """``run_every`` runs for every open screen, whether anything changed or not."""
    timed = [
        f"{at(path, node)}: {ast.unparse(keyword)[:40]}"
        for path in files("pages", "ui")
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call)
        for keyword in node.keywords
        if keyword.arg == "run_every"
    ]
    slept = [
        at(path, node)
        for path in files("pages", "ui")
        for node in ast.walk(tree(path))
        if called(node).endswith("sleep")
    ]
    assert_none(
        [*timed, *slept], "call live(…) in the fragment: it is drawn when something changed"
    )


def test_no_other_script_listens_or_asks_again() -> None:
    own = {ROOT / "ui" / "components" / "live.js"}
    listening = [
        at(path, number)
        for path in sorted((ROOT / "ui").rglob("*.js"))
        if path not in own
        for number, line in enumerate(path.read_text().splitlines(), start=1)
        if LOOKING_AGAIN.search(line)
    ]
    assert_none(listening, "ui/components/live.js listens for all components")


def test_one_route_tells_what_changed() -> None:
    streams = [
        f"{at(path, node)}"
        for path in files("web", "ui")
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Constant) and node.value == "text/event-stream"
    ]
    assert len(streams) == 1
    assert streams[0].startswith("web/live.py")


def test_only_the_counters_are_asked_for_what_changed() -> None:
    """A second reader of the counters would be a second task."""
    readers = [
        at(path, node)
        for path in files("pages", "ui", "web", "jobs")
        for node in ast.walk(tree(path))
        if called(node) in {"changes.counters", "counters"}
    ]
    assert all(reader.startswith(("web/live.py", "ui/")) for reader in readers)


def test_what_is_personal_is_asked_for_everybody_at_once() -> None:
    assert set(live.PERSONAL) == PERSONAL


@pytest.mark.parametrize("chapter", Chapter)
def test_every_chapter_has_its_tables(chapter: Chapter) -> None:
    assert counting.TABLES[chapter]


def test_each_part_that_follows_has_a_key_of_its_own() -> None:
    keys: list[str] = []
    for path in files("pages", "ui"):
        if path == ONE_DOOR:
            continue
        keys += [
            ast.unparse(keyword.value)
            for node in ast.walk(tree(path))
            if called(node) == "live" and isinstance(node, ast.Call)
            for keyword in node.keywords
            if keyword.arg == "key"
        ]
    assert keys
    assert len(keys) == len(set(keys)), sorted(keys)


def test_charts_are_built_once_and_drawn_with_their_data_apart() -> None:
    """Building a chart costs thirty milliseconds, drawing a kept one a tenth of it."""
    anew = [
        f"{at(path, node)}: {called(node)}"
        for path in files("pages", "ui")
        for node in ast.walk(tree(path))
        if called(node) in DRAWN_ANEW
    ]
    assert_none(anew, "st.vega_lite_chart(rows, charts.…(locale, theme), theme=None)")


def test_every_chart_is_kept_by_language_and_theme() -> None:
    loose = []
    for path in files("charts"):
        if path.name in {"__init__.py", "look.py"}:
            continue
        for node in tree(path).body:
            if not isinstance(node, ast.FunctionDef) or node.name.startswith("_"):
                continue
            if not ast.unparse(node.returns or ast.Constant(None)).startswith("dict"):
                continue
            names = [argument.arg for argument in (*node.args.args, *node.args.kwonlyargs)]
            kept = any(
                ast.unparse(one).split("(")[0] in {"cache", "lru_cache"}
                for one in node.decorator_list
            )
            if not kept or not {"locale", "theme"} <= set(names):
                loose.append(f"{at(path, node)}: {node.name}({', '.join(names)})")
    assert_none(loose, "@cache def chart(locale, theme, …) -> dict: the rows come when it is drawn")


@pytest.mark.parametrize("kind", NotificationKind)
def test_every_kind_of_news_has_its_sentence(kind: NotificationKind) -> None:
    errors.learn_chapters()
    assert kind.value in notifications.SENTENCES, "says(…) in the chapter's module of words/"
    assert len(kind.value) <= 40
