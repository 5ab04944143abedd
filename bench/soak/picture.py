"""What a bot held over a soak, as a small picture: memory above, entries in the index and the archive below."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from bench.soak.house import Sample

_WIDTH, _HEIGHT, _EDGE = 720, 120, 40
_LINES = (
    ("memory", "MB held", "#0b6"),
    ("index", "entries in the index", "#06b"),
    ("entries", "entries stored", "#b60"),
)


def draw(samples: Sequence[Sample], file: Path) -> None:
    """Write the picture as SVG."""
    parts = [_panel(samples, at, *line) for at, line in enumerate(_LINES)]
    height = len(_LINES) * (_HEIGHT + _EDGE) + _EDGE
    file.write_text(
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{_WIDTH + 2 * _EDGE}" height="{height}" '
        f'font-family="sans-serif" font-size="12">{"".join(parts)}</svg>\n'
    )


def _panel(samples: Sequence[Sample], at: int, name: str, words: str, colour: str) -> str:
    values = [float(getattr(one, name)) for one in samples]
    top, most = _EDGE + at * (_HEIGHT + _EDGE), max(values) or 1.0
    last = samples[-1].hours or 1.0
    points = " ".join(
        f"{_EDGE + _WIDTH * one.hours / last:.1f},{top + _HEIGHT * (1 - value / most):.1f}"
        for one, value in zip(samples, values, strict=True)
    )
    floor = top + _HEIGHT
    return (
        f'<text x="{_EDGE}" y="{top - 6}">{words}: {values[-1]:,.0f} after {last / 24:.0f} days, '
        f"{most:,.0f} at most</text>"
        f'<path d="M{_EDGE} {top}V{floor}H{_EDGE + _WIDTH}" fill="none" stroke="#999"/>'
        f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2"/>'
    )
