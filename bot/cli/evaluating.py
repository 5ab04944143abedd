"""``eval stories`` and ``eval matches``: labelled files in, quality and predictions out."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bot.backtest.recorded import row_of
from bot.config import load, load_tables, load_watchlist
from bot.errors import CommandError
from bot.evaluate.matches import evaluate_matches
from bot.evaluate.stories import StoryQuality, evaluate_stories
from bot.match import Matcher
from bot.model import Facts, Watchlist
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
