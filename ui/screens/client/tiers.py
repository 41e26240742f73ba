"""Where the client stands: value and risk, the points behind them, the next step up."""

import streamlit as st

from services import tiering
from services.actor import Actor
from services.tiering import AxisCard
from ui.session import read, today
from words import _, formats
from words.labels import label
from words.markdown import plain, quiet
from words.tiering import fact_text, factor_name, lift_sentence, missing_sentence


def draw(actor: Actor, number: str) -> None:
    """Draw both tiers; nothing before the first pass over the clients."""
    card = read(tiering.standing_of, actor=actor, number=number, on=today())
    if card is None:
        return
    with st.container(border=True, key="client-tiers"):
        st.subheader(_("Value and risk"), anchor=False)
        for axis in card.axes:
            _axis(axis)
        st.markdown(quiet(_("For our own use · as of {day}").format(day=formats.day(card.on))))


def _axis(axis: AxisCard) -> None:
    now = axis.standing
    said = _("{axis}: **{tier}** · {score} of {most} points").format(
        axis=label(axis.axis), tier=label(now.tier), score=now.score, most=axis.most
    )
    st.markdown(said)
    if axis.lift is not None:
        st.markdown(f":green[▲] {plain(lift_sentence(axis.lift))}")
    if now.missing:
        st.markdown(f":orange[◆] {plain(missing_sentence(now))}")
    with st.expander(_("How the points come about"), key=f"client-tier-{axis.axis.value}"):
        head = [_("Factor"), _("Known"), _("Points")]
        rows = [
            [
                plain(factor_name(part.factor)),
                plain(fact_text(part.factor, part.fact)),
                f"{part.points} / {part.most}",
            ]
            for part in now.parts
        ]
        total = [_("Sum"), "", f"{now.score} / {axis.most}"]
        lines = [" | ".join(cells) for cells in (head, [":--", ":--", "--:"], *rows, total)]
        st.markdown("\n".join(f"| {line} |" for line in lines))
