"""What people think of each story that they voted on or muted, and a change that this speaks for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from bot.commands.asking import Desk
from bot.commands.tallies import Opinion, about
from bot.model import Verdict
from bot.store import alerts, matches, stories

Heard = tuple[str, str]
"""(story, receiver)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A story at a receiver, as those who voted see it."""

    opinion: Opinion
    liked: bool
    votes: int
    """How many say so."""
    verdicts: Mapping[str, Verdict]
    """Of each watch at this receiver."""

    @property
    def heard(self) -> Heard:
        """Which story, and who."""
        return self.opinion.story.id, self.opinion.receiver


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A change of one file; ``for_it`` are the votes that speak for it, by story and receiver."""

    key: str
    """Of the phrase that says what it is."""
    values: Mapping[str, str]
    file: str
    change: Callable[[str], str]
    """The file's text to what it becomes; EditError where that can't be."""
    for_it: Mapping[Heard, int]
    more: bool = False
    """True where it brings more, False where it brings less."""

    @property
    def votes(self) -> int:
        """How many votes speak for it."""
        return sum(self.for_it.values())


def judged(desk: Desk, opinions: Iterable[Opinion], muted: Iterable[Heard] = ()) -> list[Judged]:
    """Return what was voted on, or muted as one story, at each receiver; a draw counts as liked."""
    by_story: dict[Heard, list[Opinion]] = {}
    for one in opinions:
        by_story.setdefault((one.story.id, one.receiver), []).append(one)
    found = [_voted(desk, mine) for mine in by_story.values()]
    silenced = (_muted(desk, heard) for heard in sorted(muted) if heard not in by_story)
    return [*found, *(one for one in silenced if one)]


def _voted(desk: Desk, mine: list[Opinion]) -> Judged:
    up = sum(one.liked for one in mine)
    down = len(mine) - up
    return Judged(
        opinion=mine[0],
        liked=up >= down,
        votes=max(up, down),
        verdicts=_verdicts(desk, mine[0].story.id, mine[0].receiver),
    )


def _muted(desk: Desk, heard: Heard) -> Judged | None:
    """A story that somebody muted for its receiver speaks like one 👎."""
    story, told = stories.get(desk.conn, heard[0]), alerts.told_of(desk.conn, heard[0]).get(heard[1])
    if story is None or told is None:
        return None
    opinion = about(desk, story, heard[1], who="", liked=False)
    return Judged(opinion=opinion, liked=False, votes=1, verdicts=_verdicts(desk, story.id, heard[1]))


def _verdicts(desk: Desk, story: str, receiver: str) -> dict[str, Verdict]:
    stored = (each.verdict for each in matches.verdicts_of(desk.conn, story))
    return {verdict.watch: verdict for verdict in stored if verdict.receiver == receiver}
