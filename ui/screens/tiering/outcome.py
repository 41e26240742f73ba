"""What a draft would do: who moves, what serving them takes, the movers by name."""

from typing import Any

import pandas as pd
import streamlit as st

from charts import tier_rules as charts
from services import tier_rules
from services.actor import Actor
from services.rule_book import Problem
from services.rule_tables import rule
from services.tier_rules import Matrix, Means, Trial
from terms.tiering import TierAxis
from ui.session import read, today
from words import _, current_locale, formats, ngettext
from words.labels import label
from words.markdown import plain, quiet, strong
from words.tier_rules import draft_problem
from words.tiering import class_text, factor_name

SHOWN = 12


def draw_problems(problems: tuple[tuple[str, Problem], ...]) -> None:
    """What keeps the draft from being tried; what was typed stands beside it."""
    lines = "\n".join(f"- {plain(draft_problem(key, each))}" for key, each in problems)
    st.error(_("Put this right to see what it does:") + "\n" + lines, icon=":material/rule:")


def draw(actor: Actor, trial: Trial, axis: TierAxis, values: Any) -> None:
    """Draw the movements on ``axis``, the means they take and the clients that move."""
    _without_data(trial, values)
    cell = _matrix(trial.matrices[axis], key=f"tiering.matrix.{axis.value}")
    if axis is not TierAxis.RISK:
        st.markdown(quiet(summary(trial, tier_rules.FOLLOWING)))
    if axis is not TierAxis.STARS:
        _effort(actor, trial)
    _movers(actor, trial, axis, cell)


def draw_between(one: str, theirs: Trial, other: str, mine: Trial, axis: TierAxis) -> None:
    """Draw how two drafts differ: rows by the one, columns by the other."""
    matrix = tier_rules.between(theirs, mine, axis)
    st.markdown(
        quiet(
            _("Rows: by “{one}” · columns: by “{other}”").format(one=plain(one), other=plain(other))
        )
    )
    _matrix(matrix, key=f"tiering.between.{axis.value}")


def summary(trial: Trial, axis: TierAxis) -> str:
    """How many of how many clients move, and which way."""
    matrix = trial.matrices[axis]
    if not matrix.up and not matrix.down:
        return _("{axis}: nobody moves · {n} clients").format(
            axis=label(axis), n=formats.number(matrix.clients)
        )
    return _("{axis}: {moved} of {n} clients move · {up} up, {down} down").format(
        axis=label(axis),
        moved=formats.number(matrix.up + matrix.down),
        n=formats.number(matrix.clients),
        up=formats.number(matrix.up),
        down=formats.number(matrix.down),
    )


def _without_data(trial: Trial, values: Any) -> None:
    """Factors of which nothing is known of anybody: they give points to nobody."""
    known = trial.population.facts
    empty = [
        row["factor"]
        for key in ("tiering.value", "tiering.risk")
        for row in values[key]["factors"]
        if not tier_rules.is_known_of_anybody(known, row["factor"])
    ]
    if empty:
        names = formats.listing([factor_name(name) for name in empty])
        st.warning(
            _("No client has a value for {names}: it gives points to nobody.").format(
                names=plain(names)
            ),
            icon=":material/database_off:",
        )


def _matrix(matrix: Matrix, *, key: str) -> tuple[str, str] | None:
    """The movements as a table of cells.

    Returns:
        The cell that is picked: the class now and the class then.
    """
    rows = _cells(matrix)
    theme = st.context.theme.type or "light"
    state: Any = st.vega_lite_chart(
        rows,
        charts.movements(current_locale().value, theme),
        theme=None,
        on_select="rerun",
        selection_mode="pick",
        key=key,
    )
    picked = (state.get("selection", {}) or {}).get("pick") or []
    if not picked:
        return None
    return picked[0]["before"], picked[0]["after"]


