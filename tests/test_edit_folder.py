"""Changes to a file of the folder: checked with all the others, written over what was read, taken back."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.edit import read
from bot.edit.folder import Edit, faults_with, save
from bot.errors import ConfigError, EditError
from tests.following import WATCHES, write_folder

NO_ACME = WATCHES.replace("  acme: {name: Acme}\n", "")
ROUTE = """\
receivers: {desk: {via: console}}
routes: [{watches: [acme], to: [desk]}]
"""


def test_only_faults_that_the_change_brings_are_told_with_the_folders_own_name(tmp_path: Path) -> None:
    folder = write_folder(tmp_path, settings=ROUTE)
    (folder / "sources.yaml").write_text("sources:\n  - {id: a, url: nowhere}\n", encoding="utf-8")

    (fault,) = faults_with(folder, "watchlist.yaml", NO_ACME, environ={})

    assert fault.file == str(folder / "wirewatch.yaml")
    assert "no watch 'acme'" in fault.message
    assert faults_with(folder, "watchlist.yaml", WATCHES + "\n# more\n", environ={}) == ()


def test_a_change_is_written_once_and_only_where_the_folder_stays_sound(tmp_path: Path) -> None:
    folder = write_folder(tmp_path, settings=ROUTE)
    text, version = read(folder / "watchlist.yaml")
    with pytest.raises(ConfigError):
        save(folder, "watchlist.yaml", version, NO_ACME, environ={})
    assert read(folder / "watchlist.yaml") == (text, version)

    save(folder, "watchlist.yaml", version, text + "# more\n", environ={})

    with pytest.raises(EditError, match="changed meanwhile"):
        save(folder, "watchlist.yaml", version, text + "# other\n", environ={})
    assert read(folder / "watchlist.yaml")[0] == text + "# more\n"


LINES = st.lists(st.sampled_from(["a\n", "b\n", "c\r\n", "\n", "名\n", "  # x\n"]), max_size=8).map("".join)


@given(LINES, LINES, st.sampled_from(["", "end"]))
def test_any_edit_leads_there_and_back(before: str, after: str, tail: str) -> None:
    edit = Edit.between("watchlist.yaml", "v", before + tail, after + tail)

    assert edit.applied(before + tail) == after + tail
    assert edit.back().applied(after + tail) == before + tail
    assert Edit.of({**edit.row, "who": "Mei"}) == edit


def test_an_edit_of_other_lines_is_refused_with_its_line() -> None:
    edit = Edit.between("watchlist.yaml", "v", "a\nb\n", "a\nc\n")

    with pytest.raises(EditError, match=r"watchlist\.yaml:2"):
        edit.applied("a\nx\n")
