"""Requests to Slack's Web API: each answer sorted into what it means for the message."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.channels.network import proxy_for
from bot.errors import SendError
from bot.model import Outcome

CONNECT_SECONDS = 10.0
KEEPALIVE_SECONDS = 5.0
PATIENCE_WITHOUT_A_NUMBER = 5.0
LONGEST_PATIENCE = 86_400.0
LONGEST_WORDS = 2_000

_SLACK = ("slack.com", "slack-gov.com", "slack-msgs.com")
_BEFORE_SENDING = (
    aiohttp.ClientConnectorError,
    aiohttp.ClientSSLError,
    aiohttp.ClientHttpProxyError,
    aiohttp.ConnectionTimeoutError,
    aiohttp.InvalidURL,
)
_UNAUTHORISED = frozenset(
    {
        "invalid_auth",
        "not_authed",
        "token_revoked",
        "token_expired",
        "account_inactive",
        "missing_scope",
        "not_allowed_token_type",
        "org_login_required",
        "ekm_access_denied",
        "no_permission",
        "two_factor_setup_required",
    }
)
_GONE = frozenset(
    {
        "channel_not_found",
        "is_archived",
        "not_in_channel",
        "user_not_found",
        "user_not_in_channel",
        "user_disabled",
        "cannot_dm_bot",
        "messages_tab_disabled",
        "restricted_action",
        "restricted_action_read_only_channel",
        "restricted_action_non_threadable_channel",
        "team_not_found",
        "channel_type_not_supported",
        "is_inactive",
    }
)
# Slack says of these that part of the work may have been done.
_AMBIGUOUS = frozenset({"fatal_error", "internal_error", "service_unavailable"})
_TRANSIENT = frozenset({"request_timeout", "team_added_to_org", "accesslimited"})
_RATE_LIMITED = frozenset({"ratelimited", "rate_limited"})

_WORDS = {
    Outcome.UNSENT: "Slack can't be reached ({said}); nothing was sent to {chat}, it is tried again",
    Outcome.RATE_LIMITED: "Slack asks for a pause of {pause} s in {chat}",
    Outcome.UNAUTHORISED: "Slack refuses the token ({said}): put the bot token (xoxb-...) in SLACK_BOT_TOKEN "
    "and give the app the scopes it needs",
    Outcome.GONE: "Slack chat {chat} takes no messages from this bot ({said}): invite the bot, "
    "or take the receiver out of wirewatch.yaml",
    Outcome.REFUSED: "Slack refused the message for {chat}: {said}",
    Outcome.AMBIGUOUS: "Slack's answer got lost ({said}); the message for {chat} may have arrived",
}


class WebApiError(Exception):
    """A request that did not succeed; ``code`` is Slack's word for it, empty when Slack said nothing."""

    def __init__(
        self, outcome: Outcome, said: str, *, code: str = "", retry_after: float | None = None
    ) -> None:
        self.outcome = outcome
        self.said = said
        self.code = code
        self.retry_after = retry_after
        super().__init__(said)

    def as_send_error(self, chat: str) -> SendError:
        """Put it into words for the operator."""
        pause = None if self.retry_after is None else timedelta(seconds=self.retry_after)
        words = _WORDS[self.outcome].format(chat=chat or "?", said=self.said, pause=self.retry_after)
        return SendError(self.outcome, words, retry_after=pause, said=self.said)


class Wire:
    """One client with our time limits and without retries of its own; ``call`` raises WebApiError."""

    def __init__(self, token: str, root: str, *, read_timeout: float) -> None:
        self._token = token
        self._root = f"{root}/"
        self.hosts = _Hosts(root)
        self._read_timeout = read_timeout
        self._proxy = proxy_for(root)
        self._client: AsyncWebClient | None = None

    @property
    def client(self) -> AsyncWebClient:
        """The client; made at first use, because its session belongs to the running loop."""
        if self._client is None:
            self._client = AsyncWebClient(
                self._token, base_url=self._root, session=self._session(), retry_handlers=[]
            )
            # The library takes any proxy it finds in the environment, even for loopback.
            self._client.proxy = self._proxy
        return self._client

    async def call(
        self, method: Callable[..., Awaitable[AsyncSlackResponse]], **arguments: Any
    ) -> dict[str, Any]:
        """Make one request and return Slack's answer."""
        with _sorted():
            answer = (await method(**arguments)).data
        if not isinstance(answer, dict):
            raise WebApiError(Outcome.AMBIGUOUS, "an unreadable answer")
        return answer

    async def answer_at(self, address: str, body: dict[str, Any]) -> None:
        """Post an answer to the address that came with a question; raises WebApiError."""
        if not self.hosts.take_answers(address):
            raise WebApiError(Outcome.REFUSED, "an address for answers that is not Slack's")
        await self._post(address, json=body)

    async def upload(self, address: str, content: bytes) -> None:
        """Bring a file's bytes to the address that Slack gave for them; raises WebApiError."""
        if not self.hosts.take_files(address):
            raise WebApiError(Outcome.REFUSED, "an address for files that is not Slack's")
        await self._post(address, data=content)

    async def _post(self, address: str, **body: Any) -> None:
        session = self.client.session
        assert session is not None
        with _sorted():
            async with session.post(
                address, proxy=proxy_for(address), allow_redirects=False, **body
            ) as response:
                said = (await response.content.read(LONGEST_WORDS)).decode(errors="replace")
                if response.status != HTTPStatus.OK:
                    raise _turned_down(response.status, said, response.headers.get("Retry-After"))

    async def close(self) -> None:
        """Close the session."""
        if self._client is not None and self._client.session is not None:
            await self._client.session.close()

    def _session(self) -> aiohttp.ClientSession:
        # "connect" holds for the name's resolution and for a place in the pool as well: nothing left before its end.
        limit = aiohttp.ClientTimeout(
            total=CONNECT_SECONDS + self._read_timeout * 1.5,
            connect=CONNECT_SECONDS,
            sock_connect=CONNECT_SECONDS,
            sock_read=self._read_timeout,
        )
        connector = aiohttp.TCPConnector(keepalive_timeout=KEEPALIVE_SECONDS)
        return aiohttp.ClientSession(timeout=limit, connector=connector, trust_env=False)


