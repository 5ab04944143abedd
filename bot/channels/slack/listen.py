"""Socket Mode: Slack's envelopes become questions, confirmed before they are answered, whatever the network does."""

from __future__ import annotations

import asyncio
import logging
import re
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import replace
from typing import Any

from aiohttp import ClientError, ClientWebSocketResponse
from slack_bolt.async_app import AsyncApp, AsyncBoltRequest
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse

from bot.channels import Answer, Question
from bot.channels.network import proxy_for
from bot.channels.slack.questions import Payload, mentioned, pressed, said_directly, typed_command
from bot.channels.slack.wire import WebApiError, Wire
from bot.model import Outcome

_log = logging.getLogger(__name__)

FIRST_PAUSE = 1.0
LONGEST_PAUSE = 60.0
PING_SECONDS = 5.0
CONNECT_SECONDS = 15.0
MOST_LANES = 256
MOST_NAMES = 10_000
MOST_WAITING = 20
"""Questions of one person that wait for their answers; a flood beyond them is dropped."""
MOST_RUNNING = 1_000
HASTY = 2.0
"""Seconds: a connection that Slack renews sooner than that was none to wait for."""
MOST_HASTY = 3
# A connection that lived this long was a good one: its end is a new trouble.
SETTLED = 30.0
FAREWELL_SECONDS = 2.0
_REFRESHES = frozenset({"warning", "refresh_requested"})
_GOODBYES = {
    "too_many_websockets": "more than ten programs listen with this app token; stop the others",
    "link_disabled": "Socket Mode is turned off for the app; turn it on at api.slack.com/apps",
}
_REFUSED = (
    "the app token is refused ({said}); put an app-level token (xapp-...) with the scope connections:write "
    "in SLACK_APP_TOKEN and turn Socket Mode on"
)


