"""One picture as PNG: a row a company, a bar a day, the strongest stories as dots. Only the child loads this."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import PolyCollection
from matplotlib.figure import Figure
from matplotlib.patheffects import withStroke
from matplotlib.text import Text

from bot.charts import HEIGHT, WIDTH, Dot, Picture, Row
from bot.charts.fonts import families, unknown

_DPI = 100
_INK, _GREY, _PALE, _BAR = "#101828", "#667085", "#d0d5dd", "#344e7a"
_LEVELS = {"urgent": "#e02d2d", "important": "#f58220", "notable": "#2e6fdb", "passing": "#98a2b3"}
_SHOWN_EVERY_DAY = {"urgent", "important"}
"""Levels whose dot is shown on any day; of a row's weaker stories only the strongest."""
_SMALL, _LARGE = 28, 38
_LEFT, _RIGHT, _TOP, _BOTTOM = 40, 1160, 142, 884
_NAMES, _AIR = 310, 26
"""Most pixels for the names; those between two columns."""
_WORDS, _GAP = 37, 8
"""The strip under the bars in which dots and words stand; the air over them."""
_TALLEST = 420
_STUB = 4
"""Pixels of the smallest bar: one story is seen beside a hundred."""
_FEWEST = 4
"""The highest bar stands for so many at least: one story is no tower."""
_TOWERING = 3
_TOWERING_FROM = 12
"""One bar of so many stories, and so many times as high as any other, is cut and says its number."""


@dataclass(frozen=True, slots=True)
class _Sheet:
    """A blank picture and what its parts share."""

    axes: Axes
    canvas: Any
    """A FigureCanvasAgg, which comes without types."""
    fonts: list[str]

    def write(self, x: float, y: float, words: str, *, size: int = _SMALL, **style: Any) -> Text:
        """Set words with their baseline at y; a dollar sign is a dollar sign."""
        values: dict[str, Any] = {"color": _INK, "va": "baseline", **style}
        return self.axes.text(
            x, y, words, fontsize=size * 72 / _DPI, family=self.fonts, parse_math=False, **values
        )

    def width(self, words: str, size: int = _SMALL, **style: Any) -> float:
        """Return how many pixels words take."""
        probe = self.write(0, 0, words, size=size, **style)
        taken = probe.get_window_extent(self.canvas.get_renderer()).width
        probe.remove()
        return float(taken)

    def fitted(self, words: str, room: float, size: int = _SMALL, **style: Any) -> str:
        """Return words cut to a width, with ``…``."""
        taken = self.width(words, size, **style)
        if taken <= room:
            return words
        words = words[: int(len(words) * room / taken) + 2]
        while words and self.width(words + "…", size, **style) > room:
            words = words[:-1].rstrip()
        return words + "…"


@dataclass(frozen=True, slots=True)
class _Field:
    """Where the bars stand: from left to right, so many places, and how much the highest one stands for."""

    left: float
    right: float
    places: int
    top: float
    bars: float
    """Pixels of the highest bar."""

    def middle(self, place: int) -> float:
        return self.left + (place + 0.5) * (self.right - self.left) / self.places

    @property
    def bar(self) -> float:
        return min(64.0, (self.right - self.left) / self.places * 0.62)


def png(picture: Picture) -> bytes:
    """Return the picture as PNG, in words that the machine's fonts can show."""
    canvas = laid_out(picture)
    drawn = io.BytesIO()
    canvas.print_png(drawn)
    return drawn.getvalue()


def laid_out(picture: Picture) -> Any:
    """Return the canvas with everything in its place, not painted yet."""
    figure = Figure(figsize=(WIDTH / _DPI, HEIGHT / _DPI), dpi=_DPI, facecolor="white")
    canvas: Any = FigureCanvasAgg(figure)
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set_xlim(0, WIDTH)
    axes.set_ylim(HEIGHT, 0)
    axes.set_axis_off()
    picture, fonts = _showable(picture)
    _fill(_Sheet(axes, canvas, fonts), picture)
    return canvas


def _showable(picture: Picture) -> tuple[Picture, list[str]]:
    """The picture in the reader's words, else in English ones; what no font has is left out, never a box."""
    fonts = families(chinese_first=picture.english is not None)
    if not unknown("".join(_texts(picture)), fonts):
        return picture, fonts
    picture = picture.english or picture
    rows = tuple(
        replace(
            row,
            name=_known(row.name, fonts) or f"#{number}",
            dots=tuple(replace(dot, word=_known(dot.word, fonts)) for dot in row.dots),
        )
        for number, row in enumerate(picture.rows, 1)
    )
    return replace(picture, title=_known(picture.title, fonts), rows=rows), fonts


def _known(words: str, fonts: list[str]) -> str:
    missing = unknown(words, fonts)
    return " ".join("".join(each for each in words if each not in missing).split())


def _texts(picture: Picture) -> Iterator[str]:
    yield from (picture.title, picture.total, picture.against, *picture.heads)
    for row in picture.rows:
        yield from (row.name, row.count, row.change, *(dot.word for dot in row.dots))


