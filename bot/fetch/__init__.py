"""Polite, bounded, guarded HTTP: an address and its validators -> a document."""

from bot.fetch.fetcher import Fetcher
from bot.fetch.guard import Resolver

__all__ = ["Fetcher", "Resolver"]
