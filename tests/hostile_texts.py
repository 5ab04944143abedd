"""What an enemy would write into a feed, by the thousand: a seeded generator, the same for every run."""

from __future__ import annotations

import random
from collections.abc import Iterator

SLACK_PIECES = (
    "<!channel>",
    "<!here|x>",
    "<!everyone>",
    "<@U0VICTIM>",
    "<@U0VICTIM|boss>",
    "<#C0SECRET|secret>",
    "<!subteam^S0ALL>",
    "<!date^1392734382^{date}^https://evil.example|x>",
    "<https://evil.example|Alibaba>",
    "<https://evil.example/?a=1&b=2>",
    "<mailto:x@evil.example|write>",
    "<javascript:alert(1)|x>",
    "@here",
    "@channel",
    "@everyone",
    "@U0VICTIM",
    "#general",
    ":fire:",
    ":rotating_light:",
    ":草:",
    ":+1::skin-tone-3:",
    "*bold*",
    "_line_",
    "~gone~",
    "`code`",
    "```\nblock\n```",
    "> quote",
    "&gt; quote",
    ">>> quote",
    "\n> quote",
    "&lt;!channel&gt;",
    "&amp;lt;!here&amp;gt;",
    "&#60;!here&#62;",
    "* *",
    "**",
    "*_~`",
    "• item",
    "1. item",
)
PIECES = (
    *SLACK_PIECES,
    "<b>bold</b>",
    "<script>alert(1)</script>",
    "](https://evil.example)",
    "[x](tg://user?id=1)",
    "https://evil.example/x",
    "www.evil.example",
    "evil.example",
    "/why k7f2",
    "/wirewatch watch remove alibaba",
    "{{7*7}}",
    "%s%n",
    "{0.__class__}",
    "\u202egnp.exe",
    "\u2066x\u2069",
    "\u200b",
    "\u2060",
    "\u00ad",
    "\ufeff",
    "\x1b[31m",
    "\x00",
    "\r\n",
    "\u2028",
    "\ud83d",
    "\udc00",
    "🔴",
    "🔒",
    "⚠️",
    "مرحبا",
    "שלום",
    "阿里巴巴",
    "e\u0301" * 3,
    "\u0336".join("struck"),
    "\U000e0041\U000e007f",
    "|",
    "<",
    ">",
    "&",
    "`",
    "*",
    "_",
    "~",
    ":",
    "@",
    '"',
    "'",
    "\\",
    " ",
    "a",
    "9",
    "%",
    "，",
)
LINKS = (
    "https://ok.example/a?b=1&c=2",
    "https://ok.example/|<!channel>",
    "https://ok.example/>x<",
    'https://ok.example/"><b>',
    "https://ok.example/a b`c`",
    "javascript:alert(1)",
    "https://user:secret@ok.example/",
    "https://ok.example/\u202e\n<@U0VICTIM>",
    "tg://user?id=1",
    "",
)


def payloads(count: int, *, seed: int = 6) -> Iterator[str]:
    """Yield so many texts: pieces alone first, then wild mixtures of them, now and then a monster."""
    chance = random.Random(seed)
    for number in range(count):
        if number < len(PIECES):
            yield PIECES[number]
        elif number % 1_000 == 0:
            yield chance.choice(PIECES) * chance.randrange(400, 1_200)
        else:
            glue = chance.choice(("", "", " ", "*", "\u200b"))
            yield glue.join(chance.choices(PIECES, k=chance.randrange(1, 8)))
