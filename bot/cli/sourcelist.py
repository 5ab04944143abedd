"""``sources.yaml`` as it stands: its sources, their lines, and whether an edit leaves the folder sound."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from shutil import copyfile

from bot import edit, links
from bot.app.lock import is_free
from bot.config import load
from bot.config.changes import FILES
from bot.config.faults import FaultList, Place, did_you_mean
from bot.config.schema_sources import SourceSection, SourcesFile
from bot.config.sources import build_sources
from bot.config.validate import validate
from bot.config.yaml_source import Node, Sheet
from bot.errors import CommandError, ConfigError, EditError, Fault
from bot.model import Source

FILE = "sources.yaml"


@dataclass(frozen=True, slots=True)
class SourceList:
    """One reading of the file; ``lines`` and ``sections`` go with ``sources``."""

    path: Path
    text: str
    version: str
    sources: tuple[Source, ...]
    sections: tuple[SourceSection, ...]
    lines: tuple[int, ...]

    @property
    def ids(self) -> frozenset[str]:
        """The ids in use, in ``casefold``."""
        return frozenset(source.id.casefold() for source in self.sources)

    def where(self, at: int) -> str:
        """Return file and line of a source."""
        return f"{self.path}:{self.lines[at]}"

    def twin(self, *urls: str) -> int | None:
        """Return the index of the source that reads one of these addresses already."""
        wanted = {links.canonical(url) for url in urls if url}
        found = (at for at, source in enumerate(self.sources) if links.canonical(source.url) in wanted)
        return next(found, None)

    def named(self, name: str) -> int:
        """Return the index of a source by its id or address; raise CommandError with the nearest id."""
        for at, source in enumerate(self.sources):
            if source.id == name:
                return at
        folded = [at for at, source in enumerate(self.sources) if source.id.casefold() == name.casefold()]
        if folded:
            return folded[0]
        if "://" in name and (twin := self.twin(name)) is not None:
            return twin
        hint = did_you_mean(name, [source.id for source in self.sources])
        raise CommandError(f"{self.path} has no source '{name}'" + (f"; {hint}" if hint else ""))


def read_list(folder: Path) -> SourceList:
    """Return the sources of a folder; raise EditError where the file can't be read, ConfigError for faults."""
    path = folder / FILE
    if not path.exists():
        raise EditError(f"{path} is missing: 'wirewatch init {folder}' writes one to start from")
    text, version = edit.read(path)
    faults = FaultList()
    checked = validate(text.removeprefix("\ufeff"), str(path), SourcesFile, faults)
    sources = build_sources(*checked) if checked else ()
    faults.stop_if_any()
    assert checked is not None
    file, sheet = checked
    lines = tuple(sheet.root.at(("sources", at)).place.line for at in range(len(sources)))
    return SourceList(path, text, version, sources, tuple(file.sources), lines)


def fault_of(keys: Mapping[str, object]) -> str:
    """Return what is wrong with the keys of one source by themselves; "" when nothing is."""
    from pydantic import ValidationError

    try:
        section = SourceSection.model_validate(dict(keys))
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        return f"{first['loc'][0]}: expected {first['msg']}" if first["loc"] else first["msg"]
    faults = FaultList()
    build_sources(SourcesFile(sources=[section]), Sheet("", Node({}, Place()), faults))
    return faults.faults[0].message if faults.faults else ""


def save(listed: SourceList, text: str) -> None:
    """Write another text if the whole folder is sound with it; raise ConfigError or EditError if not."""
    folder = listed.path.parent
    faults = _faults(folder, text)
    if faults:
        old = set(map(_place_free, _faults(folder, listed.text)))
        faults = tuple(fault for fault in faults if _place_free(fault) not in old)
    if faults:
        raise ConfigError(faults)
    edit.write(listed.path, listed.version, text)


def _place_free(fault: Fault) -> Fault:
    return replace(fault, line=0, column=0)


def _faults(folder: Path, text: str) -> tuple[Fault, ...]:
    """The faults of a folder with another text in the place of its sources."""
    with tempfile.TemporaryDirectory(prefix="wirewatch-") as name:
        trial = Path(name)
        for file in FILES:
            if (folder / file).is_file():
                copyfile(folder / file, trial / file)
        (trial / FILE).write_bytes(text.encode())
        try:
            load(trial, environ=os.environ)
        except ConfigError as error:
            return tuple(
                replace(fault, file=fault.file.replace(str(trial), str(folder))) for fault in error.faults
            )
    return ()


def agreed(question: str) -> bool:
    """Ask the person at the terminal; raise CommandError where there is none."""
    if not sys.stdin.isatty():
        raise CommandError("Nothing was written: add --yes to write without being asked")
    try:
        return input(f"{question} [y/N] ").strip().lower() in {"y", "yes", "是", "好"}
    except EOFError:
        return False


def when_taken(state: Path, *, added: bool = True) -> str:
    """Say when the change is in force."""
    first = "; its first poll is the baseline and alerts nobody" if added else ""
    if is_free(state):
        return f"It counts from the next run{first}."
    return f"The running bot takes it within 5 seconds{first}."
