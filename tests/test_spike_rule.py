"""When a company's news is far above its habit: the figures of the rule, one by one."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from math import isclose

import pytest

from bot.model import Budget, DeliveryKind, Judgement, Level, Match, Mute, Reason, Spike, Story, Told
from bot.route import Circumstances, Volumes, route_story
from bot.route.spike import Volume, chance_of, in_same_hours, is_news_of_its_day, volume
from tests.newsmaking import ALIBABA, NOON, WATCHLIST, entry, headline, match, receiver, report, route, story

NEWS = story(headline("Alibaba opens a pier", "product", "opens"))
BURST = {"alibaba": Volume(recent=8, usual=1.0, days=28)}


def judge(*matches: Match, of: Story = NEWS, **more: object) -> Judgement:
    known = {name: more.pop(name) for name in ("spiked", "heard") if name in more}
    values: dict[str, object] = {
        "now": NOON,
        "routes": [route()],
        "receivers": {"desk": receiver()},
        "watchlist": WATCHLIST,
        "volumes": Volumes(of=more.pop("volumes", BURST), **known),  # type: ignore[arg-type]
        **more,
    }
    return route_story(of, matches or (match(48),), Circumstances(**values))  # type: ignore[arg-type]


def reason(judgement: Judgement) -> Reason:
    (verdict,) = judgement.verdicts
    return verdict.reason


@pytest.mark.parametrize(
    ("recent", "usual", "spikes"),
    [
        (3, 0.01, False),  # four stories are never many
        (4, 0.25, True),
        (4, 1.0, False),  # five beside one: chance brings that once in 270 times
        (7, 1.0, True),
        (14, 5.0, False),  # three times as many, but chance brings that, too
        (15, 5.0, True),
        (119, 60.0, False),  # unlikely, but only twice as many as usual
        (179, 60.0, True),
    ],
)
def test_only_clearly_more_than_usual_is_a_spike(recent: int, usual: float, spikes: bool) -> None:
    assert Volume(recent=recent, usual=usual, days=28).is_spike is spikes


def test_a_habit_of_less_than_a_week_is_none() -> None:
    assert Volume(recent=20, usual=0.3, days=7).is_spike
    assert not Volume(recent=20, usual=0.3, days=6.9).is_spike


def test_the_chance_is_that_of_poisson() -> None:
    assert isclose(chance_of(5, 1.0), 0.00365985, rel_tol=1e-5)
    assert isclose(chance_of(16, 5.0), 6.9e-5, rel_tol=1e-2)
    assert chance_of(2, 5.0) == 1.0
    assert chance_of(100_000, 300.0) == 0.0


def test_what_is_usual_is_a_share_of_the_days_that_are_known() -> None:
    month = volume(recent=0, earlier=110, same_hours=0, began=NOON - timedelta(days=28), now=NOON)
    week = volume(recent=0, earlier=26, same_hours=0, began=NOON - timedelta(days=7), now=NOON)

    assert isclose(month.usual, 1.0)
    assert isclose(week.usual, 1.0)


def test_hours_that_are_always_loud_are_usual() -> None:
    office = volume(recent=9, earlier=110, same_hours=110, began=NOON - timedelta(days=28), now=NOON)

    assert office.usual == 4.0
    assert not office.is_spike


def test_the_same_hours_of_earlier_days_are_those_before_this_hour() -> None:
    assert in_same_hours(NOON - timedelta(days=3, hours=1), NOON)
    assert not in_same_hours(NOON - timedelta(days=3, hours=6), NOON)
    assert not in_same_hours(NOON - timedelta(days=2, hours=23), NOON)


def test_a_story_below_the_threshold_rings_for_a_spike_and_says_why() -> None:
    judgement = judge()

    (order,) = judgement.orders
    assert (order.kind, order.reason, order.watches) == (DeliveryKind.ALERT, Reason.SPIKE, ("alibaba",))
    assert Spike.of(order.detail) == Spike(watch="alibaba", stories=9, usual=1, hours=6)
    (verdict,) = judgement.verdicts
    assert (verdict.reason, verdict.told, verdict.threshold) == (Reason.SPIKE, True, 60)
    assert verdict.spike == Spike.of(order.detail)


def test_a_story_that_rings_anyway_is_a_first_report() -> None:
    assert reason(judge(match(77))) is Reason.FIRST_REPORT
    both = judge(match(77, "tencent"), match(48))
    assert [verdict.reason for verdict in both.verdicts] == [Reason.FIRST_REPORT, Reason.BELOW_THRESHOLD]


@pytest.mark.parametrize("weak", [match(48, subject=False), match(39)])
def test_passing_mentions_ring_for_no_spike(weak: Match) -> None:
    assert reason(judge(weak)) is Reason.BELOW_THRESHOLD


def test_a_watch_that_asks_for_a_score_of_its_own_is_taken_at_its_word() -> None:
    strict = replace(WATCHLIST, watches={**WATCHLIST.watches, "alibaba": replace(ALIBABA, min_score=50)})

    assert reason(judge(match(48), watchlist=strict)) is Reason.BELOW_THRESHOLD
    assert reason(judge(match(52), watchlist=strict)) is Reason.SPIKE


def test_only_a_route_that_fits_but_for_its_threshold_is_lifted() -> None:
    lawsuits = replace(route(), events=frozenset({"lawsuit"}))

    assert reason(judge(routes=[lawsuits])) is Reason.NO_ROUTE
    assert reason(judge(match(48, events=("lawsuit",)), routes=[lawsuits])) is Reason.SPIKE


def test_a_spike_rings_once_in_24_hours() -> None:
    key = ("desk", "alibaba")

    assert reason(judge(spiked={key: NOON - timedelta(hours=23)})) is Reason.BELOW_THRESHOLD
    assert reason(judge(spiked={key: NOON - timedelta(hours=24)})) is Reason.SPIKE
    assert reason(judge(spiked={("team", "alibaba"): NOON})) is Reason.SPIKE
    assert reason(judge(spiked={("desk", "tencent"): NOON})) is Reason.SPIKE


def test_who_was_told_of_three_of_its_stories_knows_already() -> None:
    assert reason(judge(heard={("desk", "alibaba"): 3})) is Reason.BELOW_THRESHOLD
    assert reason(judge(heard={("desk", "alibaba"): 2})) is Reason.SPIKE


def test_mutes_and_budgets_hold_for_spikes_too() -> None:
    hour = NOON + timedelta(hours=1)
    full = receiver(at_most=Budget(2))

    assert reason(judge(mutes=[Mute(watch="alibaba", until=hour)])) is Reason.BELOW_THRESHOLD
    assert reason(judge(receivers={"desk": full}, used={"desk": 2})) is Reason.BELOW_THRESHOLD
    assert reason(judge(receivers={"desk": full}, used={"desk": 1})) is Reason.SPIKE


def test_old_news_rings_for_no_spike() -> None:
    first = headline("Alibaba opens a pier", "product", "opens")
    baseline = story(report(replace(first.entry, baseline=True), first.facts))
    late = story(report(replace(first.entry, late=True), first.facts))
    yesterday = story(report(replace(first.entry, time=NOON - timedelta(hours=7)), first.facts))

    assert reason(judge(of=baseline)) is Reason.BELOW_THRESHOLD
    assert reason(judge(of=late)) is Reason.BELOW_THRESHOLD
    assert reason(judge(of=yesterday)) is Reason.BELOW_THRESHOLD


def test_what_the_receiver_heard_of_already_is_no_spike() -> None:
    told = Told(receiver="desk", story="k7f2", at=NOON, score=48, watches=("alibaba",), digest=True)

    judgement = judge(told={"desk": told}, new_entries=frozenset({"e1"}))
    assert judgement.orders == ()


def test_one_story_rings_for_one_spike() -> None:
    both = {"alibaba": BURST["alibaba"], "tencent": BURST["alibaba"]}

    judgement = judge(match(48), match(52, "tencent"), volumes=both)
    assert [order.watches for order in judgement.orders] == [("tencent",)]


def test_an_undated_entry_after_a_long_silence_of_ours_is_of_no_known_hour() -> None:
    night = timedelta(hours=9)
    undated = entry(polled_before=NOON - night)

    assert not is_news_of_its_day(undated)
    assert is_news_of_its_day(replace(undated, time=NOON - timedelta(hours=8)))
    assert is_news_of_its_day(entry())
    assert not is_news_of_its_day(entry(baseline=True))
    assert not is_news_of_its_day(entry(late=True))


def test_notable_is_where_a_spike_begins() -> None:
    assert reason(judge(match(int(Level.NOTABLE)))) is Reason.SPIKE
