"""Numbers as news gives them: percentages, money, periods and counts, at one scale in both languages."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from bot.model import Figure
from bot.text import fold

_NUMBER = r"(?:\d{1,3}(?:,\d{3})+|\d{1,15})(?:\.\d{1,9})?(?!\d)"
_SCALE = (
    r"trillion|tn(?![a-z])|billion|bln(?![a-z])|bn(?![a-z])|million|mln(?![a-z])|mn(?![a-z])|thousand|crore|lakh"
    r"|[bmkt](?![a-z0-9])|[多余餘]?[十百千万萬亿億]{1,3}"
)
_GAP = "(?: |-(?=[btm]r?[iln][a-z]))?"
_SCALES = {
    "trillion": 1e12,
    "tn": 1e12,
    "t": 1e12,
    "billion": 1e9,
    "bln": 1e9,
    "bn": 1e9,
    "b": 1e9,
    "million": 1e6,
    "mln": 1e6,
    "mn": 1e6,
    "m": 1e6,
    "thousand": 1e3,
    "k": 1e3,
    "crore": 1e7,
    "lakh": 1e5,
}
_CHINESE_SCALES = {"十": 1e1, "百": 1e2, "千": 1e3, "万": 1e4, "萬": 1e4, "亿": 1e8, "億": 1e8}
_CURRENCIES = {
    "USD": r"us\$|usd|u\.s\. dollars?|us dollars?|dollars?|美元|美金",
    "HKD": r"hk\$|hkd|hong kong dollars?|港元|港币|港幣",
    "TWD": r"nt\$|twd|新台币|新台幣|台币|台幣",
    "SGD": r"s\$|sgd|新加坡元|新元",
    "EUR": r"€|eur(?![a-z])|euros?|欧元|歐元",
    "GBP": r"£|gbp|pounds?|英镑|英鎊",
    "JPY": r"jpy|yen(?![a-z])|日元|円",
    "KRW": r"₩|krw|won(?![a-z])|韩元|韓元|韩圆",
    "INR": r"₹|inr|rs\.?(?![a-z])|rupees?|卢比",
    "CNY": r"¥|rmb|cny|cn¥|yuan|renminbi|人民币|人民幣|元",
}
_MOST = 1_000
"""Figures read of one text: no article has as many."""
_NO_VARIANTS: Mapping[int, str] = {}
"""One object for every call: what was folded is remembered by the table's identity."""
_SYMBOL = r"us\$|hk\$|nt\$|s\$|cn¥|rmb|cny|usd|hkd|eur|gbp|jpy|\$|¥|€|£|₩|₹"
_NAME = "(?:of )?(?:" + "|".join(_CURRENCIES.values()) + r")(?:(?![a-z])|(?<=[^a-z]))"
_CURRENCY_OF = {unit: re.compile(f"(?:{words})") for unit, words in _CURRENCIES.items()}

_YEAR = r"(?:19|20)\d\d"
_LATER_YEAR = rf"(?: of)?(?: the)? ?(?:fy ?'?|fiscal (?:year )?)?{_YEAR}|'?\d\d|(?: of)? ?fy ?'?\d\d"
_ORDINALS = {"first": 1, "second": 2, "third": 3, "fourth": 4, "一": 1, "二": 2, "三": 3, "四": 4, "首": 1}
_ORDINAL_EN = r"first|second|third|fourth|1st|2nd|3rd|4th"
_PERIOD = (
    rf"(?:(?P<py>{_YEAR}|\d\d(?=年|财年|q[1-4]))[ -]?(?:年|财年|財年)?[ -]?)?(?:(?:fy|fiscal)[ -]?)?"
    rf"(?:(?P<nine>前三季度?|前3季度?|nine months)"
    rf"|(?P<half>上半年|下半年|h[12](?![a-z0-9])|(?:first|second|1st|2nd)[ -]half)"
    rf"|q(?P<q>[1-4])(?![a-z0-9])|q(?P<qfy>[1-4])(?=fy)|(?P<nq>[1-4])q(?=\d\d|[^a-z0-9]|$)"
    rf"|第?(?P<zq>[一二三四首1-4])(?:财年?|財年?)?季(?:度|报|報|(?![节度]))"
    rf"|(?P<eq>{_ORDINAL_EN})[ -](?:fiscal[ -])?quarter)"
    rf"(?:(?P<ty>{_LATER_YEAR})(?![\d%年万亿月日]|[.,]\d))?"
)
_FISCAL = (
    rf"(?P<fy>{_YEAR}|\d\d)(?:财年|財年)"
    rf"|(?:fy ?'?|fiscal (?:year )?|full[ -]year )(?P<fz>{_YEAR}|\d\d)(?![\d.,%])"
    rf"|(?P<zy>{_YEAR})年(?!\d)|(?:in|by|for|since|until|of|from) (?P<by>{_YEAR})(?![\d%]|[.,]\d)"
)
_PERCENT = (
    rf"(?P<pct>{_NUMBER}) ?(?:%|percentage points?|percent(?!age)|per cent|pct(?![a-z])|个百分点|個百分點)"
    rf"|百分之(?P<zpct>{_NUMBER})|(?P<bp>{_NUMBER}) ?(?:basis points?|bps(?![a-z])|个?基点)"
    r"|(?<![一二三四五六七八九十百])(?P<tenths>[一二两三四五六七八九])成(?=[,.;:!?。、以五左的\s]|$)"
)
_MONEY = (
    rf"(?P<sym>{_SYMBOL}) ?(?P<m1>{_NUMBER})(?:{_GAP}(?P<s1>{_SCALE}))?(?: ?(?P<c1>{_NAME}))?"
    rf"|(?P<m2>{_NUMBER})(?:{_GAP}(?P<s2>{_SCALE}))?[多余餘]? ?-?(?P<c2>{_NAME})"
)
_PEOPLE = r"名|人|台|辆|輛|家|部|workers|employees|jobs|people|staff|users|cars|vehicles|units"
_COUNT = (
    rf"(?P<n1>{_NUMBER}){_GAP}(?P<s3>{_SCALE})|(?P<n2>\d{{1,3}}(?:,\d{{3}})+(?:\.\d+)?)"
    rf"|(?P<n3>{_NUMBER}) ?(?={_PEOPLE})"
)
_BEGINS = r"(?=[\da-cefghijnoqrstu$¥€£₩₹前上下第首百一二两三四五六七八九])"
"""How any figure begins: asked first, because most places of a text begin none."""
_MAY_HOLD = re.compile(r"[\d季半成]|quarter|half|months")
"""What any figure holds one of."""
_ANY = re.compile(
    rf"{_BEGINS}(?<![a-z0-9.,])(?:(?P<period>{_PERIOD}|{_FISCAL})|(?P<percent>{_PERCENT})"
    rf"|(?P<money>{_MONEY})|(?P<count>{_COUNT}))"
)
# A bare "3.9bn" is money when the words before it speak of money, else a number of things.
_ABOUT_MONEY = re.compile(
    r"(?:revenue|valu|profit|loss|sales|rais|funding|fund|deal|worth|invest|cost|spend|debt|ipo|earning|stake|bid"
    r"|营收|收入|利润|净利|估值|融资|市值|亏损|投资|募资|募集|斥资|耗资|销售额|成交额|资金|收购|豪掷|营业额)[^\d]{0,24}$"
)


