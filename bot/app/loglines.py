"""Lines of the log: one event each, nothing in them that could forge another, and no storm of the same."""

from __future__ import annotations

import json
import re
import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import TextIO

from bot.config.veil import masked

Row = Mapping[str, object]

LONGEST = 2_000
"""Characters of one value."""
LONGEST_TRACE = 16_000
QUIET = 600.0
"""Seconds for which a line that was written is not written again, but counted."""
LONGEST_QUIET = 3600.0
LOOK = 30.0
MOST_ALIKE = 5
"""Lines of one event about one source, receiver or chat that are written in that time, whatever else they say."""
MOST_KNOWN = 5_000
_OVERHANG = 8_000
"""Characters that are looked at behind a cut, so that a secret across it is seen whole."""
TRACE = "traceback"
_FIRST = ("time", "level", "event")
_ABOUT = ("level", "logger", "event", "source", "receiver", "chat", "job", "kind")
_PASSING = frozenset({"time", "seconds", "next", TRACE})
_LOUD = frozenset({"warning", "error", "critical"})
_PLAIN = re.compile(r"[\w./:+@%#-]+")
_COLOURS = {"warning": "33", "error": "31", "critical": "31;1"}


def visible(text: str) -> str:
    r"""Return a text of which every character shows: ``\n``, ``\x1b`` and ``\u202e`` for what would act."""
    return "".join(
        character if character.isprintable() else _spelt(character)
        for character in text.replace("\\", "\\\\")
    )


def _spelt(character: str) -> str:
    named = {"\n": r"\n", "\r": r"\r", "\t": r"\t"}.get(character)
    number = ord(character)
    return named or (f"\\x{number:02x}" if number < 256 else f"\\u{number:04x}")


def plain_value(value: object, longest: int = LONGEST) -> object:
    """Return a value as JSON holds it: cut, without secrets."""
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, timedelta):
        return round(value.total_seconds(), 3)
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {shortened(str(key), 100): plain_value(one) for key, one in list(value.items())[:50]}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain_value(one) for one in list(value)[:50]]
    return shortened(str(value), longest)


def shortened(text: str, longest: int) -> str:
    """Return a text without secrets, its middle left out where it is too long."""
    cut = text[: longest * 4]
    text = masked(cut) if len(cut) == len(text) else masked(f"{cut}{text[len(cut) : len(cut) + _OVERHANG]}")
    if len(text) <= longest:
        return text
    # From the middle of what was looked at: no half of a secret stands at its end.
    end = min(len(text), longest * 3)
    return f"{text[: longest // 2]} ... {text[end - longest // 2 : end]}"


def json_line(row: Row) -> str:
    """Return a row as one line of JSON in which every character shows."""
    line = json.dumps(row, ensure_ascii=False, default=str)
    return "".join(
        character if character.isprintable() else json.dumps(character)[1:-1] for character in line
    )


def text_line(row: Row, *, colours: bool = False) -> str:
    """Return a row as ``time level event key=value``; a traceback follows in lines of its own, set in."""
    level, event = str(row.get("level", "")), str(row.get("event", ""))
    shown = visible(event) if "=" not in event else _quoted(event)
    named = f"{level:<7}"
    if colours and level in _COLOURS:
        named = f"\x1b[{_COLOURS[level]}m{named}\x1b[0m"
    pairs = [
        f"{visible(key)}={_text_value(value)}" for key, value in row.items() if key not in (*_FIRST, TRACE)
    ]
    trace = [f"    | {visible(line)}" for line in str(row.get(TRACE) or "").splitlines()]
    return "\n".join([" ".join([str(row.get("time", "")), named, shown, *pairs]).rstrip(), *trace])


def _text_value(value: object) -> str:
    if isinstance(value, str):
        return value if _PLAIN.fullmatch(value) and value.isprintable() else _quoted(value)
    return json_line(value) if isinstance(value, Mapping) else _quoted_json(value)


def _quoted(text: str) -> str:
    return _quoted_json(text)


def _quoted_json(value: object) -> str:
    line = json.dumps(value, ensure_ascii=False, default=str)
    return "".join(character if character.isprintable() else _spelt(character) for character in line)


