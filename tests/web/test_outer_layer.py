"""Every answer carries the security headers; nobody is shown a traceback."""

import base64
import hashlib
import re
from collections.abc import Callable
from importlib.metadata import files

import pytest
from starlette.types import ASGIApp
from structlog.testing import capture_logs
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from tests.web.asking import ask
from tests.web.conftest import Browser


def directives(policy: str) -> dict[str, list[str]]:
    return {name: rest for name, *rest in (part.split() for part in policy.split("; "))}


@pytest.mark.parametrize("path", ["/healthz", "/nowhere", "/broken", "/_stcore/metrics"])
def test_every_answer_carries_the_headers(app: ASGIApp, path: str) -> None:
    headers = ask(app, "GET", path).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"
    assert headers["referrer-policy"] == "same-origin"
    assert "server" not in headers
    policy = directives(headers["content-security-policy"])
    assert policy["default-src"] == ["'none'"]
    assert policy["frame-ancestors"] == ["'none'"]
    assert "'unsafe-eval'" not in policy["script-src"]
    assert "'unsafe-inline'" not in policy["script-src"]


def test_the_policy_allows_the_installed_page_and_nothing_outside(app: ASGIApp) -> None:
    found = next(path for path in files("streamlit") or [] if path.match("static/index.html"))
    page = found.locate().read_text()  # type: ignore[union-attr]
    policy = ask(app, "GET", "/healthz").headers["content-security-policy"]
    for script in re.findall(r"<script>(.*?)</script>", page, re.DOTALL):
        digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
        assert f"'sha256-{digest}'" in directives(policy)["script-src"]
    assert "http" not in policy


def test_tls_is_asked_for_only_behind_tls(app: ASGIApp) -> None:
    assert "strict-transport-security" not in ask(app, "GET", "/healthz").headers
    behind = ask(ProxyHeadersMiddleware(app), "GET", "/healthz", x_forwarded_proto="https")
    assert "strict-transport-security" in behind.headers


def test_a_stranger_who_claims_tls_is_not_believed(app: ASGIApp) -> None:
    elsewhere = ProxyHeadersMiddleware(app, trusted_hosts="10.0.0.1")
    for asked in (app, elsewhere):
        answer = ask(asked, "GET", "/healthz", x_forwarded_proto="https")
        assert "strict-transport-security" not in answer.headers


@pytest.mark.parametrize(
    "path",
    [
        "/_stcore/metrics",
        "/_stcore/agent/interact",
        "/_stcore/agent/openapi.json",
        "/_stcore/agent/mcp",
        "/_stcore/script-health-check",
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_the_framework_answers_no_machine(app: ASGIApp, method: str, path: str) -> None:
    assert ask(app, method, path).status == 404


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/media/0123abc.png"),
        ("HEAD", "/media/0123abc.png"),
        ("PUT", "/_stcore/upload_file/session/file"),
        ("DELETE", "/_stcore/upload_file/session/file"),
    ],
)
def test_the_frameworks_files_are_for_whoever_is_signed_in(
    app: ASGIApp, signed_in: Callable[..., Browser], method: str, path: str
) -> None:
    assert ask(app, method, path).status == 401
    assert ask(app, method, path, cookie="of-nobody").status == 401
    assert ask(app, method, path, cookie=signed_in().cookie).status == 404


def test_a_failure_shows_its_reference_and_logs_the_rest(app: ASGIApp) -> None:
    with capture_logs() as logged:
        answer = ask(app, "GET", "/broken")
    assert answer.status == 500
    assert "13812346721" not in answer.text
    assert "Traceback" not in answer.text
    reference = re.search(r"[0-9A-F]{4}-[0-9A-F]{4}", answer.text)
    assert reference
    assert [entry["reference"] for entry in logged] == [reference.group()]
    assert isinstance(logged[0]["exc_info"], RuntimeError)
