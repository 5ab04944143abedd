"""Who did something: how a person is kept, and how others read it."""

from __future__ import annotations

from bot.render.lines import clean, shorten

LONGEST_NAME = 40


def signed(by: str, who: str) -> str:
    """Return a person as it is kept: the id on its service, then the name: ``telegram:4242 Mei``."""
    return " ".join(part for part in (by, shorten(clean(who), LONGEST_NAME)) if part)


def named(kept: str) -> str:
    """Return how others read who was kept by ``signed``: ``Mei``, without a name ``4242``."""
    by, _, who = kept.partition(" ")
    return shown_name(by, who)


def shown_name(by: str, who: str) -> str:
    """Return a person's name as shown to others, or the id where there is no name; never empty."""
    return shorten(clean(who), LONGEST_NAME) or clean(id_of(by)) or "?"


def id_of(by: str) -> str:
    """Return a person's id on their service: ``4242`` of ``telegram:4242``; what has no service stays as it is."""
    return by.partition(":")[2] or by