class _Hosts:
    """Which addresses may be opened: those of the API root's own origin, and Slack's."""

    def __init__(self, root: str) -> None:
        self._own = _origin(root)

    def take_answers(self, address: str) -> bool:
        """Tell whether an answer may be posted there."""
        return self._is_ours(address, "hooks")

    def take_files(self, address: str) -> bool:
        """Tell whether a file may be brought there."""
        return self._is_ours(address, "files")

    def speak(self, address: str) -> bool:
        """Tell whether a socket may be opened there."""
        scheme, host, port = _origin(address)
        _, own_host, own_port = self._own
        slack = scheme == "wss" and port is None and host.endswith(tuple(f".{name}" for name in _SLACK))
        return slack or (scheme in {"ws", "wss"} and (host, port) == (own_host, own_port))

    def _is_ours(self, address: str, purpose: str) -> bool:
        return _origin(address) in {self._own, *(("https", f"{purpose}.{name}", None) for name in _SLACK)}


def _origin(address: str) -> tuple[str, str, int | None]:
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        return "", "", None
    usual = {"https": 443, "wss": 443, "http": 80, "ws": 80}
    return parts.scheme, (parts.hostname or ""), None if port == usual.get(parts.scheme) else port


@contextmanager
def _sorted() -> Iterator[None]:
    """Turn whatever a request raises into a WebApiError that says what it means for the message."""
    try:
        yield
    except SlackApiError as error:
        raise _answered(error) from None
    except _BEFORE_SENDING as error:
        raise WebApiError(Outcome.UNSENT, type(error).__name__) from None
    except (aiohttp.ClientError, SlackClientError, TimeoutError, OSError) as error:
        raise WebApiError(Outcome.AMBIGUOUS, type(error).__name__) from None
    except (AttributeError, TypeError, ValueError, RecursionError) as error:
        raise WebApiError(Outcome.AMBIGUOUS, f"an unreadable answer, {type(error).__name__}") from None


def _turned_down(status: int, said: str, retry_after: str | None) -> WebApiError:
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        return _rate_limited(retry_after)
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return WebApiError(Outcome.AMBIGUOUS, f"HTTP {status}")
    return WebApiError(Outcome.REFUSED, f"HTTP {status}", code=said.strip() if said.isascii() else "")


def _answered(error: SlackApiError) -> WebApiError:
    response = error.response
    if not isinstance(response, AsyncSlackResponse) or not isinstance(response.data, dict):
        status = getattr(response, "status_code", None) or getattr(response, "status", None) or 0
        return _unreadable(int(status), getattr(response, "headers", {}).get("Retry-After"))
    code = str(response.data.get("error") or "")
    if response.status_code == 429 or code in _RATE_LIMITED:
        return _rate_limited(response.headers.get("Retry-After"))
    if not code:
        return _unreadable(response.status_code, response.headers.get("Retry-After"))
    if response.status_code >= 500:
        return WebApiError(Outcome.AMBIGUOUS, f"HTTP {response.status_code}")
    return WebApiError(_outcome(code), _said(code, response.data), code=code)


def _unreadable(status: int, retry_after: str | None) -> WebApiError:
    if status == 429:
        return _rate_limited(retry_after)
    if 300 <= status < 500:
        return WebApiError(Outcome.UNSENT, f"HTTP {status} from something in between")
    return WebApiError(Outcome.AMBIGUOUS, f"HTTP {status} without a readable answer")


def _rate_limited(retry_after: str | None) -> WebApiError:
    number = retry_after and retry_after.isascii() and retry_after.isdigit()
    seconds = float(retry_after or 0) if number else PATIENCE_WITHOUT_A_NUMBER
    pause = min(max(1.0, seconds), LONGEST_PATIENCE)
    return WebApiError(Outcome.RATE_LIMITED, "ratelimited", code="ratelimited", retry_after=pause)


def _said(code: str, answer: dict[str, Any]) -> str:
    details = [str(answer["needed"])] if answer.get("needed") else []
    metadata = answer.get("response_metadata")
    if isinstance(metadata, dict) and isinstance(metadata.get("messages"), list):
        details += map(str, metadata["messages"][:3])
    return f"{code}: {'; '.join(details)}" if details else code


def _outcome(code: str) -> Outcome:
    for codes, outcome in (
        (_UNAUTHORISED, Outcome.UNAUTHORISED),
        (_GONE, Outcome.GONE),
        (_AMBIGUOUS, Outcome.AMBIGUOUS),
        (_TRANSIENT, Outcome.UNSENT),
    ):
        if code in codes:
            return outcome
    return Outcome.REFUSED
