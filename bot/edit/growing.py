"""Where something new goes: after the last of its siblings, written as they are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import TypeGuard

from bot.edit.notation import WIDTH, Value, block, columns, flow, key_lines, pieces, scalar, wrapped
from bot.edit.tree import Part, Path, Piece, Splice, Tree

STEP = 2


def is_list(value: Value) -> TypeGuard[Sequence[Value]]:
    """Tell whether a value is a list."""
    return isinstance(value, Sequence) and not isinstance(value, str)


def after_items(tree: Tree, holder: Piece, values: Sequence[Value]) -> list[Splice]:
    """Return the splices that put values behind the last one of a list that isn't empty."""
    if holder.flow:
        quote = _usual_quote(part.value for part in holder.parts)
        texts = [flow(value, quote if isinstance(value, str) else "") for value in values]
        return _after_last(tree, holder, texts)
    last = holder.parts[-1]
    column = tree.column(last.start)
    gap = tree.text[last.start + 1 : last.value.start]
    gap = gap if gap and not gap.strip(" ") else " "
    new_line = tree.break_at(last.start)
    apart = [""] if _stand_apart(tree, holder) else []
    lines = [
        line for value in values for line in (*apart, *_item(tree, holder, value, column, gap, new_line))
    ]
    return [_below(tree, last.end, lines, new_line)]


def _stand_apart(tree: Tree, holder: Piece) -> bool:
    """Tell whether an empty line stands between the last two parts, the last of which takes several lines."""
    if len(holder.parts) < 2 or "\n" not in tree.text[holder.parts[-1].start : holder.end]:
        return False
    between = tree.text[holder.parts[-2].end : holder.parts[-1].start]
    return any(not line.strip() for line in between.split("\n")[1:-1])


def _item(tree: Tree, holder: Piece, value: Value, column: int, gap: str, new_line: str) -> list[str]:
    """The lines of one more entry of a block list, in the style of the last one of its kind."""
    head = f"{' ' * column}-{gap}"
    if isinstance(value, Mapping) and value:
        like = next((part.value for part in reversed(holder.parts) if part.value.kind == "map"), None)
        if like is not None and like.block:
            lines = block(value, len(head), STEP, new_line)
            return [head + lines[0].lstrip(" "), *lines[1:]]
        return [head + wrapped(value, len(head), new_line, _quotes_by_key(holder))]
    if isinstance(value, str):
        return [head + scalar(value, _usual_quote(part.value for part in holder.parts))]
    return [head + wrapped(value, len(head), new_line)]


def _usual_quote(values: Iterable[Piece]) -> str:
    """Return the quote that all texts have; "" where one of them has none."""
    styles = {piece.style for piece in values if piece.kind == "scalar"}
    return styles.pop() if len(styles) == 1 and styles <= {"'", '"'} else ""


def _quotes_by_key(holder: Piece) -> dict[str, str]:
    """Return the quote that is usual after each key of the mappings in a list."""
    found: dict[str, Counter[str]] = {}
    for item in holder.parts[-50:]:
        for part in item.value.parts:
            if part.key and part.value.kind == "scalar":
                found.setdefault(part.key.text, Counter())[part.value.style] += 1
    usual = {key: counts.most_common(1)[0][0] for key, counts in found.items()}
    return {key: style for key, style in usual.items() if style in {"'", '"'}}


def after_keys(tree: Tree, holder: Piece, key: str, value: Value) -> list[Splice]:
    """Return the splices that put a key behind the last one of a mapping that isn't empty."""
    if holder.flow:
        return _after_last(tree, holder, pieces({key: value}))
    column = tree.column(holder.parts[0].start)
    new_line = tree.break_at(holder.parts[-1].start)
    apart = [""] if _stand_apart(tree, holder) else []
    lines = [*apart, *_key(tree, holder, key, value, column, new_line)]
    return [_below(tree, holder.end, lines, new_line)]


def _key(tree: Tree, holder: Piece, key: str, value: Value, column: int, new_line: str) -> list[str]:
    like = next((part.value for part in reversed(holder.parts) if part.value.block), None)
    if isinstance(value, Mapping) and value:
        inline = like is None and any(part.value.kind == "map" for part in holder.parts)
        if inline:
            head = f"{' ' * column}{scalar(key)}: "
            return [head + wrapped(value, len(head), new_line)]
        step = max(tree.column(like.start) - column, 1) if like and like.kind == "map" else STEP
        return key_lines(scalar(key), value, column, step, new_line)
    lists = [part.value for part in holder.parts if part.value.kind == "list"]
    as_block = bool(lists) and lists[-1].block
    return key_lines(scalar(key), value, column, STEP, new_line, as_block=as_block)


