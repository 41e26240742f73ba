"""What was said and promised: promises first, then the contact log."""

from collections.abc import Sequence

import streamlit as st

from services import clients, wording
from services.actor import Actor
from services.clients import ClientFile, ContactRow, PromiseRow
from terms.renewals import ContactOutcome, PromiseState
from ui.components.referring import refer_button, referral_list
from ui.session import now, read, today
from words import _, formats
from words.labels import badge, label
from words.markdown import plain, quiet, sentence, tag
from words.renewals import refusal
from words.scripts import note_warning

SHOWN = 20


def draw(actor: Actor, file: ClientFile) -> None:
    """Draw promises and contacts side by side."""
    on = today()
    promises = read(clients.promises_of, actor=actor, number=file.number, at=now(), on=on)
    contacts = read(clients.contacts_of, actor=actor, number=file.number, on=on)
    words = read(wording.forbidden_words, on=on)
    narrow, wide = st.columns([2, 3], gap="small")
    with narrow, st.container(border=True):
        st.subheader(_("Promises and appointments"), anchor=False)
        if not promises:
            st.markdown(_("Nothing has been promised."))
        for promise in promises[:SHOWN]:
            st.markdown(_promise(promise))
        st.subheader(_("Questions to other departments"), anchor=False)
        refer_button(actor, file.number)
        referral_list(actor, file.number)
    with wide, st.container(border=True):
        st.subheader(_("Contact log"), anchor=False)
        if not contacts:
            st.markdown(_("Nobody has spoken with this client yet."))
        for contact in contacts[:SHOWN]:
            _contact(contact, words)
        if len(contacts) > SHOWN:
            with st.expander(_("Earlier contacts")):
                for contact in contacts[SHOWN:]:
                    _contact(contact, words)


def _promise(row: PromiseRow) -> str:
    what = plain(row.what) if row.what else label(row.kind)
    if row.is_overdue:
        mark = tag("red", _("overdue"), "error")
    else:
        mark = badge(row.state)
    settled = ""
    if row.state is not PromiseState.OPEN and row.settled_at:
        done = _("settled {time}").format(time=formats.date_time(row.settled_at))
        settled = f" :small[:gray[{done}]]"
    due = formats.date_time(row.due_at)
    return f"{mark} **{due}** {what} :small[:gray[{plain(row.by)}]]{settled}"


def _contact(row: ContactRow, words: Sequence[wording.Word]) -> None:
    parts = [label(row.channel)]
    if row.outcome is not ContactOutcome.REACHED:
        parts.append(label(row.outcome))
    if row.intention:
        parts.append(badge(row.intention))
    if row.refusal_reason:
        parts.append(plain(refusal(row.refusal_reason)))
    head = f"**{formats.date_time(row.at)}** &nbsp; {' · '.join(parts)}"
    st.markdown(f"{head} :small[:gray[{plain(row.by)}]]")
    if row.note:
        st.text(row.note)
        if warning := note_warning(wording.find(row.note, words, line=None)):
            st.markdown(f":orange[{sentence(warning)}]")
    if row.reaction:
        st.markdown(quiet(_("The client: {reaction}").format(reaction=plain(row.reaction))))
    if row.next_at:
        said = _("next: {time}").format(time=formats.date_time(row.next_at))
        st.markdown(f":small[:gray[{said}]]")
