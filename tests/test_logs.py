"""The log: one line per event that nothing can forge, the same words once, and no secret in any of them."""

from __future__ import annotations

import io
import json
import logging
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import structlog

from bot.app import logs
from bot.app.loglines import MOST_ALIKE, QUIET, Lines, json_line, text_line, visible
from bot.config.veil import Veil, learn, login_of

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
FORGED = [
    "Alibaba\n2026-11-23T12:00:00Z error   all is lost",
    "\r\x1b[2K\x1b[31mgone",
    "\u202eevil\u2066 \u200bwords\u2028next\u2029last\x85",
    "\ud800 half\x00\x07\x9b",
    '{"level": "error"}\\n',
    "{0.__class__} {{7*7}} %s %n ${jndi:ldap://x}",
]


class Log:
    """A log in memory, by a clock that stands until it is moved."""

    def __init__(self, *, as_json: bool) -> None:
        self.stream = io.StringIO()
        self.seconds = 0.0
        self.lines = Lines(
            self.stream,
            as_json=as_json,
            clock=lambda: self.seconds,
            now=lambda: NOON + timedelta(seconds=self.seconds),
        )

    def write(self, level: str, event: str, **values: object) -> None:
        self.lines.write({"level": level, "event": event, **values})

    @property
    def text(self) -> str:
        return self.stream.getvalue()

    @property
    def rows(self) -> list[dict[str, object]]:
        return [json.loads(line) for line in self.text.splitlines()]


@pytest.fixture
def log() -> Log:
    return Log(as_json=True)


@pytest.fixture
def kept() -> Iterator[None]:
    """What setting up the log changes, as it was."""
    root, handlers, config = logging.getLogger(), list(logging.getLogger().handlers), structlog.get_config()
    levels = root.level, logging.getLogger("bot").level
    hooks = sys.excepthook, threading.excepthook
    yield
    root.handlers[:] = handlers
    root.setLevel(levels[0])
    logging.getLogger("bot").setLevel(levels[1])
    structlog.configure(**config)
    sys.excepthook, threading.excepthook = hooks


def test_a_person_reads_time_level_event_and_keys() -> None:
    read = Log(as_json=False)
    read.write(
        "warning", "source failed", source="acme", reason="timeout", seconds=1.5, message="no answer, yet"
    )
    assert read.text == (
        "2026-11-23T12:00:00.000Z warning source failed source=acme reason=timeout seconds=1.5 "
        'message="no answer, yet"\n'
    )


def test_a_program_reads_a_line_of_json(log: Log) -> None:
    log.write("info", "polled", source="acme", new=3, took=timedelta(seconds=2), oddities=("a", "b"), at=NOON)
    assert log.rows == [
        {
            "time": "2026-11-23T12:00:00.000Z", "level": "info", "event": "polled", "source": "acme", "new": 3,
            "took": 2.0, "oddities": ["a", "b"], "at": "2026-11-23T12:00:00+00:00",
        }
    ]  # fmt: skip


@pytest.mark.parametrize("words", FORGED)
@pytest.mark.parametrize("as_json", [True, False])
def test_nobody_writes_a_line_of_their_own(words: str, as_json: bool) -> None:
    log = Log(as_json=as_json)
    log.write("info", f"about {words}", title=words, **{f"key {words}": {words: [words]}})
    assert log.text.count("\n") == 1
    assert log.text.endswith("\n")
    assert log.text[:-1].isprintable(), ascii(log.text)
    if as_json:
        assert log.rows[0]["title"] == words


def test_a_traceback_stands_under_its_line_and_can_not_pose_as_one() -> None:
    log = Log(as_json=False)
    log.write("error", "poll broke", source="acme", traceback="Traceback\n  File x\nValueError: \x1b[2Jgone")
    first, *rest = log.text.splitlines()
    assert first.endswith("poll broke source=acme")
    assert rest == ["    | Traceback", "    |   File x", "    | ValueError: \\x1b[2Jgone"]


def test_an_event_with_signs_of_keys_is_quoted() -> None:
    assert 'info    "x source=y"' in text_line({"time": "t", "level": "info", "event": "x source=y"})
    assert visible("a\\n") == "a\\\\n"
    assert json_line({"event": "\u202e"}) == '{"event": "\\u202e"}'


def test_a_value_without_end_is_cut(log: Log) -> None:
    log.write("error", "x" * 1_000_000, traceback="y" * 1_000_000, many=list(range(1_000_000)))
    assert len(log.text) < 25_000


