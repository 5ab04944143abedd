"""A message that tells of many held alerts and fails is tried again as the one message that it was."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.errors import SendError
from bot.model import Outcome
from tests.test_outbox import TITLE, Office, office

__all__ = ["office"]


@pytest.mark.parametrize("outcome", [Outcome.AMBIGUOUS, Outcome.RATE_LIMITED, Outcome.UNSENT])
async def test_held_alerts_whose_message_failed_are_told_together_again(
    office: Office, outcome: Outcome
) -> None:
    office.owe_alerts(4, reason="quiet_hours")
    office.chat.troubles = [SendError(outcome, "no answer")]

    for wait in (0, 1, 600):
        office.now += timedelta(seconds=wait)
        await office.open("the same").flush()  # a new process remembers nothing but the store

    (together,) = office.chat.sent
    assert all(TITLE.format(number) in together.plain for number in range(4))
    assert ("may be a repeat" in together.plain) == (outcome is Outcome.AMBIGUOUS)


async def test_held_alerts_whose_message_is_refused_are_tried_one_by_one(office: Office) -> None:
    office.owe_alerts(4, reason="quiet_hours")
    office.chat.troubles = [SendError(Outcome.REFUSED, "message is too long")]

    await office.outbox.flush()
    await office.outbox.flush()

    assert len(office.chat.sent) == 3
