"""A configuration folder for tests, and the small tables that are read with it."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path

from bot.config import Configuration, build
from bot.errors import ConfigError, Fault

DATA = Path(__file__).parent / "data" / "config"
TABLES = DATA / "tables"


def good_folder(target: Path, **files: str) -> Path:
    """Make a folder with a configuration that is right, and put other texts in place of some of its files."""
    shutil.copytree(DATA / "good", target, dirs_exist_ok=True)
    for name, text in files.items():
        (target / f"{name}.yaml").write_text(text, encoding="utf-8")
    return target


def load(folder: Path, environ: Mapping[str, str] | None = None) -> Configuration:
    """Load a folder with the small tables."""
    return build.load(folder, environ=environ or {}, data=TABLES)


def faults_of(folder: Path, environ: Mapping[str, str] | None = None) -> tuple[Fault, ...]:
    """Return what is wrong with a folder; nothing where it loads."""
    try:
        load(folder, environ)
    except ConfigError as error:
        return error.faults
    return ()


def said(folder: Path, faults: tuple[Fault, ...]) -> str:
    """Return faults as they are printed, a line each, without the folder's path."""
    return "".join(f"{fault}\n" for fault in faults).replace(f"{folder}/", "")
