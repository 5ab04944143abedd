"""The store stays quick when it is full; figures are printed (pytest -s), only correctness is asserted."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from time import perf_counter

from bot.model import EventHit, Facts, Figure, Mention
from bot.store import entries, search
from tests.newsmaking import entry
from tests.storing import assignment, later, open_store

COUNT = 10_000


def facts_of(number: int) -> Facts:
    """As much as a headline and a teaser hold."""
    return Facts(
        mentions=(Mention(watch="alibaba", field="title", start=0, end=4, text="阿里巴巴", kind="alias"),),
        subjects=frozenset({"alibaba"}),
        events=(EventHit(kind="earnings", field="title", start=5, end=7, text="财报"),),
        figures=(Figure(unit="CNY", value=39.8e9, field="title", start=0, end=3, text="398亿元"),),
        tokens=tuple(f"t{number * n % 977}" for n in range(12)),
    )


def test_many_entries_are_stored_loaded_and_searched(tmp_path: Path) -> None:
    body = "腾讯控股公布季度财报，云收入同比增长。Analysts had expected less growth in cloud revenue. "
    with closing(open_store(tmp_path)) as store:
        began = perf_counter()
        for start in range(0, COUNT, 1000):
            with store.begin() as conn:
                made = [
                    assignment(
                        f"s{n}",
                        entry(f"e{n}", f"阿里巴巴 profit {n}", minutes=n / 100, summary=body),
                        facts_of(n),
                    )
                    for n in range(start, start + 1000)
                ]
                entries.save(
                    conn, made, {one.entry.id: [f"{one.entry.id} {n}" for n in range(3)] for one in made}
                )
        stored = perf_counter()
        with store.snapshot() as conn:
            loaded = sum(1 for _ in entries.for_index(conn, later(0)))
            whole = perf_counter()
            bare = sum(1 for _ in entries.for_index(conn, later(0), texts=False))
            ready = perf_counter()
            rare = search.search(conn, f"profit {COUNT - 79}")
            found = perf_counter()
            common = search.search(conn, "腾讯")
            done = perf_counter()
        size = store.file.stat().st_size / 1e6
    print(
        f"\n{COUNT} entries: stored {stored - began:.1f} s, loaded {whole - stored:.2f} s, without texts "
        f"{ready - whole:.2f} s, rare word {(found - ready) * 1000:.1f} ms, word in all "
        f"{(done - found) * 1000:.0f} ms, {size:.0f} MB"
    )
    assert loaded == bare == COUNT
    assert [hit.entry_id for hit in rare] == [f"e{COUNT - 79}"]
    assert [hit.story_id for hit in common] == [f"s{COUNT - n}" for n in range(1, 21)]
