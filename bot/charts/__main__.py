"""The process that draws: a picture as JSON on standard input, a PNG on standard output."""

from __future__ import annotations

import json
import sys
from contextlib import suppress
from typing import Any

from bot.charts import SECONDS, Dot, Picture, Row


def picture_from(values: dict[str, Any]) -> Picture:
    """Return the picture that JSON describes."""
    rows = tuple(
        Row(**(row | {"counts": tuple(row["counts"]), "dots": tuple(Dot(**dot) for dot in row["dots"])}))
        for row in values["rows"]
    )
    english = values["english"] and picture_from(values["english"])
    return Picture(**(values | {"rows": rows, "heads": tuple(values["heads"]), "english": english}))


def main() -> None:
    """Draw one picture, within bounds that hold even where the parent dies."""
    with suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_CPU, (int(SECONDS), int(SECONDS) + 1))
    picture = picture_from(json.load(sys.stdin.buffer))
    from bot.charts.drawing import png

    sys.stdout.buffer.write(png(picture))


if __name__ == "__main__":
    main()
