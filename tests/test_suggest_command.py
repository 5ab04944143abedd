"""``watch suggest`` as it is typed: what it prints, what can be pasted, what it refuses, and that it writes nothing."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bot.cli.suggesting import suggest
from bot.commands import Answer, Asked, Desk, answer
from bot.config import load_watchlist
from bot.errors import CommandError
from bot.model import Receiver, Settings, Watch, Watchlist
from bot.render.suggesting import quoted_term
from bot.store import Store
from tests.archives import GRANDCAR, filler, headlines
from tests.grouping import NOON, TABLES
from tests.planning import line, recorded
from tests.storing import publish
from tests.test_plan_command import FILES, wirewatch

OWN = "  grandcar:\n    name: Grandcar\n    aliases: [宏图汽车]\n    weak: [宏图]\n    exclude: [宏图大业]\n"
TITLES = [*headlines("宏图时刻", 8), *headlines("宏图汽车", 5, start=8), *filler(60)]


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """A folder that watches Grandcar."""
    folder = tmp_path / "config"
    folder.mkdir()
    for name, text in FILES.items():
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    (folder / "watchlist.yaml").write_text(f"watches:\n{OWN}", encoding="utf-8")
    return folder


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A recorded stream."""
    path = tmp_path / "stream.jsonl"
    path.write_bytes(b"".join(recorded(line(f"e{at}", title, at / 60) for at, title in enumerate(TITLES))))
    return path


def printed(
    capsys: pytest.CaptureFixture[str], config: Path, words: str, file: Path | None, *, code: int = 0
) -> str:
    """What the terminal shows for these words."""
    assert suggest(words.split(), file, config, config.parent / "state", as_json=False) == code
    return capsys.readouterr().out


def yaml_of(said: str) -> str:
    """The lines to paste: those indented as YAML after the head."""
    lines = said.splitlines()
    first = next(at for at, text in enumerate(lines) if "watchlist.yaml" in text) + 1
    return "\n".join(lines[first : lines.index("", first)]) + "\n"


def pasted(tmp_path: Path, text: str) -> Watchlist:
    """The watchlist that this text makes."""
    path = tmp_path / "pasted.yaml"
    path.write_text(f"watches:\n{text}", encoding="utf-8")
    return load_watchlist(path)


