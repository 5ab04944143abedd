"""Many small hosts on loopback, in a process of their own: what ``bench.polling`` polls.

Every source has a path. A round is a state of the world: in round 0 all feeds are there for the first time, in each
later round a fifth of them have two new entries and the others have not changed. From the third round on some
hosts accept connections and never answer. The server is written by hand so that it takes little of the processors
that it shares with the bot.
"""

from __future__ import annotations

import argparse
import asyncio
import gzip
import json
import resource
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from random import Random
from socket import create_connection
from subprocess import PIPE, Popen
from xml.sax.saxutils import escape

from bench.newsroom import Made, Newsroom, Words
from bot.config import load, load_tables
from bot.match import Matcher
from bot.model import Entry

ROOT = Path(__file__).parents[1]
LIVELY = 5
"""Every fifth source has news in each round."""
PER_HOST = 4
ENTRIES = 20
NEW = 2
ROUNDS = 3
SIZE = 60_000
"""Bytes of a lively source's feed, unpacked."""
_SENTENCES = 20_000
_PICTURE = (
    '<figure class="wide"><img src="/images/1.jpg" width="1024" height="683" alt="" loading="lazy" '
    'style="max-width:100%;height:auto" /><figcaption><em>Photo</em></figcaption></figure>\n'
)
_PARAGRAPH = (
    '<p class="text">{} <a href="/more?from=feed&amp;at=2" target="_blank"><strong>more</strong></a></p>\n'
)
"""Marked up as the texts of real feeds are."""
_HEAD = '<?xml version="1.0" encoding="utf-8"?>\n<rss version="2.0"><channel><title>{}</title>'
_END = "</channel></rss>\n"


@dataclass(frozen=True, slots=True)
class World:
    """Which sources there are: ``count`` of them, the last ``hanging`` on hosts that stop answering."""

    count: int
    hanging: int

    def is_lively(self, number: int) -> bool:
        """Tell whether a source has two new entries in every round."""
        return number % LIVELY == 0

    def is_hanging(self, number: int) -> bool:
        """Tell whether a source's host stops answering in the last round."""
        return number >= self.count - self.hanging

    @property
    def lively(self) -> int:
        """How many sources have news in each round."""
        return len(range(0, self.count, LIVELY))

    def host(self, number: int) -> str:
        """Return the name of a source's host: four sources share one, a hanging source has its own."""
        if self.is_hanging(number):
            return f"tarpit{number}.example"
        return f"press{number % -(-(self.count - self.hanging) // PER_HOST)}.example"


def address_of(host: str) -> str:
    """Return a loopback address for a host name, spread over 127.1.0.0 to 127.199.255.255."""
    seed = sum(ord(letter) * 31**place for place, letter in enumerate(host))
    return f"127.{seed % 199 + 1}.{seed // 199 % 256}.{seed // 50_000 % 254 + 1}"


@dataclass(frozen=True, slots=True)
class Answered:
    """What a publisher did since it began; ``spent`` is in seconds of processor time."""

    full: int
    unchanged: int
    hung: int
    spent: float


