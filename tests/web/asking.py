"""Asking an ASGI application without a network."""

import asyncio
import json
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass
from http.cookies import SimpleCookie
from typing import Any, TypeVar
from urllib.parse import unquote, urlsplit

from starlette.types import ASGIApp, Message

HOST = "desk.example"

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()

    @property
    def cookie(self) -> Any:
        """The morsel of the cookie it sets."""
        return next(iter(SimpleCookie(self.headers["set-cookie"]).values()))


def ask(
    app: ASGIApp,
    method: str,
    path: str,
    *,
    body: object = b"",
    origin: str | None = f"http://{HOST}",
    cookie: str | None = None,
    **headers: str,
) -> Answer:
    """One request to ``app`` as a browser on ``HOST`` makes it; ``body`` bytes or JSON."""
    given = {"host": HOST, **{name.replace("_", "-"): value for name, value in headers.items()}}
    if origin is not None:
        given["origin"] = origin
    if cookie is not None:
        given["cookie"] = f"evergreen_sid={cookie}"
    sent = body if isinstance(body, bytes) else json.dumps(body).encode()
    parts = urlsplit(path)
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": unquote(parts.path),
        "raw_path": parts.path.encode(),
        "query_string": parts.query.encode(),
        "root_path": "",
        "headers": [(name.encode(), value.encode()) for name, value in given.items()],
        "client": ("127.0.0.1", 1),
        "server": (HOST, 80),
    }
    return finished(_asked(app, scope, sent))


def finished(work: Coroutine[Any, Any, Result]) -> Result:
    """What ``work`` gives, on a loop of its own thread: a browser may hold this thread's loop."""
    with ThreadPoolExecutor(max_workers=1) as alone:
        return alone.submit(copy_context().run, asyncio.run, work).result()


async def _asked(app: ASGIApp, scope: dict[str, Any], body: bytes) -> Answer:
    waiting = [{"type": "http.request", "body": body, "more_body": False}]
    said: list[Message] = []
    over = asyncio.Event()

    async def receive() -> Message:
        if waiting:
            return waiting.pop()
        await over.wait()
        return {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        said.append(message)
        if message["type"] == "http.response.body" and not message.get("more_body"):
            over.set()

    await app(scope, receive, send)
    start = said[0]
    return Answer(
        start["status"],
        {name.decode().lower(): value.decode() for name, value in start["headers"]},
        b"".join(message.get("body", b"") for message in said[1:]),
    )
