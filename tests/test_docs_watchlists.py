"""What the guide to watchlists shows is so: its YAML loads, its mistakes are told, its headlines match as shown.

The conventions of ``docs/watchlists.md``: a block of YAML that begins with ``watches:`` is the watchlist for the
commands and tables after it. In a ``console`` block the lines below a command are its output, and ``...`` stands for
what was left out; a ``text`` block is only shown. A table with a column "headline" has what ``match`` says in its last
column, and one that begins with "you write" has the fault, or the warning, that such a line of a watch earns.
"""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli import Folders, terminal
from bot.config import load
from bot.config.library import read_library
from bot.errors import ConfigError
from tests.grouping import NOON

ROOT = Path(__file__).parents[1]
GUIDE = ROOT / "docs" / "watchlists.md"
README = ROOT / "README.md"
ENVIRON = {"TELEGRAM_BOT_TOKEN": "1234:abc", "SLACK_BOT_TOKEN": "xoxb-1"}
"""What the receivers of the examples need."""
FILES = {
    "watchlist": "watches:\n  acme:\n    name: Acme Rockets\n",
    "sources": "sources:\n  - {id: harbour, name: Harbour Wire, url: 'https://harbour.example/feed'}\n",
    "wirewatch": "timezone: Asia/Shanghai\nreceivers:\n  desk: {via: console}\n"
    "routes:\n  - {name: important, min_score: important, to: [desk]}\n"
    '  - {name: the-rest, min_score: notable, to: [desk], digest: {at: "08:30"}}\n',
}
BLOCK = re.compile(r"^```(\w+)\n((?:.*\n)*?)```$|^\|(.*\n(?:\|.*\n)+)", re.MULTILINE)
"""A fenced block, or a table."""
BESIDE = "  freight: {name: Bluebird Freight, aliases: [青鸟物流]}\n"
"""The second watch of the warnings."""

HEADLINES = """
青鸟图书节在临江开幕，三百家书店参加
第七届青鸟图书节公布书单
作家陆川行将出席青鸟图书节
青鸟图书节闭幕 售出图书四十万册
周末去哪儿：青鸟图书节带孩子读诗
青鸟图书节推出夜场，市民排队入场
记者手记：在青鸟图书节遇见旧书摊
临江市长宣布青鸟图书节永久落户
青鸟机器人开源人形机器人控制模型
青鸟机器人与海星科技签署合作协议
青鸟发布新一代机械臂
消息称青鸟考虑在港上市
青鸟机器人三季度营收同比增长四成
Bluebird opens second robot factory in Suzhou
Bluebird Robotics names new chief financial officer
Bluebird Day draws crowds to the river
Bluebird Day parade moved to Sunday
Thousands walk in Bluebird Day parade
Mayor opens Bluebird Day with a song
Rain stops Bluebird Day fireworks
Schools close for Bluebird Day
Bluebird Day: what to see and where to park
"""
OTHERS = (
    "Harbour dues rise in {}",
    "{} votes on a new bridge",
    "{} opens a night market",
    "Rain in {} goes on",
    "{} elects a mayor",
)
PLACES = (
    "Lindal",
    "Osmere",
    "Tarn",
    "Vell",
    "Orrin",
    "Maddox",
    "Fenwick",
    "Calder",
    "Brix",
    "Ulm",
    "Sarn",
    "Ister",
)


@dataclass
class Example:
    """A command or a row of the guide, with the watchlist that holds there."""

    what: str
    shown: str
    watchlist: str = field(repr=False)

    def __str__(self) -> str:
        return self.what


def blocks(path: Path) -> Iterator[tuple[str, str]]:
    """Yield (kind, text) of the fenced blocks and tables of a page, in their order."""
    for found in BLOCK.finditer(path.read_text(encoding="utf-8")):
        yield (found[1], found[2]) if found[1] else ("table", f"|{found[3]}")


def with_watchlists(path: Path) -> Iterator[tuple[str, str, str]]:
    """Yield (kind, text, watchlist that holds there) of everything but watchlists."""
    watchlist = FILES["watchlist"]
    for kind, text in blocks(path):
        if kind == "yaml" and text.startswith("watches:"):
            watchlist = text
        yield kind, text, watchlist


def rows(table: str) -> Iterator[list[str]]:
    """Yield the cells of a table, the line below its head left out."""
    for at, line in enumerate(table.splitlines()):
        if at != 1:
            yield [cell.strip() for cell in re.split(r"(?<!\\)\|", line.strip("|"))]


def commands() -> list[Example]:
    found = []
    for kind, text, watchlist in with_watchlists(GUIDE):
        if kind == "console":
            for part in re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]:
                what, _, shown = part.partition("\n")
                found.append(Example(what, shown.strip("\n"), watchlist))
    return found


def headlines() -> list[Example]:
    found = []
    for kind, text, watchlist in with_watchlists(GUIDE):
        head, *others = rows(text) if kind == "table" else [[]]
        if "headline" in head:
            column = head.index("headline")
            found += [Example(cells[column], cells[-1], watchlist) for cells in others]
    return found


def written(column: str) -> list[Example]:
    """The rows of the table that says what ``check`` makes of a line."""
    tables = (list(rows(text)) for kind, text in blocks(GUIDE) if kind == "table")
    lines = [
        cells for head, *others in tables if head == ["you write", f"`check` {column}"] for cells in others
    ]
    return [
        Example(
            cells[0].strip("`"),
            cells[1].strip("`"),
            f"{FILES['watchlist']}    {cells[0].strip('`')}\n{BESIDE}",
        )
        for cells in lines
    ]


