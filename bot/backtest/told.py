"""The messages that a backtest tells: what a line of ``plan`` says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.backtest.archive import Archive
from bot.model import DeliveryKind, Match, Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A story in a message that tells several: a digest, or what quiet hours held."""

    story: str
    score: int
    verdict: Reason
    watches: tuple[str, ...]
    title: str
    entry: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldMessage:
    """One message that a receiver would have got; of several stories, the best one stands for it."""

    time: datetime
    receiver: str
    kind: DeliveryKind
    verdict: Reason
    score: int
    story: str
    watches: tuple[str, ...]
    title: str
    entry: str
    """The entry that led to it, whose headline ``title`` is."""
    stories: tuple[Listed, ...] = ()
    """All stories, best first, where the message tells several."""

    @property
    def alone(self) -> Listed:
        """The line of the story that stands for the message."""
        return Listed(
            story=self.story,
            score=self.score,
            verdict=self.verdict,
            watches=self.watches,
            title=self.title,
            entry=self.entry,
        )


def line_of(archive: Archive, story: str, shown: Sequence[Match], reason: Reason, entry: str = "") -> Listed:
    """Return one line for a story; without ``entry`` the report that scored best stands for it."""
    entry = entry or (shown[0].entry if shown else archive.get(story).root.entry.id)
    report = archive.report(entry)
    return Listed(
        story=story,
        score=shown[0].score if shown else 0,
        verdict=reason,
        watches=tuple(match.watch for match in shown),
        title=report.entry.title if report else "",
        entry=entry,
    )
