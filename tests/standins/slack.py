"""A strict stand-in for Slack's Web API: it refuses what Slack refuses, counts, limits, and remembers."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from tests.standins.server import Failure, Rates, StandIn, flag, number, parameters, plain
from tests.standins.slack_blocks import faults, live, markup_faults, styled, visible

_MOST_CHARACTERS = 13_200
_STATES = {"archived": "is_archived", "not_in_channel": "not_in_channel", "ok": ""}


@dataclass
class SlackPost:
    """One accepted message as it looks now; ``visible`` is what a reader sees, ``text`` the notification."""

    channel: str
    ts: str
    text: str
    blocks: list[dict[str, Any]]
    at: float
    thread_ts: str | None = None
    broadcast: bool = False
    metadata: dict[str, Any] | None = None
    visible: str = ""
    styled: list[str] = field(default_factory=list)
    live: list[str] = field(default_factory=list)
    edits: list[dict[str, Any]] = field(default_factory=list)


class SlackError(Exception):
    """An answer with ok: false; the text is Slack's code."""

    def __init__(
        self, code: str, *, status: int = 200, retry_after: int = 0, messages: Iterable[str] = ()
    ) -> None:
        self.code = code
        self.status = status
        self.retry_after = retry_after
        self.messages = list(messages)
        super().__init__(code)


class SlackStandIn(StandIn):
    """``async with SlackStandIn(token=..., chats={"C0123ABC"}) as slack:``; ``slack.api_url`` is the root."""

    writes = frozenset({"chat.postMessage", "chat.update"})

    def __init__(
        self,
        *,
        token: str = "xoxb-stand-in-token-for-tests",
        chats: Iterable[str] = ("C0123ABC",),
        scopes: Iterable[str] = ("chat:write", "channels:read", "channels:history"),
        clock: Callable[[], float] = time.monotonic,
        rates: bool = True,
        page: int = 100,
    ) -> None:
        super().__init__()
        self.token = token
        self.chats = dict.fromkeys(chats, "ok")
        """Channel to its state: ok, archived or not_in_channel."""
        self.scopes = set(scopes)
        self.posts: list[SlackPost] = []
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
        return [web.route("*", "/api/{method}", self._called)]

    def log(self) -> dict[str, Any]:
        return {
            "posts": [plain(post) for post in self.posts],
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
        return _refusal(said) if said else await self.failing(request, failure, accept)

    def _answer(self, method: str, token: str, given: dict[str, Any]) -> web.Response:
        try:
            return web.json_response({"ok": True, **self._method(method, token)(given)})
        except SlackError as error:
            self.refused.append((method, "; ".join([error.code, *error.messages])))
            self.rate_limited += error.status == 429
            return _refusal(error)

    def _method(self, method: str, token: str) -> Callable[[dict[str, Any]], dict[str, Any]]:
        if token != self.token:
            raise SlackError("invalid_auth" if token else "not_authed")
        known = {
            "auth.test": self._do_auth_test,
            "chat.postMessage": self._do_chat_post_message,
            "chat.update": self._do_chat_update,
            "conversations.info": self._do_conversations_info,
            "conversations.history": self._do_conversations_history,
            "conversations.replies": self._do_conversations_replies,
        }
        if method not in known:
            raise SlackError("unknown_method")
        return known[method]

    def _do_auth_test(self, given: dict[str, Any]) -> dict[str, Any]:
        return {"user": "wirewatch", "team": "Desk", "user_id": "U0BOT", "url": self.url}

    def _do_conversations_info(self, given: dict[str, Any]) -> dict[str, Any]:
        self._needs("channels:read")
        channel = self._channel(given, "archived", "not_in_channel")
        return {"channel": {"id": channel, "is_member": self.chats[channel] != "not_in_channel"}}

    def _do_chat_post_message(self, given: dict[str, Any]) -> dict[str, Any]:
        self._needs("chat:write")
        channel = self._channel(given)
        thread = given.get("thread_ts")
        if thread is not None and not any(
            post.ts == thread and post.channel == channel for post in self.posts
        ):
            raise SlackError("thread_not_found")
        if flag(given.get("unfurl_links", True)) or flag(given.get("unfurl_media", True)):
            raise SlackError("invalid_arguments", messages=["links must not unfurl"])
        text, blocks = _content(given)
        self._limit(channel)
        post = SlackPost(channel, self._next_ts(), text, blocks, time.time(), thread)
        post.broadcast = flag(given.get("reply_broadcast"))
        post.metadata = given.get("metadata")
        _read(post)
        self.posts.append(post)
        return {"channel": channel, "ts": post.ts, "message": {"text": text, "ts": post.ts}}

    def _do_chat_update(self, given: dict[str, Any]) -> dict[str, Any]:
        self._needs("chat:write")
        channel = self._channel(given)
        post = next((one for one in self.posts if (one.channel, one.ts) == (channel, given.get("ts"))), None)
        if post is None:
            raise SlackError("message_not_found")
        post_text, blocks = _content(given)
        self._limit(channel)
        post.text, post.blocks = post_text, blocks
        _read(post)
        post.edits.append({"text": post.text, "visible": post.visible, "at": time.time()})
        return {"channel": channel, "ts": post.ts, "text": post.text}

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
        shown = [_as_message(post, with_metadata=with_metadata) for post in posts[start:end]]
        cursor = str(end) if end < len(posts) else ""
        return {"messages": shown, "has_more": bool(cursor), "response_metadata": {"next_cursor": cursor}}

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


def _as_message(post: SlackPost, *, with_metadata: bool) -> dict[str, Any]:
    message: dict[str, Any] = {"ts": post.ts, "text": post.text, "type": "message"}
    return message | ({"metadata": post.metadata} if with_metadata and post.metadata else {})


def _content(given: dict[str, Any]) -> tuple[str, list[dict[str, Any]]]:
    text = str(given.get("text") or "")
    blocks = given.get("blocks")
    if not text and not blocks:
        raise SlackError("no_text")
    if len(text) > 40_000:
        raise SlackError("msg_too_long")
    if given.get("parse", "none") != "none" or flag(given.get("link_names")):
        raise SlackError("invalid_arguments", messages=["parse must be none"])
    if blocks is None:
        return text, []
    wrong = faults(blocks) + markup_faults(text)
    if wrong:
        raise SlackError("invalid_blocks", messages=wrong)
    if sum(len(source) for source in _sources(blocks)) > _MOST_CHARACTERS:
        raise SlackError("msg_blocks_too_long")
    return text, blocks


def _sources(blocks: list[dict[str, Any]]) -> list[str]:
    """Return the texts of sections and contexts."""
    texts = [text for block in blocks for text in [block.get("text"), *block.get("elements", [])] if text]
    return [text["text"] for text in texts if text.get("type") == "mrkdwn"]


def _read(post: SlackPost) -> None:
    sources = _sources(post.blocks) or [post.text]
    post.visible = "\n".join(map(visible, sources))
    post.styled = [run for source in sources for run in styled(source)]
    post.live = [found for source in sources for found in live(source)]


def _refusal(error: SlackError) -> web.Response:
    answer: dict[str, Any] = {"ok": False, "error": error.code}
    if error.code == "missing_scope":
        answer["needed"] = ",".join(error.messages)
    elif error.messages:
        answer["response_metadata"] = {"messages": error.messages}
    headers = {"Retry-After": str(error.retry_after)} if error.retry_after else {}
    return web.json_response(answer, status=error.status, headers=headers)
