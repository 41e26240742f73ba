"""Law 2: a page shows nothing to nobody, whoever opens its file; and the menu names each page."""

import ast
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Block

from services.permissions import Permission
from services.settings import use_process
from tests.house.sources import at, page_files, tree
from ui import navigation

BESIDE_THE_MENU = {"home"}
"""Pages that are addresses but no screens: ``/`` sends everybody to their own."""


def first_executable(path: Path) -> ast.stmt:
    body = tree(path).body
    after_docstring = body[1:] if ast.get_docstring(tree(path)) else body
    return next(
        node for node in after_docstring if not isinstance(node, ast.Import | ast.ImportFrom)
    )


@pytest.mark.parametrize("path", page_files(), ids=lambda path: path.stem)
def test_the_first_line_asks_who_is_there(path: Path) -> None:
    line = first_executable(path)
    asked = ast.unparse(line)
    permissions = {f"actor = signed_in(Permission.{permission.name})" for permission in Permission}
    assert asked in permissions, f"{at(path, line)}: {asked}"


@pytest.mark.parametrize("path", page_files(), ids=lambda path: path.stem)
def test_a_page_opened_alone_shows_nothing(path: Path, no_browser: None) -> None:
    use_process(None)
    alone = AppTest.from_file(str(path), default_timeout=20).run()
    assert not alone.exception, [found.message for found in alone.exception]
    shown = [
        element.type
        for block in (alone.main, alone.sidebar)
        for element in block
        if not isinstance(element, Block)
    ]
    assert shown == []


@pytest.mark.parametrize("path", page_files(), ids=lambda path: path.stem)
def test_page_and_menu_ask_for_the_same_permission(path: Path) -> None:
    if path.stem in BESIDE_THE_MENU:
        return
    asked = ast.unparse(first_executable(path)).removeprefix("actor = signed_in(Permission.")
    assert navigation.item_of(path.stem).permission.name == asked.rstrip(")")


def test_every_page_is_in_the_menu() -> None:
    named = {item.name for item in navigation.MENU}
    assert {path.stem for path in page_files()} - BESIDE_THE_MENU - named == set()


def test_every_row_of_the_menu_has_its_page() -> None:
    """Screens of later chapters appear when they work, not before."""
    missing = {item.name for item in navigation.MENU} - {path.stem for path in page_files()}
    assert missing == set()


def test_no_two_screens_share_an_address() -> None:
    addresses = [item.address for item in navigation.MENU]
    assert len(addresses) == len(set(addresses))


def test_no_pages_folder_lies_beside_the_script() -> None:
    """Streamlit would serve its files alone, past the shell (law 2)."""
    assert not (Path(navigation.__file__).parent / "pages").exists()
