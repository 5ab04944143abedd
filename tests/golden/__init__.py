"""Messages as text files: what a person reads, in both languages, kept where a change of it is seen.

``WIREWATCH_RENEW_GOLDEN=1 .venv/bin/python -m pytest tests/ -k approved`` writes them anew.
"""

from __future__ import annotations

import os
from itertools import groupby
from pathlib import Path

from bot.model import Block, Line, Message, Span

FOLDER = Path(__file__).parent
RENEW = "WIREWATCH_RENEW_GOLDEN"


def drawn(message: Message) -> str:
    """A message as the drawings of the look write it: *bold*, ‹link›, ~struck~, [ button ]."""
    parts: list[str] = []
    for block in message.blocks:
        if parts and not block.tight:
            parts.append("")
        parts += _lines(block)
    if message.buttons:
        parts.append("")
        parts += [" ".join(f"[ {button.label} ]" for button in row) for row in message.buttons]
    parts += ["", f"-- {'silent' if message.silent else 'rings'}: {message.notification}"]
    return "\n".join(parts) + "\n"


def assert_golden(name: str, message: Message | str) -> None:
    text = message + "\n" if isinstance(message, str) else drawn(message)
    file = FOLDER / f"{name}.txt"
    if os.environ.get(RENEW):
        file.write_text(text, encoding="utf-8")
    kept = file.read_text(encoding="utf-8") if file.exists() else ""
    assert text == kept, f"{file.name} reads otherwise; if that is wanted, run with {RENEW}=1 and read it"


def _lines(block: Block) -> list[str]:
    return [_line(line) for line in block.lines]


def _line(line: Line) -> str:
    drawn_spans = []
    for link, spans in groupby(line, key=lambda span: span.link):
        inner = "".join(map(_span, spans))
        drawn_spans.append(f"‹{inner}›" if link else inner)
    return "".join(drawn_spans)


def _span(span: Span) -> str:
    text = f"~{span.text}~" if span.strike else span.text
    return f"*{text}*" if span.bold else text
