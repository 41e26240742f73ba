"""Which step of which import is shown: the address says the import, the database its step."""

import streamlit as st

from services import intake
from services.actor import Actor
from services.errors import NotFound
from terms.intake import ImportState
from ui.screens.import_book import checked, columns, finished, progress, upload
from ui.session import try_read
from words import _, formats
from words.labels import label

RUN = "run"
"""The address's parameter: the import's number."""


def screen(actor: Actor) -> None:
    """Draw the step the import of the address is at, or the upload and earlier imports."""
    number = st.query_params.get(RUN)
    if not number:
        upload.upload(actor)
        return
    try:
        run = try_read(intake.run, actor=actor, number=number)
    except NotFound:
        st.warning(_("There is no import {number}, or it is not yours.").format(number=number))
        _back()
        return
    _steps(run)
    match run.state:
        case ImportState.READ:
            columns.columns(actor, run)
        case ImportState.CHECKED:
            checked.checked(actor, run)
        case ImportState.APPLIED | ImportState.FAILED | ImportState.CANCELLED:
            finished.finished(actor, run)
        case _:
            progress.progress(actor, run.number)


_PLACE = {
    ImportState.UPLOADED: 0,
    ImportState.READ: 1,
    ImportState.CHECKING: 1,
    ImportState.CHECKED: 2,
    ImportState.STAGING: 3,
    ImportState.APPLYING: 3,
    ImportState.APPLIED: 4,
}


def _steps(run: intake.RunCard) -> None:
    """One line: file, kind, and where in the four steps the import stands."""
    names = [_("The file"), _("Columns"), _("Check"), _("Take over")]
    place = _PLACE.get(run.state, -1)
    parts = []
    for at, name in enumerate(names):
        if at < place:
            parts.append(f":green[:material/check: {name}]")
        elif at == place:
            parts.append(f"**{at + 1}. {name}**")
        else:
            parts.append(f":gray[{at + 1}. {name}]")
    with st.container(key="import-steps", horizontal=True, vertical_alignment="center"):
        st.markdown(" :gray[→] ".join(parts), width="content")
        st.space("stretch")
        said = f"{run.number} · {_plain(run.file_name)} · {label(run.kind)}"
        if run.rows:
            said += " · " + _("{rows} rows").format(rows=formats.number(run.rows))
        st.markdown(f":small[:gray[{said}]]", width="content")


def _back() -> None:
    if st.button(_("To the imports"), key="import.back"):
        st.query_params.clear()
        st.rerun()


def _plain(text: str) -> str:
    """A file's name without the marks Markdown would read."""
    return "".join(f"\\{letter}" if letter in "\\`*_[]{}()#+|~:$<>" else letter for letter in text)
