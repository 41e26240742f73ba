"""Every setting stands in the README's table, in both languages, and no table has one too many."""

import re

import pytest

from tests.house.sources import ROOT, files

NAME = re.compile(r"EVERGREEN_[A-Z][A-Z_]*[A-Z]")
TABLE_ROW = re.compile(r"^\| *(`(?:EVERGREEN_|HOST|PORT)[^|]*)\|", re.MULTILINE)
QUOTED = re.compile(r"`([A-Z_]+)`")
OF_THE_SERVER = {"HOST", "PORT"}


def known() -> set[str]:
    """The settings that the code reads."""
    return set(NAME.findall((ROOT / "services" / "settings.py").read_text())) | OF_THE_SERVER


@pytest.mark.parametrize("document", ["README.md", "README.zh-CN.md"])
def test_the_table_of_settings_is_whole(document: str) -> None:
    first_cells = TABLE_ROW.findall((ROOT / document).read_text())
    rows = {name for cell in first_cells for name in QUOTED.findall(cell)}
    assert rows == known()


def test_no_setting_is_read_elsewhere() -> None:
    home = {ROOT / "services" / "settings.py"}
    strays = {
        f"{path.relative_to(ROOT)}: {name}"
        for path in files("pages", "ui", "web", "charts", "words", "services", "db")
        if path not in home
        for name in NAME.findall(path.read_text())
        if re.search(rf"(environ|getenv)[^\n]*{name}", path.read_text())
    }
    assert strays == set()


def test_every_name_written_in_the_documents_is_a_setting() -> None:
    documents = [ROOT / "README.md", ROOT / "README.zh-CN.md", *(ROOT / "docs").rglob("*.md")]
    unknown = {
        f"{document.relative_to(ROOT)}: {name}"
        for document in documents
        if document.exists()
        for name in NAME.findall(document.read_text())
        if name not in known()
    }
    assert unknown == set()
