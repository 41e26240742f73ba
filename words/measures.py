"""Figures in words: what each is called and means, its formula, its period, and its rows.

Their texts stand in ``words.measure_names``; ``docs/measures.md`` is written from them and from the
definitions of ``services.measures``.
"""

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from services.measures import Column, ColumnKind, Figure, Measure, measure
from terms.measures import Formula, Unit
from terms.renewals import QueueView
from words import N_, _, formats, ngettext
from words.labels import label
from words.measure_names import COLUMNS, SAID, TABLES
from words.probability_measure_names import MODEL_FIGURES, bin_text, model_which
from words.renewal_analysis import group_text
from words.renewals import refusal
from words.tiering import column_name, factor_name


def name(code: str) -> str:
    """What the figure is called."""
    return _(SAID[code].name)


def meaning(code: str) -> str:
    """One sentence."""
    return _(SAID[code].meaning)


def numerator(code: str) -> str:
    return _(SAID[code].numerator)


def denominator(code: str) -> str:
    """Empty where the figure has none."""
    return _(SAID[code].denominator)


def formula(of: Measure) -> str:
    """How the number follows from the rows."""
    said = label(of.work.formula)
    column = header_of(of.work.column) if of.work.column else ""
    return said.format(column=column, of=header_of(of.work.of) if of.work.of else "")


def period(of: Measure, about: dict[str, str]) -> str:
    """Which time it is about; a range with its two days."""
    return label(of.period).format(first=about.get("from", "…"), last=about.get("to", "…"))


def sources(of: Measure) -> str:
    """The tables, as people call them."""
    return formats.listing([_(TABLES[table]) for table in of.tables])


def header_of(column: str) -> str:
    return _(COLUMNS[column])


def headers(of: Measure) -> list[str]:
    """What the columns of its rows are called; two of one name are told apart by their place."""
    return [header_of(column.name) for column in of.columns]


def value(figure: Figure, *, is_small: bool = False) -> str:
    """The number alone, as a tile shows it: ``23``, ``6,480``, ``87%``, ``8 / 25``.

    Args:
        is_small: a share of too few to be said in per cent: a count of a count.
    """
    defined = measure(figure.code)
    if is_small and figure.of is not None and defined.work.formula in _SHARES:
        whole = formats.money_with_unit if _is_money(defined) else formats.number
        return f"{_amount(defined, figure.value)} / {whole(int(figure.of))}"
    if defined.unit is Unit.SCORE:
        return f"{figure.value / figure.of:.4f}" if figure.of else "–"
    match defined.work.formula:
        case Formula.MEAN:
            return _mean(defined, figure)
        case Formula.SHARE | Formula.OF_CAPACITY | Formula.EVENNESS:
            return "–" if figure.percent is None else f"{figure.percent}%"
        case Formula.PART_OF_SUM:
            return formats.percent(figure.value / figure.of if figure.of else None, decimals=1)
        case Formula.OF_PLAN:
            return f"{figure.value:,} / {formats.number(int(figure.of or 0))}"
    if defined.unit is Unit.YUAN:
        return formats.money(figure.value)
    return f"{figure.value:,}+" if figure.is_capped else f"{figure.value:,}"


_QUOTIENTS = (Formula.SHARE, Formula.OF_CAPACITY, Formula.MEAN, Formula.EVENNESS)
_SHARES = (Formula.SHARE, Formula.PART_OF_SUM)
_MINUTES = 60


def _is_money(of: Measure) -> bool:
    kinds = {column.name: column.kind for column in of.columns}
    return of.work.column is not None and kinds[of.work.column] is ColumnKind.MONEY


def _amount(of: Measure, number: float) -> str:
    """A part of a share: money where the column holds money, else a count."""
    return formats.money(int(number)) if _is_money(of) else formats.number(int(number))


