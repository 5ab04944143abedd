"""``sources`` and ``status`` say of every source whether it is read, where, how often, and what is wrong."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.channels import Address
from bot.channels.console import Console
from bot.commands import Answer, Asked, Desk, answer
from bot.model import Source
from tests.newsmaking import NOON, WATCHLIST
from tests.storing import later
from tests.wards import Ward, make_ward, receiver, ward

__all__ = ["ward"]


def ask(
    ward: Ward, words: str = "", *, verb: str = "sources", via: str = "console", at: float = 100
) -> Answer:
    """Ask at that minute."""
    reader = replace(receiver(), via=via)
    with ward.store.snapshot() as conn:
        desk = Desk(
            conn=conn,
            settings=ward.settings,
            watchlist=WATCHLIST,
            sources=ward.sources,
            tables=None,  # type: ignore[arg-type]
            now=later(at),
            version="0.1.0",
            started=NOON,
        )
        return answer(Asked(verb=verb, words=words, reader=reader), desk)


def rows(given: Answer) -> dict[str, dict[str, Any]]:
    """The rows of ``--json`` by source."""
    return {str(row["source"]): dict(row) for row in given.rows}


def test_those_in_trouble_stand_first_with_what_to_do(ward: Ward) -> None:
    ward.fails("pujiang", status=403)

    lines = ask(ward).message.plain.splitlines()
    assert lines[0] == "3 sources · 1 in trouble"
    assert lines[2] == "⚠️ Pujiang · refuses us (403) since 12:00"
    assert lines[3] == "   a longer interval: every: 30m"
    assert lines[5] == "Delta · read 11:55 · every 5 min"


def test_a_single_failure_is_shown_although_nobody_was_told_of_it(ward: Ward) -> None:
    ward.fails("delta", at=(90,), reason="timeout")

    given = ask(ward)
    assert "⚠️ Delta · does not answer in time since 13:30" in given.message.plain
    assert "next try 13:50" in given.message.plain
    row = rows(given)["delta"]
    assert (row["trouble"], row["reason"], row["errors"]) == ("failing", "timeout", 1)
    assert row["failing_since"] == later(90).isoformat()
    assert row["reported"] is None


def test_what_is_odd_stands_below_its_source(ward: Ward) -> None:
    ward.answers("harbour", at=0, oddities=("some bytes are no big5",))

    given = ask(ward)
    assert given.message.plain.splitlines()[0] == "3 sources · 1 odd"
    assert "   encoding: some characters are not big5 and are lost" in given.message.plain
    assert rows(given)["harbour"]["oddities"] == ["some bytes are no big5"]


def test_where_a_source_really_is_and_what_rests_is_said(ward: Ward) -> None:
    ward.set("harbour", url="https://harbour.example/", place="https://harbour.example/feed")
    ward.set("delta", place="https://pujiang.example/feed", merged_into="pujiang")
    ward.set("pujiang", due=later(400), interval=timedelta(minutes=5))

    given = ask(ward)
    assert "   read at harbour.example/feed" in given.message.plain
    assert "Delta · the same feed as Pujiang; read there" in given.message.plain
    assert "Pujiang · read 11:55 · every 5 min · rests until 18:40" in given.message.plain
    assert rows(given)["harbour"]["address"] == "https://harbour.example/feed"
    assert rows(given)["delta"]["merged_into"] == "pujiang"


def test_a_silence_that_was_told_is_shown_with_its_beginning(ward: Ward) -> None:
    ward.set("harbour", told_trouble=f"silent {later(-600).isoformat()}", told_trouble_at=later(0))

    given = ask(ward)
    assert "⚠️ Harbour · silent since 02:00" in given.message.plain
    assert rows(given)["harbour"]["silent_since"] == later(-600).isoformat()
    assert rows(given)["harbour"]["reported"] == NOON.isoformat()


@pytest.mark.parametrize("query", ["harb", "HARBOUR", "harbour.example", "wire ports", "list harbour"])
def test_a_source_is_found_by_its_name_id_tag_or_host(ward: Ward, query: str) -> None:
    named = replace(ward.sources["harbour"], name="Harbour Wire", tags=frozenset({"ports"}))
    ward.sources["harbour"] = named

    given = ask(ward, query)
    assert list(rows(given)) == ["harbour"]
    assert given.message.plain.startswith("1 source of 3 for ")


def test_what_fits_nothing_says_so(ward: Ward) -> None:
    given = ask(ward, "nowhere")

    assert given.failed
    assert given.message.plain == "No source fits “nowhere”.\nwirewatch sources lists them all."


@pytest.mark.parametrize("words", ["import feeds.opml", "export feeds.opml"])
def test_lists_of_feeds_are_read_and_written_in_the_terminal_alone(ward: Ward, words: str) -> None:
    given = ask(ward, words, via="telegram")

    assert given.misunderstood
    verb = words.split(maxsplit=1)[0]
    assert given.message.plain == f"wirewatch sources {verb} is typed in the terminal, where the bot runs."


@pytest.mark.parametrize("words", ["add https://x.example", "test https://x.example", "remove harbour"])
def test_the_list_is_changed_by_admins_alone(ward: Ward, words: str) -> None:
    given = ask(ward, words, via="telegram")

    assert given.misunderstood
    assert given.message.plain.startswith("Only admins may change this.")


def test_a_source_that_is_switched_off_is_not_in_trouble(ward: Ward) -> None:
    ward.fails("delta")
    ward.sources["delta"] = replace(ward.sources["delta"], enabled=False)

    assert ask(ward).message.plain.splitlines()[0] == "3 sources · all well"


def test_status_counts_those_in_trouble_and_those_that_are_odd(ward: Ward) -> None:
    ward.fails("delta")
    ward.answers("harbour", at=0, oddities=("some bytes are no big5",))

    given = ask(ward, verb="status")
    assert "3 sources · 1 in trouble · 1 odd" in given.message.plain
    assert (given.rows[0]["failing"], given.rows[0]["odd"]) == (1, 1)


@pytest.fixture
def city(tmp_path: Path) -> Iterator[Ward]:
    """A thousand sources, forty of them in trouble."""
    made = make_ward(tmp_path, "harbour")
    names = [f"paper{number:04}" for number in range(1000)]
    made.sources |= {name: Source(id=name, name=name, url=f"https://{name}.example/feed") for name in names}
    with made.store.begin() as conn:
        from bot.store import sources

        sources.sync(conn, made.sources.values(), NOON)
    made.fails(*names[:40], at=(0,))
    yield made
    made.store.close()


@pytest.mark.parametrize("via", ["console", "telegram"])
def test_of_a_thousand_the_first_thirty_in_trouble_are_shown(city: Ward, via: str) -> None:
    lines = ask(city, via=via).message.plain.splitlines()

    assert lines[0] == "1,001 sources · 40 in trouble"
    assert sum(line.startswith("⚠️") for line in lines) == 30
    assert lines[-1].startswith("971 more; ")
    assert len(ask(city).rows) == 1001


async def test_in_a_terminal_of_eighty_columns_no_line_is_broken(
    ward: Ward, capsys: pytest.CaptureFixture[str]
) -> None:
    ward.fails("harbour", reason="web_page")
    ward.fails("delta", reason="robots")
    ward.answers("pujiang", at=0, oddities=("declared as utf-8, but it reads as gb18030",))

    await Console().send(Address("terminal"), ask(ward).message)
    assert max(map(len, capsys.readouterr().out.splitlines())) <= 80
