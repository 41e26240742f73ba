"""The catalogues: fragments under ``locales/parts`` → one ``.po`` and ``.mo`` per language.

A fragment is a plain list of ``msgid``/``msgstr`` pairs, English to Chinese, one file per part of
the house. The committed catalogues are generated from them; nobody edits those by hand.

    python -m locales.build             merge and compile
    python -m locales.build --compile   compile only
    python -m locales.build --check     write nothing; exit 1 and list what is wrong
"""

import argparse
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.catalog import Message as Entry
from babel.messages.extract import extract_from_dir, extract_from_file
from babel.messages.mofile import write_mo
from babel.messages.pofile import PoFileError, read_po, write_po

ROOT = Path(__file__).resolve().parents[1]
LOCALES = ROOT / "locales"
SPEAKING = ("pages", "ui", "web", "charts", "words", "jobs")
"""The packages that speak to people; services and db name facts, never sentences."""
KEYWORDS = {
    "_": None,
    "N_": None,
    "gettext": None,
    "ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}
HEADERS = {
    "zh_CN": "Plural-Forms: nplurals=1; plural=0;",
    "en": "Plural-Forms: nplurals=2; plural=(n != 1);",
}
_PLACEHOLDER = re.compile(r"\{(\w*)[^{}]*\}")

Key = tuple[str | None, str]
"""Context and singular."""


@dataclass
class Merged:
    """What the fragments say, what the code asks for, and what does not fit."""

    texts: dict[Key, tuple[str, ...]] = field(default_factory=dict)
    """Key → the English forms: singular, and plural where there is one."""
    chinese: dict[Key, str] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)
    unused: list[str] = field(default_factory=list)


def asked() -> Iterator[tuple[Key, tuple[str, ...], str]]:
    """Every text the code asks for: key, English forms, and where it stands."""
    options = {"keywords": KEYWORDS, "comment_tags": ()}
    for package in SPEAKING:
        folder = ROOT / package
        if folder.is_dir():
            for name, line, text, _comments, context in extract_from_dir(
                folder, method_map=[("**.py", "python")], **options
            ):
                yield (context, _forms(text)[0]), _forms(text), f"{package}/{name}:{line}"
    if (ROOT / "app.py").is_file():
        for line, text, _comments, context in extract_from_file(
            "python", ROOT / "app.py", **options
        ):
            yield (context, _forms(text)[0]), _forms(text), f"app.py:{line}"


def merged() -> Merged:
    """Bring fragments and code together."""
    found = Merged()
    said_in: dict[Key, str] = {}
    plural_of: dict[Key, tuple[str, ...]] = {}
    for path in sorted((LOCALES / "parts").glob("*.po")):
        for entry in _entries(path, found):
            key, chinese = _key(entry), _chinese(entry)
            place = f"{path.name}:{entry.lineno}"
            if entry.fuzzy:
                found.problems.append(f"{place}: fuzzy: {key[1]!r}")
            if not chinese:
                continue
            if found.chinese.get(key, chinese) != chinese:
                found.problems.append(
                    f"{place}: {key[1]!r} is {chinese!r} here and "
                    f"{found.chinese[key]!r} in {said_in[key]}"
                )
                continue
            found.chinese[key] = chinese
            said_in[key] = place
            plural_of[key] = _forms(entry.id)
            _check_placeholders(found, place, _forms(entry.id), chinese)
    for key, forms, place in asked():
        if not key[1]:
            found.problems.append(f"{place}: an empty text")
            continue
        known = found.texts.get(key, ())
        if len(known) == 2 and len(forms) == 2 and known != forms:
            found.problems.append(
                f"{place}: {key[1]!r} has two plurals: {known[1]!r}, {forms[1]!r}"
            )
        found.texts[key] = max(known, forms, key=len)
        if key not in found.chinese:
            missing = f"{place}: no Chinese for {key[1]!r}"
            found.problems.append(missing)
            found.chinese[key] = ""
    for key, place in said_in.items():
        if key not in found.texts:
            found.unused.append(f"{place}: nothing asks for {key[1]!r}")
            found.texts[key] = plural_of[key]
    return found


