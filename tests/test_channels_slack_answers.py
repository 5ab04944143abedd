"""Answers in Slack: who sees them, where they stand, and what takes the place of what."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from bot.channels import SLACK_LIMITS, Address, Pacer, Question, Reply
from bot.channels.slack import Slack
from bot.channels.slack.questions import WayBack, mentioned, pressed, typed_command
from bot.errors import SendError
from bot.model import Attachment, Block, Button, DeliveryKind, Message, Outcome, Span
from tests.standins import SlackPost, SlackStandIn, VirtualClock
from tests.standins.slack_files import PNG

TEAM, MEI, KEN = "C0123ABC", "U0MEI", "U0KEN"
PICTURE = Attachment(name="chart.png", content=PNG + b"pixels", alt="Stories a day: Alibaba 18")
EXPORT = Attachment(name="stories.csv", content=b"id,title\nk7f2,x\n", picture=False)


@pytest.fixture
async def api() -> AsyncIterator[SlackStandIn]:
    clock = VirtualClock()
    async with SlackStandIn(chats={TEAM}, rates=False, clock=clock) as running:
        yield running


@pytest.fixture
def slept() -> list[float]:
    return []


@pytest.fixture
async def slack(api: SlackStandIn, slept: list[float]) -> AsyncIterator[Slack]:
    clock = VirtualClock()

    async def skip(seconds: float) -> None:
        slept.append(seconds)
        clock.now += seconds

    pacer = Pacer(clock=clock, sleep=skip)
    channel = Slack(api.token, app_token=api.app_token, api_url=api.api_url, pacer=pacer, sleep=skip)
    yield channel
    await channel.close()


def saying(*words: str, buttons: tuple[Button, ...] = (), attachment: Attachment | None = None) -> Message:
    lines = tuple((Span(each),) for each in words)
    return Message(blocks=(Block(lines),), buttons=(buttons,) if buttons else (), attachment=attachment)


async def slashed(api: SlackStandIn, text: str = "recent", *, chat: str = TEAM) -> Question:
    await api.slash(chat, MEI, text)
    question = typed_command(api.sockets.envelopes[-1].payload)
    assert question is not None
    return question


async def asked_in_thread(api: SlackStandIn, thread: str) -> Question:
    await api.mention(TEAM, MEI, "why", thread=thread)
    question = mentioned(api.sockets.envelopes[-1].payload, "U0BOT")
    assert question is not None
    return question


async def pressing(api: SlackStandIn, post: SlackPost, action: str, person: str = MEI) -> Question:
    await api.press(post, action, person)
    question = pressed(api.sockets.envelopes[-1].payload)
    assert question is not None
    return question


async def test_an_answer_is_for_the_asker_alone(slack: Slack, api: SlackStandIn) -> None:
    await slack.respond(await slashed(api), Reply(message=saying("11 stories")))
    (whisper,) = api.whispers
    assert (whisper.channel, whisper.person, whisper.visible) == (TEAM, MEI, "11 stories")
    assert not whisper.by_address
    assert api.posts == []


async def test_in_a_thread_the_answer_stands_in_the_thread(slack: Slack, api: SlackStandIn) -> None:
    sent = await slack.send(Address(TEAM), saying("an alert"))
    await slack.respond(await asked_in_thread(api, sent.message_id), Reply(message=saying("because")))
    assert [(each.person, each.thread_ts) for each in api.whispers] == [(MEI, sent.message_id)]


async def test_a_direct_message_is_answered_by_a_message_that_stays(slack: Slack, api: SlackStandIn) -> None:
    chat = await api.direct(MEI, "status")
    question = Question("slack", chat, MEI, "status", None, "1.1", None, "E1", private=True)
    await slack.respond(question, Reply(message=saying("all well")))
    assert [(post.channel, post.person, post.visible) for post in api.posts] == [(chat, "", "all well")]


async def test_where_the_bot_is_no_member_the_address_of_the_question_takes_the_answer(
    slack: Slack, api: SlackStandIn
) -> None:
    api.chats["C0ELSE"] = "not_in_channel"
    await slack.respond(await slashed(api, chat="C0ELSE"), Reply(message=saying("11 stories")))
    (whisper,) = api.whispers
    assert (whisper.channel, whisper.person, whisper.by_address) == ("C0ELSE", MEI, True)


async def test_a_person_who_is_no_member_gets_the_answer_all_the_same(
    slack: Slack, api: SlackStandIn
) -> None:
    api.outsiders.add(MEI)
    await slack.respond(await slashed(api), Reply(message=saying("11 stories")))
    assert [each.by_address for each in api.whispers] == [True]


async def test_an_address_that_is_not_slacks_gets_nothing(slack: Slack, api: SlackStandIn) -> None:
    for address in (
        "https://hooks.slack.com.evil.example/x",
        "http://hooks.slack.com/x",
        "https://evil.example/hooks.slack.com",
        "https://hooks.slack.com:8443/x",
        "https://user@evil.example/",
        "http://127.0.0.1:1/hooks/1",
        "file:///etc/passwd",
        "https://[broken",
    ):
        way_back = WayBack(url=address).packed()
        question = Question("slack", "C0NOWHERE", MEI, "/recent", None, "", None, "1", way_back=way_back)
        with pytest.raises(SendError, match="not Slack's"):
            await slack.respond(question, Reply(message=saying("11 stories")))
    assert api.calls["response_url"] == 0


async def test_few_words_are_said_where_there_is_no_message(slack: Slack, api: SlackStandIn) -> None:
    await slack.send(Address(TEAM), saying("an alert", buttons=(Button("👍", "up:k7f2"),)))
    question = await pressing(api, api.posts[0], "up:k7f2")
    await slack.respond(question, Reply(popup="Noted: more like this.\n3 up, 1 down."))
    await slack.respond(question, Reply(popup="short", message=saying("the whole trace")))
    await slack.respond(question, Reply())
    assert [each.visible for each in api.whispers] == [
        "Noted: more like this.\n3 up, 1 down.",
        "the whole trace",
    ]
    assert all(each.person == MEI for each in api.whispers)


async def test_a_turned_page_takes_the_place_of_the_one_before(slack: Slack, api: SlackStandIn) -> None:
    next_page = (Button("Next ›", "page:r1:2"),)
    await slack.respond(await slashed(api), Reply(message=saying("page 1", buttons=next_page)))
    question = await pressing(api, api.whispers[0], "page:r1:2")
    await slack.respond(question, Reply(message=saying("page 2"), instead=True))
    assert [each.visible for each in api.whispers] == ["page 2"]


async def test_a_turned_page_among_all_is_edited(slack: Slack, api: SlackStandIn) -> None:
    await slack.send(Address(TEAM), saying("page 1", buttons=(Button("Next ›", "page:r1:2"),)))
    question = await pressing(api, api.posts[0], "page:r1:2")
    await slack.respond(question, Reply(message=saying("page 2"), instead=True))
    assert [(post.visible, len(post.edits)) for post in api.posts] == [("page 2", 1)]
    assert api.calls["response_url"] == 0


async def test_a_page_that_can_no_longer_be_replaced_comes_as_a_new_answer(
    slack: Slack, api: SlackStandIn
) -> None:
    await slack.respond(
        await slashed(api), Reply(message=saying("page 1", buttons=(Button("›", "page:r1:2"),)))
    )
    question = await pressing(api, api.whispers[0], "page:r1:2")
    for number in range(2, 8):
        await slack.respond(question, Reply(message=saying(f"page {number}"), instead=True))
    assert [each.visible for each in api.whispers] == ["page 6", "page 7"]


async def test_what_is_shared_is_seen_by_all_and_shared_no_second_time(
    slack: Slack, api: SlackStandIn
) -> None:
    row = (Button("All steps", "steps:k7f2"), Button("Share here", "share:why k7f2"))
    sent = await slack.send(Address(TEAM), saying("an alert"))
    question = await asked_in_thread(api, sent.message_id)
    await slack.respond(question, Reply(message=saying("because", buttons=row)))
    assert api.whispers[0].labels() == ["All steps", "Share here"]
    pressed_share = await pressing(api, api.whispers[0], "share:why k7f2")
    await slack.respond(pressed_share, Reply(message=saying("because", buttons=row), public=True))
    shared = api.posts[1]
    assert (shared.person, shared.thread_ts, shared.visible) == ("", sent.message_id, "because")
    assert shared.labels() == ["All steps"]


async def test_a_long_answer_comes_in_several_messages_cut_between_blocks(
    slack: Slack, api: SlackStandIn
) -> None:
    blocks = tuple(Block(((Span(f"{n} " + "word " * 450),),)) for n in range(9))
    await slack.respond(await slashed(api), Reply(message=Message(blocks=blocks)))
    assert len(api.whispers) == 2
    assert [section for whisper in api.whispers for section in whisper.visible.split("\n")] == [
        f"{n} " + "word " * 449 + "word " for n in range(9)
    ]


async def test_blocks_that_slack_cannot_read_are_answered_in_plain_text(
    slack: Slack, api: SlackStandIn
) -> None:
    api.fail_next(1, "error:invalid_blocks", method="chat.postEphemeral")
    await slack.respond(await slashed(api), Reply(message=saying("11 stories")))
    assert [(each.blocks, each.text) for each in api.whispers] == [([], "11 stories")]


async def test_trouble_with_an_answer_says_whether_to_try_again(slack: Slack, api: SlackStandIn) -> None:
    api.fail_next(1, "429", method="chat.postEphemeral", retry_after=7)
    with pytest.raises(SendError) as caught:
        await slack.respond(await slashed(api), Reply(message=saying("11 stories")))
    assert caught.value.outcome is Outcome.RATE_LIMITED
    assert slack.pacer.paused(TEAM) == 7


async def test_a_picture_stands_above_its_words(slack: Slack, api: SlackStandIn) -> None:
    await slack.send(Address(TEAM), saying("Your week", attachment=PICTURE))
    (post,) = api.posts
    assert [block["type"] for block in post.blocks] == ["image", "section"]
    image = post.blocks[0]
    assert image["alt_text"] == "Stories a day: Alibaba 18"
    assert api.files.kept[image["slack_file"]["id"]].content == PICTURE.content
    await slack.respond(await slashed(api, "chart"), Reply(message=saying("30 days", attachment=PICTURE)))
    assert [block["type"] for block in api.whispers[0].blocks] == ["image", "section"]


async def test_slack_is_given_time_to_have_done_with_a_picture(
    slack: Slack, api: SlackStandIn, slept: list[float]
) -> None:
    api.files.not_ready = 2
    await slack.send(Address(TEAM), saying("Your week", attachment=PICTURE))
    assert [block["type"] for block in api.posts[0].blocks] == ["image", "section"]
    assert slept[:1] == [1.0]


async def test_a_picture_that_never_shows_costs_the_picture_not_the_message(
    slack: Slack, api: SlackStandIn
) -> None:
    api.files.not_ready = 99
    row = (Button("All stories", "digest:w1"),)
    await slack.send(Address(TEAM), saying("Your week", buttons=row, attachment=PICTURE))
    assert [block["type"] for block in api.posts[0].blocks] == ["section", "context", "actions"]
    assert api.posts[0].visible == "Your week\nThe picture could not be shown."


async def test_without_the_right_to_upload_the_words_come_alone(slack: Slack, api: SlackStandIn) -> None:
    api.scopes.discard("files:write")
    await slack.send(Address(TEAM), saying("Your week", attachment=PICTURE))
    assert api.posts[0].visible == "Your week\nThe picture could not be shown."


async def test_a_picture_that_could_not_leave_is_tried_again_with_its_message(
    slack: Slack, api: SlackStandIn
) -> None:
    api.fail_next(1, "error:ratelimited", method="files.getUploadURLExternal")
    with pytest.raises(SendError) as caught:
        await slack.send(Address(TEAM), saying("Your week", attachment=PICTURE))
    assert caught.value.outcome is Outcome.RATE_LIMITED
    assert api.posts == []


async def test_an_export_goes_to_the_asker_and_the_group_is_spared(slack: Slack, api: SlackStandIn) -> None:
    await slack.respond(await slashed(api, "export"), Reply(message=saying("11 stories", attachment=EXPORT)))
    (post,) = api.posts
    assert (post.channel, post.visible) == ("D0MEI", "11 stories")
    (file,) = (api.files.kept[each] for each in post.files)
    assert (file.name, file.content) == ("stories.csv", EXPORT.content)
    assert "direct messages" in api.whispers[0].visible


async def test_an_export_asked_for_in_private_comes_there(slack: Slack, api: SlackStandIn) -> None:
    chat = await api.direct(MEI, "export")
    question = Question("slack", chat, MEI, "export", None, "1.1", None, "E1", private=True)
    await slack.respond(question, Reply(message=saying("11 stories", attachment=EXPORT)))
    assert [(post.channel, len(post.files)) for post in api.posts] == [(chat, 1)]
    assert api.whispers == []


async def test_a_file_with_a_delivery_is_shared_in_its_thread(slack: Slack, api: SlackStandIn) -> None:
    sent = await slack.send(Address(TEAM), saying("the list", attachment=EXPORT))
    assert [(post.thread_ts, len(post.files)) for post in api.posts] == [(None, 0), (sent.message_id, 1)]


async def test_bytes_are_brought_only_to_slack(slack: Slack, api: SlackStandIn) -> None:
    api.files.place = lambda given, root: {"upload_url": "https://evil.example/u", "file_id": "F1"}  # type: ignore[method-assign]
    await slack.send(Address(TEAM), saying("Your week", attachment=PICTURE))
    assert api.posts[0].visible == "Your week\nThe picture could not be shown."


async def test_a_menu_offers_its_choices_and_leaves_out_what_slack_would_refuse(
    slack: Slack, api: SlackStandIn
) -> None:
    lengths = (Button("4 h", "snooze:k7f2:4h"), Button("", "empty"), Button("too long", "x" * 151))
    row = (
        Button("Why", "why:k7f2"),
        Button("Snooze", "snooze:k7f2", lengths),
        Button("None", "x", (lengths[1],)),
    )
    await slack.send(Address(TEAM), saying("an alert", buttons=row))
    assert api.posts[0].labels() == ["Why", "Snooze"]
    menu = api.posts[0].elements()[1]
    assert menu["type"] == "static_select"
    assert [(each["text"]["text"], each["value"]) for each in menu["options"]] == [("4 h", "snooze:k7f2:4h")]


async def test_alerts_answers_and_edits_keep_to_slacks_rates_and_alerts_go_first() -> None:
    clock = VirtualClock()
    async with SlackStandIn(chats={TEAM, "C0OTHER"}, clock=clock) as api:
        pacer = Pacer(SLACK_LIMITS, clock=clock, sleep=clock.sleep)
        slack = Slack(api.token, app_token=api.app_token, api_url=api.api_url, pacer=pacer)
        first = await slack.send(Address(TEAM), saying("the first"))
        question = await slashed(api)

        async def owed(chat: str, words: str, kind: DeliveryKind) -> None:
            async with pacer.turn(chat, kind):
                await slack.send(Address(chat), saying(words))

        answers = [slack.respond(question, Reply(message=saying(f"answer {n}"))) for n in range(3)]
        edit = slack.edit(Address(TEAM), first.message_id, saying("the first, edited"))
        alerts = [owed(TEAM, f"alert {n}", DeliveryKind.ALERT) for n in range(5)]
        other = owed("C0OTHER", "elsewhere", DeliveryKind.DIGEST)
        running = asyncio.gather(edit, *answers, *alerts, other)
        for _ in range(200):
            await clock.advance(0.25)
            await asyncio.sleep(0.002)
            if running.done():
                break
        await running
        await slack.close()
    assert api.rate_limited == 0
    shown = [post.visible for post in api.posts]
    assert shown.index("elsewhere") <= 2
    assert [words for words in shown if words != "elsewhere"][1:] == [f"alert {n}" for n in range(5)]
    assert api.posts[0].visible == "the first, edited"
    assert min(float(each.ts) for each in api.whispers) > max(
        float(post.ts) for post in api.posts if post.visible.startswith("alert")
    )
    assert api.posts[0].edits[0]["at"] >= float(api.whispers[-1].ts) - 0.001
