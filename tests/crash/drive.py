"""Drive one world through its kills: give it news, kill it at a point, start it again, until all is delivered."""

from __future__ import annotations

import asyncio
import signal
from collections import Counter
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any

from tests.crash import oracle
from tests.crash.world import ADMIN, CALM, HELD, LOUD, OUTLETS, World

Doing = Callable[[], Coroutine[Any, Any, object]]
MOST_LIVES = 8
"""Lives within which all must be delivered once nobody kills any more."""


@dataclass(frozen=True, slots=True)
class Kill:
    """One life that was ended: where, at which pass, and to whom a message was on the wire then."""

    point: str
    passes: int
    on_wire: frozenset[str]


@dataclass
class Report:
    """How a world came out; ``breaches`` is empty where every promise was kept."""

    seed: int
    kills: list[Kill] = field(default_factory=list)
    missed: list[str] = field(default_factory=list)
    """Points at which a life ought to have ended, and did not pass."""
    breaches: list[str] = field(default_factory=list)
    doubts: Counter[str] = field(default_factory=Counter)
    """Receiver to the answers that got lost without a kill."""
    repeats: int = 0
    marked: int = 0
    lost: int = 0

    def __str__(self) -> str:
        plan = ", ".join(f"{kill.point}:{kill.passes}" for kill in self.kills)
        return "\n".join([f"seed {self.seed}, killed at {plan}", *self.breaches])


class Drive:
    """Kills one world's bot, again and again."""

    def __init__(self, alive: World, seed: int) -> None:
        self.world = alive
        self.random = alive.random
        self.report = Report(seed)
        self._reported = ""

    async def kill(self, point: str, most: int = 1) -> bool:
        """Start a life that is to end at a point, at one of its first ``most`` passes; False where it did not."""
        live, passes = self.world.once, self.random.randint(1, most)
        code = await live(point=point, passes=passes)
        if code != -signal.SIGKILL and passes > 1:
            self.news(2)
            self.world.later(20)
            passes = 1
            code = await live(point=point)
        self._ended(point, passes, code)
        return code == -signal.SIGKILL

    async def kill_running(self, point: str, doing: Doing | None = None) -> bool:
        """Do the same to the bot that watches, while something is done."""
        code = await self.world.run(point=point, doing=doing)
        self._ended(point, 1, code)
        return code == -signal.SIGKILL

    async def kill_after(self, seconds: float) -> None:
        """Kill a life at any moment."""
        code = await self.world.once(after=seconds)
        self._ended("any moment", 1, code)

    def _ended(self, point: str, passes: int, code: int) -> None:
        self.world.later(20)
        if code != -signal.SIGKILL:
            self.report.missed.append(point)
            return
        on_wire, faults = oracle.after_kill(self.world)
        self.report.kills.append(Kill(point, passes, frozenset(on_wire)))
        self.report.breaches += [f"after {point}:{passes}: {fault}" for fault in faults]

    def news(self, most: int) -> None:
        """Publish stories that ring at once, each at another outlet."""
        for outlet in self.random.sample(OUTLETS, most):
            self.world.publish(outlet, self.world.story(LOUD, "desk", "team"))

    def first_report(self) -> None:
        """An outlet reports what another one will report too."""
        headline = self.world.story(LOUD, "desk", "team")
        self._reported = headline
        self.world.publish("harbour", headline)

    def second_report(self) -> None:
        """The other outlet reports it, in words of its own."""
        self.world.publish("tide", f"{self._reported}, company says in a filing")

    async def stop(self, point: str) -> None:
        """Ask the bot that watches to stop, and kill it on its way."""
        code = await self.world.run(point=point, patience=0.5)
        self._ended(point, 1, code)

    def say(self, words: str) -> None:
        """An admin writes to the bot."""
        self.world.telegram.say(ADMIN, ADMIN, words)

    async def press(self, label: str) -> None:
        """The admin presses a button as soon as there is one."""
        while True:
            for message in reversed(self.world.telegram.messages):
                for name, action in (pair for row in message.buttons for pair in row):
                    if message.chat == ADMIN and name == label:
                        self.world.telegram.press(ADMIN, ADMIN, message.message_id, action)
                        return
            await asyncio.sleep(0.02)

    def expect_once(self, words: str) -> None:
        """A change that was confirmed stands in the watchlist, once."""
        if (times := self.times(words)) != 1:
            self.report.breaches.append(f"the watchlist has {words!r} {times} times")

    def times(self, words: str) -> int:
        """Return how often words stand in the watchlist."""
        return (self.world.config / "watchlist.yaml").read_text("utf-8").count(words)

    async def live_until(self, true: Callable[[], bool]) -> None:
        """Let the bot watch until something is so, and a moment more: what is done twice is done at once."""

        async def wait() -> None:
            while not true():  # noqa: ASYNC110 - another process sets no event
                await asyncio.sleep(0.05)
            await asyncio.sleep(0.2)

        await self.world.run(doing=wait)

    def expect_mutes(self, times: int) -> None:
        """Each mute that was asked for was made, and noted, once."""
        if (made := oracle.mutes(self.world)) != times:
            self.report.breaches.append(f"{times} mutes were asked for, and {made} made")

    async def prompt(self) -> None:
        """Let one life make up for what a kill left undone."""
        await self.live()
        late = oracle.tally(self.world).lost
        self.report.breaches += [f"not at once after a kill: {line}" for line in late]

    async def live(self, *codes: int) -> None:
        """Let a life end by itself, with one of these exit codes (0)."""
        code = await self.world.once()
        self.world.later(20)
        if code not in (codes or (0,)):
            self.report.breaches.append(f"a life that nobody killed ended with {code}")

    def night_news(self) -> None:
        """Publish, in the night, what is held until the morning and what waits for the digest."""
        self.world.until(23)
        for _ in range(4):
            self.world.publish(self.random.choice(OUTLETS), self.world.story(HELD, "night"))
        for _ in range(2):
            self.world.publish(self.random.choice(OUTLETS), self.world.story(CALM, "reader"))

    async def settle(self) -> None:
        """Let the bot live until nothing is owed any more, and hold the chats against the news."""
        report = self.report
        self.world.until(8, 40)
        for _ in range(MOST_LIVES):
            code = await self.world.once()
            self.world.later(1200)
            if code == 0 and not oracle.owed(self.world):
                break
        else:
            report.breaches.append(f"{oracle.owed(self.world)} messages are owed for ever")
        _, faults = oracle.after_kill(self.world)
        found = oracle.tally(self.world)
        report.lost, report.repeats = len(found.lost), found.repeats.total()
        report.marked = found.marked
        report.breaches += faults
        report.breaches += [f"lost: {line}" for line in found.lost]
        report.breaches += [f"repeated without a word: {line}" for line in found.unmarked]
        report.breaches += self._too_often(found)

    def _too_often(self, found: oracle.Tally) -> list[str]:
        """One repeat for each kill that met a message on the wire, and no more."""
        doubtful = Counter(receiver for kill in self.report.kills for receiver in kill.on_wire)
        doubtful += self.report.doubts
        if oracle.SLACK_RECONCILES:
            doubtful["team"] = 0
        return [
            f"{receiver}: {times} repeats, and {doubtful[receiver]} kills in the window"
            for receiver, times in found.repeats.items()
            if times > doubtful[receiver]
        ]
