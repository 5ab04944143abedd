"""Send a message's later parts with patience: the earlier ones are already in the chat."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeVar

from bot.errors import SendError
from bot.model import Outcome

# A later part waits this many seconds at most before the whole message counts as doubtful.
LONGEST_PAUSE = 120.0
ATTEMPTS = 4

T = TypeVar("T")


async def insist(
    deliver: Callable[[], Awaitable[T]], done: str, sleep: Callable[[float], Awaitable[object]]
) -> T:
    """Try to deliver a part, waiting out short trouble; ``done`` says what has arrived, as in "1 of 3 parts".

    Raises SendError, always AMBIGUOUS: sending all of it again would repeat what has arrived.
    """
    for round_ in range(ATTEMPTS):
        try:
            return await deliver()
        except SendError as error:
            pause = error.retry_after.total_seconds() if error.retry_after else 2.0**round_
            again = error.outcome in {Outcome.RATE_LIMITED, Outcome.UNSENT} and pause <= LONGEST_PAUSE
            if not again or round_ == ATTEMPTS - 1:
                raise SendError(Outcome.AMBIGUOUS, f"only {done} arrived: {error}") from None
            await sleep(pause)
    raise AssertionError("the last round returns or raises")
