"""The composition root: build the parts, start them in order, reload them, stop them.

Start: open the store, own what an earlier instance left, deliver what is owed, fetch; decide once the index
of recent stories is loaded. Stop: no new polls, polls and sends under way finish, then everything closes.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import structlog
from sqlalchemy import Connection

from bot.app.building import (
    connect,
    database_url,
    desk_of,
    first_polls_over,
    newsroom_of,
    reachable,
    source_headers,
)
from bot.app.errands import ERRANDS, Errands
from bot.app.files import Files
from bot.app.hearing import hear
from bot.app.keeping import Keeping
from bot.app.loading import let_others_go_first
from bot.app.memory import open_store, settle_in
from bot.app.moves import moved, note
from bot.app.pauses import keep_pauses_short, take_short_turns
from bot.app.renewing import renewed, services_of, try_again
from bot.app.rounds import LIFETIME, Rounds
from bot.app.showing import Showing
from bot.channels import BUTTONED, Channel, Listener
from bot.channels.console import Console
from bot.config import Configuration
from bot.config.veil import masked
from bot.crashpoints import crashpoint
from bot.dedup import StoryIndex
from bot.errors import ConfigError
from bot.fetch import Fetcher
from bot.model import Settings, Watchlist
from bot.outbox import Outbox
from bot.outbox.misread import owe_broken
from bot.pipeline import Pipeline, PollResult
from bot.pipeline.splitting import load_index
from bot.sandbox import Sandbox
from bot.schedule import Schedule
from bot.schedule.clock import Clock
from bot.schedule.health import owe_health_notices
from bot.schedule.ticking import Job
from bot.store import deliveries, jumps, meta, requests, sources

if TYPE_CHECKING:
    from bot.commands import Answer, Asked, Desk

log = structlog.get_logger()

ERRAND_TICK = 0.5
RELOAD_TICK = 1.0

_clock = Clock()


def utc_now() -> datetime:
    """The one clock of the running bot."""
    return _clock()


@dataclass(frozen=True, slots=True)
class OnceReport:
    """What one pass did."""

    polls: tuple[PollResult, ...]
    cautions: tuple[str, ...] = ()
    delivered: int = 0
    baseline: bool = False
    undelivered: Mapping[str, str] = field(default_factory=dict)
    """Receiver to why its last message could not be delivered; it stays owed."""


class App:
    """The bot, put together from one configuration; ``start`` before anything else, ``close`` at the end."""

    def __init__(
        self,
        configuration: Configuration,
        state: Path,
        *,
        owner: str,
        console: Console,
        environ: Mapping[str, str],
        clock: Callable[[], datetime] = utc_now,
        polled: Callable[[PollResult], None] = lambda _: None,
        faults: tuple[str, ...] = (),
    ) -> None:
        """``faults`` are those of the files on disk where the configuration is the last good one instead."""
        self._clock = clock
        self._files = Files(configuration.folder, state, environ, broken=bool(faults))
        self._reloading = asyncio.Lock()
        self.configuration = configuration
        self.faults = faults
        self.started = clock()
        self._switchboard = connect(configuration, console)
        self.settings = reachable(configuration.settings, self._switchboard.channels)
        self.store = open_store(
            database_url(self.settings, state), variants=configuration.tables.variants, now=self.started
        )
        self.fetcher = Fetcher(self.settings.polling)
        self.sandbox = Sandbox()
        index = StoryIndex(configuration.tables, window=self.settings.window)
        self.pipeline = Pipeline(
            store=self.store,
            fetcher=self.fetcher,
            sandbox=self.sandbox,
            newsroom=newsroom_of(configuration, self.settings, index),
            clock=clock,
            headers=lambda source: source_headers(self.configuration, source.id),
        )
        self.outbox = Outbox(
            store=self.store,
            channels=self._switchboard.channels,
            pacers=self._switchboard.pacers,
            configuration=self._in_force,
            clock=clock,
            owner=owner,
            buttons=BUTTONED,
        )
        self.schedule = Schedule(
            store=self.store,
            pipeline=self.pipeline,
            clock=clock,
            owner=owner,
            polled=self._after_poll,
            aside=lambda: self.fetcher.aside + self.sandbox.aside,
        )
        self._errands = Errands(self, ERRANDS)
        self._owner = owner
        self._polled = polled
        self._broken: BaseException | None = None
        self._console = console
        self._listeners: list[asyncio.Task[None]] = []
        self._parted: list[Channel] = []

    @property
    def cautions(self) -> tuple[str, ...]:
        """What the person who runs the bot should know at its start."""
        warnings = tuple(str(fault) for fault in self.configuration.warnings)
        return (*self._switchboard.cautions, *self.store.cautions, *warnings)

    async def start(self, *, spread: bool = True) -> None:
        """Own what an earlier instance left and bring the sources to the configuration.

        ``spread`` False makes every new source due at once, however many they are.
        """
        now = self._clock()

        def begin(conn: Connection) -> None:
            jumps.heal_at_start(conn, now, self.settings.receivers.values())
            settle_in(conn, self.settings, now)
            sources.free_foreign_leases(conn, self._owner)
            requests.reopen(conn)
            meta.set(conn, "started", self.started.isoformat())
            self._bring_up(conn, now, spread=spread)
            owe_broken(conn, self.settings, self.faults, now)

        await self.store.write(begin)
        crashpoint("start-noted")
        if not self.faults:
            await self._files.keep(self.configuration)
        repeats = await self.outbox.start()
        if self.store.note:
            log.debug("database", note=self.store.note)
        if repeats:
            log.warning(
                "sends were under way when the last instance ended; repeats are marked", count=repeats
            )

    async def load_index(self) -> None:
        """Load the recent stories; deciding waits until this is done."""
        take_short_turns()
        since = self._clock() - LIFETIME
        index = self.pipeline.newsroom.index
        await self.store.read(lambda conn: load_index(conn, index, since))
        crashpoint("index-loaded")
        keep_pauses_short()
        self.pipeline.open()

    async def _load_index_soon(self) -> None:
        """Let the first polls and what is owed go out before the memory is loaded, which takes a while."""
        await let_others_go_first(self.store, self.outbox, self._clock())
        await self.load_index()

    async def once(self) -> OnceReport:
        """Poll everything that is due, deliver and edit everything that is due."""
        keeper = Keeping(self)
        await self.start(spread=False)
        await keeper.look_for_room()
        await self.load_index()
        await self.pipeline.split_asked()
        results = await self.schedule.poll_all_due()
        await self.pipeline.split_asked()
        await self.schedule.owe_digests()
        known, now = self.pipeline.newsroom.sources, self._clock()
        await self.store.write(
            lambda conn: owe_health_notices(conn, self.settings, known, now, patient=False)
        )
        await self.outbox.flush(edits_ahead=True)
        await keeper.back_up_when_due(settled=timedelta(0))
        first = any(result.settled and result.settled.baseline for result in results)
        return OnceReport(tuple(results), self.cautions, self.outbox.sent, first, dict(self.outbox.failures))

    async def run(self, stop: asyncio.Event) -> None:
        """Watch until stopped."""
        await self.start()
        loading = asyncio.create_task(self._load_index_soon(), name="load index")
        lost = asyncio.create_task(self.store.lost(), name="is the file well")
        for task in (loading, lost):
            task.add_done_callback(lambda task: self._stop_if_failed(task, stop))
        outbox = asyncio.create_task(self.outbox.run(stop), name="outbox")
        outbox.add_done_callback(lambda task: self._stop_if_failed(task, stop))
        self._listeners += [self._listen_on(name) for name in self._switchboard.listening]
        rounds, showing = Rounds(self), Showing(self)
        jobs: dict[str, Job] = {
            "errands": (ERRAND_TICK, self._errands.tick),
            "reload": (RELOAD_TICK, self._look_at_files),
        }
        try:
            await self.schedule.run(stop, jobs | rounds.jobs() | showing.jobs(), rounds.nights())
            await asyncio.wait([outbox])
        finally:
            await showing.close()
            tasks = (loading, lost, outbox, *self._listeners)
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        if self._broken is not None:
            raise self._broken

    async def _look_at_files(self) -> None:
        """Put in force what changed on disk, once it stood still from one look to the next."""
        if await self._files.stood_still():
            await self.reload()

    async def reload(self) -> bool:
        """Put a changed configuration in force; a broken one changes nothing and says where it is broken.

        One at a time: what was read earlier never takes the place of what was read later. Where it fails otherwise,
        the next call tries again.
        """
        async with self._reloading:
            now_on_disk = await self._files.signature()
            if now_on_disk == self._files.known:
                return False
            try:
                taken = await self._take_from_disk()
            except Exception as error:
                self.faults = (masked(f"the changed configuration could not be put in force: {error}"),)
                raise
            self._files.known = now_on_disk
            return taken

    async def _take_from_disk(self) -> bool:
        try:
            fresh = await self._files.read(self.configuration)
        except ConfigError as error:
            self.faults = tuple(str(fault) for fault in error.faults)
            log.error("configuration not taken, the last good one stays in force", faults=self.faults)  # noqa: TRY400  the faults are the message
            await self.store.write(lambda conn: meta.set(conn, "faults", "\n".join(self.faults)))
            return False
        new_secrets = renewed(self.configuration, fresh)
        await self._connect_new(fresh, services_of(new_secrets))
        settings = reachable(fresh.settings, self._switchboard.channels)
        room = await asyncio.to_thread(newsroom_of, fresh, settings, self.pipeline.newsroom.index)
        await self.pipeline.swap(room)
        self.configuration, self.settings, self.faults = fresh, settings, ()
        now = self._clock()
        await self.store.write(lambda conn: self._bring_up(conn, now))
        if await self.store.write(lambda conn: try_again(conn, fresh, new_secrets, now)):
            self.outbox.wake()
        await self._files.keep(fresh)
        log.info("configuration in force", version=fresh.version)
        return True

    def _bring_up(self, conn: Connection, now: datetime, *, spread: bool = True) -> None:
        """Bring the store to the configuration in force."""
        over = first_polls_over(self.configuration) if spread else timedelta(0)
        self.settings = moved(self.settings, conn)
        sources.sync(conn, self.configuration.sources, now, spread=over)
        deliveries.cancel_others(conn, list(self.settings.receivers), now)
        meta.set(conn, "faults", "\n".join(self.faults))

    @property
    def listening(self) -> dict[str, bool]:
        """Chat service to whether its questions are heard."""
        heard: dict[str, bool] = {}
        for task in self._listeners:
            name = task.get_name().removeprefix("listen ")
            heard[name] = heard.get(name, False) or not task.done()
        return heard

    def now(self) -> datetime:
        """The time by the app's clock."""
        return self._clock()

    async def _connect_new(self, fresh: Configuration, anew: Collection[str]) -> None:
        """A chat that is added while the bot runs is connected at once, and listened to.

        So are services whose token changed; what their old channels send at this moment they still send.
        """
        board = connect(fresh, self._console)
        old = dict(self._switchboard.channels)
        new = self._switchboard.adopt(board, anew)
        self._parted += [old[name] for name in new if name in old]
        for name, channel in board.channels.items():
            if name not in new and channel is not self._console:
                await channel.close()
        for caution in board.cautions:
            log.warning("not connected", caution=caution)
        for task in self._listeners:
            if task.get_name() in {f"listen {name}" for name in new}:
                task.cancel()
        self._listeners += [self._listen_on(name) for name in new if name in board.listening]

    async def answer(self, asked: Asked) -> Answer:
        """Answer a question; what it asks to be changed is changed first, by the next tick."""
        from bot.app.asking import ask

        given = await ask(self.store, asked, self._desk, self._clock)
        self.outbox.wake()
        return given

    async def close(self) -> None:
        """Close everything; may be called when nothing was started."""
        await self._errands.close()
        await self.fetcher.close()
        await self.sandbox.close()
        for channel in (*self._switchboard.channels.values(), *self._parted):
            await channel.close()
        self.store.close()

    def _stop_if_failed(self, task: asyncio.Task[None], stop: asyncio.Event) -> None:
        """Without its memory the bot would be deaf and say nothing: better to end and be started again."""
        if not task.cancelled() and task.exception() is not None:
            self._broken = task.exception()
            stop.set()

    def _after_poll(self, result: PollResult) -> None:
        self.outbox.wake()
        self._polled(result)

    def _in_force(self) -> tuple[Settings, Watchlist]:
        return self.settings, self.configuration.watchlist

    def _desk(self, conn: Connection) -> Desk:
        return desk_of(
            conn,
            self.configuration,
            self.settings,
            now=self._clock(),
            started=self.started,
            faults=self.faults,
        )

    async def _follow(self, service: str, old: str, new: str) -> None:
        """A chat has another id: it is used from now on, for sends and for who may ask."""

        def follow(conn: Connection) -> Settings:
            # Also where a message that arrived there noted it first.
            note(conn, self.settings, service, old, new)
            return moved(self.settings, conn)

        self.settings = await self.store.write(follow)

    def _listen_on(self, name: str) -> asyncio.Task[None]:
        channel = self._switchboard.channels[name]
        assert isinstance(channel, Listener)
        channel.tell_moves(partial(self._follow, name))
        return asyncio.create_task(hear(self, channel), name=f"listen {name}")
