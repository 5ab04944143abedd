"""Write ``docs/commands.md`` anew from the table of commands. Run ``.venv/bin/python docs/write_commands.py``."""

from __future__ import annotations

from pathlib import Path

from bot.commands import EVERY_COMMAND
from bot.commands.manual import manual

if __name__ == "__main__":
    Path(__file__).with_name("commands.md").write_text(manual(EVERY_COMMAND), encoding="utf-8")
