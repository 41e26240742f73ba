"""Several processes behind nginx, configured as docs/operations.md says: one dies, work goes on."""

import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from playwright.sync_api import Browser, expect

from services.settings import open_database, settings_from_environment
from tests import databases
from tests.behind_nginx import nginx
from tests.e2e.conftest import keyed, settle, sign_in
from tests.e2e.serving import Server, environment, run_job
from tests.e2e.test_live import tell
from tests.e2e.test_renewal_journeys import KEPT, case_open, form, note
from tests.jobs.working import KEYS

CONNECTED = (
    "() => document.querySelector('[data-testid=stApp]')?.dataset.testConnectionState"
    " {} 'CONNECTED'"
)
KILLED_WITHIN = 30_000
"""Milliseconds until the browser works again after its process died."""


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
    print(f"{len(servers)} processes: back after {since(began)}")
    page.wait_for_timeout(1500)
    settle(page)
    page.keyboard.press("Alt+2")
    note(page).press("Control+Enter")
    expect(form(page)).not_to_have_attribute("data-case", case, timeout=KILLED_WITHIN)
    one = servers[0]
    database = open_database(settings_from_environment(environment(one.var, **one.but)))
    tell(database, "specialist", "through nginx")
    began = time.monotonic()
    keyed(page, "frame.bell").get_by_text("1", exact=True).wait_for(timeout=KILLED_WITHIN)
    print(f"{len(servers)} processes: a colleague's change is seen after {since(began)}")
    database.engine.dispose()
    context.close()


def since(began: float) -> str:
    return f"{time.monotonic() - began:.1f} s"
