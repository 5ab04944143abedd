"""``[ Not one story ]``: an admin says which report does not belong, and a button takes it out for good."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot import render
from bot.commands.asking import Answer, Asked, Desk, Offer, Wanted
from bot.commands.confirming import confirm_rows, offer
from bot.commands.splitting import report_meant, story_to_split
from bot.errors import CommandError
from bot.model import Button, Rows, Story
from bot.render.people import id_of
from bot.render.singling import split_choice, split_confirm
from bot.render.times import Clock
from bot.render.typed import typed
from bot.render.words import label, say
from bot.store import requests, stories

SPLIT = "split"
MOST_NUMBERS = 12
IN_A_ROW = 6


def press_split(asked: Asked, desk: Desk) -> Answer:
    """Ask which report does not belong: of two the later one, of more the one whose number is pressed."""
    assert asked.pressed is not None
    reader, language = asked.reader, asked.reader.language
    if not asked.admin:
        who = id_of(asked.by)
        raise CommandError(say(language, "split_admins", who=who))
    name = stories.root_of(desk.conn, asked.pressed.about) or asked.pressed.about
    story, clock = story_to_split(name, reader, desk), Clock.of(reader, desk.now)
    if len(story.reports) == 2:
        taken = story.reports[1]
        rows, offers = confirm_rows(asked, desk, SPLIT, _payload(story, 1), language)
        return Answer(split_confirm(story, taken, 2, clock, rows), offers=offers)
    shown = min(len(story.reports), MOST_NUMBERS)
    rows, offers = _numbers(asked, desk, story, shown)
    command = typed(reader.via, f"story split {story.id} {shown + 1}")
    return Answer(split_choice(story, shown, clock, reader, command, rows), offers=offers)


def confirmed_split(asked: Asked, desk: Desk, payload: Mapping[str, Any]) -> Answer:
    """Ask for the split that a button stood for; CommandError where the story is another by now."""
    reader = asked.reader
    story = story_to_split(str(payload["story"]), reader, desk)
    entry = str(payload["entry"])
    if not any(report.entry.id == entry for report in story.reports):
        entry = report_meant(entry, story, reader, desk).entry.id
    wanted = {"story": story.id, "entry": entry, "told": True, "by": asked.by}
    message = render.split_pending(reader.via, reader.language, story.id)
    return Answer(message, ({"asked": SPLIT, **wanted},), wanted=Wanted(requests.SPLIT, wanted), instead=True)


def _numbers(asked: Asked, desk: Desk, story: Story, shown: int) -> tuple[Rows, tuple[Offer, ...]]:
    offers = [offer(asked, desk, SPLIT, _payload(story, at)) for at in range(shown)]
    numbers = [Button(str(number), f"do:{made.nonce}") for number, made in enumerate(offers, 1)]
    rows = [tuple(numbers[at : at + IN_A_ROW]) for at in range(0, len(numbers), IN_A_ROW)]
    cancel = Button(label("cancel", asked.reader.language), f"cancel:{offers[0].nonce}")
    return (*rows, (cancel,)), tuple(offers)


def _payload(story: Story, at: int) -> dict[str, object]:
    return {"story": story.id, "entry": story.reports[at].entry.id}
