"""Tokens and other values that never stand in YAML: the environment, then ``_FILE`` twins, then ``.env``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from io import StringIO
from pathlib import Path

from bot.config import veil
from bot.config.faults import FaultList, Place
from bot.config.reading import UnreadableError, decode, read_bytes, read_text

TELEGRAM = "TELEGRAM_BOT_TOKEN"
SLACK = "SLACK_BOT_TOKEN"
SLACK_APP = "SLACK_APP_TOKEN"
WEB = "WIREWATCH_WEB_TOKEN"
ADDRESSES = frozenset({"TELEGRAM_API_URL", "SLACK_API_URL"})
KNOWN = frozenset({TELEGRAM, SLACK, SLACK_APP, WEB}) | ADDRESSES
_MOST_BYTES = 64 * 1024


class Secrets:
    """Values by name. It shows, compares and formats as names only."""

    __slots__ = ("_values",)

    def __init__(self, values: Mapping[str, str]) -> None:
        self._values = dict(values)

    def get(self, name: str) -> str | None:
        """Return a value, or None where nothing is set."""
        return self._values.get(name)

    @property
    def names(self) -> tuple[str, ...]:
        """The names that have a value, in order."""
        return tuple(sorted(self._values))

    def masked(self, text: str) -> str:
        """Return the text with every secret in it replaced by its name, for logs and errors."""
        return veil.Veil(_hidden(self._values)).over(text)

    def __repr__(self) -> str:
        return f"Secrets({', '.join(self.names)})"


def read_secrets(
    folder: Path, environ: Mapping[str, str], names: Iterable[str], faults: FaultList
) -> Secrets:
    """Read the named values; a broken one is a fault that names it, a missing one is simply not there."""
    written = _read_dotenv(folder / ".env", faults)
    values: dict[str, str] = {}
    for name in sorted(KNOWN | set(names)):
        value, origin = _look_up(name, environ, written, str(folder / ".env"), faults)
        if value and (problem := _problem(name, value)):
            faults.add(
                origin, Place(), f"{name} {problem}", "write the value in one line, as it was given to you"
            )
        elif value:
            values[name] = value
    veil.learn(_hidden(values))
    return Secrets(values)


def _hidden(values: Mapping[str, str]) -> dict[str, str]:
    """Return what is secret in these values: all of them, but of addresses only a password."""
    hidden = {name: value for name, value in values.items() if name not in ADDRESSES}
    for name in ADDRESSES & set(values):
        hidden[name] = veil.login_of(values[name])
    return hidden


def _look_up(
    name: str, environ: Mapping[str, str], written: Mapping[str, str], dotenv: str, faults: FaultList
) -> tuple[str, str]:
    for where, origin in ((environ, "environment"), (written, dotenv)):
        if value := where.get(name, "").strip():
            return value, origin
        if twin := where.get(f"{name}_FILE", "").strip():
            return _read_twin(name, Path(twin), faults), twin
    return "", ""


def _read_twin(name: str, path: Path, faults: FaultList) -> str:
    try:
        value = decode(read_bytes(path, _MOST_BYTES)).strip()
    except UnreadableError as problem:
        faults.add(str(path), Place(), f"{name}_FILE names this file: it {problem}", problem.hint)
        return ""
    if not value:
        faults.add(str(path), Place(), f"{name}_FILE names this file: it is empty")
    return value


def _problem(name: str, value: str) -> str:
    if "\n" in value or "\r" in value:
        return "holds a line break"
    if name in KNOWN and " " in value:
        return "holds a space or an invisible character"
    # The header of a source may have spaces in it: "Bearer abc".
    if not value.isprintable():
        return "holds a space or an invisible character"
    return ""


def _read_dotenv(path: Path, faults: FaultList) -> dict[str, str]:
    if not path.exists() and not path.is_symlink():
        return {}
    text = read_text(path, str(path), faults)
    if text is None:
        return {}
    from dotenv.parser import parse_stream

    values: dict[str, str] = {}
    for binding in parse_stream(StringIO(text)):
        if binding.error:
            faults.add(str(path), Place(binding.original.line, 1), "this line is not NAME=value")
        elif binding.key is not None:
            values[binding.key] = binding.value or ""
    return values
