"""Telegram, pictures and files: the message is the caption, and nothing of it gets lost."""

from __future__ import annotations

import struct
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from bot.channels import Address, Limits, Pacer, Question, Reply
from bot.channels.plain import utf16_units
from bot.channels.telegram import Telegram
from bot.channels.telegram.dress import parts_of
from bot.errors import SendError
from bot.model import Attachment, Block, Button, Message, Outcome
from tests.standins import TelegramStandIn
from tests.standins.samples import line, text

MEI = Address("4242")
ROW = ((Button("All", "digest:7"),),)


def png(width: int = 1200, height: int = 900) -> bytes:
    """The head of a picture of this size: as much as the stand-in looks at."""
    size = struct.pack(">II", width, height)
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + b"IHDR" + size + b"\x08\x02\x00\x00\x00"


def picture(message: Message, content: bytes = png(), *, name: str = "chart.png") -> Message:
    shown = Attachment(name=name, content=content, alt="Stories a day: Alibaba 18")
    return replace(message, attachment=shown, buttons=ROW)


def table(message: Message) -> Message:
    return replace(
        message, attachment=Attachment(name="stories.csv", content=b"id,title\nk7f2,x\n", picture=False)
    )


def long(companies: int = 8) -> Message:
    rows = [tuple(line(f"company{n} {row} " + "x" * 40) for row in range(5)) for n in range(companies)]
    return Message(blocks=tuple(map(Block, rows)), silent=False)


@pytest.fixture
async def api() -> AsyncIterator[TelegramStandIn]:
    async with TelegramStandIn(rates=False) as running:
        yield running


@pytest.fixture
async def telegram(api: TelegramStandIn) -> AsyncIterator[Telegram]:
    channel = Telegram(api.token, api_url=api.url, read_timeout=0.4, pacer=Pacer(Limits(every=1e-9)))
    yield channel
    await channel.close()


async def test_a_picture_has_the_message_as_its_caption(telegram: Telegram, api: TelegramStandIn) -> None:
    await telegram.send(MEI, picture(text("Your week · 9-15 Nov")))
    (message,) = api.messages
    assert (message.kind, message.text, message.file_name) == ("photo", "Your week · 9-15 Nov", "chart.png")
    assert api.files[message.message_id] == png()
    assert message.buttons == [[("All", "digest:7")]]


async def test_a_picture_needs_no_words(telegram: Telegram, api: TelegramStandIn) -> None:
    await telegram.send(MEI, picture(Message(blocks=())))
    assert [(message.kind, message.text) for message in api.messages] == [("photo", "")]


async def test_a_file_comes_under_its_name(telegram: Telegram, api: TelegramStandIn) -> None:
    await telegram.send(MEI, table(text("2 stories as CSV")))
    (message,) = api.messages
    assert (message.kind, message.text, message.file_name) == ("document", "2 stories as CSV", "stories.csv")
    assert api.files[message.message_id] == b"id,title\nk7f2,x\n"


async def test_what_a_caption_does_not_hold_follows_with_the_buttons(
    telegram: Telegram, api: TelegramStandIn
) -> None:
    sent = await telegram.send(MEI, picture(long()))
    photo, rest = api.messages
    assert (photo.kind, rest.kind) == ("photo", "text")
    assert utf16_units(photo.text) <= 1024
    assert (bool(photo.buttons), bool(rest.buttons)) == (False, True)
    assert (photo.silent, rest.silent) == (False, True)
    assert f"{photo.text}\n\n{rest.text}" == long().plain
    assert rest.text.split()[1] == "0", "it is cut between companies"
    assert sent.parts == (str(photo.message_id), str(rest.message_id))


def test_one_company_too_long_for_a_caption_is_cut_between_lines() -> None:
    one = Block(tuple(line(f"{n} " + "x" * 60) for n in range(40)))
    caption, rest = parts_of(picture(Message(blocks=(one,))))
    assert utf16_units(caption.plain) <= 1024
    assert f"{caption.plain}\n{rest.plain}" == Message(blocks=(one,)).plain


