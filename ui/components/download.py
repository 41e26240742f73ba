"""Giving files out: the browser fetches a one-time ticket, a long export goes to the worker."""

from collections.abc import Callable, Mapping
from typing import Any

import streamlit as st

from services import documents
from services.actor import Actor
from ui import navigation
from ui.session import now, save, send_errand, tell_later
from words import _


def fetch(ticket: str) -> None:
    """Have the browser save the file of ``ticket``; for a callback, or before ``st.rerun()``."""
    send_errand(fetch=f"/download/{ticket}")


def export_button(
    actor: Actor,
    *,
    kind: str,
    argument: Mapping[str, Any],
    rows: Callable[[], int | None],
    key: str,
) -> None:
    """A button that gives the list on screen out as a file, with the same filters and scope.

    Nothing is drawn for whoever may not fetch such files.

    Args:
        kind: the name of a registered producer.
        argument: the filters, as JSON values.
        rows: how many rows the file will have, asked when it is wanted; None when there are more
            than anybody counts.
    """
    if not actor.may(documents.permission_of(kind)):
        return
    st.button(
        _("Export"),
        key=key,
        icon=":material/download:",
        type="tertiary",
        help=_("As CSV, personal values masked; who takes it out is logged."),
        on_click=_export,
        args=(actor, kind, dict(argument), rows),
    )


def _export(
    actor: Actor, kind: str, argument: dict[str, Any], counted: Callable[[], int | None]
) -> None:
    rows = counted()
    if rows is not None and rows <= documents.LONG_ROWS:
        ticket = save(documents.make_ticket, actor=actor, kind=kind, argument=argument, at=now())
        if ticket is not None:
            fetch(ticket)
        return
    order = save(
        documents.order_export, actor=actor, kind=kind, argument=argument, rows=rows, at=now()
    )
    if order is not None:
        tell_later(_("This takes a while. The bell tells you when your export is ready."))
        st.switch_page(str(navigation.path_of("exports")))
