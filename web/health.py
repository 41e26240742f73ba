"""Is it alive, can it work, and how is it doing: ``/healthz``, ``/readyz``, ``/metrics``."""

import hmac

from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from db.migrations.state import head, is_at_head
from services.settings import process


async def alive(_request: Request) -> Response:
    """``/healthz``: the process answers. Nothing else is asked, so a slow database kills nobody."""
    return PlainTextResponse("ok\n", headers={"Cache-Control": "no-store"})


async def ready(_request: Request) -> Response:
    """``/readyz``: 200 when the database is reachable and migrated, else 503 and why."""
    is_ready = await run_in_threadpool(is_at_head, process().database)
    says = "ready\n" if is_ready else f"the database is not reachable or not at {head()}\n"
    return PlainTextResponse(says, 200 if is_ready else 503, headers={"Cache-Control": "no-store"})


async def metrics(request: Request) -> Response:
    """``/metrics`` for Prometheus, behind ``EVERGREEN_METRICS_TOKEN``; 404 where it is not set."""
    token = process().settings.metrics_token
    if token is None:
        return PlainTextResponse("Not found\n", 404)
    given = request.headers.get("authorization", "")
    if not hmac.compare_digest(given.encode(), f"Bearer {token}".encode()):
        return PlainTextResponse("A token is needed\n", 401, {"WWW-Authenticate": "Bearer"})
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)
