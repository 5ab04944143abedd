"""What became of a message is sorted right, whatever the network does: unsent or refused for sure, or unknown."""

from __future__ import annotations

import asyncio
import socket
import struct
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest

from bot.channels import Address, Channel, Limits, Pacer
from bot.channels.slack import Slack
from bot.channels.slack import wire as slack_wire
from bot.channels.telegram import Telegram
from bot.channels.telegram import wire as telegram_wire
from bot.errors import SendError
from bot.model import Outcome
from tests.standins.samples import text

AMBIGUOUS, UNSENT, REFUSED = Outcome.AMBIGUOUS, Outcome.UNSENT, Outcome.REFUSED
CHATS = {"telegram": Address("4242"), "slack": Address("C0123ABC")}
SERVICES = sorted(CHATS)
Script = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


def channel(service: str, root: str) -> Channel:
    """A channel that waits .3 s for an answer, and .45 s for all of it."""
    pacer = Pacer(Limits(every=1e-9))
    if service == "telegram":
        return Telegram("123456:CANARY", api_url=root, pacer=pacer, read_timeout=0.3)
    return Slack("xoxb-CANARY", api_url=f"{root}/api", pacer=pacer, read_timeout=0.3)


async def fate(service: str, root: str) -> SendError:
    """What a send to this address comes to."""
    chat = channel(service, root)
    try:
        return await fate_of(chat, service)
    finally:
        await chat.close()


async def fate_of(chat: Channel, service: str) -> SendError:
    with pytest.raises(SendError) as caught:
        await chat.send(CHATS[service], text("hello"))
    assert "CANARY" not in f"{caught.value!r} {caught.value.__cause__!r} {caught.value.__context__!r}"
    return caught.value


