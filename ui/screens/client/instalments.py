"""The instalments of a client: their clocks on top, what one can record of them, then the table."""

import streamlit as st

from services import renewals
from services.actor import Actor
from services.clients import ClientFile
from services.permissions import Permission
from services.renewals import InstalmentClock
from terms.instalments import InstalmentStage
from terms.undo import UndoKind
from ui.components.earlier_acts import earlier_acts
from ui.screens.client import instalment_forms as forms
from ui.screens.client import policies
from ui.session import read, today
from words import _, formats
from words.instalments import clock_lines
from words.labels import label
from words.markdown import plain, quiet

OPEN = (InstalmentStage.SUSPENDED, InstalmentStage.REFUSED)


def draw(actor: Actor, file: ClientFile) -> None:
    """Draw every clock that runs, with the acts that follow from it."""
    found = read(renewals.clocks_of, actor=actor, number=file.number, on=today())
    if found:
        st.subheader(_("Clocks of the instalments"), anchor=False)
        for clock in found:
            with st.container(border=True, key=f"client-clock-{clock.instalment_id}"):
                _clock(actor, file, clock)
        st.markdown(quiet(_("An aid: the contract and the insurer decide.")))
    if actor.may(Permission.INSTALMENT_WORK):
        earlier_acts(actor, (UndoKind.INSTALMENT,), key="client.instalments", reference=file.number)
    policies.draw_instalments(
        actor, file, {(one.policy_number, one.due_on): one.grace_ends_on for one in found}
    )


def _clock(actor: Actor, file: ClientFile, clock: InstalmentClock) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"**{plain(clock.product)}** {plain(clock.policy_number)}", width="content")
        due = _("{premium}, due {day}").format(
            premium=formats.money_with_unit(clock.premium_fen), day=formats.day(clock.due_on)
        )
        st.markdown(quiet(plain(due)), width="content")
    lines = [plain(line) for line in clock_lines(clock, on=today())]
    if clock.demanded_on is not None:
        lines.append(
            quiet(
                plain(
                    _("Demanded {day}, {means} {reference}").format(
                        day=formats.day(clock.demanded_on),
                        means=label(clock.demand_means) if clock.demand_means else "",
                        reference=clock.demand_reference or "",
                    )
                )
            )
        )
    if clock.stage is InstalmentStage.ACCEPTED:
        owed = formats.money_with_unit(clock.arrears_fen)
        lines.append(plain(_("To be paid to come back: {amount}").format(amount=owed)))
    st.markdown("  \n".join(lines))
    if actor.may(Permission.INSTALMENT_WORK):
        with st.container(horizontal=True):
            _acts(actor, file.number, clock)


def _acts(actor: Actor, number: str, clock: InstalmentClock) -> None:
    if clock.suspended_on is None:
        forms.payment(actor, number, clock)
        if clock.demanded_on is None:
            forms.demand(actor, number, clock)
        forms.agreed_grace(actor, number, clock)
        return
    if clock.suspension_id is None:
        forms.payment(actor, number, clock)
        return
    if clock.notice_sent_on is None:
        forms.notice(actor, number, clock)
    if clock.stage in OPEN:
        forms.application(actor, number, clock)
    if clock.stage is InstalmentStage.APPLIED:
        forms.answer(actor, number, clock)
    forms.payment(actor, number, clock)
