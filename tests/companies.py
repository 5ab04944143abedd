"""A desk that follows every company of the library."""

from __future__ import annotations

import re
import tempfile
from functools import lru_cache
from pathlib import Path

import bot.data
from bot.config import load_tables, load_watchlist
from bot.match import Matcher
from bot.model import Watchlist

FOLDER = Path(bot.data.__file__).parent / "library"


def ids() -> list[str]:
    """The ids of the library's companies, as they stand in its files."""
    texts = (path.read_text(encoding="utf-8") for path in sorted(FOLDER.glob("*.yaml")))
    return [found.strip('"') for text in texts for found in re.findall(r"^(\S+):$", text, re.MULTILINE)]


@lru_cache(maxsize=1)
def followed() -> Watchlist:
    """Every company of the library, followed as a user would follow it."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "watchlist.yaml"
        lines = "".join(f'  "{key}": library\n' for key in ids())
        file.write_text("watches:\n" + lines, encoding="utf-8")
        return load_watchlist(file)


@lru_cache(maxsize=1)
def everyone() -> Matcher:
    """A matcher for all of them."""
    return Matcher(followed(), load_tables())
