"""What goes when something is taken out: its lines, and the comment that belongs to it."""

from __future__ import annotations

from bot.edit.tree import Part, Piece, Splice, Tree


def without(tree: Tree, holder: Piece, index: int, owner: Part | None) -> list[Splice]:
    """Return the splices that take a part out of its holder; ``owner`` is the part that the holder stands in.

    The comment lines directly above a part go with it, and those of its own at its end. A comment that
    heads several parts (after an empty line, with more parts below without one) stays.
    """
    if holder.flow:
        return _from_brackets(tree, holder, index)
    if len(holder.parts) == 1:
        return _the_only_one(tree, holder, owner)
    part = holder.parts[index]
    if not tree.begins_line(part.start):
        return [(part.start, _past_space(tree, tree.next_line(part.end)), "")]
    start, end = _lines(tree, holder, index, _bound(tree, owner))
    return [(start, end, "")]


def _bound(tree: Tree, owner: Part | None) -> int:
    """Where the lines below a key, or below the dash of a list in a list, begin; 0 at the top of the file."""
    if owner is None:
        return 0
    return tree.next_line(tree.text.index(":", owner.key.end) if owner.key else owner.start)


def _lines(tree: Tree, holder: Piece, index: int, bound: int) -> tuple[int, int]:
    """Return from where to where the lines of a part reach; ``bound`` is where those of the first one begin."""
    part = holder.parts[index]
    column = tree.column(part.start)
    first = tree.line_start(part.start)
    bound = tree.next_line(holder.parts[index - 1].end) if index else bound
    following = holder.parts[index + 1].start if index + 1 < len(holder.parts) else len(tree.text)
    end = _own_comments(tree, tree.next_line(part.end), column, following)
    start = _comments_above(tree, first, column, bound)
    if start < first and _heads_more(tree, start, bound, end, following):
        start = first
    if _is_empty(tree, start - 1) and start > bound:
        if index + 1 < len(holder.parts):
            end = _past_empty(tree, end, following)
        elif index:
            start = _before_empty(tree, start, bound)
    return _with_last_break(tree, start, end)


def _with_last_break(tree: Tree, start: int, end: int) -> tuple[int, int]:
    """Where the file ends without a line break, the break before goes instead."""
    if end == len(tree.text) and start and not tree.text.endswith("\n"):
        start -= 2 if tree.text[start - 2 : start] == "\r\n" else 1
    return start, end


def _line(tree: Tree, at: int) -> str:
    return tree.text[tree.line_start(at) : tree.line_end(at)]


def _is_empty(tree: Tree, at: int) -> bool:
    """Tell whether the line that ends at a position is empty; there is none before the first."""
    return at > 0 and not _line(tree, at).strip()


def _comments_above(tree: Tree, first: int, column: int, bound: int) -> int:
    start = first
    while start > max(bound, 0):
        line = _line(tree, start - 1)
        if not line.startswith(" " * column + "#"):
            break
        start = tree.line_start(start - 1)
    return first if start == 0 else start


def _heads_more(tree: Tree, start: int, bound: int, end: int, following: int) -> bool:
    apart = start <= bound or _is_empty(tree, start - 1)
    return apart and tree.line_start(following) == end and following < len(tree.text)


def _own_comments(tree: Tree, end: int, column: int, following: int) -> int:
    """Comment lines that are indented deeper than a part belong to its inside."""
    while end < following:
        line = _line(tree, end)
        if not line.lstrip().startswith("#") or len(line) - len(line.lstrip()) <= column:
            break
        end = tree.next_line(end)
    return end


def _past_empty(tree: Tree, end: int, following: int) -> int:
    while end < following and not _line(tree, end).strip():
        end = tree.next_line(end)
    return end


def _before_empty(tree: Tree, start: int, bound: int) -> int:
    while start > bound and _is_empty(tree, start - 1):
        start = tree.line_start(start - 1)
    return start


def _past_space(tree: Tree, at: int) -> int:
    while at < len(tree.text) and tree.text[at] in " \r\n":
        at += 1
    return at


def _the_only_one(tree: Tree, holder: Piece, owner: Part | None) -> list[Splice]:
    """Leave ``[]`` or ``{}`` behind, so that what is empty is still a list or a mapping."""
    empty = "[]" if holder.kind == "list" else "{}"
    if owner is None or owner.key is None or not tree.begins_line(holder.parts[0].start):
        return [(holder.parts[0].start, holder.end, empty)]
    colon = tree.text.index(":", owner.key.end) + 1
    start, end = _lines(tree, holder, 0, _bound(tree, owner))
    return [(colon, colon, f" {empty}"), (start, end, "")]


def _from_brackets(tree: Tree, holder: Piece, index: int) -> list[Splice]:
    part = holder.parts[index]
    if len(holder.parts) == 1:
        return [(holder.start + 1, holder.end - 1, "")]
    comma = tree.token(part.end)
    own = tree.text[comma] == ","
    end = comma + 1 if own else part.end
    before = tree.token(holder.parts[index - 1].end) if index else holder.start
    if tree.begins_line(part.start) and tree.ends_line(end):
        start, last = (
            _comments_above(
                tree, tree.line_start(part.start), tree.column(part.start), tree.next_line(before)
            ),
            tree.next_line(end),
        )
        needless = [(before, before + 1, "")] if index and not own else []
        return [*needless, (start, last, "")]
    if index:
        return [(before + 1, end, "")] if own else [(before, end, "")]
    return [(part.start, _past_space(tree, end), "")]
