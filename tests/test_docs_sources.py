"""What the guide to sources shows is so: its YAML loads, its documents are read as shown, its mistakes are told.

The conventions of ``docs/sources.md``: a block of ``html`` or ``json`` is what stands at the address of the one source
in the block of YAML after it, and the table with a column "headline" after that has what is read there (times are
China's, – is none). A table that begins with "you write" has the fault that such a line of ``sources`` earns, and one
that begins with "to find" or "to select" has paths and selectors that must be sound. In a ``console`` block the lines
below a command are its output, and ``...`` stands for what was left out.
"""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from typer.main import get_command

from bot.cli import terminal
from bot.config import load
from bot.config.selectors import wrong_css, wrong_path
from bot.errors import ConfigError, FetchError, ParseError
from bot.fetch.rests import UNSAID
from bot.model import Source
from bot.parsers import parse
from bot.pipeline import articles, discovery, rhythm
from bot.render.health_phrases import HEALTH
from bot.render.words import trouble_word, trouble_words
from tests.loopback import Newsroom, rss
from tests.sourcedesk import SourceDesk
from tests.test_docs_watchlists import blocks, rows

ROOT = Path(__file__).parents[1]
GUIDE = ROOT / "docs" / "sources.md"
SCHEMA = json.loads((ROOT / "config/schema/sources.schema.json").read_text(encoding="utf-8"))
CHINA = ZoneInfo("Asia/Shanghai")
ENVIRON = {"HARBOUR_KEY": "secret", "DESK_KEY": "secret"}
"""What the headers of the examples need."""
FILES = {
    "watchlist": "watches:\n  acme:\n    name: Acme Rockets\n",
    "sources": "sources:\n  - {id: harbour, name: Harbour Wire, url: 'https://harbour.example/feed'}\n",
    "wirewatch": "receivers:\n  desk: {via: console}\n",
}


@dataclass(frozen=True)
class Example:
    """A document of the guide, the source that reads it and the rows that are shown of it."""

    kind: str
    document: str
    yaml: str
    shown: tuple[tuple[str, ...], ...]


def examples() -> list[Example]:
    """Every document that is followed by a source and by what is read."""
    found = []
    pieces = list(blocks(GUIDE))
    for (kind, document), (after, text), (last, table) in zip(pieces, pieces[1:], pieces[2:], strict=False):
        if kind in {"html", "json"} and (after, last) == ("yaml", "table"):
            _, *shown = rows(table)
            found.append(Example(kind, document, text, tuple(tuple(cells) for cells in shown)))
    return found


def files() -> list[tuple[str, str]]:
    """The blocks of YAML, with the name of the file in which each stands."""
    found = [text for kind, text in blocks(GUIDE) if kind == "yaml"]
    return [("sources" if text.startswith("sources:") else "wirewatch", text) for text in found]


def table_after(head: str) -> list[list[str]]:
    """The rows of the tables whose first column is called so."""
    tables = (list(rows(text)) for kind, text in blocks(GUIDE) if kind == "table")
    return [cells for table in tables if table[0][0] == head for cells in table[1:]]


def codes(cell: str) -> list[str]:
    """What stands in a cell as code."""
    return [each.replace("\\|", "|") for each in re.findall(r"`([^`]+)`", cell)]


def put(folder: Path, **texts: str) -> Path:
    """Write a configuration folder with these texts in place of the usual ones."""
    for name, text in (FILES | texts).items():
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    return folder


def said_of(folder: Path) -> str:
    """Every fault of a folder."""
    with pytest.raises(ConfigError) as found:
        load(folder, environ=ENVIRON)
    return "\n".join(map(str, found.value.faults))


@pytest.mark.parametrize(("name", "text"), files(), ids=lambda each: each[:30])
def test_every_block_of_yaml_loads(tmp_path: Path, name: str, text: str) -> None:
    whole = text if name == "sources" else FILES["wirewatch"] + text
    configuration = load(put(tmp_path, **{name: whole}), environ=ENVIRON)
    assert configuration.warnings == ()
    assert configuration.sources


