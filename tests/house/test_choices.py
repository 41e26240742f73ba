"""Pills and segments are labelled in the one way Streamlit draws without searching."""

import ast
from pathlib import Path

import pytest
from streamlit.elements.widgets import button_group
from streamlit.testing.v1 import AppTest

from tests.house.sources import at, files, tree

CHOICES = {"pills", "segmented_control"}


def calls(path: Path) -> list[ast.Call]:
    return [
        node
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in CHOICES
    ]


DRAWN = [(path, call) for path in files("ui") for call in calls(path)]


def test_there_are_some() -> None:
    assert len(DRAWN) > 30


@pytest.mark.parametrize(("path", "call"), DRAWN, ids=[at(*each) for each in DRAWN])
def test_labels_begin_with_no_icon(path: Path, call: ast.Call) -> None:
    said = [ast.unparse(one.value) for one in call.keywords if one.arg == "format_func"]
    assert [one.startswith("without_icon(") for one in said] == [True], f"{at(path, call)}: {said}"


def screen() -> None:
    import streamlit as st

    from ui.components.choices import without_icon

    st.pills("Show", ["全部"], format_func=without_icon(lambda one: f"{one} 3"))
    st.segmented_control("View", ["我的"], format_func=without_icon(str))


def test_streamlit_looks_for_no_emoji_and_shows_the_words(monkeypatch: pytest.MonkeyPatch) -> None:
    looked_at: list[str] = []
    real = button_group.extract_leading_icon

    def look(text: str) -> tuple[str, str]:
        looked_at.append(text)
        return real(text)

    monkeypatch.setattr(button_group, "extract_leading_icon", look)
    shown = AppTest.from_function(screen).run()
    assert not shown.exception
    said = [option.content for each in shown.button_group for option in each.proto.options]
    assert [one.strip() for one in said] == ["全部 3", "我的"]
    assert not any(looked_at)
