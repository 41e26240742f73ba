"""Laws a search can check: size, names, time, errors, and what a file may not contain."""

import ast
import importlib
import inspect
import re

import pytest

from tests.house.sources import (
    PACKAGES,
    ROOT,
    assert_none,
    at,
    called,
    chapters,
    files,
    imports,
    page_files,
    tree,
)

MOST_LINES = 450
MOST_TEST_LINES = 750
MOST_PAGE_LINES = 150
NOTES_TO_SELF = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")
CLOCKS = re.compile(r"(^|\.)(now|utcnow|today)$")
CHINESE = re.compile("[\u4e00-\u9fff]")
OWN_NAMES = re.compile("长青|中文|中")
"""What is called the same in every language: the house, and the switch to Chinese."""
CHAPTER_INSIDES = re.compile(r"^services\.(\w+)\.(\w+)")
EVERY_FOLDER = (*PACKAGES, "locales", "tests")


def test_no_file_is_longer_than_people_read() -> None:
    long = [
        f"{at(path, 1)}: {lines} lines"
        for path in files(*EVERY_FOLDER)
        if (lines := len(path.read_text().splitlines()))
        > (MOST_TEST_LINES if path.is_relative_to(ROOT / "tests") else MOST_LINES)
    ]
    assert_none(long, "split by sub-topic, keeping the names __init__ exports")


def test_a_page_stays_short() -> None:
    long = [
        f"{at(path, 1)}: {lines} lines"
        for path in page_files()
        if (lines := len(path.read_text().splitlines())) > MOST_PAGE_LINES
    ]
    assert_none(long, "move its views to ui/screens/<page>/")


def test_the_server_file_stays_short() -> None:
    app = ROOT / "app.py"
    assert not app.exists() or len(app.read_text().splitlines()) < 80


def test_nobody_leaves_notes_to_themselves() -> None:
    kinds = ("*.py", "*.md", "*.toml", "*.js", "*.css", "*.po")
    folders = [ROOT / name for name in (*EVERY_FOLDER, "docs")]
    notes = [
        at(path, number)
        for folder in folders
        for kind in kinds
        for path in sorted(folder.rglob(kind))
        if path.name != "test_source.py"
        for number, line in enumerate(path.read_text().splitlines(), start=1)
        if NOTES_TO_SELF.search(line)
    ]
    assert_none(notes, "say it in an issue, or do it")


def test_every_folder_is_a_package() -> None:
    bare = sorted(
        {
            str(path.parent.relative_to(ROOT))
            for path in files(*PACKAGES)
            if not (path.parent / "__init__.py").is_file()
        }
    )
    assert_none(bare, "every folder has an __init__.py: import-linter sees only packages")


def test_time_is_an_argument_in_services() -> None:
    """Law 5; the settings are the one place that knows the clock."""
    clocks = [
        f"{at(path, node)}: {called(node)}()"
        for path in files("services", "charts", "words")
        if path != ROOT / "services" / "settings.py"
        for node in ast.walk(tree(path))
        if CLOCKS.search(called(node)) and called(node) != "settings.business_now"
    ]
    assert_none(clocks, "time is an argument (law 5)")


@pytest.mark.parametrize("chapter", chapters())
def test_a_chapter_tells_its_story(chapter: str) -> None:
    init = ROOT / "services" / chapter / "__init__.py"
    assert len(ast.get_docstring(tree(init)) or "") > 80, "its story, in one paragraph"
    assert any(
        isinstance(node, ast.Assign | ast.AnnAssign) and "__all__" in ast.unparse(node)
        for node in tree(init).body
    ), "its public names, in __all__"


def public_functions(chapter: str) -> dict[str, ast.FunctionDef]:
    """What ``__init__`` exports of functions, by the place they stand in."""
    package = importlib.import_module(f"services.{chapter}")
    exported = {
        (found.__module__, found.__name__)
        for name in package.__all__
        if inspect.isfunction(found := getattr(package, name))
    }
    return {
        at(path, node): node
        for path in files(f"services/{chapter}")
        for node in tree(path).body
        if isinstance(node, ast.FunctionDef)
        and (".".join(path.relative_to(ROOT).with_suffix("").parts), node.name) in exported
    }


