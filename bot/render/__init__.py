"""Alerts, digests, answers -> a neutral Message: what is said, in English and in Chinese, without any markup.

``views`` holds the values that callers fill, ``phrases`` and ``words`` the frame in both languages,
``times`` a receiver's clock. Every function here is pure: ``now`` is part of the view.
"""

from bot.render.alert import alert
from bot.render.answers import (
    error,
    help_page,
    nothing_found,
    recent,
    story,
    unknown_command,
)
from bot.render.buttons import alert_rows, silenced_rows, snooze_rows
from bot.render.change import what_was
from bot.render.digest import digest, greeting, held, weekly
from bot.render.health import chat_back, chat_lost, sources, status
from bot.render.health_views import (
    BackView,
    ManyTroubleView,
    OdditiesView,
    SourceRow,
    SourcesView,
    StatusView,
    TroubleView,
)
from bot.render.joinings import doubt_lines, joinings, split_done, split_pending
from bot.render.notices import source_back, source_trouble, sources_odd, sources_trouble
from bot.render.reply import correction, development
from bot.render.reports import headline_of, name_of
from bot.render.times import Clock
from bot.render.views import (
    AlertView,
    CommandRow,
    CompanyWeek,
    CorrectionView,
    DevelopmentView,
    DigestView,
    DoubtRow,
    GreetingView,
    Headline,
    HeldView,
    NothingView,
    RecentView,
    SplitView,
    StoryView,
    TraceView,
    WeeklyView,
)
from bot.render.why import why, why_short, why_steps

__all__ = [
    "AlertView",
    "BackView",
    "Clock",
    "CommandRow",
    "CompanyWeek",
    "CorrectionView",
    "DevelopmentView",
    "DigestView",
    "DoubtRow",
    "GreetingView",
    "Headline",
    "HeldView",
    "ManyTroubleView",
    "NothingView",
    "OdditiesView",
    "RecentView",
    "SourceRow",
    "SourcesView",
    "SplitView",
    "StatusView",
    "StoryView",
    "TraceView",
    "TroubleView",
    "WeeklyView",
    "alert",
    "alert_rows",
    "chat_back",
    "chat_lost",
    "correction",
    "development",
    "digest",
    "doubt_lines",
    "error",
    "greeting",
    "headline_of",
    "held",
    "help_page",
    "joinings",
    "name_of",
    "nothing_found",
    "recent",
    "silenced_rows",
    "snooze_rows",
    "source_back",
    "source_trouble",
    "sources",
    "sources_odd",
    "sources_trouble",
    "split_done",
    "split_pending",
    "status",
    "story",
    "unknown_command",
    "weekly",
    "what_was",
    "why",
    "why_short",
    "why_steps",
]
