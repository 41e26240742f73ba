"""My queue: the list left, the open case right; saving opens the next row.

Session state holds the id of the open case; the address holds the same case by its business
reference.
"""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import timedelta
from functools import partial
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from services import measures, renewals
from services.actor import Actor
from services.changes import Chapter
from services.errors import BusinessError
from services.permissions import Permission
from services.renewals import CaseFilter, QueueCounts, QueueRow
from services.settings import clock_now
from services.wording import Word
from terms.policies import Line
from terms.renewals import NextStep, QueueView
from ui.components.choices import without_icon
from ui.components.contact_form import Answer, contact_form
from ui.components.figure import figure
from ui.components.live import live
from ui.components.queue_table import queue_table
from ui.components.referring import refer_button
from ui.screens.renewals import address, case, classing, closing, reopening
from ui.screens.renewals.in_hand import (
    PAGE,
    PART,
    InHand,
    in_hand,
    offered_now,
    read_again,
    saved,
    show_more,
)
from ui.screens.renewals.script import warned
from ui.session import (
    fragment,
    is_unattended,
    now,
    read,
    save,
    signed_in,
    tell,
    today,
    try_read,
)
from words import _, errors, formats, ngettext

SHOW, TABLE, FORM = "renewals.show", "renewals.table", "renewals.form"
PLACES, OPEN = "renewals.places", "renewals.open"
DRAWN, NEXT, ANSWER, PHONE = (
    "renewals.drawn",
    "renewals.next",
    "renewals.answer",
    "renewals.phone",
)


EVERYTHING = CaseFilter()
SHOWN = timedelta(minutes=1)
"""A revealed number is covered again after this; the form in the browser does the same."""


def draw(actor: Actor, bar: DeltaGenerator) -> None:
    """Draw the actor's queue and the case that is open in it."""
    shown = address.word("show", QueueView) or QueueView.ALL
    where = classing.narrowed(EVERYTHING)
    is_narrowed = where != EVERYTHING
    held = in_hand(actor, shown, where)
    with bar:
        _pills(held.counts, shown)
        st.space("stretch")
        with st.container(horizontal=True, width="content", key="renewals-progress"):
            _progress(held.counts)
    opened = _opened(actor, held.rows)
    if opened is None:
        _nothing(held.counts, is_all=shown is QueueView.ALL and not is_narrowed)
        if is_narrowed:
            classing.button(is_narrowed=True, on_change=_load)
        reopening.button(actor)
        return
    list_side, case_side = st.columns([2.05, 1], gap="small")
    ids = [row.id for row in held.rows]
    with list_side:
        if ids:
            with st.container(key="renewals-list"):
                queue_table(
                    held.lines,
                    key=TABLE,
                    picked=ids.index(opened) if opened in ids else None,
                    on_pick=_pick,
                )
    _foot(list_side, actor, held, shown, is_narrowed=is_narrowed)
    with case_side, st.container(border=True, key="renewals-case"):
        _case(actor, held, opened)


# --- the list --------------------------------------------------------------------------------


def _pills(counts: QueueCounts, shown: QueueView) -> None:
    said = {
        QueueView.ALL: _("All {n}").format(n=counts.all),
        QueueView.APPOINTMENT: _("Promised {n}").format(n=counts.appointment),
        QueueView.WEEK: _("Within 7 days {n}").format(n=counts.week),
        QueueView.UNCOVERED: _("Uncovered {n}").format(n=counts.uncovered),
        QueueView.GRACE: _("In grace {n}").format(n=counts.grace),
    }
    st.session_state[SHOW] = shown
    st.pills(
        _("Show"),
        list(said),
        key=SHOW,
        required=True,
        format_func=without_icon(said.__getitem__),
        label_visibility="collapsed",
        on_change=_show,
    )


def _show() -> None:
    shown = QueueView(st.session_state[SHOW])
    address.put(show=None if shown is QueueView.ALL else shown.value, case=None)
    _load()