def figures(text: str, field: str) -> tuple[Figure, ...]:
    """Return the numbers of a text in reading order, each with its exact span; signs are left out."""
    folded = fold(text, _NO_VARIANTS)
    if not _MAY_HOLD.search(folded):
        return ()
    found: list[Figure] = []
    for match in _ANY.finditer(folded):
        if len(found) == _MOST:
            break
        reading = _READERS[match.lastgroup or ""](match, folded)
        if reading is not None:
            start, end = match.start(), match.start() + len(match.group().rstrip(" -"))
            found.append(
                Figure(
                    unit=reading[0], value=reading[1], field=field, start=start, end=end, text=text[start:end]
                )
            )
    return tuple(found)


def _number(written: str) -> float:
    return float(written.replace(",", ""))


def _scaled(written: str, scale: str | None) -> float:
    factor = 1.0
    if scale:
        factor = _SCALES.get(scale, 1.0)
        for character in scale:
            factor *= _CHINESE_SCALES.get(character, 1.0)
    return round(_number(written) * factor, 4)


def _currency(symbol: str | None, name: str | None) -> str:
    for written in ((name or "").removeprefix("of "), symbol or ""):
        for unit, pattern in _CURRENCY_OF.items():
            if written and pattern.fullmatch(written):
                return unit
    return "USD" if symbol == "$" else "money"


def _year(written: str | None) -> int:
    digits = re.sub(r"\D", "", written or "")
    return 0 if not digits else int(digits) + (2000 if len(digits) == 2 else 0)


def _percent(match: re.Match[str], _folded: str) -> tuple[str, float]:
    if match["bp"]:
        return "percent", round(_number(match["bp"]) / 100, 4)
    if match["tenths"]:
        return "percent", 10.0 * ("一二三四五六七八九".find(match["tenths"].replace("两", "二")) + 1)
    return "percent", _number(match["pct"] or match["zpct"])


def _money(match: re.Match[str], _folded: str) -> tuple[str, float]:
    if match["m1"]:
        return _currency(match["sym"], match["c1"]), _scaled(match["m1"], match["s1"])
    return _currency(None, match["c2"]), _scaled(match["m2"], match["s2"])


def _count(match: re.Match[str], folded: str) -> tuple[str, float] | None:
    if match["s3"] == "k" and len(match["n1"]) == 1:
        return None  # a 4K screen
    if match["n1"]:
        about_money = _ABOUT_MONEY.search(folded, max(0, match.start() - 40), match.start())
        return "money" if about_money else "count", _scaled(match["n1"], match["s3"])
    return "count", _number(match["n2"] or match["n3"])


def _part(match: re.Match[str]) -> int:
    if match["nine"]:
        return 7
    if match["half"]:
        return 6 if match["half"].startswith(("下", "second", "2nd", "h2")) else 5
    written = match["q"] or match["qfy"] or match["nq"] or match["zq"] or match["eq"]
    return _ORDINALS.get(written) or int(written[0])


def _period(match: re.Match[str], _folded: str) -> tuple[str, float]:
    """Read a period: year x 10 + part; parts are 1-4 quarters, 5 and 6 halves, 7 nine months, 0 the year."""
    whole = match["fy"] or match["fz"] or match["zy"] or match["by"]
    if whole:
        return "period", float(_year(whole) * 10)
    return "period", float(_year(match["py"] or match["ty"]) * 10 + _part(match))


_READERS: dict[str, Callable[[re.Match[str], str], tuple[str, float] | None]] = {
    "period": _period,
    "percent": _percent,
    "money": _money,
    "count": _count,
}
