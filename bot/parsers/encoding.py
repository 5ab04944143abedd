"""Bytes -> characters: what is declared, checked against what the bytes can be."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass

from bot.parsers import clean

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_CHARSET = re.compile(r"charset\s*=\s*[\"']?\s*([\w.:+-]{2,40})", re.IGNORECASE)
_PROLOG = re.compile(rb"<\?xml[^>]{0,200}?encoding\s*=\s*[\"']\s*([\w.:+-]{2,40})", re.IGNORECASE)
_META = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w.:+-]{2,40})", re.IGNORECASE)

# Publishers name the small old sets and send the large new ones: each is read as its superset.
_SUPERSETS = {
    "gb2312": "gb18030", "gbk": "gb18030", "hz": "hz", "iso8859-1": "cp1252", "ascii": "cp1252",
    "big5": "big5hkscs", "shift_jis": "cp932", "euc_kr": "cp949", "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
}  # fmt: skip
# Only these are ever used: Python knows codecs that are slow, unsafe or no text at all (idna, utf-7, zlib).
_ALLOWED = re.compile(
    r"utf-8|utf-16(?:-[lb]e)?|utf-32(?:-[lb]e)?|gb18030|hz|big5(?:hkscs)?"
    r"|cp(?:932|949|950|874|1361|125[0-8]|437|8[56]\d)|euc_jp|euc_jis_2004|iso2022_(?:jp|kr)\w*|johab"
    r"|iso8859-\d{1,2}|koi8-[rut]|mac-(?:roman|cyrillic|latin2)|tis-620"
)
# In this order: the narrower sets before gb18030, which is as like to them as they are themselves.
_GUESSES = ("euc_jp", "cp932", "cp949", "gb18030", "big5hkscs")
_KANA = frozenset({"euc_jp", "cp932"})
# Each national set has its common characters first: the range of their first bytes in it.
_NATIONAL = {
    "euc_jp": "euc_jp",
    "cp932": "euc_jp",
    "cp949": "euc_kr",
    "big5hkscs": "big5",
    "gb18030": "gb2312",
}
_COMMON = {"euc_jp": (0xB0, 0xCF), "cp932": (0xB0, 0xCF), "cp949": (0xB0, 0xC8), "big5hkscs": (0xA4, 0xC6),
           "gb18030": (0xB0, 0xD7)}  # fmt: skip
_RARE = 0.35
_STATEFUL = re.compile(r"iso2022|hz")
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class Decoded:
    """The text of a document, how it was decoded, and what was wrong with what it declared."""

    text: str
    encoding: str
    warnings: tuple[str, ...] = ()


def _as_western(error: UnicodeError) -> tuple[str, int]:
    """Read the bytes that are no UTF-8 as windows-1252, one by one: what old editors leave behind."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    wrong = error.object[error.start : error.end]
    return wrong.decode("cp1252", "replace"), error.end


codecs.register_error("wirewatch_western", _as_western)


def _known(name: str) -> str | None:
    try:
        plain = codecs.lookup(name.strip()).name
    except (LookupError, ValueError):
        return None
    plain = _SUPERSETS.get(plain, plain)
    return plain if _ALLOWED.fullmatch(plain) else None


def _declared(body: bytes, content_type: str) -> Iterator[str]:
    """Yield the declared encodings, the strongest first: HTTP, XML prolog, HTML meta."""
    if found := _CHARSET.search(content_type):
        yield found.group(1)
    for pattern, reach in ((_PROLOG, 1_024), (_META, 4_096)):
        if declared := pattern.search(body[:reach]):
            yield declared.group(1).decode("ascii")


def _marked(body: bytes) -> tuple[str, bytes] | None:
    """Return the encoding that the first bytes prove, with the body after its mark."""
    start = body.lstrip(b" \t\r\n")
    for mark, name in _BOMS:
        if start.startswith(mark):
            return name, start[len(mark) :]
    head = start[:400]
    if len(head) >= 4 and head.count(b"\x00") * 3 >= len(head):
        return ("utf-16-le" if head[1::2].count(0) > head[0::2].count(0) else "utf-16-be"), body
    if len(head) >= 4 and head[:1] in b"<{[" and head[1:2] == b"\x00":
        return "utf-16-le", body
    if len(head) >= 4 and head[:1] == b"\x00" and head[1:2] in b"<{[":
        return "utf-16-be", body
    return None


