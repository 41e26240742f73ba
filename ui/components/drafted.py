"""Drafts for forms of Streamlit's own fields: what is typed is kept as it is typed.

A form says once which fields it has; each field's widget keeps the whole form when it changes::

    DRAFT = Draft("clients.new", {"name": "clients.new-name", …})
    form_button(…, prepare=lambda: DRAFT.restore(actor))
    st.text_input(…, key="clients.new-name", live=True, **DRAFT.keeping(actor))
    if save(…) is not None: DRAFT.drop(actor)

The edit form of a client's file keeps its own, with what the file held beside it; forms of
components keep theirs through ``PUT /drafts``.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import streamlit as st

from services import drafts
from services.actor import Actor
from ui.session import now, read, save
from words import _
from words.markdown import quiet


@dataclass(frozen=True, slots=True)
class Draft:
    """The draft of one form."""

    form: str
    keys: Mapping[str, str]
    """Field → the key of its widget."""
    readers: Mapping[str, Callable[[str], Any]] = field(default_factory=dict)
    """Field → how its text becomes the widget's value again; texts need none."""

    def restore(self, actor: Actor, subject: str = "-") -> None:
        """Give the widgets what was typed last time; when the form is opened."""
        kept = read(drafts.kept, actor=actor, form=self.form, subject=subject)
        for name, key in self.keys.items():
            st.session_state.pop(key, None)
            if kept.get(name):
                st.session_state[key] = self.readers.get(name, str)(kept[name])
        st.session_state[self._was] = bool(kept)

    def keeping(self, actor: Actor, subject: str = "-") -> dict[str, Any]:
        """The callback of every field's widget."""
        return {"on_change": self._keep, "args": (actor, subject)}

    def notice(self, actor: Actor, subject: str = "-") -> None:
        """Say that a text from last time stands here, and offer to discard it; at the top."""
        if st.session_state.get(self._was):
            with st.container(horizontal=True, vertical_alignment="center"):
                st.markdown(_("What you typed last time and did not save is still here."))
                st.button(
                    _("Discard it"),
                    key=f"{self.form}-discard",
                    type="tertiary",
                    on_click=self._discard,
                    args=(actor, subject),
                )
        else:
            st.markdown(quiet(_("Your text is kept while you type.")))

    def drop(self, actor: Actor, subject: str = "-") -> None:
        """Forget it: the form was saved."""
        save(drafts.drop, actor=actor, form=self.form, subject=subject)

    @property
    def _was(self) -> str:
        return f"{self.form}-was-draft"

    def _keep(self, actor: Actor, subject: str) -> None:
        typed = {name: st.session_state.get(key) for name, key in self.keys.items()}
        body = {name: str(value) for name, value in typed.items() if value not in (None, "")}
        save(drafts.keep, actor=actor, form=self.form, subject=subject, body=body, at=now())

    def _discard(self, actor: Actor, subject: str) -> None:
        self.drop(actor, subject)
        st.session_state[self._was] = False
        for key in self.keys.values():
            st.session_state.pop(key, None)
