"""Slack: what a reader sees, what trouble means for the message, and finding again what may have arrived."""

from __future__ import annotations

import socket
import traceback
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from bot.channels import Address, Channel, Pacer
from bot.channels.slack import Slack
from bot.channels.slack.dress import mrkdwn
from bot.errors import SendError
from bot.model import Block, Button, Level, Message, Outcome, Span
from tests.standins import SlackStandIn, VirtualClock
from tests.standins.samples import HEADLINE, alert, hostile, line, text
from tests.standins.slack_blocks import styled, visible

TOKEN = "xoxb-CANARY-never-to-be-seen"
TEAM = Address("C0123ABC")


@pytest.fixture
async def api() -> AsyncIterator[SlackStandIn]:
    async with SlackStandIn(token=TOKEN, chats={"C0123ABC", "C0OTHER"}, rates=False, page=3) as running:
        yield running


@pytest.fixture
async def slack(api: SlackStandIn) -> AsyncIterator[Slack]:
    channel = Slack(TOKEN, api_url=api.api_url, pacer=unhurried(), read_timeout=0.4)
    yield channel
    await channel.close()


def unhurried() -> Pacer:
    """Return a pacer whose seconds pass at once."""
    clock = VirtualClock()

    async def skip(seconds: float) -> None:
        clock.now += seconds

    return Pacer(clock=clock, sleep=skip)


def just_now() -> datetime:
    return datetime.now(UTC) - timedelta(seconds=1)


async def failure_of(slack: Slack, to: Address = TEAM) -> SendError:
    with pytest.raises(SendError) as caught:
        await slack.send(to, text("hello"))
    assert "CANARY" not in "".join(traceback.format_exception(caught.value))
    return caught.value


async def test_an_alert_is_a_section_and_a_context_without_dead_buttons(
    slack: Slack, api: SlackStandIn
) -> None:
    sent = await slack.send(TEAM, alert())
    (post,) = api.posts
    assert [block["type"] for block in post.blocks] == ["section", "context"]
    assert post.visible == (
        f"🔴 Alibaba · Earnings\n{HEADLINE}\n"
        "Cloud revenue rose to 39.8 billion yuan in the September quarter.\n"
        "Harbour Wire 🔒 17:02  ·  92 · company in headline, earnings"
    )
    assert "*<https://harbour.example/a?b=1&amp;c=2|" in post.blocks[0]["text"]["text"]
    assert "*Alibaba*" in post.styled
    assert post.text == f"🔴 Alibaba · Earnings: {HEADLINE}"
    assert (sent.message_id, sent.chat) == (post.ts, "C0123ABC")


async def test_where_somebody_listens_the_buttons_are_shown(api: SlackStandIn) -> None:
    slack = Slack(TOKEN, api_url=api.api_url, interactive=True)
    await slack.send(TEAM, alert())
    actions = api.posts[0].blocks[-1]
    assert [(each["text"]["text"], each["value"]) for each in actions["elements"]] == [
        ("Why", "why:k7f2"),
        ("Mute", "mute:k7f2"),
    ]
    await slack.close()


async def test_slack_keeps_the_contract_of_a_channel(slack: Slack) -> None:
    assert isinstance(slack, Channel)
    assert "CANARY" not in repr(slack)


async def test_an_edit_changes_the_message_and_the_same_text_again_is_fine(
    slack: Slack, api: SlackStandIn
) -> None:
    sent = await slack.send(TEAM, alert())
    for _ in range(2):
        await slack.edit(TEAM, sent.message_id, alert("Harbour Wire 🔒 17:02 · also 浦江早报 17:03"))
    assert "浦江早报" in api.posts[0].visible
    with pytest.raises(SendError, match="message_not_found") as caught:
        await slack.edit(TEAM, "1.000001", alert())
    assert caught.value.outcome is Outcome.REFUSED


