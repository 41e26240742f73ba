"""Reading our own source: files, syntax trees, and where a thing stands."""

import ast
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("pages", "ui", "web", "jobs", "charts", "words", "services", "db", "terms")


@cache
def files(*folders: str) -> tuple[Path, ...]:
    """Every Python file under ``folders``, generated migrations left out."""
    found = (path for folder in folders for path in sorted((ROOT / folder).rglob("*.py")))
    return tuple(path for path in found if "versions" not in path.parts)


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(), filename=str(path))


def at(path: Path, node: ast.AST | int) -> str:
    """``folder/file.py:12``."""
    line = node if isinstance(node, int) else getattr(node, "lineno", 1)
    return f"{path.relative_to(ROOT)}:{line}"


def chapters() -> tuple[str, ...]:
    """The chapters of the business that are written: folders of ``services`` with a story."""
    return tuple(sorted(path.parent.name for path in (ROOT / "services").glob("*/__init__.py")))


def page_files() -> tuple[Path, ...]:
    return tuple(path for path in files("pages") if path.name != "__init__.py")


def imports(path: Path) -> Iterator[tuple[str, ast.stmt]]:
    """Every module ``path`` imports, ``from a.b import c`` as both ``a.b`` and ``a.b.c``."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name, node
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module, node
            for alias in node.names:
                yield f"{node.module}.{alias.name}", node


def called(node: ast.AST) -> str:
    """``a.b.c`` of a call ``a.b.c(…)``; empty for anything else."""
    if not isinstance(node, ast.Call):
        return ""
    parts: list[str] = []
    function: ast.expr = node.func
    while isinstance(function, ast.Attribute):
        parts.append(function.attr)
        function = function.value
    if isinstance(function, ast.Name):
        parts.append(function.id)
    return ".".join(reversed(parts))


def assert_none(found: Iterable[str], law: str) -> None:
    """Fail with the law and every place that breaks it."""
    places = sorted(set(found))
    assert not places, f"{law}\n  " + "\n  ".join(places)
