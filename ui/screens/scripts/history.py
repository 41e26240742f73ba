"""Every version of a script: from when to when, who wanted it, who agreed, what differs."""

import streamlit as st

from services import scripts
from services.scripts import ScriptCard, VersionRow
from terms.people import Locale
from words import _, current_locale, formats
from words.markdown import plain, quiet


def draw(card: ScriptCard) -> None:
    """Draw the versions, the newest first, each against the one before it."""
    for at, version in enumerate(card.versions):
        before = card.versions[at + 1] if at + 1 < len(card.versions) else None
        with st.expander(_title(version), expanded=at == 0):
            _version(version, before)


def _title(version: VersionRow) -> str:
    first = formats.local_day(version.from_at)
    if version.ended_at is None:
        return _("Version {n} · in use since {day}").format(n=version.number, day=first)
    return _("Version {n} · {first} to {last}").format(
        n=version.number, first=first, last=formats.local_day(version.ended_at)
    )


def _version(version: VersionRow, before: VersionRow | None) -> None:
    is_zh = current_locale() is Locale.ZH
    texts = [(version.text_zh, before.text_zh if before else None)]
    texts.append((version.text_en, before.text_en if before else None))
    for now_said, was_said in texts if is_zh else reversed(texts):
        with st.container(border=True):
            st.markdown(_compared(now_said, was_said))
    if version.approved_by:
        said = _("Asked by {asked}, approved by {approved}: {why}").format(
            asked=plain(version.asked_by),
            approved=plain(version.approved_by),
            why=plain(version.why),
        )
    else:
        said = _("Shipped with the software.")
    st.markdown(quiet(said))
    if version.ended_by:
        said = _("Taken out of use by {who}: {why}").format(
            who=plain(version.ended_by), why=plain(version.ended_why)
        )
        st.markdown(quiet(said))


def _compared(text: str, before: str | None) -> str:
    """``text`` with what it says new and what it left out."""
    if before is None:
        return plain(text)
    marks = {"=": "{}", "-": ":red[~~{}~~]", "+": ":green-background[{}]"}
    return "".join(
        marks[mark].format(plain(piece)) if piece.strip() else piece
        for mark, piece in scripts.differences(before, text)
    )
