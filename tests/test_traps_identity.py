"""What a source renames, re-dates and republishes is recognised: nothing is told twice, nothing is swallowed."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from random import Random

import pytest

from bot.store import retention
from tests.bureau import Bureau, minutes_ago
from tests.loopback import Newsroom
from tests.trapping import HEADLINES, OLD, REGIMES, feed, item, items, moved


@pytest.fixture(params=REGIMES)
async def bureau(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Bureau]:
    async with (
        Newsroom() as newsroom,
        Bureau(tmp_path, newsroom, restarts=REGIMES[request.param]()) as bureau,
    ):
        await bureau.read(feed())
        yield bureau


def nothing_happened_since(bureau: Bureau, count: int) -> None:
    """The first pieces of news were told and stored once each, and nothing else."""
    assert sorted(bureau.told) == sorted(HEADLINES[:count])
    assert sorted(bureau.stored) == sorted([OLD["title"], *HEADLINES[:count]])
    assert bureau.replies == []
    assert bureau.edits == 0


async def test_other_guids_for_all_items_are_no_news(bureau: Bureau) -> None:
    """T1"""
    other = [moved(each, id=f"cms:{at}") for at, each in enumerate(items(5))]
    (result,) = await bureau.read(feed(items(5)), feed(other))
    assert "5 of 6 known items came under other guids" in result.warnings[0]
    for order in (other[::-1], other):
        (result,) = await bureau.read(feed(order))
        assert result.warnings == (), "they stay, so they are what the items are called"
    nothing_happened_since(bureau, 5)

    elsewhere = [moved(each, link=f"https://harbour.example/a/{at}") for at, each in enumerate(other)]
    await bureau.read(feed(elsewhere), feed(items(5)))
    nothing_happened_since(bureau, 5)


async def test_guids_that_change_at_every_poll_are_no_news_and_are_not_collected(bureau: Bureau) -> None:
    """T2"""
    await bureau.read(feed(items(5)))
    keys = bureau.keys
    for poll in range(6):
        (result,) = await bureau.read(feed([moved(each, id=f"{poll}-{each['id']}") for each in items(5)]))

    nothing_happened_since(bureau, 5)
    assert bureau.keys == keys, "each poll would leave its guids behind for ever"
    assert "guids" in " ".join(result.warnings)


async def test_one_guid_for_all_items_hides_none_and_repeats_none(bureau: Bureau) -> None:
    """T3"""
    one = items(4, id="rss")
    await bureau.read(feed(one[1:]), feed(one), feed(one[:1]), feed(one[:2]))
    nothing_happened_since(bureau, 4)


async def test_guids_that_number_the_places_of_a_list_hide_nothing(bureau: Bureau) -> None:
    """T3, where the guid goes to whatever stands at its place."""
    newest_first: list[dict[str, str]] = []
    for number in range(6):
        newest_first.insert(0, item(number))
        listed = [moved(each, id=str(place)) for place, each in enumerate(newest_first[:3], 1)]
        await bureau.read(feed(listed, old=False))
    nothing_happened_since(bureau, 6)


async def test_a_list_that_is_replaced_whole_under_the_same_guids_is_all_news(bureau: Bureau) -> None:
    """T3, where no item of the last poll is listed any more."""
    for first in (0, 3):
        listed = [item(first + place, id=str(place), ago=-12 - first) for place in range(3)]
        await bureau.read(feed(listed, old=False))
    nothing_happened_since(bureau, 6)


async def test_http_and_https_are_one_address_in_links_and_guids(bureau: Bureau) -> None:
    """T4"""
    secure = [moved(each, id=each["link"]) for each in items()]
    plain = [{name: value.replace("https://", "http://") for name, value in each.items()} for each in secure]
    await bureau.read(feed(plain), feed(secure), feed(plain))
    nothing_happened_since(bureau, 3)


async def test_a_live_blog_with_another_guid_and_date_is_an_update_of_one_entry(bureau: Bureau) -> None:
    """T5"""
    first = item(0, "Live: Globex investor day opens in Shanghai")
    await bureau.read(
        feed(first),
        feed(moved(first, id="g2", date=minutes_ago(-22))),
        feed(
            moved(first, id="g3", date=minutes_ago(-32), title="Live: Globex investor day closes in Shanghai")
        ),
    )

    assert bureau.told == [first["title"]]
    assert bureau.stored == [OLD["title"], "Live: Globex investor day closes in Shanghai"]
    assert bureau.edits == 1


async def test_an_item_that_returns_when_it_was_forgotten_is_no_news(bureau: Bureau) -> None:
    """T9: not after many newer ones, nor after retention has taken it and them."""
    await bureau.read(feed(items()))
    newer = [item(n, f"Weather notice {n} for the outer islands") for n in range(100, 400)]
    await bureau.read(feed(newer, old=False))
    bureau.now += timedelta(days=200)
    with bureau.store.begin() as conn:
        retention(conn, bureau.now - timedelta(days=180), bureau.now)
    await bureau.restart()
    assert bureau.stored == []

    await bureau.read(feed(items()), feed(items(), newer[:50]))
    assert sorted(bureau.told) == sorted(HEADLINES[:3])
    assert bureau.stored == []


@pytest.mark.parametrize("dates", ["kept", "dropped", "of the day of the move"])
async def test_a_site_that_moves_to_another_system_tells_nothing_again(bureau: Bureau, dates: str) -> None:
    """T14"""
    new_date: dict[str, dict[str, str | None]] = {
        "kept": {},
        "dropped": {"date": None},
        "of the day of the move": {"date": minutes_ago(-3000)},
    }
    undated = {"date": None} if dates == "dropped" else {}
    before = [moved(each, **undated) for each in items(5)]
    after = [
        moved(each, id=f"new-{at}", link=f"https://www.new-harbour.example/a/{at}", **new_date[dates])
        for at, each in enumerate(before)
    ]
    await bureau.read(feed(before))
    await bureau.poll(minutes=3000)
    await bureau.read(feed(after, old=False), feed(after[::-1], old=False))
    nothing_happened_since(bureau, 5)

    edited = moved(after[0], title=after[0]["title"].replace("jumps", "leaps"))
    await bureau.read(feed(edited, after[1:], old=False))
    assert bureau.edits == 1, "it is known by its new address from now on"
    assert len(bureau.told) == 5


async def test_news_that_comes_with_the_move_is_told(bureau: Bureau) -> None:
    """T14"""
    after = [
        moved(each, id=f"new-{at}", link=f"https://new.example/{at}") for at, each in enumerate(items(4))
    ]
    await bureau.read(feed(items(4)))
    await bureau.read(feed(item(5, link="https://new.example/9", id="new-9", ago=-25), after, old=False))
    nothing = [title for at, title in enumerate(HEADLINES) if at != 4]
    assert sorted(bureau.told) == sorted(nothing)


async def test_a_column_that_returns_each_day_is_not_taken_for_a_moved_site(bureau: Bureau) -> None:
    """T14, turned round: one title, but other news each time."""
    for day in range(3):
        columns = [
            item(day * 10 + n, title, ago=-12 - 1440 * day)
            for n, title in enumerate(("Globex profit watch", "Acme profit watch"))
        ]
        await bureau.read(feed(columns), minutes=10)
        bureau.now += timedelta(minutes=1430)
    assert len(bureau.stored) == 7


async def test_two_versions_of_a_feed_in_turn_repeat_nothing(bureau: Bureau) -> None:
    """T16"""
    long, short = feed(items(3)), feed(items(2))
    await bureau.read(long, short, long, short, long)
    nothing_happened_since(bureau, 3)


async def test_an_old_headline_from_a_stale_copy_is_no_second_correction(bureau: Bureau) -> None:
    """T16, where the versions differ in a headline."""
    one = item(0)
    other = moved(one, title=one["title"].replace("34%", "24%"))
    for _ in range(4):
        await bureau.read(feed(one), feed(other))

    assert bureau.told == [one["title"]]
    assert len(bureau.replies) == 1
    assert "24%" in bureau.replies[0]
    assert bureau.edits <= 3, "and it does not go on for ever"


@pytest.mark.parametrize(
    "tail", ["?utm_source=rss&utm_medium=feed", "?fbclid=IwAR0", "?ref=home", "#comments", "/", "?spm=a2c.1"]
)
async def test_tracking_parameters_and_anchors_are_no_other_page(bureau: Bureau, tail: str) -> None:
    """T17"""
    tracked = [moved(each, id=None, link=each["link"] + tail) for each in items()]
    await bureau.read(feed(items(3, id=None)), feed(tracked))
    nothing_happened_since(bureau, 3)


async def test_a_parameter_that_names_the_page_is_kept(bureau: Bureau) -> None:
    """T17"""
    listed = [
        moved(each, id=None, link=f"https://harbour.example/show?id={at}&utm_source=rss")
        for at, each in enumerate(items())
    ]
    await bureau.read(feed(listed), feed(listed[::-1]))
    nothing_happened_since(bureau, 3)


async def test_addresses_with_a_number_of_the_visit_are_no_news_and_are_not_collected(bureau: Bureau) -> None:
    """T17, where every poll gets other links."""
    await bureau.read(feed(items(5)))
    keys = bureau.keys
    for visit in range(5):
        await bureau.read(feed([moved(each, link=f"{each['link']};s={visit}") for each in items(5)]))
    nothing_happened_since(bureau, 5)
    assert bureau.keys == keys


async def test_items_with_nothing_but_a_text_are_known_by_it(bureau: Bureau) -> None:
    """T21"""
    bare = [{"summary": f"{title}. The company said so on Thursday."} for title in HEADLINES[:3]]
    await bureau.read(feed(bare), feed(bare[::-1]), feed(bare[:1]), feed(bare))
    assert len(bureau.told) == 3
    assert len(bureau.stored) == 4


async def test_filings_with_one_title_and_one_day_are_each_read(bureau: Bureau) -> None:
    """Several announcements of one company bear the same words and a date without a time."""
    day = "Thu, 12 Nov 2026 00:00:00 +0800"
    filings = [
        item(n, "Globex: Board resolution", id=None, date=day, link=f"https://exchange.example/{n}.pdf")
        for n in range(4)
    ]
    for filing in filings:
        await bureau.read(feed(filing))
    assert len(bureau.stored) == 5


async def test_the_order_of_renamings_does_not_matter(bureau: Bureau) -> None:
    """Guids, addresses, dates and schemes change again and again, never all of them at once."""
    random, listed = Random(7), items(5)
    await bureau.read(feed(listed))
    for poll in range(8):
        name = random.choice(["id", "link", "date"])
        for at, each in enumerate(listed):
            each[name] = {
                "id": f"{poll}:{at}",
                "link": f"https://harbour.example/{poll}/{at}",
                "date": minutes_ago(-12 - poll),
            }[name]
        await bureau.read(feed(random.sample(listed, 5)), feed(random.sample(listed, 5)))
    nothing_happened_since(bureau, 5)
