"""What the daily sign of life says, in English and in Chinese."""

from __future__ import annotations

HEARTBEATS: dict[str, tuple[str, str]] = {
    "heartbeat_well": ("💚 *All is well.*", "💚 *一切正常。*"),
    "heartbeat_ill": ("💛 *Awake, but not all is well.*", "💛 *运行中，但有异常。*"),
    "heartbeat_told": (
        "Yesterday {count} {count:story|stories} rang.",
        "昨日推送{count}条新闻。",
    ),
    "heartbeat_quiet": ("Yesterday nothing rang.", "昨日无推送。"),
    "heartbeat_failing": (
        "{count} of {total} {total:source|sources} can't be read.",
        "{total}个来源中有{count}个无法读取。",
    ),
    "heartbeat_owed": (
        "{count} {count:message is|messages are} overdue, the oldest since {time}.",
        "{count}条消息尚未发出，最早自{time}起。",
    ),
    "heartbeat_dead": (
        "{count} {count:message was|messages were} given up.",
        "{count}条消息已放弃。",
    ),
    "heartbeat_sources": ("{count} {count:source|sources} read", "{count}个来源均可读取"),
    "heartbeat_entries": (
        "{count} new {count:entry|entries} in 24 h",
        "24 小时内新增{count}条",
    ),
    "heartbeat_up": ("up {span}", "已运行{span}"),
    "heartbeat_backup": ("backup {time}", "备份{time}"),
    "heartbeat_between": (" · ", " · "),
    "heartbeat_button": ("Status", "状态"),
}
