"""Check one YAML file against its schema: every fault with its place, in plain words."""

from __future__ import annotations

import re
import typing
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any

from pydantic import BaseModel, RootModel, ValidationError

from bot.config.faults import NOWHERE, SECRET, FaultList, Place, did_you_mean, shown
from bot.config.salvage import rest_of
from bot.config.tickers import with_exchange
from bot.config.wording import find_secrets, mend
from bot.config.yaml_source import Node, Sheet, parse

Schema = typing.TypeVar("Schema", bound=BaseModel)

_SOUND: dict[tuple[type[BaseModel], str], tuple[BaseModel, Node]] = {}
"""Texts without any fault, as they were understood: a folder's and one more of each."""
_MOST_SOUND = 8

_SECRET_KEYS = re.compile(r"token|secret|password|passwd|api_?key", re.IGNORECASE)
_EXPECTED = {
    "string_type": "text",
    "bool_type": "true or false",
    "int_type": "a whole number",
    "float_type": "a number",
    "finite_number": "a number",
    "list_type": "a list",
    "dict_type": "a mapping",
    "model_type": "a mapping",
    "model_attributes_type": "a mapping",
}


def validate(
    text: str,
    name: str,
    schema: type[Schema],
    faults: FaultList,
    *,
    optional: bool = False,
    rest: bool = False,
) -> tuple[Schema, Sheet] | None:
    """Return the checked file and the sheet that it stands on, or None after adding every fault.

    An empty file is a fault: a half-written one looks like that. With ``optional``, one of comments is not.
    With ``rest``, a file with faults is returned without what is wrong, so that its other mistakes are found too.
    """
    if (known := _SOUND.get((schema, text))) is not None:
        return typing.cast("Schema", known[0]), Sheet(name, known[1], faults)
    before, said = len(faults.faults), faults.count
    find_secrets(text, name, faults)
    root = parse(mend(text, name, faults, known_words(schema)), name, faults)
    if root is None or root.value is None:
        if not (optional and text.strip()) and len(faults.faults) == before:
            faults.add(name, NOWHERE, "the file is empty", "write it, or restore it from a copy")
        root = Node({}, Place(1, 1)) if optional else None
    if root is None:
        return None
    _find_quotes(root, name, faults)
    try:
        checked = schema.model_validate(root.value)
    except ValidationError as error:
        for detail in error.errors(include_url=False):
            _explain(detail, root, name, schema, faults)
        return rest_of(schema, Sheet(name, root, faults), error) if rest else None
    if faults.count == said:
        _remember(schema, text, checked, root)
    return checked, Sheet(name, root, faults)


def _remember(schema: type[BaseModel], text: str, checked: BaseModel, root: Node) -> None:
    """Spare reading a sound file again when another one of its folder changes: a long one takes seconds."""
    while len(_SOUND) >= _MOST_SOUND:
        _SOUND.pop(next(iter(_SOUND)), None)
    _SOUND[schema, text] = checked, root


def _find_quotes(root: Node, name: str, faults: FaultList) -> None:
    for node in root.scalars():
        if node.plain and node.text[:1] in "“”‘’＂＇" and node.text:
            faults.add(
                name, node.place, f"a full-width quote {node.text[0]} begins this text", 'write " or nothing'
            )


def _explain(detail: Any, root: Node, name: str, schema: type[BaseModel], faults: FaultList) -> None:
    path = [step for step in detail["loc"] if step != "[key]"]
    in_key = "[key]" in detail["loc"]
    node = root.at(path)
    if detail["type"] == "extra_forbidden":
        message, hint = _unknown_key(str(path[-1]), keys_at(schema, path[:-1]))
        faults.add(name, root.key_place(path), message, hint)
    elif detail["type"] == "missing":
        place = root.key_place(path[:-1]) if len(path) > 1 else root.place
        faults.add(name, place, f"the key '{path[-1]}' is missing", "")
    else:
        place = root.key_place(path) if in_key or node.value is None else node.place
        key = next((step for step in reversed(path) if isinstance(step, str)), "the file")
        faults.add(name, place, *_wrong_value(detail, "this key" if in_key else key, node))


