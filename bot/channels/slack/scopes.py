"""Is the Slack app set up? Which of its scopes are missing, and may it listen by Socket Mode?"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable

from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.channels.network import checked_root
from bot.channels.slack.wire import WebApiError, Wire
from bot.model import Outcome

PUBLIC_API = "https://slack.com/api"
NEEDED = {
    "chat:write": "to send and edit",
    "commands": "for /wirewatch",
    "app_mentions:read": "to hear @Wirewatch",
    "im:history": "to hear direct messages",
    "im:write": "to send files to one person",
    "channels:read": "to see whether the bot is in a channel",
    "groups:read": "the same for private channels",
    "channels:history": "to find again what may have arrived",
    "groups:history": "the same for private channels",
    "files:write": "for pictures and exports",
}
"""The bot's scopes, each with what it is for; config/slack-manifest.yaml asks for them."""
_SECONDS = 20.0
_SOCKET = {
    "invalid_auth": "the token is refused: make one under Basic Information, App-Level Tokens",
    "not_allowed_token_type": "this is no app-level token: it begins with xapp-",
    "missing_scope": "the token lacks the scope connections:write: make another one with it",
    "link_disabled": "Socket Mode is off: turn it on under Socket Mode",
}

Look = tuple[bool, str, str]
"""Is it good, what was looked at, what was found."""


async def look_at_app(secret: Callable[[str], str | None]) -> AsyncIterator[Look]:
    """Yield what is found of the app's scopes and of Socket Mode; nothing of what can't be asked."""
    root = checked_root("SLACK_API_URL", secret("SLACK_API_URL") or PUBLIC_API)
    for look, token in ((_scopes, secret("SLACK_BOT_TOKEN")), (_socket, secret("SLACK_APP_TOKEN"))):
        if not token:
            continue
        wire = Wire(token, root, read_timeout=_SECONDS)
        try:
            found = await look(wire)
        finally:
            await wire.close()
        if found is not None:
            yield found


async def _scopes(wire: Wire) -> Look | None:
    granted = ""

    async def ask() -> AsyncSlackResponse:
        nonlocal granted
        answer = await wire.client.auth_test()
        granted = str(answer.headers.get("x-oauth-scopes") or answer.headers.get("X-OAuth-Scopes") or "")
        return answer

    try:
        await wire.call(ask)
    except WebApiError:
        return None  # the token is refused, which is said of the token
    have = {scope.strip() for scope in granted.split(",")} - {""}
    missing = [f"{scope} ({what})" for scope, what in NEEDED.items() if have and scope not in have]
    if missing:
        return (
            False,
            "Slack scopes",
            f"missing: {', '.join(missing)}; add them under OAuth & Permissions, and install the app again",
        )
    return (True, "Slack scopes", "all there") if have else None


async def _socket(wire: Wire) -> Look:
    what = "Slack Socket Mode"
    try:
        await wire.call(wire.client.apps_connections_open, app_token=wire.client.token or "")
    except WebApiError as error:
        if error.outcome in {Outcome.UNSENT, Outcome.AMBIGUOUS, Outcome.RATE_LIMITED}:
            return False, what, f"can't be tried ({error.said}); try again"
        return False, what, _SOCKET.get(error.code, f"can't be opened ({error.said})")
    return True, what, "may listen"
