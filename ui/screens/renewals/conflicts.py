"""Imported policies that contradict what we know of a case: a lead says which is right."""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from services import closings, intake
from services.actor import Actor
from services.closings import ConflictRow
from ui.session import now, read, save, tell, today
from words import _, formats, ngettext
from words.closings import conflict_said
from words.labels import badge, label
from words.markdown import plain, quiet


def draw(actor: Actor, bar: DeltaGenerator) -> None:
    """Draw each conflict with the two answers there are."""
    rows = read(closings.conflicts, actor=actor, on=today())
    with bar:
        st.space("stretch")
        said = ngettext("{n} to decide", "{n} to decide", len(rows)).format(n=len(rows))
        st.markdown(f"**{said}**", width="content")
    if not rows:
        with st.container(key="renewals-empty"):
            st.markdown(_("Nothing an import brought contradicts the cases."))
        return
    for row in rows:
        _row(actor, row)


def _row(actor: Actor, row: ConflictRow) -> None:
    with st.container(
        border=True,
        horizontal=True,
        vertical_alignment="center",
        key=f"renewals-conflict-{row.id}",
    ):
        name = plain(row.client_name or row.client_number)
        about = " · ".join(
            (
                f"{label(row.line)} {plain(row.product)}",
                _("{number} due {day}").format(
                    number=plain(row.old_number), day=formats.day(row.due_on)
                ),
                plain(row.assignee_name) or _("nobody"),
            )
        )
        came = _("Import {run} brought {number}: from {day}, ¥{premium}").format(
            run=intake.number_of(row.run_id),
            number=plain(row.new_number),
            day=formats.day(row.new_inception_on),
            premium=formats.money(row.new_premium_fen),
        )
        head = f"**[{name}](/client?id={row.client_number})** {badge(row.case_state)}"
        st.markdown(f"{head} {quiet(about)}  \n{came}  \n▲ {conflict_said(row.kind)}")
        st.space("stretch")
        if st.button(_("It is the new term"), key=f"renewals.conflict-yes-{row.id}"):
            _settle(actor, row, is_renewal=True)
        if st.button(_("It is not"), key=f"renewals.conflict-no-{row.id}", type="tertiary"):
            _settle(actor, row, is_renewal=False)


def _settle(actor: Actor, row: ConflictRow, *, is_renewal: bool) -> None:
    done = save(
        closings.settle_conflict,
        actor=actor,
        conflict_id=row.id,
        is_renewal=is_renewal,
        at=now(),
        seen_version=row.version,
    )
    if done is not None:
        tell(_("Renewed with it.") if is_renewal else _("Left as it was."))
        st.rerun()
