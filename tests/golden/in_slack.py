"""The approved messages as a reader in Slack gets them: the same renderings, for another kind of chat."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from unittest.mock import patch

from bot.model import Message, Receiver
from bot.render import recent
from tests import test_render_golden_answers, test_render_golden_health, test_render_golden_news
from tests import test_render_golden_why as why_goldens
from tests.golden.invented import reader

KINDS: dict[str, Callable[[str], Message]] = {
    **test_render_golden_news.KINDS,
    **why_goldens.KINDS,
    **test_render_golden_answers.KINDS,
    **test_render_golden_health.KINDS,
}


def in_slack(kind: str, language: str) -> Message:
    """Return one of the approved messages, made for Slack."""
    build = KINDS[kind]

    def there(language: str = "en", via: str = "") -> Receiver:
        return reader(language, "slack")

    changes: dict[str, object] = {"reader": there}
    if "recent" in build.__globals__:
        changes["recent"] = partial(recent, share="recent 腾讯")
    with patch.dict(build.__globals__, changes):
        return build(language)
