"""Dates, money, counts and shares as people read them, in the language spoken now."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from terms.people import Locale
from words import _, current_locale, ngettext

SHANGHAI = ZoneInfo("Asia/Shanghai")

_WEEKDAYS = {
    Locale.ZH: ("周一", "周二", "周三", "周四", "周五", "周六", "周日"),
    Locale.EN: ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
}


def day(value: date | None, *, missing: str = "–") -> str:
    """``2026-11-21``."""
    return value.isoformat() if value else missing


def local_day(value: datetime | None, *, zone: ZoneInfo = SHANGHAI, missing: str = "–") -> str:
    """``2026-11-21`` of an instant, on the business's clock."""
    return day(value.astimezone(zone).date() if value else None, missing=missing)


def month(value: date) -> str:
    """``2026-11``."""
    return value.strftime("%Y-%m")


def short_day(value: date | None, *, missing: str = "–") -> str:
    """``11-21``, where the year is plain."""
    return f"{value:%m-%d}" if value else missing


def weekday(value: date) -> str:
    """``周六`` / ``Sat``."""
    return _WEEKDAYS[current_locale()][value.weekday()]


def narrow_weekday(value: date) -> str:
    """``六`` / ``Sa``, for the head of a month."""
    name = weekday(value)
    return name[-1] if current_locale() == Locale.ZH else name[:2]


def day_and_weekday(value: date) -> str:
    """``2026-11-21 周六``, for tooltips."""
    return f"{value.isoformat()} {weekday(value)}"


def date_time(value: datetime | None, *, zone: ZoneInfo = SHANGHAI, missing: str = "–") -> str:
    """``2026-11-21 09:12`` on the business's clock."""
    return f"{value.astimezone(zone):%Y-%m-%d %H:%M}" if value else missing


def time_of_day(value: datetime, *, zone: ZoneInfo = SHANGHAI) -> str:
    """``09:12`` on the business's clock."""
    return f"{value.astimezone(zone):%H:%M}"


def moment(value: datetime, *, on: date, zone: ZoneInfo = SHANGHAI) -> str:
    """``今天 10:00``, ``明天 10:00``, ``周一 10:00``, else ``11-30 10:00``, seen from ``on``."""
    local = value.astimezone(zone)
    return f"{near_day(local.date(), on=on)} {local:%H:%M}"


def near_day(value: date, *, on: date) -> str:
    """``昨天``, ``今天``, ``明天``; a weekday inside the coming week; else ``11-30``."""
    away = (value - on).days
    match away:
        case 0:
            return _("today")
        case 1:
            return _("tomorrow")
        case -1:
            return _("yesterday")
    return weekday(value) if 1 < away < 7 else short_day(value)


def days_left(days: int) -> str:
    """Days until something falls due: ``3 天后到期`` / ``3 days left``; negative when past."""
    if days > 0:
        return ngettext("{n} day left", "{n} days left", days).format(n=days)
    if days == 0:
        return _("due today")
    return ngettext("{n} day overdue", "{n} days overdue", -days).format(n=-days)


def days(count: int) -> str:
    """``3 天`` / ``3 days``."""
    return ngettext("{n} day", "{n} days", count).format(n=f"{count:,}")


def money(fen: int | None, *, missing: str = "–") -> str:
    """Yuan without the unit, rounded to the yuan: ``6,480``. The unit stands in the header."""
    if fen is None:
        return missing
    return f"{_rounded(fen, 100):,}"


def yuan(fen: int) -> int:
    """Whole yuan as ``money`` rounds them, for a column of numbers."""
    return _rounded(fen, 100)


def money_exact(fen: int | None, *, missing: str = "–") -> str:
    """Yuan with two decimals: ``6,480.50``."""
    if fen is None:
        return missing
    sign = "-" if fen < 0 else ""
    return f"{sign}{abs(fen) // 100:,}.{abs(fen) % 100:02d}"


def money_with_unit(fen: int | None, *, missing: str = "–") -> str:
    """``6,480 元`` / ``¥6,480``."""
    if fen is None:
        return missing
    return _("¥{amount}").format(amount=money(fen))


def money_short(fen: int | None, *, missing: str = "–") -> str:
    """Large sums: ``18.6 万`` and ``1.2 亿`` / ``186 k`` and ``120 m``; small ones whole."""
    if fen is None:
        return missing
    yuan = fen / 100
    steps: tuple[tuple[float, str], ...] = (
        ((1e8, " 亿"), (1e4, " 万"))
        if current_locale() == Locale.ZH
        else ((1e9, " bn"), (1e6, " m"), (1e3, " k"))
    )
    for size, unit in steps:
        if abs(yuan) >= size:
            return f"{yuan / size:,.1f}".removesuffix(".0") + unit
    return money(fen)


def percent(share: float | None, *, decimals: int = 0, missing: str = "–") -> str:
    """``0.624`` → ``62%``."""
    return missing if share is None else f"{share:.{decimals}%}"


def change(share: float | None, *, decimals: int = 1, missing: str = "–") -> str:
    """A change with its sign: ``+5.9%``."""
    return missing if share is None else f"{share:+.{decimals}%}"


def number(value: float | None, *, missing: str = "–") -> str:
    """``12,345``."""
    return missing if value is None else f"{value:,}"


def count(value: int, *, cap: int | None = None) -> str:
    """A count that stopped counting at ``cap``: ``10,000+``."""
    return f"{cap:,}+" if cap is not None and value > cap else f"{value:,}"


def listing(items: list[str]) -> str:
    """``甲、乙`` / ``a, b``."""
    return ("、" if current_locale() == Locale.ZH else ", ").join(items)


def sentences(parts: list[str]) -> str:
    """Whole sentences one after the other; Chinese puts no space between them."""
    return ("" if current_locale() == Locale.ZH else " ").join(parts)


def _rounded(value: int, unit: int) -> int:
    """``value ÷ unit``, half away from zero."""
    whole = (2 * abs(value) + unit) // (2 * unit)
    return -whole if value < 0 else whole
