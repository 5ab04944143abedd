"""One bot, two chats: a group in Telegram in English and a channel in Slack in Chinese live with the same news."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.store import Store, digests
from tests.acceptance.living import (
    CHANNEL,
    Bot,
    Outlet,
    eventually,
    make_bot,
    slack_environ,
    telegram_environ,
)
from tests.loopback import Newsroom
from tests.standins import SlackStandIn, TelegramStandIn
from tests.standins.slack import SlackPost
from tests.standins.telegram_rules import TelegramMessage

GROUP, MEI, LEE = -1001234567890, 11, 12
STRANGE_CHAT, STRANGER = 777, 666
ADMIN, READER, STRANGE_CHANNEL = "U0ADMIN", "U0READER", "C0STRANGE"
EARNINGS = "Alibaba cloud revenue jumps 34%, beating forecasts on AI demand"
QUIETER = (
    "Tencent opens a museum of games",
    "Tencent paints its offices green",
    "Tencent plants a thousand trees",
    "Tencent sponsors a chess tournament",
    "Tencent publishes a cookbook for students",
    "Tencent restores a medieval bridge",
)
SETTINGS = f"""\
receivers:
  desk: {{via: telegram, chat: {GROUP}}}
  team: {{via: slack, chat: {CHANNEL}, language: zh}}
routes:
  - {{min_score: important, to: [desk, team]}}
  - {{min_score: 10, to: [desk], digest: {{at: "00:00", days: sun}}}}
