"""Law 1: who may import whom; the contracts stand in ``pyproject.toml``."""

import os
import subprocess
import sys

from tests.house.sources import PACKAGES, ROOT


def test_the_layers_hold() -> None:
    missing = [name for name in PACKAGES if not (ROOT / name / "__init__.py").is_file()]
    assert missing == [], "import-linter needs every package"
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            "from importlinter.cli import lint_imports_command as run; run()",
            "--no-cache",
        ],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT), "TERM": "dumb", "COLUMNS": "160"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]


def test_a_server_loads_no_library_that_only_jobs_need() -> None:
    script = """
import importlib, sys
from ui import preload
for name in preload.needed():
    importlib.import_module(name)
print(sorted({"sklearn", "ortools", "polars"} & set(sys.modules)))
"""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", script],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip().splitlines()[-1] == "[]"
