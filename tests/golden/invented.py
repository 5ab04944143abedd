"""Invented companies, sources and stories that the renderings are made from."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot.model import (
    Budget,
    Entry,
    EventHit,
    Facts,
    Joining,
    Match,
    Mention,
    Point,
    QuietHours,
    Receiver,
    Refusal,
    Report,
    Story,
    Watch,
    Watchlist,
)
from bot.render import Headline

WATCHLIST = Watchlist(
    watches={
        watch.id: watch
        for watch in (
            Watch(id="alibaba", name="Alibaba", names={"zh": "阿里巴巴"}),
            Watch(id="tencent", name="Tencent", names={"zh": "腾讯"}),
            Watch(id="moonshot", name="Moonshot AI", names={"zh": "月之暗面"}),
            Watch(id="byd", name="BYD", names={"zh": "比亚迪"}),
            Watch(id="zhipu", name="Zhipu AI", names={"zh": "智谱"}),
            Watch(id="minimax", name="MiniMax"),
        )
    }
)


def at(hour: int, minute: int = 0, second: int = 0, *, day: int = 12) -> datetime:
    """A moment of November 2026 in Hong Kong; the 12th is a Thursday."""
    return datetime(2026, 11, day, hour, minute, second, tzinfo=UTC) - timedelta(hours=8)


def reader(language: str = "en", via: str = "telegram") -> Receiver:
    return Receiver(
        id="desk",
        via=via,
        language=language,
        timezone="Asia/Hong_Kong",
        at_most=Budget(12),
        quiet_hours=QuietHours(at(22).time(), at(7, 30).time(), unless_score=90),
    )


def report(
    source: str,
    title: str,
    time: datetime,
    *,
    body: str = "",
    lang: str = "en",
    paid: bool = False,
    weight: float = 1.0,
    dated: bool = True,
    copy_of: str = "",
    facts: Facts | None = None,
    shared: tuple[str, ...] = (),
    other: str = "",
    rule: str = "similar",
    url: str | None = None,
) -> Report:
    name = source.lower().replace(" ", "-")
    number = f"{name}-{time:%H%M}"
    entry = Entry(
        id=number,
        source=name,
        source_name=source,
        weight=weight,
        url=f"https://news.example/{number}" if url is None else url,
        title=title,
        body=body,
        published=time if dated else None,
        first_seen=time + timedelta(seconds=35),
        time=time if dated else time + timedelta(seconds=35),
        lang=lang,
        paid=paid,
    )
    joining = Joining(rule=rule, other=other, shared=shared, copy_of=copy_of, margin=0.2)
    return Report(entry=entry, facts=facts or Facts(), joining=joining)


def point(
    rule: str, points: int, text: str = "", *, entry: str = "", field: str = "title", start: int = 0
) -> Point:
    return Point(
        rule=rule, points=points, entry=entry, field=field, start=start, end=start + len(text), text=text
    )


def match(watch: str, *points: Point, story: str = "k7f2", entry: str = "", subject: bool = True) -> Match:
    events = tuple(point.rule.removeprefix("event:") for point in points if point.rule.startswith("event:"))
    return Match(
        story=story,
        watch=watch,
        score=max(0, min(100, sum(point.points for point in points))),
        points=points,
        subject=subject,
        events=events,
        entry=entry,
    )


# Alibaba's earnings: the story that grows

CLOUD = "Alibaba cloud revenue jumps 34%, beating forecasts on AI demand"
CLOUD_TEXT = (
    "Cloud revenue rose to 39.8 billion yuan in the September quarter. "
    "Capital spending reached 31.5 billion yuan. "
    "The company had earlier forecast slower growth for the division, which sells computing power."
)


def _mention(start: int, text: str = "Alibaba", field: str = "body") -> Mention:
    return Mention(watch="alibaba", field=field, start=start, end=start + len(text), text=text, kind="name")


def _hit(kind: str, start: int, text: str) -> EventHit:
    return EventHit(kind=kind, field="title", start=start, end=start + len(text), text=text)


CLOUD_FACTS = Facts(
    mentions=(_mention(0, field="title"), *(_mention(place * 100) for place in range(6))),
    subjects=frozenset({"alibaba"}),
    events=(_hit("earnings", 14, "revenue"), _hit("earnings", 33, "beating forecasts")),
)
WIRE = report(
    "Harbour Wire",
    CLOUD,
    at(17, 2, 3),
    body=CLOUD_TEXT,
    paid=True,
    weight=1.4,
    facts=CLOUD_FACTS,
    rule="first",
)
MORE = (
    report(
        "浦江早报",
        "阿里云季度收入增长 34%",
        at(17, 3),
        lang="zh",
        weight=1.2,
        other=WIRE.entry.id,
        shared=("alibaba", "earnings", "34%", "39.8 bn yuan"),
        rule="same_event",
    ),
    report("East Asia Business", "Alibaba's cloud arm grows 34%", at(17, 6), weight=1.1),
    report("南方财讯", "阿里巴巴云业务收入大增 34%", at(17, 11), lang="zh", weight=1.1),
    report("Delta Daily", "Alibaba beats forecasts", at(17, 12)),
    report("Delta Games", "Alibaba results", at(17, 13)),
    report("Wire Copy", CLOUD, at(17, 14), copy_of=WIRE.entry.id),
    report("Paid Letter", "Alibaba: what the numbers say", at(17, 4), paid=True, weight=1.5),
)
FIRST = Story(id="k7f2", reports=(WIRE,))
GROWN = Story(id="k7f2", reports=(WIRE, *MORE))
POINTS = (
    point("headline", 55, "Alibaba", entry=WIRE.entry.id),
    point("event:earnings", 22, "revenue", entry=WIRE.entry.id, start=14),
    point("trusted", 10),
    point("text", 5, "Alibaba", entry=WIRE.entry.id, field="body", start=100),
)
EARNINGS = match("alibaba", *POINTS, entry=WIRE.entry.id)
EARNINGS_GROWN = match("alibaba", *POINTS, point("sources", 4, "7"), entry=WIRE.entry.id)

# Moonshot's funding, told in Chinese first

FUNDED = report(
    "浦江早报",
    "月之暗面完成 5 亿美元 C 轮融资，估值 43 亿美元",
    at(9, 15),
    body="本轮由两家老股东领投，资金将用于训练下一代 Kimi 模型。",
    lang="zh",
    rule="first",
)
FUNDING = Story(id="m4qd", reports=(FUNDED,))
FUNDING_GROWN = Story(
    id="m4qd",
    reports=(
        FUNDED,
        report("Harbour Wire", "Moonshot AI raises $500 million", at(9, 21), paid=True, weight=1.4),
        report("南方财讯", "月之暗面融资 5 亿美元", at(9, 24), lang="zh", weight=1.1),
        report("Delta Daily", "Kimi maker raises funds", at(9, 30)),
        report("East Asia Business", "Moonshot AI valued at $4.3 billion", at(9, 40)),
    ),
)
FUNDING_POINTS = (
    point("headline", 55, "月之暗面"),
    point("event:funding", 20, "融资"),
    point("trusted", 6),
)
RAISED = match("moonshot", *FUNDING_POINTS, story="m4qd", entry=FUNDED.entry.id)
RAISED_GROWN = match("moonshot", *FUNDING_POINTS, point("sources", 3, "5"), story="m4qd")

# What is not told

BACKERS = Story(
    id="t3ns",
    reports=(
        report("East Asia Business", "Tencent among backers of 12 start-ups", at(11, 20), rule="first"),
    ),
)
BACKING = match(
    "tencent",
    point("passing", 20, "Tencent"),
    point("event:funding", 14, "backers"),
    story="t3ns",
    subject=False,
)
GOALS = Story(
    id="g0al",
    reports=(
        report(
            "Delta Daily",
            "City unveils moonshot goals for clean transport",
            at(10, 4),
            facts=Facts(
                refused=(
                    _refusal := Refusal(
                        watch="moonshot",
                        field="title",
                        start=13,
                        end=21,
                        text="moonshot",
                        kind="weak",
                        reason="excluded",
                        by="moonshot goals",
                    ),
                    replace(_refusal, reason="needs_support", by=""),
                )
            ),
        ),
    ),
)

# Lines of lists


def headline(
    story: str,
    score: int,
    title: str,
    source: str,
    time: datetime,
    *watches: str,
    more: int = 0,
    paid: bool = False,
) -> Headline:
    return Headline(
        story=story,
        score=score,
        title=title,
        url=f"https://news.example/{story}",
        source=source,
        time=time,
        paid=paid,
        more=more,
        watches=watches,
    )


BUYBACK = headline("b2yk", 72, "腾讯回购 10 亿港元股份", "浦江早报", at(9, 40), "tencent", more=2)
GAMES = headline(
    "g4me", 66, "Tencent wins approval for two games", "Delta Games", at(18, 5, day=10), "tencent", more=1
)
DELAYED = headline(
    "d3la", 48, "Studio delays two titles to spring", "Delta Games", at(11, 20, day=10), "tencent"
)
MINUTES = headline("m1nu", 45, "元宝上线会议纪要功能", "南方财讯", at(16, 12, day=9), "tencent")
AMONG = headline(
    "t3ns", 34, "Tencent among backers of 12 start-ups", "East Asia Business", at(11, 20, day=9), "tencent"
)
DIGEST = (
    headline(
        "l0gi",
        61,
        "Logistics arm weighs Hong Kong listing",
        "East Asia Business",
        at(14, day=11),
        "alibaba",
        more=3,
    ),
    headline("m0de", 58, "阿里云下调三款模型价格", "南方财讯", at(15, day=11), "alibaba", more=1),
    headline(
        "j0h0", 50, "New data centre planned in Johor", "Harbour Wire", at(16, day=11), "alibaba", paid=True
    ),
    headline("r3st", 44, "Alibaba shop opens in Milan", "Delta Daily", at(17, day=11), "alibaba"),
    replace(BUYBACK, score=60),
    DELAYED,
    replace(MINUTES, score=42),
    headline("k1mi", 47, "Kimi adds a mode for clinicians", "East Asia Business", at(18, day=11), "moonshot"),
    headline("h1re", 43, "月之暗面扩招医学团队", "南方财讯", at(19, day=11), "moonshot"),
)
