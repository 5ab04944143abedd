"""Addresses that lead inside, in every spelling: numbers, other digits, version 6, names, users, ends of lines."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from ipaddress import IPv4Address

INSIDE = (
    "127.0.0.1",
    "0.0.0.0",
    "169.254.169.254",
    "10.0.0.1",
    "192.168.1.1",
    "172.16.5.4",
    "100.64.0.1",
    "198.18.0.1",
)
NETWORKS = (
    "0.1.2.3", "10.255.255.255", "100.127.255.254", "127.8.9.10", "169.254.0.1", "172.31.255.254", "192.0.0.8",
    "192.0.2.7", "192.88.99.7", "192.168.255.255", "198.19.255.255", "198.51.100.7", "203.0.113.7", "224.0.0.251",
    "239.255.255.250", "240.0.0.1", "255.255.255.255",
)  # fmt: skip
DIGITS = (
    "０１２３４５６７８９",
    "𝟎𝟏𝟐𝟑𝟒𝟓𝟔𝟕𝟖𝟗",
    "𝟘𝟙𝟚𝟛𝟜𝟝𝟞𝟟𝟠𝟡",
    "⓪①②③④⑤⑥⑦⑧⑨",
    "٠١٢٣٤٥٦٧٨٩",
    "०१२३४५६७८९",
    "⁰¹²³⁴⁵⁶⁷⁸⁹",
    "₀₁₂₃₄₅₆₇₈₉",
)
DOTS = ("。", "．", "｡", "․", "%2e")
SIX = (
    "::1", "0:0:0:0:0:0:0:1", "0000:0000:0000:0000:0000:0000:0000:0001", "::", "::ffff:127.0.0.1", "::FFFF:7F00:1",
    "0:0:0:0:0:ffff:127.0.0.1", "::ffff:0:127.0.0.1", "::127.0.0.1", "::7f00:1", "::ffff:10.0.0.1",
    "::ffff:169.254.169.254", "64:ff9b::127.0.0.1", "64:ff9b::a9fe:a9fe", "64:ff9b:1::7f00:1", "64:ff9b:1::10.0.0.1",
    "2002:7f00:1::", "2002:a00:1::1", "2002:a9fe:a9fe::", "2001::1", "2001:0:7f00:1::", "2001:0:53aa:64c:0:0:80ff:fffe",
    "2001:db8::1", "2001:10::1", "2001:2::1", "3fff::1", "5f00::1", "100::1", "fc00::1", "fd00:ec2::254", "fe80::1",
    "fe80::1%25lo", "fe80::1%lo", "febf::1", "fec0::1", "ff01::1", "ff02::1", "ff05::2", "::1%25lo", "4000::1",
)  # fmt: skip
NAMES: dict[str, list[str]] = {
    "localhost": ["127.0.0.1", "::1"],
    "127.0.0.1.nip.example": ["127.0.0.1"],
    "metadata.example": ["169.254.169.254"],
    "mixed.example": ["93.184.216.34", "127.0.0.1"],
    "mixed6.example": ["2606:4700:4700::1111", "::1"],
    "mapped.example": ["::ffff:127.0.0.1"],
    "nat64.example": ["64:ff9b::7f00:1"],
    "zone.example": ["fe80::1%lo"],
    "xn--fiqs8s.example": ["10.0.0.1"],
}
NAMED = (
    "localhost", "LOCALHOST", "localhost.", "LocalHost", "ⓛⓞⓒⓐⓛⓗⓞⓢⓣ", "ｌｏｃａｌｈｏｓｔ",
    "127.0.0.1.nip.example", "metadata.example",
    "mixed.example", "mixed6.example", "mapped.example", "nat64.example", "zone.example", "中国.example",
)  # fmt: skip
USERS = (
    "a@{}", "a:b@{}", "example.com@{}", "example.com:80@{}", "example.com%40{}", "{}#@example.com", "{}%23.example.com",
    "{}%00.example.com", "{}%0d%0aHost:x", "{}\\@example.com", "example.com\\@{}", "{}\t", " {}", "{}%09", "[{}]",
    "{}%20", "@{}", "{}..", "{},example.com", "{};x", "%61@{}",
)  # fmt: skip
SCHEMES = (
    "file:///etc/passwd", "FILE://localhost/etc/passwd", "ftp://{}/", "gopher://{}/_x", "data:text/html,x", "//",
    "jar:http://{}/!/", "unix:///run/x.sock", "http+unix://%2Frun%2Fx/", "ldap://{}/", "ws://{}/", "tftp://{}/",
    "view-source:http://{}/", "javascript:alert(1)", "feed://{}/", "http:///{}/", "http:/{}", "about:blank",
    "blob:http://{}/", "sftp://{}/", "netdoc:///etc/passwd", "dict://{}/x",
)  # fmt: skip


def _numbers(address: str) -> Iterator[str]:
    """An address of version 4 in one to four parts, decimal, octal and hexadecimal, mixed."""
    whole = int(IPv4Address(address))
    a, b, c, d = IPv4Address(address).packed
    for parts in ((whole,), (a, whole & 0xFFFFFF), (a, b, whole & 0xFFFF), (a, b, c, d)):
        yield ".".join(map(str, parts))
        yield ".".join(f"0{part:o}" for part in parts)
        yield ".".join(f"0x{part:x}" for part in parts)
        yield ".".join(f"0X{part:08X}" for part in parts)
        yield ".".join((f"{part}", f"0{part:o}", f"0x{part:x}")[at % 3] for at, part in enumerate(parts))


def hosts() -> list[str]:
    """Every spelling of a host, once."""
    found = [spelt for address in INSIDE[:4] for spelt in _numbers(address)]
    found += [*INSIDE, *NETWORKS, *(f"{address}." for address in INSIDE), *NAMED]
    found += ["127.0.0.1".translate(str.maketrans("0123456789", digits)) for digits in DIGITS]
    found += ["127.0.0.1".replace(".", dot) for dot in DOTS]
    found += ["".join(f"%{ord(character):02x}" for character in "127.0.0.1"), "%6c%6f%63alhost"]
    found += [f"[{address}]" for address in SIX]
    found += [shape.format("127.0.0.1") for shape in USERS]
    return list(dict.fromkeys(found))


def addresses(port: int) -> list[str]:
    """Every address, at a port where a trap listens."""
    found = [f"http://{host}:{port}/x" if "#" not in host else f"http://{host}" for host in hosts()]
    found += [f"https://{host}:{port}/x" for host in ("127.0.0.1", "[::1]", "localhost", "2130706433")]
    found += [f"http://{host}/x" for host in ("127.1", "[::]", "0", "metadata.example")]
    return found + [scheme.format(f"127.0.0.1:{port}") for scheme in SCHEMES]


async def resolve(host: str, _port: int) -> list[str]:
    """What a name server and the system say of these hosts; ``site.example`` is the site that leads there."""
    if host.endswith("site.example"):
        return ["127.0.0.1"]
    if host.rstrip(".").lower() in NAMES:
        return NAMES[host.rstrip(".").lower()]
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST)
    except UnicodeError as error:
        raise socket.gaierror(socket.EAI_NONAME, str(error)) from error
    return [str(place[4][0]) for place in found]
