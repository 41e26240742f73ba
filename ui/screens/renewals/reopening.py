"""Cases closed lately, each with what takes the closing back; drawn when asked for."""

import streamlit as st

from services import renewals
from services.actor import Actor
from services.errors import BusinessError
from services.renewals import Closing
from ui.components.asking import forget, form, form_button
from ui.screens.renewals.in_hand import read_again
from ui.session import now, read, save, tell_later, today, try_read
from words import _, errors, formats, markdown
from words.markdown import plain, quiet
from words.reopening import closing_said
from words.undo import plan_lines

FORM, ASKED = "renewals.closed", "renewals.closed-asked"


def button(actor: Actor) -> None:
    """The button beneath the list, and the dialog while it stands open."""
    if form_button(
        _("Closed lately"),
        FORM,
        prepare=lambda: st.session_state.pop(ASKED, None),
        icon=":material/history:",
        type="tertiary",
    ):
        form(_("Closed lately"), _closed, actor, width="large")


def _closed(actor: Actor) -> None:
    with st.container():
        found = read(renewals.closings_done, actor=actor)
        if not found:
            st.markdown(_("No case was closed by hand yet."))
            return
        for closing in found:
            _line(actor, closing)


def _line(actor: Actor, closing: Closing) -> None:
    batch = closing.batch
    with st.container(
        horizontal=True, vertical_alignment="center", key=f"renewals-closed-{batch.id}"
    ):
        about = " · ".join(
            filter(None, (formats.moment(batch.made_at, on=today()), plain(batch.made_by or "")))
        )
        st.markdown(f"{plain(closing_said(closing))}  \n{quiet(about)}")
        st.space("stretch")
        if batch.undone_at is not None:
            when = formats.moment(batch.undone_at, on=today())
            said = _("taken back {when} by {who}").format(when=when, who=batch.undone_by or "–")
            st.markdown(quiet(plain(said)), width="content")
            return
        if not batch.is_open(today()):
            return
        st.button(
            _("Take back…"),
            key=f"renewals.reopen-{batch.id}",
            icon=":material/undo:",
            help=_("Possible until {day}").format(day=formats.day(batch.expires_on)),
            on_click=_ask,
            args=(batch.id,),
        )
    if st.session_state.get(ASKED) == batch.id:
        _preview(actor, closing)


def _ask(batch_id: int) -> None:
    st.session_state[ASKED] = batch_id


def _preview(actor: Actor, closing: Closing) -> None:
    """What goes back, and the button that does it; or why it cannot any more."""
    batch_id = closing.batch.id
    with st.container(border=True, key="renewals-reopening"):
        try:
            plan = try_read(renewals.preview_reopening, actor=actor, batch_id=batch_id)
        except BusinessError as error:
            st.markdown(markdown.sentence(errors.sentence(error)))
            return
        st.markdown(
            _(
                "The case is open again, as it was before it was closed. What was said with the"
                " client stays."
            )
        )
        st.markdown("\n".join(f"- {markdown.sentence(line)}" for line in plan_lines(plan)))
        if not st.button(_("Take it back now"), key="renewals.reopen-go", type="primary"):
            return
        done = save(renewals.reopen, actor=actor, batch_id=batch_id, at=now(), on=today())
    if done is not None:
        st.session_state.pop(ASKED, None)
        forget()
        read_again()
        tell_later(_("Taken back: the case is open again."))
        st.rerun()