def _mean(of: Measure, figure: Figure) -> str:
    """An average; of minutes in hours."""
    if not figure.of:
        return "–"
    if of.unit is Unit.WORKING_HOUR:
        return _("{hours} h").format(
            hours=formats.number(round(figure.value / figure.of / _MINUTES))
        )
    return formats.number(round(figure.value / figure.of))


def worked(figure: Figure) -> str:
    """The number with what it was worked out from: ``14 ÷ 16.1 = 87%``."""
    if figure.of is None:
        return value(figure)
    formula, unit = measure(figure.code).work.formula, measure(figure.code).unit
    if unit is Unit.SCORE:
        return f"{figure.value:,} ÷ {figure.of:,.0f} = {value(figure)}"
    if formula is Formula.PART_OF_SUM:
        held, whole = (_amount(measure(figure.code), each) for each in (figure.value, figure.of))
        return f"{held} ÷ {whole} = {value(figure)}"
    if formula not in _QUOTIENTS:
        return value(figure)
    of = f"{figure.of:,.1f}".removesuffix(".0")
    return f"{figure.value:,} ÷ {of} = {value(figure)}"


def with_unit(figure: Figure, *, is_small: bool = False) -> str:
    """The number alone, money with its unit: ``6,480 元``."""
    if measure(figure.code).unit is Unit.YUAN:
        return formats.money_with_unit(figure.value)
    return value(figure, is_small=is_small)


def phrase(figure: Figure, *, is_small: bool = False) -> str:
    """The number with what it counts, as a line of a screen says it; the number in bold."""
    said = PHRASES.get(figure.code)
    if said is not None:
        return said(figure)
    number = with_unit(figure, is_small=is_small)
    return _("{name} **{value}**").format(name=name(figure.code), value=number)


def _together(figure: Figure) -> str:
    return _("Together {amount} yuan of premium in force").format(amount=value(figure))


def _on_time(figure: Figure) -> str:
    """As a count of a count: most teams have few items in a period."""
    return _("**{n}** of {of} items on time").format(
        n=f"{figure.value:,}", of=formats.number(int(figure.of or 0))
    )


def _things(figure: Figure) -> str:
    return ngettext("**{n}** thing due", "**{n}** things due", figure.value).format(n=value(figure))


def _late(figure: Figure) -> str:
    return ngettext("▲ **{n}** late", "▲ **{n}** late", figure.value).format(n=value(figure))


def _cases(figure: Figure) -> str:
    return ngettext("**{n}** open case", "**{n}** open cases", figure.value).format(n=value(figure))


def _shown(figure: Figure) -> str:
    return ngettext("{n} case", "{n} cases", figure.value).format(n=value(figure))


def _to_save(figure: Figure) -> str:
    return _("**{amount}** to save").format(amount=formats.money_with_unit(figure.value))


def _done(figure: Figure) -> str:
    return _("**{done}** / {planned} today").format(
        done=f"{figure.value:,}", planned=f"{int(figure.of or 0):,}"
    )


def _clients(figure: Figure) -> str:
    return ngettext("**{n}** client", "**{n}** clients", figure.value).format(n=value(figure))


def _n(figure: Figure) -> str:
    return _("n = {n}").format(n=value(figure))


def _total(figure: Figure) -> str:
    return _("Premium in all **¥{amount}**").format(amount=value(figure))


def _open(figure: Figure) -> str:
    return _("{n} open").format(n=value(figure))


def _decisions(figure: Figure) -> str:
    return ngettext(
        "**{n}** waits for my decision", "**{n}** wait for my decision", figure.value
    ).format(n=value(figure))


def _pairs(figure: Figure) -> str:
    return ngettext("**{n}** pair", "**{n}** pairs", figure.value).format(n=value(figure))


def _rated(figure: Figure) -> str:
    return _("**{n}** have stars").format(n=value(figure))


def _moved(figure: Figure) -> str:
    return ngettext("**{n}** moved", "**{n}** moved", figure.value).format(n=value(figure))


def _facts(figure: Figure) -> str:
    return ngettext("**{n}** fact not known", "**{n}** facts not known", figure.value).format(
        n=value(figure)
    )


