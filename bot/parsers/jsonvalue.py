"""JSON that may be hostile -> plain values, and places in it by path."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any

import jmespath
from jmespath.exceptions import JMESPathError

from bot.errors import ParseError

Path = Callable[[Any], Any]
"""A value to what stands at a place in it; None where there is nothing."""

_CALLBACK = re.compile(r"\s*(?:/\*.*?\*/)?\s*[\w$.]+\s*\(\s*(?=[\[{])", re.DOTALL)
_GUARD = re.compile(r"\s*(?:\)\]\}'|for\s*\(;;\);|while\s*\(1\);)\s*")
_DOTTED = re.compile(r"[^\s\[\]*?|@&'\"`{}(),!<>=:]+")
_UNFOLDED_LEVELS = 3


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


def opened(value: Any) -> Any:
    """Return the value that a text of JSON inside JSON stands for; any other value as it is."""
    if not isinstance(value, str) or value.lstrip()[:1] not in ("{", "["):
        return value
    try:
        return json.loads(value)
    except (ValueError, RecursionError):
        return value


def at(value: Any, path: str) -> Any:
    """Return what stands at a dotted path (``data.list``, ``images.0.url``); None where there is nothing."""
    for step in path.split("."):
        value = opened(value)
        if isinstance(value, dict):
            value = value.get(step)
        elif isinstance(value, list) and step.isdecimal() and len(step) < 10 and int(step) < len(value):
            value = value[int(step)]
        else:
            return None
    return value


def _unfolded(value: Any, levels: int = _UNFOLDED_LEVELS) -> Any:
    """Return a value with the texts of JSON in its upper levels opened."""
    value = opened(value)
    if isinstance(value, dict) and levels:
        return {key: _unfolded(inner, levels - 1) for key, inner in value.items()}
    return value


@lru_cache(maxsize=512)
def path_of(written: str) -> Path:
    """Return the reader of a path: a dotted one (``data.list``), else JMESPath (``items[?type=='live']``).

    Raises ParseError ``unsupported`` for what is neither.
    """
    if _DOTTED.fullmatch(written):
        return lambda value: at(value, written)
    try:
        expression = jmespath.compile(written)
    except (JMESPathError, RecursionError) as error:
        raise ParseError("unsupported", f"{written!r} is neither a path nor JMESPath") from error

    def found(value: Any) -> Any:
        try:
            result = expression.search(value)
            return expression.search(_unfolded(value)) if result is None else result
        except (JMESPathError, ValueError, TypeError, ArithmeticError):
            return None  # a function that does not take what stands there

    return found


def text_of(value: object) -> str:
    """Return a scalar as text; "" for anything else."""
    if isinstance(value, bool) or value is None:
        return ""
    return str(value) if isinstance(value, str | int | float) else ""
