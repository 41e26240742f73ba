"""The first step: what kind of file, which file; below it the earlier imports."""

import pyarrow as pa
import streamlit as st

from services import intake, undo
from services.actor import Actor
from services.permissions import Permission
from services.settings import process
from terms.intake import ImportKind
from terms.undo import UndoKind
from ui.components.choices import without_icon
from ui.components.queue_table import COMPACT_ROW, height
from ui.session import now, read, save
from words import _, current_locale, formats
from words.labels import label

KIND, FILE, EARLIER = "import.kind", "import.file", "import.earlier"
_KINDS = (ImportKind.BOOK, ImportKind.CLIENTS, ImportKind.POLICIES, ImportKind.STAFF)


def upload(actor: Actor) -> None:
    """Draw the upload and the list of earlier imports."""
    kinds = [
        kind
        for kind in _KINDS
        if kind is not ImportKind.STAFF or actor.may(Permission.STAFF_MANAGE)
    ]
    kind = st.segmented_control(
        _("What is in the file?"), kinds, key=KIND, required=True, format_func=without_icon(label),
        default=ImportKind.BOOK,
    )  # fmt: skip
    st.markdown(f":small[:gray[{_explain(ImportKind(kind or ImportKind.BOOK))}]]")
    with st.container(key=f"import-uploader-{current_locale()}"):
        given = st.file_uploader(
            _("CSV or XLSX, up to 100 MB and 500,000 rows"),
            type=["csv", "txt", "tsv", "xlsx", "xlsm"],
            key=FILE,
        )
    if (
        st.button(_("Read the file"), key="import.start", type="primary", disabled=given is None)
        and given is not None
    ):
        run = save(
            intake.start,
            actor=actor,
            kind=ImportKind(kind or ImportKind.BOOK),
            file_name=given.name,
            source=given,
            folder=process().settings.var / "imports",
            at=now(),
        )
        if run is not None:
            st.query_params["run"] = run.number
            st.rerun()
    _earlier(actor)


def _explain(kind: ImportKind) -> str:
    match kind:
        case ImportKind.BOOK:
            return _(
                "One flat list, a row per policy: the client's data and the policy's side by side."
                " Every row needs a client number."
            )
        case ImportKind.CLIENTS:
            return _("A row per client. Every row needs a client number.")
        case ImportKind.POLICIES:
            return _(
                "A row per policy of clients who are there already. Every row needs the client"
                " number and the policy number."
            )
        case ImportKind.STAFF:
            return _(
                "A row per member of staff, with user name and name. They get no password:"
                " an administrator sets it."
            )


def _earlier(actor: Actor) -> None:
    runs = read(intake.recent_runs, actor=actor)
    st.subheader(_("Earlier imports"), anchor=False)
    undone = {
        batch.reference
        for batch in read(undo.batches, actor=actor, kind=UndoKind.IMPORT, limit=len(runs) + 1)
        if batch.undone_at is not None
    }
    if not runs:
        st.markdown(_("Nothing has been imported yet. Choose a file above."))
        return

    def pick() -> None:
        rows = st.session_state[EARLIER]["selection"]["rows"]
        if rows:
            st.query_params["run"] = runs[rows[0]].number
            st.session_state[EARLIER] = {"selection": {"rows": []}}

    text = st.column_config.TextColumn
    number = st.column_config.NumberColumn
    zone = process().settings.timezone
    st.dataframe(
        pa.table(
            {
                "number": [run.number for run in runs],
                "file": [run.file_name for run in runs],
                "kind": [label(run.kind) for run in runs],
                "state": [
                    _("undone") if run.number in undone else label(run.state) for run in runs
                ],
                "rows": [run.rows for run in runs],
                "created": [run.created for run in runs],
                "changed": [run.changed for run in runs],
                "refused": [run.refused for run in runs],
                "who": [run.by_name or _("Command line") for run in runs],
                "when": [formats.date_time(run.started_at, zone=zone) for run in runs],
            }
        ),
        key=EARLIER,
        height=height(len(runs), row=COMPACT_ROW, most=12),
        row_height=COMPACT_ROW,
        hide_index=True,
        column_config={
            "number": text(_("Import no."), width=100),
            "file": text(_("The file"), width=180),
            "kind": text(_("Content"), width=110),
            "state": text(_("State"), width=110),
            "rows": number(_("Rows"), width=80, format="localized"),
            "created": number(_("New"), width=80, format="localized"),
            "changed": number(_("Changed"), width=80, format="localized"),
            "refused": number(_("Refused"), width=80, format="localized"),
            "who": text(_("By"), width=100),
            "when": text(_("Begun"), width=140),
        },
        on_select=pick,
        selection_mode="single-row",
        alt=_("Earlier imports, newest first; Shift+Space opens one"),
    )
