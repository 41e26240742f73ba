"""Every text is there in both languages, and the catalogues are the ones the fragments make."""

import ast
import os

import pytest

import words
from locales import build
from terms.people import Locale


def test_every_text_is_translated_and_the_catalogues_are_fresh(
    capsys: pytest.CaptureFixture[str],
) -> None:
    failed = build.main(["--check"])
    assert failed == 0, capsys.readouterr().err


def test_the_fragments_hold_nothing_that_nobody_asks_for() -> None:
    assert build.merged().unused == []


def test_no_text_hides_in_an_f_string() -> None:
    """The extractor does not look there, so the text would stay English."""
    hidden = [
        f"{path.relative_to(build.ROOT)}:{call.lineno}"
        for folder in ("charts", "pages", "services", "ui", "web", "words")
        for path in (build.ROOT / folder).rglob("*.py")
        for piece in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(piece, ast.JoinedStr)
        for call in ast.walk(piece)
        if isinstance(call, ast.Call)
        and getattr(call.func, "id", "") in {"_", "ngettext"}
        and call.args
        and isinstance(call.args[0], ast.Constant)
    ]
    assert hidden == []


@pytest.fixture
def small_house(tmp_path, monkeypatch):  # type: ignore[no-untyped-def]
    """A house of one screen and one fragment, to try the builder on."""
    monkeypatch.setattr(build, "ROOT", tmp_path)
    monkeypatch.setattr(build, "LOCALES", tmp_path / "locales")
    (tmp_path / "pages").mkdir()
    (tmp_path / "locales" / "parts").mkdir(parents=True)

    def write(code: str, *fragments: str) -> build.Merged:
        (tmp_path / "pages" / "one.py").write_text(code)
        for number, fragment in enumerate(fragments):
            (tmp_path / "locales" / "parts" / f"part{number}.po").write_text(fragment)
        return build.merged()

    return write


DAYS = 'ngettext("{n} day left", "{n} days left", days).format(n=days)\n_("Save")\nN_("Due")\n'
DAYS_ZH = (
    'msgid "{n} day left"\nmsgid_plural "{n} days left"\nmsgstr[0] "还剩 {n} 天"\n\n'
    'msgid "Save"\nmsgstr "保存"\n\nmsgid "Due"\nmsgstr "到期"\n'
)


def test_texts_come_out_in_both_languages(small_house, tmp_path, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    found = small_house(DAYS, DAYS_ZH)
    assert (found.problems, found.unused) == ([], [])
    assert build.main([]) == 0
    assert build.main(["--check"]) == 0
    monkeypatch.setattr(words, "CATALOGUES", tmp_path / "locales")
    words._catalogue.cache_clear()
    try:
        with words.in_locale(Locale.ZH):
            assert words._("Save") == "保存"
            assert words.ngettext("{n} day left", "{n} days left", 3) == "还剩 {n} 天"
        with words.in_locale(Locale.EN):
            assert words._("Save") == "Save"
            assert words.ngettext("{n} day left", "{n} days left", 1) == "{n} day left"
            assert words.ngettext("{n} day left", "{n} days left", 3) == "{n} days left"
    finally:
        words._catalogue.cache_clear()


def test_words_that_came_with_an_upgrade_count_before_they_are_compiled(  # type: ignore[no-untyped-def]
    small_house, tmp_path, monkeypatch
) -> None:
    small_house(DAYS, DAYS_ZH)
    assert build.main([]) == 0
    monkeypatch.setattr(words, "CATALOGUES", tmp_path / "locales")
    folder = tmp_path / "locales" / Locale.ZH.value / "LC_MESSAGES"
    source, compiled = folder / "evergreen.po", folder / "evergreen.mo"
    source.write_text(source.read_text().replace("保存", "存好"))
    os.utime(compiled, (1, 1))
    words._catalogue.cache_clear()
    try:
        with words.in_locale(Locale.ZH):
            assert words._("Save") == "存好"
    finally:
        words._catalogue.cache_clear()


@pytest.mark.parametrize(
    ("fragments", "said"),
    [
        ((DAYS_ZH.replace('"保存"', '""'),), "no Chinese for 'Save'"),
        ((DAYS_ZH, 'msgid "Save"\nmsgstr "存档"\n'), "'Save' is '存档' here"),
        (("#, fuzzy\n" + DAYS_ZH,), "fuzzy"),
        ((DAYS_ZH.replace("还剩 {n} 天", "还剩 {days} 天"),), "placeholders differ (days, n)"),
    ],
    ids=["missing", "two ways", "fuzzy", "placeholders"],
)
def test_what_is_wrong_is_named(small_house, fragments, said) -> None:  # type: ignore[no-untyped-def]
    problems = small_house(DAYS, *fragments).problems
    assert len(problems) == 1
    assert said in problems[0]


def test_a_text_nobody_asks_for_is_named(small_house) -> None:  # type: ignore[no-untyped-def]
    assert "nothing asks for 'Save'" in small_house('_("Due")', DAYS_ZH).unused[1]
