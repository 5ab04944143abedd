"""The company library: complete, unambiguous, and right about headlines."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

import pytest

from bot.match import Matcher
from bot.model import Watch, Watchlist
from bot.text import fold, is_cjk
from tests.companies import FOLDER, everyone, followed, ids

PROMISED = [
    "alibaba",
    "tencent",
    "moonshot",
    "bytedance",
    "deepseek",
    "baidu",
    "huawei",
    "xiaomi",
    "zhipu",
    "minimax",
]
PROMISED += ["baichuan", "01ai", "siliconflow", "infinigence", "catl", "byd", "honor", "jd", "meituan", "pdd"]
PROMISED += ["netease", "kuaishou", "li-auto", "nio", "smic"]


@pytest.fixture(scope="module")
def library() -> Watchlist:
    return followed()


@pytest.fixture(scope="module")
def matcher() -> Matcher:
    return everyone()


def _terms(watch: Watch, *fields: str) -> Iterator[str]:
    for field in fields:
        yield from getattr(watch, field)


def _key(term: str) -> str:
    return fold(term, {}).strip()


def _strong(watch: Watch) -> set[str]:
    soft = {_key(term) for term in (*watch.likely, *watch.weak)}
    return {_key(term) for term in (watch.name, *watch.aliases, *watch.products)} - soft


def test_every_promised_company_is_there_and_many_more(library: Watchlist) -> None:
    assert set(PROMISED) <= set(library.watches)
    assert len(library.watches) >= 600


def test_every_promised_company_is_rich(library: Watchlist) -> None:
    for key in PROMISED:
        watch = library.watches[key]
        names = (watch.name, *watch.aliases)
        assert any(name.isascii() for name in names), key
        assert any(map(is_cjk, "".join((*names, *watch.products)))), key
        assert any(map(is_cjk, "".join(watch.people))), key
        assert len(watch.people) >= 2, key
        assert watch.context, key


def test_no_id_stands_in_two_files() -> None:
    assert sorted(ids()) == sorted(set(ids()))


def test_every_file_stays_short_enough_to_read() -> None:
    for path in FOLDER.glob("*.yaml"):
        lines = path.read_text(encoding="utf-8").splitlines()
        assert len(lines) <= 400, path.name
        assert lines[0].startswith("# "), f"{path.name} doesn't say what it holds"


def test_every_company_has_a_name_in_its_languages_and_tags(library: Watchlist) -> None:
    for watch in library.watches.values():
        names = (watch.name, *watch.aliases)
        if "china" in watch.tags:
            chinese = [term for term in (*names, *watch.products) if any(map(is_cjk, term))]
            assert chinese, f"{watch.id} has no Chinese name"
        assert any(name.isascii() for name in names), f"{watch.id} has no English name"
        assert watch.tags, f"{watch.id} has no tags"


def test_the_name_for_each_language_is_one_a_reader_knows(library: Watchlist) -> None:
    shown = {key: (library.watches[key].shown("en"), library.watches[key].shown("zh")) for key in PROMISED}
    assert shown["alibaba"] == ("Alibaba", "阿里巴巴")
    assert shown["moonshot"] == ("Moonshot AI", "月之暗面")
    assert shown["honor"] == ("Honor", "荣耀终端")
    assert shown["li-auto"] == ("Li Auto", "理想汽车")
    assert shown["01ai"] == ("01.AI", "零一万物")


def test_every_ambiguous_term_comes_with_context(library: Watchlist) -> None:
    for watch in library.watches.values():
        if watch.likely or watch.weak:
            assert len(watch.context) >= 3, f"{watch.id} has likely or weak terms and no context"


def test_no_term_is_a_single_character(library: Watchlist) -> None:
    for watch in library.watches.values():
        terms = (watch.name, *_terms(watch, "aliases", "products", "likely", "weak", "people"))
        assert [term for term in terms if len(_key(term)) < 2] == [], watch.id


def test_no_term_stands_twice_in_one_company(library: Watchlist) -> None:
    for watch in library.watches.values():
        terms = [
            "".join(_key(term).split())
            for term in _terms(watch, "products", "likely", "weak")
            if any(map(is_cjk, term))
        ]
        assert sorted(terms) == sorted(set(terms)), watch.id


def test_a_name_belongs_to_one_company(library: Watchlist) -> None:
    owners: defaultdict[str, set[str]] = defaultdict(set)
    for watch in library.watches.values():
        for term in _strong(watch):
            owners[term].add(watch.id)
    assert {term: ids for term, ids in owners.items() if len(ids) > 1} == {}


def test_a_name_of_one_company_is_not_another_ones_doubtful_word(library: Watchlist) -> None:
    doubtful = {
        _key(term): watch.id for watch in library.watches.values() for term in (*watch.likely, *watch.weak)
    }
    for watch in library.watches.values():
        taken = {term: doubtful[term] for term in _strong(watch) if doubtful.get(term, watch.id) != watch.id}
        assert taken == {}, watch.id


def test_no_company_excludes_its_own_names(library: Watchlist) -> None:
    for watch in library.watches.values():
        excluded = {_key(term) for term in watch.exclude}
        own = {_key(term) for term in _terms(watch, "aliases", "products", "likely", "weak", "people")}
        assert excluded & own == set(), watch.id


def test_a_doubtful_word_belongs_to_one_company(library: Watchlist) -> None:
    owners: defaultdict[str, set[str]] = defaultdict(set)
    for watch in library.watches.values():
        for term in (*watch.likely, *watch.weak):
            owners[_key(term)].add(watch.id)
    assert {term: ids for term, ids in owners.items() if len(ids) > 1} == {}


def test_a_name_alone_is_its_own_company_and_no_other(library: Watchlist, matcher: Matcher) -> None:
    for watch in library.watches.values():
        soft = {_key(term) for term in (*watch.likely, *watch.weak)}
        for term in (watch.name, *watch.aliases):
            if _key(term) not in soft:
                assert matcher.facts(term).watches == {watch.id}, term


@pytest.mark.parametrize(
    ("code", "watch"),
    [
        ("9988.HK", "alibaba"),
        ("89988.HK", "alibaba"),
        ("00700.HK", "tencent"),
        ("600519.SH", "moutai"),
        ("300750.SZ", "catl"),
        ("601318.SH", "ping-an"),
        ("1398.HK", "icbc"),
        ("6160.HK", "beone"),
        ("2359.HK", "wuxi-apptec"),
        ("0941.HK", "china-mobile"),
        ("2202.HK", "vanke"),
        ("2590.HK", "geek-plus"),
        ("2476.HK", "victory-giant"),
    ],
)
def test_a_stock_code_is_the_company(matcher: Matcher, code: str, watch: str) -> None:
    assert matcher.facts(f"{code} opens higher").watches == {watch}


@pytest.mark.parametrize(
    ("title", "part", "whole"),
    [
        ("腾讯音乐完成收购喜马拉雅", "tme", "tencent"),
        ("Waymo pauses its robotaxis in Phoenix", "waymo", "google"),
        ("Mobileye cuts its outlook", "mobileye", "intel"),
        ("蜂巢能源第四条产线投产", "svolt", "great-wall-motor"),
        ("滴滴三季度订单增长", "didi", "tencent"),
        ("昆仑万维开源新模型", "kunlun-tech", "baidu"),
        ("卓驭科技拿下新定点", "zhuoyu", "dji"),
        ("小鹏汇天交付首台飞行汽车", "xpeng", "geely"),
        ("中信证券三季度净利增长", "citic-securities", "citic"),
        ("蚂蚁集团获得新牌照", "ant-group", "alibaba"),
    ],
)
def test_a_company_with_an_entry_of_its_own_is_not_shown_as_its_parent(
    matcher: Matcher, title: str, part: str, whole: str
) -> None:
    found = matcher.facts(title).watches
    assert part in found
    assert whole not in found


def test_stock_codes_are_unique_and_well_formed(library: Watchlist) -> None:
    owners: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    for watch in library.watches.values():
        for ticker in watch.tickers:
            owners[ticker.exchange, ticker.code].add(watch.id)
            digits = {"HK": (1, 5), "SH": (6, 6), "SZ": (6, 6)}.get(ticker.exchange)
            if digits:
                assert ticker.code.isdigit(), ticker
                assert digits[0] <= len(ticker.code) <= digits[1], ticker
    assert {code: ids for code, ids in owners.items() if len(ids) > 1} == {}


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Alibaba Cloud cuts prices of its Qwen models again", {"alibaba"}),
        ("阿里第三财季营收增长8%，云业务提速", {"alibaba"}),
        ("阿里安全团队披露新型攻击手法", {"alibaba"}),
        ("騰訊控股斥資5億港元回購股份", {"tencent"}),
        ("Pony Ma says Tencent will spend more on Hunyuan", {"tencent"}),
        ("月之暗面发布 Kimi K2 新版本", {"moonshot"}),
        ("Chinese AI startup Moonshot seeks $1 billion in new funding", {"moonshot"}),
        ("Kimi 上线智能体模式，月活破亿", {"moonshot"}),
        ("TikTok owner ByteDance trains Doubao on home-made chips", {"bytedance"}),
        ("字节入股一家机器人公司", {"bytedance"}),
        ("幻方旗下 DeepSeek 开源新模型", {"deepseek"}),
        ("Z.ai opens the weights of GLM-5", {"zhipu"}),
        ("MINIMAX-W涨超10%，海螺AI海外收入大增", {"minimax"}),
        ("百川智能王小川：医疗大模型明年商用", {"baichuan"}),
        ("零一万物宣布新一轮融资", {"01ai"}),
        ("硅基流动完成A轮融资", {"siliconflow"}),
        ("无问芯穹推出推理加速平台", {"infinigence"}),
        ("荣耀首款轻薄折叠屏手机入网", {"honor"}),
        ("荣耀Magic8 Pro 开启预约", {"honor"}),
        ("小米YU9谍照曝光", {"xiaomi"}),
        ("Lei Jun: Xiaomi will invest more in XRING", {"xiaomi"}),
        ("理想L9改款上市，售价不变", {"li-auto"}),
        ("8月新势力交付：理想重回前三", {"li-auto"}),
        ("Nio deliveries rise 40% as ET9 reaches Europe", {"nio"}),
        ("中芯国际上调资本开支", {"smic"}),
        ("京东外卖骑手突破二十万", {"jd"}),
        ("京东方A：成都产线满产", {"boe"}),
        ("Temu parent PDD misses revenue estimates", {"pdd"}),
        ("美的空调海外销量大增", {"midea"}),
        ("高通发布新一代骁龙平台", {"qualcomm"}),
        ("宁德时代赴港上市首日大涨", {"catl"}),
    ],
)
def test_a_headline_finds_its_company(matcher: Matcher, title: str, expected: set[str]) -> None:
    assert matcher.facts(title).watches == expected


@pytest.mark.parametrize(
    "title",
    [
        "西藏阿里地区举办摄影展",
        "拳王阿里的传奇一生",
        "NASA calls its moonshot goals realistic",
        "Kimi Antonelli wins his first Grand Prix",
        "海纳百川，有容乃大",
        "这碗小米粥，养胃又暖心",
        "为国家荣耀而战的年轻人",
        "光荣耀眼的一天",
        "Medal of Honor awarded to two veterans",
        "理想与现实之间的年轻人",
        "高通胀压力下的欧洲央行",
        "北京东城区新增两所学校",
        "JD Vance visits the Middle East",
        "Fires spread across the Amazon rainforest",
        "An apple pie for every season",
        "红富士苹果喜获丰收",
        "A minimax theorem for zero-sum games",
        "Researchers test the vaccine in vivo",
        "最美的风景在路上",
        "三星堆遗址出土新文物",
        "二〇零一年的第一场雪",
        "Michelin says founder of a seed round fund is a keen cook",
    ],
)
def test_a_headline_about_something_else_finds_nobody(matcher: Matcher, title: str) -> None:
    assert matcher.facts(title).watches == frozenset()