class Repeats:
    """Knows what was written lately; ``clock`` tells seconds that never run backwards."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._known: OrderedDict[tuple[str, ...], _Told] = OrderedDict()
        self._next_look = 0.0

    def count(self, row: Row) -> tuple[bool, list[Row]]:
        """Return whether to write a row, and rows about what was left out before; quiet levels always go."""
        over = self._over()
        if row.get("level") == "debug":
            return True, over
        exact = tuple(f"{key}={value}" for key, value in row.items() if key not in _PASSING)
        told = self._told(("=", *exact), row, 1)
        alike = tuple(f"{key}={row.get(key)}" for key in _ABOUT)
        kind = self._told(alike, row, MOST_ALIKE) if row.get("level") in _LOUD else None
        if told.left <= 0:
            told.missing += 1
            return False, over
        told.left -= 1
        if kind is not None and kind.left <= 0:
            kind.missing += 1
            return False, over
        if kind is not None:
            kind.left -= 1
        return True, over

    def rest(self) -> list[Row]:
        """Return rows about all that was left out so far, for the end."""
        rows = [row for told in self._known.values() for row in told.summary()]
        self._known.clear()
        return rows

    def _told(self, key: tuple[str, ...], row: Row, most: int) -> _Told:
        told = self._known.get(key)
        if told is None:
            told = self._known[key] = _Told(row, self._clock(), most)
        return told

    def _over(self) -> list[Row]:
        """Return what was left out since the last look; what goes on and on is told less and less often."""
        rows: list[Row] = []
        now = self._clock()
        while len(self._known) > MOST_KNOWN:
            rows += self._known.popitem(last=False)[1].summary()
        if now < self._next_look:
            return rows
        self._next_look = now + LOOK
        for key in [key for key, told in self._known.items() if told.until <= now]:
            told = self._known[key]
            rows += told.summary()
            if not told.missing:
                del self._known[key]
            else:
                told.go_on(now)
        return rows


class _Told:
    __slots__ = ("left", "missing", "quiet", "row", "until")

    def __init__(self, row: Row, now: float, most: int) -> None:
        self.row = {key: row[key] for key in (*_ABOUT, "reason") if key in row}
        self.quiet = QUIET
        self.until = now + QUIET
        self.left = most
        self.missing = 0

    def summary(self) -> list[Row]:
        return [{**self.row, "repeated": self.missing}] if self.missing else []

    def go_on(self, now: float) -> None:
        self.quiet = min(self.quiet * 2, LONGEST_QUIET)
        self.until, self.missing = now + self.quiet, 0


class Lines:
    """Writes rows to a stream as text or JSON; a stream that is gone stops nobody."""

    def __init__(
        self, stream: TextIO, *, as_json: bool, clock: Callable[[], float], now: Callable[[], datetime]
    ) -> None:
        self.as_json = as_json
        self._stream = stream
        self._colours = not as_json and stream.isatty()
        self._repeats = Repeats(clock)
        self._now = now
        self._lock = threading.RLock()

    def write(self, row: Row) -> None:
        """Write one event, unless it was written lately."""
        trace = shortened(str(row.get(TRACE) or ""), LONGEST_TRACE)
        clean: dict[str, object] = {
            shortened(str(key), 100): plain_value(value) for key, value in row.items() if key != TRACE
        }
        if trace:
            clean[TRACE] = trace
        with self._lock:
            wanted, over = self._repeats.count(clean)
            for each in (*over, *([clean] if wanted else [])):
                self._put(each)

    def finish(self) -> None:
        """Write what was counted and not written."""
        with self._lock:
            for row in self._repeats.rest():
                self._put(row)

    def _put(self, row: Row) -> None:
        time = self._now().astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        whole = {"time": time, "level": row.get("level", ""), "event": row.get("event", ""), **row}
        line = json_line(whole) if self.as_json else text_line(whole, colours=self._colours)
        try:
            self._stream.write(f"{line}\n")
            self._stream.flush()
        except (OSError, ValueError):
            return  # nobody reads the log any more: the bot goes on
