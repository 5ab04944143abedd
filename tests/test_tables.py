"""The shipped tables and starting sources: well formed, and right about headlines."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from typing import cast

import pytest
from ruamel.yaml import YAML

import bot.data
from bot.config import load, load_tables
from bot.match import Matcher
from bot.model import Source, Tables, Watchlist
from bot.text.tokens import tokens

DATA = Path(bot.data.__file__).parent
CONFIG = DATA.parent.parent / "config"
KINDS = {
    "earnings",
    "funding",
    "ipo",
    "merger",
    "product",
    "regulation",
    "executive",
    "lawsuit",
    "layoffs",
    "outage",
}
KINDS |= {"buyback", "contract", "distress", "recall"}


def _yaml(path: Path) -> dict[str, list[str]]:
    return cast(dict[str, list[str]], YAML(typ="safe").load(path.read_text(encoding="utf-8")))


def _event_words() -> dict[str, dict[str, list[str]]]:
    return cast(dict[str, dict[str, list[str]]], _yaml(DATA / "events.yaml"))


def _repeated(words: list[str]) -> list[str]:
    return [word for word, count in Counter(words).items() if count > 1]


def _pattern(word: str) -> str:
    return re.escape(word).replace(r"\*", "[a-z]*")


def _meet(word: str, phrase: str) -> bool:
    """Tell whether a word stands in a phrase, or begins in it and ends after it, or the other way round."""
    if any(re.search(_pattern(part), phrase) for part in word.split("~")):
        return True
    cuts = [at for at in range(1, len(word)) if not word.isascii() or " " in word[at - 1 : at + 1]]
    return any(phrase.endswith(word[:at].strip()) or phrase.startswith(word[at:].strip()) for at in cuts)


@pytest.fixture(scope="module")
def tables() -> Tables:
    return load_tables()


@pytest.fixture(scope="module")
def reader(tables: Tables) -> Matcher:
    """Reads events and round-ups of titles; it follows nobody."""
    return Matcher(Watchlist(watches={}), tables)


@pytest.fixture(scope="module")
def sources() -> tuple[Source, ...]:
    return load(CONFIG, environ={}).sources


def test_every_list_of_words_is_flat_and_without_repetition() -> None:
    lists = _yaml(DATA / "words.yaml")
    assert set(lists) == {"stop_words", "business_words", "tails", "round_ups"}
    for key, words in lists.items():
        assert all(isinstance(word, str) and word.strip() for word in words), key
        assert _repeated(words) == [], key


def test_stop_words_are_whole_english_words_or_pairs_of_chinese_characters(tables: Tables) -> None:
    assert [word for word in tables.stop_words if not re.fullmatch(r"[a-z']+|[\u4e00-\u9fff]{2}", word)] == []


def test_stop_words_leave_what_a_title_is_about(tables: Tables) -> None:
    found = tokens("The company says it will cut jobs, according to sources", tables)
    assert set(found) == {"company", "cut", "jobs"}
    assert "裁员" in tokens("消息人士称：该公司将在下周裁员", tables)


def test_every_kind_of_event_has_words_in_both_languages() -> None:
    events = _event_words()
    assert set(events) == KINDS
    for kind, words in events.items():
        assert set(words) == {"en", "zh"}, kind
        for language, listed in words.items():
            assert len(listed) >= 15, (kind, language)
            assert _repeated(listed) == [], (kind, language)


def test_no_word_of_an_event_is_a_single_character(tables: Tables) -> None:
    for kind, words in tables.events.items():
        parts = [part for word in words for part in word.removeprefix("!").split("~")]
        assert [part for part in parts if not part.strip("* ")] == [], kind
        assert [word for word in words if len(word.strip("!*~ ")) < 2] == [], kind


def test_a_star_stands_at_the_end_of_an_english_word_only(tables: Tables) -> None:
    for kind, words in tables.events.items():
        parts = [part.strip() for word in words for part in word.removeprefix("!").split("~")]
        assert [part for part in parts if "*" in part[:-1] and part != "*st"] == [], kind
        assert [part for part in parts if part.endswith("*") and not part[-2:-1].isascii()] == [], kind


def test_every_cancelling_phrase_has_something_to_cancel(tables: Tables) -> None:
    for kind, words in tables.events.items():
        plain = [word for word in words if not word.startswith("!")]
        phrases = [word[1:].replace("~", " ").replace("*", "") for word in words if word.startswith("!")]
        assert [phrase for phrase in phrases if not any(_meet(word, phrase) for word in plain)] == [], kind


@pytest.mark.parametrize(
    ("title", "kinds"),
    [
        ("Alibaba posts quarterly profit of $3 billion, tops estimates", {"earnings"}),
        ("腾讯第三季度净利润同比增长14%", {"earnings"}),
        ("Moonshot AI raises $500 million in new funding round", {"funding"}),
        ("阶跃星辰完成新一轮融资，估值超200亿元", {"funding"}),
        ("Shein files for Hong Kong listing", {"ipo"}),
        ("宇树科技IPO过会", {"ipo"}),
        ("Meituan agrees to buy a stake in a drone maker", {"merger"}),
        ("闻泰拟出售全部手机代工业务", {"merger"}),
        ("Huawei unveils new foldable", {"product"}),
        ("小米推出新款平板，周五开售", {"product"}),
        ("US adds chipmaker to entity list", {"regulation"}),
        ("市场监管部门对平台立案调查，拟处以罚款", {"regulation"}),
        ("Baidu's finance chief steps down", {"executive"}),
        ("蔚来联合创始人辞任董事", {"executive"}),
        ("ByteDance sues former intern in Beijing court case", {"lawsuit"}),
        ("法院判决小米胜诉", {"lawsuit"}),
        ("Oracle to lay off thousands", {"layoffs"}),
        ("某大厂拟裁数百人", {"layoffs"}),
        ("Cloud outage hits shoppers across Europe", {"outage"}),
        ("支付宝崩了？官方回应", {"outage"}),
        ("Tencent spends HK$1 billion on share buyback", {"buyback"}),
        ("控股股东解除质押2000万股", {"buyback"}),
        ("CATL signs long-term supply agreement with carmaker", {"contract"}),
        ("中国中铁中标百亿元项目", {"contract"}),
        ("EV startup files for bankruptcy", {"distress"}),
        ("*ST公司收到终止上市决定", {"distress"}),
        ("BYD recalls 100,000 vehicles over battery fires", {"recall"}),
        ("特斯拉召回部分进口汽车", {"recall"}),
    ],
)
def test_a_title_tells_its_event(reader: Matcher, title: str, kinds: set[str]) -> None:
    assert set(reader.facts(title).event_kinds) == kinds


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("多家上市公司披露调研纪要", "ipo"),
        ("小米YU9将于6月上市", "ipo"),
        ("两市融资余额增加52亿元", "funding"),
        ("央行开展逆回购操作", "buyback"),
        ("副总裁谈人工智能的未来", "layoffs"),
        ("法院裁定批准方案，人大代表关注", "layoffs"),
        ("外交部新闻发布会答记者问", "product"),
        ("The ship leaves the port of Shanghai", "product"),
        ("It takes 3.2 sec to reach 100 km/h", "regulation"),
        ("The best stocks to buy now", "merger"),
        ("Traders at St. Gallen gather", "distress"),
    ],
)
def test_words_that_look_like_an_event_do_not_make_one(reader: Matcher, title: str, kind: str) -> None:
    assert kind not in reader.facts(title).event_kinds


@pytest.mark.parametrize(
    "title",
    [
        "8点1氪丨某车企回应降价；某平台上线新功能",
        "IT早报 0612：多款新机发布",
        "氪星晚报｜三家公司完成融资",
        "【早报】两部门发布重要通知",
        "港股收评：恒指涨0.5%，科技股走强",
        "Stocks to watch on Monday: Alibaba, JD.com, Nio",
        "This Week in China Tech: chips, cars and chatbots",
        "Midday movers: Nvidia, Apple and more",
        "Morning Briefing: what moved overnight",
    ],
)
def test_a_round_up_is_told_from_news(reader: Matcher, title: str) -> None:
    assert reader.facts(title).digest


@pytest.mark.parametrize(
    "title",
    [
        "禾赛美股盘前涨超6%",
        "联合早报：两家公司将在新加坡设厂",
        "Solar maker suffers worst weekly loss in a decade",
        "Jury rules on Roundup weedkiller claims",
        "财政部公布双周报告期数据",
        "Live updates: Apple unveils its new phones",
    ],
)
def test_news_is_not_taken_for_a_round_up(reader: Matcher, title: str) -> None:
    assert not reader.facts(title).digest


def test_the_frequencies_are_counts_of_tokens(tables: Tables) -> None:
    lines = (DATA / "frequencies.txt").read_text(encoding="utf-8").splitlines()
    counts = [int(line.split("\t")[1]) for line in lines[1:]]
    assert tables.documents == int(lines[0]) > 10_000
    assert counts == sorted(counts, reverse=True)
    assert 5 <= counts[-1] <= counts[0] <= tables.documents
    assert len(tables.frequencies) == len(counts) <= 20_000


def test_common_words_are_more_frequent_than_names(tables: Tables) -> None:
    count = tables.frequencies
    for language in ("公司 发布 智能 市场", "ai stock launch earning"):
        common = min(count.get(word, 0) for word in language.split())
        assert common > max(count.get(name, 0) for name in ("月之", "siliconflow", "壁仞", "alibaba"))


def test_the_frequencies_know_the_tokens_that_titles_are_made_of(tables: Tables) -> None:
    found = tokens("中国科技公司发布人工智能模型 Google launches AI models", tables)
    assert {"科技", "人工", "智能", "模型", "google", "launch", "ai", "model"} <= set(
        found
    ) & tables.frequencies.keys()


def test_the_starting_sources_speak_both_languages(sources: tuple[Source, ...]) -> None:
    languages = Counter(source.language for source in sources)
    assert len(sources) >= 40
    assert set(languages) == {"en", "zh"}
    assert min(languages.values()) >= 15


def test_every_starting_source_can_be_told_and_trusted(sources: tuple[Source, ...]) -> None:
    assert len({source.url for source in sources}) == len({source.id for source in sources}) == len(sources)
    for source in sources:
        assert source.name != source.id, f"{source.id} has no name that readers know"
        assert source.tags, source.id
    assert [source.id for source in sources if not source.url.startswith("https://")] == ["cnbeta"]


def test_each_starting_file_names_its_schema_in_the_first_line() -> None:
    for name in ("sources", "events"):
        first = (CONFIG / f"{name}.yaml").read_text(encoding="utf-8").splitlines()[0]
        assert first == f"# yaml-language-server: $schema=schema/{name}.schema.json"
        assert (CONFIG / "schema" / f"{name}.schema.json").is_file()


def test_the_starting_events_change_nothing(tables: Tables) -> None:
    assert load_tables(CONFIG / "events.yaml").events == tables.events


def test_the_example_of_the_starting_events_works_when_uncommented(tmp_path: Path, tables: Tables) -> None:
    text = (CONFIG / "events.yaml").read_text(encoding="utf-8")
    start = text.index("# datacentre:")
    file = tmp_path / "events.yaml"
    file.write_text(text[start:].replace("# ", "", 1).replace("\n#", "\n"), encoding="utf-8")
    own = load_tables(file)
    assert set(own.events) == KINDS | {"datacentre"}
    told = Matcher(Watchlist(watches={}), own).facts("Huawei opens new data centre in Guizhou").event_kinds
    assert told == ("datacentre",)
