"""Changes to watchlist.yaml: exactly the terms that were asked for, every other byte as it was."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from bot.edit.folder import Edit
from bot.edit.watchlist import LISTS, Change, Kind, changed, new_id
from bot.errors import EditError

BLOCK = """\
# who we follow
watches:
  alibaba: library   # the shop

  # makers of models
  moonshot:
    name: Moonshot AI
    aliases:
      - 月之暗面   # its own name
      - "Moonshot"
    weak: [Kimi]

  acme: {name: Acme}
"""


def add(watch: str, *terms: str, key: str = "aliases") -> Change:
    return Change(watch=watch, key=key, add=terms)


def drop(watch: str, *terms: str, key: str = "aliases") -> Change:
    return Change(watch=watch, key=key, drop=terms)


def lines(before: str, change: Change) -> tuple[str, str]:
    """The lines that go and those that come."""
    edit = Edit.between("watchlist.yaml", "", before, changed(before, change))
    return edit.removed, edit.added


def test_a_library_company_is_one_line_and_a_name_of_ones_own_another() -> None:
    library = Change(kind=Kind.ADD, watch="tencent")
    own = Change(kind=Kind.ADD, watch="bluebird", name="Bluebird Robotics", add=("青鸟机器人", "BBR"))

    assert lines(BLOCK, library) == ("", "  tencent: library\n")
    assert lines("watches: {a: library}\n", library)[1] == "watches: {a: library, tencent: library}\n"
    removed, added = lines(BLOCK, own)
    assert not removed
    assert YAML(typ="safe").load(added) == {
        "bluebird": {"name": "Bluebird Robotics", "aliases": ["青鸟机器人", "BBR"]}
    }


def test_a_term_joins_its_list_written_as_its_siblings_are() -> None:
    assert lines(BLOCK, add("moonshot", "月暗")) == ("", "      - 月暗\n")
    assert lines(BLOCK, add("moonshot", "K3", key="weak")) == ("    weak: [Kimi]\n", "    weak: [Kimi, K3]\n")
    assert lines(BLOCK, add("acme", "艾克米")) == (
        "  acme: {name: Acme}\n",
        "  acme: {name: Acme, aliases: [艾克米]}\n",
    )


def test_a_watch_of_the_library_keeps_its_comment_when_it_gets_lines_of_its_own() -> None:
    assert lines(BLOCK, add("alibaba", "阿里集团")) == (
        "  alibaba: library   # the shop\n",
        "  alibaba: {library: alibaba, aliases: [阿里集团]}   # the shop\n",
    )


def test_a_term_goes_with_its_line_and_the_last_one_with_its_list() -> None:
    assert lines(BLOCK, drop("moonshot", "月之暗面")) == ("      - 月之暗面   # its own name\n", "")
    assert lines(BLOCK, drop("moonshot", "Kimi", key="weak")) == ("    weak: [Kimi]\n", "")


def test_one_change_may_take_away_and_add() -> None:
    both = Change(watch="moonshot", add=("月暗",), drop=("Moonshot", "月之暗面"))

    assert YAML(typ="safe").load(changed(BLOCK, both))["watches"]["moonshot"]["aliases"] == ["月暗"]


def test_a_watch_goes_with_its_comment_and_leaves_its_neighbours() -> None:
    assert changed(BLOCK, Change(kind=Kind.REMOVE, watch="acme")).endswith("weak: [Kimi]\n")
    assert "makers of models" not in changed(BLOCK, Change(kind=Kind.REMOVE, watch="moonshot"))


def test_stock_codes_are_quoted() -> None:
    assert lines(BLOCK, add("moonshot", "NYSE:BABA", "0700.HK", key="tickers")) == (
        "",
        '    tickers: ["NYSE:BABA", "0700.HK"]\n',
    )


@pytest.mark.parametrize(
    "change",
    [
        drop("moonshot", "阿里"),
        drop("alibaba", "阿里云"),
        add("nobody", "x y"),
        Change(kind=Kind.ADD, watch="acme", name="Acme"),
        Change(kind=Kind.REMOVE, watch="nobody"),
        Change(watch="moonshot"),
    ],
)
def test_what_is_not_there_or_there_already_is_refused(change: Change) -> None:
    with pytest.raises(EditError):
        changed(BLOCK, change)


def test_anchors_and_tabs_are_refused_and_nothing_is_guessed() -> None:
    for text in ("watches:\n  a: &x {name: Acme}\n  b: *x\n", "watches:\n  a:\n\t  name: Acme\n"):
        with pytest.raises(EditError):
            changed(text, add("a", "Acme Corp"))


def test_ids_keep_chinese_characters_and_never_collide() -> None:
    assert new_id("Bluebird Robotics", []) == "bluebird-robotics"
    assert new_id("青鸟机器人", []) == "青鸟机器人"
    assert new_id("Acme", ["ACME", "acme-2"]) == "acme-3"
    assert not new_id("!?", [])


TERMS = st.sampled_from(
    [
        "月暗",
        "Kimi K2",
        "NYSE:BABA",
        "0700.HK",
        "no",
        "it's",
        'say "so"',
        "@x",
        "a, b",
        "a: b",
        "阿里，云",
        "#x",
        "1e3",
    ]
)
STYLES = ("block", "flow", "library", "mixed")


@st.composite
def folders(draw: st.DrawFn) -> tuple[str, dict[str, dict[str, list[str]]]]:
    """A watchlist in some handwriting, and the lists of its watches."""
    said: dict[str, dict[str, list[str]]] = {}
    parts = []
    for watch in draw(
        st.lists(st.sampled_from(["acme", "01ai", "腾讯", "li-auto"]), min_size=1, unique=True)
    ):
        style = draw(st.sampled_from(STYLES))
        lists: dict[str, list[str]] = {}
        if style != "library":
            for key in draw(st.lists(st.sampled_from(LISTS), unique=True, max_size=3)):
                lists[key] = draw(st.lists(TERMS, min_size=1, max_size=4, unique=True))
        said[watch] = lists
        parts.append(_written(draw, watch, style, lists))
    text = draw(st.sampled_from(["", "# head\n", "---\n", "\ufeff# head\n"])) + "watches:\n" + "".join(parts)
    text += draw(st.sampled_from(["", "\n# the end\n", "\n\n"]))
    return (text.replace("\n", "\r\n") if draw(st.booleans()) else text), said


def _quoted(term: str) -> str:
    return '"' + term.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _written(draw: st.DrawFn, watch: str, style: str, lists: dict[str, list[str]]) -> str:
    above = draw(st.sampled_from(["", "\n", "  # about it\n", "\n  # makers\n"]))
    tail = draw(st.sampled_from(["", "  # why"]))
    name = f'"{watch}"' if watch == "01ai" and draw(st.booleans()) else watch
    if style == "library":
        return f"{above}  {name}: library{tail}\n"
    if style == "flow":
        inner = "".join(f", {key}: [{', '.join(map(_quoted, terms))}]" for key, terms in lists.items())
        return f"{above}  {name}: {{name: Some One{inner}}}{tail}\n"
    text = f"{above}  {name}:{tail}\n    name: Some One\n"
    for key, terms in lists.items():
        if style == "mixed":
            text += f"    {key}: [{', '.join(map(_quoted, terms))}]{tail}\n"
        else:
            text += f"    {key}:\n" + "".join(f"      - {_quoted(term)}{tail}\n" for term in terms)
    return text


def _lists_of(text: str) -> dict[str, object]:
    loaded: dict[str, object] = YAML(typ="safe").load(text.removeprefix("\ufeff"))["watches"]
    return loaded


@settings(deadline=None, max_examples=100)
@given(folders(), st.sampled_from(LISTS), TERMS, st.data())
def test_in_any_handwriting_a_term_added_and_taken_away_again_leaves_every_other_byte(
    written: tuple[str, dict[str, dict[str, list[str]]]], key: str, term: str, data: st.DataObject
) -> None:
    text, said = written
    watch = data.draw(st.sampled_from(sorted(said)))
    before = _lists_of(text)

    after = changed(text, add(watch, term, key=key))

    found = _lists_of(after)
    now = found.pop(watch)
    was = before.pop(watch)
    assert found == before
    assert isinstance(now, dict)
    assert now[key] == [*said[watch].get(key, []), term]
    rest = {name: value for name, value in now.items() if name != key}
    assert rest == ({"library": watch} if was == "library" else _but(was, key))
    edit = Edit.between("watchlist.yaml", "", text, after)
    assert edit.back().applied(after) == text
    kept = text[: edit.offset] + text[edit.offset + len(edit.removed) :]
    assert kept == after[: edit.offset] + after[edit.offset + len(edit.added) :]


def _but(value: object, key: str) -> dict[str, object]:
    assert isinstance(value, dict)
    return {name: inner for name, inner in value.items() if name != key}


@settings(deadline=None, max_examples=100)
@given(folders(), st.data())
def test_in_any_handwriting_terms_that_go_take_nothing_else_with_them(
    written: tuple[str, dict[str, dict[str, list[str]]]], data: st.DataObject
) -> None:
    text, said = written
    having = [(watch, key) for watch, lists in said.items() for key in lists]
    if not having:
        return
    watch, key = data.draw(st.sampled_from(having))
    terms = said[watch][key]
    gone = data.draw(st.lists(st.sampled_from(terms), min_size=1, unique=True))

    after = _lists_of(changed(text, drop(watch, *gone, key=key)))

    expected = _lists_of(text)
    mine = expected[watch]
    assert isinstance(mine, dict)
    mine[key] = [term for term in terms if term not in gone]
    if not mine[key]:
        del mine[key]
    assert after == expected


@settings(deadline=None, max_examples=40)
@given(folders(), st.data())
def test_in_any_handwriting_a_watch_comes_and_goes(
    written: tuple[str, dict[str, dict[str, list[str]]]], data: st.DataObject
) -> None:
    text, said = written
    new = Change(kind=Kind.ADD, watch="青鸟", name="青鸟机器人", add=("BBR",))

    grown = changed(text, new)

    assert _lists_of(grown) == {**_lists_of(text), "青鸟": {"name": "青鸟机器人", "aliases": ["BBR"]}}
    gone = data.draw(st.sampled_from(sorted(said)))
    left = _lists_of(changed(grown, Change(kind=Kind.REMOVE, watch=gone)))
    assert left == {watch: value for watch, value in _lists_of(grown).items() if watch != gone}
