"""The house keeps its shape: layers, purity, short files, plain names."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[1]
LONGEST_FILE = 400
LONGEST_FUNCTION = 60
VAGUE = {"utils", "util", "helpers", "helper", "manager", "handler", "service", "process", "common", "misc"}
PURE = (
    "model",
    "text",
    "links.py",
    "match",
    "events.py",
    "dedup",
    "score.py",
    "route",
    "render",
    "decide.py",
)
CLOCKS = {("datetime", "now"), ("datetime", "utcnow"), ("date", "today"), ("time", "time")}


def python_files(*folders: str) -> list[Path]:
    return [path for folder in folders for path in sorted((REPOSITORY / folder).rglob("*.py"))]


def pure_files() -> Iterator[Path]:
    for name in PURE:
        path = REPOSITORY / "bot" / name
        yield from [path] if path.suffix else sorted(path.rglob("*.py"))


def test_imports_go_downwards_only_and_decisions_are_pure() -> None:
    tool = Path(sys.executable).parent / "lint-imports"

    done = subprocess.run([tool, "--no-cache"], cwd=REPOSITORY, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout


def test_no_file_is_over_400_lines() -> None:
    long = {
        str(path): lines for path in python_files("bot", "tests") if (lines := _lines(path)) > LONGEST_FILE
    }

    assert long == {}


def test_no_function_is_over_60_lines() -> None:
    long = [
        f"{path.relative_to(REPOSITORY)}:{node.lineno} {node.name}"
        for path in python_files("bot")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
        and (node.end_lineno or 0) - node.lineno >= LONGEST_FUNCTION
    ]

    assert long == []


def test_no_file_has_a_name_that_says_nothing() -> None:
    vague = [str(path) for path in python_files("bot") if VAGUE & set(path.stem.split("_"))]

    assert vague == []


def test_every_module_says_what_it_is_for() -> None:
    silent = [
        str(path) for path in python_files("bot") if not ast.get_docstring(ast.parse(path.read_text("utf-8")))
    ]

    assert silent == []


@pytest.mark.parametrize(
    "path", list(pure_files()), ids=lambda path: path.relative_to(REPOSITORY / "bot").as_posix()
)
def test_a_pure_module_reads_no_clock_and_opens_no_file(path: Path) -> None:
    calls = [node.func for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.Call)]
    asked = {
        (call.value.id, call.attr)
        for call in calls
        if isinstance(call, ast.Attribute) and isinstance(call.value, ast.Name)
    }
    opened = [call for call in calls if isinstance(call, ast.Name) and call.id == "open"]

    assert asked & CLOCKS == set()
    assert opened == []


def test_help_needs_none_of_the_heavy_libraries() -> None:
    script = "import sys, bot.cli; print(*sorted(m for m in sys.modules if '.' not in m))"

    done = subprocess.run(
        [sys.executable, "-c", script], cwd=REPOSITORY, capture_output=True, text=True, check=True
    )

    heavy = {
        "pydantic",
        "sqlalchemy",
        "httpx",
        "telegram",
        "slack_sdk",
        "aiohttp",
        "feedparser",
        "rapidfuzz",
        "ruamel",
    }
    assert heavy & set(done.stdout.split()) == set()


def _lines(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())
