"""Who does not answer is left alone: a look now and then whether it answers again, and then everything at once.

A service that can't be reached or that refuses the token rests as a whole; a chat whose answers get lost rests
alone. While it rests nothing is sent, so nothing that is owed wears out its attempts. A look sends nothing either.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from bot.channels import Address, Channel
from bot.errors import SendError
from bot.model import Outcome, Receiver

log = structlog.get_logger()

LONGEST = timedelta(minutes=15)
"""The longest pause between two messages that fail, where the service answers looks."""
BETWEEN_LOOKS = timedelta(seconds=8)
BETWEEN_LOOKS_WITH_A_REFUSED_TOKEN = timedelta(minutes=1)
_OF_A_SERVICE = frozenset({Outcome.UNSENT, Outcome.UNAUTHORISED})
_STILL_DOWN = _OF_A_SERVICE | {Outcome.AMBIGUOUS}


def address_of(receiver: Receiver) -> Address:
    """Return where a receiver's messages go."""
    return Address(receiver.chat or receiver.id, receiver.topic)


@dataclass(slots=True)
class Rest:
    """A service or a chat that did not answer; ``receiver`` is whose message found that out."""

    name: str
    channel: Channel
    receiver: Receiver
    outcome: Outcome
    since: datetime
    until: datetime
    """When to look, or where it was seen to answer since: over."""
    failures: int = 1
    """Messages in a row that failed."""
    looks: int = 0
    closed: bool = True
    looking: bool = False


class Rests:
    """The rests of one outbox, held in memory: a new start tries everybody once."""

    def __init__(
        self,
        channels: Mapping[str, Channel],
        clock: Callable[[], datetime],
        chance: Callable[[], float],
    ) -> None:
        self._channels = channels
        self._clock = clock
        self._chance = chance
        self._rests: dict[str, Rest] = {}

    def failed(self, receiver: Receiver, outcome: Outcome) -> None:
        """A message did not arrive; where the fault is the service's or the chat's own, it rests."""
        if outcome not in _STILL_DOWN:
            return
        name, now = _name(receiver, outcome), self._clock()
        known = self._rests.get(name)
        if known is not None and known.closed:
            return  # it was on its way when the rest began
        failures = known.failures + 1 if known else 1
        channel = self._channels[receiver.via]
        until = now + self._jittered(min(timedelta(seconds=2 ** min(failures, 10)), LONGEST))
        self._rests[name] = Rest(name, channel, receiver, outcome, now, until, failures)
        log.warning("left alone until it answers", who=name, outcome=outcome.value, failures=failures)

    def answered(self, receiver: Receiver) -> None:
        """A message arrived."""
        for name in (_service(receiver), _chat(receiver)):
            if self._rests.pop(name, None) is not None:
                log.info("answers again", who=name)

    def free(self, receivers: Iterable[Receiver]) -> list[str]:
        """Return the names of those to whom may be sent now."""
        self._forget_parted()
        resting = {name for name, rest in self._rests.items() if rest.closed}
        return [each.id for each in receivers if not resting & {_service(each), _chat(each)}]

    def to_look_at(self) -> list[Rest]:
        """Return those at whom it is time to look."""
        self._forget_parted()
        return [
            rest for rest in self._rests.values() if rest.closed and not rest.looking and self._over(rest)
        ]

    async def look(self, rest: Rest) -> bool:
        """Ask without sending anything; True when it answers, and messages may be tried again."""
        rest.looking = True
        try:
            await rest.channel.check(address_of(rest.receiver))
        except SendError as error:
            if error.outcome in _STILL_DOWN:
                self._look_later(rest, error.outcome)
                return False
        except Exception:
            log.exception("a look broke", who=rest.name)
            self._look_later(rest, rest.outcome)
            return False
        finally:
            rest.looking = False
        rest.closed = False
        log.info("answers looks again", who=rest.name)
        return True

    def _look_later(self, rest: Rest, outcome: Outcome) -> None:
        rest.looks += 1
        refused = outcome is Outcome.UNAUTHORISED
        longest = BETWEEN_LOOKS_WITH_A_REFUSED_TOKEN if refused else BETWEEN_LOOKS
        rest.until = self._clock() + min(timedelta(seconds=2 ** min(rest.looks, 10)), longest)

    def _over(self, rest: Rest) -> bool:
        left = rest.until - self._clock()
        # A clock that was put back must not make a rest of hours out of one of seconds.
        return left <= timedelta(0) or left > 2 * LONGEST

    def _forget_parted(self) -> None:
        """A channel made anew (another token) has not failed yet."""
        kept = self._rests.items()
        self._rests = {
            name: rest for name, rest in kept if self._channels.get(rest.receiver.via) is rest.channel
        }

    def _jittered(self, pause: timedelta) -> timedelta:
        return pause * (0.75 + self._chance() / 2)


def _name(receiver: Receiver, outcome: Outcome) -> str:
    return _service(receiver) if outcome in _OF_A_SERVICE else _chat(receiver)


def _service(receiver: Receiver) -> str:
    # Behind apprise each address is a service of its own.
    return receiver.via if receiver.via != "apprise" else f"{receiver.via} {receiver.id}"


def _chat(receiver: Receiver) -> str:
    return f"{receiver.via} {receiver.id}"
