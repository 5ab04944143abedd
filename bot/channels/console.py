"""The terminal as a channel: messages as they look in a chat, plain text where the output is a file."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import count
from pathlib import Path

from rich.console import Console as RichConsole
from rich.style import Style
from rich.text import Text

from bot.channels import Address, Sent
from bot.channels.plain import tame, tame_link
from bot.errors import SendError
from bot.model import Attachment, Block, Line, Message, Outcome, Span
from bot.render.timeline import saved

REPLY_MARK = "┃ "
_DIM = Style(dim=True)


class Console:
    """Prints to a rich Console (standard output if none is given); nothing in a message is read as markup."""

    name = "console"

    def __init__(self, out: RichConsole | None = None, *, pictures: Path | None = None) -> None:
        """``pictures`` is the folder, or the file, in which a message's picture is saved; None: nowhere."""
        self._out = out or RichConsole()
        self._pictures = pictures
        self._numbers = count(1)

    async def send(
        self, to: Address, message: Message, *, reply_to: str | None = None, reference: str = ""
    ) -> Sent:
        """Print a message, a reply with a bar at its left. Raises SendError when it can't be written."""
        prefix = REPLY_MARK if reply_to else ""
        lines = list(self._laid_out(message.blocks))
        if message.attachment is not None and self._pictures is not None:
            path = save(message.attachment, self._pictures)
            lines += [Text(), self._dressed(saved(str(path), message.language), grey=False)]
        self._print([self._prefixed(line, prefix) for line in lines] + [Text()])
        number = tame(reference) or str(next(self._numbers))
        return Sent(number, (number,), to.chat)

    async def edit(self, to: Address, message_id: str, message: Message) -> None:
        """Print what an edit comes to, as one dim line: a terminal's past can't be changed."""
        grey = [block for block in message.blocks if block.grey] or list(message.blocks[-1:])
        news = " · ".join(_plain(line) for block in grey for line in block.lines)
        first = _plain(message.blocks[0].lines[0]) if message.blocks and message.blocks[0].lines else ""
        summary = " · ".join(part for part in (first, news) if part)
        # The reference of a delivery begins with its story's id, which is all that a reader needs.
        story = tame(message_id).partition("|")[0]
        self._print([Text(f"↻ {story} {summary}", style=_DIM), Text()])

    async def check(self, to: Address | None = None) -> str:
        """Return where messages are printed."""
        return "this terminal" if self._out.is_terminal else "standard output, as plain text"

    async def close(self) -> None:
        """Nothing is open."""

    def _laid_out(self, blocks: Iterable[Block]) -> Iterable[Text]:
        started = False
        for block in blocks:
            if started and not block.tight:
                yield Text()
            started = True
            for line in block.lines:
                yield self._dressed(line, grey=block.grey)

    def _dressed(self, line: Line, *, grey: bool) -> Text:
        text = Text(style=_DIM if grey else "")
        for span in line:
            text.append(tame(span.text), style=_style(span))
        if not self._out.is_terminal:
            # A pipe or a file has no invisible links: the address stands behind its line.
            links = dict.fromkeys(tame_link(span.link) for span in line)
            text.append("".join(f" {link}" for link in links if link))
        return text

    def _prefixed(self, line: Text, prefix: str) -> Text:
        if not prefix:
            return line
        return Text.assemble((prefix.rstrip() if not line.plain else prefix, _DIM), line)

    def _print(self, lines: Iterable[Text]) -> None:
        try:
            with self._out:  # one write for the whole message
                for line in lines:
                    for row in self._wrapped(line):
                        shown = self._showable(row)
                        self._out.print(shown, markup=False, highlight=False, emoji=False, soft_wrap=True)
        except OSError as error:
            self._forget_unwritten()
            words = f"standard output can't be written: {error.strerror or type(error).__name__}"
            raise SendError(Outcome.UNSENT, words) from None

    def _forget_unwritten(self) -> None:
        """Empty rich's buffer, which would otherwise print this message again before the next one."""
        quiet, self._out.quiet = self._out.quiet, True
        self._out.print()
        self._out.quiet = quiet

    def _showable(self, row: Text) -> Text:
        """Return a row that the output's encoding knows: an old terminal shows question marks."""
        encoding = self._out.encoding
        try:
            row.plain.encode(encoding)
        except UnicodeEncodeError:
            return Text(row.plain.encode(encoding, "replace").decode(encoding), style=row.style)
        return row

    def _wrapped(self, line: Text) -> Iterable[Text]:
        """Break a line at the terminal's width, keeping a reply's bar; output to a file stays unbroken."""
        if not self._out.is_terminal or line.cell_len <= self._out.width:
            return [line]
        if not line.plain.startswith(REPLY_MARK):
            return line.wrap(self._out, self._out.width)
        bar, rest = line.divide([len(REPLY_MARK)])
        return [Text.assemble(bar, row) for row in rest.wrap(self._out, self._out.width - len(REPLY_MARK))]


def save(attachment: Attachment, place: Path) -> Path:
    """Write a file into the folder, or under the name given, and return its path; SendError where it can't be."""
    path = place / attachment.name if place.is_dir() else place
    try:
        path.write_bytes(attachment.content)
    except OSError as error:
        words = f"{path} can't be written: {error.strerror or type(error).__name__}"
        raise SendError(Outcome.REFUSED, words) from None
    return path


def _plain(line: Line) -> str:
    return "".join(tame(span.text) for span in line)


def _style(span: Span) -> Style:
    return Style(bold=span.bold or None, strike=span.strike or None, link=tame_link(span.link) or None)
