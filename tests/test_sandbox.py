"""The sandbox: hostile documents cost one worker at most, and no worker outlives the bot."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.errors import ParseError
from bot.sandbox import Sandbox, _outcome
from tests.loopback import rss

FEED = rss(
    [{"title": "阿里巴巴发布财报", "link": "https://example.com/1", "summary": "a < b"}], language="zh-cn"
)
# feedparser needs a time for this that grows with the square of the depth.
SLOW = rss([{"title": "a"}]).replace(b"</item>", b"<a>" * 150_000 + b"</a>" * 150_000 + b"</item>")


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    sandbox = Sandbox(workers=1)
    yield sandbox
    await sandbox.close()


async def reason(sandbox: Sandbox, body: bytes) -> str:
    with pytest.raises(ParseError) as caught:
        await sandbox.parse(body)
    return caught.value.reason


def worker_of(sandbox: Sandbox) -> int:
    (pid,) = sandbox.pids
    return pid


def environment_of(pid: int) -> bytes:
    return Path(f"/proc/{pid}/environ").read_bytes()


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


async def ended(pid: int) -> None:
    async with asyncio.timeout(5):
        for _ in range(500):
            if not alive(pid):
                return
            await asyncio.sleep(0.02)
    pytest.fail("the worker is still there")


async def test_a_feed_is_read_in_a_worker(sandbox: Sandbox) -> None:
    document = await sandbox.parse(FEED, url="https://example.com/feed")
    assert document.kind == "rss"
    assert document.entries[0].title == "阿里巴巴发布财报"
    assert document.entries[0].summary == "a < b"
    assert document.entries[0].lang == "zh"
    assert worker_of(sandbox) != os.getpid()


async def test_one_worker_reads_many_documents_in_little_time(sandbox: Sandbox) -> None:
    await sandbox.parse(FEED)
    first = worker_of(sandbox)
    started = asyncio.get_running_loop().time()
    for _ in range(50):
        await sandbox.parse(FEED)
    assert (asyncio.get_running_loop().time() - started) / 50 < 0.1
    assert worker_of(sandbox) == first


async def test_what_the_parser_refuses_comes_back_with_its_reason(sandbox: Sandbox) -> None:
    assert await reason(sandbox, b"<!doctype html><html><body><p>Hello") == "web_page"
    assert await reason(sandbox, b"") == "empty"
    assert await reason(sandbox, b'<!DOCTYPE r [<!ENTITY a "b">]><rss>&a;</rss>') == "entities"


async def test_a_document_that_takes_too_long_is_given_up_and_the_next_one_read() -> None:
    sandbox = Sandbox(workers=1, seconds=1.0, quick=0.2)
    await sandbox.parse(FEED)
    first = worker_of(sandbox)
    assert await reason(sandbox, SLOW) in ("timeout", "crashed")
    assert sandbox.pids == [first], "who read it to the end is no more"
    assert (await sandbox.parse(FEED)).count == 1
    await sandbox.close()


async def test_a_document_that_takes_too_much_memory_is_refused_and_the_next_one_read() -> None:
    sandbox = Sandbox(workers=1, megabytes=160)
    body = rss([{"title": "x" * 40_000_000}])
    assert await reason(sandbox, body) in ("memory", "crashed")
    assert (await sandbox.parse(FEED)).count == 1
    await sandbox.close()


async def test_a_worker_that_dies_is_replaced(sandbox: Sandbox) -> None:
    await sandbox.parse(FEED)
    first = worker_of(sandbox)
    os.kill(first, signal.SIGKILL)
    await ended(first)
    assert (await sandbox.parse(FEED)).count == 1
    assert worker_of(sandbox) != first


async def test_a_cancelled_parse_leaves_the_sandbox_usable() -> None:
    sandbox = Sandbox(workers=1)
    await sandbox.parse(FEED)
    parse = asyncio.create_task(sandbox.parse(SLOW))
    await asyncio.sleep(0.1)
    parse.cancel()
    with pytest.raises(asyncio.CancelledError):
        await parse
    assert (await sandbox.parse(FEED)).count == 1
    await sandbox.close()


async def test_more_documents_than_workers_wait_their_turn() -> None:
    sandbox = Sandbox(workers=2)
    documents = await asyncio.gather(*(sandbox.parse(FEED) for _ in range(10)))
    assert [document.count for document in documents] == [1] * 10
    assert len(sandbox.pids) == 2
    await sandbox.close()


async def test_closing_ends_every_worker() -> None:
    sandbox = Sandbox(workers=1)
    await sandbox.parse(FEED)
    pid = worker_of(sandbox)
    await sandbox.close()
    assert not alive(pid)
    assert await reason(sandbox, FEED) == "crashed"


async def test_workers_know_none_of_our_secrets(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN", "123:CANARY")
    await sandbox.parse(FEED)
    assert b"CANARY" not in environment_of(worker_of(sandbox))


async def test_workers_end_when_the_bot_is_killed() -> None:
    code = (
        "import asyncio, sys\n"
        "from bot.sandbox import Sandbox\n"
        "async def main():\n"
        "    sandbox = Sandbox(workers=1)\n"
        "    await sandbox.parse(b'<rss><channel><item/></channel></rss>')\n"
        "    print(*sandbox.pids, flush=True)\n"
        "    await asyncio.sleep(60)\n"
        "asyncio.run(main())\n"
    )
    bot = await asyncio.create_subprocess_exec(sys.executable, "-c", code, stdout=asyncio.subprocess.PIPE)
    assert bot.stdout is not None
    worker = int(await bot.stdout.readline())
    assert alive(worker)
    bot.kill()
    await bot.wait()
    await ended(worker)


@pytest.mark.parametrize(
    "answer",
    [
        *(b"junk", b"3", b"[]", b"{}", b"[" * 100_000, b'{"document": 3}', b'{"document": {"entries": [3]}}'),
        *(b'{"document": {"kind": "rss", "entries": [{"__class__": 1}]}}', b"\x80\x04N.", b'{"reason": 1}'),
    ],
)
def test_an_answer_that_makes_no_sense_is_refused(answer: bytes) -> None:
    with pytest.raises(ParseError) as caught:
        _outcome(answer)
    assert caught.value.reason == "crashed"
