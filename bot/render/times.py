"""A receiver's clock: moments, days and spans of time as people in that language write them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo

from bot.model import Receiver

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_DAYS_ZH = ("周一", "周二", "周三", "周四", "周五", "周六", "周日")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_PLACES_ZH = {
    "UTC": "世界协调时间",
    "Asia/Shanghai": "北京时间",
    "Asia/Chongqing": "北京时间",
    "Asia/Urumqi": "乌鲁木齐时间",
    "Asia/Hong_Kong": "香港时间",
    "Asia/Macau": "澳门时间",
    "Asia/Taipei": "台北时间",
    "Asia/Singapore": "新加坡时间",
    "Asia/Tokyo": "东京时间",
    "Asia/Seoul": "首尔时间",
    "Asia/Kuala_Lumpur": "吉隆坡时间",
    "Asia/Bangkok": "曼谷时间",
    "Asia/Jakarta": "雅加达时间",
    "Asia/Kolkata": "印度时间",
    "Asia/Dubai": "迪拜时间",
    "Australia/Sydney": "悉尼时间",
    "Australia/Melbourne": "墨尔本时间",
    "Europe/London": "伦敦时间",
    "Europe/Paris": "巴黎时间",
    "Europe/Berlin": "柏林时间",
    "Europe/Zurich": "苏黎世时间",
    "America/New_York": "纽约时间",
    "America/Toronto": "多伦多时间",
    "America/Chicago": "芝加哥时间",
    "America/Los_Angeles": "洛杉矶时间",
    "America/Vancouver": "温哥华时间",
}


@dataclass(frozen=True, slots=True)
class Clock:
    """What time it is for a reader. Every argument of its methods is an aware datetime."""

    language: str
    zone: str
    now: datetime

    @classmethod
    def of(cls, reader: Receiver, now: datetime) -> Clock:
        """Return the clock of a receiver."""
        return cls(reader.language, reader.timezone, now)

    def moment(self, at: datetime) -> str:
        """Today and within the next 18 hours ``17:02``, within six days ``Tue 17:02``, else ``12 Nov``."""
        return self._moment(at, "%H:%M")

    def second(self, at: datetime) -> str:
        """As ``moment``, to the second: ``17:02:41``."""
        return self._moment(at, "%H:%M:%S")

    def day(self, at: datetime) -> str:
        """The date with its weekday: ``Thu 12 Nov``, ``11月12日 周四``."""
        local = self.local(at)
        weekday = self._weekday(local)
        date = self._date(local)
        return f"{date} {weekday}" if self.language == "zh" else f"{weekday} {date}"

    def date(self, at: datetime) -> str:
        """The date alone: ``12 Nov``, ``11月12日``."""
        return self._date(self.local(at))

    def days(self, first: datetime, last: datetime) -> str:
        """From one day to another: ``9-15 Nov``, ``28 Dec - 3 Jan``, ``11月9日至15日``."""
        start, end = self.local(first), self.local(last)
        if self.language == "zh":
            short = f"{end.day}日" if (start.year, start.month) == (end.year, end.month) else self._date(end)
            return f"{self._date(start)}至{short}"
        if (start.year, start.month) == (end.year, end.month):
            return f"{start.day}-{self._date(end)}"
        return f"{self._date(start)} - {self._date(end)}"

    def place(self) -> str:
        """The zone in words: ``Hong Kong``, ``香港时间``."""
        city = self.zone.rsplit("/", 1)[-1].replace("_", " ")
        return _PLACES_ZH.get(self.zone, f"{city} 时间") if self.language == "zh" else city

    def local(self, at: datetime) -> datetime:
        """The moment in the reader's zone."""
        return at.astimezone(_zone(self.zone))

    def span(self, delta: timedelta, *, exact: bool = False) -> str:
        """How long: ``35 s``, ``1 min``, ``9 h`` (``9 h 20 min`` when exact), ``3 days``."""
        seconds = max(0, int(delta.total_seconds()))
        if seconds < 60:
            return self._count(seconds, "s", "秒")
        minutes, hours = seconds // 60, seconds // 3600
        if hours < 1:
            return self._count(minutes, "min", "分钟")
        if hours < 48:
            rest = minutes % 60 if exact else 0
            return self._count(hours, "h", "小时") + (" " + self._count(rest, "min", "分钟") if rest else "")
        return self._count(hours // 24, "days", "天")

    def _moment(self, at: datetime, clock: str) -> str:
        local, today = self.local(at), self.local(self.now).date()
        days = abs((today - local.date()).days)
        # Tomorrow at this time is not "17:02": that would read as now.
        if days == 0 or timedelta(0) <= at - self.now <= timedelta(hours=18):
            return local.strftime(clock)
        if days < 7:
            return f"{self._weekday(local)} {local.strftime(clock)}"
        return self._date(local)

    def _weekday(self, local: datetime) -> str:
        return (_DAYS_ZH if self.language == "zh" else _DAYS)[local.weekday()]

    def _date(self, local: datetime) -> str:
        other_year = local.year != self.local(self.now).year
        if self.language == "zh":
            return (f"{local.year}年" if other_year else "") + f"{local.month}月{local.day}日"
        return f"{local.day} {_MONTHS[local.month - 1]}" + (f" {local.year}" if other_year else "")

    def _count(self, number: int, unit: str, chinese: str) -> str:
        return f"{number} {chinese if self.language == 'zh' else unit}"


@lru_cache(maxsize=256)
def _zone(name: str) -> tzinfo:
    """The zone of that name; UTC for an unknown one, because a message matters more than its clock."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return UTC
