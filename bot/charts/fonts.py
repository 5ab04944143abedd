"""Which fonts a picture is set in: the one that comes with matplotlib, and one with Chinese where there is one.

``WIREWATCH_FONT`` names a font file to use, or ``none`` to do without Chinese.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

LATIN = "DejaVu Sans"
_CHINESE = (
    "Noto Sans CJK SC",
    "Noto Sans SC",
    "Source Han Sans SC",
    "Source Han Sans CN",
    "WenQuanYi Micro Hei",
    "WenQuanYi Zen Hei",
    "PingFang SC",
    "Hiragino Sans GB",
    "Heiti SC",
    "Microsoft YaHei",
    "SimHei",
)
_FILES = (
    "NotoSansCJK-Regular.ttc",
    "NotoSansSC*.?tf",
    "SourceHanSans*.?t?",
    "wqy-microhei.ttc",
    "wqy-zenhei.ttc",
    "PingFang.ttc",
    "Hiragino Sans GB.ttc",
    "msyh.ttc",
    "simhei.ttf",
)
_FOLDERS = (
    "/usr/share/fonts",
    "/usr/local/share/fonts",
    "/System/Library/Fonts",
    "/Library/Fonts",
    "C:/Windows/Fonts",
    "~/.fonts",
    "~/.local/share/fonts",
)


def families(*, chinese_first: bool) -> list[str]:
    """Return the families to set text in, tried in this order for each character."""
    found = _chinese()
    if found is None:
        return [LATIN]
    return [found, LATIN] if chinese_first else [LATIN, found]


def unknown(text: str, known: Iterable[str]) -> str:
    """Return the characters of a text that none of the families has."""
    covered = set().union(*map(_characters, known))
    return "".join(character for character in text if ord(character) not in covered and character != " ")


@cache
def _chinese() -> str | None:
    """The family of a font with Chinese; matplotlib's list first, then files that came after it was made."""
    from matplotlib.font_manager import fontManager

    asked = os.environ.get("WIREWATCH_FONT", "")
    if asked.lower() == "none":
        return None
    if asked:
        return _added(Path(asked).expanduser())
    there = {entry.name for entry in fontManager.ttflist if Path(entry.fname).exists()}
    listed = next((name for name in _CHINESE if name in there), None)
    return listed or next((name for file in _files() if (name := _added(file))), None)


def _files() -> Iterator[Path]:
    folders = [folder for folder in (Path(name).expanduser() for name in _FOLDERS) if folder.is_dir()]
    for pattern in _FILES:
        for folder in folders:
            yield from sorted(folder.rglob(pattern))


def _added(file: Path) -> str | None:
    """Make a font file known and return its family; None where it is no font, or has no Chinese."""
    from matplotlib.font_manager import fontManager

    before = len(fontManager.ttflist)
    try:
        fontManager.addfont(file)
    except (OSError, RuntimeError, ValueError):
        return None
    names = [entry.name for entry in fontManager.ttflist[before:]]
    best = next((name for name in names if name in _CHINESE), names[0] if names else None)
    return best if best is not None and ord("中") in _characters(best) else None


@cache
def _characters(family: str) -> frozenset[int]:
    from matplotlib.font_manager import findfont, get_font

    return frozenset(get_font(findfont(family)).get_charmap())
