"""The end: taken over, failed or given up, and where to go from there."""

import streamlit as st

from services import intake, undo
from services.actor import Actor
from services.permissions import Permission
from terms.intake import ImportKind, ImportState
from terms.undo import UndoKind
from ui import navigation
from ui.components.undoing import undo_button
from ui.screens.import_book.checked import counts, details, refused_file
from ui.screens.import_book.columns import give_up
from ui.session import now, read, save, switch_to
from words import _, markdown
from words.intake import state_sentence


def finished(actor: Actor, run: intake.RunCard) -> None:
    """Draw how the import ended."""
    sentence = markdown.sentence(state_sentence(run))
    match run.state:
        case ImportState.APPLIED:
            st.success(sentence, icon=":material/check_circle:")
            counts(run)
        case ImportState.FAILED:
            st.error(sentence, icon=":material/error:")
        case _:
            st.info(sentence, icon=":material/info:")
    with st.container(key="import-acts", horizontal=True, vertical_alignment="center"):
        _on(actor, run)
    if run.state is ImportState.APPLIED:
        details(actor, run)


def _on(actor: Actor, run: intake.RunCard) -> None:
    is_in = run.state is ImportState.APPLIED and run.kind is not ImportKind.STAFF
    to_clients = is_in and actor.may(Permission.CLIENT_READ) and _is_there("clients")
    if to_clients and st.button(_("To the clients"), key="import.clients", type="primary"):
        switch_to("clients")
    if run.state is ImportState.FAILED:
        if read(intake.columns_of, actor=actor, run_id=run.id) and st.button(
            _("Back to the columns"), key="import.reopen", type="primary"
        ):
            done = save(
                intake.change_columns,
                actor=actor,
                run_id=run.id,
                at=now(),
                seen_version=run.version,
            )
            if done is not None:
                st.rerun()
        give_up(actor, run)
    if (
        is_in
        and actor.may(Permission.CLIENT_MERGE)
        and st.button(
            _("Possible duplicates"),
            key="import.duplicates",
            icon=":material/join_inner:",
            help=_("New and changed clients are compared with all others after an import"),
        )
    ):
        switch_to("clients", view="duplicates")
    if run.state is ImportState.APPLIED:
        refused_file(actor, run)
        for batch in read(undo.batches, actor=actor, kind=UndoKind.IMPORT, reference=run.number):
            undo_button(actor, batch, key="import.undo", label=_("Undo this import…"))
    if st.button(_("Another file"), key="import.again"):
        st.query_params.clear()
        st.rerun()


def _is_there(page: str) -> bool:
    return any(item.name == page for item in navigation.existing())
