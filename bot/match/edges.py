"""How the end of a Latin term meets its neighbour: free, a plural, glued like AlibabaCloud, or inside a word."""

from __future__ import annotations

CLEAN, PLURAL, GLUED, INSIDE = range(4)
_CJK_FROM = "\u2e80"
"""From here on, letters need no space between words: a Latin name beside them stands free."""


def is_latin(character: str) -> bool:
    """Tell whether a letter or number needs a space before the next word."""
    return character < _CJK_FROM and character.isalnum()


def edge_before(text: str, folded: str, start: int) -> int:
    """Free, glued like makerHONOR, or inside a word."""
    if not start or not is_latin(folded[start - 1]):
        return CLEAN
    if text[start].isdigit() and folded[max(0, start - 2) : start] in {"sh", "sz"}:
        return CLEAN
    return GLUED if text[start].isupper() and text[start - 1].islower() else INSIDE


def edge_after(text: str, folded: str, start: int, end: int) -> int:
    """Free, a plural, glued like AlibabaCloud, HONORMagic and Qwen3, or inside a word."""
    if end == len(folded) or not is_latin(folded[end]):
        return INSIDE if folded.startswith("'t", end) and text[end - 1].isalpha() else CLEAN
    after = text[end : end + 2]
    if folded[end] == "s" and not (len(after) > 1 and is_latin(folded[end + 1])):
        return PLURAL if text[end - 1].isalpha() else INSIDE
    if after[0].isdigit():
        return GLUED if text[end - 1].isalpha() and end - start > 2 else INSIDE
    if after[0].isupper() and (text[end - 1].islower() or text[end - 1].isdigit() or after[1:].islower()):
        return GLUED
    return INSIDE


def word_end(folded: str, end: int) -> int:
    """Return where the word ends that goes on at ``end``."""
    while end < len(folded) and is_latin(folded[end]):
        end += 1
    return end
