"""Where a company stands in a sentence without the sentence being about it: compared, listed, quoted, housed."""

from __future__ import annotations

import re
from collections.abc import Callable

Test = Callable[[str, int, int], bool]
"""(folded text, start, end of the name) -> does it stand there in passing?"""

_REACH = 70
"""Characters before a name that are looked at; 30 after it."""
_NAME = r"[^,，。;；:：、!！?？\s\"()]{1,16}"

_ATTRIBUTE_BEFORE = re.compile(
    r"(?:(?:支持|适配|适用于|基于|接入|兼容|搭载|内置|集成|采用|媲美|下一个|中国版|(?:^|\W)原"
    r"|(?:^|[^目日此提之以年天月周跟眼面从当空])前)(?:[^,，。;；:：、!?\"]{1,20}[、和与及]\s?){0,4}[\s-]?"
    r"|中标[^ ,.;，。；:]{0,14}"
    r"|(?<![a-z])(?:backed by|based on|built on|powered by|runs? on|supports?|supported by|former|ex"
    r"|formerly (?:of|at)|veterans? of|alums? of|compatible with|modell?ed on|similar to|like|the next)[ -]"
    r"(?:the )?"
    r"|(?<![a-z])(?:(?:funding|investment|backing|raise[sd]?[^.;:]{1,30}) from|(?:round|funding|investment) led by) "
    r"(?:[^.;:]{0,40}(?:, | and ))?)$"
)
"""What makes the company after it somebody else's attribute."""

_ATTRIBUTE_AFTER = re.compile(
    r"(?:出走|中标的|式(?!微)|系(?![统列数])|老兵|投资的|背景的"
    r"|[^,，。;；:：、]{0,14}(?:战略合作伙伴|供应商名单|生态伙伴|同款)"
    r"|[ a-z]{0,12}前(?:员工|高管|总裁|副总|工程师))"
    r"|-(?:backed|powered|based|owned|style|like|compatible|funded|linked|led)(?![a-z])"
    r"|(?:'s)? (?:veterans?|alums?|alumni|alumnus)(?![a-z])"
)
"""What makes the company before it somebody else's attribute."""

_COMPARED_BEFORE = re.compile(
    r"(?:(?:像|例如|比如|诸如|譬如|类似|好比|堪比|对标|叫板|挑战|超越|击败|力压|赶超|比肩|不输|打败|战胜"
    r"|落后于|仅次于|逼近|优于|不如)"
    r"(?:[^,，。;；:：、!?\"]{1,14}、\s?){0,3}\s?"
    r"|(?<![a-z])(?:to rival|rivall?ing|challeng(?:e|es|ing)|beats?|beating|overtak(?:e|es|ing)|surpass(?:es|ing)?"
    r"|outsells?|outpac(?:es|ing)|topples?|unlike|compared (?:to|with)|take(?:s)? on|taking on|compet(?:e|es|ing) with"
    r"|catch(?:es|ing)? up (?:to|with)|alternative to|answer to) )$"
)
"""What holds somebody else against the company after it."""

_COMPARED_AFTER = re.compile(
    r"(?:'s|')?[ -](?:rivals?|competitors?|killers?|challengers?|clones?|lookalikes?)(?![a-z])(?! (?:to|of) )"
    r"|(?:的)?(?:竞争对手|劲敌|平替|杀手)"
)
_MAKER = (
    re.compile(r"由[^,，。;；]{0,8}$"),
    re.compile(r"[^,，。;；]{0,16}(?:生成|代工|承建|供应|提供(?!的))"),
)
"""Who made or supplies what somebody else shows: 由 Seedance 生成."""
_EXAMPLE = re.compile(
    r"(?:(?<![a-z])(?:including|such as|the likes of|among them)(?![a-z])|包括|例如|诸如|比如)"
    r"(?:[^.;:。；：!?]|\.(?=[a-z]{2})){0,60}$"
)
"""Everything after these words is an example of something else."""

_BROKER = re.compile(
    r"(?:证券|期货|基金|资管|投行|中金|高盛|瑞银|大摩|小摩|摩根士丹利|摩根大通|花旗|汇丰|里昂|野村"
    r"|goldman sachs|morgan stanley|jpmorgan|jefferies|citi|ubs|nomura|hsbc|barclays)$"
)
_OPINES = re.compile(
    r"\s?(?:证券|期货|基金|资管|国际)?[^,，。:：;；]{0,8}?"
    r"(?:[:：]|认为|分析师|研究员|首席|研报|指出|预计|料"
    r"|(?:上调|下调|维持|首予|给予|重申|看好|予|升|降)[^,，。]{0,16}(?:目标价|评级))"
    r"|(?:'s)? (?:analysts?|strategists?|says?|sees|raises|cuts|lifts|lowers|trims|reiterates|maintains"
    r"|initiates|upgrades|downgrades|rates)(?![a-z])"
)
"""A bank or broker that speaks about somebody else."""

_PLACE_AFTER = re.compile(
    r"(?:大厦|广场|大楼|手机店|体验店|专卖店|旗舰店|购物中心|影城|球场|体育[馆场]|中心球馆)"
)
"""A building that bears the company's name."""

