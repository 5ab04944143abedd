"""Pictures: drawn by a process of their own, every word readable and in its place, never a box, never in the way."""

from __future__ import annotations

import asyncio
import logging
import os
import re
import struct
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot import charts
from bot.channels import Address
from bot.channels.console import Console
from bot.charts import HEIGHT, WIDTH, Picture, draw, fonts, illustrated
from bot.charts.drawing import laid_out
from bot.errors import ChartError, SendError
from bot.model import Attachment, Block, Message, Span
from tests.picturing import dot, picture, row

CAPTION = Message(blocks=(Block(((Span("Your week"),),)),))
CHINESE = picture(
    row("阿里巴巴", dots=(dot(3, word="财报"),), change="+9"),
    row("腾讯控股有限公司及其附属音乐娱乐集团", dots=(dot(6, word="回购"),), change="-2"),
    title="本周 · 11月9日至15日",
    heads=tuple("一二三四五六日"),
    total="41 条",
    against="较上周",
    english=picture(row("Alibaba", dots=(dot(3),)), row("Tencent", dots=(dot(6, word="buyback"),))),
)
DATES = tuple(f"{day} Nov" if day % 5 == 0 else "" for day in range(1, 31))
LONG = tuple(row(f"Contemporary Amperex Technology {number}") for number in range(9))
NINETY = tuple(f"{1 + day % 30} Sep" if day % 15 == 14 else "" for day in range(90))
BUSY = tuple(dot(day, ("urgent", "important", "notable")[day % 3], "regulation") for day in range(90))
PICTURES: dict[str, Picture] = {
    "one company": picture(row(dots=(dot(3),), change="+9")),
    "nine rows": picture(
        *(row(f"Company {at}", dots=(dot(at % 7), dot(6)), change="+1,204") for at in range(9))
    ),
    "long names": picture(*LONG, title="Alibaba, Tencent and many other companies " * 3),
    "Chinese names": CHINESE,
    "nothing at all": picture(row("Alibaba", 0, 0, 0, 0, 0, 0, 0)),
    "no rows": picture(),
    "one huge day": picture(row("Alibaba", 1, 2, 1_400, 1, 0, 0, 2), row("Tencent", 1, 1, 1, 1, 1, 1, 1)),
    "a huge last day": picture(row("Alibaba", 1, 2, 1, 1, 0, 0, 1_400)),
    "thirty days": picture(row("Alibaba", *range(30), dots=(dot(0), dot(29))), heads=DATES),
    "ninety days": picture(*(row(f"C{at}", *[3] * 90, dots=BUSY) for at in range(9)), heads=NINETY),
    "one day": picture(row("Alibaba", 4, dots=(dot(0),)), heads=("Thu",)),
    "a name like a formula": picture(row("a$b$c_{d}", dots=(dot(3, word="$1$"),)), title="$x^2$ & <b>"),
}


@pytest.fixture(autouse=True)
def _fonts_looked_for_anew() -> Iterator[None]:
    fonts._chinese.cache_clear()
    yield
    fonts._chinese.cache_clear()


def words_of(shown: Picture) -> list[tuple[str, Any]]:
    """Every text of a picture and the place it takes, in pixels; all are large enough for a phone."""
    canvas = laid_out(shown)
    renderer = canvas.get_renderer()
    (axes,) = canvas.figure.axes
    assert all(text.get_fontsize() * canvas.figure.dpi / 72 >= 28 for text in axes.texts)
    return [(text.get_text(), text.get_window_extent(renderer)) for text in axes.texts if text.get_text()]


@pytest.mark.parametrize("name", PICTURES)
def test_words_are_large_and_stand_in_the_picture_and_on_no_other_words(name: str) -> None:
    found = words_of(PICTURES[name])

    for text, box in found:
        assert box.x0 >= 0, text
        assert box.x1 <= WIDTH, text
        assert box.y0 >= 0, text
        assert box.y1 <= HEIGHT, text
    for at, (text, box) in enumerate(found):
        for other, taken in found[at + 1 :]:
            apart = box.x1 <= taken.x0 or taken.x1 <= box.x0 or box.y1 <= taken.y0 or taken.y1 <= box.y0
            assert apart, f"“{text}” stands on “{other}”"


def test_the_words_are_those_of_the_reader() -> None:
    if fonts.families(chinese_first=True) == [fonts.LATIN]:
        pytest.skip("this machine has no font with Chinese")
    said = " ".join(text for text, _ in words_of(CHINESE))

    assert "阿里巴巴" in said
    assert "财报" in said
    assert "较上周" in said


def test_a_machine_without_a_chinese_font_draws_the_english_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WIREWATCH_FONT", "none")

    said = " ".join(text for text, _ in words_of(CHINESE))

    assert said.isascii() or set(said) - set(map(chr, range(128))) == {"·"}
    assert "Alibaba" in said
    assert "buyback" in said


