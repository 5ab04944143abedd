"""One poll of one source.

    claim | fetch | parse | decide and save in one transaction

Fetch and parse of many sources run side by side; decide and save run one poll at a time, so that two sources
that publish the same news at once can't both open its story. A crash before the commit means: poll again.
A crash after it: the outbox owes.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial

import structlog
from sqlalchemy import Connection

from bot.config.veil import masked
from bot.crashpoints import crashpoint
from bot.dedup import Mark
from bot.errors import FetchError, ParseError
from bot.fetch import Fetcher
from bot.model import Document, ParsedDocument, ParsedEntry, Source, Validators
from bot.pipeline.articles import read_articles
from bot.pipeline.reading import Reader, Reading
from bot.pipeline.rhythm import after_error, host_pause, interval, next_due, usual_interval
from bot.pipeline.settle import Newsroom, Poll, Settled, fresh_items, settle
from bot.pipeline.splitting import give_up, split_asked
from bot.sandbox import Sandbox
from bot.store import Store, entries, recent, requests, sources
from bot.store.sources import SourceState

__all__ = ["Newsroom", "Pipeline", "PollResult", "Settled"]

log = structlog.get_logger()

WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class PollResult:
    """How one poll ended: ``settled`` when something was read, ``error`` when nothing could be."""

    source: str
    settled: Settled | None = None
    unchanged: bool = False
    postponed: bool = False
    """The host asked for a pause: the source was not asked."""
    error: str = ""
    reason: str = ""
    warnings: tuple[str, ...] = ()


class Pipeline:
    """Polls sources; knows how, not when (``schedule``) and not whom to tell (``decide``)."""

    def __init__(
        self,
        *,
        store: Store,
        fetcher: Fetcher,
        sandbox: Sandbox,
        newsroom: Newsroom,
        clock: Callable[[], datetime],
        headers: Callable[[Source], Mapping[str, str]] = lambda _: {},
    ) -> None:
        self._store = store
        self._fetcher = fetcher
        self._sandbox = sandbox
        self._clock = clock
        self._headers = headers
        self._reader = Reader(store, fetcher, sandbox, headers, clock)
        self._deciding = asyncio.Lock()
        self._ready = asyncio.Event()
        self.newsroom = newsroom

    async def poll(self, state: SourceState) -> PollResult:
        """Poll one claimed source once. Never raises for what a source does: that becomes its health."""
        source = self.newsroom.sources.get(state.id)
        if source is None:
            await self._store.write(lambda conn: sources.release(conn, state.id))
            return PollResult(source=state.id, error="no longer configured", reason="removed")
        try:
            reading = await self._reader.read(source, state)
        except FetchError as error:
            if error.reason == "host_rests":
                return await self._postponed(source, error.retry_after or timedelta(0))
            return await self._failed(source, state, error)
        except ParseError as error:
            return await self._failed(source, state, FetchError(error.reason, str(error)))
        if reading.parsed is None:
            return await self._unchanged(source, state, reading.document)
        return await self._settle(source, state, reading, reading.parsed)

    def open(self) -> None:
        """The index of recent stories is loaded: what was fetched meanwhile may be decided."""
        self._ready.set()

    @property
    def decides(self) -> bool:
        """True once the index of recent stories is loaded."""
        return self._ready.is_set()

    async def split_asked(self) -> int:
        """Carry out the splits that were asked for, each between two decisions; return how many were done."""
        done = 0
        while self._ready.is_set() and await self._store.read(
            lambda conn: requests.waits(conn, requests.SPLIT)
        ):
            await self._split_one()
            done += 1
        return done

    async def forget(self, before: datetime) -> None:
        """Let the index forget old stories, between two decisions."""
        await self._ready.wait()
        async with self._deciding:
            await asyncio.to_thread(self.newsroom.index.forget, before)
        await self._store.write(lambda conn: recent.forget(conn, before))

    async def swap(self, newsroom: Newsroom) -> None:
        """Put another configuration in force between two decisions."""
        async with self._deciding:
            self.newsroom = newsroom

    async def _settle(
        self, source: Source, state: SourceState, reading: Reading, parsed: ParsedDocument
    ) -> PollResult:
        articles = await self._articles(source, state, parsed)
        await self._ready.wait()
        now = self._clock()
        document = reading.document
        if not (document.complete and parsed.complete):
            # It is asked for again in full; those of another address would be nonsense at a place just found.
            kept = (Validators(), "") if reading.place else (state.validators, state.body_hash)
            document = replace(document, validators=kept[0], body_hash=kept[1])
        poll = Poll(
            source=source,
            state=state,
            document=document,
            parsed=parsed,
            now=now,
            due=await self._due(source, state, now, document.floor or parsed.floor),
            place=reading.place,
            children=reading.children,
            whole=reading.whole,
            articles=articles,
        )
        async with self._deciding:
            newsroom = self.newsroom
            mark = newsroom.index.mark()
            crashpoint("before-decide")
            try:
                settled = await self._store.write(partial(_settle_anew, poll, newsroom, mark))
            except BaseException:
                newsroom.index.rollback(mark)
                raise
        crashpoint("ingest-committed")
        log.info(
            "polled",
            source=source.id,
            new=settled.new,
            edited=settled.edited,
            told=settled.told,
            baseline=settled.baseline,
        )
        return PollResult(source=source.id, settled=settled, warnings=parsed.warnings + settled.warnings)

    async def _articles(
        self, source: Source, state: SourceState, parsed: ParsedDocument
    ) -> Mapping[int, ParsedEntry]:
        """Fetch the articles of what is new; a baseline is told to nobody and needs none."""
        if not source.full_text or state.baseline is None:
            return {}
        items = await self._store.read(lambda conn: fresh_items(conn, parsed.entries, source.id))
        return await read_articles(
            source,
            items,
            fetcher=self._fetcher,
            sandbox=self._sandbox,
            headers=partial(self._reader.headers_at, source),
        )

    async def _split_one(self) -> None:
        async with self._deciding:
            newsroom, now = self.newsroom, self._clock()
            mark = newsroom.index.mark()
            try:
                await self._store.write(partial(_split_anew, newsroom, now, mark))
            except Exception as error:
                newsroom.index.rollback(mark)
                log.exception("split broke")
                words = masked(str(error))
                await self._store.write(lambda conn: give_up(conn, words))
            except BaseException:
                newsroom.index.rollback(mark)
                raise

    async def _unchanged(self, source: Source, state: SourceState, document: Document) -> PollResult:
        now = self._clock()
        due = await self._due(source, state, now, document.floor)
        await self._store.write(
            lambda conn: sources.succeeded(
                conn, source.id, now, due=due, document=document, count=None, baseline=False
            )
        )
        return PollResult(source=source.id, unchanged=True)

    async def _postponed(self, source: Source, pause: timedelta) -> PollResult:
        """The host asked for a pause, so this source was not asked: that is no fault of its own."""
        until = self._clock() + pause
        await self._store.write(lambda conn: sources.postpone(conn, source.id, until))
        return PollResult(source=source.id, postponed=True)

    async def _failed(self, source: Source, state: SourceState, error: FetchError) -> PollResult:
        now, message, reason = self._clock(), masked(str(error)), error.reason
        due = after_error(
            usual_interval(source, self.newsroom.settings.polling, state.interval),
            state.errors,
            now,
            retry_after=error.retry_after,
            status=error.status,
            reason=reason,
            failing_since=state.failing_since,
            source=source.id,
        )
        pause = host_pause(error.status, error.retry_after, state.errors)
        await self._store.write(
            lambda conn: sources.failed(
                conn,
                source.id,
                now,
                due=due,
                reason=reason,
                message=message,
                status=error.status,
                host_until=now + pause if pause else None,
                host=error.host,
            )
        )
        crashpoint("failure-noted")
        # A line for each change, not for each try: a night without a network is one line a source.
        tell = log.debug if reason == state.error_reason and state.errors else log.warning
        tell("source failed", source=source.id, reason=reason, message=message, next=due.isoformat())
        return PollResult(source=source.id, error=message, reason=reason)

    async def _due(
        self, source: Source, state: SourceState, now: datetime, floor: timedelta | None
    ) -> datetime:
        per_week = 0
        if source.rhythm:
            per_week = await self._store.read(lambda conn: entries.volume_of(conn, source.id, now - WEEK))
        every = interval(
            source, self.newsroom.settings.polling, per_week=per_week, floor=floor, polls=state.polls
        )
        return next_due(state.due, every, now)


def _settle_anew(poll: Poll, newsroom: Newsroom, mark: Mark, conn: Connection) -> Settled:
    """A write may be run again: what the first try left in the index goes first."""
    newsroom.index.rollback(mark)
    return settle(conn, poll, newsroom)


def _split_anew(newsroom: Newsroom, now: datetime, mark: Mark, conn: Connection) -> bool:
    newsroom.index.rollback(mark)
    return split_asked(conn, newsroom, now)
