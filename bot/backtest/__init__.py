"""What a watchlist would have told: a recorded stream, or the store's last days, by the clock of their entries.

    read_recorded -> entries -> replay_recorded --assign, judge, correct--> Ledger -> what was told
    the store -> entries in their stories -> replay_stored --judge--> Ledger -> what was told, and what changes

The decisions are those of live polls (``decide``, ``route``); what each receiver was told, is owed and waits
for is kept in memory instead of the store. Nothing is sent and nothing is written.
"""

from __future__ import annotations

from bot.backtest.recorded import entry_of, read_recorded
from bot.backtest.replay import Plan, replay_recorded
from bot.backtest.stored import Change, Preview, replay_stored
from bot.backtest.told import Listed, ToldMessage

__all__ = [
    "Change",
    "Listed",
    "Plan",
    "Preview",
    "ToldMessage",
    "entry_of",
    "read_recorded",
    "replay_recorded",
    "replay_stored",
]