def test_a_name_that_no_font_can_show_is_a_number_and_never_boxes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WIREWATCH_FONT", "none")

    said = [text for text, _ in words_of(picture(row("月之暗面"), row("Kimi 月"), title="本周 · Nov"))]

    assert "#1" in said
    assert "Kimi" in said
    assert "· Nov" in said


def test_a_font_file_that_is_none_is_as_good_as_no_font(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "broken.ttf").write_bytes(b"no font")
    monkeypatch.setenv("WIREWATCH_FONT", str(tmp_path / "broken.ttf"))

    assert fonts.families(chinese_first=True) == [fonts.LATIN]


def test_a_day_far_above_all_others_is_cut_and_says_its_number() -> None:
    assert "1,400" in [text for text, _ in words_of(PICTURES["one huge day"])]
    assert "14" not in [text for text, _ in words_of(picture(row("Alibaba", 14, 9, 2, 1, 1, 1, 1)))]


def test_the_strongest_story_keeps_its_word_where_there_is_no_room_for_all() -> None:
    crowded = row("Alibaba", dots=(dot(2, word="funding", score=86), dot(3, word="regulation", score=95)))

    said = [text for text, _ in words_of(picture(crowded))]

    assert "regulation" in said


def test_a_picture_is_a_png_of_the_size_of_a_phones_screen() -> None:
    drawn = draw(CHINESE)

    assert drawn.startswith(b"\x89PNG")
    assert struct.unpack(">II", drawn[16:24]) == (1200, 900)
    assert len(drawn) < 300_000


def test_only_the_process_that_draws_loads_the_library_for_it() -> None:
    root = Path(charts.__file__).parents[1]
    loads = re.compile(r"^\s*(?:from|import) (?:matplotlib|bot\.charts\.drawing)\b", re.MULTILINE)

    found = {
        str(file.relative_to(root)) for file in root.rglob("*.py") if loads.search(file.read_text("utf-8"))
    }

    assert found == {"charts/__main__.py", "charts/drawing.py", "charts/fonts.py"}


async def test_a_message_goes_without_a_picture_that_takes_too_long_and_the_log_says_so(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(charts, "SECONDS", 0.01)

    with caplog.at_level(logging.WARNING):
        message = await illustrated(CAPTION, picture(row()))

    assert message is CAPTION
    assert "without its picture" in caplog.text


async def test_a_message_waits_only_so_long_for_its_turn(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(charts, "PATIENCE", 0.01)
    free = threading.Event()
    charts._drawers.submit(free.wait, 10)

    with caplog.at_level(logging.WARNING):
        assert await illustrated(CAPTION, picture(row())) is CAPTION

    assert "too many pictures" in caplog.text
    free.set()


async def test_a_message_without_a_picture_is_as_it_was() -> None:
    assert await illustrated(CAPTION, None) is CAPTION


def test_what_the_child_complains_of_is_what_the_error_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(charts, "asdict", lambda _: {"rows": [{"no": "row"}]})

    with pytest.raises(ChartError, match="could not be drawn"):
        draw(CHINESE)


def test_no_secret_goes_to_the_process_that_draws(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN", "12345:secret")
    monkeypatch.setenv("WIREWATCH_FONT", "none")

    environment = charts._environment()

    assert not [value for value in environment.values() if "secret" in value]
    assert environment["WIREWATCH_FONT"] == "none"
    assert environment["PATH"] == os.environ["PATH"]


async def test_the_terminal_saves_a_picture_and_says_where(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shown = Message(blocks=CAPTION.blocks, attachment=Attachment(name="week.png", content=b"\x89PNG"))

    await Console(pictures=tmp_path).send(Address("terminal"), shown)
    await Console(pictures=tmp_path / "other.png").send(Address("terminal"), shown)

    said = re.sub(r"\s+", "", capsys.readouterr().out)
    assert (tmp_path / "week.png").read_bytes() == b"\x89PNG"
    assert (tmp_path / "other.png").read_bytes() == b"\x89PNG"
    assert f"Savedas{tmp_path}/week.png" in said


async def test_a_place_that_takes_no_picture_is_named(tmp_path: Path) -> None:
    shown = Message(blocks=CAPTION.blocks, attachment=Attachment(name="week.png", content=b"\x89PNG"))

    with pytest.raises(SendError, match=r"nowhere.*can't be written"):
        await Console(pictures=tmp_path / "nowhere" / "week.png").send(Address("terminal"), shown)


def test_a_terminal_that_only_gets_messages_saves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    shown = Message(blocks=CAPTION.blocks, attachment=Attachment(name="week.png", content=b"\x89PNG"))

    asyncio.run(Console().send(Address("terminal"), shown))

    assert not list(tmp_path.iterdir())
