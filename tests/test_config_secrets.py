"""Secrets come from the environment, from files it names, and from .env; and they never come out again."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.config import Secrets
from tests.config_folder import faults_of, good_folder, load, said

TOKEN = "123456789:fake-fake-fake-fake-fake-fake-fake-fake"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return good_folder(tmp_path / "config")


def test_the_environment_beats_a_named_file_and_that_beats_dotenv(folder: Path, tmp_path: Path) -> None:
    (folder / ".env").write_text("TELEGRAM_BOT_TOKEN=from-dotenv\n")
    twin = tmp_path / "token"
    twin.write_text("from-file\n")
    named = {"TELEGRAM_BOT_TOKEN_FILE": str(twin)}
    assert load(folder).secrets.get("TELEGRAM_BOT_TOKEN") == "from-dotenv"
    assert load(folder, named).secrets.get("TELEGRAM_BOT_TOKEN") == "from-file"
    both = {**named, "TELEGRAM_BOT_TOKEN": "from-environment"}
    assert load(folder, both).secrets.get("TELEGRAM_BOT_TOKEN") == "from-environment"


def test_an_empty_variable_counts_as_not_set(folder: Path) -> None:
    (folder / ".env").write_text("TELEGRAM_BOT_TOKEN=from-dotenv\n")
    assert load(folder, {"TELEGRAM_BOT_TOKEN": ""}).secrets.get("TELEGRAM_BOT_TOKEN") == "from-dotenv"


def test_dotenv_is_taken_as_it_is_written(folder: Path) -> None:
    (folder / ".env").write_text("export SLACK_BOT_TOKEN='a$HOME${X}b'\nUNRELATED=1\n")
    secrets = load(folder, {"X": "expanded"}).secrets
    assert secrets.get("SLACK_BOT_TOKEN") == "a$HOME${X}b"
    assert secrets.get("UNRELATED") is None


def test_a_line_of_dotenv_that_means_nothing_is_a_fault(folder: Path) -> None:
    (folder / ".env").write_text("SLACK_BOT_TOKEN=fine\nthis is 'not a line\n")
    assert said(folder, faults_of(folder)) == ".env:2:1: this line is not NAME=value\n"


def test_the_variables_that_yaml_names_are_read(folder: Path) -> None:
    secrets = load(folder, {"WIRE_KEY": "open-sesame", "NOT_NAMED": "x"}).secrets
    assert secrets.get("WIRE_KEY") == "open-sesame"
    assert secrets.get("NOT_NAMED") is None


def test_a_missing_secret_is_a_warning_that_says_who_needs_it(folder: Path) -> None:
    configuration = load(folder)
    assert "TELEGRAM_BOT_TOKEN is not set; receiver desk needs it" in said(folder, configuration.warnings)
    assert "WIRE_KEY is not set; source wire needs it" in said(folder, configuration.warnings)
    assert configuration.missing_secrets == (
        "SLACK_BOT_TOKEN",
        "TELEGRAM_BOT_TOKEN",
        "WIREWATCH_APPRISE_URL",
        "WIREWATCH_PING_URL",
        "WIRE_KEY",
    )


@pytest.mark.parametrize("broken", ["hunter2\nhunter2", "hunter2 hunter2", "hunter2\u200bhunter2"])
def test_a_broken_secret_is_named_and_not_shown(broken: str, folder: Path) -> None:
    faults = faults_of(folder, {"TELEGRAM_BOT_TOKEN": broken})
    assert [fault.file for fault in faults] == ["environment"]
    assert faults[0].message.startswith("TELEGRAM_BOT_TOKEN holds")
    assert "hunter2" not in str(faults[0])


def test_a_named_file_that_is_missing_or_empty_is_a_fault(folder: Path, tmp_path: Path) -> None:
    nowhere = {"SLACK_BOT_TOKEN_FILE": str(tmp_path / "nowhere")}
    assert "SLACK_BOT_TOKEN_FILE names this file: it is missing" in str(faults_of(folder, nowhere)[0])
    (tmp_path / "empty").write_text("\n")
    empty = {"SLACK_BOT_TOKEN_FILE": str(tmp_path / "empty")}
    assert "it is empty" in str(faults_of(folder, empty)[0])


def test_secrets_show_their_names_only() -> None:
    secrets = Secrets({"TELEGRAM_BOT_TOKEN": TOKEN, "TELEGRAM_API_URL": "http://127.0.0.1:8081"})
    assert repr(secrets) == str(secrets) == "Secrets(TELEGRAM_API_URL, TELEGRAM_BOT_TOKEN)"


def test_secrets_are_masked_in_texts_and_addresses_are_not() -> None:
    secrets = Secrets({"TELEGRAM_BOT_TOKEN": TOKEN, "TELEGRAM_API_URL": "http://127.0.0.1:8081"})
    text = f"POST http://127.0.0.1:8081/bot{TOKEN}/sendMessage"
    assert secrets.masked(text) == "POST http://127.0.0.1:8081/bot[TELEGRAM_BOT_TOKEN]/sendMessage"


def test_a_configuration_never_shows_a_secret(folder: Path) -> None:
    assert TOKEN not in repr(load(folder, {"TELEGRAM_BOT_TOKEN": TOKEN}))
