"""Keep the pauses short in which the bot answers nobody."""

from __future__ import annotations

import gc
import sys

_USUAL = (700, 10, 10)
_TURN = 0.001
"""Seconds after which a thread that computes lets another one have its turn."""


def take_short_turns() -> None:
    """Let nobody wait long for a thread that computes: one that loads what is remembered, or decides a poll.

    Everything else waits for a turn at each thing it reads or writes: a fifth of the usual wait is short enough for
    hundreds of connections.
    """
    sys.setswitchinterval(_TURN)


def keep_pauses_short() -> None:
    """Set up this process, once what it holds for long is loaded.

    The collector of unused objects need not look again and again at tables, watchlist and index, which takes a
    good part of a second.
    """
    gc.set_threshold(*_USUAL)
    gc.collect()
    gc.freeze()
