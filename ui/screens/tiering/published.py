"""What was published, and taking it back."""

import streamlit as st

from services import tier_rules
from services.actor import Actor
from services.tier_rules import Publication
from terms.tiering import TierAxis
from ui.session import link_to, now, read, save, tell, today
from words import _, formats, ngettext
from words.labels import label
from words.markdown import plain, quiet, strong
from words.tiering import class_text

WHY_LIMIT = 2000


def draw(actor: Actor) -> None:
    """Draw the publications, the newest first."""
    found = read(tier_rules.publications, actor=actor)
    if not found:
        return
    st.subheader(_("Published"), anchor=False)
    for each in found:
        with st.container(border=True, key=f"tiering-published-{each.number}"):
            _one(actor, each)


def _one(actor: Actor, each: Publication) -> None:
    st.markdown(
        strong(plain(each.name))
        + " · "
        + _("from {day}, approved by {who}").format(
            day=formats.day(each.effective_from), who=plain(each.approved_by or "–")
        )
    )
    st.markdown(quiet(_state(each)))
    if each.is_applied:
        moved = read(tier_rules.moved_by, actor=actor, number=each.number)
        if moved:
            counts = [
                _("{axis} {n}").format(axis=label(axis), n=formats.number(n))
                for axis, n in moved.items()
            ]
            st.markdown(_("Clients moved: {counts}").format(counts=" · ".join(counts)))
    if each.is_undone and each.is_applied:
        _left(actor, each)
    elif each.waits is not None:
        said = _("Taking it back waits for a decision: {number}").format(number=each.waits)
        link_to("approvals", said, icon=":material/approval:", id=each.waits)
    elif each.undone_at is None:
        with st.popover(_("Take back"), icon=":material/undo:", key=f"tiering.back.{each.number}"):
            _back(actor, each)


def _state(each: Publication) -> str:
    if each.undone_at is not None:
        when = formats.date_time(each.undone_at)
        if each.is_undone or not each.is_applied:
            return _("Taken back {when}").format(when=when)
        return _("Taken back {when}; the next pass over the clients carries it out").format(
            when=when
        )
    if each.is_applied:
        return _("In force, carried out")
    return _("Carried out by itself on its day")


def _back(actor: Actor, each: Publication) -> None:
    st.markdown(
        _(
            "The rules before it hold again. Every client whose data nobody touched since stands "
            "where they stood; the others are named. A second person decides."
        )
    )
    key = f"tiering.why_back.{each.number}"
    st.text_area(_("Why: who decides reads it"), max_chars=WHY_LIMIT, height=80, key=key)
    st.button(
        _("Ask for a decision"),
        key=f"tiering.ask_back.{each.number}",
        type="primary",
        on_click=_ask,
        args=(actor, each.number, key),
    )


def _ask(actor: Actor, number: str, key: str) -> None:
    asked = save(
        tier_rules.ask_back,
        actor=actor,
        number=number,
        why=st.session_state[key],
        on=today(),
        at=now(),
    )
    if asked is not None:
        tell(_("Asked for: {number}. Somebody else decides.").format(number=asked))


def _left(actor: Actor, each: Publication) -> None:
    count, named = read(tier_rules.left, actor=actor, number=each.number, on=today())
    if not count:
        said = _("Every client stands where they stood before.")
        st.markdown(f":green[✓] {said}")
        return
    said = ngettext(
        "{n} client does not stand where they stood before: their data or a decision changed "
        "since.",
        "{n} clients do not stand where they stood before: their data or a decision changed since.",
        count,
    ).format(n=formats.number(count))
    with st.expander(said):
        for one in named:
            axis = TierAxis(one.axis)
            moved = _("{axis}: {before} → {now}").format(
                axis=label(axis),
                before=class_text(axis, one.before),
                now=class_text(axis, one.now),
            )
            name = plain(one.name or one.number)
            st.markdown(f"[{name}](/client?id={one.number}) · {moved}")
