"""A client's documents: stored, listed, opened for a reason, taken away for a reason."""

import io
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models import AccessEntry, AuditEntry, Client, Document, Staff
from db.session import Database
from services import documents
from services.actor import Actor
from services.audit import personal_values
from services.errors import NotFound, NotPermitted
from terms.intake import AccessKind, DocumentKind
from terms.people import Role
from tests.make import AT, ON, actor_of, make_actor, make_client
from tests.make.papers import PDF, picture

Put = Callable[..., int]


@pytest.fixture
def client(session: Session) -> Client:
    return make_client(session)


@pytest.fixture
def owner(session: Session, client: Client) -> Actor:
    return actor_of(session, session.get_one(Staff, client.owner_id))


@pytest.fixture
def put(session: Session, owner: Actor, client: Client, tmp_path: Path) -> Put:
    def stored(content: bytes = PDF, name: str = "委托书.exe", actor: Actor = owner) -> int:
        return documents.store_document(
            session,
            actor=actor,
            number=client.number,
            kind=DocumentKind.ENGAGEMENT,
            name=name,
            source=io.BytesIO(content),
            folder=tmp_path,
            at=AT,
            on=ON,
        )

    return stored


def opened(session: Session, actor: Actor, document_id: int, folder: Path) -> bytes:
    file = documents.document_file(
        session, actor=actor, document_id=document_id, folder=folder, on=ON
    )
    return b"".join(file.chunks)


def test_a_document_is_kept_under_what_it_is_and_comes_back(
    session: Session, owner: Actor, client: Client, put: Put, tmp_path: Path
) -> None:
    document_id = put()
    (row,) = documents.documents_of(session, actor=owner, number=client.number, on=ON)
    assert (row.name, row.content_type, row.size_bytes) == (
        "委托书.pdf",
        "application/pdf",
        len(PDF),
    )
    assert row.stored_by == owner.name
    assert opened(session, owner, document_id, tmp_path) == PDF
    assert PDF not in next(tmp_path.iterdir()).read_bytes()


def test_storing_is_audited_and_the_name_is_personal(session: Session, put: Put) -> None:
    document_id = put()
    entry = session.scalars(select(AuditEntry).where(AuditEntry.event == "document:store")).one()
    assert (entry.subject_id, entry.detail["bytes"]) == (document_id, len(PDF))
    assert "委托书" not in str(entry.detail)
    assert personal_values(session, entry) == {"name": "委托书.pdf"}


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../etc/passwd", "etc passwd.pdf"),
        ("a\u202efdp.exe", "a fdp.pdf"),
        ("...", "document.pdf"),
        ("王伟 保单 2026.07.PDF", "王伟 保单 2026.07.pdf"),
    ],
)
def test_a_name_holds_no_path_and_no_trick(
    session: Session, put: Put, name: str, kept: str
) -> None:
    put(name=name)
    assert session.scalars(select(Document.name)).one() == kept


def test_the_same_content_twice_is_refused_until_the_first_is_gone(
    session: Session, owner: Actor, put: Put, tmp_path: Path
) -> None:
    first = put()
    with pytest.raises(documents.DocumentThere):
        put(name="again.pdf")
    assert len(list(tmp_path.iterdir())) == 1
    documents.remove_document(
        session, actor=owner, document_id=first, reason="旧", folder=tmp_path, at=AT, on=ON
    )
    assert put() != first


def test_a_stranger_neither_stores_nor_lists_nor_opens(
    session: Session, client: Client, put: Put
) -> None:
    document_id = put()
    stranger = make_actor(session)
    with pytest.raises(NotFound):
        put(picture(), actor=stranger)
    with pytest.raises(NotFound):
        documents.documents_of(session, actor=stranger, number=client.number, on=ON)
    with pytest.raises(NotFound):
        documents.document_ticket(
            session, actor=stranger, document_id=document_id, reason="x", at=AT, on=ON
        )


def test_who_may_not_see_personal_values_gets_no_ticket(
    session: Session, put: Put, tmp_path: Path
) -> None:
    document_id = put()
    compliance = make_actor(session, Role.COMPLIANCE)
    with pytest.raises(NotPermitted):
        documents.document_ticket(
            session, actor=compliance, document_id=document_id, reason="x", at=AT, on=ON
        )
    with pytest.raises(NotPermitted):
        opened(session, compliance, document_id, tmp_path)


def test_opening_asks_why_and_is_logged(session: Session, owner: Actor, put: Put) -> None:
    document_id = put()
    asked = {"actor": owner, "document_id": document_id, "at": AT, "on": ON}
    with pytest.raises(documents.DocumentReasonNeeded):
        documents.document_ticket(session, reason=" ", **asked)
    assert documents.document_ticket(session, reason="协助理赔", **asked)
    entry = session.scalars(select(AccessEntry)).one()
    assert (entry.kind, entry.what, entry.reason) == (
        AccessKind.REVEALED,
        "document engagement",
        "协助理赔",
    )


def test_a_document_taken_away_leaves_its_row_and_no_content(
    database: Database, tmp_path: Path
) -> None:
    with database.unaudited("test data") as session:
        client = make_client(session)
        owner, number = actor_of(session, session.get_one(Staff, client.owner_id)), client.number
    with database.transaction() as session:
        document_id = documents.store_document(
            session,
            actor=owner,
            number=number,
            kind=DocumentKind.OTHER,
            name="a.pdf",
            source=io.BytesIO(PDF),
            folder=tmp_path,
            at=AT,
            on=ON,
        )
    given = {"actor": owner, "document_id": document_id, "folder": tmp_path, "at": AT, "on": ON}
    with database.transaction() as session, pytest.raises(documents.DocumentReasonNeeded):
        documents.remove_document(session, reason="", **given)
    with database.transaction() as session:
        documents.remove_document(session, reason="属于其他客户", **given)
    assert not list(tmp_path.iterdir())
    with database.reading() as session:
        (row,) = documents.documents_of(session, actor=owner, number=number, on=ON)
        assert (row.removed_by, row.removed_reason) == (owner.name, "属于其他客户")
        assert session.scalars(select(Document.key)).one() is None
        with pytest.raises(documents.DocumentGone):
            opened(session, owner, document_id, tmp_path)


def test_a_transaction_that_fails_leaves_no_file(database: Database, tmp_path: Path) -> None:
    with database.unaudited("test data") as session:
        client = make_client(session)
        owner, number = actor_of(session, session.get_one(Staff, client.owner_id)), client.number

    def fails() -> None:
        with database.transaction() as session:
            documents.store_document(
                session,
                actor=owner,
                number=number,
                kind=DocumentKind.OTHER,
                name="a.pdf",
                source=io.BytesIO(PDF),
                folder=tmp_path,
                at=AT,
                on=ON,
            )
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fails()
    assert not list(tmp_path.iterdir())