@asynccontextmanager
async def serving(script: Script) -> AsyncIterator[str]:
    """A server that follows the script for every connection; yields its address."""
    open_: set[asyncio.StreamWriter] = set()

    async def met(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        open_.add(writer)
        try:
            await script(reader, writer)
        except (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(met, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()
        for writer in open_:
            writer.transport.abort()
        await server.wait_closed()


async def whole_request(reader: asyncio.StreamReader) -> None:
    head = await reader.readuntil(b"\r\n\r\n")
    length = next(
        (line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")), b":0"
    )
    await reader.readexactly(int(length.partition(b":")[2]))


def answering(status: str, body: str, *, kind: str = "application/json", cut: int = 0) -> Script:
    """Answer a whole request; ``cut`` bytes of the body are promised and never come."""

    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await whole_request(reader)
        length = len(body) + cut
        head = f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n"
        writer.write((head + body).encode())
        await writer.drain()

    return script


async def hangs_up_at_once(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """The connection stands, and is closed before anything of the request is read."""


async def reads_and_hangs_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await whole_request(reader)


async def reads_and_resets(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await whole_request(reader)
    sock = writer.get_extra_info("socket")
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


async def reads_and_says_nothing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await whole_request(reader)
    await reader.read()


async def dribbles(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Each read is in time, the whole never is."""
    await whole_request(reader)
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 99\r\n\r\n")
    while True:
        writer.write(b" ")
        await writer.drain()
        await asyncio.sleep(0.1)


HTML = {"kind": "text/html"}
NETWORK: dict[str, tuple[Script, Outcome]] = {
    "closes before it reads": (hangs_up_at_once, AMBIGUOUS),
    "reads, then closes": (reads_and_hangs_up, AMBIGUOUS),
    "reads, then resets": (reads_and_resets, AMBIGUOUS),
    "never answers": (reads_and_says_nothing, AMBIGUOUS),
    "half a body": (answering("200 OK", '{"ok": tr', cut=30), AMBIGUOUS),
    "a gateway's 502": (
        answering("502 Bad Gateway", "<html>Bad Gateway</html>", kind="text/html"),
        AMBIGUOUS,
    ),
    "a 500 in JSON": (answering("500 Oops", '{"ok": false, "error": "internal_error"}'), AMBIGUOUS),
    "a page in a 200": (answering("200 OK", "<html>It works</html>", kind="text/html"), AMBIGUOUS),
    "no JSON in a 200": (answering("200 OK", "It works"), AMBIGUOUS),
    "a list in a 200": (answering("200 OK", "[]"), AMBIGUOUS),
    "nothing in a 200": (answering("200 OK", "{}"), AMBIGUOUS),
    "a deep nest in a 200": (answering("200 OK", "[" * 50_000), AMBIGUOUS),
    "an ok without a message": (answering("200 OK", '{"ok": true}'), AMBIGUOUS),
    "a 204": (answering("204 No Content", ""), AMBIGUOUS),
    "a refusal in a 200": (
        answering("200 OK", '{"ok": false, "error": "msg_too_long", "error_code": 400}'),
        REFUSED,
    ),
    "a refusal without a word": (
        answering("400 Bad", '{"ok": false, "error": "x", "error_code": "?"}'),
        REFUSED,
    ),
    "a proxy's 403 page": (answering("403 Forbidden", "<html>Blocked</html>", kind="text/html"), UNSENT),
    "a proxy's 403 in JSON": (answering("403 Forbidden", '{"message": "blocked"}'), UNSENT),
    "a portal's 302": (answering("302 Found", ""), UNSENT),
    "a 429 page": (answering("429 Slow down", "<html></html>", kind="text/html"), Outcome.RATE_LIMITED),
}


@pytest.mark.parametrize("service", SERVICES)
async def test_what_became_of_a_message_is_sorted_right(service: str) -> None:
    script: Script = hangs_up_at_once

    async def whatever(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await script(reader, writer)

    found: dict[str, Outcome] = {}
    async with serving(whatever) as root:
        chat = channel(service, root)
        for case, (planned, _) in NETWORK.items():
            script = planned
            found[case] = (await fate_of(chat, service)).outcome
        await chat.close()
    assert found == {case: outcome for case, (_, outcome) in NETWORK.items()}


@pytest.mark.parametrize("service", SERVICES)
async def test_an_answer_that_dribbles_ends_as_doubtful_and_soon(
    service: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(slack_wire, "CONNECT_SECONDS", 0.1)
    async with asyncio.timeout(3), serving(dribbles) as root:
        assert (await fate(service, root)).outcome is AMBIGUOUS


@pytest.mark.parametrize("service", SERVICES)
async def test_what_never_left_is_tried_again_without_a_word(service: str) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
        assert (await fate(service, f"http://127.0.0.1:{port}")).outcome is UNSENT, "nobody listens"
    assert (await fate(service, "http://no-such-host.invalid")).outcome is UNSENT, "no such name"
    async with serving(hangs_up_at_once) as root:
        secure = root.replace("http:", "https:")
        assert (await fate(service, secure)).outcome is UNSENT, "no TLS there"


@pytest.mark.parametrize("service", SERVICES)
async def test_a_name_that_is_never_resolved_and_a_full_pool_have_sent_nothing(
    service: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for wire in (slack_wire, telegram_wire):
        monkeypatch.setattr(wire, "CONNECT_SECONDS", 0.1)

    async def never(*given: object, **more: object) -> list[object]:
        await asyncio.sleep(5)
        return []

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", never)
    async with asyncio.timeout(3):
        assert (await fate(service, "http://chats.example")).outcome is UNSENT


@pytest.mark.parametrize(
    ("pause", "seconds"), [("7", 7), ("-3", 1), ('"soon"', 5), ("1e999", 5), ("1e9", 86_400)]
)
def test_the_pause_that_telegram_asks_for_is_a_sane_one(pause: str, seconds: float) -> None:
    body = f'{{"ok": false, "error_code": 429, "parameters": {{"retry_after": {pause}}}}}'
    with pytest.raises(telegram_wire.BotApiError) as caught:
        telegram_wire._checked(429, body.encode())
    assert caught.value.retry_after == seconds


def test_a_slow_answer_is_waited_for_and_no_stale_connection_is_used() -> None:
    assert (Telegram("1:x")._wire.read_timeout or 0) >= 60
    assert Slack("xoxb-x")._wire._read_timeout >= 60
    assert max(telegram_wire.KEEPALIVE_SECONDS, slack_wire.KEEPALIVE_SECONDS) <= 5
