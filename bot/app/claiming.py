"""One-time codes: who sends the code that the terminal shows proves that chat and terminal are the same person's.

``connect`` leaves a code in the store (only its hash); whoever listens to the chat service, the running bot or
``connect`` itself, hands messages with a code to ``claim``, and ``connect`` finds there which chat it was.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from bot.channels import Question, Reply
from bot.render.connecting import code_taken, code_wrong
from bot.store import Store, meta, updates

PATIENCE = timedelta(minutes=10)
"""How long a code is good for."""
LENGTH = 8
ALPHABET = "23456789abcdefghjkmnpqrstwxyz"
MOST_WRONG = 5
"""Wrong codes that one person may send; what comes after is not even compared."""
MOST_PEOPLE = 200
"""People whose wrong codes are counted; beyond that the code is void for everybody new."""
_TYPED = re.compile(r"\s*[/／]?connect\s+\W*(?P<code>[0-9A-Za-z]{1,64})\W*", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """Where a code came from, and who sent it; names are as the chat service gives them."""

    chat: str
    topic: int | None
    person: str
    person_name: str
    chat_name: str
    private: bool


def typed_code(text: str) -> str:
    """Return the code of ``/connect CODE``, in small letters; "" where the text is none such."""
    found = _TYPED.fullmatch(text)
    return found["code"].lower() if found else ""


def offer_code(conn: Connection, service: str, now: datetime, *, language: str, asks: bool) -> str:
    """Make a code and keep its hash; an older one of the service is void from now on.

    ``language`` is what the chat is answered in, ``asks`` whether the terminal asks before it writes.
    """
    code = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
    salt = secrets.token_hex(16)
    offer = {
        "salt": salt,
        "hash": _hash(salt, code),
        "expires": (now + PATIENCE).isoformat(),
        "language": language,
        "asks": asks,
        "wrong": {},
        "claim": None,
    }
    _keep(conn, service, offer)
    return code


def withdraw(conn: Connection, service: str, code: str) -> None:
    """Make a code void, unless a newer one took its place."""
    offer = _offer(conn, service)
    if offer is not None and hmac.compare_digest(offer["hash"], _hash(offer["salt"], code)):
        meta.set(conn, _key(service), "")


def claim_of(conn: Connection, service: str, code: str) -> tuple[Claim | None, int]:
    """Return who claimed this code (None: nobody yet) and how many wrong ones came.

    Raises LookupError where a newer code took its place.
    """
    offer = _offer(conn, service)
    if offer is None or not hmac.compare_digest(offer["hash"], _hash(offer["salt"], code)):
        raise LookupError(service)
    wrong = sum(offer["wrong"].values())
    return (Claim(**offer["claim"]) if offer["claim"] else None), wrong


async def claim(store: Store, question: Question, now: datetime, *, known: bool) -> Reply | None:
    """Take a message that carries a code; None where it carries none, or none is waited for.

    Strangers (``known`` False) hear nothing of a wrong code: silence is what they get from this bot. Nor do they
    keep the store busy: nothing is written but for codes that are compared, which are so many and no more.
    """
    if question.callback is not None or not typed_code(question.text):
        return None
    if not await store.read(lambda conn: _left(_offer(conn, question.channel), question.person, now)):
        return None
    return await store.write(lambda conn: claim_code(conn, question, now, known=known))


def claim_code(conn: Connection, question: Question, now: datetime, *, known: bool) -> Reply | None:
    """Do what ``claim`` does, in a writing transaction."""
    offer = _offer(conn, question.channel)
    left = _left(offer, question.person, now)
    if offer is None or not left or not updates.first_time(conn, question.channel, question.update_id, now):
        return None
    if not hmac.compare_digest(offer["hash"], _hash(offer["salt"], typed_code(question.text))):
        offer["wrong"][question.person] = MOST_WRONG - left + 1
        _keep(conn, question.channel, offer)
        return Reply(message=code_wrong(offer["language"], left - 1)) if known else None
    offer["claim"] = asdict(_claim(question))
    _keep(conn, question.channel, offer)
    return Reply(message=code_taken(offer["language"], asks=offer["asks"]))


def _left(offer: Mapping[str, Any] | None, person: str, now: datetime) -> int:
    """Return how many codes of this person may still be compared; 0 as well where no code is waited for."""
    if offer is None or offer["claim"] or datetime.fromisoformat(offer["expires"]) <= now:
        return 0
    if person not in offer["wrong"] and len(offer["wrong"]) >= MOST_PEOPLE:
        return 0
    return max(0, MOST_WRONG - int(offer["wrong"].get(person, 0)))


def _claim(question: Question) -> Claim:
    return Claim(
        chat=question.chat,
        topic=question.topic,
        person=question.person,
        person_name=question.person_name,
        chat_name=question.chat_name,
        private=question.private,
    )


def _key(service: str) -> str:
    return f"connect {service}"


def _offer(conn: Connection, service: str) -> dict[str, Any] | None:
    kept = meta.get(conn, _key(service))
    return json.loads(kept) if kept else None


def _keep(conn: Connection, service: str, offer: dict[str, Any]) -> None:
    meta.set(conn, _key(service), json.dumps(offer, ensure_ascii=False))


def _hash(salt: str, code: str) -> str:
    return hashlib.sha256(f"{salt}:{code}".encode()).hexdigest()
