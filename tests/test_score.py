"""What a score says, and what it never does."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.model import Facts, Level, Mention
from bot.score import match_story, score_facts, total
from tests.newsmaking import (
    ALIBABA,
    CHIPS,
    TENCENT,
    WATCHLIST,
    entry,
    event,
    facts,
    headline,
    mention,
    report,
    story,
)

TITLE = "Alibaba profit jumps as Tencent waits"


def points(found: Facts, weight: float = 1.0) -> dict[str, int]:
    return {point.rule: point.points for point in score_facts(found, ALIBABA, weight=weight)}


def test_earnings_in_a_headline_of_a_trusted_source_with_the_company_all_over_the_text_are_urgent() -> None:
    text = [
        Mention(watch="alibaba", field="body", start=at, end=at + 7, text="Alibaba", kind="name")
        for at in range(0, 60, 10)
    ]
    found = facts(mention(TITLE, "Alibaba"), *text, events=(event(TITLE, "profit", "earnings"),))

    assert points(found, 1.5) == {"headline": 55, "text": 1, "event:earnings": 23, "trusted": 12}
    assert Level.of(total(score_facts(found, ALIBABA, weight=1.5))) is Level.URGENT


def test_earnings_in_a_headline_of_a_trusted_source_are_ninety() -> None:
    found = facts(mention(TITLE, "Alibaba"), events=(event(TITLE, "profit", "earnings"),))

    assert total(score_facts(found, ALIBABA, weight=1.5)) == 90


def test_every_point_of_a_place_names_the_words_that_earned_it() -> None:
    found = facts(mention(TITLE, "Alibaba"), events=(event(TITLE, "profit", "earnings"),))

    spans = {point.rule: TITLE[point.start : point.end] for point in score_facts(found, ALIBABA)}

    assert spans == {"headline": "Alibaba", "event:earnings": "profit"}


def test_a_company_in_passing_stays_below_the_threshold_of_an_alert() -> None:
    title = "Tencent among backers of 12 start-ups in funding spree with Alibaba"
    found = facts(mention(title, "Alibaba"), about="tencent", events=(event(title, "funding", "funding"),))

    assert points(found) == {"passing": 20, "event:funding": 14}


def test_a_product_launch_is_notable_and_three_sources_make_it_important() -> None:
    title = "Alibaba launches a phone"
    one = headline(title, "product", "launches")
    more = [headline(title, "product", "launches", f"e{n}", source=f"s{n}") for n in range(2, 6)]

    assert match_story(story(one), WATCHLIST)[0].level is Level.NOTABLE
    assert match_story(story(one, *more), WATCHLIST)[0].level is Level.IMPORTANT


def test_an_event_belongs_to_whom_its_clause_names() -> None:
    title = "Tencent posts a record profit; Alibaba opens a park"
    found = facts(
        mention(title, "Tencent", "tencent"),
        mention(title, "Alibaba"),
        events=(event(title, "profit", "earnings"),),
        clauses=(title.index("Alibaba"),),
    )

    assert points(found) == {"headline": 55}
    assert "event:earnings" in {point.rule for point in score_facts(found, TENCENT)}
    assert match_story(story(report(entry("e1", title), found)), WATCHLIST)[1].events == ()


def test_a_clause_that_names_nobody_goes_on_about_the_company_before_it() -> None:
    title = "Alibaba opens a park, expects a record profit"
    found = facts(
        mention(title, "Alibaba"),
        events=(event(title, "profit", "earnings"),),
        clauses=(title.index("expects"),),
    )

    assert points(found) == {"headline": 55, "event:earnings": 23}


def test_copies_of_one_wire_report_add_nothing() -> None:
    one = headline(TITLE)
    copies = [report(entry(f"e{n}", TITLE, source=f"s{n}"), one.facts, copy_of="e1") for n in range(2, 9)]

    assert match_story(story(one, *copies), WATCHLIST)[0].score == match_story(story(one), WATCHLIST)[0].score


def test_a_round_up_counts_little_for_each_company_in_it() -> None:
    found = facts(mention(TITLE, "Alibaba"), events=(event(TITLE, "waits", "product"),), digest=True)

    assert points(found) == {"round_up": 24}


def test_a_part_of_a_round_up_counts_when_it_would_ring_as_a_headline_of_its_own() -> None:
    title = "Rain in Hangzhou; Alibaba posts a record profit; Tencent opens a park"
    found = facts(
        mention(title, "Alibaba"),
        mention(title, "Tencent", "tencent"),
        events=(event(title, "profit", "earnings"),),
        digest=True,
        clauses=(title.index("Alibaba"), title.index("Tencent")),
    )

    assert points(found) == {"segment": 43, "event:earnings": 23}
    assert [point.rule for point in score_facts(found, TENCENT)] == ["round_up"]


def test_a_text_about_a_company_that_the_headline_does_not_name_is_notable() -> None:
    body = "Alibaba " * 4
    spots = [
        Mention(watch="alibaba", field="body", start=8 * n, end=8 * n + 7, text="Alibaba", kind="name")
        for n in range(4)
    ]

    assert body[8:15] == "Alibaba"
    assert Level.of(total(score_facts(facts(*spots), ALIBABA))) is Level.NOTABLE


def test_a_headline_in_passing_takes_nothing_from_a_text_about_the_company() -> None:
    body = [
        Mention(watch="alibaba", field="body", start=9 * n, end=9 * n + 7, text="Alibaba", kind="name")
        for n in range(4)
    ]
    passing = mention("Start-up backed by Alibaba shows a robot", "Alibaba")
    alone, both = facts(*body), facts(passing, *body, about="none")

    assert total(score_facts(both, ALIBABA)) >= total(score_facts(alone, ALIBABA)) > 40


def test_no_source_is_trusted_so_much_that_a_headline_without_an_event_rings() -> None:
    text = [Mention(watch="alibaba", field="body", start=0, end=7, text="Alibaba", kind="name")]
    plain = facts(mention("Why I like Alibaba", "Alibaba"), *text)

    assert total(score_facts(plain, ALIBABA, weight=1.5)) < Level.IMPORTANT


def test_a_topic_scores_without_a_company() -> None:
    title = "New export control on chips"
    found = facts(mention(title, "export control", "chips", kind="topic"))

    assert score_facts(found, CHIPS)[0].rule == "topic"


def test_an_event_far_from_every_mention_in_the_text_earns_nothing() -> None:
    text = "Alibaba said so. " + "x" * 500 + " a lawsuit"
    found = facts(
        mention(text, "Alibaba", field="body"),
        about="none",
        events=(event(text, "lawsuit", "lawsuit", field="body"),),
    )

    assert "event:lawsuit" not in points(found)


def test_a_watch_that_is_not_mentioned_has_no_score() -> None:
    assert score_facts(facts(mention(TITLE, "Tencent", "tencent")), ALIBABA) == ()


spots = st.builds(
    Mention,
    watch=st.just("alibaba"),
    field=st.sampled_from(["title", "body"]),
    start=st.integers(0, 900),
    end=st.just(1000),
    text=st.just("Alibaba"),
    kind=st.sampled_from(["name", "alias", "product", "likely", "weak", "ticker", "person"]),
)
happenings = st.lists(
    st.builds(
        lambda kind, field, start: event(" " * start + "x", "x", kind, field=field),
        st.sampled_from(["earnings", "product", "funding", "own"]),
        st.sampled_from(["title", "body"]),
        st.integers(0, 900),
    ),
    max_size=4,
)


@given(st.lists(spots, min_size=1, max_size=6), spots, happenings, st.booleans(), st.booleans())
def test_another_mention_of_a_watch_never_lowers_its_score(
    before: list[Mention], another: Mention, events: list[object], subject: bool, digest: bool
) -> None:
    about = "alibaba" if subject else "none"
    few = facts(*before, about=about, events=tuple(events), digest=digest)  # type: ignore[arg-type]
    more = facts(*before, another, about=about, events=tuple(events), digest=digest)  # type: ignore[arg-type]

    assert total(score_facts(more, ALIBABA)) >= total(score_facts(few, ALIBABA))


@given(st.integers(0, 100))
def test_every_score_has_a_level(score: int) -> None:
    level = Level.of(score)
    assert level <= score
    assert all(other <= level for other in Level if other <= score)
