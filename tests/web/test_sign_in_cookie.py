"""The session cookie: a one-time ticket becomes it, signing out takes it away."""

from datetime import timedelta

import pytest
from starlette.types import ASGIApp
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from db.models import SignInTicket
from db.session import Database
from services import people
from services.settings import clock_now
from tests.make import make_staff
from tests.make.sign_in import make_sign_in
from tests.web.asking import ask


@pytest.fixture
def ticket(running: Database) -> str:
    """A fresh ticket for the session token ``token``."""
    with running.unaudited("test data") as session:
        staff = make_staff(session)
        make_sign_in(session, staff=staff, id=people.session_id_of("token"))
        session.add(
            SignInTicket(
                id=people.session_id_of("ticket"),
                token="token",
                expires_at=clock_now() + timedelta(seconds=30),
            )
        )
    return "ticket"


def test_a_ticket_becomes_a_cookie_that_scripts_cannot_read(app: ASGIApp, ticket: str) -> None:
    answer = ask(app, "POST", "/auth/session", body={"ticket": ticket})
    assert answer.status == 204
    cookie = answer.cookie
    assert (cookie.key, cookie.value) == ("evergreen_sid", "token")
    assert cookie["httponly"]
    assert cookie["samesite"].lower() == "lax"
    assert cookie["path"] == "/"
    assert not cookie["secure"]


def test_the_cookie_is_secure_behind_tls(app: ASGIApp, ticket: str) -> None:
    answer = ask(
        ProxyHeadersMiddleware(app),
        "POST",
        "/auth/session",
        body={"ticket": ticket},
        origin="https://desk.example",
        x_forwarded_proto="https",
    )
    assert answer.cookie["secure"]


def test_a_ticket_works_once(app: ASGIApp, ticket: str) -> None:
    assert ask(app, "POST", "/auth/session", body={"ticket": ticket}).status == 204
    again = ask(app, "POST", "/auth/session", body={"ticket": ticket})
    assert again.status == 401
    assert "set-cookie" not in again.headers


@pytest.mark.parametrize("body", [{"ticket": "made-up"}, {"ticket": "token"}])
def test_a_made_up_ticket_gives_no_cookie(app: ASGIApp, ticket: str, body: object) -> None:
    answer = ask(app, "POST", "/auth/session", body=body)
    assert answer.status == 401
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize("body", [b"", {}, {"ticket": 5}, {"ticket": ""}, b"[]"])
def test_a_request_without_ticket_is_refused(app: ASGIApp, body: object) -> None:
    assert ask(app, "POST", "/auth/session", body=body).status == 400


def test_another_site_signs_nobody_in_or_out(app: ASGIApp, ticket: str) -> None:
    for path in ("/auth/session", "/auth/sign-out"):
        answer = ask(
            app,
            "POST",
            path,
            body={"ticket": ticket},
            cookie="token",
            origin="https://evil.example",
        )
        assert answer.status == 403
    assert ask(app, "PUT", "/drafts/a/b", body={}, cookie="token").status == 204


def test_signing_out_ends_the_session_for_every_copy_of_the_cookie(
    app: ASGIApp, ticket: str
) -> None:
    answer = ask(app, "POST", "/auth/sign-out", cookie="token")
    assert answer.status == 204
    assert answer.cookie.value == ""
    assert ask(app, "PUT", "/drafts/a/b", body={}, cookie="token").status == 401


def test_signing_out_signed_out_is_no_error(app: ASGIApp) -> None:
    assert ask(app, "POST", "/auth/sign-out").status == 204
