"""A chat is heard from the start; who answers it is half of the bot, and is imported meanwhile."""

from __future__ import annotations

import asyncio
from importlib import import_module
from typing import TYPE_CHECKING

from bot.channels import Channel, Listener, Question

if TYPE_CHECKING:
    from bot.app.listening import Doorman, House

ANSWERING = "bot.app.listening"


async def hear(house: House, channel: Channel) -> None:
    """Answer what is asked until cancelled.

    That a group moved is heard at once: what is sent meanwhile goes to its new place.
    """
    assert isinstance(channel, Listener)
    arriving = asyncio.create_task(_doorman(house, channel), name=f"doorman of {channel.name}")
    offering = asyncio.create_task(_offer_menu(arriving), name=f"menu of {channel.name}")

    async def answer(question: Question) -> None:
        await (await asyncio.shield(arriving)).answer(question)

    try:
        await channel.listen(answer)
    finally:
        arriving.cancel()
        offering.cancel()
        await asyncio.gather(arriving, offering, return_exceptions=True)


async def _doorman(house: House, channel: Channel) -> Doorman:
    await asyncio.to_thread(import_module, ANSWERING)
    from bot.app.listening import Doorman

    return Doorman(house, channel)


async def _offer_menu(arriving: asyncio.Task[Doorman]) -> None:
    await (await asyncio.shield(arriving)).offer_menu()