class Ear:
    """Listens on one socket and hands questions on, one at a time for each person in a chat.

    ``identify`` tells the bot's own user id; raises WebApiError.
    """

    def __init__(
        self,
        wire: Wire,
        app_token: str,
        identify: Callable[[], Awaitable[str]],
        answer: Answer,
        *,
        sleep: Callable[[float], Awaitable[object]],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._wire = wire
        self._token = app_token
        self._identify = identify
        self._answer = answer
        self._trouble = Trouble(sleep, clock)
        self._me = ""
        self._names: dict[str, str] = {}
        self._lanes: dict[tuple[str, str], asyncio.Lock] = {}
        self._running: set[asyncio.Task[None]] = set()
        self._waiting: Counter[str] = Counter()
        self._app = self._desk()

    async def listen(self) -> None:
        """Listen until cancelled; answers that still run are cancelled with it."""
        await self._learn_who_we_are()
        socket = Socket(self._wire, self._token, self._trouble, ping_seconds=PING_SECONDS)
        socket.socket_mode_request_listeners.append(self._take)
        try:
            await socket.connect()
            await asyncio.Event().wait()
        finally:
            await socket.close()
            for task in self._running:
                task.cancel()
            await asyncio.gather(*self._running, return_exceptions=True)

    async def _learn_who_we_are(self) -> None:
        while not self._me:
            try:
                self._me = await self._identify()
                if not self._me:
                    raise WebApiError(Outcome.AMBIGUOUS, "an unreadable answer")  # noqa: TRY301
            except WebApiError as error:
                words = f"who the bot is can't be asked ({error.said})"
                await self._trouble.back_off(words, error.retry_after)

    async def _take(self, client: AsyncBaseSocketModeClient, request: SocketModeRequest) -> None:
        """Confirm an envelope first: Slack waits for three seconds, and an answer may take longer."""
        try:
            await client.send_socket_mode_response(SocketModeResponse(envelope_id=request.envelope_id))
        except (OSError, RuntimeError, AttributeError) as error:
            # It is answered all the same; should Slack send it again, it is known by its number.
            _log.info("an envelope was not confirmed (%s)", type(error).__name__)
        if self._is_foreign(client, request.payload):
            _log.warning("a payload for another app of Slack was left alone")
            return
        await self._app.async_dispatch(AsyncBoltRequest(mode="socket_mode", body=request.payload or {}))

    def _is_foreign(self, client: AsyncBaseSocketModeClient, payload: object) -> bool:
        """Tell whether a payload names another app than the one that Slack greeted."""
        named = payload.get("api_app_id") if isinstance(payload, dict) else None
        ours = client.app_id if isinstance(client, Socket) else ""
        return bool(ours and named and named != ours)

    def _desk(self) -> AsyncApp:
        """Return the app that sorts payloads; what it does not know falls away."""

        async def authorize() -> AuthorizeResult:
            # The bot answers by its own client; the library wants to see some token.
            me = {"bot_user_id": self._me, "bot_id": "", "bot_token": "unused"}
            return AuthorizeResult(enterprise_id=None, team_id=None, **me)

        async def broke(error: Exception) -> None:
            _log.error("a payload of Slack can't be sorted (%s)", type(error).__name__)

        app = AsyncApp(
            name="slack_bolt.wirewatch",  # also a logger, which is silenced
            logger=silent_logger(),
            authorize=authorize,
            request_verification_enabled=False,
            ssl_check_enabled=False,
        )

        app.error(broke)
        app.command(re.compile(".*"))(self._heard(typed_command))
        app.event("app_mention")(self._heard(lambda body: mentioned(body, self._me)))
        app.event("message")(self._heard(lambda body: said_directly(body, self._me)))
        app.action(re.compile(".*"))(self._heard(pressed))
        return app

    def _heard(self, understand: Callable[[Payload], Question | None]) -> Callable[..., Awaitable[None]]:
        async def heard(ack: Callable[[], Awaitable[object]], body: dict[str, Any]) -> None:
            await ack()
            try:
                question = understand(body)
            except Exception:  # noqa: BLE001 - nor must a payload that nobody foresaw
                _log.exception("a payload of Slack can't be read")
                return
            if question is not None:
                self._hand_on(question)

        return heard

    def _hand_on(self, question: Question) -> None:
        if question.person_name:
            if len(self._names) > MOST_NAMES:
                self._names.clear()
            self._names[question.person] = question.person_name
        else:  # Slack tells no names with messages
            question = replace(question, person_name=self._names.get(question.person, ""))
        who = question.person
        if self._waiting[who] >= MOST_WAITING or len(self._running) >= MOST_RUNNING:
            _log.warning("a flood of questions from Slack, some are dropped")
            return
        self._waiting[who] += 1
        task = asyncio.create_task(self._answer_in_turn(question))
        self._running.add(task)
        task.add_done_callback(lambda done: self._answered(done, who))

    def _answered(self, task: asyncio.Task[None], who: str) -> None:
        self._running.discard(task)
        self._waiting[who] -= 1
        if not self._waiting[who]:
            del self._waiting[who]

    async def _answer_in_turn(self, question: Question) -> None:
        if len(self._lanes) > MOST_LANES:
            self._lanes = {who: lane for who, lane in self._lanes.items() if lane.locked()}
        lane = self._lanes.setdefault((question.chat, question.person), asyncio.Lock())
        async with lane:
            try:
                await self._answer(question)
            except Exception:  # noqa: BLE001 - one bad answer must not end listening
                _log.exception("the question %s of chat %s got no answer", question.update_id, question.chat)


class Trouble:
    """Waits longer each time, and says once what is wrong and once that it is over."""

    def __init__(self, sleep: Callable[[float], Awaitable[object]], clock: Callable[[], float]) -> None:
        self._sleep = sleep
        self._clock = clock
        self._pause = 0.0
        self._said = ""
        self._well: float | None = None

    async def back_off(self, trouble: str, asked_for: float | None = None) -> None:
        """Say it, if it is new, and wait."""
        if self._well is not None and self._clock() - self._well > SETTLED:
            self._said, self._pause = "", 0.0
        if trouble != self._said:
            _log.warning("not listening to Slack for now: %s", trouble)
            self._said = trouble
        self._well = None
        self._pause = min(LONGEST_PAUSE, max(FIRST_PAUSE, self._pause * 2))
        await self._sleep(max(self._pause, asked_for or 0.0))

    @property
    def hasty(self) -> bool:
        """True when Slack said hello only a moment ago."""
        return self._well is not None and self._clock() - self._well < HASTY

    def over(self) -> None:
        """Slack said hello; what breaks again at once goes on as the same trouble."""
        if self._said and self._well is None:
            _log.info("listening to Slack again")
        self._well = self._clock()


class Socket(SocketModeClient):
    """The library's socket with our patience: every attempt asks for a new address, and none is the last."""

    def __init__(self, wire: Wire, app_token: str, trouble: Trouble, *, ping_seconds: float) -> None:
        super().__init__(
            app_token=app_token, logger=silent_logger(), web_client=wire.client, ping_interval=ping_seconds
        )
        self._wire = wire
        self._trouble = trouble
        self._hasty = 0
        self.app_id = ""
        """Whose app Slack greeted, as far as it said so."""

    async def connect(self) -> None:
        """Open a new socket, then close the old one; try until it works or the bot ends."""
        while not self.closed:
            try:
                fresh = await self._open(await self.issue_new_wss_url())
            except WebApiError as error:
                await self._trouble.back_off(_explained(error), error.retry_after)
            except Exception as error:  # noqa: BLE001 - whatever a network does, listening goes on
                await self._trouble.back_off(f"no connection ({type(error).__name__})")
            else:
                await self._change_to(fresh)
                return

    async def close(self) -> None:
        """Close the socket and end everything that watches it."""
        self.closed = True
        tasks = (self.message_processor, self.current_session_monitor, self.message_receiver)
        for task in tasks:
            if task is not None:
                task.cancel()
        await asyncio.gather(*filter(None, tasks), return_exceptions=True)
        await self._hang_up(self.current_session)
        await self.aiohttp_client_session.close()

    async def connect_to_new_endpoint(self, force: bool = False) -> None:
        """Connect anew, unless somebody did so meanwhile."""
        async with self.connect_operation_lock:
            if force or not await self.is_connected():
                await self.connect()

    async def issue_new_wss_url(self) -> str:
        """Ask for the address of a socket; raises WebApiError. It holds a ticket: it is shown nowhere."""
        opened = self._wire.client.apps_connections_open
        address = str((await self._wire.call(opened, app_token=self.app_token)).get("url") or "")
        if not self._wire.hosts.speak(address):
            raise WebApiError(Outcome.REFUSED, "Slack named a socket that is not its own")
        return address

    async def run_message_listeners(self, message: dict[str, Any], raw_message: str) -> None:
        """Notice hello and goodbye; the rest is the library's. What no app can read is confirmed and left."""
        if message.get("type") == "hello":
            greeted = message.get("connection_info")
            self.app_id = str(greeted.get("app_id") or "") if isinstance(greeted, dict) else ""
            self._trouble.over()
        if message.get("type") == "disconnect":
            await self._leave(str(message.get("reason") or "")[:100])
        elif "envelope_id" in message and not isinstance(message.get("payload"), dict):
            await self._confirm(message["envelope_id"])
        else:
            await super().run_message_listeners(message, raw_message)

    async def _confirm(self, envelope: object) -> None:
        if isinstance(envelope, str):
            with suppress(OSError, RuntimeError, AttributeError):
                await self.send_socket_mode_response(SocketModeResponse(envelope_id=envelope))

    async def _leave(self, reason: str) -> None:
        """Slack closes a socket now and then, to have a fresh one; for other reasons it wants a pause."""
        async with self.connect_operation_lock:
            self._hasty = self._hasty + 1 if self._trouble.hasty else 0
            if reason not in _REFRESHES or self._hasty > MOST_HASTY:
                await self._hang_up(self.current_session)
                await self._trouble.back_off(_GOODBYES.get(reason, f"Slack ended the connection ({reason})"))
            await self.connect()

    async def _open(self, address: str) -> ClientWebSocketResponse:
        proxy = proxy_for(address.replace("ws", "http", 1))
        async with asyncio.timeout(CONNECT_SECONDS):
            return await self.aiohttp_client_session.ws_connect(
                address, autoping=False, heartbeat=self.ping_interval, proxy=proxy
            )

    async def _change_to(self, fresh: ClientWebSocketResponse) -> None:
        old, self.current_session = self.current_session, fresh
        self.stale = False
        self.last_ping_pong_time = None
        for task in (self.current_session_monitor, self.message_receiver):
            if task is not None and task is not asyncio.current_task():
                task.cancel()
        self.current_session_monitor = asyncio.ensure_future(self.monitor_current_session())
        self.message_receiver = asyncio.ensure_future(self.receive_messages())
        await self._hang_up(old)

    async def _hang_up(self, session: ClientWebSocketResponse | None) -> None:
        if session is not None:
            with suppress(OSError, RuntimeError, TimeoutError, ClientError):
                await asyncio.wait_for(session.close(), FAREWELL_SECONDS)


def silent_logger() -> logging.Logger:
    """The library's log holds payloads, addresses with tickets, and one stack for each failed attempt."""
    logger = logging.getLogger(f"{__name__}.library")
    logger.disabled = True
    logger.setLevel(logging.CRITICAL + 1)
    return logger


def _explained(error: WebApiError) -> str:
    if error.outcome is Outcome.UNAUTHORISED:
        return _REFUSED.format(said=error.said)
    return f"no connection ({error.said})"
