"""News made up for measuring: a seeded stream of English and Chinese titles, some with texts, told by many sources.

Words are drawn from the shipped table of frequencies as often as real news uses them, with a long tail of made-up
names. Each story has words of its own; every title of it keeps most of them, drops, replaces and reorders some.
"""

from __future__ import annotations

from bisect import bisect
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from random import Random

from bot.model import Entry, Tables, Watchlist
from bot.text import is_cjk

NOON = datetime(2026, 5, 20, 12, tzinfo=UTC)
SPAN = timedelta(hours=70)
"""All entries lie within the three days of a window."""
SOURCES = 120
WITH_TEXT = 0.2
_SYLLABLES = [start + end for start in "bcdfghklmnprstvz" for end in ("a", "e", "i", "o", "an", "or", "el")]
_SIGNS = "安博达恩芬格豪佳凯莱曼诺欧派瑞森泰维夏雅卓"
_WHOLE = 0.06
"""The share of titles that repeat another of their story word for word, as copies of a wire report do."""


@dataclass(frozen=True, slots=True)
class Made:
    """One made-up entry and the number of the story that it tells."""

    story: int
    entry: Entry


def in_time(made: Sequence[Made]) -> list[Made]:
    """Return entries in the order of their times."""
    return sorted(made, key=lambda one: (one.entry.time, one.entry.id))


class Words:
    """Words drawn as often as they stand in the table; every tenth is a made-up name from an endless tail."""

    def __init__(self, counts: Mapping[str, int], chance: Random, *, chinese: bool) -> None:
        wanted = [
            word for word in counts if (is_cjk(word[0]) if chinese else word.isascii()) and len(word) > 1
        ]
        self._words = wanted
        self._sums = list(accumulate(counts[word] for word in wanted))
        self._chance = chance
        self._chinese = chinese

    def draw(self) -> str:
        """Return one word."""
        if self._chance.random() < 0.1:
            return self.name()
        return self._words[bisect(self._sums, self._chance.random() * self._sums[-1])]

    def any(self) -> str:
        """Return a word of the table, rare ones as often as common ones."""
        return self._chance.choice(self._words)

    def name(self) -> str:
        """Return a made-up name; common ones come again, rare ones hardly ever."""
        parts: Sequence[str] = _SIGNS if self._chinese else _SYLLABLES
        length = 3
        return "".join(parts[int(len(parts) * self._chance.random() ** 1.5)] for _ in range(length))


@dataclass(slots=True)
class Tale:
    """One story: what its titles draw from, and what was written of it so far."""

    number: int
    chinese: bool
    start: timedelta
    words: list[str]
    titles: list[str] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)


class Newsroom:
    """A seeded stream of made-up news; the same seed gives the same stream.

    Companies of the watchlist stand in a third of the stories, as in feeds that were chosen for them.
    """

    def __init__(self, tables: Tables, watchlist: Watchlist, *, seed: int = 7) -> None:
        self._chance = Random(seed)  # noqa: S311  made-up news, no secrets
        self._words = {
            chinese: Words(tables.frequencies, self._chance, chinese=chinese) for chinese in (False, True)
        }
        self._companies = {
            chinese: [
                name
                for watch in watchlist.watches.values()
                for name in (watch.name, *watch.aliases)
                if name and is_cjk(name[0]) == chinese
            ]
            for chinese in (False, True)
        }

    def entries(self, count: int) -> list[Made]:
        """Return so many entries, story by story (1 to 30 each): the first ones are a smaller newsroom's."""
        made: list[Made] = []
        number = 0
        while len(made) < count:
            made.extend(self._told(self._tale(number, SPAN)))
            number += 1
        return made[:count]

    def _tale(self, number: int, span: timedelta) -> Tale:
        chance = self._chance
        chinese = chance.random() < 0.6
        words = [self._words[chinese].draw() for _ in range(chance.randint(6, 10))]
        words.append(self._words[chinese].name())
        if chance.random() < 0.35 and self._companies[chinese]:
            words.insert(0, chance.choice(self._companies[chinese]))
        if chance.random() < 0.4:
            words.append(self._figure(chinese=chinese))
        return Tale(number, chinese, span * chance.random(), words)

    def _figure(self, *, chinese: bool) -> str:
        value = self._chance.choice([3, 5, 8, 12, 20, 35, 50, 120, 300]) + self._chance.randint(0, 9) / 10
        if self._chance.random() < 0.5:
            return f"{value}%"
        return f"{value}亿元" if chinese else f"${value} billion"

    def _told(self, tale: Tale) -> Iterator[Made]:
        """Yield the entries of one story: most stories have one, few have thirty."""
        chance = self._chance
        size = min(30, int(chance.paretovariate(1.1)))
        for place in range(size):
            later = min(timedelta(hours=chance.expovariate(1 / 6)), SPAN) if place else timedelta(0)
            time = NOON + min(tale.start + later, SPAN)
            yield Made(tale.number, self._entry(tale, place, time))

    def _entry(self, tale: Tale, place: int, time: datetime) -> Entry:
        source = f"source{self._chance.randrange(SOURCES)}"
        name = f"{tale.number}-{place}"
        link = f"https://{source}.example/{name}"
        return Entry(
            id=name,
            source=source,
            source_name=source,
            url=link,
            link=link,
            title=self._title(tale),
            body=self._text(tale) if self._chance.random() < WITH_TEXT else "",
            published=time,
            first_seen=time,
            time=time,
            lang="zh" if tale.chinese else "en",
        )

    def _title(self, tale: Tale) -> str:
        if tale.titles and self._chance.random() < _WHOLE:
            return self._chance.choice(tale.titles)
        title = self._joined(self._paraphrase(tale), chinese=tale.chinese)
        tale.titles.append(title)
        return title

    def _paraphrase(self, tale: Tale) -> list[str]:
        """Drop a quarter of the story's words, replace some, and move one to another place."""
        chance, words = self._chance, self._words[tale.chinese]
        kept = [word for word in tale.words if chance.random() > 0.25] or tale.words[:1]
        said = [words.draw() if chance.random() < 0.15 else word for word in kept]
        said.insert(chance.randrange(len(said) + 1), said.pop(chance.randrange(len(said))))
        return [*said, words.draw()]

    def _text(self, tale: Tale) -> str:
        """Return a text of the story; every third one is a copy of an earlier one."""
        if tale.texts and self._chance.random() < 0.35:
            return self._chance.choice(tale.texts)
        sentences = [self._sentence(tale) for _ in range(self._chance.randint(2, 6))]
        text = ("" if tale.chinese else " ").join(sentences)
        tale.texts.append(text)
        return text

    def _sentence(self, tale: Tale) -> str:
        words = self._words[tale.chinese]
        drawn = [
            self._chance.choice(tale.words) if self._chance.random() < 0.25 else words.draw()
            for _ in range(12)
        ]
        return self._joined(drawn, chinese=tale.chinese) + ("。" if tale.chinese else ".")

    def _joined(self, words: list[str], *, chinese: bool) -> str:
        if chinese:
            return "".join(words)
        return " ".join(words).capitalize()
