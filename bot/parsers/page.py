"""A web page with headlines -> entries, by CSS selectors; and a proposal of selectors for a page.

A selector may name an attribute: ``time@datetime``, ``a@data-href``, ``@href`` (of the item itself).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from selectolax.lexbor import LexborHTMLParser

from bot.errors import ParseError
from bot.model import ParsedDocument, ParsedEntry
from bot.parsers import clean, headlines, kinds, markup, proposal
from bot.parsers.encoding import Decoded
from bot.parsers.proposal import Proposal

__all__ = ["Proposal", "parse", "propose", "proposed"]


def parse(decoded: Decoded, *, url: str = "", selectors: Mapping[str, str]) -> ParsedDocument:
    """Read every node that ``selectors["item"]`` finds (default: article); the others look within it.

    Without ``title`` it is the heading or the longest text of the link; without ``link`` that of the heading
    or with the longest text; without ``time`` a time element. ParseError where the page has none of them.
    """
    tree = headlines.tree_of(decoded.text)
    selector = selectors.get("item") or "article"
    items = markup.found(tree, selector, "item")
    if not items:
        raise _gone(decoded.text, selector)
    base = markup.base_of(tree, url)
    read = headlines.read(items[: clean.MOST_ENTRIES], selectors, base)
    kept = headlines.distinct(read)
    _check(kept, len(items))
    return ParsedDocument(
        kind="page",
        title=_title(tree),
        entries=tuple(kept),
        count=len(items),
        warnings=decoded.warnings + _doubts(read, kept),
    )


def _title(tree: LexborHTMLParser) -> str:
    return markup.line_of(tree.css_first("title"))


def _gone(text: str, selector: str) -> ParseError:
    if kinds.is_wall(text):
        return ParseError("not_a_feed", "the site answered with a page that asks for a human visitor")
    return ParseError(
        "not_a_feed",
        f"nothing on the page fits item: {selector}; the page may have changed, or be filled in by a script: "
        "look at it, and mend item:",
    )


def _check(kept: Sequence[ParsedEntry], count: int) -> None:
    """Refuse what a changed page looks like: no titles, or one and the same for all."""
    if not kept:
        raise ParseError(
            "not_a_feed", f"{count} items on the page, but none has a title; check title: and link:"
        )
    if len(kept) >= 3 and len({entry.title for entry in kept}) == 1:
        shown = clean.headline(kept[0].title, 60)
        raise ParseError(
            "not_a_feed", f"all {len(kept)} items have the same title ({shown}); check title: and item:"
        )


def _doubts(read: Sequence[ParsedEntry], kept: Sequence[ParsedEntry]) -> tuple[str, ...]:
    """Say what looks as if a selector were wrong though headlines were found."""
    doubts: list[str] = []
    bare = sum(not entry.title for entry in read)
    if bare * 2 > len(read):
        doubts.append(f"{bare} of {len(read)} items have no title; check item: and title:")
    if not any(entry.url for entry in kept):
        doubts.append("no headline has a link; check link:")
    return tuple(doubts)


def propose(text: str, url: str) -> Proposal | None:
    """Return the selectors of the most likely list of headlines of a page, or None where there is none.

    ``text`` is hostile: ask for it through the sandbox, as kind ``proposal``, and read it with ``Proposal.of``.
    """
    return proposal.propose(text, url)


def proposed(decoded: Decoded, *, url: str = "") -> ParsedDocument:
    """Return the proposal for a page as a document (``Proposal.of`` reads it); ParseError where there is none."""
    found = propose(decoded.text, url)
    if found is None:
        raise ParseError("not_a_feed", "no list of headlines was found on this page")
    return found.document()
