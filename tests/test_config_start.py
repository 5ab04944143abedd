"""The starting configuration: what ``wirewatch init`` writes, and the schemas beside it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from bot.config import init, load, write_schemas
from bot.config.schemas import schema_texts
from bot.config.starting import ENV_EXAMPLE, GITIGNORE, starting_files
from bot.errors import ConfigError

CONFIG = Path(__file__).parents[1] / "config"
YAML = ("wirewatch", "sources", "watchlist", "events")


def test_the_committed_schemas_are_current() -> None:
    committed = {path.name: path.read_text(encoding="utf-8") for path in (CONFIG / "schema").glob("*.json")}
    assert committed == schema_texts(), "run write_schemas(Path('config/schema'))"


@pytest.mark.parametrize("name", YAML)
def test_each_shipped_file_names_its_schema_in_the_first_line(name: str) -> None:
    first = (CONFIG / f"{name}.yaml").read_text(encoding="utf-8").splitlines()[0]
    assert first == f"# yaml-language-server: $schema=schema/{name}.schema.json"


def test_schemas_can_be_written_anywhere(tmp_path: Path) -> None:
    write_schemas(tmp_path / "deep" / "schema")
    assert json.loads((tmp_path / "deep" / "schema" / "sources.schema.json").read_text())["required"] == [
        "sources"
    ]


def test_a_started_configuration_loads_without_a_word(tmp_path: Path) -> None:
    init(tmp_path / "mine")
    configuration = load(tmp_path / "mine", environ={})
    assert configuration.warnings == ()
    assert {
        "alibaba",
        "moonshot",
        "smic",
        "chip-controls",
        "model-releases",
    } <= configuration.watchlist.watches.keys()
    assert [
        (receiver.via, receiver.at_most.count if receiver.at_most else None)
        for receiver in configuration.settings.receivers.values()
    ] == [("console", 20)]
    assert [route.min_score for route in configuration.settings.routes] == [60, 40]


def test_what_ships_is_what_stands_in_the_repository() -> None:
    files = starting_files()
    assert {f"{name}.yaml" for name in YAML} | {f"schema/{name}.schema.json" for name in YAML} <= files.keys()
    assert all(
        files[f"{name}.yaml"] == (CONFIG / f"{name}.yaml").read_text(encoding="utf-8") for name in YAML
    )
    assert (CONFIG / ".gitignore").read_text(encoding="utf-8") == GITIGNORE


def test_the_example_of_dotenv_sets_nothing_and_dotenv_is_ignored(tmp_path: Path) -> None:
    init(tmp_path)
    assert ".env" in (tmp_path / ".gitignore").read_text().splitlines()
    assert all(line.startswith("#") for line in ENV_EXAMPLE.splitlines())
    assert not (tmp_path / ".env").exists()


def test_init_says_what_comes_next(tmp_path: Path) -> None:
    told = init(tmp_path / "mine")
    assert f"wirewatch check --config {tmp_path / 'mine'}" in told
    assert "wirewatch connect telegram" in told


def test_init_overwrites_nothing(tmp_path: Path) -> None:
    (tmp_path / "watchlist.yaml").write_text("mine\n")
    with pytest.raises(ConfigError, match=r"watchlist\.yaml: exists already"):
        init(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["watchlist.yaml"]
    assert (tmp_path / "watchlist.yaml").read_text() == "mine\n"


def test_init_into_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(ConfigError, match="can't be written"):
        init(tmp_path / "file")


def test_importing_the_contract_loads_no_parser() -> None:
    program = (
        "import sys, bot.config\n"
        "print(sorted({'pydantic', 'ruamel.yaml', 'dotenv', 'rapidfuzz'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=30
    )
    assert done.stdout.strip() == "[]"