access: {{telegram: {{admins: [{MEI}]}}, slack: {{admins: [{ADMIN}]}}}}
"""


class Group:
    """The group in Telegram, and what its people do there."""

    def __init__(self, telegram: TelegramStandIn) -> None:
        self.telegram = telegram

    def latest(self, words: str) -> TelegramMessage | None:
        """The last message that shows these words now."""
        found = (each for each in reversed(self.telegram.messages) if words in each.text)
        return next(found, None)

    async def shows(self, words: str) -> TelegramMessage:
        """Wait until a message shows these words."""
        await eventually(lambda: self.latest(words), lambda: f"nothing shows {words!r}: {self._all()}")
        found = self.latest(words)
        assert found is not None
        return found

    async def asks(self, text: str, words: str) -> TelegramMessage:
        """Somebody asks, and the answer shows these words."""
        before = len(self.telegram.messages)

        def answer() -> TelegramMessage | None:
            new = (each for each in self.telegram.messages[before:] if words in each.text)
            return next(new, None)

        self.telegram.say(GROUP, LEE if not text.startswith("/digest") else MEI, text)
        await eventually(answer, lambda: f"{text} was not answered with {words!r}: {self._all()}")
        found = answer()
        assert found is not None
        return found

    async def presses(self, verb: str, under: TelegramMessage, *, person: int = MEI) -> str:
        """Press the button of a message and return the pop-up."""
        actions = [action for row in under.buttons for _, action in row]
        action = next(
            one for one in actions if one == verb or one.startswith(f"{verb}:") or one.endswith(f":{verb}")
        )
        before = len(self.telegram.popups)
        name = "Mei" if person == MEI else "Lee"
        self.telegram.press(GROUP, person, under.message_id, action, name=name)
        await eventually(lambda: len(self.telegram.popups) > before, lambda: f"{action} got no answer")
        return self.telegram.popups[-1][1]

    def _all(self) -> list[str]:
        return [each.text for each in self.telegram.messages]


class Channel:
    """The channel in Slack, and what its people do there."""

    def __init__(self, slack: SlackStandIn) -> None:
        self.slack = slack

    def alert(self) -> SlackPost | None:
        """The alert, as everybody in the channel sees it."""
        return next((post for post in self.slack.posts if EARNINGS in post.visible), None)

    async def whispers(self, words: str, do: Callable[[], object]) -> SlackPost:
        """Do something, and wait for an answer with these words for whoever did it."""
        before = len(self.slack.whispers)
        made = do()
        assert hasattr(made, "__await__")
        await made

        def answer() -> SlackPost | None:
            return next((post for post in self.slack.whispers[before:] if words in post.visible), None)

        await eventually(
            answer, lambda: f"nothing says {words!r}: {[each.visible for each in self.slack.whispers]}"
        )
        found = answer()
        assert found is not None
        return found

    def action(self, verb: str, post: SlackPost) -> str:
        """What a button, or a choice of a menu, of this verb stands for."""
        elements = post.elements()
        values = [str(element.get("value")) for element in elements]
        values += [each["value"] for element in elements for each in element.get("options", ())]
        return next(value for value in values if value.startswith(verb))


async def test_the_same_news_is_told_steered_and_asked_about_in_telegram_and_in_slack(tmp_path: Path) -> None:
    async with AsyncExitStack() as stack:
        newsroom = await stack.enter_async_context(Newsroom())
        telegram = await stack.enter_async_context(TelegramStandIn(chats=[GROUP, STRANGE_CHAT, MEI]))
        slack = await stack.enter_async_context(SlackStandIn(chats=[CHANNEL, STRANGE_CHANNEL]))
        bot, harbour = made(tmp_path, newsroom, telegram, slack)
        await stack.enter_async_context(bot.running())
        await eventually(lambda: slack.sockets.connected, lambda: "Slack has no listener")
        # The second request says that the first, the baseline, was settled.
        await eventually(lambda: len(newsroom.requests) > 1, lambda: "nothing was polled twice")
        for title in (*QUIETER, EARNINGS):
            harbour.publish(title)

        await asyncio.gather(in_telegram(Group(telegram)), in_slack(Channel(slack)))

        assert await strangers_hear_nothing(telegram, slack)
        assert not telegram.rate_limited
        assert not slack.rate_limited
        assert not telegram.refused
        assert not slack.refused


def made(
    tmp_path: Path, newsroom: Newsroom, telegram: TelegramStandIn, slack: SlackStandIn
) -> tuple[Bot, Outlet]:
    """A bot that knows both chats, and whose last digest is a week old."""
    harbour = Outlet(newsroom, "harbour")
    environ = {**telegram_environ(telegram), **slack_environ(slack), "SLACK_APP_TOKEN": slack.app_token}
    bot = make_bot(tmp_path, [harbour], SETTINGS, environ)
    (tmp_path / "state").mkdir()
    store = Store.open(f"sqlite:///{tmp_path / 'state' / 'wirewatch.db'}")
    week_ago = datetime.now(UTC) - timedelta(days=7)
    with store.begin() as conn:
        digests.start_run(conn, "desk", "daily 00:00", week_ago.date(), week_ago)
    store.close()
    return bot, harbour


async def in_telegram(group: Group) -> None:
    """Why, thumbs, mute, snooze, undo; recent with pages, help, a company in Chinese; digest and export."""
    alert = await group.shows(EARNINGS)
    assert alert.text.splitlines()[0].endswith("Alibaba · Earnings")
    assert [label for label, _ in alert.buttons[0]] == ["Why", "Mute", "Snooze", "👍", "👎"]

    assert "company in headline" in await group.presses("why", alert, person=LEE)
    assert (await group.presses("up", alert, person=LEE)).startswith("Noted: more like this. 1 up, 0 down")
    assert (await group.presses("down", alert)).startswith("Noted: less like this. 1 up, 1 down")

    refused = await group.presses("mute", alert, person=LEE)
    assert str(LEE) in refused, "who may not is told their own id"
    assert "muted by" not in alert.text
    await group.presses("mute", alert)
    await eventually(lambda: "(muted by Mei)" in alert.text, lambda: alert.text)
    assert [label for label, _ in alert.buttons[0]] == ["Why", "Undo"]
    await group.presses("undo", alert)
    await eventually(lambda: "muted by" not in alert.text, lambda: alert.text)

    await group.presses("snooze", alert)
    await eventually(lambda: len(alert.buttons[0]) == 4, lambda: str(alert.buttons))
    await group.presses("4h", alert)
    await eventually(lambda: "Alibaba snoozed until" in alert.text, lambda: alert.text)
    await group.presses("undo", alert)
    await eventually(lambda: "snoozed" not in alert.text, lambda: alert.text)

    page = await group.asks("/recent", "Newest stories")
    assert "\n1 " in page.text
    assert "\n6 " not in page.text
    await group.presses(next(action for row in page.buttons for label, action in row if label == "›"), page)
    await eventually(lambda: "\n6 " in page.text, lambda: page.text)
    await group.asks("/help", "/recent")
    await group.asks("/recent 阿里巴巴", EARNINGS)

    await group.asks("/digest", "Your week")
    picture = await group.shows("Your week")
    assert picture.kind == "photo"
    file = await group.asks("/export 阿里巴巴 csv", "")
    assert file.kind == "document"
    assert EARNINGS in group.telegram.files[file.message_id].decode()


async def in_slack(channel: Channel) -> None:
    """The same in Chinese: what is answered is whispered to who asked, what changes stands in the alert."""
    await eventually(channel.alert, lambda: str([post.visible for post in channel.slack.posts]))
    alert = channel.alert()
    assert alert is not None
    assert "阿里巴巴 · 财报" in alert.visible.replace("*", "")
    slack = channel.slack

    await channel.whispers("公司在标题", lambda: slack.press(alert, channel.action("why", alert), READER))
    await channel.whispers(
        "本聊天 1 赞 0 踩", lambda: slack.press(alert, channel.action("up", alert), READER)
    )
    await channel.whispers(READER, lambda: slack.press(alert, channel.action("mute", alert), READER))
    assert "静音此事" in alert.labels()
    await slack.press(alert, channel.action("mute", alert), ADMIN)
    await eventually(lambda: "已静音" in alert.visible, lambda: alert.visible)
    await slack.press(alert, channel.action("undo", alert), ADMIN)
    await eventually(lambda: "已静音" not in alert.visible, lambda: alert.visible)
    await slack.press(alert, next(v for v in all_values(alert) if v.endswith(":4h")), ADMIN)
    await eventually(lambda: "暂停至" in alert.visible, lambda: alert.visible)
    await slack.press(alert, channel.action("undo", alert), ADMIN)
    await eventually(lambda: "暂停至" not in alert.visible, lambda: alert.visible)

    await channel.whispers(EARNINGS, lambda: slack.slash(CHANNEL, READER, "最新 阿里巴巴"))
    await channel.whispers("/wirewatch recent", lambda: slack.slash(CHANNEL, READER, "help"))
    await slack.slash(CHANNEL, READER, "导出 阿里巴巴 csv")
    await eventually(lambda: slack.files.kept, lambda: "no file was uploaded")
    (file,) = slack.files.kept.values()
    assert file.name.endswith(".csv")


def all_values(post: SlackPost) -> list[str]:
    """Everything that can be chosen under a message."""
    elements = post.elements()
    values = [str(element.get("value")) for element in elements]
    return values + [each["value"] for element in elements for each in element.get("options", ())]


async def strangers_hear_nothing(telegram: TelegramStandIn, slack: SlackStandIn) -> bool:
    """Who is in no receiver's chat asks in every way and gets silence; a member is answered after them."""
    telegram.say(STRANGE_CHAT, STRANGER, "/recent")
    telegram.say(STRANGE_CHAT, STRANGER, "/status")
    await slack.slash(STRANGE_CHANNEL, "U0STRANGER", "recent")
    await slack.direct("U0STRANGER", "status")
    await Group(telegram).asks("/status", "")
    await Channel(slack).whispers("", lambda: slack.slash(CHANNEL, READER, "status"))
    heard = {str(message.chat) for message in telegram.messages}
    heard |= {post.channel for post in (*slack.posts, *slack.whispers)}
    return heard <= {str(GROUP), CHANNEL, f"D{READER[1:]}"}
