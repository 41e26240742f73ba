"""What is said to the client of a suspended policy: the approved script for its reinstatement."""

import streamlit as st

from services import renewals, scripts
from services.actor import Actor
from services.permissions import Permission
from services.renewals import SuspendedCover, SuspendedRow
from services.scripts import ScriptText
from terms.instalments import SuspensionState
from terms.scripts import ScriptStage
from ui.session import read, today
from words import _
from words.markdown import plain, quiet
from words.scripts import filled, language_note, title

ASKED_FOR = frozenset({SuspensionState.SUSPENDED, SuspensionState.REFUSED})
"""States in which the client is asked whether they want the contract back."""


def draw(actor: Actor, row: SuspendedRow) -> None:
    """Draw the script for the policy of ``row``, or why nothing is said."""
    cover = read(renewals.suspended_cover, actor=actor, suspension_id=row.id, on=today())
    name = plain(row.client_name or row.client_number)
    with st.container(border=True, key="renewals-reinstating"):
        head = _("What to say to {name}").format(name=name)
        st.subheader(head, anchor=False)
        if cover.do_not_contact:
            st.markdown(_("▲ The client does not want to be contacted: legal notices only"))
        elif cover.state is SuspensionState.APPLIED:
            st.markdown(_("Reinstatement is applied for: the insurer's answer comes first."))
        elif cover.state is SuspensionState.ACCEPTED:
            st.markdown(_("Accepted: cover is back on the day all that fell due is paid."))
        elif cover.state in ASKED_FOR and actor.may(Permission.SCRIPT_READ):
            _script(actor, cover)


def _script(actor: Actor, cover: SuspendedCover) -> None:
    texts = read(scripts.usable, actor=actor, line=cover.line)
    text = _for_the_line(texts)
    if text is None:
        st.markdown(_("No script is approved for this yet: prepare one under Scripts."))
        return
    said = _("Script · {title}").format(title=title(text, line=cover.line))
    note = language_note(text, cover)
    st.markdown(quiet(" · ".join(filter(None, (said, note)))))
    st.markdown(plain(filled(text, cover)))


def _for_the_line(texts: tuple[ScriptText, ...]) -> ScriptText | None:
    """The line's own text before the one for every line."""
    fit = [text for text in texts if text.stage is ScriptStage.REINSTATEMENT]
    return max(fit, key=lambda text: text.line is not None, default=None)
