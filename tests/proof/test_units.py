"""The systemd units of docs/operations.md are units: systemd reads them without a complaint."""

import re
import shutil
import subprocess
from pathlib import Path

from tests.house.sources import ROOT

BLOCK = re.compile(r"```ini\n(.*?)```", re.DOTALL)
SERVER, WORKER = "evergreen@.service", "evergreen-worker.service"


def test_systemd_accepts_the_units_as_written(tmp_path: Path) -> None:
    program = shutil.which("systemd-analyze")
    assert program, "no systemd-analyze: apt-get install systemd"
    text = (ROOT / "docs" / "operations.md").read_text()
    assert f"/etc/systemd/system/{SERVER}" in text
    assert f"/etc/systemd/system/{WORKER}" in text
    server, command = BLOCK.findall(text)
    worker, replaced = re.subn(r"ExecStart=(?:.*\\\n)*.*\n", command, server)
    assert replaced == 1
    for name, unit in ((SERVER, server), (WORKER, worker)):
        here = unit.replace("/opt/evergreen", str(ROOT)).replace("User=evergreen", "User=root")
        (tmp_path / name).write_text(here)
    instance = tmp_path / SERVER.replace("@", "@19001")
    instance.symlink_to(tmp_path / SERVER)
    done = subprocess.run(
        [program, "verify", "--man=no", str(instance), str(tmp_path / WORKER)],
        capture_output=True,
        text=True,
        check=False,
    )
    ours = [line for line in done.stderr.splitlines() if "evergreen" in line]
    assert ours == []
    assert done.returncode == 0, done.stderr
