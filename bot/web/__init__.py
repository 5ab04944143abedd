"""/health, /metrics and the status page: read only, on this machine alone unless a token guards it."""

from __future__ import annotations

from bot.web.house import House

__all__ = ["House", "serve"]


async def serve(house: House, listen: str, token: str | None) -> None:
    """Show the page at ``listen`` (HOST:PORT) until cancelled; OSError where nothing can listen there."""
    # The server and the templates take a fifth of a second to import: whoever has no page does without.
    from bot.web.server import serve_at

    await serve_at(house, listen, token)
