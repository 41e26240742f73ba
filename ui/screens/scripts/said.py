"""Texts of scripts as they are said, and who asked for a decision about one."""

from collections.abc import Sequence

import streamlit as st

from services.scripts import ScriptCard
from services.wording import Found
from terms.people import Locale
from ui.session import link_to
from words import _, current_locale
from words.markdown import plain


def both(text_zh: str, text_en: str) -> None:
    """The text of the screen's language; the other one folded under it."""
    is_zh = current_locale() is Locale.ZH
    quoted(text_zh if is_zh else text_en)
    with st.expander(_("English text") if is_zh else _("Chinese text")):
        quoted(text_en if is_zh else text_zh)


def quoted(text: str, found: Sequence[Found] = ()) -> None:
    """A text as it is said, with the forbidden words in it marked."""
    parts, at = [], 0
    for each in found:
        colour = "red" if each.is_refused else "orange"
        parts += [plain(text[at : each.start]), f":{colour}-background[{plain(each.said)}]"]
        at = each.end
    parts.append(plain(text[at:]))
    with st.container(border=True):
        st.markdown("".join(parts))


def waiting_link(card: ScriptCard) -> None:
    """Who asked for a decision, and the way to it."""
    said = _("{who} asked for a decision: {number}").format(
        who=plain(card.waits_from), number=card.waits
    )
    link_to("approvals", said, icon=":material/approval:", id=card.waits or "")
