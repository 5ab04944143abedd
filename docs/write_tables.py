"""Write ``bot/data/quick.json`` anew from the tables it is made of. Run ``.venv/bin/python docs/write_tables.py``."""

from __future__ import annotations

from bot.config.library import write_quick

if __name__ == "__main__":
    write_quick()