async def test_a_development_stays_in_the_thread_and_a_correction_is_shown_to_all(
    slack: Slack, api: SlackStandIn
) -> None:
    first = await slack.send(TEAM, alert())
    body = (Block((line("new: Executive"),)),)
    calm = Message(blocks=body, level=Level.IMPORTANT, silent=False)
    urgent = Message(blocks=body, level=Level.URGENT, silent=False)
    corrected = Message(blocks=body, broadcast=True)
    for message in (calm, urgent, corrected):
        await slack.send(TEAM, message, reply_to=first.message_id)
    assert [(post.thread_ts, post.broadcast) for post in api.posts[1:]] == [
        (first.message_id, False),
        (first.message_id, True),
        (first.message_id, True),
    ]


async def test_a_reply_whose_thread_is_gone_goes_to_the_channel(slack: Slack, api: SlackStandIn) -> None:
    await slack.send(TEAM, text("new: Executive"), reply_to="1.000001")
    assert [post.thread_ts for post in api.posts] == [None]


async def test_text_from_a_feed_stays_text(slack: Slack, api: SlackStandIn) -> None:
    await slack.send(TEAM, hostile())
    (post,) = api.posts
    assert post.live == []
    assert not [run for run in post.styled if run in {"*star*", "_line_", "~wave~"}]
    assert "<!channel> *star* _line_ ~wave~" in post.visible


@pytest.mark.parametrize(
    "text", ["*a*", "_a_", "~a~", "a *b* c", "**b**", "(*a*)", "增长*24%*了", "*a _b_ c*", "_*~x~*_", "`*a*`"]
)
def test_marks_in_a_headline_style_nothing_and_are_all_seen(text: str) -> None:
    dressed = mrkdwn((Span(text),))
    assert styled(dressed) == []
    assert visible(dressed) == text.replace("`", "ˋ")


def test_ordinary_words_are_left_as_they_are() -> None:
    assert mrkdwn((Span("snake_case, 4*5 and a~b at 12:30:45"),)) == "snake_case, 4*5 and a~b at 12:30:45"


def test_a_changed_figure_is_bold_in_the_middle_of_chinese() -> None:
    dressed = mrkdwn((Span("估值"), Span("34 亿美元", bold=True), Span("，原为"), Span("43", strike=True)))
    assert styled(dressed) == ["*34 亿美元*", "~43~"]
    assert visible(dressed) == "估值34 亿美元，原为43"


@pytest.mark.parametrize(
    ("how", "outcome"),
    [
        ("429", Outcome.RATE_LIMITED),
        ("500", Outcome.AMBIGUOUS),
        ("502html", Outcome.AMBIGUOUS),
        ("200html", Outcome.AMBIGUOUS),
        ("no_id", Outcome.AMBIGUOUS),
        ("reset_before", Outcome.AMBIGUOUS),
        ("accept_then_reset", Outcome.AMBIGUOUS),
        ("accept_then_hang", Outcome.AMBIGUOUS),
        ("error:fatal_error", Outcome.AMBIGUOUS),
        ("401", Outcome.UNAUTHORISED),
        ("error:token_revoked", Outcome.UNAUTHORISED),
        ("error:missing_scope", Outcome.UNAUTHORISED),
        ("403", Outcome.GONE),
        ("error:channel_not_found", Outcome.GONE),
        ("error:not_in_channel", Outcome.GONE),
        ("error:msg_too_long", Outcome.REFUSED),
    ],
)
async def test_every_failure_says_what_became_of_the_message(
    slack: Slack, api: SlackStandIn, how: str, outcome: Outcome
) -> None:
    api.fail_next(1, how)
    assert (await failure_of(slack)).outcome is outcome
    assert api.calls["chat.postMessage"] == 1


async def test_blocks_that_slack_cannot_read_arrive_as_plain_text(slack: Slack, api: SlackStandIn) -> None:
    api.fail_next(1, "error:invalid_blocks")
    await slack.send(TEAM, alert())
    (post,) = api.posts
    assert post.blocks == []
    assert HEADLINE in post.text


@pytest.mark.parametrize("url", ["http://127.0.0.1:{port}/api/", "http://no-such-host.invalid/api/"])
async def test_what_never_left_is_certainly_unsent(url: str) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        slack = Slack(TOKEN, api_url=url.format(port=unused.getsockname()[1]))
        assert (await failure_of(slack)).outcome is Outcome.UNSENT
        await slack.close()