def _fill(sheet: _Sheet, picture: Picture) -> None:
    total = sheet.width(picture.total)
    title = sheet.fitted(picture.title, _RIGHT - _LEFT - total - 30, _LARGE, weight="bold")
    sheet.write(_LEFT, 66, title, size=_LARGE, weight="bold")
    sheet.write(_RIGHT, 66, picture.total, color=_GREY, ha="right")
    columns = [row.change for row in picture.rows] + [picture.against]
    changes = max(map(sheet.width, columns)) + _AIR if any(columns) else 0
    counts = max((sheet.width(row.count, weight="bold") for row in picture.rows), default=0) + 2 * _AIR
    names = [sheet.fitted(row.name, _NAMES, weight="bold") for row in picture.rows]
    widest = max((sheet.width(name, weight="bold") for name in names), default=0)
    height = (_BOTTOM - _TOP) / max(1, len(picture.rows))
    words = _WORDS if any(row.dots for row in picture.rows) else 0
    room = _Field(
        left=_LEFT + widest + _AIR,
        right=_RIGHT - changes - counts,
        places=max(1, len(picture.heads)),
        top=_top(picture),
        bars=min(_TALLEST, height - words - max(_GAP, height * 0.12)),
    )
    _write_heads(sheet, picture, room)
    for number, (row, name) in enumerate(zip(picture.rows, names, strict=True)):
        base = _TOP + (number + 0.5) * height + (room.bars + _GAP - words) / 2
        _draw_row(sheet, row, name, room, base, changes)


def _top(picture: Picture) -> float:
    """How many stories the highest bar stands for; a day far above all others is cut so that they are seen."""
    heights = sorted((count for row in picture.rows for count in row.counts), reverse=True)
    highest, next_lower = (*heights, 0, 0)[:2]
    if highest >= _TOWERING_FROM and highest > next_lower * _TOWERING and next_lower:
        return next_lower * 1.5
    return max(_FEWEST, highest)


def _write_heads(sheet: _Sheet, picture: Picture, room: _Field) -> None:
    free = float(_RIGHT)
    for place, head in reversed(list(enumerate(picture.heads))):
        half = sheet.width(head) / 2
        x = max(room.middle(place), room.left + half)
        if head and x + half < free:
            sheet.write(x, 122, head, color=_GREY, ha="center")
            free = x - half - 16
    if picture.against:
        sheet.write(_RIGHT, 122, picture.against, color=_GREY, ha="right")


def _draw_row(sheet: _Sheet, row: Row, name: str, room: _Field, base: float, changes: float) -> None:
    sheet.write(_LEFT, base, name, weight="bold")
    sheet.write(_RIGHT - changes, base, row.count, weight="bold", ha="right")
    if row.change:
        sheet.write(_RIGHT, base, row.change, color=_GREY, ha="right")
    sheet.axes.plot([room.left, room.right], [base, base], color=_PALE, linewidth=1.5, zorder=1)
    bars = PolyCollection(list(_bars(row, room, base)), facecolors=_BAR, edgecolors="none", zorder=2)
    sheet.axes.add_collection(bars, autolim=False)
    for place, count in enumerate(row.counts):
        if count > room.top:
            _cut(sheet, room, place, base, count)
    _draw_dots(sheet, row, room, base)


def _bars(row: Row, room: _Field, base: float) -> Iterator[list[tuple[float, float]]]:
    for place, count in enumerate(row.counts):
        if count > 0:
            x, half = room.middle(place), room.bar / 2
            high = base - max(_STUB, min(1.0, count / room.top) * room.bars)
            yield [(x - half, base), (x - half, high), (x + half, high), (x + half, base)]


def _cut(sheet: _Sheet, room: _Field, place: int, base: float, count: int) -> None:
    """A slit through a bar that is higher than drawn, and its number beside it."""
    x, half, y = room.middle(place), room.bar / 2 + 3, base - room.bars * 0.72
    sheet.axes.plot([x - half, x + half], [y + 4, y - 4], color="white", linewidth=4, zorder=3)
    left = place * 2 > room.places
    words = sheet.write(
        x - half - 4 if left else x + half + 4,
        base - room.bars + 22,
        f"{count:,}",
        color=_INK,
        ha="right" if left else "left",
        zorder=5,
    )
    words.set_path_effects([withStroke(linewidth=5, foreground="white")])


def _draw_dots(sheet: _Sheet, row: Row, room: _Field, base: float) -> None:
    """The strongest story first: its word is always set, those of others where there is room."""
    taken: list[tuple[float, float]] = []
    ordered = sorted(row.dots, key=_strength, reverse=True)
    for dot in [dot for dot in ordered if dot is ordered[0] or dot.level in _SHOWN_EVERY_DAY]:
        spot = _spot(sheet, dot, room, taken)
        if spot is None:
            continue
        left, right, words = spot
        taken.append((left, right))
        x, y = room.middle(dot.place), base + 22
        sheet.axes.plot([x], [y], "o", color=_LEVELS.get(dot.level, _GREY), markersize=13, zorder=4)
        if words and left < x - 10:
            sheet.write(x - 16, y + 10, words, color=_GREY, ha="right")
        elif words:
            sheet.write(x + 16, y + 10, words, color=_GREY)


def _strength(dot: Dot) -> tuple[int, bool, int, int]:
    """By level; of equals one that says what it is, then the higher score, then the later one."""
    levels = list(reversed(_LEVELS))
    level = levels.index(dot.level) if dot.level in levels else -1
    return level, bool(dot.word), dot.score, dot.place


def _spot(
    sheet: _Sheet, dot: Dot, room: _Field, taken: list[tuple[float, float]]
) -> tuple[float, float, str] | None:
    """Where a dot and its word find room: (left, right, word); without the word, or None where there is none."""
    x = room.middle(dot.place)
    width = sheet.width(dot.word) + 20 if dot.word else 0
    spots = [(x - 10, x + width, dot.word), (x - width, x + 10, dot.word)] if dot.word else []
    for left, right, words in [*spots, (x - 10, x + 10, "")]:
        inside = left >= room.left - 10 and right <= room.right + 10
        if (inside or not words) and all(right + 10 <= a or left - 10 >= b for a, b in taken):
            return left, right, words
    return None
