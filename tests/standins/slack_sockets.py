"""Slack's Socket Mode: real WebSockets on loopback that want every envelope confirmed within three seconds."""

from __future__ import annotations

import asyncio
import json
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from aiohttp import WSMsgType, web

from tests.standins.slack_people import APP

MOST_SOCKETS = 10
MOST_RETRIES = 3


@dataclass
class Envelope:
    """Something that Slack tells the app, and when that was confirmed."""

    id: str
    type: str
    payload: dict[str, Any]
    sent: float | None = None
    confirmed: float | None = None
    attempt: int = 0
    events: list[str] = field(default_factory=list)

    @property
    def seconds(self) -> float | None:
        """From sending to confirmation; None while it waits."""
        return None if self.confirmed is None or self.sent is None else self.confirmed - self.sent


class Sockets:
    """All sockets of one app; ``tell`` sends an envelope over one of them, or keeps it until there is one."""

    def __init__(self, *, patience: float = 3.0, most: int = MOST_SOCKETS) -> None:
        self.patience = patience
        self.most = most
        self.envelopes: list[Envelope] = []
        self.late: list[str] = []
        """Ids of envelopes that were confirmed too late, or never."""
        self.opened = 0
        self.say_hello = True
        self.app_id = APP
        self._open: list[web.WebSocketResponse] = []
        self._tickets: set[str] = set()
        self._waiting: deque[Envelope] = deque()
        self._numbers = count(1)
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def connected(self) -> int:
        """How many sockets are open now."""
        return len(self._open)

    def ticket(self) -> str:
        """Return a ticket for one socket; it opens one, once."""
        ticket = f"SECRET-TICKET-{next(self._numbers)}"
        self._tickets.add(ticket)
        return ticket

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """Serve one socket until it closes."""
        ticket = request.query.get("ticket", "")
        if ticket not in self._tickets:
            return web.Response(status=403, text="no such ticket")
        self._tickets.discard(ticket)
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        self.opened += 1
        if len(self._open) >= self.most:
            await socket.send_json({"type": "disconnect", "reason": "too_many_websockets"})
            await socket.close()
            return socket
        self._open.append(socket)
        try:
            if self.say_hello:
                info = {"app_id": self.app_id}
                await socket.send_json(
                    {"type": "hello", "num_connections": len(self._open), "connection_info": info}
                )
            while self._waiting:
                await self._send(self._waiting.popleft())
            await self._read(socket)
        finally:
            self._open.remove(socket)
        return socket

    async def _read(self, socket: web.WebSocketResponse) -> None:
        async for message in socket:
            if message.type is WSMsgType.TEXT:
                self._confirm(json.loads(message.data))

    def _confirm(self, said: dict[str, Any]) -> None:
        for envelope in self.envelopes:
            if envelope.id == said.get("envelope_id") and envelope.confirmed is None:
                envelope.confirmed = time.monotonic()
                if envelope.seconds is not None and envelope.seconds > self.patience:
                    self.late.append(envelope.id)

    async def tell(self, kind: str, payload: dict[str, Any], *, attempt: int = 0) -> Envelope:
        """Send an envelope; an event that is not confirmed in time is sent again, three times at most."""
        envelope = Envelope(f"envelope-{next(self._numbers)}", kind, payload, attempt=attempt)
        self.envelopes.append(envelope)
        if self._open:
            await self._send(envelope)
        elif kind == "events_api":
            self._waiting.append(envelope)
        else:
            self.late.append(envelope.id)  # a person would see that the command failed
        return envelope

    async def _send(self, envelope: Envelope) -> None:
        said: dict[str, Any] = {
            "envelope_id": envelope.id,
            "type": envelope.type,
            "payload": envelope.payload,
        }
        said["accepts_response_payload"] = envelope.type != "events_api"
        if envelope.type == "events_api":
            reason = "timeout" if envelope.attempt else ""
            said |= {"retry_attempt": envelope.attempt, "retry_reason": reason}
        envelope.sent = time.monotonic()
        try:
            await self._open[-1].send_json(said)
        except (ConnectionError, IndexError):
            self._waiting.append(envelope)
            return
        self._later(self.patience, lambda: self._look_again(envelope))

    async def _look_again(self, envelope: Envelope) -> None:
        if envelope.confirmed is not None:
            return
        self.late.append(envelope.id)
        if envelope.type == "events_api" and envelope.attempt < MOST_RETRIES:
            await self.tell(envelope.type, envelope.payload, attempt=envelope.attempt + 1)

    async def say_raw(self, *frames: str) -> None:
        """Send frames as they are."""
        for frame in frames:
            await self._open[-1].send_str(frame)

    async def disconnect(self, reason: str = "refresh_requested") -> None:
        """Say goodbye to every socket that is open now; they are closed a moment later."""
        for socket in list(self._open):
            await socket.send_json({"type": "disconnect", "reason": reason, "debug_info": {}})

            async def close(leaving: web.WebSocketResponse = socket) -> None:
                await leaving.close()

            self._later(0.3, close)

    async def drop(self) -> None:
        """Break every socket off without a word."""
        for socket in list(self._open):
            if socket._writer is not None and socket._writer.transport is not None:
                socket._writer.transport.abort()

    async def hang_up(self) -> None:
        """Close every socket in good order, without having said goodbye."""
        for socket in list(self._open):
            await socket.close()

    async def close(self) -> None:
        """End everything."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.hang_up()

    def _later(self, seconds: float, what: Callable[[], Any]) -> None:
        async def wait() -> None:
            await asyncio.sleep(seconds)
            await what()

        task = asyncio.create_task(wait())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def log(self) -> dict[str, Any]:
        """Return what was confirmed when, fit for JSON."""
        return {
            "sockets_opened": self.opened,
            "envelopes": [
                {"id": each.id, "type": each.type, "attempt": each.attempt, "seconds": each.seconds}
                for each in self.envelopes
            ],
            "late": self.late,
        }
