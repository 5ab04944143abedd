"""``eval stories``, ``matches`` and ``feeds``: labelled files in, quality and predictions out."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import nullcontext
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.table import Table

from bot.backtest.recorded import row_of
from bot.config import load, load_tables, load_watchlist
from bot.errors import CommandError
from bot.evaluate.feeds import (
    ARTICLES,
    DATES,
    FEEDS,
    LINKS,
    PAGES,
    TITLES,
    WITH,
    WITHOUT,
    FeedQuality,
    evaluate_feeds,
    read_cases,
)
from bot.evaluate.matches import evaluate_matches
from bot.evaluate.stories import StoryQuality, evaluate_stories
from bot.match import Matcher
from bot.model import Facts, Watchlist
from bot.sandbox import Sandbox
from bot.score import score_facts, total


def evaluate_matches_file(entries: Path, watchlist: Path, out: Path | None) -> int:
    """Match a labelled file with the production path and print precision, recall and F1."""
    tables = load_tables()
    watches = load_watchlist(watchlist, tables=tables)

    def score(title: str, body: str, facts: Facts) -> Mapping[str, int]:
        del title, body
        return {watch: total(score_facts(facts, watches.watches[watch])) for watch in facts.watches}

    quality = evaluate_matches(read_lines(entries), Matcher(watches, tables), score)
    if out is not None:
        write_lines(out, quality.predictions)
    rows = [
        {"what": what, "source": source, "precision": tally.precision, "recall": tally.recall, "f1": tally.f1}
        for what, source, tally in quality.rows()
    ]
    print_rows(rows)
    return 0


def evaluate_stories_file(
    entries: Path, pairs: Path | None, watchlist: str | None, out: Path | None, config: Path
) -> int:
    """Group a labelled stream with the production path and print its quality."""
    tables = load_tables()
    if watchlist == "none":
        watches = Watchlist(watches={})
    elif watchlist:
        watches = load_watchlist(Path(watchlist), tables=tables)
    else:
        configuration = load(config, environ=os.environ)
        tables, watches = configuration.tables, configuration.watchlist
    labelled = list(read_lines(pairs)) if pairs else None
    matcher = Matcher(watches, tables) if watches.watches else None
    quality = evaluate_stories(read_lines(entries), matcher, tables, pairs=labelled)
    if out is not None:
        write_lines(out, [prediction.as_line() for prediction in quality.predictions])
    print_rows(story_rows(quality))
    return 0


def story_rows(quality: StoryQuality) -> list[Mapping[str, object]]:
    """Return what was measured, a figure a row; figures without labels are left out."""
    rows: list[Mapping[str, object]] = [
        {"figure": "entries", "value": quality.entries},
        {"figure": "stories", "value": quality.stories},
    ]
    named = [("pairwise", quality.pairwise), ("b-cubed", quality.bcubed)]
    if quality.pairs is not None:
        named.append(("pairs", quality.pairs.quality))
    for what, each in named:
        if each is not None:
            figures = (("precision", each.precision), ("recall", each.recall), ("f1", each.f1))
            rows += [{"figure": f"{what} {name}", "value": value} for name, value in figures]
    if quality.first_swallowed is not None:
        rows.append({"figure": "first entry swallowed", "value": quality.first_swallowed})
        rows.append({"figure": "told again per follow-up", "value": quality.told_again})
    if quality.pairs is not None:
        rows.append({"figure": "different pairs put together", "value": quality.pairs.merged_wrongly})
        notes = quality.pairs.by_note
        hard = [counts for note, counts in notes.items() if note.startswith("neg_")]
        groups = {note: counts for note, counts in notes.items() if not note.startswith("neg_")}
        if hard:
            groups["hard negatives"] = (sum(each[0] for each in hard), sum(each[1] for each in hard))
        rows += [
            {"figure": f"{note} together", "value": f"{together} of {count}"}
            for note, (together, count) in groups.items()
        ]
    return rows


def read_lines(path: Path) -> Iterator[Mapping[str, object]]:
    """Yield the JSON objects of a file; a line that is none is named."""
    try:
        with path.open("rb") as file:
            for number, line in enumerate(file, start=1):
                if line.strip(b" \t\r\n\xef\xbb\xbf"):
                    yield row_of(line, f"{path}:{number}")
    except OSError as error:
        raise CommandError(f"{path}: {(error.strerror or str(error)).lower()}") from None


def write_lines(path: Path, rows: Iterable[Mapping[str, object]]) -> None:
    """Write JSON lines."""
    try:
        with path.open("w", encoding="utf-8") as file:
            file.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    except OSError as error:
        raise CommandError(f"{path}: {(error.strerror or str(error)).lower()}") from None


def print_rows(listed: Sequence[Mapping[str, object]]) -> None:
    """Print rows of equal keys as a table."""
    table = Table(box=None, pad_edge=False)
    for name in listed[0] if listed else ():
        table.add_column(str(name), justify="left" if isinstance(listed[0][name], str) else "right")
    for row in listed:
        table.add_row(*(f"{value:.3f}" if isinstance(value, float) else str(value) for value in row.values()))
    Console(highlight=False).print(table)


def evaluate_feeds_folder(folder: Path, out: Path | None) -> int:
    """Read a folder of labelled feeds and articles as the bot reads them, and print how much is right."""
    cases, missing = read_cases(folder)
    errors = Console(stderr=True)
    progress = Progress(
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), console=errors, transient=True
    )
    task = progress.add_task("reading", total=len(cases))

    async def work() -> FeedQuality:
        sandbox = Sandbox(workers=1)
        try:
            return await evaluate_feeds(
                cases, sandbox, missing=missing, advance=lambda: progress.advance(task)
            )
        finally:
            await sandbox.close()

    with progress if errors.is_terminal else nullcontext():
        quality = asyncio.run(work())
    if out is not None:
        write_lines(out, [outcome.as_line() for outcome in quality.outcomes])
    print_rows(feed_rows(quality))
    for part in missing:
        print(f"no {part}_expected.json: {part} were not measured", file=sys.stderr)
    return 0


def feed_rows(quality: FeedQuality) -> list[Mapping[str, object]]:
    """Return what was read of a folder, a figure a row; parts that the folder does not have are left out."""
    rows = [*_rows_of_feeds(quality), *_rows_of_texts(quality)]
    rows.append(("exceptions", str(sum(bool(outcome.error) for outcome in quality.outcomes)), ""))
    rows.append(("seconds", f"{quality.seconds:.1f}", ""))
    return [{"figure": figure, "value": value, "share": share} for figure, value, share in rows]


def _rows_of_feeds(quality: FeedQuality) -> Iterator[tuple[str, str, str]]:
    feeds = quality.of(FEEDS)
    if not feeds:
        return
    counted = [feed for feed in feeds if feed.expected is not None]
    yield _of("feeds read to the exact count", sum(feed.exact for feed in counted), len(counted))
    yield "entries compared", str(sum(feed.entries for feed in feeds)), ""
    for what in (TITLES, LINKS, DATES):
        yield _of(f"{what} right", *quality.tally(FEEDS, what))
    json_feeds = [feed for feed in counted if feed.kind == "jsonfeed" or feed.file.endswith(".json")]
    yield _of("JSON Feeds read", sum(feed.exact for feed in json_feeds), len(json_feeds))


def _rows_of_texts(quality: FeedQuality) -> Iterator[tuple[str, str, str]]:
    articles = [outcome.f1 or 0.0 for outcome in quality.of(ARTICLES)]
    if articles:
        yield "articles", str(len(articles)), ""
        yield "word F1 of article texts, mean", "", f"{sum(articles) / len(articles):.4f}"
    if quality.of(PAGES):
        yield _of("strings of pages found", *quality.tally(PAGES, WITH))
        yield _of("strings around them avoided", *quality.tally(PAGES, WITHOUT))


def _of(figure: str, right: int, checked: int) -> tuple[str, str, str]:
    return figure, f"{right} of {checked}", f"{right / checked:.4f}" if checked else ""