class Press:
    """Writes the feeds: packed bodies, by source and round; the same every time."""

    def __init__(self, world: World, *, seed: int = 11) -> None:
        tables = load_tables()
        self._world = world
        self._chance = Random(seed)  # noqa: S311  made-up news, no secrets
        self._words = {
            chinese: Words(tables.frequencies, self._chance, chinese=chinese) for chinese in (False, True)
        }
        watchlist = load(ROOT / "config", environ={}).watchlist
        self._matcher = Matcher(watchlist, tables)
        nobody = replace(watchlist, watches={})
        wanted = world.lively * (ENTRIES + NEW * (ROUNDS - 1)) + world.count
        self._news = _shuffled(
            self._chance,
            Newsroom(tables, watchlist).entries(wanted * 2 // 10 + 1),
            Newsroom(tables, nobody, seed=seed).entries(wanted),
        )
        self._sentences = {
            chinese: [self._sentence(chinese=chinese) for _ in range(min(_SENTENCES, 20 * world.count))]
            for chinese in self._words
        }
        self._now = datetime.now(UTC)

    def feeds(self, number: int) -> list[bytes]:
        """Return a source's packed bodies: one for each round if it is lively, else a single one."""
        title = _HEAD.format(f"Source {number}")
        if not self._world.is_lively(number):
            return [_packed([title, self._item(number, 1), _END])]
        items = [self._item(number, age) for age in range(ENTRIES + NEW * (ROUNDS - 1))]
        latest = [items[NEW * (ROUNDS - 1 - at) :][:ENTRIES] for at in range(ROUNDS)]
        return [_packed([title, *shown, _END]) for shown in latest]

    def _item(self, number: int, age: int) -> str:
        entry = next(self._news)
        link = f"https://press.example/{number}/{age}"
        text = escape(self._text(entry.body, chinese=entry.lang == "zh"))
        return (
            f"<item><title>{escape(entry.title)}</title><link>{link}</link><guid>{link}</guid>"
            f"<pubDate>{format_datetime(self._now - timedelta(hours=age))}</pubDate>"
            f"<description>{text}</description></item>\n"
        )

    def _text(self, told: str, *, chinese: bool) -> str:
        """Return what an entry tells, and as much more as stands in a feed with whole texts."""
        text = _PICTURE + _PARAGRAPH.format(told)
        while len(text.encode()) < SIZE / ENTRIES - 600:
            paragraph = "".join(self._chance.choice(self._sentences[chinese]) for _ in range(3))
            text += _PARAGRAPH.format(paragraph)
        return text

    def _sentence(self, *, chinese: bool) -> str:
        """Return a sentence that is about nobody who is watched."""
        words = self._words[chinese]
        while True:
            drawn = [words.draw() for _ in range(14)]
            text = "".join(drawn) + "。" if chinese else " ".join(drawn).capitalize() + ". "
            if not self._matcher.sightings(text).mentions:
                return text


def _shuffled(chance: Random, some: Sequence[Made], rest: Sequence[Made]) -> Iterator[Entry]:
    """Yield entries of two newsrooms, each in its order: a fifth from the first one."""
    first, second = iter(some), iter(rest)
    for _ in rest:
        made = next(first, None) if chance.random() < 0.2 else next(second)
        yield (made or next(second)).entry


def _packed(parts: Sequence[str]) -> bytes:
    return gzip.compress("".join(parts).encode(), compresslevel=6, mtime=0)


class Publisher:
    """What every path answers at the moment, and what was answered so far."""

    def __init__(self, world: World) -> None:
        self.world = world
        press = Press(world)
        self._feeds = [press.feeds(number) for number in range(world.count)]
        self.round = 0
        self.full = self.unchanged = self.hung = 0

    def answer(self, path: bytes, etag: bytes) -> bytes | None:
        """Return the whole answer; None: there will never be one."""
        if path == b"/next":
            return self._next()
        number = int(path.rpartition(b"/")[2])
        if self.round == ROUNDS - 1 and self.world.is_hanging(number):
            self.hung += 1
            return None
        feeds = self._feeds[number]
        at = min(self.round, len(feeds) - 1)
        mark = f'"{number}-{at}"'.encode()
        if etag == mark:
            self.unchanged += 1
            return b"HTTP/1.1 304 Not Modified\r\nETag: " + mark + b"\r\nConnection: close\r\n\r\n"
        self.full += 1
        head = (
            "HTTP/1.1 200 OK\r\nContent-Type: application/rss+xml\r\nContent-Encoding: gzip\r\n"
            f"Content-Length: {len(feeds[at])}\r\nETag: {mark.decode()}\r\nConnection: close\r\n\r\n"
        )
        return head.encode() + feeds[at]

    def _next(self) -> bytes:
        self.round += 1
        used = resource.getrusage(resource.RUSAGE_SELF)
        spent = used.ru_utime + used.ru_stime
        return json.dumps(asdict(Answered(self.full, self.unchanged, self.hung, spent))).encode()


class _Connection(asyncio.Protocol):
    """One request and its answer."""

    def __init__(self, publisher: Publisher) -> None:
        self._publisher = publisher
        self._heard = b""
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._heard += data
        if b"\r\n\r\n" not in self._heard or self._transport is None:
            return
        path = self._heard.split(b" ", 2)[1]
        _, found, rest = self._heard.lower().partition(b"\r\nif-none-match:")
        etag = rest.partition(b"\r\n")[0].strip() if found else b""
        answer = self._publisher.answer(path, etag)
        if answer is not None:
            self._transport.write(answer)
            self._transport.close()


async def _serve(world: World) -> None:
    """Answer until the input ends, which it does with the process that started this one."""
    publisher = Publisher(world)
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: _Connection(publisher), "0.0.0.0", 0, backlog=4_096)  # noqa: S104  all of 127.0.0.0/8
    sys.stdout.write(f"{server.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    await asyncio.to_thread(sys.stdin.read)
    server.close()


@dataclass(frozen=True, slots=True)
class Remote:
    """The publisher's process, as others see it."""

    port: int

    def next_round(self) -> Answered:
        """Begin the next round; return what was answered so far."""
        with create_connection(("127.0.0.1", self.port), timeout=30) as asking:
            asking.sendall(b"GET /next HTTP/1.1\r\n\r\n")
            answer = b"".join(iter(lambda: asking.recv(4_096), b""))
        return Answered(**json.loads(answer))


@contextmanager
def publishing(world: World) -> Iterator[Remote]:
    """Run a publisher in a process of its own; it ends with the block, or when this process does."""
    command = [sys.executable, "-m", "bench.publisher"]
    asked = ["--sources", str(world.count), "--hanging", str(world.hanging)]
    with Popen([*command, *asked], stdin=PIPE, stdout=PIPE, text=True, cwd=ROOT) as running:  # noqa: S603  our own module
        try:
            assert running.stdout is not None
            line = running.stdout.readline()
            if not line:
                raise RuntimeError(f"the publisher did not start; {' '.join(command)} says why")
            yield Remote(int(line))
        finally:
            running.kill()


def main() -> None:
    """Read the arguments and serve."""
    parser = argparse.ArgumentParser(prog="python -m bench.publisher", description=__doc__)
    parser.add_argument("--sources", type=int, default=1_000, metavar="N", help="how many sources there are")
    parser.add_argument("--hanging", type=int, default=0, metavar="N", help="how many of them stop answering")
    asked = parser.parse_args()
    asyncio.run(_serve(World(asked.sources, asked.hanging)))


if __name__ == "__main__":
    main()