def read(source: Source, document: str) -> list[tuple[str, ...]]:
    """What a source reads, as the guide writes it."""
    parsed = parse(document.encode(), url=source.url, kind=source.kind, selectors=source.selectors)
    times = [each.published.astimezone(CHINA) if each.published else None for each in parsed.entries]
    return [
        (each.title, f"`{each.url}`", f"{time:%Y-%m-%d %H:%M}" if time else "–")
        for each, time in zip(parsed.entries, times, strict=True)
    ]


@pytest.mark.parametrize("example", examples(), ids=lambda example: example.kind)
def test_a_document_is_read_as_the_guide_says(tmp_path: Path, example: Example) -> None:
    (source,) = load(put(tmp_path, sources=example.yaml), environ={}).sources
    assert tuple(read(source, example.document)) == example.shown


@pytest.mark.parametrize("cells", table_after("you write"), ids=lambda cells: cells[0])
def test_a_mistake_is_told_as_the_guide_says(tmp_path: Path, cells: list[str]) -> None:
    put(tmp_path, sources=f"{FILES['sources']}  {codes(cells[0])[0]}\n")
    assert codes(cells[1])[0] in said_of(tmp_path)


@pytest.mark.parametrize("written", [code for cells in table_after("to select") for code in codes(cells[1])])
def test_a_selector_of_the_guide_is_sound(written: str) -> None:
    assert wrong_css("title", written) is None


@pytest.mark.parametrize("cells", table_after("to find"), ids=lambda cells: cells[0])
def test_a_path_of_the_guide_is_sound(cells: list[str]) -> None:
    key = "link" if cells[0] == "an address" else "item" if "list" in cells[0] else "title"
    assert [wrong_path(key, written.strip('"')) for written in codes(cells[1])] == [None] * len(
        codes(cells[1])
    )


def test_filings_get_the_headline_that_the_guide_promises() -> None:
    text = GUIDE.read_text(encoding="utf-8")
    title = json.loads(re.findall(r"`title: (\"join.*?\")`", text)[0])
    filing = [{"title": "INTERIM RESULTS", "url": "/1.pdf", "stock": [{"sn": "BLUEBIRD-W", "sc": "09777"}]}]
    selectors = {"item": "[]", "title": title}
    parsed = parse(json.dumps(filing).encode(), kind="json", selectors=selectors)
    assert f'"{parsed.entries[0].title}"' in text


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[SourceDesk]:
    """A folder with one source, beside the site of the guide and a list from another reader."""
    async with Newsroom() as newsroom:
        page = b'<html><head><link rel="alternate" type="application/rss+xml" href="/feed.xml"></head></html>'
        newsroom.publish("/", page, content_type="text/html")
        news = [
            {"title": title, "link": f"/{title[:4]}"} for title in ("Harbour dues rise", "Mayor opens quay")
        ]
        newsroom.publish("/feed.xml", rss(news, "Harbour Wire"))
        desk = SourceDesk(tmp_path, newsroom)
        desk.put("sources.yaml", 'sources:\n  - {id: delta, url: "https://delta.example/rss"}\n')
        feeds = "".join(
            f'<outline text="{name}" xmlUrl="https://{name}.example/feed"/>' for name in ("quay", "tarn")
        )
        opml = f'<opml version="2.0"><body>{feeds}</body></opml>'
        (tmp_path / "subscriptions.opml").write_text(opml, encoding="utf-8")
        yield desk


async def test_the_commands_of_the_guide_print_what_it_shows(desk: SourceDesk) -> None:
    site = desk.newsroom.url("").rstrip("/")
    shown = [text for kind, text in blocks(GUIDE) if kind == "console"]
    for part in re.split(r"^\$ wirewatch sources ", "".join(shown), flags=re.MULTILINE)[1:]:
        command, _, output = part.partition("\n")
        typed = command.replace("https://harbour.example", site).replace("subs", f"{desk.home}/subs")
        ended = await desk.type(*shlex.split(typed))
        said = (ended.out + ended.err).replace(site, "https://harbour.example").replace(f"{desk.home}/", "")
        pieces = [re.escape(" ".join(piece.split())) for piece in output.split("...")]
        assert re.match(".*".join(pieces), " ".join(said.split())), f"{command}\n{said}"


