"""The contact form: one renewal case, what to know before the call and what to record after it.

A component of ours because stock elements cannot do three things at once: shortcuts that work
wherever the caret is, text that survives a killed server (each change becomes a draft row by plain
HTTP), and one message to the server per case. It shows what it is given and decides nothing: the
operation behind ``on_save`` does.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from json import dumps
from pathlib import Path
from typing import Any

import streamlit as st

from terms.people import Locale
from words import _, current_locale, in_locale

HERE = Path(__file__).parent
BLANK = {
    "act": "contact",
    "channel": "phone",
    "outcome": "",
    "intention": "",
    "reason": "",
    "objection": "",
    "competitor": "",
    "their_premium": "",
    "next": "",
    "next_other": "",
    "note": "",
    "market": "",
    "premium": "",
}
"""Every field of the form as it opens."""

_mount = st.components.v2.component(
    "evergreen_contact_form",
    css=(HERE / "contact_form.css").read_text(encoding="utf-8"),
    js=(HERE / "contact_form.js").read_text(encoding="utf-8"),
)


@dataclass(frozen=True, slots=True)
class Choice:
    """One way to answer, with the key that gives it."""

    value: str
    label: str
    key: str | None = None


@dataclass(frozen=True, slots=True)
class Badge:
    """A state in words; ``tone`` is ``late``, ``soon`` or ``calm``."""

    text: str
    tone: str


@dataclass(frozen=True, slots=True)
class Phone:
    """Masked until somebody asked for it and the asking was logged."""

    masked: str | None = None
    shown: str | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the history or the promise: when, and what."""

    when: str
    what: str


@dataclass(frozen=True, slots=True)
class Script:
    """A text to say: its name among the others, what it is in full, and itself."""

    name: str
    title: str
    text: str
    lang: str = ""
    """Of ``text``, as the browser knows it."""
    note: str = ""
    """Which language that is, where it is not the screen's or not the client's."""


@dataclass(frozen=True, slots=True)
class Brief:
    """What to know before the call, in words that are translated already."""

    name: str
    href: str
    phone: Phone
    due: Badge | None = None
    facts: str = ""
    promise: Line | None = None
    warning: str = ""
    pinned: str = ""
    """Who put it on top of the queue, and when; empty where it is not pinned."""
    terms: tuple[tuple[str, str, str, str], ...] = ()
    """Name, last term, this term, change."""
    history: tuple[Line, ...] = ()
    scripts: tuple[Script, ...] = ()
    """What may be said; the first is what the case calls for."""
    script_head: str = ""
    """What stands before the names of the scripts: ``话术 · 车险``."""
    unscripted: str = ""
    """What to say where there is no script."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of the last attempt to save; the form shows ``text``."""

    attempt: str
    case: str
    ok: bool
    text: str


@dataclass(frozen=True, slots=True)
class Case:
    """A case in the form."""

    reference: str
    draft_form: str
    draft_subject: str
    """Where what is typed is kept: ``/drafts/{form}/{subject}``."""
    version: int
    brief: Brief
    channels: tuple[Choice, ...]
    reasons: tuple[Choice, ...]
    objections: tuple[Choice, ...]
    next_times: tuple[Choice, ...]
    next_from: datetime
    """The earliest appointment, local time."""
    channel: str = "phone"
    premium: str = ""
    """Yuan, as the field opens."""
    busy: tuple[tuple[str, str], ...] = ()
    """Other appointments, up to a hundred: local time as ISO, and with whom."""
    next_name: str | None = None
    """Whose case opens after saving."""
    draft: Mapping[str, str] | None = None
    answer: Answer | None = None
    can_work: bool = True
    can_reveal: bool = True


def contact_form(
    case: Case,
    *,
    key: str,
    on_save: Callable[[dict[str, Any]], None],
    on_reveal: Callable[[str], None],
    on_step: Callable[[int], None],
    on_pin: Callable[[str, bool], None],
) -> None:
    """Draw ``case`` and hand on what the person did.

    Args:
        on_save: called before the next drawing with every field of ``BLANK`` and with ``case``,
            ``version`` (the one the person decided from) and ``attempt``, which the ``Answer``
            repeats.
        on_reveal: called with the case's reference when the phone number is asked for.
        on_step: called with 1 or -1 when the row below or above is asked for.
        on_pin: called with the case's reference and whether it is to be pinned.
    """

    def saved() -> None:
        sent = st.session_state[key].save
        if sent:
            on_save(sent)

    def asked() -> None:
        sent = st.session_state[key].reveal
        if sent:
            on_reveal(sent["case"])

    def stepped() -> None:
        sent = st.session_state[key].step
        if sent and sent["case"] == case.reference:
            on_step(int(sent["by"]))

    def pinned() -> None:
        sent = st.session_state[key].pin
        if sent:
            on_pin(sent["case"], bool(sent["pin"]))

    _mount(
        key=key,
        data=[dumps(_data(case), ensure_ascii=False)],
        on_save_change=saved,
        on_reveal_change=asked,
        on_step_change=stepped,
        on_pin_change=pinned,
    )


