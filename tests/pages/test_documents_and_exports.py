"""A client's documents, exports of lists, what is typed: empty, full, one act, two languages."""

import io
from pathlib import Path

import pytest
from sqlalchemy import func, select

from db.models import Document, DownloadTicket, Draft, ExportOrder, Staff
from db.session import Database
from services import documents
from services.actor import Actor
from services.settings import process
from terms.intake import DocumentKind
from terms.people import Locale, Role
from tests.make import AT, ON, actor_of, make_actor, make_client
from tests.make.papers import PDF
from tests.pages.conftest import OpenPage
from ui.session import ERRAND_KEY
from words.documents import documents_folder, exports_folder, finished
from words.exports import CLIENTS


@pytest.fixture
def file(running: Database) -> tuple[Actor, str]:
    """A client's owner, and the client's number."""
    with running.unaudited("test data") as session:
        client = make_client(session, name="王伟")
        return actor_of(session, session.get_one(Staff, client.owner_id)), client.number


@pytest.fixture
def lead(running: Database) -> Actor:
    with running.unaudited("test data") as session:
        client = make_client(session, name="王伟")
        staff = session.get_one(Staff, client.owner_id)
        return make_actor(session, Role.MANAGER, team_id=staff.team_id, branch_id=staff.branch_id)


def put(running: Database, actor: Actor, number: str) -> int:
    with running.transaction() as session:
        return documents.store_document(
            session,
            actor=actor,
            number=number,
            kind=DocumentKind.ENGAGEMENT,
            name="委托书.pdf",
            source=io.BytesIO(PDF),
            folder=documents_folder(process().settings),
            at=AT,
            on=ON,
        )


def texts(page) -> str:  # type: ignore[no-untyped-def]
    return "\n".join(str(one.value) for one in (*page.markdown, *page.subheader, *page.error))


@pytest.mark.parametrize(
    ("locale", "empty"),
    [(Locale.ZH, "暂无文件"), (Locale.EN, "Nothing is kept here yet")],
)
def test_a_file_without_documents_says_so(
    open_page: OpenPage, file: tuple[Actor, str], locale: Locale, empty: str
) -> None:
    page = open_page("client", file[0], locale=locale, id=file[1], view="documents")
    assert empty in texts(page)


def test_a_document_is_stored_through_the_form(
    open_page: OpenPage, running: Database, file: tuple[Actor, str]
) -> None:
    page = open_page("client", file[0], id=file[1], view="documents")
    page.button(key="client.document-add").click().run()
    page.selectbox(key="client.document-kind").select(DocumentKind.ENGAGEMENT)
    page.file_uploader(key="client.document-file").set_value(("a.pdf", b"MZ", "application/pdf"))
    page.run()
    page.button(key="client.document-save").click().run()
    assert "以文件内容为准" in texts(page)
    page.file_uploader(key="client.document-file").set_value(("a.pdf", PDF, "application/pdf"))
    page.run()
    page.button(key="client.document-save").click().run()
    assert not page.exception
    with running.reading() as session:
        assert session.scalars(select(Document.name)).one() == "a.pdf"


def test_opening_a_document_asks_why_and_hands_the_browser_a_ticket(
    open_page: OpenPage, running: Database, file: tuple[Actor, str]
) -> None:
    document_id = put(running, *file)
    page = open_page("client", file[0], locale=Locale.EN, id=file[1], view="documents")
    assert "委托书" in texts(page)
    page.button(key=f"client.document-open-{document_id}").click().run()
    page.button(key="client.document-fetch").click().run()
    assert "Give a reason" in texts(page)
    page.session_state["client.document-why"] = "Helping with a claim"
    page.button(key="client.document-fetch").click().run()
    assert page.session_state[ERRAND_KEY]["fetch"].startswith("/download/")


def test_the_client_list_is_exported_by_a_ticket(
    open_page: OpenPage, running: Database, lead: Actor
) -> None:
    page = open_page("clients", lead)
    page.button(key="clients.export").click().run()
    assert page.session_state[ERRAND_KEY]["fetch"].startswith("/download/")
    with running.reading() as session:
        assert session.scalars(select(DownloadTicket.kind)).one() == CLIENTS


def test_a_long_list_is_ordered_instead(
    open_page: OpenPage, running: Database, lead: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(documents, "LONG_ROWS", 0)
    page = open_page("clients", lead, locale=Locale.EN)
    page.button(key="clients.export").click().run()
    with running.reading() as session:
        assert session.scalar(select(func.count()).select_from(ExportOrder)) == 1
        assert not session.scalars(select(DownloadTicket.id)).all()


def test_a_specialist_is_offered_no_export(open_page: OpenPage, file: tuple[Actor, str]) -> None:
    page = open_page("clients", file[0])
    assert "clients.export" not in {one.key for one in page.button}


@pytest.mark.parametrize(
    ("locale", "empty"), [(Locale.ZH, "您没有申请过导出"), (Locale.EN, "You ordered no export")]
)
def test_without_orders_the_exports_say_so(
    open_page: OpenPage, lead: Actor, locale: Locale, empty: str
) -> None:
    assert empty in texts(open_page("exports", lead, locale=locale))


def test_a_finished_export_is_fetched(
    open_page: OpenPage, running: Database, lead: Actor, tmp_path: Path
) -> None:
    with running.transaction() as session:
        order_id = documents.order_export(
            session, actor=lead, kind=CLIENTS, argument={}, rows=1, at=AT
        )
    documents.make_export(
        running,
        order_id=order_id,
        folder=exports_folder(process().settings),
        at=AT,
        on=ON,
        finish=lambda made, actor: finished(made, actor=actor, at=AT),
    )
    page = open_page("exports", lead, locale=Locale.EN)
    assert "Ready" in texts(page)
    page.button(key=f"exports.fetch-{order_id}").click().run()
    assert page.session_state[ERRAND_KEY]["fetch"].startswith("/download/")


def test_what_was_typed_of_a_new_client_comes_back(
    open_page: OpenPage, running: Database, file: tuple[Actor, str]
) -> None:
    page = open_page("clients", file[0])
    page.button(key="clients.new").click().run()
    page.text_input(key="clients.new-name").set_value("王小明").run()
    with running.reading() as session:
        assert session.scalars(select(Draft.form)).one() == "clients.new"
    again = open_page("clients", file[0])
    again.button(key="clients.new").click().run()
    assert again.text_input(key="clients.new-name").value == "王小明"
    again.button(key="clients.new-discard").click().run()
    assert again.text_input(key="clients.new-name").value == ""
    with running.reading() as session:
        assert not session.scalars(select(Draft.form)).all()