def into_empty(tree: Tree, path: Path, value: Value) -> list[Splice]:
    """Return the splices that give a value to what is empty: ``key:``, ``[]``, ``{}``, or the whole file."""
    way = tree.walk(path)
    if not way:
        return _into_empty_file(tree, value)
    holder, index = way[-1]
    part = holder.parts[index]
    old = part.value
    spread = isinstance(value, Mapping) or (
        is_list(value) and any(isinstance(each, Mapping) for each in value)
    )
    if holder.flow or not spread or part.key is None or _has_comment(tree, old):
        return instead(tree, part, value)
    indent = tree.column(part.start) + STEP
    new_line = tree.break_at(part.start)
    start = old.start
    while tree.text[start - 1] == " ":
        start -= 1
    lines = block(value, indent, STEP, new_line)
    below = _below(tree, old.end, lines, new_line)
    return [(start, old.end, ""), below] if start < old.end else [below]


def _has_comment(tree: Tree, piece: Piece) -> bool:
    return "#" in tree.text[piece.start : piece.end]


def _into_empty_file(tree: Tree, value: Value) -> list[Splice]:
    new_line = tree.break_at(0)
    text = new_line.join(block(value, 0, STEP, new_line))
    if tree.root is not None:
        return [(tree.root.start, tree.root.end, text)]
    glue = "" if not tree.text or tree.text.endswith("\n") else new_line
    return [(len(tree.text), len(tree.text), f"{glue}{text}{new_line}")]


def instead(tree: Tree, part: Part, value: Value) -> list[Splice]:
    """Return the splices that put a value in the place of another one."""
    old = part.value
    if old.missing:
        space = " " if tree.text[old.start - 1 : old.start] in {":", "-"} else ""
        column = tree.column(old.start) + len(space)
        return [(old.start, old.end, space + _written(tree, old, value, column))]
    if old.block and part.key is not None and tree.begins_line(old.start):
        colon = tree.text.index(":", part.key.end) + 1
        first = tree.next_line(colon)
        new = _written(tree, old, value, tree.column(colon) + 1)
        return [(colon, colon, f" {new}"), (first, tree.next_line(old.end), "")]
    return [(old.start, old.end, _written(tree, old, value, tree.column(old.start)))]


def _written(tree: Tree, old: Piece, value: Value, column: int) -> str:
    if isinstance(value, str):
        return scalar(value, old.style if old.style in {"'", '"'} else "")
    return wrapped(value, column, tree.break_at(old.start))


def _below(tree: Tree, end: int, lines: Sequence[str], new_line: str) -> Splice:
    """Put lines below the one in which a position stands."""
    text = new_line.join(lines)
    at = tree.line_end(end)
    return at, at, new_line + text


def _after_last(tree: Tree, holder: Piece, texts: Sequence[str]) -> list[Splice]:
    """Put texts behind the last one between brackets."""
    if not holder.parts:
        inner = tree.text[holder.start + 1 : holder.end - 1]
        start = holder.end - 1 if inner.strip() else holder.start + 1
        return [(start, holder.end - 1, ", ".join(texts))]
    last = holder.parts[-1]
    new_line = tree.break_at(last.start)
    comma = tree.token(last.end)
    ready = tree.text[comma] == ","
    anchor = comma + 1 if ready else last.end
    if tree.begins_line(last.start) and tree.line_end(anchor) < holder.end and tree.ends_line(anchor):
        indent = " " * tree.column(last.start)
        text = "".join(f"{new_line}{indent}{each}," for each in texts)
        end = tree.line_end(anchor)
        return [(last.end, last.end, "" if ready else ","), (end, end, text if ready else text[:-1])]
    return [(last.end, last.end, _inline(tree, holder, texts, new_line))]


def _inline(tree: Tree, holder: Piece, texts: Sequence[str], new_line: str) -> str:
    last = holder.parts[-1]
    used = columns(tree.text[tree.line_start(last.end) : tree.line_end(last.end)])
    indent = " " * tree.column(holder.parts[0].start)
    own_line = len(holder.parts) > 1 and all(tree.begins_line(part.start) for part in holder.parts[1:])
    text = ""
    for each in texts:
        if own_line or used + columns(each) + 2 > WIDTH:
            text += f",{new_line}{indent}{each}"
            used = len(indent) + columns(each) + 1
        else:
            text += f", {each}"
            used += columns(each) + 2
    return text
