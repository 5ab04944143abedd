"""Where the status page may be shown, and with which token."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.config.web import is_loopback, place_of
from tests.config_folder import faults_of, good_folder, load, said

TOKEN = "a-token-that-nobody-guesses"


def folder(tmp_path: Path, listen: str) -> Path:
    """A configuration that shows the page there."""
    return good_folder(tmp_path / "config", wirewatch=f"web: {{listen: '{listen}'}}\n")


@pytest.mark.parametrize("listen", ["127.0.0.1:8787", "localhost:80", "[::1]:8787", "127.8.9.1:1"])
def test_on_this_machine_no_token_is_needed(tmp_path: Path, listen: str) -> None:
    assert load(folder(tmp_path, listen)).settings.web_listen == listen


@pytest.mark.parametrize(
    "listen", ["0.0.0.0:8787", "192.168.1.5:8787", "[::]:8787", "bot.example:80", "128.0.0.1:1"]
)
def test_where_others_can_read_it_a_token_is_needed(tmp_path: Path, listen: str) -> None:
    text = said(tmp_path / "config", faults_of(folder(tmp_path, listen)))
    assert "wirewatch.yaml:1:15: others could read the status page there: it needs a token" in text
    assert "set WIREWATCH_WEB_TOKEN to 16 characters or more, or write 127.0.0.1:" in text
    config = load(tmp_path / "config", {"WIREWATCH_WEB_TOKEN": TOKEN})
    assert config.secrets.get("WIREWATCH_WEB_TOKEN") == TOKEN


@pytest.mark.parametrize("token", ["short", "x" * 15, "密" * 20])
def test_a_token_that_can_be_guessed_is_refused_without_being_said(tmp_path: Path, token: str) -> None:
    faults = faults_of(folder(tmp_path, "127.0.0.1:8787"), {"WIREWATCH_WEB_TOKEN": token})
    text = said(tmp_path / "config", faults)
    assert "WIREWATCH_WEB_TOKEN is too easy to guess" in text
    assert "secrets.token_urlsafe()" in text
    assert token not in text


@pytest.mark.parametrize("listen", ["8787", "127.0.0.1", "127.0.0.1:0", "127.0.0.1:65536", "http://127.0.0.1:8787",
                                    "::1:8787", "a b:80", "127.0.0.1:8787/x", ":8787", "*:8787"])  # fmt: skip
def test_what_is_no_place_is_a_fault(tmp_path: Path, listen: str) -> None:
    assert "this is not HOST:PORT" in said(tmp_path / "config", faults_of(folder(tmp_path, listen)))
    assert place_of(listen) is None


def test_the_token_may_stand_in_a_file_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "token").write_text(f"{TOKEN}\n")
    made = folder(tmp_path, "0.0.0.0:8787")
    config = load(made, {"WIREWATCH_WEB_TOKEN_FILE": str(tmp_path / "token")})
    assert config.secrets.get("WIREWATCH_WEB_TOKEN") == TOKEN


@pytest.mark.parametrize(
    ("host", "own"),
    [("127.0.0.1", True), ("LOCALHOST", True), ("::1", True), ("0.0.0.0", False), ("localhost.example", False),
     ("::", False), ("2130706433", False)],
)  # fmt: skip
def test_only_this_machine_is_this_machine(host: str, own: bool) -> None:
    assert is_loopback(host) is own