async def test_the_pause_slack_asks_for_is_told_and_kept(slack: Slack, api: SlackStandIn) -> None:
    api.fail_next(1, "429", retry_after=30)
    assert (await failure_of(slack)).retry_after == timedelta(seconds=30)
    assert slack.pacer.paused("C0123ABC") == 30
    assert slack.pacer.paused("C0OTHER") == 0


async def test_check_names_the_bot_and_tries_the_channel(slack: Slack, api: SlackStandIn) -> None:
    assert await slack.check() == "@wirewatch in Desk"
    assert await slack.check(TEAM) == "@wirewatch in Desk may write to C0123ABC"
    api.chats["C0123ABC"] = "not_in_channel"
    with pytest.raises(SendError, match="invite the bot") as caught:
        await slack.check(TEAM)
    assert caught.value.outcome is Outcome.GONE
    api.scopes.discard("channels:read")
    assert "can't be seen without the scope channels:read" in await slack.check(TEAM)


@pytest.mark.parametrize("how", ["accept_then_reset", "accept_then_hang", "no_id", "500"])
async def test_what_may_have_arrived_is_found_again_or_known_to_be_lost(
    slack: Slack, api: SlackStandIn, how: str
) -> None:
    since = just_now()
    api.fail_next(1, how)
    with pytest.raises(SendError):
        await slack.send(TEAM, alert(), reference="k7f2|team|alert|0")
    for _ in range(4):
        await slack.send(TEAM, text("others"), reference="m3xx|team|alert|0")
    found = await slack.reconcile(TEAM, ["other", "k7f2|team|alert|0"], since)
    assert (found.message_id if found else None) == (None if how == "500" else api.posts[0].ts)


async def test_a_reply_is_found_in_its_thread(slack: Slack, api: SlackStandIn) -> None:
    since = just_now()
    first = await slack.send(TEAM, alert(), reference="one")
    reply = await slack.send(TEAM, text("new: Executive"), reply_to=first.message_id, reference="two")
    assert await slack.reconcile(TEAM, ["two"], since, reply_to=first.message_id) == reply
    assert await slack.reconcile(TEAM, ["two"], since) is None


async def test_a_message_of_which_a_part_is_missing_stays_doubtful(slack: Slack, api: SlackStandIn) -> None:
    since = just_now()
    long = Message(blocks=tuple(Block((line(f"{n} " + "word " * 500),)) for n in range(8)))
    whole = await slack.send(TEAM, long, reference="long")
    assert len(whole.parts) == 2
    assert api.posts[1].thread_ts == whole.message_id
    assert await slack.reconcile(TEAM, ["long"], since) == whole
    api.posts.pop()
    with pytest.raises(SendError, match="only 1 of 2 parts") as caught:
        await slack.reconcile(TEAM, ["long"], since)
    assert caught.value.outcome is Outcome.AMBIGUOUS


async def test_a_history_that_cannot_be_read_says_nothing_about_the_message(
    slack: Slack, api: SlackStandIn
) -> None:
    api.scopes.discard("channels:history")
    with pytest.raises(SendError, match="missing_scope") as caught:
        await slack.reconcile(TEAM, ["k7f2"], just_now())
    assert caught.value.outcome is Outcome.AMBIGUOUS


async def test_where_slack_cannot_be_reached_there_is_time_to_look_later() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        slack = Slack(TOKEN, api_url=f"http://127.0.0.1:{unused.getsockname()[1]}/api/")
        with pytest.raises(SendError) as caught:
            await slack.reconcile(TEAM, ["k7f2"], just_now())
        assert caught.value.outcome is Outcome.UNSENT
        await slack.close()


async def test_a_button_slack_would_refuse_is_left_out_not_the_message(api: SlackStandIn) -> None:
    slack = Slack(TOKEN, api_url=api.api_url, interactive=True)
    row = (Button("", "empty"), Button("x" * 100, "long:label"), Button("value", "v" * 3000))
    await slack.send(TEAM, Message(blocks=(Block((line("hello"),)),), buttons=(row,)))
    (button,) = api.posts[0].blocks[-1]["elements"]
    assert button["value"] == "long:label"
    await slack.close()
