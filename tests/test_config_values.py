"""What a right configuration means."""

from __future__ import annotations

from dataclasses import FrozenInstanceError
from datetime import time, timedelta
from pathlib import Path

import pytest

from bot.config import Configuration
from bot.model import Access, Budget, DigestPlan, Polling, QuietHours, Receiver, Route, Source
from tests.config_folder import faults_of, good_folder, load


@pytest.fixture
def good(tmp_path: Path) -> Configuration:
    return load(good_folder(tmp_path / "config"))


def test_a_telegram_receiver_has_its_own_time_and_language(good: Configuration) -> None:
    assert good.settings.receivers["desk"] == Receiver(
        id="desk",
        via="telegram",
        chat="-1001234567890",
        topic=12,
        language="zh",
        timezone="Asia/Hong_Kong",
        at_most=Budget(20, timedelta(days=1)),
        quiet_hours=QuietHours(time(22), time(7, 30), 90),
    )


def test_a_receiver_without_a_time_zone_has_the_general_one(good: Configuration) -> None:
    assert good.settings.receivers["team"].timezone == "Asia/Shanghai"


def test_routes_keep_their_order_and_get_names(good: Configuration) -> None:
    first, second, third = good.settings.routes
    assert first == Route(
        name="earnings",
        to=("desk",),
        watches=frozenset({"alibaba", "tencent"}),
        events=frozenset({"earnings", "merger"}),
        min_score=60,
    )
    assert (second.name, second.max_age, second.languages) == (
        "route-2",
        timedelta(hours=12),
        frozenset({"en"}),
    )
    assert third.digest == DigestPlan(time(8, 30), frozenset({0, 1, 2, 3, 4}))
    assert third.stop


def test_polling_and_retention_are_read(good: Configuration) -> None:
    assert good.settings.polling == Polling(allow_private=("rsshub.lan", "10.0.0.0/8"))
    assert good.settings.retention == timedelta(days=180)
    assert good.settings.window == timedelta(days=3)
    assert good.settings.web_listen == "127.0.0.1:8787"


def test_people_and_chats_are_known_by_their_ids(good: Configuration) -> None:
    assert good.settings.access == {
        "telegram": Access(frozenset({"4242"})),
        "slack": Access(frozenset({"U0ABC"}), frozenset({"C0999XYZ"})),
    }


def test_sources_carry_selectors_and_the_names_of_headers(good: Configuration) -> None:
    wire = next(source for source in good.sources if source.id == "wire")
    assert wire.selectors == {"item": "data.list", "title": "title", "link": "url", "time": "ctime"}
    assert wire.headers_env == {"Authorization": "WIRE_KEY"}


def test_a_source_may_follow_its_own_rhythm_and_need_no_name(good: Configuration) -> None:
    assert good.sources[-1] == Source(
        id="虎嗅",
        name="虎嗅",
        url="https://huxiu.example/rss",
        language="zh",
        rhythm=True,
        full_text=True,
        enabled=False,
    )


def test_the_values_are_frozen(good: Configuration) -> None:
    with pytest.raises(FrozenInstanceError):
        good.settings.timezone = "UTC"  # type: ignore[misc]


@pytest.mark.parametrize("text", [None, "# only comments\n", "receivers:\n  # none yet\nroutes:\n", "{}\n"])
def test_without_receivers_the_terminal_hears_and_default_routes_hold(
    text: str | None, tmp_path: Path
) -> None:
    folder = good_folder(tmp_path / "config", **({"wirewatch": text} if text else {}))
    if text is None:
        (folder / "wirewatch.yaml").unlink()
    settings = load(folder).settings
    assert settings.receivers == {"terminal": Receiver(id="terminal", via="console")}
    assert [(route.min_score, route.to, route.digest) for route in settings.routes] == [
        (60, ("terminal",), None),
        (40, ("terminal",), DigestPlan(time(8, 30))),
    ]


