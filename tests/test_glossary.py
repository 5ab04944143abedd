"""What a Chinese and an English title have in common, and the glossary that says so."""

from __future__ import annotations

import time

import pytest

from bot.config.faults import FaultList
from bot.config.glossary import read_glossary
from bot.config.tables import SHIPPED as DATA
from bot.config.tables import shipped_tables
from bot.dedup.features import _OPPOSED
from bot.dedup.glossary import concepts_of, telling
from bot.errors import ConfigError
from bot.model import Glossary, Tables
from bot.text import fold, language_of
from bot.text.tokens import tokens
from tests.config_folder import TABLES

READY = shipped_tables()
SMALL = """
[matters]
收购 并购 = acquire, acquisition, bought
出售 = sell, sold
数据中心 = data center
数据 = data
中心 = center
计划 = plan
飞机 = plane
国情咨文 = state of the union
~公司 = company
[names]
腾讯 = tencent
[places]
云南 = yunnan
[shields]
收购价
"""


def glossary_of(text: str) -> Glossary:
    faults = FaultList()
    found = read_glossary(text, "glossary.txt", variants={}, stop_words={"of", "the"}, faults=faults)
    faults.stop_if_any()
    return found


def said(title: str, glossary: Glossary | None = None) -> frozenset[str]:
    """Return the concepts of a title, read as the index reads it."""
    folded = fold(title, READY.variants) if language_of(title) == "zh" else ""
    return concepts_of(folded, tokens(title, READY), glossary or READY.glossary)


def shared(one: str, other: str) -> set[str]:
    return set(telling(said(one) & said(other)))


def test_two_languages_share_a_concept_named_by_its_first_chinese_term() -> None:
    small = glossary_of(SMALL)
    assert said("Rival acquires startup", small) & said("巨头并购对手", small) == {"收购"}


def test_english_is_known_with_its_regular_endings() -> None:
    small = glossary_of(SMALL)
    for word in ("acquire", "acquires", "acquired", "acquiring", "acquisitions"):
        assert "收购" in said(f"Globex {word} Initech", small)
    assert "计划" in said("Globex planned more", small)


def test_a_word_of_its_own_is_no_ending_of_another() -> None:
    small = glossary_of(SMALL)
    assert said("Globex plan", small) >= {"计划"}
    assert "飞机" not in said("Globex plan", small)
    assert "飞机" in said("Globex plane", small)


def test_a_phrase_counts_before_its_words() -> None:
    small = glossary_of(SMALL)
    assert said("Globex data center", small) == {"globex", "数据中心"}
    assert said("Globex center of data", small) == {"globex", "中心", "数据"}


def test_stop_words_inside_a_phrase_are_left_out_as_in_titles() -> None:
    assert "国情咨文" in said("The State of the Union", glossary_of(SMALL))


def test_the_longest_chinese_term_counts_and_shields_mean_nothing() -> None:
    small = glossary_of(SMALL)
    assert said("数据中心", small) == {"数据中心"}
    assert said("收购价曝光", small) == frozenset()
    assert said("在云南", small) == {"°云南"}


def test_names_and_what_is_everywhere_tell_no_story() -> None:
    small = glossary_of(SMALL)
    found = said("Tencent company, sold 2026 x", small)
    assert found >= {"=腾讯", "·公司", "出售", "2026", "x"}
    found -= {"sold2026"}
    assert telling(["@tencent", *found]) == ["出售"]


def test_unknown_names_and_figures_stand_for_themselves() -> None:
    assert {"zibaldone", "zibaldone7", "34%"} <= said("Zibaldone 7 up 34%", glossary_of(SMALL))


def test_latin_words_in_a_chinese_title_are_read_too() -> None:
    assert {"收购", "=腾讯"} <= said("腾讯将acquire某某", glossary_of(SMALL))


def test_variants_and_width_are_folded() -> None:
    assert {"收购", "=腾讯"} <= said("騰訊收購對手")


def test_an_empty_glossary_leaves_names_and_figures() -> None:
    assert said("Globex wins 腾讯", Glossary()) == {"globex", "wins"}
    assert Tables().glossary == Glossary()


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("收购 acquire", "there is no English after a ="),
        ("收购 = ", "there is no English after a ="),
        ("收购 = 并购", "the languages stand on the wrong side"),
        ("acquire = 收购", "the languages stand on the wrong side"),
        ("收购 = of the", "a title keeps nothing of 'of the'"),
        ("收购 = take of", "a title keeps only take of 'take of'"),
        ("出售 = sell\n出售 = sold", "出售 is a concept already"),
        ("[matter]", "there is no section [matter]"),
    ],
)
def test_a_faulty_line_is_named_with_file_and_line(line: str, fault: str) -> None:
    with pytest.raises(ConfigError) as found:
        glossary_of(f"# words\n[matters]\n{line}\n")
    last = 3 + line.count("\n")
    assert str(found.value).startswith(f"glossary.txt:{last}:1: {fault}")


