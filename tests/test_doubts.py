"""A message whose answer got lost: found it is no repeat, surely lost it is sent without a word, else it says so."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.channels import Address, Pacer
from bot.channels.slack import Slack
from bot.errors import SendError
from bot.model import Block, DeliveryKind, Message, Outcome, Receiver
from bot.render.repeats import marked
from bot.store import alerts, deliveries
from tests.golden import assert_golden, drawn
from tests.newsmaking import NOON, receiver
from tests.offices import UNHURRIED, Office, Service, real_now, title_of
from tests.standins import SlackStandIn
from tests.standins.samples import line
from tests.storing import owe, told
from tests.test_render_golden_news import KINDS

REPEAT = "may be a repeat"
TEAM = Receiver(id="team", via="slack", chat="C0123ABC")


@pytest.fixture
async def api() -> AsyncIterator[SlackStandIn]:
    async with SlackStandIn(chats={"C0123ABC"}, rates=False) as running:
        yield running


@pytest.fixture
async def office(tmp_path: Path, api: SlackStandIn) -> AsyncIterator[Office]:
    slack = Slack(api.token, api_url=api.api_url, pacer=Pacer(UNHURRIED), read_timeout=0.3)
    made = Office(tmp_path, {"slack": slack}, [TEAM], now=real_now())
    yield made
    await slack.close()
    made.store.close()


async def try_again(office: Office) -> None:
    office.pass_time(30)
    await office.outbox.flush()


@pytest.mark.parametrize("how", ["accept_then_reset", "accept_then_hang", "no_id", "200html"])
async def test_what_slack_took_is_found_and_not_sent_again(
    office: Office, api: SlackStandIn, how: str
) -> None:
    office.publish("s1")
    office.owe("s1", "team")
    api.fail_next(1, how, method="chat.postMessage")
    await office.outbox.flush()
    assert office.states() == {"owed": 1}
    await try_again(office)
    (post,) = api.posts
    assert office.states() == {"sent": 1}
    with office.store.snapshot() as conn:
        reference = alerts.message_of(conn, "s1", "team")
        assert reference is not None
        assert reference.message_id == post.ts
        assert not deliveries.was_repeat(conn, "s1", "team")


@pytest.mark.parametrize("how", ["reset_before", "500", "502html"])
async def test_what_slack_surely_did_not_take_is_sent_again_without_a_word(
    office: Office, api: SlackStandIn, how: str
) -> None:
    office.publish("s1")
    office.owe("s1", "team")
    api.fail_next(1, how, method="chat.postMessage")
    await office.outbox.flush()
    await try_again(office)
    (post,) = api.posts
    assert REPEAT not in post.visible


async def test_where_slack_does_not_let_us_look_the_repeat_is_marked(
    office: Office, api: SlackStandIn
) -> None:
    api.scopes.discard("channels:history")
    office.publish("s1")
    office.owe("s1", "team")
    api.fail_next(1, "accept_then_reset", method="chat.postMessage")
    await office.outbox.flush()
    await try_again(office)
    first, second = api.posts
    assert (REPEAT in first.visible, REPEAT in second.visible) == (False, True)


async def leave_behind(office: Office, *keys: str) -> None:
    """An instance that puts these on the wire, in one message that Slack takes, and dies before it writes that down."""
    with office.store.begin() as conn:
        claimed = deliveries.claim(conn, office.now, owner="dead", lease=timedelta(minutes=3), limit=1)
        ids = [each.id for each in deliveries.pending_of(conn, "team", DeliveryKind.ALERT, office.now)]
        claimed += deliveries.claim_these(conn, ids, office.now, owner="dead", lease=timedelta(minutes=3))
        for each in claimed[: len(keys)]:
            assert each.key in keys
            deliveries.on_wire(conn, each.id, office.now)
    message = Message(blocks=(Block((line("left before the kill"),)),))
    await office.channels["slack"].send(Address("C0123ABC"), message, reference=claimed[0].key)


async def test_a_message_that_was_on_its_way_when_the_bot_was_killed_is_looked_for_first(
    office: Office, api: SlackStandIn
) -> None:
    office.publish("s1", "s2")
    first = office.owe("s1", "team", score=90)
    office.owe("s2", "team")
    await leave_behind(office, first)
    second = office.open("second")
    assert await second.start() == 1
    await second.flush()
    assert [title_of("s1") in post.visible for post in api.posts] == [False, False]
    assert office.states() == {"sent": 2}
    assert office.slept == [pytest.approx(3.0)], "a message may be shown a moment later than it was taken"


async def test_held_alerts_that_left_in_one_message_are_found_together(
    office: Office, api: SlackStandIn
) -> None:
    stories = [f"s{number}" for number in range(5)]
    office.publish(*stories)
    keys = [office.owe(story, "team", due=office.now - timedelta(hours=1)) for story in stories]
    await leave_behind(office, *keys)
    second = office.open("second")
    assert await second.start() == 5
    await second.flush()
    assert len(api.posts) == 1
    assert office.states() == {"sent": 5}


async def test_held_alerts_of_which_no_trace_is_found_are_told_together_as_if_new(
    office: Office, api: SlackStandIn
) -> None:
    stories = [f"s{number}" for number in range(5)]
    office.publish(*stories)
    keys = [office.owe(story, "team", due=office.now - timedelta(hours=1)) for story in stories]
    await leave_behind(office, *keys)
    api.posts.clear()
    second = office.open("second")
    await second.start()
    await second.flush()
    (post,) = api.posts
    assert all(title_of(story) in post.visible for story in stories)
    assert REPEAT not in post.visible


@pytest.mark.parametrize(
    "kind", [DeliveryKind.ALERT, DeliveryKind.REPLY, DeliveryKind.GREETING, DeliveryKind.NOTICE]
)
async def test_where_nobody_can_look_every_kind_of_message_says_that_it_may_be_a_repeat(
    tmp_path: Path, kind: DeliveryKind
) -> None:
    service = Service()
    office = Office(tmp_path, {"service": service}, [receiver("desk", via="service", chat="1")])
    office.publish("s1")
    lost = {"about": "oddities", "rows": [{"source": "wire", "name": "Wire", "lines": []}]}
    with office.store.begin() as conn:
        alerts.save_told(conn, told("s1", watches=("alibaba",), pending=kind is DeliveryKind.ALERT))
        story = "" if kind in {DeliveryKind.GREETING, DeliveryKind.NOTICE} else "s1"
        owe(conn, f"{story}|desk|{kind}|0", story=story, kind=kind, payload=lost, due=NOON)
    service.troubles = [SendError(Outcome.AMBIGUOUS, "the answer got lost")]
    await office.outbox.flush()
    office.pass_time(60)
    await office.outbox.flush()
    (post,) = service.posts
    assert post.text.endswith(f"({REPEAT})")
    office.store.close()


async def test_only_the_repeated_ones_of_many_held_alerts_are_called_so(tmp_path: Path) -> None:
    service = Service()
    office = Office(tmp_path, {"service": service}, [receiver("desk", via="service", chat="1")])
    office.publish(*(f"s{number}" for number in range(30)))
    for number in range(30):
        office.owe(f"s{number}", "desk", due=NOON - timedelta(hours=1), score=90 - number)
    service.troubles = [SendError(Outcome.AMBIGUOUS, "the answer got lost")]
    await office.outbox.flush()
    office.pass_time(60)
    await office.outbox.flush()
    calm = [post.text for post in service.posts if REPEAT not in post.text]
    repeated = [post.text for post in service.posts if REPEAT in post.text]
    assert sum(text.count("profit jumps") for text in repeated) == 25
    assert sum(text.count("profit jumps") for text in calm) == 5
    office.store.close()


async def test_what_broke_after_it_had_left_may_have_arrived(tmp_path: Path) -> None:
    service = Service()
    office = Office(tmp_path, {"service": service}, [receiver("desk", via="service", chat="1")])
    office.publish("s1")
    office.owe("s1", "desk")
    service.troubles = [KeyError("a fault of ours, behind the answer")]
    await office.outbox.flush()
    office.pass_time(60)
    await office.outbox.flush()
    assert REPEAT in service.posts[0].text
    office.store.close()


@pytest.mark.parametrize("language", ["en", "zh"])
def test_possible_repeats_read_as_they_were_approved(language: str) -> None:
    kinds = ("development", "next_level", "correction", "digest", "weekly", "held", "greeting")
    shown = [drawn(marked(KINDS[kind](language))) for kind in kinds]
    assert_golden(f"repeats.{language}", "\n".join(shown))


async def test_a_clock_that_is_ahead_of_slacks_does_not_make_a_repeat(
    office: Office, api: SlackStandIn
) -> None:
    office.now += timedelta(hours=2)
    office.publish("s1")
    office.owe("s1", "team")
    api.fail_next(1, "accept_then_reset", method="chat.postMessage")
    await office.outbox.flush()
    await try_again(office)
    assert len(api.posts) == 1
    assert office.states() == {"sent": 1}


async def test_what_left_together_is_found_though_its_first_story_has_merged_since(
    office: Office, api: SlackStandIn
) -> None:
    told_together = [f"s{number}" for number in range(5)]
    office.publish(*told_together)
    for story in told_together:
        office.owe(story, "team", due=office.now - timedelta(hours=1))
    lease = timedelta(minutes=3)
    with office.store.begin() as conn:
        (first,) = deliveries.claim(conn, office.now, owner="killed", lease=lease, limit=1)
        due = deliveries.pending_of(conn, "team", DeliveryKind.ALERT, office.now)
        others = deliveries.claim_these(
            conn, [one.id for one in due], office.now, owner="killed", lease=lease
        )
        for each in (first, *others):
            deliveries.on_wire(conn, each.id, office.now)
    slack = office.channels["slack"]
    await slack.send(Address(TEAM.chat), Message(blocks=(Block((line("all five"),)),)), reference=first.key)
    again = office.open("second")
    await again.start()
    with office.store.begin() as conn:
        assert deliveries.cancel(conn, first.id, "merged", office.now)
    await again.flush()
    office.pass_time(30)
    await again.flush()
    assert len(api.posts) == 1
    assert office.states() == {"cancelled": 1, "sent": 4}
