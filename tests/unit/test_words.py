"""Words: badges, sentences, the two languages, and formats."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest

from services.errors import BusinessError, ChangedMeanwhile, NotFound
from terms.people import Locale
from terms.policies import Line, PolicyStatus
from words import _, errors, formats, in_locale, labels, markdown, ngettext

ON = date(2026, 11, 20)


def test_a_badge_says_the_state_in_words_too() -> None:
    with in_locale(Locale.EN):
        assert labels.badge(PolicyStatus.LAPSED) == ":red-badge[:material/error: Lapsed]"
        assert labels.badge(Line.MOTOR) == "Motor"


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
    assert formats.local_day(at) == "2026-11-21"
    assert formats.local_day(None) == "–"
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


def test_somebodys_words_in_a_sentence_are_no_markup() -> None:
    said = markdown.sentence("Saved for **x** [y](http://z) :red[a] :smile: $b$ <i>, 09:12.")
    assert said.replace("\u2060", "") == (
        r"Saved for \*\*x\*\* \[y\](http://z) :red\[a\] \:smile: \$b\$ \<i>, 09:12."
    )


@pytest.mark.parametrize(
    "name", ['=HYPERLINK("HTTP://x.example")', "https://x.example", "www.x.cn"]
)
def test_a_name_that_is_an_address_is_no_link(name: str) -> None:
    for said in (markdown.plain(name), markdown.sentence(name)):
        assert not re.search(r"https?://|www\.", said.replace("\\", ""), re.IGNORECASE)
        assert said.replace("\\", "").replace("\u2060", "") == name
