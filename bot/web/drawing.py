"""Templates to pages: every text that is set in is escaped, every link is one that may be shown."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

import bot.data
from bot.links import showable
from bot.web.reader import Reader

FOLDER = Path(bot.data.__file__).parent / "web"


@lru_cache(maxsize=1)
def templates() -> Environment:
    """Return what draws the pages; no text from outside is ever a template."""
    made = Environment(
        loader=FileSystemLoader(FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    made.filters["showable"] = showable
    return made


def draw(template: str, reader: Reader, **values: Any) -> bytes:
    """Return a page as UTF-8."""
    page = templates().get_template(template)
    return page.render(reader=reader, say=reader.say, link=reader.link, **values).encode("utf-8", "replace")


def draw_door() -> bytes:
    """Return the page that asks for the token, in both languages."""
    return templates().get_template("door.html").render().encode()


@lru_cache(maxsize=1)
def style() -> bytes:
    """Return the one style sheet."""
    return (FOLDER / "style.css").read_bytes()
