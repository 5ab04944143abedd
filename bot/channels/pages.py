"""Cut a message that is too long: between blocks, then lines, then words; never inside a character."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from bot.channels.plain import tame
from bot.model import Block, Line, Span

Cost = tuple[int, ...]
ELLIPSIS: Line = (Span("…"),)


@dataclass(frozen=True, slots=True)
class Room:
    """What one part holds: ``limits`` per dimension, and what a line and each block's frame take of them."""

    limits: Cost
    line: Callable[[Line], Cost]
    frame: Cost

    def cost(self, blocks: Sequence[Block]) -> Cost:
        """Add up what blocks take."""
        total = [0] * len(self.limits)
        for block in blocks:
            for cost in (self.frame, *map(self.line, block.lines)):
                total = [have + more for have, more in zip(total, cost, strict=True)]
        return tuple(total)

    def holds(self, *blocks: Block) -> bool:
        """Tell whether blocks fit into one part."""
        return all(cost <= limit for cost, limit in zip(self.cost(blocks), self.limits, strict=True))


def pages(blocks: Sequence[Block], room: Room) -> list[tuple[Block, ...]]:
    """Lay blocks out on as few parts as keep every block whole; only a block larger than a part is cut."""
    laid: list[list[Block]] = []
    for block in blocks:
        for piece in filter(has_text, cut_block(block, room)):
            if laid and room.holds(*laid[-1], piece):
                laid[-1].append(piece)
            else:
                laid.append([piece])
    return [tuple(page) for page in laid]


def first_page(blocks: Sequence[Block], room: Room) -> tuple[tuple[Block, ...], tuple[Block, ...]]:
    """Return what one part holds from the front, whole blocks where possible, and the blocks that are left."""
    page: list[Block] = []
    for at, block in enumerate(blocks):
        if room.holds(*page, block):
            page.append(block)
        elif any(map(has_text, page)):
            return tuple(page), tuple(blocks[at:])
        else:
            head, *others = cut_block(block, room)
            rest = replace(block, lines=tuple(line for piece in others for line in piece.lines))
            return (head,), (rest, *blocks[at + 1 :])
    return tuple(page), ()


def cut_block(block: Block, room: Room) -> list[Block]:
    """Cut a block into pieces that fit, between its lines where possible."""
    if room.holds(block):
        return [block]
    pieces: list[Block] = []
    for line in block.lines:
        for short in _cut_line(line, room):
            if pieces and room.holds(grown := replace(pieces[-1], lines=(*pieces[-1].lines, short))):
                pieces[-1] = grown
            else:
                pieces.append(replace(block, lines=(short,)))
    return pieces


def has_text(block: Block) -> bool:
    """Tell whether a reader sees anything of a block."""
    return any(tame(span.text).strip() for line in block.lines for span in line)


def shorten(blocks: Sequence[Block], room: Room) -> tuple[Block, ...]:
    """Make blocks fit into one part: the last block that is not grey loses its last lines to a "…"."""
    kept = list(blocks)
    while not room.holds(*kept):
        index = next((at for at in reversed(range(len(kept))) if _can_lose_a_line(kept[at])), None)
        if index is None:
            return next(iter(pages(kept, room)), ())
        kept[index] = replace(kept[index], lines=(*_real_lines(kept[index])[:-1], ELLIPSIS))
    return tuple(kept)


def _real_lines(block: Block) -> tuple[Line, ...]:
    return block.lines[:-1] if block.lines and block.lines[-1] is ELLIPSIS else block.lines


def _can_lose_a_line(block: Block) -> bool:
    return not block.grey and len(_real_lines(block)) > 1


def _cut_line(line: Line, room: Room) -> list[Line]:
    pieces: list[Line] = []
    rest = line
    while not _fits(rest, room):
        head, rest = _take(rest, room)
        pieces.append(head)
    return [*pieces, rest] if rest or not pieces else pieces


def _fits(line: Line, room: Room) -> bool:
    # Counting a monster anew for every piece cut off it would take for ever.
    return sum(len(span.text) for span in line) <= 8 * room.limits[0] and room.holds(Block((line,)))


def _take(line: Line, room: Room) -> tuple[Line, Line]:
    """Return the longest head of a line that fits, and the rest; the head has at least one character."""
    head: Line = ()
    for at, span in enumerate(line):
        if _fits((*head, span), room):
            head = (*head, span)
            continue
        size = _prefix(head, span, room)
        if not size and not head:
            size = 1
        first = (replace(span, text=span.text[:size]),) if size else ()
        left = span.text[size:].lstrip()
        rest = (replace(span, text=left),) if left else ()
        return (*head, *first), (*rest, *line[at + 1 :])
    return head, ()


def _prefix(head: Line, span: Span, room: Room) -> int:
    """Find how many characters of a span still fit behind a head, ending at a word where there is one."""
    low, high = 0, min(len(span.text), room.limits[0])  # a character takes at least one of the first limit
    while low < high:
        middle = (low + high + 1) // 2
        if room.holds(Block(((*head, replace(span, text=span.text[:middle])),))):
            low = middle
        else:
            high = middle - 1
    space = span.text.rfind(" ", low // 2, low + 1)
    return space if space > 0 else low
