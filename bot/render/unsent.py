"""Why a story is not there though its verdict tells it: its alert did not arrive, or nobody was there to hear."""

from __future__ import annotations

from bot.render.lines import clean, shorten
from bot.render.times import Clock
from bot.render.views import TraceView
from bot.render.words import say

LONGEST_REASON = 120


def set_apart(view: TraceView, clock: Clock) -> str:
    """Return the reason that no verdict names; "" where the verdict itself is the reason."""
    language, unsent = clock.language, view.unsent
    if unsent is None:
        return say(language, "why_before") if view.before and view.told_at is None else ""
    if unsent.given_up:
        return say(language, "unsent_given_up", why=shorten(clean(unsent.why), LONGEST_REASON))
    if unsent.next_try is None:
        return say(language, "unsent_turn")
    after = clock.moment(unsent.next_try)
    if unsent.lost_since is not None:
        return say(language, "unsent_lost", time=clock.moment(unsent.lost_since), after=after)
    return say(language, "unsent_token" if unsent.refused else "unsent_failed", after=after)
