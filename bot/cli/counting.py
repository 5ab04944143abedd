"""Numbers with their nouns, as the terminal says them."""

from __future__ import annotations


def counted(number: int, one: str, more: str) -> str:
    """Return a number with the noun that goes with it: 1 watch, 2 watches."""
    return f"{number:,} {one if number == 1 else more}"
