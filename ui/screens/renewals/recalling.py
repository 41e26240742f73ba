"""Untouched cases: what a recall would do, shown before it is done."""

import streamlit as st

from services import renewals
from services.actor import Actor
from ui.components.asking import forget, form, form_button
from ui.components.foreseen import foreseen_moves
from ui.session import now, read, save, tell_later, today
from words import _, ngettext

FORM = "renewals.recall"


def draw(actor: Actor) -> None:
    """The button, and the form it opens."""
    if form_button(_("Untouched cases…"), FORM, icon=":material/hourglass_bottom:"):
        form(_("Untouched cases"), _form, actor, width="large")


def _form(actor: Actor) -> None:
    plan = read(renewals.foresee_recall, actor=actor, on=today(), at=now())
    if plan.warned:
        st.markdown(
            ngettext(
                "{n} case has not been touched: its holder is warned.",
                "{n} cases have not been touched: their holders are warned.",
                plan.warned,
            ).format(n=f"{plan.warned:,}")
        )
    foreseen_moves(plan, key=FORM)
    if not plan.to and not plan.warned:
        st.markdown(_("Nothing is untouched for so long that somebody is to be warned."))
        return
    st.caption(
        _("The worker does this every working morning. It can be taken back under Earlier acts.")
    )
    doing = _("Recall and warn now") if plan.to else _("Warn now")
    if not st.button(doing, key=f"{FORM}-go", type="primary"):
        return
    done = save(renewals.recall_untouched, actor=actor, on=today(), at=now(), seen=plan.to)
    if done is not None:
        forget()
        tell_later(
            _("{warned} cases warned of, {recalled} recalled.").format(
                warned=f"{done.warned:,}", recalled=f"{done.recalled:,}"
            )
        )
        st.rerun()
