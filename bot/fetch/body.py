"""Reading a body without trusting it: bounded on the wire and after decompression."""

from __future__ import annotations

import zlib
from collections.abc import AsyncIterator

from bot.errors import FetchError

_STEP = 64 * 1024
_FREE = 1024 * 1024
"""Up to this size any ratio is taken: short pages of spaces compress well."""
_RATIO = 100
_GZIP = b"\x1f\x8b\x08"
_AUTO = 47  # zlib's number for "gzip or zlib, 32 KiB window"
_RAW = -15


def coding_of(header: str) -> str:
    """Return gzip, deflate or "" for a Content-Encoding header; refuse what was not asked for."""
    codings = [coding.strip().lower() for coding in header.split(",")]
    codings = [coding.removeprefix("x-") for coding in codings if coding not in ("", "identity")]
    if len(codings) > 1:
        raise FetchError("encoding", f"the body is compressed {len(codings)} times over, which is refused")
    if codings and codings[0] not in ("gzip", "deflate"):
        raise FetchError("encoding", "the server compressed the body in a way that was not asked for")
    return codings[0] if codings else ""


class Inflater:
    """Collects a body of at most ``most`` bytes, inflating gzip and deflate in steps of 64 KiB.

    Some servers send gzip without saying so (sitemap.xml.gz), others say so and send plain text:
    the first bytes decide.
    """

    def __init__(self, coding: str, most: int) -> None:
        self._coding = coding
        self._most = most
        self._parts: list[bytes] = []
        self._size = 0
        self._wire = 0
        self._start: bytes | None = b""
        self._zlib: zlib._Decompress | None = None

    def feed(self, chunk: bytes) -> None:
        """Take bytes from the wire; raise FetchError too_big, bomb or encoding."""
        self._wire += len(chunk)
        if self._start is not None:
            chunk = self._start + chunk
            if len(chunk) < len(_GZIP):
                self._start = chunk
                return
            self._start = None
            self._choose(chunk)
        if self._zlib is None:
            self._add(chunk)
        else:
            self._inflate(chunk)

    def _choose(self, start: bytes) -> None:
        if start.startswith(_GZIP):
            self._zlib = zlib.decompressobj(_AUTO)
        elif self._coding == "deflate":
            # By the book deflate has a zlib header; some servers leave it out.
            headed = start[0] & 0x0F == 8 and (start[0] * 256 + start[1]) % 31 == 0
            plain = start.lstrip()[:1] in (b"<", b"{", b"[")
            self._zlib = None if plain else zlib.decompressobj(_AUTO if headed else _RAW)

    def _inflate(self, chunk: bytes) -> None:
        assert self._zlib is not None
        while chunk:
            try:
                self._add(self._zlib.decompress(chunk, _STEP))
            except zlib.error as error:
                raise FetchError("encoding", "the compressed body is damaged") from error
            if self._zlib.eof:
                chunk = self._zlib.unused_data
                if not chunk.startswith(_GZIP[:2]):
                    return
                self._zlib = zlib.decompressobj(_AUTO)
            else:
                chunk = self._zlib.unconsumed_tail

    def _add(self, part: bytes) -> None:
        self._size += len(part)
        if self._size > self._most:
            raise FetchError("too_big", f"the body is larger than polling.max_body ({self._most:,} bytes)")
        if self._size > _FREE and self._size > self._wire * _RATIO:
            raise FetchError("bomb", f"the body grows to more than {_RATIO} times its size when unpacked")
        if part:
            self._parts.append(part)

    @property
    def so_far(self) -> bytes:
        """What was collected, also where the rest was refused."""
        return b"".join(self._parts) + (self._start or b"")

    def finish(self) -> tuple[bytes, bool]:
        """Return (the body, whether it is whole)."""
        if self._start:
            self._add(self._start)
        whole = self._zlib is None or self._zlib.eof
        return b"".join(self._parts), whole


async def collect(chunks: AsyncIterator[bytes], inflater: Inflater) -> None:
    """Feed all chunks to the inflater."""
    async for chunk in chunks:
        inflater.feed(chunk)
