"""Where the software that a site runs on puts its feeds."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urljoin, urlsplit

# (name, mark in the text or the generator, where its feed is, seen from the page)
_SYSTEMS: tuple[tuple[str, re.Pattern[str], tuple[str, ...]], ...] = (
    ("Substack", re.compile(r"substackcdn\.com|substack\.com/"), ("/feed",)),
    ("Ghost", re.compile(r"^Ghost\b|/ghost/api/"), ("/rss/",)),
    ("WordPress", re.compile(r"^WordPress|/wp-content/|/wp-includes/"), ("/feed/", "/?feed=rss2")),
    ("Hexo", re.compile(r"^Hexo\b"), ("/atom.xml", "/rss2.xml")),
    ("Hugo", re.compile(r"^Hugo\b"), ("/index.xml",)),
    ("Jekyll", re.compile(r"^Jekyll\b"), ("/feed.xml", "/atom.xml")),
    ("Discourse", re.compile(r"^Discourse\b|data-discourse-setup"), ("/latest.rss",)),
    ("Typecho", re.compile(r"^Typecho\b"), ("/feed/",)),
    ("Z-Blog", re.compile(r"^Z-Blog", re.IGNORECASE), ("/feed.php",)),
    ("Drupal", re.compile(r"^Drupal\b|/sites/default/files/"), ("/rss.xml",)),
    ("Joomla", re.compile(r"^Joomla"), ("?format=feed&type=rss",)),
    ("Squarespace", re.compile(r"static1\.squarespace\.com"), ("?format=rss",)),
    ("Wix", re.compile(r"static\.wixstatic\.com"), ("/blog-feed.xml",)),
    ("Blogger", re.compile(r"^blogger\b", re.IGNORECASE), ("/feeds/posts/default",)),
    ("Tumblr", re.compile(r"assets\.tumblr\.com"), ("/rss",)),
)
_CHANNEL = re.compile(r"\"(?:externalId|channelId)\":\"(UC[\w-]{22})\"|/channel/(UC[\w-]{22})")
_READ = 300_000


def _below(url: str, place: str) -> str:
    return urljoin(url, place) if place.startswith("/") else urljoin(url, urlsplit(url).path + place)


def feeds_of_system(text: str, generator: str, url: str) -> Iterator[tuple[str, str]]:
    """Yield (the software's name, an address where its feed should be) for the page at ``url``."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return
    host = (parts.hostname or "").lower()
    if not host:
        return
    if host in ("youtube.com", "www.youtube.com", "m.youtube.com"):
        if found := _CHANNEL.search(url) or _CHANNEL.search(text):
            channel = found.group(1) or found.group(2)
            yield "YouTube", f"https://www.youtube.com/feeds/videos.xml?channel_id={channel}"
        return
    if host == "medium.com" and len(parts.path) > 1:
        yield "Medium", f"https://medium.com/feed/{parts.path.split('/')[1]}"
        return
    head = text[:_READ]
    for name, mark, places in _SYSTEMS:
        if mark.search(generator) or mark.search(head):
            for place in places:
                yield name, _below(url, place)
