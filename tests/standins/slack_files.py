"""Slack's files: a place is asked for, the bytes are brought there, and then the upload is completed."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import count
from typing import Any

from aiohttp import web

from tests.standins.server import number
from tests.standins.slack_rules import SlackError

PNG = b"\x89PNG\r\n\x1a\n"


@dataclass
class SlackFile:
    """One file on its way, or here."""

    id: str
    name: str
    length: int
    alt: str = ""
    content: bytes = b""
    complete: bool = False
    looks: int = 0
    """How often a message that shows it was refused, because Slack has not done with it."""


class Files:
    """All files; ``not_ready`` is how many messages with a new picture are refused first."""

    def __init__(self) -> None:
        self.kept: dict[str, SlackFile] = {}
        self.not_ready = 0
        self._numbers = count(1)

    def place(self, given: dict[str, Any], root: str) -> dict[str, Any]:
        """Answer files.getUploadURLExternal."""
        name, length = str(given.get("filename") or ""), number(given.get("length"))
        if not name or not length:
            raise SlackError("invalid_arguments", messages=["filename and length are required"])
        file = SlackFile(f"F0{next(self._numbers):04}", name, length, str(given.get("alt_txt") or ""))
        self.kept[file.id] = file
        return {"upload_url": f"{root}/upload/{file.id}", "file_id": file.id}

    async def take(self, request: web.Request) -> web.Response:
        """Take the bytes."""
        file = self.kept.get(request.match_info["file"])
        content = await request.read()
        if file is None or file.content:
            return web.Response(status=404, text="no such upload")
        if len(content) != file.length:
            return web.Response(status=400, text="the length is not as announced")
        file.content = content
        return web.Response(text=f"OK - {len(content)}")

    def complete(self, given: dict[str, Any]) -> list[str]:
        """Complete uploads and return their ids."""
        wanted = given.get("files")
        if not isinstance(wanted, list) or not wanted:
            raise SlackError("invalid_arguments", messages=["files is required"])
        files = [self.kept.get(str(each.get("id"))) for each in wanted]
        if any(file is None or not file.content or file.complete for file in files):
            raise SlackError("file_not_found")
        for file in files:
            assert file is not None
            file.complete = True
        return [file.id for file in files if file is not None]

    def check(self, blocks: list[dict[str, Any]]) -> None:
        """Refuse pictures that are not there, or with which Slack has not done yet."""
        for at, block in enumerate(blocks):
            if block["type"] != "image":
                continue
            file = self.kept.get(block["slack_file"]["id"])
            fits = file is not None and file.complete and file.content.startswith(PNG)
            if file is None or not fits or file.looks < self.not_ready:
                if file is not None:
                    file.looks += 1
                said = f"invalid slack file [json-pointer:/blocks/{at}/slack_file]"
                raise SlackError("invalid_blocks", messages=[said])
