"""The policies behind a bar of persistency: who began when, and who paid on."""

import pyarrow as pa
import streamlit as st

from services import documents, renewals
from services.actor import Actor
from services.permissions import Permission
from services.renewals import CohortFilter, CohortPolicy
from ui.components.choices import without_icon
from ui.components.download import export_button
from ui.components.queue_table import COMPACT_ROW, height
from ui.screens.renewals import address, case_list
from ui.screens.renewals.analysis import parts
from ui.session import read, today
from words import _, exports, formats
from words.labels import label
from words.markdown import quiet

PAID = "renewals.cohort-paid"
UNPAID = "unpaid"


def draw(actor: Actor, where: CohortFilter) -> None:
    """List the policies of what was clicked; nothing is read before.

    Args:
        where: without the choice of those that did not pay, which is made here.
    """
    if not actor.may(Permission.CLIENT_READ):
        st.markdown(_("Your role sees the figures; the cases stay with those who work them."))
        return
    if not parts.is_filtered():
        st.markdown(quiet(_("Click a bar to list its policies here.")))
        return
    with st.container(horizontal=True, vertical_alignment="center", key="renewals-cohort"):
        st.subheader(_("The policies behind it"), anchor=False, width="content")
        _paid_control()
    asked = CohortFilter(
        where.months, where.cohort, where.dimension, where.code, only_unpaid=_is_unpaid()
    )
    shown = case_list.shown_rows()
    rows = read(renewals.cohort_policies, actor=actor, on=today(), where=asked, limit=shown + 1)
    if not rows:
        st.markdown(_("No policy matches."))
        return
    _table(rows[:shown])
    with st.container(key="renewals-cohort-acts", horizontal=True):
        case_list.more_button(len(rows) > shown)
        st.space("stretch")
        export_button(
            actor,
            kind=exports.COHORT,
            argument=renewals.cohort_filter_as_json(asked),
            rows=lambda: read(
                renewals.count_cohort_policies,
                actor=actor,
                on=today(),
                where=asked,
                most=documents.LONG_ROWS,
            ),
            key="renewals.cohort-export",
        )


def _is_unpaid() -> bool:
    return address.asked("paid") == UNPAID


def _paid_control() -> None:
    st.session_state[PAID] = UNPAID if _is_unpaid() else "all"
    names = {"all": _("All"), UNPAID: _("Not paid on")}

    def put() -> None:
        address.put(paid=UNPAID if st.session_state[PAID] == UNPAID else None)
        st.session_state.pop(case_list.ROWS, None)

    st.segmented_control(
        _("Which policies"),
        list(names),
        key=PAID,
        required=True,
        format_func=without_icon(lambda one: names[one]),
        label_visibility="collapsed",
        on_change=put,
    )


def _table(rows: tuple[CohortPolicy, ...]) -> None:
    number, text = st.column_config.NumberColumn, st.column_config.TextColumn
    st.dataframe(
        pa.table(
            {
                "name": [row.client_name or row.client_number for row in rows],
                "file": [f"/client?id={row.client_number}" for row in rows],
                "policy": [row.policy_number for row in rows],
                "product": [row.product for row in rows],
                "began": [row.inception_on.isoformat() for row in rows],
                "paid": [_("paid on") if row.is_kept else "▲ " + _("not paid") for row in rows],
                "status": [label(row.status) for row in rows],
                "owner": [row.owner_name or _("nobody") for row in rows],
                "premium": [formats.yuan(row.premium_fen) for row in rows],
            }
        ),
        key="renewals.cohort-rows",
        height=height(len(rows), row=COMPACT_ROW, most=12),
        row_height=COMPACT_ROW,
        hide_index=True,
        column_config={
            "name": text(_("Client"), width=130),
            "file": st.column_config.LinkColumn(_("File"), display_text=_("open"), width=60),
            "policy": text(_("Policy number"), width=150),
            "product": text(_("Product"), width=170),
            "began": text(_("Cover from"), width=95),
            "paid": text(_("That month"), width=90),
            "status": text(_("State"), width=90),
            "owner": text(_("Owner"), width=90),
            "premium": number(_("Yearly premium ¥"), width=120, format="localized"),
        },
        alt=_("Policies of the cohort in the order they began"),
    )
