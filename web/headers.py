"""The outer layer of every answer: security headers, closed addresses, no traceback to anybody.

The policy is strict (no ``unsafe-eval``, nothing from outside). ``blob:`` is needed by components
with inline scripts, ``wasm-unsafe-eval`` by the protobuf decoder's probe, inline styles by the
framework's styling.
"""

import base64
import hashlib
import importlib.util
import re
import time
from functools import cache
from pathlib import Path

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from services.logs import log_failure
from web.metrics import REQUEST_SECONDS, REQUESTS, kind_of
from web.requests import came_over_tls, locale_of, require_sign_in
from words import _, use_locale

CLOSED = (
    "/_stcore/metrics",
    "/_stcore/agent",
    "/_stcore/script-health-check",
)
"""Addresses of the framework that answer anybody; ours are ``/metrics`` and ``/healthz``."""

GUARDED = ("/media", "/_stcore/upload_file")
"""Addresses of the framework where files lie for a while: to whoever is signed in alone."""


@cache
def policy() -> str:
    """The Content-Security-Policy; the page's own inline scripts are allowed by their hash."""
    hashes = " ".join(_inline_hashes())
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src 'self' {hashes} 'wasm-unsafe-eval' blob:",
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data:",
            "font-src 'self' data:",
            "connect-src 'self'",
            "manifest-src 'self'",
            "base-uri 'none'",
            "form-action 'self'",
            "frame-ancestors 'none'",
        )
    )


def _inline_hashes() -> list[str]:
    found = importlib.util.find_spec("streamlit")
    if found is None or found.origin is None:
        raise RuntimeError("streamlit is not installed")
    page = (Path(found.origin).parent / "static" / "index.html").read_text(encoding="utf-8")
    scripts = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)
    return [
        f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'"
        for script in scripts
    ]


class OuterLayer:
    """ASGI middleware around everything, Streamlit's own addresses included."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self._headers = {
            "Content-Security-Policy": policy(),
            "X-Content-Type-Options": "nosniff",
            "X-Frame-Options": "DENY",
            "Referrer-Policy": "same-origin",
            "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=()",
            "Cross-Origin-Opener-Policy": "same-origin",
            "Cross-Origin-Resource-Policy": "same-origin",
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        if scope["path"].startswith(CLOSED):
            await self._refuse(scope, receive, send)
        elif scope["type"] == "websocket":
            await self.app(scope, receive, send)
        else:
            await self._answer(scope, receive, send)

    async def _refuse(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
        else:
            await PlainTextResponse("Not found\n", 404)(scope, receive, self._dressed(scope, send))

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        began = time.perf_counter()
        status = 0

        async def noted(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        dressed = self._dressed(scope, noted)
        use_locale(locale_of(scope))
        try:
            if ("/" + scope["path"].lstrip("/")).startswith(GUARDED):
                await run_in_threadpool(require_sign_in, Request(scope))
            await self.app(scope, receive, dressed)
        except HTTPException as error:
            await PlainTextResponse(f"{error.detail}\n", error.status_code)(scope, receive, dressed)
        except Exception as error:  # noqa: BLE001 - nobody is shown a traceback
            reference = log_failure("web", error, path=scope["path"], method=scope["method"])
            if status == 0:
                says = _("Something went wrong here. It is noted under {reference}.")
                says = says.format(reference=reference)
                await PlainTextResponse(f"{says}\n", 500)(scope, receive, dressed)
        kind = kind_of(scope["path"])
        REQUESTS.labels(kind, str(status)).inc()
        REQUEST_SECONDS.labels(kind).observe(time.perf_counter() - began)

    def _dressed(self, scope: Scope, send: Send) -> Send:
        async def dressed(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    headers.setdefault(name, value)
                if came_over_tls(scope):
                    headers["Strict-Transport-Security"] = "max-age=31536000"
                del headers["server"]
            await send(message)

        return dressed
