"""Column types that keep times aware, durations exact and text storable, and short ways to name columns."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ColumnElement,
    Dialect,
    ForeignKey,
    Integer,
    Text,
    func,
    literal,
    literal_column,
    select,
)
from sqlalchemy.types import TypeDecorator

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


class Moment(TypeDecorator[datetime]):
    """An aware time, kept as microseconds since 1970 in UTC; a naive one is refused."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        """Return the microseconds; TypeError for a time without a zone."""
        return None if value is None else (value - EPOCH) // _MICROSECOND

    def process_result_value(self, value: int | None, dialect: Dialect) -> datetime | None:
        """Return the time in UTC."""
        return None if value is None else _moment(value)


@lru_cache(maxsize=8192)
def _moment(microseconds: int) -> datetime:
    # Kept, because the rows of one poll share their times, and the index is loaded from a hundred thousand.
    return EPOCH + timedelta(microseconds=microseconds)


class Duration(TypeDecorator[timedelta]):
    """A length of time, kept as microseconds."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: timedelta | None, dialect: Dialect) -> int | None:
        """Return the microseconds."""
        return None if value is None else value // _MICROSECOND

    def process_result_value(self, value: int | None, dialect: Dialect) -> timedelta | None:
        """Return the length of time."""
        return None if value is None else timedelta(microseconds=value)


class Prose(TypeDecorator[str]):
    """Text from outside: half a surrogate pair, which UTF-8 can't hold, becomes ``?`` instead of an error."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Return text that can be stored, exactly as long as it was."""
        if value is None or value.isascii():
            return value
        return value.encode("utf-8", "replace").decode("utf-8")


class Packed(TypeDecorator[Any]):
    """A JSON value without spaces. Escapes stay ASCII, so that any text survives."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        """Return the JSON text."""
        return None if value is None else json.dumps(value, separators=(",", ":"))

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:
        """Return the value."""
        return None if value is None else json.loads(value)


def words(name: str) -> Column[str]:
    """A text that is never null, empty at first."""
    return Column(name, Text, nullable=False, server_default="")


def number(name: str) -> Column[int]:
    """A whole number that is never null, 0 at first."""
    return Column(name, Integer, nullable=False, server_default="0")


def flag(name: str) -> Column[bool]:
    """A truth that is never null, false at first."""
    return Column(name, Boolean, nullable=False, server_default="0")


def moment(name: str, *, optional: bool = False) -> Column[datetime]:
    """A time."""
    return Column(name, Moment, nullable=optional)


def packed(name: str) -> Column[Any]:
    """A JSON value that is never null."""
    return Column(name, Packed, nullable=False)


def story(*, primary_key: bool = True) -> Column[str]:
    """The story that a row belongs to, and goes with."""
    return Column(
        "story", Text, ForeignKey("stories.id", ondelete="CASCADE"), primary_key=primary_key, nullable=False
    )


def at(time: datetime) -> ColumnElement[datetime]:
    """Return a time as a value in SQL, for the arguments of functions, which don't know a column's type."""
    return literal(time, Moment())


_VALUE: ColumnElement[str] = literal_column("value")


def among(column: ColumnElement[str], values: Iterable[str]) -> ColumnElement[bool]:
    """Tell whether the column holds one of the texts; any number, one cached statement."""
    # Written by hand: a table-valued function is put together anew each time, which takes longer than the look-up.
    return column.in_(select(_VALUE).select_from(func.json_each(json.dumps(list(values)))))
