"""Every other chat, through apprise: plain text, sends only; an address in the environment says where to.

apprise answers yes or no. What a no means is read from what it logged meanwhile: a connection that was never made
sent nothing, a status of the service is its answer, and of anything else nobody knows.
"""

from __future__ import annotations

import asyncio
import logging
import re
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from importlib import import_module
from typing import Any, TypeVar

from bot.channels import Address, Limits, Sent
from bot.channels.plain import tame, tame_link
from bot.errors import SendError
from bot.model import Line, Message, Outcome

APPRISE_LIMITS = Limits(every=1.0, burst=1)
DEADLINE = 90.0
"""Seconds for one message, whatever the service does; longer than one answer is waited for."""
CONNECT_SECONDS, READ_SECONDS = 10.0, 60.0
MOST_AT_WORK = 16
"""Threads; one that hangs can't be ended, only left alone."""
LONGEST = 4000
LONGEST_TITLE = 200
PAUSE = timedelta(minutes=1)
"""Where a service asks for one without saying how long."""

T = TypeVar("T")

_STATUS = re.compile(r"\berror=(\d{3})\b")
_NEVER_LEFT = re.compile(
    r"Socket Exception: HTTPS?ConnectionPool\(.*Caused by "
    r"(?:NewConnectionError|NameResolutionError|ConnectTimeoutError|ProxyError|SSLError\(SSLCertVerificationError)"
)
# What would become a mention or a hidden link in one service or another.
_LIVE = re.compile(r"@(?=\w)|<(?=[!@#])|\](?=\()")
_JOINER = "\u2060"
_OUTCOMES = {401: Outcome.UNAUTHORISED, 403: Outcome.UNAUTHORISED, 404: Outcome.GONE, 410: Outcome.GONE,
             408: Outcome.AMBIGUOUS, 429: Outcome.RATE_LIMITED}  # fmt: skip
_WORDS = {
    Outcome.UNSENT: "the service behind {name} can't be reached; nothing was sent, it is tried again",
    Outcome.RATE_LIMITED: "the service behind {name} asks for a pause{said}",
    Outcome.UNAUTHORISED: "the service behind {name} refuses the address{said}: put the right one in {name}",
    Outcome.GONE: "the service behind {name} knows no such place{said}: put the right address in {name}",
    Outcome.REFUSED: "the service behind {name} refused the message{said}",
    Outcome.AMBIGUOUS: "the service behind {name} did not say that it took the message{said}; it may have arrived",
}


@dataclass(frozen=True, slots=True)
class Place:
    """Where one receiver's messages go: the variable that holds the address, and the address, which is a secret."""

    name: str
    url: str

    def __repr__(self) -> str:
        return f"Place({self.name})"


class Apprise:
    """Sends to the places of receivers, by their names; nothing can be edited, asked or looked up there."""

    name = "apprise"

    def __init__(self, places: Mapping[str, Place], *, deadline: float = DEADLINE) -> None:
        self._places = dict(places)
        self._deadline = deadline
        self._at_work: set[threading.Thread] = set()

    def replace_places(self, other: Apprise) -> None:
        """Use another one's places from now on."""
        self._places = dict(other._places)

    async def send(
        self, to: Address, message: Message, *, reply_to: str | None = None, reference: str = ""
    ) -> Sent:
        """Send as plain text, cut where the service takes no more. Raises SendError."""
        place = self._place(to)
        said = await self._in_thread(lambda: _notify(place, message), place)
        if said is not None:
            raise said
        return Sent(reference or "sent", (), "")

    async def edit(self, to: Address, message_id: str, message: Message) -> None:
        """Refuse: what was sent stands as it is."""
        raise SendError(Outcome.REFUSED, "a message sent through apprise can't be edited")

    async def check(self, to: Address | None = None) -> str:
        """Say what kind of service an address is of; nothing is sent, so nobody knows whether it takes messages."""
        if to is None:
            return "apprise"
        place = self._place(to)
        service = await self._in_thread(lambda: str(_plugin(place).service_name), place)
        return f"{place.name} is an address of {service}; whether it takes messages shows when one is sent"

    async def close(self) -> None:
        """Nothing is open between two messages."""

    def _place(self, to: Address) -> Place:
        place = self._places.get(to.chat)
        if place is None:
            words = (
                f"there is no address for receiver {to.chat}: put it in the variable that its url_env names"
            )
            raise SendError(Outcome.UNAUTHORISED, words)
        return place

    async def _in_thread(self, work: Callable[[], T], place: Place) -> T:
        self._at_work = {each for each in self._at_work if each.is_alive()}
        if len(self._at_work) >= MOST_AT_WORK:
            raise SendError(Outcome.UNSENT, "too many messages through apprise hang; this one waits")
        loop = asyncio.get_running_loop()
        done: asyncio.Future[T] = loop.create_future()
        thread = threading.Thread(target=_run, args=(work, loop, done), name="apprise", daemon=True)
        self._at_work.add(thread)
        thread.start()
        try:
            async with asyncio.timeout(self._deadline):
                return await done
        except TimeoutError:
            raise _error(Outcome.AMBIGUOUS, place, f"no answer in {self._deadline:.0f} s") from None


