"""Scenes: each brings the bot to some points by what happens in the world, and kills it there."""

from __future__ import annotations

import asyncio
import os
import tempfile
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

from tests.crash import oracle
from tests.crash.drive import Drive, Report
from tests.crash.world import ASKED, OUTLETS, made, slug

Scene = Callable[[Drive], Awaitable[None]]

NEWS = {
    "before-commit": 8,
    "after-commit": 8,
    "start-noted": 1,
    "left-behind-owned": 1,
    "index-loaded": 1,
    "poll-claimed": 1,
    "fetch-started": 3,
    "fetch-headers": 3,
    "fetch-body": 2,
    "parsed": 2,
    "before-decide": 2,
    "decided": 2,
    "entries-saved": 2,
    "alerts-owed": 2,
    "validators-saved": 2,
    "ingest-committed": 2,
    "delivery-claimed": 4,
    "composed": 3,
    "before-wire": 4,
    "on-wire": 4,
    "arrived": 4,
    "acknowledging": 4,
    "acknowledged": 4,
}
"""Points that every life with news passes, and how often at least."""
CHANGE = (
    "request-taken",
    "config-written",
    "config-synced",
    "config-renamed",
    "edit-noted",
    "edit-in-force",
    "request-done",
    "request-finished",
)
"""What a change lies between once it was asked for."""
MEMORY = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
"""Where worlds are: a kill is no power cut, so that nothing depends on a disk, and a disk takes most of the time."""
_TRIES = 4
_MOMENTS = 8


async def news(drive: Drive) -> None:
    """News of the day, killed anywhere between the claim of a source and the last acknowledgement."""
    points = list(NEWS)
    drive.random.shuffle(points)
    for point in points:
        drive.news(2)
        await drive.kill(point, NEWS[point])


async def fresh(drive: Drive) -> None:
    """The first start of all, killed between the steps of its schema; nothing is news yet."""
    await drive.kill("migration-step", 3)
    await drive.kill("migrated")


async def follow_up(drive: Drive) -> None:
    """A second outlet reports what was told: the sent message is edited."""
    for point in ("edit-arrived", "edit-acknowledging"):
        drive.first_report()
        await drive.live()
        drive.second_report()
        await drive.kill(point)


async def morning(drive: Drive) -> None:
    """What the night held goes out as one message, and the digest with it."""
    drive.night_news()
    await drive.live()
    drive.world.until(8, 31)
    for point in ("digest-run-noted", "digest-items-taken", "held-composed", "held-acknowledging"):
        await drive.kill(point)
    await drive.live()


async def trouble(drive: Drive) -> None:
    """A feed that fails, a chat that asks for a pause, a message that is refused for good."""
    outlet = drive.random.choice(OUTLETS)
    drive.world.show(outlet, status=503)
    await drive.kill("failure-noted")
    drive.world.show(outlet)
    drive.world.later(4 * 3600)
    for point in ("retry-scheduling", "retry-scheduled"):
        drive.news(1)
        drive.world.telegram.fail_next(1, "429", method="sendMessage")
        await drive.kill(point)
    drive.news(1)
    drive.world.telegram.fail_next(1, "error:Bad Request: message is too long", method="sendMessage")
    await drive.kill("dead-letter")


async def any_moment(drive: Drive) -> None:
    """Kills that know nothing of points."""
    for _ in range(_MOMENTS):
        drive.news(2)
        await drive.kill_after(drive.random.uniform(0.02, 0.6))


async def doubt(drive: Drive) -> None:
    """Slack took a message and the bot died before it knew: it looks whether the message is there."""
    for point in ("reconcile-begins", "reconcile-ends"):
        for _ in range(_TRIES):
            drive.news(2)
            await drive.kill("arrived", 4)
            if "team" in drive.report.kills[-1].on_wire:
                break
        await drive.kill(point)


async def question(drive: Drive) -> None:
    """A mute from the chat, killed between the word and the answer: it is obeyed once, whenever that is."""
    points = ("question-heard", "effect-committed", "answer-made", "answer-given", "update-noted")
    for point in points:
        drive.say(f"/watch mute {slug(ASKED)} 4h for:all")
        await drive.kill_running(point)
    await drive.live_until(lambda: oracle.mutes(drive.world) == len(points))
    drive.expect_mutes(len(points))


async def change(drive: Drive) -> None:
    """A change of the watchlist from the chat, killed at each step on its way to the file: it is made once."""
    alias = f"Basalt Works {drive.random.randrange(1000)}"

    async def ask() -> None:
        drive.say(f"/watch alias {slug(ASKED)} {alias}")
        await drive.press("Do it")
        await asyncio.Event().wait()

    await drive.kill_running("request-left", ask)
    for point in CHANGE:
        await drive.kill_running(point)
    await drive.live_until(lambda: drive.times(alias) == 1)
    drive.expect_once(alias)


async def copying(drive: Drive) -> None:
    """The nightly copy, cut short: one that has its name is whole."""
    drive.world.until(4)
    for point in ("backup-written", "backup-renamed"):
        await drive.kill(point)


async def stopping(drive: Drive) -> None:
    """The clean-up and the orderly end, cut short."""
    await drive.kill_running("retention-batch")
    for point in ("draining", "drained"):
        drive.news(2)
        await drive.stop(point)


DAY: tuple[Scene, ...] = (fresh, news, doubt, follow_up, morning, trouble, copying, any_moment)
CHATS: tuple[Scene, ...] = (question, change, stopping)


async def play(seed: int, acts: Sequence[Scene], *, mutant: str = "") -> Report:
    """Play scenes in a world of their own, and hold what came of them against what ought to."""
    with tempfile.TemporaryDirectory(prefix="wirewatch-crash-", dir=MEMORY) as home:
        async with made(Path(home), seed, mutant=mutant) as alive:
            drive = Drive(alive, seed)
            try:
                if fresh in acts:
                    await fresh(drive)
                await drive.live()
                for act in acts:
                    if act is not fresh:
                        await act(drive)
                await drive.settle()
            except (AssertionError, TimeoutError) as error:
                drive.report.breaches.append(f"broken off: {error!r}")
            return drive.report
