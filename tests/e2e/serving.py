"""The running app: a demo company in a folder of its own, the server on a free port."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path

from tests.house.sources import ROOT

NOW = "2026-11-20T09:12:00+08:00"
"""The business's instant in every browser test; sessions and drafts go by the real clock."""
ON = "2026-11-20"
PASSWORD = "evergreen-demo"
STARTS_WITHIN = 60.0
"""Seconds; two cores may be busy with other tests."""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def environment(var: Path, **but: str) -> dict[str, str]:
    """The environment of every process of this house; nothing of ours leaks in from outside."""
    outside = {
        name: value for name, value in os.environ.items() if not name.startswith("EVERGREEN_")
    }
    return {
        **outside,
        "EVERGREEN_VAR": str(var),
        "EVERGREEN_NOW": NOW,
        "EVERGREEN_DEMO": "1",
        "EVERGREEN_METRICS_TOKEN": "metrics-token-of-the-tests",
        "PYTHONPATH": str(ROOT),
        **but,
    }


def run_job(var: Path, *arguments: str, **but: str) -> dict[str, object]:
    """``python -m jobs …  --json``: its object; fails with what it said when it fails."""
    done = subprocess.run(
        [sys.executable, "-m", "jobs", *arguments, "--json"],
        cwd=ROOT,
        env=environment(var, **but),
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, f"jobs {' '.join(arguments)}: {done.stdout}{done.stderr[-4000:]}"
    said: dict[str, object] = json.loads(done.stdout)
    return said


def make_company(var: Path, *, clients: int = 300, seed: int = 1) -> None:
    """Migrate and fill an empty database under ``var``."""
    run_job(var, "migrate")
    run_job(var, "demo", "--clients", str(clients), "--seed", str(seed), "--on", ON)


@dataclass
class Server:
    """One server process; ``kill`` and ``start`` again is what a crash looks like."""

    var: Path
    port: int = field(default_factory=free_port)
    but: dict[str, str] = field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def log(self) -> Path:
        return self.var / "server.log"

    def start(self) -> None:
        """Start and wait until it is ready."""
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [
                    sys.executable,
                    "-m",
                    "uvicorn",
                    "app:app",
                    "--host",
                    "127.0.0.1",
                    "--port",
                    str(self.port),
                ],
                cwd=ROOT,
                env=environment(self.var, **self.but),
                stdout=log,
                stderr=log,
            )
        deadline = time.monotonic() + STARTS_WITHIN
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                raise AssertionError(f"the server ended: {self.said()}")
            if self.answers("/readyz") == 200:
                return
            time.sleep(0.1)
        raise AssertionError(f"not ready after {STARTS_WITHIN} s: {self.said()}")

    def answers(self, path: str) -> int:
        """The status the server gives for ``path``; 0 when it does not answer."""
        try:
            with urllib.request.urlopen(self.url + path, timeout=5) as response:
                status: int = response.status
                return status
        except urllib.error.HTTPError as error:
            return error.code
        except OSError:
            return 0

    def kill(self) -> None:
        """End it as a power cut does."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """Ask it to end."""
        self._end(signal.SIGTERM)

    def said(self) -> str:
        """The end of its log."""
        return self.log.read_text(errors="replace")[-4000:] if self.log.exists() else ""

    def _end(self, how: signal.Signals) -> None:
        if self.process is None:
            return
        self.process.send_signal(how)
        try:
            self.process.wait(15)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait(15)
        self.process = None
