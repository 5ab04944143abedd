"""What a server says about time: when to come again at the earliest."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

LONGEST = timedelta(hours=24)
_SHORTEST = timedelta(seconds=1)
_DIRECTIVE = re.compile(r"\b(s-maxage|max-age)\s*=\s*\"?(\d{1,12})", re.IGNORECASE)
_NEVER_KEPT = re.compile(r"\bno-(?:cache|store)\b(?!\s*=)", re.IGNORECASE)


def _date(text: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment


def _until(text: str, headers: Mapping[str, str], now: datetime) -> timedelta | None:
    """Return the time until an HTTP date, by the server's own clock where it tells it."""
    moment = _date(text)
    if moment is None:
        return None
    try:
        return moment - (_date(headers.get("date", "")) or now)
    except (OverflowError, ValueError):
        return None


def retry_after(headers: Mapping[str, str], now: datetime) -> timedelta | None:
    """Return Retry-After, in seconds or as a date, between 1 s and 24 h; None where it can't be read."""
    text = headers.get("retry-after", "").strip()
    if not text:
        return None
    asked = (
        timedelta(seconds=min(int(text), 10**8))
        if re.fullmatch(r"\d{1,20}", text)
        else _until(text, headers, now)
    )
    return None if asked is None else min(max(asked, _SHORTEST), LONGEST)


def floor(headers: Mapping[str, str], now: datetime) -> timedelta | None:
    """Return how long the answer stays fresh (max-age less Age, or Expires), at most 24 h, or None."""
    control = headers.get("cache-control", "")
    if _NEVER_KEPT.search(control):
        return None
    ages = {name.lower(): int(seconds) for name, seconds in _DIRECTIVE.findall(control)}
    if "max-age" in ages:
        age = headers.get("age", "").strip()
        fresh = timedelta(seconds=min(ages["max-age"], 10**8))
        fresh -= timedelta(seconds=int(age) if re.fullmatch(r"\d{1,8}", age) else 0)
    elif expires := headers.get("expires", "").strip():
        fresh = _until(expires, headers, now) or timedelta(0)
    else:
        return None
    return min(fresh, LONGEST) if fresh > timedelta(0) else None
