"""Requests to the Bot API: each answer sorted into what it means for the message, no token in any error."""

from __future__ import annotations

import asyncio
import json
import logging
import math
from datetime import timedelta
from typing import Any

import httpx
from telegram import Update
from telegram.error import NetworkError, TelegramError
from telegram.request import HTTPXRequest

from bot.channels.network import proxy_for, without_tokens
from bot.errors import SendError
from bot.model import Outcome

_log = logging.getLogger(__name__)

CONNECT_SECONDS = 10.0
# Short, so that no request goes out on a connection that the other side is about to close.
KEEPALIVE_SECONDS = 5.0
PATIENCE_WITHOUT_A_NUMBER = 5.0
LONGEST_PATIENCE = 86_400.0

_GONE = (
    "chat not found",
    "user not found",
    "group chat was deactivated",
    "peer_id_invalid",
    "chat_write_forbidden",
    "not enough rights",
    "have no rights to send",
    "need administrator rights",
    "bot is not a member",
    "bot was kicked",
    "bot was blocked",
    "chat_restricted",
)
# What these raise happened before the request's first byte left.
_BEFORE_SENDING = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.ProxyError,
    httpx.UnsupportedProtocol,
    httpx.LocalProtocolError,
    httpx.InvalidURL,
)


class BotApiError(TelegramError):
    """A request that did not succeed, with what Telegram said; ``code`` is 0 when it said nothing."""

    def __init__(
        self,
        outcome: Outcome,
        said: str,
        *,
        code: int = 0,
        retry_after: float | None = None,
        migrate_to: str | None = None,
    ) -> None:
        self.outcome = outcome
        self.said = without_tokens(said)
        self.code = code
        self.retry_after = retry_after
        self.migrate_to = migrate_to
        super().__init__(self.said)

    def says(self, *words: str) -> bool:
        """Tell whether Telegram's description holds one of the words, in lower case."""
        return any(word in self.said.lower() for word in words)

    def as_send_error(self, chat: str) -> SendError:
        """Put it into words for the operator."""
        pause = None if self.retry_after is None else timedelta(seconds=self.retry_after)
        if self.migrate_to:
            new = self.migrate_to
            words = f"Telegram chat {chat} has become {new}: write chat: {new} in wirewatch.yaml"
            return SendError(self.outcome, words, moved_to=new)
        words = _WORDS[self.outcome].format(chat=chat or "?", said=self.said, pause=self.retry_after)
        return SendError(self.outcome, words, retry_after=pause, moved_to=self.migrate_to, said=self.said)


_WORDS = {
    Outcome.UNSENT: "Telegram can't be reached ({said}); nothing was sent to chat {chat}, it is tried again",
    Outcome.RATE_LIMITED: "Telegram asks for a pause of {pause} s in chat {chat}",
    Outcome.UNAUTHORISED: "Telegram refuses the token ({said}): "
    "put the one from @BotFather in TELEGRAM_BOT_TOKEN",
    Outcome.GONE: "Telegram chat {chat} takes no messages from this bot ({said}): let the bot in again, "
    "allow it to write, or take the receiver out of wirewatch.yaml",
    Outcome.REFUSED: "Telegram refused the message for chat {chat}: {said}",
    Outcome.AMBIGUOUS: "Telegram's answer got lost ({said}); the message for chat {chat} may have arrived",
}


class Wire(HTTPXRequest):
    """python-telegram-bot's requests, with our time limits and with every failure raised as a BotApiError."""

    def __init__(
        self, root: str, *, read_timeout: float, deadline: float | None, connections: int = 64
    ) -> None:
        self._deadline = deadline
        limits = httpx.Limits(max_connections=connections, keepalive_expiry=KEEPALIVE_SECONDS)
        super().__init__(
            read_timeout=read_timeout,
            write_timeout=read_timeout,
            media_write_timeout=read_timeout,
            connect_timeout=CONNECT_SECONDS,
            pool_timeout=CONNECT_SECONDS,
            proxy=proxy_for(root),
            # trust_env off: the proxy is chosen above, and .netrc must not add a password.
            httpx_kwargs={"limits": limits, "trust_env": False, "verify": httpx.create_ssl_context()},
        )

    async def do_request(self, *args: Any, **kwargs: Any) -> tuple[int, bytes]:
        """Make one request; raises BotApiError unless Telegram said ok."""
        try:
            # httpx limits each read; an answer that dribbles would hold the chat for ever.
            async with asyncio.timeout(self._deadline):
                code, body = await super().do_request(*args, **kwargs)
        except TimeoutError:
            raise BotApiError(Outcome.AMBIGUOUS, f"no whole answer in {self._deadline:.0f} s") from None
        except NetworkError as error:
            raise _lost(error.__cause__ or error) from None
        except (httpx.InvalidURL, UnicodeError) as error:
            raise BotApiError(Outcome.UNSENT, type(error).__name__) from None
        return 200, json.dumps({"ok": True, "result": self._result(_checked(code, body))}).encode()

    def _result(self, result: Any) -> Any:
        """Return of a result what is used of it: the rest may be such as the library can't read.

        What arrived must not count as doubtful, and be sent again, because of a field that nobody needs.
        """
        if not isinstance(result, dict):
            return True if result is None else result
        if isinstance(result.get("message_id"), int):
            return {"message_id": result["message_id"], "date": 1, "chat": {"id": 1, "type": "private"}}
        if "username" in result:
            return {"first_name": "", "is_bot": True, **result}
        return result


