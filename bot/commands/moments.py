"""Times as people type them: ``3d``, ``12小时``, ``2 weeks``, ``today``, ``昨天``, ``2026-11-01``."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.errors import CommandError
from bot.render.words import quoted, say
from bot.text import fold

_SPAN = re.compile(r"^(\d{1,4})\s*([a-z]+|[个個]?[\u4e00-\u9fff]+)$")
_UNITS = {
    "minutes": ("m", "min", "mins", "minute", "minutes", "分", "分钟"),
    "hours": ("h", "hr", "hrs", "hour", "hours", "小时", "个小时", "时"),
    "days": ("d", "day", "days", "天", "日"),
    "weeks": ("w", "week", "weeks", "周", "个周", "星期", "个星期"),
}
_LONGER = {"months": ("mo", "month", "months", "月", "个月"), "years": ("y", "year", "years", "年")}
_DAYS_OF = {"months": 30, "years": 365}
_UNIT_OF = {word: unit for unit, words in (_UNITS | _LONGER).items() for word in words}
_AGO = {"today": 0, "今天": 0, "今日": 0, "yesterday": 1, "昨天": 1, "昨日": 1, "前天": 2}
_DATE = re.compile(r"^(?:(\d{4})[-/.年])?(\d{1,2})[-/.月](\d{1,2})日?$")
_LONGEST_SAID = 30
_LONGEST = timedelta(days=36_500)
_YEARS = range(1970, 2200)
"""What a person means when they type a date; beyond them clocks and calendars give out."""


def parse_span(text: str, language: str = "en") -> timedelta:
    """Return the length of ``3d``, ``90m``, ``2w``, ``3天``; CommandError otherwise."""
    found = _SPAN.match(fold(text.strip(), {}))
    unit = _UNIT_OF.get(found.group(2)) if found else None
    if found is None or unit is None:
        said = quoted(text.strip()[:_LONGEST_SAID], language)
        raise CommandError(say(language, "query_span", value=said))
    count = int(found.group(1))
    if unit in _DAYS_OF:
        return timedelta(days=count * _DAYS_OF[unit])
    return timedelta(**{unit: count})


def parse_moment(text: str, now: datetime, zone: str, language: str = "en") -> datetime:
    """Return the moment that lies a span before ``now``, or at which a day began in the zone.

    CommandError for what is no time, and for a year that nobody can mean.
    """
    day = _day(fold(text.strip(), {}), now.astimezone(ZoneInfo(zone)).date())
    if day is None:
        return now - min(parse_span(text, language), _LONGEST)
    if day.year not in _YEARS:
        said = quoted(text.strip()[:_LONGEST_SAID], language)
        raise CommandError(
            say(language, "query_year", value=said, first=str(_YEARS[0]), last=str(_YEARS[-1]))
        )
    return datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone)).astimezone(now.tzinfo)


def _day(text: str, today: date) -> date | None:
    """Return the day named; one without its year is the last such day."""
    if text in _AGO:
        return today - timedelta(days=_AGO[text])
    found = _DATE.match(text)
    if found is None:
        return None
    year, month, day = found.groups()
    try:
        named = date(int(year or today.year), int(month), int(day))
        return named if year or named <= today else named.replace(year=today.year - 1)
    except ValueError:
        return None
