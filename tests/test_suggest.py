"""From an archive, lines for ``exclude`` and ``context``: what a doubtful word stands in, and beside."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.match import Matcher
from bot.match.suggest import WEIGHED, Study, doubtful_terms
from bot.model import Watch, Watchlist
from tests.archives import GRANDCAR, KESTREL, figures, filler, headlines, study, texts
from tests.grouping import TABLES

WORD = Watch(id="国电", name="国电", weak=("国电",))


def test_a_chinese_word_that_holds_the_term_is_offered_with_two_headlines() -> None:
    found = study(GRANDCAR, [*headlines("宏图时刻", 8), *headlines("宏图汽车", 5, start=8), *filler()])
    (phrase,) = figures(found, "宏图").excludes
    assert (phrase.text, phrase.headlines) == ("宏图时刻", 8)
    assert len(phrase.examples) == 2
    assert all("宏图时刻" in example for example in phrase.examples)
    assert found.excludes == ("宏图时刻",)


def test_a_word_across_the_term_s_border_is_offered() -> None:
    titles = headlines("中国电子", 8) + headlines("国电", 3, start=8)
    assert study(WORD, [*titles, *filler()], terms={"国电": ""}).excludes == ("中国电子",)


def test_what_follows_nearly_always_belongs_to_the_word() -> None:
    found = study(GRANDCAR, [*headlines("宏图与现实", 9), *filler()])
    assert found.excludes == ("宏图与现实",)


def test_several_words_with_one_beginning_are_each_offered() -> None:
    titles = headlines("宏图之夜", 5) + headlines("宏图之路", 5, start=5) + headlines("宏图", 4, start=10)
    assert set(study(GRANDCAR, [*titles, *filler()]).excludes) == {"宏图之夜", "宏图之路"}


def test_words_in_which_the_company_is_meant_are_not_offered() -> None:
    beside_a_name = [f"{title}，宏图汽车说" for title in headlines("宏图新厂", 8)]
    with_context = [f"{title}，即将交付" for title in headlines("宏图新车", 8, start=8)]
    assert study(GRANDCAR, [*beside_a_name, *with_context, *filler()]).excludes == ()


def test_a_name_of_the_company_is_not_offered() -> None:
    found = study(GRANDCAR, [*headlines("宏图汽车", 12), *filler()])
    assert figures(found, "宏图").counted == 12
    assert found.excludes == ()


def test_what_is_excluded_already_is_counted_and_not_offered_again() -> None:
    found = study(GRANDCAR, [*headlines("宏图大业", 8), *filler()])
    assert figures(found, "宏图").refused == (("excluded", 8),)
    assert found.excludes == ()


def test_one_piece_of_news_told_by_many_is_no_habit() -> None:
    titles = [
        f"中央剧院今晚首演宏图时刻门票售罄{mark}" for mark in ("", "！", "了", "啦", "（图）", "（组图）")
    ]
    assert study(GRANDCAR, [*titles, *filler(200)]).excludes == ()


def test_two_headlines_are_too_few() -> None:
    assert study(GRANDCAR, [*headlines("宏图时刻", 2), *filler()]).excludes == ()


def test_a_particle_beside_the_term_makes_no_word() -> None:
    assert study(GRANDCAR, [*headlines("你的宏图", 14), *filler()]).excludes == ()


def test_english_neighbours_that_speak_for_another_sense_are_offered() -> None:
    (phrase,) = figures(study(KESTREL, [*headlines("Common Kestrel", 8), *filler()]), "Kestrel").excludes
    assert (phrase.text, phrase.headlines) == ("Common Kestrel", 8)


def test_another_writing_of_a_phrase_is_offered_too() -> None:
    titles = [
        title.title() for title in headlines("Common Kestrel", 6) + headlines("Common-Kestrel", 3, start=6)
    ]
    assert study(KESTREL, [*titles, *filler()]).excludes == ("Common Kestrel", "Common-Kestrel")


def test_a_stop_word_beside_the_term_is_no_phrase() -> None:
    assert study(KESTREL, [*headlines("with Kestrel", 12), *filler()]).excludes == ()


def test_of_a_term_that_counts_by_itself_a_phrase_is_only_a_question() -> None:
    likely = replace(KESTREL, weak=(), likely=("Kestrel",))
    meant = [f"{title}: startup" for title in headlines("Kestrel", 8, start=8)]
    found = study(likely, [*meant, *headlines("Common Kestrel", 8), *filler()])
    assert found.excludes == ()
    assert found.doubtful == ("Common Kestrel",)
    assert figures(found, "Kestrel").lost == 0


def test_words_beside_certain_names_are_offered_as_context() -> None:
    named = [f"{title}，纯电轿跑" for title in headlines("宏图汽车", 9)]
    other = [f"{title}，夜跑" for title in headlines("宏图", 7, start=9)]
    found = study(GRANDCAR, [*named, *other, *filler()])
    assert texts(found.context) == ["纯电轿跑"]
    assert (found.context[0].beside, found.context[0].elsewhere) == (9, 0)


def test_context_that_is_there_already_is_not_offered() -> None:
    named = [f"{title}，交付" for title in headlines("宏图汽车", 9)]
    assert study(GRANDCAR, [*named, *headlines("宏图", 7, start=9), *filler()]).context == ()


def test_latin_context_is_written_as_headlines_write_it() -> None:
    named = [f"{title} with LiDAR" for title in headlines("Kestrel Labs", 9)]
    found = study(KESTREL, [*named, *headlines("Kestrel", 7, start=9), *filler()])
    assert texts(found.context) == ["LiDAR"]


def test_nothing_is_wanted_for_a_company_that_is_never_refused() -> None:
    named = [f"{title}，纯电轿跑" for title in headlines("宏图汽车", 12)]
    assert study(GRANDCAR, [*named, *filler()]).context == ()


def test_what_the_lines_would_change_is_counted_on_the_same_headlines() -> None:
    counted = [f"{title}，汽车交付" for title in headlines("宏图时刻", 1)]
    titles = counted + headlines("宏图时刻", 12, start=1)
    found = study(GRANDCAR, [*titles, *filler()])
    seen = figures(found, "宏图")
    assert found.excludes == ("宏图时刻",)
    assert (seen.counted, seen.excludes[0].counted) == (1, 1)
    assert (seen.lost, seen.gained) == (1, 0)
    edited = replace(GRANDCAR, exclude=("宏图时刻",))
    matcher = Matcher(Watchlist(watches={"grandcar": edited}), TABLES)
    assert not any(matcher.facts(title).mentions for title in titles)


def test_a_headline_that_a_phrase_takes_from_the_company_is_told() -> None:
    titles = [*headlines("Common Kestrel", 9), "Common Kestrel meets Kestrel Inc"]
    seen = figures(study(KESTREL, [*titles, *filler()]), "Kestrel")
    assert (seen.counted, seen.lost) == (1, 1)


def test_the_figures_say_entries_headlines_and_different_ones() -> None:
    found = Study(GRANDCAR, doubtful_terms(GRANDCAR), Watchlist(watches={"grandcar": GRANDCAR}), TABLES)
    for title, text in [
        ("宏图汽车交付", "宏图很好"),
        ("宏图汽车交付", ""),
        ("大展宏图", ""),
        ("天气晴好", "他们大展宏图"),
        ("天气晴好", "没有别的"),
    ]:
        found.read(title, text)
    seen = figures(found.suggest(), "宏图")
    assert (seen.entries, seen.headlines, seen.weighed, seen.counted) == (4, 3, 2, 1)
    assert seen.refused == (("needs_support", 1),)


def test_traditional_characters_and_full_width_are_the_same_word() -> None:
    kept = replace(KESTREL, weak=("Kestrel",))
    found = study(kept, ["Ｋｅｓｔｒｅｌ in a tree", "KESTREL FLIES", "kestrels"])
    assert figures(found, "Kestrel").headlines == 2
    assert figures(study(GRANDCAR, ["大展宏圖"]), "宏图").headlines == 1


def test_likely_weak_short_and_plain_names_are_doubtful() -> None:
    watch = Watch(
        id="x",
        name="Orange",
        aliases=("橙子", "橙子电信", "Orange Telecom", "ORA"),
        likely=("Livebox",),
        weak=("Sosh",),
        products=("Max", "Orange Money"),
        people=("Bo",),
    )
    assert doubtful_terms(watch) == {
        "Livebox": "likely",
        "Sosh": "weak",
        "Orange": "name",
        "橙子": "alias",
        "ORA": "alias",
        "Max": "product",
    }


def test_only_so_many_headlines_are_weighed_and_all_are_counted() -> None:
    found = study(KESTREL, (f"Kestrel number {at} seen" for at in range(WEIGHED + 50)))
    seen = figures(found, "Kestrel")
    assert (seen.headlines, seen.weighed) == (WEIGHED + 50, WEIGHED)


def test_an_empty_archive_says_nothing() -> None:
    found = study(GRANDCAR, [])
    assert (found.entries, found.excludes, found.context) == (0, (), ())
    assert figures(found, "宏图").entries == 0


@settings(deadline=None, max_examples=40)
@given(st.lists(st.text(alphabet="宏图汽车在的中Kestrl '-.,\u200b\ud83d\ude00é図", max_size=40), max_size=20))
def test_any_headlines_give_lines_that_stand_in_them(titles: list[str]) -> None:
    found = study(GRANDCAR, titles * 2)
    for term in found.terms:
        assert term.counted <= term.weighed <= term.headlines <= term.entries <= found.entries
        for phrase in term.excludes:
            assert any(phrase.text in title for title in titles)
