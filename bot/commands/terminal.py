"""The commands that only the terminal has: they start, set up and check the bot, or read files."""

from __future__ import annotations

from bot.commands.verbs import Command

_TABLE = (
    Command(
        verb="demo",
        usage="demo",
        does={
            "en": "a first look in under a minute: no tokens, no network",
            "zh": "一分钟试用：无需令牌与网络",
        },
        examples=("demo --fast",),
    ),
    Command(
        verb="init",
        usage="init DIR",
        does={
            "en": "copy the starting configuration to a folder of your own",
            "zh": "将初始配置复制到自己的文件夹",
        },
        examples=("init ~/news",),
    ),
    Command(
        verb="connect",
        usage="connect telegram | slack",
        does={"en": "make a chat a receiver, by a code sent from it", "zh": "用一次性代码将聊天设为接收方"},
        examples=("connect telegram",),
    ),
    Command(
        verb="check",
        usage="check [--online]",
        does={
            "en": "every fault of the configuration, with file and line; tokens and chats as well",
            "zh": "检查配置，逐一指出文件与行号；亦可检查令牌与聊天",
        },
        examples=("check", "check --online"),
    ),
    Command(
        verb="run",
        usage="run",
        does={"en": "poll on schedule until stopped", "zh": "按计划抓取，直到停止"},
        examples=("run",),
    ),
    Command(
        verb="once",
        usage="once",
        does={
            "en": "poll every due source once, deliver what is due, exit (for cron)",
            "zh": "抓取并推送一轮后退出（供 cron 使用）",
        },
        examples=("once --json",),
    ),
    Command(
        verb="backup",
        usage="backup [FILE]",
        does={"en": "a copy of the database, while the bot runs", "zh": "备份数据库，机器人可照常运行"},
        examples=("backup", "backup /mnt/copies/wirewatch.db"),
    ),
    Command(
        verb="restore",
        usage="restore FILE [--yes]",
        does={
            "en": "put a copy in the place of the database, which is kept; the bot must not run",
            "zh": "用备份替换数据库，原文件保留；机器人须已停止",
        },
        examples=("restore state/backups/wirewatch-20261123-033000.db",),
    ),
    Command(
        verb="read",
        usage="read FILE-or-URL...",
        does={
            "en": "what the bot reads in a file or at an address",
            "zh": "查看机器人从文件或网址读到的内容",
        },
        examples=("read https://news.example/feed",),
    ),
    Command(
        verb="eval",
        usage="eval stories | matches | feeds",
        does={"en": "quality on labelled files", "zh": "在已标注文件上评估质量"},
        examples=("eval stories --in labelled.jsonl",),
    ),
)
TERMINAL_ONLY = {command.verb: command for command in _TABLE}
