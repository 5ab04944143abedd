"""``chart``: what is counted, what the caption says, and the button of that name under a digest."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.commands import Answer, Asked, Pressed, answer
from bot.model import DeliveryKind, Receiver
from bot.store import deliveries
from tests.deskwork import Desk


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    opened = Desk(tmp_path)
    yield opened
    opened.close()


def press(desk: Desk, action: str, *, receiver: str = "desk", admin: bool = False) -> Answer:
    verb, _, about = action.partition(":")
    pressed = Pressed(verb, about, "telegram", "1", "9")
    reader = Receiver(id=receiver, via="telegram")
    with desk.store.begin() as conn:
        asked = Asked(verb="", reader=reader, receiver=receiver, pressed=pressed, admin=admin)
        return answer(asked, desk.desk(conn))


def owe_digest(desk: Desk, *stories: str, days: int = 0) -> str:
    """A digest in the outbox; its reference."""
    with desk.store.begin() as conn:
        payload = {
            "since": (desk.now - timedelta(days=1)).isoformat(),
            "until": desk.now.isoformat(),
            "days": days,
            "stories": [[story, 48, "in_digest"] for story in stories],
        }
        deliveries.owe(
            conn,
            key=f"digest|desk|{desk.now.isoformat()}",
            story="",
            receiver="desk",
            kind=DeliveryKind.DIGEST,
            revision=0,
            due=desk.now,
            score=48,
            payload=payload,
            now=desk.now,
        )
        (owed,) = deliveries.pending_of(conn, "desk", DeliveryKind.DIGEST, desk.now)
        return str(owed.id)


@pytest.mark.parametrize("verb", ["chart", "timeline globex", "recent", "search globex", "export", "stats"])
@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31", "1970-01-01", "2199-12-31", "9999y"])
@pytest.mark.parametrize("key", ["since", "until"])
def test_the_farthest_days_are_answered_in_words(desk: Desk, verb: str, day: str, key: str) -> None:
    some_news(desk)
    given = desk.ask(f"{verb} {key}:{day}")
    assert given.message.plain
    if day in {"0001-01-01", "9999-12-31"} and not (verb == "stats" and key == "until"):
        assert "between 1970 and 2199" in given.message.plain


def some_news(desk: Desk) -> list[str]:
    return [
        desk.read("harbour", "Globex profit jumps 34%", minutes=0),
        desk.read("wire", "Globex names a new chief executive", minutes=60 * 24),
        desk.read("wire", "Initech profit falls as cloud demand cools", minutes=60),
    ]


def test_the_caption_says_what_the_picture_shows(desk: Desk) -> None:
    some_news(desk)

    given = desk.ask("chart since:7d")

    said = given.message.plain.splitlines()
    assert said[0] == "All watches · 15-21 May · 3 stories"
    assert said[1] == "Globex 2, Initech 1"
    assert said[2] == "Most on Thu 21 May: 2"
    assert given.picture is not None
    assert given.picture.title == "All watches · 15-21 May"
    assert [(row.name, row.counts) for row in given.picture.rows] == [
        ("Globex", (0, 0, 0, 0, 0, 1, 1)),
        ("Initech", (0, 0, 0, 0, 0, 0, 1)),
    ]


def test_one_company_is_counted_by_kind_of_event(desk: Desk) -> None:
    some_news(desk)

    given = desk.ask("chart Globex")

    assert given.picture is not None
    assert given.message.plain.splitlines()[1] == "Earnings 1, Executive 1"
    assert [row.name for row in given.picture.rows] == ["Earnings", "Executive"]
    assert given.picture.name == "globex-2026-05-21"


def test_the_same_in_chinese_has_english_words_in_reserve(desk: Desk) -> None:
    some_news(desk)

    given = desk.ask("chart since:7d", language="zh")

    assert given.message.plain.startswith("全部关注 · 5月15日至21日 · 3 条")
    assert given.picture is not None
    assert given.picture.english is not None
    assert given.picture.english.title == "All watches · 15-21 May"


def test_the_numbers_are_rows_as_well(desk: Desk) -> None:
    some_news(desk)

    assert list(desk.ask("chart globex").rows) == [
        {"day": "2026-05-20", "watch": "globex", "event": "earnings", "stories": 1},
        {"day": "2026-05-21", "watch": "globex", "event": "executive", "stories": 1},
    ]


def test_words_and_filters_narrow_it_down(desk: Desk) -> None:
    some_news(desk)

    given = desk.ask("chart profit event:earnings since:7d")

    assert given.message.plain.splitlines()[0] == "Earnings · “profit” · 15-21 May · 2 stories"


def test_the_time_before_is_compared_only_where_the_archive_reaches_that_far(desk: Desk) -> None:
    desk.read("harbour", "Globex opens a plant in Ohio", minutes=0)
    desk.now += timedelta(days=8)
    some_news(desk)

    assert "1 in the same time before (+2)" in desk.ask("chart since:5d").message.plain
    assert "before" not in desk.ask("chart since:9d").message.plain


def test_a_young_archive_is_not_drawn_as_a_month_of_nothing(desk: Desk) -> None:
    some_news(desk)

    given = desk.ask("chart since:90d")

    assert given.picture is not None
    assert len(given.picture.heads) == 7


def test_what_a_person_types_is_text_and_takes_one_line(desk: Desk) -> None:
    some_news(desk)

    given = desk.ask("chart \u202e<b>@all</b>\nprofit 🔴 " + "very " * 200)

    first = given.message.plain.splitlines()[0]
    assert len(first) < 120
    assert "🔴" not in first
    assert "\u202e" not in first
    assert all(not span.link for block in given.message.blocks for line in block.lines for span in line)


def test_a_date_to_begin_with_is_the_first_bar(desk: Desk) -> None:
    some_news(desk)

    given = desk.ask("chart since:2026-05-20")

    assert given.message.plain.splitlines()[0] == "All watches · 20-21 May · 3 stories"
    assert given.picture is not None
    assert given.picture.rows[0].counts == (1, 1)


def test_what_ended_before_today_is_shown_up_to_its_end(desk: Desk) -> None:
    some_news(desk)

    given = desk.ask("chart since:2026-05-20 until:2026-05-21")

    assert given.message.plain.splitlines()[0] == "All watches · Wed 20 May · 1 story"


def test_nothing_in_the_span_is_said_in_words_and_not_drawn(desk: Desk) -> None:
    given = desk.ask("chart globex since:3d")

    assert given.picture is None
    assert given.message.plain == "Globex · nothing in 18-20 May"


def test_a_mistyped_company_is_guessed(desk: Desk) -> None:
    some_news(desk)

    assert "Did you mean wirewatch chart Globex?" in desk.ask("chart Globx").message.plain


def test_more_than_a_year_is_refused_where_there_is_so_much(desk: Desk) -> None:
    desk.read("harbour", "Globex profit jumps 34%", minutes=0)
    desk.now += timedelta(days=800)

    given = desk.ask("chart globex since:700d")

    assert given.misunderstood
    assert "since:365d" in given.message.plain


def test_the_button_under_a_digest_draws_its_companies_over_two_weeks(desk: Desk) -> None:
    stories = some_news(desk)
    reference = owe_digest(desk, stories[2])

    given = press(desk, f"chart:{reference}")

    assert given.picture is not None
    assert given.picture.title.startswith("Initech")
    assert "1 story" in given.message.plain


def test_a_digest_is_opened_from_its_own_chat_only_or_by_an_admin(desk: Desk) -> None:
    reference = owe_digest(desk, *some_news(desk), days=7)

    for verb in ("chart", "digest"):
        assert press(desk, f"{verb}:{reference}", receiver="team").failed
        assert not press(desk, f"{verb}:{reference}", receiver="team", admin=True).failed


@pytest.mark.parametrize("reference", ["", "0", "999", "-1", "1e3", "9" * 40, "1'; drop table alerts", "١٢"])
def test_a_made_up_reference_opens_nothing(desk: Desk, reference: str) -> None:
    for verb in ("chart", "digest"):
        given = press(desk, f"{verb}:{reference}")
        assert given.failed
        assert given.popup.startswith("This digest is no longer kept")