def test_figures_phrases_and_what_would_change_are_told(
    config: Path, file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    said = printed(capsys, config, "suggest grandcar", file)
    assert said.startswith("Grandcar in 73 entries\n")
    assert "宏图 (weak): in 13 entries, 13 headlines; 5 count" in said
    assert "not counted: nothing speaks for it 8" in said
    assert "– 宏图时刻 · 8 headlines" in said
    assert sum("宏图时刻" in text for text in said.splitlines()) == 4
    assert "Nothing was changed." in said


def test_the_lines_go_under_the_watch_as_they_are(
    config: Path, file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = yaml_of(printed(capsys, config, "suggest grandcar", file))
    assert lines.splitlines()[:2] == ["    exclude:", "      - 宏图时刻"]
    watch = pasted(tmp_path, OWN.replace("    exclude: [宏图大业]\n", "") + lines).watches["grandcar"]
    assert watch.exclude == ("宏图时刻",)


def test_a_company_of_the_library_gets_its_whole_entry(
    config: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (config / "watchlist.yaml").write_text("watches:\n  li-auto: library\n", encoding="utf-8")
    file = tmp_path / "stream.jsonl"
    titles = [*headlines("理想高塔", 8), *filler(60)]
    file.write_bytes(b"".join(recorded(line(f"e{at}", title) for at, title in enumerate(titles))))
    said = printed(capsys, config, "suggest li-auto", file)
    assert "in place of the line “li-auto: library”" in said
    watch = pasted(tmp_path, yaml_of(said)).watches["li-auto"]
    assert "理想汽车" in watch.aliases
    assert watch.exclude[-1] == "理想高塔"


def test_a_word_becomes_a_watch_of_its_own(
    config: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "stream.jsonl"
    titles = [*headlines("Common Kestrel", 8), *filler(60)]
    file.write_bytes(b"".join(recorded(line(f"e{at}", title) for at, title in enumerate(titles))))
    said = printed(capsys, config, "suggest Kestrel", file)
    assert "A new watch for watchlist.yaml" in said
    watch = pasted(tmp_path, yaml_of(said)).watches["kestrel"]
    assert (watch.name, watch.weak, watch.exclude) == ("Kestrel", ("Kestrel",), ("Common Kestrel",))


def test_a_term_of_a_watch_is_looked_into_alone(
    config: Path, file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    said = printed(capsys, config, "suggest 宏圖", file)
    assert said.startswith("Grandcar in 73 entries")
    assert "under grandcar" in said


def test_json_has_a_line_a_term_and_one_for_the_watch(config: Path, file: Path) -> None:
    code, out, _ = wirewatch("--config", config, "watch", "suggest", "grandcar", "--in", file, "--json")
    term, whole = map(json.loads, out.splitlines())
    assert code == 0
    assert (term["term"], term["kind"], term["headlines"], term["counted"]) == ("宏图", "weak", 13, 5)
    assert term["refused"] == {"needs_support": 8}
    assert [phrase["text"] for phrase in term["exclude"]] == ["宏图时刻"]
    assert (whole["watch"], whole["entries"], whole["exclude"]) == ("grandcar", 73, ["宏图时刻"])
    assert whole["yaml"].startswith("    exclude:\n")


def test_a_name_that_stands_nowhere_says_so_and_what_is_near(
    config: Path, file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    said = printed(capsys, config, "suggest grandcra", file, code=1)
    assert said.splitlines() == [
        "“grandcra” stands nowhere in 73 entries.",
        "Did you mean wirewatch watch suggest grandcar?",
        "",
    ]


def test_an_empty_stream_and_an_empty_archive_say_so(
    config: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    empty = tmp_path / "empty.jsonl"
    empty.write_bytes(b"\n")
    assert "The archive is empty" in printed(capsys, config, "suggest grandcar", empty, code=1)
    Store.open(f"sqlite:///{tmp_path / 'state' / 'wirewatch.db'}").close()
    assert "The archive is empty" in printed(capsys, config, "suggest grandcar", None, code=1)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("", "Name a watch, or any word"),
        ("suggest", "Name a watch, or any word"),
        ("list", "Name a watch, or any word"),
        ("suggest 美", "one character, which stands in many longer words"),
        ("suggest x", "one character"),
        ("suggest ?!", "no letter and no digit"),
        ("suggest " + "long" * 30, "too long for a name"),
        ("suggest chips", "Chips is a topic"),
        ("suggest solid", "Solid Holdings has no doubtful term"),
    ],
)
def test_what_can_t_be_looked_into_is_wrong_input(words: str, said: str, config: Path, file: Path) -> None:
    more = "  chips: {name: Chips, any: [chip]}\n  solid: {name: Solid Holdings}\n"
    (config / "watchlist.yaml").write_text(f"watches:\n{OWN}{more}", encoding="utf-8")
    with pytest.raises(CommandError, match=said.replace("?", r"\?")):
        suggest(words.split(), file, config, config.parent / "state", as_json=False)


def test_wrong_input_ends_with_two_and_a_sentence(config: Path, tmp_path: Path) -> None:
    code, out, errors = wirewatch("--config", config, "watch", "suggest", "grandcar", "--in", tmp_path / "no")
    assert (code, out) == (2, "")
    assert errors == f"{tmp_path / 'no'}: no such file or directory\n"
    code, _, errors = wirewatch(
        "--config", config, "--state", tmp_path / "none", "watch", "suggest", "grandcar"
    )
    assert code == 2
    assert "there is no database yet" in errors


def stored(tmp_path: Path) -> Store:
    """A store with the headlines."""
    store = Store.open(f"sqlite:///{tmp_path / 'state' / 'wirewatch.db'}")
    with store.begin() as conn:
        publish(conn, *((f"s{at}", f"e{at}", title) for at, title in enumerate(TITLES)))
    return store


def test_the_archive_says_the_same_as_the_stream_and_nothing_is_written(
    config: Path, file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    stored(tmp_path).close()
    database = tmp_path / "state" / "wirewatch.db"
    before = {path: path.read_bytes() for path in (*sorted(config.iterdir()), database)}
    said = printed(capsys, config, "suggest grandcar", None)
    assert said == printed(capsys, config, "suggest grandcar", file)
    assert {path: path.read_bytes() for path in before} == before


def asked(tmp_path: Path, words: str, language: str = "en", watch: Watch = GRANDCAR) -> Answer:
    """What a chat gets."""
    store = stored(tmp_path)
    try:
        with store.snapshot() as conn:
            desk = Desk(
                conn=conn,
                settings=Settings(),
                watchlist=Watchlist(watches={watch.id: watch}),
                sources={},
                tables=TABLES,
                now=NOON,
                version="1",
                started=NOON,
            )
            reader = Receiver(id="desk", via="telegram", language=language)
            return answer(Asked(verb="watch", words=words, reader=reader), desk)
    finally:
        store.close()


def test_a_chat_gets_the_same_answer(tmp_path: Path) -> None:
    given = asked(tmp_path, "suggest grandcar")
    assert not given.failed
    assert "宏图时刻 · 8 headlines" in given.message.plain
    assert [row["watch"] for row in given.rows] == ["grandcar", "grandcar"]


def test_a_chat_that_is_long_gets_only_the_newest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.commands.suggesting.MOST_IN_CHAT", 70)
    assert "in the newest 70 entries" in asked(tmp_path, "suggest grandcar").message.plain


def test_chinese_readers_get_chinese_words(tmp_path: Path) -> None:
    said = asked(tmp_path, "suggest grandcar", "zh").message.plain
    assert "不计入：缺少佐证 8" in said
    assert "未做任何修改。" in said
    assert "headline" not in said


def test_a_chat_that_types_it_wrong_learns_what_to_type(tmp_path: Path) -> None:
    given = asked(tmp_path, "suggest")
    assert given.misunderstood
    assert "/watch suggest li-auto" in given.message.plain
    assert "只有一个字" in asked(tmp_path, "suggest 理", "zh").message.plain


TERMS = (
    '理想与现实|Price Target|no|null|1984|12:30|a: b|x #1|@acme|[a|荣耀》|"q"|0x1F|It\'s|- a|&b|*c|!d|%e|yes|3.5'
    "|信念、理想|C++|R&D|a, b|true|x\\y|~a|苹果 iPhone|é|a-|O'Neil Co."
)


@pytest.mark.parametrize("term", TERMS.split("|"))
def test_any_term_survives_the_way_through_yaml(term: str, tmp_path: Path) -> None:
    text = f"  a:\n    name: Acme\n    exclude:\n      - {quoted_term(term)}\n"
    assert pasted(tmp_path, text).watches["a"].exclude == (term,)
