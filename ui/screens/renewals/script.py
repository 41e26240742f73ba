"""What may be said about the open case: the approved script it calls for, the others behind it,
and the forbidden words somebody wrote down.
"""

from collections.abc import Sequence
from dataclasses import replace

from services import scripts, wording
from services.renewals import Brief
from services.scripts import CaseState, ScriptText
from terms.policies import Line
from terms.renewals import RenewalState
from terms.scripts import Objection
from ui.components.contact_form import Answer, Script
from words import _
from words.scripts import filler, language_note, note_warning, short_title, spoken, title


def offered(facts: Brief, texts: Sequence[ScriptText]) -> tuple[Script, ...]:
    """``texts`` filled in for the case, the one it calls for first."""
    fill = filler(facts)
    return tuple(
        Script(
            short_title(texts[at]),
            _("Script · {title}").format(title=title(texts[at], line=facts.line)),
            fill(texts[at]),
            spoken(texts[at], facts).locale.replace("_", "-"),
            language_note(texts[at], facts),
        )
        for at in scripts.in_order(_state(facts), texts)
    )


def _state(facts: Brief) -> CaseState:
    return CaseState(
        kind=facts.kind,
        line=facts.line,
        state=facts.state,
        days_left=facts.days_left,
        was_reached=facts.last_intention is not None
        or facts.state in {RenewalState.CONTACTED, RenewalState.AGREED},
        last_intention=facts.last_intention,
        objection=_objection(facts),
        is_suspended=facts.clock is not None and facts.clock.suspended_on is not None,
    )


def _objection(facts: Brief) -> Objection | None:
    """What the client held against it the last time, else what is behind their refusal."""
    said = facts.contacts[0].objection if facts.contacts else None
    if said in set(Objection):
        return Objection(said)
    return scripts.objection_of(facts.refusal_reason)


def flagged(note: str | None, line: Line, words: Sequence[wording.Word]) -> str:
    """What a note holds that is never said to a client, in a sentence; nothing where it holds
    none."""
    return note_warning(wording.find(note or "", words, line=line))


def warned(answer: Answer, *, note: str, line: Line, words: Sequence[wording.Word]) -> Answer:
    """``answer`` with what the saved note holds that is never said to a client."""
    warning = flagged(note, line, words)
    return replace(answer, text=f"{answer.text} · {warning}") if warning else answer
