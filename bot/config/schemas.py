"""Write the JSON Schemas with which editors complete and check the YAML files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from bot.config.schema_sources import SourcesFile
from bot.config.schema_watchlist import EventsFile, WatchlistFile
from bot.config.schema_wirewatch import WirewatchFile

_SCHEMAS: dict[str, type[BaseModel]] = {
    "wirewatch": WirewatchFile,
    "sources": SourcesFile,
    "watchlist": WatchlistFile,
    "events": EventsFile,
}


def schema_texts() -> dict[str, str]:
    """Return the text of each schema by file name."""
    return {f"{name}.schema.json": _text(model) for name, model in _SCHEMAS.items()}


def _text(model: type[BaseModel]) -> str:
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **_tidy(model.model_json_schema(by_alias=True)),
    }
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def _tidy(schema: Any) -> Any:
    """Leave out titles and empty defaults; let optional keys stand without a value, as ``load`` does."""
    if isinstance(schema, list):
        return [_tidy(inner) for inner in schema]
    if not isinstance(schema, dict):
        return schema
    tidy = {key: _tidy(value) for key, value in schema.items() if not _is_noise(key, value)}
    properties = schema.get("properties")
    if isinstance(properties, dict):
        required = schema.get("required", [])
        tidy["properties"] = {
            key: _tidy(value) if key in required else _or_nothing(_tidy(value))
            for key, value in properties.items()
        }
    return tidy


def _is_noise(key: str, value: object) -> bool:
    return (key == "title" and isinstance(value, str)) or (key == "default" and value in (None, [], {}))


def _or_nothing(schema: dict[str, Any]) -> dict[str, Any]:
    nothing = {"type": "null"}
    if nothing in schema.get("anyOf", []):
        return schema
    about: dict[str, Any] = {key: schema[key] for key in ("description", "default") if key in schema}
    meaning = {key: value for key, value in schema.items() if key not in about}
    return {"anyOf": [meaning, nothing], **about}


def write_schemas(folder: Path) -> None:
    """Write the schemas into a folder, which is made where it is missing."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in schema_texts().items():
        (folder / name).write_text(text, encoding="utf-8")
