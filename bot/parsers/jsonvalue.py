"""JSON that may be hostile -> plain values, and places in it by dotted path."""

from __future__ import annotations

import json
import re
from typing import Any

from bot.errors import ParseError

_CALLBACK = re.compile(r"\s*(?:/\*.*?\*/)?\s*[\w$.]+\s*\(\s*(?=[\[{])", re.DOTALL)
_GUARD = re.compile(r"\s*(?:\)\]\}'|for\s*\(;;\);|while\s*\(1\);)\s*")


def load(text: str) -> Any:
    """Read JSON, also when wrapped in a callback or behind a guard; raise ParseError when it is none."""
    text = _GUARD.sub("", text, count=1) if _GUARD.match(text) else text
    if wrapped := _CALLBACK.match(text):
        text = text[wrapped.end() :].rstrip().removesuffix(";").rstrip().removesuffix(")")
    try:
        return json.loads(text)
    except RecursionError as error:
        raise ParseError("too_deep", "the JSON is nested too deeply") from error
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        raise ParseError("not_a_feed", f"this is not valid JSON: {error.msg} at {place}") from error
    except ValueError as error:
        raise ParseError("not_a_feed", "the JSON holds a number that is too long") from error


def at(value: Any, path: str) -> Any:
    """Return what stands at a dotted path (``data.list``, ``images.0.url``); None where there is nothing."""
    for step in path.split("."):
        if isinstance(value, dict):
            value = value.get(step)
        elif isinstance(value, list) and step.isdecimal() and int(step) < len(value):
            value = value[int(step)]
        else:
            return None
    return value


def text_of(value: object) -> str:
    """Return a scalar as text; "" for anything else."""
    if isinstance(value, bool) or value is None:
        return ""
    return str(value) if isinstance(value, str | int | float) else ""
