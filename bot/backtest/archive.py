"""The stories of a backtest as they grow: entries, merges, and what they last matched."""

from __future__ import annotations

from dataclasses import replace

from bot.model import Entry, Facts, Match, Report, Story


class Archive:
    """Stories in memory, in the order in which their entries came."""

    def __init__(self) -> None:
        self.matches: dict[str, tuple[Match, ...]] = {}
        """Story to its matches when it was last judged, best first."""
        self._reports: dict[str, Report] = {}
        self._numbers: dict[str, int] = {}
        self._entries: dict[str, list[str]] = {}
        self._story_of: dict[str, str] = {}
        self._ended: dict[str, str] = {}
        self._headlines: dict[str, list[str]] = {}

    def __contains__(self, story: str) -> bool:
        """Tell whether a story is there and lives on under its own name."""
        return story in self._entries

    def __len__(self) -> int:
        """How many stories there are, merged ones counted once."""
        return len(self._entries)

    def add(self, story: str, report: Report) -> None:
        """Put a new entry at the end of a story."""
        name = report.entry.id
        self._numbers[name] = len(self._numbers)
        self._reports[name] = report
        self._story_of[name] = story
        self._entries.setdefault(story, []).append(name)

    def edit(self, entry: Entry, facts: Facts) -> None:
        """Put other texts and facts in the place of those that an entry had."""
        was = self._reports[entry.id].entry.title
        self._headlines.setdefault(entry.id, []).append(was)
        self._reports[entry.id] = replace(self._reports[entry.id], entry=entry, facts=facts)

    def merge(self, ended: str, into: str) -> None:
        """Let one story end in another; its entries follow, in the order in which all of them came."""
        moved = self._entries.pop(ended, [])
        self._entries[into] = sorted((*self._entries.get(into, ()), *moved), key=self._numbers.__getitem__)
        self._story_of.update(dict.fromkeys(moved, into))
        self._ended[ended] = into
        self.matches.pop(ended, None)

    def report(self, entry: str) -> Report | None:
        """Return an entry with its facts; None when it never came."""
        return self._reports.get(entry)

    def earlier(self, entry: str) -> list[str]:
        """Return the headlines that an entry had before the one it has."""
        return list(self._headlines.get(entry, ()))

    def story_of(self, entry: str) -> str:
        """Return the story in which an entry stands."""
        return self._story_of[entry]

    def get(self, story: str) -> Story:
        """Return a story as it stands now."""
        return Story(id=story, reports=tuple(self._reports[name] for name in self._entries[story]))

    def root(self, story: str) -> str:
        """Return the story that a story lives on in: itself, unless it merged."""
        while story in self._ended:
            story = self._ended[story]
        return story
