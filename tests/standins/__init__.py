"""Strict stand-ins for the chat services, and a clock that tests move: real HTTP on 127.0.0.1, no network."""

from tests.standins.clock import VirtualClock
from tests.standins.slack import SlackPost, SlackStandIn
from tests.standins.telegram import TelegramStandIn
from tests.standins.telegram_rules import Chat, TelegramMessage

__all__ = ["Chat", "SlackPost", "SlackStandIn", "TelegramMessage", "TelegramStandIn", "VirtualClock"]
