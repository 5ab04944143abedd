"""Short ways to make an archive of headlines in which words stand in more than one sense."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bot.match.suggest import Study, Suggestions, TermFigures, doubtful_terms
from bot.model import Watch, Watchlist
from tests.grouping import TABLES

CHINESE = (
    ("海风吹过码头，", "让孩子们睡不着"),
    ("老人回忆", "，眼里有泪"),
    ("她在舞台上写下", "，台下掌声不断"),
    ("中学生演讲：", "从书本开始"),
    ("摄影展开幕，", "挂满三层楼"),
    ("足球队夺冠，", "属于全城"),
    ("高原列车通车，", "留在窗外"),
    ("清晨的面包店里，", "飘着麦香"),
    ("博物馆深夜亮灯，", "引来排队"),
    ("诗人新书谈", "，读者买空"),
    ("渔民讲述", "，一网捞起秋天"),
    ("雪山脚下，", "等待日出"),
    ("邮局寄出", "，三十年后收到"),
    ("合唱团唱起", "，听众起立"),
    ("古镇修桥，", "刻在石上"),
    ("灯塔重新点亮，", "照着归船"),
)
ENGLISH = (
    ("Raptor watchers count every", "over the marsh at dawn"),
    ("A nest box draws the", "back to a village church"),
    ("Storm pushes one lost", "inland, ringers say"),
    ("Painter gives thirty years to the", "and its quiet hunting"),
    ("Children name their school after a", "that nested above the gym"),
    ("Farm subsidy helps voles and with them the", "again"),
    ("Airport nets spare a", "caught between runways"),
    ("Photograph of a hovering", "wins county prize"),
    ("Old poem about a", "sells for a small fortune"),
    ("Wind turbines moved to protect a", "pair"),
    ("Vet mends broken wing of young", "found in gutter"),
    ("Census finds fewer than ever of the", "in the south"),
    ("Museum loses stuffed", "to moths and damp"),
    ("Drone pilots told to avoid the", "cliffs until August"),
    ("Rooftop camera follows a", "family through spring"),
    ("Stamp shows the", "in full flight"),
)
ELSEWHERE = ("天气晴好出门散步", "河水上涨船只停航", "新桥通车居民高兴", "Rain is expected over the weekend")

GRANDCAR = Watch(
    id="grandcar",
    name="Grandcar",
    aliases=("宏图汽车",),
    weak=("宏图",),
    context=("交付",),
    exclude=("宏图大业",),
)
KESTREL = Watch(
    id="kestrel", name="Kestrel Labs", weak=("Kestrel",), context=("startup",), tickers=(), exclude=()
)


def headlines(word: str, count: int, *, start: int = 0) -> list[str]:
    """Different headlines that hold a word, each about something else; at most sixteen."""
    if word.isascii():
        return [f"{before} {word} {after}" for before, after in ENGLISH[start : start + count]]
    return [f"{before}{word}{after}" for before, after in CHINESE[start : start + count]]


def filler(count: int = 300) -> list[str]:
    """Headlines without any of the terms."""
    return [f"{ELSEWHERE[at % 4]} {at}" for at in range(count)]


def study(
    watch: Watch, titles: Iterable[str], *others: Watch, terms: dict[str, str] | None = None
) -> Suggestions:
    """What these headlines suggest for a watch."""
    watchlist = Watchlist(watches={one.id: one for one in (watch, *others)})
    found = Study(watch, doubtful_terms(watch) if terms is None else terms, watchlist, TABLES)
    for title in titles:
        found.read(title)
    return found.suggest()


def figures(found: Suggestions, term: str) -> TermFigures:
    """The figures of one term."""
    return next(one for one in found.terms if one.term == term)


def texts(found: Sequence[object]) -> list[str]:
    """The texts of phrases or context words."""
    return [str(getattr(one, "text", one)) for one in found]
