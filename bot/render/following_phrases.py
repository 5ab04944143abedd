"""What is said of changes to the watchlist. Rules as in ``phrases``."""

from __future__ import annotations

FOLLOWING: dict[str, tuple[str, str]] = {}
FOLLOWING_LABELS: dict[str, tuple[str, str]] = {}
