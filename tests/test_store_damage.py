"""A database that is damaged, gone or an older copy: found out, mended from a backup, and nothing told twice."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from random import Random

import pytest

from bot.app.memory import open_store, settle_in
from bot.store import opening
from tests.grouping import TABLES
from tests.surviving import (
    Survivor,
    back_up,
    copy_home,
    damage,
    is_quiet,
    memory,
    one_for_each,
    polls,
    reader,
)

NEWS = (
    ("harbour", "Globex profit jumps 34% on cloud demand"),
    ("ledger", "Globex sued over brake patents in Texas court"),
    ("gazette", "Acme recalls 20,000 brake pads after accidents"),
    ("harbour", "Globex files for Hong Kong listing"),
    ("ledger", "Initech cuts 3,000 jobs in restructuring"),
    ("courier", "Acme buys a maker of lamps for $2 billion"),
    ("gazette", "Initech payroll service suffers nationwide outage"),
    ("harbour", "Globex names a new chief executive"),
)
RINGS = ("alert", "reply", "correction", "digest")
DAMAGES, GROUPS = 200, 4
EVERY = 50
"""So many damages, one is looked at through a whole poll; so is each that nothing seems to have noticed."""


@pytest.fixture(scope="module")
def living(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Survivor]:
    """A bot killed in the middle of its work: told of five stories, a backup, three more since, one not yet sent."""
    desk = Survivor(tmp_path_factory.mktemp("desk"), receiver=reader())
    for source in ("harbour", "ledger", "gazette", "courier"):
        desk.read(source, f"{source} opens", minutes=5)
    for at, (source, title) in enumerate(NEWS):
        if at == 5:
            back_up(desk.store, desk.now)
        desk.read(source, title, minutes=45)
    yield desk
    desk.close()


def revive(living: Survivor, home: Path) -> Survivor:
    """A new life on a copy of that bot's folder, an hour later."""
    desk = Survivor.__new__(Survivor)
    desk.home, desk.now, desk.chat = home, living.now + timedelta(hours=1), type(living.chat)()
    desk.feeds = {name: list(listed) for name, listed in living.feeds.items()}
    desk.settings, desk.asked = living.settings, 0
    desk.start()
    return desk


def test_a_bot_that_was_killed_goes_on_without_a_word(living: Survivor, tmp_path: Path) -> None:
    desk = revive(living, copy_home(living.home, tmp_path / "home"))
    with closing(desk):
        assert polls(desk)
        assert desk.owed_since((*RINGS, "notice"), desk.now) == []
        desk.read("harbour", "Initech files for bankruptcy protection", minutes=1)
        assert len(desk.owed_since(RINGS, desk.now)) == 1


@pytest.fixture
def same_engines(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every life in one folder has the engines of the first: to put their statements together takes longest."""
    monkeypatch.setattr(opening, "connect", one_for_each(opening.connect))


@pytest.mark.usefixtures("same_engines")
@pytest.mark.parametrize("group", range(GROUPS))
def test_no_damage_ever_lets_what_was_told_ring_again(living: Survivor, tmp_path: Path, group: int) -> None:
    home = tmp_path / "home"
    url, known = f"sqlite:///{home / 'wirewatch.db'}", memory(living.store)
    for seed in range(group, DAMAGES, GROUPS):
        copy_home(living.home, home)
        how = damage(home / "wirewatch.db", Random(seed))
        with closing(open_store(url, variants=TABLES.variants, now=living.now)) as store:
            with store.begin() as conn:
                loss = settle_in(conn, living.settings, living.now)
            quiet = is_quiet(store, known)
        if not quiet or seed // GROUPS % EVERY == 0:
            look_closely(living, home, f"seed {seed}, {how}, {loss}")
        shutil.rmtree(home)


def look_closely(living: Survivor, home: Path, case: str) -> None:
    """Poll what the sources listed before, through the whole of deciding."""
    desk = revive(living, home)
    if not polls(desk):
        desk.restart()
        assert polls(desk), f"{case}: damaged after it was mended"
    with closing(desk):
        assert desk.owed_since(RINGS, desk.now) == [], f"{case}: rings again"
        assert len(desk.owed_since(("notice",), living.now)) <= 1, f"{case}: more than one notice"
