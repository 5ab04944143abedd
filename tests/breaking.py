"""Broken configuration files, made from good ones: every way in which people, editors and disks break them.

``broken_files(seed, count)`` yields files each of which must be refused: what is broken, in which file, its bytes,
in which line, and words of which one stands in what is said of it.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, islice

WIREWATCH = """\
# how it works, and who hears
timezone: Asia/Shanghai
polling: {every: 5m, min: 1m, max: 6h, concurrency: 32, per_host: 2, timeout: 30s, max_body: 10MiB}
stories: {window: 3d}
receivers:
  terminal: {via: console, language: en}
  desk:
    via: telegram
    chat: -1001234567890
    language: zh
    timezone: Asia/Hong_Kong
    at_most: 20/d
    quiet_hours: {from: "22:00", until: "07:30", unless_score: 90}
routes:
  - {name: earnings, watches: [acme], events: [earnings, merger], min_score: important, to: [desk]}
  - name: rest
    tags: [ai]
    sources: [wire]
    languages: [en]
    max_age: 12h
    to: [terminal]
    digest: {at: "08:30", days: mon-fri}
access: {telegram: {admins: [4242]}}
operator: {to: [desk], heartbeat: "09:00"}
retention: {entries: 180d}
"""
SOURCES = """\
# what to poll
sources:
  - {id: wire, name: Wire, url: "https://wire.example/feed", weight: 1.0, language: en, tags: [china], every: 15m}
  - id: newsroom
    name: 新闻中心
    url: "https://newsroom.example/news"
    kind: page
    item: "article"
    title: "h3"
    link: "a"
"""
WATCHLIST = """\
# what to look for
watches:
  acme:
    name: Acme
    aliases: [艾克米, Acme Holdings]
    likely: [艾克]
    products: [RoadRunner One]
    people: [Jane Doe]
    tickers: ["NYSE:ACME", "9999.HK"]
    context: [robots, 机器人]
    exclude: [Acme Markets]
    min_score: 50
    tags: [ai]
  globex: {name: Globex, aliases: [格洛贝克斯], weak: [GLX]}
  export-controls:
    name: Export controls
    all: [[export control, "@acme"], [chip, 芯片]]
"""
EVENTS = """\
# event words
layoffs:
  en: [job cuts, layoffs]
  zh: [裁员]