def files() -> list[tuple[str, str]]:
    """The blocks of YAML of both pages, with the name of the file in which each stands."""
    names = {"watches": "watchlist", "sources": "sources"}
    found = [text for path in (README, GUIDE) for kind, text in blocks(path) if kind == "yaml"]
    return [(names.get(text.partition(":")[0], "wirewatch"), text) for text in found]


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder in which the guide's commands can be typed."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(Folders, "config", Path("config"))
    monkeypatch.setenv("COLUMNS", "160")
    (tmp_path / "config").mkdir()
    for name, text in FILES.items():
        put(tmp_path, name, text)
    return tmp_path


def put(desk: Path, name: str, text: str) -> None:
    (desk / "config" / f"{name}.yaml").write_text(text, encoding="utf-8")


def archive(desk: Path) -> None:
    """The recorded stream of the guide."""
    titles = [*HEADLINES.strip().splitlines(), *(text.format(place) for text in OTHERS for place in PLACES)]
    entries = [
        {
            "id": f"e{at}",
            "source": "harbour",
            "title": title,
            "time": (NOON + timedelta(hours=at)).isoformat(),
        }
        for at, title in enumerate(titles)
    ]
    (desk / "archive.jsonl").write_text(
        "".join(f"{json.dumps(entry)}\n" for entry in entries), encoding="utf-8"
    )


def typed(command: str) -> str:
    """What a command of the guide prints."""
    program, *arguments = shlex.split(command)
    assert program == "wirewatch"
    ran = CliRunner().invoke(terminal, arguments)
    assert ran.exception is None or isinstance(ran.exception, SystemExit), ran.exception
    return "\n".join(line.rstrip() for line in ran.stdout.strip("\n").splitlines())


def said_of(headline: str) -> list[str]:
    """What ``match`` says of a headline in short: levels, then what did not count and why."""
    lines = typed(shlex.join(["wirewatch", "match", "--", headline])).splitlines()[1:]
    levels = [line[1:].strip().replace("  ", " ") for line in lines if line and line[0] in "🔴🟠🔵⚪"]
    refused = [re.sub(r" \(.*?\): ", ": ", line.strip()) for line in lines if line.startswith("   “")]
    return [*levels, *refused] or ["nothing"]


@pytest.mark.parametrize(("name", "text"), files(), ids=lambda each: each[:30])
def test_every_block_of_yaml_loads(desk: Path, name: str, text: str) -> None:
    put(desk, name, text)
    configuration = load(desk / "config", environ=ENVIRON)
    if name == "watchlist":
        assert configuration.watchlist.watches


@pytest.mark.parametrize("example", written("says"), ids=str)
def test_a_mistake_is_told_as_the_guide_says(desk: Path, example: Example) -> None:
    put(desk, "watchlist", example.watchlist)
    with pytest.raises(ConfigError) as found:
        load(Path("config"), environ={})
    assert example.shown in "\n".join(map(str, found.value.faults))


@pytest.mark.parametrize("example", written("warns"), ids=str)
def test_what_was_likely_not_meant_is_told_as_the_guide_says(desk: Path, example: Example) -> None:
    put(desk, "watchlist", example.watchlist)
    said = typed("wirewatch check")
    assert f"warning: {example.shown}" in said
    assert said.endswith("No faults.")


@pytest.mark.parametrize("example", headlines(), ids=str)
def test_a_headline_matches_as_the_guide_says(desk: Path, example: Example) -> None:
    put(desk, "watchlist", example.watchlist)
    said = said_of(example.what)
    shown = example.shown.split("; ")
    assert len(said) == len(shown)
    assert all(line.endswith(part) for line, part in zip(said, shown, strict=True)), said


@pytest.mark.parametrize("example", commands(), ids=str)
def test_a_command_prints_what_the_guide_shows(desk: Path, example: Example) -> None:
    put(desk, "watchlist", example.watchlist)
    (desk / "new.yaml").write_text(example.watchlist, encoding="utf-8")
    archive(desk)
    expected = "".join(
        r"(?:.*\n)*" if line == "..." else re.escape(line) + "\n" for line in example.shown.splitlines()
    )
    said = typed(example.what)
    assert re.fullmatch(expected, f"{said}\n"), said


def test_the_guide_shows_of_everything_something() -> None:
    assert len(commands()) >= 3
    assert len(headlines()) >= 35
    assert len(written("says")) >= 10
    assert len(written("warns")) >= 5


def test_every_key_of_a_watch_stands_in_the_guide() -> None:
    text = "".join(text for kind, text in blocks(GUIDE) if kind == "yaml")
    schema = json.loads((ROOT / "config/schema/watchlist.schema.json").read_text(encoding="utf-8"))
    keys = set(schema["$defs"]["WatchSection"]["anyOf"][1]["properties"])
    assert {key for key in keys if not re.search(rf"\b{key}:", text)} == set()


@pytest.mark.parametrize("path", [README, GUIDE], ids=lambda path: path.name)
def test_the_library_is_as_large_as_is_said(path: Path) -> None:
    said = [int(each) for each in re.findall(r"about (\d+) companies", path.read_text(encoding="utf-8"))]
    assert said
    assert all(abs(len(read_library()) - each) <= 0.05 * each for each in said)


@pytest.mark.parametrize("path", [README, GUIDE], ids=lambda path: path.name)
def test_links_to_other_pages_lead_somewhere(path: Path) -> None:
    links = re.findall(r"\]\((?!https?:)([^)#]+)", path.read_text(encoding="utf-8"))
    assert links
    assert [link for link in links if not (path.parent / link).exists()] == []
