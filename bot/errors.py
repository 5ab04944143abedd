"""Every error that the bot raises on purpose, drawn as a tree.

WirewatchError
|-- ConfigError        faults in the configuration, each with file, line, column and hint
|-- FetchError         an address could not be fetched
|-- ParseError         a document could not be read
|-- StoreError         the database can't be used
|   |-- StoreRefused   not as it stands there: rights, folder, another program's file
|   |   `-- StoreNewer it was written by a newer version
|   |-- StoreFull      it takes nothing for now: the disk is full
|   `-- StoreDamaged   it is damaged; StoreGone: it was taken away or replaced while it was open
|-- EditError          a configuration file can't be changed as asked; it is as it was
|-- AlreadyRunning     another instance holds the state folder
|-- SendError          a chat service did not take a message
|-- ChartError         a picture could not be drawn
`-- CommandError       a question that can't be answered as asked
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from bot.model import Outcome

UNREACHED = frozenset({"dns", "network", "refused", "timeout", "tls"})
"""Reasons of a FetchError that say: no answer came, from this host or through our own line."""


class WirewatchError(Exception):
    """The base: its text is written for the person who reads it."""


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """One thing wrong with the configuration; lines and columns count from 1, 0 means the file as a whole."""

    file: str
    line: int
    column: int
    message: str
    hint: str = ""
    warning: bool = False

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}:{self.column}" if self.line else self.file
        mark = "warning: " if self.warning else ""
        return f"{place}: {mark}{self.message}" + (f" ({self.hint})" if self.hint else "")


class ConfigError(WirewatchError):
    """The configuration has faults; the last good one stays in force."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(sorted(faults))
        super().__init__("\n".join(map(str, self.faults)))


class FetchError(WirewatchError):
    """An address could not be fetched.

    ``reason`` is one of dns, refused, tls, timeout, too_big, bomb, private, scheme, redirects, status,
    encoding, protocol, network, robots, host_rests. ``status`` is the HTTP status for ``status``;
    ``retry_after`` what the server asked;
    ``host`` the one that answered with it, which after a redirect need not be the one that was asked.
    """

    def __init__(
        self,
        reason: str,
        message: str,
        *,
        status: int | None = None,
        retry_after: timedelta | None = None,
        host: str = "",
    ) -> None:
        self.reason = reason
        self.status = status
        self.retry_after = retry_after
        self.host = host
        super().__init__(message)


class ParseError(WirewatchError):
    """A document could not be read.

    ``reason`` is one of not_a_feed, web_page, complaint, empty, entities, too_deep, timeout, memory, crashed,
    unsupported. ``web_page`` is a page where a feed was expected: the site may have one; ``complaint`` is an
    error in words where a list was expected.
    """

    def __init__(self, reason: str, message: str) -> None:
        self.reason = reason
        super().__init__(message)


class StoreError(WirewatchError):
    """The database can't be used."""


class StoreRefused(StoreError):
    """The database, or its folder, can't be used as it stands there; a person has to change something."""


class StoreNewer(StoreRefused):
    """The database was written by a newer version; nothing was changed."""


class StoreFull(StoreError):
    """The disk takes nothing for now; what was stored is safe, and the same write may succeed later."""


class StoreDamaged(StoreError):
    """The file is damaged, or was taken away or replaced while it was open: start again, the start mends it."""


class StoreGone(StoreDamaged):
    """The file was taken away or replaced while it was open; what lies there now is not to blame."""


class EditError(WirewatchError):
    """A configuration file can't be changed as asked; it is as it was."""


class AlreadyRunning(WirewatchError):
    """Another instance holds the state folder; the message names its process and host."""


class SendError(WirewatchError):
    """A chat service did not take a message; ``outcome`` says what that means for the delivery."""

    def __init__(
        self,
        outcome: Outcome,
        message: str,
        *,
        retry_after: timedelta | None = None,
        moved_to: str | None = None,
        said: str = "",
    ) -> None:
        """``said`` are the service's own words, where it had some."""
        self.outcome = outcome
        self.said = said
        self.retry_after = retry_after
        self.moved_to = moved_to
        super().__init__(message)


class ChartError(WirewatchError):
    """A picture could not be drawn; the message goes without it."""


class CommandError(WirewatchError):
    """A question that can't be answered as asked; the text says what to write instead.

    ``meant`` is a command that was probably meant, without its slash: a button runs it.
    """

    def __init__(self, words: str, *, meant: str = "") -> None:
        self.meant = meant
        super().__init__(words)
