"""Certificates made on the spot, good ones and bad ones: elliptic keys on P-256, written as DER by hand."""

from __future__ import annotations

import ssl
from base64 import encodebytes
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha1, sha256
from pathlib import Path

_P = 2**256 - 2**224 + 2**192 + 2**96 - 1
_N = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
_G = (
    0x6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296,
    0x4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5,
)
_EC_PUBLIC_KEY = bytes.fromhex("06072a8648ce3d0201")
_P256 = bytes.fromhex("06082a8648ce3d030107")
_ECDSA_SHA256 = bytes.fromhex("300a06082a8648ce3d040302")
Point = tuple[int, int] | None


def _add(one: Point, other: Point) -> Point:
    if one is None or other is None:
        return one or other
    (x1, y1), (x2, y2) = one, other
    if x1 == x2 and (y1 + y2) % _P == 0:
        return None
    slope = (
        (3 * x1 * x1 - 3) * pow(2 * y1, -1, _P) if one == other else (y2 - y1) * pow(x2 - x1, -1, _P)
    ) % _P
    x3 = (slope * slope - x1 - x2) % _P
    return x3, (slope * (x1 - x3) - y1) % _P


def _times(number: int) -> tuple[int, int]:
    found: Point = None
    power: Point = _G
    while number:
        if number & 1:
            found = _add(found, power)
        power = _add(power, power)
        number >>= 1
    assert found is not None
    return found


def _der(tag: int, *parts: bytes) -> bytes:
    body = b"".join(parts)
    size = len(body)
    if size < 128:
        return bytes([tag, size]) + body
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(length)]) + length + body


def _integer(number: int) -> bytes:
    return _der(0x02, number.to_bytes(number.bit_length() // 8 + 1, "big"))


def _name(text: str) -> bytes:
    return _der(0x30, _der(0x31, _der(0x30, bytes.fromhex("0603550403"), _der(0x0C, text.encode()))))


def _time(moment: datetime) -> bytes:
    return _der(0x18, moment.strftime("%Y%m%d%H%M%SZ").encode())


def _extension(number: str, value: bytes, *, critical: bool = False) -> bytes:
    return _der(0x30, bytes.fromhex(number), bytes.fromhex("0101ff") if critical else b"", _der(0x04, value))


def _signed(body: bytes, secret: int) -> bytes:
    digest = int.from_bytes(sha256(body).digest(), "big")
    once = int.from_bytes(sha256(body + secret.to_bytes(32, "big")).digest(), "big") % _N
    r = _times(once)[0] % _N
    s = pow(once, -1, _N) * (digest + r * secret) % _N
    return _der(0x03, b"\x00", _der(0x30, _integer(r), _integer(s)))


def _pem(kind: str, der: bytes) -> str:
    return f"-----BEGIN {kind}-----\n{encodebytes(der).decode()}-----END {kind}-----\n"


@dataclass(frozen=True)
class Certificate:
    """A key and a certificate that it signed itself, for one host and some time, as PEM."""

    certificate: str
    key: str

    def server(self, folder: Path) -> ssl.SSLContext:
        """Return what a server needs that shows this certificate; ``folder`` takes its file."""
        file = folder / "server.pem"
        file.write_text(self.key + self.certificate)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(file)
        return context

    def trusting(self) -> ssl.SSLContext:
        """Return what a client needs that takes this certificate for an authority's."""
        return ssl.create_default_context(cadata=self.certificate)


def certificate(host: str, *, days: tuple[int, int] = (-1, 30), secret: int = 20261112) -> Certificate:
    """Make a certificate for ``host``, valid between so many days from today."""
    today = datetime.now(UTC)
    x, y = _times(secret)
    public = b"\x04" + x.to_bytes(32, "big") + y.to_bytes(32, "big")
    key_info = _der(0x30, _der(0x30, _EC_PUBLIC_KEY, _P256), _der(0x03, b"\x00", public))
    key_id = _der(0x04, sha1(public, usedforsecurity=False).digest())
    extensions = [
        _extension("0603551d13", _der(0x30, bytes.fromhex("0101ff")), critical=True),
        _extension("0603551d11", _der(0x30, _der(0x82, host.encode()))),
        _extension("0603551d0e", key_id),
        _extension("0603551d0f", bytes.fromhex("03020284"), critical=True),
    ]
    body = _der(
        0x30,
        _der(0xA0, _integer(2)),
        _integer(int.from_bytes(sha256(host.encode()).digest()[:8], "big")),
        _ECDSA_SHA256,
        _name(host),
        _der(0x30, *(_time(today + timedelta(days=day)) for day in days)),
        _name(host),
        key_info,
        _der(0xA3, _der(0x30, *extensions)),
    )
    secret_key = _der(
        0x30,
        _integer(1),
        _der(0x04, secret.to_bytes(32, "big")),
        _der(0xA0, _P256),
        _der(0xA1, _der(0x03, b"\x00", public)),
    )
    return Certificate(
        _pem("CERTIFICATE", _der(0x30, body, _ECDSA_SHA256, _signed(body, secret))),
        _pem("EC PRIVATE KEY", secret_key),
    )
