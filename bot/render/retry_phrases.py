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
    "dead_head": (
        "⚠️ *Given up: {count} {count:message|messages}*. What was to be told is kept",
        "⚠️ *已放弃：{count}条消息*，内容仍保留",
    ),
    "token_refused": (
        "⚠️ *{service} refuses the bot's token* since {time}; what is owed there waits",
        "⚠️ *{service} 自{time}起拒绝机器人的令牌*，待发消息已保留",
    ),
    "token_todo": (
        "Put the right one in {name}, in .env: it is in force within seconds.",
        "请在 .env 的 {name} 中填入正确的令牌，几秒内生效。",
    ),
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
RETRY_LABELS: dict[str, tuple[str, str]] = {
    "retry": ("Try again", "重试"),
}
