"""Everything the house can say has words: each state a name, each refusal a sentence."""

import importlib
import pkgutil
import re
from collections.abc import Iterator
from enum import StrEnum
from types import ModuleType

import services
import terms
from services.errors import BusinessError
from services.rule_tables import DEFAULTS
from terms.people import Locale
from tests.house.sources import ROOT, assert_none
from words import errors, in_locale, labels
from words.rule_book import source_text
from words.rule_sources import SOURCES


def modules_of(package: ModuleType) -> Iterator[ModuleType]:
    for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        if not module.name.endswith("reading_child"):
            yield importlib.import_module(module.name)


def enums() -> list[type[StrEnum]]:
    """Every enum of the field's words."""
    return [
        found
        for module in modules_of(terms)
        for found in vars(module).values()
        if isinstance(found, type) and issubclass(found, StrEnum) and found is not StrEnum
        if found.__module__ == module.__name__
    ]


def refusals() -> list[type[BusinessError]]:
    """Every error of the business, wherever its operation stands."""
    list(modules_of(services))
    waiting, found = [BusinessError], []
    while waiting:
        subclasses = waiting.pop().__subclasses__()
        waiting.extend(subclasses)
        found.extend(error for error in subclasses if error.__module__.startswith("services"))
    return found


def test_every_member_of_every_enum_has_a_name() -> None:
    errors.learn_chapters()
    nameless = [
        f"{enum.__module__}.{enum.__name__}.{member.name}"
        for enum in enums()
        if enum not in labels.SENTENCES
        for member in enum
        if not labels.LABELS.get(enum, {}).get(member.value)
    ]
    assert_none(nameless, "words.labels gives it none")


def test_no_name_is_given_to_a_member_that_is_not_there() -> None:
    strangers = [
        f"{enum.__name__}: {value}"
        for table in (labels.LABELS, labels.MARKS)
        for enum, names in table.items()
        for value in names
        if value not in {member.value for member in enum}
    ]
    assert_none(strangers, "no such member")


def test_every_refusal_has_a_sentence() -> None:
    errors.learn_chapters()
    silent = [
        f"{error.__module__}.{error.__name__} ({error.code})"
        for error in refusals()
        if error.code not in errors.SENTENCES
    ]
    assert_none(silent, "no words for it: says(…) in the chapter's module of words/")


def test_every_refusal_has_a_code_of_its_own() -> None:
    codes: dict[str, str] = {}
    doubled = []
    for error in refusals():
        name = f"{error.__module__}.{error.__name__}"
        if codes.setdefault(error.code, name) != name:
            doubled.append(f"{error.code}: {name}, {codes[error.code]}")
    assert_none(doubled, "two errors of one code")


def test_every_enum_is_explained_in_the_glossary() -> None:
    text = (ROOT / "docs" / "glossary.md").read_text()
    missing = [enum.__name__ for enum in enums() if f"`{enum.__name__}" not in text]
    assert_none(missing, "docs/glossary.md does not say what it means")


def test_the_source_of_every_rule_a_company_starts_with_is_said_in_chinese() -> None:
    with in_locale(Locale.ZH):
        unsaid = {
            key: given.source
            for key, given in DEFAULTS.items()
            if given.source not in SOURCES
            or (re.search("[a-z]{3}", given.source) and source_text(given.source) == given.source)
        }
    assert unsaid == {}
