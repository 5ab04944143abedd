"""What is said of what a pressed button answers. Rules as in ``phrases``."""

from __future__ import annotations

PRESS: dict[str, tuple[str, str]] = {
    "button_unknown": ("This button does nothing any more.", "此按钮已失效。"),
}
PRESS_LABELS: dict[str, tuple[str, str]] = {}
