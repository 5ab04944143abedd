"""Named places at which a test may end the process as a power cut does; in production each of them does nothing."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Mapping
from types import MappingProxyType

VARIABLE = "WIREWATCH_CRASH_AT"
"""``NAME:N``: the process ends itself by SIGKILL when it passes the point NAME for the Nth time."""

POINTS: Mapping[str, str] = MappingProxyType(
    {
        # every transaction
        "before-commit": "all that one write changes, or several that share a commit, and its commit",
        "after-commit": "a commit and whoever waits for it",
        # start
        "migration-step": "one step of the schema and the next, in their one transaction",
        "migrated": "the last step of the schema and the commit of them all",
        "start-noted": "the freed claims of an earlier instance and the messages it left in flight",
        "left-behind-owned": "messages that an earlier instance left in flight, owned, and the first claim",
        "index-loaded": "the loaded index of recent stories and the first decision",
        # one poll
        "poll-claimed": "the claims of the sources that are due and their polls",
        "fetch-started": "a source's turn and its request",
        "fetch-headers": "the head of an answer and its body",
        "fetch-body": "the whole body and what it is taken for",
        "parsed": "the entries of a document and the wait to be decided",
        "failure-noted": "the commit of a poll that failed and its line in the log",
        "before-decide": "a poll's turn to be decided and its transaction",
        "decided": "stories assigned in memory and their entries in the store",
        "entries-saved": "a poll's entries and their verdicts",
        "alerts-owed": "a poll's verdicts and owed messages, and its edits",
        "validators-saved": "the new ETag and the end of the poll's transaction",
        "ingest-committed": "a poll's commit and whoever is told of it",
        # digests
        "digest-run-noted": "the note that a day's digest is made and the stories it takes",
        "digest-items-taken": "the stories a digest takes and the message owed for it",
        # one message
        "delivery-claimed": "the commit of a claim and the look for what goes along",
        "reconcile-begins": "a message in doubt and the look whether its chat has it",
        "reconcile-ends": "what that look found and the commit of it",
        "composed": "a message that is made and its chat's turn",
        "held-composed": "one message for many held alerts and its chat's turn",
        "before-wire": "a chat's turn and the commit that the message leaves",
        "on-wire": "the commit that a message leaves and its first byte",
        "arrived": "the answer of the chat service and the commit that the message arrived",
        "acknowledging": "a message marked as sent and the rest of that transaction",
        "held-acknowledging": "one of many held alerts marked as sent and the next of them",
        "acknowledged": "the commit that a message arrived and the next message",
        "edit-arrived": "the answer to an edit and the commit that it was made",
        "edit-acknowledging": "an edit marked as made and what the message shows now",
        "retry-scheduling": "a message owed again and the rest of that transaction",
        "retry-scheduled": "the commit that a message is owed again and the next message",
        "dead-letter": "the commit of a dead letter and the next message",
        # questions and changes from chats
        "question-heard": "a question from a chat and all that it asks for",
        "effect-committed": "the commit of what a question changes and its answer",
        "request-left": "the commit of a request and the wait until it is carried out",
        "request-taken": "the commit that a request was taken and its work",
        "config-written": "the new text in a file beside the old one and the sync of it",
        "config-synced": "the new file on the disk and its taking the old one's place",
        "config-renamed": "the new file in the old one's place and the sync of the folder",
        "edit-noted": "the audit of a changed file and its being put in force",
        "edit-in-force": "a changed configuration in force and the word of it",
        "request-done": "a request carried out and its result in the store",
        "request-finished": "the commit of a request's result and whoever waits for it",
        "answer-made": "an answer and the chat it goes to",
        "answer-given": "an answer in the chat and the commit that it was given",
        "update-noted": "the commit that a question was answered and the next question",
        # keeping house and the end
        "retention-batch": "old stories deleted and what hangs on them",
        "backup-written": "a checked copy on the disk and its taking its name",
        "backup-renamed": "a copy in its place and the sync of its folder",
        "draining": "the word to stop and the end of the polls under way",
        "drained": "the last poll and the last message",
    }
)
"""Every point, and what it lies between."""

_passing: Callable[[str], None] | None = None


def crashpoint(name: str) -> None:
    """Mark a place; nothing happens unless ``arm`` was told to end the process here."""
    if _passing is not None:
        _passing(name)


def arm(environ: Mapping[str, str]) -> None:
    """Read from the environment where to end; ValueError for a point that there isn't."""
    global _passing  # noqa: PLW0603  one process, one place to end
    wanted = environ.get(VARIABLE, "")
    if not wanted:
        _passing = None
        return
    name, _, count = wanted.partition(":")
    if name not in POINTS:
        raise ValueError(f"{VARIABLE}: there is no point '{name}'")
    if not (count or "1").isdecimal() or int(count or 1) < 1:
        raise ValueError(f"{VARIABLE}: '{count}' is no number of passes; write NAME:N, as in {name}:1")
    left = int(count or 1)

    def passing(here: str) -> None:
        nonlocal left
        if here == name:
            left -= 1
            if left <= 0:
                os.kill(os.getpid(), signal.SIGKILL)

    _passing = passing