def _run(work: Callable[[], T], loop: asyncio.AbstractEventLoop, done: asyncio.Future[T]) -> None:
    def tell(found: T | None, error: BaseException | None) -> None:
        if done.done():
            return
        if error is None:
            done.set_result(found)  # type: ignore[arg-type]
        else:
            done.set_exception(error)

    try:
        found, error = work(), None
    except BaseException as raised:  # noqa: BLE001 - whoever waits gets it
        found, error = None, raised
    if not loop.is_closed():
        loop.call_soon_threadsafe(tell, found, error)


def _notify(place: Place, message: Message) -> SendError | None:
    plugin = _plugin(place)
    title, body = _cut(message, plugin)
    heard = _Heard()
    logger = logging.getLogger("apprise")
    logger.addHandler(heard)
    try:
        taken = plugin.notify(body=body, title=title, body_format="text")
    except Exception as error:  # noqa: BLE001 - what the library does not foresee; its text may hold the address
        return _error(Outcome.AMBIGUOUS, place, type(error).__name__)
    finally:
        logger.removeHandler(heard)
    return None if taken else _error(*heard.verdict(place))


def _plugin(place: Place) -> Any:
    """Return apprise's own object for an address; SendError for one that it does not know."""
    library = import_module("apprise")
    _keep_silent()
    plugin = library.Apprise.instantiate(place.url, asset=library.AppriseAsset(async_mode=False))
    if plugin is None:
        words = (
            f"{place.name} holds no address that apprise knows (such as ntfy://TOPIC): look it up in its list"
        )
        raise SendError(Outcome.UNAUTHORISED, words)
    plugin.socket_connect_timeout, plugin.socket_read_timeout = CONNECT_SECONDS, READ_SECONDS
    return plugin


def _keep_silent() -> None:
    """What these libraries log holds addresses; it is heard here, and nowhere else."""
    logger = logging.getLogger("apprise")
    logger.setLevel(logging.DEBUG)
    logger.propagate = False
    for name in ("urllib3", "requests"):
        logging.getLogger(name).setLevel(logging.ERROR)


class _Heard(logging.Handler):
    """What apprise logs in this thread while it sends one message."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self._thread = threading.get_ident()
        self._outcomes: set[Outcome] = set()
        self._status = 0
        self._some_arrived = False

    def emit(self, record: logging.LogRecord) -> None:
        if record.thread != self._thread:
            return
        said = record.getMessage()
        if record.levelno == logging.INFO and said.startswith("Sent "):
            self._some_arrived = True
        elif record.levelno >= logging.WARNING and (found := _STATUS.search(said)):
            self._status = int(found[1])
            self._outcomes.add(_outcome(self._status))
        elif _NEVER_LEFT.match(said):
            self._outcomes.add(Outcome.UNSENT)
        elif said.startswith("Socket Exception:"):
            self._outcomes.add(Outcome.AMBIGUOUS)

    def verdict(self, place: Place) -> tuple[Outcome, Place, str]:
        """Return what a no means; where one of several places took it, or nothing is certain, it may have arrived."""
        certain = len(self._outcomes) == 1 and not self._some_arrived
        outcome = next(iter(self._outcomes)) if certain else Outcome.AMBIGUOUS
        return outcome, place, f"HTTP {self._status}" if self._status else ""


def _outcome(status: int) -> Outcome:
    otherwise = Outcome.REFUSED if 400 <= status < 500 else Outcome.AMBIGUOUS
    return _OUTCOMES.get(status, otherwise)


def _error(outcome: Outcome, place: Place, said: str) -> SendError:
    words = _WORDS[outcome].format(name=place.name, said=f" ({said})" if said else "")
    pause = PAUSE if outcome is Outcome.RATE_LIMITED else None
    return SendError(outcome, words, retry_after=pause, said=said)


def _cut(message: Message, plugin: Any) -> tuple[str, str]:
    """Return the title and the body, as long as the service takes them."""
    title, *rest = _lines(message) or [""]
    most = min(int(plugin.body_maxlen), LONGEST)
    if int(plugin.title_maxlen) <= 0:
        most -= min(len(title), LONGEST_TITLE) + 2  # the library puts it in front
    longest = min(int(plugin.title_maxlen), LONGEST_TITLE) if plugin.title_maxlen > 0 else LONGEST_TITLE
    body = "\n".join(rest).strip("\n")
    if not body:
        return "", _short(title, most)
    return _short(title, longest), _short(body, max(most, 1))


def _lines(message: Message) -> list[str]:
    """The message line by line, each with the addresses of its links behind it."""
    found: list[str] = []
    for block in message.blocks:
        if found and not block.tight:
            found.append("")
        found += [_plain(line) for line in block.lines]
    if message.attachment is not None and message.attachment.alt:
        found.append(_dead(message.attachment.alt))
    return found


def _plain(line: Line) -> str:
    words = "".join(_dead(span.text) for span in line)
    links = dict.fromkeys(tame_link(span.link) for span in line)
    return words + "".join(f" {link}" for link in links if link)


def _dead(text: str) -> str:
    return _LIVE.sub(lambda found: found[0] + _JOINER, tame(text))


def _short(text: str, most: int) -> str:
    if len(text) <= most:
        return text
    kept = text[: max(most - 1, 0)]
    lines, _, last = kept.rpartition("\n")
    # A line that is cut may end in half an address: rather without it.
    return (lines if lines and "://" in last else kept).rstrip() + "…"