def catalogue(found: Merged, language: str) -> bytes:
    """The ``.po`` of ``language``, sorted, without dates, so that equal input gives equal bytes."""
    result = Catalog(locale=language)
    for (context, singular), forms in found.texts.items():
        if language == "en":
            text: str | tuple[str, ...] = forms if len(forms) == 2 else singular
        else:
            chinese = found.chinese[context, singular]
            text = (chinese,) if len(forms) == 2 else chinese
        result.add(forms if len(forms) == 2 else singular, text, context=context)
    body = BytesIO()
    write_po(body, result, width=100, no_location=True, omit_header=True, sort_output=True)
    head = (
        "# Generated by `make translations` from locales/parts; edit those.\n"
        'msgid ""\nmsgstr ""\n'
        f'"Language: {language}\\n"\n'
        '"Content-Type: text/plain; charset=utf-8\\n"\n'
        '"Content-Transfer-Encoding: 8bit\\n"\n'
        f'"{HEADERS[language]}\\n"\n\n'
    )
    return head.encode() + body.getvalue()


def po_path(language: str) -> Path:
    return LOCALES / language / "LC_MESSAGES" / "evergreen.po"


def compile_catalogue(path: Path) -> None:
    """``.po`` → ``.mo`` beside it, replaced whole so that a reader never sees half a file."""
    with path.open("rb") as source:
        catalog = read_po(source, locale=path.parts[-3])
    target = path.with_suffix(".mo")
    fresh = target.with_suffix(".mo.new")
    with fresh.open("wb") as file:
        write_mo(file, catalog)
    fresh.replace(target)


def _entries(path: Path, found: Merged) -> list[Entry]:
    try:
        with path.open("rb") as source:
            catalog = read_po(source, locale="zh_CN", abort_invalid=True)
    except PoFileError as error:
        found.problems.append(f"{path.name}: {error}")
        return []
    return [entry for entry in catalog if entry.id]


def _key(entry: Entry) -> Key:
    return entry.context, _forms(entry.id)[0]


def _forms(text: str | tuple[str, ...] | list[str]) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else tuple(text)


def _chinese(entry: Entry) -> str:
    return entry.string if isinstance(entry.string, str) else entry.string[0]


def _check_placeholders(found: Merged, place: str, english: tuple[str, ...], chinese: str) -> None:
    """Every placeholder of the Chinese stands in the English, and the other way round."""
    wanted = set(_PLACEHOLDER.findall(english[-1]))
    given = set(_PLACEHOLDER.findall(chinese))
    if wanted != given:
        odd = ", ".join(sorted(wanted ^ given))
        found.problems.append(f"{place}: placeholders differ ({odd}): {english[0]!r}")


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m locales.build", description=__doc__)
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--check", action="store_true", help="write nothing, fail on what is wrong")
    what.add_argument("--compile", action="store_true", help="compile the catalogues only")
    chosen = parser.parse_args(arguments)
    if not chosen.compile:
        found = merged()
        for line in (*found.problems, *found.unused):
            print(line, file=sys.stderr)
        if chosen.check:
            return check(found)
        for language in HEADERS:
            po_path(language).parent.mkdir(parents=True, exist_ok=True)
            po_path(language).write_bytes(catalogue(found, language))
    for language in HEADERS:
        compile_catalogue(po_path(language))
    return 0


def check(found: Merged) -> int:
    """1 when a text is missing or wrong, or the committed catalogues are not the generated ones."""
    stale = [
        language
        for language in HEADERS
        if not po_path(language).is_file()
        or po_path(language).read_bytes() != catalogue(found, language)
    ]
    for language in stale:
        print(f"locales/{language} is not what `make translations` writes", file=sys.stderr)
    return 1 if found.problems or stale else 0


if __name__ == "__main__":
    sys.exit(main())
