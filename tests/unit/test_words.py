"""Words: every state has a name in both languages, every refusal a sentence; formats."""

import importlib
import pkgutil
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum

import pytest

import services
import terms
from services.errors import BusinessError, ChangedMeanwhile, NotFound
from terms.people import Locale
from words import _, errors, formats, in_locale, labels, ngettext

ON = date(2026, 11, 20)


def enums() -> Iterator[type[StrEnum]]:
    for module in pkgutil.iter_modules(terms.__path__):
        found = importlib.import_module(f"terms.{module.name}")
        for value in vars(found).values():
            is_enum = isinstance(value, type) and issubclass(value, StrEnum)
            if is_enum and value.__module__ == found.__name__:
                yield value


def refusals() -> Iterator[type[BusinessError]]:
    for module in pkgutil.walk_packages(services.__path__, "services."):
        if not module.name.endswith("reading_child"):
            importlib.import_module(module.name)
    waiting = BusinessError.__subclasses__()
    while waiting:
        found = waiting.pop()
        waiting += found.__subclasses__()
        if found.__module__.startswith("services."):
            yield found


@pytest.mark.parametrize("enum", list(enums()), ids=lambda enum: enum.__name__)
def test_every_member_of_every_enum_has_a_name_in_both_languages(enum: type[StrEnum]) -> None:
    errors.learn_chapters()
    if enum in labels.SENTENCES:
        return
    for member in enum:
        with in_locale(Locale.EN):
            english = labels.label(member)
        with in_locale(Locale.ZH):
            chinese = labels.label(member)
        assert english, member
        assert any("\u4e00" <= sign <= "\u9fff" for sign in chinese), (member, chinese)


@pytest.mark.parametrize("enum", list(labels.MARKS), ids=lambda enum: enum.__name__)
def test_marks_belong_to_members(enum: type[StrEnum]) -> None:
    assert set(labels.MARKS[enum]) <= {member.value for member in enum}


def test_a_badge_says_the_state_in_words_too() -> None:
    from terms.policies import Line, PolicyStatus

    with in_locale(Locale.EN):
        assert labels.badge(PolicyStatus.LAPSED) == ":red-badge[:material/error: Lapsed]"
        assert labels.badge(Line.MOTOR) == "Motor"


def test_every_refusal_has_a_sentence_and_no_two_share_a_code() -> None:
    found = list(refusals())
    errors.learn_chapters()
    assert [error for error in found if error.code not in errors.SENTENCES] == []
    codes = [error.code for error in found]
    assert sorted(codes) == sorted(set(codes))


def test_a_refusal_without_a_sentence_says_so_without_its_code() -> None:
    class Strange(BusinessError):
        code = "strange"

    with in_locale(Locale.EN):
        assert "strange" not in errors.sentence(Strange())


def test_a_sentence_is_filled_with_the_data_of_the_refusal() -> None:
    with in_locale(Locale.EN):
        assert "周敏" in errors.sentence(ChangedMeanwhile(who="周敏"))
        assert errors.sentence(ChangedMeanwhile()).startswith("Somebody")
        assert errors.sentence(NotFound()).startswith("There is no such record")


def test_the_language_ends_with_its_block() -> None:
    with in_locale(Locale.ZH):
        assert _("Sign in") == "登录"
        with in_locale(Locale.EN):
            assert _("Sign in") == "Sign in"
            assert ngettext("{n} day", "{n} days", 1) == "{n} day"
        assert _("Sign in") == "登录"


@pytest.mark.parametrize(
    ("days", "chinese", "english"),
    [
        (3, "3 天后到期", "3 days left"),
        (1, "1 天后到期", "1 day left"),
        (0, "今天到期", "due today"),
        (-2, "逾期 2 天", "2 days overdue"),
    ],
)
def test_days_left(days: int, chinese: str, english: str) -> None:
    with in_locale(Locale.ZH):
        assert formats.days_left(days) == chinese
    with in_locale(Locale.EN):
        assert formats.days_left(days) == english


def test_days_near_and_far() -> None:
    with in_locale(Locale.ZH):
        near = [formats.near_day(ON + timedelta(days=n), on=ON) for n in (-1, 0, 1, 3, 7)]
    assert near == ["昨天", "今天", "明天", "周一", "11-27"]


def test_an_instant_is_told_on_the_clock_of_shanghai() -> None:
    at = datetime(2026, 11, 20, 17, 30, tzinfo=UTC)
    assert formats.date_time(at) == "2026-11-21 01:30"
    with in_locale(Locale.EN):
        assert formats.moment(at, on=ON) == "tomorrow 01:30"


@pytest.mark.parametrize(
    ("fen", "plain", "exact", "chinese", "english"),
    [
        (648_000, "6,480", "6,480.00", "6,480", "6.5 k"),
        (648_050, "6,481", "6,480.50", "6,481", "6.5 k"),
        (-199, "-2", "-1.99", "-2", "-2"),
        (18_640_000, "186,400", "186,400.00", "18.6 万", "186.4 k"),
        (12_000_000_000, "120,000,000", "120,000,000.00", "1.2 亿", "120 m"),
        (None, "–", "–", "–", "–"),
    ],
)
def test_money(fen: int | None, plain: str, exact: str, chinese: str, english: str) -> None:
    assert formats.money(fen) == plain
    assert formats.money_exact(fen) == exact
    with in_locale(Locale.ZH):
        assert formats.money_short(fen) == chinese
    with in_locale(Locale.EN):
        assert formats.money_short(fen) == english


def test_counts_shares_and_changes() -> None:
    assert formats.count(10_000, cap=10_000) == "10,000"
    assert formats.count(10_001, cap=10_000) == "10,000+"
    assert formats.percent(0.624) == "62%"
    assert formats.change(0.0588) == "+5.9%"
    assert formats.change(-0.02) == "-2.0%"
