"""Changes to one file of the configuration's folder: shown, checked with the whole folder, written, taken back.

edit = Edit.between("sources.yaml", version, before, after)    # before, version = read(folder / file)
faults = faults_with(folder, edit.file, after)                 # new ones only
save(folder, edit.file, version, after)                        # refused where there is one, or the file changed
save(folder, edit.file, edit.version_after, edit.back().applied(after))
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from shutil import copyfile
from typing import Any

from bot.config import Configuration, load
from bot.config.changes import FILES
from bot.edit import changes_one_entry
from bot.edit.file import version_of, write
from bot.errors import ConfigError, EditError, Fault


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """Whole lines of a file that give way to others; the hashes are those of ``edit.read``."""

    file: str
    """Its name in the folder."""
    version: str
    """The file that it was made for."""
    version_after: str
    """The file when it is done."""
    offset: int
    """Where the lines begin, in characters."""
    removed: str
    added: str

    @classmethod
    def between(cls, file: str, version: str, before: str, after: str) -> Edit:
        """Return what leads from one text of a file to another."""
        old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
        shortest = min(len(old), len(new))
        first = next((at for at in range(shortest) if old[at] != new[at]), shortest)
        room = shortest - first
        last = next((at for at in range(room) if old[-1 - at] != new[-1 - at]), room)
        return cls(
            file=file,
            version=version,
            version_after=version_of(after.encode()),
            offset=sum(map(len, old[:first])),
            removed="".join(old[first : len(old) - last]),
            added="".join(new[first : len(new) - last]),
        )

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> Edit:
        """Return an edit as ``row`` gave it, whatever else stands beside it; KeyError for anything else."""
        return cls(**{field.name: row[field.name] for field in fields(cls)})

    @property
    def row(self) -> dict[str, Any]:
        """As JSON holds it, in a request and in the audit."""
        return asdict(self)

    def fits(self, text: str) -> bool:
        """Tell whether the lines to be replaced stand where they stood."""
        return text[self.offset : self.offset + len(self.removed)] == self.removed

    def applied(self, text: str) -> str:
        """Return the text with the change; EditError where other lines stand there."""
        if not self.fits(text):
            raise EditError(f"{self.file}:{self.line(text)}: other lines stand here now")
        return text[: self.offset] + self.added + text[self.offset + len(self.removed) :]

    def back(self) -> Edit:
        """Return the edit that takes this one back."""
        return replace(
            self,
            version=self.version_after,
            version_after=self.version,
            removed=self.added,
            added=self.removed,
        )

    def moved(self, text: str, version: str) -> Edit | None:
        """Return the edit where its lines stand now, in a file that was edited elsewhere since.

        None where they don't stand there exactly once as whole lines, or where more than one entry of the file
        would change: whose they are is not certain then.
        """
        if not self.removed.strip():
            return None
        places = [at for at in _places(text, self.removed) if _whole_lines(text, at, self.removed)]
        if len(places) != 1:
            return None
        at = places[0]
        after = text[:at] + self.added + text[at + len(self.removed) :]
        after_version = version_of(after.encode())
        moved = replace(self, version=version, version_after=after_version, offset=at)
        return moved if changes_one_entry(text, after) else None

    def line(self, text: str) -> int:
        """Return the line, from 1, at which the change begins in a text."""
        return text.count("\n", 0, self.offset) + 1


def _places(text: str, part: str) -> Iterator[int]:
    at = text.find(part)
    while at >= 0:
        yield at
        at = text.find(part, at + 1)


def _whole_lines(text: str, at: int, part: str) -> bool:
    ends = part.endswith("\n") or text[at + len(part) :][:1] in {"", "\n", "\r"}
    return ends and (at == 0 or text[at - 1] == "\n")


def faults_with(
    folder: Path, file: str, text: str, *, environ: Mapping[str, str] | None = None
) -> tuple[Fault, ...]:
    """Return the faults that the folder would have with this text, and does not have as it stands."""
    _, found = tried(folder, {file: text}, environ=environ)
    if not found:
        return ()
    old = {_place_free(fault) for fault in tried(folder, {}, environ=environ)[1]}
    return tuple(fault for fault in found if _place_free(fault) not in old)


def save(
    folder: Path, file: str, version: str, text: str, *, environ: Mapping[str, str] | None = None
) -> None:
    """Write a file if the folder is sound with it and the file still has this version (``edit.read``).

    ConfigError with the new faults, EditError where it changed meanwhile or can't be written; nothing is
    written then.
    """
    if faults := faults_with(folder, file, text, environ=environ):
        raise ConfigError(faults)
    write(folder / file, version, text)


def tried(
    folder: Path, texts: Mapping[str, str], *, environ: Mapping[str, str] | None = None
) -> tuple[Configuration | None, tuple[Fault, ...]]:
    """Return the configuration that the folder would be with these texts in the place of files, or its faults.

    Places of faults name the folder itself; ``Configuration.folder`` does not.
    """
    with tempfile.TemporaryDirectory(prefix="wirewatch-") as name:
        trial = Path(name)
        for file in FILES:
            if (folder / file).is_file():
                copyfile(folder / file, trial / file)
        for file, text in texts.items():
            (trial / file).write_bytes(text.encode())
        try:
            return load(trial, environ=os.environ if environ is None else environ), ()
        except ConfigError as error:
            return None, tuple(_of_folder(fault, name, str(folder)) for fault in error.faults)


def _of_folder(fault: Fault, trial: str, folder: str) -> Fault:
    return replace(fault, file=fault.file.replace(trial, folder), hint=fault.hint.replace(trial, folder))


def _place_free(fault: Fault) -> Fault:
    return replace(fault, line=0, column=0)
