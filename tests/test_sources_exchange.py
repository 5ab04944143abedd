"""``sources import`` and ``export``: lists of feeds, one edit, nothing lost, nothing twice."""

from __future__ import annotations

import asyncio
import os
import pty
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.config import load
from bot.edit.opml import read_opml
from tests.forking import REPOSITORY
from tests.loopback import Newsroom
from tests.sourcedesk import SOURCES, SourceDesk

LIST = """\
<?xml version="1.0" encoding="UTF-8"?>
<opml version="2.0"><head><title>Mine</title></head><body>
<outline text="Cars"><outline text="Motor & Co" type="rss" xmlUrl="https://motor.example/feed?a=1&amp;b=2"/>
<outline text="Motor again" type="rss" xmlUrl="http://www.motor.example/feed/?b=2&amp;a=1"/></outline>
<outline text="汽车之声" type="rss" xmlUrl="https://qiche.example/rss"/>
<outline text="Harbour" type="rss" xmlUrl="https://harbour.example/feed/"/>
<outline text="Files" type="rss" xmlUrl="file:///etc/passwd"/>
<outline text="Inside" type="rss" xmlUrl="http://192.168.1.1/feed"/>
</body></opml>
"""


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[SourceDesk]:
    """A folder with three sources."""
    async with Newsroom() as newsroom:
        yield SourceDesk(tmp_path, newsroom)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A list from another reader."""
    path = tmp_path / "feeds.opml"
    path.write_text(LIST, encoding="utf-8")
    return path


async def test_feeds_are_added_with_their_folders_as_tags(desk: SourceDesk, file: Path) -> None:
    ended = await desk.type("import", file, "--tag", "imported", "--yes")

    assert ended.code == 0, ended.err
    assert "2 new sources, 2 are there already, 2 can't be polled" in ended.out
    assert f"{file}:7: Files: " in ended.err
    assert f"{file}:8: Inside: a private address" in ended.err
    assert desk.text.startswith(SOURCES)
    motor, voice = load(desk.config, environ={}).sources[3:]
    assert (motor.id, motor.name, motor.tags) == ("motor", "Motor & Co", frozenset({"imported", "cars"}))
    assert motor.url == "https://motor.example/feed?a=1&b=2"
    assert (voice.id, voice.name, voice.tags) == ("qiche", "汽车之声", frozenset({"imported"}))


async def test_what_was_imported_is_not_imported_again(desk: SourceDesk, file: Path) -> None:
    await desk.type("import", file, "--yes")
    before = desk.text

    row = (await desk.type("import", file, "--yes", "--json")).row

    assert (row["added"], row["duplicates"], len(row["invalid"])) == (0, 4, 2)
    assert desk.text == before


async def test_a_hostile_list_is_refused_whole(desk: SourceDesk, file: Path) -> None:
    hostile = '<!DOCTYPE opml [<!ENTITY x SYSTEM "file:///etc/passwd">]><opml><body/></opml>'
    await asyncio.to_thread(file.write_text, hostile, encoding="utf-8")

    ended = await desk.type("import", file, "--yes")

    assert ended.code == 1
    assert f"{file}: line 1: it declares entities" in ended.err
    assert desk.text == SOURCES


async def test_an_export_can_be_imported_elsewhere(desk: SourceDesk, tmp_path: Path) -> None:
    target = tmp_path / "out.opml"

    ended = await desk.type("export", target)

    assert ended.code == 0, ended.err
    assert "left out: notices (kind page)" in ended.err
    feeds = read_opml(target.read_bytes())
    assert [(feed.url, feed.title, feed.tags) for feed in feeds] == [
        ("https://harbour.example/feed", "Harbour Wire", ("china", "wires")),
        ("https://delta.example/rss", "Delta Daily", ()),
    ]
    assert (await desk.type("export")).out == target.read_text(encoding="utf-8")


async def test_an_export_overwrites_nothing(desk: SourceDesk, file: Path) -> None:
    ended = await desk.type("export", file)

    assert ended.code == 1
    assert "exists already" in ended.err
    assert await asyncio.to_thread(file.read_text, encoding="utf-8") == LIST


async def test_the_last_feed_leaves_an_empty_list_that_can_grow_again(desk: SourceDesk, file: Path) -> None:
    for name in ("harbour", "delta", "notices"):
        assert (await desk.type("remove", name, "--yes")).code == 0
    assert "sources: []" in desk.text

    assert (await desk.type("import", file, "--yes")).code == 0
    assert [source.id for source in load(desk.config, environ={}).sources] == ["motor", "qiche", "harbour"]


@pytest.mark.parametrize(("answer", "left"), [("n", True), ("y", False)])
async def test_a_person_at_the_terminal_is_asked(desk: SourceDesk, answer: str, *, left: bool) -> None:
    ended = await asyncio.to_thread(_at_a_terminal, desk, f"{answer}\n".encode())

    assert "Remove 'delta'? [y/N]" in ended.stdout.decode()
    assert ended.returncode == (1 if left else 0)
    assert (desk.text == SOURCES) is left


def _at_a_terminal(desk: SourceDesk, typed: bytes) -> subprocess.CompletedProcess[bytes]:
    """Remove a source in a process of its own whose input is a terminal."""
    ours, theirs = pty.openpty()
    words = ["--config", str(desk.config), "--state", str(desk.home / "state"), "sources", "remove", "delta"]
    try:
        os.write(ours, typed)
        return subprocess.run(
            [sys.executable, "-m", "bot", *words],
            cwd=REPOSITORY,
            stdin=theirs,
            capture_output=True,
            timeout=60,
            check=False,
        )
    finally:
        os.close(ours)
        os.close(theirs)