_SHOPPING = re.compile(
    r"到手价|券后|狂促|促销合集|史低价|历史低价|百亿补贴价"
    r"|(?<![a-z])(?:save (?:up to )?\$\d{1,6}|(?<!\d)\d{1,3}% off|\$\d{1,6} off|record[- ]low price"
    r"|best (?:\w+ )?deals?|lowest price|deal of the day|coupon codes?)(?![a-z])"
)
"""An offer to shoppers, which shops and magazines publish daily."""

_OWN_NEWS = re.compile("净利|营收|亏损|业绩|董事|股东|分红|增发|获批|子公司|诉讼|被查|被罚|辞|离职|任命")
"""What a bank reports of itself."""
_RECEIVES = re.compile("获(?:得)?[^,，。;；]{0,20}$")
_GIVES = re.compile("[^,，。;；]{0,25}?(?:融资|领投|注资|青睐|投资|参投|跟投|战投)")
_ASIDE = re.compile(r"[(（](?:如|例如|比如|像|包括|含)[^()（）]{0,40}$")
_HEADLINE = 180
"""Characters of a headline at most; in longer sentences an example may be all there is."""
_OBJECT = re.compile(
    r"(?:将|把|对|向|约谈|调查|起诉|制裁|处罚|罚款|收购|投资|入股|要求|禁止|批准|点名|通报|传|诉|告|与|和)$"
)
_JOINS = re.compile("联合|携手|接入|支持|供货|入驻|覆盖|搭载|引入|合作|适配|登陆")
"""What somebody else does with those who are listed after it."""
_CLAUSE = re.compile(r"(?:^|[,，。;；:：!！?？丨|】\])）\"]|\s[-–—]\s|\s|消息称|曝|传)$")


def in_passing(folded: str, start: int, end: int) -> bool:
    """Tell whether the name at a place is somebody else's attribute, measure, example, source or address."""
    return any(test(folded, start, end) for test in _TESTS)


def for_shoppers(folded: str) -> bool:
    """Tell whether a headline is an offer to shoppers."""
    return _SHOPPING.search(folded) is not None


def _attribute(folded: str, start: int, end: int) -> bool:
    before = folded[max(0, start - _REACH) : start]
    after = folded[end : end + 30]
    made = _MAKER[0].search(before) and _MAKER[1].match(after)
    return bool(_ATTRIBUTE_BEFORE.search(before) or _ATTRIBUTE_AFTER.match(after) or made)


def _compared(folded: str, start: int, end: int) -> bool:
    if len(folded) > _HEADLINE:
        return False
    before = folded[max(0, start - _REACH) : start]
    return bool(_COMPARED_BEFORE.search(before) or _COMPARED_AFTER.match(folded[end : end + 30]))


def _source(folded: str, start: int, end: int) -> bool:
    """A bank or broker that says what it thinks of others: 中信证券:关注算力; UBS upgrades Alibaba."""
    broker = _BROKER.search(folded[start:end]) or _BROKER.search(folded[start : end + 2])
    return bool(broker and _OPINES.match(folded, end) and not _OWN_NEWS.search(folded, end, end + 40))


def _backer(folded: str, start: int, end: int) -> bool:
    """Who gives the money: 获得亚马逊和软银 1100 亿美元的融资."""
    before, after = folded[max(0, start - 24) : start], folded[end : end + 26]
    return bool(_RECEIVES.search(before) and _GIVES.match(after))


def _example(folded: str, start: int, _end: int) -> bool:
    return len(folded) <= _HEADLINE and _EXAMPLE.search(folded[max(0, start - _REACH) : start]) is not None


def _place(folded: str, start: int, end: int) -> bool:
    """A building, also where it is part of the name: 石景山万达广场."""
    return bool(_PLACE_AFTER.match(folded, end) or (_PLACE_AFTER.search(folded, start, end) and start > 0))


def _bracketed(folded: str, start: int, _end: int) -> bool:
    """An example in brackets: 打破垄断(如苹果 Face ID)."""
    return _ASIDE.search(folded[max(0, start - _REACH) : start]) is not None


def _listed(folded: str, start: int, end: int) -> bool:
    """One of three names or more in the middle of a clause whose actor stands before them."""
    if folded.count("、", max(0, start - _REACH), end + _REACH) < 2:
        return False
    left = re.search(rf"(?:{_NAME}、)*[^,，。;；:：、!?\s]{{0,6}}$", folded[max(0, start - _REACH) : start])
    right = re.match(rf"[^,，。;；:：、!?\s]{{0,6}}(?:、{_NAME})*", folded[end : end + _REACH])
    assert left is not None
    assert right is not None
    count = left[0].count("、") + right[0].count("、") + 1
    if count < 3:
        return False
    first = start - len(left[0]) if "、" in left[0] else start
    before = folded[max(0, first - 6) : first]
    joined = _JOINS.search(left[0].partition("、")[0]) if first < start else None
    return joined is not None or not (_CLAUSE.search(before) or _OBJECT.search(before))


_TESTS: tuple[Test, ...] = (_attribute, _compared, _example, _source, _backer, _place, _bracketed, _listed)
