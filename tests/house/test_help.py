"""Every screen of the menu has its help, in both languages, of the same build."""

import re

import pytest

from terms.people import Locale
from tests.house.sources import ROOT
from ui import navigation
from words import in_locale
from words.help import FOLDER, help_of

LONGEST = 4_000
"""Characters: what somebody reads standing."""
HEADING = re.compile(r"^#### ", re.MULTILINE)
PAGES = [item.name for item in navigation.existing()]


@pytest.mark.parametrize("page", PAGES)
def test_a_screen_has_its_help_in_both_languages(page: str) -> None:
    pages = {}
    for locale in Locale:
        with in_locale(locale):
            pages[locale] = help_of(page)
        assert 120 < len(pages[locale]) < LONGEST, f"words/help/{locale.value}/{page}.md"
    headings = {len(HEADING.findall(text)) for text in pages.values()}
    assert len(headings) == 1, "the two languages say the same"
    assert headings.pop() >= 3, "what it is for, its keys, its words"


def test_no_help_is_left_of_a_screen_that_is_gone() -> None:
    known = {path.stem for path in (ROOT / "pages").glob("*.py")}
    known |= {name for names in navigation.LANDING.values() for name in names}
    stray = [path for path in FOLDER.rglob("*.md") if path.stem not in known]
    assert not stray
