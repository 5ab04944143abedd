"""Read all files of a folder, check them alone and together, and build the model values."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.config.configuration import Configuration
from bot.config.faults import FaultList, Place
from bot.config.library import read_library
from bot.config.reading import read_text
from bot.config.receivers import at_hand
from bot.config.references import Names, check_references
from bot.config.schema_sources import SourcesFile
from bot.config.schema_watchlist import WatchlistFile
from bot.config.schema_wirewatch import WirewatchFile
from bot.config.secrets import SLACK, TELEGRAM, read_secrets
from bot.config.settings import build_settings
from bot.config.sources import build_sources
from bot.config.tables import SHIPPED, shipped_tables, tables_with
from bot.config.validate import Schema, validate
from bot.config.watches import Followed, build_watchlist, check_what_is_left
from bot.config.web import check_web
from bot.config.yaml_source import Node, Sheet
from bot.model import Settings, Source, Tables, Watchlist


@dataclass(frozen=True, slots=True)
class _Folder:
    """One reading of a folder: the texts that were read, and the faults found."""

    path: Path
    faults: FaultList
    texts: dict[str, str]
    given: Mapping[str, str] | None = None
    """What stands in the files, where not what stands on disk is wanted."""

    def name(self, file: str) -> str:
        return str(self.path / file)

    def read(self, file: str) -> str | None:
        """Return the text of a file that must exist, or None after adding the fault."""
        if not self.has(file):
            self.faults.add(self.name(file), Place(), "is missing", self._hint(file))
            return None
        if self.given is not None:
            text: str | None = self.given[file]
        else:
            text = read_text(self.path / file, self.name(file), self.faults)
        if text is not None:
            self.texts[file] = text
        return text

    def has(self, file: str) -> bool:
        """Tell whether a file exists."""
        return (self.path / file).exists() if self.given is None else file in self.given

    def _hint(self, file: str) -> str:
        other = Path(file).with_suffix(".yml")
        if (self.path / other).exists():
            return f"rename {other} to {file}"
        return f"'wirewatch init {self.path}' writes one to start from"

    def check(
        self, file: str, schema: type[Schema], *, optional: bool = False, rest: bool = False
    ) -> tuple[Schema, Sheet] | None:
        """Return a file that fits its schema, or None after adding the faults (with ``rest`` what is left of it)."""
        text = self.read(file)
        if text is None:
            return None
        return validate(text, self.name(file), schema, self.faults, optional=optional, rest=rest)

    @property
    def version(self) -> str:
        """Return a short hash of all that was read."""
        digest = hashlib.sha256()
        for file in sorted(self.texts):
            digest.update(f"{file}\0{self.texts[file]}\0".encode())
        return digest.hexdigest()[:12]


def load(
    folder: Path,
    *,
    environ: Mapping[str, str],
    data: Path = SHIPPED,
    texts: Mapping[str, str] | None = None,
) -> Configuration:
    """Return the configuration of a folder; raise ConfigError with every fault of every file.

    ``environ`` is where secrets are looked for before ``.env``; ``data`` holds the tables that ship; ``texts`` take
    the place of all YAML files of the folder.
    """
    reading = _Folder(folder, FaultList(), {}, texts)
    tables = _tables(reading, data)
    how = _check_wirewatch(reading)
    sources = _sources(reading)
    followed = _followed(reading, "watchlist.yaml", data, tables)
    settings = build_settings(*how, environ) if how else None
    if how and settings:
        mistaken = reading.faults.in_file(reading.name("sources.yaml"))
        events = _events(reading, tables)
        check_references(*how, _names(how[1], settings, sources, followed, events, mistaken=mistaken))
    needs = _needs(settings, sources or ())
    secrets = read_secrets(folder, environ, needs, reading.faults)
    if how and settings:
        check_web(settings.web_listen, how[1], secrets)
    reading.faults.stop_if_any()
    assert settings is not None
    assert sources is not None
    assert followed is not None
    missing = tuple(name for name in sorted(needs) if secrets.get(name) is None)
    _warn_of_missing(reading, needs, missing)
    return Configuration(
        settings=settings,
        sources=sources,
        watchlist=followed.watchlist,
        secrets=secrets,
        tables=tables,
        warnings=reading.faults.warnings,
        version=reading.version,
        folder=folder,
        missing_secrets=missing,
        texts=reading.texts,
    )


def _tables(reading: _Folder, data: Path) -> Tables:
    if not reading.has("events.yaml"):
        return shipped_tables(data)
    text = reading.read("events.yaml")
    return tables_with(text, reading.name("events.yaml"), reading.faults, data=data)


def _events(reading: _Folder, tables: Tables) -> Mapping[str, object] | None:
    return None if reading.faults.in_file(reading.name("events.yaml")) else tables.events


def _check_wirewatch(reading: _Folder) -> tuple[WirewatchFile, Sheet] | None:
    name = reading.name("wirewatch.yaml")
    if not reading.has("wirewatch.yaml") and not reading.has("wirewatch.yml"):
        return WirewatchFile(), Sheet(name, Node({}, Place()), reading.faults)
    return reading.check("wirewatch.yaml", WirewatchFile, optional=True, rest=True)


def _sources(reading: _Folder) -> tuple[Source, ...] | None:
    found = reading.check("sources.yaml", SourcesFile, rest=True)
    return build_sources(*found) if found else None


def _followed(reading: _Folder, file: str, data: Path, tables: Tables) -> Followed | None:
    found = reading.check(file, WatchlistFile)
    if found is None:
        text, name = reading.texts.get(file), reading.name(file)
        if text is not None:
            check_what_is_left(text, name, reading.faults, tables.variants)
        return None
    return build_watchlist(*found, read_library(data), tables.variants)


def _names(
    sheet: Sheet,
    settings: Settings,
    sources: tuple[Source, ...] | None,
    followed: Followed | None,
    events: Mapping[str, object] | None,
    *,
    mistaken: bool,
) -> Names:
    """What exists; ``mistaken`` where sources.yaml has faults, so that some of its tags may be missing."""
    written = sheet.root.fields.get("receivers")  # one with a mistake is a receiver all the same
    return Names(
        receivers=settings.receivers.keys() | (written.fields.keys() if written else set()),
        watches=followed.ids if followed else None,
        tags=followed.tags if followed else None,
        sources=None if sources is None else {source.id for source in sources},
        source_tags=None
        if sources is None or mistaken
        else {tag for source in sources for tag in source.tags},
        events=None if events is None else events.keys(),
    )


def _needs(settings: Settings | None, sources: tuple[Source, ...]) -> dict[str, str]:
    """Return the environment variables that something needs, and what it is."""
    receivers = settings.receivers if settings else {}
    needs: dict[str, str] = {}
    for name, service in ((TELEGRAM, "telegram"), (SLACK, "slack")):
        if waiting := at_hand(receivers, service):
            needs[name] = f"receiver {', '.join(waiting)}"
    for receiver in receivers.values():
        if receiver.url_env:
            needs[receiver.url_env] = f"receiver {receiver.id}"
    for source in sources:
        if source.enabled:
            needs.update(dict.fromkeys(source.headers_env.values(), f"source {source.id}"))
    if settings and settings.operator.ping_url_env:
        needs[settings.operator.ping_url_env] = "operator.ping_url_env"
    return needs


def _warn_of_missing(reading: _Folder, needs: Mapping[str, str], missing: tuple[str, ...]) -> None:
    for name in missing:
        hint = f"set it in the environment, or in {reading.name('.env')}"
        reading.faults.add(
            "environment", Place(), f"{name} is not set; {needs[name]} needs it", hint, warning=True
        )


def load_watchlist(path: Path, *, tables: Tables | None = None, data: Path = SHIPPED) -> Watchlist:
    """Return the watchlist of a file anywhere; raise ConfigError with every fault of it."""
    reading = _Folder(path.parent, FaultList(), {})
    followed = _followed(reading, path.name, data, tables or shipped_tables(data))
    reading.faults.stop_if_any()
    assert followed is not None
    return followed.watchlist
