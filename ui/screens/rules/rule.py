"""One rule: what is in force, what is prepared, what was before."""

import streamlit as st

from services import rule_book
from services.actor import Actor
from services.permissions import Permission
from services.rule_book import RuleCard
from ui.components.choices import without_icon
from ui.screens.rules.draft import draw_draft, take_up
from ui.screens.rules.history import draw_history
from ui.screens.rules.values import show_value
from ui.session import link_to, now, read, save, today
from words import _, formats
from words.markdown import plain, quiet, tag
from words.rule_book import rule_help, rule_name, source_text

TAB = "rules.tab"


def draw_rule(actor: Actor, key: str) -> None:
    """Draw the rule ``key``: in force now, in preparation, and its history."""
    card = read(rule_book.rule_card, actor=actor, key=key, on=today())
    with st.container(border=True, key="rules-card"):
        st.subheader(plain(rule_name(key)), anchor=False)
        st.markdown(quiet(plain(rule_help(key))))
        st.markdown(" ".join(_marks(card)))
        shows = {"values": _("In force now"), "history": _("History")}
        if card.draft is not None:
            shows = {"values": _("In force now"), "draft": _("Draft"), "history": _("History")}
        shown = st.segmented_control(
            _("Show"),
            list(shows),
            key=f"{TAB}-{key}-{card.draft is not None}",
            default="draft" if card.draft is not None else "values",
            required=True,
            format_func=without_icon(shows.__getitem__),
            label_visibility="collapsed",
        )
        match shown:
            case "draft":
                draw_draft(actor, card)
            case "history":
                draw_history(actor, card)
            case _:
                _in_force(actor, card)


def _marks(card: RuleCard) -> list[str]:
    marks = [tag("green", _("in force since {day}").format(day=formats.day(card.since)), "check")]
    coming = [version for version in card.versions if version.is_future]
    marks += [
        tag("blue", _("new from {day}").format(day=formats.day(each.effective_from)), "update")
        for each in reversed(coming)
    ]
    if card.needs_confirmation:
        marks.append(tag("orange", _("confirm with compliance"), "gavel"))
    if card.is_legal:
        marks.append(tag("gray", _("a legal clock: this software is an aid"), "balance"))
    if not card.is_used:
        marks.append(tag("gray", _("no screen goes by it yet"), "schedule"))
    return marks


def _in_force(actor: Actor, card: RuleCard) -> None:
    show_value(card.key, card.value)
    st.markdown(quiet(_("Source: {source}").format(source=plain(source_text(card.source)))))
    if card.waits:
        waiting_link(card)
    elif card.draft is None and actor.may(Permission.RULE_EDIT):
        st.button(
            _("Change this rule"),
            key="rules.change",
            type="primary",
            icon=":material/edit:",
            on_click=_start,
            args=(actor, card.key),
        )


def waiting_link(card: RuleCard) -> None:
    """Who asked for a decision, and the way to it."""
    said = _("{who} asked for a decision: {number}").format(
        who=plain(card.waits_from), number=card.waits
    )
    link_to("approvals", said, icon=":material/approval:", id=card.waits or "")


def _start(actor: Actor, key: str) -> None:
    draft = save(rule_book.start_draft, actor=actor, key=key, on=today(), at=now())
    if draft is not None:
        take_up(key, draft.version)
