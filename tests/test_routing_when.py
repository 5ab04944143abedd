"""When a chat hears: quiet hours, budgets, digests, mutes, through the whole pipeline by a clock that tests set."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.rooms import Rooms

PROFIT = "Globex profit jumps 34% on cloud demand"
SUED = "Acme sued over brake patents in Texas court"
CLIMBS = "Globex cloud demand lifts profit by 34%"
CUTS = "Initech cuts 3,000 jobs in restructuring"
LISTING = "Globex files for Hong Kong listing"
OUTAGE = "Nationwide outage hits Initech payroll service"
MUSEUM = "Acme opens a museum of old lamps"
FIVE = (PROFIT, SUED, CUTS, LISTING, OUTAGE)
NIGHT = 'timezone: Asia/Hong_Kong, quiet_hours: {from: "22:00", until: "07:30", unless_score: 90}'
TEN_AT_NIGHT = "2026-05-20T22:10+08:00"
Open = Callable[..., Rooms]


@pytest.fixture
def rooms(tmp_path: Path) -> Iterator[Open]:
    """Open one chat with keys of its own and the routes given."""
    opened: list[Rooms] = []

    def open_with(keys: str = "", routes: str = "  - {min_score: 40, to: [desk]}") -> Rooms:
        chat = "{via: telegram, chat: -1" + (f", {keys}" if keys else "") + "}"
        opened.append(Rooms(tmp_path, f"receivers: {{desk: {chat}}}\nroutes:\n{routes}\n"))
        return opened[-1]

    yield open_with
    for each in opened:
        each.end()


# Quiet hours


async def test_quiet_hours_hold_an_alert_until_they_end(rooms: Open) -> None:
    of = rooms(NIGHT)
    await of.wait(until=TEN_AT_NIGHT)
    story = of.read("harbour", PROFIT)
    await of.wait(until="2026-05-21T07:29+08:00")

    assert of.sent == []
    assert of.reasons("desk", story) == ["quiet_hours"]
    await of.wait(until="2026-05-21T07:31+08:00")
    assert of.heard("desk") == [PROFIT]
    assert of.times("desk") == ["20 23:30"], "half past seven in Hong Kong"


async def test_an_urgent_story_pierces_quiet_hours(rooms: Open) -> None:
    of = rooms(NIGHT.replace("90", "75"))
    await of.wait(until=TEN_AT_NIGHT)
    of.read("harbour", PROFIT)
    of.read("harbour", MUSEUM)
    await of.wait(minutes=2)

    assert of.heard("desk") == [PROFIT]


async def test_a_story_that_grows_urgent_at_night_rings_then_and_not_again_in_the_morning(
    rooms: Open,
) -> None:
    of = rooms(NIGHT.replace("90", "79"))
    await of.wait(until=TEN_AT_NIGHT)
    of.read("harbour", PROFIT)
    await of.wait(minutes=2)
    assert of.sent == []

    of.read("ledger", CLIMBS)
    await of.wait(minutes=2)
    assert of.heard("desk") == [PROFIT]
    await of.wait(until="2026-05-21T09:00+08:00")
    assert len(of.messages("desk")) == 1


async def test_more_than_three_held_alerts_are_one_message_in_the_morning(rooms: Open) -> None:
    of = rooms(NIGHT)
    await of.wait(until=TEN_AT_NIGHT)
    for headline in FIVE:
        of.read("harbour", headline)
    await of.wait(until="2026-05-21T07:31+08:00")

    (message,) = of.messages("desk")
    assert all(headline in message.plain for headline in FIVE)
    assert message.plain.splitlines()[0] == "🟠 5 stories · from your quiet hours"


async def test_three_held_alerts_come_one_by_one(rooms: Open) -> None:
    of = rooms(NIGHT)
    await of.wait(until=TEN_AT_NIGHT)
    for headline in FIVE[:3]:
        of.read("harbour", headline)
    await of.wait(until="2026-05-21T07:40+08:00")

    assert sorted(of.heard("desk")) == sorted(FIVE[:3])


async def test_a_held_story_that_is_muted_meanwhile_is_not_told(rooms: Open) -> None:
    of = rooms(NIGHT)
    await of.wait(until=TEN_AT_NIGHT)
    story = of.read("harbour", PROFIT)
    of.read("harbour", SUED)
    of.mute("desk", hours=48, story=story)
    await of.wait(until="2026-05-21T08:00+08:00")

    assert of.heard("desk") == [SUED]


# Budgets


async def test_what_is_over_the_budget_stands_in_the_digest_and_the_digest_says_so(rooms: Open) -> None:
    of = rooms("at_most: 2/d")
    stories = [of.read("harbour", headline) for headline in FIVE[:4]]
    await of.wait(minutes=2)

    assert of.heard("desk") == [PROFIT, SUED]
    assert of.reasons("desk", stories[2]) == ["over_budget"]
    await of.wait(until="2026-05-21T09:00+00:00")
    digest = of.messages("desk")[-1].plain
    assert CUTS in digest
    assert LISTING in digest
    assert PROFIT not in digest
    assert "Held by your limit of 2 a day: 2, included above" in digest


async def test_the_last_eighth_of_a_budget_is_kept_for_what_matters_most(rooms: Open) -> None:
    of = rooms("at_most: 8/d", "  - {min_score: 40, to: [desk]}")
    quiet = [f"Acme {what}" for what in LESSER]
    for headline in quiet:
        of.read("harbour", headline, minutes=20)
        await of.wait(minutes=2)
    assert len(of.heard("desk")) == 7, "seven of eight, and the eighth is kept"

    of.read("ledger", PROFIT)
    of.read("ledger", OUTAGE)
    await of.wait(minutes=2)
    assert of.heard("desk")[-1] == PROFIT
    assert len(of.heard("desk")) == 8, "then the limit holds for everything"


LESSER = (
    "opens a museum of old lamps",
    "paints its offices blue",
    "plants a thousand trees in Norway",
    "moves its headquarters to Leeds",
    "sponsors a chess tournament",
    "publishes a cookbook for students",
    "teaches pensioners to swim",
    "restores a medieval bridge",
    "lends a telescope to a school",
)


async def test_a_budgets_day_is_the_receivers_own(rooms: Open) -> None:
    of = rooms("at_most: 1/d, timezone: Asia/Hong_Kong")
    await of.wait(until="2026-05-20T23:30+08:00")
    of.read("harbour", PROFIT)
    of.read("harbour", SUED)
    await of.wait(minutes=2)
    assert of.heard("desk") == [PROFIT]

    await of.wait(until="2026-05-21T00:10+08:00")
    of.read("harbour", CUTS)
    await of.wait(minutes=2)
    assert of.heard("desk") == [PROFIT, CUTS], "after midnight in Hong Kong, and ten past four in London"


async def test_a_budget_an_hour_is_full_for_an_hour(rooms: Open) -> None:
    of = rooms("at_most: 1/h")
    of.read("harbour", PROFIT)
    of.read("harbour", SUED)
    await of.wait(minutes=61)
    of.read("harbour", CUTS)
    await of.wait(minutes=2)

    assert of.heard("desk") == [PROFIT, CUTS]


async def test_edits_and_developments_cost_no_budget(rooms: Open) -> None:
    of = rooms("at_most: 2/d")
    of.read("harbour", PROFIT)
    await of.wait(minutes=2)
    of.read("ledger", CLIMBS)
    await of.wait(minutes=2)
    of.read("harbour", SUED)
    await of.wait(minutes=2)

    assert of.heard("desk") == [PROFIT, SUED]
    assert of.edits


# Mutes


async def test_a_muted_company_is_silent_until_the_mute_ends_and_then_heard_again(rooms: Open) -> None:
    of = rooms()
    of.mute("desk", hours=4, watch="globex")
    story = of.read("harbour", PROFIT)
    await of.wait(minutes=2)
    assert of.sent == []
    assert of.reasons("desk", story) == ["muted"]

    await of.wait(minutes=250)
    of.read("harbour", LISTING)
    await of.wait(minutes=2)
    assert of.heard("desk") == [LISTING]


async def test_a_story_of_two_companies_rings_while_one_of_them_is_muted(rooms: Open) -> None:
    of = rooms()
    of.mute("desk", hours=4, watch="acme")
    of.read("harbour", "Globex to buy Acme in $3 billion merger")
    await of.wait(minutes=2)

    assert len(of.messages("desk")) == 1


# Digests


async def test_a_digest_collects_what_does_not_ring_and_counts_what_did(rooms: Open) -> None:
    of = rooms(
        "timezone: Asia/Hong_Kong",
        '  - {min_score: important, to: [desk]}\n  - {min_score: 40, to: [desk], digest: {at: "08:30"}}',
    )
    of.read("harbour", MUSEUM)
    of.read("harbour", PROFIT)
    await of.wait(until="2026-05-21T08:29+08:00")
    assert of.heard("desk") == [PROFIT]

    await of.wait(until="2026-05-21T08:31+08:00")
    digest = of.messages("desk")[-1].plain
    assert MUSEUM in digest
    assert PROFIT not in digest
    assert "Told at once since then: 1" in digest
    await of.wait(until="2026-05-22T09:00+08:00")
    assert len(of.messages("desk")) == 2, "no news, no digest"


async def test_a_digest_on_weekdays_keeps_the_weekend_for_monday(rooms: Open) -> None:
    of = rooms(routes='  - {min_score: 40, to: [desk], digest: {at: "08:30", days: mon-fri}}')
    await of.wait(until="2026-05-22T12:00+00:00")  # a Friday
    of.read("harbour", PROFIT)
    await of.wait(until="2026-05-25T08:00+00:00")
    assert of.sent == []

    await of.wait(until="2026-05-25T08:31+00:00")
    assert PROFIT in of.messages("desk")[0].plain


async def test_two_digests_at_one_hour_are_one_message(rooms: Open) -> None:
    of = rooms(
        routes='  - {watches: [globex], to: [desk], digest: {at: "08:30"}}\n'
        '  - {watches: [acme], to: [desk], digest: {at: "08:30"}}'
    )
    of.read("harbour", PROFIT)
    of.read("harbour", SUED)
    await of.wait(until="2026-05-21T09:00+00:00")

    (digest,) = of.messages("desk")
    assert PROFIT in digest.plain
    assert SUED in digest.plain
