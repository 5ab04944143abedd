"""How this program was called, so that what it says to type next works as it stands."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path


def how_called() -> str:
    """Return ``wirewatch`` where the shell finds it, else the path to it from here."""
    program = Path(sys.argv[0])
    if shutil.which("wirewatch") or program.name != "wirewatch":
        return "wirewatch"
    here = Path.cwd()
    return str(program.relative_to(here)) if program.is_relative_to(here) else str(program)
