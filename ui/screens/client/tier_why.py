"""How a client's classes come about: points as a chart and a table, income, and their history."""

import pyarrow as pa
import streamlit as st

from charts import client_tiers as drawn
from services.tiering import GRADES, ClassChange, Evidence, IncomeCard, Scale, Standing
from terms.tiering import Tier, TierAxis
from words import _, current_locale, formats
from words.client_tiers import change_texts, evidence_amount, income_rows, next_star_sentence
from words.labels import label
from words.markdown import plain, quiet, unbroken
from words.tiering import fact_text, factor_name, push_sentence


def title_of(axis: TierAxis) -> str:
    """What the part that explains an axis is called."""
    return _("How the points come about: {axis}").format(axis=label(axis))


def points(axis: TierAxis, now: Standing, scale: Scale) -> None:
    """The points of each factor until their sum, as a chart and as a table."""
    names, kinds, starts, ends, said = [], [], [], [], []
    reached = 0
    for part in now.parts:
        most = part.most if part.is_missing else part.points
        names.append(factor_name(part.factor))
        kinds.append(drawn.OPEN if part.is_missing else drawn.POINTS)
        starts.append(reached)
        ends.append(reached + most)
        said.append(_("up to {n}").format(n=most) if part.is_missing else f"{part.points}")
        reached += part.points
    names.append(_("Sum"))
    kinds.append(drawn.SUM)
    starts.append(0)
    ends.append(now.score)
    said.append(f"{now.score}")
    for tier in (Tier.MID, Tier.HIGH):
        name = label(GRADES[tier] if axis is TierAxis.CREDIT else tier)
        names.append(name)
        kinds.append(drawn.LIMIT)
        starts.append(scale.needed(tier))
        ends.append(scale.needed(tier))
        said.append(_("{tier} from {n}").format(tier=name, n=scale.needed(tier)))
    st.vega_lite_chart(
        pa.table(
            {"name": names, "kind": kinds, "start": starts, "end": ends, "said": said}
        ).to_pandas(),
        drawn.waterfall(current_locale().value, st.context.theme.type or "light"),
        key=f"client.tier-chart-{axis.value}",
        theme=None,
    )
    head = [_("Factor"), _("Known"), _("Points")]
    rows = [
        [
            plain(factor_name(part.factor)),
            plain(fact_text(part.factor, part.fact)),
            f"{part.points} / {part.most}",
        ]
        for part in now.parts
    ]
    _table([head, [":--", ":--", "--:"], *rows, [_("Sum"), "", f"{now.score} / {scale.most}"]])


def income(card: IncomeCard) -> None:
    """Realised and expected income of the service year, kept apart, and the stars each makes."""
    year = _("Service year {first} – {last}; what pays for several years is spread by days.")
    st.markdown(
        quiet(year.format(first=formats.day(card.year.first), last=formats.day(card.year.last)))
    )
    if card.income is None:
        st.markdown(_("No income of this client is known for the service year."))
        return
    _table([[_("Kind"), _("Income, yuan"), _("Stars")], [":--", "--:", ":--"], *income_rows(card)])
    if more := next_star_sentence(card):
        st.markdown(plain(more))
    for push in card.pushes:
        sign = ":green[▲]" if push.is_up else ":orange[▼]"
        st.markdown(f"{sign} {plain(push_sentence(push))}")
    if not card.pushes:
        st.markdown(quiet(_("What is expected to come in changes no star within a year.")))


def history(changes: tuple[ClassChange, ...]) -> None:
    """Each change of a class with its day, score, version of the rule and day of the data."""
    if not changes:
        st.markdown(_("No class has changed since the first calculation."))
        return
    rows = [
        [_("Data of"), _("Classification"), _("Change"), _("Rule of")],
        [":--", ":--", ":--", ":--"],
    ]
    for one in changes:
        by_hand = _("by hand") if one.is_by_hand else unbroken(formats.day(one.rule_from))
        moved, points = change_texts(one)
        if points:
            moved = f"{moved} {quiet(points)}"
        rows.append([unbroken(formats.day(one.on)), label(one.axis), moved, by_hand])
    _table(rows)


def credit_file(entries: tuple[Evidence, ...]) -> None:
    """What lies behind the credit grade, the newest first."""
    if not entries:
        st.markdown(_("Nothing speaks against this client's credit."))
        return
    rows = [[_("Day"), _("What"), _("Amount, yuan")], [":--", ":--", "--:"]]
    for one in entries:
        what = f"{label(one.kind)} {plain(one.what)}"
        rows.append([unbroken(formats.day(one.on)), what, evidence_amount(one)])
    _table(rows)


def _table(rows: list[list[str]]) -> None:
    st.markdown("\n".join(f"| {' | '.join(cells)} |" for cells in rows))