def test_what_sources_says_stands_in_the_guide_word_for_word() -> None:
    reasons = {
        reason
        for error in (FetchError, ParseError)
        for reason in re.findall(r"\w+", re.findall(r"is one of ([^.]+)\.", error.__doc__ or "")[0])
    }
    words = {trouble_word(reason, "en") for reason in reasons - {"status"} | {"silent", "shrunk"}}
    answers = {trouble_words("status", status, "en") for status in (401, 403, 404, 410, 429, 500, 503)}
    told = {code for cells in table_after("`sources` says") for code in codes(cells[0])}
    assert told == words | answers


def test_what_is_odd_stands_in_the_guide_as_it_is_said() -> None:
    phrases = [english for name, (english, _) in HEALTH.items() if name.startswith("odd_")]
    told = [code for cells in table_after("odd, but read") for code in codes(cells[0])]
    assert [each for each in told if not any(phrase.startswith(each) for phrase in phrases)] == []


def test_every_key_of_a_source_stands_in_the_guide() -> None:
    keys = SCHEMA["$defs"]["SourceSection"]["properties"].keys()
    told = {code for cells in table_after("key") for code in codes(cells[0])}
    assert told == keys
    shown = "".join(text for kind, text in blocks(GUIDE) if kind == "yaml")
    assert {key for key in keys if not re.search(rf"\b{key}:", shown)} == set()


def test_every_kind_of_source_stands_in_the_guide() -> None:
    written = SCHEMA["$defs"]["SourceSection"]["properties"]["kind"]
    kinds = [name for form in written.get("anyOf", [written]) for name in form.get("enum", [])]
    told = next(cells for cells in table_after("key") if cells[0] == "`kind`")
    assert codes(told[1]) == kinds


def test_what_is_said_of_polling_is_so(tmp_path: Path) -> None:
    (text,) = [text for name, text in files() if name == "wirewatch" and "every" in text]
    stated = load(put(tmp_path, wirewatch=FILES["wirewatch"] + text), environ={}).settings.polling
    usual = load(put(tmp_path), environ={}).settings.polling
    assert stated == usual
    assert usual.every == timedelta(minutes=5)


def test_the_figures_of_the_guide_are_those_of_the_bot() -> None:
    text = " ".join(GUIDE.read_text(encoding="utf-8").split())
    hour, day, minute = timedelta(hours=1), timedelta(days=1), timedelta(minutes=1)
    figures = (
        f"{discovery.MOST_REQUESTS} requests at the most",
        f"at most {articles.MOST} at a poll and within {articles.PATIENCE:g} seconds",
        f"to {rhythm.MOST_PATIENCE // hour} hours, and asks once a day after {rhythm.LOST_AFTER // day} days",
        f"waits {UNSAID // minute} minutes after a 429",
        f"{rhythm.REFUSED // hour} hours after 401 and 403",
    )
    assert [each for each in figures if each not in text] == []


def typed_in_the_guide() -> list[str]:
    """Every command that the guide names."""
    text = GUIDE.read_text(encoding="utf-8")
    found = re.findall(r"`(wirewatch [a-z][^`]*)`", text) + re.findall(
        r"^\$ (wirewatch .*)$", text, re.MULTILINE
    )
    return sorted(set(found))


@pytest.mark.parametrize("command", typed_in_the_guide())
def test_a_command_of_the_guide_exists(command: str) -> None:
    _, *words = shlex.split(command)
    found: Any = get_command(terminal)
    while words and words[0] in getattr(found, "commands", {}):
        found = found.commands[words.pop(0)]
    assert not words or found.name not in {"wirewatch", "main"}
    options = {name for option in found.params for name in option.opts}
    assert {each for each in words if each.startswith("--")} <= options


def test_the_guide_shows_of_everything_something() -> None:
    assert {example.kind for example in examples()} == {"html", "json"}
    assert sum(len(example.shown) for example in examples()) >= 4
    assert len(table_after("you write")) >= 8
    assert len(table_after("`sources` says")) >= 12
    assert len(typed_in_the_guide()) >= 8


def test_links_to_other_pages_lead_somewhere() -> None:
    links = re.findall(r"\]\((?!https?:)([^)#]+)", GUIDE.read_text(encoding="utf-8"))
    assert [link for link in links if not (GUIDE.parent / link).exists()] == []
