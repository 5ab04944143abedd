"""The tables that ship with the bot, and event words of the user's own."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from bot.config import load_tables
from bot.config.faults import FaultList
from bot.config.library import read_library
from bot.config.schema_watchlist import LibraryFile
from bot.config.tables import SHIPPED, read_tables, shipped_tables
from bot.config.tables import load_tables as load_from
from bot.config.terms import check_case_sensitive, check_terms
from bot.config.validate import validate
from bot.errors import ConfigError
from tests.config_folder import TABLES


def test_all_words_are_folded() -> None:
    tables = load_from(None, data=TABLES)
    assert tables.stop_words == {"the", "on", "no", "一个"}
    assert tables.business_words == ("ceo", "股价")
    assert tables.tails == ("read next",)
    assert tables.variants[ord("騰")] == "腾"


def test_frequencies_come_with_the_number_of_documents() -> None:
    tables = load_from(None, data=TABLES)
    assert (tables.documents, tables.frequencies["腾讯"]) == (1000, 12)


def test_both_languages_of_an_event_stand_together() -> None:
    assert load_from(None, data=TABLES).events["earnings"] == ("profit*", "!profit sharing", "财报")


def test_a_kind_of_the_user_replaces_the_shipped_one_and_others_stay(tmp_path: Path) -> None:
    path = tmp_path / "events.yaml"
    path.write_text("earnings: {zh: [業績]}\nstrike: {en: [Strike*]}\n", encoding="utf-8")
    events = load_from(path, data=TABLES).events
    assert events["earnings"] == ("業績",)
    assert events["strike"] == ("strike*",)
    assert events["merger"] == ("acquire*", "并购")


def test_a_file_that_is_not_there_or_only_comments_adds_nothing(tmp_path: Path) -> None:
    shipped = load_from(None, data=TABLES)
    (tmp_path / "events.yaml").write_text("# nothing yet\n")
    assert load_from(tmp_path / "events.yaml", data=TABLES) == shipped
    assert load_from(tmp_path / "missing.yaml", data=TABLES) == shipped


def test_a_broken_file_of_events_is_a_fault(tmp_path: Path) -> None:
    (tmp_path / "events.yaml").write_text("earnings: [profit]\n")
    with pytest.raises(ConfigError, match=r"events\.yaml:1:11: earnings: expected a mapping"):
        load_from(tmp_path / "events.yaml", data=TABLES)


def test_the_shipped_tables_are_read_once(tmp_path: Path) -> None:
    assert read_tables(None, FaultList(), data=TABLES) is shipped_tables(TABLES)


def test_a_broken_installation_says_so(tmp_path: Path) -> None:
    shutil.copytree(TABLES, tmp_path / "data")
    (tmp_path / "data" / "words.yaml").unlink()
    with pytest.raises(ConfigError, match="install the bot again"):
        shipped_tables(tmp_path / "data")


def test_the_tables_that_ship_are_whole() -> None:
    tables = load_tables()
    assert len(tables.variants) > 2000
    assert {"earnings", "funding", "ipo", "merger", "product", "regulation"} <= tables.events.keys()
    assert all((tables.stop_words, tables.business_words, tables.tails, tables.round_ups))


def test_every_term_of_the_library_can_be_looked_for() -> None:
    faults = FaultList()
    for path in sorted((SHIPPED / "library").glob("*.yaml")):
        found = validate(path.read_text(encoding="utf-8"), path.name, LibraryFile, faults)
        assert found is not None
        library, sheet = found
        for key, watch in library.root.items():
            check_terms((key,), watch, sheet, shipped_tables().variants)
            check_case_sensitive((key,), watch, watch, sheet)
    assert [str(fault) for fault in (*faults.faults, *faults.warnings)] == []


def test_the_library_knows_every_company_that_the_manual_names() -> None:
    named = """alibaba tencent moonshot bytedance deepseek baidu huawei xiaomi zhipu minimax baichuan 01ai
        siliconflow infinigence catl byd honor jd meituan pdd netease kuaishou li-auto nio smic"""
    assert set(named.split()) <= read_library().keys()
