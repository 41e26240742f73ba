"""Drafts over HTTP: kept for whoever is signed in, for nobody else."""

from collections.abc import Callable

import pytest
from starlette.types import ASGIApp

from db.session import Database
from services import drafts, people
from services.settings import clock_now
from tests.web.asking import ask
from tests.web.conftest import Browser

SignedIn = Callable[..., Browser]
ADDRESS = "/drafts/renewal.contact/C0001234"
TEXTS = {"note": "客户要求下周再谈", "reason": "price"}


def kept(running: Database, browser: Browser) -> dict[str, str]:
    with running.reading() as session:
        return drafts.kept(session, actor=browser.actor, form="renewal.contact", subject="C0001234")


def test_a_draft_is_kept_for_its_writer_alone(
    app: ASGIApp, running: Database, signed_in: SignedIn
) -> None:
    writer, other = signed_in(), signed_in()
    assert ask(app, "PUT", ADDRESS, body=TEXTS, cookie=writer.cookie).status == 204
    assert kept(running, writer) == TEXTS
    assert kept(running, other) == {}


def test_a_dropped_draft_is_gone_and_dropping_again_is_no_error(
    app: ASGIApp, running: Database, signed_in: SignedIn
) -> None:
    writer = signed_in()
    ask(app, "PUT", ADDRESS, body=TEXTS, cookie=writer.cookie)
    for _ in range(2):
        assert ask(app, "DELETE", ADDRESS, cookie=writer.cookie).status == 204
    assert kept(running, writer) == {}


@pytest.mark.parametrize("method", ["PUT", "DELETE"])
@pytest.mark.parametrize("cookie", [None, "made-up"])
def test_nobody_keeps_or_drops_a_draft_signed_out(
    app: ASGIApp, method: str, cookie: str | None
) -> None:
    assert ask(app, method, ADDRESS, body=TEXTS, cookie=cookie).status == 401


def test_a_signed_out_session_keeps_no_draft(
    app: ASGIApp, running: Database, signed_in: SignedIn
) -> None:
    writer = signed_in()
    with running.transaction() as session:
        people.sign_out(
            session,
            session_id=people.session_id_of(writer.cookie),
            at=clock_now(),
        )
    assert ask(app, "PUT", ADDRESS, body=TEXTS, cookie=writer.cookie).status == 401


@pytest.mark.parametrize("method", ["PUT", "DELETE"])
@pytest.mark.parametrize(
    "origin", [None, "null", "https://evil.example", "http://desk.example.evil"]
)
def test_another_site_touches_no_draft(
    app: ASGIApp, running: Database, signed_in: SignedIn, method: str, origin: str | None
) -> None:
    writer = signed_in()
    ask(app, "PUT", ADDRESS, body=TEXTS, cookie=writer.cookie)
    answer = ask(app, method, ADDRESS, body={}, cookie=writer.cookie, origin=origin)
    assert answer.status == 403
    assert kept(running, writer) == TEXTS


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"not json", 400),
        ([1], 400),
        ({"note": 5}, 400),
        ({"note": "x" * (drafts.MAX_CHARACTERS + 1)}, 413),
        (b" " * 500_000, 413),
        (b"[" * 100_000, 400),
        (rb'{"note": "\ud800"}', 400),
    ],
    ids=["no json", "no object", "no text", "long text", "long body", "deep", "half a character"],
)
def test_what_is_no_draft_is_refused(
    app: ASGIApp, running: Database, signed_in: SignedIn, body: object, status: int
) -> None:
    writer = signed_in()
    assert ask(app, "PUT", ADDRESS, body=body, cookie=writer.cookie).status == status
    assert kept(running, writer) == {}


def test_an_address_no_database_takes_is_none(app: ASGIApp, signed_in: SignedIn) -> None:
    writer = signed_in()
    assert ask(app, "PUT", "/drafts/a/b%00c", body=TEXTS, cookie=writer.cookie).status == 404


def test_the_longest_chinese_draft_is_kept(
    app: ASGIApp, running: Database, signed_in: SignedIn
) -> None:
    writer = signed_in()
    texts = {"note": "长" * (drafts.MAX_CHARACTERS - 20)}
    assert ask(app, "PUT", ADDRESS, body=texts, cookie=writer.cookie).status == 204
    assert kept(running, writer) == texts


def test_who_must_choose_a_password_first_keeps_no_draft(
    app: ASGIApp, signed_in: SignedIn, with_settings: Callable[..., None]
) -> None:
    with_settings(demo=False)
    writer = signed_in(must_change_password=True)
    assert ask(app, "PUT", ADDRESS, body=TEXTS, cookie=writer.cookie).status == 401
