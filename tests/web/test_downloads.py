"""Downloads: one file, once, for the person the ticket was made for."""

import csv
import io
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette.types import ASGIApp

from db.models import AccessEntry, DownloadTicket
from db.session import Database
from services import documents
from services.actor import Actor
from services.errors import NotFound, NotPermitted
from services.permissions import Permission
from services.settings import process
from terms.intake import AccessKind
from terms.people import Role
from tests.make import AT
from tests.web.asking import Answer, ask
from tests.web.conftest import Browser

SignedIn = Callable[..., Browser]
KIND = "test.names"


@pytest.fixture(autouse=True)
def registered() -> Iterator[None]:
    """A producer of a list of names."""

    def names(
        _session: Session, *, actor: Actor, argument: Mapping[str, Any], at: datetime
    ) -> documents.File:
        if argument.get("refuse"):
            raise NotFound(kind="client")
        zone = process().settings.timezone
        return documents.File(
            documents.file_name("客户名单", actor=actor, at=at, zone=zone),
            "text/csv; charset=utf-8",
            documents.csv_chunks(("姓名", "保费"), ((name, -5) for name in argument["names"])),
        )

    documents.producer(KIND, Permission.CLIENT_EXPORT)(names)
    yield
    del documents.tickets._producers[KIND]


def ticket_of(running: Database, browser: Browser, **argument: object) -> str:
    with running.transaction() as session:
        return documents.make_ticket(
            session,
            actor=browser.actor,
            kind=KIND,
            argument={"names": ["李建国"], **argument},
            at=AT,
        )


def fetch(app: ASGIApp, ticket: str, browser: Browser | None) -> Answer:
    return ask(
        app, "GET", f"/download/{ticket}", cookie=browser.cookie if browser else None, origin=None
    )


def test_the_file_goes_out_named_and_is_not_kept(
    app: ASGIApp, running: Database, signed_in: SignedIn
) -> None:
    lead = signed_in(Role.TEAM_LEAD)
    answer = fetch(app, ticket_of(running, lead), lead)
    assert answer.status == 200
    who = f"{lead.actor.name} ({lead.actor.username})".replace(" (", "（").replace(")", "）")
    assert answer.text == (
        f"\ufeff# 由{who}于 2026-11-20 09:12 从长青导出 · 个人信息已脱敏\r\n"
        "姓名,保费\r\n李建国,-5\r\n"
    )
    assert answer.headers["content-security-policy"] == "default-src 'none'; sandbox"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-content-type-options"] == "nosniff"
    disposition = answer.headers["content-disposition"]
    assert disposition.startswith("attachment;")
    assert "filename*=UTF-8''%E5%AE%A2%E6%88%B7" in disposition
    assert f"{lead.actor.username}-20261120-0912.csv" in disposition


def test_the_download_is_logged(app: ASGIApp, running: Database, signed_in: SignedIn) -> None:
    lead = signed_in(Role.TEAM_LEAD)
    fetch(app, ticket_of(running, lead), lead)
    with running.reading() as session:
        entry = session.scalars(select(AccessEntry)).one()
        assert (entry.staff_id, entry.kind, entry.what) == (
            lead.actor.staff_id,
            AccessKind.EXPORTED,
            KIND,
        )


def test_a_ticket_fetches_once(app: ASGIApp, running: Database, signed_in: SignedIn) -> None:
    lead = signed_in(Role.TEAM_LEAD)
    ticket = ticket_of(running, lead)
    assert fetch(app, ticket, lead).status == 200
    assert fetch(app, ticket, lead).status == 404


def test_somebody_elses_ticket_fetches_nothing_and_stays_theirs(
    app: ASGIApp, running: Database, signed_in: SignedIn
) -> None:
    lead, other = signed_in(Role.TEAM_LEAD), signed_in(Role.TEAM_LEAD)
    ticket = ticket_of(running, lead)
    assert fetch(app, ticket, other).status == 404
    assert fetch(app, ticket, lead).status == 200


def test_nobody_fetches_signed_out(app: ASGIApp, running: Database, signed_in: SignedIn) -> None:
    ticket = ticket_of(running, signed_in(Role.TEAM_LEAD))
    assert fetch(app, ticket, None).status == 401


def test_an_old_ticket_fetches_nothing(
    app: ASGIApp,
    running: Database,
    signed_in: SignedIn,
    with_settings: Callable[..., None],
) -> None:
    lead = signed_in(Role.TEAM_LEAD)
    ticket = ticket_of(running, lead)
    with_settings(now=AT + documents.TICKET_LASTS)
    assert fetch(app, ticket, lead).status == 404


def test_looking_at_the_head_does_not_use_the_ticket(
    app: ASGIApp, running: Database, signed_in: SignedIn
) -> None:
    lead = signed_in(Role.TEAM_LEAD)
    ticket = ticket_of(running, lead)
    assert ask(app, "HEAD", f"/download/{ticket}", cookie=lead.cookie).status == 405
    assert fetch(app, ticket, lead).status == 200


def test_what_the_producer_refuses_is_a_sentence(
    app: ASGIApp, running: Database, signed_in: SignedIn
) -> None:
    lead = signed_in(Role.TEAM_LEAD)
    answer = fetch(app, ticket_of(running, lead, refuse=True), lead)
    assert answer.status == 409
    assert answer.text == "没有这条记录，或者您无权打开。"


def test_a_specialist_gets_no_ticket_for_an_export(running: Database, signed_in: SignedIn) -> None:
    with pytest.raises(NotPermitted):
        ticket_of(running, signed_in(Role.SPECIALIST))


def test_only_the_hash_of_a_ticket_is_stored(running: Database, signed_in: SignedIn) -> None:
    ticket = ticket_of(running, signed_in(Role.TEAM_LEAD))
    with running.reading() as session:
        assert ticket not in session.scalars(select(DownloadTicket.id)).one()


@pytest.mark.parametrize(
    "text", ["=1+1", "+86", "-1", "@SUM(A1)", "\tx", "\rx", "\nx", "＝1", "－1"]
)
def test_no_cell_is_a_formula(text: str) -> None:
    body = b"".join(documents.csv_chunks(("a",), [(text,)])).decode().removeprefix("\ufeff")
    assert list(csv.reader(io.StringIO(body, newline="")))[1] == ["'" + text]


def test_a_long_list_goes_out_in_pieces() -> None:
    pieces = list(documents.csv_chunks(("n",), ((number,) for number in range(1200))))
    assert len(pieces) == 3
    lines = b"".join(pieces).decode().splitlines()
    assert (len(lines), lines[-1]) == (1201, "1199")


@pytest.mark.parametrize(
    ("wanted", "says"), [("en-GB,zh", "Please sign in."), ("zh-CN", "请先登录。")]
)
def test_a_refusal_speaks_the_browsers_language(app: ASGIApp, wanted: str, says: str) -> None:
    assert ask(app, "GET", "/download/x", accept_language=wanted).text == says
