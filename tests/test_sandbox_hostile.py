"""Hostile documents in the sandbox: each ends within the limits, and good ones beside them hardly notice."""

import asyncio
import os
import signal
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.errors import ParseError
from bot.model import ParsedDocument
from bot.parsers import parse
from bot.sandbox import Sandbox
from tests.loopback import json_feed, rss

GOOD = rss(
    [{"title": "Globex profit jumps", "link": "https://example.com/1", "summary": "words " * 200}] * 20
)


def item(inner: str) -> bytes:
    """A feed of one item that holds this markup."""
    return f"<rss version='2.0'><channel><title>t</title><item><title>a</title>{inner}</item></channel></rss>".encode()


def deep(depth: int) -> bytes:
    """The library needs a time for this that grows with the square of the depth."""
    return item("<a>" * depth + "</a>" * depth)


def laughs(depth: int, width: int) -> str:
    inner = "".join(f'<!ENTITY l{at} "{f"&l{at - 1};" * width}">' for at in range(1, depth))
    title = f"<title>&l{depth - 1};</title>"
    return f'<!DOCTYPE rss [<!ENTITY l0 "ha">{inner}]><rss><channel>{title}</channel></rss>'


CASES: dict[str, bytes] = {
    "entities in entities": laughs(10, 10).encode(),
    "one entity many times": f'<!DOCTYPE r [<!ENTITY a "{"A" * 50_000}">]><rss>{"&a;" * 5_000}</rss>'.encode(),
    "a file as entity": b'<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]><rss><channel><title>&x;',
    "a DTD elsewhere": b'<!DOCTYPE r SYSTEM "http://127.0.0.1:9/x.dtd"><rss><channel><item><title>a</title></item>',
    "parameter entities": b'<!DOCTYPE r [<!ENTITY % p SYSTEM "http://127.0.0.1:9/"> %p;]><rss><channel/></rss>',
    "declarations without end": b"<?xml version='1.0'?><!DOCTYPE " + b"<!ENTITY " * 50_000,
    "tags without end": b"<rss><channel><item>" + b"<a>" * 20_000,
    "deep markup in a text": item(f"<description>{'&lt;div&gt;' * 20_000}</description>"),
    "deep XHTML": b"<feed xmlns='http://www.w3.org/2005/Atom'><entry><content type='xhtml'>" + b"<div>" * 5_000,
    "an author of dots": item(f"<author>a@{'a.' * 16_000}!</author>"),
    "many authors of dots": item(f"<author>a@{'a.' * 190}!</author>" * 2_000),
    "brackets": item(f"<description>{'&lt;' * 100_000}</description>"),
    "comments without end": item(f"<description>{'a &lt;!-- ' * 30_000}</description>"),
    "CDATA without end": item("<description><![CDATA[" + "x" * 200_000),
    "ampersands": item("<description>" + "&amp;" * 100_000 + "&" * 100_000 + "</description>"),
    "quotation marks": item("<x " + 'a="' * 50_000 + "></x>"),
    "spaces": item("<title>" + " " * 500_000 + "x</title>"),
    "a long date": item("<pubDate>" + "1" * 200_000 + "</pubDate>"),
    "many dates": item("<pubDate>" + "1:" * 50_000 + "</pubDate>"),
    "many attributes": item("<x " + " ".join(f'a{n}="1"' for n in range(50_000)) + "/>"),
    "many namespaces": ("<rss " + " ".join(f'xmlns:n{n}="u:{n}"' for n in range(20_000)) + ">").encode(),
    "a long title": item("<title>" + "x" * 3_000_000 + "</title>"),
    "a long attribute": item('<link href="' + "x" * 1_000_000 + '"/>'),
    "a long comment": item("<!--" + "x-" * 500_000 + "-->"),
    "fifty thousand items": b"<rss><channel>" + b"<item><title>a</title></item>" * 50_000 + b"</channel></rss>",
    "brackets of JSON": b'{"items": ' + b"[" * 500_000,
    "objects of JSON": b'{"a":' * 200_000,
    "a long number": b'{"items": [{"id": ' + b"9" * 1_000_000 + b"}]}",
    "a sitemap of brackets": b"<urlset>" + b"<url>" * 200_000,
    "NULs": b"<rss>" + b"\x00" * 1_000_000,
    "every byte": bytes(range(256)) * 4_000,
    "escapes": b"<rss>" + b"\x1b[" * 500_000,
}  # fmt: skip


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    sandbox = Sandbox(workers=1)
    yield sandbox
    await sandbox.close()


def memory_of(pid: int | str) -> int:
    """The most memory that a process ever had, in MB."""
    (line,) = (row for row in Path(f"/proc/{pid}/status").read_text().splitlines() if row.startswith("VmHWM"))
    return int(line.split()[1]) // 1024


async def read(sandbox: Sandbox, body: bytes) -> tuple[int, str]:
    """Return how many entries were read, or why none were."""
    try:
        return len((await sandbox.parse(body)).entries), ""
    except ParseError as error:
        return 0, str(error)


