"""The event loop's own watch: how late it comes to things, and what it does when it comes to nothing any more."""

from __future__ import annotations

import sys
import threading
import time
import traceback

import structlog

from bot import metrics

log = structlog.get_logger()

EVERY = 1.0
"""Seconds between two turns of the loop that are measured."""
STANDS = 10.0
"""After so many seconds without a turn the loop stands: what it does is written to the log, once."""


class Watchdog:
    """Watches the loop on whose thread it is made, from a thread of its own. ``turn`` is called every second."""

    def __init__(self, *, stands: float = STANDS) -> None:
        self._stands = stands
        self._thread = threading.get_ident()
        self._last = time.monotonic()
        self._barked = False
        self._ended = threading.Event()

    def start(self) -> None:
        """Begin to watch."""
        self._last = time.monotonic()
        threading.Thread(target=self._watch, name="watchdog", daemon=True).start()

    async def turn(self) -> None:
        """Note that the loop turns, and how late."""
        now = time.monotonic()
        stood = now - self._last
        metrics.observe("loop_late_seconds", max(0.0, stood - EVERY))
        if self._barked:
            self._barked = False
            log.warning("the event loop turns again", seconds=round(stood))
        self._last = now

    def stop(self) -> None:
        """Watch no longer."""
        self._ended.set()

    def _watch(self) -> None:
        while not self._ended.wait(min(EVERY, self._stands / 4)):
            stood = time.monotonic() - self._last
            if stood > self._stands and not self._barked:
                self._barked = True
                log.error("the event loop stands", seconds=round(stood), stack=self._stack())

    def _stack(self) -> str:
        """What the loop's thread does at this moment: places in files, no values."""
        frame = sys._current_frames().get(self._thread)  # noqa: SLF001  the only way
        return "".join(traceback.format_stack(frame)) if frame is not None else ""
