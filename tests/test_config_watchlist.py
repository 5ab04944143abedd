"""What a watchlist means: the library, references, names, tickers."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from bot.config import build
from bot.config.tables import shipped_tables
from bot.config.tickers import TickerError, read_ticker
from bot.errors import ConfigError
from bot.model import Ticker, Watch, Watchlist
from tests.config_folder import TABLES, good_folder, load


def read(tmp_path: Path, text: str) -> Watchlist:
    """Read a watchlist that stands alone."""
    path = tmp_path / "mine.yaml"
    path.write_text(text, encoding="utf-8")
    return build.load_watchlist(path, data=TABLES)


def watch(tmp_path: Path, text: str) -> Watch:
    """Read the first watch of a list."""
    return next(iter(read(tmp_path, f"watches:\n{text}").watches.values()))


def test_a_company_comes_from_the_library_by_one_word(tmp_path: Path) -> None:
    tencent = watch(tmp_path, "  tencent: library\n")
    assert (tencent.id, tencent.name, tencent.aliases, tencent.weak) == (
        "tencent",
        "Tencent",
        ("腾讯",),
        ("鹅厂",),
    )
    assert tencent.case_sensitive == {"Tencent"}
    assert tencent.tags == {"china"}


def test_own_lists_are_added_to_those_of_the_library(tmp_path: Path) -> None:
    alibaba = watch(
        tmp_path, "  mine: {library: alibaba, products: [Taobao], tags: [desk], exclude: [拳王阿里]}\n"
    )
    assert alibaba.id == "mine"
    assert alibaba.products == ("Qwen", "Taobao")
    assert alibaba.exclude == ("阿里山", "拳王阿里")
    assert alibaba.tags == {"china", "desk"}


def test_a_term_put_into_another_list_leaves_the_one_of_the_library(tmp_path: Path) -> None:
    alibaba = watch(tmp_path, "  alibaba: {library: alibaba, weak: [Qwen]}\n")
    assert alibaba.products == ()
    assert alibaba.weak == ("Qwen",)


def test_an_own_name_keeps_that_of_the_library_as_an_alias(tmp_path: Path) -> None:
    alibaba = watch(tmp_path, "  alibaba: {library: alibaba, name: 阿里巴巴}\n")
    assert alibaba.name == "阿里巴巴"
    assert "Alibaba" in alibaba.aliases
    assert alibaba.shown("en") == "Alibaba"


def test_a_watch_is_shown_in_the_language_of_the_reader(tmp_path: Path) -> None:
    moonshot = watch(tmp_path, "  m: {name: Moonshot AI, aliases: [Moonshot Ltd, 月之暗面, 月暗]}\n")
    assert (moonshot.shown("zh"), moonshot.shown("en")) == ("月之暗面", "Moonshot AI")
    only_english = watch(tmp_path, "  m: {name: Acme}\n")
    assert only_english.shown("zh") == "Acme"


def test_a_reference_stands_for_the_names_of_a_company(tmp_path: Path) -> None:
    acme = "  a: {name: Acme, aliases: [艾克米], weak: [AC]}\n"
    text = f"watches:\n{acme}  t: {{name: Topic, all: [['@a', '@tencent', chip]]}}\n"
    assert read(tmp_path, text).watches["t"].all == (("Acme", "艾克米", "Tencent", "腾讯", "chip"),)


def test_a_disabled_watch_is_left_out_but_routes_may_name_it(tmp_path: Path) -> None:
    text = "watches:\n  a: {name: Acme, enabled: false, tags: [x]}\n  b: {name: Bolt}\n"
    routes = "routes: [{watches: [a], tags: [x], to: [terminal]}]\n"
    configuration = load(good_folder(tmp_path / "config", watchlist=text, wirewatch=routes))
    assert list(configuration.watchlist.watches) == ["b"]


@pytest.mark.parametrize("name", ["x:美的", "360", "moody's", "no", "a.b-c_d", "é" * 80])
def test_an_id_is_any_text_without_spaces(name: str, tmp_path: Path) -> None:
    assert watch(tmp_path, f"  {name}: {{name: Acme}}\n").id == name


def test_keys_without_a_value_are_empty_lists(tmp_path: Path) -> None:
    acme = watch(tmp_path, "  acme:\n    name: Acme\n    aliases:\n    exclude: null\n    min_score: ~\n")
    assert (acme.aliases, acme.exclude, acme.min_score) == ((), (), None)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("NYSE:BABA", Ticker("NYSE", "BABA")),
        ("9988.HK", Ticker("HK", "9988")),
        ("09988.HK", Ticker("HK", "9988")),
        ("HKEX:9988", Ticker("HK", "9988")),
        ("hkex: 0700", Ticker("HK", "700")),
        ("600519.SS", Ticker("SH", "600519")),
        ("600519.SH", Ticker("SH", "600519")),
        ("000333.SZ", Ticker("SZ", "000333")),
        ("NASDAQ:PDD", Ticker("NASDAQ", "PDD")),
        ("$baba", Ticker("", "BABA")),
        ("BRK.B", Ticker("", "BRK.B")),
        ("NYSE:BRK.B", Ticker("NYSE", "BRK.B")),
        ("7203.T", Ticker("TSE", "7203")),
        ("TSE:7203", Ticker("TSE", "7203")),
        ("９９８８．ＨＫ", Ticker("HK", "9988")),
    ],
)
def test_a_ticker_has_one_short_form(written: str, expected: Ticker) -> None:
    assert read_ticker(written) == expected


@pytest.mark.parametrize("written", ["9988", "", "HK:ABC", "60051.SH", "0.HK", "BA BA", "NYSE:", "9988.HKK"])
def test_what_is_no_ticker_is_refused(written: str) -> None:
    with pytest.raises(TickerError):
        read_ticker(written)


def test_one_stock_written_three_ways_counts_once(tmp_path: Path) -> None:
    midea = watch(tmp_path, "  m: {name: Midea, tickers: ['0300.HK', '00300.HK', 'HKEX:300']}\n")
    assert midea.tickers == (Ticker("HK", "300"),)


def test_the_version_says_what_the_watches_say(tmp_path: Path) -> None:
    one = read(tmp_path, "watches: {acme: {name: Acme, tags: [a, b, c, d]}}\n").version
    assert read(tmp_path, "# note\nwatches:\n  acme: {name: Acme, tags: [d, c, b, a]}\n").version == one
    assert read(tmp_path, "watches: {acme: {name: Acme Inc, tags: [a, b, c, d]}}\n").version != one


def test_thousands_of_watches_load_in_seconds(tmp_path: Path) -> None:
    watches = "".join(f"  w{n}:\n    name: Company {n}\n    aliases: [公司{n}号]\n" for n in range(4000))
    start = time.monotonic()
    watchlist = read(tmp_path, f"watches:\n{watches}")
    assert len(watchlist.watches) == 4000
    assert time.monotonic() - start < 10


def test_a_watchlist_anywhere_is_told_by_its_own_path(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as raised:
        read(tmp_path, "watches: {acme: {}}\n")
    assert raised.value.faults[0].file == str(tmp_path / "mine.yaml")
    with pytest.raises(ConfigError, match="is missing"):
        build.load_watchlist(tmp_path / "nowhere.yaml", tables=shipped_tables(TABLES), data=TABLES)
