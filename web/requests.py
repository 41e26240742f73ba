"""What every route of ours asks of a request: same origin, signed in, not too long."""

import json
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy.orm import Session
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import Scope

from services import people
from services.actor import Actor
from services.settings import clock_now, process
from services.working_calendar import local_date
from terms.people import Locale
from words import _, use_locale

COOKIE = "evergreen_sid"
"""The session cookie: an opaque token, HttpOnly, SameSite=Lax, Secure behind TLS."""


def came_over_tls(scope: Scope) -> bool:
    """Whether the browser spoke TLS, with us or with a proxy before us.

    uvicorn puts what ``X-Forwarded-Proto`` says into the scheme when the request comes from an
    address it trusts (``--forwarded-allow-ips``); from anybody else it says nothing.
    """
    return scope.get("scheme") in ("https", "wss")


def locale_of(scope: Scope) -> Locale:
    """The language the browser asks for first, for answers to nobody known."""
    wanted = Headers(scope=scope).get("accept-language", "zh").lstrip()[:2].lower()
    return Locale.ZH if wanted == "zh" else Locale.EN


def require_same_origin(request: Request) -> None:
    """Refuse a request that another site's page made (403)."""
    origin = request.headers.get("origin")
    if not origin or urlsplit(origin).netloc != request.headers.get("host"):
        raise HTTPException(403, _("This was asked from another site and was not done."))


def signed_in(session: Session, request: Request, *, at: datetime) -> Actor:
    """Who asks; 401 when nobody is signed in, the session has ended, or a password change is due.

    Args:
        at: the real clock: session limits do not stand still with the business's time.
    """
    settings = process().settings
    on = local_date(settings.business_now(), settings.timezone)
    token = request.cookies.get(COOKIE)
    actor = people.actor_of(session, token=token, at=at, on=on) if token else None
    if actor is None or (actor.must_change_password and not settings.demo):
        raise HTTPException(401, _("Please sign in."))
    use_locale(actor.locale)
    return actor


def require_sign_in(request: Request) -> None:
    """Refuse with 401 unless somebody is signed in."""
    with process().database.reading() as session:
        signed_in(session, request, at=clock_now())


async def body_of(request: Request, *, limit: int) -> bytes:
    """The whole body; 413 as soon as it is longer than ``limit`` bytes."""
    said = request.headers.get("content-length", "")
    if said.isdecimal() and int(said) > limit:
        raise HTTPException(413, _("This is too long to be kept."))
    parts = bytearray()
    async for part in request.stream():
        parts += part
        if len(parts) > limit:
            raise HTTPException(413, _("This is too long to be kept."))
    return bytes(parts)


async def json_of(request: Request, *, limit: int) -> dict[str, Any]:
    """The body as a JSON object; 400 when it is none, nests without end, or holds half a
    character."""
    body = await body_of(request, limit=limit)
    try:
        found = json.loads(body)
        json.dumps(found, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        raise HTTPException(400, "not JSON") from None
    if not isinstance(found, dict):
        raise HTTPException(400, "not a JSON object")
    return found
