"""Rows of buttons as Slack has them: menus in the place of numbers, and a button that shares an answer."""

from __future__ import annotations

from bot.model import Rows
from bot.render.buttons import (
    alert_rows,
    development_rows,
    page_rows,
    silenced_rows,
    told_rows,
    untold_rows,
)

STORIES = tuple((number, f"s{number}xx") for number in range(1, 6))
LONG = "Cloud revenue jumps 34%, beating forecasts on demand for models, chips and everything else that sells"


def labels(rows: Rows) -> list[list[str]]:
    return [[button.label for button in row] for row in rows]


def test_snooze_is_a_menu_in_slack_and_a_button_elsewhere() -> None:
    (row,) = alert_rows("k7f2", "zh", via="slack")
    assert [button.label for button in row] == ["原因", "静音此事", "暂停", "👍", "👎"]
    assert [(choice.label, choice.action) for choice in row[2].choices] == [
        ("4 小时", "snooze:k7f2:4h"),
        ("1 天", "snooze:k7f2:1d"),
        ("7 天", "snooze:k7f2:7d"),
    ]
    for via in ("", "telegram", "console"):
        assert labels(alert_rows("k7f2", "en", via=via)) == [["Why", "Mute", "Snooze", "👍", "👎"]]
        assert not any(button.choices for button in alert_rows("k7f2", "en", via=via)[0])


def test_a_silenced_alert_has_the_same_row_everywhere_and_a_development_none_in_slack() -> None:
    assert labels(silenced_rows("k7f2", "en")) == [["Why", "Undo"]]
    assert development_rows("k7f2", "en", via="slack") == ()
    assert labels(development_rows("k7f2", "en", via="telegram")) == [["Why", "Mute"]]


def test_a_trace_can_be_shared_where_only_the_asker_sees_it() -> None:
    shared = told_rows("k7f2", "en", several=True, via="slack")
    assert labels(shared) == [["All steps", "Not one story", "Share here"]]
    assert shared[0][-1].action == "share:why k7f2"
    assert labels(untold_rows("k7f2", "zh", via="slack"))[0][-1] == "分享到此"
    assert labels(told_rows("k7f2", "en", several=False)) == [["All steps"]]


def test_a_page_has_a_menu_of_its_stories_and_says_where_it_turns() -> None:
    titles = (LONG, "", "腾讯回购 10 亿港元股份", "d")
    (row,) = page_rows(
        "r1", STORIES, page=2, more=True, via="slack", language="en", titles=titles, share="recent 腾讯"
    )
    assert [button.label for button in row] == ["Open story", "‹ Back", "Next ›", "Share here"]
    assert [button.action for button in row[1:]] == ["page:r1:1", "page:r1:3", "share:recent 腾讯"]
    choices = row[0].choices
    assert [choice.action for choice in choices] == [f"story:s{number}xx" for number in range(1, 6)]
    assert all(len(choice.label) <= 75 for choice in choices)
    assert choices[0].label.startswith("1 Cloud revenue jumps 34%")
    assert [choice.label for choice in choices[1:]] == ["2", "3 腾讯回购 10 亿港元股份", "4 d", "5"]


def test_a_page_without_stories_has_no_menu_and_elsewhere_numbers_stand() -> None:
    assert page_rows("r1", (), page=1, more=False, via="slack") == ()
    assert labels(page_rows("r1", STORIES, page=1, more=True)) == [["1", "2", "3", "4", "5", "›"]]
    assert labels(page_rows("r1", STORIES, page=2, more=True)) == [["1", "2", "3", "4", "5"], ["‹", "›"]]
