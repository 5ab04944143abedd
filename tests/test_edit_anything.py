"""Any file, any change: exactly that value changes, and every line that does not say it stays."""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from difflib import ndiff
from typing import Any

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from bot.config.faults import FaultList
from bot.config.yaml_source import parse
from bot.edit import add_key, append_item, remove_item, remove_key, set_value
from tests.handwriting import KEYS, SCALARS, places, values, written

often = settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)


def said(text: str) -> Any:
    """What the bot reads in a text."""
    faults = FaultList()
    root = parse(text.removeprefix("\ufeff"), "", faults)
    assert not faults.faults, (faults.faults, text)
    return root.value if root else None


def changed(value: Any, path: Sequence[str | int], change: Callable[[Any, Any], None]) -> Any:
    """A copy of a value in which the holder of a path was changed."""
    whole = {"root": copy.deepcopy(value)}
    holder: Any = whole
    last: Any = "root"
    for step in path:
        holder, last = holder[last], step
    change(holder, last)
    return whole["root"]


def lines_lost(before: str, after: str) -> list[str]:
    """The lines of a text that another one lacks."""
    return [line[2:] for line in ndiff(before.splitlines(), after.splitlines()) if line.startswith("- ")]


def some_of(data: st.DataObject, value: Any, kind: type) -> tuple[tuple[str | int, ...], Any]:
    """The path and value of some list or mapping that isn't empty."""
    found = [(path, each) for path, each in places(value) if isinstance(each, kind) and each]
    assume(found)
    return data.draw(st.sampled_from(found))


@often
@given(written(), values(2), st.data())
def test_an_entry_is_added_and_taken_out_again(
    file: tuple[Any, str], value: Any, data: st.DataObject
) -> None:
    before, text = file
    path, found = some_of(data, before, list)

    longer = append_item(text, path, value)

    assert said(longer) == changed(before, (*path, 0), lambda holder, _: holder.append(value))
    assert remove_item(longer, (*path, len(found))) == text


@often
@given(written(), values(2), st.data())
def test_a_key_is_added_and_taken_out_again(file: tuple[Any, str], value: Any, data: st.DataObject) -> None:
    before, text = file
    path, found = some_of(data, before, dict)
    key = data.draw(KEYS.filter(lambda key: key not in found))

    longer = add_key(text, path, key, value)

    after = changed(before, (*path, key), lambda holder, last: holder.update({last: value}))
    assert list(places(said(longer))) == list(places(after))
    assert remove_key(longer, (*path, key)) == text


@often
@given(written(), st.data())
def test_what_is_taken_out_takes_only_its_own_lines(file: tuple[Any, str], data: st.DataObject) -> None:
    before, text = file
    path, _ = data.draw(st.sampled_from(places(before)[1:]))

    shorter = (remove_item if isinstance(path[-1], int) else remove_key)(text, path)

    assert said(shorter) == changed(before, path, lambda holder, last: holder.__delitem__(last))
    assert shorter.count("\ufeff") == text.count("\ufeff")
    kept = [line for line in shorter.splitlines() if line not in text.splitlines()]
    assert len(kept) <= 2, "only the line that it shared with others is written anew"


@often
@given(written(), SCALARS, st.data())
def test_a_value_is_replaced_and_put_back(file: tuple[Any, str], value: Any, data: st.DataObject) -> None:
    before, text = file
    path, old = data.draw(st.sampled_from(places(before)[1:]))

    after = set_value(text, path, value)

    assert said(after) == changed(before, path, lambda holder, last: holder.__setitem__(last, value))
    if not isinstance(old, list | dict):
        assert len(lines_lost(text, after)) <= 2, "its own line, and that of a text below it"
        assert said(set_value(after, path, old)) == before


@often
@given(written())
def test_the_hand_writes_what_it_means(file: tuple[Any, str]) -> None:
    before, text = file

    assert said(text) == before
