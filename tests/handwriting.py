"""YAML as people write it: the same values in block and flow, with comments, empty lines and odd line ends."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

KEYS = st.sampled_from(
    ["id", "url", "name", "tags", "every", "aliases", "01ai", "li-auto", "腾讯", "on", "x y"]
)
TEXTS = st.sampled_from(
    ["a", "Moonshot AI", "月之暗面", "no", "yes", "", "NYSE:BABA", "0700.HK", "9988", "15m", "@x", "*a", "&b", "!c",
     "%d", "- e", "a: b", "a # b", "{x}", "[y", "it's", 'say "so"', "back\\slash", " lead", "trail ", "line\nbreak",
     "tab\there", "null", "~", "1e3", "0x1f", "1:20", "2026-11-23", "“quoted”", "，", "`x`", "|", ">", "?", "k: ",
     "\u200b", "\x07", "😀", "#x", "https://a.example/f?x=1,2&y=[3]#z"]
)  # fmt: skip
SCALARS = st.one_of(
    TEXTS, st.integers(-9999, 9999), st.booleans(), st.none(), st.floats(-9, 9), st.text(max_size=8)
).filter(lambda value: not isinstance(value, str) or not any(0xD800 <= ord(each) <= 0xDFFF for each in value))


def values(deep: int = 3) -> st.SearchStrategy[Any]:
    """Scalars, lists and mappings within each other."""
    if not deep:
        return SCALARS
    inner = values(deep - 1)
    return st.one_of(SCALARS, st.lists(inner, max_size=4), st.dictionaries(KEYS, inner, max_size=4))


files = st.dictionaries(KEYS, values(), min_size=1, max_size=4)


class Hand:
    """Writes a value as somebody would: every choice is drawn."""

    def __init__(self, draw: st.DrawFn) -> None:
        self._draw = draw

    def _chance(self, of: int = 3) -> bool:
        return bool(self._draw(st.integers(0, of)) == 0)

    def _scalar(self, value: Any) -> str:
        if value is None:
            return "null"
        if isinstance(value, bool | int | float):
            return str(value).lower()
        text = str(value)
        if text.isprintable() and self._chance():
            return "'" + text.replace("'", "''") + "'"
        plain = text.isalpha() and text.isascii() and text.lower() not in {"null", "true", "false"}
        if plain and self._chance(1):
            return text
        text = text.replace("\\", "\\\\").replace('"', '\\"')
        return '"' + "".join(each if each.isprintable() else f"\\U{ord(each):08x}" for each in text) + '"'

    def _gap(self, indent: int) -> str:
        """What stands between two entries: nothing, an empty line, or a comment."""
        kinds = [
            "",
            "",
            "",
            "\n",
            f"{' ' * indent}# about it\n",
            f"\n{' ' * indent}# a heading\n",
            "# outside\n",
        ]
        return str(self._draw(st.sampled_from(kinds)))

    def _tail(self) -> str:
        return "  # why\n" if self._chance() else "\n"

    def flow(self, value: Any, indent: int) -> str:
        """In brackets, on one line or on several."""
        if not isinstance(value, list | dict):
            return self._scalar(value)
        first, last = "{}" if isinstance(value, dict) else "[]"
        if isinstance(value, dict):
            texts = [f"{self._scalar(key)}: {self.flow(each, indent + 2)}" for key, each in value.items()]
        else:
            texts = [self.flow(each, indent + 2) for each in value]
        comma = "," if texts and self._chance() else ""
        if self._chance(4):
            pad = "\n" + " " * (indent + 2)
            note = "  # why" if self._chance() else ""
            return first + "".join(f"{pad}{text}," for text in texts[:-1]) + "".join(
                f"{pad}{text}{comma}{note}" for text in texts[-1:]
            ) + f"{pad}{last}"  # fmt: skip
        return first + ", ".join(texts) + comma + last

    def block(self, value: Any, indent: int) -> str:
        """Over lines, each ended; the first one is indented too."""
        text = ""
        pad = " " * indent
        for at, each in enumerate(value.items() if isinstance(value, dict) else value):
            text += self._gap(indent) if at or indent else ""
            if isinstance(value, dict):
                text += f"{pad}{self._scalar(each[0])}:" + self._under(each[1], indent)
            elif isinstance(each, dict | list) and each and self._chance(1):
                text += f"{pad}- " + self.block_inside(each, indent + 2)
            else:
                text += f"{pad}- {self.flow(each, indent + 2)}" + self._tail()
        return text

    def block_inside(self, value: Any, indent: int) -> str:
        """A block that begins in the line of its dash."""
        text = self.block(value, indent)
        lines = text.split("\n")
        while not lines[0].strip() or lines[0].lstrip().startswith("#"):
            lines = lines[1:]
        return "\n".join(lines)[indent:]

    def _under(self, value: Any, indent: int) -> str:
        if isinstance(value, dict | list) and value and self._chance(1):
            return self._tail() + self.block(value, indent + self._draw(st.sampled_from([2, 2, 4])))
        if isinstance(value, str) and value.isalpha() and self._chance(5):
            return f" |-\n{' ' * indent}   {value}\n"
        if value is None and self._chance(1):
            return self._tail()
        return f" {self.flow(value, indent + 2)}" + self._tail()


@st.composite
def written(draw: st.DrawFn) -> tuple[Any, str]:
    """A mapping, and a text that says it."""
    value = draw(files)
    text = draw(st.sampled_from(["", "# schema\n", "\n# head\n\n", "---\n"])) + Hand(draw).block(value, 0)
    text += draw(st.sampled_from(["", "# end\n", "\n\n", "\n# end"]))
    if draw(st.integers(0, 4)) == 0:
        text = text.rstrip("\n")
    if draw(st.integers(0, 3)) == 0:
        text = text.replace("\n", "\r\n")
    return value, ("\ufeff" if draw(st.integers(0, 4)) == 0 else "") + text


def places(value: Any, path: tuple[str | int, ...] = ()) -> list[tuple[tuple[str | int, ...], Any]]:
    """Every value within a value with its path, itself first."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [(path, value), *(found for key, each in inner for found in places(each, (*path, key)))]
