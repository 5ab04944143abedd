"""What is said of feedback and what it proposes. Rules as in ``phrases``."""

from __future__ import annotations

FEEDBACK: dict[str, tuple[str, str]] = {}
FEEDBACK_LABELS: dict[str, tuple[str, str]] = {}
