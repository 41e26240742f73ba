"""The list a person works in: its rows are read at most once a minute and keep their order.

Session state holds choices and ids: the order of the rows, which of them were saved since, and the
token under which this process keeps the rows themselves. A save changes no other row, so the next
drawing needs no new list; ``read_again`` asks for one.
"""

from dataclasses import dataclass, field, replace
from secrets import token_hex
from typing import Any

import streamlit as st
from sqlalchemy.orm import Session

from services import renewals
from services.actor import Actor
from services.renewals import Above, CaseFilter, QueueCounts, QueueRow, Why
from services.working_calendar import SHANGHAI, local_date
from terms.renewals import QueueGroup, QueueView, WhyCode
from ui.components.queue_table import QueueLine
from ui.session import now, today, try_read
from words import current_locale
from words.instalments import with_quote_day
from words.labels import label
from words.renewal_cases import due_in_queue
from words.renewals import next_step, why

PART = "renewals.part"
"""The fragment of the whole screen, for what is drawn in a part of it."""
LIST = "renewals.list"
PAGE = 30
FEW = 10
"""So many rows stay ahead of the person, as long as there are so many."""
FRESH_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Page:
    """Rows and counts as they were read, and what this person had saved before."""

    rows: tuple[QueueRow, ...]
    counts: QueueCounts
    saved: frozenset[int]
    lines: dict[tuple[str, int, Why, Above | None], QueueLine] = field(default_factory=dict)
    """Rows in words, by language; they are said once as long as the page is kept."""

    def line(self, row: QueueRow) -> QueueLine:
        """``row`` in the language spoken now."""
        key = (current_locale().value, row.id, row.why, row.above)
        if key not in self.lines:
            self.lines[key] = in_words(row)
        return self.lines[key]


@dataclass(frozen=True, slots=True)
class InHand:
    """What stands on the screen."""

    rows: tuple[QueueRow, ...]
    """In the order the person works in; what they saved stands last."""
    done: frozenset[int]
    counts: QueueCounts
    offered: int
    """Other rows that now belong among them."""
    lines: tuple[QueueLine, ...]
    """The rows in words."""


def in_words(row: QueueRow) -> QueueLine:
    """One row of the table."""
    return QueueLine(
        name=row.client_name or row.client_number,
        line=label(row.line),
        due=due_in_queue(
            kind=row.kind, line=row.line, days_left=row.days_left, grace_left=row.grace_left
        ),
        premium_fen=row.premium_fen,
        at_risk_fen=row.at_risk_fen,
        probability=row.probability,
        why=why(row.why, on=today(), above=row.above),
        next_step=with_quote_day(next_step(row.next_step), row.quote_from, on=today()),
    )


def in_hand(actor: Actor, view: QueueView, where: CaseFilter) -> InHand:
    """The list of ``view`` and the classes of ``where`` as ``actor`` has it in hand; a new one
    when they come to it."""
    kept = st.session_state.get(LIST)
    if kept is None or (kept["view"], kept["where"]) != (view.value, where):
        kept = {"view": view.value, "where": where, "limit": PAGE, "token": token_hex(8)}
        kept |= {"ids": [], "saved": {}, "promised": [], "has_more": False}
        st.session_state[LIST] = kept
    page = _page(
        *(actor.own_id, kept["token"], view.value, kept["limit"]),
        *(where, actor, frozenset(kept["saved"])),
    )
    offered = _take_in(kept, page)
    by_id = {row.id: row for row in page.rows}
    saved = [id for id in kept["saved"] if id in by_id]
    order = [id for id in kept["ids"] if id in by_id and id not in kept["saved"]] + saved
    rows = renewals.ranked(
        [_as_saved(by_id[id]) if id in kept["saved"] else by_id[id] for id in order]
    )
    return InHand(
        rows=rows,
        lines=tuple(
            replace(line, next_step=f"✓ {line.next_step}") if row.id in kept["saved"] else line
            for row, line in ((row, page.line(row)) for row in rows)
        ),
        done=frozenset(saved),
        counts=_counted(page, kept["saved"], by_id),
        offered=offered,
    )


