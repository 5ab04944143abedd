"""What an event word means in this headline: a car comes to market (上市) and so does a company."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from bot.model import EventHit

_MARKET = "上市"
_OF_SHARES = re.compile(
    r"港股|美股|a股|h股|ipo|交所|科创|创业板|主板|新三板|北交|纳斯达克|招股|募资|估值|挂牌|递表|聆讯|过会|敲钟|辅导|发行"
    r"|股份|股价|市值|投资者|证监会|备案|(?:赴|在|回|来)(?:港|美|a|香港|美国|内地|国内)?上市|香港|公司上市|分拆|独立上市"
)
"""What stands in a headline about shares that come to market."""
_MODEL = re.compile(
    r"(?:[a-z]{1,8}[\s-]?\d{1,4}|\d{1,4}[a-z]{0,3}|(?<![a-z])[a-z]{1,3}|[a-z]+\d*)(?:\s?(?:pro|max|ultra|plus|gt|air|mini|[lsxe]))*"
    r"[^,，。;；!！?？]{0,10}$|(?:款|版|系列|车型|新车|suv|轿车|手机|平板|季度|全球|国内|全国|新品)[^,，。;；!！?？]{0,8}$"
)
"""What stands before 上市 when a car or a phone is meant: its model, its kind, its season."""
_BEFORE_RESULTS = re.compile(
    r"preview|ahead of (?:\w+ ){0,4}(?:earnings|results|report)|what to (?:expect|watch)|countdown"
    r"|before (?:\w+ )?earnings"
    r"|(?:to|will) report (?:\w+ ){0,3}(?:earnings|results)|earnings (?:calendar|date|on deck)"
    r"|前瞻|将公布|将发布|即将公布|董事会会议|倒计时|前夕|来袭|静待"
)
"""What is written before results are out: they are news when they come."""


def settled(title: str, hits: Iterable[EventHit]) -> tuple[EventHit, ...]:
    """Return the events of a folded title with their kinds settled: launches are products, previews no results."""
    return tuple(_settled(title, tuple(hits)))


def _settled(title: str, hits: tuple[EventHit, ...]) -> Iterator[EventHit]:
    early = any(hit.kind == "earnings" for hit in hits) and _BEFORE_RESULTS.search(title) is not None
    for hit in hits:
        if hit.kind == "earnings" and early:
            continue
        if hit.kind == "ipo" and _is_launch(title, hit):
            if not any(other.kind == "product" and other.start == hit.start for other in hits):
                yield replace(hit, kind="product")
            continue
        yield hit


def _is_launch(title: str, hit: EventHit) -> bool:
    if title[hit.start : hit.end] != _MARKET or _OF_SHARES.search(title):
        return False
    return _MODEL.search(title[max(0, hit.start - 24) : hit.start]) is not None