def test_a_line_before_the_first_section_is_a_fault() -> None:
    with pytest.raises(ConfigError, match=r"glossary\.txt:1:1: this line stands before the first section"):
        glossary_of("收购 = acquire\n")


def test_a_misspelt_section_gets_a_hint() -> None:
    with pytest.raises(ConfigError, match=r"did you mean '\[places\]'"):
        glossary_of("[place]\n")


def test_the_table_comes_with_the_others_of_its_folder() -> None:
    assert shipped_tables(TABLES).glossary.chinese == {"收购": ("收购",), "腾讯": ("=腾讯",)}


def test_the_shipped_glossary_is_broad() -> None:
    glossary = READY.glossary
    concepts = {concept for found in glossary.chinese.values() for concept in found}
    assert len(concepts) >= 3_000
    assert len(glossary.chinese) >= 8_000
    assert sum(concept.startswith("=") for concept in concepts) >= 1_400


def test_the_shipped_glossary_is_read_quickly() -> None:
    text = (DATA / "glossary.txt").read_text(encoding="utf-8")
    took = []
    for _ in range(3):
        start = time.process_time()
        read_glossary(
            text, "glossary.txt", variants=READY.variants, stop_words=READY.stop_words, faults=FaultList()
        )
        took.append(time.process_time() - start)
    assert min(took) < 0.5  # about 0.04 s; a busy machine takes several times as long


def test_concepts_that_oppose_each_other_are_known_and_telling() -> None:
    concepts = {concept for found in READY.glossary.chinese.values() for concept in found}
    assert concepts >= _OPPOSED
    assert set(telling(_OPPOSED)) == _OPPOSED


@pytest.mark.parametrize(
    ("english", "chinese", "concepts"),
    [
        ("Microsoft lays off 6,000 workers", "微软裁减6000名员工", "裁员 员工"),
        (
            "Regulator opens antitrust probe into chipmaker",
            "监管机构对芯片制造商展开反垄断调查",
            "反垄断 调查 芯片",
        ),
        ("SpaceX delays Starship launch", "星舰发射再度推迟", "星舰 发射 推迟"),
        (
            "Startup raises $2 billion, doubling its valuation",
            "初创公司融资20亿美元 估值翻倍",
            "融资 估值 翻倍",
        ),
        (
            "White House weighs easing chip export controls",
            "白宫考虑放宽芯片出口管制",
            "白宫 考虑 解除 出口管制",
        ),
        ("Tankers avoid the Strait of Hormuz", "油轮避开霍尔木兹海峡", "°霍尔木兹 航运"),
        ("Hedge fund trims stake in carmaker", "对冲基金减持车企股份", "对冲基金 持股 汽车"),
        ("Judge tosses copyright lawsuit", "法官驳回版权诉讼", "法院 败诉 版权 诉讼"),
        ("Bank of Japan holds off rate hike", "日本央行暂不加息", "加息"),
        ("Engineers strike after wage talks collapse", "薪资谈判破裂 工程师罢工", "罢工 谈判 薪酬 程序员"),
    ],
)
def test_titles_of_one_event_meet(english: str, chinese: str, concepts: str) -> None:
    assert set(concepts.split()) <= shared(english, chinese)


@pytest.mark.parametrize(
    ("english", "chinese", "name"),
    [
        ("Altman speaks", "奥尔特曼讲话", "=阿尔特曼"),
        ("Jensen Huang in Taipei", "黄仁勋抵达台北", "=黄仁勋"),
        ("TSMC to expand", "台积电扩产", "=台积电"),
        ("Federal Trade Commission sues", "美国联邦贸易委员会起诉", "=联邦贸易委员会"),
        ("FTC sues", "联邦贸易委员会起诉", "=联邦贸易委员会"),
        ("Zelenskyy arrives", "泽连斯基抵达", "=泽连斯基"),
    ],
)
def test_a_name_is_one_concept_in_both_languages_and_tells_no_story(
    english: str, chinese: str, name: str
) -> None:
    assert name in said(english) & said(chinese)
    assert name not in shared(english, chinese)


@pytest.mark.parametrize(
    ("title", "absent"),
    [
        ("中国电信发布年报", "电信"),
        ("中国人工智能企业", "·人"),
        ("云南旱情缓解", "云"),
        ("上市公司名单", "上市"),
        ("美丽的风景", "·美国"),
        ("天猫双11开幕", "宠物"),
    ],
)
def test_a_longer_word_shields_the_shorter_ones_inside_it(title: str, absent: str) -> None:
    assert absent not in said(title)
