"""``sources add``, ``test`` and ``remove`` from a chat: looked at and shown first, then confirmed; for admins."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from bot import edit, render
from bot.commands.asking import Answer, Asked, Desk, Wanted
from bot.commands.edits import check, insist_admin, offered, read_file
from bot.commands.vocabulary import nearest_of
from bot.edit.folder import Edit
from bot.edit.sources import FILE, SELECTORS, SourceList, fault_of, read_list
from bot.errors import CommandError
from bot.model import Block, Message, Receiver
from bot.render.faults import reworded, source_fault
from bot.render.following import file_lines
from bot.render.lines import clean, message, shorten, text
from bot.render.looks import LookView, look, look_failed, source_goes
from bot.render.typed import typed
from bot.render.words import say
from bot.store import requests
from bot.store.leaning import leaned_on
from bot.store.requests import Request

LOOK = requests.LOOK
"""The kind of the request that looks at an address."""
LONGEST_ADDRESS = 2_000
DAYS = 30
"""How far back is counted what leaned on a source."""
_KEYS = ("id", "name", "every", "weight", "language", "tags", "full_text", "kind", *SELECTORS)
_ALSO = {"tag": "tags"}
_KEY = re.compile(r"(?P<key>[A-Za-z_]+)[:：]")
_PIECE = re.compile(r"""(?:[^\s"'“”]|"[^"]*"|'[^']*'|“[^”]*”)+""")
_ADDRESS = re.compile(r"[./:]|^localhost$")
"""What every address has, and no plain word."""
_EXAMPLE = "https://news.example/feed"
_QUOTES = re.compile(r"""["“](?P<double>[^"”]*)["”]|'(?P<single>[^']*)'""")


def answer_change(asked: Asked, desk: Desk, verb: str, words: str) -> Answer:
    """Answer ``sources VERB WORDS``; raise CommandError for who may not, and for what can't be asked."""
    insist_admin(asked)
    return CHANGES[verb](asked, desk, words.strip())


def _add(asked: Asked, desk: Desk, words: str) -> Answer:
    """Ask for a look at an address that may become a source."""
    url, keys = _read(words, asked.reader, "add")
    listed = read_file(asked, desk, read_list)
    kind, selectors, rest = _parted(keys)
    if fault := fault_of({"id": "new", "url": url, **keys}):
        raise CommandError(source_fault(fault, asked.reader.language))
    if str(rest.get("id", "")).casefold() in listed.ids:
        at = listed.find(str(rest["id"])) or 0
        where = f"{FILE}:{listed.lines[at]}"
        raise CommandError(say(asked.reader.language, "source_taken", where=where, id=listed.sources[at].id))
    _refuse_twin(listed, listed.twin(url), asked.reader)
    payload = {"url": url, "kind": kind, "selectors": selectors, "keys": rest, "add": True, "words": words}
    return _asked_to_look(asked, payload)


def _test(asked: Asked, desk: Desk, words: str) -> Answer:
    """Ask for a look at an address, or at a source by its id."""
    if not words:
        raise _usage(asked.reader, "test", "test https://news.example")
    source = desk.sources.get(words)
    if source is not None:
        payload: dict[str, object] = {
            "url": source.url,
            "id": source.id,
            "kind": source.kind,
            "selectors": dict(source.selectors),
            "keys": {},
            "add": False,
        }
        return _asked_to_look(asked, payload)
    if not _ADDRESS.search(words) and (
        near := nearest_of(words.casefold(), {one: one for one in desk.sources})
    ):
        shown = shorten(clean(words), 40)
        hint = say(
            asked.reader.language, "unknown_mean", command=typed(asked.reader.via, f"sources test {near}")
        )
        said = say(asked.reader.language, "source_not_there", file=FILE, name=shown)
        raise CommandError(f"{said}; {hint}", meant=f"sources test {near}")
    url, keys = _read(words, asked.reader, "test")
    kind, selectors, _ = _parted(keys)
    if fault := fault_of({"id": "new", "url": url}):
        raise CommandError(source_fault(fault, asked.reader.language))
    payload = {"url": url, "kind": kind, "selectors": selectors, "keys": {}, "add": False}
    return _asked_to_look(asked, payload)


def _remove(asked: Asked, desk: Desk, words: str) -> Answer:
    """Show what goes with a source, and offer to take it out."""
    language = asked.reader.language
    if not words:
        raise _usage(asked.reader, "remove", "remove reuters")
    listed = read_file(asked, desk, read_list)
    at = listed.find(words)
    if at is None:
        named = [
            number for number, each in enumerate(listed.sources) if each.name.casefold() == words.casefold()
        ]
        at = named[0] if len(named) == 1 else None
    if at is None:
        hint = listed.near(words)
        said = say(language, "source_not_there", file=FILE, name=shorten(clean(words), 60))
        raise CommandError(said + (f"; {reworded(hint, language)}" if hint else ""))
    source = listed.sources[at]
    after = edit.remove_item(listed.text, ("sources", at))
    check(desk, {FILE: after}, language)
    made = Edit.between(FILE, listed.version, listed.text, after)
    rows, offers = offered(asked, desk, made, f"sources remove {source.id}")
    leaned = leaned_on(desk.conn, source.id, desk.now - timedelta(days=DAYS))
    shown = source_goes(
        source.name,
        asked.reader,
        leaned=leaned,
        days=DAYS,
        lines=file_lines(FILE, made.line(listed.text), made.removed, made.added, language),
        rows=rows,
    )
    stories, alone, alerts = leaned
    row = {"source": source.id, "removed": made.removed, "stories": stories, "alone": alone, "alerts": alerts}
    return Answer(shown, (row,), offers=offers)


CHANGES: dict[str, Callable[[Asked, Desk, str], Answer]] = {
    "add": _add,
    "test": _test,
    "remove": _remove,
    "添加": _add,
    "测试": _test,
    "移除": _remove,
    "删除": _remove,
}
"""What admins may do with ``sources``, by its second word."""


def answer_looked(asked: Asked, desk: Desk, request: Request) -> Answer:
    """Show what a look found; for one that may become a source, with its line and the buttons."""
    result, payload, language = dict(request.result), request.payload, asked.reader.language
    if not result.get("done"):
        return Answer(_failed(result, payload, asked.reader, desk), (_public(result),), failed=True)
    view = LookView.of(result["look"], asked.reader, desk.now)
    if "edit" not in result:
        return Answer(look(view), (_public(result["look"]),))
    made, keys = Edit.of(result["edit"]), result["source"]
    again = f"sources add {payload.get('words') or payload['url']}"
    rows, offers = offered(asked, desk, made, f"sources add {keys['id']}", again=again)
    lines = file_lines(made.file, int(result["line"]), made.removed, made.added, language)
    every = None if "every" in keys else desk.settings.polling.every
    message = look(view, every=every, lines=lines, rows=rows)
    return Answer(message, (_public(result["look"]) | {"source": keys},), offers=offers)


def _failed(result: Mapping[str, Any], payload: Mapping[str, Any], reader: Receiver, desk: Desk) -> Message:
    language, reason = reader.language, str(result.get("reason"))
    if reason == "twin":
        source = desk.sources.get(str(result["twin"]))
        values = {"where": FILE, "id": str(result["twin"]), "url": source.url if source else ""}
        return render.error(say(language, "source_twin", **values), reader)
    if reason == "fault":
        return render.error(source_fault(str(result["error"]), language), reader)
    if reason == "faults":
        words = reworded(str(result["error"]), language)
        return render.error(say(language, "edit_broken_before", faults=words), reader)
    status = result.get("status")
    return look_failed(str(payload["url"]), reason, status if isinstance(status, int) else None, reader)


def _public(row: Mapping[str, Any]) -> dict[str, Any]:
    """What may be shown of a look: not how a private address answered, in whatever words."""
    return {key: value for key, value in row.items() if key not in {"error", "tried", "answered"}}


def _asked_to_look(asked: Asked, payload: Mapping[str, object]) -> Answer:
    url = shorten(clean(str(payload["url"])), 200)
    words = say(asked.reader.language, "look_looking", url=url)
    shown = message((Block((text(words),)),), asked.reader.language)
    return Answer(shown, ({"looking": payload["url"]},), wanted=Wanted(LOOK, payload))


def _read(words: str, reader: Receiver, verb: str) -> tuple[str, dict[str, edit.Value]]:
    """Return the address and the keys of ``ADDRESS key:value ...``. Raises CommandError."""
    pieces = [_unquoted(piece) for piece in _PIECE.findall(words)]
    if not pieces:
        raise _usage(reader, verb, f"{verb} https://news.example every:10m")
    url = pieces[0].strip("<>")
    if not _ADDRESS.search(url):
        word = shorten(clean(url), 40)
        raise CommandError(say(reader.language, "source_no_address", word=word, example=_EXAMPLE))
    if len(url) > LONGEST_ADDRESS:
        raise CommandError(say(reader.language, "source_long", count=LONGEST_ADDRESS))
    url = url if "://" in url else f"https://{url.removeprefix('//')}"
    keys: dict[str, edit.Value] = {}
    for piece in pieces[1:]:
        found = _KEY.match(piece)
        key = _ALSO.get(found["key"].lower(), found["key"].lower()) if found else ""
        if found is None or key not in _KEYS:
            known = ", ".join(_KEYS)
            word = shorten(clean(piece), 40)
            raise CommandError(say(reader.language, "source_key", word=word, known=known))
        keys[key] = _value(key, piece[found.end() :])
    return url, keys


def _unquoted(piece: str) -> str:
    return _QUOTES.sub(lambda found: found["double"] or found["single"] or "", piece)


def _value(key: str, said: str) -> edit.Value:
    """Return what was typed after the colon as the file has it; what it can't be is said by the file's rules."""
    if key == "tags":
        return [tag for tag in re.split(r"[,，、]", said) if tag]
    if key == "full_text":
        return said.lower() in {"true", "yes", "是"}
    if key == "weight":
        try:
            return float(said)
        except ValueError:
            return said
    return said


def _parted(keys: Mapping[str, edit.Value]) -> tuple[str, dict[str, str], dict[str, edit.Value]]:
    """Return the kind, the selectors, and the other keys."""
    selectors = {key: str(value) for key, value in keys.items() if key in SELECTORS}
    rest = {key: value for key, value in keys.items() if key not in {*SELECTORS, "kind"}}
    return str(keys.get("kind", "auto")), selectors, rest


def _refuse_twin(listed: SourceList, at: int | None, reader: Receiver) -> None:
    if at is None:
        return
    source = listed.sources[at]
    key = "source_twin" if source.enabled else "source_twin_off"
    where = f"{FILE}:{listed.lines[at]}"
    raise CommandError(say(reader.language, key, where=where, id=source.id, url=source.url))


def _usage(reader: Receiver, verb: str, example: str) -> CommandError:
    shown = typed(reader.via, f"sources {example}")
    return CommandError(say(reader.language, f"source_usage_{verb}", example=shown))