async def test_editing_a_picture_changes_its_caption(telegram: Telegram, api: TelegramStandIn) -> None:
    sent = await telegram.send(MEI, picture(text("Your week")))
    await telegram.edit(MEI, sent.message_id, replace(long(), buttons=ROW))
    await telegram.edit(MEI, sent.message_id, replace(long(), buttons=ROW))
    (message,) = api.messages
    assert message.kind == "photo"
    assert message.text.startswith("company0 0")
    assert message.text.endswith("…")
    assert len(message.edits) == 1


async def test_a_button_under_a_picture_can_bring_another_picture(
    telegram: Telegram, api: TelegramStandIn
) -> None:
    sent = await telegram.send(MEI, picture(text("30 days")))
    question = Question(
        "telegram", "4242", "77", "", None, sent.message_id, None, "9", callback="chart:90", callback_id="1"
    )
    other = picture(text("90 days"), png(800, 600))
    await telegram.respond(question, Reply(message=other, instead=True))
    await telegram.respond(question, Reply(message=text("no chart"), instead=True))
    (message,) = api.messages
    assert (message.text, api.files[message.message_id]) == ("no chart", png(800, 600))


@pytest.mark.parametrize(
    "content", [png(20_000, 10), b"GIF89a", png(9000, 2000)], ids=["too narrow", "no PNG", "too large"]
)
async def test_a_picture_that_telegram_does_not_show_goes_as_a_file(
    telegram: Telegram, api: TelegramStandIn, content: bytes
) -> None:
    await telegram.send(MEI, picture(text("Your week"), content))
    (message,) = api.messages
    assert (message.kind, message.text, api.files[1]) == ("document", "Your week", content)


async def test_a_picture_of_more_than_ten_megabytes_goes_as_a_file(
    telegram: Telegram, api: TelegramStandIn
) -> None:
    await telegram.send(MEI, picture(text("Your week"), png() + bytes(10_000_000)))
    assert [message.kind for message in api.messages] == ["document"]


async def test_where_no_pictures_and_files_are_allowed_the_words_arrive(
    telegram: Telegram, api: TelegramStandIn
) -> None:
    for message in (picture(text("Your week")), picture(Message(blocks=()))):
        api.fail_next(1, "error:not enough rights to send photos to the chat")
        api.fail_next(1, "error:not enough rights to send documents to the chat")
        await telegram.send(MEI, message)
    assert [(message.kind, message.text) for message in api.messages] == [
        ("text", "Your week"),
        ("text", "Stories a day: Alibaba 18"),
    ]


@pytest.mark.parametrize(
    ("how", "outcome"),
    [
        ("429", Outcome.RATE_LIMITED),
        ("403", Outcome.GONE),
        ("500", Outcome.AMBIGUOUS),
        ("accept_then_hang", Outcome.AMBIGUOUS),
        ("reset_before", Outcome.AMBIGUOUS),
        ("no_id", Outcome.AMBIGUOUS),
    ],
)
async def test_every_failure_of_a_picture_says_what_became_of_it(
    telegram: Telegram, api: TelegramStandIn, how: str, outcome: Outcome
) -> None:
    api.fail_next(1, how)
    with pytest.raises(SendError) as caught:
        await telegram.send(MEI, picture(text("Your week")))
    assert caught.value.outcome is outcome
    assert api.calls["sendPhoto"] == 1


async def test_a_caption_whose_markup_telegram_cannot_read_goes_as_plain_text(
    telegram: Telegram, api: TelegramStandIn
) -> None:
    api.fail_next(1, "error:can't parse entities: Unsupported start tag")
    await telegram.send(MEI, picture(Message(blocks=(Block((line("Your week", bold=True),)),))))
    assert [(message.kind, message.text, message.entities) for message in api.messages] == [
        ("photo", "Your week", [])
    ]