def _load() -> None:
    read_again()
    st.session_state.pop(OPEN, None)


def _progress(counts: QueueCounts) -> None:
    figure(measures.figure("renewals.my_done_today", counts.done_today, of=counts.planned_today))
    figure(measures.figure("renewals.my_to_save", counts.recoverable_fen))
    if counts.next_at is not None:
        said = _("next at **{time}**").format(time=formats.moment(counts.next_at, on=today()))
        st.markdown(said, width="content")


def _foot(
    place: DeltaGenerator, actor: Actor, held: InHand, shown: QueueView, *, is_narrowed: bool
) -> None:
    of_view, here = getattr(held.counts, shown.value), len(held.rows)
    if is_narrowed:
        of_view = here + PAGE if here % PAGE == 0 else here
    with place.container(horizontal=True, vertical_alignment="center", key="renewals-foot"):
        _news(shown, held.offered)
        as_of = _("As of {time}").format(time=formats.date_time(now()))
        st.markdown(f":small[:gray[{as_of}]]", width="content")
        if not is_narrowed:
            figure(measures.figure("renewals.my_cases", of_view, about={"view": shown.value}))
        classing.button(is_narrowed=is_narrowed, on_change=_load)
        reopening.button(actor)
        if here < of_view and here:
            st.button(
                _("Show {n} more").format(n=min(PAGE, of_view - here)),
                key="renewals.more",
                type="tertiary",
                on_click=show_more,
            )


@fragment(key="renewals.news-part")
def _news(shown: QueueView, offered: int) -> None:
    """How many cases came since; the list under the person's hands waits until they ask."""
    actor = signed_in(Permission.RENEWAL_WORK)
    live(key="renewals.news-live", mine=[Chapter.RENEWALS], scope="renewals-news", every=5)
    with st.container(key="renewals-news", width="content"):
        n = offered_now(actor, shown) if is_unattended() else offered
        if n:
            st.button(
                ngettext("{n} new case: load it", "{n} new cases: load them", n).format(n=n),
                key="renewals.load",
                type="tertiary",
                icon=":material/refresh:",
                on_click=_load_now,
            )


def _load_now() -> None:
    _load()
    st.rerun(PART)


def _nothing(counts: QueueCounts, *, is_all: bool) -> None:
    with st.container(key="renewals-empty"):
        if counts.all and not is_all:
            st.markdown(_("No case of yours is of this kind now."))
            st.button(_("Show all my cases"), key="renewals.all", on_click=_show_all)
        else:
            st.markdown(_("Your queue is empty: every case that fell to you is done."))
            st.page_link(
                "../pages/my_day.py",
                label=_("See what else is due today"),
                icon=":material/checklist:",
            )


def _show_all() -> None:
    classing.clear()
    address.put(show=None, case=None)
    _load()


# --- the open case ---------------------------------------------------------------------------


def _opened(actor: Actor, rows: tuple[QueueRow, ...]) -> int | None:
    """The id of the case to show: what the address names, else the first that is to be done."""
    reference = address.asked("case")
    held: dict[str, Any] | None = st.session_state.get(OPEN)
    if held and held["reference"] in {reference, None}:
        return int(held["id"])
    if reference:
        try:
            found = try_read(
                renewals.case_by_reference, actor=actor, reference=reference, on=today()
            )
        except BusinessError as error:
            tell(errors.sentence(error), kind="warning")
        else:
            st.session_state[OPEN] = {"id": found, "reference": reference}
            return found
    if not rows:
        return None
    first = next((row for row in rows if row.next_step is not NextStep.WAIT), rows[0])
    _open(first.id)
    return first.id


def _open(id: int) -> None:
    st.session_state[OPEN] = {"id": id, "reference": None}


def _pick(place: int) -> None:
    """Streamlit also reports the row we chose for the person ourselves: that changes nothing."""
    shown = st.session_state.get(PLACES, ())
    if place < len(shown) and shown[place] != st.session_state[OPEN]["id"]:
        _open(shown[place])


