"""``python -m jobs run``: everything a desk needs, as two processes: the server and the worker.

The second start has nothing to migrate and nothing to fill, so the server starts at once; this
module loads nothing heavy before that.
"""

import contextlib
import ctypes
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import click

from db.migrations.state import head

ROOT = Path(__file__).resolve().parents[1]
_START_LIMIT = 60
_STOP_LIMIT = 15
_PR_SET_PDEATHSIG = 1


@click.command("run")
@click.option("--host", envvar="HOST", default="127.0.0.1", show_default=True, help="or HOST")
@click.option("--port", envvar="PORT", default=8501, show_default=True, help="or PORT")
def run_command(host: str, port: int) -> None:
    """Migrate, then start the server and the worker.

    In the demo (EVERGREEN_DEMO=1) an empty database is filled with the demo company first, and
    the accounts to sign in with are printed. Ends when the server ends; Ctrl-C ends both.
    """
    if _is_taken(host, port):
        click.echo(f"Error: {host}:{port} is taken. Choose another: PORT={port + 1}", err=True)
        sys.exit(1)
    if not _was_ready_before(os.environ):
        _prepare()
    processes = _Processes()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, processes.stop)
    server = processes.start(
        *("-m", "uvicorn", "app:app", "--host", host, "--port", str(port)),
        *("--no-server-header", "--timeout-graceful-shutdown", "5"),
    )
    address = f"http://{_reachable(host)}:{port}"
    if _wait_until_ready(server, address):
        _print_welcome(address)
        processes.start("-m", "jobs", "worker")
    code = server.wait()
    asked = processes.is_stopping
    processes.stop()
    processes.wait()
    sys.exit(0 if asked else (code or 1))


class _Processes:
    """The two children; each signal is handed on to both."""

    def __init__(self) -> None:
        self._children: list[subprocess.Popen[bytes]] = []
        self.is_stopping = False

    def start(self, *arguments: str) -> subprocess.Popen[bytes]:
        child = subprocess.Popen(
            [sys.executable, *arguments],
            cwd=ROOT,
            preexec_fn=_end_with_parent if sys.platform == "linux" else None,  # noqa: PLW1509
        )
        self._children.append(child)
        if self.is_stopping:
            child.terminate()
        return child

    def stop(self, *_signal: object) -> None:
        self.is_stopping = True
        for child in self._children:
            if child.poll() is None:
                child.terminate()

    def wait(self) -> None:
        """Wait for all; one that does not end in time is killed, its work goes on next time."""
        for child in self._children:
            try:
                child.wait(_STOP_LIMIT)
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()


def _end_with_parent() -> None:
    """In a child on Linux: end when the parent is killed, so that no port stays held."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


def _is_taken(host: str, port: int) -> bool:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return True
    return False


def _reachable(host: str) -> str:
    """The address to open in a browser here, also when the server listens on all of them."""
    everywhere = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}  # noqa: S104 - compared, not bound
    return everywhere.get(host, f"[{host}]" if ":" in host else host)


def _was_ready_before(environ: Mapping[str, str]) -> bool:
    """Whether the embedded database stands at the newest version and holds a company.

    Asked of the file itself, in milliseconds; for any other database the answer is no, and
    ``_prepare`` finds out.
    """
    if environ.get("EVERGREEN_DATABASE_URL"):
        return False
    path = Path(environ.get("EVERGREEN_VAR") or ROOT / "var") / "evergreen.sqlite"
    if not path.exists():
        return False
    with contextlib.closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
        try:
            version = connection.execute("SELECT version_num FROM alembic_version").fetchone()
            company = connection.execute("SELECT count(*) FROM company_profile").fetchone()
        except sqlite3.Error:
            return False
    return bool(version == (head(),) and company[0])


def _prepare() -> None:
    from db.migrations.state import BrokenReferences
    from jobs.migrate import migrate
    from services.logs import set_up_logs
    from services.settings import BadSetting, process

    set_up_logs()
    try:
        running = process()
        done = migrate(running.database, at=running.settings.business_now())
    except (BadSetting, BrokenReferences) as error:
        click.echo(f"Error: {error}", err=True)
        sys.exit(1)
    if done["migrated"]:
        click.echo(f"The database is at version {done['revision']}.", err=True)
    if running.settings.demo:
        _fill_if_empty()
    running.database.engine.dispose()


def _fill_if_empty() -> None:
    from sqlalchemy import exists, select

    from db.models import Client, CompanyProfile, Staff
    from services.settings import process

    with process().database.reading() as session:
        for table in (CompanyProfile, Staff, Client):
            if session.scalar(select(exists().select_from(table))):
                return
    click.echo("Filling the empty database with the demo company …", err=True)
    filled = subprocess.run([sys.executable, "-m", "jobs", "demo"], cwd=ROOT, check=False)
    if filled.returncode != 0:
        sys.exit(1)


def _wait_until_ready(server: "subprocess.Popen[bytes]", address: str) -> bool:
    until = time.monotonic() + _START_LIMIT
    while time.monotonic() < until and server.poll() is None:
        with contextlib.suppress(URLError, OSError), urlopen(f"{address}/healthz", timeout=2):  # noqa: S310
            return True
        time.sleep(0.1)
    return False


def _print_welcome(address: str) -> None:
    from services import people
    from services.settings import process

    running = process()
    click.echo(f"\nEvergreen 长青 is ready: {address}\n")
    if not running.settings.demo:
        return
    with running.database.reading() as session:
        accounts = people.demo_accounts(session)
    running.database.engine.dispose()
    width = max((len(account.username) for account in accounts), default=0)
    click.echo(f"Demo accounts, all with the password {running.settings.demo_password}\n")
    for account in accounts:
        roles = ", ".join(role.value for role in account.roles)
        click.echo(f"  {account.username:<{width}}  {roles:<20}  {account.name}")
    click.echo("")
