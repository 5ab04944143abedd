"""A small watchlist and small tables to match with."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from bot.match import Matcher
from bot.model import Facts, Tables, Ticker, Watch, Watchlist
from bot.text import fold


@cache
def tables() -> Tables:
    """Small tables with the shipped variants; all words folded."""
    old, new = (files("bot.data") / "variants.txt").read_text(encoding="utf-8").split("\n")[:2]
    variants = {ord(before): after for before, after in zip(old, new, strict=True)}

    def folded(*words: str) -> tuple[str, ...]:
        return tuple(fold(word, variants) for word in words)

    return Tables(
        variants=variants,
        events={
            "merger": folded("acquire*", "收购", "出售~资产"),
            "layoffs": folded("layoffs", "cut~jobs", "裁员"),
            "ipo": folded("IPO", "上市", "!上市公司"),
            "earnings": folded("quarterly results", "profit", "净利润"),
            "product": folded("launch*", "unveil*", "发布"),
        },
        business_words=folded("shares", "revenue", "retailer", "股价", "营收", "公司"),
        tails=folded("Related Articles", "Read Next", "Also Read", "Posted In", "责任编辑", "相关阅读"),
        round_ups=folded("8点1氪", "早报", "This Week in", "Stocks to watch"),
    )


WATCHES = (
    Watch(
        id="alibaba",
        name="Alibaba",
        names={"zh": "阿里巴巴"},
        aliases=("阿里巴巴", "阿里云", "Alibaba Cloud"),
        likely=("阿里",),
        products=("Qwen", "通义千问"),
        people=("Jack Ma", "吴泳铭"),
        tickers=(Ticker("NYSE", "BABA"), Ticker("HK", "9988")),
        exclude=("阿里山", "拳王阿里"),
    ),
    Watch(id="tencent", name="Tencent", aliases=("腾讯", "WeChat"), tickers=(Ticker("HK", "700"),)),
    Watch(id="huawei", name="Huawei", aliases=("华为",), products=("HarmonyOS",)),
    Watch(
        id="moonshot",
        name="Moonshot AI",
        aliases=("月之暗面", "Kimi K2"),
        weak=("Moonshot", "Kimi"),
        people=("杨植麟",),
        context=("AI", "startup", "model", "模型", "valuation"),
        exclude=("moonshot goals", "Cancer Moonshot", "Antonelli"),
    ),
    Watch(
        id="target",
        name="Target Corp",
        weak=("Target",),
        tickers=(Ticker("NYSE", "TGT"),),
        context=("retailer", "stores", "Walmart"),
        exclude=("price target",),
    ),
    Watch(id="apple", name="Apple", likely=("Apple", "苹果"), tickers=(Ticker("NASDAQ", "AAPL"),)),
    Watch(id="honor", name="荣耀终端", weak=("荣耀", "HONOR"), context=("手机", "smartphone")),
    Watch(id="ford", name="Ford Motor", likely=("Ford",)),
    Watch(id="boeing", name="Boeing", tickers=(Ticker("NYSE", "BA"),)),
    Watch(id="att", name="AT&T", tickers=(Ticker("NYSE", "T"),)),
    Watch(id="moutai", name="贵州茅台", tickers=(Ticker("SH", "600519"),)),
    Watch(id="nio", name="NIO", aliases=("蔚来",)),
    Watch(id="oracle", name="Oracle"),
    Watch(id="power", name="国电"),
    Watch(id="gree", name="格力"),
    Watch(id="gree-group", name="格力集团"),
)
TOPIC = Watch(
    id="chip-controls",
    name="Chip export controls",
    all=(("export control", "entity list", "出口管制"), ("chip", "GPU", "芯片")),
    exclude=("potato chip",),
    none=("Pringles",),
)


def matcher(*more: Watch) -> Matcher:
    """A matcher over the small watchlist and ``more``; a watch of the same id takes its place."""
    watches = {watch.id: watch for watch in (*WATCHES, TOPIC, *more)}
    return Matcher(Watchlist(watches=watches), tables())


@cache
def usual() -> Matcher:
    """The matcher over the small watchlist."""
    return matcher()


def facts(title: str, body: str = "") -> Facts:
    """What the small watchlist sees."""
    return usual().facts(title, body)


def named(title: str, body: str = "") -> set[str]:
    """The watches with an accepted mention."""
    return set(facts(title, body).watches)


def refusal(title: str, watch: str) -> tuple[str, str]:
    """The reason of the first refusal of a watch, and the word that caused it."""
    found = next(refused for refused in facts(title).refused if refused.watch == watch)
    return found.reason, found.by
