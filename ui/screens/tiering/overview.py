"""Where the clients stand: value against risk, by branch and team, by stars and points, how the
money is spread; what is clicked lists its clients."""

from collections import Counter
from datetime import date
from typing import Any

import pyarrow as pa
import streamlit as st

import charts.tiering as drawn
from services import measures, tiering
from services.actor import Actor
from services.changes import Chapter
from services.permissions import Permission
from services.tiering import NO_PLACE, NO_STARS, Concentration, Distribution, Side, TierFilter
from terms.tiering import Tier, TierAxis
from ui.components.figure import figure
from ui.screens.tiering import address, candidates, parts
from ui.screens.tiering.address import View
from ui.screens.tiering.missing import by_fact
from ui.session import read, today
from ui.shared import read_shared
from words import _, current_locale, formats
from words.labels import label
from words.markdown import plain, quiet
from words.tiering import class_text, column_name

CLASSES = ("value", "risk", "stars")
MOST_PLACES = 12
SCALES = (TierAxis.VALUE, TierAxis.RISK)


def draw(actor: Actor, as_of: date) -> None:
    """Draw the charts, and the clients of what was clicked."""
    place = address.place()
    found = read_shared(tiering.distribution, Chapter.TIERS, actor=actor, on=today(), where=place)
    if not found.clients:
        st.markdown(_("No client of yours has a tier here yet. Take a filter away."))
        return
    _exceptions(actor, place)
    least = read(measures.fewest, on=today())
    left, right = st.columns(2, gap="small")
    with left, st.container(border=True, height="stretch"):
        _matrix(found, as_of, least)
    with right, st.container(border=True, height="stretch"):
        _places(found, as_of, least)
    left, right = st.columns(2, gap="small")
    with left, st.container(border=True, height="stretch"):
        _stars(found, as_of, least)
    with right, st.container(border=True, height="stretch"):
        _scores(actor, as_of, place)
    with st.container(border=True, key="tiering-list"):
        _list(actor, address.filters())
    _spread(actor, place)


def _exceptions(actor: Actor, place: TierFilter) -> None:
    """What asks for an act, before where everybody stands: each with the way to it."""
    counts = {side: candidates.counted(actor, side, place) for side in Side}
    facts = read_shared(tiering.missing_counts, Chapter.TIERS, actor=actor, on=today(), where=place)
    lacking = sum(number for _factor, _could, number in facts)
    about = {"branch": place.branch, "team": place.team}
    near = {
        side: measures.figure("tiers.near", number, about={**about, "side": side.value})
        for side, number in counts.items()
    }
    missing = measures.figure("tiers.missing", lacking, about=about, parts=by_fact(facts))
    ways = (
        (near[Side.BELOW], _("could rise"), View.CANDIDATES, Side.BELOW),
        (near[Side.ABOVE], _("could fall"), View.CANDIDATES, Side.ABOVE),
        (missing, _("to complete"), View.MISSING, None),
    )
    with st.container(key="tiering-exceptions", horizontal=True, vertical_alignment="center"):
        for shown, title, view, side in ways:
            key = f"{view.value}-{side.value}" if side else view.value
            with st.container(horizontal=True, vertical_alignment="center", width="content"):
                figure(shown, key=key)
                st.button(
                    title,
                    key=f"tiering.to-{key}",
                    type="tertiary",
                    icon=":material/arrow_forward:",
                    icon_position="right",
                    disabled=not shown.value,
                    on_click=_go,
                    args=(view, side),
                )


def _go(view: View, side: Side | None) -> None:
    address.turn(view)
    address.put(side=side.value if side else None)


def _look() -> tuple[str, str]:
    return current_locale().value, st.context.theme.type or "light"


def _matrix(found: Distribution, as_of: date, least: int) -> None:
    counts: Counter[tuple[Tier, Tier]] = Counter()
    for cell in found.cells:
        counts[cell.value, cell.risk] += cell.clients
    cells = [(value, risk) for value in parts.TIERS for risk in Tier]
    numbers = [counts[cell] for cell in cells]
    most = max(numbers)
    down = {one: sum(counts[one, other] for other in Tier) for one in Tier}
    across = {one: sum(counts[other, one] for other in Tier) for one in Tier}
    rows = pa.table(
        {
            "down": [value.value for value, _risk in cells],
            "down_name": [_with(value, down[value]) for value, _risk in cells],
            "across": [risk.value for _value, risk in cells],
            "across_name": [_with(risk, across[risk]) for _value, risk in cells],
            "clients": numbers,
            "shade": [number / most for number in numbers],
            "said": parts.shares(numbers, least),
        }
    )
    parts.chart(
        _("Who is worth much, and who is risky?"),
        parts.unit_note(as_of, _("value down, risk across")),
        rows,
        drawn.grid(*_look(), _("Value tier"), _("Risk tier")),
        key="tiering.matrix",
        counted=_counted(
            "tiers.matrix",
            {(value.value, risk.value): counts[value, risk] for value, risk in cells},
        ),
        columns={
            "down_name": _("Value tier"),
            "across_name": _("Risk tier"),
            "clients": _("Clients"),
        },
        names={"down": "value", "across": "risk"},
    )