def saved(renewal_id: int, at_risk_fen: int, *, is_open: bool) -> None:
    """The person saved a case: it goes to the end, and the line of the day counts it.

    What was promised for a time, or is closed now, changes the counts of the pills as well: then
    the list is read again. So it is where few rows are left to do and there are more below.
    """
    kept = st.session_state.get(LIST)
    if kept is None:
        return
    kept["saved"].pop(renewal_id, None)
    kept["saved"][renewal_id] = at_risk_fen
    runs_out = kept["has_more"] and len(set(kept["ids"]) - set(kept["saved"])) < FEW
    if not is_open or runs_out or renewal_id in kept["promised"]:
        kept["token"] = token_hex(8)


def offered_now(actor: Actor, view: QueueView) -> int:
    """Rows that are not in the list in hand and would stand in a new one, or on top of it."""
    kept = st.session_state.get(LIST)
    if kept is None or kept["view"] != view.value:
        return 0
    rows = try_read(
        renewals.queue,
        actor=actor,
        on=today(),
        at=now(),
        view=view,
        where=kept["where"],
        limit=kept["limit"],
    )
    new = {row.id for row in rows} - set(kept["ids"])
    return len(new | _pinned(rows) - set(kept.get("pinned", ())))


def read_again() -> None:
    """Forget the list; the next drawing reads it."""
    st.session_state.pop(LIST, None)


def show_more() -> None:
    """As many rows more as a list begins with."""
    st.session_state[LIST]["limit"] += PAGE


@st.cache_resource(ttl=FRESH_SECONDS, max_entries=1000, show_spinner=False)
def _page(
    staff_id: int,  # noqa: ARG001 - whose list it is
    token: str,  # noqa: ARG001 - one list of one tab
    view: str,
    limit: int,
    _where: CaseFilter,
    _actor: Actor,
    _saved: frozenset[int],
) -> Page:
    return try_read(
        _read_page,
        actor=_actor,
        view=QueueView(view),
        where=_where,
        limit=limit,
        saved=_saved,
    )


def _read_page(
    session: Session,
    *,
    actor: Actor,
    view: QueueView,
    where: CaseFilter,
    limit: int,
    saved: frozenset[int],
) -> Page:
    on, at = today(), now()
    return Page(
        rows=renewals.queue(
            session, actor=actor, on=on, at=at, view=view, where=where, limit=limit
        ),
        counts=renewals.queue_counts(session, actor=actor, on=on, at=at),
        saved=saved,
    )


def _take_in(kept: dict[str, Any], page: Page) -> int:
    """Rows that come after all that is left to do join the end; how many belong before it."""
    kept["promised"] = [row.id for row in page.rows if row.next_at is not None]
    kept["has_more"] = len(page.rows) >= kept["limit"]
    if not kept["ids"]:
        kept["ids"] = [row.id for row in page.rows]
        kept["pinned"] = sorted(_pinned(page.rows))
        return 0
    known = set(kept["ids"])
    raised = _pinned(page.rows) & known - set(kept.get("pinned", ()))
    last = max(
        (
            place
            for place, row in enumerate(page.rows)
            if row.id in known and row.group is not QueueGroup.WAITING
        ),
        default=-1,
    )
    kept["ids"] += [row.id for row in page.rows[last + 1 :] if row.id not in known]
    return sum(row.id not in known for row in page.rows[: last + 1]) + len(raised)


def _pinned(rows: tuple[QueueRow, ...]) -> set[int]:
    """Rows somebody put on top; one pinned since is offered, not moved under a person's hands."""
    return {row.id for row in rows if row.pinned_at is not None}


def _as_saved(row: QueueRow) -> QueueRow:
    row = replace(row, group=QueueGroup.WAITING)
    if row.why.code in {WhyCode.CALLED_TODAY, WhyCode.APPOINTMENT_LATER}:
        return row
    return replace(row, why=Why(WhyCode.CALLED_TODAY))


def _counted(page: Page, saved: dict[int, int], by_id: dict[int, QueueRow]) -> QueueCounts:
    """The counts as read, with what was saved since."""
    since = [by_id[id] for id in saved if id in by_id and id not in page.saved]
    on = today()
    first = sum(
        row.last_contact_at is None or local_date(row.last_contact_at, SHANGHAI) < on
        for row in since
    )
    return replace(
        page.counts,
        done_today=page.counts.done_today + first,
        recoverable_fen=page.counts.recoverable_fen
        + sum(saved[row.id] - row.at_risk_fen for row in since),
    )