def _unknown_key(key: str, known: frozenset[str]) -> tuple[str, str]:
    shown_key = SECRET.sub("[a secret]", key)[:60]
    if _SECRET_KEYS.search(key):
        return f"unknown key '{shown_key}'", "secrets come from the environment or .env, never from YAML"
    listed = ", ".join(sorted(known))
    return f"unknown key '{shown_key}'", did_you_mean(key, known) or f"known: {listed}"


def _wrong_value(detail: Any, key: str, node: Node) -> tuple[str, str]:
    context = detail.get("ctx") or {}
    expected, hint = expected_of(detail), str(context.get("hint", ""))
    if expected == "text":
        hint = hint or _quote_hint(key, node)
    elif expected == "a list" and isinstance(node.value, str):
        hint = _list_hint(node)
    elif detail["type"] == "literal_error" and isinstance(node.value, str):
        hint = did_you_mean(node.value, re.findall(r"'([^']+)'", expected))
    found = "" if context.get("quiet") or detail["type"] == "too_short" else f", not {shown(detail['input'])}"
    return f"{key}: expected {expected}{found}", hint


def expected_of(detail: Any) -> str:
    """Return in plain words what one error of pydantic expected: ``a number of at most 1.5``."""
    context, kind = detail.get("ctx") or {}, detail["type"]
    if kind == "complaint":
        return str(context["expected"])
    if kind == "literal_error":
        return str(context["expected"])
    if kind in {"greater_than_equal", "less_than_equal"}:
        bound = "least" if kind.startswith("g") else "most"
        return f"a number of at {bound} {context.get('ge', context.get('le'))}"
    if kind == "too_short":
        return "a list that is not empty"
    return _EXPECTED.get(kind, str(detail["msg"]))


def _quote_hint(key: str, node: Node) -> str:
    if not node.plain or isinstance(node.value, list | dict):
        return ""
    if key == "tickers":
        return f"write it in quotes, with its exchange: {with_exchange(node.text)}"
    return f'write "{node.text}" in quotes' if node.text else "write the text, or remove the line"


def _list_hint(node: Node) -> str:
    if node.text[:1] in "［【（｛":
        return "write [ and ] from the ASCII keyboard"
    return (
        f"write [{node.text}]"
        if node.plain and len(node.text) <= 40 and not SECRET.search(node.text)
        else "write [a, b]"
    )


@lru_cache(maxsize=64)
def _fields(schema: type[BaseModel]) -> dict[str, Any]:
    return {field.alias or name: field.annotation for name, field in schema.model_fields.items()}


def _models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for inner in typing.get_args(annotation):
        yield from _models_in(inner)


def keys_at(schema: type[BaseModel], path: Sequence[str | int]) -> frozenset[str]:
    """Return the keys that a schema knows at a path of the file; none where anything may stand."""
    if issubclass(schema, RootModel):
        inner = next(_models_in(_fields(schema)["root"]))
        return keys_at(inner, path[1:])
    fields = _fields(schema)
    if not path:
        return frozenset(fields)
    annotation = fields.get(str(path[0]))
    inner_schema = next(_models_in(annotation), None)
    if inner_schema is None:
        return frozenset()
    return keys_at(inner_schema, path[2 if _holds_many(annotation) else 1 :])


def _holds_many(annotation: Any) -> bool:
    inside = (annotation, *typing.get_args(annotation))
    return any(typing.get_origin(part) in {dict, list} for part in inside)


@lru_cache(maxsize=16)
def known_words(schema: type[BaseModel]) -> frozenset[str]:
    """Return every key that a file of this kind may use, at any depth."""
    words: set[str] = set()
    waiting = [schema]
    while waiting:
        fields = _fields(waiting.pop())
        words |= fields.keys() - {"root"}
        waiting += [model for annotation in fields.values() for model in _models_in(annotation)]
    return frozenset(words)
