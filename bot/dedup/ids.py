"""Short story ids: a running number scrambled into four characters that can be read aloud and typed."""

from __future__ import annotations

ALPHABET = "23456789abcdefghjkmnpqrstwxyz"
"""No 0 and o, 1, i and l, u and v. 29 characters: a prime, so any other factor scrambles without collisions."""
_BASE = len(ALPHABET)
_SHORTEST = 4
_FACTORS = (387_420_489 + 28, 15_485_863, 6_700_417)
_SHIFT = 104_729


def story_id(serial: int) -> str:
    """Return the id of the story with this running number (from 0): four characters, later five.

    A bijection within each length, so ids never repeat. Raises ValueError for a negative number.
    """
    if serial < 0:
        raise ValueError(f"a story's number can't be negative: {serial}")
    length = _SHORTEST
    while serial >= _BASE**length:
        serial -= _BASE**length
        length += 1
    for factor in _FACTORS:
        serial = (serial * factor + _SHIFT) % _BASE**length
        serial = _reversed_digits(serial, length)
    return "".join(ALPHABET[digit] for digit in _digits(serial, length))


def _digits(number: int, length: int) -> list[int]:
    return [number // _BASE**place % _BASE for place in range(length)]


def _reversed_digits(number: int, length: int) -> int:
    reversed_number = 0
    for digit in _digits(number, length):
        reversed_number = reversed_number * _BASE + digit
    return reversed_number
