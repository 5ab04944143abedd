"""Draw the picture in ``pictures.md``: a week of invented news. Run ``.venv/bin/python docs/draw_week.py``."""

from __future__ import annotations

from pathlib import Path

from bot.charts import Dot, Picture, Row, draw

ROWS = (
    ("Alibaba", (2, 1, 2, 7, 4, 1, 1), "+9", Dot(place=3, level="urgent", score=92, word="earnings")),
    ("Tencent", (1, 1, 4, 2, 1, 1, 1), "-2", Dot(place=2, level="important", score=72, word="buyback")),
    ("Moonshot AI", (0, 0, 1, 1, 5, 1, 0), "+6", Dot(place=4, level="urgent", score=88, word="funding")),
    ("Huawei", (1, 1, 0, 1, 1, 0, 0), "-1", Dot(place=1, level="notable", score=50, word="product")),
)
WEEK = Picture(
    title="Your week · 9-15 Nov",
    total="41 stories",
    heads=tuple("MTWTFSS"),
    against="vs",
    rows=tuple(
        Row(name=name, counts=counts, dots=(dot,), count=str(sum(counts)), change=change)
        for name, counts, change, dot in ROWS
    ),
)

if __name__ == "__main__":
    Path(__file__).with_name("week.png").write_bytes(draw(WEEK))
