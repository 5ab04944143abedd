"""What is said of connecting chats, and sources added from them. Rules as in ``phrases``."""

from __future__ import annotations

CONNECTING: dict[str, tuple[str, str]] = {}
CONNECTING_LABELS: dict[str, tuple[str, str]] = {}
