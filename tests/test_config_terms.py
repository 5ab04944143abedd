"""Terms that can't be looked for: each told with its place and what to do, all in one go, none of them silent."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from bot.config import build, load_tables, load_watchlist
from bot.errors import ConfigError, Fault
from bot.match import Matcher
from bot.model import Watch
from tests.config_folder import TABLES


def written(folder: Path, text: str) -> Path:
    path = folder / "watchlist.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def faults(folder: Path, line: str) -> list[Fault]:
    """What is wrong with one watch; nothing where it loads."""
    try:
        build.load_watchlist(written(folder, f"watches:\n  a: {{name: Acme, {line}}}\n"), data=TABLES)
    except ConfigError as error:
        return list(error.faults)
    return []


def accepted(folder: Path, line: str) -> Watch:
    path = written(folder, f"watches:\n  a: {{name: Acme, {line}}}\n")
    return build.load_watchlist(path, data=TABLES).watches["a"]


@pytest.mark.parametrize("kind", ["aliases", "likely", "weak", "products", "people", "any", "none"])
@pytest.mark.parametrize("term", ["云", "X", "Ｘ", "e\u0301", '"5"'])
def test_a_term_of_one_character_matches_everywhere(kind: str, term: str, tmp_path: Path) -> None:
    (fault,) = faults(tmp_path, f"{kind}: [Fine, {term}]")
    assert "has one character, it would match everywhere" in fault.message
    assert (fault.line, fault.hint) == (2, "write more of it")


@pytest.mark.parametrize("kind", ["context", "exclude"])
def test_one_character_is_enough_for_context_and_exclude(kind: str, tmp_path: Path) -> None:
    assert getattr(accepted(tmp_path, f"{kind}: [云, X]"), kind) == ("云", "X")


@pytest.mark.parametrize("term", ["🏻", "🚀🚀", "“”", "——", "'...'", "…。", "'  ?  '", "€"])
def test_a_term_without_letter_and_digit_is_no_term(term: str, tmp_path: Path) -> None:
    found = faults(tmp_path, f"aliases: [Fine, {term}]")
    assert found
    assert all(fault.line == 2 and fault.hint for fault in found)


@pytest.mark.parametrize("kind", ["aliases", "context", "exclude"])
@pytest.mark.parametrize(
    ("term", "said"),
    [
        ("Ki\u200bmi", "the term 'Kimi' holds an invisible character, U+200B zero width space, after 'Ki'"),
        ("\u200bKimi", "U+200B zero width space, before 'Kimi'"),
        ("Kimi\u202eX", "U+202E right-to-left override, after 'Kimi'"),
        ("\u2066阿里\u2069", "U+2066 left-to-right isolate, before '阿里"),
        ("阿里\ufeff云", "U+FEFF zero width no-break space, after '阿里'"),
        ("Ki\u00admi", "U+00AD soft hyphen, after 'Ki'"),
        ("苹果\ufe0f", "U+FE0F variation selector-16, after '苹果'"),
        ("Acme\u3164", "U+3164 hangul filler, after 'Acme'"),
        ("\u200d", "U+200D zero width joiner"),
    ],
)
def test_an_invisible_character_is_named_with_its_place(
    kind: str, term: str, said: str, tmp_path: Path
) -> None:
    (fault,) = faults(tmp_path, f"{kind}: [Fine, {term}]")
    assert said in fault.message
    assert fault.column > 20
    assert "delete it" in fault.hint


def test_accents_traditional_characters_and_emoji_beside_letters_are_fine(tmp_path: Path) -> None:
    watch = accepted(tmp_path, "aliases: [Café, Cafe\u0301s, 騰訊, ＱＱ音乐, Toys 🚀, ทดสอบ, Ünlü]")
    assert len(watch.aliases) == 7


@pytest.mark.parametrize(
    ("line", "said", "hint"),
    [
        (
            "aliases: [腾讯、微信]",
            "'腾讯、微信' is one term with a full-width comma in it",
            "write [腾讯, 微信]",
        ),
        ("aliases: [腾讯，微信；QQ音乐]", "one term with a full-width comma", "write [腾讯, 微信, QQ音乐]"),
        ("aliases: [“腾讯”]", "a full-width quote “ begins this text", 'write "'),
        ("aliases: [Fine, 360]", "expected text, not the number 360", 'write "360"'),
        ("aliases: [1.5]", "expected text, not the number 1.5", 'write "1.5"'),
        ("aliases: [true]", "expected text, not true", 'write "true"'),
        ("aliases: Acme Inc", "expected a list", "[Acme Inc]"),
    ],
)
def test_what_yaml_reads_otherwise_is_told_with_what_to_write(
    line: str, said: str, hint: str, tmp_path: Path
) -> None:
    (fault,) = faults(tmp_path, line)
    assert said in fault.message
    assert hint in fault.hint


@pytest.mark.parametrize("length", [201, 10_000])
def test_a_term_that_is_too_long_is_told_without_repeating_it(length: int, tmp_path: Path) -> None:
    (fault,) = faults(tmp_path, f"aliases: [Fine, {'长' * length}]")
    assert "characters" in fault.message
    assert len(str(fault)) < 300


@pytest.mark.parametrize("kind", ["aliases", "products", "likely", "weak", "people", "any"])
def test_what_is_excluded_and_looked_for_would_never_count(kind: str, tmp_path: Path) -> None:
    (fault,) = faults(tmp_path, f"{kind}: [Kimi], exclude: [potato, Kimi]")
    assert fault.message == f"'Kimi' is excluded and stands in {kind} of the same watch: it would never count"
    assert fault.hint == f"remove it from exclude, or from {kind}"


def test_a_name_of_the_library_may_be_excluded(tmp_path: Path) -> None:
    path = written(tmp_path, "watches:\n  tencent: {library: tencent, exclude: [腾讯]}\n")
    assert build.load_watchlist(path, data=TABLES).watches["tencent"].exclude[-1] == "腾讯"


def test_a_broken_term_never_hides_the_others(tmp_path: Path) -> None:
    text = (
        "watches:\n"
        "  a: {name: Acme, aliases: [云, Ki\u200bmi, 腾讯、微信], tickers: ['9988']}\n"
        "  b: {name: 微}\n"
        "  c: {name: Initech, weak: ['!!!'], exclude: [Globex], aliases: [Globex], case_sensitive: [Nobody]}\n"
        f"  d: {{name: Hooli, likely: [{'x' * 300}]}}\n"
    )
    with pytest.raises(ConfigError) as raised:
        build.load_watchlist(written(tmp_path, text), data=TABLES)
    assert [(fault.line, fault.message.split(" '")[0][:12]) for fault in raised.value.faults] == [
        (2, "the term"),
        (2, "the term"),
        (2, "'腾讯、微信' is o"),
        (2, "'9988' is no"),
        (3, "the term"),
        (4, "the term"),
        (4, "'Globex' is "),
        (4, "'Nobody' is "),
        (5, "the term"),
    ]


def test_a_number_among_the_terms_hides_no_other_fault(tmp_path: Path) -> None:
    text = (
        "watches:\n"
        "  a: {name: Acme, aliases: [Fine, 360, 云]}\n"
        "  b: {name: Initech, weak: ['!!!'], colour: red}\n"
        "  c: {name: Hooli, likely: [微], tickers: ['9988']}\n"
        "  d: [no mapping]\n"
    )
    with pytest.raises(ConfigError) as raised:
        build.load_watchlist(written(tmp_path, text), data=TABLES)
    found = [(fault.line, fault.message) for fault in raised.value.faults]
    assert [line for line, _ in found] == [2, 2, 3, 4, 4, 5]
    assert "not the number 360" in found[0][1]
    assert "'云' has one character" in found[1][1]
    assert "'微' has one character" in found[3][1]


def test_a_thousand_broken_terms_are_a_hundred_faults_and_the_rest(tmp_path: Path) -> None:
    terms = ", ".join(chr(0x4E00 + at) for at in range(1000))
    found = faults(tmp_path, f"aliases: [{terms}]")
    assert len(found) == 101
    assert found[0].message == "more than 100 faults"


def test_ten_thousand_terms_of_a_watch_load_and_match_in_seconds(tmp_path: Path) -> None:
    aliases = ", ".join(f"Q{at}z" for at in range(10_000))
    path = written(tmp_path, f"watches:\n  a:\n    name: Acme\n    aliases: [{aliases}]\n")
    start = time.monotonic()
    matcher = Matcher(load_watchlist(path), load_tables())
    assert time.monotonic() - start < 20
    assert matcher.facts("Nothing but Q9999z").mentions[0].text == "Q9999z"


def test_more_values_than_a_file_may_hold_are_told_and_not_read(tmp_path: Path) -> None:
    terms = ", ".join(["Qz"] * 350_000)
    with pytest.raises(ConfigError, match="is larger than 1024 KiB"):
        load_watchlist(written(tmp_path, f"watches:\n  a:\n    name: Acme\n    aliases: [{terms}]\n"))
