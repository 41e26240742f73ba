"""nginx in front of several processes, configured as docs/operations.md says."""

import getpass
import re
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.e2e.serving import free_port
from tests.house.sources import ROOT

STARTS_WITHIN = 10.0
"""Seconds."""
BLOCK = re.compile(r"```nginx\n(.*?)```", re.DOTALL)


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
    assert program, "no nginx: .ci/proxy installs it"
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
        _wait_for(running, port, said=folder / "said")
        yield f"https://localhost:{port}"
    finally:
        running.terminate()
        running.wait(10)


def _wait_for(running: subprocess.Popen[bytes], port: int, *, said: Path) -> None:
    """Until it takes connections; fails with what it said when it ends instead."""
    deadline = time.monotonic() + STARTS_WITHIN
    while time.monotonic() < deadline:
        assert running.poll() is None, said.read_text()
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError(f"nginx does not answer: {said.read_text()}")
