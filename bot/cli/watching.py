"""``run``, ``once`` and ``digest``: the verbs that hold the state folder and send."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import signal
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeVar

import structlog
from rich.console import Console as RichConsole

from bot import crashpoints
from bot.app import App, OnceReport, utc_now
from bot.app.building import database_url
from bot.app.lock import hold, is_free
from bot.app.logs import is_for_programs, write_logs
from bot.channels.console import Console
from bot.cli.counting import counted
from bot.cli.lastgood import in_force
from bot.config import Configuration, load, lost_tokens
from bot.config.veil import masked
from bot.errors import ConfigError
from bot.model import Message, Receiver
from bot.pipeline import PollResult
from bot.schedule.digests import owe_digest_now
from bot.schedule.ticking import guarded
from bot.store import Store, requests

log = structlog.get_logger()

T = TypeVar("T")
SHOWN_AFTER_BASELINE = 10
SHOWN_FAILURES = 10


def run_until_stopped(config: Path, state: Path) -> int:
    """Watch until SIGTERM or SIGINT; a second signal ends at once, and SIGHUP reads the configuration again.

    Where the files are broken, the last good configuration is in force until they are mended: a service that starts
    again at night must not stay silent for a slip of the evening.
    """
    crashpoints.arm(os.environ)
    write_logs(lasting=True)
    configuration, faults = in_force(config, state, say=_log_faults)
    if lost := lost_tokens(configuration, state):
        raise ConfigError(lost)

    async def watch(app: App) -> int:
        stop = asyncio.Event()
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, _stop_or_end, stop, number)
        loop.add_signal_handler(signal.SIGHUP, _hung_up(app, stop))
        tell_operator(app.cautions, _announcement(configuration))
        await app.run(stop)
        return 0

    return _with_app(configuration, state, watch, faults=faults)


def _hung_up(app: App, stop: asyncio.Event) -> Callable[[], None]:
    """What SIGHUP means: a terminal that was closed ends the bot in it, a service is asked to read its files again."""
    if os.isatty(0):
        return stop.set
    reload, reading = guarded("reload", app.reload), set[asyncio.Task[None]]()

    def read_again() -> None:
        reading.add(task := asyncio.get_running_loop().create_task(reload()))
        task.add_done_callback(reading.discard)

    return read_again


def _log_faults(faults: tuple[str, ...]) -> None:
    log.error("the configuration on disk is broken, the last good one is in force", faults=faults)


def run_once(config: Path, state: Path, *, as_json: bool) -> int:
    """Poll everything due, deliver everything due."""
    crashpoints.arm(os.environ)
    write_logs(logging.ERROR)
    configuration = load(config, environ=os.environ)
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    errors = RichConsole(stderr=True)
    progress = Progress(
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), console=errors, transient=True
    )
    task = progress.add_task("polling", total=sum(source.enabled for source in configuration.sources))
    out = RichConsole(stderr=as_json, highlight=False)

    async def work(app: App) -> int:
        report = await app.once()
        progress.stop()
        if as_json:
            for result in report.polls:
                print(json.dumps(_poll_row(result), ensure_ascii=False))
            return 1 if report.undelivered else 0
        say(report.cautions)
        if report.baseline:
            await _show_baseline(app, out)
        _summarise(report, errors)
        return 1 if report.undelivered else 0

    with progress if errors.is_terminal else _Quiet():
        return _with_app(configuration, state, work, console=out, polled=lambda _: progress.advance(task))


def digest_now(config: Path, state: Path, *, as_json: bool) -> int:
    """Owe every receiver the digest of what waits, and deliver it; a running bot delivers it itself."""
    write_logs(logging.ERROR)
    configuration = load(config, environ=os.environ)

    async def work(app: App) -> int:
        await app.start()
        now = app.now()
        receivers = list(app.settings.receivers.values())
        owed = await app.store.write(
            lambda conn: [receiver.id for receiver in receivers if owe_digest_now(conn, receiver, now)]
        )
        await app.outbox.flush()
        if as_json:
            print(json.dumps({"digests": owed}))
        elif not owed:
            print("Nothing waits for a digest.")
        return 0

    if not is_free(state):
        return _ask_running_bot(configuration, state, as_json=as_json)
    return _with_app(configuration, state, work)


def _ask_running_bot(configuration: Configuration, state: Path, *, as_json: bool) -> int:
    """Leave a request: the running bot makes the digests within a second or two."""
    store = Store.open(database_url(configuration.settings, state))
    try:
        with store.begin() as conn:
            requests.add(conn, "digest", {}, utc_now())
    finally:
        store.close()
    print(json.dumps({"asked": "digest"}) if as_json else "The running bot was asked for its digests.")
    return 0


def say(cautions: tuple[str, ...]) -> None:
    """Print what the person should know, on standard error."""
    for caution in cautions:
        print(masked(f"note: {caution}"), file=sys.stderr)


def _with_app(
    configuration: Configuration,
    state: Path,
    work: Callable[[App], Awaitable[T]],
    *,
    console: RichConsole | None = None,
    polled: Callable[[PollResult], None] = lambda _: None,
    faults: tuple[str, ...] = (),
) -> T:
    async def live(owner: str) -> T:
        app = App(
            configuration,
            state,
            owner=owner,
            console=Console(console or RichConsole(highlight=False)),
            environ=os.environ,
            polled=polled,
            faults=faults,
        )
        try:
            return await work(app)
        finally:
            await app.close()

    with hold(state) as owner:
        return asyncio.run(live(owner))


def _stop_or_end(stop: asyncio.Event, number: int) -> None:
    if stop.is_set():
        os._exit(128 + number)
    stop.set()


def tell_operator(cautions: tuple[str, ...], announcement: str) -> None:
    """Say what a person should know at the start of a running bot; as lines of the log where those are JSON."""
    if is_for_programs():
        for caution in cautions:
            log.warning(caution)
        log.info(announcement)
        return
    say(cautions)
    print(announcement, file=sys.stderr)


def _announcement(configuration: Configuration) -> str:
    settings = configuration.settings
    return (
        f"Watching {counted(len(configuration.watchlist.watches), 'watch', 'watches')} in "
        f"{counted(sum(source.enabled for source in configuration.sources), 'source', 'sources')} for "
        f"{', '.join(settings.receivers)}. Stop with Ctrl-C."
    )


async def _show_baseline(app: App, out: RichConsole) -> None:
    """After a baseline, show what would have been told, so that the first look is not an empty one."""
    from bot.commands import Asked

    reader = next(iter(app.settings.receivers.values()), Receiver(id="terminal", via="console"))
    answer = await app.answer(
        Asked(verb="recent", words="score>59", reader=reader, limit=SHOWN_AFTER_BASELINE, first_look=True)
    )
    if not answer.rows:
        return
    out.print("A first look at these sources: what they published before rings for nobody.\n")
    await print_message(answer.message, out)


async def print_message(message: Message, out: RichConsole) -> None:
    """Print a message as the terminal's channel does."""
    from bot.channels import Address

    await Console(out).send(Address("terminal"), message)


