"""Bytes -> characters: what is declared, checked against what the bytes can be and what they read like."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass

from bot.parsers import clean, likeness

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
    "big5": "big5hkscs", "cp950": "big5hkscs", "shift_jis": "cp932", "euc_kr": "cp949", "iso8859-9": "cp1254",
    "iso8859-11": "cp874", "iso2022_jp": "iso2022_jp_ext",
}  # fmt: skip
# Only these are ever used: Python knows codecs that are slow, unsafe or no text at all (idna, utf-7, zlib).
_ALLOWED = re.compile(
    r"utf-8|utf-16(?:-[lb]e)?|utf-32(?:-[lb]e)?|gb18030|hz|big5(?:hkscs)?"
    r"|cp(?:932|949|950|874|1361|125[0-8]|437|8[56]\d)|euc_jp|euc_jis_2004|iso2022_(?:jp|kr)\w*|johab"
    r"|iso8859-\d{1,2}|koi8-[rut]|mac-(?:roman|cyrillic|latin2)|tis-620"
)
_STATEFUL = re.compile(r"iso2022|hz")
_UNPROVEN = re.compile(r"utf-16|utf-32|iso2022|hz")
"""These take nearly any bytes: without a mark, NULs or escapes they would be nonsense."""
_ESCAPED = re.compile(rb"\x1b\$(@|B|\)C|\([DO])")
_SEVEN = re.compile(r"(?:x-)?(?:unicode-.*)?utf-?7", re.IGNORECASE)
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")

# The characters of windows-1252 that stand where latin-1 has controls.
_SPECIALS = tuple(
    (special, chr(byte))
    for byte in range(0x80, 0xA0)
    if (special := bytes((byte,)).decode("cp1252", "ignore")) not in ("", chr(byte))
)
_RUN = re.compile(f"[\x80-\xff{''.join(special for special, _ in _SPECIALS)}]{{4,}}")
_WRONG = re.compile("[\udc80-\udcff]")
_WRONG_RUN = re.compile("[\udc80-\udcff]+")
_HALF = re.compile("(?<=[\u2e80-\ud7ff\uf900-\uffef])[\udc80-\udcff]+")
_SEGMENT = re.compile('[^<>\r\n"]+')
_EAST_ASIAN = re.compile("[\u3041-\u30ff\u3400-\u9fff\uac00-\ud7a3]")
_WORD = re.compile(f"{_EAST_ASIAN.pattern}{{2}}")
"""One such character may be an honest \u00e9 before a space and a quotation mark, two side by side may not."""
_QUOTES = "\xe2\u20ac"
"""How quotation marks and dashes of UTF-8 look in windows-1252."""
_SHOWN = "; they are shown as published"
_RIGHT = "; most could be put right"
_MOST_RUNS = 500
_MOST_LOST = 3
_FEW = 4
_SURE = 8.0


@dataclass(frozen=True, slots=True)
class Decoded:
    """The text of a document, how it was decoded, and what was wrong with what it declared."""

    text: str
    encoding: str
    warnings: tuple[str, ...] = ()


def _known(name: str) -> str | None:
    try:
        plain = codecs.lookup(name.strip()).name
    except (LookupError, ValueError):
        return None
    plain = _SUPERSETS.get(plain, plain)
    return plain if _ALLOWED.fullmatch(plain) else None


def _shown(name: str) -> str:
    return "windows-1252" if name == likeness.WESTERN else name


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


def _switching(body: bytes, given: list[str]) -> Decoded | None:
    """Return the text of an encoding whose bytes are all ASCII, told by its escape sequences."""
    names = [name for name in map(_known, given) if name and _STATEFUL.search(name)]
    found = _ESCAPED.search(body)
    sniffed = ("iso2022_kr" if found.group(1) == b")C" else "iso2022_jp_ext") if found else ""
    for name in filter(None, (*names, sniffed)):
        if (text := _strict(body, name)) is not None and not text.isascii():
            return Decoded(text, name, () if names else _mismatch(given, name))
    return None


def _mismatch(given: list[str], name: str) -> tuple[str, ...]:
    said = f"declared as {given[0]}, but it reads as" if given else "no encoding is declared; it reads as"
    return (f"{said} {_shown(name)}",)


def _unread(text: str) -> bytes | None:
    """Return the bytes that this text was when somebody took them for windows-1252 or latin-1, if it may be so."""
    for special, byte in _SPECIALS:
        if special in text:
            text = text.replace(special, byte)
    try:
        return text.encode("latin-1")
    except UnicodeEncodeError:
        return None


def _twice(data: bytes) -> str | None:
    """Return the encoding that bytes had which were once taken for western ones; None when they are western."""
    (best, name), *others = likeness.ranked(data, ())
    western = next((worth for worth, other in others if other == likeness.WESTERN), best)
    return name if best - western >= _SURE else None


def _east_asian_run(found: re.Match[str]) -> str:
    data = _unread(found.group())
    name = _twice(data) if data else None
    text = _strict(data, name) if data and name else None
    return text if text is not None and _WORD.search(text) else found.group()


def _restored(text: str, body: bytes) -> tuple[str, bool]:
    """Undo a decoding that went wrong before the document reached us; tell whether one did.

    East Asian text is put right, in all of the document or where it stands: no watchlist would find it. Western
    text can be read and found as it is, and is shown as it was published.
    """
    if b"\xc3" not in body:
        return text, False  # there is no letter from \xc0 on, with which such text begins
    data = _unread(likeness.sample(body).decode("utf-8", "ignore"))
    name = _twice(data) if data is not None else None
    undone = data.decode(name, "ignore") if data is not None and name is not None else ""
    if not undone or (_EAST_ASIAN.search(undone) and not _WORD.search(undone)):
        local = _RUN.sub(_east_asian_run, text) if len(_RUN.findall(text)) <= _MOST_RUNS else text
        return local, local != text or _QUOTES in text
    whole = _unread(text) if _WORD.search(undone) else None
    return (text if whole is None or name is None else whole.decode(name, "replace")), True


def _from_utf8(text: str, body: bytes, given: list[str]) -> Decoded:
    if text.isascii():
        spelt = tuple(
            f"declared as {name}, which is not read" for name in given[:1] if _SEVEN.fullmatch(name)
        )
        return Decoded(text, "utf-8", spelt)
    odd = [name for name in given if _known(name) not in ("utf-8", likeness.WESTERN)]
    notes = [f"declared as {odd[0]}, but it is utf-8"] if odd else []
    restored, suspicious = _restored(text, body)
    if suspicious:
        notes.append("its publisher decoded characters wrongly" + (_SHOWN if restored == text else _RIGHT))
    if restored.count("\ufffd") >= _MOST_LOST:
        notes.append("the document itself has lost characters, shown as \ufffd")
    return Decoded(restored, "utf-8", tuple(notes))


def _patched(text: str) -> str:
    """Resolve the bytes that are no UTF-8: half a character is lost, others are windows-1252 of old editors."""
    text = _HALF.sub("\ufffd", text)
    for byte in set(_WRONG.findall(text)):
        text = text.replace(byte, bytes((ord(byte) - 0xDC00,)).decode(likeness.WESTERN, "replace"))
    return text


def _patched_segment(found: re.Match[str]) -> str:
    text = found.group()
    wrong = len(_WRONG.findall(text))
    if wrong < _FEW:
        return _patched(text) if wrong else text
    data = text.encode("utf-8", "surrogateescape")
    name = likeness.ranked(data[:2_000], ())[0][1]
    whole = _strict(data, name) if name in likeness.EAST_ASIAN else None
    return _patched(text) if whole is None else whole


def _mostly_utf8(body: bytes) -> str:
    """Return the text of UTF-8 with some wrong bytes; a text of its own in another encoding is read as that."""
    text = body.decode("utf-8", "surrogateescape")
    if len(_WRONG_RUN.findall(text)) <= _MOST_RUNS:
        text = _SEGMENT.sub(_patched_segment, text)
    return _patched(text)


def _foreign(body: bytes, given: list[str]) -> Decoded:
    """Decode what is no UTF-8 by what is declared and by what it reads like."""
    names = [name for name in map(_known, given) if name and not _UNPROVEN.match(name)]
    order = likeness.ranked(likeness.sample(body), names)
    name = order[0][1]
    if name == "utf-8":
        return Decoded(
            _mostly_utf8(body), name, ("some bytes are no utf-8; they were read as well as they could be",)
        )
    whole = _strict(body, name)
    notes = () if names[:1] == [name] else _mismatch(given, name)
    if names[:1] == [name]:
        plain = likeness.ranked(likeness.sample(body), ())
        if plain[0][0] > order[0][0] - likeness.DECLARED + 1e-6 and plain[0][1] != name:
            notes = (f"declared as {given[0]}, but it may be {_shown(plain[0][1])}",)
    if whole is None:
        return Decoded(body.decode(name, "replace"), name, notes or (f"some bytes are no {_shown(name)}",))
    return Decoded(whole, name, notes)


def _decoded(body: bytes, content_type: str) -> Decoded:
    marked = _marked(body)
    if marked and marked[0] != "utf-8":
        text = marked[1].decode(marked[0], "replace")
        lost = "\ufffd" in text and text.count("\ufffd") > marked[1].count(b"\xff\xfd")
        return Decoded(text, marked[0], (f"some bytes are no {marked[0]}",) if lost else ())
    body = marked[1] if marked else body
    given = list(dict.fromkeys(_declared(body, content_type)))
    switching = _switching(body, given)
    if switching is not None:
        return switching
    whole = _strict(body, "utf-8")
    return _foreign(body, given) if whole is None else _from_utf8(whole, body, given)


def decode(body: bytes, content_type: str = "") -> Decoded:
    """Decode a document; never fails. What XML does not allow, and codes for terminals, are left out.

    ``warnings`` says in a line each where characters may be wrong: text that can't be vouched for is never silent.
    """
    found = _decoded(body, content_type)
    text = clean.ESCAPES.sub("", found.text) if "\x1b" in found.text else found.text
    return Decoded(_ILLEGAL.sub("", text).lstrip("\ufeff \t\r\n"), found.encoding, found.warnings)
