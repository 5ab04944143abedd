"""The configuration that a question is answered with: that on disk, or the last good one where that is broken."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path

from bot.config import Configuration, load, load_kept
from bot.config.veil import masked
from bot.errors import ConfigError


def in_force(
    config: Path, state: Path, *, say: Callable[[tuple[str, ...]], None] | None = None
) -> tuple[Configuration, tuple[str, ...]]:
    """Return the configuration and what is wrong with that on disk, which ``say`` says (on standard error).

    Raises ConfigError where there is no last good one.
    """
    try:
        return load(config, environ=os.environ), ()
    except ConfigError as error:
        kept = load_kept(config, state, environ=os.environ)
        if kept is None:
            raise
        faults = tuple(str(fault) for fault in error.faults)
        (say or say_faults)(faults)
        return kept, faults


def say_faults(faults: tuple[str, ...]) -> None:
    """Print what is wrong with the files on disk."""
    print("note: the configuration on disk is broken; the last good one is used:", file=sys.stderr)
    for fault in faults:
        print(masked(f"  {fault}"), file=sys.stderr)
