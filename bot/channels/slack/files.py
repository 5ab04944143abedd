"""Pictures and files: brought to Slack first, then shown in a message or shared into a chat."""

from __future__ import annotations

import logging

from bot.channels.plain import tame
from bot.channels.slack.wire import WebApiError, Wire
from bot.model import Attachment, Outcome

_log = logging.getLogger(__name__)

LONGEST_NAME = 200


async def upload_picture(wire: Wire, attachment: Attachment) -> str:
    """Return the id of an uploaded picture; "" where it can't be had, and the message goes without.

    Raises WebApiError where trying again later helps: nothing was sent then.
    """
    try:
        return await upload(wire, attachment)
    except WebApiError as error:
        if error.outcome in {Outcome.UNSENT, Outcome.RATE_LIMITED}:
            raise
        _log.warning("a picture was not taken by Slack (%s); the message goes without", error.said)
        return ""


async def upload(
    wire: Wire, attachment: Attachment, *, chat: str = "", comment: str = "", thread: str | None = None
) -> str:
    """Bring a file to Slack and return its id; given a chat, share it there. Raises WebApiError."""
    client = wire.client
    name = tame(attachment.name)[:LONGEST_NAME] or "file"
    place = await wire.call(
        client.files_getUploadURLExternal,
        filename=name,
        length=len(attachment.content),
        alt_txt=tame(attachment.alt)[:1000] or None,
    )
    file, address = str(place.get("file_id") or ""), str(place.get("upload_url") or "")
    if not file or not address:
        raise WebApiError(Outcome.REFUSED, "an ok without a place for the file")
    await wire.upload(address, attachment.content)
    await wire.call(
        client.files_completeUploadExternal,
        files=[{"id": file, "title": name}],
        channel_id=chat or None,
        initial_comment=comment or None,
        thread_ts=thread,
    )
    return file
