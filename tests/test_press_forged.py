"""Whatever stands behind a button that nobody made: no error, no effect, and words for who pressed it."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import Connection, select

from bot.app.listening import Doorman
from bot.channels import Question
from bot.commands import Answer, answer
from bot.commands.pressing import PRESSES
from bot.store.schema import metadata
from tests.deskwork import CLIMBS
from tests.presses import GROUP, MEI, TOM, Person, PressDesk

ACTIONS = 2000
LISTS = "Globex files for Hong Kong listing"
_ODD = (
    "", ":", "::", "4h", "1d", "99d", "-1", "0", "1e9", "k7f2", "K7F2", "../../etc", "%s%n", "' or 1=1 --", "\x00",
    "\u202e4h", "‹›", "静音", "🔴", "null", "desk", "globex", "harbour", "split", "why", "recent", "x" * 70, "汉" * 40,
    "since:", "watch:nobody", "score>", '"', "(", "*", "#" + "0" * 18, "1" * 30,
)  # fmt: skip
_CHANGING = ("story split {} 2", "watch remove globex", "watch add Initech", "watch mute globex 4h", "undo")


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[PressDesk]:
    opened = PressDesk(tmp_path)
    yield opened
    opened.close()


def everything(conn: Connection) -> dict[str, list[object]]:
    """All that the store holds."""
    return {
        name: [tuple(row) for row in conn.execute(select(table))] for name, table in metadata.tables.items()
    }


def forged(random: Random, ids: list[str]) -> str:
    """An action as a changed client may send it: real verbs and ids among it, never together as offered."""
    verb = random.choice([*PRESSES, "share", "share:why", "run", "mute ", "MUTE", "撤销", ""])
    pool = [*ids, *_ODD, *(each.format(ids[0]) for each in _CHANGING)]
    parts = [random.choice(pool) for _ in range(random.randint(0, 3))]
    if random.random() < 0.2:
        parts.append("".join(chr(random.randrange(1, 0x2FFF)) for _ in range(random.randint(1, 80))))
    return random.choice([":", ":", " ", ""]).join([verb, *parts]) if parts else verb


def press(desk: PressDesk, doorman: Doorman, action: str, by: Person, number: int) -> Answer:
    """Press under the message that tells of another story, and make what it asks for."""
    question = Question(
        "telegram", GROUP, by.id, "", None, "2", None, str(number), callback=action, person_name=by.name
    )
    with desk.store.begin() as conn:
        given = answer(doorman.understand(conn, question), desk.desk(conn))
        assert given.wanted is None
        return given if given.effect is None else given.effect(conn)


async def test_forged_actions_do_nothing_and_break_nothing(desk: PressDesk) -> None:
    story = await desk.told()
    assert desk.read("pujiang", CLIMBS) == story
    await desk.told(LISTS)
    await desk.press(f"mute:{story}")
    with desk.store.snapshot() as conn:
        before = everything(conn)
    doorman, random, numbers = Doorman(desk, desk.wall), Random(6), count(1)  # type: ignore[arg-type]

    for _ in range(ACTIONS):
        by = random.choice((MEI, TOM))
        action = forged(random, [story, "zzzz", "wzz9"])
        if by is MEI and action.startswith("run"):
            continue  # an admin may type the same
        given = press(desk, doorman, action, by, next(numbers))
        shown = bool(given.message.blocks) or given.popup or given.buttons is not None
        assert shown, f"{action!r} got no answer at all"
        assert len(given.popup) <= 200, action

    with desk.store.snapshot() as conn:
        assert everything(conn) == before
