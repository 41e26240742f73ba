"""The client's documents: taken in, opened with a reason, taken away with a reason."""

import streamlit as st

from services import documents
from services.actor import Actor
from services.clients import ClientFile
from services.documents import DocumentRow
from services.permissions import Permission
from services.settings import process
from terms.intake import DocumentKind
from ui.components.asking import forget, form, form_button
from ui.components.download import fetch
from ui.session import now, read, save, tell_later, today
from words import _, current_locale, formats, ngettext
from words.documents import READING_REASONS, REMOVING_REASONS, documents_folder, size
from words.labels import label
from words.markdown import plain, quiet, tag

SHOWN = 30
FILE, KIND = "client.document-file", "client.document-kind"
ICONS = {"application/pdf": "picture_as_pdf", "image/jpeg": "image", "image/png": "image"}


def draw(actor: Actor, file: ClientFile) -> None:
    """Draw the documents, the newest first, and those that were taken away."""
    rows = read(documents.documents_of, actor=actor, number=file.number, on=today())
    there = [row for row in rows if row.is_there]
    gone = [row for row in rows if not row.is_there]
    with st.container(horizontal=True, vertical_alignment="center"):
        said = ngettext("{n} document", "{n} documents", len(there)).format(n=len(there))
        st.subheader(said if there else _("Documents"), anchor=False)
        st.space("stretch")
        if actor.may(Permission.CLIENT_WRITE) and form_button(
            _("Add a document"), "client.document-add", icon=":material/upload_file:"
        ):
            form(_("Add a document"), _add, actor, file)
    if not there:
        st.markdown(
            _("Nothing is kept here yet: engagement letters, policies, claims, copies of IDs.")
        )
    for row in there[:SHOWN]:
        _row(actor, row)
    if len(there) > SHOWN:
        with st.expander(_("Earlier documents")):
            for row in there[SHOWN:]:
                _row(actor, row)
    if gone:
        with st.expander(_("Taken away ({n})").format(n=len(gone))):
            for row in gone:
                _gone(row)


def _row(actor: Actor, row: DocumentRow) -> None:
    with st.container(border=True, horizontal=True, vertical_alignment="center", gap="small"):
        icon = ICONS.get(row.content_type, "description")
        by = _("{size} · stored {time} by {who}").format(
            size=size(row.size_bytes),
            time=formats.date_time(row.stored_at),
            who=plain(row.stored_by) or _("the system"),
        )
        kind = tag("gray", label(row.kind))
        st.markdown(f":material/{icon}: **{plain(row.name)}** {kind}  \n{quiet(by)}")
        st.space("stretch")
        if actor.may(Permission.CLIENT_REVEAL) and form_button(
            _("Open it"),
            f"client.document-open-{row.id}",
            icon=":material/visibility:",
            help=_("Asks for a reason and is logged"),
        ):
            form(_("Open the document"), _open, actor, row, width="small")
        if actor.may(Permission.CLIENT_WRITE) and form_button(
            _("Take away"),
            f"client.document-remove-{row.id}",
            icon=":material/delete:",
            type="tertiary",
        ):
            form(_("Take the document away"), _remove, actor, row, width="small")


def _gone(row: DocumentRow) -> None:
    said = _("{kind}, taken away {time} by {who}: {why}").format(
        kind=label(row.kind),
        time=formats.date_time(row.removed_at),
        who=plain(row.removed_by) or _("the system"),
        why=plain(row.removed_reason),
    )
    st.markdown(f"~~{plain(row.name)}~~ {quiet(said)}")


def _add(actor: Actor, file: ClientFile) -> None:
    with st.container():
        kind: DocumentKind = st.selectbox(
            _("What is it?"),
            list(DocumentKind),
            index=None,
            key=KIND,
            format_func=label,
            placeholder=_("Choose"),
        )
        with st.container(key=f"client-uploader-{current_locale()}"):
            given = st.file_uploader(
                _("PDF, JPEG, PNG, DOCX, XLSX or OFD, up to 20 MB"),
                type=list(documents.EXTENSIONS),
                key=FILE,
            )
        st.markdown(quiet(_("The content is checked and kept encrypted.")))
        is_ready = given is not None and kind is not None
        pressed = st.button(
            _("Save"), key="client.document-save", type="primary", disabled=not is_ready
        )
        if not pressed or given is None:
            return
        stored = save(
            documents.store_document,
            actor=actor,
            number=file.number,
            kind=kind,
            name=given.name,
            source=given,
            folder=documents_folder(process().settings),
            at=now(),
            on=today(),
        )
        if stored is not None:
            tell_later(_("Document stored."))
            forget()
            st.rerun()


def _reason(reasons: tuple[str, ...], key: str) -> str:
    chosen: str | None = st.selectbox(
        _("Reason"),
        [_(reason) for reason in reasons],
        key=key,
        index=None,
        placeholder=_("Choose, or type your own"),
        accept_new_options=True,
    )
    return chosen or ""


def _open(actor: Actor, row: DocumentRow) -> None:
    with st.container():
        st.markdown(
            _(
                "**{name}** is saved to your computer in clear. Your reason goes into the log."
            ).format(name=plain(row.name))
        )
        reason = _reason(READING_REASONS, "client.document-why")
        if not st.button(_("Open it"), key="client.document-fetch", type="primary"):
            return
        ticket = save(
            documents.document_ticket,
            actor=actor,
            document_id=row.id,
            reason=reason,
            at=now(),
            on=today(),
        )
        if ticket is not None:
            fetch(ticket)
            forget()
            st.rerun()


def _remove(actor: Actor, row: DocumentRow) -> None:
    with st.container():
        st.markdown(
            _(
                "**{name}** is destroyed and cannot be brought back. Its name, who took it away and"
                " why stay in the file."
            ).format(name=plain(row.name))
        )
        reason = _reason(REMOVING_REASONS, "client.document-gone-why")
        if not st.button(_("Take away"), key="client.document-remove", type="primary"):
            return
        removed = save(
            documents.remove_document,
            actor=actor,
            document_id=row.id,
            reason=reason,
            folder=documents_folder(process().settings),
            at=now(),
            on=today(),
        )
        if removed is not None:
            tell_later(_("Document taken away."))
            forget()
            st.rerun()
