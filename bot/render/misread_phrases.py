"""What is said of a start on broken files. Rules as in ``phrases``."""

from __future__ import annotations

MISREAD: dict[str, tuple[str, str]] = {
    "misread_head": (
        "⚠️ *Started on a broken configuration*; the last good one is in force",
        "⚠️ *启动时配置文件有误*，沿用上一个有效的配置",
    ),
    "misread_more": ("and {count} more", "另有{count}处"),
    "misread_todo": (
        "Once the file is right, it is in force within seconds. What is wrong: {command}",
        "文件改正后几秒内生效。查看问题：{command}",
    ),
}
