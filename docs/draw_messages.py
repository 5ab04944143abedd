"""Draw messages as Telegram shows them on a phone, as a web page to look at.

Run ``.venv/bin/python -m docs.draw_messages PAGE.html [en|zh] [KIND...]`` in the project's folder. The messages
are those of the approved texts in ``tests/golden``; markup, cuts and buttons are what the channel sends.
"""

from __future__ import annotations

import argparse
import struct
import zlib
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import replace
from html import escape
from pathlib import Path

from bot.channels.telegram.dress import Part, keyboard, parts_of
from bot.model import Attachment, Message
from tests import test_render_golden_answers as answers
from tests import test_render_golden_news as news
from tests import test_render_golden_why as reasons

KINDS = {**news.KINDS, **reasons.KINDS, **answers.KINDS}
SHOWN = (
    *(
        "first_alert",
        "living_alert",
        "muted_alert",
        "snoozed_and_corrected_alert",
        "development",
        "next_level",
    ),
    *("correction", "withdrawn", "late_alert_of_four_companies", "digest", "weekly", "held", "greeting"),
    *(
        "why_told",
        "why_below_threshold",
        "why_not_seen",
        "recent",
        "nothing_found",
        "story",
        "status",
        "help",
    ),
    *("source_silent", "many_sources_fail", "source_back"),
)
STYLE = """
* { box-sizing: border-box; }
body { margin: 0; width: 390px; padding: 10px 8px 24px; background: #c9dbe8;
  font: 16px/21px -apple-system, Roboto, 'Helvetica Neue', 'PingFang SC', 'Noto Sans CJK SC', sans-serif; }
h2 { margin: 18px 0 6px; font: 500 12px/16px sans-serif; text-align: center; color: #4b6478; }
.message { width: fit-content; min-width: 120px; max-width: 334px; margin: 4px 0 0 4px; }
.bubble { background: #fff; border-radius: 4px 14px 14px 14px; padding: 7px 11px 5px; white-space: pre-wrap;
  overflow-wrap: anywhere; box-shadow: 0 1px 1px #0002; overflow: hidden; }
.bubble img { display: block; width: calc(100% + 22px); margin: -7px -11px 6px; }
.time { display: block; text-align: right; font-size: 11px; line-height: 13px; color: #9aa5ae; }
a { color: #2678b6; text-decoration: none; }
code { font: 14px/20px 'Noto Sans Mono', monospace; color: #a33; }
.row { display: flex; gap: 4px; margin-top: 4px; }
.row span { flex: 1 1 0; min-width: 0; padding: 8px 3px; border-radius: 7px; background: #5c82a0b0; color: #fff;
  font: 500 14px/18px sans-serif; text-align: center; white-space: nowrap; overflow: hidden; text-overflow: ellipsis; }
"""


def page(kinds: list[str], language: str) -> str:
    """Return the page: each kind under its name."""
    drawn = "".join(f"<h2>{kind}</h2>{''.join(bubbles(KINDS[kind](language), kind))}" for kind in kinds)
    head = '<meta charset="utf-8"><meta name="viewport" content="width=390">'
    head += f"<style>{STYLE}</style>"
    return f'<!doctype html><html lang="{language}"><head>{head}</head><body>{drawn}</body></html>\n'


def bubbles(message: Message, kind: str) -> Iterator[str]:
    """Draw every part of a message; a weekly digest comes under a picture, here a grey one."""
    if kind == "weekly":
        message = replace(message, attachment=Attachment(name="week.png", content=blank(1200, 900)))
    parts = parts_of(message)
    for at, part in enumerate(parts):
        last = at == len(parts) - 1
        yield bubble(part, message.attachment if at == 0 else None, buttons(message) if last else "")


def bubble(part: Part, picture: Attachment | None, rows: str) -> str:
    """Draw one part: its picture, its words, its buttons."""
    shown = ""
    if picture is not None:
        shown = f'<img alt="{escape(picture.alt)}" src="data:image/png;base64,{b64encode(picture.content).decode()}">'
    words = f'<div class="bubble">{shown}{part.html}<span class="time">17:02</span></div>'
    return f'<div class="message">{words}{rows}</div>'


def buttons(message: Message) -> str:
    """Draw the rows below a message."""
    markup = keyboard(message.buttons)
    rows = markup.inline_keyboard if markup else ()
    return "".join(
        f'<div class="row">{"".join(f"<span>{escape(button.text)}</span>" for button in row)}</div>'
        for row in rows
    )


def blank(width: int, height: int) -> bytes:
    """Return a grey PNG of this size."""
    rows = zlib.compress((b"\0" + b"\xe6" * width) * height, 9)
    chunks = (
        (b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)),
        (b"IDAT", rows),
        (b"IEND", b""),
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        for name, data in chunks
    )


def main() -> None:
    """Read the arguments and write the page."""
    reader = argparse.ArgumentParser(description="Draw messages as Telegram shows them on a phone")
    reader.add_argument("page", type=Path, help="the file to write")
    reader.add_argument("language", choices=("en", "zh"), nargs="?", default="en")
    reader.add_argument("kinds", nargs="*", default=[], help=f"which messages; of {', '.join(KINDS)}")
    given = reader.parse_args()
    given.page.write_text(page(given.kinds or list(SHOWN), given.language), encoding="utf-8")


if __name__ == "__main__":
    main()
