"""Named places at which a test may end the process as a power cut does; in production each of them does nothing."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Mapping

VARIABLE = "WIREWATCH_CRASH_AT"
"""``NAME:N``: the process ends itself by SIGKILL when it passes the point NAME for the Nth time."""

POINTS: tuple[str, ...] = ()
"""Every point, in the order of one poll and its sends."""

_passing: Callable[[str], None] | None = None


def crashpoint(name: str) -> None:
    """Mark a place; nothing happens unless ``arm`` was told to end the process here."""
    if _passing is not None:
        _passing(name)


def arm(environ: Mapping[str, str]) -> None:
    """Read from the environment where to end; ValueError for a point that there isn't."""
    global _passing  # noqa: PLW0603  one process, one place to end
    wanted = environ.get(VARIABLE, "")
    if not wanted:
        _passing = None
        return
    name, _, count = wanted.partition(":")
    if name not in POINTS:
        raise ValueError(f"{VARIABLE}: there is no point '{name}'")
    left = int(count or 1)

    def passing(here: str) -> None:
        nonlocal left
        if here == name:
            left -= 1
            if left <= 0:
                os.kill(os.getpid(), signal.SIGKILL)

    _passing = passing