async def test_every_hostile_document_ends_within_the_limits_and_the_next_is_read(sandbox: Sandbox) -> None:
    before = memory_of("self")
    for name, body in CASES.items():
        entries, refusal = await read(sandbox, body)
        assert entries <= 2_000, name
        assert len(refusal) < 500, name
        assert "\n" not in refusal, name
        assert (await sandbox.parse(GOOD)).count == 20, name
        assert all(memory_of(pid) <= 384 for pid in sandbox.pids), name
    assert memory_of("self") - before <= 64, "the bot itself holds no more than a document and its answer"


@pytest.mark.parametrize("name", [name for name in CASES if "entit" in name])
async def test_declarations_of_entities_are_refused(sandbox: Sandbox, name: str) -> None:
    with pytest.raises(ParseError) as caught:
        await sandbox.parse(CASES[name])
    assert caught.value.reason == "entities"


async def test_good_documents_are_not_held_up_by_hostile_ones() -> None:
    sandbox = Sandbox(workers=1, seconds=1.0, quick=0.1)
    await sandbox.parse(GOOD, url="https://example.com/good")
    hostile = [
        asyncio.create_task(sandbox.parse(deep(150_000), url=f"https://bad{n}.example/")) for n in range(20)
    ]
    await asyncio.sleep(0)
    started = time.monotonic()
    good = await asyncio.gather(*(sandbox.parse(GOOD, url=f"https://good{n}.example/") for n in range(20)))
    waited = time.monotonic() - started
    still = sum(not task.done() for task in hostile)
    for task in hostile:
        task.cancel()
    await asyncio.gather(*hostile, return_exceptions=True)
    await sandbox.close()

    assert [document.count for document in good] == [20] * 20
    assert still >= 10, "each of them takes a second and more, and they are still at it"
    assert waited < 40


async def test_a_slow_but_honest_document_is_read_and_begins_apart_the_next_time() -> None:
    sandbox = Sandbox(workers=1, quick=0.02)
    feed = rss([{"title": f"Title {n}", "summary": "<p>words</p>" * 50} for n in range(500)])
    url = "https://example.com/slow"
    assert (await sandbox.parse(feed, url=url)).count == 500
    await sandbox.parse(b"<rss><channel/></rss>")
    before = set(sandbox.pids)
    assert (await sandbox.parse(feed, url=url)).count == 500
    assert set(sandbox.pids) == before, "nobody had to give it up"
    assert len(before) == 2
    await sandbox.close()


async def test_a_worker_killed_in_the_middle_costs_the_document_nothing() -> None:
    sandbox = Sandbox(workers=1)
    await sandbox.parse(GOOD)
    (first,) = sandbox.pids
    feed = rss([{"title": f"Title {n}", "summary": "<p>words</p>" * 50} for n in range(500)])
    parsing = asyncio.create_task(sandbox.parse(feed))
    await asyncio.sleep(0.02)
    os.kill(first, signal.SIGKILL)
    assert (await parsing).count == 500
    assert first not in sandbox.pids
    await sandbox.close()


async def test_what_a_library_prints_does_not_get_between_the_answers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "sitecustomize.py").write_text(
        "import os, bot.parsers as parsers\n"
        "quiet = parsers.parse\n"
        "def loud(*given, **named):\n"
        "    print('noise' * 10_000, flush=True)\n"
        "    os.write(1, b'noise' * 100)\n"
        "    return quiet(*given, **named)\n"
        "parsers.parse = loud\n"
    )
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    sandbox = Sandbox(workers=1)
    assert [(await sandbox.parse(GOOD)).count for _ in range(3)] == [20] * 3
    await sandbox.close()


@pytest.mark.parametrize("body", [GOOD, json_feed([{"title": "a", "date": "2026-11-12T12:12:00Z"}])])
async def test_a_document_comes_back_as_it_was_read(sandbox: Sandbox, body: bytes) -> None:
    body = body.replace(b"<channel>", b"<channel><ttl>30</ttl>")
    there: ParsedDocument = await sandbox.parse(body, url="https://example.com/feed")
    assert there == parse(body, url="https://example.com/feed")
    assert there.floor is not None or there.kind == "jsonfeed"


async def test_very_long_texts_are_cut_to_what_the_bot_can_hold(sandbox: Sandbox) -> None:
    body = rss([{"title": f"Title {n}", "summary": "words " * 10_000} for n in range(145)])
    document = await sandbox.parse(body)
    assert len(document.entries) == 145
    assert sum(len(entry.summary) for entry in document.entries) <= 8 * 1024 * 1024
    assert any("very long" in warning for warning in document.warnings)


async def test_an_answer_without_end_is_not_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "sitecustomize.py").write_text(
        "import bot.parsers as parsers\n"
        "from bot.model import ParsedDocument\n"
        "parsers.parse = lambda body, **_: ParsedDocument(kind='rss', title='x' * 60_000_000)\n"
    )
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    sandbox = Sandbox(workers=1)
    with pytest.raises(ParseError) as caught:
        await sandbox.parse(GOOD)
    await sandbox.close()
    assert caught.value.reason == "crashed"
