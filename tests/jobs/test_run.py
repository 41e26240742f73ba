"""``python -m jobs run``: two processes that start, answer and end together."""

import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import psutil

from db.migrations.state import head
from jobs.run import _was_ready_before
from services.settings import ROOT
from tests.jobs.working import House, house
from tests.make import make_company

WITHIN = 90.0


@contextmanager
def running(at: House, port: int) -> Iterator["subprocess.Popen[str]"]:
    process = subprocess.Popen(
        [sys.executable, "-m", "jobs", "run"],
        cwd=ROOT,
        env={**at.environ, "PORT": str(port)},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def test_server_and_worker_start_and_end_together(tmp_path: Path) -> None:
    port = free_port()
    with house(tmp_path) as at, running(at, port) as process:
        assert process.stdout is not None
        until = time.monotonic() + WITHIN
        while not answers(port):
            assert time.monotonic() < until
            time.sleep(0.1)
        for line in process.stdout:
            if f"http://127.0.0.1:{port}" in line:
                break
        while len(psutil.Process(process.pid).children()) < 2:
            assert time.monotonic() < until
            time.sleep(0.1)
        children = psutil.Process(process.pid).children()
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == 0
        assert not any(child.is_running() for child in children)
        assert not answers(port)


def test_a_taken_port_is_named(tmp_path: Path) -> None:
    with closing(socket.socket()) as held, house(tmp_path) as at:
        held.bind(("127.0.0.1", 0))
        held.listen()
        port = held.getsockname()[1]
        done = subprocess.run(
            [sys.executable, "-m", "jobs", "run"],
            cwd=ROOT,
            env={**at.environ, "PORT": str(port)},
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
    assert done.returncode == 1
    assert f"127.0.0.1:{port} is taken" in done.stderr


def test_the_second_start_has_nothing_to_prepare(tmp_path: Path) -> None:
    environ = {"EVERGREEN_VAR": str(tmp_path)}
    assert not _was_ready_before(environ)
    with house(tmp_path) as at:
        assert not _was_ready_before(environ)
        with at.database.unaudited("test data") as session:
            make_company(session)
    assert _was_ready_before(environ), head()
    assert not _was_ready_before({**environ, "EVERGREEN_DATABASE_URL": "postgresql://x/y"})
