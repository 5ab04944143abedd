"""``sources.yaml`` as it stands: its sources, their lines, and what may become one more of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from bot import edit, links
from bot.config.faults import FaultList, Place, did_you_mean
from bot.config.schema_sources import SourceSection, SourcesFile
from bot.config.sources import build_sources
from bot.config.validate import expected_of, validate
from bot.config.yaml_source import Node, Sheet
from bot.errors import EditError
from bot.model import Source

FILE = "sources.yaml"
KEYS = ("id", "name", "url", "kind", "language", "weight", "every", "tags", "full_text", "item", "title", "link",
        "time", "summary")  # fmt: skip
"""The keys of a source that are typed or proposed, in the order in which they are written."""
SELECTORS = ("item", "title", "link", "time", "summary")


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

    def find(self, name: str) -> int | None:
        """Return the index of a source by its id or address."""
        for at, source in enumerate(self.sources):
            if source.id == name:
                return at
        folded = [at for at, source in enumerate(self.sources) if source.id.casefold() == name.casefold()]
        if folded:
            return folded[0]
        return self.twin(name) if "://" in name else None

    def near(self, name: str) -> str:
        """Return "did you mean ...?" for a name that no source has; "" where none is near."""
        return did_you_mean(name, [source.id for source in self.sources])


def read_list(config: Path) -> SourceList:
    """Return the sources of a folder; raise EditError where the file can't be read, ConfigError for faults."""
    path = config / FILE
    if not path.exists():
        raise EditError(f"{path} is missing: 'wirewatch init {config}' writes one to start from")
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
        key = f"{first['loc'][0]}: " if first["loc"] else ""
        return f"{key}expected {expected_of(first)}"
    faults = FaultList()
    build_sources(SourcesFile(sources=[section]), Sheet("", Node({}, Place()), faults))
    return faults.faults[0].message if faults.faults else ""