def _data(case: Case) -> dict[str, Any]:
    """Everything the form shows. It goes as one text: what has parts Streamlit searches for
    tables and writes out twice."""
    draft = {name: case.draft[name] for name in BLANK if name in case.draft} if case.draft else None
    choices, texts = _words(current_locale())
    return {
        "case": case.reference,
        "version": case.version,
        "blank": {**BLANK, "channel": case.channel, "premium": case.premium},
        "label": _("Contact with {name}").format(name=case.brief.name),
        "brief": _plain(case.brief),
        "draft": draft or None,
        "draft_form": case.draft_form,
        "draft_subject": case.draft_subject,
        "answer": _plain(case.answer),
        "can": {"work": case.can_work, "reveal": case.can_reveal},
        "busy": case.busy,
        "next_from": case.next_from.strftime("%Y-%m-%dT%H:%M"),
        "choices": {
            **choices,
            "channel": _plain(case.channels),
            "reason": _plain(case.reasons),
            "objection": _plain(case.objections),
            "next": [*_plain(case.next_times), *choices["next"]],
        },
        "save_labels": {
            act: _save_label(label, case.next_name) for act, label in texts["save"].items()
        },
        "texts": texts,
    }


def _plain(value: Any) -> Any:
    """Dataclasses as dicts and tuples as lists, as JSON has them."""
    if value is None or isinstance(value, str | bool):
        return value
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    return {name: _plain(getattr(value, name)) for name in value.__slots__}


def _save_label(verb: str, next_name: str | None) -> str:
    if next_name is None:
        return verb
    return _("{verb}, next: {name}").format(verb=verb, name=next_name)


@cache
def _words(locale: Locale) -> tuple[dict[str, Any], dict[str, Any]]:
    """The choices and texts that are the same for every case, in ``locale``."""
    with in_locale(locale):
        return _choices(), _texts()


def _choices() -> dict[str, Any]:
    choices = {
        "act": (
            Choice("contact", _("Contact")),
            Choice("quoted", _("Quote")),
            Choice("renewed", _("Renewed")),
            Choice("lost", _("Lost")),
        ),
        "outcome": (
            Choice("reached", _("Reached"), "1"),
            Choice("no_answer", _("No answer"), "2"),
            Choice("wrong_number", _("Wrong no."), "3"),
        ),
        "intention": (
            Choice("renews", _("Renews"), "Q"),
            Choice("thinking", _("Thinking"), "W"),
            Choice("refuses", _("Refuses"), "E"),
        ),
        "next": (Choice("other", _("Other…"), "F"),),
    }
    return {name: _plain(given) for name, given in choices.items()}


def _texts() -> dict[str, Any]:
    return {
        "after": _("Next row"),
        "before": _("Row before"),
        "act": _("What happened"),
        "channel": _("Channel"),
        "clash": _("Close to your appointment with {name} at {time}"),
        "competitor": _("Bought from"),
        "objection": _("Objection"),
        "objection_none": _("None"),
        "their_premium": _("Their price, yuan"),
        "choose": _("Choose…"),
        "copied": _("Number copied"),
        "draft_failed": _("The draft could not be kept; your text is still here"),
        "draft_kept": _("Draft kept"),
        "draft_restored": _("Your draft is back"),
        "history": _("Last contacts"),
        "intention": _("Intention"),
        "need_intention": _("Say what the client intends"),
        "need_outcome": _("Say how the contact went"),
        "need_reason": _("Say why"),
        "need_time": _("Say when"),
        "next": _("Next appointment"),
        "next_other": _("Date and time"),
        "no_answer": _(
            "The server did not answer. Your text is still here and in the draft: once the"
            " connection is back, load the page again, look at the last contacts, and save"
        ),
        "market": _("Market: other offers, prices"),
        "note": _("What was said, what was promised"),
        "open_file": _("Open the client's file"),
        "outcome": _("Outcome"),
        "pin": _("Pin"),
        "pin_help": _("Keep the case on top of the queue until it is unpinned or closed"),
        "premium": _("New premium, yuan"),
        "read_only": _("You may read this case but not work it"),
        "unpin": _("Unpin"),
        "typed_kept": _("What you typed is kept here: pass it on to whoever has the case now"),
        "reason": _("Reason"),
        "reload": _("Load the page again"),
        "reveal": _("Show the number; it is logged with this case as the reason"),
        "save": {
            "contact": _("Save"),
            "quoted": _("Save the quote"),
            "renewed": _("Close as renewed"),
            "lost": _("Close as lost"),
        },
        "saving": _("Saving…"),
        "scripts": _("Scripts"),
        "next_script": _("Next script"),
        "session_over": _("Your sign-in has ended; your text stays here. Sign in again to go on"),
        "terms_head": [_("Terms"), _("Last"), _("New term"), _("Change")],
    }
