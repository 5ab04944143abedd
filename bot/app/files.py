"""The configuration's files as a running bot looks at them: taken once they stand still, kept once in force."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import Path

import structlog

from bot.config import Configuration, keep, load, lost_files, signature
from bot.errors import ConfigError

log = structlog.get_logger()


class Files:
    """One folder; ``known`` is the signature of what was last read of it, in force or refused."""

    def __init__(self, folder: Path, state: Path, environ: Mapping[str, str], *, broken: bool) -> None:
        """``broken``: what stands in the folder is not what is in force, so that the first look reads it again."""
        self._folder = folder
        self._state = state
        self._environ = environ
        self._seen = ""
        self.known = "" if broken else signature(folder)

    async def signature(self) -> str:
        """Return the signature of what stands there now."""
        return await asyncio.to_thread(signature, self._folder)

    async def stood_still(self) -> bool:
        """Tell whether the files are as they were at the last look: one that is being written is not."""
        before, self._seen = self._seen, await self.signature()
        return before == self._seen

    async def read(self, in_force: Configuration) -> Configuration:
        """Return what stands there; raise ConfigError, also where a file that is in force is gone or empty."""
        if faults := await asyncio.to_thread(lost_files, self._folder, in_force.texts):
            raise ConfigError(faults)
        return await asyncio.to_thread(load, self._folder, environ=self._environ)

    async def keep(self, configuration: Configuration) -> None:
        """Keep what is in force for a start that finds the files broken."""
        if await asyncio.to_thread(keep, configuration, self._state):
            log.debug("configuration kept", version=configuration.version)
