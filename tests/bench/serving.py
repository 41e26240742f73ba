"""Starts the app, or the trivial reference, as it is served for real, and signs somebody in."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from services.settings import ROOT


@contextmanager
def served(target: str, environment: Mapping[str, str]) -> Iterator[str]:
    """Serve ``module:app`` under uvicorn on a free port; yields its URL."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "uvicorn", target, "--host", "127.0.0.1", "--port", str(port),
               "--log-level", "warning"]  # fmt: skip
    log = ROOT / "var" / "bench" / f"server-{target.split(':', maxsplit=1)[0]}.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("w") as output:
        process = subprocess.Popen(
            command, cwd=ROOT, env=dict(environment), stdout=output, stderr=output
        )
        url = f"http://127.0.0.1:{port}"
        try:
            _wait(url + "/_stcore/health", process)
            yield url
        finally:
            process.terminate()
            process.wait(20)


def _wait(url: str, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + 60
    while time.monotonic() < end:
        if process.poll() is not None:
            raise RuntimeError(f"the server stopped with {process.returncode}")
        try:
            with urllib.request.urlopen(url, timeout=2):
                return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError("the server did not answer within 60 seconds")


@contextmanager
def trivial() -> Iterator[str]:
    """The reference page."""
    with served("tests.bench.trivial.app:app", os.environ) as url:
        yield url
