"""Headlines that name a company without being about it, and the clauses of those that name several."""

from __future__ import annotations

from itertools import pairwise

import pytest

from tests.matching import facts


def subjects(title: str) -> set[str]:
    return set(facts(title).subjects)


@pytest.mark.parametrize(
    "title",
    [
        "新机芯片性能力压华为",
        "新机芯片性能超越 华为",
        "某国产系统挑战华为",
        "New phone maker takes on Huawei",
        "Unlike Huawei, the start-up makes no phones",
        "New Huawei rival opens a shop",
    ],
)
def test_who_is_only_compared_with_is_no_subject(title: str) -> None:
    assert facts(title).watches == {"huawei"}
    assert subjects(title) == set()


@pytest.mark.parametrize(
    "title",
    [
        "多家公司捐款，包括华为",
        "新规影响手机厂商，例如华为",
        "Rules hit phone makers including Huawei",
        "Start-ups raise millions, led by labs such as Moonshot AI and Huawei",
        "Start-ups raise millions, led by labs including Z.ai and Huawei",
        "专利打破国外垄断(如华为的方案)",
    ],
)
def test_an_example_is_no_subject(title: str) -> None:
    assert "huawei" in facts(title).watches
    assert "huawei" not in subjects(title)


def test_one_of_three_in_the_middle_of_a_clause_is_no_subject() -> None:
    title = "某平台联合小米、华为、腾讯推出新协议"
    assert {"huawei", "tencent"} <= facts(title).watches
    assert subjects(title) & {"huawei", "tencent"} == set()


@pytest.mark.parametrize(
    "title",
    ["腾讯、华为、阿里巴巴都在赌下半场", "监管约谈腾讯、华为、阿里巴巴", "消息称腾讯、华为、阿里巴巴合作"],
)
def test_three_who_act_together_or_are_acted_upon_are_subjects(title: str) -> None:
    assert subjects(title) == {"tencent", "huawei", "alibaba"}


def test_an_offer_to_shoppers_is_about_nobody() -> None:
    assert subjects("Huawei watch at a record-low price: save $50") == set()
    assert subjects("华为手表券后 399 元") == set()


def test_a_price_in_a_launch_is_no_offer() -> None:
    assert subjects("华为新手表发布，售价 1299 元起") == {"huawei"}


def test_a_building_with_the_name_is_no_subject() -> None:
    assert subjects("深圳腾讯大厦附近发生交通事故") == set()


def test_who_gives_the_money_is_no_subject() -> None:
    assert subjects("某初创获得腾讯、华为 3 亿美元的融资") == set()
    assert subjects("获腾讯、华为投资，某机器人公司完成 B+ 轮融资") == set()
    assert subjects("Robot maker raises $50 million from Tencent and Huawei") == set()


def test_the_wrap_of_a_market_is_a_round_up() -> None:
    found = facts("恒指收涨 0.5%，腾讯升近 3%")
    assert found.digest
    assert facts("Hang Seng closes higher as Tencent gains").digest
    assert facts("美股低开 芯片股走低 腾讯涨超5%").digest
    assert not facts("腾讯美股盘前涨超 5%").digest
    assert not facts("腾讯股价涨 3%").digest


def test_a_list_of_names_is_no_news_of_any() -> None:
    assert subjects("Stocks to watch today: earnings, Huawei, Tencent") & {"huawei"} == set()


def clauses(title: str) -> list[str]:
    edges = [0, *facts(title).clauses, len(title)]
    return [title[start:end] for start, end in pairwise(edges)]


def test_clauses_end_at_their_marks() -> None:
    assert clauses("Tencent posts a profit; Alibaba opens a park") == [
        "Tencent posts a profit; ",
        "Alibaba opens a park",
    ]
    assert clauses("腾讯一季度净利润增长，阿里发布新模型") == ["腾讯一季度净利润增长，", "阿里发布新模型"]


def test_names_alone_are_no_clause() -> None:
    assert clauses("Alibaba, Tencent sued in the US") == ["Alibaba, Tencent sued in the US"]


def test_a_company_after_as_begins_a_clause() -> None:
    assert clauses("Alibaba falls as Tencent posts a profit")[1] == "Tencent posts a profit"
    assert clauses("阿里巴巴下跌，腾讯净利润大增")[1] == "腾讯净利润大增"
    assert len(clauses("Alibaba names a banker as chief of its cloud")) == 1
