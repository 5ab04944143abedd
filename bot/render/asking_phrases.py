"""What is said of questions: help, exports, plans. Rules as in ``phrases``."""

from __future__ import annotations

ASKING: dict[str, tuple[str, str]] = {}
ASKING_LABELS: dict[str, tuple[str, str]] = {}
