"""People who press the thumbs under the alerts of a desk (see ``deskwork``)."""

from __future__ import annotations

from bot.commands import Answer, Asked, Pressed, answer
from bot.model import Receiver
from tests.deskwork import Desk


def asked_by_press(
    desk: Desk,
    action: str,
    *,
    under: str = "",
    who: str = "mei",
    receiver: str = "desk",
    language: str = "en",
    admin: bool = False,
) -> Asked:
    """What the bot understands of a press on ``up:k7f2`` under the message that tells of the story ``under``."""
    verb, _, about = action.partition(":")
    return Asked(
        verb="",
        reader=Receiver(id=receiver, via="telegram", chat="1", language=language),
        receiver=receiver,
        story=under,
        by=f"telegram:{who}",
        who=who.title(),
        admin=admin,
        pressed=Pressed(verb, about, "telegram", "1", "7"),
    )


def press(desk: Desk, action: str, **more: object) -> Answer:
    """Press a button, and change what that changes."""
    with desk.store.begin() as conn:
        asked = asked_by_press(desk, action, **more)  # type: ignore[arg-type]
        given = answer(asked, desk.desk(conn))
        return given if given.effect is None else given.effect(conn)


def vote(desk: Desk, story: str, thumb: str, *people: str, **more: object) -> Answer:
    """Let people press ``up`` or ``down`` under the alert of a story."""
    return [press(desk, f"{thumb}:{story}", under=story, who=who, **more) for who in people or ("mei",)][-1]
