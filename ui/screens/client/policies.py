"""Policies with their terms over time, what happened to them, and the instalments."""

from collections.abc import Mapping
from datetime import date, timedelta

import pyarrow as pa
import streamlit as st

import charts.clients as drawn
from services import clients, renewals
from services.actor import Actor
from services.clients import ClientFile, PolicyRow
from terms.policies import PolicyStatus
from ui.components.queue_table import COMPACT_ROW, height
from ui.session import read, today
from words import _, current_locale, formats
from words.clients import premium_change, short_days
from words.instalments import gap_said
from words.labels import label
from words.markdown import plain, quiet

FEN = 100
MOST_BARS = 12
MOST_GAPS = 6
ENDLESS_YEARS = 3
"""How far a contract without an end is drawn into the future."""


def draw(actor: Actor, file: ClientFile) -> None:
    """Draw the terms over time, the table of policies, and what happened."""
    rows = read(clients.policies_of, actor=actor, number=file.number, on=today())
    if not rows:
        st.markdown(_("No policy is known of this client yet."))
        return
    _gaps(actor, file)
    with st.container(border=True):
        st.subheader(_("When does which cover end?"), anchor=False)
        said = _("{n} policies, as of {day}").format(n=len(rows), day=formats.day(today()))
        st.markdown(f":small[:gray[{said}]]")
        _terms(rows)
    _table(rows)
    _comparison(rows)
    events = read(clients.timeline_of, actor=actor, number=file.number, on=today())
    if events:
        with st.container(border=True):
            st.subheader(_("What happened"), anchor=False)
            for event in events[:20]:
                amount = (
                    f" · {formats.money_with_unit(event.amount_fen)}" if event.amount_fen else ""
                )
                what = f"{label(event.kind)} · {plain(event.product)} {plain(event.policy_number)}"
                note = f" :small[:gray[{plain(event.note)}]]" if event.note else ""
                st.markdown(f":gray[{formats.day(event.on)}] &nbsp; {what}{amount}{note}")


def _gaps(actor: Actor, file: ClientFile) -> None:
    """Days without cover after a term, where there are any."""
    found = read(renewals.gaps_of, actor=actor, number=file.number, on=today())
    if not found:
        return
    with st.container(border=True, key="client-gaps"):
        st.subheader(_("Gaps in cover"), anchor=False)
        for gap in found[:MOST_GAPS]:
            mark = "red" if gap.is_open else "orange"
            said = f":{mark}[{plain(gap_said(gap))}]"
            st.markdown(f"{said} {quiet(plain(gap.product))} {quiet(plain(gap.policy_number))}")


def _terms(rows: tuple[PolicyRow, ...]) -> None:
    on = today()
    shown = rows[:MOST_BARS]
    end = on + timedelta(days=366 * ENDLESS_YEARS)
    st.vega_lite_chart(
        pa.table(
            {
                "name": [f"{row.product} {row.number}" for row in shown],
                "from_on": [row.inception_on.isoformat() for row in shown],
                "to_on": [(row.expiry_on or end).isoformat() for row in shown],
                "state": [_state(row) for row in shown],
                "status": [label(row.status) for row in shown],
                "premium": [formats.money(row.premium_fen) for row in shown],
                "said": [
                    formats.day(row.expiry_on) if row.expiry_on else _("no end") for row in shown
                ],
            }
        ).to_pandas(),
        drawn.terms(current_locale().value, st.context.theme.type or "light", on),
        key="client.terms",
        theme=None,
        height=46 + 26 * len(shown),
    )


def _state(row: PolicyRow) -> str:
    if row.status not in (PolicyStatus.IN_FORCE, PolicyStatus.GRACE):
        return "over"
    if row.days_left is not None and row.days_left < 0:
        return "overdue"
    return "soon" if row.days_left is not None and row.days_left <= 30 else "running"