def _cells(matrix: Matrix) -> pd.DataFrame:
    names = [class_text(matrix.axis, code or None) for code in matrix.classes]
    rows = []
    for place, before in enumerate(matrix.classes):
        if not matrix.before[place] and not matrix.after[place]:
            continue
        for then, after in enumerate(matrix.classes):
            if not matrix.after[then] and not matrix.before[then]:
                continue
            n = int(matrix.cells[place, then])
            rows.append(
                {
                    "before": before,
                    "after": after,
                    "before_name": _named(names[place], matrix.before[place]),
                    "after_name": _named(names[then], matrix.after[then]),
                    "before_place": place,
                    "after_place": then,
                    "clients": n,
                    "said": formats.number(n) if n else "–",
                    "share": n / matrix.before[place] if matrix.before[place] else 0.0,
                    "way": "same" if place == then else "up" if then > place else "down",
                }
            )
    return pd.DataFrame(rows)


def _named(name: str, n: int) -> str:
    return _("{name} {n}").format(name=name, n=formats.number(n))


def _effort(actor: Actor, trial: Trial) -> None:
    service = read(rule, key="tiering.service", on=today())
    means = read(tier_rules.means, actor=actor, on=today())
    before = tier_rules.effort(trial.population.stands, service)
    after = tier_rules.effort(trial.goes, service)
    hours = _("{before} → {after} of {most} hours").format(
        before=formats.number(before.hours),
        after=formats.number(after.hours),
        most=formats.number(means.hours),
    )
    money = _("{before} → {after} of {most} yuan of reception").format(
        before=formats.money(before.reception_fen),
        after=formats.money(after.reception_fen),
        most=formats.money(means.reception_fen),
    )
    rows = pd.DataFrame(
        [
            _share(_("Service time"), before.hours, after.hours, means.hours, hours),
            _share(
                _("Reception"),
                before.reception_fen,
                after.reception_fen,
                means.reception_fen,
                money,
            ),
        ]
    )
    theme = st.context.theme.type or "light"
    st.markdown(strong(_("What serving takes in a year")))
    st.vega_lite_chart(rows, charts.effort(current_locale().value, theme), theme=None)
    st.markdown(quiet(f"{hours} · {money} · {_people(means)}"))


def _people(means: Means) -> str:
    return ngettext("{n} person serves clients", "{n} people serve clients", means.people).format(
        n=formats.number(means.people)
    )


def _share(name: str, before: int, after: int, most: int, said: str) -> dict[str, Any]:
    whole = max(most, 1)
    return {
        "name": name,
        "before": round(100 * before / whole, 1),
        "after": round(100 * after / whole, 1),
        "said": said,
        "is_over": after > most,
    }


def _movers(actor: Actor, trial: Trial, axis: TierAxis, cell: tuple[str, str] | None) -> None:
    before, after = cell or (None, None)
    found = read(
        tier_rules.movers,
        actor=actor,
        trial=trial,
        axis=axis,
        before=before,
        after=after,
        limit=SHOWN,
        on=today(),
    )
    if not found:
        return
    what = (
        _("Clients that move, most points first")
        if cell is None
        else _("From {before} to {after}").format(
            before=class_text(axis, before or None), after=class_text(axis, after or None)
        )
    )
    st.markdown(strong(what))
    head = [_("Client"), _("Now → then"), _("Points"), _("Premium in force, yuan")]
    lines = [" | ".join(head), ":-- | :-- | --: | --:"]
    for each in found:
        points = "–" if each.before_score is None else f"{each.before_score} → {each.after_score}"
        name = plain(each.name or each.number)
        cells = [
            f"[{name}](/client?id={each.number})",
            f"{class_text(axis, each.before or None)} → {class_text(axis, each.after or None)}",
            points,
            formats.money(each.premium_fen),
        ]
        lines.append(" | ".join(cells))
    st.markdown("\n".join(f"| {line} |" for line in lines))
    st.markdown(quiet(_("Only clients you may open are named; counts are the company's.")))
