"""Several processes behind nginx, configured as docs/operations.md says: one dies, work goes on."""

import getpass
import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest
from playwright.sync_api import Browser, expect

from tests import databases
from tests.e2e.conftest import settle, sign_in
from tests.e2e.serving import Server, free_port, run_job
from tests.e2e.test_renewal_journeys import KEPT, case_open, form, note
from tests.house.sources import ROOT
from tests.jobs.working import KEYS

BLOCK = re.compile(r"```nginx\n(.*?)```", re.DOTALL)
CONNECTED = (
    "() => document.querySelector('[data-testid=stApp]')?.dataset.testConnectionState"
    " {} 'CONNECTED'"
)
KILLED_WITHIN = 30_000
"""Milliseconds until the browser works again after its process died."""


def as_documented(ports: list[int], port: int, certificate: Path) -> str:
    """The configuration of the document with our ports and our certificate in it."""
    found = BLOCK.search((ROOT / "docs" / "operations.md").read_text())
    assert found, "docs/operations.md has no nginx block"
    text = found.group(1)
    servers = "".join(f"    server 127.0.0.1:{one} max_fails=1 fail_timeout=5s;\n" for one in ports)
    text, replaced = re.subn(r"(    server 127\.0\.0\.1:\d+ [^\n]*\n)+", servers, text)
    assert replaced == 1
    for old, new in (
        ("listen 443 ssl", f"listen 127.0.0.1:{port} ssl"),
        ("listen 80", f"listen 127.0.0.1:{free_port()}"),
        ("desk.example.com", "localhost"),
        ("/etc/ssl/desk.pem", str(certificate)),
        ("/etc/ssl/desk.key", str(certificate.with_suffix(".key"))),
    ):
        assert old in text, old
        text = text.replace(old, new)
    return text


@contextmanager
def nginx(folder: Path, ports: list[int]) -> Iterator[str]:
    """A running nginx in front of ``ports``; yields its address."""
    program = shutil.which("nginx", path="/usr/sbin:/usr/local/sbin:/usr/bin")
    assert program, "no nginx: apt-get install nginx-light"
    certificate, port = folder / "desk.pem", free_port()
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"]
        + ["-subj", "/CN=localhost", "-keyout", str(certificate.with_suffix(".key"))]
        + ["-out", str(certificate)],
        check=True,
        capture_output=True,
    )
    config = folder / "nginx.conf"
    config.write_text(
        f"user {getpass.getuser()};\npid {folder}/nginx.pid;\nerror_log {folder}/error.log;\n"
        "events {}\nhttp {\n"
        f"access_log off;\nclient_body_temp_path {folder}/b;\nproxy_temp_path {folder}/p;\n"
        f"fastcgi_temp_path {folder}/f;\nuwsgi_temp_path {folder}/u;\nscgi_temp_path {folder}/s;\n"
        f"{as_documented(ports, port, certificate)}}}\n"
    )
    running = subprocess.Popen(
        [program, "-c", str(config), "-g", "daemon off;"], stderr=(folder / "said").open("wb")
    )
    try:
        time.sleep(1)
        assert running.poll() is None, (folder / "said").read_text()
        yield f"https://localhost:{port}"
    finally:
        running.terminate()
        running.wait(10)


@pytest.fixture(params=[2, 4])
def desk(
    request: pytest.FixtureRequest, tmp_path: Path, postgres_url: str
) -> Iterator[tuple[str, list[Server]]]:
    """So many processes on one PostgreSQL behind nginx."""
    var = tmp_path / "var"
    var.mkdir()
    but = {
        **KEYS,
        "EVERGREEN_DATABASE_URL": databases.new_postgres(postgres_url, "evergreen_desk"),
        "EVERGREEN_DEMO": "1",
    }
    run_job(var, "migrate", **but)
    run_job(var, "demo", "--clients", "300", "--seed", "1", "--on", "2026-11-20", **but)
    servers = [Server(var, but=but) for _ in range(request.param)]
    for one in servers:
        one.start()
    with nginx(tmp_path, [one.port for one in servers]) as url:
        yield url, servers
    for one in servers:
        one.stop()


def serving(servers: list[Server]) -> Server:
    """The process that holds the browser's socket."""
    held = {
        one.port: sum(
            1
            for link in psutil.Process(one.process.pid).net_connections("tcp")
            if link.status == psutil.CONN_ESTABLISHED and link.laddr.port == one.port
        )
        for one in servers
        if one.process
    }
    port = max(held, key=lambda each: held[each])
    return next(one for one in servers if one.port == port)


def test_work_goes_on_when_a_process_dies(browser: Browser, desk: tuple[str, list[Server]]) -> None:
    url, servers = desk
    context = browser.new_context(locale="zh-CN", ignore_https_errors=True)
    page = context.new_page()
    page.goto(url + "/renewals")
    settle(page)
    sign_in(page, "specialist")
    cookie = {one["name"]: one for one in context.cookies()}["evergreen_sid"]
    assert cookie["secure"]
    assert cookie["httpOnly"]
    form(page).wait_for()
    settle(page)
    case = case_open(page)
    note(page).fill("客户周五回电")
    form(page).get_by_text(KEPT).wait_for()
    dying = serving(servers)
    dying.kill()
    began = time.monotonic()
    page.wait_for_function(CONNECTED.format("!=="))
    page.wait_for_function(CONNECTED.format("==="), timeout=KILLED_WITHIN)
    settle(page)
    expect(note(page)).to_have_value("客户周五回电", timeout=KILLED_WITHIN)
    back = time.monotonic() - began
    print(f"{len(servers)} processes: back after {back:.1f} s")
    page.wait_for_timeout(1500)
    settle(page)
    page.keyboard.press("Alt+2")
    note(page).press("Control+Enter")
    expect(form(page)).not_to_have_attribute("data-case", case, timeout=KILLED_WITHIN)
    context.close()