def _table(rows: tuple[PolicyRow, ...]) -> None:
    text, number = st.column_config.TextColumn, st.column_config.NumberColumn
    st.dataframe(
        pa.table(
            {
                "product": [row.product for row in rows],
                "line": [label(row.line) for row in rows],
                "number": [row.number for row in rows],
                "insurer": [row.insurer or "–" for row in rows],
                "insured": [formats.listing(list(row.insured)) or "–" for row in rows],
                "from": [formats.day(row.inception_on) for row in rows],
                "to": [_ends(row) for row in rows],
                "premium": pa.array([row.premium_fen // FEN for row in rows], pa.int64()),
                "sum": pa.array(
                    [
                        None if row.sum_insured_fen is None else row.sum_insured_fen // FEN
                        for row in rows
                    ],
                    pa.int64(),
                ),
                "mode": [label(row.payment_mode) for row in rows],
                "status": [label(row.status) for row in rows],
            }
        ),
        key="client.policies",
        height=height(len(rows), row=COMPACT_ROW, most=12),
        row_height=COMPACT_ROW,
        hide_index=True,
        placeholder="–",
        column_config={
            "product": text(_("Product"), width=150),
            "line": text(_("Line"), width=70),
            "number": text(_("Policy number"), width=122),
            "insurer": text(_("Insurer"), width=80),
            "insured": text(_("Insured"), width=76),
            "from": text(_("From"), width=88),
            "to": text(_("Until"), width=140),
            "premium": number(_("Premium, yuan"), width=84, format="localized"),
            "sum": number(_("Sum insured, yuan"), width=98, format="localized"),
            "mode": text(_("Payment"), width=64),
            "status": text(_("Status"), width=72),
        },
        alt=_("Policies, the nearest expiry first"),
    )


def _ends(row: PolicyRow) -> str:
    if row.expiry_on is None or row.days_left is None:
        return _("no end")
    day = formats.day(row.expiry_on)
    if _state(row) in ("soon", "overdue"):
        mark = "▲" if row.days_left < 0 else "◆"
        return f"{mark} {day} · {short_days(row.days_left)}"
    return day


def _comparison(rows: tuple[PolicyRow, ...]) -> None:
    """Terms of the same contract side by side, where one renewed the other."""
    renewed = [row for row in rows if row.previous_number is not None]
    if not renewed:
        return
    by_number = {row.number: row for row in rows}
    with st.expander(_("Compare terms"), icon=":material/compare_arrows:"):
        for row in renewed:
            before = by_number.get(row.previous_number or "")
            if before is None:
                continue
            st.markdown(
                f"**{plain(row.product)}** {plain(before.number)} → {plain(row.number)}"
                f" &nbsp; {premium_change(before.premium_fen, row.premium_fen)}"
            )
            items = dict.fromkeys([*dict(before.cover), *dict(row.cover)])
            old, new = dict(before.cover), dict(row.cover)
            lines = {
                _("Premium, yuan"): (
                    formats.money(before.premium_fen),
                    formats.money(row.premium_fen),
                ),
                _("Sum insured, yuan"): (
                    formats.money(before.sum_insured_fen),
                    formats.money(row.sum_insured_fen),
                ),
                **{item: (old.get(item, "–"), new.get(item, "–")) for item in items},
            }
            st.table(
                {
                    _("Item"): list(lines),
                    before.number: [pair[0] for pair in lines.values()],
                    row.number: [pair[1] for pair in lines.values()],
                }
            )


def draw_instalments(
    actor: Actor, file: ClientFile, grace: Mapping[tuple[str, date], date]
) -> None:
    """Draw the instalments of long-term contracts: the unpaid first.

    Args:
        grace: policy number and due day → the last day of grace, of those whose clock runs.
    """
    rows = read(clients.instalments_of, actor=actor, number=file.number, on=today())
    if not rows:
        st.markdown(_("This client has no contract that is paid in instalments."))
        return
    text, number = st.column_config.TextColumn, st.column_config.NumberColumn
    st.dataframe(
        pa.table(
            {
                "due": [formats.day(row.due_on) for row in rows],
                "product": [row.product for row in rows],
                "number": [row.policy_number for row in rows],
                "premium": pa.array([row.premium_fen // FEN for row in rows], pa.int64()),
                "status": [label(row.status) for row in rows],
                "paid": [formats.day(row.paid_on) for row in rows],
                "grace": [formats.day(grace.get((row.policy_number, row.due_on))) for row in rows],
                "demand": [formats.day(row.demanded_on) for row in rows],
            }
        ),
        key="client.instalments",
        height=height(len(rows), row=COMPACT_ROW, most=16),
        row_height=COMPACT_ROW,
        hide_index=True,
        column_config={
            "due": text(_("Due on"), width=100),
            "product": text(_("Product"), width=200),
            "number": text(_("Policy number"), width=140),
            "premium": number(_("Premium, yuan"), width=110, format="localized"),
            "status": text(_("Status"), width=90),
            "paid": text(_("Paid on"), width=100),
            "grace": text(_("Grace ends"), width=110),
            "demand": text(_("Formal demand"), width=110),
        },
        alt=_("Instalments, the unpaid first"),
    )
