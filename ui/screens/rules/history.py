"""Every version of a rule: from when, who wanted it and why, who agreed, what differs."""

import streamlit as st

from services import rule_book
from services.actor import Actor
from services.permissions import Permission
from services.rule_book import RuleCard, Version
from ui.components.before_after import before_after
from ui.screens.rules.values import show_value
from ui.session import link_to, now, save, tell_later, today
from words import _, formats
from words.markdown import plain, quiet
from words.rule_book import difference_text, source_text


def draw_history(actor: Actor, card: RuleCard) -> None:
    """Draw the versions, the newest first."""
    for version in card.versions:
        with st.expander(_title(version), expanded=version.is_future):
            _version(actor, card, version)


def _title(version: Version) -> str:
    first = formats.day(version.effective_from)
    if version.withdrawn_at is not None:
        return _("{day} · taken back before its day").format(day=first)
    if version.is_future:
        return _("{day} · to come").format(day=first)
    if version.effective_to is None:
        return _("{day} until further notice").format(day=first)
    return _("{first} to {last}").format(first=first, last=formats.day(version.effective_to))


def _version(actor: Actor, card: RuleCard, version: Version) -> None:
    if version.differences:
        before_after(
            [difference_text(card.key, each) for each in version.differences],
            before=_("Before"),
            after=_("From this day"),
        )
    else:
        show_value(card.key, version.value)
    if version.number is None:
        st.markdown(quiet(_("What a new company starts with.")))
    else:
        asked = _("Asked by {who}, {when}: {why}").format(
            who=plain(version.asked_by),
            when=formats.date_time(version.asked_at),
            why=plain(version.why),
        )
        decided = _("Approved by {who}, {when}: {word}").format(
            who=plain(version.decided_by),
            when=formats.date_time(version.decided_at),
            word=plain(version.word),
        )
        st.markdown(f"{asked}  \n{decided}")
    st.markdown(quiet(_("Source: {source}").format(source=plain(source_text(version.source)))))
    if version.withdrawal_waits:
        link_to(
            "approvals",
            _("Taking it back waits for a decision: {number}").format(
                number=version.withdrawal_waits
            ),
            icon=":material/approval:",
            id=version.withdrawal_waits,
        )
    elif version.is_future and actor.may(Permission.RULE_EDIT):
        _take_back(actor, card.key, version)


def _take_back(actor: Actor, key: str, version: Version) -> None:
    name = f"rules.back-{key}-{version.effective_from}"
    with st.form(f"{name}-form", border=False):
        st.text_input(_("Why it is not to come"), key=name)
        st.form_submit_button(
            _("Ask to take it back"),
            key=f"{name}-ask",
            icon=":material/undo:",
            on_click=_ask_back,
            args=(actor, key, version, name),
        )


def _ask_back(actor: Actor, key: str, version: Version, name: str) -> None:
    number = save(
        rule_book.ask_withdrawal,
        actor=actor,
        key=key,
        effective_from=version.effective_from,
        why=st.session_state[name],
        on=today(),
        at=now(),
    )
    if number is not None:
        tell_later(_("{number} waits for a decision.").format(number=number))