@pytest.mark.parametrize("chapter", chapters())
def test_public_functions_take_the_session_first_and_the_rest_by_name(chapter: str) -> None:
    wrong = []
    for place, node in public_functions(chapter).items():
        positional = [argument.arg for argument in (*node.args.posonlyargs, *node.args.args)]
        if "session" in positional and positional != ["session"]:
            wrong.append(f"{place}: {node.name}({', '.join(positional)}, …)")
        if "session" in positional and node.args.kwarg is not None:
            wrong.append(f"{place}: {node.name}(**{node.args.kwarg.arg}): say what it takes")
        if "session" in positional and ast.get_docstring(node) is None:
            wrong.append(f"{place}: {node.name} says nothing of itself")
    assert_none(wrong, "session first, the rest by name, and a docstring")


@pytest.mark.parametrize("path", page_files(), ids=lambda path: path.stem)
def test_a_page_catches_nothing_it_does_not_name(path: object) -> None:
    caught = [
        at(path, node)  # type: ignore[arg-type]
        for node in ast.walk(tree(path))  # type: ignore[arg-type]
        if isinstance(node, ast.ExceptHandler)
        and (node.type is None or ast.unparse(node.type) in {"Exception", "BaseException"})
    ]
    assert_none(caught, "save and read speak of refusals; the rest is a bug and is shown as one")


def test_screens_and_jobs_read_a_chapter_through_its_front_door() -> None:
    """Law 1: ``services.renewals``, never ``services.renewals.queries``."""
    known = set(chapters())
    inside = [
        f"{at(path, node)}: {module}"
        for path in files("pages", "ui", "web", "jobs", "charts", "words")
        for module, node in imports(path)
        if (match := CHAPTER_INSIDES.match(module))
        and match[1] in known
        and (ROOT / "services" / match[1] / f"{match[2]}.py").is_file()
        and _is_module(module, path)
    ]
    assert_none(inside, "import the chapter, not its insides (law 1)")


def _is_module(module: str, path: object) -> bool:
    """Whether ``module`` is written as a module, not as a name of ``__init__`` that looks alike."""
    return any(
        (isinstance(node, ast.ImportFrom) and node.module == module)
        or (isinstance(node, ast.Import) and any(alias.name == module for alias in node.names))
        for node in ast.walk(tree(path))  # type: ignore[arg-type]
    )


def test_screens_write_no_chinese_of_their_own() -> None:
    """A Chinese literal in a screen is a text that English does not have."""
    own = [
        f"{at(path, node)}: {node.value[:30]!r}"
        for path in files("pages", "ui", "web", "charts")
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and CHINESE.search(OWN_NAMES.sub("", node.value))
        and not _is_docstring(node, path)
    ]
    assert_none(own, "a text goes through _(): English here, Chinese in locales/parts")


def _is_docstring(node: ast.Constant, path: object) -> bool:
    return any(
        isinstance(statement, ast.Expr) and statement.value is node
        for statement in ast.walk(tree(path))  # type: ignore[arg-type]
    )


def test_a_second_sqlite_stays_in_a_process_of_its_own() -> None:
    """Two SQLite libraries in one process undo each other's locks (docs/decisions/0010)."""
    child = ROOT / "db" / "arrow_child.py"
    brought = [
        f"{path.relative_to(ROOT)}: {name}"
        for path in files(*PACKAGES)
        for name, _node in imports(path)
        if (name.startswith("adbc_driver_sqlite") and path != child) or "arrow_child" in name
    ]
    assert_none(brought, "only db/arrow_child.py loads ADBC's SQLite, and nobody imports that")
    assert "adbc_driver_sqlite" in {name for name, _node in imports(child)}