def _fifth(figure: Figure) -> str:
    return _("The top fifth of the clients hold **{share}**").format(share=value(figure))


def _contacts(figure: Figure) -> str:
    about = dict(figure.about)
    if about["from"] == about["to"]:
        day = formats.short_day(date.fromisoformat(about["to"]))
        return _("Contacts on {day} **{n}**").format(day=day, n=value(figure))
    return _("Contacts in 7 days **{n}**").format(n=value(figure))


PHRASES: dict[str, Callable[[Figure], str]] = {
    "plans.on_time": _on_time,
    "approvals.waiting": _decisions,
    "clients.found": _clients,
    "clients.open_complaints": _open,
    "clients.together": _together,
    "duplicates.pairs": _pairs,
    "overview.due": _things,
    "overview.late": _late,
    "renewals.due_by_week": _n,
    "renewals.funnel": _n,
    "renewals.funnel_premium": _total,
    "renewals.member_contacts": _contacts,
    "renewals.open_by_group": _n,
    "renewals.my_cases": _shown,
    "renewals.my_done_today": _done,
    "renewals.my_to_save": _to_save,
    "renewals.premium_by_week": _total,
    "renewals.refusal_premium": _total,
    "renewals.refusals": _n,
    "renewals.team_cases": _cases,
    "renewals.team_to_save": _to_save,
    "tiers.by_branch": _n,
    "tiers.by_team": _n,
    "tiers.listed": _clients,
    "tiers.matrix": _n,
    "tiers.missing": _facts,
    "tiers.moved": _moved,
    "tiers.near": _clients,
    "tiers.rated": _rated,
    "tiers.scores": _n,
    "tiers.top_fifth": _fifth,
}

_VIEWS = {
    QueueView.APPOINTMENT: N_("promised for a time"),
    QueueView.WEEK: N_("due within 7 days"),
    QueueView.UNCOVERED: N_("uncovered"),
    QueueView.GRACE: N_("in grace"),
}


def which(figure: Figure) -> str:
    """Which one of its kind, where it is not the whole: the pill of the queue, the client."""
    about = dict(figure.about)
    view = about.get("view")
    if view and view != QueueView.ALL:
        return _(_VIEWS[QueueView(view)])
    if figure.code == "renewals.member_contacts":
        return about["to"] if about["from"] == about["to"] else _("in 7 days")
    if figure.code in MODEL_FIGURES:
        return model_which(about)
    if figure.code == "renewals.persistency":
        return _("{n} months").format(n=about["months"])
    if figure.code == "tiers.top_fifth":
        return column_name(about["column"])
    return about.get("client") or about.get("import") or ""


def cells(of: Measure, row: tuple[Any, ...], *, in_file: bool = False) -> list[Any]:
    """A row as people read it: days and times written out, money in yuan, codes by their names.

    Args:
        in_file: for a file: money with its fen, empty cells empty.
    """
    return [_cell(column, found, in_file) for column, found in zip(of.columns, row, strict=True)]


def _cell(column: Column, found: Any, in_file: bool) -> Any:
    if found is None:
        return None
    if column.name == "refusal_reason":
        return refusal(found)
    if column.name == "group":
        return group_text(found)
    if column.name == "bin":
        return bin_text(found)
    if column.name == "factor":
        return factor_name(found)
    match column.kind:
        case ColumnKind.MONEY:
            return Decimal(int(found)) / 100 if in_file else formats.yuan(int(found))
        case ColumnKind.DAY:
            return found.isoformat() if isinstance(found, date) else str(found)
        case ColumnKind.INSTANT:
            return formats.date_time(found) if isinstance(found, datetime) else str(found)
        case ColumnKind.CODE:
            return label(column.enum(found)) if column.enum else str(found)
        case ColumnKind.NUMBER | ColumnKind.MARK:
            return int(found)
        case ColumnKind.CONSTANT:
            return float(found)
    return found
