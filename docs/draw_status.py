"""Draw ``status.png``, the status page of an invented fortnight. Run ``.venv/bin/python -m docs.draw_status``.

It needs Chromium.
"""

from __future__ import annotations

import asyncio
import tempfile
from contextlib import suppress
from pathlib import Path

from bot.web import serve
from tests.chromium import Screen
from tests.statusdesk import StatusDesk

AT = "127.0.0.1:18788"
WIDTH = 1120
HEIGHT = 1130
TARGET = Path(__file__).with_name("status.png")


async def draw() -> None:
    """Show the page, take its picture, take it down."""
    with tempfile.TemporaryDirectory(prefix="wirewatch-status-") as home:
        desk = StatusDesk(Path(home))
        await desk.fill()
        showing = asyncio.create_task(serve(desk, AT, None))
        await asyncio.sleep(2)
        TARGET.write_bytes(await asyncio.to_thread(_picture))
        showing.cancel()
        with suppress(asyncio.CancelledError):
            await showing
        desk.close()


def _picture() -> bytes:
    with Screen() as screen:
        screen.show(f"http://{AT}/", width=WIDTH, height=HEIGHT)
        return screen.picture(whole=False)


if __name__ == "__main__":
    asyncio.run(draw())
