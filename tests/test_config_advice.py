"""``check`` says of a watchlist that works what was likely not meant, with its place; exit code 0."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest

from bot.cli.checking import ENOUGH, check_folder
from bot.config import advise, load_tables
from bot.config.starting import init
from bot.model import Tables
from bot.store import Store
from tests.config_folder import good_folder
from tests.storing import publish

REPOSITORY = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def tables() -> Tables:
    return load_tables()


def advice(folder: Path, watches: str, tables: Tables) -> list[str]:
    """What is said of these lines under ``watches:``, without the folder."""
    folder.mkdir(exist_ok=True)
    (folder / "watchlist.yaml").write_text(f"watches:\n{watches}", encoding="utf-8")
    found = advise(folder, tables)
    assert found is not None
    return [str(fault).replace(f"{folder}/", "") for fault in found.warnings]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("name: Target", "2:13: warning: 'Target' is a common word, and under name it always counts"),
        ("name: Acme, aliases: [Orange]", "'Orange' is a common word, and under aliases"),
        ("name: Acme, products: [Workday]", "'Workday' is a common word, and under products"),
        ("name: Acme, aliases: [公司]", "'公司' is a common word"),
        ("name: Acme, aliases: [今天]", "'今天' is a common word"),
        ("name: Acme, aliases: [理想]", "'理想' is doubtful in the library"),
    ],
)
def test_a_name_that_is_a_common_word_is_told(line: str, said: str, tmp_path: Path, tables: Tables) -> None:
    (warning,) = advice(tmp_path, f"  a: {{{line}}}\n", tables)
    assert said in warning
    assert "put it under likely, or under weak with context" in warning


@pytest.mark.parametrize(
    "line",
    [
        "name: Target, case_sensitive: [Target]",
        "name: Target, likely: [Target]",
        "name: Acme, weak: [理想], context: [汽车]",
        "name: Google, aliases: [谷歌]",
        "name: Tesla, aliases: [特斯拉]",
        "name: OpenAI, aliases: [腾讯控股]",
        "name: Facebook, people: [Grace, 高峰], context: [chip], exclude: [target]",
        "name: Chips, any: [chip, 芯片]",
    ],
)
def test_other_names_and_doubtful_terms_are_left_in_peace(line: str, tmp_path: Path, tables: Tables) -> None:
    assert advice(tmp_path, f"  a: {{{line}}}\n", tables) == []


def test_a_term_inside_one_of_another_watch_is_told_with_both(tmp_path: Path, tables: Tables) -> None:
    watches = "  a: {name: Globex}\n  b: {name: Globex Cloud, aliases: [Globexia]}\n"
    (warning,) = advice(tmp_path, watches, tables)
    assert warning.startswith("watchlist.yaml:2:13: warning: 'Globex' lies inside 'Globex Cloud' of 'b' (")


def test_a_chinese_term_lies_inside_anywhere(tmp_path: Path, tables: Tables) -> None:
    (warning,) = advice(tmp_path, "  a: {name: 博格}\n  b: {name: 新博格斯}\n", tables)
    assert "'博格' lies inside '新博格斯' of 'b'" in warning


def test_a_term_of_the_library_counts_as_another_watch_s(tmp_path: Path, tables: Tables) -> None:
    (warning,) = advice(tmp_path, "  tencent: library\n  mine: {name: Penguins, aliases: [腾讯]}\n", tables)
    assert "'腾讯' is also a term of 'tencent'" in warning


def test_a_term_of_two_watches_is_told_once_at_the_later_one(tmp_path: Path, tables: Tables) -> None:
    watches = "  a: {name: Globex, aliases: [Globotech]}\n  b: {name: Initech, aliases: [globotech, GLOBOTECH Inc]}\n"
    shared = [line for line in advice(tmp_path, watches, tables) if "also a term" in line]
    assert len(shared) == 1
    assert "watchlist.yaml:3:32: warning: 'globotech' is also a term of 'a'" in shared[0]


def test_a_stock_code_of_two_watches_is_told(tmp_path: Path, tables: Tables) -> None:
    watches = "  a: {name: Globex, tickers: ['0300.HK']}\n  b: {name: Initech, tickers: ['HKEX:300']}\n"
    assert any("'HKEX:300' is also a term of 'a'" in line for line in advice(tmp_path, watches, tables))


def test_two_watches_on_one_company_of_the_library_are_told(tmp_path: Path, tables: Tables) -> None:
    (warning,) = advice(tmp_path, "  tencent: library\n  wechat: {library: tencent}\n", tables)
    assert "3:3: warning: 'wechat' and 'tencent' are both the library's 'tencent'" in warning


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("aliases: [Globotech, Globotech]", "2:40: warning: 'Globotech' stands twice in aliases"),
        ("aliases: [Globotech, globotech]", "twice in aliases, first as 'Globotech'"),
        ("aliases: [Kimik], likely: [Kimik]", "stands in aliases and in likely: as one of aliases it always"),
        ("products: [Kimik], weak: [Kimik]", "stands in products and in weak"),
        ("likely: [Kimik], weak: [Kimik]", "stands in likely and in weak: as likely it counts"),
        ("weak: [Kimik], context: [Kimik]", "'Kimik' is its own context"),
        ("aliases: [NOKO], exclude: [noko]", "in aliases as 'NOKO': it never counts"),
    ],
)
def test_what_is_said_twice_in_a_watch_is_told(line: str, said: str, tmp_path: Path, tables: Tables) -> None:
    (warning,) = advice(tmp_path, f"  a: {{name: Acme, {line}}}\n", tables)
    assert said in warning


def test_a_name_under_likely_is_meant(tmp_path: Path, tables: Tables) -> None:
    assert advice(tmp_path, "  a: {name: Globotech, likely: [Globotech]}\n", tables) == []


def test_a_disabled_watch_is_left_in_peace(tmp_path: Path, tables: Tables) -> None:
    assert advice(tmp_path, "  a: {name: Target, enabled: false}\n", tables) == []


def test_a_hundred_warnings_are_enough_and_no_fault(tmp_path: Path, tables: Tables) -> None:
    warnings = advice(
        tmp_path, f"  a:\n    name: Acme\n    aliases: [{', '.join(['Globo'] * 300)}]\n", tables
    )
    assert len(warnings) == 101
    assert warnings[0] == "watchlist.yaml: warning: more than 100 warnings (mend the others first)"


def test_more_than_a_hundred_empty_entries_are_still_only_warnings(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    watchlist = "watches:\n  acme:\n    name: Acmeon\n    aliases:\n" + "      -\n" * 150
    folder = good_folder(tmp_path / "config", watchlist=watchlist)
    (folder / "wirewatch.yaml").unlink()
    assert check_folder(folder, online=False) == 0
    assert "more than 100 warnings" in capsys.readouterr().out


def test_a_watchlist_with_faults_gets_no_advice(tmp_path: Path, tables: Tables) -> None:
    (tmp_path / "watchlist.yaml").write_text("watches: {a: {nam: Target}}\n", encoding="utf-8")
    assert advise(tmp_path, tables) is None
    assert advise(tmp_path / "nowhere", tables) is None


def test_what_ships_gives_no_advice(tmp_path: Path, tables: Tables) -> None:
    init(tmp_path / "mine")
    for folder in (REPOSITORY / "config", tmp_path / "mine"):
        found = advise(folder, tables)
        assert found is not None
        assert found.warnings == ()


def test_every_company_of_the_library_may_be_taken_without_advice(tmp_path: Path, tables: Tables) -> None:
    from bot.config.library import read_library

    lines = "".join(f"  {name}: library\n" for name in read_library())
    assert advice(tmp_path, lines, tables) == []


def archive(state: Path, titles: Iterable[str]) -> None:
    """A store with these headlines."""
    store = Store.open(f"sqlite:///{state / 'wirewatch.db'}")
    try:
        with store.begin() as conn:
            publish(conn, *((f"s{at}", f"e{at}", title) for at, title in enumerate(titles)))
    finally:
        store.close()


def checked(tmp_path: Path, titles: list[str], capsys: pytest.CaptureFixture[str]) -> str:
    """What ``check`` prints of two companies and a topic when these headlines are stored."""
    watchlist = (
        "watches:\n  globex: {name: Globex, aliases: [博格斯]}\n  initech: {name: Initech}\n"
        "  trade: {name: Trade, any: [tariff]}\n"
    )
    folder = good_folder(tmp_path / "config", watchlist=watchlist)
    (folder / "wirewatch.yaml").unlink()
    state = tmp_path / "state"
    state.mkdir()
    if titles:
        archive(state, titles)
    assert check_folder(folder, online=False, state=state) == 0
    return capsys.readouterr().out.replace(f"{folder}/", "")


def headlines(total: int, *those: tuple[str, int]) -> list[str]:
    """So many headlines, of them so many with a word."""
    found = [f"{word} in the news, report {at}" for word, count in those for at in range(count)]
    return found + [f"Rain expected on day {at}" for at in range(total - len(found))]


def test_a_term_in_more_than_a_twentieth_of_the_archive_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    said = checked(tmp_path, headlines(ENOUGH, ("Globex", 20), ("Initech", 9), ("tariff", 30)), capsys)
    assert "watchlist.yaml:2:18: warning: 'globex' counts in 10 % of the newest 200 headlines" in said
    assert "watchlist.yaml:4:30: warning: 'tariff' counts in 15 %" in said
    assert "initech" not in said.casefold()


def test_a_small_archive_says_nothing_of_shares(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "counts in" not in checked(tmp_path, headlines(ENOUGH - 1, ("Globex", 150)), capsys)


def test_without_an_archive_the_rest_is_checked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "3 watches" in checked(tmp_path, [], capsys)
    assert not list((tmp_path / "state").iterdir())


def test_a_broken_archive_does_not_stop_the_check(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = good_folder(tmp_path / "config", watchlist="watches: {acme: {name: Target}}\n")
    (folder / "wirewatch.yaml").unlink()
    (tmp_path / "wirewatch.db").write_bytes(b"this is no database" * 1000)
    assert check_folder(folder, online=False, state=tmp_path) == 0
    printed = capsys.readouterr()
    assert "the archive was not looked at" in printed.err
    assert "'Target' is a common word" in printed.out