def test_without_routes_every_receiver_gets_the_default_ones(tmp_path: Path) -> None:
    text = "receivers: {a: {via: console}, b: {via: slack, chat: C0123ABC}}\n"
    settings = load(good_folder(tmp_path / "config", wirewatch=text)).settings
    assert [route.to for route in settings.routes] == [("a", "b"), ("a", "b")]


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        ("daily", {0, 1, 2, 3, 4, 5, 6}),
        ("mon-fri", {0, 1, 2, 3, 4}),
        ("'sat,sun'", {5, 6}),
        ("[mon, wed]", {0, 2}),
        ("fri-mon", {4, 5, 6, 0}),
        ("'Mon, wed-thu'", {0, 2, 3}),
    ],
)
def test_days_of_a_digest(days: str, expected: set[int], tmp_path: Path) -> None:
    text = f"routes:\n  - to: [terminal]\n    digest: {{at: 8:30, days: {days}}}\n"
    route = load(good_folder(tmp_path / "config", wirewatch=text)).settings.routes[0]
    assert route.digest == DigestPlan(time(8, 30), frozenset(expected))


@pytest.mark.parametrize(
    ("written", "expected"),
    [("30s", timedelta(seconds=30)), ("2h", timedelta(hours=2)), ("1d", timedelta(days=1))],
)
def test_durations(written: str, expected: timedelta, tmp_path: Path) -> None:
    text = f"polling: {{every: {written}, max: 2d}}\n"
    assert load(good_folder(tmp_path / "config", wirewatch=text)).settings.polling.every == expected


def test_a_time_without_quotes_is_still_a_time(tmp_path: Path) -> None:
    text = "receivers: {t: {via: console, quiet_hours: {from: 22:00, until: 7:05}}}\n"
    receiver = load(good_folder(tmp_path / "config", wirewatch=text)).settings.receivers["t"]
    assert receiver.quiet_hours == QuietHours(time(22), time(7, 5))


def test_no_and_on_are_words_not_truth_values(tmp_path: Path) -> None:
    watchlist = "watches: {acme: {name: Acme, aliases: [on semiconductor, NO], exclude: [no, 2026-01-01]}}\n"
    folder = good_folder(tmp_path / "config", watchlist=watchlist)
    (folder / "wirewatch.yaml").unlink()
    watch = load(folder).watchlist.watches["acme"]
    assert watch.aliases == ("on semiconductor", "NO")
    assert watch.exclude == ("no", "2026-01-01")


def test_the_proxy_for_sources_is_taken_from_the_environment(tmp_path: Path) -> None:
    folder = good_folder(tmp_path / "config", wirewatch="polling: {proxy: environment}\n")
    assert (
        load(folder, {"HTTPS_PROXY": "http://proxy.lan:3128"}).settings.polling.proxy
        == "http://proxy.lan:3128"
    )
    without = load(folder)
    assert without.settings.polling.proxy is None
    assert "HTTPS_PROXY is not set" in str(without.warnings[0])


def test_the_version_changes_with_what_is_written(tmp_path: Path) -> None:
    folder = good_folder(tmp_path / "config")
    before = load(folder)
    assert load(folder).version == before.version
    with (folder / "watchlist.yaml").open("a", encoding="utf-8") as file:
        file.write("# a comment\n")
    after = load(folder)
    assert after.version != before.version
    assert after.watchlist.version == before.watchlist.version


def test_event_words_of_the_user_make_new_kinds_that_routes_may_name(tmp_path: Path) -> None:
    files = {
        "events": "recall: {en: [Recalls*], zh: [召回]}\n",
        "wirewatch": "routes: [{events: [recall], to: [terminal]}]\n",
    }
    folder = good_folder(tmp_path / "config", **files)
    assert load(folder).tables.events["recall"] == ("recalls*", "召回")
    (folder / "events.yaml").unlink()
    assert [fault.message for fault in faults_of(folder)] == ["there is no kind of event 'recall'"]
