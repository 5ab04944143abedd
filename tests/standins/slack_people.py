"""What people do in Slack, as the payloads that an app gets of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tests.standins.slack_rules import SlackPost

BOT = "U0BOT"
APP = "A0APP"
TEAM = {"id": "T0DESK", "domain": "desk"}


@dataclass(frozen=True)
class Moment:
    """Names that Slack gives to one thing that happens."""

    number: int
    ts: str
    address: str = ""
    """Where answers to it are taken."""

    @property
    def trigger(self) -> str:
        return f"trigger.{self.number}"


def slash(chat: str, person: str, text: str, moment: Moment, *, name: str = "mei") -> dict[str, Any]:
    """``/wirewatch TEXT``."""
    return {
        "token": "verification",
        "team_id": TEAM["id"],
        "team_domain": TEAM["domain"],
        "channel_id": chat,
        "channel_name": "directmessage" if chat.startswith("D") else "desk-news",
        "user_id": person,
        "user_name": name,
        "command": "/wirewatch",
        "text": text,
        "api_app_id": APP,
        "is_enterprise_install": "false",
        "response_url": moment.address,
        "trigger_id": moment.trigger,
    }


def event(kind: str, moment: Moment, **event: Any) -> dict[str, Any]:
    """An event of the Events API around what happened."""
    body = {"type": kind, "ts": moment.ts, "event_ts": moment.ts, "team": TEAM["id"], **event}
    return {
        "token": "verification",
        "team_id": TEAM["id"],
        "api_app_id": APP,
        "event": body,
        "type": "event_callback",
        "event_id": f"Ev{moment.number:04}",
        "event_time": int(float(moment.ts)),
        "authorizations": [{"team_id": TEAM["id"], "user_id": BOT, "is_bot": True}],
    }


def press(
    post: SlackPost, element: dict[str, Any], value: str, person: str, moment: Moment, *, name: str = "mei"
) -> dict[str, Any]:
    """A press of a button, or a choice from a menu."""
    action: dict[str, Any] = {
        "type": element["type"],
        "action_id": element["action_id"],
        "block_id": "b1",
        "action_ts": moment.ts,
    }
    if element["type"] == "button":
        action |= {"value": value, "text": element["text"]}
    else:
        option = next(each for each in element["options"] if each["value"] == value)
        action |= {"selected_option": option, "placeholder": element["placeholder"]}
    container: dict[str, Any] = {
        "type": "message",
        "message_ts": post.ts,
        "channel_id": post.channel,
        "is_ephemeral": bool(post.person),
    }
    if post.thread_ts:
        container["thread_ts"] = post.thread_ts
    payload = {
        "type": "block_actions",
        "user": {"id": person, "username": name, "name": name, "team_id": TEAM["id"]},
        "api_app_id": APP,
        "token": "verification",
        "container": container,
        "trigger_id": moment.trigger,
        "team": TEAM,
        "channel": {"id": post.channel, "name": "desk-news"},
        "response_url": moment.address,
        "actions": [action],
    }
    if not post.person:
        payload["message"] = {"type": "message", "ts": post.ts, "text": post.text, "blocks": post.blocks}
    return payload