def _summarise(report: OnceReport, errors: RichConsole) -> None:
    failed = [result for result in report.polls if result.error]
    new = sum(result.settled.new for result in report.polls if result.settled)
    unchanged = sum(result.unchanged for result in report.polls)
    waiting = sum(result.postponed for result in report.polls)
    paused = f"{waiting} wait because their host asked for a pause, " if waiting else ""
    errors.print(
        f"{counted(len(report.polls) - waiting, 'source', 'sources')} polled, {paused}{unchanged} unchanged, "
        f"{len(failed)} failed; "
        f"{counted(new, 'new entry', 'new entries')}; {counted(report.delivered, 'message', 'messages')}.",
        highlight=False,
    )
    for receiver, why in report.undelivered.items():
        errors.print(f"  {receiver} was not told, it stays owed: {why}", highlight=False, markup=False)
    for result in failed[:SHOWN_FAILURES]:
        errors.print(f"  {result.source}: {result.error}", highlight=False, markup=False)
    if len(failed) > SHOWN_FAILURES:
        errors.print(f"  and {len(failed) - SHOWN_FAILURES} more: wirewatch sources", highlight=False)


def _poll_row(result: PollResult) -> dict[str, object]:
    settled = result.settled
    return {
        "source": result.source,
        "new": settled.new if settled else 0,
        "edited": settled.edited if settled else 0,
        "told": settled.told if settled else 0,
        "baseline": settled.baseline if settled else False,
        "unchanged": result.unchanged,
        "postponed": result.postponed,
        "error": result.error,
        "reason": result.reason,
        "warnings": list(result.warnings),
    }


class _Quiet:
    """Stands in for the progress bar where nobody watches."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, *_: object) -> None:
        return None
