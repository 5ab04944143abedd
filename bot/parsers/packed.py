"""Documents that are gzip files themselves (sitemap.xml.gz), unpacked within a bound."""

from __future__ import annotations

import zlib

from bot.errors import ParseError

MOST_BYTES = 20 * 1024 * 1024
CUT = f"unpacked it is larger than {MOST_BYTES // (1024 * 1024)} MiB or ends in the middle: only its start was read"
_MAGIC = b"\x1f\x8b\x08"
_GZIP = 31
"""Tells zlib to expect a gzip header."""


def unpacked(body: bytes) -> tuple[bytes, bool]:
    """Return (the body, whether it is whole); what is no gzip file comes back as it is."""
    if not body.startswith(_MAGIC):
        return body, True
    inflater = zlib.decompressobj(_GZIP)
    try:
        plain = inflater.decompress(body, MOST_BYTES)
    except zlib.error as error:
        raise ParseError("not_a_feed", "this is a gzip file that is damaged") from error
    return plain, inflater.eof
