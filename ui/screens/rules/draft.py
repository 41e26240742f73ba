"""Preparing a version of a rule: the form, the check, what it touches, asking for a decision.

Which version of the shared draft stands in the fields of this tab is kept as a number; where a
colleague saved since, both are shown and nothing typed is lost.
"""

from datetime import date, timedelta
from typing import Any

import streamlit as st

from services import rule_book
from services.actor import Actor
from services.permissions import Permission
from services.rule_book import SCHEMAS, Draft, Preview, RuleCard
from ui.components.before_after import before_after
from ui.screens.rules.fields import draw_fields, typed
from ui.session import link_to, now, read, save, tell_later, today
from words import _, formats
from words.markdown import plain, quiet, strong
from words.rule_book import difference_text, effect_text, problem_text

SEEN = "rules.seen"
ABOUT_LIMIT = 2000


def take_up(key: str, version: int) -> None:
    """From here on the fields of ``key`` hold version ``version`` of its draft."""
    st.session_state.setdefault(SEEN, {})[key] = version


def draw_draft(actor: Actor, card: RuleCard) -> None:
    """Draw the draft of a rule."""
    draft = card.draft
    assert draft is not None
    saved = _("Draft saved by {who}, {when}").format(
        who=plain(draft.saved_by), when=formats.date_time(draft.saved_at)
    )
    st.markdown(quiet(saved))
    if card.waits or not actor.may(Permission.RULE_EDIT):
        _locked(actor, card)
        return
    seen = st.session_state.setdefault(SEEN, {}).setdefault(card.key, draft.version)
    form = f"rules.{card.key}.{seen}"
    if seen != draft.version:
        _conflict(actor, card, draft, form)
    preview = read(rule_book.preview, actor=actor, key=card.key, on=today(), at=now())
    is_first = draft.version == 1
    may_ask = preview.may_be_asked and seen == draft.version
    if not is_first and preview.problems:
        _problems(card.key, preview)
    _form(actor, card.key, draft, form, seen, is_primary=not may_ask)
    if not is_first and not preview.problems:
        _check(card.key, preview)
    with st.container(horizontal=True):
        if may_ask:
            st.button(
                _("Ask for a decision"),
                key="rules.ask",
                type="primary",
                icon=":material/approval:",
                on_click=_ask,
                args=(actor, card.key, draft.version),
            )
        with st.popover(_("Discard the draft"), icon=":material/delete:", key="rules.discarding"):
            st.markdown(_("What is in force stays as it is. The draft is gone for everybody."))
            st.button(
                _("Discard"),
                key="rules.discard",
                on_click=_discard,
                args=(actor, card.key, draft.version),
            )


def _locked(actor: Actor, card: RuleCard) -> None:
    preview = read(rule_book.preview, actor=actor, key=card.key, on=today(), at=now())
    _check(card.key, preview)
    if card.waits:
        said = _("{who} asked for a decision: {number}").format(
            who=plain(card.waits_from), number=card.waits
        )
        link_to("approvals", said, icon=":material/approval:", id=card.waits)


def _form(actor: Actor, key: str, draft: Draft, form: str, seen: int, *, is_primary: bool) -> None:
    with st.form(f"{form}-form", border=False, enter_to_submit=False):
        draw_fields(key, draft.value, form=form)
        st.date_input(
            _("In force from"),
            value=draft.effective_from or today() + timedelta(days=1),
            min_value=date(2004, 1, 1),
            max_value=date(2099, 12, 31),
            format="YYYY-MM-DD",
            key=f"{form}:effective_from",
        )
        st.text_area(
            _("Source: the article, the decision or the document it comes from"),
            value=draft.source,
            max_chars=ABOUT_LIMIT,
            height=80,
            key=f"{form}:source",
        )
        st.checkbox(
            _("Still to be confirmed with compliance"),
            value=draft.needs_confirmation,
            key=f"{form}:needs_confirmation",
        )
        st.text_area(
            _("Why: who decides reads it"),
            value=draft.why,
            max_chars=ABOUT_LIMIT,
            height=80,
            key=f"{form}:why",
        )
        st.form_submit_button(
            _("Save and check"),
            key="rules.save",
            type="primary" if is_primary else "secondary",
            icon=":material/save:",
            on_click=_save,
            args=(actor, key, form, seen),
        )


def _given(key: str, form: str) -> dict[str, Any]:
    return {
        "value": typed(key, form=form),
        "effective_from": st.session_state.get(f"{form}:effective_from"),
        "source": st.session_state.get(f"{form}:source") or "",
        "needs_confirmation": bool(st.session_state.get(f"{form}:needs_confirmation")),
        "why": st.session_state.get(f"{form}:why") or "",
    }


def _save(actor: Actor, key: str, form: str, seen: int) -> None:
    given = _given(key, form)
    draft = save(
        rule_book.save_draft,
        actor=actor,
        key=key,
        value=given["value"],
        effective_from=given["effective_from"],
        source=given["source"],
        needs_confirmation=given["needs_confirmation"],
        why=given["why"],
        at=now(),
        seen_version=seen,
    )
    if draft is not None:
        take_up(key, draft.version)


def _conflict(actor: Actor, card: RuleCard, draft: Draft, form: str) -> None:
    """Both versions side by side, and the choice between them."""
    mine = rule_book.stored(SCHEMAS[card.key].shape, typed(card.key, form=form))
    differs = list(rule_book.differences(SCHEMAS[card.key].shape, draft.value, mine))
    who = plain(draft.saved_by)
    st.warning(
        _(
            "{who} saved this draft in the meantime. What you typed still stands in the fields "
            "below."
        ).format(who=who),
        icon=":material/group:",
    )
    if differs:
        before_after(
            [difference_text(card.key, each) for each in differs],
            before=_("Saved by {who}").format(who=who),
            after=_("Typed by me"),
        )
    with st.container(horizontal=True):
        st.button(
            _("Take the saved one"),
            key="rules.theirs",
            on_click=take_up,
            args=(card.key, draft.version),
        )
        st.button(
            _("Save mine over it"),
            key="rules.mine",
            on_click=_save,
            args=(actor, card.key, form, draft.version),
        )


def _problems(key: str, preview: Preview) -> None:
    lines = "\n".join(f"- {plain(problem_text(key, each))}" for each in preview.problems)
    st.error(_("Put this right, then save again:") + "\n" + lines, icon=":material/rule:")


def _check(key: str, preview: Preview) -> None:
    """What the saved draft changes and touches."""
    if not preview.differences:
        st.info(_("The draft says what is in force already."), icon=":material/info:")
        return
    st.markdown(strong(_("What changes")))
    before_after(
        [difference_text(key, each) for each in preview.differences],
        before=_("Now"),
        after=_("In the draft"),
    )
    st.markdown(strong(_("What it touches, as of today")))
    if preview.effects:
        st.markdown("\n".join(f"- {plain(effect_text(each))}" for each in preview.effects))
    else:
        st.markdown(quiet(_("Nothing that is counted: no record changes by it.")))


def _ask(actor: Actor, key: str, version: int) -> None:
    number = save(
        rule_book.ask_publication,
        actor=actor,
        key=key,
        on=today(),
        at=now(),
        seen_version=version,
    )
    if number is not None:
        tell_later(_("{number} waits for a decision.").format(number=number))


def _discard(actor: Actor, key: str, version: int) -> None:
    done = save(rule_book.discard_draft, actor=actor, key=key, at=now(), seen_version=version)
    if done is not None:
        st.session_state.get(SEEN, {}).pop(key, None)
        tell_later(_("The draft is discarded."))
