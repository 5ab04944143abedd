"""Questions as a chat asks them: typed lines, pressed buttons, and what the answers leave in the store."""

from __future__ import annotations

from dataclasses import dataclass, replace

from bot.commands import Answer, Asked, Pressed, answer, split_command
from bot.model import Button, Message, Receiver, Watchlist
from bot.store import buttons
from tests.deskwork import Desk


@dataclass
class Room:
    """A chat with somebody in it who asks a desk; ``receiver`` is the chat's own, "" where it has none."""

    desk: Desk
    via: str = "telegram"
    language: str = "en"
    receiver: str = "desk"
    admin: bool = False
    watchlist: Watchlist | None = None
    """Another one than the desk's, changed since."""

    def says(self, line: str) -> Answer:
        """The answer to a typed line."""
        verb, words = split_command(line)
        return self._answer(replace(self._asked(), verb=verb, words=words))

    def presses(self, action: str) -> Answer:
        """The answer to a button of this action."""
        verb, _, about = action.partition(":")
        return self._answer(replace(self._asked(), pressed=Pressed(verb, about, self.via, "1", "7")))

    def shown(self, line: str) -> str:
        """What the answer to a typed line reads."""
        return self.says(line).message.plain

    def _asked(self) -> Asked:
        reader = Receiver(id=self.receiver, via=self.via, language=self.language)
        return Asked(verb="", reader=reader, receiver=self.receiver, admin=self.admin, by=f"{self.via}:7")

    def _answer(self, asked: Asked) -> Answer:
        with self.desk.store.begin() as conn:
            desk = self.desk.desk(conn)
            given = answer(asked, replace(desk, watchlist=self.watchlist or desk.watchlist))
            for offer in given.offers:
                buttons.offer(conn, offer.nonce, offer.payload, offer.expires)
        return given


def buttons_of(message: Message) -> dict[str, str]:
    """The labels of a message's buttons with what they do."""
    every: list[Button] = [button for row in message.buttons for button in row]
    return {button.label: button.action for button in every}
