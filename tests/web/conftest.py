"""The routes and the outer layer around them, on a database of the test."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.routing import Route
from starlette.types import ASGIApp

from db.models import Staff
from db.session import Database
from services import people
from services.actor import Actor
from services.settings import Process, process, use_process
from terms.people import Role
from tests.conftest import settings_of
from tests.make import ON, make_sign_in, make_staff
from web.headers import OuterLayer
from web.routes import ROUTES

TOKEN = "token-of-{}"


@dataclass(frozen=True, slots=True)
class Browser:
    """Somebody signed in: who, and what the cookie holds."""

    actor: Actor
    cookie: str


@pytest.fixture
def running(database: Database, tmp_path: Path) -> Iterator[Database]:
    use_process(Process(settings_of(database, tmp_path), database))
    yield database
    use_process(None)


@pytest.fixture
def app(running: Database) -> ASGIApp:
    """Our routes as the server mounts them, and one that breaks."""

    async def broken(_request: Request) -> None:
        raise RuntimeError("13812346721 must not be seen")

    return Starlette(
        routes=[*ROUTES, Route("/broken", broken)], middleware=[Middleware(OuterLayer)]
    )


@pytest.fixture
def signed_in(running: Database) -> Callable[..., Browser]:
    """``signed_in(Role.MANAGER)``: a browser in which a new colleague signed in."""

    def made(*roles: Role, **but: object) -> Browser:
        with running.unaudited("test data") as session:
            staff = make_staff(session, roles=roles or (Role.SPECIALIST,), **but)
            token = TOKEN.format(staff.id)
            make_sign_in(session, staff=staff, id=people.session_id_of(token))
            username = session.get_one(Staff, staff.id).username
        with running.reading() as session:
            actor = people.actor_named(session, username=username, on=ON)
        assert actor is not None
        return Browser(actor, token)

    return made


@pytest.fixture
def with_settings(running: Database) -> Callable[..., None]:
    """``with_settings(metrics_token="…")``: the process runs on other settings from here on."""

    def changed(**but: object) -> None:
        now = process()
        use_process(Process(replace(now.settings, **but), now.database))  # type: ignore[arg-type]

    return changed
