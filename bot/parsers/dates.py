"""Dates as sources write them: strict, aware UTC, None for what can't be a date."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone

_MONTHS = {
    name: number
    for number, name in enumerate(
        ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), start=1
    )
}
# Hours east of Greenwich. CST is American by RFC 822; Chinese feeds mean their own time (see ``read``).
_ZONES: dict[str, float] = {
    "z": 0, "gmt": 0, "ut": 0, "utc": 0, "est": -5, "edt": -4, "cst": -6, "cdt": -5, "mst": -7, "mdt": -6,
    "pst": -8, "pdt": -7, "bst": 1, "cet": 1, "cest": 2, "eet": 2, "eest": 3, "msk": 3, "ist": 5.5, "sgt": 8,
    "hkt": 8, "awst": 8, "jst": 9, "kst": 9, "aest": 10, "aedt": 11,
}  # fmt: skip
_ISO = re.compile(
    r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?"
    r"(?:[T\s]*(\d{1,2})[:时点](\d{1,2})分?(?::?(\d{1,2})(?:[.,](\d+))?秒?)?)?"
    r"\s*(?:\(?([A-Za-z]{1,5})\)?|([+-]\d{1,2}):?(\d{2})?)?",
    re.IGNORECASE,
)
_RFC = re.compile(
    r"(?:[A-Za-z]{3,9}\.?,?\s+)?(\d{1,2})[\s-]+([A-Za-z]{3})[A-Za-z]*\.?[\s,-]+(\d{4}|\d{2})"
    r"(?:[\sT]+(\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:\.\d+)?)?\s*([AaPp][Mm])?)?"
    r"\s*(?:(?:GMT|UTC)?([+-]\d{1,2}):?(\d{2})|([A-Za-z]{1,5}))?(?:\s*\([^)]*\))?"
)
_US = re.compile(
    r"(?:[A-Za-z]{3,9}\.?,?\s+)?([A-Za-z]{3})[A-Za-z]*\.?\s+(\d{1,2}),?\s+(\d{4})"
    r"(?:[\s,]+(?:at\s+)?(\d{1,2}):(\d{2})(?::(\d{2}))?\s*([AaPp][Mm])?)?"
    r"\s*(?:(?:GMT|UTC)?([+-]\d{1,2}):?(\d{2})|([A-Za-z]{1,5}))?"
)
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})(?:T?(\d{2})(\d{2})(\d{2})?)?Z?")
FIRST_YEAR, LAST_YEAR = 1990, 2100


def sane(moment: datetime | None) -> datetime | None:
    """Return the moment in UTC if its year can be true of news, else None."""
    if moment is None:
        return None
    try:
        moment = moment.astimezone(UTC)
    except (OverflowError, ValueError):
        return None
    return moment if FIRST_YEAR <= moment.year <= LAST_YEAR else None


def of_epoch(number: float) -> datetime | None:
    """Return the moment of a Unix time in seconds, milliseconds or microseconds."""
    for unit in (1, 1_000, 1_000_000):
        if 6e8 <= number / unit <= 4.2e9:
            return sane(datetime.fromtimestamp(number / unit, UTC))
    return None


def _zone(name: str | None, hours: str | None, minutes: str | None, *, chinese: bool) -> timezone | None:
    """Return the offset; None when there can be no such zone. No zone at all is UTC."""
    if hours:
        east = timedelta(hours=int(hours), minutes=int(minutes or 0) * (-1 if hours[0] == "-" else 1))
        return timezone(east) if abs(east) <= timedelta(hours=14) and int(minutes or 0) < 60 else None
    if (name or "").lower() == "cst" and chinese:
        return timezone(timedelta(hours=8))
    return timezone(timedelta(hours=_ZONES.get((name or "z").lower(), 0)))


def _moment(ymd: tuple[int, int, int], hms: tuple[int, int, int], zone: timezone | None) -> datetime | None:
    if zone is None:
        return None
    days = 0
    if hms == (24, 0, 0):
        hms, days = (0, 0, 0), 1
    leap = hms[2] == 60
    try:
        return sane(
            datetime(*ymd, hms[0], hms[1], 59 if leap else hms[2], tzinfo=zone)
            + timedelta(days=days, seconds=leap)
        )
    except (ValueError, OverflowError):
        return None


def _clock(
    hour: str | None, minute: str | None, second: str | None, half: str | None
) -> tuple[int, int, int]:
    hours = int(hour or 0)
    if half:
        hours = hours % 12 + (12 if half.lower() == "pm" else 0)
    return hours, int(minute or 0), int(second or 0)


def _from_iso(found: re.Match[str], *, chinese: bool) -> datetime | None:
    year, month, day, hour, minute, second, _, name, east, east_minutes = found.groups()
    zone = _zone(name, east, east_minutes, chinese=chinese)
    return _moment((int(year), int(month), int(day)), _clock(hour, minute, second, None), zone)


def _from_words(found: re.Match[str], *, day_first: bool, chinese: bool) -> datetime | None:
    one, two, year, hour, minute, second, half, east, east_minutes, name = found.groups()
    day, month = (one, two) if day_first else (two, one)
    number = _MONTHS.get(month.lower())
    if number is None:
        return None
    full = int(year) if len(year) == 4 else int(year) + (2000 if int(year) < 70 else 1900)
    zone = _zone(name, east, east_minutes, chinese=chinese)
    return _moment((full, number, int(day)), _clock(hour, minute, second, half), zone)


def read(text: str, *, chinese: bool = False) -> tuple[bool, datetime | None]:
    """Read a date: (whether its form is known, the moment or None when there can be no such date).

    ``chinese`` says that CST means China's time. Dates without a zone are taken as UTC.
    """
    text = " ".join(text[:100].split())
    if not text:
        return True, None
    if re.fullmatch(r"\d{9,16}(?:\.\d+)?", text) and not re.fullmatch(r"(?:19|20)\d{12}", text):
        return True, of_epoch(float(text))
    if found := _ISO.fullmatch(text):
        return True, _from_iso(found, chinese=chinese)
    if found := _RFC.fullmatch(text):
        return True, _from_words(found, day_first=True, chinese=chinese)
    if found := _US.fullmatch(text):
        return True, _from_words(found, day_first=False, chinese=chinese)
    if found := _COMPACT.fullmatch(text):
        year, month, day, *clock = (int(part or 0) for part in found.groups())
        return True, _moment((year, month, day), (clock[0], clock[1], clock[2]), UTC)
    return False, None


def date_of(value: object, *, chinese: bool = False) -> datetime | None:
    """Return the moment that a value from JSON, a page or a sitemap names, or None."""
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, int | float):
        return of_epoch(float(value)) if abs(value) < 1e17 else None
    if not isinstance(value, str):
        return None
    known, moment = read(value, chinese=chinese)
    if known:
        return moment
    if found := _ISO.search(value[:200]):
        return _from_iso(found, chinese=chinese)
    return None
