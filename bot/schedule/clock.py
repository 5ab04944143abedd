"""The time of day, and what becomes of it when somebody sets it.

Whatever counts seconds here counts them monotonically. The time of day is for what people see and say, and for what
must outlive the process: when a source is due, until when a delivery is leased.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import structlog

log = structlog.get_logger()

EARLIEST = datetime(2026, 1, 1, tzinfo=UTC)
"""No clock that says less can be right: the bot is younger. A machine without a battery starts in 1970."""
NOTICED = timedelta(seconds=2)
"""What the clock may differ from the seconds that passed between two looks; the rest is a jump."""


def _wall() -> datetime:
    return datetime.now(UTC)


class Clock:
    """The time, in UTC. While the machine's own clock can't be right, it goes on from the last time that could be."""

    def __init__(
        self, wall: Callable[[], datetime] = _wall, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._wall = wall
        self._monotonic = monotonic
        self._last = (EARLIEST, monotonic())
        self._doubted = False

    def __call__(self) -> datetime:
        """Return the time."""
        wall, ticks = self._wall(), self._monotonic()
        if wall >= EARLIEST:
            self._last, self._doubted = (wall, ticks), False
            return wall
        now = self._last[0] + timedelta(seconds=ticks - self._last[1])
        if not self._doubted:
            self._doubted = True
            log.error(
                "this machine's clock can't be right and is not believed: set it",
                it_says=wall.isoformat(),
                counted_from=now.isoformat(),
            )
        return now


class JumpWatch:
    """Notices when the time of day and the seconds that passed part; ``look`` every second or so."""

    def __init__(
        self, clock: Callable[[], datetime], monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._clock = clock
        self._monotonic = monotonic
        self._last = (clock(), monotonic())

    def look(self) -> timedelta | None:
        """Return by how much the clock was set since the last look, None when it was not.

        A machine that slept looks like a clock that was set ahead: its seconds did not pass for anybody in it.
        """
        now, ticks = self._clock(), self._monotonic()
        by = (now - self._last[0]) - timedelta(seconds=ticks - self._last[1])
        self._last = (now, ticks)
        return by if abs(by) > NOTICED else None
