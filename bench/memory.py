"""How much memory a process holds."""

from __future__ import annotations

import os
import sys
from pathlib import Path


def held() -> float:
    """Return the megabytes that this process holds; its highest so far where the system doesn't tell more."""
    pages = Path("/proc/self/statm")
    if pages.exists():
        return int(pages.read_text().split()[1]) * os.sysconf("SC_PAGESIZE") / 1e6
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1e6 if sys.platform == "darwin" else 1e3)
