"""The latest acts on many records, each with the button that takes it back."""

import streamlit as st

from services import undo
from services.actor import Actor
from services.changes import Chapter
from services.settings import process
from terms.undo import UndoKind
from ui.components.undoing import undo_button
from ui.shared import read_shared
from words import _, formats, markdown
from words.together import act_sentence

SHOWN = 8


def earlier_acts(
    actor: Actor, kinds: tuple[UndoKind, ...], *, key: str, reference: str | None = None
) -> None:
    """Draw the actor's latest acts of ``kinds``, newest first; nothing when there are none.

    Args:
        reference: only what was done to the record of this business number.
    """
    found = [
        batch
        for kind in kinds
        for batch in read_shared(
            undo.batches, Chapter.UNDO, actor=actor, kind=kind, reference=reference, limit=SHOWN
        )
    ]
    if not found:
        return
    found.sort(key=lambda batch: -batch.id)
    zone = process().settings.timezone
    with st.expander(_("Earlier acts"), icon=":material/history:", key=f"{key}-earlier"):
        for batch in found[:SHOWN]:
            with st.container(
                horizontal=True, vertical_alignment="center", key=f"{key}-act-{batch.id}"
            ):
                said = markdown.sentence(act_sentence(batch))
                when = formats.date_time(batch.made_at, zone=zone)
                who = markdown.plain(batch.made_by) or _("Command line")
                st.markdown(f"{said} :small[:gray[{when} · {who}]]")
                undo_button(actor, batch, key=f"{key}.undo-{batch.id}", label=_("Undo…"))
