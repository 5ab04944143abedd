"""Made-up companies to watch, and news about them: seeded, in English and Chinese."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from random import Random

from bench.newsroom import Words
from bot.model import Tables, Ticker, Watch, Watchlist

_SECTORS = {
    False: ("Energy", "Motors", "Bio", "Cloud", "Robotics", "Foods", "Mining", "Systems", "Air", "Capital"),
    True: ("科技", "能源", "汽车", "医药", "云", "食品", "矿业", "半导体", "航空", "资本"),
}
_LETTERS = "ABCDEFGHJKLMNPRSTUVWXYZ"
_WATCHED = 1 / 3
"""The share of titles that name a watched company, as in feeds that were chosen for them."""
_TELLING = 0.5
"""The share of titles with a word of an event."""


def watchlist_of(count: int, tables: Tables, *, seed: int = 7) -> Watchlist:
    """Return a watchlist of so many terms; the same seed gives the same one.

    Every fifth company is known by a common word as well, which counts beside one of three words of context.
    """
    making = _Making(tables, Random(seed))  # noqa: S311  made-up companies, no secrets
    watches: dict[str, Watch] = {}
    left = count
    while left > 0:
        watch = making.watch(len(watches))
        watches[watch.id] = watch
        left -= len(list(terms_of(watch))) + len(watch.tickers)
    return Watchlist(watches=watches)


def terms_of(watch: Watch) -> Iterator[str]:
    """Yield the words that a watch looks for, as a matcher without rules would be given them."""
    yield from (watch.name, *watch.names.values(), *watch.aliases, *watch.products)
    yield from (*watch.likely, *watch.weak, *watch.context, *watch.exclude)


class _Making:
    def __init__(self, tables: Tables, chance: Random) -> None:
        self._chance = chance
        self._words = {
            chinese: Words(tables.frequencies, chance, chinese=chinese) for chinese in (False, True)
        }

    def watch(self, number: int) -> Watch:
        chinese, english = self._name(chinese=True), self._name(chinese=False)
        watch = Watch(
            id=f"company{number}",
            name=english,
            names={"zh": chinese},
            aliases=(f"{english} {self._sector(chinese=False)}", chinese + self._sector(chinese=True)),
            products=(f"{self._name(chinese=False)} {self._chance.randint(2, 9)}",),
            tickers=(self._ticker(),) if number % 2 else (),
        )
        return watch if number % 5 else self._ambiguous(watch, chinese=number % 10 == 0)

    def _ambiguous(self, watch: Watch, *, chinese: bool) -> Watch:
        common = self._words[chinese].any()
        return replace(
            watch,
            weak=(common if chinese else common.capitalize(),),
            context=tuple(self._words[chinese].any() for _ in range(3)),
            exclude=(common + ("" if chinese else " ") + self._words[chinese].any(),),
        )

    def _name(self, *, chinese: bool) -> str:
        if chinese:
            return self._words[True].any() + self._words[True].any()
        return (self._words[False].name() + self._words[False].name()).capitalize()

    def _sector(self, *, chinese: bool) -> str:
        return self._chance.choice(_SECTORS[chinese])

    def _ticker(self) -> Ticker:
        return Ticker("NASDAQ", "".join(self._chance.choice(_LETTERS) for _ in range(4)))


class Press:
    """Titles and texts, a third of them about companies of a watchlist."""

    def __init__(self, tables: Tables, watchlist: Watchlist, *, seed: int = 11) -> None:
        chance = self._chance = Random(seed)  # noqa: S311  made-up news, no secrets
        self._watches = list(watchlist.watches.values())
        self._words = {
            chinese: Words(tables.frequencies, chance, chinese=chinese) for chinese in (False, True)
        }
        events = [word for words in tables.events.values() for word in words if not set(word) & set("!*~")]
        self._events = {
            chinese: [word for word in events if word.isascii() != chinese] for chinese in (False, True)
        }

    def titles(self, count: int) -> list[str]:
        """Return so many titles."""
        return [self._sentence(*self._about()) for _ in range(count)]

    def texts(self, count: int, size: int = 5_000) -> list[str]:
        """Return so many texts of ``size`` bytes in UTF-8, in paragraphs of four sentences."""
        return [self._text(size) for _ in range(count)]

    def _text(self, size: int) -> str:
        chinese, names = self._about()
        parts: list[str] = []
        length = 0
        while length < size:
            sentence = self._sentence(chinese, names if self._chance.random() < 0.25 else ())
            parts.append(sentence + ("。" if chinese else ". ") + ("\n" if len(parts) % 4 == 3 else ""))
            length += len(parts[-1].encode())
        return "".join(parts).encode()[:size].decode(errors="ignore")

    def _about(self) -> tuple[bool, tuple[str, ...]]:
        """The language of a piece of news and the names of the company that it is about, if of any."""
        chinese = self._chance.random() < 0.6
        if self._chance.random() >= _WATCHED:
            return chinese, ()
        watch = self._chance.choice(self._watches)
        names = (watch.name, *watch.names.values(), *watch.aliases, *watch.weak)
        return chinese, tuple(name for name in names if name.isascii() != chinese) or (watch.name,)

    def _sentence(self, chinese: bool, names: tuple[str, ...]) -> str:
        words = [self._words[chinese].draw() for _ in range(self._chance.randint(6, 10))]
        if names:
            words.insert(self._chance.randrange(3), self._chance.choice(names))
        if self._chance.random() < _TELLING:
            words.insert(self._chance.randrange(len(words)), self._chance.choice(self._events[chinese]))
        said = ("" if chinese else " ").join(words)
        return said[:1].upper() + said[1:]
