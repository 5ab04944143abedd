"""What is said of pictures, timelines and the week. Rules as in ``phrases``."""

from __future__ import annotations

PICTURES: dict[str, tuple[str, str]] = {}
PICTURES_LABELS: dict[str, tuple[str, str]] = {}
