"""Taking an act back: the button, and the dialog that says first what goes back and what stays."""

import streamlit as st

from services import undo
from services.actor import Actor
from services.settings import process
from ui.components import asking
from ui.session import now, read, save, tell_later, today
from words import _, formats, markdown
from words.undo import done_sentence, left_heading, left_sentence, plan_lines

DONE = "undoing.done"
"""Session state: something was just undone, so a list's picked rows are other rows now."""
SHOWN = 30
"""Left rows listed before the rest is only counted."""


def begin_unpicked(table: str, *flags: str) -> None:
    """Empty the selection of ``table`` where an act or an undo has just changed what its rows
    are; before the table is drawn.

    Args:
        flags: keys of the session state that an act on the table sets, beside ``DONE``.
    """
    changed = [st.session_state.pop(flag, False) for flag in (DONE, *flags)]
    if any(changed):
        st.session_state[table] = {"selection": {"rows": []}}


def undo_button(actor: Actor, batch: undo.BatchCard, *, key: str, label: str) -> None:
    """Draw the button that opens the preview, or say that and when it was undone.

    Args:
        key: ``<page>.<thing>``, unique on the screen.
    """
    zone = process().settings.timezone
    if batch.undone_at is not None:
        st.markdown(
            ":gray-badge["
            + _("undone {when}").format(when=formats.date_time(batch.undone_at, zone=zone))
            + "]",
            width="content",
        )
        return
    if not batch.is_open(today()):
        return
    help_ = _("Possible until {day}").format(day=formats.day(batch.expires_on))
    if asking.form_button(label, key, icon=":material/undo:", help=help_):
        asking.form(label.rstrip("…"), _preview, actor, batch.id, key)


def _preview(actor: Actor, batch_id: int, key: str) -> None:
    plan = read(undo.preview, actor=actor, batch_id=batch_id)
    zone = process().settings.timezone
    if lines := plan_lines(plan):
        st.markdown("\n".join(f"- {markdown.sentence(line)}" for line in lines))
    else:
        st.markdown(_("Nothing is left to go back."))
    if plan.left_count:
        st.markdown(f"**{left_heading(plan)}**")
        shown = [markdown.sentence(left_sentence(row, zone=zone)) for row in plan.left[:SHOWN]]
        st.markdown("\n".join(f"- {line}" for line in shown))
        if plan.left_count > len(shown):
            more = plan.left_count - len(shown)
            st.caption(_("and {n} more").format(n=f"{more:,}"))
    st.caption(
        _("The audit trail, the access log and messages stay. An undo cannot itself be undone.")
    )
    if st.button(_("Undo it now"), key=f"{key}-go", type="primary"):
        with st.spinner(_("Putting everything back…")):
            done = save(undo.undo, actor=actor, batch_id=batch_id, at=now(), on=today())
        if done is not None:
            asking.forget()
            st.session_state[DONE] = True
            tell_later(done_sentence(done))
            st.rerun()