def _step(by: int) -> None:
    """Open the row above or below; at an end of the list, the other end."""
    shown = st.session_state.get(PLACES, ())
    here = st.session_state[OPEN]["id"]
    if shown:
        _open(shown[(shown.index(here) + by) % len(shown)] if here in shown else shown[0])


def _case(actor: Actor, held: InHand, opened: int) -> None:
    found = read(case.read_case, actor=actor, renewal_id=opened, on=today(), at=now())
    facts = found.facts
    reference = renewals.reference(facts.policy_number, facts.due_on)
    st.session_state[OPEN] = {"id": opened, "reference": reference}
    st.session_state[DRAWN] = {"id": opened, "reference": reference, "line": facts.line.value}
    st.session_state[PLACES] = tuple(row.id for row in held.rows)
    address.put(case=reference)
    after = _after(held, opened)
    contact_form(
        case.in_form(
            found,
            actor=actor,
            reference=reference,
            next_name=(after.client_name or after.client_number) if after else None,
            answer=_answer(found.guide.words),
            phone=_shown_phone(opened),
        ),
        key=FORM,
        on_save=partial(_save, actor),
        on_reveal=partial(_reveal, actor),
        on_step=_step,
        on_pin=partial(_pin, actor),
    )
    st.session_state[NEXT] = after.id if after else None
    with st.container(key="renewals-case-acts", horizontal=True):
        closing.button(actor, facts)
        refer_button(actor, facts.client_number, renewal_id=facts.id)


def _answer(words: Sequence[Word]) -> Answer | None:
    """What became of the last save, with what its note says that is never said to a client."""
    held = st.session_state.get(ANSWER)
    if held is None:
        return None
    return warned(Answer(**held["answer"]), note=held["note"], line=Line(held["line"]), words=words)


def _shown_phone(opened: int) -> str | None:
    """The number that was asked for: for this case and this minute, then it is forgotten."""
    held = st.session_state.get(PHONE)
    if held is None:
        return None
    if held["id"] != opened or clock_now() - held["at"] >= SHOWN:
        del st.session_state[PHONE]
        return None
    number: str = held["number"]
    return number


def _after(held: InHand, opened: int) -> QueueRow | None:
    """The row that opens after saving: the next one that is not done today, from the top again
    at the end."""
    start = next((place + 1 for place, row in enumerate(held.rows) if row.id == opened), 0)
    for row in (*held.rows[start:], *held.rows[:start]):
        if row.id != opened and row.id not in held.done:
            return row
    return None


def _save(actor: Actor, sent: dict[str, Any]) -> None:
    held = st.session_state.get(DRAWN)
    if not held or held["reference"] != sent["case"]:
        return
    answer, card = case.record(sent, actor=actor, renewal_id=held["id"])
    st.session_state[ANSWER] = {
        "answer": asdict(answer),
        "note": sent["note"] if card is not None else "",
        "line": held["line"],
    }
    following = st.session_state.get(NEXT)
    if card is not None:
        saved(card.id, card.at_risk_fen, is_open=card.is_open)
    if answer.ok and following is not None:
        _open(following)
    elif answer.ok and sent["act"] != "contact":
        st.session_state.pop(OPEN)
        address.put(case=None)


def _pin(actor: Actor, reference: str, is_pinned: bool) -> None:
    """Pin or let go; the list is read again, for the case stands elsewhere in it now."""
    held = st.session_state.get(DRAWN)
    if not held or held["reference"] != reference:
        return
    act = renewals.pin if is_pinned else renewals.unpin
    if save(act, actor=actor, renewal_id=held["id"], at=now()) is not None:
        read_again()


def _reveal(actor: Actor, reference: str) -> None:
    held = st.session_state.get(DRAWN)
    if not held or held["reference"] != reference:
        return
    number = save(renewals.reveal_phone, actor=actor, renewal_id=held["id"], at=now())
    if number is not None:
        st.session_state[PHONE] = {"id": held["id"], "number": number, "at": clock_now()}
