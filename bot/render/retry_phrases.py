"""What is said of messages that were given up, and tried again. Rules as in ``phrases``."""

from __future__ import annotations

RETRY: dict[str, tuple[str, str]] = {
    "status_dead": ("⚠️ Given up: {count} {count:message|messages}", "⚠️ 已放弃：{count}条"),
    "dead_letter": ("{receiver} · {what} · {time}: {why}", "{receiver} · {what} · {time}：{why}"),
    "dead_more": ("{count} more", "另{count}条"),
    "dead_try": ("Try again: {command}", "重试：{command}"),
    "dead_notice": ("a notice", "通知"),
    "dead_digest": ("a digest", "摘要"),
    "dead_greeting": ("the first message", "首条消息"),
    "retried": (
        "{count} {count:message|messages} owed again at once: {names}",
        "{count}条已重新排入，立即发送：{names}",
    ),
    "retried_none": ("Nothing was given up there.", "没有已放弃的消息。"),
    "retry_what": ("What? A story's id, a receiver, or all.", "重试什么？事件编号、接收方或 all。"),
    "retry_unknown": (
        "There is no receiver or story “{what}” of which something was given up.",
        "没有与「{what}」对应的接收方或事件有已放弃的消息。",
    ),
}
