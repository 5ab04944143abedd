"""What became of a message whose answer got lost: look for it where the service can look, before it is sent again."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from bot.channels import Address, Reconciler, Sent
from bot.crashpoints import crashpoint
from bot.errors import SendError
from bot.model import Outcome
from bot.store.doubts import Doubt

log = structlog.get_logger()

SETTLING = timedelta(seconds=3)
"""A message that arrived may be shown by its service only so much later."""


@dataclass(frozen=True, slots=True)
class Looked:
    """What a look found: the message, or that it surely never arrived (``sent`` None)."""

    sent: Sent | None


class Looks:
    """Looks for messages; waits by ``sleep`` until a look can be trusted."""

    def __init__(
        self, clock: Callable[[], datetime], sleep: Callable[[float], Awaitable[object]] = asyncio.sleep
    ) -> None:
        self._clock = clock
        self._sleep = sleep

    async def look(self, channel: Reconciler, to: Address, doubt: Doubt, under: str | None) -> Looked | None:
        """Look for the message of a doubt; None where nobody can tell. ``under`` is what it replied to.

        Raises SendError, UNSENT, where the service can't be reached: there is time to look later.
        """
        pause = (SETTLING - (self._clock() - doubt.since)).total_seconds()
        if pause > 0:
            await self._sleep(min(pause, SETTLING.total_seconds()))
        crashpoint("reconcile-begins")
        try:
            sent = await channel.reconcile(to, doubt.keys, doubt.since, reply_to=under)
        except SendError as error:
            if error.outcome is Outcome.UNSENT:
                raise
            log.warning("what became of a message can't be seen; the repeat is marked", message=str(error))
            return None
        crashpoint("reconcile-ends")
        log.info("looked for a message whose answer got lost", arrived=sent is not None)
        return Looked(sent)
