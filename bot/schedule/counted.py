"""Count how polls ended and what they brought."""

from __future__ import annotations

from bot import metrics
from bot.pipeline import PollResult


def poll_ended(result: PollResult, seconds: float) -> None:
    """One poll ended, ``seconds`` after it began."""
    metrics.count("polls_total", outcome=_outcome(result))
    metrics.observe("poll_seconds", seconds)
    if result.settled is None:
        return
    for kind, by in (("new", result.settled.new), ("edited", result.settled.edited)):
        if by:
            metrics.count("entries_total", by, kind=kind)
    if result.settled.opened:
        metrics.count("stories_total", result.settled.opened)


def _outcome(result: PollResult) -> str:
    """``new``, ``read`` (nothing new in it), ``unchanged``, ``postponed`` or ``failed``."""
    if result.settled is not None:
        return "new" if result.settled.new else "read"
    if result.unchanged or result.postponed:
        return "unchanged" if result.unchanged else "postponed"
    return "failed"
