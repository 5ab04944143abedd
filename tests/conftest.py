"""What many tests begin with."""

from __future__ import annotations

import logging
import sys
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
import structlog
from sqlalchemy import Connection

from bot.app import logs
from tests.deskwork import Desk
from tests.storing import open_store


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    opened = Desk(tmp_path)
    yield opened
    opened.close()


@pytest.fixture
def conn(tmp_path: Path) -> Iterator[Connection]:
    """The write connection of an empty store."""
    with closing(open_store(tmp_path)) as store, store.begin() as lent:
        yield lent


@pytest.fixture(autouse=True)
def logs_as_before() -> Iterator[None]:
    """A command writes its logs to the standard error of its time; the next test has another."""
    root, hooks = logging.getLogger(), (sys.excepthook, threading.excepthook)
    names = [None, "bot", "apscheduler", *logs._QUIET]
    levels = {name: logging.getLogger(name).level for name in names}
    plain_logs()
    yield
    plain_logs()
    for handler in [each for each in root.handlers if isinstance(each, logs._Bridge)]:
        root.removeHandler(handler)
    for name, level in levels.items():
        logging.getLogger(name).setLevel(level)
    sys.excepthook, threading.excepthook = hooks


def plain_logs() -> None:
    """structlog as it comes, but an exception without its locals: rich takes a minute to draw a pipeline's."""
    structlog.reset_defaults()
    *before, _ = structlog.get_config()["processors"]
    plain = structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)
    structlog.configure(processors=[*before, plain])
