"""The terminal as a channel: beautiful on a terminal, plain in a file, never told what to do by a feed."""

from __future__ import annotations

import io

import pytest
from rich.console import Console as RichConsole

from bot.channels import Address, Channel
from bot.channels.console import Console
from bot.errors import SendError
from bot.model import Block, Message, Outcome
from tests.standins.samples import HEADLINE, alert, hostile, line, text

HERE = Address("terminal")


def terminal(width: int = 80) -> RichConsole:
    return RichConsole(
        file=io.StringIO(), force_terminal=True, width=width, color_system="truecolor", legacy_windows=False
    )


def output(console: RichConsole) -> str:
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


async def test_on_a_terminal_the_company_is_bold_the_headline_a_link_and_the_foot_dim() -> None:
    out = terminal()
    await Console(out).send(HERE, alert())
    shown = output(out)
    assert "\x1b[1mAlibaba\x1b[0m" in shown
    assert "https://harbour.example/a?b=1&c=2" in shown
    assert "\x1b]8;" in shown
    assert "\x1b[2m92 · company in headline, earnings\x1b[0m" in shown


async def test_in_a_file_there_is_only_text_with_the_addresses_behind() -> None:
    file = io.StringIO()
    sent = await Console(RichConsole(file=file)).send(HERE, alert(), reference="k7f2|terminal|alert|0")
    assert file.getvalue() == (
        f"🔴 Alibaba · Earnings\n{HEADLINE} https://harbour.example/a?b=1&c=2\n"
        "Cloud revenue rose to 39.8 billion yuan in the September quarter.\n\n"
        "Harbour Wire 🔒 17:02\n92 · company in headline, earnings\n\n"
    )
    assert sent.message_id == "k7f2|terminal|alert|0"


async def test_a_foot_that_is_tight_follows_at_once() -> None:
    file = io.StringIO()
    blocks = (Block((line("headline"),)), Block((line("Harbour Wire 18:40"),), grey=True, tight=True))
    await Console(RichConsole(file=file)).send(HERE, Message(blocks=blocks))
    assert file.getvalue() == "headline\nHarbour Wire 18:40\n\n"


async def test_an_edit_is_one_line_with_what_is_new() -> None:
    file = io.StringIO()
    console = Console(RichConsole(file=file))
    await console.edit(HERE, "k7f2|terminal|alert|0", alert("Harbour Wire 🔒 17:02 · also 浦江早报 17:03"))
    assert file.getvalue() == (
        "↻ k7f2 🔴 Alibaba · Earnings · Harbour Wire 🔒 17:02 · also 浦江早报 17:03 "
        "· 92 · company in headline, earnings\n\n"
    )


async def test_a_reply_keeps_its_bar_when_its_lines_are_broken() -> None:
    out = RichConsole(
        file=io.StringIO(), force_terminal=True, width=30, color_system=None, legacy_windows=False
    )
    await Console(out).send(
        HERE, text("Alibaba's cloud chief to step down after record quarter"), reply_to="k7f2"
    )
    rows = output(out).rstrip("\n").split("\n")
    assert len(rows) > 1
    assert all(row.startswith("┃ ") and len(row) <= 30 for row in rows)


@pytest.mark.parametrize("is_terminal", [True, False])
async def test_a_feed_cannot_move_the_cursor_or_write_markup(is_terminal: bool) -> None:
    file = io.StringIO()
    out = RichConsole(
        file=file, force_terminal=is_terminal, color_system=None, width=300, legacy_windows=False
    )
    message = hostile()
    await Console(out).send(HERE, message)
    await Console(out).send(HERE, text("[bold red]markup[/] [link=https://evil.example]x[/link] :fire:"))
    await Console(out).edit(HERE, "k7f2", message)
    shown = file.getvalue()
    assert "[bold red]markup[/] [link=https://evil.example]x[/link] :fire:" in shown
    assert "\x1b[31m" not in shown
    assert "\u202e" not in shown
    assert "\ud83d" not in shown
    assert "\x1b]8;;https://evil" not in shown


async def test_an_old_terminal_shows_question_marks_instead_of_failing() -> None:
    raw = io.BytesIO()
    file = io.TextIOWrapper(raw, encoding="ascii")
    await Console(RichConsole(file=file)).send(HERE, text("阿里巴巴 up 3%"))
    file.flush()
    assert raw.getvalue() == b"???? up 3%\n\n"


async def test_what_a_full_disk_did_not_take_is_unsent_and_does_not_come_twice() -> None:
    class Filling(io.StringIO):
        full = True

        def write(self, text: str) -> int:
            if self.full:
                raise OSError(28, "No space left on device")
            return super().write(text)

    file = Filling()
    console = Console(RichConsole(file=file))
    with pytest.raises(SendError, match="No space left") as caught:
        await console.send(HERE, text("hello"))
    assert caught.value.outcome is Outcome.UNSENT
    file.full = False
    await console.send(HERE, text("hello"))
    assert file.getvalue() == "hello\n\n"


async def test_the_console_keeps_the_contract_of_a_channel() -> None:
    console = Console(terminal())
    assert isinstance(console, Channel)
    assert await console.check(HERE) == "this terminal"
    await console.close()
