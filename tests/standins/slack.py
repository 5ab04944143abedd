"""A strict stand-in for Slack's Web API: it refuses what Slack refuses, counts, limits, and remembers."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from itertools import count
from typing import Any

from aiohttp import web

from tests.standins import slack_people
from tests.standins.server import Failure, Rates, StandIn, flag, number, parameters, plain
from tests.standins.slack_addresses import Addresses
from tests.standins.slack_files import Files
from tests.standins.slack_people import BOT, Moment
from tests.standins.slack_rules import SlackError, SlackPost, content_of, refusal
from tests.standins.slack_sockets import Sockets

__all__ = ["SlackError", "SlackPost", "SlackStandIn"]

_STATES = {"archived": "is_archived", "not_in_channel": "not_in_channel", "ok": ""}
SCOPES = (
    "app_mentions:read",
    "channels:history",
    "channels:read",
    "chat:write",
    "commands",
    "files:write",
    "groups:history",
    "groups:read",
    "im:history",
    "im:write",
)


class SlackStandIn(StandIn):
    """``async with SlackStandIn(token=..., chats={"C0123ABC"}) as slack:``; ``slack.api_url`` is the root.

    ``slash``, ``mention``, ``direct`` and ``press`` are what people do; whoever listens is told by Socket Mode.
    """

    writes = frozenset({"chat.postMessage", "chat.update", "chat.postEphemeral"})

    def __init__(
        self,
        *,
        token: str = "xoxb-stand-in-token-for-tests",
        app_token: str = "xapp-stand-in-token-for-tests",
        chats: Iterable[str] = ("C0123ABC",),
        scopes: Iterable[str] = SCOPES,
        clock: Callable[[], float] = time.monotonic,
        rates: bool = True,
        page: int = 100,
    ) -> None:
        super().__init__()
        self.token = token
        self.app_token = app_token
        self.app_scopes = {"connections:write"}
        self.chats = dict.fromkeys(chats, "ok")
        """Channel to its state: ok, archived or not_in_channel."""
        self.scopes = set(scopes)
        self.posts: list[SlackPost] = []
        self.whispers: list[SlackPost] = []
        """Messages that only one person sees."""
        self.outsiders: set[str] = set()
        """People who are not in the channels."""
        self.files = Files()
        self.sockets = Sockets()
        self._addresses = Addresses(clock)
        self._moments = count(1)
        self.foreign_threads: set[str] = set()
        """Threads that people opened."""
        self.rate_limited = 0
        self._rates = Rates(clock, burst=3) if rates else None
        self._clock = clock
        self._paused: dict[str, float] = {}
        self._page = page
        self._last_ts = 0.0

    @property
    def api_url(self) -> str:
        """The root of the Web API, as SLACK_API_URL has it."""
        return f"{self.url}/api/"

    def routes(self) -> list[web.RouteDef]:
        return [
            web.route("*", "/api/{method}", self._called),
            web.get("/link/", self.sockets.serve),
            web.post("/upload/{file}", self.files.take),
            web.post("/hooks/{name}", self._answered_at),
        ]

    async def __aexit__(self, *exc: object) -> None:
        await self.sockets.close()
        await super().__aexit__(*exc)

    def log(self) -> dict[str, Any]:
        return {
            "posts": [plain(post) for post in self.posts],
            "whispers": [plain(post) for post in self.whispers],
            "files": [
                {"id": file.id, "name": file.name, "length": file.length} for file in self.files.kept.values()
            ],
            **self.sockets.log(),
            "calls": dict(self.calls),
            "refused": self.refused,
            "rate_limited": self.rate_limited,
        }

    async def _called(self, request: web.Request) -> web.Response:
        method = request.match_info["method"]
        self.calls[method] += 1
        given = await parameters(request)
        token = request.headers.get("Authorization", "").removeprefix("Bearer ") or given.get("token", "")

        async def accept() -> web.Response:
            return self._answer(method, token, given)

        failure = self.planned(method)
        if failure is None:
            return await accept()
        return await self._fail(request, failure, given, accept)

    async def _fail(
        self, request: web.Request, failure: Failure, given: dict[str, Any], accept: Any
    ) -> web.Response:
        said = {"401": SlackError("invalid_auth"), "403": SlackError("is_archived")}.get(failure.how)
        if failure.how == "429":
            self._paused[str(given.get("channel"))] = self._clock() + failure.retry_after
            said = SlackError("ratelimited", status=429, retry_after=failure.retry_after)
        elif failure.how == "500":
            said = SlackError("internal_error", status=500)
        elif failure.how.startswith("error:"):
            said = SlackError(failure.how.removeprefix("error:"))
        elif failure.how == "no_id":
            await accept()
            return web.json_response({"ok": True})
        return refusal(said) if said else await self.failing(request, failure, accept)

    def _answer(self, method: str, token: str, given: dict[str, Any]) -> web.Response:
        try:
            answer = {"ok": True, **self._method(method, token)(given)}
            return web.json_response(answer, headers={"X-OAuth-Scopes": ",".join(sorted(self.scopes))})
        except SlackError as error:
            self.refused.append((method, "; ".join([error.code, *error.messages])))
            self.rate_limited += error.status == 429
            return refusal(error)

    def _method(self, method: str, token: str) -> Callable[[dict[str, Any]], dict[str, Any]]:
        if method == "apps.connections.open":
            return lambda given: self._do_apps_connections_open(token)
        if token != self.token:
            wrong = "not_allowed_token_type" if token == self.app_token else "invalid_auth"
            raise SlackError(wrong if token else "not_authed")
        known = {
            "auth.test": self._do_auth_test,
            "chat.postMessage": self._do_chat_post_message,
            "chat.postEphemeral": self._do_chat_post_ephemeral,
            "chat.update": self._do_chat_update,
            "conversations.open": self._do_conversations_open,
            "files.getUploadURLExternal": self._do_files_get_upload_url,
            "files.completeUploadExternal": self._do_files_complete_upload,
            "conversations.info": self._do_conversations_info,
            "conversations.history": self._do_conversations_history,
            "conversations.replies": self._do_conversations_replies,
        }
        if method not in known:
            raise SlackError("unknown_method")
        return known[method]

    def _do_auth_test(self, given: dict[str, Any]) -> dict[str, Any]:
        return {"user": "wirewatch", "team": "Desk", "user_id": BOT, "url": self.url}

    def _do_conversations_info(self, given: dict[str, Any]) -> dict[str, Any]:
        self._needs("channels:read")
        channel = self._channel(given, "archived", "not_in_channel")
        return {"channel": {"id": channel, "is_member": self.chats[channel] != "not_in_channel"}}

    def _do_chat_post_message(self, given: dict[str, Any]) -> dict[str, Any]:
        self._needs("chat:write")
        channel = self._channel(given)
        thread = self._thread(given, channel)
        if flag(given.get("unfurl_links", True)) or flag(given.get("unfurl_media", True)):
            raise SlackError("invalid_arguments", messages=["links must not unfurl"])
        text, blocks = self._content(given)
        self._limit(channel)
        post = SlackPost(channel, self._next_ts(), text, blocks, time.time(), thread)
        post.broadcast = flag(given.get("reply_broadcast"))
        post.metadata = given.get("metadata")
        post.read()
        self.posts.append(post)
        return {"channel": channel, "ts": post.ts, "message": {"text": text, "ts": post.ts}}

    def _do_chat_post_ephemeral(self, given: dict[str, Any]) -> dict[str, Any]:
        self._needs("chat:write")
        channel, person = self._channel(given), str(given.get("user") or "")
        if not person or person in self.outsiders:
            raise SlackError("user_not_in_channel")
        thread = self._thread(given, channel)
        text, blocks = self._content(given)
        self._limit(channel)
        post = SlackPost(channel, self._next_ts(), text, blocks, time.time(), thread, person=person)
        post.read()
        self.whispers.append(post)
        return {"message_ts": post.ts}

    def _do_chat_update(self, given: dict[str, Any]) -> dict[str, Any]:
        self._needs("chat:write")
        channel = self._channel(given)
        post = next((one for one in self.posts if (one.channel, one.ts) == (channel, given.get("ts"))), None)
        if post is None:
            raise SlackError("message_not_found")
        text, blocks = self._content(given)
        self._limit(channel)
        post.rewrite(text, blocks)
        return {"channel": channel, "ts": post.ts, "text": post.text}

    def _do_apps_connections_open(self, token: str) -> dict[str, Any]:
        if token != self.app_token:
            wrong = "not_allowed_token_type" if token == self.token else "invalid_auth"
            raise SlackError(wrong if token else "not_authed")
        if "connections:write" not in self.app_scopes:
            raise SlackError("missing_scope", messages=["connections:write"])
        return {"url": f"{self.url.replace('http', 'ws', 1)}/link/?ticket={self.sockets.ticket()}"}

    def _do_conversations_open(self, given: dict[str, Any]) -> dict[str, Any]:
        self._needs("im:write")
        person = str(given.get("users") or "")
        if not person.startswith("U"):
            raise SlackError("user_not_found")
        channel = f"D{person[1:]}"
        self.chats.setdefault(channel, "ok")
        return {"channel": {"id": channel}}

    def _do_files_get_upload_url(self, given: dict[str, Any]) -> dict[str, Any]:
        self._needs("files:write")
        return self.files.place(given, self.url)

    def _do_files_complete_upload(self, given: dict[str, Any]) -> dict[str, Any]:
        self._needs("files:write")
        channel = self._channel({"channel": given["channel_id"]}) if given.get("channel_id") else ""
        thread = self._thread(given, channel) if channel else None
        done = self.files.complete(given)
        if channel:
            text = str(given.get("initial_comment") or "")
            post = SlackPost(channel, self._next_ts(), text, [], time.time(), thread, files=done)
            post.read()
            self.posts.append(post)
        return {"files": [{"id": file, "title": self.files.kept[file].name} for file in done]}

    def _do_conversations_history(self, given: dict[str, Any]) -> dict[str, Any]:
        self._needs("channels:history")
        channel = self._channel(given, "archived")
        posts = [post for post in self.posts if post.thread_ts is None or post.broadcast]
        return self._history(given, [post for post in posts if post.channel == channel][::-1])

    def _do_conversations_replies(self, given: dict[str, Any]) -> dict[str, Any]:
        self._needs("channels:history")
        channel = self._channel(given, "archived")
        thread = given.get("ts")
        posts = [
            post for post in self.posts if post.channel == channel and thread in {post.thread_ts, post.ts}
        ]
        if not posts:
            raise SlackError("thread_not_found")
        return self._history(given, posts)

    def _history(self, given: dict[str, Any], posts: list[SlackPost]) -> dict[str, Any]:
        oldest = float(given.get("oldest") or 0)
        posts = [post for post in posts if float(post.ts) > oldest]
        start = int(given.get("cursor") or 0)
        end = start + min(self._page, number(given.get("limit")) or 100)
        with_metadata = flag(given.get("include_all_metadata"))
        shown = [post.as_message(with_metadata=with_metadata) for post in posts[start:end]]
        cursor = str(end) if end < len(posts) else ""
        return {"messages": shown, "has_more": bool(cursor), "response_metadata": {"next_cursor": cursor}}

    async def slash(self, chat: str, person: str, text: str, *, name: str = "mei") -> None:
        """A person types ``/wirewatch TEXT``."""
        self._needs("commands")
        moment = self._moment(chat, person)
        await self.sockets.tell("slash_commands", slack_people.slash(chat, person, text, moment, name=name))

    async def mention(
        self, chat: str, person: str, text: str, *, thread: str | None = None, **more: Any
    ) -> None:
        """A person writes ``@Wirewatch TEXT`` in a channel, or in a thread."""
        self._needs("app_mentions:read")
        threaded = {"thread_ts": thread} if thread else {}
        said = {"user": person, "text": f"<@{BOT}> {text}", "channel": chat, **threaded, **more}
        moment = self._moment(chat, person)
        await self.sockets.tell("events_api", slack_people.event("app_mention", moment, **said))

    async def direct(self, person: str, text: str, **more: Any) -> str:
        """A person writes to the bot alone; return the chat."""
        self._needs("im:history")
        chat = f"D{person[1:]}"
        self.chats.setdefault(chat, "ok")
        said = {"user": person, "text": text, "channel": chat, "channel_type": "im", **more}
        moment = self._moment(chat, person)
        await self.sockets.tell("events_api", slack_people.event("message", moment, **said))
        return chat

    async def press(self, post: SlackPost, action: str, person: str, *, name: str = "mei") -> None:
        """A person presses a button, or chooses from a menu; it must be there."""
        for element in post.elements():
            values = [element.get("value"), *(each["value"] for each in element.get("options", ()))]
            if action in values:
                moment = self._moment(post.channel, person, post)
                payload = slack_people.press(post, element, action, person, moment, name=name)
                await self.sockets.tell("interactive", payload)
                return
        raise ValueError(
            f"there is no {action} under the message, only {[e.get('value') for e in post.elements()]}"
        )

    async def command(self, verb: str, arguments: dict[str, Any]) -> Any:
        if verb == "say":
            kind = arguments.pop("kind", "slash")
            return await getattr(self, {"slash": "slash", "mention": "mention", "dm": "direct"}[kind])(
                **arguments
            )
        if verb == "press":
            every = [*self.posts, *self.whispers]
            post = next(post for post in every if post.ts == arguments["ts"])
            return await self.press(post, arguments["action"], arguments["person"])
        if verb == "disconnect":
            return await self.sockets.disconnect(**arguments)
        return await super().command(verb, arguments)

    def _moment(self, chat: str, person: str, under: SlackPost | None = None) -> Moment:
        happened = next(self._moments)
        self._addresses.issue(str(happened), chat, person, under)
        return Moment(happened, self._next_ts(), f"{self.url}/hooks/{happened}")

    async def _answered_at(self, request: web.Request) -> web.Response:
        """Take an answer at the address that came with a question."""
        name, given = request.match_info["name"], await request.json()
        self.calls["response_url"] += 1
        try:
            self._take_answer(name, given)
        except SlackError as error:
            self.refused.append(("response_url", "; ".join([error.code, *error.messages])))
            return web.Response(status=error.status, text=error.code)
        return web.Response(text="ok")

    def _take_answer(self, name: str, given: dict[str, Any]) -> None:
        address = self._addresses.find(name)
        try:
            text, blocks = self._content(given)
        except SlackError as error:
            raise SlackError(error.code, status=400, messages=error.messages) from None
        address.left -= 1
        if flag(given.get("replace_original")) and address.under is not None:
            address.under.rewrite(text, blocks)
            return
        alone = given.get("response_type", "ephemeral") == "ephemeral"
        post = SlackPost(address.chat, self._next_ts(), text, blocks, time.time(), given.get("thread_ts"))
        post.person, post.by_address = address.person if alone else "", True
        post.read()
        (self.whispers if alone else self.posts).append(post)

    def _content(self, given: dict[str, Any]) -> tuple[str, list[dict[str, Any]]]:
        text, blocks = content_of(given)
        self.files.check(blocks)
        return text, blocks

    def _thread(self, given: dict[str, Any], channel: str) -> str | None:
        thread = given.get("thread_ts")
        known = {post.ts for post in self.posts if post.channel == channel} | self.foreign_threads
        if thread is not None and thread not in known:
            raise SlackError("thread_not_found")
        return thread

    def _needs(self, scope: str) -> None:
        if scope not in self.scopes:
            raise SlackError("missing_scope", messages=[scope])

    def _channel(self, given: dict[str, Any], *allowed: str) -> str:
        channel = str(given.get("channel") or "")
        if channel not in self.chats:
            raise SlackError("channel_not_found")
        if self.chats[channel] not in {"ok", *allowed}:
            raise SlackError(_STATES[self.chats[channel]])
        return channel

    def _limit(self, channel: str) -> None:
        wait = self._paused.get(channel, 0.0) - self._clock()
        seconds = int(wait) + 1 if wait > 0 else self._rates.refuses(channel) if self._rates else 0
        if seconds:
            raise SlackError("ratelimited", status=429, retry_after=seconds)

    def _next_ts(self) -> str:
        self._last_ts = max(time.time(), self._last_ts + 0.000_01)
        return f"{self._last_ts:.6f}"
