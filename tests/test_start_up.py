"""A start is quick: what a running bot imports and reads before its first request goes out."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from bot.config.library import Library, made_anew
from bot.config.quick import QUICK, made_of, quick_text, read_quick
from bot.config.tables import SHIPPED, read_words, shipped_tables
from bot.store import Store
from tests.config_folder import TABLES

REPOSITORY = Path(__file__).parents[1]

FIRST_REQUEST = """
import os, sys
sys.argv = ["wirewatch", "--config", sys.argv[1], "--state", sys.argv[2], "run"]
from bot.__main__ import main
import bot.fetch

async def fetch(*_, **__):
    print(*sorted(sys.modules), flush=True)
    os._exit(0)

bot.fetch.Fetcher.fetch = fetch
main()
"""
HEAVY = {
    "aiohttp",
    "alembic",
    "apprise",
    "feedparser",
    "jinja2",
    "matplotlib",
    "numpy",
    "slack_bolt",
    "slack_sdk",
    "starlette",
    "telegram",
    "trafilatura",
    "uvicorn",
    "bot.backtest",
    "bot.charts.drawing",
    "bot.commands",
    "bot.edit",
    "bot.match.suggest",
    "bot.parsers.feed",
    "bot.web",
}
"""What polling needs none of; questions, pictures, pages and other chats import it when they come."""


def test_the_first_request_goes_out_before_the_other_half_of_the_bot_is_imported(tmp_path: Path) -> None:
    config = tmp_path / "config"
    config.mkdir()
    (tmp_path / "state").mkdir()
    Store.open(f"sqlite:///{tmp_path}/state/wirewatch.db").close()
    (config / "watchlist.yaml").write_text("watches:\n  tencent: library\n")
    (config / "sources.yaml").write_text(
        "sources:\n  - {id: acme, name: Acme, url: https://acme.example/feed}\n"
    )

    done = subprocess.run(
        [sys.executable, "-c", FIRST_REQUEST, str(config), str(tmp_path / "state")],
        cwd=REPOSITORY,
        env={**os.environ, "WIREWATCH_CONFIG": "", "TELEGRAM_BOT_TOKEN": "", "SLACK_BOT_TOKEN": ""},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )

    imported = set(done.stdout.split())
    assert "bot.pipeline" in imported, done.stderr
    assert HEAVY & imported == set()


def test_the_quick_form_of_the_tables_says_what_the_files_say() -> None:
    quick = read_quick(SHIPPED)
    assert quick is not None, "run .venv/bin/python docs/write_tables.py"
    assert (quick.lists, quick.events, quick.glossary) == read_words(SHIPPED, shipped_tables().variants)
    library = Library(SHIPPED)
    assert quick.library.keys() == library.keys()
    some = [*library][::40]  # all of them take seconds, and the hash says that it was made of these files
    assert library.as_written(some) == {name: quick.library[name] for name in some}


def test_the_shipped_tables_are_read_from_their_quick_form() -> None:
    read_quick.cache_clear()
    shipped_tables.cache_clear()
    quick = read_quick(SHIPPED)
    assert quick is not None
    assert shipped_tables().glossary is quick.glossary


def test_a_company_is_the_same_from_either_form(tmp_path: Path) -> None:
    shutil.copytree(TABLES, tmp_path, dirs_exist_ok=True)
    slow = dict(Library(tmp_path))
    (tmp_path / QUICK).write_text(quick_text(tmp_path, made_anew(tmp_path)), encoding="utf-8")
    read_quick.cache_clear()

    assert read_quick(tmp_path) is not None
    assert dict(Library(tmp_path)) == slow


@pytest.mark.parametrize("spoil", ["changed", "cut", "gone", "strange"])
def test_a_quick_form_that_does_not_fit_is_left_alone_and_the_files_are_read(
    tmp_path: Path, spoil: str
) -> None:
    shutil.copytree(TABLES, tmp_path, dirs_exist_ok=True)
    quick = tmp_path / QUICK
    quick.write_text(quick_text(tmp_path, made_anew(tmp_path)), encoding="utf-8")
    text = quick.read_text(encoding="utf-8")
    if spoil == "changed":
        with (tmp_path / "words.yaml").open("a", encoding="utf-8") as file:
            file.write("# another line\n")
    elif spoil == "cut":
        quick.write_text(text[: len(text) // 2], encoding="utf-8")
    elif spoil == "gone":
        quick.unlink()
    else:
        quick.write_text(f'{{"made_of": "{made_of(tmp_path)}", "lists": 7}}', encoding="utf-8")

    assert read_quick(tmp_path) is None
    assert shipped_tables(tmp_path) == shipped_tables(TABLES)
