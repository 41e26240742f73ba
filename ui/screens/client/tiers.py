"""Where the client stands: value, risk and stars, what would change them, and what decided them."""

from typing import Any

import streamlit as st

from services import tiering
from services.actor import Actor
from services.changes import Chapter
from services.permissions import Permission
from services.tiering import (
    AxisCard,
    CreditCard,
    DisclosureCard,
    IncomeCard,
    OverrideRow,
    ReceptionCard,
    StandingCard,
    WaitingOverride,
)
from terms.tiering import CreditGrade, TierAxis
from ui.components.live import live
from ui.screens.client import star_forms, tier_forms, tier_why
from ui.session import fragment, link_to, read, signed_in, today
from words import _, formats
from words.client_tiers import reception_sentence
from words.labels import label
from words.markdown import plain, quiet, tag
from words.tiering import (
    class_text,
    companions_sentence,
    lift_sentence,
    missing_sentence,
    push_sentence,
    stars_drawn,
)


@fragment
def draw(number: str) -> None:
    """Draw where the client stands; nothing before the first pass over the clients. Drawn again
    when a pass or a decision changed a tier."""
    actor = signed_in(Permission.CLIENT_READ)
    live(Chapter.TIERS, key="client.tiers-live", scope="client-tiers", every=3)
    card = read(tiering.standing_of, actor=actor, number=number, on=today())
    if card is None:
        return
    asked: dict[str, Any] = {"actor": actor, "number": number, "on": today()}
    income = read(tiering.income_of, **asked)
    decided = read(tiering.overrides_of, **asked)
    waiting = read(tiering.overrides_waiting, **asked)
    in_force = {row.axis: row for row in reversed(decided) if row.holds_on(today())}
    with st.container(border=True, key="client-tiers"):
        _head(actor, number, card)
        for axis in card.axes:
            _axis(axis, in_force.get(axis.axis))
        told = read(tiering.disclosure_of, **asked)
        _stars(card, income, in_force.get(TierAxis.STARS), told)
        _reception(card.reception, in_force.get(TierAxis.RECEPTION))
        _credit(card.credit, in_force.get(TierAxis.CREDIT))
        for one in waiting:
            _waits(one)
        for axis in card.axes:
            with st.expander(tier_why.title_of(axis.axis), key=f"client-tier-{axis.axis.value}"):
                tier_why.points(axis.axis, axis.standing, axis.scale)
        with st.expander(_("Income of the service year"), key="client-tier-income"):
            tier_why.income(income)
        with st.expander(_("Credit file"), key="client-tier-credit"):
            tier_why.points(TierAxis.CREDIT, card.credit.standing, card.credit.scale)
            tier_why.credit_file(read(tiering.credit_evidence, **asked))
        with st.expander(_("History and decisions"), key="client-tier-history"):
            tier_why.history(read(tiering.changes_of, **asked))
            tier_forms.decisions(actor, decided)
            star_forms.disclosure(actor, number, told)
        st.markdown(quiet(_("For our own use · as of {day}").format(day=formats.day(card.on))))


def _head(actor: Actor, number: str, card: StandingCard) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.subheader(_("Value and risk"), anchor=False)
        if actor.may(Permission.TIER_OVERRIDE):
            st.space("stretch")
            tier_forms.button(actor, number, card)


def _axis(card: AxisCard, override: OverrideRow | None) -> None:
    now = card.standing
    said = _("{axis}: **{tier}** · {score} of {most} points").format(
        axis=label(card.axis), tier=label(card.holds), score=now.score, most=card.most
    )
    st.markdown(said + _by_hand(override, class_text(card.axis, now.tier.value)))
    if card.lift is not None:
        st.markdown(f":green[▲] {plain(lift_sentence(card.lift))}")
    if now.missing:
        st.markdown(f":orange[◆] {plain(missing_sentence(now))}")


def _stars(
    card: StandingCard, income: IncomeCard, override: OverrideRow | None, told: DisclosureCard
) -> None:
    stars = card.stars
    held = stars_drawn(stars.holds) if stars.holds is not None else _("not known")
    said = _("{axis}: **{stars}**").format(axis=label(TierAxis.STARS), stars=held)
    internal = tag("gray", _("internal, not for the client"), "visibility_off")
    if told.row is not None:
        until = _("may be told to the client until {day}").format(
            day=formats.day(told.row.until_on)
        )
        internal = tag("orange", until, "visibility")
    st.markdown(
        f"{said} {internal}" + _by_hand(override, class_text(TierAxis.STARS, stars.by_rule))
    )
    if income.income is not None and income.pushes:
        coming = formats.listing([push_sentence(push) for push in income.pushes])
        with_income = _("By what actually comes in: {months}").format(months=coming)
        sign = ":green[▲]" if income.pushes[0].is_up else ":orange[▼]"
        st.markdown(f"{sign} {plain(with_income)}")


def _reception(card: ReceptionCard, override: OverrideRow | None) -> None:
    st.markdown(
        reception_sentence(card)
        + _by_hand(override, label(card.by_rule))
        + f"  \n{quiet(companions_sentence(card.companions))}"
    )


def _credit(card: CreditCard, override: OverrideRow | None) -> None:
    now = card.standing
    said = _("{axis}: **{held}** · {score} of {most} points against").format(
        axis=label(TierAxis.CREDIT), held=label(card.holds), score=now.score, most=card.scale.most
    )
    st.markdown(said + _by_hand(override, label(card.by_rule)))
    if card.holds is CreditGrade.POOR:
        warned = _("Stronger review: underwrite with care, or at a higher rate.")
        st.markdown(f":red[▲] {warned}")


def _by_hand(override: OverrideRow | None, by_rule: str) -> str:
    if override is None:
        return ""
    said = _("by hand until {day} · by the rule: {by_rule}").format(
        day=formats.day(override.until_on), by_rule=by_rule
    )
    return f" {tag('blue', said, 'person')}"


def _waits(one: WaitingOverride) -> None:
    said = _("{axis}: a decision is asked for by {who}").format(
        axis=label(one.axis), who=one.asked_by
    )
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f":gray[○] {plain(said)}")
        link_to("approvals", one.number, icon=":material/approval:", id=one.number)
