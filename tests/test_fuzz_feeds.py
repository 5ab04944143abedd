"""Ten thousand damaged documents: each is read or refused by name, and nothing odd comes out of any of them."""

import json
import re
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, timedelta
from random import Random

import pytest

from bot.errors import ParseError
from bot.model import ParsedDocument, ParsedEntry
from bot.parsers import parse
from bot.sandbox import Sandbox, _outcome, _packed
from tests.damaging import SEEDS, damaged

SHARES = 20
OF_EACH = 500
REASONS = frozenset({"not_a_feed", "web_page", "empty", "entities", "too_deep", "crashed", "unsupported"})
FORBIDDEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028\u2029\u202a-\u202e\u2060-\u2069\ufeff\ufffe\uffff"
    "\ud800-\udfff]"
)


def texts(document: ParsedDocument) -> Iterator[str]:
    yield document.title
    yield from document.warnings
    for entry in document.entries:
        yield from (entry.uid, entry.url, entry.title, entry.summary, entry.body, entry.lang or "")


def check_entry(entry: ParsedEntry) -> None:
    assert len(entry.title.encode()) <= 1_024 + 3
    assert "\n" not in entry.title
    assert len(entry.summary.encode()) <= 64 * 1_024
    assert len(entry.body.encode()) <= 64 * 1_024
    assert len(entry.url) <= 4_000
    assert "\n" not in entry.url
    assert len(entry.uid) <= 2_000
    if entry.published is not None:
        assert entry.published.utcoffset() == timedelta(0)
        assert 1990 <= entry.published.astimezone(UTC).year < 2200


def check(document: ParsedDocument) -> None:
    assert document.count >= 0
    assert len(document.entries) <= 2_000
    assert all(0 < len(warning) < 300 and "\n" not in warning for warning in document.warnings)
    for entry in document.entries:
        check_entry(entry)
    odd = next((text for text in texts(document) if FORBIDDEN.search(text)), None)
    assert odd is None
    assert document.floor is None or timedelta(0) < document.floor <= timedelta(days=1)


def refusal(random: Random) -> str:
    """Read one damaged document, check what came of it, and return why it was refused, or "" if it was read."""
    seed, body = damaged(random)
    content_type = random.choice(
        ("", "text/xml; charset=gb2312", "text/html", "application/json; charset=utf-7")
    )
    try:
        document = parse(
            body,
            content_type=content_type,
            url="https://x.example/f",
            kind=seed.kind,
            selectors=seed.selectors,
        )
    except ParseError as error:
        return error.reason
    check(document)
    return ""


@pytest.mark.parametrize("name", SEEDS)
def test_the_documents_are_read_when_they_are_whole(name: str) -> None:
    seed = SEEDS[name]
    document = parse(seed.body, url="https://x.example/f", kind=seed.kind, selectors=seed.selectors)
    check(document)
    assert document.count in (1, 2)
    assert all(entry.title and entry.url.startswith("http") for entry in document.entries)


@pytest.mark.parametrize("share", range(SHARES))
def test_a_damaged_document_is_read_or_refused_by_name(share: int) -> None:
    random = Random(f"damage {share}")
    ended = Counter(refusal(random) for _ in range(OF_EACH))
    assert ended.keys() <= REASONS | {""}
    assert ended[""] > OF_EACH // 4, "the damage leaves many of them readable"
    assert ended["crashed"] <= OF_EACH // 50


async def test_damaged_documents_come_through_the_sandbox() -> None:
    sandbox, random = Sandbox(workers=1), Random("sandbox")
    ended: Counter[str] = Counter()
    for _ in range(200):
        seed, body = damaged(random)
        try:
            check(await sandbox.parse(body, kind=seed.kind, selectors=seed.selectors))
            ended["read"] += 1
        except ParseError as error:
            ended[error.reason] += 1
    (worker,) = sandbox.pids
    await sandbox.close()
    assert worker, "one worker read them all"
    assert ended["read"] > 50
    assert ended.keys() <= REASONS | {"read"}


def test_whatever_is_read_survives_the_way_to_the_bot() -> None:
    random = Random("way")
    for _ in range(300):
        seed, body = damaged(random)
        try:
            document = parse(body, kind=seed.kind, selectors=seed.selectors)
        except ParseError:
            continue
        packed = _packed(document)
        assert json.loads(packed)
        assert _outcome(packed) == document
