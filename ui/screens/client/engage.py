"""Recording a written engagement: the company's text to begin with, the original, the promises."""

from datetime import date
from typing import Any

import streamlit as st

from services import documents, engagements
from services.actor import Actor
from services.engagements import StageCard, Upload
from services.errors import ChangedMeanwhile
from services.settings import process
from terms.clients import EngagementKind
from ui.components.asking import forget, form, form_button
from ui.components.drafted import Draft
from ui.session import now, read, refusal, save, tell_later, today
from words import _, current_locale
from words.documents import documents_folder
from words.labels import label
from words.markdown import quiet

KIND, TEXT, VERSION = "client.engage-kind", "client.engage-text", "client.engage-version"
DRAFT = Draft(
    "client.engage",
    {
        "kind": KIND,
        "signed_on": "client.engage-signed",
        "ends_on": "client.engage-ends",
        "reference": "client.engage-number",
        "text": TEXT,
        "promises": "client.engage-promises",
        "insurer_terms": "client.engage-insurer",
        "ownership": "client.engage-ownership",
        "is_consulting": "client.engage-consulting",
    },
    {
        "kind": EngagementKind,
        "signed_on": date.fromisoformat,
        "ends_on": date.fromisoformat,
        "is_consulting": lambda text: text == "True",
    },
)


def button(actor: Actor, card: StageCard, *, is_again: bool = False) -> None:
    """Opens the form; the primary button where the client has no engagement."""
    if form_button(
        _("New engagement") if is_again else _("Record the engagement"),
        "client.engage",
        prepare=lambda: _prepare(actor, card),
        icon=":material/history_edu:",
        type="tertiary" if is_again else "secondary",
    ):
        form(_("Written engagement"), _form, actor, card, width="large")


def archive_button(actor: Actor, card: StageCard) -> None:
    """Opens the form that takes the signed paper in."""
    if form_button(_("Archive the original"), "client.archive", type="tertiary"):
        form(_("Archive the original"), _archive, actor, card, width="small")


def _prepare(actor: Actor, card: StageCard) -> None:
    DRAFT.restore(actor, card.client_number)
    st.session_state[VERSION] = card.client_version
    st.session_state.setdefault(KIND, EngagementKind.ENGAGEMENT_AGREEMENT)
    st.session_state.setdefault("client.engage-signed", today())
    if not st.session_state.get(TEXT):
        _take_template(actor, card.client_number)


def _take_template(actor: Actor, number: str) -> None:
    """The company's text for the kind chosen; what was adapted is replaced on purpose only."""
    st.session_state[TEXT] = read(
        engagements.engagement_text,
        actor=actor,
        number=number,
        kind=st.session_state[KIND],
        on=today(),
    )


def _uploader(key: str) -> Any:
    with st.container(key=f"{key.replace('.', '-')}-box-{current_locale()}"):
        return st.file_uploader(
            _("Signed original (PDF, JPEG, PNG, DOCX, XLSX or OFD, up to 20 MB)"),
            type=list(documents.EXTENSIONS),
            key=key,
        )


def as_upload(given: Any) -> Upload | None:
    """A file somebody chose, with the folder documents are kept in."""
    if given is None:
        return None
    return Upload(given.name, given, documents_folder(process().settings))


def _form(actor: Actor, card: StageCard) -> None:
    keeping = DRAFT.keeping(actor, card.client_number)
    number = card.client_number
    with st.container():
        DRAFT.notice(actor, number)
        with st.grid(3, min_column_width=190):
            st.selectbox(_("Kind"), list(EngagementKind), key=KIND, format_func=label, **keeping)
            st.date_input(_("Signed on"), key="client.engage-signed", max_value=today(), **keeping)
            st.date_input(
                _("Ends on (empty: no end)"), value=None, key="client.engage-ends", **keeping
            )
        reference = st.text_input(
            _("Number of the document"), key="client.engage-number", max_chars=60, **keeping
        )
        text = st.text_area(
            _("Text, adapted from the company's template"),
            key=TEXT,
            max_chars=engagements.LIMITS["text"],
            height=180,
            **keeping,
        )
        st.button(
            _("Take the template of this kind"),
            key="client.engage-template",
            type="tertiary",
            on_click=_take_template,
            args=(actor, number),
        )
        promises = st.text_area(
            _("Promises, one a line: only what the plan can keep"),
            key="client.engage-promises",
            height=90,
            **keeping,
        )
        with st.expander(_("Insurer's service, ownership clause, consulting work")):
            insurer = st.text_area(
                _("Insurer's service and time limits for claims, as agreed"),
                key="client.engage-insurer",
                max_chars=engagements.LIMITS["insurer_terms"],
                **keeping,
            )
            ownership = st.text_area(
                _("Ownership clause"),
                key="client.engage-ownership",
                max_chars=engagements.LIMITS["ownership_clause"],
                **keeping,
            )
            consulting = st.toggle(
                _("Consulting work: the service standard is a reference"),
                key="client.engage-consulting",
                **keeping,
            )
        original = _uploader("client.engage-original")
        st.markdown(
            quiet(
                _("The client becomes a formal client, and the clocks run from the day of signing.")
            )
        )
        if not st.button(_("Record it"), key="client.engage-save", type="primary"):
            return
        signed = save(
            engagements.engage,
            actor=actor,
            number=number,
            kind=st.session_state[KIND],
            signed_on=st.session_state["client.engage-signed"] or today(),
            ends_on=st.session_state.get("client.engage-ends"),
            reference=reference,
            text=text,
            promises=tuple(promises.splitlines()),
            insurer_terms=insurer,
            ownership_clause=ownership,
            is_consulting=bool(consulting),
            original=as_upload(original),
            at=now(),
            on=today(),
            seen_version=st.session_state[VERSION],
        )
        if signed is not None:
            DRAFT.drop(actor, number)
            tell_later(_("Engagement recorded: the ten working days run."))
            forget()
            st.rerun()
        if isinstance(refusal(), ChangedMeanwhile):
            fresh = read(engagements.stage_of, actor=actor, number=number, on=today())
            st.session_state[VERSION] = fresh.client_version


def _archive(actor: Actor, card: StageCard) -> None:
    assert card.engagement is not None
    with st.container():
        given = _uploader("client.archive-file")
        pressed = st.button(
            _("Save"), key="client.archive-save", type="primary", disabled=given is None
        )
        upload = as_upload(given)
        if not pressed or upload is None:
            return
        stored = save(
            engagements.archive_original,
            actor=actor,
            number=card.client_number,
            original=upload,
            at=now(),
            on=today(),
            seen_version=card.engagement.version,
        )
        if stored is not None:
            tell_later(_("Original archived."))
            forget()
            st.rerun()
