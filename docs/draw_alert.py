"""Draw ``docs/alert.svg``: real alerts as a phone shows them. Run ``.venv/bin/python docs/draw_alert.py``.

Headlines, figures and outlets in the picture are invented.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from html import escape
from pathlib import Path

from bot.model import (
    Entry,
    Facts,
    Joining,
    Line,
    Match,
    Message,
    Point,
    Reason,
    Receiver,
    Report,
    Span,
    Story,
    Verdict,
    Watch,
    Watchlist,
)
from bot.render import AlertView, CorrectionView, TraceView, alert, correction, why

FONTS = (
    "-apple-system,'Segoe UI',Roboto,'Helvetica Neue','PingFang SC','Microsoft YaHei','Noto Sans CJK SC',"
    "sans-serif"
)
INK, GREY, LINK, PAPER, WALL, EDGE = "#111111", "#6d7883", "#1f74b8", "#ffffff", "#e9eef3", "#d3dbe3"
SIZE, LEADING, SMALL = 15, 21, 12
COLUMN, GUTTER, MARGIN, PAD = 408, 24, 16, 14
KEY = 32
NARROW = set("iljtfrI.,:;'|!()[]·“”‘’ ")
WIDE = set("mwMW%@&—…")
CLOSING = set("，。、：）」")


@dataclass(frozen=True)
class Piece:
    """A drawn part of the picture and its height."""

    svg: str
    height: int


def width(text: str, *, bold: bool) -> float:
    """Estimate a text's width; generous, because readers' fonts differ."""
    return (
        sum(_em(character) * (1.06 if bold and ord(character) < 0x2E80 else 1.0) for character in text) * SIZE
    )


def _em(character: str) -> float:
    if ord(character) > 0x2E80:
        return 1.0 if ord(character) < 0x1F000 else 1.35
    if character in NARROW:
        return 0.33
    if character in WIDE:
        return 0.88
    return 0.68 if character.isupper() else 0.565


def wrapped(line: Line, room: float) -> Iterator[list[Span]]:
    """Break a line of spans into rows that fit: at spaces, and between Chinese characters."""
    row: list[Span] = []
    used = 0.0
    for span in line:
        for word in _words(span.text):
            if row and word.strip() != "·" and used + width(word.rstrip(), bold=span.bold) > room:
                yield row
                row, used = [], 0.0
            row.append(replace(span, text=word if row else word.lstrip()))
            used += width(word, bold=span.bold)
    if row:
        yield row


def _words(text: str) -> Iterator[str]:
    word = ""
    for at, character in enumerate(text):
        follows = text[at + 1 : at + 2]
        word += character
        if (character == " " and follows != "·") or (ord(character) > 0x2E80 and follows not in CLOSING):
            yield word
            word = ""
    if word:
        yield word


def row_svg(row: list[Span], x: int, y: int, colour: str) -> str:
    """Draw one row; the parts flow, so that any font keeps them together."""
    parts = []
    for span in row:
        fill = LINK if span.link else colour
        style = ' font-weight="600"' if span.bold else ""
        style += ' text-decoration="line-through"' if span.strike else ""
        parts.append(f'<tspan fill="{fill}"{style}>{escape(span.text)}</tspan>')
    return f'<text x="{x}" y="{y}" xml:space="preserve">{"".join(parts)}</text>'


def bubble(message: Message, stamp: str, x: int, y: int) -> Piece:
    """Draw a message as a chat shows it: a white bubble with its time."""
    inner = COLUMN - 2 * MARGIN - 2 * PAD
    rows: list[str] = []
    at = y + PAD + 14
    for number, block in enumerate(message.blocks):
        at += 9 if number and not block.tight else 0
        for line in block.lines:
            for row in wrapped(line, inner):
                rows.append(row_svg(row, x + PAD, at, GREY if block.grey else INK))
                at += LEADING
    bottom = at + 4
    stamped = f'<text x="{x + inner + 2 * PAD - 12}" y="{bottom - 2}" class="stamp">{escape(stamp)}</text>'
    box = (
        f'<rect x="{x}" y="{y}" width="{inner + 2 * PAD}" height="{bottom - y + 8}" rx="14" class="bubble"/>'
    )
    under = bottom + 8
    buttons: list[str] = []
    for row_of in message.buttons:
        buttons += keys([button.label for button in row_of], x, under + 5, inner + 2 * PAD)
        under += 5 + KEY
    return Piece("\n".join((box, *rows, stamped, *buttons)), under - y)


def keys(labels: list[str], x: int, y: int, room: int) -> Iterator[str]:
    """Draw a row of buttons, as wide as the bubble."""
    gap = 5
    wide = (room - gap * (len(labels) - 1)) / len(labels)
    for at, label in enumerate(labels):
        left = x + at * (wide + gap)
        yield f'<rect x="{left:.0f}" y="{y}" width="{wide:.0f}" height="{KEY}" rx="7" class="key"/>'
        yield f'<text x="{left + wide / 2:.0f}" y="{y + 21}" class="label">{escape(label)}</text>'


def caption(text: str, x: int, y: int) -> str:
    """Draw the small words between two bubbles."""
    return f'<text x="{x + (COLUMN - 2 * MARGIN) // 2}" y="{y}" class="caption">{escape(text)}</text>'


# The invented news


WATCHLIST = Watchlist(
    watches={
        "alibaba": Watch(id="alibaba", name="Alibaba", names={"zh": "阿里巴巴"}),
        "moonshot": Watch(id="moonshot", name="Moonshot AI", names={"zh": "月之暗面"}),
    }
)
FUNDED = "月之暗面完成 5 亿美元 C 轮融资，估值 43 亿美元"
WIRE_TEXT = (
    "Cloud revenue rose to 39.8 billion yuan in the September quarter. "
    "Capital spending reached 31.5 billion yuan. Margins held steady, the company said on Thursday."
)


def local(hour: int, minute: int) -> datetime:
    """A moment of the day in the picture, in Hong Kong."""
    return datetime(2026, 11, 12, hour, minute, tzinfo=UTC) - timedelta(hours=8)


def report(
    source: str, title: str, at: datetime, *, lang: str = "en", text: str = "", paid: bool = False
) -> Report:
    """An invented report."""
    entry = Entry(
        id=source,
        source=source,
        source_name=source,
        url="https://news.example/" + str(len(title)),
        title=title,
        body=text,
        published=at,
        first_seen=at,
        time=at,
        lang=lang,
        paid=paid,
    )
    return Report(entry=entry, facts=Facts(), joining=Joining(rule="first"))


def match(story: str, watch: str, *points: tuple[str, int]) -> Match:
    """A match with these points."""
    return Match(
        story=story,
        watch=watch,
        score=sum(value for _, value in points),
        points=tuple(Point(rule=rule, points=value) for rule, value in points),
        subject=True,
        events=tuple(rule.removeprefix("event:") for rule, _ in points if rule.startswith("event:")),
    )


def english() -> tuple[Message, Message]:
    """The first alert, and the same message ten minutes later."""
    wire = report(
        "Harbour Wire",
        "Alibaba cloud revenue jumps 34%, beating forecasts on AI demand",
        local(17, 2),
        text=WIRE_TEXT,
        paid=True,
    )
    others = [
        report(name, "Alibaba cloud revenue up 34%", local(17, minute), lang=lang)
        for name, minute, lang in (
            ("浦江早报", 3, "zh"),
            ("East Asia Business", 6, "en"),
            ("南方财讯", 11, "zh"),
            ("Delta Daily", 12, "en"),
            ("Delta Games", 12, "en"),
            ("Port Letter", 12, "en"),
        )
    ]
    points = (("headline", 55), ("event:earnings", 22), ("trusted", 10), ("text", 5))
    desk = Receiver(id="desk", via="telegram", timezone="Asia/Hong_Kong")
    first = AlertView(
        story=Story(id="k7f2", reports=(wire,)),
        matches=(match("k7f2", "alibaba", *points),),
        watchlist=WATCHLIST,
        receiver=desk,
        now=local(17, 2),
    )
    grown = AlertView(
        story=Story(id="k7f2", reports=(wire, *others)),
        matches=(match("k7f2", "alibaba", *points, ("sources", 4)),),
        watchlist=WATCHLIST,
        receiver=desk,
        now=local(17, 12),
    )
    return alert(first), alert(grown)


def chinese() -> tuple[Message, Message, Message]:
    """An alert in Chinese, the answer to why, and its correction."""
    desk = Receiver(id="desk", via="telegram", language="zh", timezone="Asia/Hong_Kong")
    funded = report(
        "浦江早报",
        FUNDED,
        local(9, 15),
        lang="zh",
        text="本轮由两家老股东领投，资金将用于训练下一代 Kimi 模型。",
    )
    story = Story(id="m4qd", reports=(funded,))
    found = match("m4qd", "moonshot", ("headline", 55), ("event:funding", 20), ("trusted", 6))
    view = AlertView(story=story, matches=(found,), watchlist=WATCHLIST, receiver=desk, now=local(9, 15))
    verdict = Verdict(
        story="m4qd",
        watch="moonshot",
        receiver="desk",
        reason=Reason.FIRST_REPORT,
        told=True,
        score=81,
        threshold=60,
        route="funding",
    )
    trace = TraceView(
        reader=desk,
        watchlist=WATCHLIST,
        now=local(9, 20),
        to="desk",
        story=story,
        match=found,
        verdict=verdict,
        told_at=local(9, 15),
    )
    change = CorrectionView(
        story=story,
        matches=(found,),
        watchlist=WATCHLIST,
        receiver=desk,
        now=local(10, 3),
        source="浦江早报",
        was=FUNDED,
        became=FUNDED.replace("43", "34"),
        url="https://news.example/funded",
        changed_at=local(10, 2),
        others=4,
    )
    return alert(view), why(trace), correction(change)


def picture() -> str:
    """Return the whole picture."""
    before, after = english()
    alerted, reason, corrected = chinese()
    left, right = MARGIN, COLUMN + GUTTER + MARGIN
    top = MARGIN + 4
    one = bubble(before, "17:02", left, top)
    two = bubble(after, "edited 17:12", left, top + one.height + 46)
    three = bubble(alerted, "09:15", right, top)
    four = bubble(reason, "09:20", right, top + three.height + 46)
    five_at = top + three.height + four.height + 92
    five = bubble(corrected, "10:03", right, five_at)
    height = max(top + one.height + 46 + two.height, five_at + five.height) + top
    walls = [
        f'<rect x="{x}" y="0" width="{COLUMN}" height="{height}" rx="22" class="wall"/>'
        for x in (0, COLUMN + GUTTER)
    ]
    captions = (
        caption("ten minutes later, the same message", left, top + one.height + 28),
        caption("/why m4qd", right, top + three.height + 28),
        caption("来源改了标题", right, five_at - 18),
    )
    parts = (*walls, one.svg, captions[0], two.svg, three.svg, captions[1], four.svg, captions[2], five.svg)
    total = 2 * COLUMN + GUTTER
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{total}" height="{height}" '
        f'viewBox="0 0 {total} {height}" role="img" '
        'aria-label="An alert in a chat, its update ten minutes later, and one in Chinese">'
    )
    return "\n".join((head, STYLE, *parts, "</svg>")) + "\n"


STYLE = f"""<style>
text {{ font: {SIZE}px {FONTS}; }}
.wall {{ fill: {WALL}; }}
.bubble {{ fill: {PAPER}; stroke: {EDGE}; }}
.key {{ fill: #8fa3b5; }}
.label {{ fill: #ffffff; font-size: 14px; text-anchor: middle; }}
.stamp {{ fill: {GREY}; font-size: {SMALL}px; text-anchor: end; }}
.caption {{ fill: {GREY}; font-size: 13px; text-anchor: middle; }}
</style>"""


if __name__ == "__main__":
    Path(__file__).with_name("alert.svg").write_text(picture(), encoding="utf-8")
