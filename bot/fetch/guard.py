"""Which addresses may be asked: public ones, and those the configuration names."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from bot.errors import FetchError

Address = IPv4Address | IPv6Address
Resolver = Callable[[str, int], Awaitable[list[str]]]
"""Host and port to the numeric addresses to try, in order; raises OSError where there are none."""

# Python, or some versions of it, call these global, but what they lead to need not be: relays (6to4, Teredo),
# protocol assignments, groups.
_REFUSED_V4 = (IPv4Network("192.0.0.0/24"), IPv4Network("192.88.99.0/24"), IPv4Network("224.0.0.0/4"))
_REFUSED_V6 = (IPv6Network("2002::/16"), IPv6Network("2001::/23"), IPv6Network("3fff::/20"))
_GLOBAL_V6 = IPv6Network("2000::/3")
"""All that was ever given out: NAT64 (64:ff9b::/96), mapped, compatible, multicast, local are outside."""

_RESOLVERS = 640
"""Threads that look names up, started as needed: as many as requests may wait at once, so that names whose
server hangs keep no other name waiting."""
_MOST_ADDRESSES = 4


def is_public(address: Address) -> bool:
    """Tell whether an address belongs to the public internet."""
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped is not None:
            return is_public(address.ipv4_mapped)
        return address in _GLOBAL_V6 and address.is_global and not any(address in net for net in _REFUSED_V6)
    return address.is_global and not any(address in net for net in _REFUSED_V4)


class Guard:
    """The rule for one configuration: ``allow_private`` holds host names, addresses and networks."""

    def __init__(self, allow_private: Iterable[str]) -> None:
        self._networks: list[IPv4Network | IPv6Network] = []
        self._names: set[str] = set()
        for allowed in allow_private:
            try:
                self._networks.append(ip_network(allowed.strip("[]"), strict=False))
            except ValueError:
                self._names.add(allowed.lower().rstrip("."))
        self._admitted: set[Address] = set()

    def allows(self, host: str, address: Address) -> bool:
        """Tell whether ``host`` may be asked at ``address``."""
        if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
            address = address.ipv4_mapped
        if self._open(address):
            return True
        if host.lower().rstrip(".") in self._names:
            self._admitted.add(address)
            return True
        return False

    def may_dial(self, address: Address) -> bool:
        """Tell whether an address may be connected to: public, in a named network, or of a named host."""
        return address in self._admitted or self._open(address)

    def _open(self, address: Address) -> bool:
        """Tell whether an address may be asked whatever it is called."""
        if is_public(address):
            return True
        return any(address.version == net.version and address in net for net in self._networks)

    def check(self, host: str, addresses: Iterable[str]) -> list[str]:
        """Return the addresses to dial; refuse the host if one is private (mixed answers are bait)."""
        checked: list[str] = []
        for given in addresses:
            address = ip_address(given.partition("%")[0])
            if not self.allows(host, address):
                raise FetchError(
                    "private",
                    f"{shown(host)} leads to the private address {address}; "
                    "if that is wanted, name the host or its network in polling.allow_private",
                )
            if str(address) not in checked:
                checked.append(str(address))
        return checked[:_MOST_ADDRESSES]


def shown(host: str) -> str:
    """Return a host as it may stand in a message: one line, visible characters, not endless."""
    return "".join(character if character.isprintable() else "?" for character in host)[:100]


class SystemResolver:
    """The machine's resolver, in threads of its own: a hanging name server must not stop other work."""

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(_RESOLVERS, thread_name_prefix="resolve")

    async def __call__(self, host: str, port: int) -> list[str]:
        """Return the addresses of a host name or of any spelling of a numeric one."""
        loop = asyncio.get_running_loop()
        found = await loop.run_in_executor(self._threads, _look_up, host, port)
        return [str(place[4][0]) for place in found]

    def close(self) -> None:
        """Start nothing more; what hangs ends by itself."""
        self._threads.shutdown(wait=False, cancel_futures=True)


def _look_up(host: str, port: int) -> list[tuple[int, int, int, str, tuple[object, ...]]]:
    try:
        return socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)  # type: ignore[return-value]
    except UnicodeError as error:
        raise socket.gaierror(socket.EAI_NONAME, f"no host can be called {shown(host)}") from error