"""
GOOD = {
    "wirewatch.yaml": WIREWATCH, "sources.yaml": SOURCES, "watchlist.yaml": WATCHLIST, "events.yaml": EVENTS,
}  # fmt: skip
SECRET = "123456789:AAExampleExampleExampleExampleExample"

_DURATIONS = ["0s", "5", "five minutes", "-5m", "999999d", "[5m]", "{a: 1}", "５m", "true"]
_NUMBERS = ["many", "[1]", "true", "1.5.2", '"12"']
_TEXTS = ["[a]", "{a: 1}", "5", "true", "12.5"]
_LISTS = ["5", "true", "{a: 1}", "[{a: 1}]", "[5]", "[true]"]
_CLOCKS = ["25:00", "8", "noon", "08:60", '"2026-13-45"', "[8]", "1830"]
_ZONES = ["Mars/Base", "../../etc/passwd", "/etc/localtime", "8", "[UTC]", '"Asia/Shanghai "x', "CEST+25"]
_BAD: dict[str, list[str]] = {
    **dict.fromkeys(("every", "min", "max", "timeout", "window", "max_age", "entries"), _DURATIONS),
    **{key: [*_NUMBERS, "-1", "0.5", "9" * 40] for key in ("concurrency", "per_host")},
    **{key: [*_NUMBERS, "101", "-1", "5.5", "loud", "9" * 40] for key in ("min_score", "unless_score")},
    **dict.fromkeys(("aliases", "products", "people", "likely", "weak", "context", "exclude"), _LISTS),
    **{key: [*_LISTS, "[nobody-of-this-name]"] for key in ("watches", "events", "to", "sources")},
    **dict.fromkeys(("at", "heartbeat", "from", "until"), _CLOCKS),
    "tickers": ["[9988]", "[0700]", "[BABA:NYSE:X]", "5", "[[a]]"],
    "timezone": _ZONES,
    "language": ["fr", "english", "no", "[en]", "1"],
    "languages": ["[fr]", "en", "[no]", "5"],
    "via": ["pigeon", "1", "[console]", "{a: 1}"],
    "chat": ["[1]", "{a: 1}", "true"],
    "at_most": ["20", "20/week", "0/d", "-1/d", "many", "[20/d]"],
    "max_body": ["10", "10MB", "0MiB", "9999GiB", "ten", "[1MiB]"],
    "days": ["weekdays", "mon-fry", "[monday]", "1"],
    "admins": ["4242", "[[1]]", "{a: 1}"],
    "weight": ["heavy", "[1]", "true", "-1", "99", "1e300"],
    "url": ["not an address", "ftp://wire.example/feed", '"javascript:alert(1)"', '"http://"', "5", "[x]",
            '"https://me:secret@wire.example/"'],
    "id": ["[a]", "{a: 1}", "'two words'", "x" * 81, "''"],
    "kind": ["xml", "5", "[page]"],
    "item": ['"((("', '"div["', "[a]", "5"],
    "name": ["[a]", "{a: 1}", '"\\ud800"'],
    "en": ["5", "job cuts", "[{a: 1}]", "[5]"],
    "zh": ["5", "裁员", "[[a]]"],
}  # fmt: skip
_KEYS = re.compile(r"(?<![\w\"'-])(?P<key>[a-z_]+): (?=\S)")
_VALUE = re.compile(r'"[^"\n]*"|\[\[.*?\]\]|\[[^\]\n]*\]|\{[^}\n]*\}|[^,}\n]+')


@dataclass(frozen=True, slots=True)
class Broken:
    """A broken file: ``said`` of which one word must stand in a fault, ``line`` where a fault must be (0: anywhere)."""

    kind: str
    file: str
    body: bytes
    said: tuple[str, ...]
    line: int = 0

    def __str__(self) -> str:
        return f"{self.kind} in {self.file}:{self.line}"


def broken_files(seed: int, count: int) -> Iterator[Broken]:
    """Yield so many broken files, of every kind about as many."""
    chance = random.Random(seed)
    kinds = [list(kind()) for kind in _KINDS]
    for found in kinds:
        chance.shuffle(found)
    rounds = chain.from_iterable(
        [kind[at] for kind in kinds if at < len(kind)] for at in range(max(map(len, kinds)))
    )
    return islice(rounds, count)


def _line(text: str, at: int) -> int:
    return text.count("\n", 0, at) + 1


def _values() -> Iterator[tuple[str, str, str, int, int]]:
    """Every value that a key has: file, text, key, and where the value begins and ends."""
    for file, text in GOOD.items():
        for found in _KEYS.finditer(text):
            value = _VALUE.match(text, found.end())
            assert value is not None
            yield file, text, found["key"], value.start(), value.end()


def _put(kind: str, at: tuple[str, str, str, int, int], value: str, *said: str) -> Broken:
    file, text, key, start, end = at
    body = (text[:start] + value + text[end:]).encode()
    return Broken(kind, file, body, said or (key, value.strip("[]'\"")), _line(text, start))


def _wrong_values() -> Iterator[Broken]:
    for at in _values():
        for value in _BAD.get(at[2], ()):
            # A list of what it is called in a route is another key's business.
            yield _put(
                "wrong value", at, value, at[2], value.strip("[]{}'\""), "half a character", "plain text"
            )


def _typos() -> Iterator[Broken]:
    names = {"terminal", "desk", "acme", "globex", "telegram"}
    for file, text in GOOD.items():
        for found in re.finditer(r"(?<![\w\"'-])([a-z_]+):(?=\s)", text):
            key = found[1]
            if key in names or key == "layoffs":
                continue
            end = found.end(1)
            body = text[:end] + "zz" + text[end:]
            yield Broken("unknown key", file, body.encode(), (f"{key}zz",), _line(text, found.start()))


def _twice() -> Iterator[Broken]:
    for file, text in GOOD.items():
        lines = text.splitlines(keepends=True)
        for number, line in enumerate(lines):
            if found := re.match(r"\s*([\w-]+):", line):
                body = "".join([*lines[: number + 1], *lines[number:]])
                # What stands below a key that stands twice belongs to the second one.
                yield Broken("key twice", file, body.encode(), (found[1], "twice"), number + 2)


def _tabs() -> Iterator[Broken]:
    for file, text in GOOD.items():
        lines = text.splitlines(keepends=True)
        for number, line in enumerate(lines):
            if line.startswith("  "):
                body = "".join([*lines[:number], "\t" + line.lstrip(), *lines[number + 1 :]])
                yield Broken("tab", file, body.encode(), ("tab",))


def _full_width() -> Iterator[Broken]:
    for file, text in GOOD.items():
        for found in _KEYS.finditer(text):
            end = found.end("key")
            body = text[:end] + "：" + text[end + 2 :]
            yield Broken("colon", file, body.encode(), ("：", found["key"], "second ': '"), _line(text, end))
        for found in re.finditer(r'"([^"@\n]+)"', text):
            body = text[: found.start()] + f"“{found[1]}”" + text[found.end() :]
            yield Broken("quotes", file, body.encode(), ("“", "quote"), _line(text, found.start()))
    body = WATCHLIST.replace("[艾克米, Acme Holdings]", "[艾克米、Acme Holdings]")
    yield Broken("comma", "watchlist.yaml", body.encode(), ("、",), 5)


def _cut() -> Iterator[Broken]:
    """Cut at every byte inside brackets: what is open is never closed."""
    for file, text in GOOD.items():
        depth = 0
        for at, character in enumerate(text):
            depth += (character in "[{") - (character in "]}")
            if depth > 0 and at % 3 == 0:
                body = text[: at + 1].encode()
                yield Broken("cut", file, body, ("",))


def _half_characters() -> Iterator[Broken]:
    for file, text in GOOD.items():
        for at, character in enumerate(text):
            if not character.isascii():
                body = text[:at].encode() + character.encode()[:-1]
                yield Broken("half a character", file, body, ("UTF-8",), _line(text, at))


def _tricks() -> Iterator[Broken]:
    for number, at in enumerate(_values()):
        said = ("anchor", "alias", "tag", "deep", "&", "*", "!", at[2])
        tricks = [
            "&a x", "*a", "&x [*x]", "!!python/object/apply:os.system ['true']", "!custom x", "!!binary aGk=",
            "[" * 21 + "]" * 21, "[" * 500, "{a: " * 30 + "1" + "}" * 30, "!!set {a, b}",
        ]  # fmt: skip
        yield _put("trick", at, tricks[number % len(tricks)], *said)
    for file, text in GOOD.items():
        bomb = "a0: &a0 [x, x]\n" + "".join(
            f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 9)
        )
        yield Broken("bomb", file, (bomb + text).encode(), ("anchor", "alias"), 1)
        yield Broken("merge", file, (text + "more: {<<: *a}\n").encode(), ("alias", "*"))
        yield Broken("document", file, (text + "---\nmore: 1\n").encode(), ("second YAML document",))


def _bytes() -> Iterator[Broken]:
    chance = random.Random(7)
    for file, text in GOOD.items():
        body = text.encode()
        for odd in (b"\x00", b"\x01", b"\x08", b"\x1b", b"\x7f", b"\xff", b"\xc3(", b"\xed\xa0\x80"):
            at = body.index(b"\n", chance.randrange(len(body) - 1)) + 1
            found = ("control character",) if odd[0] < 0x80 else ("UTF-8",)
            line = body.count(b"\n", 0, at) + 1
            yield Broken("odd byte", file, body[:at] + odd + body[at:], found, line)
        for coding in ("utf-16", "utf-16-le", "utf-32"):
            yield Broken(coding, file, text.encode(coding), ("UTF-16", "control character", "UTF-8"))
        if not text.isascii():
            yield Broken("gbk", file, text.encode("gbk"), ("GBK",))
        yield Broken("binary", file, chance.randbytes(3000) + b"\xff\x00", ("UTF-8", "control"))
        yield Broken("too large", file, body + b"# more\n" * 160_000, ("larger than",))


def _shapes() -> Iterator[Broken]:
    for file in GOOD:
        for body in (
            b"- a\n- b\n",
            b"hello\n",
            b"5\n",
            b"[1, 2]\n",
            b"'open\n",
            b"{\n",
            b"a: b: c\n",
            b"@x\n",
            b"%\n",
        ):
            yield Broken("shape", file, body, ("",))
        for body in (b"", b"\n\n  \n", b"# only words\n", b"\xef\xbb\xbf"):
            yield Broken("empty", file, body, ("empty",))


def _names() -> Iterator[Broken]:
    def changed(kind: str, file: str, old: str, new: str, *said: str) -> Broken:
        text = GOOD[file]
        assert old in text
        return Broken(kind, file, text.replace(old, new, 1).encode(), said, _line(text, text.index(old)))

    wires, watches, how = "sources.yaml", "watchlist.yaml", "wirewatch.yaml"
    yield changed("dangling", watches, '"@acme"', '"@nobody"', "nobody")
    yield changed("dangling", watches, "{name: Globex,", "{library: nobody, name: Globex,", "nobody")
    yield changed("dangling", how, "tags: [ai]", "tags: [nobody]", "nobody")
    yield changed("same id", wires, "id: newsroom", "id: wire", "twice", "wire")
    yield changed("same address", wires, "newsroom.example/news", "wire.example/feed", "twice", "wire")
    yield changed("case", watches, "  globex: {", "  Acme: {", "case")
    yield changed("no url", wires, ' url: "https://wire.example/feed",', "", "url")
    yield changed("no via", how, "{via: console, language: en}", "{language: en}", "via")
    yield changed("no name", watches, "{name: Globex,", "{", "name")
    yield changed("one letter", watches, "[格洛贝克斯]", "[格]", "格", "one character")
    yield changed("token", watches, "name: Acme", f"name: {SECRET}", "secret", "token")
    yield changed("token in a comment", how, "# how it works", f"# {SECRET}", "secret", "token")


_KINDS = (
    _wrong_values, _typos, _twice, _tabs, _full_width, _cut, _half_characters, _tricks, _bytes, _shapes, _names,
)  # fmt: skip