class PollWire(Wire):
    """The wire for updates: one that the library can't read costs that one, not those behind it."""

    def _result(self, result: Any) -> Any:
        """Return the updates; of one that can't be read nothing but its number."""
        return list(map(_readable, result)) if isinstance(result, list) else result


def _readable(update: Any) -> Any:
    if isinstance(update, dict) and isinstance(update.get("callback_query"), dict):
        # The library insists on it; nobody needs it, and other servers leave it out.
        update["callback_query"].setdefault("chat_instance", "")
    try:
        Update.de_json(update, None)
    except Exception as error:  # noqa: BLE001 - whatever it is, the updates behind it must be heard
        number = update.get("update_id") if isinstance(update, dict) else None
        _log.warning("update %s of Telegram can't be read and is left out (%s)", number, type(error).__name__)
        return {"update_id": number}
    return update


def _lost(cause: BaseException) -> BotApiError:
    outcome = Outcome.UNSENT if isinstance(cause, _BEFORE_SENDING) else Outcome.AMBIGUOUS
    # The text of some httpx errors holds the address, and the address holds the token: the type must do.
    return BotApiError(outcome, type(cause).__name__)


def _checked(code: int, body: bytes) -> Any:
    """Return the result of a good answer; raise what any other one means."""
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError):
        answer = None
    if not isinstance(answer, dict) or not isinstance(answer.get("ok"), bool):
        raise _unreadable(code)
    if code < 300 and answer["ok"]:
        if "result" in answer:
            return answer["result"]
        raise BotApiError(Outcome.AMBIGUOUS, "an ok without a result", code=code)
    said = answer.get("error_code")
    raise _refused(code if code >= 300 else said if isinstance(said, int) else 400, answer)


def _unreadable(code: int) -> BotApiError:
    if code == 429:
        return BotApiError(Outcome.RATE_LIMITED, "HTTP 429", code=429, retry_after=PATIENCE_WITHOUT_A_NUMBER)
    if 300 <= code < 500:
        # Not Telegram's voice: something in between turned the request away.
        return BotApiError(Outcome.UNSENT, f"HTTP {code} from something in between", code=code)
    return BotApiError(Outcome.AMBIGUOUS, f"HTTP {code} without a readable answer", code=code)


def _refused(code: int, answer: dict[str, Any]) -> BotApiError:
    said = str(answer.get("description") or f"HTTP {code}")
    parameters = answer.get("parameters")
    if not isinstance(parameters, dict):
        parameters = {}
    pause = parameters.get("retry_after")
    moved = parameters.get("migrate_to_chat_id")
    return BotApiError(
        _outcome(code, said.lower()),
        said,
        code=code,
        retry_after=_patience(pause) if code == 429 else None,
        migrate_to=str(moved) if moved else None,
    )


def _patience(pause: Any) -> float:
    """Return the seconds of a pause that was asked for, at most a day; some where no number was given."""
    number = isinstance(pause, int | float) and not isinstance(pause, bool) and math.isfinite(pause)
    return min(max(1.0, float(pause)), LONGEST_PATIENCE) if number else PATIENCE_WITHOUT_A_NUMBER


def _outcome(code: int, said: str) -> Outcome:
    if code == 429:
        return Outcome.RATE_LIMITED
    if code >= 500:
        return Outcome.AMBIGUOUS
    if code in {401, 404}:
        # 404 is what a malformed token gets, as no method of ours is unknown.
        return Outcome.UNAUTHORISED
    if code == 403 or any(words in said for words in _GONE):
        return Outcome.GONE
    return Outcome.REFUSED
