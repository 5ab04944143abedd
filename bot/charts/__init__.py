"""Pictures for chats: rows of bars over days, drawn by a process of its own, so that the bot stays as it is.

A ``Picture`` says what is drawn, every word in the reader's language. Drawing loads matplotlib and takes about
a second: it happens in a child (``python -m bot.charts``) with bounded time and size, one at a time.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

from bot.errors import ChartError
from bot.model import Attachment, Message

log = logging.getLogger(__name__)

WIDTH, HEIGHT = 1200, 900
"""Pixels."""
SECONDS = 20.0
"""How long one drawing may take; matplotlib's first look at the fonts of a machine takes some of them."""
PATIENCE = 30.0
"""How long an answer waits for its picture, its turn included."""
LARGEST = 4 * 1024 * 1024
_PNG = b"\x89PNG\r\n\x1a\n"
_ROOT = str(Path(__file__).resolve().parents[2])
_INHERITED = (
    "PATH",
    "HOME",
    "LANG",
    "TMPDIR",
    "MPLCONFIGDIR",
    "XDG_CACHE_HOME",
    "SYSTEMROOT",
    "WIREWATCH_FONT",
)
_drawers = ThreadPoolExecutor(1, thread_name_prefix="draw")


@dataclass(frozen=True, slots=True, kw_only=True)
class Dot:
    """The strongest story of a day: its level as a word (``urgent``), and its event in the reader's words."""

    place: int
    """The bar it stands under, from 0."""
    level: str
    score: int
    word: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One company (or event): a number of stories for every place, and what stands at the right."""

    name: str
    counts: tuple[int, ...]
    dots: tuple[Dot, ...] = ()
    count: str = ""
    change: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """What a picture shows. ``heads`` name the places, "" for one without a name."""

    title: str
    total: str = ""
    heads: tuple[str, ...]
    against: str = ""
    """What stands over the changes: ``vs``."""
    rows: tuple[Row, ...]
    name: str = "chart"
    """The file's name, without ``.png``."""
    alt: str = ""
    """What the picture shows, in words."""
    english: Picture | None = field(default=None, repr=False)
    """The same with English words, for machines without a font for the reader's language."""


def draw(picture: Picture) -> bytes:
    """Return the picture as PNG; blocks about a second. Raises ChartError, whose words say what is missing."""
    request = json.dumps(asdict(picture)).encode()
    try:
        done = subprocess.run(
            [sys.executable, "-P", "-m", "bot.charts"],
            input=request,
            capture_output=True,
            timeout=SECONDS,
            check=False,
            env=_environment(),
            start_new_session=True,  # Ctrl-C in a terminal stops the bot, not a drawing half way
        )
    except subprocess.TimeoutExpired:
        raise ChartError(f"the picture was not drawn within {SECONDS:.0f} s") from None
    except OSError as error:
        raise ChartError(f"the picture could not be drawn: {error}") from None
    if done.returncode or not done.stdout.startswith(_PNG):
        said = done.stderr.decode("utf-8", "replace").strip().splitlines()
        raise ChartError(f"the picture could not be drawn: {said[-1] if said else done.returncode}")
    if len(done.stdout) > LARGEST:
        raise ChartError(f"the picture has {len(done.stdout)} bytes")
    return done.stdout


def attached(message: Message, picture: Picture, drawn: bytes) -> Message:
    """Return the message as the caption of its picture."""
    name = f"{picture.name}.png"
    return replace(message, attachment=Attachment(name=name, content=drawn, alt=picture.alt))


async def illustrated(message: Message, picture: Picture | None, *, patience: float | None = None) -> Message:
    """Return the message with its picture; without it where it can't be drawn: the words matter more.

    ``patience`` is how many seconds it may wait for it, its turn included.
    """
    if picture is None:
        return message
    try:
        async with asyncio.timeout(PATIENCE if patience is None else patience):
            drawn = await asyncio.wrap_future(_drawers.submit(draw, picture))
    except (ChartError, TimeoutError) as error:
        words = str(error) or "too many pictures were asked for at once"
        log.warning("message goes without its picture: %s", words)
        return message
    return attached(message, picture, drawn)


def _environment() -> dict[str, str]:
    """No secret goes to the child."""
    environment = {name: os.environ[name] for name in _INHERITED if name in os.environ}
    places = [_ROOT, *os.environ.get("PYTHONPATH", "").split(os.pathsep)]
    return environment | {"PYTHONPATH": os.pathsep.join(place for place in places if place)}
