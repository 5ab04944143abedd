"""Whatever a source writes, no entry breaks the grouping, is swallowed by it, or takes long."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot import decide
from bot.dedup import StoryIndex
from bot.model import Assignment, Entry
from bot.text import language_of
from tests.bureau import Bureau
from tests.grouping import MATCHER, NOON, TABLES
from tests.loopback import Newsroom
from tests.trapping import HEADLINES, feed, item

NEWS = (
    "Globex profit jumps 34% on cloud demand",
    "Globex recalls toasters after kitchen fires",
    "格洛贝克斯任命新任首席财务官",
    "Storm closes ports along the northern coast",
)
SCRIPTS = {
    "arabic": ("ارتفاع أرباح الشركة في الربع الثالث", "إضراب عمال الموانئ يدخل أسبوعه الثاني"),
    "hebrew": ("רווחי החברה עלו ברבעון השלישי", "שביתת עובדי הנמל נכנסת לשבועה השני"),
    "thai": ("กำไรของบริษัทเพิ่มขึ้นในไตรมาสที่สาม", "คนงานท่าเรือนัดหยุดงานเป็นสัปดาห์ที่สอง"),
    "emoji": ("🚀🚀🚀", "🔥💰"),
    "cyrillic": ("Прибыль компании выросла в третьем квартале", "Забастовка докеров идёт вторую неделю"),
    "korean": ("회사 3분기 순이익 증가", "항만 노동자 파업 2주째 이어져"),
    "japanese": ("同社の第3四半期純利益が増加した", "港湾労働者のストライキが2週目に入る"),
    "hindi": ("तीसरी तिमाही में कंपनी का मुनाफा बढ़ा", "बंदरगाह कर्मचारियों की हड़ताल दूसरे हफ्ते में"),
    "greek": ("Τα κέρδη της εταιρείας αυξήθηκαν", "Η απεργία των λιμενεργατών συνεχίζεται"),
}
SYLLABLES = re.findall(
    "...",
    "bardorfelganhuljinkaslommernovpolquirassiltorulmverwexyarzenbrecryflogrerabrodlefnagluhnijsakmol",
)
FEW = (
    "",
    " ",
    "…",
    "!!!",
    "a",
    "Update",
    "快讯",
    "Globex",
    "格洛贝克斯",
    "公告",
    "12",
    "34%",
    "🚀",
    "\u200b",
    "的",
)


def entry(
    name: object,
    title: str,
    *,
    hours: float = 0.0,
    source: str = "",
    at: datetime | None = None,
    body: str = "",
) -> Entry:
    """An entry so many hours after noon, or at a time of its own."""
    time = at or NOON + timedelta(hours=hours)
    return Entry(
        id=str(name),
        source=source or f"source-{name}",
        source_name="A source",
        title=title,
        body=body,
        first_seen=time,
        time=time,
        lang=language_of(title),
    )


def read(index: StoryIndex, entries: Iterable[Entry]) -> list[Assignment]:
    """Assign entries as the bot does."""
    return [decide.assign(each, MATCHER, index) for each in entries]


def index_with_news() -> StoryIndex:
    """An index in which four pieces of news stand, each told twice."""
    index = StoryIndex(TABLES)
    again = [f"{title} - Harbour Daily" for title in NEWS]
    read(index, (entry(f"n{at}", title, hours=-1) for at, title in enumerate([*NEWS, *again])))
    return index


@pytest.mark.parametrize("title", FEW)
def test_a_title_that_says_next_to_nothing_joins_no_news(title: str) -> None:
    index = index_with_news()
    assert all(each.new for each in read(index, [entry("a", title)]))


@pytest.mark.parametrize("title", FEW)
def test_news_never_joins_an_entry_whose_title_says_next_to_nothing(title: str) -> None:
    index = StoryIndex(TABLES)
    read(index, (entry(at, title) for at in range(20)))
    news = read(index, (entry(f"n{at}", text, hours=1) for at, text in enumerate(NEWS)))
    assert all(each.new for each in news)


def test_entries_with_empty_titles_and_texts_of_their_own_stay_apart() -> None:
    found = read(StoryIndex(TABLES), (entry(at, "", body=text) for at, text in enumerate(NEWS)))
    assert len({each.story for each in found}) == len(NEWS)


@pytest.mark.parametrize("script", SCRIPTS)
def test_news_in_any_script_opens_a_story_of_its_own(script: str) -> None:
    index = index_with_news()
    found = read(index, (entry(at, title) for at, title in enumerate(SCRIPTS[script])))
    assert all(each.new for each in found)


@pytest.mark.parametrize("script", [name for name in SCRIPTS if name != "emoji"])
def test_the_same_headline_in_any_script_is_the_same_story(script: str) -> None:
    one, other = read(index_with_news(), (entry(at, SCRIPTS[script][0], hours=at) for at in range(2)))
    assert one.story == other.story


def test_scripts_among_each_other_stay_apart() -> None:
    titles = [title for script, pair in SCRIPTS.items() if script != "hindi" for title in pair]
    found = read(StoryIndex(TABLES), (entry(at, title) for at, title in enumerate(titles)))
    assert len({each.story for each in found}) == len(titles)


@pytest.mark.parametrize(
    "filling",
    ["word ", "Globex profit jumps ", "字", "格洛贝克斯净利润增长34%，", "🚀", "x", "1 ", "(((", "- "],
)
def test_a_title_of_ten_thousand_characters_is_taken_in_reasonable_time(filling: str) -> None:
    index = index_with_news()
    text = (filling * 10_000)[:10_000]
    began = process_time()
    found = read(index, (entry(at, f"{at} {text}", body=text, hours=at / 60) for at in range(5)))
    assert process_time() - began < 5
    assert len(found) == 5
    told_again = read(index, [entry("n", NEWS[0], hours=0.5)])[0]
    assert told_again.story == index.story_of("n0"), "the news that stood there is found as before"


def test_the_head_of_an_endless_title_decides_and_others_with_another_head_stay_apart() -> None:
    tail = " and so on" * 1_000
    one, other = read(
        StoryIndex(TABLES), (entry(at, title + tail) for at, title in enumerate((NEWS[0], NEWS[3])))
    )
    assert one.story != other.story


def test_headlines_of_one_pattern_about_others_stay_apart() -> None:
    pairs = [
        ("Springfield council approves tram line", "Shelbyville council approves tram line"),
        ("Ogdenville police seek bank robbers", "Haverbrook police seek bank robbers"),
        ("Umbra opens its first factory in Vietnam", "Umbra opens its first factory in Hungary"),
    ]
    joined = []
    for one, other in pairs:
        first, second = read(index_with_news(), [entry(1, one), entry(2, other, hours=1)])
        joined += [other] if first.story == second.story else []
    assert joined == []


def test_a_thousand_headlines_of_one_pattern_are_not_one_story() -> None:
    names = [first + second for first in SYLLABLES for second in SYLLABLES][:1000]
    titles = [f"{name.title()} council debates new bridge at {name[::-1]}" for name in names]
    found = read(StoryIndex(TABLES), (entry(at, title) for at, title in enumerate(titles)))
    assert len({each.story for each in found}) >= 0.85 * len(titles)


def test_a_thousand_one_word_titles_stay_apart_and_take_no_time() -> None:
    words = [a + b for a in SYLLABLES for b in SYLLABLES][:1000]
    began = process_time()
    found = read(StoryIndex(TABLES), (entry(at, word) for at, word in enumerate(words)))
    assert process_time() - began < 20
    assert len({each.story for each in found}) == 1000


def test_one_short_title_from_a_thousand_sources_takes_no_news_in() -> None:
    index = StoryIndex(TABLES)
    read(index, (entry(at, "Market update", hours=at / 500) for at in range(1000)))
    news = read(index, (entry(f"n{at}", title, hours=2) for at, title in enumerate(NEWS)))
    assert all(each.new for each in news)


def test_the_same_headline_from_fifty_sources_is_one_story() -> None:
    found = read(index_with_news(), (entry(at, HEADLINES[1], hours=at / 60) for at in range(50)))
    assert len({each.story for each in found}) == 1
    assert found[0].new
    assert all(each.joining.copy_of for each in found[1:])


@pytest.mark.parametrize("seed", range(3))
def test_entries_of_days_in_any_order_find_their_stories(seed: int) -> None:
    stories = [
        [f"{title}", f"{title}, sources say", f"{title} - Harbour Daily", f"{title}: what we know"]
        for title in HEADLINES
    ]
    entries = [
        entry(f"{at}-{n}", title, hours=at * 30 + n)
        for at, told in enumerate(stories)
        for n, title in enumerate(told)
    ]
    Random(seed).shuffle(entries)
    found = read(StoryIndex(TABLES), entries)
    by_news: dict[str, set[str]] = {}
    for each in found:
        by_news.setdefault(each.entry.id[0], set()).add(each.story)
    assert len(set().union(*by_news.values())) == len(HEADLINES)


@pytest.mark.parametrize(
    "odd",
    [
        datetime(1970, 1, 1, tzinfo=UTC),
        datetime(2099, 12, 31, tzinfo=UTC),
        datetime.max.replace(tzinfo=UTC),
        datetime.min.replace(tzinfo=UTC),
    ],
    ids=["1970", "2099", "the last moment", "the first moment"],
)
def test_a_wrong_clock_spoils_nothing_for_the_others(odd: datetime) -> None:
    index = StoryIndex(TABLES)
    (strange,) = read(index, [entry("odd", NEWS[0], at=odd)])
    first, second = read(index, [entry(1, NEWS[0]), entry(2, f"{NEWS[0]} - Harbour Daily", hours=1)])
    assert strange.new
    assert first.new, "years apart"
    assert first.story == second.story
    index.forget(NOON - timedelta(days=10))
    assert read(index, [entry(3, NEWS[0], hours=2)])[0].story == first.story


@settings(max_examples=30, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.one_of(st.text(max_size=40), st.sampled_from([*FEW, *NEWS])),
            st.text(max_size=80),
            st.integers(-10_000, 10_000),
        ),
        max_size=12,
    )
)
def test_anything_at_all_is_assigned_taken_back_and_assigned_alike(rows: list[tuple[str, str, int]]) -> None:
    index = index_with_news()
    entries = [
        entry(at, title, body=body, hours=minutes / 60) for at, (title, body, minutes) in enumerate(rows)
    ]
    mark = index.mark()
    first = [(each.story, each.new, each.merged) for each in read(index, entries)]
    index.rollback(mark)
    assert [(each.story, each.new, each.merged) for each in read(index, entries)] == first


async def test_odd_entries_do_not_keep_a_poll_from_telling_the_news(tmp_path: Path) -> None:
    odd = [*FEW, *(title for pair in SCRIPTS.values() for title in pair), "x" * 10_000, "字" * 10_000]
    listed = [item(n, title or "\u200b") for n, title in enumerate(odd, 100)]
    async with Newsroom() as newsroom, Bureau(tmp_path, newsroom) as bureau:
        await bureau.read(feed())
        await bureau.read(feed(listed[:20], item(0), listed[20:]))
        await bureau.restart()
        await bureau.read(feed(item(1, ago=-22), listed[::-1], item(0)))

        assert [title for title in bureau.told if title in HEADLINES] == list(HEADLINES[:2])
        assert len(bureau.stored) == len(listed) + 3
        assert bureau.edits == 0


async def test_a_thousand_entries_in_one_poll_do_not_hide_the_news_among_them(tmp_path: Path) -> None:
    words = [a + b for a in SYLLABLES for b in SYLLABLES][:1000]
    listed = [item(n, f"Notice {word}") for n, word in enumerate(words, 100)]
    async with Newsroom() as newsroom, Bureau(tmp_path, newsroom) as bureau:
        await bureau.read(feed())
        began = process_time()
        await bureau.read(feed(listed[:500], item(0), listed[500:]))
        assert process_time() - began < 30
        assert bureau.told == [HEADLINES[0]]
        assert len(bureau.stored) == 1002
