"""Times as pages and JSON lists write them: what names no zone on a Chinese site is China's time."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime, timedelta

from bot.parsers import dates

_CHINA = timedelta(hours=8)
_ZONED = re.compile(
    r":\d{2}(?:[.,]\d+)?\s*(?:\(?(?!(?:[AaPp][Mm])\b)[A-Za-z]{1,5}\)?|[+-]\d{1,2}:?(?:\d{2})?)"
)
_EPOCH = re.compile(r"\s*(?!(?:19|20)\d{12}\s*$)\d{9,16}(?:\.\d+)?\s*")
_DOTNET = re.compile(r"/Date\((\d{9,16})(?:[+-]\d{4})?\)/")
_HAN = re.compile("[\u4e00-\u9fff]")
_KANA = re.compile("[\u3041-\u30fc]")


def are_chinese(titles: Iterable[str]) -> bool:
    """Tell whether most of these titles are Chinese."""
    found = [bool(_HAN.search(title)) and not _KANA.search(title) for title in titles if title]
    return sum(found) * 2 > len(found)


def moment(value: object, *, chinese: bool = False) -> datetime | None:
    """Return the moment that a value names, or None.

    A time without a zone is UTC, or China's on a Chinese site; one that is only relative ("5分钟前", "yesterday")
    or names no year is None: the moment of reading says as much, and a wrong date would do harm.
    """
    if isinstance(value, str) and (counted := _DOTNET.fullmatch(value.strip())):
        return dates.date_of(counted[1])
    found = dates.date_of(value, chinese=chinese)
    if found is None or not chinese or not isinstance(value, str):
        return found
    return found if _EPOCH.fullmatch(value) or _ZONED.search(value) else dates.sane(found - _CHINA)