def _with(tier: Tier, number: int) -> str:
    return f"{label(tier)} · {formats.number(number)}"


def _places(found: Distribution, as_of: date, least: int) -> None:
    """By branch; by team where one branch is left."""
    branches = {row.branch for row in found.places}
    is_team = len(branches) == 1 or bool(address.asked("branch"))
    name = "team" if is_team else "branch"
    counts: Counter[tuple[str, Tier]] = Counter()
    for row in found.places:
        counts[getattr(row, name) or "", row.value] += row.clients
    sizes: Counter[str] = Counter()
    for (place, _tier), number in counts.items():
        sizes[place] += number
    shown = [place for place, _n in sizes.most_common(MOST_PLACES)]
    lines: list[dict[str, Any]] = []
    whole: Counter[Tier] = Counter()
    for (_place, tier), number in counts.items():
        whole[tier] += number
    for place, title, of in [
        ("", _("All"), whole),
        *((one, one or _("none"), {t: counts[one, t] for t in Tier}) for one in shown),
    ]:
        numbers = [of[tier] for tier in Tier]
        for step, (tier, number, said) in enumerate(
            zip(Tier, numbers, parts.shares(numbers, least), strict=True)
        ):
            lines.append(
                {
                    "place": place or ("" if title == _("All") else NO_PLACE),
                    "name": f"{title} · {formats.number(sum(numbers))}",
                    "value": tier.value,
                    "tier_name": label(tier),
                    "step": step,
                    "clients": number,
                    "share": number / max(sum(numbers), 1),
                    "said": said,
                }
            )
    question = (
        _("Which team has which clients?") if is_team else _("Which branch has which clients?")
    )
    note = parts.unit_note(as_of)
    if len(sizes) > len(shown):
        note += " · " + _("the largest {n} of {all}").format(n=len(shown), all=len(sizes))
    parts.chart(
        question,
        note,
        pa.Table.from_pylist(lines),
        drawn.by_place(*_look()),
        key=f"tiering.by-{name}",
        counted=_counted(
            f"tiers.by_{name}",
            {(place, tier.value): number for (place, tier), number in counts.items() if number},
        ),
        columns={"name": _("Where"), "tier_name": _("Value tier"), "said": _("Clients")},
        names={"place": name, "value": "value"},
    )


def _stars(found: Distribution, as_of: date, least: int) -> None:
    counts: Counter[int] = Counter()
    for cell in found.cells:
        counts[cell.stars or NO_STARS] += cell.clients
    order = (5, 4, 3, 2, 1, NO_STARS)
    numbers = [counts[stars] for stars in order]
    rows = pa.table(
        {
            "code": [str(stars) for stars in order],
            "name": [class_text(TierAxis.STARS, stars or None) for stars in order],
            "clients": numbers,
            "said": parts.shares(numbers, least),
        }
    )
    rated = found.clients - counts[NO_STARS]
    about = {name: address.asked(name) or None for name in address.OF_ALL}
    parts.chart(
        _("How many stars do clients have?"),
        parts.unit_note(as_of, _("internal, never told to a client")),
        rows,
        drawn.bars(*_look()),
        key="tiering.stars-chart",
        counted=measures.figure("tiers.rated", rated, of=found.clients, about=about),
        columns={"name": _("Client stars"), "clients": _("Clients"), "said": _("Share")},
        names={"code": "stars"},
    )


def _scores(actor: Actor, as_of: date, place: TierFilter) -> None:
    axis = address.axis(*SCALES)
    asked: dict[str, Any] = {"actor": actor, "on": today(), "axis": axis}
    counts = read_shared(tiering.score_counts, Chapter.TIERS, **asked, where=place)
    limits = read_shared(tiering.limits, Chapter.TIERS, Chapter.RULES, **asked)

    def tier(score: int) -> Tier:
        if score >= limits.high:
            return Tier.HIGH
        return Tier.MID if score >= limits.mid else Tier.LOW

    lines: list[dict[str, Any]] = [
        {
            "score": score,
            "clients": number,
            "tier": tier(score).value,
            "tier_name": label(tier(score)),
            "limit": None,
            "said": None,
        }
        for score, number in counts
    ]
    for limit, of in ((limits.mid, Tier.MID), (limits.high, Tier.HIGH)):
        said = _("{tier} from {n}").format(tier=label(of), n=limit)
        lines.append({"limit": limit - 0.5, "tier": of.value, "said": said})
    parts.chart(
        _("How close are clients to the next tier?"),
        parts.unit_note(as_of, _("points of {most}").format(most=limits.most)),
        pa.Table.from_pylist(lines),
        drawn.scores(*_look()),
        key="tiering.scores",
        counted=_counted(
            "tiers.scores",
            {(str(score),): number for score, number in counts},
            axis=axis.value,
        ),
        columns={"score": _("Points"), "clients": _("Clients"), "tier_name": _("Tier")},
        beside=lambda: parts.switch(
            "axis",
            _("Which points"),
            [one.value for one in SCALES],
            lambda code: label(TierAxis(code)),
            axis.value,
        ),
    )


