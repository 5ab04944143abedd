"""The XML reader that feedparser is given: expat as it knows it, but a text arrives in one piece.

Without a buffer expat hands over each line and each entity by itself: thousands of calls for one feed.
"""

from __future__ import annotations

from typing import Any
from xml.sax.expatreader import ExpatParser


class _Buffered(ExpatParser):
    def reset(self) -> None:
        """Begin a new document."""
        super().reset()
        parser: Any = self._parser  # type: ignore[attr-defined]  # typeshed leaves it out
        parser.buffer_size = 64 * 1024
        parser.buffer_text = True


def create_parser() -> ExpatParser:
    """Return a new reader (the name that ``xml.sax.make_parser`` looks for)."""
    return _Buffered()
