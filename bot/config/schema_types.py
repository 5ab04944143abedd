"""The kinds of value that stand in the YAML files: durations, budgets, sizes, times, scores, ids, terms."""

from __future__ import annotations

import re
from datetime import time, timedelta
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, WithJsonSchema, model_validator
from pydantic_core import PydanticCustomError

from bot.model import Budget, Level

_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
_LONGEST = 2000
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_SIZES = {"KiB": 1024, "MiB": 1024**2, "GiB": 1024**3}
_ENV = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


class Section(BaseModel):
    """A mapping with fixed keys. A key without a value counts as not written."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, allow_inf_nan=False)

    @model_validator(mode="before")
    @classmethod
    def _leave_out_nothing(cls, value: Any) -> Any:
        if isinstance(value, dict):
            return {key: inner for key, inner in value.items() if inner is not None}
        return value


def complaint(expected: str, hint: str = "", *, quiet: bool = False) -> PydanticCustomError:
    """Return an error that reads ``KEY: expected EXPECTED, not VALUE``; ``quiet`` leaves the value out."""
    return PydanticCustomError(
        "complaint", "{expected}", {"expected": expected, "hint": hint, "quiet": quiet}
    )


def _matching(pattern: str, expected: str, value: object, hint: str = "") -> re.Match[str]:
    found = re.fullmatch(pattern, value.strip()) if isinstance(value, str) else None
    if found is None:
        raise complaint(expected, hint)
    return found


def _duration(value: object) -> timedelta:
    hint = f"a unit is missing: {value}s, {value}m, {value}h or {value}d" if type(value) is int else ""
    found = _matching(r"([0-9]{1,6})([smhd])", "a duration such as 30s, 5m, 2h or 3d", value, hint)
    duration = timedelta(**{_UNITS[found[2]]: int(found[1])})
    if not timedelta(0) < duration <= timedelta(days=36_500):
        raise complaint("a duration above zero and below 100 years")
    return duration


def _duration_or_auto(value: object) -> timedelta | str:
    return "auto" if value == "auto" else _duration(value)


def _budget(value: object) -> Budget:
    found = _matching(r"([0-9]{1,4})\s*/\s*([dh])", "a budget such as 20/d or 3/h", value)
    if not int(found[1]):
        raise complaint("a budget of at least one", "to hear nothing, take the receiver out of the routes")
    return Budget(int(found[1]), timedelta(days=1) if found[2] == "d" else timedelta(hours=1))


def _size(value: object) -> int:
    found = _matching(r"([0-9]{1,4})\s*(KiB|MiB|GiB)", "a size such as 512KiB or 10MiB", value)
    size = int(found[1]) * _SIZES[found[2]]
    if not 1024 <= size <= _SIZES["GiB"]:
        raise complaint("a size from 1KiB to 1GiB")
    return size


def _clock_time(value: object) -> time:
    found = _matching(r"([0-9]{1,2}):([0-9]{2})", 'a time such as "08:30"', value)
    hour, minute = int(found[1]), int(found[2])
    if hour > 23 or minute > 59:
        raise complaint('a time from "00:00" to "23:59"')
    return time(hour, minute)


def _score(value: object) -> int:
    words = {level.word: int(level) for level in Level}
    if isinstance(value, str) and value.strip().lower() in words:
        return words[value.strip().lower()]
    if type(value) is not int or not 0 <= value <= 100:
        raise complaint(f"a score from 0 to 100, or {', '.join(words)}")
    return value


def _days(value: object) -> frozenset[int]:
    parts = value.split(",") if isinstance(value, str) else value
    if not isinstance(parts, list) or not parts:
        raise complaint("days such as daily, mon-fri, or [mon, wed]")
    return frozenset(day for part in parts for day in _span_of_days(part))


def _span_of_days(part: object) -> list[int]:
    word = part.strip().lower() if isinstance(part, str) else ""
    if word == "daily":
        return list(range(7))
    first, _, last = word.partition("-")
    first, last = first.strip(), (last or first).strip()
    if first not in _DAYS or last not in _DAYS:
        raise complaint("days such as daily, mon-fri, or [mon, wed]", f"days are {', '.join(_DAYS)}")
    start, end = _DAYS.index(first), _DAYS.index(last)
    return [(start + step) % 7 for step in range((end - start) % 7 + 1)]


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise complaint("text")
    if len(value) > _LONGEST:
        raise complaint(f"text of at most {_LONGEST} characters")
    return " ".join(value.split())


def _not_empty(value: str) -> str:
    if not value:
        raise complaint("text that is not empty")
    return value


def _id(value: object) -> str:
    if not isinstance(value, str):
        raise complaint("text")
    if not 0 < len(value) <= 80 or not value.isprintable() or any(map(str.isspace, value)):
        raise complaint("an id: up to 80 characters without spaces")
    return value


def _environment_name(value: object) -> str:
    if not isinstance(value, str) or not _ENV.fullmatch(value):
        raise complaint("the name of an environment variable", "the name, not its value", quiet=True)
    return value


def _chat(value: object) -> str:
    if type(value) is int:
        return str(value)
    return _not_empty(_text(value))


def _language(value: object) -> str:
    word = re.split(r"[-_]", value.strip().lower())[0] if isinstance(value, str) else ""
    if word not in {"en", "zh"}:
        raise complaint("a language: en or zh")
    return word


def _pattern(pattern: str, *examples: str) -> WithJsonSchema:
    return WithJsonSchema({"type": "string", "pattern": f"^(?:{pattern})$", "examples": list(examples)})


_DURATION_SCHEMA = _pattern("[0-9]+[smhd]", "30s", "5m", "2h", "3d")
_DAY = "(?:mon|tue|wed|thu|fri|sat|sun)"

Duration = Annotated[timedelta, BeforeValidator(_duration), _DURATION_SCHEMA]
DurationOrAuto = Annotated[
    timedelta | str, BeforeValidator(_duration_or_auto), _pattern("[0-9]+[smhd]|auto", "5m", "auto")
]
BudgetText = Annotated[Budget, BeforeValidator(_budget), _pattern("[0-9]+ */ *[dh]", "20/d", "3/h")]
Size = Annotated[int, BeforeValidator(_size), _pattern("[0-9]+ *(KiB|MiB|GiB)", "10MiB")]
ClockTime = Annotated[time, BeforeValidator(_clock_time), _pattern("[0-9]{1,2}:[0-9]{2}", "08:30")]
Score = Annotated[
    int,
    BeforeValidator(_score),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "integer", "minimum": 0, "maximum": 100},
                {"enum": [level.word for level in Level]},
            ]
        }
    ),
]
Days = Annotated[
    frozenset[int],
    BeforeValidator(_days),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "string", "pattern": f"^(?:daily|{_DAY}(?:-{_DAY})?(?:, *{_DAY}(?:-{_DAY})?)*)$"},
                {"type": "array", "items": {"type": "string", "pattern": f"^{_DAY}(?:-{_DAY})?$"}},
            ]
        }
    ),
]
Text = Annotated[str, BeforeValidator(_text), AfterValidator(_not_empty)]
Term = Annotated[str | None, BeforeValidator(lambda value: None if value is None else _text(value))]
"""A word to look for; None is an entry without text, which ``build`` warns of."""
Id = Annotated[str, BeforeValidator(_id)]
EnvironmentName = Annotated[
    str, BeforeValidator(_environment_name), _pattern("[A-Za-z_][A-Za-z0-9_]*", "WIREWATCH_KEY")
]
ChatId = Annotated[str, BeforeValidator(_chat), WithJsonSchema({"type": ["integer", "string"]})]
Language = Annotated[
    str,
    BeforeValidator(_language),
    WithJsonSchema({"type": "string", "pattern": "^(?:en|zh)(?:[-_].*)?$", "examples": ["en", "zh"]}),
]
