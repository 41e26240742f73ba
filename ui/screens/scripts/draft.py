"""Preparing a version: both texts, what is wrong with them, a preview, asking for the approval."""

import streamlit as st

from services import scripts
from services.actor import Actor
from services.permissions import Permission
from services.scripts import LONGEST, Hole, ScriptCard, ScriptDraft
from ui.components.drafted import Draft
from ui.screens.scripts.said import quoted, waiting_link
from ui.session import now, save, tell_later, today
from words import _, formats
from words.markdown import plain, quiet, sentence
from words.scripts import fault_text, found_said, hole_meaning, hole_name

SEEN = "scripts.seen"
"""Session state: which place and version of its draft stand in the fields."""
ZH, EN, WHY = "scripts.text-zh", "scripts.text-en", "scripts.why"
TYPED = Draft("scripts.draft", {"text_zh": ZH, "text_en": EN, "why": WHY})


def draw(actor: Actor, card: ScriptCard) -> None:
    """Draw the draft of a script."""
    draft = card.draft
    assert draft is not None
    saved = _("Draft saved by {who}, {when}").format(
        who=plain(draft.saved_by), when=formats.date_time(draft.saved_at)
    )
    st.markdown(quiet(saved))
    if card.waits or not actor.may(Permission.SCRIPT_EDIT):
        quoted(draft.text_zh, draft.found_zh)
        quoted(draft.text_en, draft.found_en)
        if card.waits:
            waiting_link(card)
        return
    _take_up(actor, card, draft)
    if st.session_state[SEEN] != [card.place, card.version]:
        _conflict(actor, card, draft)
    _check(draft)
    _fields(actor, card)
    _acts(actor, card, draft)


def _take_up(actor: Actor, card: ScriptCard, draft: ScriptDraft) -> None:
    """What stands in the fields: what this person typed last, else the draft as it is saved."""
    seen = st.session_state.get(SEEN)
    if seen is not None and seen[0] == card.place and ZH in st.session_state:
        return
    TYPED.restore(actor, card.place)
    for key, text in ((ZH, draft.text_zh), (EN, draft.text_en), (WHY, draft.why)):
        st.session_state.setdefault(key, text)
    st.session_state[SEEN] = [card.place, card.version]


def _check(draft: ScriptDraft) -> None:
    if draft.faults and (draft.text_zh or draft.text_en):
        lines = "\n".join(f"- {plain(fault_text(each))}" for each in draft.faults)
        st.error(_("Put this right, then save again:") + "\n" + lines, icon=":material/rule:")
    warned = [each for each in (*draft.found_zh, *draft.found_en) if not each.is_refused]
    if warned:
        st.warning(
            sentence(_("Look twice at: {words}").format(words=found_said(warned))),
            icon=":material/visibility:",
        )


def _fields(actor: Actor, card: ScriptCard) -> None:
    keeping = TYPED.keeping(actor, card.place)
    TYPED.notice(actor, card.place)
    st.text_area(_("Chinese text"), key=ZH, height=150, max_chars=LONGEST, **keeping)
    st.text_area(_("English text"), key=EN, height=150, max_chars=LONGEST, **keeping)
    st.text_area(
        _("What changes, and why: who decides reads it"),
        key=WHY,
        height=80,
        max_chars=2000,
        **keeping,
    )
    with st.expander(_("What is filled in by itself")):
        rows = [
            f"| {plain(hole_name(hole, is_chinese=True))} "
            f"| {plain(hole_name(hole, is_chinese=False))} | {plain(hole_meaning(hole))} |"
            for hole in Hole
        ]
        head = [_("In the Chinese text"), _("In the English text"), _("What it is")]
        st.markdown("\n".join([f"| {' | '.join(head)} |", "|:--|:--|:--|", *rows]))


def _acts(actor: Actor, card: ScriptCard, draft: ScriptDraft) -> None:
    with st.container(horizontal=True):
        st.button(
            _("Save and check"),
            key="scripts.save",
            type="primary" if draft.faults else "secondary",
            icon=":material/save:",
            on_click=_save,
            args=(actor, card.place),
        )
        if not draft.faults:
            st.button(
                _("Ask for approval"),
                key="scripts.ask",
                type="primary",
                icon=":material/approval:",
                on_click=_ask,
                args=(actor, card.place),
            )
        with st.popover(_("Discard the draft"), icon=":material/delete:", key="scripts.discarding"):
            st.markdown(_("What is in use stays as it is. The draft is gone for everybody."))
            st.button(
                _("Discard"), key="scripts.discard", on_click=_discard, args=(actor, card.place)
            )


def _save(actor: Actor, place: str) -> None:
    _saved(actor, place)


def _save_over(actor: Actor, place: str, version: int) -> None:
    _saved(actor, place, version)


def _saved(actor: Actor, place: str, over: int | None = None) -> int | None:
    """Save what stands in the fields as the shared draft; its version where it was saved."""
    seen = st.session_state[SEEN][1] if over is None else over
    version = save(
        scripts.save_draft,
        actor=actor,
        place=place,
        text_zh=st.session_state.get(ZH) or "",
        text_en=st.session_state.get(EN) or "",
        why=st.session_state.get(WHY) or "",
        at=now(),
        seen_version=seen,
    )
    if version is not None:
        st.session_state[SEEN] = [place, version]
        TYPED.drop(actor, place)
    return version


def _ask(actor: Actor, place: str) -> None:
    """Save what stands in the fields, then ask for just that."""
    version = _saved(actor, place)
    if version is None:
        return
    number = save(
        scripts.ask_approval, actor=actor, place=place, on=today(), at=now(), seen_version=version
    )
    if number is not None:
        forget()
        tell_later(_("Asked for: {number}. Somebody else decides.").format(number=number))


def _discard(actor: Actor, place: str) -> None:
    there = save(
        scripts.discard_draft,
        actor=actor,
        place=place,
        at=now(),
        seen_version=st.session_state[SEEN][1],
    )
    if there is not None:
        TYPED.drop(actor, place)
        forget()
        if not there:
            st.query_params.from_dict({})


def forget() -> None:
    """The fields are taken up anew at the next drawing."""
    for key in (SEEN, ZH, EN, WHY):
        st.session_state.pop(key, None)


def _conflict(actor: Actor, card: ScriptCard, draft: ScriptDraft) -> None:
    """Somebody saved since: what they saved, and the choice between the two."""
    st.warning(
        sentence(
            _(
                "{who} saved this draft in the meantime. What you typed still stands in the fields "
                "below."
            ).format(who=draft.saved_by)
        ),
        icon=":material/group:",
    )
    st.markdown(quiet(_("Saved by {who}").format(who=plain(draft.saved_by))))
    quoted(draft.text_zh)
    quoted(draft.text_en)
    with st.container(horizontal=True):
        st.button(
            _("Take the saved one"),
            key="scripts.theirs",
            on_click=_theirs,
            args=(actor, card.place),
        )
        st.button(
            _("Save mine over it"),
            key="scripts.mine",
            on_click=_save_over,
            args=(actor, card.place, card.version),
        )


def _theirs(actor: Actor, place: str) -> None:
    TYPED.drop(actor, place)
    forget()
