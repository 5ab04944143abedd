"""What is said of the bot's own memory: lost, copied, without room. Rules as in ``phrases``."""

from __future__ import annotations

KEEPING: dict[str, tuple[str, str]] = {
    "memory_damaged": ("⚠️ *The database was damaged*; found {time}", "⚠️ *数据库损坏*，{time}发现"),
    "memory_gone": ("⚠️ *The database was gone*; found {time}", "⚠️ *数据库丢失*，{time}发现"),
    "memory_cut": (
        "⚠️ *The database has lost its last changes*; found {time}",
        "⚠️ *数据库丢失了最近的更改*，{time}发现",
    ),
    "memory_copy": (
        "⚠️ *An older copy of the database is in use*, since {time}",
        "⚠️ *现用的是数据库的旧副本*，自{time}起",
    ),
    "memory_restored": (
        "A backup of {time} took its place ({span} old).",
        "已用{time}的备份恢复（距今{span}）。",
    ),
    "memory_of": ("It was made {time} ({span} ago).", "副本制作于{time}（距今{span}）。"),
    "memory_empty": (
        "There was no good backup: it begins empty.",
        "没有可用的备份，从空白开始。",
    ),
    "memory_unknown": (
        "What was read and told after that is forgotten.",
        "此后读取与推送的内容已无记录。",
    ),
    "memory_all": ("What was read and told before is forgotten.", "此前读取与推送的内容已无记录。"),
    "memory_last": ("What was read and told last is forgotten.", "最近读取与推送的内容已无记录。"),
    "memory_silent": (
        "So that nothing is repeated, what the sources list now rings for nobody; {command} shows it.",
        "为避免重复，各来源现有内容不再推送；可用{command}查看。",
    ),
    "memory_aside": ("The damaged file is kept in {folder}.", "损坏的文件保存在{folder}。"),
    "backup_failed": (
        "⚠️ *No backup* since {time} ({why})",
        "⚠️ *{time}以来未能备份*（{why}）",
    ),
    "backup_never": ("⚠️ *No backup yet* ({why})", "⚠️ *尚未能备份*（{why}）"),
    "backup_tried": ("It is tried again every hour.", "每小时重试一次。"),
    "disk_was_full": (
        "✅ *The disk has room again*; it was full for {span}, since {time}",
        "✅ *磁盘已有空间*；自{time}起满了{span}",
    ),
    "disk_waited": (
        "Nothing was read meanwhile, and nothing is lost: it is caught up now.",
        "其间未读取任何来源；没有丢失，现正补读。",
    ),
    "status_backup": ("Last backup {time}", "最近备份{time}"),
}