def _spread(actor: Actor, place: TierFilter) -> None:
    """What the fifth who have most of a column hold of it."""
    columns = read_shared(
        tiering.concentrations, Chapter.TIERS, actor=actor, on=today(), where=place
    )
    if not columns:
        return
    by_name = {one.column: one for one in columns}
    one = by_name.get(address.asked("column"), columns[0])
    top = measures.figure(
        "tiers.top_fifth", one.top, of=one.total, about={"column": one.column, **dict(one.about)}
    )
    with st.container(border=True):
        left, right = st.columns([3, 2], gap="medium")
        with left:
            parts.chart(
                _("How much hangs on few clients?"),
                _curve_note(one),
                _curve(one),
                drawn.spread(*_look()),
                key="tiering.spread",
                counted=None,
                columns={"part": _("Clients"), "sum": _("Hold of the sum")},
                beside=lambda: parts.select(
                    "column", _("Column"), list(by_name), column_name, chosen=one.column, width=220
                ),
            )
        with right, st.container(key="tiering-fifth"):
            figure(top)
            st.markdown(
                _("by {column}; {n} clients have a number").format(
                    column=plain(column_name(one.column)), n=formats.number(one.clients)
                )
            )


def _curve_note(one: Concentration) -> str:
    said = _("part of the sum of {column}").format(column=plain(column_name(one.column)))
    if one.as_of is None:
        return said
    return f"{said} · " + _("as of {time}").format(time=formats.date_time(one.as_of))


def _curve(one: Concentration) -> pa.Table:
    steps = len(one.curve) - 1
    held = [part / tiering.WHOLE for part in one.curve]
    held[steps // tiering.FIFTH] = one.top / one.total
    clients = [step / steps for step in range(steps + 1)]
    said: list[str | None] = [None] * (steps + 1)
    said[steps // tiering.FIFTH] = formats.percent(one.top / one.total, decimals=1)
    return pa.table(
        {
            "clients": clients,
            "held": held,
            "even": clients,
            "said": said,
            "part": [formats.percent(share) for share in clients],
            "sum": [formats.percent(share, decimals=1) for share in held],
        }
    )


def _list(actor: Actor, where: TierFilter) -> None:
    """The clients of what was clicked."""
    said = [label(one) for one in (where.value,) if one]
    if where.risk:
        said.append(_("risk: {tier}").format(tier=label(where.risk)))
    if where.stars is not None:
        said.append(class_text(TierAxis.STARS, where.stars or None))
    said += [plain(name) for name in (where.branch, where.team) if name]
    with st.container(key="tiering-list-head", horizontal=True, vertical_alignment="center"):
        st.subheader(_("The clients behind it"), anchor=False)
        parts.unfilter(said, *CLASSES, *address.OF_ALL)
    if not actor.may(Permission.CLIENT_READ):
        parts.files_are_others()
        return
    if not said:
        st.markdown(quiet(_("Click a cell or a bar to see its clients here.")))
        return
    page = read_shared(
        tiering.clients_of,
        Chapter.TIERS,
        Chapter.CLIENTS,
        actor=actor,
        on=today(),
        where=where,
        after=address.page_of(),
    )
    if not page.rows:
        st.markdown(_("No client fits. Take a filter away."))
        return
    found = read_shared(
        tiering.distribution, Chapter.TIERS, actor=actor, on=today(), where=address.place()
    )
    number = sum(cell.clients for cell in found.cells if _fits(cell, where))
    figure(measures.figure("tiers.listed", number, about=tiering.about_tiers(where)))
    parts.clients_table(page.rows, key="tiering.clients")
    parts.pages(page.after, key="tiering.clients-pages")


def _fits(cell: tiering.Cell, where: TierFilter) -> bool:
    return (
        where.value in (None, cell.value)
        and where.risk in (None, cell.risk)
        and where.stars in (None, cell.stars or NO_STARS)
    )


def _counted(code: str, numbers: dict[tuple[str, ...], int], **about: str) -> measures.Figure:
    """A chart's numbers as one figure: the whole, and what each bar shows."""
    place = {name: address.asked(name) or None for name in address.OF_ALL}
    told = {key: number for key, number in numbers.items() if number}
    return measures.figure(
        code, sum(told.values()), parts=tuple(told.items()), about={**place, **about}
    )