def _strict(body: bytes, name: str) -> str | None:
    """Decode, or None. A character cut in half at the very end is left out."""
    try:
        return body.decode(name)
    except UnicodeDecodeError as error:
        if len(body) > 64 and error.start >= len(body) - 3:
            return body[: error.start].decode(name, "ignore")
        return None


def _likeness(text: str, name: str) -> float:
    """Return how like running text in its language the foreign characters are: 1 for common ones only."""
    foreign = [character for character in text if character > "\x7f"][:4_000]
    if not foreign:
        return 0.0
    if name in _KANA and sum("\u3041" <= character <= "\u30fc" for character in foreign) * 10 < len(foreign):
        return 0.0  # Japanese is never without kana
    if name == "cp949" and len(foreign) < 12:
        return 0.0  # a few Chinese characters look like Korean; the bot's readers follow Chinese news
    return sum(_weight(character, name) for character in foreign) / len(foreign)


def _weight(character: str, name: str) -> float:
    if "\u3001" <= character <= "\u3011" or character in "，：！？“”—":
        return 1.0
    if name in _KANA and "\u3041" <= character <= "\u30fc":
        return 1.0
    low, high = _COMMON[name]
    try:
        code = character.encode(_NATIONAL[name])
    except UnicodeEncodeError:
        return _RARE if "\u4e00" <= character <= "\u9fff" and name == "gb18030" else 0.0
    if len(code) != 2:
        return 0.0
    return 1.0 if low <= code[0] <= high else _RARE


def _guess(body: bytes) -> tuple[str, str] | None:
    """Return the East Asian encoding and text that the bytes are most like, if they are like any."""
    sample = bytes(body[:400_000])
    best: tuple[float, str] | None = None
    for name in _GUESSES:
        text = sample.decode(name, "replace")
        if text.count("\ufffd") > len(text) // 200 + (len(body) > len(sample)):
            continue
        likeness = _likeness(text, name)
        if likeness >= 0.6 and (best is None or likeness > best[0] + 0.02):
            best = likeness, name
    if best is None:
        return None
    return best[1], body.decode(best[1], "replace")


def _from_utf8_mostly(body: bytes) -> str | None:
    """Return the text of UTF-8 with some wrong bytes, or None when most of what is not ASCII is wrong."""
    text = body.decode("utf-8", "replace")
    wrong = text.count("\ufffd")
    right = sum(character > "\x7f" for character in text[:500_000]) - wrong
    return body.decode("utf-8", "wirewatch_western") if wrong * 4 <= right else None


def _unmarked(body: bytes, content_type: str) -> Decoded:
    names = [(given, _known(given)) for given in dict.fromkeys(_declared(body, content_type))]
    stateful = next((name for _, name in names if name and _STATEFUL.search(name)), None)
    if stateful and (text := _strict(body, stateful)) is not None:
        return Decoded(text, stateful)
    text = _strict(body, "utf-8")
    if text is not None:
        odd = [given for given, name in names if name not in ("utf-8", "cp1252")]
        note = (f"declared as {odd[0]}, but it is utf-8",) if odd and not text.isascii() else ()
        return Decoded(text, "utf-8", note)
    for _, name in names:
        # UTF-16 takes nearly any bytes; without a mark or NULs it would be nonsense.
        if name and not name.startswith(("utf-16", "utf-32")) and (text := _strict(body, name)) is not None:
            return Decoded(text, name)
    said = names[0][0] if names else "nothing"
    mostly = _from_utf8_mostly(body)
    if mostly is not None:
        return Decoded(mostly, "utf-8", ("some bytes are no utf-8 and were read as windows-1252",))
    guessed = _guess(body)
    if guessed:
        return Decoded(guessed[1], guessed[0], (f"declared as {said}, but it reads as {guessed[0]}",))
    for _, name in names:
        if name and not name.startswith("utf"):
            return Decoded(body.decode(name, "replace"), name, (f"some bytes are no {said}",))
    text = body.decode("utf-8", "wirewatch_western")
    return Decoded(text, "cp1252", (f"declared as {said}, but it reads as windows-1252",))


def decode(body: bytes, content_type: str = "") -> Decoded:
    """Decode a document; never fails. What XML does not allow, and codes for terminals, are left out."""
    marked = _marked(body)
    if marked:
        name, rest = marked
        found = Decoded(rest.decode(name, "replace"), name)
    else:
        found = _unmarked(body, content_type)
    text = clean.ESCAPES.sub("", found.text) if "\x1b" in found.text else found.text
    return Decoded(_ILLEGAL.sub("", text).lstrip("\ufeff \t\r\n"), found.encoding, found.warnings)
