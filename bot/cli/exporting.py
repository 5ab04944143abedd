"""``export`` in the terminal: all stories of a query, to standard output or into a file."""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from bot.app.building import desk_of
from bot.app.logs import write_logs
from bot.cli.archive import stored
from bot.cli.lastgood import in_force
from bot.cli.reader import terminal_reader
from bot.commands.asking import Asked
from bot.commands.exporting import export_rows, parse_export, written
from bot.errors import CommandError


def export_stories(words: list[str], out: Path | None, config: Path, state: Path) -> int:
    """Write the stories of a query as they are read; exit 1 when there is none.

    ``words`` are as typed in a chat: ``腾讯 since:30d --format csv``.
    """
    write_logs(logging.ERROR)
    configuration, _ = in_force(config, state)
    settings, now = configuration.settings, datetime.now(UTC)
    asked = Asked(
        verb="export", words=" ".join(words), reader=terminal_reader(settings), admin=True, by="terminal"
    )
    with stored(configuration, state, "`once` reads every source") as conn:
        desk = desk_of(conn, configuration, settings, now=now, started=now, faults=())
        export = parse_export(asked, desk)
        rows, count = export_rows(asked, desk, export), 0
        with _open(out) as file:
            for line in written(rows, export.format):
                file.write(line)
                count += 1
    found = count - (export.format == "csv")
    if out is not None:
        print(f"{found:,} {'story' if found == 1 else 'stories'} written to {out}", file=sys.stderr)
    return 0 if found else 1


@contextmanager
def _open(out: Path | None) -> Iterator[BinaryIO]:
    if out is None:
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    try:
        with out.open("wb") as file:
            yield file
    except OSError as error:
        raise CommandError(f"{out}: {(error.strerror or str(error)).lower()}") from None
