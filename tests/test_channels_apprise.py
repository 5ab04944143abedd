"""Every other chat, through apprise: a real receiver on loopback, and what its answers mean."""

from __future__ import annotations

import asyncio
import json
import logging
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from io import StringIO

import pytest

from bot.channels import Address
from bot.channels.apprise import Apprise, Place
from bot.errors import SendError
from bot.model import Block, Message, Outcome, Span

pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")
"""apprise imports it."""
NAME, SECRET = "WIREWATCH_APPRISE_URL", "CANARYapprise77"
HERE = Address("others")
LONG = "\n".join(f"line {number} of a long story" for number in range(3000))


def message(*lines: str, link: str = "") -> Message:
    first, *rest = lines
    body = Block(tuple((Span(line, link=link),) for line in rest), tight=True)
    return Message(blocks=(Block(((Span(first, bold=True),),)), body))


class Listener:
    """An HTTP server that keeps what it is sent and answers as a test says; ``None`` hangs up, "" never answers."""

    def __init__(self) -> None:
        self.got: list[dict[str, str]] = []
        self.port = 0
        self.answer: int | str | None = 200
        self.over = asyncio.Event()

    async def take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
        length = int(head.partition("content-length:")[2].split("\r\n")[0])
        self.got.append(json.loads(await reader.readexactly(length)))
        if self.answer == "":
            await self.over.wait()
        elif self.answer is not None:
            writer.write(
                f"HTTP/1.1 {self.answer} Said\r\ncontent-length: 0\r\nconnection: close\r\n\r\n".encode()
            )
            await writer.drain()
        writer.close()

    def apprise(self, *, port: int = 0, **more: float) -> Apprise:
        place = Place(NAME, f"json://mei:{SECRET}@127.0.0.1:{port or self.port}/{SECRET}")
        return Apprise({"others": place}, **more)


@asynccontextmanager
async def listening() -> AsyncIterator[Listener]:
    listener = Listener()
    server = await asyncio.start_server(listener.take, "127.0.0.1", 0)
    listener.port = server.sockets[0].getsockname()[1]
    async with server:
        yield listener
        listener.over.set()
        await asyncio.sleep(0)


async def failure(channel: Apprise, said: Message | None = None) -> SendError:
    with pytest.raises(SendError) as caught:
        await channel.send(HERE, said or message("Alibaba", "profit"))
    assert SECRET not in str(caught.value) + repr(caught.value)
    return caught.value


async def test_a_message_arrives_as_a_title_and_plain_text_with_its_links_written_out() -> None:
    async with listening() as there:
        said = message("🟠 Alibaba", "Profit <b>jumps</b> & more", link="https://harbour.example/1")
        sent = await there.apprise().send(HERE, said, reference="k7f2|others|alert|0")
    assert sent.message_id == "k7f2|others|alert|0"
    (got,) = there.got
    assert got["title"] == "🟠 Alibaba"
    assert got["message"] == "Profit <b>jumps</b> & more https://harbour.example/1"


async def test_what_a_feed_wrote_mentions_nobody_and_hides_no_link() -> None:
    async with listening() as there:
        await there.apprise().send(
            HERE, message("@everyone", "<!channel> <@U1> [click](http://evil.example) a\x1b[2Jb")
        )
    (got,) = there.got
    live = got["title"] + got["message"]
    assert not any(words in live for words in ("@everyone", "<!channel", "<@U1", "](", "\x1b"))


async def test_what_is_too_long_is_cut_and_says_so() -> None:
    async with listening() as there:
        await there.apprise().send(HERE, message("Digest", *LONG.split("\n")))
    (got,) = there.got
    assert len(got["message"]) <= 4000
    assert got["message"].endswith("…")


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (401, Outcome.UNAUTHORISED),
        (404, Outcome.GONE),
        (413, Outcome.REFUSED),
        (429, Outcome.RATE_LIMITED),
        (500, Outcome.AMBIGUOUS),
        (None, Outcome.AMBIGUOUS),
    ],
)
async def test_a_no_is_sorted_by_what_the_service_said(answer: int | None, outcome: Outcome) -> None:
    # A headline that looks like the library's own words must not be taken for them.
    odd = message("Alibaba", "Socket Exception: HTTPConnectionPool(Caused by NewConnectionError error=401")
    async with listening() as there:
        there.answer = answer
        error = await failure(there.apprise(), odd)
    assert error.outcome is outcome
    assert NAME in str(error)
    assert (error.retry_after or timedelta(0)) > timedelta(0) or answer != 429


async def test_where_nobody_listens_nothing_was_sent() -> None:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port = one.getsockname()[1]
    assert (await failure(Listener().apprise(port=port))).outcome is Outcome.UNSENT


async def test_an_answer_that_never_comes_ends_with_the_deadline_and_stays_doubtful() -> None:
    async with listening() as there:
        there.answer = ""
        error = await failure(there.apprise(deadline=0.3))
    assert error.outcome is Outcome.AMBIGUOUS


async def test_the_address_is_in_no_log_and_no_name() -> None:
    said = StringIO()
    everything = logging.StreamHandler(said)
    root = logging.getLogger()
    level = root.level
    root.addHandler(everything)
    root.setLevel(logging.DEBUG)
    try:
        async with listening() as there:
            there.answer = 500
            channel = there.apprise()
            await failure(channel)
            there.answer = 200
            await channel.send(HERE, message("Alibaba", "profit"))
            assert "JSON" in await channel.check(HERE)
        logging.getLogger("elsewhere").debug("heard")
    finally:
        root.removeHandler(everything)
        root.setLevel(level)
    assert len(there.got) == 2, "a check sends nothing"
    assert "heard" in said.getvalue()
    assert SECRET not in said.getvalue() + repr(Place(NAME, SECRET))


async def test_an_address_that_apprise_does_not_know_is_found_by_a_check() -> None:
    with pytest.raises(SendError, match=f"{NAME} holds no address") as caught:
        await Apprise({"others": Place(NAME, f"nonsense://{SECRET}")}).check(HERE)
    assert caught.value.outcome is Outcome.UNAUTHORISED
    assert SECRET not in str(caught.value)


async def test_what_was_sent_can_not_be_edited() -> None:
    with pytest.raises(SendError) as caught:
        await Listener().apprise().edit(HERE, "1", message("Alibaba"))
    assert caught.value.outcome is Outcome.REFUSED
