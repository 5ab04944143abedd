"""Logs go to standard error, one line each; what is told goes to standard output.

At a terminal a line is ``time level event key=value``, elsewhere a running bot writes JSON. ``WIREWATCH_LOG`` (text
or json) and ``WIREWATCH_LOG_LEVEL`` (debug, info, warning, error) decide otherwise. The libraries' loggers take the
same way, and no line holds a secret that was read.
"""

from __future__ import annotations

import atexit
import logging
import os
import resource
import sys
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime
from types import TracebackType
from typing import Any

import structlog

from bot.app.loglines import TRACE, Lines
from bot.config import veil

FORM = "WIREWATCH_LOG"
LEVEL = "WIREWATCH_LOG_LEVEL"
_LEVELS = {
    "debug": logging.DEBUG,
    "info": logging.INFO,
    "warning": logging.WARNING,
    "error": logging.ERROR,
}
_QUIET = ("httpx", "httpcore", "telegram", "slack_sdk", "slack_bolt", "aiohttp", "hpack", "apprise")
"""Libraries that write addresses, headers and bodies of requests to their logs."""
_PROXIES = ("HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY")


def write_logs(level: int = logging.INFO, *, lasting: bool = False) -> None:
    """Set up logging for this process. ``lasting``: a running bot, whose log a program may read."""
    _hide_proxies(os.environ)
    level = _LEVELS.get(os.environ.get(LEVEL, "").strip().lower(), level)
    form = os.environ.get(FORM, "").strip().lower()
    as_json = form == "json" or (form != "text" and lasting and not sys.stderr.isatty())
    lines = Lines(sys.stderr, as_json=as_json, clock=time.monotonic, now=lambda: datetime.now(UTC))
    _take_structlog(lines, level)
    _take_standard(lines, level)
    _take_crashes(lines)
    _leave_no_dump()
    atexit.register(lines.finish)


def is_for_programs() -> bool:
    """Tell whether the log is JSON: then nothing but JSON belongs on standard error."""
    return any(isinstance(each, _Bridge) and each.lines.as_json for each in logging.getLogger().handlers)


def _hide_proxies(environ: Mapping[str, str]) -> None:
    for name in _PROXIES:
        for spelling in (name, name.lower()):
            veil.learn({name: veil.login_of(environ.get(spelling, ""))})


def _leave_no_dump() -> None:
    """A dump of the memory would hold every secret."""
    _, hard = resource.getrlimit(resource.RLIMIT_CORE)
    with suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_CORE, (0, hard))


def _take_structlog(lines: Lines, level: int) -> None:
    def write(_: Any, __: str, row: Any) -> Any:
        if trace := row.pop("exception", ""):
            row[TRACE] = trace
        lines.write(row)
        raise structlog.DropEvent

    structlog.configure(
        processors=[structlog.processors.add_log_level, structlog.processors.format_exc_info, write],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.ReturnLoggerFactory(),
        cache_logger_on_first_use=False,
    )


class _Bridge(logging.Handler):
    """Brings what the standard library's loggers say to the same lines."""

    def __init__(self, lines: Lines) -> None:
        super().__init__()
        self.lines = lines

    def emit(self, record: logging.LogRecord) -> None:
        """Write one record."""
        try:
            event = record.getMessage()
        except Exception:  # noqa: BLE001  a line that can't be formatted is a line all the same
            event = str(record.msg)
        row: dict[str, object] = {"level": record.levelname.lower(), "event": event, "logger": record.name}
        if record.exc_info:
            row[TRACE] = logging.Formatter().formatException(record.exc_info)
        self.lines.write(row)


def _take_standard(lines: Lines, level: int) -> None:
    root = logging.getLogger()
    for known in [each for each in root.handlers if isinstance(each, _Bridge)]:
        root.removeHandler(known)
    root.addHandler(_Bridge(lines))
    root.setLevel(max(level, logging.WARNING) if level > logging.DEBUG else logging.DEBUG)
    logging.getLogger("bot").setLevel(level)
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
    logging.getLogger("apscheduler").setLevel(logging.ERROR)


def _take_crashes(lines: Lines) -> None:
    """What nobody caught is an event as well: its traceback may hold what no log may."""

    def crashed(
        kind: type[BaseException], error: BaseException | None, trace: TracebackType | None, event: str
    ) -> None:
        shown = logging.Formatter().formatException((kind, error or kind(), trace))
        lines.write({"level": "critical", "event": event, "error": kind.__name__, TRACE: shown})
        lines.finish()

    def of_process(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error, trace)
        else:
            crashed(kind, error, trace, "the bot itself failed; please report this")

    def of_thread(caught: threading.ExceptHookArgs) -> None:
        if caught.exc_type is not SystemExit:
            crashed(caught.exc_type, caught.exc_value, caught.exc_traceback, "a thread of the bot failed")

    sys.excepthook = of_process
    threading.excepthook = of_thread
