"""A bot that says too much, for tests of what keeps its secrets in: imported by a forked process before it starts.

Every logger speaks at every level, whatever it was told; a round of the bot breaks with all secrets in its words, and
so do the polls of a source, what the terminal is told, and the bot's end.
"""

from __future__ import annotations

import logging
import os
from typing import Any

from bot.app import App
from bot.app.rounds import Rounds
from bot.channels.console import Console
from bot.pipeline import Pipeline, PollResult
from bot.store.sources import SourceState

SECRET = ("TOKEN", "KEY", "_URL", "_PROXY")

_jobs, _close, _poll = Rounds.jobs, App.close, Pipeline.poll


def everything() -> str:
    """All that the environment keeps, as a careless error would put it."""
    return " ".join(value for name, value in os.environ.items() if any(part in name for part in SECRET))


async def _blab() -> None:
    logging.getLogger("httpx").info("HTTP Request: %s", everything())
    logging.getLogger("slack_sdk.web").debug("headers: %r", {"Authorization": f"Bearer {everything()}"})
    raise RuntimeError(everything())


def _more_jobs(self: Rounds) -> dict[str, Any]:
    return dict(_jobs(self)) | {"blab": (0.5, _blab)}


async def _poll_badly(self: Pipeline, state: SourceState) -> PollResult:
    if state.id == "nobody":
        raise RuntimeError(everything())
    return await _poll(self, state)


async def _send_badly(self: Console, *_: object, **__: object) -> None:
    raise RuntimeError(everything())


async def _break_down(self: App) -> None:
    await _close(self)
    raise ValueError(everything())


def _speaks(self: logging.Logger, level: int) -> bool:
    """All but the log of every row that is read: it would fill minutes."""
    return not self.name.startswith("sqlalchemy")


Rounds.jobs = _more_jobs  # type: ignore[method-assign]
App.close = _break_down  # type: ignore[method-assign]
Pipeline.poll = _poll_badly  # type: ignore[method-assign]
Console.send = _send_badly  # type: ignore[method-assign, assignment]
logging.Logger.isEnabledFor = _speaks  # type: ignore[method-assign]
logging.Logger.addFilter = lambda *_: None  # type: ignore[method-assign]
logging.Logger.handle = logging.Logger.callHandlers  # type: ignore[method-assign]