def test_six_hours_without_a_network_are_few_lines(log: Log) -> None:
    for minute in range(360):
        log.seconds = minute * 60.0
        for source in ("acme", "harbour"):
            log.write(
                "warning", "source failed", source=source, reason=("dns", "timeout")[minute % 2], next=minute
            )
    log.lines.finish()
    assert len(log.rows) <= 2 * 2 * 9
    assert sum(int(str(row.get("repeated", 1))) for row in log.rows) == 720
    assert {row["source"] for row in log.rows} == {"acme", "harbour"}


def test_the_same_line_is_counted_and_the_count_is_told_later(log: Log) -> None:
    for _ in range(1_000):
        log.write("info", "a flood of questions, some are dropped", who="telegram:7")
    assert len(log.rows) == 1
    log.seconds = QUIET + 1
    log.write("info", "something else")
    told = [row["repeated"] for row in log.rows if "repeated" in row]
    assert (told, len(log.rows)) == ([999], 3)


def test_one_source_that_says_something_else_each_time_is_bounded_and_others_are_not(log: Log) -> None:
    for number in range(100):
        log.write("warning", "source failed", source="acme", message=f"reason {number}")
    log.write("warning", "source failed", source="harbour", message="reason 1")
    log.lines.finish()
    rows = log.rows
    assert sum(row["source"] == "acme" and "repeated" not in row for row in rows) == MOST_ALIKE
    assert sum(row["source"] == "harbour" for row in rows) == 1
    assert [row["repeated"] for row in rows if "repeated" in row] == [100 - MOST_ALIKE]


def test_a_log_that_nobody_reads_any_more_stops_nobody() -> None:
    class Gone(io.StringIO):
        def write(self, _: str) -> int:
            raise BrokenPipeError

    Lines(Gone(), as_json=True, clock=lambda: 0.0, now=lambda: NOON).write({"level": "info", "event": "x"})


@pytest.mark.usefixtures("kept")
def test_the_loggers_of_libraries_take_the_same_way(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    learn({"GUARDED": "open-sesame-42"})
    monkeypatch.setenv("WIREWATCH_LOG", "json")
    logs.write_logs()
    logging.getLogger("bot.channels.telegram").info("the key is %s\nforged", "open-sesame-42")
    logging.getLogger("httpx").info("HTTP Request: /bot1:secret")
    try:
        raise ValueError("open-sesame-42")  # noqa: TRY301
    except ValueError:
        structlog.get_logger().exception("it broke", story="k7f2")
    rows = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert [(row["level"], row["event"]) for row in rows] == [
        ("info", "the key is [GUARDED]\nforged"),
        ("error", "it broke"),
    ]
    assert rows[1]["traceback"].endswith("ValueError: [GUARDED]")
    assert logs.is_for_programs()


@pytest.mark.usefixtures("kept")
def test_what_nobody_caught_is_an_event_without_secrets(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    learn({"GUARDED": "open-sesame-42"})
    monkeypatch.setenv("WIREWATCH_LOG", "text")
    logs.write_logs()
    error = RuntimeError("open-sesame-42")
    sys.excepthook(RuntimeError, error, None)
    said = capsys.readouterr().err
    assert "the bot itself failed; please report this error=RuntimeError" in said
    assert "    | RuntimeError: [GUARDED]" in said


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("POST /bot123456:ABC-DEF_ghi/sendMessage", "POST /bot[hidden]/sendMessage"),
        ("xoxb-1234567890-abc and xapp-1-A0-123", "[hidden] and [hidden]"),
        ("https://mei:password@x.example/a", "https://[hidden]@x.example/a"),
        ("wss://x.example/link/?ticket=abc-def&y=1", "wss://x.example/link/?ticket=[hidden]&y=1"),
        ("{'Authorization': 'Bearer abc.def'}", "{'Authorization': 'Bearer [hidden]'}"),
        ("at https://x.example/@mei it says 10:30", "at https://x.example/@mei it says 10:30"),
    ],
)
def test_what_looks_like_a_secret_is_hidden_though_nobody_knows_it(text: str, shown: str) -> None:
    assert Veil().over(text) == shown


def test_parts_of_a_secret_address_are_hidden_and_plain_words_are_not() -> None:
    veil = Veil({"PING": "https://user:s3cret-word@ping.example/services/abc123-def/?key=xyz789"})
    said = veil.over("services at ping.example: abc123-def, xyz789, s3cret-word, services")
    assert said == "services at ping.example: [PING], [PING], [PING], services"
    assert login_of("http://ping.example/a@b") == ""
