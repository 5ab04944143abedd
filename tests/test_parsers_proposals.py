"""Selectors proposed for a page without a feed: what a person would have picked."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from bot.errors import ParseError
from bot.parsers import parse
from bot.parsers.page import Proposal, propose
from bot.sandbox import Sandbox
from tests import listpages
from tests.listpages import CHINESE, ENGLISH

URL = "https://www.acme.example/news/"


def proposed(body: bytes) -> Proposal:
    found = propose(body.decode(), URL)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("content", "titles", "lang"),
    [
        (listpages.cards, ENGLISH, "en"),
        (listpages.plain_list, CHINESE, "zh"),
        (listpages.table, CHINESE, "zh"),
        (listpages.generated, ENGLISH, "en"),
        (listpages.linked_blocks, ENGLISH, "en"),
        (listpages.bare, CHINESE, "zh"),
        (listpages.utilities, ENGLISH, "en"),
        (listpages.cut_short, CHINESE, "zh"),
        (listpages.covered, ENGLISH, "en"),
    ],
    ids=lambda value: getattr(value, "__name__", None),
)
def test_the_headlines_of_a_page_are_proposed_and_nothing_else(
    content: Callable[[], str], titles: tuple[str, ...], lang: str
) -> None:
    body = listpages.page(content(), lang=lang)
    found = proposed(body)
    assert [entry.title for entry in found.entries] == list(titles[:5])
    assert found.count == len(titles)
    read = parse(body, url=URL, kind="page", selectors=found.selectors)
    assert [entry.title for entry in read.entries] == list(titles)
    assert len({entry.url for entry in read.entries}) == len(titles)
    assert all(entry.published and entry.published.year == 2026 for entry in read.entries)


def test_selectors_are_short_and_hold_when_the_page_is_built_anew() -> None:
    assert proposed(listpages.page(listpages.cards())).selectors["item"] == "div.news-card"
    assert proposed(listpages.page(listpages.plain_list())).selectors["item"] == "ul.news-list > li"
    assert proposed(listpages.page(listpages.table())).selectors["item"].startswith("#announcements")
    made_up = proposed(listpages.page(listpages.generated())).selectors["item"]
    assert "css-" not in made_up
    assert "sc-" not in made_up


def test_teasers_become_summaries() -> None:
    body = listpages.page(listpages.cards())
    found = proposed(body)
    assert found.selectors["summary"] == "p.teaser"
    first = parse(body, url=URL, kind="page", selectors=found.selectors).entries[0]
    assert first.summary.startswith("The company said so on Monday")
    assert first.published == datetime(2026, 11, 1, tzinfo=UTC)


def test_the_largest_list_of_news_wins_over_a_smaller_one() -> None:
    lead = "".join(
        f'<div class="lead"><h2><a href="/top/{at}-lead-story-of-today">{title} again today</a></h2></div>'
        for at, title in enumerate(ENGLISH[:4])
    )
    found = proposed(listpages.page(lead + listpages.plain_list(ENGLISH)))
    assert (found.selectors["item"], found.count) == ("ul.news-list > li", 8)


@pytest.mark.parametrize(
    "content",
    ["", "<h1>About us</h1><p>We make batteries in Ningde, and have done so for thirty long years.</p>",
     "".join(f'<p><a href="/p{at}">Word {at}</a></p>' for at in range(30))],
)  # fmt: skip
def test_no_list_is_made_up_where_there_is_none(content: str) -> None:
    body = listpages.page(content)
    assert propose(body.decode(), URL) is None
    with pytest.raises(ParseError, match="no list of headlines"):
        parse(body, url=URL, kind="proposal")


async def test_a_proposal_comes_through_the_sandbox_as_a_document() -> None:
    body = listpages.page(listpages.cards())
    sandbox = Sandbox(workers=1)
    document = await sandbox.parse(body, url=URL, kind="proposal")
    await sandbox.close()
    assert document.kind == "proposal"
    assert Proposal.of(document) == proposed(body)
